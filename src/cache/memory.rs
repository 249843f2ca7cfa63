//! What a folder that can't be written to didn't take: kept for as long as the program runs, the longest unused go first.

use std::collections::BTreeMap;
use std::sync::Arc;

/// In bytes.
const MOST: usize = 256 << 20;

#[derive(Default)]
pub struct Memory {
    held: BTreeMap<String, (u64, Arc<Vec<u8>>)>,
    bytes: usize,
    clock: u64,
}

impl Memory {
    pub fn get(&mut self, name: &str) -> Option<Arc<Vec<u8>>> {
        let (used, bytes) = self.held.get_mut(name)?;
        self.clock += 1;
        *used = self.clock;
        Some(bytes.clone())
    }

    pub fn put(&mut self, name: &str, bytes: Vec<u8>) {
        self.forget(name);
        if bytes.len() > MOST {
            return;
        }
        self.clock += 1;
        self.bytes += bytes.len();
        self.held.insert(name.to_owned(), (self.clock, Arc::new(bytes)));
        while self.bytes > MOST {
            let Some(oldest) = self.held.iter().min_by_key(|(_, (used, _))| *used).map(|(name, _)| name.clone()) else {
                return;
            };
            self.forget(&oldest);
        }
    }

    pub fn forget(&mut self, name: &str) {
        if let Some((_, bytes)) = self.held.remove(name) {
            self.bytes -= bytes.len();
        }
    }
}
