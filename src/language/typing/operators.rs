//! Operators, and which types they stand between.

use super::super::clock::Written;
use super::super::tree::Arithmetic;
use super::*;

impl Typer<'_> {
    pub(super) fn arithmetic(&mut self, operator: Arithmetic, left: &Tree, right: &Tree, at: Extent) -> Node {
        if operator == Arithmetic::Subtract
            && self.stack.is_empty()
            && let Some(problem) = self.hyphenated(left, right, at)
        {
            self.report(problem);
            return Node::opaque(Type::Number, at);
        }
        let (a, b) = (self.expr(left), self.expr(right));
        self.combined(operator, a, b, left, right, at)
    }

    /// `answer-promptly.value`, where `answer_promptly.value` is a name.
    fn hyphenated(&mut self, left: &Tree, right: &Tree, at: Extent) -> Option<Problem> {
        let path = |tree: &Tree| match &tree.kind {
            Kind::Name(path) => Some(path.iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>().join(".")),
            _ => None,
        };
        let (first, second) = (path(left)?, path(right)?);
        if self.local(&first).is_some() || self.scope.name(&first).is_some() {
            return None;
        }
        let joined = format!("{first}_{second}");
        self.scope.name(&joined)?;
        let message = said!("unknown name `{name}`", name = self.written(&Tree { kind: Kind::Missing, at }));
        let code = self.scope.unknown_code().unwrap_or(&codes::UNKNOWN_NAME);
        Some(
            Problem::new(code, message, at, said!("`-` is minus here"))
                .help(said!("did you mean `{near}`?", near = joined)),
        )
    }

    pub(super) fn combined(
        &mut self,
        operator: Arithmetic,
        a: Node,
        b: Node,
        left: &Tree,
        right: &Tree,
        at: Extent,
    ) -> Node {
        use Arithmetic::*;
        use Type::*;
        let ty = match (operator, a.ty, b.ty) {
            (_, Number, Number) => Number,
            (Add, Text, Text) => Text,
            (Add, Numbers, Numbers) => Numbers,
            (Add | Subtract, Duration, Duration) => Duration,
            (Add | Subtract, Time, Duration) | (Add, Duration, Time) => Time,
            (Subtract, Time, Time) => Duration,
            (Multiply, Duration, Number) | (Multiply, Number, Duration) | (Divide, Duration, Number) => Duration,
            (Divide, Duration, Duration) => Number,
            // A missing operand makes the whole missing; its type is the only one it could have had.
            (_, Missing, Missing) => Missing,
            (_, Missing, Number) | (_, Number, Missing) => Number,
            (Add, Missing, other) | (Add, other, Missing) if other != YesNo => {
                if other == Time {
                    Time
                } else {
                    other
                }
            }
            (Subtract, Missing, Duration) | (Subtract, Duration, Missing) => Duration,
            (Subtract, Missing, Time)
            | (Subtract, Time, Missing)
            | (Multiply | Divide, Duration, Missing)
            | (Multiply, Missing, Duration) => Missing,
            _ => return self.no_arithmetic(operator, (left, a.ty), (right, b.ty), at),
        };
        if a.ty == Missing || b.ty == Missing {
            let opaque = matches!(a.op, Op::Opaque) || matches!(b.op, Op::Opaque);
            return if opaque { Node::opaque(ty, at) } else { Node::missing(ty, at) };
        }
        folded(Node::new(Op::Arithmetic(operator, a.into(), b.into()), ty, at))
    }

    fn no_arithmetic(&mut self, operator: Arithmetic, left: (&Tree, Type), right: (&Tree, Type), at: Extent) -> Node {
        let sign = operator.sign();
        let (a, b) = (self.written(left.0), self.written(right.0));
        let message = said!(
            "`{a}` is {left}, `{b}` is {right}: `{sign}` can't join them",
            a,
            left = shown(left.1),
            b,
            right = shown(right.1),
            sign
        );
        let help = match (operator, left.1, right.1) {
            (Arithmetic::Add, Type::Text, _) => {
                said!("put the value into a text: `${{value}}` between backticks", value = b)
            }
            (Arithmetic::Add, _, Type::Text) => {
                said!("put the value into a text: `${{value}}` between backticks", value = a)
            }
            (_, Type::Text, Type::Number) => said!("declare `{written}: number` in its source", written = a),
            (_, Type::Number, Type::Text) => said!("declare `{written}: number` in its source", written = b),
            (_, Type::Time, Type::Number) => said!(
                "say what {number} counts: `{time} {sign} days({number})` or `hours({number})`",
                number = b,
                time = a,
                sign
            ),
            (_, Type::Duration, Type::Number) | (_, Type::Number, Type::Duration) => {
                said!("say what the number counts: `days(n)`, `hours(n)`, `minutes(n)`")
            }
            (_, Type::Time, Type::Time) => said!("the time from one to the other is `later - earlier`"),
            (_, Type::YesNo, _) | (_, _, Type::YesNo) => said!("count yes as one with `if x { 1 } else { 0 }`"),
            _ => said!("use values of one kind"),
        };
        self.report(Problem::new(&codes::TYPES, message, at, said!("these don't go together")).help(help));
        Node::opaque(Type::Missing, at)
    }

    pub(super) fn negate(&mut self, tree: &Tree, at: Extent) -> Node {
        let node = self.expr(tree);
        match node.ty {
            Type::Number | Type::Duration => {
                let ty = node.ty;
                Node::new(Op::Negate(node.into()), ty, at)
            }
            Type::Missing => Node { at, ..node },
            ty => {
                let written = self.written(tree);
                self.report(
                    Problem::new(
                        &codes::TYPES,
                        said!("`{written}` is {found}: `-` can't turn it round", written, found = shown(ty)),
                        tree.at,
                        shown(ty),
                    )
                    .help(if ty == Type::YesNo {
                        said!("write `!{written}`", written)
                    } else {
                        said!("use a number")
                    }),
                );
                Node::opaque(Type::Number, at)
            }
        }
    }

    /// A text beside a time is a date.
    pub(super) fn dated(&mut self, node: Node, other: Type, tree: &Tree) -> Node {
        let (Type::Time, Some(Value::Text(text))) = (other, node.value()) else { return node };
        self.date(&text.clone(), tree)
    }

    pub(super) fn date(&mut self, text: &str, tree: &Tree) -> Node {
        match Written::parse(text) {
            Some(written) => Node::new(Op::Moment(written), Type::Time, tree.at),
            None => {
                self.report(
                    Problem::new(
                        &codes::DATE,
                        said!("\"{text}\" is not a date", text),
                        tree.at,
                        said!("a date is expected"),
                    )
                    .help(said!("write the year, the month and the day: \"2026-03-01\", or \"2026-03-01 14:30\"")),
                );
                Node::opaque(Type::Time, tree.at)
            }
        }
    }

    /// `x in [..]`, `x in 1..5`, `"part" in text`.
    pub(super) fn among(&mut self, item: &Tree, list: &Tree, at: Extent) -> Node {
        match &list.kind {
            Kind::List(items) => self.among_items(item, items, at),
            Kind::Range { from, to, inclusive } => {
                let subject = self.expr(item);
                let subject = self.kept(subject);
                self.within(subject, item, from, to, *inclusive, at)
            }
            _ => {
                let (a, b) = (self.expr(item), self.expr(list));
                self.held(a, b, item, list, at)
            }
        }
    }

    pub(super) fn held(&mut self, item: Node, list: Node, item_tree: &Tree, list_tree: &Tree, at: Extent) -> Node {
        match (item.ty, list.ty) {
            (Type::Missing, _) | (_, Type::Missing) => {
                let opaque = matches!(item.op, Op::Opaque) || matches!(list.op, Op::Opaque);
                if opaque { Node::opaque(Type::YesNo, at) } else { Node::missing(Type::YesNo, at) }
            }
            (Type::Number, Type::Numbers) => folded(Node::new(Op::Holds(list.into(), item.into()), Type::YesNo, at)),
            (Type::Text, Type::Text) => {
                match super::super::vocabulary::fitting("contains", &[Type::Text, Type::Text]) {
                    Some(contains) => folded(Node::new(Op::Call(contains, vec![list, item]), Type::YesNo, at)),
                    None => Node::opaque(Type::YesNo, at),
                }
            }
            (a, b) => {
                let (x, y) = (self.written(item_tree), self.written(list_tree));
                self.report(
                    Problem::new(
                        &codes::TYPES,
                        said!(
                            "`{a}` is {left}, `{b}` is {right}: `in` needs a list",
                            a = x,
                            left = shown(a),
                            b = y,
                            right = shown(b)
                        ),
                        at,
                        said!("these don't go together"),
                    )
                    .help(said!("write the list: `{written} in [\"a\", \"b\"]`", written = x)),
                );
                Node::opaque(Type::YesNo, at)
            }
        }
    }

    fn among_items(&mut self, item: &Tree, items: &[Tree], at: Extent) -> Node {
        let subject = self.expr(item);
        let nodes: Vec<Node> = items.iter().map(|i| self.expr(i)).collect();
        let nodes: Vec<Node> = nodes.into_iter().zip(items).map(|(n, i)| self.dated(n, subject.ty, i)).collect();
        let plain =
            nodes.iter().all(|n| n.value().is_some_and(|v| v.ty() == subject.ty)) && subject.ty != Type::Numbers;
        if plain && !nodes.is_empty() {
            for (node, tree) in nodes.iter().zip(items) {
                self.tell_host(&subject, node, tree);
            }
            let values = nodes.iter().filter_map(Node::value).cloned().collect();
            return folded(Node::new(Op::Among(subject.into(), values), Type::YesNo, at));
        }
        let subject = self.kept(subject);
        if nodes.is_empty() {
            // Nothing equals an item of no list; what is missing stays missing.
            return self.compared(Comparison::Unequal, subject.clone(), subject, item, item, at);
        }
        let tests = nodes
            .into_iter()
            .zip(items)
            .map(|(n, i)| self.compared(Comparison::Equal, subject.clone(), n, item, i, at))
            .collect();
        folded(Node::new(Op::Or(tests), Type::YesNo, at))
    }

    pub(super) fn list(&mut self, items: &[Tree], at: Extent) -> Node {
        let nodes: Vec<Node> = items.iter().map(|i| self.expr(i)).collect();
        let wrong = nodes
            .iter()
            .zip(items)
            .find(|(n, _)| !matches!(n.ty, Type::Number | Type::Missing))
            .map(|(n, i)| (n.ty, i));
        if let Some((ty, item)) = wrong {
            let written = self.written(item);
            self.report(
                Problem::new(
                    &codes::TYPES,
                    said!("a list holds numbers, `{written}` is {found}", written, found = shown(ty)),
                    item.at,
                    shown(ty),
                )
                .help(said!("lists of text stand to the right of `in`: `channel in [\"phone\", \"chat\"]`")),
            );
            return Node::opaque(Type::Numbers, at);
        }
        Node::new(Op::List(nodes), Type::Numbers, at)
    }

    pub(super) fn index(&mut self, list: &Tree, index: &Tree, at: Extent) -> Node {
        let (a, b) = (self.expr(list), self.expr(index));
        if !matches!(a.ty, Type::Numbers | Type::Missing) {
            let written = self.written(list);
            self.report(
                Problem::new(
                    &codes::TYPES,
                    said!("`{written}` is {found}: only lists have items", written, found = shown(a.ty)),
                    list.at,
                    shown(a.ty),
                )
                .help(said!("use a list, such as `parts[0]`")),
            );
            return Node::opaque(Type::Number, at);
        }
        if !matches!(b.ty, Type::Number | Type::Missing) {
            let written = self.written(index);
            self.report(
                Problem::new(
                    &codes::TYPES,
                    said!("`{written}` is {found}: items are counted from 0", written, found = shown(b.ty)),
                    index.at,
                    shown(b.ty),
                )
                .help(said!("write the number of the item: `parts[0]` is the first, `parts[-1]` the last")),
            );
            return Node::opaque(Type::Number, at);
        }
        if a.ty == Type::Missing || b.ty == Type::Missing {
            return if matches!(a.op, Op::Opaque) || matches!(b.op, Op::Opaque) {
                Node::opaque(Type::Number, at)
            } else {
                Node::missing(Type::Number, at)
            };
        }
        Node::new(Op::Index(a.into(), b.into()), Type::Number, at)
    }
}
