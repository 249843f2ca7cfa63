//! Types: a tree → typed nodes, with every problem found on the way. Functions are typed for each call,
//! by the types of its arguments, and taken in where they hold no loop.

mod blocks;
mod calls;
mod comparisons;
mod names;
mod operators;
mod reason;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::functions::{Function, Functions};
use super::mistakes::Problem;
use super::node::{Node, Op};
use super::tree::{Arm, Comparison, Extent, Kind, Tree};
use super::{Scope, Type, Value, codes, limits};
use crate::diagnostic::{Diagnostic, Said, Span, Text};
use crate::said;
pub(super) use reason::Reason;

/// What typing leaves behind for the kernels and the interpreter.
pub(super) struct Typed {
    pub root: Node,
    pub steps: Vec<Node>,
    /// The whole expression has to be interpreted.
    pub forced: bool,
    /// Where the interpreter is needed, and why.
    pub interpreted: Vec<(Span, Reason)>,
    /// The slots that names and host calls of the expression itself stand for, with their types, by place.
    pub bound: BTreeMap<Extent, (usize, Type)>,
}

pub(super) struct Typer<'a> {
    scope: &'a mut dyn Scope,
    functions: &'a Functions,
    /// The text whose tree is being typed.
    text: Text,
    diagnostics: Vec<Diagnostic>,
    steps: Vec<Node>,
    names: Vec<(String, Node)>,
    /// Functions being typed, outermost first.
    stack: Vec<Arc<Function>>,
    /// What recursive functions give, by name, parameters and their types.
    assumed: BTreeMap<(String, String), Type>,
    /// What functions gave that were typed already.
    given: BTreeMap<(String, String), Type>,
    /// Why the region being typed must be interpreted.
    forced: Option<(Span, Reason)>,
    recursed: bool,
    /// Types of the `return`s of the region that is interpreted.
    returns: Vec<Type>,
    conditional: usize,
    parts: usize,
    interpreted: Vec<(Span, Reason)>,
    bound: BTreeMap<Extent, (usize, Type)>,
}

/// Types an expression. Diagnostics come beside the result: with errors it must not be run.
pub(super) fn typed(
    text: &Text,
    tree: &Tree,
    scope: &mut dyn Scope,
    functions: &Functions,
) -> (Typed, Vec<Diagnostic>) {
    let mut typer = Typer {
        scope,
        functions,
        text: text.clone(),
        diagnostics: Vec::new(),
        steps: Vec::new(),
        names: Vec::new(),
        stack: Vec::new(),
        assumed: BTreeMap::new(),
        given: BTreeMap::new(),
        forced: None,
        recursed: false,
        returns: Vec::new(),
        conditional: 0,
        parts: 0,
        interpreted: Vec::new(),
        bound: BTreeMap::new(),
    };
    let mut root = typer.tail(tree);
    if let Some(found) = typer.forced {
        typer.interpreted.push(found);
        let returned = std::mem::take(&mut typer.returns);
        root.ty = returned.into_iter().fold(root.ty, |ty, other| typer.joined(ty, other, tree.at));
    }
    typer.interpreted.sort_unstable();
    typer.interpreted.dedup();
    let typed = Typed {
        root,
        steps: typer.steps,
        forced: typer.forced.is_some(),
        interpreted: typer.interpreted,
        bound: typer.bound,
    };
    (typed, typer.diagnostics)
}

