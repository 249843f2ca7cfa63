//! What a code stands for. Each stage keeps its own codes beside itself, in `codes.rs`;
//! `explain EH0203` looks them up through `cli`.

use std::fmt;

/// A kind of finding: `EH0203`, a title, and the explanation that `explain` prints
/// (what it means, why it matters, an example, what to write instead).
#[derive(PartialEq, Eq)]
pub struct Code {
    pub id: &'static str,
    pub title: &'static str,
    pub explanation: &'static str,
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}
