//! Takes: the cells that were tallied, and the judge. Gives: how many people this policy rewards and sanctions by chance alone.
//! May call: `fairness`, and through the pipeline the real measure, score and judge; reads `measure`'s Tallies and `judge`'s Outcomes.
//! Never: changes a rule, a target or an n; draws from anything but a stream keyed by seed, world and cell.
//! What is fixed and what is drawn stands in FAIRNESS.md, "The luck audit".

mod cells;
mod copula;
mod count;
mod pool;
mod stream;
mod table;
mod truth;
mod world;
mod year;

pub use cells::{Cells, Place, add};
pub use copula::Copula;
pub use count::{Chance, Count, over_worlds};
pub use pool::{Pool, Truth};
pub use stream::Stream;
pub use table::Table;
pub use truth::{Line, at_line, deserved};
pub use world::World;
pub use year::{Turn, length, schedule};
