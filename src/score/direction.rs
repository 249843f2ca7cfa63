//! Which way is better, and how near is equal.

use crate::workspace::Plan;

/// Whether a higher or a lower value of a measure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Higher,
    Lower,
}

/// Equal at a spreadsheet's precision: they differ by less than 1e-14 relative. False for missing (NaN).
pub fn same(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-14 * a.abs().max(b.abs())
}

impl Direction {
    /// The direction of a standard is that of its measure.
    pub fn of(plan: &Plan, standard: usize) -> Direction {
        let lower = plan
            .standards
            .get(standard)
            .and_then(|s| plan.measures.get(s.measure))
            .is_some_and(|measure| measure.lower_is_better);
        if lower { Direction::Lower } else { Direction::Higher }
    }

    /// `value` is at the line or on its good side. False where either is missing.
    pub fn reaches(self, value: f64, line: f64) -> bool {
        same(value, line) || self.better(value, line)
    }

    /// `value` is on the good side of the line, not at it. False where either is missing.
    pub fn beyond(self, value: f64, line: f64) -> bool {
        self.better(value, line) && !same(value, line)
    }

    /// `value` is on the bad side of the line, not at it. False where either is missing.
    pub fn short(self, value: f64, line: f64) -> bool {
        self.better(line, value) && !same(value, line)
    }

    /// The worse end of an interval.
    pub fn worst(self, lower: f64, upper: f64) -> f64 {
        if self == Direction::Higher { lower } else { upper }
    }

    /// The better end of an interval.
    pub fn best(self, lower: f64, upper: f64) -> f64 {
        if self == Direction::Higher { upper } else { lower }
    }

    fn better(self, a: f64, b: f64) -> bool {
        if self == Direction::Higher { a > b } else { a < b }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_summed_eight_times_reaches_eight_tenths() {
        let sum = [0.1; 8].iter().sum::<f64>();
        assert!(sum < 0.8, "the test needs a sum that falls short in binary");
        assert!(Direction::Higher.reaches(sum, 0.8));
        assert!(!Direction::Higher.short(sum, 0.8));
        assert!(!Direction::Higher.reaches(0.8 - 1e-12, 0.8));
    }

    #[test]
    fn lower_is_better_turns_every_answer_round() {
        let lower = Direction::Lower;
        assert!(lower.reaches(20.0, 30.0) && lower.beyond(20.0, 30.0) && lower.short(40.0, 30.0));
        assert_eq!(lower.worst(1.0, 2.0), 2.0);
        assert_eq!(lower.best(1.0, 2.0), 1.0);
    }

    #[test]
    fn missing_is_neither_reached_nor_missed() {
        for direction in [Direction::Higher, Direction::Lower] {
            assert!(!direction.reaches(f64::NAN, 1.0) && !direction.short(f64::NAN, 1.0));
            assert!(!direction.reaches(1.0, f64::NAN) && !direction.beyond(1.0, f64::NAN));
        }
    }
}
