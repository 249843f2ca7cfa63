//! A tree as rhai text with explicit semantics. Where an author's `if` meets a missing condition, what it
//! would have changed becomes missing, and a loop whose going on is unknown ends: the same as in the
//! kernels, where a choice on missing is missing.

mod choices;
mod loops;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use super::super::Type;
use super::super::functions::{Function, Functions};
use super::super::tree::{Arithmetic, Arm, Comparison, Extent, Kind, Tree};
use super::super::vocabulary;
use crate::diagnostic::{Span, Text};

pub(super) struct Printed {
    pub text: String,
    pub entry: String,
    pub lines: Vec<Span>,
}

/// The engine's name of each operator.
pub(super) fn arithmetic_name(operator: Arithmetic) -> &'static str {
    match operator {
        Arithmetic::Add => "add",
        Arithmetic::Subtract => "subtract",
        Arithmetic::Multiply => "multiply",
        Arithmetic::Divide => "divide",
        Arithmetic::Remainder => "remainder",
        Arithmetic::Power => "power",
    }
}

pub(super) fn comparison_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "equal",
        Comparison::Unequal => "unequal",
        Comparison::Less => "less",
        Comparison::AtMost => "at_most",
        Comparison::Greater => "greater",
        Comparison::AtLeast => "at_least",
    }
}

pub(super) fn function(functions: &Functions, function: &Arc<Function>) -> Printed {
    let mut printer = Printer::new(functions, &function.text);
    printer.wanted.push(function.clone());
    printer.functions();
    printer.finished(format!("u_{}", function.name))
}

pub(super) fn expression(
    functions: &Functions,
    text: &Text,
    tree: &Tree,
    bound: &BTreeMap<Extent, (usize, Type)>,
    slots: &[usize],
) -> Printed {
    let mut printer = Printer::new(functions, text);
    printer.bound = bound.iter().map(|(at, (slot, _))| (*at, *slot)).collect();
    let parameters: Vec<String> = slots.iter().map(|s| format!("s_{s}")).collect();
    printer.mark(tree.at);
    let _ = write!(printer.out, "fn entry_({}) {{ ", parameters.join(", "));
    printer.body(tree);
    printer.out.push('}');
    printer.bound.clear();
    printer.functions();
    printer.finished("entry_".to_string())
}

struct Printer<'a> {
    known: &'a Functions,
    text: Text,
    out: String,
    lines: Vec<Span>,
    bound: BTreeMap<Extent, usize>,
    locals: Vec<String>,
    /// What the loops around this place assign, outermost first.
    loops: Vec<Vec<String>>,
    temporaries: usize,
    wanted: Vec<Arc<Function>>,
}

impl<'a> Printer<'a> {
    fn new(known: &'a Functions, text: &Text) -> Self {
        Self {
            known,
            text: text.clone(),
            out: String::new(),
            lines: vec![text.origin.span],
            bound: BTreeMap::new(),
            locals: Vec::new(),
            loops: Vec::new(),
            temporaries: 0,
            wanted: Vec::new(),
        }
    }

    fn finished(self, entry: String) -> Printed {
        Printed { text: self.out, entry, lines: self.lines }
    }

    /// What follows stands for this place.
    fn mark(&mut self, at: Extent) {
        self.out.push('\n');
        self.lines.push(self.text.span(at.range()));
    }

