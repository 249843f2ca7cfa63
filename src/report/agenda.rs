//! The agenda of the next meeting (C22): what is missing, what went well, what is due with owner and day, what has changed, open
//! loops, decisions that a person has to take, questions. Units are named, people are counted: a meeting has many ears.

use jiff::ToSpan;
use serde::Serialize;

use super::insight::Insight;
use super::parts::{Item, Part};
use super::standing::{StandardFigures, StandardView, Standing};
use super::{Cell, Report};
use crate::judge::Outcome;
use crate::measure::{PERSON, State};
use crate::words::capitalised;

/// Days within which a standard is taken up that names no time for its help.
const DAYS: i64 = 30;
/// Lines of a section.
const LINES: usize = 60;

#[derive(Serialize)]
pub struct Agenda {
    /// No standard has a figure: there is nothing else to talk about.
    nothing: bool,
    /// Those with something to say.
    sections: Vec<Section>,
}

#[derive(Serialize)]
struct Section {
    title: String,
    /// Each is ticked off by somebody.
    tasks: bool,
    items: Vec<Item>,
    /// `and 12 more`
    more: Option<String>,
}

impl Report<'_> {
    pub(super) fn agenda(&self, first: &[Part], insight: &Insight) -> Agenda {
        let readings = &self.recommendations.scorecards.readings;
        if self.period().is_none_or(|period| readings.nothing_measured(self.plan, period)) {
            return Agenda { nothing: true, sections: Vec::new() };
        }
        let first = first.iter().flat_map(|part| part.items.iter().cloned()).collect();
        let sections = [
            ("agenda.missing", true, first),
            ("agenda.wins", false, self.wins()),
            ("agenda.gaps", true, self.due()),
            ("agenda.changes", false, self.changed(insight)),
            ("agenda.loops", true, vec![Item::of(self.words.say("agenda.loops_text", &[]))]),
            ("agenda.decisions", true, self.decisions()),
            ("agenda.questions", true, self.asked(insight)),
        ];
        let section = |(title, tasks, mut items): (&str, bool, Vec<Item>)| {
            let more = items.len().saturating_sub(LINES);
            items.truncate(LINES);
            let count = self.words.integer(more as u64);
            let more = (more > 0).then(|| self.words.say("agenda.more", &[("count", &count)]));
            Section { title: self.words.say(title, &[]), tasks, items, more }
        };
        Agenda { nothing: false, sections: sections.map(section).into_iter().filter(|s| !s.items.is_empty()).collect() }
    }

    /// The whole; where no level has a single subject, those of the widest one that aren't persons.
    fn looked_at(&self) -> Vec<Cell> {
        let levels = &self.recommendations.scorecards.readings.levels;
        let widest = || {
            let level = levels.iter().rposition(|l| l.level != PERSON && !l.subjects.is_empty())?;
            let subjects = 0..levels.get(level)?.subjects.len();
            let period = self.period()?;
            Some(subjects.map(|subject| Cell { level, subject, period }).collect())
        };
        self.whole_cell().map(|cell| vec![cell]).or_else(widest).unwrap_or_default()
    }

    /// Standards of the whole, each with a line where it fits.
    fn of_whole(&self, line: impl Fn(&StandardFigures<'_>) -> Option<Item>) -> Vec<Item> {
        let cells = self.looked_at();
        let several = cells.len() > 1;
        let mut items = Vec::new();
        for cell in cells.into_iter().filter(|cell| self.outcome(*cell).is_some()) {
            for figures in self.standards(cell).filter(|f| f.state != State::NotApplicable) {
                items.extend(line(&figures).map(|mut item| {
                    if several {
                        item.text = self.words.say("agenda.of", &[("name", &self.name_of(cell)), ("text", &item.text)]);
                    }
                    item
                }));
            }
        }
        items
    }

    fn wins(&self) -> Vec<Item> {
        self.of_whole(|figures| figures.standing().is_win().then(|| Item::of(self.stands(figures))))
    }

    /// Below target, or without a figure; what is worst comes first in the order of the plan.
    fn due(&self) -> Vec<Item> {
        self.of_whole(|figures| {
            let due = !figures.standing().is_win() && figures.state != State::NotDue;
            due.then(|| Item { note: Some(self.answers_for(figures)), ..Item::of(self.stands(figures)) })
        })
    }

    /// `We answer fast. 62%, target 80% (short of target).`
    fn stands(&self, figures: &StandardFigures<'_>) -> String {
        let (words, view) = (&self.words, StandardView::of(figures, &self.words));
        let standing = match figures.standing() {
            Standing::Unknown => words.say(&format!("state.{}", view.state), &[]),
            known => words.say(&format!("standing.{}", known.word()), &[]),
        };
        let mut holes = vec![("promise", view.promise.as_str()), ("standing", standing.as_str())];
        let key = match (&view.value, &view.target) {
            (Some(value), Some(target)) => {
                holes.extend([("value", value.as_str()), ("target", target.as_str())]);
                "agenda.standard"
            }
            (Some(value), None) => {
                holes.push(("value", value));
                "agenda.standard.no_target"
            }
            (None, _) => "agenda.standard.unknown",
        };
        words.say(key, &holes)
    }

    /// Who takes a standard up, and by when: the day of its help, counted from the day of the run.
    fn answers_for(&self, figures: &StandardFigures<'_>) -> String {
        let owner = figures.standard.owner.as_ref().or(self.plan.charter.owner.as_ref());
        let owner = owner.map_or("____", |o| o.value.as_str());
        let days = figures.standard.develop.as_ref().and_then(|d| d.within_days).unwrap_or(DAYS);
        let as_of = self.recommendations.scorecards.readings.as_of;
        let due = self.words.date(as_of.checked_add(days.days()).unwrap_or(as_of));
        self.words.say("agenda.answers", &[("owner", owner), ("due", &due)])
    }

    /// Alerts to act on or to watch, then where standards are heading.
    fn changed(&self, insight: &Insight) -> Vec<Item> {
        let alerts = insight.alerts.iter().filter(|alert| alert.advice != "insufficient");
        let mut items: Vec<Item> = alerts
            .map(|alert| {
                let advice = self.words.say(&format!("insight.advice.{}", alert.advice), &[]);
                Item::of(&*alert.sentence).tagged(alert.advice, advice)
            })
            .collect();
        let moving = insight.headings.iter().filter(|h| matches!(h.direction, "improving" | "worsening"));
        items.extend(moving.map(|h| Item::of(format!("{} {}", h.promise, h.sentence))));
        items
    }

    /// Above the person by name, persons by number.
    fn decisions(&self) -> Vec<Item> {
        let Some(period) = self.period() else { return Vec::new() };
        let mut items = Vec::new();
        for (level, of_level) in self.recommendations.scorecards.readings.levels.iter().enumerate().rev() {
            let counts = self.counts(level, period);
            for outcome in [Outcome::Reward, Outcome::Develop, Outcome::ProcessReview, Outcome::Sanction] {
                let count = counts.get(&outcome).copied().unwrap_or(0);
                if count == 0 {
                    continue;
                }
                let tag = self.words.say(&format!("short.{}", outcome.word()), &[]);
                if of_level.level == PERSON {
                    let subjects = self.words.subjects(PERSON, count);
                    let text = self.words.say(&format!("headline.{}", outcome.word()), &[("subjects", &subjects)]);
                    items.push(Item::of(text).tagged(outcome.word(), tag));
                    continue;
                }
                let cells = (0..of_level.subjects.len()).map(|subject| Cell { level, subject, period });
                let cells = cells.filter(|cell| self.outcome(*cell) == Some(outcome)).take(LINES);
                items.extend(cells.map(|cell| {
                    let detail = (self.explain)(cell);
                    let summary = capitalised(self.told(cell, &detail).summary.trim_end_matches('.'));
                    let text = self.words.say("agenda.decision", &[("summary", &summary)]);
                    Item::of(text).tagged(outcome.word(), tag.clone())
                }));
            }
        }
        items
    }

    fn asked(&self, insight: &Insight) -> Vec<Item> {
        let questions = insight.questions.iter();
        questions
            .map(|question| {
                let to = question.owner.as_ref();
                let to = to.map(|owner| self.words.say("insight.question_to", &[("owner", owner)]));
                Item::of(to.into_iter().chain([question.sentence.clone()]).collect::<Vec<_>>().join(" "))
            })
            .collect()
    }
}
