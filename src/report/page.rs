//! What `report.html`, `report.md` and other pages of a whole run are filled with.

use std::collections::BTreeMap;

use serde::Serialize;

use super::agenda::Agenda;
use super::card::Card;
use super::charts::{self, Chart};
use super::insight::Insight;
use super::like_for_like::LikeView;
use super::luck::{self, LuckView};
use super::methods::Method;
use super::parts::Part;
use super::standing::{StandardView, Standing};
use super::{Cell, Report, Words, codes};
use crate::diagnostic::Diagnostic;
use crate::judge::{Outcome, Recommendations};
use crate::measure::State;
use crate::said;

/// People shown per outcome; the page says where the rest is.
const PEOPLE: usize = 200;
/// Rows of a level's table.
const ROWS: usize = 200;
/// `report.html` stays under 5 MB.
const LARGEST: usize = 5_000_000 - 1_000;
/// Control charts on a page.
const CONTROLS: usize = 6;

/// Outcomes in the order of a page: wins before gaps.
const ORDER: [Outcome; 7] = [
    Outcome::Reward,
    Outcome::Develop,
    Outcome::ProcessReview,
    Outcome::Sanction,
    Outcome::None,
    Outcome::Insufficient,
    Outcome::Undecided,
];

#[derive(Serialize)]
pub struct Page {
    language: String,
    charter: CharterView,
    run: RunView,
    headlines: Vec<Headline>,
    loosened: Vec<String>,
    failures: Vec<String>,
    wins: Vec<StandardView>,
    gaps: Vec<StandardView>,
    unknown: Vec<StandardView>,
    whole: Option<Whole>,
    charts: Vec<Chart>,
    controls: Vec<Chart>,
    like: Vec<LikeView>,
    luck: Option<LuckView>,
    levels: Vec<LevelView>,
    people: Vec<Section>,
    history: Vec<HistoryRow>,
    sources: Vec<SourceRows>,
    measures: Vec<MeasureRowsView>,
    attendance: Vec<String>,
    quarantined: String,
    quarantine_any: bool,
    insight: Insight,
    /// Told before the wins.
    first: Vec<Part>,
    parts: Vec<Part>,
    agenda: Agenda,
    methods: Vec<Method>,
    standards: Vec<StandardText>,
    minimum: String,
}

#[derive(Serialize)]
pub struct CharterView {
    id: String,
    name: String,
    version: String,
    effective: Option<String>,
    review_by: Option<String>,
    /// Past `review_by` on the day of the run.
    stale: bool,
    owner: Option<String>,
    customer: Option<String>,
}

#[derive(Serialize)]
pub struct RunView {
    as_of: String,
    period: String,
    period_text: String,
    zone: String,
    version: String,
    digest: String,
    digest_short: String,
    files: String,
}

#[derive(Serialize)]
pub struct Headline {
    outcome: &'static str,
    count: u64,
    sentence: String,
}

/// The organisation, or where there is none the level of fewest subjects, if it is one.
#[derive(Serialize)]
pub struct Whole {
    name: String,
    level: String,
    outcome: &'static str,
    summary: String,
    score: Option<String>,
    score_interval: Option<String>,
    standards: Vec<StandardView>,
}

#[derive(Serialize)]
struct LevelView {
    level: String,
    title: String,
    total: usize,
    total_text: String,
    rows: Vec<LevelRow>,
    counts: Vec<Count>,
    /// Rows that are not shown.
    more: usize,
    acted: Vec<Card>,
    acted_more: usize,
}

#[derive(Serialize)]
pub struct LevelRow {
    id: String,
    name: String,
    outcome: &'static str,
    score: Option<String>,
    interval: Option<String>,
    records: String,
}

#[derive(Serialize)]
pub struct Count {
    outcome: &'static str,
    count: u64,
    count_text: String,
}

#[derive(Serialize)]
struct Section {
    outcome: &'static str,
    total: usize,
    total_text: String,
    more: usize,
    cards: Vec<Card>,
}

