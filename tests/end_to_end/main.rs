//! End-to-end cases: the program as a user meets it, in one test binary.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that fails should say so loudly

mod bases;
mod caching;
mod charter_quality;
mod claims;
mod damaged_input;
mod drafting;
mod exposure;
mod format;
mod guide;
mod habits;
mod harness;
mod languages;
mod like_for_like;
mod luck;
mod nothing_lost;
mod people;
mod published_scores;
mod real_data;
mod reviews;
mod samples;
mod serving;
mod silence;
mod watching;
