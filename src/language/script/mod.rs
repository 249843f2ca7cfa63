//! What the kernels can't do (loops, closures, recursion) runs row by row in a sandboxed rhai engine. The
//! author's functions are written out again as rhai in which every operator is a call of ours, so that
//! numbers, comparisons and missing values are the same as in the kernels; each line of that text knows
//! the author's place it stands for.

mod engine;
mod print;

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{AST, Position};

use super::fault::Fault;
use super::functions::{Function, Functions};
use super::mistakes::Problem;
use super::tree::{Extent, Tree};
use super::{Breach, Calendar, Type, Value, codes};
use crate::diagnostic::{Said, Span, Text};
use crate::said;

/// An interpreted function, or a whole expression as one.
#[derive(Debug)]
pub(super) struct Script {
    /// As the author knows it: `function \`f\``, or `the expression`.
    pub name: Said,
    ast: AST,
    entry: String,
    /// Author's place of each line, from 1.
    lines: Vec<Span>,
    /// Where it stands.
    home: Span,
    ty: Type,
}

/// A function with all that it calls.
pub(super) fn of_function(functions: &Functions, function: &Arc<Function>, ty: Type) -> Result<Script, Problem> {
    let printed = print::function(functions, function);
    let home = function.text.span(function.head.range());
    made(printed, said!("function `{name}`", name = function.name), ty, home)
}

/// An expression whose names and host calls have become parameters, in the order of `slots`.
pub(super) fn of_expression(
    functions: &Functions,
    text: &Text,
    tree: &Tree,
    bound: &BTreeMap<Extent, (usize, Type)>,
    slots: &[usize],
    ty: Type,
) -> Result<Script, Problem> {
    let printed = print::expression(functions, text, tree, bound, slots);
    let home = text.span(tree.at.range());
    made(printed, said!("the expression"), ty, home)
}

fn made(printed: print::Printed, name: Said, ty: Type, home: Span) -> Result<Script, Problem> {
    let unreadable = |reason: Said| {
        Problem::new(
            &codes::TOO_DEEP,
            said!("{script} can't be interpreted: {reason}", script = name, reason),
            Extent::default(),
            said!("too large or too deep"),
        )
        .help(said!("cut it into smaller functions"))
    };
    match engine::on_large_stack(|| engine::compile(&printed.text)) {
        Some(Ok(ast)) => Ok(Script { name, ast, entry: printed.entry, lines: printed.lines, home, ty }),
        Some(Err(e)) => Err(unreadable(Said::verbatim(e.to_string().to_lowercase()))),
        None => Err(unreadable(said!("it is too large"))),
    }
}

impl Script {
    pub fn ty(&self) -> Type {
        self.ty
    }

    /// One value a row, and 1 for each row in which a division by zero happened.
    pub fn run(
        &self,
        rows: usize,
        arguments: &(dyn Fn(usize) -> Vec<Value> + Sync),
        calendar: &Arc<Calendar>,
    ) -> Result<(Vec<Value>, Vec<u8>), Breach> {
        let finished = engine::on_large_stack(|| {
            let mut values = Vec::with_capacity(rows);
            let mut zeros = Vec::with_capacity(rows);
            for row in 0..rows {
                let (value, zero) =
                    engine::call(&self.ast, &self.entry, arguments(row), calendar).map_err(|f| self.breach(f, row))?;
                if value.ty() != self.ty && value != Value::Missing {
                    let message = Fault::Gave(value.ty(), self.ty).of(&self.name);
                    return Err(Breach { span: self.home, message, row });
                }
                values.push(value);
                zeros.push(u8::from(zero));
            }
            Ok((values, zeros))
        });
        finished.unwrap_or_else(|| Err(Breach { span: self.home, message: Fault::Lost.of(&self.name), row: 0 }))
    }

    fn breach(&self, failure: engine::Failure, row: usize) -> Breach {
        Breach { span: self.place(failure.position), message: failure.fault.of(&self.name), row }
    }

    fn place(&self, position: Position) -> Span {
        let line = position.line().and_then(|l| l.checked_sub(1));
        line.and_then(|l| self.lines.get(l)).copied().unwrap_or(self.home)
    }
}
