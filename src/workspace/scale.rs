//! On which scale a measure's figures lie, so that they are shown as people read them: a share as a percentage, the difference of
//! two shares in points.

use super::plan::{Form, Measure, Plan};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// 0…1.
    Share,
    /// A difference of shares, -1…1.
    Points,
    Number,
}

/// Coefficients that add up to this, within what binary fractions lose.
const NEAR: f64 = 1e-9;

impl Plan {
    pub fn scale(&self, measure: &Measure) -> Scale {
        self.scale_of(measure, self.measures.len())
    }

    /// `rounds` bounds how deep formulas go.
    fn scale_of(&self, measure: &Measure, rounds: usize) -> Scale {
        if measure.in_percent() {
            return Scale::Share;
        }
        let Form::Formula { program, inputs } = &measure.form else { return Scale::Number };
        let Some(((terms, constant), below)) = program.linear().zip(rounds.checked_sub(1)) else {
            return Scale::Number;
        };
        let is_share = |slot: &usize| {
            let input = inputs.get(*slot).and_then(|i| self.measures.get(*i));
            input.is_some_and(|input| self.scale_of(input, below) == Scale::Share)
        };
        let sum: f64 = terms.iter().map(|(_, by)| by).sum();
        let within = terms.iter().all(|(_, by)| by.abs() <= 1.0 + NEAR);
        match within && constant == 0.0 && !terms.is_empty() && terms.iter().all(|(slot, _)| is_share(slot)) {
            true if sum.abs() < NEAR => Scale::Points,
            // A weighted mean of shares is one.
            true if (sum - 1.0).abs() < NEAR && terms.iter().all(|(_, by)| *by >= 0.0) => Scale::Share,
            _ => Scale::Number,
        }
    }
}
