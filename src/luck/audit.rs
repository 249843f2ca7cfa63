//! The driver: a year of worlds through the real measure, score and judge.

use super::answer::{Answer, At, OutcomeAnswer, Power, WorldsOf};
use super::bench::Bench;
use super::draw::{Draws, Truths};
use super::named::PERSON;
use super::tally::{Found, Tallier};
use super::truths::{self, Asked, Deserved, Lines, Pools};
use super::{Line, Named, Stream, existing, length, over_worlds, schedule, timeline};
use crate::diagnostic::Diagnostic;
use crate::judge::Outcome;
use crate::measure::{self, Counts, Crossed, LevelReadings, PeriodChoice, Readings, Redrawn};
use crate::records::Progress;
use crate::score::Scorecards;
use crate::workspace::{Every, Plan};

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

/// One person in so many is planted, so that they stay the exception that they would be.
const PLANTED_OF: u64 = 50;

/// One policy's year, ready to be drawn.
pub(super) struct Subject<'a> {
    pub plan: &'a Plan,
    pub year: &'a Counts,
    pub pools: &'a Pools,
    /// By turn: position of the existing period that lends its n.
    pub lends: &'a [usize],
}

impl Subject<'_> {
    /// Readings over the year.
    pub fn readings(&self, levels: Vec<LevelReadings>) -> Readings {
        Readings {
            levels,
            periods: self.year.periods.clone(),
            judged: self.year.judged.clone(),
            as_of: self.year.as_of,
            raters: self.year.raters.clone(),
            sources: Vec::new(),
            rows: Vec::new(),
            quarantine: Vec::new(),
            files: Vec::new(),
            findings: Vec::new(),
            failures: self.year.failures.clone(),
        }
    }
}

/// Reads the records, then audits. `reading` hears of bytes, `drawing` of worlds.
pub fn audit(
    plan: &Plan,
    options: &Options,
    reading: Progress<'_>,
    drawing: Progress<'_>,
) -> Result<Answer, Vec<Diagnostic>> {
    let named = Named::of(plan);
    let (counts, crossed) =
        measure::count_crossed(plan, options.as_of, &PeriodChoice::Latest, &named.measures(), reading)?;
    audit_counts(plan, &named, &counts, &crossed, options, drawing)
}

/// Audits what was counted.
pub fn audit_counts(
    plan: &Plan,
    named: &Named,
    counts: &Counts,
    crossed: &Crossed,
    options: &Options,
    progress: Progress<'_>,
) -> Result<Answer, Vec<Diagnostic>> {
    let every = plan.periods.every.value;
    let lenders = existing(counts);
    let turns = schedule(lenders.len(), if every == Every::All { 1 } else { named.window }, length(every));
    let lends: Vec<usize> = turns.iter().map(|turn| turn.period).collect();
    let year = timeline(plan, counts, &lenders, &turns, named);
    let person = plan.levels.iter().position(|l| l.value == PERSON);
    let pools = Pools::of(&year, person, &lends);
    let subject = Subject { plan, year: &year, pools: &pools, lends: &lends };
    let mut audit = Audit {
        crossed: (!options.independent).then_some(crossed),
        asked: truths::asked(plan, &year),
        pooled: pools.pooled(&year),
        subject: &subject,
        named,
        redrawn: Redrawn::new(plan, &year),
        options,
        progress,
        done: 0,
        all: options.worlds,
    };
    let mut answer = Answer::new(plan, options, year.judged.len() as u64, lenders.len() as u64);
    if named.anything() {
        audit.run(person, &mut answer)?;
    }
    Ok(answer)
}

struct Audit<'a> {
    subject: &'a Subject<'a>,
    named: &'a Named,
    redrawn: Redrawn,
    crossed: Option<&'a Crossed>,
    asked: Asked,
    pooled: Truths,
    options: &'a Options,
    progress: Progress<'a>,
    /// Worlds drawn, and to be drawn.
    done: u64,
    all: u64,
}

/// The outcomes that an audit is about.
const OUTCOMES: [Outcome; 2] = [Outcome::Reward, Outcome::Sanction];

