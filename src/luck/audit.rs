//! The driver: a year of worlds through the real measure, score and judge.

use super::answer::{Answer, At, OutcomeAnswer, WorldsOf};
use super::bench::Bench;
use super::draw::{Draws, Truths};
use super::planted::Planting;
use super::span::{self, Span, Year};
use super::tally::{Found, Reach, Tally};
use super::truths::{self, Deserved, Lines, Pools};
use super::{Line, Named, over_worlds};
use crate::diagnostic::Diagnostic;
use crate::judge::Outcome;
use crate::measure::{self, Counts, Crossed, PERSON, PeriodChoice, Redrawn};
use crate::records::Progress;
use crate::workspace::Plan;

/// What an audit may be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    pub worlds: u64,
    pub seed: u64,
    /// Measures of one source are drawn independently too.
    pub independent: bool,
    /// How far under the floor the planted truth lies: 0.15 is 15 points of a share.
    pub effect: f64,
    pub as_of: Option<jiff::civil::Date>,
}

/// Worlds, where nobody says how many.
pub const WORLDS: u64 = 1000;
/// Points under the floor, where nobody says how far.
pub const EFFECT: f64 = 0.15;

/// Reads the records, then audits. `reading` hears of bytes, `drawing` of worlds.
pub fn audit(
    plan: &Plan,
    options: &Options,
    reading: Progress<'_>,
    drawing: Progress<'_>,
) -> Result<Answer, Vec<Diagnostic>> {
    audit_while(plan, options, reading, drawing, &|| true)
}

/// The same, given up once `go_on` says no, which is asked before each world: then the error is empty.
pub fn audit_while(
    plan: &Plan,
    options: &Options,
    reading: Progress<'_>,
    drawing: Progress<'_>,
    go_on: &(dyn Fn() -> bool + Sync),
) -> Result<Answer, Vec<Diagnostic>> {
    let named = Named::of(plan);
    let (counts, crossed) =
        measure::count_crossed(plan, options.as_of, &PeriodChoice::Latest, &named.measures(), reading)?;
    audit_counts(plan, &named, &counts, &crossed, options, drawing, go_on)
}

/// Audits what was counted.
pub fn audit_counts(
    plan: &Plan,
    named: &Named,
    counts: &Counts,
    crossed: &Crossed,
    options: &Options,
    progress: Progress<'_>,
    go_on: &(dyn Fn() -> bool + Sync),
) -> Result<Answer, Vec<Diagnostic>> {
    audit_year(&Year::new(plan, named, counts, span::FIGURES), crossed, options, progress, go_on)
}

fn audit_year(
    year: &Year<'_>,
    crossed: &Crossed,
    options: &Options,
    progress: Progress<'_>,
    go_on: &(dyn Fn() -> bool + Sync),
) -> Result<Answer, Vec<Diagnostic>> {
    let mut answer = Answer::new(year.plan, options, year.judged() as u64, year.lenders.len() as u64);
    if year.named.anything() {
        let pools = Pools::of(year);
        let crossed = (!options.independent).then_some(crossed);
        Audit { year, pools: &pools, crossed, options, progress, go_on, done: 0, all: options.worlds }
            .run(&mut answer)?;
    }
    Ok(answer)
}

/// An audit under way.
pub(super) struct Audit<'a> {
    pub year: &'a Year<'a>,
    pub pools: &'a Pools,
    pub crossed: Option<&'a Crossed>,
    pub options: &'a Options,
    progress: Progress<'a>,
    go_on: &'a (dyn Fn() -> bool + Sync),
    /// Worlds drawn, and to be drawn, over all spans.
    done: u64,
    all: u64,
}

/// The outcomes that an audit is about.
const OUTCOMES: &[Outcome] = &[Outcome::Reward, Outcome::Sanction];

