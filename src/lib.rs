//! evenhand: from a customer-service charter and logged data to fair recommendations.
//!
//! The plan of the house, in the order of the data:
//! workspace → records → measure → fairness → score → judge → report → output.

pub mod diagnostic; // what is wrong, and where
pub mod fairness; // pure statistics
pub mod judge;
pub mod language; // expressions: rhai in, columns out
pub mod luck; // what chance alone would recommend
pub mod measure; // Batches → Readings
pub mod records; // data files → Batches
pub mod score; // Readings → Scorecards
pub mod workspace; // author files → Plan // Scorecards → Recommendations
