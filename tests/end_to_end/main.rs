//! End-to-end cases: the program as a user meets it, in one test binary.

mod caching;
mod damaged_input;
mod harness;
mod published_scores;
mod real_data;
mod samples;
mod watching;
