//! Where to start: the length of a period, the least number of records, floors and targets, from the data's own spread.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use super::columns::{Columns, Values};
use super::figures::{Figure, Unit};
use super::roles::Roles;

/// z² of a 95 % interval, for the highest share that a number of records can prove.
const Z2: f64 = 3.841_458_820_694_124;

#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    pub every: &'static str,
    /// First and last day with a record.
    pub days: Option<(Date, Date)>,
    /// Set where a few records lie far behind the others.
    pub as_of: Option<Date>,
    /// Records after that day.
    pub astray: usize,
    pub minimum: u64,
    /// Records that a person (or group) usually has in a period.
    pub usual: u64,
    /// By figure: floor and target as written.
    pub lines: Vec<(String, String)>,
    /// Fewer than three have enough records to compare, so that the lines come from all records together.
    pub alone: bool,
}

pub fn find(columns: &Columns, roles: &Roles, figures: &[Figure], every: u64) -> Start {
    let days = days(columns, roles);
    let groups = groups(columns, roles);
    let (as_of, astray) = days.as_deref().map_or((None, 0), astray);
    let kept: Option<Vec<Option<Date>>> =
        days.map(|d| d.into_iter().map(|day| day.filter(|d| as_of.is_none_or(|last| *d <= last))).collect());
    let answered = answered(figures, groups.len());
    let (length, usual) = period(kept.as_deref(), &groups, answered, every);
    // What is usual leaves half of the people below it.
    let minimum = if usual >= 45 { 30 } else { (usual * 2 / 3 / 5 * 5).clamp(10, 30) };
    let known: BTreeSet<Date> = kept.iter().flatten().flatten().copied().collect();
    Start {
        every: length,
        days: known.first().copied().zip(known.last().copied()),
        as_of,
        astray,
        minimum,
        usual,
        lines: figures.iter().map(|f| lines(f, &groups, minimum)).collect(),
        alone: figures.iter().all(|f| reached(f, &groups).len() < 3),
    }
}

/// The day of each record; none where the source has no dates.
fn days(columns: &Columns, roles: &Roles) -> Option<Vec<Option<Date>>> {
    let Values::Times { values, .. } = &columns.all.get(roles.at?)?.values else { return None };
    let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
    let day = |micros: i64| epoch.checked_add(SignedDuration::from_micros(micros)).ok().map(|at| at.date());
    Some(values.iter().map(|v| v.as_ref().and_then(|s| day(s.civil - s.offset.unwrap_or(0) * 1_000_000))).collect())
}

/// Who each record is about: the person, else the smallest group, else everyone together.
fn groups<'c>(columns: &'c Columns, roles: &Roles) -> Vec<Option<&'c str>> {
    match roles.person.or(roles.groups.first().map(|(_, c)| *c)).and_then(|c| columns.texts.get(c)) {
        Some(texts) => texts.iter().map(Option::as_deref).collect(),
        None => vec![Some(""); columns.texts.first().map_or(0, Vec::len)],
    }
}

/// The usual share of records that a figure has a value for.
fn answered(figures: &[Figure], rows: usize) -> f64 {
    let mut shares: Vec<f64> =
        figures.iter().map(|f| f.values.iter().flatten().count() as f64 / rows.max(1) as f64).collect();
    shares.sort_by(f64::total_cmp);
    shares.get(shares.len() / 2).copied().unwrap_or(1.0)
}

/// Fewer than one in fifty records after two empty months: mistyped years, most likely.
fn astray(days: &[Option<Date>]) -> (Option<Date>, usize) {
    let mut known: Vec<Date> = days.iter().flatten().copied().collect();
    known.sort_unstable();
    let month = |d: &Date| i64::from(d.year()) * 12 + i64::from(d.month());
    let gap = known
        .iter()
        .zip(known.iter().skip(1))
        .enumerate()
        .find(|(i, (a, b))| month(b) - month(a) > 2 && (known.len() - i - 1) * 50 < known.len());
    match gap {
        Some((i, (last, _))) => (Some(*last), known.len() - i - 1),
        None => (None, 0),
    }
}

