//! From rules and gates to one outcome a subject and period.
//!
//! Rules go in order. `when` true and every gate passed: that outcome. Else: an evaluation error → undecided; a needed
//! reading with too few records, or no score → insufficient; a sanction that was not proven, with an estimate below
//! target → develop; else none. Of whom nothing arrived any more there is too little evidence, and no rule is asked.

use super::columns::Columns;
use super::gates::{Case, Protocol, below_target, run};
use super::view::View;
use super::{Facts, LevelOutcomes, Outcome, process, silence};
use crate::diagnostic::{Diagnostic, Said, Sayable};
use crate::language::{Breach, Column, Frame, Truth, Value};
use crate::measure::State;
use crate::said;
use crate::score::{Scorecards, codes};
use crate::workspace::{Part, Plan, Recommend, Rule, RuleSlot};

/// How to judge.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Read the gates on history. The luck audit counts them as passed ("before due process").
    pub history: bool,
    /// Look for units whose process, not whose people, falls short.
    pub process_review: bool,
    /// Only these are looked for: rules after the last that recommends one of them are not asked, and whom none of the others
    /// decides is left without an outcome.
    pub only: Option<&'static [Outcome]>,
}

impl Options {
    /// Whether a rule, or one after it, may recommend what is looked for.
    fn looks_for(&self, rule: &Rule) -> bool {
        self.only.is_none_or(|only| only.contains(&outcome_of(rule.recommend)))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { history: true, process_review: true, only: None }
    }
}

/// Outcomes of every level, and the rules that could not be evaluated.
#[derive(Debug, Default)]
pub struct Judged {
    /// In the order of `Plan::levels`.
    pub levels: Vec<LevelOutcomes>,
    pub failures: Vec<Diagnostic>,
}

/// Judges without details: the same code that writes recommendations, cheap enough for a thousand drawn worlds.
/// `facts` are sorted (`Facts::sort`).
pub fn judge_outcomes(plan: &Plan, scorecards: &Scorecards, facts: &Facts, options: Options) -> Judged {
    let mut judged = Judged::default();
    judge_again(plan, scorecards, facts, options, &mut judged);
    judged
}

/// The same in the place of what `judged` held of the same subjects and periods.
pub fn judge_again(plan: &Plan, scorecards: &Scorecards, facts: &Facts, options: Options, judged: &mut Judged) {
    judged.failures.clear();
    judged.levels.resize_with(scorecards.readings.levels.len(), LevelOutcomes::default);
    let reviews = if options.process_review { process::reviews(plan, scorecards, facts) } else { Vec::new() };
    for (index, outcomes) in judged.levels.iter_mut().enumerate() {
        let Some(view) = View::new(plan, scorecards, facts, index) else {
            *outcomes = LevelOutcomes::default();
            continue;
        };
        let cells = view.level.subjects.len() * view.periods();
        outcomes.outcome.clear();
        outcomes.outcome.resize(cells, None);
        outcomes.rule.clear();
        outcomes.rule.resize(cells, None);
        outcomes.reviews = reviews.get(index).cloned().unwrap_or_default();
        outcomes.families.forget();
        for period in &scorecards.readings.judged {
            period_of_level(&view, *period, options, outcomes, &mut judged.failures);
        }
    }
}

fn period_of_level(
    view: &View<'_>,
    period: usize,
    options: Options,
    outcomes: &mut LevelOutcomes,
    failures: &mut Vec<Diagnostic>,
) {
    let subjects = view.level.subjects.len();
    let closed = Columns::new(view, period, 0..subjects);
    let mut open = None;
    let mut asked = Vec::new();
    let last = for_level(view).filter(|(_, rule)| options.looks_for(rule)).last().map(|(position, _)| position);
    for (position, rule) in for_level(view).take_while(|(position, _)| Some(*position) <= last) {
        let columns =
            if rule.offer { open.get_or_insert_with(|| Columns::open(view, period, 0..subjects)) } else { &closed };
        let truths = evaluate(view, rule, columns, subjects);
        if let Err(breach) = &truths {
            note(rule, breach, failures);
        }
        asked.push(Asked { position, rule, needs: Needs::of(view, rule), truths: truths.ok() });
    }
    if options.only.is_some() {
        return only_decided(view, period, &asked, options, outcomes);
    }
    for subject in 0..subjects {
        let cell = view.cell(subject, period);
        if view.level.records.get(cell).copied().unwrap_or(0) == 0 {
            if let Some(into) = outcomes.outcome.get_mut(cell) {
                *into = silence::last_heard(view, subject, period).map(|_| Outcome::Insufficient);
            }
            continue;
        }
        let (outcome, rule) = if outcomes.reviews.contains_key(&cell) {
            (Outcome::ProcessReview, None)
        } else {
            resolve(view, &asked, subject, period, options, outcomes)
        };
        if let (Some(into), Some(by)) = (outcomes.outcome.get_mut(cell), outcomes.rule.get_mut(cell)) {
            *into = Some(outcome);
            *by = rule.and_then(|rule| u16::try_from(rule).ok());
        }
    }
}

