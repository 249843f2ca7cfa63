//! What ought to have come and didn't (C19, C20, C57), before the wins: silence is neither good news nor bad news about anybody.

use super::{Item, Part};
use crate::judge::Silent;
use crate::measure::PERSON;
use crate::report::Report;

/// Subjects that are named; the others are counted.
const NAMED: usize = 20;

pub fn part(report: &Report<'_>) -> Part {
    let words = report.words();
    let mut items: Vec<Item> = ungraded(report).into_iter().collect();
    items.extend(behind(report));
    items.extend(overdue(report));
    items.extend(stale(report));
    items.extend(silent(report));
    Part {
        id: "silence",
        title: words.say("silence.title", &[]),
        about: Some(words.say("silence.about", &[])),
        items,
        tables: Vec::new(),
    }
}

impl Report<'_> {
    /// A period as people say it.
    fn period_said(&self, period: usize) -> String {
        let readings = &self.recommendations.scorecards.readings;
        readings.periods.get(period).map_or_else(String::new, |p| self.words.period(&p.name))
    }

    /// `Owner: Head of Service.`: of the standard, else of the charter.
    fn owner_note(&self, standard: Option<usize>) -> Option<String> {
        let own = standard.and_then(|s| self.plan.standards.get(s)?.owner.as_ref());
        let owner = own.or(self.plan.charter.owner.as_ref())?;
        Some(self.words.say("silence.owner", &[("owner", &owner.value)]))
    }
}

fn tagged(report: &Report<'_>, kind: &str, text: String, note: Option<String>) -> Item {
    let tag = report.words().say(&format!("silence.tag.{kind}"), &[]);
    Item { note, ..Item::of(text).tagged("unknown", tag) }
}

/// The charter hears complaints alone.
fn ungraded(report: &Report<'_>) -> Option<Item> {
    report.plan.ungraded()?;
    let text = report.words().say("silence.ungraded", &[]);
    Some(tagged(report, "ungraded", text, report.owner_note(None)))
}

/// The judged period isn't the latest complete one.
fn behind(report: &Report<'_>) -> Option<Item> {
    let readings = &report.recommendations.scorecards.readings;
    let words = report.words();
    let period = report.period()?;
    let judged = report.period_said(period);
    if let Some(later) = readings.later(period) {
        let text = words.say("silence.later", &[("judged", &judged), ("last", &report.period_said(later))]);
        return Some(tagged(report, "earlier", text, None));
    }
    let empty = readings.empty_since(report.plan)?;
    let (first, last) = (words.period(&empty.first.name), words.period(&empty.last.name));
    let key = if empty.periods == 1 { "silence.empty" } else { "silence.empties" };
    let text = words.say(key, &[("first", &first), ("last", &last), ("judged", &judged)]);
    Some(tagged(report, "empty", text, report.owner_note(None)))
}

/// Past its `review_by` the whole charter is stale.
fn overdue(report: &Report<'_>) -> Option<Item> {
    let as_of = report.recommendations.scorecards.readings.as_of;
    let review_by = report.plan.charter.review_by.as_ref().filter(|day| day.value < as_of)?;
    let text = report.words().say("report.stale", &[("date", &report.words().date(review_by.value))]);
    Some(tagged(report, "stale", text, report.owner_note(None)))
}

fn stale(report: &Report<'_>) -> Vec<Item> {
    let (plan, words) = (report.plan, report.words());
    let one = |stale: crate::measure::Stale| {
        let promise = plan.standards.get(stale.standard)?.promise.value.trim_end_matches('.');
        let last = stale.last.map(|last| report.period_said(last));
        let (key, holes) = match &last {
            Some(last) => ("silence.stale", vec![("promise", promise), ("last", last.as_str())]),
            None => ("silence.never", vec![("promise", promise)]),
        };
        let text = words.count(key, stale.periods as u64, &holes)?;
        Some(tagged(report, "stale", text, report.owner_note(Some(stale.standard))))
    };
    report.recommendations.scorecards.readings.stale(plan).into_iter().filter_map(one).collect()
}

/// Who isn't a person by name, the widest level first; people are counted.
fn silent(report: &Report<'_>) -> Vec<Item> {
    let (words, Some(period)) = (report.words(), report.period()) else { return Vec::new() };
    let readings = &report.recommendations.scorecards.readings;
    let all = report.recommendations.silent(report.plan, period);
    let judged = report.period_said(period);
    let mut items = Vec::new();
    for (level, about) in readings.levels.iter().enumerate().rev() {
        let of_level: Vec<&Silent> = all.iter().filter(|silent| silent.level == level).collect();
        let named = if about.level == PERSON { 0 } else { NAMED };
        for silent in of_level.iter().take(named) {
            let cell = crate::report::Cell { level, subject: silent.subject, period };
            let (name, last) = (report.name_of(cell), report.period_said(silent.last));
            let text = words.say("silence.silent", &[("name", &name), ("period", &judged), ("last", &last)]);
            items.push(tagged(report, "silent", text, None));
        }
        let others = of_level.len().saturating_sub(named) as u64;
        if others > 0 {
            let key = if about.level == PERSON { "silence.people" } else { "silence.others" };
            let subjects = words.subjects(&about.level, others);
            let text = words.say(key, &[("subjects", &subjects), ("period", &judged)]);
            items.push(tagged(report, "silent", text, None));
        }
    }
    items
}

/// For `run.json`: what is missing, by ids and names of periods.
pub fn silence_object(
    plan: &crate::workspace::Plan,
    recommendations: &crate::judge::Recommendations,
) -> serde_json::Value {
    use serde_json::json;
    let readings = &recommendations.scorecards.readings;
    let name = |period: usize| readings.periods.get(period).map(|p| p.name.as_str());
    let empty = readings
        .empty_since(plan)
        .map(|empty| json!({ "first": empty.first.name, "last": empty.last.name, "periods": empty.periods }));
    let id = |standard: usize| plan.standards.get(standard).map(|s| s.id.value.as_str());
    let stale = readings.stale(plan).into_iter();
    let stale =
        stale.map(|s| json!({ "standard": id(s.standard), "last": s.last.and_then(name), "periods": s.periods }));
    let mut silent = Vec::new();
    for period in &readings.judged {
        let missed = recommendations.silent(plan, *period);
        for (level, about) in readings.levels.iter().enumerate() {
            let of_level = missed.iter().filter(|s| s.level == level).count();
            if of_level > 0 {
                silent.push(json!({ "period": name(*period), "level": about.level, "subjects": of_level }));
            }
        }
    }
    json!({
        "ungraded": plan.ungraded().and_then(id),
        "nothing_since": empty,
        "stale": stale.collect::<Vec<_>>(),
        "silent": silent,
    })
}
