//! Gained and lost (C40): where one perspective gained while another lost, a line a subject.

use serde_json::{Value, json};

use super::{Item, Part};
use crate::judge::{Change, Recommendations, Trade};
use crate::report::standing::Unit;
use crate::report::{Cell, Report, rounded};
use crate::workspace::Plan;

/// Subjects on a page.
const SHOWN: usize = 50;

pub fn part(report: &Report<'_>) -> Part {
    let period = report.recommendations.scorecards.readings.judged.last().copied();
    let trades = period.map(|p| report.recommendations.trades(report.plan, p)).unwrap_or_default();
    Part {
        id: "trades",
        title: report.words.say("trades.title", &[]),
        about: Some(report.words.say("trades.about", &[])),
        items: trades.iter().take(SHOWN).filter_map(|trade| item(report, trade)).collect(),
        ..Part::default()
    }
}

fn item(report: &Report<'_>, trade: &Trade) -> Option<Item> {
    let name = report.name_of(Cell { level: trade.level, subject: trade.subject, period: trade.gained.to });
    let [gained, lost] =
        [(&trade.gained, "gained"), (&trade.lost, "lost")].map(|(change, which)| side(report, change, which));
    let (gained, lost) = (gained?, lost?);
    Some(Item::of(report.words.say("trades.pair", &[("name", &name), ("gained", &gained), ("lost", &lost)])))
}

/// `the customer gained (We answer fast: 62% to 80%)`
fn side(report: &Report<'_>, change: &Change, which: &str) -> Option<String> {
    let standard = report.plan.standards.get(change.standard)?;
    let unit = Unit::of(report.plan, report.plan.measures.get(standard.measure)?);
    let words = &report.words;
    let (before, after) = (unit.show(change.before, words), unit.show(change.after, words));
    let key = format!("trades.{which}.{}", standard.perspective.as_ref()?.value);
    let promise = standard.promise.value.trim_end_matches('.');
    Some(words.say(&key, &[("promise", promise), ("before", &before), ("after", &after)]))
}

/// Trades of each judged period as `run.json` has them.
pub fn trades_object(plan: &Plan, recommendations: &Recommendations) -> Vec<Value> {
    let readings = &recommendations.scorecards.readings;
    let side = |change: &Change| {
        let standard = plan.standards.get(change.standard)?;
        Some(json!({
            "standard": standard.id.value, "perspective": standard.perspective.as_ref().map(|p| p.value.as_str()),
            "before": rounded(change.before), "after": rounded(change.after), "lower": rounded(change.lower),
            "upper": rounded(change.upper),
        }))
    };
    let of_period = |period: usize| {
        let found = recommendations.trades(plan, period);
        found.into_iter().filter_map(move |trade| {
            let level = readings.levels.get(trade.level)?;
            Some(json!({
                "period": readings.periods.get(period).map(|p| p.name.as_str()), "level": level.level,
                "subject": level.subjects.get(trade.subject).map(|s| &*s.id), "gained": side(&trade.gained),
                "lost": side(&trade.lost),
            }))
        })
    };
    readings.judged.iter().flat_map(|period| of_period(*period)).collect()
}