#[derive(Serialize)]
struct HistoryRow {
    period: String,
    counts: Vec<Count>,
}

#[derive(Serialize)]
struct SourceRows {
    source: String,
    sentence: String,
}

#[derive(Serialize)]
struct MeasureRowsView {
    measure: String,
    method: String,
    sentence: String,
}

#[derive(Serialize)]
struct StandardText {
    id: String,
    promise: String,
    measure: String,
    wording: String,
    floor: Option<String>,
    target: Option<String>,
    stretch: Option<String>,
    weight: String,
    method: String,
}

impl Report<'_> {
    /// Pages of the whole run, by file name: `report.html`, `report.md` and those that `reports:` asks for.
    pub fn pages(&self) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
        let mut shown = PEOPLE;
        let mut page = self.page(shown);
        let mut html = self.engine.render("report.html", &page).map_err(|d| vec![d])?;
        while html.len() > LARGEST && shown > 1 {
            shown = (shown * LARGEST / html.len()).clamp(1, shown - 1).min(shown * 9 / 10).max(1);
            page = self.page(shown);
            html = self.engine.render("report.html", &page).map_err(|d| vec![d])?;
        }
        if shown < PEOPLE {
            self.note_shorter(shown);
        }
        let mut pages = vec![("report.html".to_owned(), html)];
        pages.extend(self.luck_page().map_err(|d| vec![d])?);
        let mut names = vec!["report.md".to_owned()];
        names.extend(self.page_templates());
        for name in names {
            // The luck page is filled with an audit, and only `--luck` makes one.
            if name == luck::PAGE || pages.iter().any(|(n, _)| *n == name) {
                continue;
            }
            let text = self.engine.render(&name, &page).map_err(|d| vec![d])?;
            // A page of an author's folder of templates lies flat among the results.
            let file = name.rsplit('/').next().unwrap_or(&name).to_owned();
            pages.push((file, text));
        }
        Ok(pages)
    }

    fn note_shorter(&self, shown: usize) {
        let message = said!("the report page shows {shown} people per outcome, to stay under 5 MB", shown);
        let note = Diagnostic::note(&codes::REPORT_TOO_LARGE, message)
            .help(said!("all of them stand in recommendations.xlsx"));
        self.notes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(note);
    }

    /// What pages are filled with, at most `people` cards per outcome.
    pub(super) fn page(&self, people: usize) -> Page {
        let whole = self.whole_cell();
        let views: Vec<(Standing, StandardView)> = whole
            .into_iter()
            .flat_map(|cell| self.standards(cell))
            .filter(|s| s.state != State::NotApplicable)
            .map(|s| (s.standing(), StandardView::of(&s, &self.words)))
            .collect();
        let of = |wanted: &dyn Fn(Standing) -> bool| -> Vec<StandardView> {
            let mut found: Vec<_> = views.iter().filter(|(s, _)| wanted(*s)).cloned().collect();
            found.sort_by_key(|(standing, _)| *standing);
            found.into_iter().map(|(_, view)| view).collect()
        };
        let readings = &self.recommendations.scorecards.readings;
        let (first, insight) = (self.first_parts(), self.insight());
        Page {
            language: self.words.language.clone(),
            charter: self.charter_view(),
            run: self.run_view(),
            headlines: self.headline_views(),
            loosened: self.recommendations.loosened.clone(),
            failures: self.failures(),
            wins: of(&|s| s.is_win()),
            gaps: of(&|s| s.is_gap()),
            unknown: of(&|s| !s.is_win() && !s.is_gap()),
            whole: whole.and_then(|cell| self.whole(cell)),
            charts: charts::of_page(self, whole),
            controls: whole.map(|cell| charts::controls(self, cell, CONTROLS)).unwrap_or_default(),
            like: self.like_for_like(),
            luck: self.own_luck(),
            levels: self.level_views(people),
            people: self.people(people),
            history: self.history(),
            sources: self.source_rows(),
            measures: self.measure_rows(),
            attendance: super::attendance::sentences(&self.words, self.plan, &readings.attendance),
            quarantined: self.words.integer(readings.quarantined()),
            quarantine_any: readings.quarantined() > 0,
            parts: self.later_parts(),
            agenda: self.agenda(&first, &insight),
            first,
            insight,
            methods: self.methods(),
            standards: self.standard_texts(),
            minimum: self.words.integer(self.plan.minimum.records),
        }
    }

    pub(super) fn charter_view(&self) -> CharterView {
        let charter = &self.plan.charter;
        let as_of = self.recommendations.scorecards.readings.as_of;
        CharterView {
            id: charter.id.clone(),
            name: charter.name.value.clone(),
            version: charter.version.value.clone(),
            effective: charter.effective.as_ref().map(|d| self.words.date(d.value)),
            review_by: charter.review_by.as_ref().map(|d| self.words.date(d.value)),
            stale: charter.review_by.as_ref().is_some_and(|d| d.value < as_of),
            owner: charter.owner.as_ref().map(|o| o.value.clone()),
            customer: charter.customer.as_ref().map(|c| c.value.clone()),
        }
    }

    pub(super) fn run_view(&self) -> RunView {
        let readings = &self.recommendations.scorecards.readings;
        let period = self.period().and_then(|p| readings.periods.get(p)).map_or("", |p| p.name.as_str());
        RunView {
            as_of: self.words.date(readings.as_of),
            period: period.to_owned(),
            period_text: self.words.period(period),
            zone: self.plan.zone_name.value.clone(),
            version: self.version.clone(),
            digest: self.digest.clone(),
            digest_short: self.digest.chars().take(12).collect(),
            files: self.words.integer(readings.files.len() as u64),
        }
    }

    /// Subjects of a level by outcome in a period.
    pub(super) fn counts(&self, level: usize, period: usize) -> BTreeMap<Outcome, u64> {
        counts(self.recommendations, level, period)
    }

    pub(super) fn headline_views(&self) -> Vec<Headline> {
        headline_views(&self.words, self.recommendations)
    }

    pub(super) fn failures(&self) -> Vec<String> {
        self.recommendations.all_failures().into_iter().map(|d| self.failure(d)).collect()
    }

    /// What could not be worked out, for a reader of reports. The function and the limit are named as messages for authors
    /// name them, in English; their place stands in what the run prints.
    fn failure(&self, problem: &Diagnostic) -> String {
        let name = problem.message.split('`').nth(1).unwrap_or_default();
        let said = self.words.try_say(&format!("failure.{}", problem.code.id), &[("name", name)]);
        match (said.filter(|_| !name.is_empty()), problem.message.split_once(": ")) {
            (Some(said), Some((_, why))) if self.plan.language.value == "en" => format!("{said} ({why})"),
            (Some(said), _) => said,
            (None, _) => self.plan.author.say(&problem.message).into_owned(),
        }
    }

    /// The cell of the whole: the only subject of the last level that has just one.
    pub(super) fn whole_cell(&self) -> Option<Cell> {
        let levels = &self.recommendations.scorecards.readings.levels;
        let level = levels.iter().rposition(|l| l.subjects.len() == 1)?;
        Some(Cell { level, subject: 0, period: self.period()? })
    }

    pub(super) fn whole(&self, cell: Cell) -> Option<Whole> {
        let card = self.card(cell)?;
        Some(Whole {
            name: card.name,
            level: card.level,
            outcome: card.outcome,
            summary: card.summary,
            score: card.score,
            score_interval: card.score_interval,
            standards: card.standards,
        })
    }

    /// Levels above the person, the widest first.
    fn level_views(&self, most: usize) -> Vec<LevelView> {
        let levels = &self.recommendations.scorecards.readings.levels;
        let above = (0..levels.len()).rev().filter(|l| levels.get(*l).is_some_and(|l| l.level != "person"));
        above.filter_map(|level| self.level_view(level, most.min(40))).collect()
    }

    fn level_view(&self, level: usize, cards: usize) -> Option<LevelView> {
        let period = self.period()?;
        let of_level = self.recommendations.scorecards.readings.levels.get(level)?;
        let cells = (0..of_level.subjects.len()).map(|subject| Cell { level, subject, period });
        let assessed: Vec<(Cell, Outcome)> = cells.filter_map(|c| self.outcome(c).map(|o| (c, o))).collect();
        if assessed.is_empty() {
            return None;
        }
        // The whole has a section of its own; here it only stands where something is recommended for it.
        let whole = self.whole_cell().is_some_and(|cell| cell.level == level);
        let acted: Vec<Cell> = assessed.iter().filter(|(_, o)| acted(*o)).map(|(c, _)| *c).collect();
        if whole && acted.is_empty() {
            return None;
        }
        Some(LevelView {
            level: of_level.level.clone(),
            title: self.words.level_title(&of_level.level),
            total: assessed.len(),
            total_text: self.words.subjects(&of_level.level, assessed.len() as u64),
            rows: assessed.iter().take(ROWS).map(|(cell, outcome)| self.level_row(*cell, *outcome)).collect(),
            counts: self.count_views(&self.counts(level, period)),
            more: assessed.len().saturating_sub(ROWS),
            acted: acted.iter().take(cards).filter_map(|cell| self.card(*cell)).collect(),
            acted_more: acted.len().saturating_sub(cards),
        })
    }

    pub(super) fn level_row(&self, cell: Cell, outcome: Outcome) -> LevelRow {
        let score = self.score(cell);
        let show = |x: f64| (!x.is_nan()).then(|| self.words.number(x, 1));
        let interval = show(score.lower).zip(show(score.upper));
        let records = self.recommendations.scorecards.readings.levels.get(cell.level);
        let records = records.and_then(|l| l.records.get(self.at(cell))).copied().unwrap_or(0);
        LevelRow {
            id: self.ids(cell).1.to_owned(),
            name: self.name_of(cell),
            outcome: outcome.word(),
            score: show(score.value),
            interval: interval.map(|(l, u)| self.words.say("interval.short", &[("lower", &l), ("upper", &u)])),
            records: self.words.integer(records),
        }
    }

    pub(super) fn count_views(&self, counts: &BTreeMap<Outcome, u64>) -> Vec<Count> {
        let found = ORDER.iter().map(|o| (o, counts.get(o).copied().unwrap_or(0)));
        found.map(|(o, count)| Count { outcome: o.word(), count, count_text: self.words.integer(count) }).collect()
    }

    /// People by acted outcome, in the order of their ids: a page is not a league table.
    fn people(&self, most: usize) -> Vec<Section> {
        let levels = &self.recommendations.scorecards.readings.levels;
        let (Some(period), Some(level)) = (self.period(), levels.iter().position(|l| l.level == "person")) else {
            return Vec::new();
        };
        let subjects = levels.get(level).map_or(0, |l| l.subjects.len());
        let mut sections = Vec::new();
        for outcome in ORDER.into_iter().filter(|o| acted(*o)) {
            let cells = (0..subjects).map(|subject| Cell { level, subject, period });
            let cells: Vec<Cell> = cells.filter(|c| self.outcome(*c) == Some(outcome)).collect();
            if cells.is_empty() {
                continue;
            }
            sections.push(Section {
                outcome: outcome.word(),
                total: cells.len(),
                total_text: self.words.subjects("person", cells.len() as u64),
                more: cells.len().saturating_sub(most),
                cards: cells.iter().take(most).filter_map(|cell| self.card(*cell)).collect(),
            });
        }
        sections
    }

    /// Outcomes of people (or of the first level) in each judged period, where there are several.
    fn history(&self) -> Vec<HistoryRow> {
        let readings = &self.recommendations.scorecards.readings;
        if readings.judged.len() < 2 {
            return Vec::new();
        }
        let level = readings.levels.iter().position(|l| l.level == "person").unwrap_or(0);
        let judged = readings.judged.iter().filter_map(|p| readings.periods.get(*p).map(|period| (*p, period)));
        judged
            .map(|(p, period)| HistoryRow {
                period: self.words.period(&period.name),
                counts: self.count_views(&self.counts(level, p)),
            })
            .collect()
    }

    /// The row equation of each source: rows in = used + left out + quarantined.
    fn source_rows(&self) -> Vec<SourceRows> {
        let words = &self.words;
        let intakes = self.plan.sources.iter().zip(&self.recommendations.scorecards.readings.sources);
        intakes
            .filter_map(|(source, intake)| {
                let intake = intake.as_ref()?;
                let mut parts = vec![words.say("rows.used", &[("rows", &words.integer(intake.used))])];
                parts.extend(intake.left_out.iter().map(|l| {
                    words
                        .say("rows.left_out", &[("rows", &words.integer(l.rows)), ("reason", &words.reason(&l.reason))])
                }));
                parts.push(words.say("rows.quarantined", &[("rows", &words.integer(intake.quarantined))]));
                let sum = parts.join(" + ");
                let sentence = words.say("rows.in", &[("rows", &words.integer(intake.rows_in)), ("sum", &sum)]);
                Some(SourceRows { source: source.id.value.clone(), sentence })
            })
            .collect()
    }

    fn measure_rows(&self) -> Vec<MeasureRowsView> {
        let words = &self.words;
        let readings = &self.recommendations.scorecards.readings;
        let counted = self.plan.measures.iter().zip(&readings.rows).enumerate();
        counted
            .filter(|(_, (measure, _))| measure.source.is_some())
            .filter(|(_, (m, _))| m.probe.as_ref().is_none_or(|p| p.kind != crate::workspace::ProbeKind::Traffic))
            .map(|(position, (measure, rows))| {
                let part = |key: &str, n: u64| words.say(key, &[("rows", &words.integer(n))]);
                let mut parts = vec![part("rows.measured", rows.measured)];
                for (key, n) in [
                    ("rows.out_of_scope", rows.out_of_scope),
                    ("rows.not_applicable", rows.not_applicable),
                    ("rows.not_due", rows.not_due),
                    ("rows.missing", rows.missing),
                ] {
                    if n > 0 {
                        parts.push(part(key, n));
                    }
                }
                parts.extend(rows.excluded.iter().map(|(reason, n)| {
                    words.say("rows.left_out", &[("rows", &words.integer(*n)), ("reason", &words.reason(reason))])
                }));
                let sum = parts.join(" + ");
                let sentence = words.say("rows.of_measure", &[("rows", &words.integer(rows.used)), ("sum", &sum)]);
                let method = readings.levels.first().and_then(|l| l.measures.get(position)).map_or("", |m| m.method);
                MeasureRowsView { measure: measure.id.value.clone(), method: method.to_owned(), sentence }
            })
            .collect()
    }

    /// The standards as promised, with their lines where those are the same for all.
    fn standard_texts(&self) -> Vec<StandardText> {
        use super::standing::Unit;
        use crate::workspace::Line;
        let readings = &self.recommendations.scorecards.readings;
        self.plan
            .standards
            .iter()
            .filter_map(|s| {
                let measure = self.plan.measures.get(s.measure)?;
                let unit = Unit::of(self.plan, measure);
                let line = |line: &Option<crate::diagnostic::Authored<Line>>| match line.as_ref().map(|l| &l.value) {
                    Some(Line::Number(x)) => Some(unit.show(*x, &self.words)),
                    Some(Line::Field(_)) => Some(self.words.say("line.own", &[])),
                    Some(Line::Previous) => Some(self.words.say("line.previous", &[])),
                    None => None,
                };
                let method = readings.levels.first().and_then(|l| l.measures.get(s.measure)).map_or("", |m| m.method);
                Some(StandardText {
                    id: s.id.value.clone(),
                    promise: s.promise.value.clone(),
                    measure: measure.id.value.clone(),
                    wording: measure.wording.in_tongue(Some(&*self.words)).into_owned(),
                    floor: line(&s.floor),
                    target: line(&s.target),
                    stretch: line(&s.stretch),
                    weight: self.words.number(s.weight, 2),
                    method: method.to_owned(),
                })
            })
            .collect()
    }
}

