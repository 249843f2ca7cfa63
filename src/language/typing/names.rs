//! Names: what `let` made, a function's parameters, or what the place of the expression offers.

use super::*;
use crate::diagnostic::did_you_mean;

impl Typer<'_> {
    pub(super) fn local(&self, name: &str) -> Option<usize> {
        self.names.iter().rposition(|(n, _)| n == name)
    }

    pub(super) fn name(&mut self, tree: &Tree, path: &[(String, Extent)]) -> Node {
        let at = tree.at;
        let Some(((first, first_at), rest)) = path.split_first() else { return Node::missing(Type::Missing, at) };
        if let Some(local) = self.local(first) {
            let mut node = Node { at: *first_at, ..self.names[local].1.clone() };
            if rest.is_empty() {
                return node;
            }
            let mut of = Tree { kind: Kind::Name(vec![(first.clone(), *first_at)]), at: *first_at };
            for (name, name_at) in rest {
                of = Tree {
                    at: of.at.to(*name_at),
                    kind: Kind::Property { of: of.into(), name: name.clone(), name_at: *name_at },
                };
            }
            node = self.expr_of_kind(&of);
            return node;
        }
        if !self.stack.is_empty() {
            return self.not_a_parameter(tree, first);
        }
        // The longest path that has a name; what follows is a function: `parts.len`.
        for known in (1..=path.len()).rev() {
            let head: Vec<&str> = path.iter().take(known).map(|(n, _)| n.as_str()).collect();
            let Some(binding) = self.scope.name(&head.join(".")) else { continue };
            let head_at = path.get(known - 1).map_or(at, |(_, last)| first_at.to(*last));
            let more = path.get(known..).unwrap_or_default();
            if more.first().is_some_and(|(name, _)| super::super::vocabulary::named(name).next().is_none()) {
                continue;
            }
            if more.is_empty() {
                self.bound.insert(head_at, (binding.slot, binding.ty));
                return Node::new(Op::Slot(binding.slot), binding.ty, head_at);
            }
            let mut of = Tree { kind: Kind::Name(path.iter().take(known).cloned().collect()), at: head_at };
            for (name, name_at) in more {
                of = Tree {
                    at: of.at.to(*name_at),
                    kind: Kind::Property { of: of.into(), name: name.clone(), name_at: *name_at },
                };
            }
            return self.expr_of_kind(&of);
        }
        self.unknown(tree, path)
    }

    fn not_a_parameter(&mut self, tree: &Tree, name: &str) -> Node {
        let function = self.stack.last().map(|f| f.name.clone()).unwrap_or_default();
        let known: Vec<String> = self.names.iter().map(|(n, _)| n.clone()).collect();
        let mut problem = Problem::new(
            &codes::UNKNOWN_NAME,
            said!("unknown name `{name}` in function `{function}`", name, function),
            tree.at,
            said!("neither a parameter nor a `let` has this name"),
        );
        problem = match did_you_mean(name, known.iter().map(String::as_str)) {
            Some(near) => problem.help(said!("did you mean `{near}`?", near)),
            None => problem
                .help(said!("a function sees its parameters only: add `{name}` to them and pass it in the call", name)),
        };
        self.report(problem);
        Node::opaque(Type::Missing, tree.at)
    }

    fn unknown(&mut self, tree: &Tree, path: &[(String, Extent)]) -> Node {
        let written = path.iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>().join(".");
        if let Some((why, way_out)) = self.scope.refusal(&written) {
            let code = self.scope.unknown_code().unwrap_or(&codes::UNKNOWN_NAME);
            let problem = Problem::new(code, why, tree.at, said!("can't be used here"));
            self.report(match way_out {
                Some(way_out) => problem.help(way_out),
                None => problem,
            });
            return Node::opaque(Type::Missing, tree.at);
        }
        let code = self.scope.unknown_code().unwrap_or(&codes::UNKNOWN_NAME);
        let label = said!("no {what} has this name", what = self.scope.what());
        let mut problem = Problem::new(code, said!("unknown name `{name}`", name = written), tree.at, label);
        let mut candidates = self.scope.candidates();
        candidates.extend(self.names.iter().map(|(n, _)| n.clone()));
        problem = if super::super::vocabulary::named(&written).next().is_some()
            || self.functions.named(&written).next().is_some()
        {
            problem.help(said!("`{written}` is a function: write `{written}(…)`", written))
        } else if let Some(help) = in_other_words(&written) {
            problem.help(help)
        } else if let Some(near) = did_you_mean(&written, candidates.iter().map(String::as_str)) {
            problem.help(said!("did you mean `{near}`?", near))
        } else if path.len() == 1 && !candidates.is_empty() && candidates.len() <= 12 {
            candidates.sort_unstable();
            problem.help(said!(
                "known here: {names}; text stands between double quotes",
                names = candidates.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ")
            ))
        } else {
            problem.help(self.scope.way_out())
        };
        self.report(problem);
        Node::opaque(Type::Missing, tree.at)
    }
}

/// Words that stand for a value in other languages.
fn in_other_words(word: &str) -> Option<Said> {
    Some(match word.to_lowercase().as_str() {
        "yes" | "always" | "on" => said!("for always, write `true`"),
        "no" | "never" | "off" => said!("for never, write `false`"),
        "missing" | "empty" | "blank" | "none" | "nothing" | "na" => {
            said!("ask whether a value is missing with `is_missing(x)`")
        }
        _ => return None,
    })
}
