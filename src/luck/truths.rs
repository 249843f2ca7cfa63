//! The truths that worlds are drawn from: as pooled, at the line, and with an effect planted; and who deserves what under them.

use std::collections::BTreeMap;

use super::audit::Subject;
use super::draw::Truths;
use super::named::{asks, scored};
use super::pool::unit;
use super::{Pool, Truth, at_line, deserved};
use crate::diagnostic::Diagnostic;
use crate::judge::Outcome;
use crate::language::Environment;
use crate::measure::{self, Counted, Counts, NOBODY, Priors, Tallies};
use crate::score::{self, Scorecards, attributes_match};
use crate::workspace::{Plan, Recommend, Rule};

/// Records in the place of one: so many that what is counted of them is the truth, to twelve digits.
const ENDLESS: f64 = 1e6;

/// The pool of each cell: (period, stratum, whether a person answers for it), by table.
pub(super) struct Pools {
    pub of_cells: Vec<Vec<u32>>,
    /// By table: the period (position among the existing ones) of each cell that a person answers for; of all, where nobody
    /// does anywhere. One more than the periods: left out.
    seated: Vec<Vec<u32>>,
    strata: Vec<usize>,
    periods: usize,
}

impl Pools {
    /// `lends` gives, by turn, the position of the existing period.
    pub fn of(counts: &Counts, person: Option<usize>, lends: &[usize]) -> Pools {
        let periods = lends.iter().max().map_or(0, |most| most + 1);
        let sits = |seat: u32| {
            let subject = person.and_then(|level| counts.seats.get(seat as usize)?.get(level));
            person.is_none() || subject.is_some_and(|s| *s != NOBODY)
        };
        let period = |cell: &measure::Cell| lends.get(cell.period as usize).copied().unwrap_or(0);
        let mut pools = Pools { of_cells: Vec::new(), seated: Vec::new(), strata: Vec::new(), periods };
        for table in &counts.tables {
            let strata = table.strata.len().max(1);
            let of = |cell: &measure::Cell| {
                ((period(cell) * strata + cell.stratum as usize) * 2 + usize::from(!sits(cell.seat))) as u32
            };
            let seated = |cell: &measure::Cell| if sits(cell.seat) { period(cell) as u32 } else { periods as u32 };
            pools.of_cells.push(table.cells.iter().map(of).collect());
            let anyone = table.cells.iter().any(|c| sits(c.seat));
            let all = |cell: &measure::Cell| if anyone { seated(cell) } else { period(cell) as u32 };
            pools.seated.push(table.cells.iter().map(all).collect());
            pools.strata.push(strata);
        }
        pools
    }

    /// What the records of each pool say together.
    pub fn pooled(&self, counts: &Counts) -> Truths {
        let tables = counts.tables.iter().zip(&self.of_cells);
        let measures = tables.flat_map(|(table, pools)| table.measures.iter().map(move |m| (m, pools)));
        Truths { by_measure: measures.map(|(m, pools)| (m.measure, Pool::of(&m.tallies, pools))).collect() }
    }

    /// The same truths with other figures: `to` gives the new figure of a measure in a period from the pooled one. Strata keep
    /// their distances.
    pub fn moved(&self, counts: &Counts, truths: &Truths, to: &dyn Fn(usize, usize, f64) -> f64) -> Truths {
        let mut moved = truths.clone();
        for ((table, seated), strata) in counts.tables.iter().zip(&self.seated).zip(&self.strata) {
            for counted in &table.measures {
                let Some(pool) = moved.by_measure.get_mut(&counted.measure) else { continue };
                let overall = Pool::of(&counted.tallies, seated);
                for (position, truth) in pool.truths.iter_mut().enumerate() {
                    let period = position / 2 / strata;
                    let pooled = overall.truths.get(period).filter(|_| period < self.periods);
                    let pooled = pooled.and_then(|t| t.figure(&counted.tallies));
                    if let (Some(pooled), Some(own)) = (pooled, truth.figure(&counted.tallies)) {
                        let by = to(counted.measure, period, pooled) - pooled;
                        if by != 0.0 && by.is_finite() {
                            *truth = truth.moved(own + by, &counted.tallies);
                        }
                    }
                }
            }
        }
        moved
    }
}

