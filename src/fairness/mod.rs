//! Takes: numbers. Gives: numbers with their method id. Every formula names its source.
//! May call: nothing of ours. Never: sees a subject, reads a file, or lets NaN or infinity out.
//! One method a file; the engine and the luck audit call the same functions.
//! Sums run in the order given and transcendental functions are libm's, so every machine gives the same bits.

// distributions
pub mod beta;
pub mod gamma;
pub mod grid;
mod loader;
pub mod normal;
pub mod student;

// intervals and tests of one figure
pub mod mean;
pub mod nps;
pub mod quantile;
pub mod rate;
pub mod ratio;
pub mod share;

// combining figures
pub mod mover;
pub mod multiplicity;
pub mod standardisation;

// comparing subjects
pub mod funnel;
pub mod impact;
pub mod james_stein;
pub mod overdispersion;
pub mod ranks;
pub mod reliability;
pub mod shrinkage;

// comparing times
pub mod charts;
pub mod trend;
pub mod windows;

// raters
pub mod agreement;
pub mod icc;
pub mod krippendorff;
pub mod leniency;

// the policy itself
pub mod attainability;
pub mod claim;
pub mod gaming;
pub mod methods;

/// z of a two-sided 95 % interval.
pub const Z95: f64 = 1.959963984540054;
/// z of a two-sided 99.8 % interval.
pub const Z998: f64 = 3.090232306167813;

/// A closed interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub lower: f64,
    pub upper: f64,
}

/// Which side of a line is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The alternative hypothesis is that the true value lies below the line.
    Below,
    /// … above the line.
    Above,
}

#[cfg(test)]
pub(crate) mod testing {
    /// Fails unless the two agree within `by`.
    #[track_caller]
    pub fn near(found: f64, wanted: f64, by: f64) {
        assert!((found - wanted).abs() <= by, "found {found}, wanted {wanted} ± {by}");
    }
}
