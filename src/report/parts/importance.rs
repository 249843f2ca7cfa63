//! What customers value beside what the score weighs (C36).

use super::{Column, Item, Part, Table};
use crate::report::Report;
use crate::workspace::Valued;

pub(super) fn part(report: &Report<'_>) -> Part {
    let (plan, words) = (report.plan, &report.words);
    let as_of = report.recommendations.scorecards.readings.as_of;
    let valued = plan.valued(as_of);
    if valued.is_empty() {
        return Part::default();
    }
    let say = |key: &str| words.say(key, &[]);
    let column = |key: &str, number: bool| Column { title: say(key), number };
    let row = |v: &Valued| vec![promise(report, v), percent(report, v.customers), percent(report, v.score)];
    let table = Table {
        caption: say("valued.caption"),
        head: vec![column("valued.promise", false), column("valued.customers", true), column("valued.score", true)],
        rows: valued.iter().map(row).collect(),
        more: None,
    };
    let mut items: Vec<Item> = plan.mismatches(as_of).iter().map(|v| mismatch(report, v)).collect();
    if plan.uses_survey() {
        items.insert(0, Item::of(say("valued.used")));
    }
    Part { id: "valued", title: say("valued.title"), about: Some(about(report)), items, tables: vec![table] }
}

fn about(report: &Report<'_>) -> String {
    let words = &report.words;
    let Some(day) = report.plan.survey_day() else { return words.say("valued.about.undated", &[]) };
    let date = words.date(day);
    let holes = [("date", date.as_str())];
    let counted = report.plan.customers_asked().and_then(|asked| words.count("valued.about.asked", asked, &holes));
    counted.unwrap_or_else(|| words.say("valued.about", &holes))
}

fn mismatch(report: &Report<'_>, valued: &Valued) -> Item {
    let key = if valued.customers > valued.score { "valued.more" } else { "valued.less" };
    let (customers, score) = (percent(report, valued.customers), percent(report, valued.score));
    let holes = [("promise", &*promise(report, valued)), ("customers", &*customers), ("score", &*score)];
    Item::of(report.words.say(key, &holes)).tagged("watch", report.words.say("valued.apart", &[]))
}

fn promise(report: &Report<'_>, valued: &Valued) -> String {
    let standard = report.plan.standards.get(valued.standard);
    standard.map_or_else(String::new, |s| s.promise.value.trim_end_matches('.').to_owned())
}

fn percent(report: &Report<'_>, share: f64) -> String {
    report.words.percent(share, 1)
}
