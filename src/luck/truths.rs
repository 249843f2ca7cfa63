//! The truths that worlds are drawn from: as pooled, at the line, and with an effect planted; and who deserves what under them.

use std::collections::BTreeMap;

use super::draw::Truths;
use super::named::{asks, scored};
use super::pool::unit;
use super::span::{self, Span, Year};
use super::timeline::picked;
use super::{Pool, Truth, at_line, deserved};
use crate::diagnostic::Diagnostic;
use crate::judge::Outcome;
use crate::language::Environment;
use crate::measure::{self, Counted, Counts, Priors, Tallies};
use crate::score::{self, Scorecards, attributes_match};
use crate::workspace::{Plan, Recommend, Rule};

/// Records in the place of one: so many that what is counted of them is the truth, to twelve digits.
const ENDLESS: f64 = 1e6;

/// What everyone's records say together.
pub(super) struct Pools {
    pub pooled: Truths,
    of_measures: BTreeMap<usize, Overall>,
}

/// One measure.
struct Overall {
    /// By lender: the figure of all whom a person answers for; of all, where nobody does anywhere.
    figures: Vec<Option<f64>>,
    /// The form, without a cell.
    shape: Tallies,
    strata: usize,
}

impl Pools {
    pub fn of(year: &Year<'_>) -> Pools {
        let mut pools = Pools { pooled: Truths { by_measure: BTreeMap::new() }, of_measures: BTreeMap::new() };
        let seated = |measure: usize| {
            let cells = year.counts.of(measure).map_or(&[][..], |(table, _)| &table.cells);
            cells.iter().any(|c| year.lenders.contains(&(c.period as usize)) && year.sits(c.seat))
        };
        let anyone: BTreeMap<usize, bool> = year.named.measures().into_iter().map(|m| (m, seated(m))).collect();
        for span in year.lent() {
            for (table, of_cells) in span.counts.tables.iter().zip(&span.pools) {
                for counted in &table.measures {
                    let own = pools.pooled.by_measure.entry(counted.measure).or_insert(Pool { truths: Vec::new() });
                    own.absorb(Pool::of(&counted.tallies, of_cells));
                    let anyone = anyone.get(&counted.measure).copied().unwrap_or(false);
                    let lent = |cell: &measure::Cell| {
                        if anyone && !year.sits(cell.seat) { u32::MAX } else { span.lends[cell.period as usize] as u32 }
                    };
                    let overall = pools.of_measures.entry(counted.measure).or_insert_with(|| Overall {
                        figures: vec![None; year.lenders.len()],
                        shape: picked(&counted.tallies, &[]),
                        strata: table.strata.len().max(1),
                    });
                    overall.add(counted, &table.cells.iter().map(lent).collect::<Vec<_>>());
                }
            }
        }
        pools
    }

    /// The pooled figure of a measure in a lender.
    pub fn figure(&self, measure: usize, lender: usize) -> Option<f64> {
        self.of_measures.get(&measure)?.figures.get(lender).copied().flatten()
    }

    /// Truths with other figures: `to` gives the new figure of a measure in a lender from the pooled one. Strata keep their
    /// distances.
    pub fn moved(&self, to: &dyn Fn(usize, usize, f64) -> f64) -> Truths {
        let mut moved = self.pooled.clone();
        for (measure, pool) in &mut moved.by_measure {
            let Some(overall) = self.of_measures.get(measure) else { continue };
            for (position, truth) in pool.truths.iter_mut().enumerate() {
                let lender = span::lender(position, overall.strata);
                let pooled = overall.figures.get(lender).copied().flatten();
                if let (Some(pooled), Some(own)) = (pooled, truth.figure(&overall.shape)) {
                    let by = to(*measure, lender, pooled) - pooled;
                    if by != 0.0 && by.is_finite() {
                        *truth = truth.moved(own + by, &overall.shape);
                    }
                }
            }
        }
        moved
    }
}

impl Overall {
    /// Adds lenders that were not seen before; `lenders` gives that of each cell.
    fn add(&mut self, counted: &Counted, lenders: &[u32]) {
        let count = self.figures.len();
        let Ok(sums) = counted.tallies.added(lenders, count) else { return };
        let all: Vec<u32> = (0..count as u32).collect();
        for (figure, truth) in self.figures.iter_mut().zip(Pool::of(&sums, &all).truths) {
            *figure = truth.figure(&self.shape).or(*figure);
        }
    }
}

