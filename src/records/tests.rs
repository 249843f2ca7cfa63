//! Whole readings of small folders: what is kept, counted, quarantined, refused.

mod csv;
mod filter;
mod formats;
mod ids;
mod people;
mod plan;
mod steady;
