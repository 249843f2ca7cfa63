//! Takes: the Plan and Batches. Gives: `Readings`: for each level, measure, subject and period the value with its n, interval and state.
//! May call: `diagnostic`, `language`, `fairness`, and reads `records`' Batches.
//! Never: judges; takes a mean of means (every level is tallied from records); depends on the order of rows or threads.
//! The seam for a cluster is `Plan in, tallies out`.

mod readings;

pub use readings::*;