/// Scorecards of a world without luck: every value is its truth. n and states are as counted.
pub(super) fn without_luck(subject: &Subject<'_>, truths: &Truths) -> Result<Scorecards, Vec<Diagnostic>> {
    let mut counts = subject.year.clone();
    for (table, pools) in counts.tables.iter_mut().zip(&subject.pools.of_cells) {
        for counted in &mut table.measures {
            if let Some(pool) = truths.by_measure.get(&counted.measure) {
                endless(counted, pool, pools);
            }
        }
    }
    let (fixed, _) = measure::levels(subject.plan, subject.year, Priors::Moments)?;
    let (mut levels, _) = measure::levels(subject.plan, &counts, Priors::Moments)?;
    for (level, fixed) in levels.iter_mut().zip(fixed) {
        for (readings, fixed) in level.measures.iter_mut().zip(fixed.measures) {
            readings.figures.n = fixed.figures.n;
            readings.state = fixed.state;
        }
    }
    let environment = Environment { calendar: subject.plan.calendar.clone() };
    Ok(score::score(subject.plan, subject.readings(levels), &environment))
}

fn endless(counted: &mut Counted, pool: &Pool, pools: &[u32]) {
    counted.dropped = None;
    let truth = |i: usize| pools.get(i).and_then(|p| pool.truths.get(*p as usize));
    let many = |n: u64| (n as f64 * ENDLESS) as u64;
    for i in 0..counted.tallies.len() {
        match (&mut counted.tallies, truth(i)) {
            (Tallies::Share { hits, n }, Some(Truth::Share(p))) => {
                n[i] = many(n[i]);
                hits[i] = (n[i] as f64 * p).round() as u64;
            }
            (Tallies::Nps { promoters, detractors, n }, Some(Truth::Nps { promoters: p, detractors: d })) => {
                n[i] = many(n[i]);
                promoters[i] = (n[i] as f64 * p).round() as u64;
                detractors[i] = ((n[i] as f64 * d).round() as u64).min(n[i] - promoters[i]);
            }
            (Tallies::Rate { events, per, .. }, Some(Truth::Rate(rate))) => {
                per[i] = (per[i] as f64 * ENDLESS) as i128;
                events[i] = (per[i] as f64 * rate).round() as i128;
            }
            (Tallies::Moments { n, sum, squares, decimals }, Some(Truth::Normal { mean, variance })) => {
                n[i] = many(n[i]);
                let (count, one) = (n[i] as f64, unit(*decimals));
                sum[i] = (mean * count * one).round() as i128;
                squares[i] = ((variance + mean * mean) * count * one * one).round() as i128;
            }
            (Tallies::Ratio { of, out_of, .. }, Some(Truth::Ratio { ratio, .. })) => {
                out_of[i] = (out_of[i] as f64 * ENDLESS) as i128;
                of[i] = (out_of[i] as f64 * ratio).round() as i128;
            }
            (Tallies::Histogram { cells, at, decimals }, Some(truth @ Truth::Values(_))) if !cells[i].is_empty() => {
                let shape = Tallies::Histogram { cells: Vec::new(), at: *at, decimals: *decimals };
                let figure = truth.figure(&shape).unwrap_or(f64::NAN);
                cells[i] = vec![((figure * unit(*decimals)).round() as i64, 1)];
            }
            _ => {}
        }
    }
}

/// Who deserves what under a truth, by level and rule: one entry a cell. Rules that neither reward nor sanction are left out.
pub(super) type Deserved = Vec<BTreeMap<usize, Vec<bool>>>;

/// Whom a rule is for, by level and rule: assessed subjects in judged turns.
pub(super) type Asked = Vec<BTreeMap<usize, Vec<bool>>>;

