//! How scores of the people assessed are spread: a histogram in steps of ten.

use super::{Chart, Key, Table, WIDTH, assessed_scores, line, rect, text};
use crate::report::Report;

const LEFT: f64 = 44.0;
const RIGHT: f64 = 664.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 190.0;
const BINS: usize = 10;

/// Of the first level that has at least five scores.
pub fn chart(report: &Report<'_>) -> Option<Chart> {
    let words = &report.words;
    let (level, scores) = assessed_scores(report, |score| score.value.is_finite())?;
    let scores: Vec<f64> = scores.iter().map(|(_, score)| score.value).collect();
    let mut bins = [0u64; BINS];
    for score in &scores {
        // Points may leave 0…100 where a policy's own `points:` says so; the outer steps hold those.
        let bin = (score / 10.0).floor().clamp(0.0, BINS as f64 - 1.0) as usize;
        if let Some(count) = bins.get_mut(bin) {
            *count += 1;
        }
    }
    let tallest = bins.iter().copied().max().unwrap_or(1).max(1) as f64;
    let step = (RIGHT - LEFT) / BINS as f64;
    let mut marks = vec![line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis")];
    for (i, count) in bins.iter().enumerate() {
        let x = LEFT + step * i as f64;
        let height = *count as f64 / tallest * (BOTTOM - TOP);
        marks.push(rect(x + 3.0, BOTTOM - height, step - 6.0, height, "bar"));
        if *count > 0 {
            marks.push(text(x + step / 2.0, BOTTOM - height - 6.0, "middle", "figure", words.integer(*count)));
        }
        marks.push(text(x, BOTTOM + 17.0, "middle", "tick", (i * 10).to_string()));
    }
    marks.push(text(RIGHT, BOTTOM + 17.0, "middle", "tick", "100"));
    let line_at = LEFT + (RIGHT - LEFT) * (report.plan.fairness.reward_line / 100.0).clamp(0.0, 1.0);
    marks.push(line(line_at, TOP - 22.0, line_at, BOTTOM, "target"));
    let rows = bins.iter().enumerate().map(|(i, count)| {
        vec![
            words.say("interval.short", &[("lower", &(i * 10).to_string()), ("upper", &(i * 10 + 10).to_string())]),
            words.integer(*count),
        ]
    });
    let subjects = words.subjects(level, scores.len() as u64);
    Some(Chart {
        id: "chart-distribution".into(),
        title: words.say("chart.distribution.title", &[]),
        desc: words.say("chart.distribution.desc", &[("subjects", &subjects)]),
        width: WIDTH,
        height: BOTTOM + 26.0,
        marks,
        legend: vec![
            Key { mark: rect(4.0, 0.0, 12.0, 12.0, "bar"), text: words.level_title(level) },
            Key { mark: line(10.0, 0.0, 10.0, 12.0, "target"), text: words.say("chart.reward_line", &[]) },
        ],
        table: Table {
            head: vec![words.say("chart.score", &[]), words.level_title(level)],
            rows: rows.collect(),
            more: 0,
        },
    })
}