/// First day of the period that holds the day, and of the next.
fn bounds(day: Date, every: &str) -> Option<(Date, Date)> {
    let first = match every {
        "month" => day.first_of_month(),
        "quarter" => Date::new(day.year(), (day.month() - 1) / 3 * 3 + 1, 1).ok()?,
        _ => day.first_of_year(),
    };
    let months = match every {
        "month" => 1,
        "quarter" => 3,
        _ => 12,
    };
    Some((first, first.checked_add(months.months()).ok()?))
}

/// The shortest period of which one is complete and in which people usually have 30 records; else all the data at once.
fn period(days: Option<&[Option<Date>]>, groups: &[Option<&str>], answered: f64, every: u64) -> (&'static str, u64) {
    let usual = |wanted: &dyn Fn(usize) -> bool| {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for (row, group) in groups.iter().enumerate() {
            if let Some(group) = group
                && wanted(row)
            {
                *counts.entry(group).or_default() += every;
            }
        }
        let mut counts: Vec<u64> = counts.into_values().collect();
        counts.sort_unstable();
        (counts.get(counts.len() / 2).copied().unwrap_or(0) as f64 * answered) as u64
    };
    let Some(days) = days else { return ("all", usual(&|_| true)) };
    let Some(last) = days.iter().flatten().max().copied() else { return ("all", usual(&|_| true)) };
    for every in ["month", "quarter", "year"] {
        // A period is complete when the last record's day is its last day, or later.
        let complete = days
            .iter()
            .flatten()
            .filter_map(|d| bounds(*d, every))
            .filter(|(_, end)| last.tomorrow().is_ok_and(|t| t >= *end))
            .max();
        let Some((from, to)) = complete else { continue };
        let inside = |row: usize| days.get(row).copied().flatten().is_some_and(|d| from <= d && d < to);
        let n = usual(&inside);
        if n >= 30 {
            return (every, n);
        }
    }
    ("all", usual(&|_| true))
}

// ---- floors and targets ----

/// What each group reaches, where it has enough records to say so; each record where there is only one group.
fn reached(figure: &Figure, groups: &[Option<&str>]) -> Vec<f64> {
    let mut sums: BTreeMap<&str, (f64, u64)> = BTreeMap::new();
    for (group, value) in groups.iter().zip(&figure.values) {
        if let (Some(group), Some(value)) = (group, value) {
            let sum = sums.entry(group).or_default();
            sum.0 += value;
            sum.1 += 1;
        }
    }
    let mut means: Vec<f64> = sums.values().filter(|(_, n)| *n >= 10).map(|(sum, n)| sum / *n as f64).collect();
    if means.len() < 3 {
        let known: Vec<f64> = figure.values.iter().flatten().copied().collect();
        means = vec![known.iter().sum::<f64>() / known.len().max(1) as f64];
    }
    means.sort_by(f64::total_cmp);
    means
}

fn at(sorted: &[f64], part: f64) -> f64 {
    let place = (sorted.len().saturating_sub(1) as f64 * part).round() as usize;
    sorted.get(place).copied().unwrap_or(0.0)
}

/// Floor and target as written: the target is about what the middle reaches; the floor what nine in ten reach, and clearly
/// below the target (`share`, `scale`).
fn lines(figure: &Figure, groups: &[Option<&str>], minimum: u64) -> (String, String) {
    let reached = reached(figure, groups);
    let (middle, worst) = if figure.lower_is_better {
        (at(&reached, 0.5), at(&reached, 0.9))
    } else {
        (at(&reached, 0.5), at(&reached, 0.1))
    };
    match figure.unit {
        Unit::Share if figure.lines.iter().any(|(form, _)| *form == "share") => {
            share(middle, worst, figure.lower_is_better, minimum)
        }
        Unit::Share => {
            let (floor, target) = scale(middle * 100.0, worst * 100.0, figure.lower_is_better);
            (format!("{}%", plain(floor)), format!("{}%", plain(target)))
        }
        Unit::Nps => {
            let target = ((middle / 5.0).round() * 5.0).clamp(-80.0, 95.0);
            let floor = ((worst / 5.0).round() * 5.0).min(target - 20.0).max(-100.0);
            (plain(floor), plain(target))
        }
        Unit::Plain => {
            let (floor, target) = scale(middle, worst, figure.lower_is_better);
            (plain(floor), plain(target))
        }
    }
}

