//! The gates on records: what must be proven before a rule that fits becomes a recommendation. Every gate is printed with its
//! verdict and figure. The gates on history stand in `history`.

use super::families::Families;
use super::proof::{self, Claim, Proof, claims, proof, source_kinds, standards_behind};
use super::view::{View, at};
use super::words::{self, Answered};
use super::{Gate, Verdict, history};
use crate::measure::State;
use crate::workspace::{AcceptedRisk, NINE_POINTS, Plan, Recommend, Rule, SourceKind};

/// Every gate by name, in the order in which it is printed.
pub const GATES: [&str; 16] = [
    "minimum",
    "bound",
    "multiplicity",
    "reliability",
    "source_types",
    "rater_agreement",
    "communicated",
    "support",
    "dispute",
    "absence",
    "learning",
    "authority",
    "ladder",
    "doubtful",
    "estimate",
    "nine_points",
];

/// Asked before them, and only where the charter hears complaints alone (C57): then nothing is proven, for anybody or against.
/// No policy can set it otherwise; a waiver of the charter says why no customer is asked.
const CUSTOMERS_ASKED: &str = "customers_asked";

/// A rule whose `when` is true for one subject in one period.
pub(super) struct Case<'a> {
    pub view: &'a View<'a>,
    pub rule: &'a Rule,
    /// Position in `Plan::rules`.
    pub position: usize,
    pub subject: usize,
    pub period: usize,
    pub cell: usize,
}

/// What the policy says of one gate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Setting {
    Standard,
    Off,
    Number(f64),
}

/// Reads `fairness.gates`. A loosening that nobody answers for is not one: without `accept_risk` it doesn't hold.
pub(super) fn setting(plan: &Plan, gate: &str) -> Setting {
    // What is set aside for learning never feeds a sanction, whatever a policy accepts; and an award that asks for less isn't one.
    if gate == "learning" || gate == "nine_points" {
        return Setting::Standard;
    }
    let Some(written) = plan.fairness.gates.get(gate) else { return Setting::Standard };
    let value = written.value.value.trim();
    let setting = match value.strip_suffix('%') {
        _ if value == "off" => Setting::Off,
        Some(percent) => percent.trim().parse().map_or(Setting::Standard, |p: f64| Setting::Number(p / 100.0)),
        None => value.parse().map_or(Setting::Standard, Setting::Number),
    };
    match setting {
        Setting::Off if written.accept_risk.is_none() => Setting::Standard,
        Setting::Number(n) if written.accept_risk.is_none() && looser(plan, gate, n) => Setting::Standard,
        Setting::Number(n) if !n.is_finite() => Setting::Standard,
        other => other,
    }
}

/// What the gate takes at the least (multiplicity: at the most) before somebody must answer for it.
fn standard_threshold(plan: &Plan, gate: &str) -> Option<f64> {
    Some(match gate {
        "minimum" => FEWEST.min(plan.minimum.records as f64),
        "multiplicity" => plan.fairness.q,
        "reliability" => plan.fairness.reliability_person,
        "source_types" => 2.0,
        "rater_agreement" => AGREEMENT,
        _ => return None,
    })
}

/// Fewer records than this need an accepted risk.
const FEWEST: f64 = 10.0;

/// Krippendorff (2004): below this no conclusion, and so no sanction; up to .80 tentative ones.
const AGREEMENT: f64 = 0.667;

fn looser(plan: &Plan, gate: &str, number: f64) -> bool {
    match (gate, standard_threshold(plan, gate)) {
        ("multiplicity", Some(q)) => number > q,
        (_, Some(threshold)) => number < threshold,
        (_, None) => true,
    }
}

