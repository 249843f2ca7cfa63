//! Takes: one strings file a language, and the author's own lines for it. Gives: `Words`: sentences filled in, numbers, dates and lists as people write them there.
//! May call: `diagnostic`. Every stage that says something to a reader of results may call it.
//! Never: holds a sentence of its own, reads files, or knows what a figure means.

pub mod codes;
mod figure;
mod phrase;
#[cfg(test)]
mod sentences;
mod table;
mod writing;

pub use figure::{decimal_text, figure, figure_text, rounded};
pub use table::{SHIPPED, Words};
pub use writing::capitalised;
