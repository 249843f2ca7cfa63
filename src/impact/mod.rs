//! Takes: Recommendations and the file of protected attributes. Gives: how the outcomes of each group compare.
//! May call: `fairness`; reads `judge`'s Recommendations and `records`' Protected.
//! Never: changes an outcome, shows a cell of fewer than five people, or lets an attribute reach a rule.

mod answer;
pub mod codes;
mod text;

pub use answer::{Answer, AttributeAnswer, Comparison, GroupAnswer, OutcomeAnswer, impact};
pub use text::text;