/// Loosened gates in words, in the order of `GATES`, for every report.
pub fn loosened(plan: &Plan) -> Vec<String> {
    let words = &plan.words;
    let mut sentences = Vec::new();
    if let Some(risk) = &plan.minimum.accept_risk {
        sentences.push(words::loosened_minimum(words, plan.minimum.records, &answered(risk)));
    }
    sentences.extend(loosened_lines(plan));
    for gate in GATES {
        let Some(risk) = plan.fairness.gates.get(gate).and_then(|g| g.accept_risk.as_ref()) else { continue };
        match setting(plan, gate) {
            Setting::Standard => {}
            Setting::Off => sentences.push(words::loosened(words, gate, None, &answered(risk))),
            Setting::Number(n) if looser(plan, gate, n) => {
                sentences.push(words::loosened(words, gate, Some(n), &answered(risk)));
            }
            Setting::Number(_) => {}
        }
    }
    sentences
}

fn answered(risk: &AcceptedRisk) -> Answered<'_> {
    Answered { because: Some(&risk.because), approved_by: Some(&risk.approved_by) }
}

/// The policy's own lines that are looser than the usual ones; one accepted risk answers for them together.
fn loosened_lines(plan: &Plan) -> Vec<String> {
    let fairness = &plan.fairness;
    let said = |key: &str| fairness.more.get("accept_risk")?.get(key)?.as_str();
    let by = Answered { because: said("because"), approved_by: said("approved_by") };
    let lines = [
        ("q", fairness.q, fairness.q > 0.05),
        ("k", f64::from(fairness.k), fairness.k < 2),
        ("reliability_person", fairness.reliability_person, fairness.reliability_person < 0.9),
        ("reliability_group", fairness.reliability_group, fairness.reliability_group < 0.7),
    ];
    let loose = lines.into_iter().filter(|(_, _, loose)| *loose);
    loose.map(|(key, value, _)| words::loosened_line(&plan.words, key, value, &by)).collect()
}

/// Collects gates: all of them for a reader, or only whether they pass, stopping at the first that doesn't.
pub(super) struct Protocol {
    gates: Option<Vec<Gate>>,
    passed: bool,
}

impl Protocol {
    pub fn full() -> Protocol {
        Protocol { gates: Some(Vec::new()), passed: true }
    }

    pub fn quick() -> Protocol {
        Protocol { gates: None, passed: true }
    }

    /// Nothing more needs asking.
    pub fn over(&self) -> bool {
        !self.passed && self.gates.is_none()
    }

    pub fn add(&mut self, plan: &Plan, name: &'static str, verdict: Verdict, figure: impl FnOnce() -> String) {
        let waived = verdict != Verdict::Pass && setting(plan, name) == Setting::Off;
        let verdict = if waived { Verdict::Waived } else { verdict };
        self.passed &= matches!(verdict, Verdict::Pass | Verdict::Waived);
        if let Some(gates) = &mut self.gates {
            gates.push(Gate { name, verdict, figure: figure() });
        }
    }

    /// A gate with a threshold: passes at the standard one, is waived at a looser one of the policy.
    fn threshold(
        &mut self,
        plan: &Plan,
        name: &'static str,
        standard: f64,
        holds: impl Fn(f64) -> bool,
        figure: impl FnOnce(f64) -> String,
    ) {
        let own = match setting(plan, name) {
            Setting::Number(number) => number,
            Setting::Standard | Setting::Off => standard,
        };
        let verdict = match (holds(own), holds(standard)) {
            (true, false) if looser(plan, name, own) => Verdict::Waived,
            (true, _) => Verdict::Pass,
            (false, _) => Verdict::Fail,
        };
        self.add(plan, name, verdict, || figure(own));
    }

    pub fn finish(self) -> (bool, Vec<Gate>) {
        (self.passed, self.gates.unwrap_or_default())
    }
}

/// The least n by which proofs and families are read: the policy's own number where it gives one.
pub(super) fn minimum(plan: &Plan) -> u64 {
    match setting(plan, "minimum") {
        Setting::Number(number) => number.max(0.0).ceil() as u64,
        Setting::Off => 0,
        Setting::Standard => plan.minimum.records,
    }
}

