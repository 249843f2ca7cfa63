//! How dates are written: found from the cells, and doubted where day and month can't be told apart.

use crate::records::{Formats, GridCell, Stamp};

/// Of the cells of a column, so many must be dates.
pub const ENOUGH: f64 = 0.9;
const SAMPLE: usize = 400;
/// One column may mix ways of writing, such as with and without a time.
const MIXED: usize = 3;

const DAY_FIRST: &[&str] = &["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y", "%d-%m-%y"];
const MONTH_FIRST: &[&str] = &["%m.%d.%Y", "%m/%d/%Y", "%m-%d-%Y", "%m.%d.%y", "%m/%d/%y", "%m-%d-%y"];
const PLAIN: &[&str] = &[
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d/%b/%Y",
    "%b %d, %Y",
    "%b %d %Y",
    "%d. %b %Y",
    "%a %d %b %Y",
    "%a, %d %b %Y",
    "%A, %d %B %Y",
    "%A, %B %d, %Y",
    "%a %b %d %Y",
];
const TIMES: &[&str] = &[
    "",
    " %H:%M:%S",
    " %H:%M",
    " %H:%M:%S.%f",
    " %I:%M:%S %p",
    " %I:%M %p",
    " %I:%M%p",
    ", %H:%M",
    ", %H:%M:%S",
    ", %I:%M %p",
    ", %I:%M:%S %p",
    " - %H:%M",
    " - %H:%M:%S",
    " %H:%M Uhr",
    " %H:%M:%S Uhr",
    ", %H:%M Uhr",
    " - %H:%M Uhr",
    " um %H:%M Uhr",
    " %Hh%M",
    " à %H:%M",
    " à %Hh%M",
    " at %H:%M",
    " at %I:%M %p",
    " %H.%M",
    "T%H:%M",
    "T%H:%M:%S",
];

/// The order in which day and month stand in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    DayFirst,
    MonthFirst,
}

/// A column of dates.
#[derive(Clone, Debug, PartialEq)]
pub struct Dates {
    /// For `format: { dates: … }`; none where they are ISO 8601, or typed.
    pub formats: Vec<String>,
    /// None: day and month are told apart by how they are written.
    pub order: Option<Order>,
    /// The formats of the other order, where those fit every cell as well.
    pub other: Option<Vec<String>>,
    /// One example.
    pub example: String,
}

/// How the column's dates are written; none where it holds no dates.
pub fn of(cells: &[&GridCell]) -> Option<Dates> {
    let filled = cells.iter().filter(|c| !c.is_empty()).count();
    let typed = cells.iter().filter(|c| matches!(c, GridCell::Civil { .. })).count();
    let texts: Vec<&str> =
        cells.iter().filter_map(|c| if let GridCell::Text(t) = c { Some(t.as_str()) } else { None }).collect();
    let known = |texts: &[&str]| texts.iter().filter(|t| !super::words::is_nothing(t)).count();
    let all = filled - texts.len() + known(&texts);
    if typed > 0 && typed as f64 >= all as f64 * ENOUGH {
        return Some(Dates { formats: Vec::new(), order: None, other: None, example: String::new() });
    }
    let step = texts.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<&str> = texts.iter().step_by(step).copied().filter(|t| !super::words::is_nothing(t)).collect();
    let example = sample.first().copied().filter(|_| typed == 0 && all == known(&texts))?.to_owned();
    let share = |formats: &[String]| {
        let formats = Formats::new(formats);
        sample.iter().filter(|t| formats.stamp(t).is_ok()).count() as f64 / sample.len() as f64
    };
    if share(&[]) >= ENOUGH {
        return Some(Dates { formats: Vec::new(), order: None, other: None, example });
    }
    let (plain, day, month) = (fitting(&sample, PLAIN), fitting(&sample, DAY_FIRST), fitting(&sample, MONTH_FIRST));
    let (of_plain, of_day, of_month) = (share(&plain), share(&day), share(&month));
    let best = of_plain.max(of_day).max(of_month);
    if best < ENOUGH {
        return None;
    }
    Some(if of_plain >= best {
        Dates { formats: plain, order: None, other: None, example }
    } else if of_day > of_month {
        Dates { formats: day, order: Some(Order::DayFirst), other: None, example }
    } else if of_month > of_day {
        Dates { formats: month, order: Some(Order::MonthFirst), other: None, example }
    } else {
        undecided(day, month, &sample, example)
    })
}

/// Every cell fits both orders. Dots are day first everywhere, AM and PM are mostly month first; else the order in which
/// the rows stand may tell, because exports are sorted by time.
fn undecided(day: Vec<String>, month: Vec<String>, sample: &[&str], example: String) -> Dates {
    if day.iter().all(|f| f.starts_with("%d.")) {
        return Dates { formats: day, order: Some(Order::DayFirst), other: None, example };
    }
    let (by_day, by_month) = (sorted(sample, &day), sorted(sample, &month));
    if by_day && !by_month {
        return Dates { formats: day, order: Some(Order::DayFirst), other: None, example };
    }
    if by_month && !by_day {
        return Dates { formats: month, order: Some(Order::MonthFirst), other: None, example };
    }
    let half_days = day.iter().any(|f| f.contains("%p"));
    let (formats, other, order) =
        if half_days { (month, day, Order::MonthFirst) } else { (day, month, Order::DayFirst) };
    Dates { formats, order: Some(order), other: Some(other), example }
}

