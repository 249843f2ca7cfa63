//! Operators, and which types they stand between.

use super::super::clock::Written;
use super::super::tree::Arithmetic;
use super::*;
use crate::diagnostic::days_as_written;
use crate::said;

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
        let message = format!("unknown name `{}`", self.written(&Tree { kind: Kind::Missing, at }));
        let code = self.scope.unknown_code().unwrap_or(&codes::UNKNOWN_NAME);
        Some(
            Problem::new(code, message, at, said!("`-` is minus here")).help(said!("did you mean `{joined}`?", joined)),
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
        let message = format!("`{a}` is {}, `{b}` is {}: `{sign}` can't join them", shown(left.1), shown(right.1));
        let help = match (operator, left.1, right.1) {
            (Arithmetic::Add, Type::Text, _) => format!("put the value into a text: `${{{b}}}` between backticks"),
            (Arithmetic::Add, _, Type::Text) => format!("put the value into a text: `${{{a}}}` between backticks"),
            (_, Type::Text, Type::Number) => format!("declare `{a}: number` in its source"),
            (_, Type::Number, Type::Text) => format!("declare `{b}: number` in its source"),
            (_, Type::Time, Type::Number) => format!("say what {b} counts: `{a} {sign} days({b})` or `hours({b})`"),
            (_, Type::Duration, Type::Number) | (_, Type::Number, Type::Duration) => {
                "say what the number counts: `days(n)`, `hours(n)`, `minutes(n)`".to_string()
            }
            (_, Type::Time, Type::Time) => "the time from one to the other is `later - earlier`".to_string(),
            (_, Type::YesNo, _) | (_, _, Type::YesNo) => "count yes as one with `if x { 1 } else { 0 }`".to_string(),
            _ => "use values of one kind".to_string(),
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
                        said!("`{written}` is {ty}: `-` can't turn it round", written, ty = shown(ty)),
                        tree.at,
                        shown(ty),
                    )
                    .help(if ty == Type::YesNo {
                        format!("write `!{written}`")
                    } else {
                        "use a number".to_string()
                    }),
                );
                Node::opaque(Type::Number, at)
            }
        }
    }

    pub(super) fn comparison(&mut self, comparison: Comparison, left: &Tree, right: &Tree, at: Extent) -> Node {
        if let Some(problem) = self.asks_by_a_word(comparison, left, right, at) {
            self.report(problem);
            return Node::opaque(Type::YesNo, at);
        }
        let (a, b) = (self.expr(left), self.expr(right));
        self.compared(comparison, a, b, left, right, at)
    }

    /// `score == missing`, `solved == yes`: words that name nothing here.
    fn asks_by_a_word(&mut self, comparison: Comparison, left: &Tree, right: &Tree, at: Extent) -> Option<Problem> {
        const WORDS: [&str; 6] = ["yes", "no", "y", "n", "true", "false"];
        let mut word = |tree: &Tree| match &tree.kind {
            Kind::Name(path) => match path.as_slice() {
                [(name, _)] => {
                    let asks = WORDS.contains(&name.to_lowercase().as_str())
                        || super::super::foreign::NOTHING.contains(&name.as_str());
                    (asks && self.local(name).is_none() && self.scope.name(name).is_none()).then(|| name.clone())
                }
                _ => None,
            },
            _ => None,
        };
        let found = word(left).map(|w| (w, right)).or_else(|| word(right).map(|w| (w, left)));
        let (word, other) = found?;
        let turned = comparison == Comparison::Unequal;
        let operand = self.written(other);
        let whole = (at.start as usize, at.end as usize);
        let anew = |cure: String| {
            let (before, after) = (self.text.value.get(..whole.0), self.text.value.get(whole.1..));
            format!("{}{cure}{}", before.unwrap_or(""), after.unwrap_or("")).trim().to_string()
        };
        if super::super::foreign::NOTHING.contains(&word.as_str()) {
            let cure = format!("{}is_missing({operand})", if turned { "!" } else { "" });
            let found = Problem::new(
                &codes::UNKNOWN_NAME,
                said!("unknown name `{word}`", word),
                at,
                said!("nothing is equal to a missing value"),
            );
            return Some(found.rewritten(anew(cure)));
        }
        let yes = match word.to_lowercase().as_str() {
            "yes" | "true" | "y" => true,
            "no" | "false" | "n" => false,
            _ => return None,
        };
        let found = Problem::new(
            &codes::UNKNOWN_NAME,
            said!("unknown name `{word}`", word),
            at,
            said!("yes or no is asked without a comparison"),
        );
        let cure = if yes == turned { format!("!{operand}") } else { operand };
        Some(found.rewritten(anew(cure)))
    }

    pub(super) fn compared(
        &mut self,
        comparison: Comparison,
        a: Node,
        b: Node,
        left: &Tree,
        right: &Tree,
        at: Extent,
    ) -> Node {
        let a = self.dated(a, b.ty, left);
        let b = self.dated(b, a.ty, right);
        let ordered = !matches!(comparison, Comparison::Equal | Comparison::Unequal);
        match (a.ty, b.ty) {
            (Type::Missing, _) | (_, Type::Missing) => {
                let opaque = matches!(a.op, Op::Opaque) || matches!(b.op, Op::Opaque);
                if opaque { Node::opaque(Type::YesNo, at) } else { Node::missing(Type::YesNo, at) }
            }
            (x, y) if x == y && x != Type::Numbers && !(ordered && x == Type::YesNo) => {
                self.tell_host(&a, &b, right);
                self.tell_host(&b, &a, left);
                folded(Node::new(Op::Compare(comparison, a.into(), b.into()), Type::YesNo, at))
            }
            (x, y) => {
                self.no_comparison(comparison, (left, x), (right, y), at);
                Node::opaque(Type::YesNo, at)
            }
        }
    }

    /// A host may know that a slot never has the value it is compared with.
    fn tell_host(&mut self, node: &Node, with: &Node, tree: &Tree) {
        if let (Op::Slot(slot), Some(value)) = (&node.op, with.value()) {
            let at = self.span(tree.at);
            self.scope.compared(*slot, value, at);
        }
    }

    fn no_comparison(&mut self, comparison: Comparison, left: (&Tree, Type), right: (&Tree, Type), at: Extent) {
        let (a, b) = (self.written(left.0), self.written(right.0));
        if let Some(problem) = self.chained(comparison, left, right, at) {
            return self.report(problem);
        }
        let message = format!("`{a}` is {}, `{b}` is {}: they can't be compared", shown(left.1), shown(right.1));
        let field = |tree: &Tree| matches!(tree.kind, Kind::Name(_));
        let help = match (left.1, right.1) {
            (Type::Text, Type::Number) if field(left.0) => format!("declare `{a}: number`, or compare with \"{b}\""),
            (Type::Number, Type::Text) if field(right.0) => format!("declare `{b}: number`, or compare with \"{a}\""),
            (Type::Number, Type::Text) if matches!(right.0.kind, Kind::Text(_)) => unquoted(&b),
            (Type::Number, Type::Text) if field(left.0) => format!("declare `{a}: text`, or compare with a number"),
            (Type::Text, Type::Number) if matches!(left.0.kind, Kind::Text(_)) => unquoted(&a),
            (Type::YesNo, Type::YesNo) => format!("yes and no have no order; write `{a}` or `!{a}`"),
            (Type::YesNo, _) => self.alone(&a, at),
            (_, Type::YesNo) => self.alone(&b, at),
            (Type::Duration, Type::Number) => format!("say what {b} counts: `hours({b})`, `days({b})`, `minutes({b})`"),
            (Type::Number, Type::Duration) => format!("say what {a} counts: `hours({a})`, `days({a})`, `minutes({a})`"),
            (Type::Time, Type::Text) => {
                "write the date in the expression: \"2026-03-01\", or declare the field as `time`".to_string()
            }
            (Type::Text, Type::Time) => format!("declare `{a}: time` in its source"),
            // Without quotes a date is a subtraction or a division.
            (Type::Time, Type::Number) if let [(day, _)] = days_as_written(&b).as_slice() => {
                format!("write `{a} {} \"{day}\"`", comparison.sign())
            }
            (Type::Time, _) if a == "as_of" => format!("compare it with a day, such as `{a} < \"2026-03-01\"`"),
            (Type::Time, _) => format!("compare it with a time, such as `{a} < \"2026-03-01\"` or `{a} <= as_of`"),
            (Type::Numbers, _) | (_, Type::Numbers) => {
                "compare one item, or `sum(list)`, `mean(list)`, `len(list)`".to_string()
            }
            _ => "compare values of one kind".to_string(),
        };
        self.report(Problem::new(&codes::TYPES, message, at, said!("these don't go together")).help(help));
    }

    /// `solved` alone for yes; a value that starts with `!` needs quotes.
    fn alone(&self, name: &str, at: Extent) -> String {
        let no = format!("!{name}");
        let first = self.text.value.get(..at.start as usize).is_some_and(|before| before.trim().is_empty());
        let written = if first { self.text.in_place(&no) } else { no.clone() };
        let quotes = if written == no { "" } else { ", with the quotes," };
        format!("write `{name}` alone for yes, `{written}`{quotes} for no")
    }

    /// `1 <= rating <= 5`
    fn chained(
        &self,
        comparison: Comparison,
        left: (&Tree, Type),
        right: (&Tree, Type),
        at: Extent,
    ) -> Option<Problem> {
        let Kind::Comparison(first, low, middle) = &left.0.kind else { return None };
        if right.1 == Type::YesNo && matches!(comparison, Comparison::Equal | Comparison::Unequal) {
            return None;
        }
        let (low, middle, high) = (self.written(low), self.written(middle), self.written(right.0));
        Some(
            Problem::new(
                &codes::CHAINED,
                said!("two comparisons are chained"),
                at,
                said!("`{low} {sign} {middle}` is yes or no", low, sign = first.sign(), middle),
            )
            .help(said!(
                "write `{low} {sign} {middle} && {middle} {sign_2} {high}`",
                low,
                sign = first.sign(),
                middle,
                sign_2 = comparison.sign(),
                high
            )),
        )
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
                            "`{x}` is {shown}, `{y}` is {shown_2}: `in` needs a list",
                            x,
                            shown = shown(a),
                            y,
                            shown_2 = shown(b)
                        ),
                        at,
                        said!("these don't go together"),
                    )
                    .help(said!("write the list: `{x} in [\"a\", \"b\"]`", x)),
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
                    said!("a list holds numbers, `{written}` is {ty}", written, ty = shown(ty)),
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
                    said!("`{written}` is {ty}: only lists have items", written, ty = shown(a.ty)),
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
                    said!("`{written}` is {ty}: items are counted from 0", written, ty = shown(b.ty)),
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

/// How a text becomes the number it is compared with, where it is one.
fn unquoted(text: &str) -> String {
    match text.trim_matches('"').trim() {
        number if number.parse::<f64>().is_ok() => format!("write {number} without quotes"),
        _ => "compare it with a number, such as `80`".to_owned(),
    }
}
