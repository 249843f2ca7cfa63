//! Working time: which hours of which days count, in which zone.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// The policy's calendar. `calendar: { monday: [ 09:00-12:00, 13:00-17:00 ], …, holidays: [2026-12-25] }`
#[derive(Clone, Debug)]
pub struct Calendar {
    pub zone: TimeZone,
    /// Working spans of each weekday, Monday first, sorted, half-open.
    pub week: [Vec<(Time, Time)>; 7],
    /// Sorted.
    pub holidays: Vec<Date>,
}

impl Calendar {
    /// Monday to Friday, 9 to 17, no holidays.
    pub fn office_hours(zone: TimeZone) -> Self {
        let day = vec![(jiff::civil::time(9, 0, 0, 0), jiff::civil::time(17, 0, 0, 0))];
        let week = [day.clone(), day.clone(), day.clone(), day.clone(), day, vec![], vec![]];
        Self { zone, week, holidays: Vec::new() }
    }
}
