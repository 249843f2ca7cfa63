//! evenhand: from a customer-service charter and logged data to fair recommendations.
//!
//! The plan of the house, in the order of the data:
//! workspace → records → measure → fairness → score → judge → report → output.

pub mod diagnostic; // what is wrong, and where

pub mod language; // expressions: rhai in, columns out

pub mod words; // what readers of results are told, by language

pub mod workspace; // author files → Plan

pub mod records; // data files → Batches

pub mod measure; // Batches → Readings

pub mod fairness; // pure statistics

pub mod score; // Readings → Scorecards

pub mod judge; // Scorecards → Recommendations

pub mod report; // pages, letters, sentences

pub mod output; // result files

pub mod cache; // counts of earlier runs, on disk

pub mod pipeline; // evaluate(): the stages, readable as a list

pub mod check; // lints over a Plan, one a file

pub mod draft; // a first workspace drafted from an export

pub mod luck; // what chance alone would recommend

pub mod impact; // whether protected groups fare alike

pub mod watch; // files that changed → generations

pub mod serve; // the live page

pub mod cli; // argv in, exit code out
