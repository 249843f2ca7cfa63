//! The wall clock of the workspace's zone: from what a cell says to a moment.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::moment::{DAY, SECOND, Stamp, civil, out_of_range};
use crate::diagnostic::Said;
use crate::said;

/// The zone in which times without an offset are read.
#[derive(Clone, Debug)]
pub struct Clock {
    pub zone: TimeZone,
    pub name: String,
}

/// A stretch of wall-clock seconds with one offset: most cells of a column fall into the last one used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Window {
    from: i64,
    to: i64,
    offset: i64,
}

impl Clock {
    /// Microseconds UTC. A time that a clock change skips is refused; of a repeated one the first is taken; a day
    /// starts at its first moment.
    pub fn utc(&self, stamp: Stamp, window: &mut Window) -> Result<i64, Said> {
        if let Some(offset) = stamp.offset {
            return Ok(stamp.civil - offset * SECOND);
        }
        let second = stamp.civil.div_euclid(SECOND);
        if window.from <= second && second < window.to {
            return Ok(stamp.civil - window.offset * SECOND);
        }
        let civil = civil(stamp.civil).ok_or_else(out_of_range)?;
        let beyond = |_| out_of_range();
        match self.zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => {
                let moment = offset.to_timestamp(civil).map_err(beyond)?;
                self.widen(moment, i64::from(offset.seconds()), second, window);
                Ok(moment.as_microsecond())
            }
            AmbiguousOffset::Fold { before, .. } => Ok(before.to_timestamp(civil).map_err(beyond)?.as_microsecond()),
            AmbiguousOffset::Gap { .. } if stamp.whole_day => {
                let start = civil.date().to_zoned(self.zone.clone()).map_err(beyond)?;
                Ok(start.timestamp().as_microsecond())
            }
            AmbiguousOffset::Gap { .. } => Err(said!(
                "the time {time} does not exist in {zone}: the clock was changed",
                time = shown(civil),
                zone = self.name
            )),
        }
    }

    /// Remembers the stretch between two clock changes, a day short of both, in which `offset` holds without doubt.
    fn widen(&self, moment: Timestamp, offset: i64, second: i64, window: &mut Window) {
        let start = self.zone.preceding(moment).next().map_or(i64::MIN / 4, |t| t.timestamp().as_second());
        let end = self.zone.following(moment).next().map_or(i64::MAX / 4, |t| t.timestamp().as_second());
        let found = Window { from: start + offset + DAY, to: end + offset - DAY, offset };
        if found.from <= second && second < found.to {
            *window = found;
        }
    }
}

fn shown(civil: DateTime) -> String {
    civil.strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::super::moment::Formats;
    use super::*;

    fn utc(text: &str, zone: &str) -> Result<String, String> {
        let clock = Clock { zone: TimeZone::get(zone).unwrap(), name: zone.to_owned() };
        let micros = clock.utc(Formats::default().stamp(text)?, &mut Window::default())?;
        Ok(Timestamp::from_microsecond(micros).unwrap().to_string())
    }

    #[test]
    fn clock_changes() {
        let skipped = utc("2026-03-29 02:30", "Europe/Berlin");
        assert!(skipped.is_err_and(|r| r.contains("2026-03-29 02:30 does not exist in Europe/Berlin")));
        assert_eq!(utc("2026-10-25 02:30", "Europe/Berlin").as_deref(), Ok("2026-10-25T00:30:00Z"), "the first");
        assert_eq!(utc("2026-07-01 12:00", "Europe/Berlin").as_deref(), Ok("2026-07-01T10:00:00Z"));
        assert_eq!(utc("2018-11-04", "America/Sao_Paulo").as_deref(), Ok("2018-11-04T03:00:00Z"), "no midnight");
    }

    #[test]
    fn the_window_changes_nothing() {
        let clock = Clock { zone: TimeZone::get("Europe/Berlin").unwrap(), name: String::new() };
        let mut window = Window::default();
        let start = Formats::default().stamp("2025-01-01").unwrap().civil;
        for hour in 0..(24 * 500) {
            let stamp = Stamp { civil: start + hour * 3_600 * SECOND, offset: None, whole_day: false };
            assert_eq!(clock.utc(stamp, &mut window).ok(), clock.utc(stamp, &mut Window::default()).ok(), "{hour}");
        }
    }
}
