//! What the figures say beside the recommendations: alerts and trends, where subjects stand among their peers, how raters and
//! the items of reviews fare, and questions to the owners of measures. None of it proposes anything for anyone.

use serde::Serialize;
use serde_json::{Value, json};

use super::standing::{StandardFigures, Unit};
use super::{Cell, Report, rounded};
use crate::fairness::agreement::{Standing, standing};
use crate::fairness::leniency::Refusal;
use crate::fairness::trend::Advice;
use crate::judge::{Change, Question};
use crate::measure::{Leniency, RaterReadings};
use crate::score::ranks::{Band, Place};
use crate::workspace::{Measure, Scorecard};

/// Rows of a table.
const ROWS: usize = 200;
/// A fall by this much, on too few records to say whether it is real, is mentioned all the same.
const NOTICED: f64 = 0.1;

#[derive(Serialize)]
pub struct Insight {
    pub alerts: Vec<AlertView>,
    pub headings: Vec<HeadingView>,
    pub scorecards: Vec<ScorecardView>,
    pub raters: Vec<RatersView>,
    pub places: Vec<PlacesView>,
    pub questions: Vec<QuestionView>,
    /// Standards whose weight is capped, because customers weren't asked (C34).
    pub unvalidated: Vec<String>,
}

#[derive(Serialize)]
pub struct AlertView {
    /// act, watch or insufficient.
    pub advice: &'static str,
    pub sentence: String,
}

#[derive(Serialize)]
pub struct HeadingView {
    pub id: String,
    pub promise: String,
    pub direction: &'static str,
    pub sentence: String,
    /// Against its own baseline, where the standard has one.
    pub baseline: Option<String>,
}

#[derive(Serialize)]
pub struct ScorecardView {
    pub measure: String,
    pub items: Vec<ItemView>,
    pub critical: Option<String>,
}

#[derive(Serialize)]
pub struct ItemView {
    pub name: String,
    pub weight: String,
    pub critical: bool,
    pub value: Option<String>,
    pub interval: Option<String>,
    pub records: String,
    pub not_applicable: String,
}

#[derive(Serialize)]
pub struct RatersView {
    pub measure: String,
    pub agreement: String,
    /// reliable, tentative, unusable or unknown.
    pub standing: &'static str,
    pub refused: Option<String>,
    pub raters: Vec<RaterRow>,
    pub people: Vec<AdjustedRow>,
    pub more: usize,
}

#[derive(Serialize)]
pub struct RaterRow {
    pub rater: String,
    pub ratings: String,
    pub leniency: String,
}

#[derive(Serialize)]
pub struct AdjustedRow {
    pub id: String,
    pub name: String,
    pub ratings: String,
    pub raw: String,
    pub adjusted: String,
}

#[derive(Serialize)]
pub struct PlacesView {
    pub title: String,
    pub rows: Vec<PlaceRow>,
    pub more: usize,
}

#[derive(Serialize)]
pub struct PlaceRow {
    pub id: String,
    pub name: String,
    /// above, among or below.
    pub band: &'static str,
    pub expected: Option<String>,
    pub of: String,
}

#[derive(Serialize)]
pub struct QuestionView {
    pub kind: &'static str,
    pub measure: String,
    pub owner: Option<String>,
    pub sentence: String,
}

pub fn band(band: Band) -> &'static str {
    match band {
        Band::Above => "above",
        Band::Among => "among",
        Band::Below => "below",
    }
}