impl Audit<'_> {
    fn run(&mut self, answer: &mut Answer) -> Result<(), Vec<Diagnostic>> {
        let plan = self.year.plan;
        let lines = self.lines()?;
        let mut at_lines = Vec::new();
        for (outcome, lines) in OUTCOMES.iter().zip(&lines) {
            at_lines.push(self.at_the_line(*outcome, lines)?);
        }
        let planting = match lines.get(1) {
            Some(lines) => Planting::new(self, lines)?,
            None => None,
        };
        let worlds = self.options.worlds;
        let drawn = worlds * (1 + at_lines.iter().flatten().count() as u64);
        self.all = (drawn + planting.as_ref().map_or(0, |_| planted_worlds(worlds))) * self.year.spans.len() as u64;
        let found = self.worlds(&self.pools.pooled, OUTCOMES)?;
        for ((only, outcome), line) in OUTCOMES.chunks(1).zip(OUTCOMES).zip(at_lines) {
            let at_line = match &line {
                Some(truths) => Some(self.worlds(truths, only)?),
                None => None,
            };
            for (level, about) in plan.levels.iter().enumerate() {
                if let Some(found) = self.outcome(level, *outcome, &found, at_line.as_ref()) {
                    answer.level(&about.value).outcomes.push(found);
                }
            }
        }
        if let Some(planting) = planting {
            answer.power = planting.power(self)?;
        }
        Ok(())
    }

    /// What is asked of whom, by outcome.
    fn lines(&self) -> Result<Vec<Lines<'_>>, Vec<Diagnostic>> {
        let mut lines: Vec<Lines<'_>> = OUTCOMES.iter().map(|outcome| Lines::new(self.year.plan, *outcome)).collect();
        for range in &self.year.spans {
            let span = self.year.span(range);
            let cards = truths::without_luck(self.year.plan, &span, &self.pools.pooled)?;
            lines.iter_mut().for_each(|lines| lines.add(&span, &cards));
        }
        Ok(lines)
    }

    /// The truths at the line; `None` where they are the pooled ones.
    fn at_the_line(&self, outcome: Outcome, lines: &Lines<'_>) -> Result<Option<Truths>, Vec<Diagnostic>> {
        let moved = |further: f64| {
            let to = |measure: usize, period: usize, pooled: f64| lines.figure(measure, period, pooled, further);
            self.pools.moved(&to)
        };
        let first = moved(0.0);
        let as_first = |first: Truths| (first != self.pools.pooled).then_some(first);
        if !lines.of_score() || !self.any_deserves(outcome, &first)? {
            return Ok(as_first(first));
        }
        // A score may lie beyond its line while every standard is at its own: on from there, until nobody deserves it.
        let far = moved(1.0);
        if far == first || self.any_deserves(outcome, &far)? {
            return Ok(as_first(first));
        }
        let (mut low, mut high, mut best) = (0.0, 1.0, far);
        for _ in 0..STEPS {
            let middle = 0.5 * (low + high);
            let truths = moved(middle);
            if self.any_deserves(outcome, &truths)? {
                low = middle;
            } else {
                (high, best) = (middle, truths);
            }
        }
        Ok(Some(best))
    }

    /// Whether somebody whom a rule on the score reaches deserves it.
    fn any_deserves(&self, outcome: Outcome, truths: &Truths) -> Result<bool, Vec<Diagnostic>> {
        let plan = self.year.plan;
        for range in &self.year.spans {
            let span = self.year.span(range);
            let deserved = self.deserved(&span, truths)?;
            let asked = truths::asked(plan, &span.counts);
            let any = |level: usize| {
                let rules = truths::acting(plan, level);
                rules.filter(|(_, r)| truths::outcome_of(r) == outcome && r.claims.is_empty()).any(|(position, _)| {
                    let found = deserved.get(level).and_then(|l| l.get(&position));
                    let asked = asked.get(level).and_then(|l| l.get(&position));
                    found.zip(asked).is_some_and(|(d, a)| d.iter().zip(a).any(|(d, a)| *d && *a))
                })
            };
            if (0..plan.levels.len()).any(any) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Nobody waits for the answer any more.
    pub fn unless_given_up(&self) -> Result<(), Vec<Diagnostic>> {
        if (self.go_on)() { Ok(()) } else { Err(Vec::new()) }
    }

    fn deserved(&self, span: &Span, truths: &Truths) -> Result<Deserved, Vec<Diagnostic>> {
        Ok(truths::deserving(self.year.plan, &truths::without_luck(self.year.plan, span, truths)?))
    }

    pub fn bench<'b>(&self, span: &'b Span, redrawn: &'b Redrawn, only: &'static [Outcome]) -> Bench<'b>
    where
        Self: 'b,
    {
        Bench::new(self.year.plan, span, self.year.named, redrawn, only)
    }

    /// Hears of worlds of a span, and of all of them when they are done.
    pub fn told(&self) -> impl Fn(u64) + Sync {
        let (done, all, progress) = (self.done, self.all, self.progress);
        move |worlds: u64| progress(done + worlds, all)
    }

    pub fn drawn(&mut self, worlds: u64) {
        self.done += worlds;
    }

    /// Draws and judges worlds of one truth.
    fn worlds(&mut self, truths: &Truths, outcomes: &'static [Outcome]) -> Result<Found, Vec<Diagnostic>> {
        let (year, worlds) = (self.year, self.options.worlds);
        let mut reach = Reach::new(year.plan, outcomes);
        let mut all: Vec<Tally> = Vec::new();
        for range in &year.spans {
            let span = year.span(range);
            let deserved = self.deserved(&span, truths)?;
            reach.add(&span, &truths::asked(year.plan, &span.counts), &deserved);
            let draws = Draws::new(&span, truths, &[], self.crossed, self.options.seed);
            let redrawn = Redrawn::new(year.plan, &span.counts, &year.named.shrunken);
            let found = over_worlds(
                worlds,
                &self.told(),
                || self.bench(&span, &redrawn, outcomes),
                |bench, world| {
                    self.unless_given_up()?;
                    draws.draw(world, None, &mut bench.counts, &mut bench.numbers);
                    let tally = reach.tally(&span, &deserved, bench.judge()?);
                    // one span is the whole year
                    Ok::<_, Vec<Diagnostic>>(if year.spans.len() == 1 { tally.closed() } else { tally })
                },
            )?;
            self.drawn(worlds);
            if year.spans.len() == 1 {
                return Ok(reach.found(&found));
            }
            all.resize_with(found.len(), Tally::default);
            all.iter_mut().zip(&found).for_each(|(world, tally)| world.add(tally));
        }
        let all: Vec<Tally> = all.into_iter().map(Tally::closed).collect();
        Ok(reach.found(&all))
    }

    fn outcome(&self, level: usize, outcome: Outcome, pooled: &Found, line: Option<&Found>) -> Option<OutcomeAnswer> {
        let of = |found: &Found, at: Line| {
            let about = found.buckets.get(&(level, outcome))?;
            Some(WorldsOf::new(at, about, self.year.plan, self.year.judged() as u64))
        };
        let as_pooled = of(pooled, Line::AsPooled)?;
        let at_line = match line {
            Some(found) => At::Drawn(of(found, Line::AtTheLine)?),
            None => At::SameAsPooled,
        };
        let plan = self.year.plan;
        let named = if outcome == Outcome::Reward { &plan.luck.reward } else { &plan.luck.sanction };
        let person = plan.levels.get(level).is_some_and(|l| l.value == PERSON);
        let tolerated = named.as_ref().filter(|_| person).map(|t| t.value);
        Some(OutcomeAnswer { outcome: outcome.word(), tolerated, as_pooled, at_the_line: at_line })
    }
}

/// Halvings on the way to the line of a score.
const STEPS: usize = 12;

/// Worlds with somebody planted.
pub(super) fn planted_worlds(worlds: u64) -> u64 {
    worlds.div_ceil(4)
}

#[cfg(test)]
mod tests;