    fn temporary(&mut self) -> String {
        self.temporaries += 1;
        format!("t_{}", self.temporaries)
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// The functions that are wanted, and those that they want.
    fn functions(&mut self) {
        let mut done = 0;
        while let Some(function) = self.wanted.get(done).cloned() {
            done += 1;
            self.text = function.text.clone();
            self.locals = function.parameters.clone();
            self.mark(function.head);
            let parameters: Vec<String> = function.parameters.iter().map(|p| format!("v_{p}")).collect();
            let _ = write!(self.out, "fn u_{}({}) {{ ", function.name, parameters.join(", "));
            self.body(&function.body);
            self.put("}");
        }
    }

    fn body(&mut self, tree: &Tree) {
        match &tree.kind {
            Kind::Block(list) => self.statements(list),
            _ => self.statements(std::slice::from_ref(tree)),
        }
    }

    fn block(&mut self, tree: &Tree) {
        self.put("{ ");
        let depth = self.locals.len();
        self.body(tree);
        self.locals.truncate(depth);
        self.put("}");
    }

    fn statements(&mut self, list: &[Tree]) {
        for (i, tree) in list.iter().enumerate() {
            self.statement(tree);
            self.put(if i + 1 == list.len() && value(tree) { " " } else { "; " });
        }
    }

    fn statement(&mut self, tree: &Tree) {
        match &tree.kind {
            Kind::Let { name, value } => {
                let temporary = self.temporary();
                let _ = write!(self.out, "let {temporary} = ");
                self.expr(value);
                self.mark(tree.at);
                let _ = write!(self.out, "; let v_{name} = {temporary}");
                self.locals.push(name.clone());
            }
            Kind::Assign { name, operator, value, .. } => {
                self.mark(tree.at);
                let _ = write!(self.out, "v_{name} = ");
                match operator {
                    None => self.expr(value),
                    Some(operator) => {
                        let _ = write!(self.out, "{}(v_{name}, ", arithmetic_name(*operator));
                        self.expr(value);
                        self.put(")");
                    }
                }
            }
            Kind::Call { name, arguments, .. } if name == "push" && self.known.get(name, 2).is_none() => {
                self.push(arguments, tree.at)
            }
            Kind::While { condition, body } => self.repeat(condition.as_deref(), body, tree.at),
            Kind::For { name, counter, over, body } => self.each(name, counter.as_deref(), over, body, tree.at),
            Kind::Break => self.put("break"),
            Kind::Continue => self.put("continue"),
            Kind::Return(value) => {
                self.mark(tree.at);
                self.put("return ");
                match value {
                    Some(value) => self.expr(value),
                    None => self.put("()"),
                }
            }
            _ => self.expr(tree),
        }
    }

    fn pair(&mut self, a: &Tree, b: &Tree) {
        self.expr(a);
        self.put(", ");
        self.expr(b);
        self.put(")");
    }

    fn called(&mut self, name: &str, at: Extent, arguments: &[&Tree]) {
        self.mark(at);
        let _ = write!(self.out, "{name}(");
        for (i, argument) in arguments.iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            self.expr(argument);
        }
        self.put(")");
    }

    fn expr(&mut self, tree: &Tree) {
        match &tree.kind {
            Kind::Number(x) => {
                let _ = write!(self.out, "({x:?})");
            }
            Kind::Text(t) => self.literal(t),
            Kind::YesNo(b) => {
                let _ = write!(self.out, "{b}");
            }
            Kind::Missing => self.put("()"),
            Kind::Name(path) => self.name(path, tree.at),
            Kind::Call { name, arguments, .. } => self.call(name, arguments, tree.at),
            Kind::Property { of, name, .. } => self.called(&format!("f_{name}"), tree.at, &[of]),
            Kind::Arithmetic(operator, a, b) => self.called(arithmetic_name(*operator), tree.at, &[a, b]),
            Kind::Comparison(comparison, a, b) => self.called(comparison_name(*comparison), tree.at, &[a, b]),
            Kind::Negate(a) => self.called("negate", tree.at, &[a]),
            Kind::Not(a) => self.called("opposite", tree.at, &[a]),
            Kind::And(list) => self.short(list, "is_no", "false", "both"),
            Kind::Or(list) => self.short(list, "is_yes", "true", "either"),
            Kind::Coalesce(list) => self.coalesce(list),
            Kind::In { item, list } => self.among(item, list, tree.at),
            Kind::List(items) => {
                self.put("listed(");
                self.array(items);
                self.put(")");
            }
            Kind::Index(list, at) => self.called("item", tree.at, &[list, at]),
            Kind::Joined(parts) => {
                self.mark(tree.at);
                self.put("written(");
                self.array(parts);
                self.put(")");
            }
            Kind::If { condition, then, otherwise } => self.choice(condition, then, otherwise.as_deref()),
            Kind::Switch { on, arms } => self.switch(on, arms, tree.at),
            Kind::Block(_) => self.block(tree),
            Kind::Range { .. } | Kind::Closure { .. } => self.put("()"),
            _ => {
                self.put("{ ");
                self.statement(tree);
                self.put("; }");
            }
        }
    }

