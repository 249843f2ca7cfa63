//! Comparisons: which values stand beside one another, and what makes them do so.

use super::*;
use crate::diagnostic::days_as_written;

impl Typer<'_> {
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
                said!("unknown name `{name}`", name = word),
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
            said!("unknown name `{name}`", name = word),
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
    pub(super) fn tell_host(&mut self, node: &Node, with: &Node, tree: &Tree) {
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
        let message = said!(
            "`{a}` is {left}, `{b}` is {right}: they can't be compared",
            a,
            left = shown(left.1),
            b,
            right = shown(right.1)
        );
        let help = self.to_compare(comparison, left, right, at);
        self.report(Problem::new(&codes::TYPES, message, at, said!("these don't go together")).help(help));
    }

    /// What lets two values of different kinds be compared.
    fn to_compare(&self, comparison: Comparison, left: (&Tree, Type), right: (&Tree, Type), at: Extent) -> Said {
        let (a, b) = (self.written(left.0), self.written(right.0));
        let field = |tree: &Tree| matches!(tree.kind, Kind::Name(_));
        let text = |tree: &Tree| matches!(tree.kind, Kind::Text(_));
        match (left.1, right.1) {
            (Type::Text, Type::Number) if field(left.0) => number_or_text(&a, &b),
            (Type::Number, Type::Text) if field(right.0) => number_or_text(&b, &a),
            (Type::Number, Type::Text) if text(right.0) => unquoted(&b),
            (Type::Number, Type::Text) if field(left.0) => {
                said!("declare `{written}: text`, or compare with a number", written = a)
            }
            (Type::Text, Type::Number) if text(left.0) => unquoted(&a),
            (Type::YesNo, Type::YesNo) => said!("yes and no have no order; write `{name}` or `!{name}`", name = a),
            (Type::YesNo, _) => self.alone(&a, at),
            (_, Type::YesNo) => self.alone(&b, at),
            (Type::Duration, Type::Number) => length_of(&b),
            (Type::Number, Type::Duration) => length_of(&a),
            (Type::Time, Type::Text) => {
                said!("write the date in the expression: \"2026-03-01\", or declare the field as `time`")
            }
            (Type::Text, Type::Time) => said!("declare `{written}: time` in its source", written = a),
            // Without quotes a date is a subtraction or a division.
            (Type::Time, Type::Number) if let [(day, _)] = days_as_written(&b).as_slice() => {
                said!("write `{time} {sign} \"{day}\"`", time = a, sign = comparison.sign(), day)
            }
            (Type::Time, _) if a == "as_of" => {
                said!("compare it with a day, such as `{time} < \"2026-03-01\"`", time = a)
            }
            (Type::Time, _) => {
                said!("compare it with a time, such as `{time} < \"2026-03-01\"` or `{time} <= as_of`", time = a)
            }
            (Type::Numbers, _) | (_, Type::Numbers) => {
                said!("compare one item, or `sum(list)`, `mean(list)`, `len(list)`")
            }
            _ => said!("compare values of one kind"),
        }
    }

    /// `solved` alone for yes; a value that starts with `!` needs quotes.
    fn alone(&self, name: &str, at: Extent) -> Said {
        let no = format!("!{name}");
        let first = self.text.value.get(..at.start as usize).is_some_and(|before| before.trim().is_empty());
        let written = if first { self.text.in_place(&no) } else { no.clone() };
        if written == no {
            said!("write `{name}` alone for yes, `{no}` for no", name, no)
        } else {
            said!("write `{name}` alone for yes, `{written}`, with the quotes, for no", name, written)
        }
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
                "write `{low} {first} {middle} && {middle} {second} {high}`",
                low,
                first = first.sign(),
                middle,
                second = comparison.sign(),
                high
            )),
        )
    }
}

/// How a text becomes the number it is compared with, where it is one.
fn unquoted(text: &str) -> Said {
    match text.trim_matches('"').trim() {
        number if number.parse::<f64>().is_ok() => said!("write {number} without quotes", number),
        _ => said!("compare it with a number, such as `80`"),
    }
}

/// A field of text beside a number.
fn number_or_text(field: &str, number: &str) -> Said {
    said!("declare `{field}: number`, or compare with \"{number}\"", field, number)
}

/// A number beside a length of time.
fn length_of(number: &str) -> Said {
    said!("say what {number} counts: `hours({number})`, `days({number})`, `minutes({number})`", number)
}
