//! What a code stands for. Each stage keeps its own codes beside itself, in `codes.rs`;
//! `explain EH0203` looks them up through `cli`.

use std::borrow::Cow;
use std::fmt;

use super::said::Tongue;

/// A kind of finding: `EH0203`, a title, and the explanation that `explain` prints
/// (what it means, why it matters, an example, what to write instead).
#[derive(PartialEq, Eq)]
pub struct Code {
    pub id: &'static str,
    pub title: &'static str,
    pub explanation: &'static str,
}

impl Code {
    /// Title and explanation in another language, as far as its words go; English without one.
    pub fn in_tongue(&self, tongue: Option<&dyn Tongue>) -> (Cow<'static, str>, Cow<'static, str>) {
        let told = |part: &str, english: &'static str| {
            let said = tongue.and_then(|t| t.in_place_of(&format!("code.{}.{part}", self.id), &[]));
            said.map_or(Cow::Borrowed(english), Cow::Owned)
        };
        (told("title", self.title), told("text", self.explanation))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}