/// Scorecards of a world without luck: every value is its truth. n and states are as counted.
pub(super) fn without_luck(plan: &Plan, span: &Span, truths: &Truths) -> Result<Scorecards, Vec<Diagnostic>> {
    let mut counts = span.counts.clone();
    for (table, pools) in counts.tables.iter_mut().zip(&span.pools) {
        for counted in &mut table.measures {
            if let Some(pool) = truths.by_measure.get(&counted.measure) {
                endless(counted, pool, pools);
            }
        }
    }
    let (fixed, _) = measure::levels(plan, &span.counts, Priors::Moments)?;
    let (mut levels, _) = measure::levels(plan, &counts, Priors::Moments)?;
    for (level, fixed) in levels.iter_mut().zip(fixed) {
        for (readings, fixed) in level.measures.iter_mut().zip(fixed.measures) {
            readings.figures.n = fixed.figures.n;
            readings.state = fixed.state;
        }
    }
    let environment = Environment { calendar: plan.calendar.clone() };
    Ok(score::score(plan, span.readings(levels), &environment))
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

/// The standards that a rule's claim rests on: those it names, or those of the score.
fn behind(plan: &Plan, rule: &Rule) -> Vec<usize> {
    if rule.claims.is_empty() { scored(plan) } else { rule.claims.clone() }
}

/// The measures that sanctions at a level claim.
pub(super) fn behind_sanctions(plan: &Plan, level: usize) -> Vec<usize> {
    let sanctions = acting(plan, level).filter(|(_, rule)| outcome_of(rule) == Outcome::Sanction);
    let standards = sanctions.flat_map(|(_, rule)| behind(plan, rule));
    let mut measures: Vec<usize> = standards.filter_map(|s| plan.standards.get(s)).map(|s| s.measure).collect();
    measures.sort_unstable();
    measures.dedup();
    measures
}

/// The standards that are to corroborate sanctions at a level, in the order of the workspace.
pub(super) fn corroborating(plan: &Plan, level: usize) -> Vec<String> {
    let sanctions = || acting(plan, level).filter(|(_, rule)| outcome_of(rule) == Outcome::Sanction);
    let asked = |standard: &usize| {
        sanctions().any(|(_, rule)| rule.corroborated_by.contains(standard) && !rule.claims.contains(standard))
    };
    let named = |standard: usize| plan.standards.get(standard).map(|s| s.id.value.clone());
    (0..plan.standards.len()).filter(asked).filter_map(named).collect()
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
    plan: &'a Plan,
    outcome: Outcome,
    /// (measure, lender) → (floor, target) of every standard and subject, each pair once.
    by_measure: BTreeMap<(usize, usize), Vec<(f64, f64)>>,
    /// The same of the standards that only corroborate a claim.
    corroborating: BTreeMap<(usize, usize), Vec<(f64, f64)>>,
    /// Measures that a claim on the score rests on.
    of_score: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn new(plan: &'a Plan, outcome: Outcome) -> Lines<'a> {
        Lines { plan, outcome, by_measure: BTreeMap::new(), corroborating: BTreeMap::new(), of_score: Vec::new() }
    }

    /// Adds the lines of a span's subjects.
    pub fn add(&mut self, span: &Span, cards: &Scorecards) {
        let (plan, outcome) = (self.plan, self.outcome);
        for level in 0..plan.levels.len() {
            for (_, rule) in acting(plan, level).filter(|(_, rule)| outcome_of(rule) == outcome) {
                for standard in &rule.corroborated_by {
                    let found = self.pairs(span, cards, level, *standard);
                    found.into_iter().for_each(|(key, pair)| self.corroborating.entry(key).or_default().push(pair));
                }
                for standard in behind(plan, rule) {
                    let found = self.pairs(span, cards, level, standard);
                    found.into_iter().for_each(|(key, pair)| self.by_measure.entry(key).or_default().push(pair));
                    if rule.claims.is_empty() {
                        self.of_score.extend(plan.standards.get(standard).map(|s| s.measure));
                    }
                }
            }
        }
        for pairs in self.by_measure.values_mut().chain(self.corroborating.values_mut()) {
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            pairs.dedup_by(|a, b| a.0.to_bits() == b.0.to_bits() && a.1.to_bits() == b.1.to_bits());
        }
    }

    /// Measure, lender, and the lines of a standard's subjects there.
    fn pairs(
        &self,
        span: &Span,
        cards: &Scorecards,
        level: usize,
        standard: usize,
    ) -> Vec<((usize, usize), (f64, f64))> {
        let about = self.plan.standards.get(standard);
        let card = cards.levels.get(level).and_then(|l| l.standards.get(standard));
        let (Some(about), Some(card)) = (about, card) else { return Vec::new() };
        let width = cards.readings.periods.len().max(1);
        let varies = |line: &Option<crate::diagnostic::Authored<crate::workspace::Line>>| {
            line.as_ref().is_some_and(|l| matches!(l.value, crate::workspace::Line::Field(_)))
        };
        let all = card.floor.iter().copied().zip(card.target.iter().copied()).enumerate();
        // a line that is a number is the same for everyone
        let cells = if varies(&about.floor) || varies(&about.target) { card.floor.len() } else { width };
        let lender = |cell: usize| span.lends.get(cell % width).copied().unwrap_or(0);
        all.take(cells).map(|(cell, pair)| ((about.measure, lender(cell)), pair)).collect()
    }

    /// Whether a rule claims the score.
    pub fn of_score(&self) -> bool {
        !self.of_score.is_empty()
    }

    /// The figure at the line. `further` (0…1) goes on from there to the other line, for scores that are still deserved.
    pub fn figure(&self, measure: usize, period: usize, pooled: f64, further: f64) -> f64 {
        let lower = self.plan.measures.get(measure).is_some_and(|m| m.lower_is_better);
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
    /// net promoter score, else that part of the floor. What corroborates a claim falls as far short, of its target where it
    /// has no floor: a shortfall that nothing else shows is not one that a policy should find.
    pub fn planted(&self, measure: usize, period: usize, pooled: f64, effect: f64) -> f64 {
        let about = self.plan.measures.get(measure);
        let lower = about.is_some_and(|m| m.lower_is_better);
        let claimed = self.by_measure.get(&(measure, period)).into_iter().flatten().map(|(floor, _)| *floor);
        let beside = self.corroborating.get(&(measure, period)).into_iter().flatten();
        let beside = beside.map(|(floor, target)| if floor.is_finite() { *floor } else { *target });
        let by = |floor: f64| match about.map(|m| m.form.name()) {
            Some("share") => effect,
            Some("nps") => 100.0 * effect,
            _ => effect * floor.abs(),
        };
        let planted = claimed
            .chain(beside)
            .filter(|f| f.is_finite())
            .map(|floor| if lower { floor + by(floor) } else { floor - by(floor) });
        planted.reduce(|a, b| if lower { a.max(b) } else { a.min(b) }).unwrap_or(pooled)
    }
}
