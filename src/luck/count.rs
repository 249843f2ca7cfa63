//! Counting false recommendations over worlds, with how sure the count is.

use std::collections::BTreeMap;

use crate::fairness::{Interval, Z95, mean, rate, share};

/// One outcome of one rule: how many innocent people met it in each world.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Count {
    worlds: u64,
    events: u64,
    squares: u64,
    /// People who could have met it, in every world the same.
    people: u64,
    /// Events in a world → worlds with so many.
    spread: BTreeMap<u64, u64>,
}

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    pub value: f64,
    pub interval: Interval,
}

impl Count {
    pub fn new(people: u64) -> Count {
        Count { people, ..Count::default() }
    }

    /// Adds a world in which `events` of the people met the outcome.
    pub fn add(&mut self, events: u64) {
        self.worlds += 1;
        self.events += events;
        self.squares += events * events;
        *self.spread.entry(events).or_insert(0) += 1;
    }

    /// Adds another thread's worlds: sums of integers, so the order doesn't matter.
    pub fn merge(&mut self, other: &Count) {
        self.worlds += other.worlds;
        self.events += other.events;
        self.squares += other.squares;
        self.people = self.people.max(other.people);
        other.spread.iter().for_each(|(events, worlds)| *self.spread.entry(*events).or_insert(0) += worlds);
    }

    /// How many worlds had so many events: (events, worlds), by events.
    pub fn spread(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.spread.iter().map(|(events, worlds)| (*events, *worlds))
    }

    /// Expected false recommendations a run; `None` without a world.
    ///
    /// The wider of two intervals: exact Poisson on the total (right where events are rare) and t over worlds (right where people of
    /// one world share their luck, as in a league table).
    pub fn per_world(&self) -> Option<Chance> {
        if self.worlds == 0 {
            return None;
        }
        let worlds = self.worlds as f64;
        let value = self.events as f64 / worlds;
        let exact = rate::exact(self.events as f64, 0.95)?;
        let (mut lower, mut upper) = (exact.lower / worlds, exact.upper / worlds);
        if let Some(between) = self.between() {
            lower = lower.min(between.lower).max(0.0);
            upper = upper.max(between.upper);
        }
        Some(Chance { value, interval: Interval { lower, upper } })
    }

    pub fn people(&self) -> u64 {
        self.people
    }

    /// All that were met in all worlds.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Chance per innocent person; `None` without people or worlds.
    ///
    /// As a share of all people in all worlds it has Wilson's interval, where that is wider the one over worlds.
    pub fn per_person(&self) -> Option<Chance> {
        if self.worlds == 0 || self.people == 0 {
            return None;
        }
        let (worlds, people) = (self.worlds as f64, self.people as f64);
        let value = self.events as f64 / worlds / people;
        let own = share::wilson(self.events, self.worlds.saturating_mul(self.people), Z95)?;
        let (mut lower, mut upper) = (own.lower, own.upper);
        if let Some(between) = self.between() {
            lower = lower.min(between.lower / people).max(0.0);
            upper = upper.max(between.upper / people).min(1.0);
        }
        Some(Chance { value, interval: Interval { lower, upper } })
    }

    /// t interval of the events in a world: people of one world may share their luck, as in a league table.
    fn between(&self) -> Option<Interval> {
        let (worlds, value) = (self.worlds as f64, self.events as f64 / self.worlds as f64);
        let variance = mean::variance(self.worlds, self.events as f64, self.squares as f64)?;
        mean::interval(value, variance.sqrt(), self.worlds, worlds - 1.0, 0.95)
    }

    /// Whether the policy keeps a tolerated chance per person: `Some(true)` where the whole interval does, `Some(false)` where
    /// none of it does, `None` where more worlds are needed to say.
    pub fn keeps(&self, tolerance: f64) -> Option<bool> {
        let chance = self.per_person()?;
        match () {
            () if chance.interval.upper <= tolerance => Some(true),
            () if chance.interval.lower > tolerance => Some(false),
            () => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::{testing::near, windows};
    use crate::luck::Stream;

    /// The known answers: a one-sided 2.5 % event in k of 4 periods, by simulation of a year after three run-in periods.
    #[test]
    fn k_of_m_agrees_with_the_exact_chain() {
        for k in [2, 3] {
            let (mut window, mut year) = (Count::new(200), Count::new(200));
            for world in 0..500 {
                let (mut in_window, mut in_year) = (0, 0);
                for person in 0..200 {
                    let mut stream = Stream::new(2026, world, person);
                    let hits: Vec<bool> = (0..15).map(|_| stream.uniform() < 0.025).collect();
                    let full = |w: &[bool]| w.iter().filter(|h| **h).count() >= k as usize;
                    in_window += u64::from(full(&hits[..4]));
                    in_year += u64::from(hits.windows(4).any(full));
                }
                window.add(in_window);
                year.add(in_year);
            }
            for (count, exact) in
                [(window, windows::one_window(0.025, k, 4)), (year, windows::windows(0.025, k, 4, 12))]
            {
                let (chance, exact) = (count.per_person().unwrap(), exact.unwrap());
                assert!(chance.interval.lower <= exact && exact <= chance.interval.upper, "{k}: {chance:?} {exact}");
            }
        }
    }

    #[test]
    fn nothing_seen_is_not_never() {
        let mut count = Count::new(50);
        (0..1000).for_each(|_| count.add(0));
        let run = count.per_world().unwrap();
        assert_eq!((run.value, run.interval.lower), (0.0, 0.0));
        near(run.interval.upper, 3.688_879_454 / 1000.0, 1e-9);
        assert_eq!(count.keeps(0.001), Some(true));
        assert_eq!(count.keeps(0.00001), None);
        assert_eq!(Count::new(50).per_person(), None);
    }

    #[test]
    fn shared_luck_widens_and_merging_is_exact() {
        let (mut together, mut half, mut other) = (Count::new(10), Count::new(10), Count::new(10));
        for world in 0..100 {
            let events = if world % 10 == 0 { 10 } else { 0 };
            together.add(events);
            if world < 50 { half.add(events) } else { other.add(events) }
        }
        half.merge(&other);
        assert_eq!(half, together);
        assert_eq!(together.spread().collect::<Vec<_>>(), [(0, 90), (10, 10)]);
        let run = together.per_world().unwrap();
        let exact = rate::exact(100.0, 0.95).unwrap();
        assert!(run.interval.upper > exact.upper / 100.0);
        assert_eq!(together.keeps(0.01), Some(false));
    }
}
