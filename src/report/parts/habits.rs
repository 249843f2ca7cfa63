//! What ought to happen regularly, and how it holds: kept and missed slots of each cadence, the longest silence first. Persons are
//! counted and not named: a habit is a question to whoever leads it.

use super::{Column, Item, Part, Report, Table};
use crate::measure::{Clock, LevelReadings, Tallies, habit_level, kept};
use crate::workspace::{Every, Form, Measure};

/// Slots that are looked back on.
const BACK: usize = 12;
/// Rows of a table.
const MOST: usize = 50;

/// How one subject kept it, up to the judged period.
struct Habit {
    name: String,
    /// In the judged period.
    now: (usize, usize),
    /// Slots kept in a row up to the last one; below 0 missed in a row.
    row: i64,
    /// Missed among the last `BACK`, and how many those are.
    missed: (usize, usize),
    /// The last slot that was kept.
    last: Option<i64>,
}

pub(super) fn part(report: &Report<'_>) -> Part {
    let words = &report.words;
    let mut part = Part {
        id: "habits",
        title: words.say("habits.title", &[]),
        about: Some(words.say("habits.about", &[])),
        ..Part::default()
    };
    let readings = &report.recommendations.scorecards.readings;
    let Some(judged) = readings.judged.last().copied() else { return part };
    for (position, measure) in report.plan.measures.iter().enumerate() {
        let Form::Cadence { every, .. } = measure.form else { continue };
        let level = habit_level(report.plan, measure).and_then(|level| readings.levels.get(level));
        let Some(level) = level else { continue };
        let habits = habits(level, position, readings.periods.len(), judged);
        if habits.is_empty() {
            continue;
        }
        let period = readings.periods.get(judged).map(|p| words.period(&p.name)).unwrap_or_default();
        match level.level.as_str() {
            "person" => part.items.push(counted(report, measure, &habits, &period)),
            _ => {
                if habits.iter().all(Habit::held) {
                    part.items.push(whole(report, measure, &period));
                }
                part.tables.push(table(report, measure, every, habits, &period));
            }
        }
    }
    part
}

impl Habit {
    /// Every slot of the judged period was kept.
    fn held(&self) -> bool {
        self.now.0 == self.now.1
    }
}

/// A win, before the figures.
fn whole(report: &Report<'_>, measure: &Measure, period: &str) -> Item {
    let words = &report.words;
    let text = words.say("habits.whole", &[("activity", &measure.id.value), ("period", period)]);
    Item::of(text).tagged("met", words.say("habits.held", &[]))
}

/// The longest silence first.
fn habits(level: &LevelReadings, position: usize, periods: usize, judged: usize) -> Vec<Habit> {
    let Some(Tallies::Slots { cells, due, least }) = level.measures.get(position).map(|m| &m.tallies) else {
        return Vec::new();
    };
    let mut habits: Vec<Habit> = Vec::new();
    for (subject, about) in level.subjects.iter().enumerate() {
        let mut slots: Vec<(i64, bool)> = Vec::new();
        let mut now = (0, 0);
        for period in 0..=judged {
            let cell = subject * periods + period;
            let (Some(done), Some(due)) = (cells.get(cell), due.get(cell)) else { continue };
            let of_period: Vec<(i64, bool)> = due.iter().copied().zip(kept(done, due, *least)).collect();
            now = (of_period.iter().filter(|(_, kept)| *kept).count(), of_period.len());
            slots.extend(of_period);
        }
        let Some((_, held)) = slots.last().copied().filter(|_| now.1 > 0) else { continue };
        let row = slots.iter().rev().take_while(|(_, kept)| *kept == held).count() as i64;
        let back = slots.get(slots.len().saturating_sub(BACK)..).unwrap_or(&slots);
        habits.push(Habit {
            name: about.name.to_string(),
            now,
            row: if held { row } else { -row },
            missed: (back.iter().filter(|(_, kept)| !kept).count(), back.len()),
            last: slots.iter().rev().find(|(_, kept)| *kept).map(|(slot, _)| *slot),
        });
    }
    habits.sort_by(|a, b| (a.row, b.missed.0, &a.name).cmp(&(b.row, a.missed.0, &b.name)));
    habits
}

fn owner(report: &Report<'_>, measure: &Measure) -> String {
    let own = measure.more.get("owner").and_then(|o| o.as_str());
    let charter = report.plan.charter.owner.as_ref().map(|o| o.value.as_str());
    own.or(charter).unwrap_or("\u{2013}").to_owned()
}

fn caption(report: &Report<'_>, measure: &Measure, every: Every) -> String {
    let key = match every {
        Every::Day => "habits.caption.day",
        Every::Week => "habits.caption.week",
        Every::Month => "habits.caption.month",
        Every::Quarter => "habits.caption.quarter",
        Every::Year | Every::All => "habits.caption.year",
    };
    report.words.say(key, &[("activity", &measure.id.value), ("owner", &owner(report, measure))])
}

fn counted(report: &Report<'_>, measure: &Measure, habits: &[Habit], period: &str) -> Item {
    let words = &report.words;
    let whole = habits.iter().filter(|h| h.held()).count();
    let all = words.subjects("person", habits.len() as u64);
    let holes = [
        ("activity", measure.id.value.as_str()),
        ("kept", &words.integer(whole as u64)),
        ("people", &all),
        ("period", period),
        ("owner", &owner(report, measure)),
    ];
    Item::of(words.say("habits.people", &holes))
}

fn table(report: &Report<'_>, measure: &Measure, every: Every, habits: Vec<Habit>, period: &str) -> Table {
    let words = &report.words;
    let clock = Clock::of(report.plan);
    let back = words.integer(BACK as u64);
    let title = |key: &str| words.say(key, &[("period", period), ("count", &back)]);
    let column = |key: &str, number: bool| Column { title: title(key), number };
    let of = |(part, whole): (usize, usize)| {
        let holes = [("part", words.integer(part as u64)), ("whole", words.integer(whole as u64))];
        words.say("habits.of", &holes.each_ref().map(|(name, text)| (*name, text.as_str())))
    };
    let row = |habit: &Habit| {
        let key = if habit.row > 0 { "habits.kept" } else { "habits.missed" };
        let first = habit.last.and_then(|slot| clock.slot_span(every, slot)).map(|(first, _)| words.date(first));
        vec![
            habit.name.clone(),
            of(habit.now),
            words.count(key, habit.row.unsigned_abs(), &[]).unwrap_or_default(),
            of(habit.missed),
            first.unwrap_or_else(|| words.say("habits.never", &[])),
        ]
    };
    Table {
        caption: caption(report, measure, every),
        head: vec![
            column("habits.who", false),
            column("habits.now", true),
            column("habits.row", true),
            column("habits.back", true),
            column("habits.last", false),
        ],
        rows: habits.iter().take(MOST).map(row).collect(),
        more: habits
            .len()
            .checked_sub(MOST)
            .filter(|more| *more > 0)
            .and_then(|more| words.count("habits.more", more as u64, &[])),
    }
}