/// The rules that reward or sanction at a level.
pub(super) fn acting(plan: &Plan, level: usize) -> impl Iterator<Item = (usize, &Rule)> {
    plan.rules.iter().enumerate().filter(move |(_, r)| r.recommend != Recommend::Develop && asks(plan, r, level))
}

pub(super) fn outcome_of(rule: &Rule) -> Outcome {
    if rule.recommend == Recommend::Reward { Outcome::Reward } else { Outcome::Sanction }
}

/// A recommendation is deserved where every claim of its rule is true. Compared to nine digits: a truth at its line is at its
/// line.
pub(super) fn deserving(plan: &Plan, cards: &Scorecards) -> Deserved {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3);
    let of_rule = |level: usize, rule: &Rule| -> Vec<bool> {
        let (Some(scores), Some(readings)) = (cards.levels.get(level), cards.readings.levels.get(level)) else {
            return Vec::new();
        };
        let outcome = outcome_of(rule);
        let fairness = &plan.fairness;
        let holds = |truth: f64, floor: f64, target: f64, lower: bool| {
            let line = if outcome == Outcome::Reward { target } else { floor };
            !near(truth, line) && deserved(outcome, truth, floor, target, lower) == Some(true)
        };
        let of_standard = |standard: usize, cell: usize| {
            let (about, card) = (plan.standards.get(standard)?, scores.standards.get(standard)?);
            if card.state.get(cell) == Some(&measure::State::NotApplicable) {
                return None;
            }
            let lower = plan.measures.get(about.measure).is_some_and(|m| m.lower_is_better);
            let value = *readings.measures.get(about.measure)?.figures.value.get(cell)?;
            Some(holds(value, *card.floor.get(cell)?, *card.target.get(cell)?, lower))
        };
        let of_score = |cell: usize| {
            let score = scores.score.get(cell).copied().unwrap_or(f64::NAN);
            holds(score, fairness.sanction_line, fairness.reward_line, false)
        };
        let in_cell = |cell: usize| match rule.claims.as_slice() {
            [] => of_score(cell),
            claims => {
                let mut found = claims.iter().filter_map(|s| of_standard(*s, cell)).peekable();
                found.peek().is_some() && found.all(|holds| holds)
            }
        };
        (0..readings.records.len()).map(in_cell).collect()
    };
    let of_level = |level: usize| acting(plan, level).map(|(i, rule)| (i, of_rule(level, rule))).collect();
    (0..plan.levels.len()).map(of_level).collect()
}

/// Whom each rule may reach: those it is for, where they are assessed, in judged turns.
pub(super) fn asked(plan: &Plan, counts: &Counts) -> Asked {
    let width = counts.periods.len();
    let mut judged = vec![false; width];
    counts.judged.iter().for_each(|p| judged[*p] = true);
    let of_rule = |level: usize, rule: &Rule| -> Vec<bool> {
        let name = plan.levels.get(level).map_or("", |l| l.value.as_str());
        let (Some(subjects), Some(records)) = (counts.subjects.get(level), counts.records.get(level)) else {
            return Vec::new();
        };
        let mut asked = Vec::with_capacity(records.len());
        for (about, records) in subjects.iter().zip(records.chunks_exact(width.max(1))) {
            for (period, (n, judged)) in records.iter().zip(&judged).enumerate() {
                let attributes = about.attributes.get(period).and_then(Option::as_ref);
                asked.push(*judged && *n > 0 && attributes_match(&rule.applies_to, name, attributes));
            }
        }
        asked
    };
    let of_level = |level: usize| acting(plan, level).map(|(i, rule)| (i, of_rule(level, rule))).collect();
    (0..plan.levels.len()).map(of_level).collect()
}

