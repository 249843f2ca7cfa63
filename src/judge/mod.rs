//! Takes: the Plan, Scorecards and Facts (who was told, supported, warned, absent). Gives: `Recommendations`, each with its gates and evidence.
//! May call: `diagnostic`, `language`, `fairness`; reads `score`'s Scorecards.
//! Never: decides. A recommendation is not a decision, and unknown never passes a gate.

mod facts;
mod recommendations;

pub use facts::Facts;
pub use recommendations::*;
