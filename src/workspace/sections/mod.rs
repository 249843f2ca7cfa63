//! One file for each section of the workspace: nodes in, typed parts of the Plan out.

pub mod activity;
pub mod cadence;
pub mod calendar;
pub mod channel;
pub mod charter;
pub mod claim;
pub mod expansion;
pub mod exposure;
pub mod fairness;
pub mod field;
pub mod file;
pub mod form;
pub mod header;
pub mod importance;
pub mod line;
pub mod measure;
pub mod points;
pub mod probe;
pub mod report;
pub mod roles;
pub mod rule;
pub mod scorecard;
pub mod scoring;
pub mod source;
pub mod standard;
pub mod tags;
