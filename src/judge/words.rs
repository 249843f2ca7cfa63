//! Every sentence that the judge says, in one place, so that another language is another file. Kind, plain, precise: each
//! figure with its n and interval; what went well before what didn't; never a verdict on a person.

use jiff::civil::Date;

use super::counterfactual::Goal;
use super::figures::{best_bound, beyond, counted, figure, id, measured, p, pair, periods, short, worse, worst_bound};
use super::gates::line;
use super::ladder::Step;
use super::proof::Proof;
use super::view::{View, at};
use super::{Gate, Verdict};
use crate::measure::{Period, State};
use crate::records::EvidenceRow;
use crate::score::Direction;
use crate::workspace::{Develop, Recommend, Rule, SourceKind};

// ---- gates on records ----

pub(super) fn join(sentences: impl Iterator<Item = String>) -> String {
    sentences.collect::<Vec<_>>().join("; ")
}

pub(super) fn minimum(n: u64, needed: f64, offered: bool) -> String {
    let figure = format!("{} of at least {}", counted(n), short(needed, 0));
    if offered { format!("{figure}: help is offered on fewer") } else { figure }
}

pub(super) fn reward_bound(view: &View<'_>, standard: usize, worst: f64, target: f64, proven: bool) -> String {
    let (id, bound) = (id(view, standard), worst_bound(view, standard));
    if target.is_nan() {
        return format!("`{id}` has no target to be proven against");
    }
    if worst.is_nan() {
        return format!("`{id}` has no interval, so nothing is proven");
    }
    let is = if proven { "is" } else { "is not" };
    let (worst, target) = pair(view, standard, worst, target);
    format!("`{id}`: {bound} {worst} {is} {} the target of {target}", beyond(view, standard))
}

pub(super) fn reward_score(score: f64, lower: f64, needed: f64, proven: bool) -> String {
    if score.is_nan() || lower.is_nan() {
        return "the score has no interval, so nothing is proven".into();
    }
    let is = if proven { "is" } else { "is not" };
    format!("lower bound {} of the score {} {is} above {}", short(lower, 2), short(score, 2), short(needed, 2))
}

pub(super) fn doubtful(view: &View<'_>, standards: &[usize], cell: usize) -> String {
    if standards.is_empty() {
        return "no claimed reading misses more of its records than the policy allows".into();
    }
    join(standards.iter().map(|s| state(view, *s, cell, State::Doubtful)))
}

pub(super) fn estimate_short(view: &View<'_>, standard: usize, cell: usize) -> String {
    let estimate = view.measure(standard).map_or(f64::NAN, |m| at(&m.estimate, cell));
    let (estimate, target) = pair(view, standard, estimate, line(view, standard, cell).1);
    let id = id(view, standard);
    format!("`{id}`: estimate {estimate} is {} the target of {target}", worse(view, standard))
}

pub(super) fn no_estimate_short(view: &View<'_>, standards: &[usize], cell: usize) -> String {
    let known = standards.iter().filter(|s| !line(view, **s, cell).1.is_nan());
    let sentence = |standard: &usize| {
        let estimate = view.measure(*standard).map_or(f64::NAN, |m| at(&m.estimate, cell));
        let target = line(view, *standard, cell).1;
        let (estimate, target) = (figure(view, *standard, estimate), figure(view, *standard, target));
        format!("`{}`: estimate {estimate} does not fall short of the target of {target}", id(view, *standard))
    };
    let sentences: Vec<String> = known.map(sentence).collect();
    if sentences.is_empty() {
        "no measured standard has a target to fall short of".into()
    } else {
        sentences.join("; ")
    }
}

pub(super) fn too_few_periods(have: usize, needed: u32) -> String {
    format!("{have} of the {needed} complete periods that a proof needs")
}

pub(super) fn sanction_bound(view: &View<'_>, standard: usize, judged: &Proof, count: usize, of: (u32, u32)) -> String {
    let (id, bound) = (id(view, standard), best_bound(view, standard));
    if judged.floor.is_nan() {
        return format!("`{id}` has no floor to be below");
    }
    if judged.best.is_nan() {
        return format!("`{id}` has no interval, so nothing is proven");
    }
    let is = if judged.below { "is" } else { "is not" };
    let (best, floor) = pair(view, standard, judged.best, judged.floor);
    let (k, m) = of;
    format!(
        "`{id}`: {bound} {best} ({}) {is} {} the floor of {floor}; so in {count} of the last {m} {}, {k} needed",
        counted(judged.n),
        worse(view, standard),
        periods(view)
    )
}