/// Runs the gates of a rule. `history` false counts those on history as passed (the luck audit, before due process).
pub(super) fn run(case: &Case<'_>, protocol: &mut Protocol, families: &Families, history: bool) {
    if case.rule.recommend != Recommend::Develop && case.view.ungraded {
        protocol.add(case.view.plan, CUSTOMERS_ASKED, Verdict::Fail, || words::ungraded(case.view.words));
        if protocol.over() {
            return;
        }
    }
    match case.rule.recommend {
        Recommend::Reward => reward(case, protocol),
        Recommend::Develop => develop(case, protocol),
        Recommend::Sanction => {
            on_records(case, protocol, families);
            if history && !protocol.over() {
                history::run(case, protocol);
            }
        }
    }
}

fn reward(case: &Case<'_>, protocol: &mut Protocol) {
    let (view, plan) = (case.view, case.view.plan);
    let behind = standards_behind(view, case.rule, case.cell);
    minimum_gate(case, protocol, &behind, false);
    let claimed = claims(view, case.rule, case.cell);
    let proven = |claim: &Claim| match claim {
        Claim::Standard(standard) => {
            let (direction, target) = (view.direction(*standard), line(view, *standard, case.cell).1);
            let worst = ends(view, *standard, case.cell).0;
            view.measured(*standard, case.cell) && direction.beyond(worst, target)
        }
        Claim::Score => crate::score::Direction::Higher.beyond(view.score(case.cell)[1], plan.fairness.reward_line),
    };
    protocol.add(plan, "bound", verdict(claimed.iter().all(proven)), || {
        words::join(
            view.words,
            claimed.iter().map(|claim| match claim {
                Claim::Standard(standard) => {
                    let (worst, target) = (ends(view, *standard, case.cell).0, line(view, *standard, case.cell).1);
                    words::reward_bound(view, *standard, worst, target, proven(claim))
                }
                Claim::Score => {
                    let [score, lower, _] = view.score(case.cell);
                    words::reward_score(view.words, score, lower, plan.fairness.reward_line, proven(claim))
                }
            }),
        )
    });
    if protocol.over() {
        return;
    }
    doubtful_gate(case, protocol, &behind);
    if case.rule.is_award() && !protocol.over() {
        nine_points(case, protocol);
    }
}

/// An award for excellence: each of the nine points has a standard, and one of them is proven met by the subject.
fn nine_points(case: &Case<'_>, protocol: &mut Protocol) {
    let (view, plan) = (case.view, case.view.plan);
    let proven = |standard: usize| {
        let (direction, target) = (view.direction(standard), line(view, standard, case.cell).1);
        // A doubtful reading proves nothing.
        view.state(standard, case.cell) == State::Measured
            && direction.beyond(ends(view, standard, case.cell).0, target)
    };
    let (mut open, mut lacking) = (Vec::new(), Vec::new());
    for &point in NINE_POINTS {
        let mut about = plan.standards_about(point).peekable();
        if about.peek().is_none() {
            lacking.push(point);
        } else if !about.any(proven) {
            open.push(point);
        }
    }
    let verdict = verdict(open.is_empty() && lacking.is_empty());
    protocol.add(plan, "nine_points", verdict, || words::nine_points(view.words, &open, &lacking));
}

/// Of a reading that misses too many of its records nobody knows what the rest would say: it proves nothing, neither for a
/// person nor against one.
fn doubtful_gate(case: &Case<'_>, protocol: &mut Protocol, behind: &[usize]) {
    let view = case.view;
    let doubtful: Vec<usize> =
        behind.iter().copied().filter(|s| view.state(*s, case.cell) == State::Doubtful).collect();
    let verdict = verdict(doubtful.is_empty());
    protocol.add(view.plan, "doubtful", verdict, || words::doubtful(view, &doubtful, case.cell));
}