impl Report<'_> {
    pub(super) fn insight(&self) -> Insight {
        Insight {
            alerts: self.alerts(),
            headings: self.headings(),
            scorecards: self.scorecards(),
            raters: self.raters(),
            places: self.place_views(),
            questions: self.questions(),
            unvalidated: self.unvalidated(),
        }
    }

    /// Every subject above the person whose standard fell, the widest level first: act before watch before too few to say.
    fn alerts(&self) -> Vec<AlertView> {
        let Some(period) = self.period() else { return Vec::new() };
        let levels = &self.recommendations.scorecards.readings.levels;
        let mut found = Vec::new();
        for level in (0..levels.len()).rev().filter(|l| levels.get(*l).is_some_and(|l| l.level != "person")) {
            for subject in 0..levels.get(level).map_or(0, |l| l.subjects.len()) {
                let cell = Cell { level, subject, period };
                for figures in self.standards(cell) {
                    let change = self.change(cell, figures.position);
                    found.extend(change.filter(|c| alarming(c, figures.unit())).map(|c| (c.advice, cell, figures, c)));
                }
            }
        }
        found.sort_by_key(|(advice, ..)| match advice {
            Advice::Act => 0,
            Advice::Watch => 1,
            Advice::Insufficient | Advice::Steady => 2,
        });
        let view = |(advice, cell, figures, change): (Advice, Cell, StandardFigures<'_>, Change)| AlertView {
            advice: advice.word(),
            sentence: self.alert(cell, &figures, &change),
        };
        found.into_iter().take(ROWS).map(view).collect()
    }

    fn change(&self, cell: Cell, standard: usize) -> Option<Change> {
        self.recommendations.change(self.plan, cell.level, cell.subject, standard, cell.period)
    }

    fn alert(&self, cell: Cell, figures: &StandardFigures<'_>, change: &Change) -> String {
        let (words, unit) = (&self.words, figures.unit());
        let periods = &self.recommendations.scorecards.readings.periods;
        let period = |p: usize| periods.get(p).map_or_else(String::new, |p| words.period(&p.name));
        let (before, after) = (unit.show(change.before, words), unit.show(change.after, words));
        let key = format!("insight.alert.{}", change.advice.word());
        let holes = [
            ("name", self.name_of(cell)),
            ("promise", figures.standard.promise.value.trim_end_matches('.').to_owned()),
            ("before", before),
            ("after", after),
            ("from", period(change.from)),
            ("to", period(change.to)),
            ("change", unit.difference(change.lower, change.upper, words)),
            ("records", words.integer(change.records)),
        ];
        let holes: Vec<(&str, &str)> = holes.iter().map(|(name, text)| (*name, text.as_str())).collect();
        words.say(&key, &holes)
    }

    /// Where the standards of the whole are heading.
    fn headings(&self) -> Vec<HeadingView> {
        let Some(cell) = self.whole_cell() else { return Vec::new() };
        let view = |figures: StandardFigures<'_>| {
            let found =
                self.recommendations.heading(self.plan, cell.level, cell.subject, figures.position, cell.period);
            let baseline = self.baseline(&figures);
            let direction = found.map(|h| h.direction.word());
            if direction.is_none() && baseline.is_none() {
                return None;
            }
            let periods = found.map_or_else(String::new, |h| self.words.integer(h.periods as u64));
            let key = format!("insight.heading.{}", direction.unwrap_or("unknown"));
            Some(HeadingView {
                id: figures.standard.id.value.clone(),
                promise: figures.standard.promise.value.clone(),
                direction: direction.unwrap_or("unknown"),
                sentence: self.words.say(&key, &[("periods", &periods)]),
                baseline,
            })
        };
        self.standards(cell).filter_map(view).collect()
    }

    /// `82% against a baseline of 76%: better`
    fn baseline(&self, figures: &StandardFigures<'_>) -> Option<String> {
        if figures.baseline.is_nan() || figures.value.is_nan() {
            return None;
        }
        let unit = figures.unit();
        let higher = figures.value > figures.baseline;
        let key = match (crate::score::same(figures.value, figures.baseline), higher != figures.measure.lower_is_better)
        {
            (true, _) => "insight.baseline.same",
            (_, true) => "insight.baseline.better",
            (_, false) => "insight.baseline.worse",
        };
        let (value, baseline) = (unit.show(figures.value, &self.words), unit.show(figures.baseline, &self.words));
        Some(self.words.say(key, &[("value", &value), ("baseline", &baseline)]))
    }

    fn scorecards(&self) -> Vec<ScorecardView> {
        let Some(cell) = self.whole_cell() else { return Vec::new() };
        let with = self.plan.measures.iter().filter_map(|m| Some((m, m.scorecard.as_ref()?)));
        with.map(|(measure, scorecard)| self.scorecard(measure, scorecard, cell)).collect()
    }

    fn scorecard(&self, measure: &Measure, scorecard: &Scorecard, cell: Cell) -> ScorecardView {
        let items = scorecard.items.iter().map(|item| {
            let found = self.read(&item.measure, cell);
            let show = |x: f64| (!x.is_nan()).then(|| self.words.percent(x, 1));
            let [value, lower, upper] = found.map_or([f64::NAN; 3], |f| f.figures);
            let ends = show(lower).zip(show(upper));
            ItemView {
                name: item.name.clone(),
                weight: self.words.number(item.weight, 2),
                critical: item.critical,
                value: show(value),
                interval: ends.map(|(l, u)| self.words.say("interval.short", &[("lower", &l), ("upper", &u)])),
                records: self.words.integer(found.map_or(0, |f| f.n)),
                not_applicable: self.words.integer(found.map_or(0, |f| f.not_applicable)),
            }
        });
        let critical = scorecard.critical.as_ref().and_then(|id| self.read(id, cell)).filter(|f| f.n > 0).map(|f| {
            let failed = self.words.integer((f.figures[0] * f.n as f64).round() as u64);
            self.words.say("insight.critical", &[("failed", &failed), ("records", &self.words.integer(f.n))])
        });
        ScorecardView { measure: measure.id.value.clone(), items: items.collect(), critical }
    }

    /// The figures of a measure, by its id.
    fn read(&self, id: &str, cell: Cell) -> Option<Read> {
        let readings = &self.recommendations.scorecards.readings;
        let position = self.plan.measures.iter().position(|m| m.id.value == id)?;
        let found = readings.levels.get(cell.level)?.measures.get(position)?;
        let at = readings.cell(cell.subject, cell.period);
        let figures = &found.figures;
        let get = |column: &Vec<f64>| column.get(at).copied().unwrap_or(f64::NAN);
        Some(Read {
            n: figures.n.get(at).copied().unwrap_or(0),
            figures: [get(&figures.value), get(&figures.lower), get(&figures.upper)],
            not_applicable: found.rows.not_applicable.get(at).copied().unwrap_or(0),
        })
    }

    fn raters(&self) -> Vec<RatersView> {
        let readings = &self.recommendations.scorecards.readings;
        let named = self.plan.measures.iter().zip(&readings.raters);
        named
            .filter_map(|(measure, raters)| {
                // The items of a scorecard have their own agreement; leniency is told of the score.
                let is_part = self.plan.measures.iter().filter_map(|m| m.scorecard.as_ref()).any(|s| {
                    s.critical.as_ref() == Some(&measure.id.value)
                        || s.items.iter().any(|i| i.measure == measure.id.value)
                });
                Some(self.rated(measure, raters.as_ref()?, is_part))
            })
            .collect()
    }

    fn rated(&self, measure: &Measure, raters: &RaterReadings, is_part: bool) -> RatersView {
        let words = &self.words;
        let (standing, agreement) = match raters.agreement {
            None if raters.paired > 0 => {
                let items = words.integer(raters.paired);
                ("unknown", words.say("insight.agreement.one_value", &[("items", &items)]))
            }
            None => ("unknown", words.say("insight.agreement.unknown", &[])),
            Some(found) => {
                let standing = match standing(found.figure) {
                    Standing::Reliable => "reliable",
                    Standing::Tentative => "tentative",
                    Standing::Unusable => "unusable",
                };
                let method = crate::fairness::methods::method(found.method).map_or(found.method, |m| m.name);
                let (figure, items) = (words.number(found.figure, 2), words.integer(found.items));
                let count = words.integer(found.raters);
                let holes = [("figure", figure.as_str()), ("items", &items), ("raters", &count), ("method", method)];
                (standing, words.say(&format!("insight.agreement.{standing}"), &holes))
            }
        };
        let mut view = RatersView {
            measure: measure.id.value.clone(),
            agreement,
            standing,
            refused: None,
            raters: Vec::new(),
            people: Vec::new(),
            more: 0,
        };
        match &raters.leniency {
            _ if is_part => {}
            Ok(leniency) => self.lenient(measure, leniency, &mut view),
            Err(Refusal::Disconnected) => view.refused = Some(words.say("insight.leniency.disconnected", &[])),
            Err(Refusal::Empty | Refusal::Unrated) => {}
        }
        view
    }

    fn lenient(&self, measure: &Measure, found: &Leniency, view: &mut RatersView) {
        let (words, unit) = (&self.words, Unit::of(self.plan, measure));
        let signed = |x: f64| {
            let shown = unit.show(x, words);
            if x > 0.0 { format!("+{shown}") } else { shown }
        };
        view.raters.extend(found.raters.iter().take(ROWS).map(|r| RaterRow {
            rater: r.rater.to_string(),
            ratings: words.integer(r.ratings),
            leniency: signed(r.leniency),
        }));
        let level = self.plan.levels.iter().position(|l| l.value == "person").unwrap_or(0);
        let subjects = self.recommendations.scorecards.readings.levels.get(level).map_or(&[][..], |l| &l.subjects);
        view.people.extend(found.subjects.iter().take(ROWS).filter_map(|s| {
            let subject = subjects.get(s.subject as usize)?;
            Some(AdjustedRow {
                id: subject.id.to_string(),
                name: subject.name.to_string(),
                ratings: words.integer(s.ratings),
                raw: unit.show(s.raw, words),
                adjusted: unit.show(s.adjusted, words),
            })
        }));
        view.more = found.subjects.len().saturating_sub(ROWS);
    }

    /// Levels of which at least three subjects can be compared, in the order of their ids: a band is not a place in a league.
    fn place_views(&self) -> Vec<PlacesView> {
        let Some(period) = self.period() else { return Vec::new() };
        let levels = &self.recommendations.scorecards.readings.levels;
        let views = (0..levels.len()).rev().filter_map(|level| {
            let of_level = levels.get(level)?;
            let places = &self.recommendations.places(self.plan, level, period)?.score;
            let known: Vec<(usize, Place)> =
                places.iter().enumerate().filter_map(|(subject, place)| Some((subject, (*place)?))).collect();
            let row = |(subject, place): &(usize, Place)| {
                let about = of_level.subjects.get(*subject)?;
                Some(PlaceRow {
                    id: about.id.to_string(),
                    name: about.name.to_string(),
                    band: band(place.band),
                    expected: place.expected.map(|e| self.words.number(e, 1)),
                    of: self.words.integer(place.of as u64),
                })
            };
            (!known.is_empty()).then(|| PlacesView {
                title: self.words.level_title(&of_level.level),
                rows: known.iter().take(ROWS).filter_map(row).collect(),
                more: known.len().saturating_sub(ROWS),
            })
        });
        views.collect()
    }

    fn unvalidated(&self) -> Vec<String> {
        let as_of = self.recommendations.scorecards.readings.as_of;
        let capped = self.plan.standards.iter().enumerate().filter_map(|(position, standard)| {
            let (weight, uncapped) = (self.plan.weight(position, as_of)?, self.plan.weight_uncapped(position)?);
            let (weight, written) = (self.words.number(weight, 2), self.words.number(uncapped, 2));
            let promise = standard.promise.value.trim_end_matches('.');
            let holes = [("promise", promise), ("weight", weight.as_str()), ("written", written.as_str())];
            (weight != written).then(|| self.words.say("insight.unvalidated", &holes))
        });
        capped.collect()
    }

    fn questions(&self) -> Vec<QuestionView> {
        let Some(period) = self.period() else { return Vec::new() };
        let questions = self.recommendations.questions(self.plan, period);
        // What shows on the whole shows in its parts too: the widest level says it once. `run.json` has them all.
        let widest = |q: &&Question| {
            !questions
                .iter()
                .any(|o| (o.kind, o.measure, o.paired) == (q.kind, q.measure, q.paired) && o.level > q.level)
        };
        questions.iter().filter(widest).filter_map(|q| self.question(q)).collect()
    }

    fn question(&self, question: &Question) -> Option<QuestionView> {
        let (words, plan) = (&self.words, self.plan);
        let measure = plan.measures.get(question.measure)?;
        let level = self.recommendations.scorecards.readings.levels.get(question.level)?;
        let named = |subject: &usize| level.subjects.get(*subject).map(|s| s.name.to_string());
        let count = question.subjects.len() as u64;
        // Nobody is pointed at: people are counted.
        let whom = match level.level.as_str() {
            "person" => words.say(
                "insight.question.people",
                &[("subjects", &words.subjects("person", count)), ("of", &words.integer(question.of as u64))],
            ),
            _ => words.list(&question.subjects.iter().take(5).filter_map(named).collect::<Vec<_>>()),
        };
        let paired = question.paired.and_then(|p| plan.measures.get(p)).map_or("", |m| m.id.value.as_str());
        let figure = words.percent(question.figure.abs(), 1);
        let holes = [("measure", measure.id.value.as_str()), ("whom", &whom), ("figure", &figure), ("paired", paired)];
        let owner = measure.more.get("owner").and_then(|o| o.as_str()).map(str::to_owned);
        Some(QuestionView {
            kind: question.kind.word(),
            measure: measure.id.value.clone(),
            owner: owner.or_else(|| plan.charter.owner.as_ref().map(|o| o.value.clone())),
            sentence: words.say(&format!("insight.question.{}", question.kind.word()), &holes),
        })
    }

    /// What a line of `recommendations.jsonl` adds to a reading: place, change, heading and the items of a scorecard.
    pub(super) fn beside(&self, cell: Cell, figures: &StandardFigures<'_>) -> Value {
        let place = self.recommendations.places(self.plan, cell.level, cell.period);
        let place = place.and_then(|p| p.standard(figures.position, cell.subject));
        let change = self.change(cell, figures.position);
        let heading = self.recommendations.heading(self.plan, cell.level, cell.subject, figures.position, cell.period);
        let items = figures.measure.scorecard.as_ref().map(|scorecard| self.item_values(scorecard, cell));
        let mut object = json!({
            "baseline": rounded(figures.baseline),
            "peers": place.map(|p| json!({
                "expected_rank": p.expected.map(rounded), "of": p.of, "band": band(p.band),
            })),
            "change": change.map(|c| json!({
                "before": rounded(c.before), "after": rounded(c.after), "lower": rounded(c.lower),
                "upper": rounded(c.upper), "advice": c.advice.word(), "worse": c.worse,
            })),
            "trend": heading.map(|h| h.direction.word()),
        });
        if let (Some(items), Some(map)) = (items, object.as_object_mut()) {
            map.insert("items".into(), items);
        }
        object
    }

    fn item_values(&self, scorecard: &Scorecard, cell: Cell) -> Value {
        let items = scorecard.items.iter().map(|item| {
            let found = self.read(&item.measure, cell);
            let value = found.map_or(f64::NAN, |f| f.figures[0]);
            let n = found.map_or(0, |f| f.n);
            json!({ "item": item.name, "weight": item.weight, "critical": item.critical, "n": n, "value": rounded(value) })
        });
        let critical = scorecard.critical.as_ref().and_then(|id| self.read(id, cell));
        let failed = critical.filter(|f| f.n > 0).map(|f| (f.figures[0] * f.n as f64).round() as u64);
        json!({ "each": items.collect::<Vec<_>>(), "critical_failed": failed, "reviews": critical.map(|f| f.n) })
    }
}