pub(super) fn sanction_score(judged: &Proof, count: usize, (k, m): (u32, u32)) -> String {
    if judged.best.is_nan() {
        return "the score has no interval, so nothing is proven".into();
    }
    let is = if judged.below { "is" } else { "is not" };
    let (best, line) = (short(judged.best, 2), short(judged.floor, 2));
    format!("upper bound {best} of the score {is} below {line}; so in {count} of the last {m} periods, {k} needed")
}

pub(super) fn multiplicity(adjusted: f64, q: f64, family: usize) -> String {
    let tests = if family == 1 { "1 test".into() } else { format!("{family} tests") };
    format!("adjusted p {} against {} among {tests} (Benjamini–Hochberg)", p(adjusted), short(q, 4))
}

pub(super) fn reliability(least: f64, needed: f64) -> String {
    if !least.is_finite() {
        return "no reliability: fewer than three peers, or a measure without a model".into();
    }
    format!("reliability {} of at least {}", short(least, 3), short(needed, 3))
}

fn kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Record => "records",
        SourceKind::CustomerResponse => "customer responses",
        SourceKind::Observation => "observations",
        SourceKind::Complaint => "complaints",
        SourceKind::Training => "training",
    }
}

pub(super) fn source_types(kinds: &[SourceKind], needed: f64) -> String {
    let named: Vec<&str> = kinds.iter().map(|k| kind(*k)).collect();
    let named = if named.is_empty() { "none".into() } else { named.join(" and ") };
    format!("{} of at least {} kinds of sources: {named}", kinds.len(), short(needed, 0))
}

pub(super) fn complaints_alone() -> String {
    "complaints alone prove nothing; they may open an inquiry".into()
}

pub(super) fn no_raters(view: &View<'_>, standard: usize) -> String {
    format!("not proven: nothing records how far the raters of `{}` agree", id(view, standard))
}

pub(super) fn nothing_observed() -> String {
    "no claimed standard rests on observation".into()
}

/// Krippendorff (2004): from here on agreement can be relied on; below, down to .667, conclusions are tentative.
const RELIABLE: f64 = 0.8;

pub(super) fn agreement(view: &View<'_>, standard: usize, found: Option<f64>, needed: f64) -> String {
    let raters = view.plan.standards.get(standard).and_then(|s| view.scorecards.readings.raters.get(s.measure));
    let agreement = raters.and_then(|r| r.as_ref()?.agreement);
    let method = agreement.and_then(|a| crate::fairness::methods::method(a.method)).map_or("of its parts", |m| m.name);
    let tentative = if found.is_some_and(|a| (needed..RELIABLE).contains(&a)) { ", tentative" } else { "" };
    let found = short(found.unwrap_or(f64::NAN), 3);
    format!("`{}`: raters agree at {found} of at least {} ({method}{tentative})", id(view, standard), short(needed, 3))
}

// ---- gates on history ----

pub(super) fn communicated(standards: &[&str]) -> String {
    let named: Vec<String> = standards.iter().map(|s| format!("`{s}`")).collect();
    format!("{} communicated before the events", named.join(", "))
}

pub(super) fn nothing_communicated(standard: &str) -> String {
    format!("not proven: nothing records that `{standard}` was communicated")
}

pub(super) fn communicated_late(standard: &str, from: Option<Date>) -> String {
    let when = from.map_or(String::new(), |from| format!(" on {from}"));
    format!("`{standard}` was communicated{when}, after the events began")
}

pub(super) fn supported(ended: Option<Date>) -> String {
    let when = ended.map_or(String::new(), |ended| format!(" until {ended}"));
    format!("support was offered{when}, and a failing period began after it")
}

pub(super) fn nothing_supported(standard: &str, offered: bool) -> String {
    if offered {
        format!("not proven: nothing records when the support for `{standard}` ended")
    } else {
        format!("not proven: nothing records that support for `{standard}` was offered")
    }
}

pub(super) fn support_open(standard: &str, end: Option<Date>, as_of: Date) -> String {
    match end {
        Some(end) if end >= as_of => format!("the support for `{standard}` runs until {end}"),
        Some(end) => format!("no failing period of `{standard}` began after the support ended on {end}"),
        None => format!("the support for `{standard}` has no end"),
    }
}

fn reference(row: &EvidenceRow) -> String {
    row.reference.as_ref().map_or(String::new(), |reference| format!(" ({reference})"))
}

pub(super) fn disputed(row: &EvidenceRow) -> String {
    let since = row.from.map_or(String::new(), |from| format!(" since {from}"));
    let what = if row.kind == "appeal" { "an appeal" } else { "a dispute" };
    format!("{what} is open{since}{}", reference(row))
}

