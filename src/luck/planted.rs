//! The power of a policy: how surely somebody who does fall short is found, among colleagues who differ as the records say.

use super::answer::Power;
use super::audit::{Audit, planted_worlds};
use super::classes::Classes;
use super::draw::{Draws, Truths};
use super::truths::{self, Lines};
use super::{Count, Stream, over_worlds};
use crate::diagnostic::Diagnostic;
use crate::judge::Outcome;
use crate::measure::Redrawn;

/// One person in so many is planted, so that they stay the exception that they would be.
const PLANTED_OF: u64 = 50;

/// Keeps the planted worlds apart from the others.
const PLANTING: u64 = 0x706C_616E_7465_6421;

/// Who may be planted, and how they do.
pub(super) struct Planting {
    /// Position of the level of persons.
    level: usize,
    /// Of colleagues who differ as the records say, by group; last of those who fall short of what a sanction claims, and of
    /// what is to corroborate it.
    truths: Vec<Truths>,
    /// By person.
    seats: Vec<Vec<u32>>,
    /// By seat: the group of the person who sits there.
    marks: Vec<u8>,
}

impl Planting {
    /// `None` where nothing sanctions persons.
    pub fn new(audit: &Audit<'_>, lines: &Lines<'_>) -> Result<Option<Planting>, Vec<Diagnostic>> {
        let (year, effect) = (audit.year, audit.options.effect);
        let Some(level) = year.person else { return Ok(None) };
        let people = year.counts.subjects.get(level).map_or(0, Vec::len);
        let sanctions = truths::acting(year.plan, level).any(|(_, r)| truths::outcome_of(r) == Outcome::Sanction);
        if !sanctions || people == 0 {
            return Ok(None);
        }
        let to = |measure: usize, period: usize, pooled: f64| lines.planted(measure, period, pooled, effect);
        let mut seats = vec![Vec::new(); people];
        for (seat, subjects) in year.counts.seats.iter().enumerate() {
            if let Some(own) = subjects.get(level).and_then(|s| seats.get_mut(*s as usize)) {
                own.push(seat as u32);
            }
        }
        let classes = Classes::of(year, audit.pools, level, &truths::behind_sanctions(year.plan, level))?;
        let mut marks = vec![0; year.counts.seats.len()];
        for (own, class) in seats.iter().zip(&classes.of) {
            own.iter().for_each(|seat| marks[*seat as usize] = *class);
        }
        let mut truths = classes.truths;
        truths.push(audit.pools.moved(&to));
        Ok(Some(Planting { level, truths, seats, marks }))
    }

    /// How often somebody planted is found, by the number of periods; `None` where no sanction reaches anybody.
    pub fn power(&self, audit: &mut Audit<'_>) -> Result<Option<Power>, Vec<Diagnostic>> {
        let (year, options) = (audit.year, audit.options);
        let reachable = self.reachable(audit);
        if reachable.is_empty() {
            return Ok(None);
        }
        let each = (reachable.len() as u64 / PLANTED_OF).max(1);
        let worlds = planted_worlds(options.worlds);
        // by world and person planted there: the judged turn in which they are first found
        let mut found: Vec<Vec<Option<usize>>> = vec![vec![None; each as usize]; worlds as usize];
        for range in &year.spans {
            let span = year.span(range);
            let seed = options.seed ^ PLANTING;
            let draws = Draws::new(&span, &audit.pools.pooled, &self.truths, audit.crossed, seed);
            let redrawn = Redrawn::new(year.plan, &span.counts, &year.named.shrunken);
            let in_span = over_worlds(
                worlds,
                &audit.told(),
                || audit.bench(&span, &redrawn, &[Outcome::Sanction]),
                |bench, world| {
                    audit.unless_given_up()?;
                    let chosen = chosen(&reachable, each, options.seed, world);
                    let mut marked = self.marks.clone();
                    for seat in chosen.iter().flat_map(|person| &self.seats[*person]) {
                        marked[*seat as usize] = self.truths.len() as u8;
                    }
                    draws.draw(world, Some(&marked), &mut bench.counts, &mut bench.numbers);
                    let levels = bench.judge()?;
                    let outcomes = levels.get(self.level).map_or(&[][..], |l| &l.outcome);
                    let width = span.counts.periods.len();
                    let first = |person: usize| {
                        let sanctioned =
                            |turn: &&usize| outcomes.get(person * width + **turn) == Some(&Some(Outcome::Sanction));
                        span.counts.judged.iter().find(sanctioned).map(|turn| span.first + turn)
                    };
                    Ok::<_, Vec<Diagnostic>>(chosen.into_iter().map(first).collect::<Vec<_>>())
                },
            )?;
            audit.drawn(worlds);
            for (found, in_span) in found.iter_mut().flatten().zip(in_span.into_iter().flatten()) {
                *found = found.or(in_span);
            }
        }
        let counts: Vec<Count> = (year.run_in()..year.turns.len())
            .map(|turn| {
                let mut count = Count::new(each);
                let until = |found: &&Option<usize>| found.is_some_and(|first| first <= turn);
                found.iter().for_each(|world| count.add(world.iter().filter(until).count() as u64));
                count
            })
            .collect();
        Ok(Some(Power::new(
            options.effect,
            truths::corroborating(year.plan, self.level),
            year.run_in() as u64,
            &counts,
        )))
    }

    /// People whom a sanction is asked of at some time.
    fn reachable(&self, audit: &Audit<'_>) -> Vec<usize> {
        let year = audit.year;
        let mut reached = vec![false; self.seats.len()];
        for range in &year.spans {
            let span = year.span(range);
            let asked = truths::asked(year.plan, &span.counts);
            let width = span.counts.periods.len().max(1);
            let rules = truths::acting(year.plan, self.level);
            for (rule, _) in rules.filter(|(_, r)| truths::outcome_of(r) == Outcome::Sanction) {
                let asked = asked.get(self.level).and_then(|level| level.get(&rule));
                let people = asked.map_or(&[][..], |cells| cells).chunks_exact(width);
                reached.iter_mut().zip(people).for_each(|(reached, turns)| *reached |= turns.contains(&true));
            }
        }
        reached.iter().enumerate().filter(|(_, reached)| **reached).map(|(person, _)| person).collect()
    }
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
