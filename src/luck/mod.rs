//! Takes: the cells that were tallied, and the judge. Gives: how many people this policy rewards and sanctions by chance alone.
//! May call: `fairness`, and through the pipeline the real measure, score and judge; reads `measure`'s Tallies and `judge`'s Outcomes.
//! Never: changes a rule, a target or an n; draws from anything but a stream keyed by seed, world and cell.
//! What is fixed and what is drawn stands in FAIRNESS.md, "The luck audit".

mod answer;
mod audit;
mod bench;
mod binomial;
mod classes;
pub mod codes;
mod copula;
mod count;
mod draw;
mod named;
mod planted;
mod pool;
mod side;
mod span;
mod stream;
mod table;
mod tally;
mod text;
mod thinned;
mod timeline;
mod tolerance;
mod truth;
mod truths;
mod worlds;
mod year;
mod ziggurat;

pub use answer::{Answer, At, Estimate, FoundWithin, LevelAnswer, OutcomeAnswer, Power, RuleAnswer, Spread, WorldsOf};
pub use audit::{EFFECT, Options, WORLDS, audit, audit_counts, audit_while};
pub use copula::Copula;
pub use count::{Chance, Count};
pub use draw::{Draws, Numbers, Truths};
pub use named::Named;
pub use pool::{Pool, Truth};
pub use stream::Stream;
pub use table::Table;
pub use text::text;
pub use timeline::{existing, timeline};
pub use tolerance::exceeded;
pub use truth::{Line, at_line, deserved};
pub use worlds::over_worlds;
pub use year::{Turn, length, schedule};