/// Those whom a rule decides; the others need no word on why not.
fn only_decided(view: &View<'_>, period: usize, asked: &[Asked<'_>], options: Options, outcomes: &mut LevelOutcomes) {
    for subject in 0..view.level.subjects.len() {
        let cell = view.cell(subject, period);
        let fits = |asked: &&Asked<'_>| asked.fits(view, subject, period);
        if view.level.records.get(cell).copied().unwrap_or(0) == 0 {
            continue;
        }
        let decides = |asked: &&Asked<'_>| asked.proven(view, subject, period, options, outcomes);
        let Some(decided) = asked.iter().filter(fits).find(decides) else { continue };
        let (outcome, rule) = (outcome_of(decided.rule.recommend), u16::try_from(decided.position).ok());
        if let (Some(into), Some(by)) = (outcomes.outcome.get_mut(cell), outcomes.rule.get_mut(cell)) {
            (*into, *by) = (Some(outcome), rule);
        }
    }
}

/// The rules that are asked at a level, with their positions. A sanction is for persons unless it names its levels.
pub(super) fn for_level<'a>(view: &View<'a>) -> impl Iterator<Item = (usize, &'a Rule)> {
    let (index, person) = (view.index, view.person);
    view.plan.rules.iter().enumerate().filter(move |(_, rule)| {
        rule.levels.contains(&index) && (person || rule.recommend != Recommend::Sanction || rule.levels_named)
    })
}

struct Asked<'a> {
    position: usize,
    rule: &'a Rule,
    needs: Needs,
    /// None: the evaluation failed.
    truths: Option<Truths>,
}

impl Asked<'_> {
    /// The rule is for the subject, and its `when` is true.
    fn fits(&self, view: &View<'_>, subject: usize, period: usize) -> bool {
        self.truths.as_ref().is_some_and(|truths| truths.get(subject).is_yes())
            && view.applies(self.rule, subject, period)
    }

    /// Every gate is passed.
    fn proven(
        &self,
        view: &View<'_>,
        subject: usize,
        period: usize,
        options: Options,
        outcomes: &LevelOutcomes,
    ) -> bool {
        let (rule, position, cell) = (self.rule, self.position, view.cell(subject, period));
        let mut protocol = Protocol::quick();
        run(&Case { view, rule, position, subject, period, cell }, &mut protocol, &outcomes.families, options.history);
        protocol.finish().0
    }
}

/// `when` for every subject asked.
pub(super) enum Truths {
    Each(std::sync::Arc<Vec<Truth>>),
    All(Truth),
}

impl Truths {
    pub fn get(&self, row: usize) -> Truth {
        match self {
            Truths::Each(truths) => truths.get(row).copied().unwrap_or(Truth::MISSING),
            Truths::All(truth) => *truth,
        }
    }
}

pub(super) fn evaluate(view: &View<'_>, rule: &Rule, columns: &Columns<'_>, rows: usize) -> Result<Truths, Breach> {
    let frame = columns.frame(rule);
    Ok(match rule.when.evaluate(Frame { rows, columns: &frame }, &view.environment)? {
        Column::YesNo(truths) => Truths::Each(truths),
        Column::Constant(Value::YesNo(yes)) => Truths::All(Truth::of(yes)),
        _ => Truths::All(Truth::MISSING),
    })
}

