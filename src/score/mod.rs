//! Takes: the Plan and Readings. Gives: `Scorecards`: points, groups and a score with its interval for each subject and period.
//! May call: `diagnostic`, `language`, `fairness`; reads `measure`'s Readings.
//! Never: reads records, or shows what is unmeasured as 0 or 100.

mod scorecards;

pub use scorecards::*;
