//! The only user of rhai's parser: a script's text → our tree, or what is wrong with it in plain words.
//! rhai's tree does not keep where a node ends, the labels of a `switch`, or the bodies of closures by
//! place: those are found through the tokens, and parsed by rhai on their own.

mod chains;
mod statements;
mod switches;

use std::sync::{Arc, LazyLock};

use rhai::{ASTFlags, Engine, Expr, FnCallExpr, OptimizationLevel, Position, Stmt, StmtBlock};

use super::codes;
use super::foreign;
use super::lex::{Kind as TokenKind, Lexed};
use super::mistakes::{self, Problem};
use super::tree::{Arithmetic, Arm, Comparison, Extent, Kind, Tree};
use super::{limits, vocabulary};
use crate::diagnostic::Said;
use crate::said;

static PARSER: LazyLock<Engine> = LazyLock::new(|| {
    let mut engine = Engine::new_raw();
    engine.set_optimization_level(OptimizationLevel::None);
    limits::apply(&mut engine);
    engine
});

/// A function of a `.rhai` file.
#[derive(Clone, Debug)]
pub(super) struct FunctionTree {
    pub name: String,
    pub parameters: Vec<String>,
    pub body: Tree,
    /// `fn name(parameters)`.
    pub head: Extent,
}

/// Parses one expression (which may hold `let`s and blocks).
pub(super) fn expression(text: &str) -> Result<Tree, Vec<Problem>> {
    let lexed = Lexed::new(text);
    if lexed.tokens.is_empty() {
        return Err(vec![
            Problem::new(
                &codes::SYNTAX,
                said!("nothing is written here"),
                Extent::new(0, text.len()),
                said!("an expression is expected"),
            )
            .help(said!("write an expression, such as `wait_seconds <= 20`")),
        ]);
    }
    foreign::before_parsing(&lexed)?;
    let ast = PARSER.compile(text).map_err(|e| vec![mistakes::explained(&e, &lexed)])?;
    let mut lower = Lower::new(&lexed);
    if let Some(function) = ast.iter_fn_def().find(|f| !f.name.starts_with("anon$")) {
        let at = lower.extent(function.body.start_position());
        lower.problems.push(
            Problem::new(
                &codes::UNSUPPORTED,
                said!("function `{name}` is defined inside an expression", name = function.name.as_str()),
                at,
                said!("not here"),
            )
            .help(said!("move it to a `.rhai` file beside `evenhand.yaml`; every expression can call it from there")),
        );
    }
    let tree = lower.block(ast.statements(), Extent::new(0, text.len()));
    if lower.problems.is_empty() { Ok(unwrapped(tree)) } else { Err(lower.problems) }
}

/// Parses a file of functions.
pub(super) fn functions(text: &str) -> (Vec<FunctionTree>, Vec<Problem>) {
    let lexed = Lexed::new(text);
    let ast = match foreign::before_functions(&lexed)
        .and_then(|()| PARSER.compile(text).map_err(|e| vec![mistakes::explained(&e, &lexed)]))
    {
        Ok(ast) => ast,
        Err(problems) => return (Vec::new(), problems),
    };
    let mut lower = Lower::new(&lexed);
    if let Some(statement) = ast.statements().iter().find(|s| !s.is_noop()) {
        let at = lower.extent(statement.position());
        lower.problems.push(
            Problem::new(
                &codes::UNSUPPORTED,
                said!("a statement stands outside every function"),
                at,
                said!("a file of functions holds functions only"),
            )
            .help(said!("put it inside a function: `fn name(x) { … }`")),
        );
    }
    let mut found: Vec<_> = ast.iter_fn_def().filter(|f| !f.name.starts_with("anon$")).collect();
    found.sort_by_key(|f| (f.body.start_position().line(), f.body.start_position().position()));
    let mut functions = Vec::new();
    for function in found {
        let open = lower.offset(function.body.start_position());
        let Some(braces) = lexed.closing(open, "{") else { continue };
        let inner = Extent { start: braces.start + 1, end: braces.end - 1 };
        let body = lower.part(inner, braces);
        functions.push(FunctionTree {
            name: function.name.to_string(),
            parameters: function.params.iter().map(ToString::to_string).collect(),
            body,
            head: lower.head(open),
        });
    }
    (functions, lower.problems)
}

/// A word or a sign of the language in a sentence.
fn code(written: &str) -> Said {
    Said::verbatim(format!("`{written}`"))
}

/// A block of one expression is that expression.
fn unwrapped(tree: Tree) -> Tree {
    match tree.kind {
        Kind::Block(mut list) if list.len() == 1 && !matches!(list[0].kind, Kind::Let { .. }) => list.remove(0),
        kind => Tree { kind, at: tree.at },
    }
}

struct Lower<'a> {
    lexed: &'a Lexed<'a>,
    problems: Vec<Problem>,
    depth: usize,
}

