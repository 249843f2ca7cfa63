//! What luck alone would do: in how many of the drawn years so many people would be rewarded or sanctioned without
//! deserving it, and how surely a real shortfall would be found in time.

use super::axis::Scale;
use super::{Chart, Key, Mark, Shape, TABLE_ROWS, Table, WIDTH, line, point, polyline, rect, text};
use crate::luck::{Power, Spread, WorldsOf};
use crate::report::Words;
use crate::report::luck::counted;

const LEFT: f64 = 56.0;
const RIGHT: f64 = 664.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 196.0;
/// Bars of a histogram; beyond them a bar stands for several numbers.
const BARS: u64 = 24;
/// Fewest bars, as far as there are so many subjects: one bar alone says nothing of how far it is from the next number.
const FEWEST: u64 = 9;
/// A tolerance further right than so many times the widest year is said and not drawn: the bars would be one line.
const FAR: f64 = 3.0;

/// Numbers of subjects, `width` to a bar, from `low`.
#[derive(Debug, PartialEq)]
struct Bins {
    low: u64,
    width: u64,
    worlds: Vec<u64>,
}

impl Bins {
    /// From nobody (or where all years are far from that, from the fewest) to the most, with room for the tolerated number.
    fn of(spread: &[Spread], tolerated: Option<f64>, innocent: u64) -> Option<Self> {
        let (least, most) = (spread.first()?.subjects, spread.last()?.subjects);
        let high = tolerated.map_or(most, |t| most.max(t.ceil() as u64));
        let low = if least > BARS && least > 3 * (high - least + 1) { least } else { 0 };
        let high = high.max(innocent.min(low + FEWEST - 1));
        let width = (high - low + 1).div_ceil(BARS);
        let mut worlds = vec![0; ((high - low) / width + 1) as usize];
        for one in spread {
            if let Some(bin) = worlds.get_mut(((one.subjects - low) / width) as usize) {
                *bin += one.worlds;
            }
        }
        Some(Self { low, width, worlds })
    }

    /// The place of a number: the middle of its part of a bar.
    fn at(&self, number: f64) -> f64 {
        let step = (RIGHT - LEFT) / self.worlds.len() as f64;
        let bars = (number - self.low as f64 + 0.5) / self.width as f64;
        (LEFT + step * bars).clamp(LEFT, RIGHT)
    }

    /// `3`, or `4 to 7`.
    fn label(&self, bar: usize, words: &Words) -> String {
        let first = self.low + bar as u64 * self.width;
        let [first, last] = [first, first + self.width - 1].map(|n| words.integer(n));
        if first == last { first } else { words.say("interval.short", &[("lower", &first), ("upper", &last)]) }
    }
}

/// The histogram of one truth. `None` where nothing was drawn, and where luck singled nobody out in any year. `tolerated` is a chance per innocent subject and year.
pub fn of_worlds(id: String, title: String, worlds: &WorldsOf, tolerated: Option<f64>, words: &Words) -> Option<Chart> {
    let innocent = worlds.innocent as f64;
    let year = worlds.year?.value * innocent;
    let most = worlds.spread.last().filter(|s| s.subjects > 0)?.subjects as f64;
    let limit = tolerated.map(|t| t * innocent).filter(|t| *t <= FAR * (most + 1.0));
    let bins = Bins::of(&worlds.spread, limit, worlds.innocent)?;
    let all: u64 = worlds.spread.iter().map(|s| s.worlds).sum();
    let rows = worlds.spread.iter().take(TABLE_ROWS).map(|s| {
        vec![words.integer(s.subjects), words.integer(s.worlds), words.percent(s.worlds as f64 / all as f64, 1)]
    });
    let none = worlds.spread.first().filter(|s| s.subjects == 0).map_or(0, |s| s.worlds);
    let [worlds_said, some_said, mean, innocent_said] = [
        words.integer(all),
        words.percent((all - none) as f64 / all as f64, 1),
        counted(year, words),
        words.integer(worlds.innocent),
    ];
    let mut legend = vec![
        Key { mark: rect(4.0, 0.0, 12.0, 12.0, "bar"), text: words.say("chances.chart.worlds", &[]) },
        Key { mark: point(Shape::Diamond, 10.0, 6.0, 5.0, "mean"), text: words.say("chances.chart.mean", &[]) },
    ];
    if limit.is_some() {
        legend
            .push(Key { mark: line(10.0, 0.0, 10.0, 12.0, "floor"), text: words.say("chances.chart.tolerated", &[]) });
    }
    Some(Chart {
        id,
        title,
        desc: words.say(
            "chances.chart.desc",
            &[("worlds", &worlds_said), ("some", &some_said), ("mean", &mean), ("innocent", &innocent_said)],
        ),
        width: WIDTH,
        height: BOTTOM + 44.0,
        marks: bars(&bins, all, year, limit, words),
        legend,
        table: Table {
            head: ["chances.chart.subjects", "chances.chart.worlds", "chances.chart.share"]
                .map(|k| words.say(k, &[]))
                .to_vec(),
            rows: rows.collect(),
            more: worlds.spread.len().saturating_sub(TABLE_ROWS),
        },
    })
}

