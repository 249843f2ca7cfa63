//! Takes: what an author wrote as an expression, and the names it may use. Gives: typed `Program`s that evaluate whole columns.
//! May call: `diagnostic`. The only users of rhai are in this folder.
//! Never: reads files, the clock or another script's state; guesses a type; lets an interpreter run per row where a kernel can.

mod because;
#[cfg(test)]
mod bench;
mod calendar;
mod clock;
pub mod codes;
mod evaluate;
mod fault;
mod foreign;
mod functions;
mod kernels;
mod lex;
mod limits;
mod linear;
mod mistakes;
mod node;
mod number;
mod parse;
mod program;
mod scalar;
mod script;
mod single;
mod tree;
#[cfg(test)]
mod trial;
mod typing;
mod value;
mod vocabulary;
mod words;
mod working;

pub use calendar::Calendar;
pub use functions::Functions;
pub use program::{Because, Breach, Environment, Expected, Frame, Program};
pub use value::{Column, MISSING_TIME, MISSING_WORD, TextColumn, Truth, Type, Value};
pub use vocabulary::{Documented, vocabulary};

use crate::diagnostic::{Code, Said, Span};
use crate::said;

// ---- the contract with the other stages; the bodies live in the files of this folder ----

/// What a name or a host call stands for: a slot of the frame, and its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    pub slot: usize,
    pub ty: Type,
}

/// What a host makes of a call with constant arguments, such as `met("answer_promptly", 3, 4)`.
#[derive(Clone, Debug, PartialEq)]
pub enum HostCall {
    /// The host has no such function.
    Unknown,
    Bound(Binding),
    /// The function exists, but not with these arguments: what is wrong with which argument (from 0), and a way out.
    Wrong {
        argument: Option<usize>,
        message: Said,
        help: Said,
    },
}

/// The names an expression may use. Asking for a name may allocate a slot.
pub trait Scope {
    /// A name or a dotted path (`wait_seconds`, `answer_promptly.value`).
    fn name(&mut self, path: &str) -> Option<Binding>;
    /// A host function with constant arguments.
    fn call(&mut self, function: &str, arguments: &[Value]) -> HostCall;
    /// Every name and host function, for did-you-mean.
    fn candidates(&self) -> Vec<String>;
    /// `field of source calls`, for messages: "no field of source `calls` has this name".
    fn what(&self) -> Said;
    /// Why a name that exists elsewhere can't be used here (a protected attribute, say), in place of the usual message;
    /// and perhaps a way out.
    fn refusal(&self, _path: &str) -> Option<(Said, Option<Said>)> {
        None
    }
    /// The way out where nothing is like an unknown name.
    fn way_out(&self) -> Said {
        said!("declare the field in its source, or put text between double quotes")
    }
    /// Told of each comparison of a slot with a constant, and where the constant stands: a host that knows which values
    /// a slot can have notes one that never comes true.
    fn compared(&mut self, _slot: usize, _with: &Value, _at: Span) {}
    /// The code of the diagnostic for an unknown name.
    fn unknown_code(&self) -> Option<&'static Code> {
        None
    }
}
