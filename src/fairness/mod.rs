//! Takes: numbers. Gives: numbers with their method id. Every formula names its source.
//! May call: nothing of ours. Never: sees a subject, reads a file, or lets NaN or infinity out.
//! One method a file; the engine and the luck audit call the same functions.

pub mod mean;
pub mod mover;
pub mod multiplicity;
pub mod nps;
pub mod quantile;
pub mod rate;
pub mod ratio;
pub mod share;
pub mod shrinkage;

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
