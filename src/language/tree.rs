//! A script as a tree of our own: what rhai parsed, with the exact stretch of text of every part.

use std::sync::Arc;

/// A stretch of bytes of the script's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Extent {
    pub start: u32,
    pub end: u32,
}

impl Extent {
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    pub fn to(self, other: Extent) -> Extent {
        Extent { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Comparison {
    pub const ALL: [(&'static str, Comparison); 6] = [
        ("==", Comparison::Equal),
        ("!=", Comparison::Unequal),
        ("<", Comparison::Less),
        ("<=", Comparison::AtMost),
        (">", Comparison::Greater),
        (">=", Comparison::AtLeast),
    ];

    /// `a < b` is `b > a`.
    pub fn turned(self) -> Self {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::AtMost => Comparison::AtLeast,
            Comparison::Greater => Comparison::Less,
            Comparison::AtLeast => Comparison::AtMost,
            same => same,
        }
    }

    /// Whether the comparison holds for two values that stand in this order.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::Unequal => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::AtMost => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::AtLeast => order.is_ge(),
        }
    }

    pub fn sign(self) -> &'static str {
        Self::ALL.iter().find(|(_, c)| *c == self).map_or("", |(s, _)| s)
    }
}

impl Arithmetic {
    pub const ALL: [(&'static str, Arithmetic); 6] = [
        ("+", Arithmetic::Add),
        ("-", Arithmetic::Subtract),
        ("*", Arithmetic::Multiply),
        ("/", Arithmetic::Divide),
        ("%", Arithmetic::Remainder),
        ("**", Arithmetic::Power),
    ];

    pub fn sign(self) -> &'static str {
        Self::ALL.iter().find(|(_, a)| *a == self).map_or("", |(s, _)| s)
    }
}

#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub kind: Kind,
    pub at: Extent,
}

#[derive(Clone, Debug)]
pub(super) struct Arm {
    /// Empty for `_`.
    pub labels: Vec<Tree>,
    pub condition: Option<Tree>,
    pub body: Tree,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Number(f64),
    Text(Arc<str>),
    YesNo(bool),
    Missing,
    /// A name or a dotted path.
    Name(Vec<(String, Extent)>),
    Call {
        name: String,
        name_at: Extent,
        arguments: Vec<Tree>,
    },
    Property {
        of: Box<Tree>,
        name: String,
        name_at: Extent,
    },
    Arithmetic(Arithmetic, Box<Tree>, Box<Tree>),
    Comparison(Comparison, Box<Tree>, Box<Tree>),
    Negate(Box<Tree>),
    Not(Box<Tree>),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Coalesce(Vec<Tree>),
    In {
        item: Box<Tree>,
        list: Box<Tree>,
    },
    Range {
        from: Box<Tree>,
        to: Box<Tree>,
        inclusive: bool,
    },
    List(Vec<Tree>),
    Index(Box<Tree>, Box<Tree>),
    Joined(Vec<Tree>),
    If {
        condition: Box<Tree>,
        then: Box<Tree>,
        otherwise: Option<Box<Tree>>,
    },
    Switch {
        on: Box<Tree>,
        arms: Vec<Arm>,
    },
    Closure {
        parameters: Vec<String>,
        body: Box<Tree>,
    },
    /// Statements; its value is the last one's.
    Block(Vec<Tree>),
    Let {
        name: String,
        value: Box<Tree>,
    },
    Assign {
        name: String,
        name_at: Extent,
        operator: Option<Arithmetic>,
        value: Box<Tree>,
    },
    /// `loop` where there is no condition.
    While {
        condition: Option<Box<Tree>>,
        body: Box<Tree>,
    },
    For {
        name: String,
        counter: Option<String>,
        over: Box<Tree>,
        body: Box<Tree>,
    },
    Break,
    Continue,
    Return(Option<Box<Tree>>),
}

impl Tree {
    pub fn children(&self) -> Vec<&Tree> {
        use Kind::*;
        match &self.kind {
            Number(_) | Text(_) | YesNo(_) | Missing | Name(_) | Break | Continue | Return(None) => vec![],
            Call { arguments: list, .. }
            | And(list)
            | Or(list)
            | Coalesce(list)
            | List(list)
            | Joined(list)
            | Block(list) => list.iter().collect(),
            Arithmetic(_, a, b) | Comparison(_, a, b) | Index(a, b) => vec![a, b],
            In { item, list } => vec![item, list],
            Range { from, to, .. } => vec![from, to],
            Negate(a) | Not(a) | Return(Some(a)) => vec![a],
            Property { of: a, .. } | Let { value: a, .. } | Assign { value: a, .. } | Closure { body: a, .. } => {
                vec![a]
            }
            If { condition, then, otherwise } => {
                [condition, then].into_iter().chain(otherwise).map(AsRef::as_ref).collect()
            }
            Switch { on, arms } => std::iter::once(on.as_ref())
                .chain(arms.iter().flat_map(|a| a.labels.iter().chain(&a.condition).chain([&a.body])))
                .collect(),
            While { condition, body } => condition.iter().chain([body]).map(AsRef::as_ref).collect(),
            For { over, body, .. } => vec![over, body],
        }
    }

    /// Whether a part of it (not inside a closure) satisfies a test.
    pub fn any(&self, test: &dyn Fn(&Tree) -> bool) -> bool {
        test(self) || (!matches!(self.kind, Kind::Closure { .. }) && self.children().iter().any(|c| c.any(test)))
    }

    pub fn returns(&self) -> bool {
        self.any(&|t| matches!(t.kind, Kind::Return(_)))
    }

    /// Every way through it ends in `return`, `break` or `continue`.
    pub fn leaves(&self) -> bool {
        match &self.kind {
            Kind::Return(_) | Kind::Break | Kind::Continue => true,
            Kind::Block(list) => list.iter().any(Tree::leaves),
            Kind::If { then, otherwise: Some(otherwise), .. } => then.leaves() && otherwise.leaves(),
            _ => false,
        }
    }

    /// The outer names that it assigns (also through `push`), each once, in order.
    pub fn assigned(&self) -> Vec<String> {
        fn walk(tree: &Tree, own: &mut Vec<String>, found: &mut Vec<String>) {
            let mut add = |name: &String| {
                if !own.contains(name) && !found.contains(name) {
                    found.push(name.clone());
                }
            };
            match &tree.kind {
                Kind::Assign { name, .. } => add(name),
                Kind::Call { name, arguments, .. } if name == "push" => {
                    if let Some(Kind::Name(path)) = arguments.first().map(|a| &a.kind)
                        && let [(name, _)] = path.as_slice()
                    {
                        add(name);
                    }
                }
                _ => {}
            }
            let depth = own.len();
            if let Kind::For { name, counter, .. } = &tree.kind {
                own.push(name.clone());
                own.extend(counter.clone());
            }
            for child in tree.children() {
                walk(child, own, found);
            }
            own.truncate(depth);
            if let Kind::Let { name, .. } = &tree.kind {
                own.push(name.clone());
            }
        }
        let (mut own, mut found) = (Vec::new(), Vec::new());
        walk(self, &mut own, &mut found);
        found
    }
}
