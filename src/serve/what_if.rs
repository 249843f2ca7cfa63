//! What if a line, a weight or the minimum were another? The readings in force are scored and judged again under a
//! changed copy of the plan. Nothing is saved: the page shows the edit that the officer may take.

use std::collections::BTreeMap;

use serde::Serialize;

use super::edit::{self, Edit};
use super::frame::{MovedView, moved_view, sentence};
use super::moves::{Judgement, moved};
use super::site::{Answer, View};
use crate::diagnostic::Authored;
use crate::judge::{self, LevelOutcomes, Outcome};
use crate::language::Environment;
use crate::report::Words;
use crate::score::{self, Direction};
use crate::workspace::{Form, Line, Plan};

/// Moves listed.
const MOVES: usize = 200;

/// What may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knob {
    /// Position of the standard.
    Floor(usize),
    Target(usize),
    Stretch(usize),
    Weight(usize),
    MinimumRecords,
}

#[derive(Serialize)]
struct Body {
    groups: Vec<Group>,
    value: String,
    /// What the knob says now.
    now: Option<String>,
    problem: Option<String>,
    result: Option<Outcomes>,
}

/// The knobs of one standard.
#[derive(Serialize)]
struct Group {
    title: String,
    knobs: Vec<Choice>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    text: String,
    current: bool,
}

#[derive(Serialize)]
struct Outcomes {
    levels: Vec<LevelChange>,
    moved: MovedView,
    edit: Edit,
    /// Standards that the same line of the file stands for.
    repeated: Option<String>,
}

#[derive(Serialize)]
struct LevelChange {
    title: String,
    rows: Vec<OutcomeChange>,
}

#[derive(Serialize)]
struct OutcomeChange {
    outcome: &'static str,
    before: String,
    after: String,
    changed: bool,
}

impl Knob {
    /// As in the page's address: `target.answer_promptly`, `minimum.records`.
    fn name(self, plan: &Plan) -> String {
        let of = |word: &str, s: usize| format!("{word}.{}", plan.standards.get(s).map_or("", |s| s.id.value.as_str()));
        match self {
            Knob::Floor(s) => of("floor", s),
            Knob::Target(s) => of("target", s),
            Knob::Stretch(s) => of("stretch", s),
            Knob::Weight(s) => of("weight", s),
            Knob::MinimumRecords => "minimum.records".into(),
        }
    }

    fn all(plan: &Plan) -> Vec<Knob> {
        let of_standards = (0..plan.standards.len())
            .flat_map(|s| [Knob::Floor(s), Knob::Target(s), Knob::Stretch(s), Knob::Weight(s)]);
        of_standards.chain([Knob::MinimumRecords]).collect()
    }

    pub fn standard(self) -> Option<usize> {
        match self {
            Knob::Floor(s) | Knob::Target(s) | Knob::Stretch(s) | Knob::Weight(s) => Some(s),
            Knob::MinimumRecords => None,
        }
    }

    /// The key as authors write it.
    pub fn key(self) -> &'static str {
        match self {
            Knob::Floor(_) => "floor",
            Knob::Target(_) => "target",
            Knob::Stretch(_) => "stretch",
            Knob::Weight(_) => "weight",
            Knob::MinimumRecords => "records",
        }
    }

    /// The line that the knob stands for, where it is one and is written.
    pub fn line(self, plan: &Plan) -> Option<&Authored<Line>> {
        let standard = plan.standards.get(self.standard()?)?;
        match self {
            Knob::Floor(_) => standard.floor.as_ref(),
            Knob::Target(_) => standard.target.as_ref(),
            Knob::Stretch(_) => standard.stretch.as_ref(),
            Knob::Weight(_) | Knob::MinimumRecords => None,
        }
    }

    fn is_line(self) -> bool {
        matches!(self, Knob::Floor(_) | Knob::Target(_) | Knob::Stretch(_))
    }

    /// The number it stands at; none for a field, or where nothing is written.
    pub fn number(self, plan: &Plan) -> Option<f64> {
        match self {
            Knob::Weight(s) => plan.standards.get(s).map(|s| s.weight),
            Knob::MinimumRecords => Some(plan.minimum.records as f64),
            _ => match self.line(plan)?.value {
                Line::Number(number) => Some(number),
                Line::Field(_) | Line::Previous => None,
            },
        }
    }

    /// Whether its numbers are percentages.
    pub fn is_share(self, plan: &Plan) -> bool {
        self.is_line()
            && matches!(self.form(plan), Some(Form::Share(_) | Form::CountedShare { .. } | Form::Cadence { .. }))
    }

    fn form(self, plan: &Plan) -> Option<&Form> {
        let standard = plan.standards.get(self.standard()?)?;
        plan.measures.get(standard.measure).map(|m| &m.form)
    }

    /// The knob turned, on every standard for which the same line of a file stands (`each:`). Gives how many those are.
    fn turn(self, plan: &mut Plan, number: f64) -> usize {
        if self == Knob::MinimumRecords {
            plan.minimum.records = number as u64;
            return 1;
        }
        let Some(chosen) = self.standard().and_then(|s| plan.standards.get(s)) else { return 0 };
        let entry = chosen.origin.span;
        let repeated = chosen.origin.item.is_some();
        let mut turned = 0;
        for (position, standard) in plan.standards.iter_mut().enumerate() {
            if Some(position) != self.standard() && !(repeated && standard.origin.span == entry) {
                continue;
            }
            turned += 1;
            let place = match self {
                Knob::Floor(_) => &mut standard.floor,
                Knob::Target(_) => &mut standard.target,
                Knob::Stretch(_) => &mut standard.stretch,
                Knob::Weight(_) | Knob::MinimumRecords => {
                    standard.weight = number;
                    continue;
                }
            };
            let origin = place.as_ref().map_or_else(|| standard.origin.clone(), |line| line.origin.clone());
            *place = Some(Authored::new(Line::Number(number), origin));
        }
        turned
    }
}

