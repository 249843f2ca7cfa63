//! Why a script stopped while it ran.

use super::typing::shown;
use super::{Type, limits};
use crate::diagnostic::Said;
use crate::said;

// The limits stand in the sentences as each language writes numbers.
const _: () = assert!(
    limits::TEXT == 65_536
        && limits::LIST == 4_096
        && limits::OPERATIONS == 250_000
        && limits::CALLS == 64
        && limits::NAMES == 1_000
);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fault {
    /// A text grew too long.
    Text,
    /// A list grew too long.
    List,
    Operations,
    /// Functions inside functions.
    Depth,
    Names,
    /// Met a value that the language doesn't have: rhai's name of its type.
    Stranger(String),
    /// Gave such a value.
    GaveStranger(String),
    Calendar,
    /// A built-in function met operands that typing should have refused.
    Operands(&'static str, Vec<Type>),
    /// What it gave, and what typing had made of it.
    Gave(Type, Type),
    /// In the words of rhai.
    Other(String),
    /// Its thread ended early.
    Lost,
}

impl Fault {
    /// The whole of it, about ``function `f` ``, `the expression` or `the script`.
    pub fn of(&self, script: &Said) -> Said {
        match self {
            Fault::Text => said!("{script} made a text longer than 65,536 bytes", script),
            Fault::List => said!("{script} made a list of more than 4,096 items", script),
            Fault::Operations => said!("{script} did more than 250,000 operations", script),
            Fault::Depth => said!("{script} called functions more than 64 levels deep", script),
            Fault::Names => said!("{script} made more than 1,000 names", script),
            Fault::Stranger(kind) => said!("{script} can't compute with a value of type `{kind}`", script, kind),
            Fault::GaveStranger(kind) => {
                said!("{script} gave a value of type `{kind}`, which is none of the language", script, kind)
            }
            Fault::Calendar => said!("{script} lost its calendar", script),
            Fault::Operands(function, types) => {
                let found = Said::joined(types.iter().map(|ty| shown(*ty)), ", ");
                said!("{script} called `{function}` with {found}", script, function, found)
            }
            Fault::Gave(found, needed) => {
                let (found, needed) = (shown(*found), shown(*needed));
                said!("{script} gave {found} where {needed} was expected", script, found, needed)
            }
            Fault::Other(reason) => said!("{script} failed: {reason}", script, reason),
            Fault::Lost => said!("{script} failed", script),
        }
    }
}