#[derive(Clone, Copy)]
struct Read {
    n: u64,
    figures: [f64; 3],
    not_applicable: u64,
}

/// A fall that is real, likely, or large on too few records to say.
fn alarming(change: &Change, unit: Unit) -> bool {
    let large = unit == Unit::Share && (change.after - change.before).abs() >= NOTICED;
    change.worse
        && match change.advice {
            Advice::Act | Advice::Watch => true,
            Advice::Insufficient => large,
            Advice::Steady => false,
        }
}

/// For `run.json`: questions to the owners of measures, and how raters agree. English, like the rest of that file.
pub fn insight_object(
    plan: &crate::workspace::Plan,
    recommendations: &crate::judge::Recommendations,
) -> (Vec<Value>, Vec<Value>) {
    let readings = &recommendations.scorecards.readings;
    let id = |measure: usize| plan.measures.get(measure).map(|m| m.id.value.as_str());
    let mut questions = Vec::new();
    for period in &readings.judged {
        let name = readings.periods.get(*period).map(|p| p.name.as_str());
        questions.extend(recommendations.questions(plan, *period).iter().map(|q| {
            json!({
                "period": name, "kind": q.kind.word(), "measure": id(q.measure), "paired_with": q.paired.and_then(id),
                "level": plan.levels.get(q.level).map(|l| l.value.as_str()), "subjects": q.subjects.len(), "of": q.of,
                "figure": rounded(q.figure),
            })
        }));
    }
    let raters = readings.raters.iter().enumerate().filter_map(|(measure, raters)| {
        let raters = raters.as_ref()?;
        let agreement = raters
            .agreement
            .map(|a| json!({ "figure": rounded(a.figure), "method": a.method, "items": a.items, "raters": a.raters }));
        let leniency = match &raters.leniency {
            Ok(found) => {
                let each = found.raters.iter();
                json!(
                    each.map(|r| json!({ "rater": &*r.rater, "ratings": r.ratings, "leniency": rounded(r.leniency) }))
                        .collect::<Vec<_>>()
                )
            }
            Err(Refusal::Disconnected) => json!("refused: the raters share too few people"),
            Err(_) => Value::Null,
        };
        Some(json!({ "measure": id(measure), "agreement": agreement, "leniency": leniency }))
    });
    (questions, raters.collect())
}