pub fn page(view: &View<'_>) -> Answer {
    let plan = &view.generation.plan;
    let words = view.report.words();
    let asked = view.asked("change");
    let knob = Knob::all(plan).into_iter().find(|knob| knob.name(plan) == asked);
    let value = view.asked("to");
    let tried = match (knob, value) {
        (None, _) if !asked.is_empty() => Err(words.say("live.no_knob", &[])),
        (None, _) | (Some(_), "") => Ok(None),
        (Some(knob), value) => number(knob, value, plan, words).and_then(|n| outcomes(view, knob, n).map(Some)),
    };
    let (result, problem) = match tried {
        Ok(result) => (result, None),
        Err(problem) => (None, Some(problem)),
    };
    let now = knob.map(|knob| match knob.number(plan) {
        Some(number) => words.say("live.now", &[("value", &edit::shown(knob, number, plan))]),
        None if knob.line(plan).is_some() => words.say("live.now_field", &[]),
        None => words.say("live.now_none", &[]),
    });
    let body = Body { groups: groups(plan, knob, words), value: value.to_owned(), now, problem, result };
    view.render("live/what_if.html", "/what-if", &body)
}

fn groups(plan: &Plan, chosen: Option<Knob>, words: &Words) -> Vec<Group> {
    let choice = |knob: Knob| {
        let now = knob.number(plan).map(|number| format!(" ({})", edit::shown(knob, number, plan)));
        let key = words.say(&format!("report.{}", knob.key()), &[]);
        let text = match knob {
            Knob::MinimumRecords => words.say("live.minimum", &[]),
            _ => key,
        };
        let text = format!("{text}{}", now.unwrap_or_default());
        Choice { value: knob.name(plan), text, current: chosen == Some(knob) }
    };
    let standards = plan.standards.iter().enumerate().map(|(s, standard)| Group {
        title: standard.promise.value.clone(),
        knobs: [Knob::Floor(s), Knob::Target(s), Knob::Stretch(s), Knob::Weight(s)].map(choice).into(),
    });
    let minimum = Group { title: words.say("live.evidence", &[]), knobs: vec![choice(Knob::MinimumRecords)] };
    standards.chain([minimum]).collect()
}

/// The number typed, where the workspace would accept it.
fn number(knob: Knob, typed: &str, plan: &Plan, words: &Words) -> Result<f64, String> {
    let share = knob.is_share(plan);
    let plain: String = typed.trim().trim_end_matches('%').trim_end().to_owned();
    // A comma is a decimal sign where no point is one.
    let plain = if plain.contains('.') { plain } else { plain.replace(',', ".") };
    let not_a_number = || words.say("live.not_a_number", &[("typed", typed)]);
    let number: f64 = plain.parse().map_err(|_| not_a_number())?;
    let number = if typed.trim().ends_with('%') { number / 100.0 } else { number };
    let (low, high) = match (knob, knob.form(plan)) {
        (Knob::Weight(_), _) => (0.0, 1e9),
        (Knob::MinimumRecords, _) => (1.0, 1e9),
        (_, Some(Form::Share(_) | Form::CountedShare { .. } | Form::Cadence { .. })) => (0.0, 1.0),
        (_, Some(Form::Nps(_) | Form::CountedNps { .. })) => (-100.0, 100.0),
        _ => (f64::MIN, f64::MAX),
    };
    if !(low..=high).contains(&number) {
        let show = |x: f64| edit::shown(knob, x, plan);
        return Err(match share {
            true => words.say("live.percentage", &[("typed", typed)]),
            false => words.say("live.off_scale", &[("low", &show(low)), ("high", &show(high)), ("typed", typed)]),
        });
    }
    if knob == Knob::MinimumRecords && number.fract() != 0.0 {
        return Err(not_a_number());
    }
    Ok(number)
}