impl<'a> Lower<'a> {
    fn new(lexed: &'a Lexed<'a>) -> Self {
        Self { lexed, problems: Vec::new(), depth: 0 }
    }

    fn offset(&self, position: Position) -> usize {
        match (position.line(), position.position()) {
            (Some(line), column) => self.lexed.offset(line, column.unwrap_or(1)),
            _ => 0,
        }
    }

    /// The token at a position.
    fn extent(&self, position: Position) -> Extent {
        self.lexed.word_at(self.offset(position))
    }

    fn tree(&self, kind: Kind, at: Extent) -> Tree {
        Tree { kind, at }
    }

    fn refuse(&mut self, what: Said, at: Extent, help: Said) -> Tree {
        self.problems.push(
            Problem::new(
                &codes::UNSUPPORTED,
                said!("{what} can't be used here", what),
                at,
                said!("not part of the language"),
            )
            .help(help),
        );
        Tree { kind: Kind::Missing, at }
    }

    /// `fn name(…)` before the brace at `open`.
    fn head(&self, open: usize) -> Extent {
        let brace = self.lexed.index_from(open);
        let start = self.lexed.tokens.iter().take(brace).rev().find(|t| self.lexed.slice(t.at) == "fn");
        let end = brace.checked_sub(1).and_then(|i| self.lexed.tokens.get(i));
        match (start, end) {
            (Some(start), Some(end)) => start.at.to(end.at),
            _ => self.lexed.word_at(open),
        }
    }

    /// Has rhai parse a stretch of the text on its own, at its own place.
    fn part(&mut self, at: Extent, outer: Extent) -> Tree {
        let masked: String = self
            .lexed
            .text
            .char_indices()
            .take_while(|(i, _)| *i < at.end as usize)
            .map(|(i, c)| if i >= at.start as usize || c == '\n' { c } else { ' ' })
            .collect();
        match PARSER.compile(&masked) {
            Ok(ast) => self.block(ast.statements(), outer),
            Err(e) => {
                self.problems.push(mistakes::explained(&e, self.lexed));
                Tree { kind: Kind::Missing, at: outer }
            }
        }
    }

    fn expr(&mut self, expr: &Expr) -> Tree {
        self.depth += 1;
        let tree = if self.depth > limits::TREE_DEPTH {
            let at = self.extent(expr.start_position());
            if self.problems.iter().all(|p| p.code != &codes::TOO_DEEP) {
                self.problems.push(
                    Problem::new(
                        &codes::TOO_DEEP,
                        said!("the expression is nested too deeply"),
                        at,
                        said!("from here on"),
                    )
                    .help(said!("cut it into smaller functions in a `.rhai` file")),
                );
            }
            Tree { kind: Kind::Missing, at }
        } else {
            self.lower(expr)
        };
        self.depth -= 1;
        tree
    }

    fn lower(&mut self, expr: &Expr) -> Tree {
        let position = if matches!(expr, Expr::FnCall(..) | Expr::Dot(..) | Expr::Index(..)) {
            expr.start_position()
        } else {
            expr.position()
        };
        let here = self.extent(position);
        if let Some(closure) = self.closure(expr, here) {
            return closure;
        }
        match expr {
            Expr::BoolConstant(value, _) => self.tree(Kind::YesNo(*value), here),
            Expr::IntegerConstant(value, _) => self.number(*value as f64, here),
            Expr::FloatConstant(value, _) => self.number(**value, here),
            Expr::StringConstant(value, _) => self.tree(Kind::Text(Arc::from(value.as_str())), here),
            Expr::CharConstant(value, _) => {
                self.problems.push(mistakes::single_quotes(&value.to_string(), here));
                self.tree(Kind::Missing, here)
            }
            Expr::Unit(_) => {
                let at = self.lexed.balance(here);
                self.tree(Kind::Missing, at)
            }
            Expr::Variable(parts, ..) => self.tree(Kind::Name(vec![(parts.1.to_string(), here)]), here),
            Expr::InterpolatedString(parts, _) => {
                let at = parts.first().map_or(here, |p| self.extent(p.start_position()));
                let list = parts.iter().map(|p| unwrapped(self.expr(p))).collect();
                self.tree(Kind::Joined(list), if here.end > here.start { here } else { at })
            }
            Expr::Array(items, _) => {
                let list = items.iter().map(|i| self.expr(i)).collect();
                let at = self.lexed.balance(here);
                self.tree(Kind::List(list), at)
            }
            Expr::And(parts, _) => self.joined(parts, Kind::And),
            Expr::Or(parts, _) => self.joined(parts, Kind::Or),
            Expr::Coalesce(parts, _) => self.joined(parts, Kind::Coalesce),
            Expr::FnCall(call, position) => self.call(call, *position),
            Expr::Dot(parts, ..) => {
                let base = self.expr(&parts.lhs);
                self.chain(base, &parts.rhs)
            }
            Expr::Index(parts, flags, _) => {
                let base = self.expr(&parts.lhs);
                self.indexed(base, &parts.rhs, *flags)
            }
            Expr::Stmt(block) => self.inner_block(block),
            Expr::Map(..) => {
                self.refuse(said!("an object map `#{…}`"), here, said!("use a function with `switch`, or `let` names"))
            }
            Expr::ThisPtr(_) => self.refuse(code("this"), here, said!("name a parameter: `fn f(x) { x + 1 }`")),
            _ => self.refuse(said!("this"), here, said!("see the language in the guide")),
        }
    }

