//! A claim against an interval: it is supported where the whole interval lies on the claimed side, unsupported where it lies on
//! the other, else unknown (the three-way decision of Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions
//! (2003), chapter 2, by the interval in place of the test). A figure that was counted in full has no interval, and is its own.

use super::Interval;

/// What may be said of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Support {
    Supported,
    Unsupported,
    Unknown,
}

impl Support {
    pub fn word(self) -> &'static str {
        match self {
            Support::Supported => "supported",
            Support::Unsupported => "unsupported",
            Support::Unknown => "unknown",
        }
    }

    /// The support of “every one of them”: all must be supported, and one against it is enough.
    pub fn of_all(all: impl IntoIterator<Item = Support>) -> Support {
        let mut found = None;
        for one in all {
            found = Some(match (found, one) {
                (Some(Support::Unsupported), _) | (_, Support::Unsupported) => Support::Unsupported,
                (Some(Support::Unknown), _) | (_, Support::Unknown) => Support::Unknown,
                _ => Support::Supported,
            });
        }
        found.unwrap_or(Support::Unknown)
    }
}

/// `at_least` a line. The line itself is on the claimed side.
pub fn at_least(interval: Interval, line: f64) -> Support {
    if reaches(interval.lower, line) {
        Support::Supported
    } else if interval.upper < line {
        Support::Unsupported
    } else {
        Support::Unknown
    }
}

/// `at_most` a line: the mirror image.
pub fn at_most(interval: Interval, line: f64) -> Support {
    at_least(Interval { lower: -interval.upper, upper: -interval.lower }, -line)
}

/// A difference is above zero. Zero itself is not: of two figures that are alike none is better.
pub fn above_zero(difference: Interval) -> Support {
    if difference.lower > 0.0 {
        Support::Supported
    } else if difference.upper <= 0.0 {
        Support::Unsupported
    } else {
        Support::Unknown
    }
}

/// At the line or above it, with a spreadsheet's precision.
fn reaches(value: f64, line: f64) -> bool {
    value >= line || (value - line).abs() <= 1e-14 * value.abs().max(line.abs())
}

#[cfg(test)]
mod tests {
    use super::super::{Z95, share};
    use super::*;

    #[test]
    fn ninety_of_a_hundred() {
        // Wilson: 82.6 % to 94.5 %.
        let of = |line| at_least(share::wilson(90, 100, Z95).unwrap(), line);
        assert_eq!((of(0.8), of(0.9), of(0.95)), (Support::Supported, Support::Unknown, Support::Unsupported));
        let of = |line| at_most(share::wilson(90, 100, Z95).unwrap(), line);
        assert_eq!((of(0.8), of(0.9), of(0.95)), (Support::Unsupported, Support::Unknown, Support::Supported));
    }

    #[test]
    fn a_figure_counted_in_full_reaches_its_own_line() {
        let full = |x: f64| Interval { lower: x, upper: x };
        assert_eq!(at_least(full(0.0), 0.0), Support::Supported);
        assert_eq!(at_least(full(-1.0), 0.0), Support::Unsupported);
        assert_eq!(at_most(full(0.1 + 0.2), 0.3), Support::Supported);
        assert_eq!(above_zero(full(0.0)), Support::Unsupported);
        assert_eq!(above_zero(full(2.0)), Support::Supported);
    }

    #[test]
    fn every_one_of_them() {
        use Support::{Supported, Unknown, Unsupported};
        assert_eq!(Support::of_all([Supported, Supported]), Supported);
        assert_eq!(Support::of_all([Supported, Unknown]), Unknown);
        assert_eq!(Support::of_all([Unknown, Unsupported, Supported]), Unsupported);
        assert_eq!(Support::of_all([]), Unknown);
    }
}