fn develop(case: &Case<'_>, protocol: &mut Protocol) {
    let (view, plan) = (case.view, case.view.plan);
    let short = below_target(view, case.rule, case.cell, case.rule.offer);
    let considered = if short.is_empty() { standards_behind(view, case.rule, case.cell) } else { short.clone() };
    minimum_gate(case, protocol, &considered, case.rule.offer);
    if protocol.over() {
        return;
    }
    protocol.add(plan, "estimate", verdict(!short.is_empty()), || match short.as_slice() {
        [] => words::no_estimate_short(view, &considered, case.cell),
        short => words::join(view.words, short.iter().map(|s| words::estimate_short(view, *s, case.cell))),
    });
}

/// The standards behind a rule whose shrunken estimate is below target; with `open` also on too few records.
pub(super) fn below_target(view: &View<'_>, rule: &Rule, cell: usize, open: bool) -> Vec<usize> {
    let mut standards = if rule.claims.is_empty() { proof::scored(view) } else { rule.claims.clone() };
    standards.retain(|standard| {
        let state = view.state(*standard, cell);
        let usable = crate::score::counts(state) || open && state == State::TooFew;
        let estimate = view.measure(*standard).map_or(f64::NAN, |m| at(&m.estimate, cell));
        usable && view.direction(*standard).short(estimate, line(view, *standard, cell).1)
    });
    standards
}

/// Reading enough records: of every standard behind a reward or a sanction, of those below target for an offer of help.
fn minimum_gate(case: &Case<'_>, protocol: &mut Protocol, standards: &[usize], offer: bool) {
    let (view, plan) = (case.view, case.view.plan);
    let sanction = case.rule.recommend == Recommend::Sanction;
    let n = |standard: &usize| {
        let figures = if sanction {
            view.gate_side(*standard).map(|(_, figures)| figures)
        } else {
            view.measure(*standard).map(|m| &m.figures)
        };
        figures.and_then(|f| f.n.get(case.cell)).copied().unwrap_or(0)
    };
    // What counts everything that was due is no sample of which there could be too few.
    let sampled: Vec<usize> = standards.iter().copied().filter(|s| !view.is_census(*s)).collect();
    let census = sampled.is_empty() && !sanction;
    let asked = if census { standards } else { &sampled };
    let least = asked.iter().map(n).min().unwrap_or(0);
    let standard = plan.minimum.records as f64;
    let enough = |threshold: f64| offer || !standards.is_empty() && (census || least as f64 >= threshold);
    protocol.threshold(plan, "minimum", standard, enough, |threshold| {
        words::minimum(view.words, least, threshold, offer && (least as f64) < threshold)
    });
}

fn on_records(case: &Case<'_>, protocol: &mut Protocol, families: &Families) {
    let (view, plan) = (case.view, case.view.plan);
    let behind = standards_behind(view, case.rule, case.cell);
    minimum_gate(case, protocol, &behind, false);
    if protocol.over() {
        return;
    }
    let claimed = claims(view, case.rule, case.cell);
    bound(case, protocol, &claimed);
    if protocol.over() {
        return;
    }
    doubtful_gate(case, protocol, &behind);
    let family = families.get(view, case.position, case.period, minimum(plan));
    let worst = claimed.iter().map(|c| family.adjusted(*c, case.subject)).fold(0.0, |a: f64, b| {
        // A pair outside the family was never tested, and proves nothing.
        if b.is_nan() { 1.0 } else { a.max(b) }
    });
    protocol.threshold(
        plan,
        "multiplicity",
        plan.fairness.q,
        |q| worst <= q,
        |q| words::multiplicity(view.words, worst, q, family.size),
    );
    if protocol.over() {
        return;
    }
    reliability(case, protocol, &behind);
    source_types(case, protocol, &behind);
    rater_agreement(case, protocol, &behind);
}