/// Subjects of a level by outcome in a period.
fn counts(recommendations: &Recommendations, level: usize, period: usize) -> BTreeMap<Outcome, u64> {
    let readings = &recommendations.scorecards.readings;
    let subjects = readings.levels.get(level).map_or(0, |l| l.subjects.len());
    let outcomes = recommendations.levels.get(level).map(|l| &l.outcome);
    let mut counts = BTreeMap::new();
    let cells = (0..subjects).map(|subject| readings.cell(subject, period));
    for outcome in cells.filter_map(|cell| outcomes.and_then(|o| o.get(cell)).copied().flatten()) {
        *counts.entry(outcome).or_insert(0) += 1;
    }
    counts
}

/// One sentence per outcome of the latest judged period.
pub fn headlines(words: &Words, recommendations: &Recommendations) -> Vec<String> {
    headline_views(words, recommendations).into_iter().map(|h| h.sentence).collect()
}

fn headline_views(words: &Words, recommendations: &Recommendations) -> Vec<Headline> {
    let readings = &recommendations.scorecards.readings;
    let Some(period) = readings.judged.last().copied() else { return Vec::new() };
    let of_levels: Vec<_> = (0..readings.levels.len()).map(|level| counts(recommendations, level, period)).collect();
    let mut headlines = Vec::new();
    for outcome in ORDER {
        let of_level: Vec<(String, u64)> = readings
            .levels
            .iter()
            .zip(&of_levels)
            .filter_map(|(l, c)| c.get(&outcome).map(|n| (words.subjects(&l.level, *n), *n)))
            .collect();
        let count = of_level.iter().map(|(_, n)| n).sum();
        let always = matches!(outcome, Outcome::Reward | Outcome::Develop | Outcome::Sanction);
        if count == 0 && !always {
            continue;
        }
        let subjects = words.list(&of_level.into_iter().map(|(s, _)| s).collect::<Vec<_>>());
        let key = if count == 0 { "headline.nobody" } else { "headline" };
        let sentence = words.say(&format!("{key}.{}", outcome.word()), &[("subjects", &subjects)]);
        headlines.push(Headline { outcome: outcome.word(), count, sentence });
    }
    headlines
}

/// Level → period → outcome → count.
pub fn counts_object(recommendations: &Recommendations) -> serde_json::Value {
    let readings = &recommendations.scorecards.readings;
    let mut levels = serde_json::Map::new();
    for (level, of_level) in readings.levels.iter().enumerate() {
        let mut periods = serde_json::Map::new();
        for (p, period) in readings.judged.iter().filter_map(|p| readings.periods.get(*p).map(|period| (*p, period))) {
            let found = counts(recommendations, level, p);
            let of_period = Outcome::ALL
                .iter()
                .map(|o| (o.word().to_owned(), serde_json::Value::from(found.get(o).copied().unwrap_or(0))));
            periods.insert(period.name.clone(), serde_json::Value::Object(of_period.collect()));
        }
        levels.insert(of_level.level.clone(), serde_json::Value::Object(periods));
    }
    serde_json::Value::Object(levels)
}

/// Outcomes that ask somebody to act.
fn acted(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Reward | Outcome::Develop | Outcome::Sanction | Outcome::ProcessReview)
}
