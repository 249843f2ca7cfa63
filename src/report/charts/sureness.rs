//! How sure each score is: scores of one level in order, each with its 95 % interval, without names: where intervals
//! overlap, the order means little, and this is no league table.

use super::axis::Scale;
use super::{Chart, Key, Mark, Shape, TABLE_ROWS, Table, WIDTH, assessed_scores, line, point, text};
use crate::report::{Report, Score, Words};

const LEFT: f64 = 52.0;
const RIGHT: f64 = 664.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 230.0;
/// Scores drawn; beyond them every so many, from the lowest to the highest.
const DRAWN: usize = 200;

/// Of the first level that has at least five scores with an interval.
pub fn chart(report: &Report<'_>) -> Option<Chart> {
    let words = &report.words;
    let sure = |s: &Score| s.value.is_finite() && s.lower.is_finite() && s.upper.is_finite();
    let (level, scores) = assessed_scores(report, sure)?;
    let mut ordered: Vec<Score> = scores.iter().map(|(_, s)| *s).collect();
    ordered.sort_by(|a, b| a.value.total_cmp(&b.value).then(a.lower.total_cmp(&b.lower)));
    let reward_line = report.plan.fairness.reward_line;
    let proven = ordered.iter().filter(|s| s.lower > reward_line).count();
    let rows = scores.iter().take(TABLE_ROWS).map(|(cell, s)| {
        let [value, lower, upper] = [s.value, s.lower, s.upper].map(|x| words.number(x, 1));
        vec![report.name_of(*cell), value, words.say("interval.short", &[("lower", &lower), ("upper", &upper)])]
    });
    Some(Chart {
        id: "chart-sureness".into(),
        title: words.say("chart.sureness.title", &[]),
        desc: words.say(
            "chart.sureness.desc",
            &[
                ("subjects", &words.subjects(level, scores.len() as u64)),
                ("proven", &words.integer(proven as u64)),
                ("line", &words.number(reward_line, 1)),
            ],
        ),
        width: WIDTH,
        height: BOTTOM + 10.0,
        marks: marks(&drawn(&ordered), reward_line, words)?,
        legend: vec![
            Key { mark: point(Shape::Circle, 10.0, 6.0, 3.0, "value"), text: words.say("chart.score", &[]) },
            Key { mark: line(10.0, 0.0, 10.0, 12.0, "interval"), text: words.say("chart.interval", &[]) },
            Key { mark: line(1.0, 6.0, 19.0, 6.0, "target"), text: words.say("chart.reward_line", &[]) },
        ],
        table: Table {
            head: vec![words.level_title(level), words.say("chart.score", &[]), words.say("chart.interval", &[])],
            rows: rows.collect(),
            more: scores.len().saturating_sub(TABLE_ROWS),
        },
    })
}

/// At most `DRAWN`, evenly from the lowest to the highest.
fn drawn(ordered: &[Score]) -> Vec<Score> {
    if ordered.len() <= DRAWN {
        return ordered.to_vec();
    }
    let last = ordered.len() - 1;
    (0..DRAWN).filter_map(|i| ordered.get(i * last / (DRAWN - 1))).copied().collect()
}

fn marks(scores: &[Score], reward_line: f64, words: &Words) -> Option<Vec<Mark>> {
    let ends = scores.iter().flat_map(|s| [s.lower, s.upper]).chain([reward_line]);
    let y = Scale::around(ends, 0.05, BOTTOM, TOP)?;
    let mut marks = Vec::new();
    for tick in y.ticks(5) {
        marks.push(line(LEFT, y.at(tick), RIGHT, y.at(tick), "grid"));
        marks.push(text(LEFT - 8.0, y.at(tick) + 4.0, "end", "tick", words.number(tick, 1)));
    }
    marks.push(line(LEFT, y.at(reward_line), RIGHT, y.at(reward_line), "target"));
    let step = (RIGHT - LEFT) / scores.len() as f64;
    let (r, class) = if step >= 8.0 { (3.5, "interval") } else { (1.8, "hair") };
    for (i, s) in scores.iter().enumerate() {
        let x = LEFT + step * (i as f64 + 0.5);
        marks.push(line(x, y.at(s.lower), x, y.at(s.upper), class));
        marks.push(point(Shape::Circle, x, y.at(s.value), r, "value"));
    }
    Some(marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_scores_are_thinned_from_the_lowest_to_the_highest() {
        let scores: Vec<Score> = (0..1001).map(|i| Score { value: f64::from(i), lower: 0.0, upper: 1.0 }).collect();
        let drawn = drawn(&scores);
        assert_eq!((drawn.len(), drawn[0].value, drawn[DRAWN - 1].value), (DRAWN, 0.0, 1000.0));
    }
}