fn bound(case: &Case<'_>, protocol: &mut Protocol, claimed: &[Claim]) {
    let (view, plan) = (case.view, case.view.plan);
    let least = minimum(plan);
    let (k, m) = view.k_of_m(case.rule);
    let window = view.window(case.period, m);
    let read = |claim: &Claim| -> (Proof, usize) {
        // A period in which the rule was not meant for the person is none of its evidence.
        let below = |period| {
            view.applies(case.rule, case.subject, period)
                && proof(view, *claim, view.cell(case.subject, period), least).below
        };
        let count = window.clone().map_or(0, |w| w.filter(|period| below(*period)).count());
        (proof(view, *claim, case.cell, least), count)
    };
    let holds = |claim: &Claim| {
        let (judged, count) = read(claim);
        judged.below && window.is_some() && count >= k as usize
    };
    protocol.add(plan, "bound", verdict(claimed.iter().all(holds)), || {
        if window.is_none() {
            return words::too_few_periods(view.words, case.period + 1, m);
        }
        words::join(
            view.words,
            claimed.iter().map(|claim| {
                let (judged, count) = read(claim);
                match claim {
                    Claim::Standard(s) => words::sanction_bound(view, *s, &judged, count, (k, m)),
                    Claim::Score => words::sanction_score(view, &judged, count, (k, m)),
                }
            }),
        )
    });
}

fn reliability(case: &Case<'_>, protocol: &mut Protocol, behind: &[usize]) {
    let (view, plan) = (case.view, case.view.plan);
    // Spearman–Brown: what of the records is not the person's says nothing of them, so R is that of the rest's n.
    let of = |s: &usize| {
        let Some(measure) = view.measure(*s) else { return f64::NAN };
        let whole = at(&measure.reliability, case.cell);
        let count = |figures: &crate::measure::Figures| figures.n.get(case.cell).copied().unwrap_or(0) as f64;
        let share = view.gate_side(*s).map_or(0.0, |(_, own)| count(own) / count(&measure.figures).max(1.0));
        share * whole / (1.0 - whole + share * whole)
    };
    // Missing means fewer than three peers, or no model: nothing says that the figure tells people apart.
    let least = behind.iter().map(of).fold(f64::INFINITY, |a, b| if b.is_nan() { b } else { a.min(b) });
    let fairness = &plan.fairness;
    let needed = if view.person { fairness.reliability_person } else { fairness.reliability_group };
    protocol.threshold(
        plan,
        "reliability",
        needed,
        |r| least.is_finite() && least >= r,
        |r| words::reliability(view.words, least, r),
    );
}

fn source_types(case: &Case<'_>, protocol: &mut Protocol, behind: &[usize]) {
    let (view, plan) = (case.view, case.view.plan);
    let mut kinds: Vec<SourceKind> = behind.iter().flat_map(|s| source_kinds(view, *s)).collect();
    let claimed_kinds = kinds.clone();
    let least = minimum(plan);
    let corroborates = |standard: &&usize| {
        let Some((_, own)) = view.gate_side(**standard) else { return false };
        let estimate = view.measure(**standard).map_or(f64::NAN, |m| at(&m.estimate, case.cell));
        let n = own.n.get(case.cell).copied().unwrap_or(0);
        let applies = !matches!(view.state(**standard, case.cell), State::NotApplicable | State::Failed);
        let (direction, target) = (view.direction(**standard), line(view, **standard, case.cell).1);
        // Both what the peers make of all records, and the person's own.
        let short = direction.short(estimate, target) && direction.short(at(&own.value, case.cell), target);
        applies && !view.is_census(**standard) && n >= least && short && raters_agree(view, **standard)
    };
    for standard in case.rule.corroborated_by.iter().filter(corroborates) {
        kinds.extend(source_kinds(view, *standard).into_iter().filter(|k| !claimed_kinds.contains(k)));
    }
    kinds.sort_unstable();
    kinds.dedup();
    // Complaints mislead: alone they prove nothing, whatever the policy accepts.
    let complaints_alone = kinds == [SourceKind::Complaint];
    if complaints_alone {
        protocol.passed = false;
        if let Some(gates) = &mut protocol.gates {
            gates.push(Gate {
                name: "source_types",
                verdict: Verdict::Fail,
                figure: words::complaints_alone(view.words),
            });
        }
        return;
    }
    protocol.threshold(
        plan,
        "source_types",
        2.0,
        |needed| kinds.len() as f64 >= needed,
        |needed| words::source_types(view.words, &kinds, needed),
    );
}