impl Typer<'_> {
    fn report(&mut self, problem: Problem) {
        let found = problem.diagnostic(&self.text);
        let known = self.diagnostics.iter().any(|d| {
            d.code == found.code
                && d.message == found.message
                && d.labels.first().map(|l| &l.place) == found.labels.first().map(|l| &l.place)
        });
        if !known {
            self.diagnostics.push(found);
        }
    }

    fn written(&self, tree: &Tree) -> String {
        let text: String =
            self.text.value.get(tree.at.range()).unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > 60 { text.chars().take(57).chain("...".chars()).collect() } else { text }
    }

    fn span(&self, at: Extent) -> Span {
        self.text.span(at.range())
    }

    fn force(&mut self, at: Extent, why: Reason) {
        let found = (self.span(at), why);
        self.forced.get_or_insert(found);
    }

    /// The type of a value that comes from two places.
    fn joined(&mut self, a: Type, b: Type, at: Extent) -> Type {
        match (a, b) {
            (a, Type::Missing) => a,
            (Type::Missing, b) => b,
            (a, b) if a == b => a,
            (a, b) => {
                self.report(
                    Problem::new(
                        &codes::TYPES,
                        said!("one branch gives {one}, the other {other}", one = shown(a), other = shown(b)),
                        at,
                        said!("two kinds of value"),
                    )
                    .help(said!("let every branch give the same kind of value, or `()` for missing")),
                );
                a
            }
        }
    }

    /// Keeps a value for several uses.
    fn kept(&mut self, node: Node) -> Node {
        if node.is_cheap() {
            return node;
        }
        let (ty, at) = (node.ty, node.at);
        self.steps.push(node);
        Node::new(Op::Local(self.steps.len() - 1), ty, at)
    }

    fn under_condition<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.conditional += 1;
        let result = work(self);
        self.conditional -= 1;
        result
    }

    /// An expression that gives a value.
    fn expr(&mut self, tree: &Tree) -> Node {
        self.parts += 1;
        let node = self.expr_of_kind(tree);
        folded(node)
    }

    fn expr_of_kind(&mut self, tree: &Tree) -> Node {
        let at = tree.at;
        match &tree.kind {
            Kind::Number(x) => Node::constant(Value::Number(*x), at),
            Kind::Text(t) => Node::constant(Value::Text(t.clone()), at),
            Kind::YesNo(b) => Node::constant(Value::YesNo(*b), at),
            Kind::Missing => Node::constant(Value::Missing, at),
            Kind::Name(path) => self.name(tree, path),
            Kind::Call { name, name_at, arguments } => self.call(tree, name, *name_at, arguments),
            Kind::Property { of, name, name_at } => {
                let call = Tree {
                    kind: Kind::Call { name: name.clone(), name_at: *name_at, arguments: vec![(**of).clone()] },
                    at,
                };
                self.expr_of_kind(&call)
            }
            Kind::Arithmetic(operator, a, b) => self.arithmetic(*operator, a, b, at),
            Kind::Comparison(comparison, a, b) => self.comparison(*comparison, a, b, at),
            Kind::Negate(a) => self.negate(a, at),
            Kind::Not(a) => {
                let node = self.condition(a, "!");
                Node::new(Op::Not(node.into()), Type::YesNo, at)
            }
            Kind::And(list) => Node::new(Op::And(self.conditions(list, "&&")), Type::YesNo, at),
            Kind::Or(list) => Node::new(Op::Or(self.conditions(list, "||")), Type::YesNo, at),
            Kind::Coalesce(list) => self.coalesce(list, at),
            Kind::In { item, list } => self.among(item, list, at),
            Kind::List(items) => self.list(items, at),
            Kind::Index(list, index) => self.index(list, index, at),
            Kind::Joined(parts) => {
                let parts = parts.iter().map(|p| self.expr(p)).collect();
                Node::new(Op::Joined(parts), Type::Text, at)
            }
            Kind::If { condition, then, otherwise } => self.choice(condition, then, otherwise.as_deref(), at),
            Kind::Switch { on, arms } => self.switch(on, arms, at),
            Kind::Block(list) => self.block(list, at, false),
            Kind::Return(_)
            | Kind::Break
            | Kind::Continue
            | Kind::Let { .. }
            | Kind::Assign { .. }
            | Kind::While { .. }
            | Kind::For { .. } => self.block(std::slice::from_ref(tree), at, false),
            Kind::Range { .. } => self.misplaced(
                at,
                said!("a range is no value of its own"),
                said!("write `x in 1..=5`, `for i in 0..n`, or `x >= 1 && x <= 5`"),
            ),
            Kind::Closure { .. } => self.misplaced(
                at,
                said!("a closure is no value of its own"),
                said!("closures are arguments of filter, map, some, all and reduce: `parts.filter(|x| x > 50)`"),
            ),
        }
    }

    fn misplaced(&mut self, at: Extent, message: Said, help: Said) -> Node {
        self.report(Problem::new(&codes::UNSUPPORTED, message, at, said!("not here")).help(help));
        Node::opaque(Type::Missing, at)
    }

    /// A part that must be yes or no, for a word or a sign of the language.
    fn condition(&mut self, tree: &Tree, sign: &str) -> Node {
        let node = self.expr(tree);
        match node.ty {
            Type::YesNo => node,
            Type::Missing => Node { ty: Type::YesNo, ..node },
            ty => {
                let written = self.written(tree);
                let help = match ty {
                    Type::Number => said!("compare it, such as `{written} > 0`", written),
                    Type::Text => {
                        said!("compare it, such as `{written} == \"yes\"`, or declare the field `yes_no`", written)
                    }
                    _ => said!("compare it with something"),
                };
                self.report(
                    Problem::new(
                        &codes::TYPES,
                        said!("`{written}` is {found}, but `{sign}` needs yes or no", written, found = shown(ty), sign),
                        tree.at,
                        shown(ty),
                    )
                    .help(help),
                );
                Node::opaque(Type::YesNo, tree.at)
            }
        }
    }

    fn conditions(&mut self, list: &[Tree], sign: &str) -> Vec<Node> {
        let mut nodes = Vec::with_capacity(list.len());
        for (i, part) in list.iter().enumerate() {
            let node =
                if i == 0 { self.condition(part, sign) } else { self.under_condition(|t| t.condition(part, sign)) };
            nodes.push(node);
        }
        nodes
    }

    fn coalesce(&mut self, list: &[Tree], at: Extent) -> Node {
        let mut list = list.iter();
        let Some(first) = list.next() else { return Node::missing(Type::Missing, at) };
        let mut node = self.expr(first);
        for other in list {
            let right = self.under_condition(|t| t.expr(other));
            let right = self.dated(right, node.ty, other);
            let ty = if node.ty != right.ty && node.ty != Type::Missing && right.ty != Type::Missing {
                let (a, b) = (shown(node.ty), shown(right.ty));
                let message = said!("`??` stands between {left} and {right}", left = a, right = b);
                self.report(
                    Problem::new(&codes::TYPES, message, other.at, b)
                        .help(said!("give {needed} in place of what is missing", needed = a)),
                );
                node.ty
            } else {
                self.joined(node.ty, right.ty, at)
            };
            node = folded(Node::new(Op::Coalesce(node.into(), right.into()), ty, at));
        }
        node
    }

    /// `switch` is a row of choices; missing stays missing, and ranges hold their start.
    fn switch(&mut self, on: &Tree, arms: &[Arm], at: Extent) -> Node {
        let subject = self.expr(on);
        let subject = self.kept(subject);
        let mut chosen = Node::missing(Type::Missing, at);
        let mut bodies = Vec::new();
        for arm in arms {
            let test = self.label_test(&subject, on, arm, at);
            let body = self.under_condition(|t| t.scoped(|t| t.expr(&arm.body)));
            bodies.push((test, body));
        }
        let plain = bodies.iter().all(|(test, _)| test.is_none());
        for (test, body) in bodies.into_iter().rev() {
            let ty = self.joined(body.ty, chosen.ty, at);
            chosen = match test {
                None => Node { ty, ..body },
                Some(test) => folded(Node::new(Op::If(test.into(), body.into(), chosen.into()), ty, at)),
            };
        }
        if !plain {
            return chosen;
        }
        // `switch x { _ => 1 }`: missing all the same.
        let ty = chosen.ty;
        let Some(is_missing) = super::vocabulary::fitting("is_missing", &[subject.ty]) else { return chosen };
        let missing = folded(Node::new(Op::Call(is_missing, vec![subject]), Type::YesNo, at));
        folded(Node::new(Op::If(missing.into(), Node::missing(ty, at).into(), chosen.into()), ty, at))
    }

    /// None for `_`.
    fn label_test(&mut self, subject: &Node, on: &Tree, arm: &Arm, at: Extent) -> Option<Node> {
        let mut tests = Vec::new();
        for label in &arm.labels {
            tests.push(self.label(subject, on, label));
        }
        let matched = match tests.len() {
            0 => None,
            1 => tests.pop(),
            _ => Some(folded(Node::new(Op::Or(tests), Type::YesNo, at))),
        };
        let guard = arm.condition.as_ref().map(|c| self.under_condition(|t| t.condition(c, "if")));
        match (matched, guard) {
            (None, _) => None,
            (Some(test), None) => Some(test),
            (Some(test), Some(guard)) => Some(folded(Node::new(Op::And(vec![test, guard]), Type::YesNo, at))),
        }
    }

    fn label(&mut self, subject: &Node, on: &Tree, label: &Tree) -> Node {
        let at = label.at;
        if let Kind::Range { from, to, inclusive } = &label.kind {
            return self.within(subject.clone(), on, from, to, *inclusive, at);
        }
        let value = self.expr(label);
        let value = self.dated(value, subject.ty, label);
        if value.value().is_none() && !matches!(value.op, Op::Moment(_)) {
            self.report(
                Problem::new(
                    &codes::SYNTAX,
                    said!("a label of `switch` must be a plain value"),
                    at,
                    said!("not a plain value"),
                )
                .help(said!("use `if` for conditions")),
            );
        }
        self.compared(Comparison::Equal, subject.clone(), value, on, label, at)
    }

    /// `from <= x < to`, or `<= to`.
    fn within(&mut self, subject: Node, on: &Tree, from: &Tree, to: &Tree, inclusive: bool, at: Extent) -> Node {
        let (low, high) = (self.expr(from), self.expr(to));
        let above = self.compared(Comparison::AtLeast, subject.clone(), low, on, from, at);
        let end = if inclusive { Comparison::AtMost } else { Comparison::Less };
        let below = self.compared(end, subject, high, on, to, at);
        folded(Node::new(Op::And(vec![above, below]), Type::YesNo, at))
    }

    fn scoped<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.names.clone();
        let result = work(self);
        self.names = before;
        result
    }

    /// Whether the expression outgrew what can be compiled.
    fn too_large(&self) -> bool {
        self.parts > limits::PARTS
    }
}

/// `a number`, `text` … in a sentence.
pub(super) fn shown(ty: Type) -> Said {
    match ty {
        Type::Number => said!("a number"),
        Type::Text => said!("text"),
        Type::YesNo => said!("yes or no"),
        Type::Time => said!("a time"),
        Type::Duration => said!("a duration"),
        Type::Missing => said!("a missing value"),
        Type::Numbers => said!("a list of numbers"),
    }
}

/// A node whose parts are all constant is its value, unless the value needs the calendar or breaks a limit.
pub(super) fn folded(node: Node) -> Node {
    let constant = match &node.op {
        Op::Constant(_) | Op::Moment(_) | Op::Slot(_) | Op::Local(_) | Op::Opaque | Op::Script(..) | Op::Joined(_) => {
            false
        }
        // A division by zero stays, to be counted.
        Op::Arithmetic(operator, a, b) => {
            matches!((a.value(), b.value()), (Some(a), Some(b)) if !super::scalar::divides_by_zero(*operator, a, b))
        }
        op => op.children().iter().all(|c| c.value().is_some()),
    };
    if !constant {
        return node;
    }
    match super::single::of_constants(&node) {
        Some(value) => Node { op: Op::Constant(value), ..node },
        None => node,
    }
}
