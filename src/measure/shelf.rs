//! Where counts are kept between runs: the stage asks for it, an edge keeps it. Whatever a shelf loses is counted again;
//! what it gives is what was put there, or nothing.

use std::path::Path;
use std::sync::Arc;

/// What tells that nobody wrote to a file: size, times, identity. Only for comparing.
pub type Glance = [u64; 5];

/// Bytes by name. A name says everything that the bytes depend on but the program itself, which the shelf tells apart.
pub trait Shelf: Sync {
    fn get(&self, name: &str) -> Option<Arc<Vec<u8>>>;

    fn put(&self, name: &str, bytes: Vec<u8>);

    /// BLAKE3 (hex) of a file as it is now; `None` where it can't be read.
    fn digest(&self, path: &Path) -> Option<String>;

    fn glance(&self, path: &Path) -> Option<Glance>;

    /// Since the glance nobody wrote to the file, and it holds what has this digest.
    fn unchanged(&self, path: &Path, since: Glance, digest: &str) -> bool;
}
