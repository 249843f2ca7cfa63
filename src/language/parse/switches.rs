//! `switch`: rhai keeps only hashes of the labels, so they are read from their tokens.

use super::*;

impl Lower<'_> {
    /// The labels stand between the commas of the braces; rhai keeps only their hashes.
    pub(super) fn switch(&mut self, on: &Expr, cases: &rhai::SwitchCasesCollection, here: Extent) -> Tree {
        let on = self.expr(on);
        let after = self.lexed.balance(here.to(on.at)).end as usize;
        let Some(braces) = self.lexed.closing(after, "{") else {
            return Tree { kind: Kind::Missing, at: here };
        };
        let mut arms = Vec::new();
        let mut at = self.lexed.index_from(braces.start as usize) + 1;
        for case in &cases.expressions {
            let (labels, next) = self.labels(at);
            let condition =
                (!matches!(case.lhs, Expr::BoolConstant(true, p) if p.is_none())).then(|| self.expr(&case.lhs));
            let body = self.expr(&case.rhs);
            arms.push(Arm { labels, condition, body });
            at = self.after_arm(next);
        }
        self.tree(Kind::Switch { on: on.into(), arms }, here.to(braces))
    }

    /// The labels of the arm whose first token is `from`, and the token after its `=>`.
    pub(super) fn labels(&mut self, from: usize) -> (Vec<Tree>, usize) {
        let mut labels = Vec::new();
        let mut start = from;
        let mut i = from;
        let mut guarded = false;
        while let Some(token) = self.lexed.tokens.get(i).copied() {
            let written = self.lexed.slice(token.at);
            let ends = matches!(written, "=>" | "|" | "if");
            if ends && !guarded && i > start {
                let first = self.lexed.tokens[start].at;
                let at = first.to(self.lexed.tokens[i - 1].at);
                if self.lexed.slice(at) != "_" {
                    let label = self.part(at, at);
                    labels.push(unwrapped(label));
                }
            }
            match written {
                "=>" => return (labels, i + 1),
                "if" => guarded = true,
                "|" if !guarded => start = i + 1,
                _ => {}
            }
            i = if token.kind == TokenKind::Open { token.mate.max(i) + 1 } else { i + 1 };
        }
        (labels, i)
    }

    /// The first token of the arm after the one whose body starts at token `from`.
    pub(super) fn after_arm(&self, from: usize) -> usize {
        let braced = self.lexed.tokens.get(from).is_some_and(|t| self.lexed.slice(t.at) == "{");
        let mut i = from;
        while let Some(token) = self.lexed.tokens.get(i) {
            match token.kind {
                TokenKind::Open => i = token.mate.max(i),
                TokenKind::Close => return i,
                _ if self.lexed.slice(token.at) == "," => return i + 1,
                _ => {}
            }
            i += 1;
            if braced && i == self.lexed.tokens[from].mate + 1 {
                let comma = self.lexed.tokens.get(i).is_some_and(|t| self.lexed.slice(t.at) == ",");
                return i + usize::from(comma);
            }
            // A body such as `if … { } else { }` or `switch … { }` needs no comma.
            let ended = self.lexed.tokens.get(i - 1).is_some_and(|t| self.lexed.slice(t.at) == "}");
            let next = self.lexed.tokens.get(i).map_or("", |t| self.lexed.slice(t.at));
            let statement = self
                .lexed
                .tokens
                .get(from)
                .is_some_and(|t| matches!(self.lexed.slice(t.at), "if" | "switch" | "while" | "for" | "loop"));
            if ended && statement && !matches!(next, "else" | ",") {
                return i;
            }
        }
        i
    }
}