pub(super) fn undisputed(kept: bool) -> String {
    if kept { "no open dispute or appeal".into() } else { "not proven: nothing records disputes or appeals".into() }
}

pub(super) fn absent(row: &EvidenceRow, period: &Period) -> String {
    format!("a protected absence falls into {}{}", period.name, reference(row))
}

pub(super) fn no_absence(kept: bool) -> String {
    if kept {
        "no protected absence in the failing periods".into()
    } else {
        "not proven: nothing records protected absences".into()
    }
}

pub(super) fn for_learning(row: &EvidenceRow, period: &Period) -> String {
    format!("a mistake in {} was made in good faith and is for learning{}", period.name, reference(row))
}

pub(super) fn no_learning() -> String {
    "no mistake in the failing periods is set aside for learning".into()
}

pub(super) fn ladder(live: Option<Step>, next: Step, wanted: Option<Step>) -> String {
    let live = match live {
        None => "no live warning".to_string(),
        Some(step) => format!("the live warning is {}", step.word()),
    };
    match wanted.filter(|wanted| *wanted != next) {
        Some(wanted) => {
            format!("{live}: the next step is {}, not the {} that the rule names", next.word(), wanted.word())
        }
        None => format!("{live}: the next step is {}", next.word()),
    }
}

pub(super) fn unclear_warning() -> String {
    "not proven: a warning is on record without its step or date".into()
}

pub(super) fn no_ladder() -> String {
    "not proven: nothing records which steps were taken".into()
}

// ---- loosened gates ----

pub(super) fn loosened(gate: &str, to: Option<f64>, because: &str, approved_by: &str) -> String {
    let how = to.map_or("is off".to_string(), |to| format!("is loosened to {}", short(to, 6)));
    format!("the gate `{gate}` {how} ({because}; approved by {approved_by})")
}

pub(super) fn loosened_line(key: &str, value: f64, because: &str, approved_by: &str) -> String {
    format!("`{key}` is loosened to {} ({because}; approved by {approved_by})", short(value, 6))
}

pub(super) fn loosened_minimum(records: u64, because: &str, approved_by: &str) -> String {
    format!("the minimum is {} ({because}; approved by {approved_by})", counted(records))
}

// ---- notes and evidence ----

fn recommended(recommend: Recommend) -> &'static str {
    match recommend {
        Recommend::Reward => "reward",
        Recommend::Develop => "develop",
        Recommend::Sanction => "sanction",
    }
}

pub(super) fn would_be<'a>(recommend: Recommend, rule: &str, open: impl Iterator<Item = &'a Gate>) -> String {
    let reasons: Vec<String> = open.map(gate_reason).collect();
    format!("would be {} by `{rule}`, not proven because {}", recommended(recommend), reasons.join("; "))
}

fn gate_reason(gate: &Gate) -> String {
    let figure = gate.figure.strip_prefix("not proven: ").unwrap_or(&gate.figure);
    match gate.verdict {
        Verdict::Unknown => figure.to_string(),
        _ => format!("{}: {figure}", gate.name.replace('_', " ")),
    }
}

pub(super) fn rule_missing(rule: &str) -> String {
    format!("`{rule}` could not be answered: something it names is missing")
}

pub(super) fn rule_failed(rule: &str) -> String {
    format!("`{rule}` could not be evaluated, and nobody is judged on a failed evaluation")
}

pub(super) fn sanction_is_for_review(person: bool) -> String {
    if person {
        "this is no decision: a person should review it, hear the other side and answer for what follows".into()
    } else {
        "this is about the unit's management and process, not about any person: a person should review it".into()
    }
}

pub(super) fn common_cause(view: &View<'_>, standard: usize, cell: usize) -> String {
    format!(
        "`{}`: {}, {} the target of {}; none of its members stands out from the others, so the process is to be changed, not the people",
        id(view, standard),
        measured(view, standard, cell),
        worse(view, standard),
        figure(view, standard, line(view, standard, cell).1)
    )
}

pub(super) fn state(view: &View<'_>, standard: usize, cell: usize, state: State) -> String {
    let id = id(view, standard);
    let n = view.measure(standard).and_then(|m| m.figures.n.get(cell)).copied().unwrap_or(0);
    match state {
        State::TooFew => {
            format!("`{id}`: {} are too few to say, {} are needed", counted(n), view.plan.minimum.records)
        }
        State::Doubtful => format!("`{id}`: too many of its records miss what is measured"),
        State::Failed => format!("`{id}` could not be evaluated"),
        _ => format!("`{id}`: nothing was measured"),
    }
}