/// Lines of a period, by measure: what its standards ask of those whom rules of one outcome claim to judge.
pub(super) struct Lines<'a> {
    subject: &'a Subject<'a>,
    outcome: Outcome,
    /// (measure, existing period) → (floor, target) of every standard and subject, each pair once.
    by_measure: BTreeMap<(usize, usize), Vec<(f64, f64)>>,
    /// Measures that a claim on the score rests on.
    of_score: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn of(subject: &'a Subject<'a>, cards: &Scorecards, outcome: Outcome) -> Lines<'a> {
        let plan = subject.plan;
        let mut lines = Lines { subject, outcome, by_measure: BTreeMap::new(), of_score: Vec::new() };
        for level in 0..plan.levels.len() {
            for (_, rule) in acting(plan, level).filter(|(_, rule)| outcome_of(rule) == outcome) {
                let behind = if rule.claims.is_empty() { scored(plan) } else { rule.claims.clone() };
                for standard in behind {
                    lines.standard(cards, level, standard);
                    if rule.claims.is_empty() {
                        lines.of_score.extend(plan.standards.get(standard).map(|s| s.measure));
                    }
                }
            }
        }
        for pairs in lines.by_measure.values_mut() {
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            pairs.dedup_by(|a, b| a.0.to_bits() == b.0.to_bits() && a.1.to_bits() == b.1.to_bits());
        }
        lines
    }

    fn standard(&mut self, cards: &Scorecards, level: usize, standard: usize) {
        let about = self.subject.plan.standards.get(standard);
        let card = cards.levels.get(level).and_then(|l| l.standards.get(standard));
        let (Some(about), Some(card)) = (about, card) else { return };
        let width = cards.readings.periods.len().max(1);
        let varies = |line: &Option<crate::diagnostic::Authored<crate::workspace::Line>>| {
            line.as_ref().is_some_and(|l| matches!(l.value, crate::workspace::Line::Field(_)))
        };
        let all = card.floor.iter().copied().zip(card.target.iter().copied()).enumerate();
        // a line that is a number is the same for everyone
        let cells = if varies(&about.floor) || varies(&about.target) { card.floor.len() } else { width };
        for (cell, pair) in all.take(cells) {
            let period = self.subject.lends.get(cell % width).copied().unwrap_or(0);
            self.by_measure.entry((about.measure, period)).or_default().push(pair);
        }
    }

    /// The figure at the line. `further` (0…1) goes on from there to the other line, for scores that are still deserved.
    pub fn figure(&self, measure: usize, period: usize, pooled: f64, further: f64) -> f64 {
        let lower = self.subject.plan.measures.get(measure).is_some_and(|m| m.lower_is_better);
        let Some(pairs) = self.by_measure.get(&(measure, period)) else { return pooled };
        let at = |figure: f64, (floor, target): &(f64, f64)| at_line(self.outcome, figure, *floor, *target, lower);
        let line = pairs.iter().fold(pooled, at);
        if further <= 0.0 || !self.of_score.contains(&measure) {
            return line;
        }
        let other = |end: f64, (floor, target): &(f64, f64)| {
            let (turned, outcome) = match self.outcome {
                Outcome::Reward => (*floor, Outcome::Reward),
                outcome => (*target, outcome),
            };
            at_line(outcome, end, turned, turned, lower)
        };
        let end = pairs.iter().fold(line, other);
        line + further * (end - line)
    }

    /// The figure of someone who is `effect` on the wrong side of the floor: points of a share, a hundred times as many of a
    /// net promoter score, else that part of the floor.
    pub fn planted(&self, measure: usize, period: usize, pooled: f64, effect: f64) -> f64 {
        let about = self.subject.plan.measures.get(measure);
        let lower = about.is_some_and(|m| m.lower_is_better);
        let Some(pairs) = self.by_measure.get(&(measure, period)) else { return pooled };
        let by = |floor: f64| match about.map(|m| m.form.name()) {
            Some("share") => effect,
            Some("nps") => 100.0 * effect,
            _ => effect * floor.abs(),
        };
        let planted = pairs
            .iter()
            .map(|p| p.0)
            .filter(|f| f.is_finite())
            .map(|floor| if lower { floor + by(floor) } else { floor - by(floor) });
        planted.reduce(|a, b| if lower { a.max(b) } else { a.min(b) }).unwrap_or(pooled)
    }
}
