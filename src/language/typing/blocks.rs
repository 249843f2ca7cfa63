//! Statements. Without loops they are values too: a name that an `if` may change becomes a choice, a
//! `return` a choice between it and the rest. Loops are typed here and left to the interpreter.

use super::*;

impl Typer<'_> {
    /// The body of a function or a whole expression: here `return` ends everything.
    pub(super) fn tail(&mut self, tree: &Tree) -> Node {
        match &tree.kind {
            Kind::Block(list) => self.block(list, tree.at, true),
            _ => self.block(std::slice::from_ref(tree), tree.at, true),
        }
    }

    pub(super) fn block(&mut self, list: &[Tree], at: Extent, tail: bool) -> Node {
        let outer = self.names.len();
        let node = self.statements(list, at, tail);
        self.names.truncate(outer);
        node
    }

    fn statements(&mut self, list: &[Tree], at: Extent, tail: bool) -> Node {
        for (i, statement) in list.iter().enumerate() {
            let last = i + 1 == list.len();
            let rest = list.get(i + 1..).unwrap_or_default();
            match &statement.kind {
                Kind::Return(value) => return self.returned(value.as_deref(), statement.at, tail),
                Kind::If { condition, then, otherwise } if tail && statement.returns() && !self.in_loop() => {
                    return self.parting(condition, then, otherwise.as_deref(), rest, statement.at);
                }
                Kind::Block(inner) if last => return self.block(inner, statement.at, tail),
                Kind::If { condition, then, otherwise } if last => {
                    return self.final_choice(condition, then, otherwise.as_deref(), statement.at, tail);
                }
                _ if self.effect(statement) => {}
                _ if last => return self.expr(statement),
                _ => self.unused(statement),
            }
        }
        Node::missing(Type::Missing, at)
    }

    fn in_loop(&self) -> bool {
        self.forced.is_some_and(|(_, why)| why == Reason::Loop)
    }

    fn returned(&mut self, value: Option<&Tree>, at: Extent, tail: bool) -> Node {
        let node = match value {
            Some(value) => self.expr(value),
            None => Node::missing(Type::Missing, at),
        };
        if !tail {
            self.force(at, Reason::EarlyReturn);
        }
        if self.forced.is_some() {
            self.returns.push(node.ty);
        }
        if tail { node } else { Node::opaque(Type::Missing, at) }
    }

    /// What only changes names. False where it is a value.
    fn effect(&mut self, statement: &Tree) -> bool {
        match &statement.kind {
            Kind::Let { name, value } => {
                let node = self.expr(value);
                let node = self.kept(node);
                self.names.push((name.clone(), node));
            }
            Kind::Assign { name, name_at, operator, value } => {
                self.assign(name, *name_at, *operator, value, statement.at)
            }
            Kind::Call { name, arguments, .. } if name == "push" && self.functions.get(name, 2).is_none() => {
                self.push(arguments, statement.at)
            }
            Kind::While { condition, body } => self.repeat(condition.as_deref(), body, statement.at),
            Kind::For { name, counter, over, body } => self.each(name, counter.as_deref(), over, body, statement.at),
            Kind::Break | Kind::Continue => self.force(statement.at, Reason::Loop),
            Kind::If { condition, then, otherwise }
                if !statement.assigned().is_empty() || statement.returns() || has_jumps(statement) =>
            {
                self.choice(condition, then, otherwise.as_deref(), statement.at);
            }
            Kind::Block(list) if !statement.assigned().is_empty() || statement.returns() || has_jumps(statement) => {
                self.block(list, statement.at, false);
            }
            Kind::Switch { .. } if !statement.assigned().is_empty() || statement.returns() || has_jumps(statement) => {
                // A `switch` that assigns is typed as a value, and interpreted.
                self.force(statement.at, Reason::SwitchThatAssigns);
                self.expr(statement);
            }
            _ => return false,
        }
        true
    }

    fn unused(&mut self, statement: &Tree) {
        self.expr(statement);
        let choice = matches!(statement.kind, Kind::If { .. } | Kind::Switch { .. } | Kind::Block(_));
        let help = if choice {
            said!("put round brackets around it, or give its value a name with `let`")
        } else {
            said!("give it a name with `let`, join it to what follows, or take it away")
        };
        self.report(
            Problem::new(&codes::UNUSED, said!("this value is not used"), statement.at, said!("something follows it"))
                .help(help),
        );
    }

    fn assign(
        &mut self,
        name: &str,
        name_at: Extent,
        operator: Option<super::super::tree::Arithmetic>,
        value: &Tree,
        at: Extent,
    ) {
        let Some(local) = self.local(name) else {
            self.expr(value);
            let written = self.written(value);
            return self.report(
                Problem::new(
                    &codes::ASSIGNMENT,
                    said!("`=` gives a name a value; it doesn't compare"),
                    at,
                    said!("no `let` made `{name}`", name),
                )
                .help(said!(
                    "to compare, write `{name} == {written}`; to keep a value, `let {name} = {written};`",
                    name,
                    written
                )),
            );
        };
        let before = self.names[local].1.clone();
        let node = match operator {
            None => self.expr(value),
            Some(operator) => {
                let left = Tree { kind: Kind::Name(vec![(name.to_string(), name_at)]), at: name_at };
                let right = self.expr(value);
                self.combined(operator, before.clone(), right, &left, value, at)
            }
        };
        let node = self.kept(node);
        self.rebind(local, before, node, at);
    }

    /// A name keeps its kind of value.
    fn rebind(&mut self, local: usize, before: Node, node: Node, at: Extent) {
        if before.ty != node.ty && before.ty != Type::Missing && node.ty != Type::Missing {
            let name = self.names[local].0.clone();
            self.report(
                Problem::new(
                    &codes::TYPES,
                    said!(
                        "`{name}` holds {before}, and here {now}",
                        name,
                        before = shown(before.ty),
                        now = shown(node.ty)
                    ),
                    at,
                    shown(node.ty),
                )
                .help(said!("use another name for another kind of value")),
            );
        }
        let ty = if node.ty == Type::Missing { before.ty } else { node.ty };
        self.names[local].1 = Node { ty, ..node };
    }

    fn push(&mut self, arguments: &[Tree], at: Extent) {
        let named = match arguments {
            [Tree { kind: Kind::Name(path), .. }, item] => {
                path.first().filter(|_| path.len() == 1).and_then(|(n, _)| self.local(n)).map(|l| (l, item))
            }
            _ => None,
        };
        let Some((local, item)) = named else {
            return self.report(
                Problem::new(
                    &codes::ARGUMENTS,
                    said!("`push` needs a list with a name, and one item"),
                    at,
                    said!("here"),
                )
                .help(said!("write `let list = []; list.push(x);`")),
            );
        };
        let node = self.expr(item);
        if !matches!(node.ty, Type::Number | Type::Missing) {
            let written = self.written(item);
            self.report(
                Problem::new(
                    &codes::TYPES,
                    said!("a list holds numbers, `{written}` is {found}", written, found = shown(node.ty)),
                    item.at,
                    shown(node.ty),
                )
                .help(said!("push numbers")),
            );
            return;
        }
        let before = self.names[local].1.clone();
        let one = Node::new(Op::List(vec![node]), Type::Numbers, at);
        let longer = Node::new(
            Op::Arithmetic(super::super::tree::Arithmetic::Add, before.clone().into(), one.into()),
            Type::Numbers,
            at,
        );
        let longer = if before.ty == Type::Numbers { self.kept(longer) } else { Node::opaque(Type::Numbers, at) };
        self.rebind(local, before, longer, at);
    }

    /// `if c { … return a } rest`: a choice between the branch and what follows.
    fn parting(&mut self, condition: &Tree, then: &Tree, otherwise: Option<&Tree>, rest: &[Tree], at: Extent) -> Node {
        let test = self.condition(condition, "if");
        let test = self.kept(test);
        let mut way = |branch: Option<&Tree>| {
            let mut list: Vec<Tree> = match branch {
                Some(Tree { kind: Kind::Block(list), .. }) => list.clone(),
                Some(other) => vec![other.clone()],
                None => Vec::new(),
            };
            // Only the last part of the whole is its value; a branch that goes on gives none.
            let leaves = branch.is_some_and(Tree::leaves);
            if !leaves && !rest.is_empty() {
                list.extend(rest.iter().cloned());
            }
            self.under_condition(|t| {
                t.scoped(|t| if t.too_large() { t.outgrown(at) } else { t.statements(&list, at, true) })
            })
        };
        let (yes, no) = (way(Some(then)), way(otherwise));
        let ty = self.joined(yes.ty, no.ty, at);
        folded(Node::new(Op::If(test.into(), yes.into(), no.into()), ty, at))
    }

    fn outgrown(&mut self, at: Extent) -> Node {
        self.force(at, Reason::TooLarge);
        Node::opaque(Type::Missing, at)
    }

    fn final_choice(
        &mut self,
        condition: &Tree,
        then: &Tree,
        otherwise: Option<&Tree>,
        at: Extent,
        tail: bool,
    ) -> Node {
        if tail && (then.returns() || otherwise.is_some_and(Tree::returns)) && !self.in_loop() {
            return self.parting(condition, then, otherwise, &[], at);
        }
        self.choice(condition, then, otherwise, at)
    }

    /// `if`: its value, and a choice for every name that a branch changes.
    pub(super) fn choice(&mut self, condition: &Tree, then: &Tree, otherwise: Option<&Tree>, at: Extent) -> Node {
        let test = self.condition(condition, "if");
        let before = self.names.clone();
        let yes = self.under_condition(|t| t.expr(then));
        let after_yes = std::mem::replace(&mut self.names, before.clone());
        let no = match otherwise {
            Some(branch) => self.under_condition(|t| t.expr(branch)),
            None => Node::missing(Type::Missing, at),
        };
        let after_no = std::mem::replace(&mut self.names, before.clone());
        // What is assigned counts, not what differs: on a missing test even `p = p` is missing.
        let names = then.assigned().into_iter().chain(otherwise.map(Tree::assigned).unwrap_or_default());
        let changed: std::collections::BTreeSet<usize> = names.filter_map(|name| self.local(&name)).collect();
        let test = if changed.is_empty() { test } else { self.kept(test) };
        for i in changed {
            let (a, b) = (after_yes[i].1.clone(), after_no[i].1.clone());
            let ty = self.joined(a.ty, b.ty, at);
            let chosen = folded(Node::new(Op::If(test.clone().into(), a.into(), b.into()), ty, at));
            self.names[i].1 = self.kept(chosen);
        }
        let ty = self.joined(yes.ty, no.ty, at);
        folded(Node::new(Op::If(test.into(), yes.into(), no.into()), ty, at))
    }

    fn repeat(&mut self, condition: Option<&Tree>, body: &Tree, at: Extent) {
        self.force(at, Reason::Loop);
        self.settle(body, at, |t| {
            if let Some(condition) = condition {
                t.condition(condition, "while");
            }
        });
    }

    fn each(&mut self, name: &str, counter: Option<&str>, over: &Tree, body: &Tree, at: Extent) {
        self.force(at, Reason::Loop);
        let ty = self.items_of(over);
        let outer = self.names.len();
        self.names.push((name.to_string(), Node::opaque(ty, over.at)));
        if let Some(counter) = counter {
            self.names.push((counter.to_string(), Node::opaque(Type::Number, over.at)));
        }
        self.settle(body, at, |_| {});
        self.names.truncate(outer);
    }

    /// What a `for` goes through: a range, a list, or a list of text that stands here.
    fn items_of(&mut self, over: &Tree) -> Type {
        match &over.kind {
            Kind::Range { from, to, .. } => {
                for end in [from, to] {
                    let node = self.expr(end);
                    if !matches!(node.ty, Type::Number | Type::Missing) {
                        let written = self.written(end);
                        self.report(
                            Problem::new(
                                &codes::TYPES,
                                said!(
                                    "a range goes from number to number, `{written}` is {found}",
                                    written,
                                    found = shown(node.ty)
                                ),
                                end.at,
                                shown(node.ty),
                            )
                            .help(said!("write `0..n`")),
                        );
                    }
                }
                Type::Number
            }
            Kind::List(items) => {
                let types: Vec<Type> = items.iter().map(|i| self.expr(i).ty).collect();
                types.into_iter().fold(Type::Missing, |a, b| self.joined(a, b, over.at))
            }
            _ => {
                let node = self.expr(over);
                if !matches!(node.ty, Type::Numbers | Type::Missing) {
                    let written = self.written(over);
                    self.report(
                        Problem::new(
                            &codes::TYPES,
                            said!("`for` goes through a list, `{written}` is {found}", written, found = shown(node.ty)),
                            over.at,
                            shown(node.ty),
                        )
                        .help(said!("write `for x in parts { … }` or `for i in 0..n { … }`")),
                    );
                }
                Type::Number
            }
        }
    }

    /// Types a loop's body twice: what it assigns the first time stands at its start the second time.
    fn settle(&mut self, body: &Tree, at: Extent, mut before: impl FnMut(&mut Self)) {
        let entry = self.names.clone();
        for _ in 0..2 {
            before(self);
            self.under_condition(|t| t.expr(body));
            for (i, (_, before)) in entry.iter().enumerate().take(self.names.len()) {
                let ty = self.joined(before.ty, self.names[i].1.ty, at);
                self.names[i].1 = Node::opaque(ty, at);
            }
        }
    }
}

fn has_jumps(tree: &Tree) -> bool {
    tree.any(&|t| {
        matches!(t.kind, Kind::Break | Kind::Continue | Kind::While { .. } | Kind::For { .. })
            || matches!(&t.kind, Kind::Call { name, .. } if name == "push")
    })
}