/// In steps of 5 points; a target that the minimum of records can prove, where the middle is about there.
fn share(middle: f64, worst: f64, lower: bool, minimum: u64) -> (String, String) {
    let good = |x: f64| if lower { 1.0 - x } else { x };
    let provable = minimum as f64 / (minimum as f64 + Z2);
    let highest = ((provable * 20.0).ceil() - 1.0).max(1.0) * 5.0;
    let target = ((good(middle) * 20.0).round() * 5.0).clamp(10.0, highest);
    let floor = ((good(worst) * 20.0).round() * 5.0).min(target - 15.0).max(0.0);
    let written = |x: f64| format!("{}%", plain(if lower { 100.0 - x } else { x }));
    (written(floor), written(target))
}

/// Round figures that differ by at least a fifth.
fn scale(middle: f64, worst: f64, lower: bool) -> (f64, f64) {
    let target = round(middle);
    let gap = (target.abs() / 5.0).max(if target == 0.0 { 1.0 } else { 0.0 });
    let floor = if lower { round(worst.max(target + gap)) } else { round(worst.min(target - gap)) };
    // Rounding may have brought them together.
    if floor == target { (if lower { target + gap } else { target - gap }, target) } else { (floor, target) }
}

/// To two figures.
fn round(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return 0.0;
    }
    let step = 10f64.powf(x.abs().log10().floor() - 1.0);
    (x / step).round() * step
}

fn plain(x: f64) -> String {
    let text = format!("{x:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_round_and_apart() {
        assert_eq!(share(0.72, 0.5, false, 30), ("50%".into(), "70%".into()));
        assert_eq!(share(0.99, 0.97, false, 30), ("70%".into(), "85%".into()), "30 records can't prove 90%");
        assert_eq!(share(0.99, 0.97, false, 10), ("55%".into(), "70%".into()));
        assert_eq!(
            share(0.08, 0.3, true, 30),
            ("30%".into(), "15%".into()),
            "less is better: the target is the smaller"
        );
        assert_eq!(scale(118.3, 240.0, true), (240.0, 120.0));
        assert_eq!(scale(100.0, 100.0, true), (120.0, 100.0));
        assert_eq!(scale(0.0, 0.0, true), (1.0, 0.0));
        assert_eq!(scale(4.25, 4.2, false).1, 4.3);
        assert_eq!((plain(0.1 + 0.2), plain(-0.0), plain(120.0)), ("0.3".into(), "0".into(), "120".into()));
    }

    #[test]
    fn mistyped_years_are_set_aside() {
        let day = |y, m, d| Some(jiff::civil::date(y, m, d));
        let mut days: Vec<Option<Date>> =
            (1..=28).flat_map(|d| [day(2026, 1, d), day(2026, 2, d), day(2026, 3, d)]).collect();
        assert_eq!(astray(&days), (None, 0));
        days.push(day(2062, 3, 1));
        assert_eq!(astray(&days), (Some(jiff::civil::date(2026, 3, 28)), 1));
        let half: Vec<Option<Date>> = (1..=28).flat_map(|d| [day(2026, 1, d), day(2026, 8, d)]).collect();
        assert_eq!(astray(&half), (None, 0), "half of the data is no slip of the pen");
    }

    #[test]
    fn a_period_is_complete_and_holds_enough() {
        let days: Vec<Option<Date>> =
            (1..=3).flat_map(|m| (1..=28).map(move |d| Some(jiff::civil::date(2026, m, d)))).collect();
        let groups = vec![Some("A"); days.len()];
        assert_eq!(period(Some(&days), &groups, 1.0, 2), ("month", 56), "February is complete");
        assert_eq!(
            period(Some(&days), &groups, 1.0, 1),
            ("all", 84),
            "28 a month are too few, and no quarter is complete"
        );
        assert_eq!(period(None, &groups, 0.5, 1), ("all", 42));
        let one: Vec<Option<Date>> = (5..=20).map(|d| Some(jiff::civil::date(2026, 3, d))).collect();
        assert_eq!(period(Some(&one), &vec![Some("A"); 16], 1.0, 10), ("all", 160));
    }
}