/// The cells stand in the order of time, one way or the other.
fn sorted(sample: &[&str], formats: &[String]) -> bool {
    let formats = Formats::new(formats);
    let times: Vec<i64> = sample.iter().filter_map(|t| formats.stamp(t).ok()).map(|s| s.civil).collect();
    let steps = times.len().saturating_sub(1);
    let (mut up, mut down, mut moves) = (0, 0, 0);
    for (a, b) in times.iter().zip(times.iter().skip(1)) {
        up += usize::from(a <= b);
        down += usize::from(a >= b);
        moves += usize::from(a != b);
    }
    moves >= 5 && up.max(down) * 100 >= steps * 98
}

/// The few formats that together read most of the sample.
fn fitting(sample: &[&str], dates: &[&str]) -> Vec<String> {
    let mut left: Vec<&str> = sample.to_vec();
    let mut chosen = Vec::new();
    while chosen.len() < MIXED && !left.is_empty() {
        let mut best: Option<(usize, String)> = None;
        for date in dates {
            for time in TIMES {
                let format = format!("{date}{time}");
                let one = Formats::new(std::slice::from_ref(&format));
                let read = left.iter().filter(|t| declared(&one, t)).count();
                if read > best.as_ref().map_or(0, |b| b.0) {
                    best = Some((read, format));
                }
            }
        }
        let Some((read, format)) = best else { break };
        // A single odd cell is no way of writing.
        if !chosen.is_empty() && read * 50 < sample.len() {
            break;
        }
        let one = Formats::new(std::slice::from_ref(&format));
        left.retain(|t| !declared(&one, t));
        chosen.push(format);
    }
    chosen
}

/// Read by the format itself: ISO dates are read whatever is declared.
fn declared(format: &Formats, text: &str) -> bool {
    format.stamp(text).is_ok() && Formats::default().stamp(text).is_err()
}

/// The moment of a cell.
pub fn stamp(cell: &GridCell, formats: &Formats) -> Option<Stamp> {
    match cell {
        GridCell::Civil { micros, whole_day } => Some(Stamp { civil: *micros, offset: None, whole_day: *whole_day }),
        GridCell::Text(text) => formats.stamp(text).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str]) -> Option<(Vec<String>, Option<Order>, bool)> {
        let cells: Vec<GridCell> = texts.iter().map(|t| GridCell::text(t)).collect();
        let dates = of(&cells.iter().collect::<Vec<_>>())?;
        Some((dates.formats, dates.order, dates.other.is_some()))
    }

    #[test]
    fn the_order_is_decided_by_the_data() {
        use Order::*;
        for (texts, formats, order, doubt) in [
            (vec!["13/02/2026 09:15", "01/02/2026 10:00"], vec!["%d/%m/%Y %H:%M"], Some(DayFirst), false),
            (vec!["02/13/2026 9:15 AM", "02/01/2026 1:00 PM"], vec!["%m/%d/%Y %I:%M %p"], Some(MonthFirst), false),
            (vec!["01.02.2026", "03.04.2026"], vec!["%d.%m.%Y"], Some(DayFirst), false),
            (vec!["01/02/2026", "03/04/2026"], vec!["%d/%m/%Y"], Some(DayFirst), true),
            (vec!["01/02/26 1:00 PM", "03/04/26 2:00 AM"], vec!["%m/%d/%y %I:%M %p"], Some(MonthFirst), true),
            (vec!["2026-01-02 10:00", "2026-01-03"], vec![], None, false),
            (
                vec!["02.01.2026 - 09:15 Uhr", "03.01.2026 - 10:05 Uhr"],
                vec!["%d.%m.%Y - %H:%M Uhr"],
                Some(DayFirst),
                false,
            ),
            (vec!["3 Feb 2026", "14 Mar 2026"], vec!["%d %b %Y"], None, false),
        ] {
            let formats: Vec<String> = formats.into_iter().map(str::to_owned).collect();
            assert_eq!(found(&texts), Some((formats, order, doubt)), "{texts:?}");
        }
    }

    #[test]
    fn rows_in_the_order_of_time_tell_day_and_month_apart() {
        let month_first =
            ["01/02/2026", "01/05/2026", "01/09/2026", "02/03/2026", "02/11/2026", "03/01/2026", "03/12/2026"];
        assert_eq!(found(&month_first), Some((vec!["%m/%d/%Y".to_owned()], Some(Order::MonthFirst), false)));
    }

    #[test]
    fn what_is_no_date() {
        assert_eq!(found(&["1.5", "2.5"]), None);
        assert_eq!(found(&["Ama", "Kofi"]), None);
        assert_eq!(found(&["", "-"]), None);
        assert_eq!(found(&["31.01.2026", "n/a", "-", "?"]).map(|f| f.0), Some(vec!["%d.%m.%Y".to_owned()]));
    }
}