fn failed(rule: &Rule, why: impl Sayable) -> Said {
    said!("rule `{rule}` could not be evaluated: {why}", rule = rule.id.value, why)
}

fn note(rule: &Rule, breach: &Breach, failures: &mut Vec<Diagnostic>) {
    let rule_failed = failed(rule, "");
    // One rule fails alike at every level and period: it is said once.
    if failures.iter().any(|failure| failure.message.starts_with(&*rule_failed)) {
        return;
    }
    let failure = Diagnostic::error(&codes::RULE_FAILED, failed(rule, &breach.message))
        .at(breach.span, said!("it happens here"))
        .help(said!("those it is for, and whom no other rule decides, stay undecided until it is mended"));
    failures.push(failure);
}

fn resolve(
    view: &View<'_>,
    asked: &[Asked<'_>],
    subject: usize,
    period: usize,
    options: Options,
    outcomes: &LevelOutcomes,
) -> (Outcome, Option<usize>) {
    let cell = view.cell(subject, period);
    let mut unproven = None;
    let mut failed = view.scores.score_failed;
    let mut thin = view.score(cell)[0].is_nan();
    for about in asked {
        let Asked { position, rule, needs, truths } = about;
        if !view.applies(rule, subject, period) {
            continue;
        }
        failed |= truths.is_none() || needs.failed(view, cell);
        thin |= needs.thin(view, cell);
        if !about.fits(view, subject, period) {
            continue;
        }
        if about.proven(view, subject, period, options, outcomes) {
            return (outcome_of(rule.recommend), Some(*position));
        }
        if rule.recommend == Recommend::Sanction
            && unproven.is_none()
            && !below_target(view, rule, cell, false).is_empty()
        {
            unproven = Some(*position);
        }
    }
    match (failed, thin, unproven) {
        (true, _, _) => (Outcome::Undecided, None),
        (_, true, _) => (Outcome::Insufficient, None),
        (_, _, Some(rule)) => (Outcome::Develop, Some(rule)),
        _ => (Outcome::None, None),
    }
}

pub(super) fn outcome_of(recommend: Recommend) -> Outcome {
    match recommend {
        Recommend::Reward => Outcome::Reward,
        Recommend::Develop => Outcome::Develop,
        Recommend::Sanction => Outcome::Sanction,
    }
}

/// The readings that a rule names.
struct Needs {
    standards: Vec<usize>,
    groups: Vec<usize>,
    /// Every standard that an answer rests on: those named, and the leaves of named groups and of the score.
    rests_on: Vec<usize>,
}

impl Needs {
    fn of(view: &View<'_>, rule: &Rule) -> Needs {
        let mut needs = Needs { standards: Vec::new(), groups: Vec::new(), rests_on: Vec::new() };
        let used = rule.when.slots();
        for (position, slot) in rule.slots.iter().enumerate() {
            if !used.contains(&position) {
                continue;
            }
            match slot {
                RuleSlot::Of(Part::Group(group), _) => needs.groups.push(*group),
                RuleSlot::Score | RuleSlot::ScoreLower | RuleSlot::ScoreUpper => {
                    needs.rests_on.extend(super::proof::scored(view));
                }
                slot => needs.standards.extend(slot.standard()),
            }
        }
        needs.standards.sort_unstable();
        needs.standards.dedup();
        needs.rests_on.extend(&needs.standards);
        needs.rests_on.extend(needs.groups.iter().flat_map(|group| view.leaves(Part::Group(*group))));
        needs.rests_on.sort_unstable();
        needs.rests_on.dedup();
        needs
    }

    /// A reading that could not be evaluated.
    fn failed(&self, view: &View<'_>, cell: usize) -> bool {
        self.rests_on.iter().any(|standard| view.state(*standard, cell) == State::Failed)
            || self.groups.iter().any(|group| view.scores.groups.get(*group).is_some_and(|g| g.failed))
    }

    fn thin(&self, view: &View<'_>, cell: usize) -> bool {
        let missing = |group: &usize| {
            view.scores.groups.get(*group).is_some_and(|g| g.points.get(cell).is_none_or(|p| p.is_nan()))
        };
        self.standards.iter().any(|standard| view.state(*standard, cell) == State::TooFew)
            || self.groups.iter().any(missing)
    }
}
