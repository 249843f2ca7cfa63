//! End-to-end cases: the program as a user meets it, in one test binary.

mod damaged_input;
mod drafting;
mod harness;
mod luck;
mod published_scores;
mod real_data;
mod samples;
mod watching;