    fn literal(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.put("\\\""),
                '\\' => self.put("\\\\"),
                '\n' => self.put("\\n"),
                '\r' => self.put("\\r"),
                '\t' => self.put("\\t"),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn array(&mut self, items: &[Tree]) {
        self.put("[");
        for item in items {
            self.expr(item);
            self.put(", ");
        }
        self.put("]");
    }

    fn name(&mut self, path: &[(String, Extent)], at: Extent) {
        let Some((first, first_at)) = path.first() else { return self.put("()") };
        let (head, known) = if self.locals.contains(first) {
            (format!("v_{first}"), 1)
        } else {
            let prefix = (1..=path.len()).rev().find_map(|n| {
                let last = path.get(n - 1)?.1;
                self.bound.get(&first_at.to(last)).map(|slot| (format!("s_{slot}"), n))
            });
            match prefix {
                Some(found) => found,
                None => return self.put("()"),
            }
        };
        // `parts.len`: the rest of the path are functions.
        let rest: Vec<String> = path.iter().skip(known).map(|(n, _)| n.clone()).collect();
        if !rest.is_empty() {
            self.mark(at);
        }
        for name in rest.iter().rev() {
            let _ = write!(self.out, "f_{name}(");
        }
        self.put(&head);
        rest.iter().for_each(|_| self.put(")"));
    }

    fn call(&mut self, name: &str, arguments: &[Tree], at: Extent) {
        if let Some(slot) = self.bound.get(&at) {
            let name = format!("s_{slot}");
            return self.put(&name);
        }
        if arguments.iter().any(|a| matches!(a.kind, Kind::Closure { .. })) {
            return self.with_closure(name, arguments);
        }
        let all: Vec<&Tree> = arguments.iter().collect();
        if let Some(function) = self.known.get(name, arguments.len()) {
            if !self.wanted.iter().any(|f| Arc::ptr_eq(f, &function)) {
                self.wanted.push(function);
            }
            return self.called(&format!("u_{name}"), at, &all);
        }
        if matches!(name, "min" | "max") && arguments.len() > 2 {
            // Two at a time, from the left.
            self.mark(at);
            (1..arguments.len()).for_each(|_| {
                let _ = write!(self.out, "f_{name}(");
            });
            for (i, argument) in arguments.iter().enumerate() {
                self.expr(argument);
                if i > 0 {
                    self.put(")");
                }
                if i + 1 < arguments.len() {
                    self.put(", ");
                }
            }
            return;
        }
        debug_assert!(vocabulary::named(name).next().is_some(), "{name}");
        self.called(&format!("f_{name}"), at, &all);
    }

    /// `&&` and `||` stop at what decides; so a function may call itself behind them.
    fn short(&mut self, list: &[Tree], decides: &str, decided: &str, join: &str) {
        let Some((last, before)) = list.split_last() else { return };
        let Some((first, middle)) = before.split_first() else { return self.expr(last) };
        let found = self.temporary();
        let _ = write!(self.out, "{{ let {found} = ");
        self.expr(first);
        self.put("; ");
        for part in middle {
            let _ = write!(self.out, "if !{decides}({found}) {{ {found} = {join}({found}, ");
            self.expr(part);
            self.put("); } ");
        }
        let _ = write!(self.out, "if {decides}({found}) {{ {decided} }} else {{ {join}({found}, ");
        self.expr(last);
        self.put(") } }");
    }

    fn coalesce(&mut self, list: &[Tree]) {
        self.put("(");
        for (i, part) in list.iter().enumerate() {
            if i > 0 {
                self.put(" ?? ");
            }
            self.expr(part);
        }
        self.put(")");
    }

    fn among(&mut self, item: &Tree, list: &Tree, at: Extent) {
        match &list.kind {
            Kind::List(items) => {
                self.mark(at);
                self.put("among(");
                self.expr(item);
                self.put(", ");
                self.array(items);
                self.put(")");
            }
            Kind::Range { from, to, inclusive } => {
                let subject = self.temporary();
                let _ = write!(self.out, "{{ let {subject} = ");
                self.expr(item);
                self.put("; ");
                self.within(&subject, from, to, *inclusive, at);
                self.put(" }");
            }
            _ => self.called("held", at, &[item, list]),
        }
    }

    fn within(&mut self, subject: &str, from: &Tree, to: &Tree, inclusive: bool, at: Extent) {
        self.mark(at);
        let _ = write!(self.out, "both(at_least({subject}, ");
        self.expr(from);
        let _ = write!(self.out, "), {}({subject}, ", if inclusive { "at_most" } else { "less" });
        self.expr(to);
        self.put("))");
    }
}

/// Whether a last statement is the block's value.
fn value(tree: &Tree) -> bool {
    !matches!(
        tree.kind,
        Kind::Let { .. }
            | Kind::Assign { .. }
            | Kind::While { .. }
            | Kind::For { .. }
            | Kind::Break
            | Kind::Continue
            | Kind::Return(_)
    )
}

/// Whether it leaves or goes on with the loop around it.
fn jumps(tree: &Tree) -> bool {
    match &tree.kind {
        Kind::Break | Kind::Continue => true,
        Kind::While { .. } | Kind::For { .. } | Kind::Closure { .. } => false,
        _ => tree.children().into_iter().any(jumps),
    }
}
