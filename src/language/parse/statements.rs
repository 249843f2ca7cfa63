//! Statements.

use super::*;

impl Lower<'_> {
    pub(super) fn block(&mut self, statements: &[Stmt], at: Extent) -> Tree {
        let list: Vec<Tree> = statements
            .iter()
            .filter(|s| !matches!(s, Stmt::Noop(_) | Stmt::Share(_)))
            .map(|s| self.statement(s))
            .collect();
        Tree { kind: Kind::Block(list), at }
    }

    pub(super) fn braces(&mut self, block: &StmtBlock) -> Tree {
        let start = self.offset(block.position());
        let at = match self.lexed.closing(start, "{") {
            Some(at) => at,
            None => self.lexed.word_at(start),
        };
        let tree = self.block(block.statements(), at);
        match &tree.kind {
            // `else if` has no braces of its own.
            Kind::Block(list) if list.len() == 1 && self.lexed.text_at(start) != "{" => {
                let at = list[0].at;
                Tree { at, ..tree }
            }
            _ => tree,
        }
    }

    pub(super) fn statement(&mut self, statement: &Stmt) -> Tree {
        let here = self.extent(statement.position());
        match statement {
            Stmt::Expr(e) => self.expr(e),
            Stmt::FnCall(call, position) => self.call(call, *position),
            Stmt::Block(block) => self.braces(block),
            Stmt::If(flow, _) => {
                let condition = self.expr(&flow.expr);
                let then = self.braces(&flow.body);
                let otherwise =
                    (!flow.branch.position().is_none() && !(flow.branch.is_empty())).then(|| self.braces(&flow.branch));
                let at = here.to(otherwise.as_ref().map_or(then.at, |o| o.at));
                let kind =
                    Kind::If { condition: condition.into(), then: then.into(), otherwise: otherwise.map(Box::new) };
                self.tree(kind, at)
            }
            Stmt::Switch(switch, _) => self.switch(&switch.0, &switch.1, here),
            Stmt::While(flow, _) => {
                let condition = (!matches!(flow.expr, Expr::Unit(_))).then(|| Box::new(self.expr(&flow.expr)));
                let body = self.braces(&flow.body);
                let at = here.to(body.at);
                self.tree(Kind::While { condition, body: body.into() }, at)
            }
            Stmt::For(parts, _) => {
                let (name, counter, flow) = parts.as_ref();
                let over = self.expr(&flow.expr);
                let body = self.braces(&flow.body);
                let at = here.to(body.at);
                let counter = counter.as_ref().map(|c| c.name.to_string());
                self.tree(Kind::For { name: name.name.to_string(), counter, over: over.into(), body: body.into() }, at)
            }
            Stmt::Var(parts, ..) => {
                let value = self.expr(&parts.1);
                let at = here.to(value.at);
                self.tree(Kind::Let { name: parts.0.name.to_string(), value: value.into() }, at)
            }
            Stmt::Assignment(parts) => self.assignment(&parts.0, &parts.1.lhs, &parts.1.rhs),
            Stmt::BreakLoop(None, flags, _) => {
                self.tree(if flags.intersects(ASTFlags::BREAK) { Kind::Break } else { Kind::Continue }, here)
            }
            Stmt::BreakLoop(Some(_), ..) => self.refuse(
                said!("`break` with a value"),
                here,
                said!("assign the value to a name before the loop ends"),
            ),
            Stmt::Return(value, flags, _) if !flags.intersects(ASTFlags::BREAK) => {
                let value = value.as_ref().map(|v| Box::new(self.expr(v)));
                let at = value.as_ref().map_or(here, |v| here.to(v.at));
                self.tree(Kind::Return(value), at)
            }
            Stmt::Return(..) => self.refuse(code("throw"), here, said!("give `()` where there is no answer")),
            Stmt::Do(..) => self.refuse(code("do"), here, said!("write `while condition { … }`")),
            Stmt::TryCatch(..) => self.refuse(
                code("try"),
                here,
                said!("nothing fails here: what can't be computed is missing; use `??` or `is_missing(x)`"),
            ),
            Stmt::Import(..) | Stmt::Export(..) => self.refuse(
                said!("`import` and `export`"),
                here,
                said!("every `.rhai` file beside `evenhand.yaml` is read; call its functions by name"),
            ),
            _ => self.refuse(said!("this"), here, said!("see the language in the guide")),
        }
    }

    pub(super) fn assignment(&mut self, operation: &rhai::OpAssignment, target: &Expr, value: &Expr) -> Tree {
        let sign = self.extent(operation.position());
        let target = self.expr(target);
        let value = self.expr(value);
        let at = target.at.to(value.at);
        let operator = match operation.get_op_assignment_info() {
            None => None,
            Some((.., written)) => match Arithmetic::ALL.iter().find(|(s, _)| *s == written) {
                Some((_, operator)) => Some(*operator),
                None => return self.refuse(code(&format!("{written}=")), sign, said!("use + - * / % or **")),
            },
        };
        match &target.kind {
            Kind::Name(path) if path.len() == 1 => {
                let (name, name_at) = (path[0].0.clone(), path[0].1);
                self.tree(Kind::Assign { name, name_at, operator, value: value.into() }, at)
            }
            _ => {
                let written = self.lexed.slice(target.at);
                self.problems.push(mistakes::assignment(written, sign, self.lexed.slice(value.at)));
                Tree { kind: Kind::Missing, at }
            }
        }
    }
}