/// Scores and judges the readings in force under the changed plan.
fn outcomes(view: &View<'_>, knob: Knob, number: f64) -> Result<Outcomes, String> {
    let generation = view.generation;
    let words = view.report.words();
    let mut plan = generation.plan.clone();
    let turned = knob.turn(&mut plan, number);
    if let Some(standard) = knob.standard().filter(|_| knob.is_line()) {
        in_order(&plan, standard, words)?;
    }
    let levels = judged(&plan, generation);
    let readings = &generation.recommendations.scorecards.readings;
    let found = moved(generation.judgement(), Judgement { readings, levels: &levels });
    let repeated = (turned > 1).then(|| words.say("live.repeated", &[("count", &words.integer(turned as u64))]));
    Ok(Outcomes {
        levels: changes(view, &levels),
        moved: MovedView { sentence: sentence("live.would", &found, words), ..moved_view(&found, MOVES, true, words) },
        edit: edit::edit(&generation.plan, knob, number, words),
        repeated,
    })
}

/// The same stages as in a run, on the readings in force; nothing of them is copied.
fn judged(plan: &Plan, generation: &super::board::Generation) -> Vec<LevelOutcomes> {
    let environment = Environment { calendar: plan.calendar.clone() };
    let scorecards = score::score(plan, generation.recommendations.scorecards.readings.clone(), &environment);
    judge::judge_outcomes(plan, &scorecards, &generation.recommendations.facts, judge::Options::default()).levels
}

/// Floor, target and stretch go from worse to better, as the workspace demands.
fn in_order(plan: &Plan, standard: usize, words: &Words) -> Result<(), String> {
    let direction = Direction::of(plan, standard);
    let knobs = [Knob::Floor(standard), Knob::Target(standard), Knob::Stretch(standard)];
    let written: Vec<(Knob, f64)> = knobs.into_iter().filter_map(|k| Some((k, k.number(plan)?))).collect();
    for ((worse, low), (better, high)) in written.iter().zip(written.iter().skip(1)) {
        if !direction.beyond(*high, *low) {
            let name = |knob: &Knob| words.say(&format!("report.{}", knob.key()), &[]);
            let (low, high) = (edit::shown(*worse, *low, plan), edit::shown(*better, *high, plan));
            let holes = [("worse", name(worse)), ("low", low), ("better", name(better)), ("high", high)];
            let holes = holes.each_ref().map(|(name, value)| (*name, value.as_str()));
            return Err(words.say("live.out_of_order", &holes));
        }
    }
    Ok(())
}

/// Subjects by outcome, before and after, in the latest judged period.
fn changes(view: &View<'_>, after: &[LevelOutcomes]) -> Vec<LevelChange> {
    let words = view.report.words();
    let recommendations = &view.generation.recommendations;
    let readings = &recommendations.scorecards.readings;
    let Some(&period) = readings.judged.last() else { return Vec::new() };
    let count = |outcomes: Option<&LevelOutcomes>, subjects: usize| {
        let mut counts: BTreeMap<Outcome, u64> = BTreeMap::new();
        for subject in 0..subjects {
            let outcome = outcomes.and_then(|o| o.outcome.get(readings.cell(subject, period))).copied().flatten();
            if let Some(outcome) = outcome {
                *counts.entry(outcome).or_insert(0) += 1;
            }
        }
        counts
    };
    let levels = readings.levels.iter().enumerate();
    levels
        .map(|(position, level)| {
            let before = count(recommendations.levels.get(position), level.subjects.len());
            let after = count(after.get(position), level.subjects.len());
            let rows = Outcome::ALL.into_iter().filter(|o| before.contains_key(o) || after.contains_key(o));
            let rows = rows.map(|o| {
                let of = |counts: &BTreeMap<Outcome, u64>| counts.get(&o).copied().unwrap_or(0);
                let (before, after) = (of(&before), of(&after));
                OutcomeChange {
                    outcome: o.word(),
                    before: words.integer(before),
                    after: words.integer(after),
                    changed: before != after,
                }
            });
            LevelChange { title: words.level_title(&level.level), rows: rows.collect() }
        })
        .filter(|level| !level.rows.is_empty())
        .collect()
}