    fn number(&mut self, value: f64, here: Extent) -> Tree {
        let at = if self.lexed.slice(here) == "-" {
            let next = self.lexed.index_from(here.end as usize);
            self.lexed.tokens.get(next).map_or(here, |t| here.to(t.at))
        } else {
            here
        };
        if !value.is_finite() {
            self.problems.push(
                Problem::new(
                    &codes::SYNTAX,
                    said!("`{number}` is too large a number", number = self.lexed.slice(at)),
                    at,
                    said!("out of range"),
                )
                .help(said!("the largest number is about 1.8e308")),
            );
        }
        self.tree(Kind::Number(value), at)
    }

    fn inner_block(&mut self, block: &StmtBlock) -> Tree {
        let start = self.offset(block.position());
        if self.lexed.text_at(start) == "{" {
            return self.braces(block);
        }
        let here = self.lexed.word_at(start);
        let tree = self.block(block.statements(), here);
        match &tree.kind {
            Kind::Block(list) if list.len() == 1 => unwrapped(Tree { at: list[0].at, ..tree }),
            _ => tree,
        }
    }

    fn joined(&mut self, parts: &[Expr], kind: fn(Vec<Tree>) -> Kind) -> Tree {
        let list: Vec<Tree> = parts.iter().map(|p| self.expr(p)).collect();
        let at = list.iter().map(|t| t.at).reduce(Extent::to).unwrap_or_default();
        Tree { at: self.lexed.balance(at), kind: kind(list) }
    }

    fn call(&mut self, call: &FnCallExpr, position: Position) -> Tree {
        let name_at = self.extent(position);
        if call.is_qualified() {
            return self.refuse(code("::"), name_at, said!("call the function by its name alone"));
        }
        if call.op_token.is_some()
            || (call.name == "contains" && matches!(self.lexed.slice(name_at), "in" | "!in" | "!"))
        {
            return self.operator(call, name_at);
        }
        let name = call.name.to_string();
        if let Some(help) = vocabulary::forbidden(&name) {
            return self.refuse(code(&name), name_at, help);
        }
        let arguments: Vec<Tree> = call.args.iter().map(|a| self.expr(a)).collect();
        let at = match self.lexed.closing(name_at.end as usize, "(") {
            Some(round) => name_at.to(round),
            None => name_at,
        };
        self.tree(Kind::Call { name, name_at, arguments }, at)
    }

    fn operator(&mut self, call: &FnCallExpr, sign: Extent) -> Tree {
        let mut arguments: Vec<Tree> = call.args.iter().map(|a| self.expr(a)).collect();
        let whole = arguments.iter().map(|a| a.at).fold(sign, Extent::to);
        let at = self.lexed.balance(whole);
        let name = call.name.as_str();
        let (second, first) = (arguments.pop(), arguments.pop());
        let kind = match (name, first, second) {
            ("!", None, Some(x)) => Kind::Not(x.into()),
            ("-", None, Some(x)) => Kind::Negate(x.into()),
            ("+", None, Some(x)) => return Tree { at, ..x },
            ("contains", Some(list), Some(item)) => Kind::In { item: item.into(), list: list.into() },
            (".." | "..=", Some(from), Some(to)) => {
                Kind::Range { from: from.into(), to: to.into(), inclusive: name == "..=" }
            }
            (_, Some(a), Some(b)) => {
                if let Some((_, operator)) = Arithmetic::ALL.iter().find(|(s, _)| *s == name) {
                    Kind::Arithmetic(*operator, a.into(), b.into())
                } else if let Some((_, operator)) = Comparison::ALL.iter().find(|(s, _)| *s == name) {
                    Kind::Comparison(*operator, a.into(), b.into())
                } else {
                    return self.unknown_operator(name, sign);
                }
            }
            _ => return self.unknown_operator(name, sign),
        };
        self.tree(kind, at)
    }

    fn unknown_operator(&mut self, name: &str, at: Extent) -> Tree {
        let help = match name {
            "|" => said!("write `||` for or"),
            "&" => said!("write `&&` for and"),
            "^" => said!("write `**` for a power"),
            _ => said!("use + - * / % ** == != < <= > >= && || ! ?? in"),
        };
        self.refuse(code(name), at, help)
    }
}
