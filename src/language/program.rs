//! A compiled expression. (Contract; the compiler and the kernels stand in this folder.)

use std::sync::Arc;

use super::{Calendar, Column, Scope, Type, Value};
use crate::diagnostic::{Diagnostic, Span, Text};

/// What an expression must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    YesNo,
    Number,
    Text,
    Time,
    /// A number or a duration (durations count as seconds).
    Measured,
    Any,
}

/// The functions of the workspace's `.rhai` files.
#[derive(Clone, Debug, Default)]
pub struct Functions {}

impl Functions {
    /// Parses every file and checks what needs no types; keeps going after a bad file.
    pub fn load(_files: &[Text]) -> (Self, Vec<Diagnostic>) {
        unimplemented!()
    }
}

/// What every evaluation may look at beside its columns.
#[derive(Clone, Debug)]
pub struct Environment {
    pub calendar: Arc<Calendar>,
}

/// The columns of one evaluation, by slot. A slot past the end is missing.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub rows: usize,
    pub columns: &'a [Column],
}

/// A script broke a limit, or failed while it ran: an evaluation error, never a verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    pub span: Span,
    /// `the script did more than 1,000,000 operations`
    pub message: String,
    /// First row of the frame in which it happened.
    pub row: usize,
}

/// Why an expression came out as it did: the parts that decided, with their wording and values.
#[derive(Clone, Debug, PartialEq)]
pub struct Because {
    /// As the author wrote it.
    pub wording: String,
    pub value: Value,
    pub span: Span,
    /// Parts of `&&`, `||`, `!`, `if`, `switch`; for a comparison the values of its two sides (constants left out).
    pub parts: Vec<Because>,
}

/// A typed, compiled expression.
#[derive(Clone, Debug)]
pub struct Program {}

impl Program {
    /// Parses, types and compiles `text`. Every problem found is returned.
    pub fn compile(
        _text: &Text,
        _expected: Expected,
        _scope: &mut dyn Scope,
        _functions: &Functions,
    ) -> Result<Program, Vec<Diagnostic>> {
        unimplemented!()
    }

    pub fn ty(&self) -> Type {
        unimplemented!()
    }

    /// The expression as written.
    pub fn wording(&self) -> &str {
        unimplemented!()
    }

    /// Slots it reads, sorted.
    pub fn slots(&self) -> &[usize] {
        unimplemented!()
    }

    /// The value, where it needs no columns.
    pub fn constant(&self) -> Option<Value> {
        unimplemented!()
    }

    /// Places that run row by row in the interpreter: span, and why (`a loop`, `a closure`, `recursion`).
    pub fn interpreted(&self) -> Vec<(Span, &'static str)> {
        unimplemented!()
    }

    /// The coefficients of each slot and the constant, where the expression is linear in its slots (for MOVER).
    pub fn linear(&self) -> Option<(Vec<(usize, f64)>, f64)> {
        unimplemented!()
    }

    /// Evaluates all rows. The column has `frame.rows` rows, or is `Constant`.
    pub fn evaluate(&self, _frame: Frame<'_>, _environment: &Environment) -> Result<Column, Breach> {
        unimplemented!()
    }

    /// Why the expression is what it is in one row.
    pub fn because(&self, _frame: Frame<'_>, _row: usize, _environment: &Environment) -> Result<Because, Breach> {
        unimplemented!()
    }
}
