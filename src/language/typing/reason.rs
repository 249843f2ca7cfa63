//! Why a part runs row by row in the interpreter.

use crate::diagnostic::Said;
use crate::said;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::language) enum Reason {
    Closure,
    Loop,
    EarlyReturn,
    SwitchThatAssigns,
    Recursion,
    TooLarge,
}

impl Reason {
    pub fn said(self) -> Said {
        match self {
            Reason::Closure => said!("because of a closure"),
            Reason::Loop => said!("because of a loop"),
            Reason::EarlyReturn => said!("because of an early `return`"),
            Reason::SwitchThatAssigns => said!("because of assignments in a `switch`"),
            Reason::Recursion => said!("because of recursion"),
            Reason::TooLarge => said!("because it is too large to take in"),
        }
    }
}