pub(super) fn no_score(min_weight: f64) -> String {
    format!("no score: less than {} % of what applies was measured", short(min_weight * 100.0, 1))
}

pub(super) fn evidence(view: &View<'_>, standard: usize, cell: usize, trend: Option<&str>) -> String {
    let (floor, target) = line(view, standard, cell);
    let value = view.measure(standard).map_or(f64::NAN, |m| at(&m.figures.value, cell));
    let direction = view.direction(standard);
    let stands = if direction.reaches(value, target) {
        format!(", reaches the target of {}", figure(view, standard, target))
    } else if direction.short(value, floor) {
        format!(", {} the floor of {}", worse(view, standard), figure(view, standard, floor))
    } else if direction.short(value, target) {
        let (_, target) = pair(view, standard, value, target);
        format!(", {} the target of {target}", worse(view, standard))
    } else {
        String::new()
    };
    let trend = trend.map_or(String::new(), |trend| format!(", {trend}"));
    format!("`{}`: {}{stands}{trend}", id(view, standard), measured(view, standard, cell))
}

pub(super) fn offer(view: &View<'_>, standard: usize, develop: &Develop, by: Date) -> String {
    let about = view.plan.standards.get(standard);
    let promise = about.map_or("", |s| s.promise.value.trim_end_matches('.'));
    let skill = develop.skill.as_deref().unwrap_or(promise);
    let action = develop.action.as_deref().unwrap_or("a talk about what would help");
    let resource = develop.resource.as_ref().map_or(String::new(), |resource| format!(" with {resource}"));
    format!("for `{}`: {action}{resource} for {skill}, by {by}; measured again after that", id(view, standard))
}

pub(super) fn counterfactual(view: &View<'_>, standard: usize, change: u64, n: u64, cell: usize, goal: Goal) -> String {
    let (floor, target) = line(view, standard, cell);
    let (named, value) = if goal == Goal::Floor { ("floor", floor) } else { ("target", target) };
    let value = figure(view, standard, value);
    // Of a lower-is-better share the hits are what went wrong.
    let how = match view.direction(standard) {
        Direction::Higher => format!("{change} more kept"),
        Direction::Lower => format!("{change} fewer"),
    };
    format!("`{}`: {how} of {n} would reach the {named} of {value}", id(view, standard))
}

// ---- summaries: one sentence each; a rule's own `because` takes their place in the report ----

fn first_figure(view: &View<'_>, standards: &[usize], cell: usize) -> String {
    match standards.first() {
        Some(standard) => format!("`{}` at {}", id(view, *standard), measured(view, *standard, cell)),
        None => match view.score(cell)[0] {
            score if score.is_nan() => "no score".into(),
            score => format!("a score of {}", short(score, 1)),
        },
    }
}

pub(super) fn rewarded(view: &View<'_>, name: &str, rule: Option<&Rule>, cell: usize) -> String {
    let claimed = rule.map_or(&[][..], |rule| rule.claims.as_slice());
    format!("{name} has earned recognition: {}", first_figure(view, claimed, cell))
}

pub(super) fn developed(view: &View<'_>, name: &str, standards: &[usize], cell: usize, unproven: bool) -> String {
    let why = if unproven { " (a sanction was not proven)" } else { "" };
    format!("{name} is offered help: {}{why}", first_figure(view, standards, cell))
}

pub(super) fn sanctioned(view: &View<'_>, name: &str, standards: &[usize], cell: usize, step: Option<&str>) -> String {
    let figure = first_figure(view, standards, cell);
    if !view.person {
        return format!("a person should review the management and process of {name} for a sanction: {figure}");
    }
    let step = step.map_or(String::new(), |step| format!("; the next step would be {step}"));
    format!("a person should review this for a sanction: {name}, {figure}{step}")
}

pub(super) fn reviewed(name: &str) -> String {
    format!("the process of {name} should be reviewed: none of its members stands out from the others")
}

pub(super) fn nothing(name: &str, tried: bool) -> String {
    if tried { format!("nothing was proven for {name}") } else { format!("no rule asks for anything for {name}") }
}

pub(super) fn insufficient(view: &View<'_>, name: &str, cell: usize) -> String {
    let few = (0..view.plan.standards.len()).find(|s| view.state(*s, cell) == State::TooFew);
    match few {
        Some(standard) => format!("too little evidence on {name}: {}", state(view, standard, cell, State::TooFew)),
        None => format!("too little evidence on {name}"),
    }
}

pub(super) fn undecided(name: &str) -> String {
    format!("undecided for {name}: a rule or measure could not be evaluated")
}
