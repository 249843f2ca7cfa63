//! The typed expression that the kernels run: every node has one type, every name is a slot or a local.

use std::sync::Arc;

use super::clock::Written;
use super::script::Script;
use super::tree::{Arithmetic, Comparison, Extent};
use super::vocabulary::Builtin;
use super::{Type, Value};

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub op: Op,
    pub ty: Type,
    /// The author's text of it; empty inside functions that were taken in.
    pub at: Extent,
}

#[derive(Clone)]
pub(super) enum Op {
    Constant(Value),
    /// A date in the text: a moment once the zone is known.
    Moment(Written),
    Slot(usize),
    /// The value of an earlier step.
    Local(usize),
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    Negate(Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Coalesce(Box<Node>, Box<Node>),
    If(Box<Node>, Box<Node>, Box<Node>),
    Call(&'static Builtin, Vec<Node>),
    /// Equal to one of these, of its own type.
    Among(Box<Node>, Vec<Value>),
    List(Vec<Node>),
    /// Whether a list holds a number.
    Holds(Box<Node>, Box<Node>),
    Index(Box<Node>, Box<Node>),
    /// Values as one text.
    Joined(Vec<Node>),
    /// A duration as a number of seconds.
    Seconds(Box<Node>),
    /// A function that was taken in.
    Inlined(Box<Node>),
    /// What only the interpreter can do, row by row.
    Script(Arc<Script>, Vec<Node>),
    /// Stands for a value inside what will be interpreted: only its type counts.
    Opaque,
}

impl std::fmt::Debug for Op {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Op::Constant(v) => write!(f, "{v:?}"),
            Op::Moment(w) => write!(f, "{w:?}"),
            Op::Slot(s) => write!(f, "slot {s}"),
            Op::Local(l) => write!(f, "local {l}"),
            Op::Arithmetic(o, a, b) => write!(f, "({a:?} {} {b:?})", o.sign()),
            Op::Compare(o, a, b) => write!(f, "({a:?} {} {b:?})", o.sign()),
            Op::Call(b, list) => write!(f, "{}{list:?}", b.name),
            Op::Among(a, list) => write!(f, "({a:?} in {list:?})"),
            Op::Script(script, list) => write!(f, "{}{list:?}", script.name),
            Op::Opaque => f.write_str("opaque"),
            other => {
                let children = other.children();
                write!(f, "{}{children:?}", other.label())
            }
        }
    }
}

impl Op {
    fn label(&self) -> &'static str {
        match self {
            Op::Negate(_) => "-",
            Op::And(_) => "and",
            Op::Or(_) => "or",
            Op::Not(_) => "!",
            Op::Coalesce(..) => "??",
            Op::If(..) => "if",
            Op::List(_) => "list",
            Op::Holds(..) => "holds",
            Op::Index(..) => "index",
            Op::Joined(_) => "joined",
            Op::Seconds(_) => "seconds",
            Op::Inlined(_) => "inlined",
            _ => "",
        }
    }

    pub fn children(&self) -> Vec<&Node> {
        match self {
            Op::Constant(_) | Op::Moment(_) | Op::Slot(_) | Op::Local(_) | Op::Opaque => vec![],
            Op::Arithmetic(_, a, b) | Op::Compare(_, a, b) | Op::Coalesce(a, b) | Op::Holds(a, b) | Op::Index(a, b) => {
                vec![a, b]
            }
            Op::Negate(a) | Op::Not(a) | Op::Among(a, _) | Op::Seconds(a) | Op::Inlined(a) => vec![a],
            Op::If(a, b, c) => vec![a, b, c],
            Op::And(list)
            | Op::Or(list)
            | Op::Call(_, list)
            | Op::List(list)
            | Op::Joined(list)
            | Op::Script(_, list) => list.iter().collect(),
        }
    }
}

impl Node {
    pub fn new(op: Op, ty: Type, at: Extent) -> Self {
        Self { op, ty, at }
    }

    pub fn constant(value: Value, at: Extent) -> Self {
        Self { ty: value.ty(), op: Op::Constant(value), at }
    }

    /// Missing, where a value of this type is wanted.
    pub fn missing(ty: Type, at: Extent) -> Self {
        Self { op: Op::Constant(Value::Missing), ty, at }
    }

    pub fn opaque(ty: Type, at: Extent) -> Self {
        Self { op: Op::Opaque, ty, at }
    }

    pub fn value(&self) -> Option<&Value> {
        match &self.op {
            Op::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The same value at no cost, however often.
    pub fn is_cheap(&self) -> bool {
        matches!(self.op, Op::Constant(_) | Op::Moment(_) | Op::Slot(_) | Op::Local(_) | Op::Opaque)
    }

    /// The places of the author's text are another file's here.
    pub fn without_places(mut self) -> Self {
        fn clear(node: &mut Node) {
            node.at = Extent::default();
            match &mut node.op {
                Op::Arithmetic(_, a, b)
                | Op::Compare(_, a, b)
                | Op::Coalesce(a, b)
                | Op::Holds(a, b)
                | Op::Index(a, b) => {
                    clear(a);
                    clear(b);
                }
                Op::Negate(a) | Op::Not(a) | Op::Among(a, _) | Op::Seconds(a) | Op::Inlined(a) => clear(a),
                Op::If(a, b, c) => [a, b, c].into_iter().for_each(|n| clear(n)),
                Op::And(list)
                | Op::Or(list)
                | Op::Call(_, list)
                | Op::List(list)
                | Op::Joined(list)
                | Op::Script(_, list) => {
                    list.iter_mut().for_each(clear);
                }
                Op::Constant(_) | Op::Moment(_) | Op::Slot(_) | Op::Local(_) | Op::Opaque => {}
            }
        }
        clear(&mut self);
        self
    }
}