fn bars(bins: &Bins, all: u64, mean: f64, limit: Option<f64>, words: &Words) -> Vec<Mark> {
    let tallest = bins.worlds.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = (RIGHT - LEFT) / bins.worlds.len() as f64;
    let room = (step * 0.12).min(4.0);
    let every = bins.worlds.len().div_ceil(12);
    let mut marks = vec![line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis")];
    for (i, worlds) in bins.worlds.iter().enumerate() {
        let x = LEFT + step * i as f64;
        let height = *worlds as f64 / tallest * (BOTTOM - TOP);
        // A year that was seen leaves a trace, however rare.
        let height = if *worlds > 0 { height.max(1.5) } else { 0.0 };
        marks.push(rect(x + room, BOTTOM - height, step - 2.0 * room, height, "bar"));
        if *worlds > 0 && step >= 44.0 {
            let share = words.percent(*worlds as f64 / all as f64, 1);
            marks.push(text(x + step / 2.0, BOTTOM - height - 6.0, "middle", "figure", share));
        }
        if i % every == 0 {
            marks.push(text(x + step / 2.0, BOTTOM + 17.0, "middle", "tick", bins.label(i, words)));
        }
    }
    marks.push(text((LEFT + RIGHT) / 2.0, BOTTOM + 37.0, "middle", "tick", words.say("chances.chart.subjects", &[])));
    marks.push(point(Shape::Diamond, bins.at(mean), BOTTOM, 6.0, "mean"));
    if let Some(limit) = limit {
        marks.push(line(bins.at(limit), TOP - 22.0, bins.at(limit), BOTTOM, "floor"));
    }
    marks
}

/// The chance that a planted shortfall is found by the end of so many periods, with its 95 % interval. `unit` is the word of
/// the axis, `within` the longest time: `15 months`.
pub fn of_power(id: String, power: &Power, [unit, within]: [&str; 2], words: &Words) -> Option<Chart> {
    let last = power.found.last()?;
    let y = Scale { low: 0.0, high: 1.0, from: BOTTOM, to: TOP };
    let first = power.found.first()?.periods as f64;
    let x = Scale { low: first - 0.5, high: last.periods as f64 + 0.5, from: LEFT, to: RIGHT };
    let at = |periods: u64| x.at(periods as f64);
    let mut marks = Vec::new();
    for tick in y.ticks(5) {
        marks.push(line(LEFT, y.at(tick), RIGHT, y.at(tick), "grid"));
        marks.push(text(LEFT - 8.0, y.at(tick) + 4.0, "end", "tick", words.percent(tick, 0)));
    }
    let upper = power.found.iter().map(|f| Some((at(f.periods), y.at(f.probability.upper))));
    let lower = power.found.iter().rev().map(|f| Some((at(f.periods), y.at(f.probability.lower))));
    marks.push(polyline(&upper.chain(lower).collect::<Vec<_>>(), "band"));
    let curve: Vec<_> = power.found.iter().map(|f| Some((at(f.periods), y.at(f.probability.value)))).collect();
    marks.push(polyline(&curve, "series"));
    let every = power.found.len().div_ceil(16);
    for (i, found) in power.found.iter().enumerate() {
        if every == 1 {
            marks.push(point(Shape::Circle, at(found.periods), y.at(found.probability.value), 3.5, "value"));
        }
        if i % every == 0 {
            marks.push(text(at(found.periods), BOTTOM + 17.0, "middle", "tick", words.integer(found.periods)));
        }
    }
    marks.push(text((LEFT + RIGHT) / 2.0, BOTTOM + 37.0, "middle", "tick", unit));
    let share = |x: f64| words.percent(x, 1);
    let rows = power.found.iter().take(TABLE_ROWS).map(|f| {
        let ends = [("lower", &*share(f.probability.lower)), ("upper", &*share(f.probability.upper))];
        vec![words.integer(f.periods), share(f.probability.value), words.say("interval.short", &ends)]
    });
    Some(Chart {
        id,
        title: words.say("chances.power.title", &[]),
        desc: words.say("chances.power.desc", &[("share", &share(last.probability.value)), ("periods", within)]),
        width: WIDTH,
        height: BOTTOM + 44.0,
        marks,
        legend: vec![
            Key { mark: line(1.0, 6.0, 19.0, 6.0, "series"), text: words.say("chances.power.found", &[]) },
            Key { mark: rect(2.0, 1.0, 16.0, 10.0, "band"), text: words.say("chart.interval", &[]) },
        ],
        table: Table {
            head: vec![unit.to_owned(), words.say("chances.power.found", &[]), words.say("chart.interval", &[])],
            rows: rows.collect(),
            more: power.found.len().saturating_sub(TABLE_ROWS),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(of: &[(u64, u64)]) -> Vec<Spread> {
        of.iter().map(|(subjects, worlds)| Spread { subjects: *subjects, worlds: *worlds }).collect()
    }

    #[test]
    fn every_world_stands_in_a_bar_and_few_numbers_have_one_each() {
        let few = Bins::of(&spread(&[(0, 90), (2, 9), (3, 1)]), None, 4).unwrap();
        assert_eq!(few, Bins { low: 0, width: 1, worlds: vec![90, 0, 9, 1, 0] });
        let many = Bins::of(&spread(&[(0, 5), (40, 6), (99, 7)]), None, 200).unwrap();
        assert_eq!((many.width, many.worlds.iter().sum::<u64>()), (5, 18));
        assert!(many.worlds.len() <= BARS as usize);
        let far = Bins::of(&spread(&[(500, 5), (510, 6)]), None, 900).unwrap();
        assert_eq!((far.low, far.worlds.len()), (500, 11));
        assert_eq!(Bins::of(&[], None, 5), None);
    }

    #[test]
    fn the_tolerated_number_has_its_place() {
        let bins = Bins::of(&spread(&[(0, 10), (1, 1)]), Some(2.5), 2).unwrap();
        assert_eq!(bins.worlds, [10, 1, 0, 0]);
        let step = (RIGHT - LEFT) / 4.0;
        assert!((bins.at(0.0) - (LEFT + step / 2.0)).abs() < 1e-9 && (bins.at(2.5) - (LEFT + 3.0 * step)).abs() < 1e-9);
    }
}
