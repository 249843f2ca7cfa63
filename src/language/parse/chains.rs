//! What follows a dot or stands in square brackets, and closures.

use super::*;

impl Lower<'_> {
    pub(super) fn chain(&mut self, base: Tree, rest: &Expr) -> Tree {
        match rest {
            Expr::Property(parts, position) => {
                let name_at = self.extent(*position);
                let name = parts.2.to_string();
                let at = self.lexed.balance(base.at.to(name_at));
                match base.kind {
                    Kind::Name(mut path) => {
                        path.push((name, name_at));
                        self.tree(Kind::Name(path), at)
                    }
                    _ => self.tree(Kind::Property { of: base.into(), name, name_at }, at),
                }
            }
            Expr::MethodCall(call, position) | Expr::FnCall(call, position) => {
                let Tree { kind, at } = self.call(call, *position);
                match kind {
                    Kind::Call { name, name_at, mut arguments } => {
                        let at = self.lexed.balance(base.at.to(at));
                        arguments.insert(0, base);
                        self.tree(Kind::Call { name, name_at, arguments }, at)
                    }
                    kind => self.tree(kind, at),
                }
            }
            Expr::Dot(parts, ..) => {
                let base = self.chain(base, &parts.lhs);
                self.chain(base, &parts.rhs)
            }
            Expr::Index(parts, inner, _) => {
                let base = self.chain(base, &parts.lhs);
                self.indexed(base, &parts.rhs, *inner)
            }
            other => {
                let at = self.extent(other.start_position());
                self.refuse(said!("this"), at, said!("after a dot stands the name of a field or of a function"))
            }
        }
    }

    pub(super) fn indexed(&mut self, base: Tree, rest: &Expr, flags: ASTFlags) -> Tree {
        let (index, more): (&Expr, Option<(&Expr, ASTFlags, bool)>) = match rest {
            Expr::Dot(parts, inner, _) if !flags.intersects(ASTFlags::BREAK) => {
                (&parts.lhs, Some((&parts.rhs, *inner, true)))
            }
            Expr::Index(parts, inner, _) if !flags.intersects(ASTFlags::BREAK) => {
                (&parts.lhs, Some((&parts.rhs, *inner, false)))
            }
            other => (other, None),
        };
        let index = self.expr(index);
        let at = self.lexed.balance(base.at.to(index.at));
        let tree = self.tree(Kind::Index(base.into(), index.into()), at);
        match more {
            None => tree,
            Some((rest, _, true)) => self.chain(tree, rest),
            Some((rest, inner, false)) => self.indexed(tree, rest, inner),
        }
    }

    /// `|x| …`: its body runs to the comma or bracket that ends the argument.
    pub(super) fn closure(&mut self, expr: &Expr, here: Extent) -> Option<Tree> {
        let is =
            matches!(expr, Expr::DynamicConstant(..) | Expr::Stmt(..)) && matches!(self.lexed.slice(here), "|" | "||");
        if !is {
            return None;
        }
        let first = self.lexed.index_at(here.start as usize)?;
        let mut parameters = Vec::new();
        let mut i = first + 1;
        if self.lexed.slice(here) == "|" {
            while let Some(token) = self.lexed.tokens.get(i) {
                i += 1;
                match self.lexed.slice(token.at) {
                    "|" => break,
                    "," => {}
                    name => parameters.push(name.to_string()),
                }
            }
        }
        let start = self.lexed.tokens.get(i)?.at.start;
        let mut end = start;
        while let Some(token) = self.lexed.tokens.get(i) {
            match token.kind {
                TokenKind::Open => i = token.mate.max(i),
                TokenKind::Close => break,
                _ if matches!(self.lexed.slice(token.at), "," | ";") => break,
                _ => {}
            }
            end = end.max(self.lexed.tokens[i].at.end);
            i += 1;
        }
        let at = Extent { start, end };
        let body = self.part(at, at);
        Some(Tree { kind: Kind::Closure { parameters, body: unwrapped(body).into() }, at: here.to(at) })
    }
}