/// What was observed counts only where the raters are known to agree; what was not observed needs none.
fn raters_agree(view: &View<'_>, standard: usize) -> bool {
    if !source_kinds(view, standard).contains(&SourceKind::Observation) {
        return true;
    }
    let needed = match setting(view.plan, "rater_agreement") {
        Setting::Off => return true,
        Setting::Number(number) => number.min(agreement_needed(view, standard)),
        Setting::Standard => agreement_needed(view, standard),
    };
    view.measure(standard).and_then(|m| m.agreement).is_some_and(|a| a >= needed)
}

/// The measure's own threshold: it may ask for more; for less somebody answers, in `fairness.gates`.
fn agreement_needed(view: &View<'_>, standard: usize) -> f64 {
    let measure = view.plan.standards.get(standard).and_then(|about| view.plan.measures.get(about.measure));
    measure.and_then(|m| m.agreement).unwrap_or(AGREEMENT).max(AGREEMENT)
}

fn rater_agreement(case: &Case<'_>, protocol: &mut Protocol, behind: &[usize]) {
    let (view, plan) = (case.view, case.view.plan);
    let observed = behind.iter().copied().filter(|s| source_kinds(view, *s).contains(&SourceKind::Observation));
    let observed: Vec<usize> = observed.collect();
    let of = |s: &usize| view.measure(*s).and_then(|m| m.agreement);
    let own = |s: &usize| agreement_needed(view, *s);
    if let Some(unknown) = observed.iter().find(|s| of(s).is_none()) {
        protocol.add(plan, "rater_agreement", Verdict::Unknown, || words::no_raters(view, *unknown));
        return;
    }
    let policy = setting(plan, "rater_agreement");
    let stricter = if let Setting::Number(number) = policy { number } else { AGREEMENT };
    let own = |s: &usize| own(s).max(stricter);
    let reached = |s: &usize, threshold: f64| of(s).is_some_and(|a| a >= threshold);
    let verdict = if observed.iter().all(|s| reached(s, own(s))) {
        Verdict::Pass
    } else {
        match policy {
            Setting::Number(number) if observed.iter().all(|s| reached(s, number)) => Verdict::Waived,
            _ => Verdict::Fail,
        }
    };
    protocol.add(plan, "rater_agreement", verdict, || match observed.as_slice() {
        [] => words::nothing_observed(view.words),
        observed => words::join(view.words, observed.iter().map(|s| words::agreement(view, *s, of(s), own(s)))),
    });
}

pub(super) fn verdict(holds: bool) -> Verdict {
    if holds { Verdict::Pass } else { Verdict::Fail }
}

/// Floor and target of a cell.
pub(super) fn line(view: &View<'_>, standard: usize, cell: usize) -> (f64, f64) {
    view.card(standard).map_or((f64::NAN, f64::NAN), |card| (at(&card.floor, cell), at(&card.target, cell)))
}

/// Worse and better end of the interval of a cell.
pub(super) fn ends(view: &View<'_>, standard: usize, cell: usize) -> (f64, f64) {
    let Some(measure) = view.measure(standard) else { return (f64::NAN, f64::NAN) };
    let (lower, upper) = (at(&measure.figures.lower, cell), at(&measure.figures.upper, cell));
    let direction = view.direction(standard);
    (direction.worst(lower, upper), direction.best(lower, upper))
}
