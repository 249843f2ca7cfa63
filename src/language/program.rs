//! A compiled expression: what the other stages hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::evaluate::{Data, Evaluator, Stop};
use super::functions::Functions;
use super::mistakes::Problem;
use super::node::{Node, Op};
use super::script::{self, Script};
use super::tree::{Extent, Kind, Tree};
use super::typing::{self, Reason, shown};
use super::{Calendar, Column, Scope, Type, Value, because, codes, linear, parse};
use crate::diagnostic::{Diagnostic, Said, Span, Text};
use crate::said;

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

impl Expected {
    fn fits(self, ty: Type) -> bool {
        match self {
            Expected::YesNo => ty == Type::YesNo,
            Expected::Number => ty == Type::Number,
            Expected::Text => ty == Type::Text,
            Expected::Time => ty == Type::Time,
            Expected::Measured => matches!(ty, Type::Number | Type::Duration),
            Expected::Any => true,
        }
    }

    fn shown(self) -> Said {
        match self {
            Expected::YesNo => said!("yes or no"),
            Expected::Number => said!("a number"),
            Expected::Text => said!("text"),
            Expected::Time => said!("a time"),
            Expected::Measured => said!("a number or a duration"),
            Expected::Any => said!("a value"),
        }
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
    /// `function \`count\` did more than 250,000 operations`
    pub message: Said,
    /// First row of the frame in which it happened.
    pub row: usize,
}

impl Breach {
    /// As the finding that a report prints.
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(&codes::LIMIT, self.message.clone())
            .at(self.span, said!("stopped here"))
            .help(said!("look for a loop or a function that never ends; nobody is judged on it"))
    }
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
pub struct Program {
    text: Text,
    root: Node,
    steps: Vec<Node>,
    slots: Vec<usize>,
    interpreted: Vec<(Span, Reason)>,
    source: Arc<Source>,
}

/// What the interpreter would need, should all of it be interpreted.
#[derive(Debug)]
struct Source {
    tree: Tree,
    functions: Functions,
    bound: BTreeMap<Extent, (usize, Type)>,
    /// The type before durations were counted as seconds.
    ty: Type,
    whole: OnceLock<Result<Arc<Script>, Problem>>,
}

impl Source {
    fn slots(&self) -> Vec<usize> {
        self.bound.values().map(|(slot, _)| *slot).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn script(&self, text: &Text) -> Result<Arc<Script>, Problem> {
        let made = || {
            script::of_expression(&self.functions, text, &self.tree, &self.bound, &self.slots(), self.ty).map(Arc::new)
        };
        self.whole.get_or_init(made).clone()
    }

    /// A call of the whole as a script.
    fn called(&self, script: Arc<Script>, at: Extent) -> Node {
        let types: BTreeMap<usize, Type> = self.bound.values().copied().collect();
        let arguments = types.into_iter().map(|(slot, ty)| Node::new(Op::Slot(slot), ty, at)).collect();
        Node::new(Op::Script(script, arguments), self.ty, at)
    }
}

impl Program {
    /// Parses, types and compiles `text`. Every problem found is returned.
    pub fn compile(
        text: &Text,
        expected: Expected,
        scope: &mut dyn Scope,
        functions: &Functions,
    ) -> Result<Program, Vec<Diagnostic>> {
        let named =
            |problems: Vec<Problem>| -> Vec<Diagnostic> { problems.into_iter().map(|p| p.diagnostic(text)).collect() };
        let tree = parse::expression(&text.value).map_err(named)?;
        let (typed, mut diagnostics) = typing::typed(text, &tree, scope, functions);
        let ty = typed.root.ty;
        if diagnostics.is_empty() && !expected.fits(ty) {
            diagnostics.push(unexpected(expected, ty, &tree, text).diagnostic(text));
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let source =
            Arc::new(Source { tree, functions: functions.clone(), bound: typed.bound, ty, whole: OnceLock::new() });
        let at = typed.root.at;
        let (mut root, mut steps) = (typed.root, typed.steps);
        if typed.forced {
            let script = source.script(text).map_err(|p| named(vec![p]))?;
            root = source.called(script, at);
            steps.clear();
        }
        if expected == Expected::Measured && ty == Type::Duration {
            root = Node::new(Op::Seconds(root.into()), Type::Number, at);
        }
        let slots = source.slots();
        Ok(Program { text: text.clone(), root, steps, slots, interpreted: typed.interpreted, source })
    }

    pub fn ty(&self) -> Type {
        self.root.ty
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        self.text.origin.span
    }

    /// The expression as written.
    pub fn wording(&self) -> &str {
        self.text.value.trim()
    }

    /// The expression with all functions that it uses, as written: with the same one, and the same names around it, two
    /// programs give the same values.
    pub fn definition(&self) -> String {
        let wording = self.wording();
        let mut parts = vec![wording];
        parts.extend(self.source.functions.behind(wording));
        parts.join("\n")
    }

    /// Slots it reads, sorted.
    pub fn slots(&self) -> &[usize] {
        &self.slots
    }

    /// The value, where it needs no columns.
    pub fn constant(&self) -> Option<Value> {
        self.root.value().cloned()
    }

    /// The texts that it gives as they stand in it: `person` and `system` of `if late { "person" } else { "system" }`.
    pub fn texts(&self) -> Vec<String> {
        let (mut found, mut open) = (Vec::new(), vec![&self.root]);
        while let Some(node) = open.pop() {
            match &node.op {
                Op::Constant(Value::Text(text)) => found.push(text.to_string()),
                Op::If(_, yes, no) | Op::Coalesce(yes, no) => open.extend([&**no, &**yes]),
                Op::Inlined(inner) => open.push(inner),
                _ => {}
            }
        }
        found
    }

    /// Places that run row by row in the interpreter: span, and why (`because of a loop`, `because of recursion`).
    pub fn interpreted(&self) -> Vec<(Span, Said)> {
        self.interpreted.iter().map(|(place, reason)| (*place, reason.said())).collect()
    }

    /// The coefficients of each slot and the constant, where the expression is linear in its slots (for MOVER).
    pub fn linear(&self) -> Option<(Vec<(usize, f64)>, f64)> {
        linear::coefficients(&self.root, &self.steps)
    }

    /// Evaluates all rows. The column has `frame.rows` rows, or is `Constant`.
    pub fn evaluate(&self, frame: Frame<'_>, environment: &Environment) -> Result<Column, Breach> {
        self.run(&self.root, &self.steps, frame, environment, false).map(|(column, _)| column)
    }

    /// Like `evaluate`; also the rows (ascending) that are missing because something was divided by zero.
    pub fn evaluate_counting(&self, frame: Frame<'_>, environment: &Environment) -> Result<(Column, Vec<u32>), Breach> {
        self.run(&self.root, &self.steps, frame, environment, true)
    }

    /// The whole expression by the interpreter: the tests hold the two paths together with it.
    #[doc(hidden)]
    pub fn evaluate_interpreted(&self, frame: Frame<'_>, environment: &Environment) -> Result<Column, Breach> {
        let at = self.root.at;
        let script = self.source.script(&self.text).map_err(|p| Breach {
            span: self.text.span(at.range()),
            message: p.message,
            row: 0,
        })?;
        let mut root = self.source.called(script, at);
        if root.ty != self.root.ty {
            root = Node::new(Op::Seconds(root.into()), self.root.ty, at);
        }
        self.run(&root, &[], frame, environment, false).map(|(column, _)| column)
    }

    fn run(
        &self,
        root: &Node,
        steps: &[Node],
        frame: Frame<'_>,
        environment: &Environment,
        counting: bool,
    ) -> Result<(Column, Vec<u32>), Breach> {
        let mut evaluator = Evaluator::new(frame, &environment.calendar, steps, counting);
        let data: Data = evaluator.run(root).map_err(|stop| self.breach(stop))?;
        let divided = evaluator.divided_by_zero();
        Ok((data.column(root.ty), divided))
    }

    fn breach(&self, stop: Stop) -> Breach {
        match stop {
            Stop::Script(breach) => breach,
            Stop::Limit(broken) => Breach {
                span: self.text.span(0..self.text.value.len()),
                message: broken.fault.of(&said!("the script")),
                row: broken.row,
            },
        }
    }

    /// Why the expression is what it is in one row.
    pub fn because(&self, frame: Frame<'_>, row: usize, environment: &Environment) -> Result<Because, Breach> {
        because::because(&self.root, &self.steps, &self.text, frame, row, &environment.calendar)
            .map_err(|stop| self.breach(stop))
    }
}

/// The expression is fine, but not for this place.
fn unexpected(expected: Expected, ty: Type, tree: &Tree, text: &Text) -> Problem {
    let written = text.value.trim();
    let short = written.len() <= 60 && !written.contains('\n');
    let subject = if short { Said::verbatim(format!("`{written}`")) } else { said!("this") };
    let needed = expected.shown();
    if ty == Type::Missing {
        let message = said!("{subject} is always missing", subject);
        return Problem::new(&codes::EXPECTED, message, tree.at, said!("never has a value"))
            .help(said!("give {needed}", needed));
    }
    let message = said!("{subject} gives {found}, but {needed} is needed here", subject, found = shown(ty), needed);
    Problem::new(&codes::EXPECTED, message, tree.at, shown(ty)).help(to_fit(
        expected,
        ty,
        tree,
        short.then_some(written),
    ))
}

/// What makes of an expression one for this place.
fn to_fit(expected: Expected, ty: Type, tree: &Tree, written: Option<&str>) -> Said {
    match (expected, ty, written) {
        (Expected::YesNo, Type::Number, Some(written)) if matches!(&tree.kind, Kind::Name(path) if path.len() == 1) => {
            said!(
                "compare it, such as `{written} <= 20`; or, where it holds yes and no, declare `{written}: yes_no`",
                written
            )
        }
        (Expected::YesNo, Type::Number, Some(written)) => said!("compare it, such as `{written} <= 20`", written),
        (Expected::YesNo, Type::Text, Some(written)) => {
            said!("compare it, such as `{written} == \"yes\"`, or declare the field `yes_no`", written)
        }
        (Expected::YesNo, ..) => said!("compare it with something"),
        (Expected::Number | Expected::Measured, Type::YesNo, _) => {
            said!("use `share:` for yes and no, or count with `if x { 1 } else { 0 }`")
        }
        (Expected::Number, Type::Duration, _) => said!("divide by a length: `(done - opened) / hours(1)`"),
        (Expected::Number | Expected::Measured, Type::Text, Some(written)) => {
            said!("declare `{written}: number` in its source", written)
        }
        (Expected::Number | Expected::Measured, Type::Time, _) => {
            said!("a time from another is a duration: `done - opened`")
        }
        _ => said!("give {needed}", needed = expected.shown()),
    }
}
