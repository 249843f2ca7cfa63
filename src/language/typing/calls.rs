//! Calls: the author's functions, the built-in ones, list functions with closures, and those of the host.

use std::collections::BTreeSet;

use super::super::functions::Function;
use super::super::script::Script;
use super::super::vocabulary::{self, Kernel, WITH_CLOSURE};
use super::super::{HostCall, script};
use super::*;
use crate::diagnostic::did_you_mean;

impl Typer<'_> {
    pub(super) fn call(&mut self, tree: &Tree, name: &str, name_at: Extent, arguments: &[Tree]) -> Node {
        if arguments.iter().any(|a| matches!(a.kind, Kind::Closure { .. })) {
            return self.with_closure(tree, name, name_at, arguments);
        }
        if name == "push" && self.functions.get(name, 2).is_none() {
            return self.misplaced(
                tree.at,
                said!("`push` is no value of its own"),
                said!("it stands on its own, and the list has a name: `list.push(x);`"),
            );
        }
        if let Some(function) = self.functions.get(name, arguments.len()) {
            let nodes = arguments.iter().map(|a| self.expr(a)).collect();
            return self.function(&function, nodes, tree.at);
        }
        let other = self.functions.named(name).next();
        if let Some(function) = other
            && vocabulary::named(name).next().is_none()
        {
            arguments.iter().for_each(|a| drop(self.expr(a)));
            let (wants, has) = (function.parameters.len(), arguments.len());
            self.report(
                Problem::new(
                    &codes::ARGUMENTS,
                    said!("`{name}` takes {needed}, not {found}", name, needed = counted(wants), found = has),
                    tree.at,
                    said!("the wrong number of arguments"),
                )
                .help(said!(
                    "write `{name}({parameters})`",
                    name,
                    parameters = function.parameters.join(", ")
                )),
            );
            return Node::opaque(Type::Missing, tree.at);
        }
        if vocabulary::named(name).next().is_some() {
            return self.builtin(tree, name, arguments);
        }
        self.host(tree, name, name_at, arguments)
    }

    fn builtin(&mut self, tree: &Tree, name: &str, arguments: &[Tree]) -> Node {
        let at = tree.at;
        let nodes: Vec<Node> = arguments.iter().map(|a| self.expr(a)).collect();
        let types: Vec<Type> = nodes.iter().map(|n| n.ty).collect();
        if let ("date", [node]) = (name, nodes.as_slice())
            && let Some(Value::Text(text)) = node.value()
        {
            let written = text.clone();
            let moment = self.date(&written, arguments.first().unwrap_or(tree));
            // What is no date has been reported.
            return if matches!(moment.op, Op::Opaque) { moment } else { self.builtin_of(name, vec![moment], at) };
        }
        if let ("contains", [list, item], [list_tree, item_tree]) = (name, nodes.as_slice(), arguments)
            && list.ty == Type::Numbers
        {
            return self.held(item.clone(), list.clone(), item_tree, list_tree, at);
        }
        // Times as text, and more than two numbers for min and max.
        let nodes: Vec<Node> =
            nodes.into_iter().enumerate().map(|(i, n)| self.as_time(name, i, n, arguments)).collect();
        let types: Vec<Type> = nodes.iter().zip(types).map(|(n, _)| n.ty).collect();
        if matches!(name, "min" | "max")
            && types.len() > 2
            && types.iter().all(|t| matches!(t, Type::Number | Type::Missing))
        {
            let mut nodes = nodes.into_iter();
            let first = nodes.next().unwrap_or_else(|| Node::missing(Type::Number, at));
            return nodes.fold(first, |a, b| self.builtin_of(name, vec![a, b], at));
        }
        if vocabulary::fitting(name, &types).is_some() {
            return self.builtin_of(name, nodes, at);
        }
        self.wrong_arguments(tree, name, &types, arguments);
        let gives = vocabulary::named(name).next().map_or(Type::Missing, |b| b.gives);
        Node::opaque(gives, at)
    }

    /// `hours_between("2026-03-01", done)`: a text where a time is wanted.
    fn as_time(&mut self, name: &str, position: usize, node: Node, arguments: &[Tree]) -> Node {
        let wanted = vocabulary::named(name).all(|b| b.takes.get(position) == Some(&Some(Type::Time)));
        match arguments.get(position) {
            Some(tree) if wanted => self.dated(node, Type::Time, tree),
            _ => node,
        }
    }

    fn builtin_of(&mut self, name: &str, nodes: Vec<Node>, at: Extent) -> Node {
        let types: Vec<Type> = nodes.iter().map(|n| n.ty).collect();
        let Some(builtin) = vocabulary::fitting(name, &types) else { return Node::opaque(Type::Missing, at) };
        let knows_missing = matches!(builtin.kernel, Kernel::IsMissing);
        if types.contains(&Type::Missing) && !knows_missing {
            let opaque = nodes.iter().any(|n| matches!(n.op, Op::Opaque));
            return if opaque { Node::opaque(builtin.gives, at) } else { Node::missing(builtin.gives, at) };
        }
        folded(Node::new(Op::Call(builtin, nodes), builtin.gives, at))
    }

    fn wrong_arguments(&mut self, tree: &Tree, name: &str, types: &[Type], arguments: &[Tree]) {
        let usages = either(vocabulary::named(name).map(|b| Said::verbatim(format!("`{name}({})`", b.written))));
        let same_count = vocabulary::named(name).find(|b| b.takes.len() == types.len());
        let Some(builtin) = same_count else {
            let needed = either(vocabulary::named(name).map(|b| counted(b.takes.len())));
            return self.report(
                Problem::new(
                    &codes::ARGUMENTS,
                    said!("`{name}` takes {needed}, not {found}", name, needed, found = types.len()),
                    tree.at,
                    said!("the wrong number of arguments"),
                )
                .help(said!("write {usage}", usage = usages)),
            );
        };
        let wrong = builtin
            .takes
            .iter()
            .zip(types)
            .zip(arguments)
            .find(|((want, has), _)| want.is_some_and(|w| w != **has && **has != Type::Missing));
        let Some(((want, has), argument)) = wrong else { return };
        let needed = want.map_or_else(|| said!("a value"), shown);
        let written = self.written(argument);
        let help = match (want, has, &argument.kind) {
            (Some(Type::Number), Type::Text, Kind::Name(_)) => {
                said!("declare `{written}: number` in its source", written)
            }
            (Some(Type::Time), Type::Text, Kind::Name(_)) => said!("declare `{written}: time` in its source", written),
            (Some(Type::Text), Type::Number, _) => {
                said!("put it into a text: `${{written}}` between backticks", written)
            }
            (Some(Type::Number), Type::Duration, _) => {
                said!("a length divided by a length is a number: `(done - opened) / hours(1)`")
            }
            _ => said!("write {usage}", usage = usages),
        };
        self.report(
            Problem::new(
                &codes::ARGUMENTS,
                said!(
                    "`{name}` takes {needed} here, `{written}` is {found}",
                    name,
                    needed,
                    written,
                    found = shown(*has)
                ),
                argument.at,
                said!("{needed} is expected", needed),
            )
            .help(help),
        );
    }

    /// A function of the host, such as `met("answer_promptly", 3, 4)`: its arguments stand in the text.
    fn host(&mut self, tree: &Tree, name: &str, name_at: Extent, arguments: &[Tree]) -> Node {
        let known = self.scope.candidates().iter().any(|c| c == name);
        if !self.stack.is_empty() && known {
            self.report(
                Problem::new(
                    &codes::CALL,
                    said!("`{name}` can't be called inside a function", name),
                    tree.at,
                    said!("not here"),
                )
                .help(said!("call it in the expression and pass the result to the function")),
            );
            return Node::opaque(Type::Missing, tree.at);
        }
        let mut values = Vec::new();
        let mut computed = None;
        for argument in arguments {
            let constant = match &argument.kind {
                // A bare name where a quoted one is meant must not be looked up: it has another message.
                Kind::Name(_) if known && self.names.is_empty() => None,
                _ => self.expr(argument).value().cloned(),
            };
            match constant {
                Some(value) => values.push(value),
                None => computed = computed.or(Some(argument)),
            }
        }
        if let (Some(argument), true) = (computed, known) {
            let written = self.written(argument);
            let problem = if let Kind::Name(_) = argument.kind {
                let call = self.written(tree).replacen(&written, &format!("\"{written}\""), 1);
                // The function's own name may hold the argument's.
                let call = if call.starts_with(name) { call } else { format!("{name}(\"{written}\")") };
                let message = said!("the name `{written}` stands without quotes", written);
                Problem::new(&codes::CALL, message, argument.at, said!("a name goes in double quotes here"))
                    .help(said!("write `{written}`", written = call))
            } else {
                let message = said!("`{name}` takes a name or a number as it stands, not `{written}`", name, written);
                Problem::new(&codes::CALL, message, argument.at, said!("must stand in the text"))
                    .help(said!("write the name in double quotes and the numbers in digits"))
            };
            self.report(problem);
            return Node::opaque(Type::YesNo, tree.at);
        }
        match if computed.is_some() || !self.stack.is_empty() {
            HostCall::Unknown
        } else {
            self.scope.call(name, &values)
        } {
            HostCall::Bound(binding) => {
                self.bound.insert(tree.at, (binding.slot, binding.ty));
                Node::new(Op::Slot(binding.slot), binding.ty, tree.at)
            }
            HostCall::Wrong { argument, message, help } => {
                let at = argument.and_then(|i| arguments.get(i)).map_or(tree.at, |a| a.at);
                self.report(Problem::new(&codes::CALL, message, at, said!("here")).help(help));
                Node::opaque(Type::Missing, tree.at)
            }
            HostCall::Unknown => self.unknown_function(tree, name, name_at),
        }
    }

    fn unknown_function(&mut self, tree: &Tree, name: &str, name_at: Extent) -> Node {
        if self.functions.is_unread(name) {
            return Node::opaque(Type::Missing, tree.at);
        }
        let mut candidates: Vec<String> = vocabulary::TABLE.iter().map(|b| b.name.to_string()).collect();
        candidates.extend(WITH_CLOSURE.iter().map(|(n, _)| n.to_string()));
        candidates.extend(self.functions.names());
        candidates.extend(self.scope.candidates());
        let problem = Problem::new(
            &codes::UNKNOWN_FUNCTION,
            said!("unknown function `{name}`", name),
            name_at,
            said!("no function has this name"),
        );
        let problem = match did_you_mean(name, candidates.iter().map(String::as_str)) {
            Some(near) => problem.help(said!("did you mean `{near}`?", near)),
            None => {
                let built_in: BTreeSet<&str> = vocabulary::TABLE.iter().map(|b| b.name).collect();
                problem
                    .help(said!("define `fn {name}(…) { … }` in a `.rhai` file beside `evenhand.yaml`", name))
                    .help(said!("built in are {functions}", functions = Said::list(built_in)))
            }
        };
        self.report(problem);
        Node::opaque(Type::Missing, tree.at)
    }

    /// `parts.filter(|x| x > 50)`: interpreted.
    fn with_closure(&mut self, tree: &Tree, name: &str, name_at: Extent, arguments: &[Tree]) -> Node {
        self.force(tree.at, Reason::Closure);
        let Some((_, count)) = WITH_CLOSURE.iter().find(|(n, _)| *n == name) else {
            self.report(
                Problem::new(
                    &codes::UNSUPPORTED,
                    said!("`{name}` takes no closure", name),
                    name_at,
                    said!("not with a closure"),
                )
                .help(said!("closures are arguments of filter, map, some, all and reduce: `parts.filter(|x| x > 50)`")),
            );
            return Node::opaque(Type::Missing, tree.at);
        };
        let wanted = if name == "reduce" { 3 } else { 2 };
        let (Some(list), Some(Tree { kind: Kind::Closure { parameters, body }, at: closure_at })) =
            (arguments.first(), arguments.get(1))
        else {
            return self.wrong_closure(tree, name);
        };
        if parameters.len() != *count || arguments.len() != wanted {
            return self.wrong_closure(tree, name);
        }
        if body.returns() {
            self.report(
                Problem::new(
                    &codes::UNSUPPORTED,
                    said!("`return` can't be used in a closure"),
                    *closure_at,
                    said!("not here"),
                )
                .help(said!("the closure's last value is its result")),
            );
        }
        let node = self.expr(list);
        if !matches!(node.ty, Type::Numbers | Type::Missing) {
            let written = self.written(list);
            self.report(
                Problem::new(
                    &codes::ARGUMENTS,
                    said!(
                        "`{name}` takes {needed} here, `{written}` is {found}",
                        name,
                        needed = shown(Type::Numbers),
                        written,
                        found = shown(node.ty)
                    ),
                    list.at,
                    said!("a list is expected"),
                )
                .help(said!("use a list, such as `parts`")),
            );
        }
        let start = arguments.get(2).map(|t| self.expr(t).ty);
        let kinds = match start {
            Some(start) => vec![start, Type::Number],
            None => vec![Type::Number],
        };
        let result = self.scoped(|t| {
            t.names.extend(parameters.iter().zip(kinds).map(|(p, ty)| (p.clone(), Node::opaque(ty, *closure_at))));
            t.expr(body).ty
        });
        self.closure_result(name, result, start, body, tree.at)
    }

    fn closure_result(&mut self, name: &str, result: Type, start: Option<Type>, body: &Tree, at: Extent) -> Node {
        let (wants, gives) = match name {
            "filter" => (Type::YesNo, Type::Numbers),
            "map" => (Type::Number, Type::Numbers),
            "reduce" => (start.unwrap_or(result), start.unwrap_or(result)),
            _ => (Type::YesNo, Type::YesNo),
        };
        if result != wants && result != Type::Missing && wants != Type::Missing {
            self.report(
                Problem::new(
                    &codes::TYPES,
                    said!(
                        "the closure of `{name}` gives {found}, not {needed}",
                        name,
                        found = shown(result),
                        needed = shown(wants)
                    ),
                    body.at,
                    shown(result),
                )
                .help(said!("let it give {needed}", needed = shown(wants))),
            );
        }
        Node::opaque(if gives == Type::Missing { result } else { gives }, at)
    }

    fn wrong_closure(&mut self, tree: &Tree, name: &str) -> Node {
        let usage = match name {
            "reduce" => "list.reduce(|total, x| total + x, 0)",
            "map" => "list.map(|x| x * 2)",
            "some" => "list.some(|x| x < 50)",
            "all" => "list.all(|x| x >= 50)",
            _ => "list.filter(|x| x >= 50)",
        };
        self.report(
            Problem::new(
                &codes::ARGUMENTS,
                said!("`{name}` is called with the wrong arguments", name),
                tree.at,
                said!("a list and a closure are expected"),
            )
            .help(said!("write `{written}`", written = usage)),
        );
        Node::opaque(Type::Missing, tree.at)
    }

    /// An author's function: taken in, or interpreted.
    fn function(&mut self, function: &Arc<Function>, arguments: Vec<Node>, at: Extent) -> Node {
        let key = (function.name.clone(), arguments.iter().map(|a| a.ty.name()).collect::<Vec<_>>().join(","));
        let inside = self.stack.iter().any(|f| Arc::ptr_eq(f, function));
        if inside || self.stack.len() >= limits::CALLS {
            self.recursed = true;
            let ty = self.assumed.get(&key).copied().unwrap_or(Type::Missing);
            self.force(at, Reason::Recursion);
            return Node::opaque(ty, at);
        }
        let known = self.given.get(&key).copied().filter(|_| self.too_large());
        let before = self.diagnostics.len();
        let (body, reason) = match known {
            // Functions that call functions twice double; past the limit each is looked at once.
            Some(ty) => (Node::opaque(ty, at), Some((self.span(at), Reason::TooLarge))),
            None => self.settled_body(function, &key, &arguments),
        };
        let node = match reason {
            None => Node::new(Op::Inlined(body.without_places().into()), Type::Missing, at),
            Some(found) => {
                self.interpreted.push(found);
                if self.conditional > 0 {
                    // A script that may not be reached must not run, and not break a limit.
                    self.force(at, found.1);
                }
                // What holds mistakes can't be interpreted, and they have been told.
                if self.diagnostics.len() > before {
                    return Node::opaque(body.ty, at);
                }
                match script::of_function(self.functions, function, body.ty) {
                    Ok(made) => Node::new(Op::Script(Arc::new(made), arguments), Type::Missing, at),
                    Err(problem) => {
                        self.report(Problem { at, ..problem });
                        Node::opaque(Type::Missing, at)
                    }
                }
            }
        };
        match &node.op {
            Op::Inlined(inner) if inner.value().is_some() => Node { op: inner.op.clone(), ty: inner.ty, at },
            Op::Inlined(inner) => Node { ty: inner.ty, ..node },
            Op::Script(script, _) => Node { ty: Script::ty(script), ..node },
            _ => node,
        }
    }

    /// The body, typed once more where it calls itself.
    fn settled_body(
        &mut self,
        function: &Arc<Function>,
        key: &(String, String),
        arguments: &[Node],
    ) -> (Node, Option<(Span, Reason)>) {
        let outer_recursed = std::mem::take(&mut self.recursed);
        let (mut body, mut reason) = self.body(function, arguments);
        if self.recursed && body.ty == Type::Missing {
            let text = std::mem::replace(&mut self.text, function.text.clone());
            self.report(
                Problem::new(
                    &codes::FUNCTION,
                    said!("function `{name}` never ends", name = function.name),
                    function.head,
                    said!("every way through it calls it again"),
                )
                .help(said!("let one branch give a value without calling the function")),
            );
            self.text = text;
        } else if self.recursed {
            // Now the type of what it gives is known.
            self.assumed.insert(key.clone(), body.ty);
            (body, reason) = self.body(function, arguments);
        }
        self.recursed = outer_recursed;
        self.given.insert(key.clone(), body.ty);
        (body, reason)
    }

    /// The body for these arguments, and why it has to be interpreted.
    fn body(&mut self, function: &Arc<Function>, arguments: &[Node]) -> (Node, Option<(Span, Reason)>) {
        let steps = self.steps.len();
        let kept: Vec<Node> = arguments.iter().map(|a| self.kept(a.clone()).without_places()).collect();
        let names = function.parameters.iter().cloned().zip(kept).collect();
        let outer_names = std::mem::replace(&mut self.names, names);
        let outer_text = std::mem::replace(&mut self.text, function.text.clone());
        let outer_forced = self.forced.take();
        let outer_returns = std::mem::take(&mut self.returns);
        let outer_bound = std::mem::take(&mut self.bound);
        self.stack.push(function.clone());
        let mut body = self.tail(&function.body);
        let returned = std::mem::replace(&mut self.returns, outer_returns);
        for ty in returned {
            body.ty = self.joined(body.ty, ty, function.head);
        }
        if self.too_large() {
            self.force(function.head, Reason::TooLarge);
        }
        self.stack.pop();
        let reason = std::mem::replace(&mut self.forced, outer_forced);
        self.bound = outer_bound;
        self.names = outer_names;
        self.text = outer_text;
        if reason.is_some() {
            self.steps.truncate(steps);
        }
        (body, reason)
    }
}

fn counted(n: usize) -> Said {
    if n == 1 { said!("1 argument") } else { said!("{count} arguments", count = n) }
}

/// `one or other`
fn either(ways: impl Iterator<Item = Said>) -> Said {
    Said::either(ways)
}