impl Audit<'_> {
    fn run(&mut self, person: Option<usize>, answer: &mut Answer) -> Result<(), Vec<Diagnostic>> {
        let plan = self.subject.plan;
        let pooled = truths::without_luck(self.subject, &self.pooled)?;
        let deserved = truths::deserving(plan, &pooled);
        let mut at_lines = Vec::new();
        for outcome in OUTCOMES {
            at_lines.push(self.at_the_line(outcome, &pooled, &deserved)?);
        }
        let planted = person.and_then(|level| self.planted(level, &pooled));
        let worlds = self.options.worlds;
        let extra = at_lines.iter().flatten().count() as u64 * worlds;
        self.all = worlds + extra + if planted.is_some() { planted_worlds(worlds) } else { 0 };
        let found = self.worlds(&self.pooled.clone(), &deserved, &OUTCOMES)?;
        for (outcome, line) in OUTCOMES.into_iter().zip(at_lines) {
            let at_line = match &line {
                Some((truths, deserved)) => Some(self.worlds(truths, deserved, &[outcome])?),
                None => None,
            };
            for level in 0..plan.levels.len() {
                if let Some(about) = self.outcome(level, outcome, &found, at_line.as_ref()) {
                    let name = plan.levels.get(level).map_or("", |l| l.value.as_str());
                    answer.level(name).outcomes.push(about);
                }
            }
        }
        if let (Some((truths, seats)), Some(level)) = (planted, person) {
            answer.power = self.power(level, &truths, &seats)?;
        }
        Ok(())
    }

    /// The truths at the line and who deserves what there; `None` where they are the pooled ones.
    fn at_the_line(
        &self,
        outcome: Outcome,
        cards: &Scorecards,
        deserved: &Deserved,
    ) -> Result<Option<(Truths, Deserved)>, Vec<Diagnostic>> {
        let lines = Lines::of(self.subject, cards, outcome);
        let moved = |further: f64| {
            let to = |measure: usize, period: usize, pooled: f64| lines.figure(measure, period, pooled, further);
            self.subject.pools.moved(self.subject.year, &self.pooled, &to)
        };
        let first = moved(0.0);
        let of = |truths: &Truths| -> Result<Deserved, Vec<Diagnostic>> {
            Ok(truths::deserving(self.subject.plan, &truths::without_luck(self.subject, truths)?))
        };
        let found = if first == self.pooled { deserved.clone() } else { of(&first)? };
        if !self.any_deserves(outcome, &found) {
            return Ok((first != self.pooled).then_some((first, found)));
        }
        // A score may lie beyond its line while every standard is at its own: on from there, until nobody deserves it.
        let far = moved(1.0);
        let there = of(&far)?;
        if far == first || self.any_deserves(outcome, &there) {
            return Ok((first != self.pooled).then_some((first, found)));
        }
        let (mut low, mut high, mut best) = (0.0, 1.0, (far, there));
        for _ in 0..STEPS {
            let middle = 0.5 * (low + high);
            let truths = moved(middle);
            let found = of(&truths)?;
            if self.any_deserves(outcome, &found) {
                low = middle;
            } else {
                (high, best) = (middle, (truths, found));
            }
        }
        Ok(Some(best))
    }

    /// Whether somebody whom a rule on the score reaches deserves it.
    fn any_deserves(&self, outcome: Outcome, deserved: &Deserved) -> bool {
        let plan = self.subject.plan;
        (0..plan.levels.len()).any(|level| {
            let rules = truths::acting(plan, level);
            rules.filter(|(_, r)| truths::outcome_of(r) == outcome && r.claims.is_empty()).any(|(position, _)| {
                let found = deserved.get(level).and_then(|l| l.get(&position));
                let asked = self.asked.get(level).and_then(|l| l.get(&position));
                found.zip(asked).is_some_and(|(d, a)| d.iter().zip(a).any(|(d, a)| *d && *a))
            })
        })
    }

    fn bench(&self) -> Bench<'_> {
        Bench::new(self.subject, self.named, &self.redrawn)
    }

    /// Draws and judges worlds of one truth.
    fn worlds(&mut self, truths: &Truths, deserved: &Deserved, outcomes: &[Outcome]) -> Result<Found, Vec<Diagnostic>> {
        let tallier = Tallier::new(self.subject, &self.asked, deserved, outcomes);
        let pools = &self.subject.pools.of_cells;
        let draws = Draws::new(self.subject.year, pools, truths, None, self.crossed, self.options.seed);
        let (done, all) = (self.done, self.all);
        let told = |worlds: u64| (self.progress)(done + worlds, all);
        let counts = over_worlds(
            self.options.worlds,
            &tallier.people(),
            &told,
            || self.bench(),
            |bench, world| {
                draws.draw(world, None, &mut bench.counts);
                Ok::<_, Vec<Diagnostic>>(tallier.tally(&bench.judge()?))
            },
        )?;
        self.done += self.options.worlds;
        Ok(tallier.found(counts))
    }

    fn outcome(&self, level: usize, outcome: Outcome, pooled: &Found, line: Option<&Found>) -> Option<OutcomeAnswer> {
        let of = |found: &Found, at: Line| {
            let about = found.buckets.get(&(level, outcome))?;
            Some(WorldsOf::new(at, about, self.subject.plan, self.subject.year.judged.len() as u64))
        };
        let as_pooled = of(pooled, Line::AsPooled)?;
        let at_line = match line {
            Some(found) => At::Drawn(of(found, Line::AtTheLine)?),
            None => At::SameAsPooled,
        };
        Some(OutcomeAnswer { outcome: outcome.word(), as_pooled, at_the_line: at_line })
    }

    /// Truths of those who fall short of what a sanction claims, and the seats of each person. `None` where nothing sanctions
    /// persons.
    fn planted(&self, level: usize, cards: &Scorecards) -> Option<(Truths, Vec<Vec<u32>>)> {
        let plan = self.subject.plan;
        let sanctions = truths::acting(plan, level).any(|(_, r)| truths::outcome_of(r) == Outcome::Sanction);
        let people = self.subject.year.subjects.get(level).map_or(0, Vec::len);
        if !sanctions || people == 0 {
            return None;
        }
        let lines = Lines::of(self.subject, cards, Outcome::Sanction);
        let to = |m: usize, period: usize, pooled: f64| lines.planted(m, period, pooled, self.options.effect);
        let truths = self.subject.pools.moved(self.subject.year, &self.pooled, &to);
        let mut seats = vec![Vec::new(); people];
        for (seat, subjects) in self.subject.year.seats.iter().enumerate() {
            if let Some(own) = subjects.get(level).and_then(|s| seats.get_mut(*s as usize)) {
                own.push(seat as u32);
            }
        }
        Some((truths, seats))
    }

    /// How often somebody planted is found, by the number of periods.
    fn power(&mut self, level: usize, planted: &Truths, seats: &[Vec<u32>]) -> Result<Option<Power>, Vec<Diagnostic>> {
        let (subject, options) = (self.subject, self.options);
        let pools = &subject.pools.of_cells;
        let draws = Draws::new(subject.year, pools, &self.pooled, Some(planted), self.crossed, options.seed ^ PLANTING);
        let rules: Vec<usize> = truths::acting(subject.plan, level)
            .filter(|(_, r)| truths::outcome_of(r) == Outcome::Sanction)
            .map(|(position, _)| position)
            .collect();
        let asked = |person: usize| {
            let width = subject.year.periods.len();
            rules
                .iter()
                .filter_map(|r| self.asked.get(level)?.get(r))
                .any(|asked| asked.get(person * width..(person + 1) * width).is_some_and(|turns| turns.contains(&true)))
        };
        let reachable: Vec<usize> = (0..seats.len()).filter(|p| asked(*p)).collect();
        if reachable.is_empty() {
            return Ok(None);
        }
        let each = (reachable.len() as u64 / PLANTED_OF).max(1);
        let (judged, run_in) = (&subject.year.judged, subject.year.judged.first().copied().unwrap_or(0));
        let (done, all) = (self.done, self.all);
        let told = |worlds: u64| (self.progress)(done + worlds, all);
        let worlds = planted_worlds(options.worlds);
        // found by the end of each judged turn
        let people = vec![each; judged.len()];
        let counts = over_worlds(
            worlds,
            &people,
            &told,
            || self.bench(),
            |bench, world| {
                let chosen = chosen(&reachable, each, options.seed, world);
                let mut marked = vec![false; subject.year.seats.len()];
                for seat in chosen.iter().flat_map(|person| &seats[*person]) {
                    marked[*seat as usize] = true;
                }
                draws.draw(world, Some(&marked), &mut bench.counts);
                let levels = bench.judge()?;
                let outcomes = levels.get(level).map_or(&[][..], |l| &l.outcome);
                let width = subject.year.periods.len();
                let mut events = vec![0; judged.len()];
                for person in chosen {
                    let sanctioned =
                        |turn: &usize| outcomes.get(person * width + turn) == Some(&Some(Outcome::Sanction));
                    if let Some(first) = judged.iter().position(sanctioned) {
                        events.iter_mut().skip(first).for_each(|e| *e += 1);
                    }
                }
                Ok::<_, Vec<Diagnostic>>(events)
            },
        )?;
        self.done += worlds;
        Ok(Some(Power::new(options.effect, run_in as u64, &counts)))
    }
}

/// Keeps the planted worlds apart from the others.
const PLANTING: u64 = 0x706C_616E_7465_6421;
/// Halvings on the way to the line of a score.
const STEPS: usize = 12;

fn planted_worlds(worlds: u64) -> u64 {
    worlds.div_ceil(4)
}

/// Who is planted in a world: so many of them, each once.
fn chosen(reachable: &[usize], each: u64, seed: u64, world: u64) -> Vec<usize> {
    let mut left = reachable.to_vec();
    let mut stream = Stream::new(seed ^ PLANTING, world, u64::MAX);
    let take = |_| {
        let at = (stream.uniform() * left.len() as f64) as usize;
        left.swap_remove(at.min(left.len() - 1))
    };
    (0..each.min(reachable.len() as u64)).map(take).collect()
}
