//! The sandbox: a bare rhai engine that knows our operators and functions and nothing else. It has no
//! modules, no `eval`, no printing, no clock, and every limit is set.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use rhai::{
    AST, Array, CallFnOptions, Dynamic, Engine, EvalAltResult, ImmutableString, Module, NativeCallContext,
    OptimizationLevel, ParseError, Position, Scope,
};

use super::super::clock::Written;
use super::super::fault::Fault;
use super::super::tree::{Arithmetic, Comparison};
use super::super::vocabulary::{self, TABLE};
use super::super::{Calendar, Type, Value, limits, scalar};
use super::print::{arithmetic_name, comparison_name};

type Answer = Result<Dynamic, Box<EvalAltResult>>;

/// A moment inside the engine.
#[derive(Clone, Copy)]
struct Moment(i64);

/// A length of time inside the engine.
#[derive(Clone, Copy)]
struct Length(i64);

/// What every call may look at; it travels as the engine's tag.
#[derive(Clone)]
struct Around {
    calendar: Arc<Calendar>,
    divided_by_zero: Arc<AtomicBool>,
}

/// The numbers of a range, one by one: a long range costs operations, not memory.
#[derive(Clone)]
struct Steps {
    next: f64,
    end: f64,
    inclusive: bool,
}

impl Iterator for Steps {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        let goes_on = if self.inclusive { self.next <= self.end } else { self.next < self.end };
        let now = self.next;
        self.next += 1.0;
        goes_on.then_some(now)
    }
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut engine = Engine::new_raw();
    engine.set_optimization_level(OptimizationLevel::None);
    limits::apply(&mut engine);
    // The printed text is nested more deeply than the author's, which was already checked.
    engine.set_max_expr_depths(0, 0);
    engine.set_fast_operators(false);
    engine.set_strict_variables(true);
    for symbol in ["eval", "import", "export", "try", "throw", "print", "debug"] {
        engine.disable_symbol(symbol);
    }
    engine.register_iterator::<Steps>();
    // A bare engine can't go through an array: that is in a package of rhai's.
    let mut arrays = Module::new();
    arrays.set_iterable::<Array>();
    engine.register_global_module(arrays.into());
    engine.register_type_with_name::<Moment>("time").register_type_with_name::<Length>("duration");
    operators(&mut engine);
    functions(&mut engine);
    lists(&mut engine);
    engine
});

pub(super) fn compile(text: &str) -> Result<AST, ParseError> {
    ENGINE.compile(text)
}

/// Runs where deep recursion meets our limit before the end of the stack. None if it panicked or no thread could start.
pub(super) fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("script".to_string())
            .stack_size(limits::STACK)
            .spawn_scoped(scope, work)
            .ok()?;
        thread.join().ok()
    })
}

/// Why a script stopped, and where.
pub(super) struct Failure {
    pub fault: Fault,
    pub position: Position,
}

/// Calls a function once; also says whether a division by zero happened.
pub(super) fn call(
    ast: &AST,
    entry: &str,
    arguments: Vec<Value>,
    calendar: &Arc<Calendar>,
) -> Result<(Value, bool), Failure> {
    let divided_by_zero = Arc::new(AtomicBool::new(false));
    let around = Around { calendar: calendar.clone(), divided_by_zero: divided_by_zero.clone() };
    let options = CallFnOptions::new().eval_ast(false).with_tag(Dynamic::from(around));
    let arguments: Vec<Dynamic> = arguments.into_iter().map(dynamic).collect();
    let result = ENGINE.call_fn_with_options::<Dynamic>(options, &mut Scope::new(), ast, entry, arguments);
    match result {
        Ok(found) => match value(&found) {
            Some(value) => Ok((value, divided_by_zero.load(Ordering::Relaxed))),
            None => {
                Err(Failure { fault: Fault::GaveStranger(found.type_name().to_string()), position: Position::NONE })
            }
        },
        Err(e) => Err(failure(&e, Position::NONE)),
    }
}

fn failure(error: &EvalAltResult, outer: Position) -> Failure {
    let position = if error.position().is_none() { outer } else { error.position() };
    let fault = match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => return failure(inner, position),
        EvalAltResult::ErrorTooManyOperations(_) => Fault::Operations,
        EvalAltResult::ErrorStackOverflow(_) => Fault::Depth,
        EvalAltResult::ErrorDataTooLarge(what, _) if what.contains("string") => Fault::Text,
        EvalAltResult::ErrorDataTooLarge(..) => Fault::List,
        EvalAltResult::ErrorTooManyVariables(_) => Fault::Names,
        // Our own operators and functions stop a script by a fault.
        EvalAltResult::ErrorRuntime(found, _) => {
            found.clone().try_cast().unwrap_or_else(|| Fault::Other(found.to_string().to_lowercase()))
        }
        other => Fault::Other(other.to_string().to_lowercase()),
    };
    Failure { fault, position }
}

fn value(dynamic: &Dynamic) -> Option<Value> {
    if dynamic.is_unit() {
        return Some(Value::Missing);
    }
    if let Ok(x) = dynamic.as_float() {
        return Some(scalar::of_number(x));
    }
    if let Ok(b) = dynamic.as_bool() {
        return Some(Value::YesNo(b));
    }
    if let Some(text) = dynamic.read_lock::<ImmutableString>() {
        return Some(Value::Text(Arc::from(text.as_str())));
    }
    if let Some(moment) = dynamic.read_lock::<Moment>() {
        return Some(scalar::of_moment(moment.0));
    }
    if let Some(length) = dynamic.read_lock::<Length>() {
        return Some(scalar::of_length(length.0));
    }
    let list = dynamic.read_lock::<Array>()?;
    let items: Option<Vec<f64>> = list.iter().map(|x| x.as_float().ok()).collect();
    items.map(|list| Value::Numbers(Arc::new(list)))
}

fn dynamic(value: Value) -> Dynamic {
    match value {
        Value::Missing => Dynamic::UNIT,
        Value::Number(x) => Dynamic::from_float(x),
        Value::YesNo(b) => Dynamic::from_bool(b),
        Value::Text(t) => Dynamic::from(ImmutableString::from(t.as_ref())),
        Value::Time(t) => Dynamic::from(Moment(t)),
        Value::Duration(t) => Dynamic::from(Length(t)),
        Value::Numbers(list) => Dynamic::from_array(list.iter().map(|x| Dynamic::from_float(*x)).collect()),
    }
}

fn stopped(fault: Fault, context: &NativeCallContext<'_>) -> Box<EvalAltResult> {
    EvalAltResult::ErrorRuntime(Dynamic::from(fault), context.call_position()).into()
}

fn around(context: &NativeCallContext<'_>) -> Result<Around, Box<EvalAltResult>> {
    context.tag().and_then(|t| t.clone().try_cast::<Around>()).ok_or_else(|| stopped(Fault::Calendar, context))
}

/// The operands as values of the language.
fn values(list: &[Dynamic], context: &NativeCallContext<'_>) -> Result<Vec<Value>, Box<EvalAltResult>> {
    list.iter().map(|d| value(d).ok_or_else(|| stopped(Fault::Stranger(d.type_name().to_string()), context))).collect()
}

fn operators(engine: &mut Engine) {
    for (_, operator) in Arithmetic::ALL {
        engine.register_fn(
            arithmetic_name(operator),
            move |context: NativeCallContext<'_>, a: Dynamic, b: Dynamic| -> Answer {
                let list = values(&[a, b], &context)?;
                let [a, b] = list.as_slice() else { return Ok(Dynamic::UNIT) };
                if scalar::divides_by_zero(operator, a, b) {
                    around(&context)?.divided_by_zero.store(true, Ordering::Relaxed);
                }
                scalar::arithmetic(operator, a, b).map(dynamic).map_err(|fault| stopped(fault, &context))
            },
        );
    }
    for (_, comparison) in Comparison::ALL {
        engine.register_fn(
            comparison_name(comparison),
            move |context: NativeCallContext<'_>, a: Dynamic, b: Dynamic| -> Answer {
                let list = values(&[a, b], &context)?;
                let [a, b] = list.as_slice() else { return Ok(Dynamic::UNIT) };
                Ok(dynamic(scalar::compare(comparison, a, b, &around(&context)?.calendar)))
            },
        );
    }
    type Two = fn(&Value, &Value) -> Value;
    for (name, join) in [("both", scalar::and as Two), ("either", scalar::or as Two)] {
        engine.register_fn(name, move |context: NativeCallContext<'_>, a: Dynamic, b: Dynamic| -> Answer {
            let list = values(&[a, b], &context)?;
            let [a, b] = list.as_slice() else { return Ok(Dynamic::UNIT) };
            Ok(dynamic(join(a, b)))
        });
    }
    type One = fn(&Value) -> Value;
    for (name, turn) in [("negate", scalar::negate as One), ("opposite", scalar::not as One)] {
        engine.register_fn(name, move |context: NativeCallContext<'_>, a: Dynamic| -> Answer {
            Ok(values(&[a], &context)?.first().map_or(Dynamic::UNIT, |a| dynamic(turn(a))))
        });
    }
    engine.register_fn("is_gone", |a: Dynamic| a.is_unit());
    engine.register_fn("is_no", |a: Dynamic| a.as_bool() == Ok(false));
    engine.register_fn("is_yes", |a: Dynamic| a.as_bool() == Ok(true));
    // Plain rhai inside the printed text: `!is_no(x)`.
    engine.register_fn("!", |a: bool| !a);
}

fn functions(engine: &mut Engine) {
    let mut known: Vec<(&'static str, usize)> = TABLE.iter().map(|b| (b.name, b.takes.len())).collect();
    known.sort_unstable();
    known.dedup();
    for (name, count) in known {
        let called = format!("f_{name}");
        match count {
            1 => engine
                .register_fn(called, move |context: NativeCallContext<'_>, a: Dynamic| function(name, &[a], &context)),
            2 => engine.register_fn(called, move |context: NativeCallContext<'_>, a: Dynamic, b: Dynamic| {
                function(name, &[a, b], &context)
            }),
            _ => {
                engine.register_fn(called, move |context: NativeCallContext<'_>, a: Dynamic, b: Dynamic, c: Dynamic| {
                    function(name, &[a, b, c], &context)
                })
            }
        };
    }
}

fn function(name: &'static str, arguments: &[Dynamic], context: &NativeCallContext<'_>) -> Answer {
    let mut values = values(arguments, context)?;
    let calendar = around(context)?.calendar;
    if let ("contains", [list @ Value::Numbers(_), item]) = (name, values.as_slice()) {
        return Ok(dynamic(held(item, list, &calendar)));
    }
    for (i, value) in values.iter_mut().enumerate() {
        let wants_time = vocabulary::named(name).all(|b| b.takes.get(i) == Some(&Some(Type::Time)));
        if let (true, Value::Text(text)) = (wants_time, &*value) {
            *value = Written::parse(text).map_or(Value::Missing, |w| scalar::of_moment(w.moment(&calendar.zone)));
        }
    }
    let types: Vec<Type> = values.iter().map(Value::ty).collect();
    match vocabulary::fitting(name, &types) {
        Some(builtin) => {
            scalar::call(builtin, &values, &calendar).map(dynamic).map_err(|fault| stopped(fault, context))
        }
        None => Err(stopped(Fault::Operands(name, types), context)),
    }
}

fn held(item: &Value, list: &Value, calendar: &Calendar) -> Value {
    match (item, list) {
        (Value::Missing, _) | (_, Value::Missing) => Value::Missing,
        (item, Value::Numbers(list)) => {
            let list: Vec<Value> = list.iter().map(|x| Value::Number(*x)).collect();
            scalar::among(item, &list, calendar)
        }
        (Value::Text(part), Value::Text(text)) => Value::YesNo(text.contains(part.as_ref())),
        _ => Value::Missing,
    }
}

fn lists(engine: &mut Engine) {
    engine.register_fn("listed", |items: Array| {
        if items.iter().any(Dynamic::is_unit) { Dynamic::UNIT } else { Dynamic::from_array(items) }
    });
    engine.register_fn("pushed", |context: NativeCallContext<'_>, list: Dynamic, item: Dynamic| -> Answer {
        if item.is_unit() {
            return Ok(Dynamic::UNIT);
        }
        let Some(mut list) = list.try_cast::<Array>() else { return Ok(Dynamic::UNIT) };
        if list.len() >= limits::LIST {
            return Err(stopped(Fault::List, &context));
        }
        list.push(item);
        Ok(Dynamic::from_array(list))
    });
    engine.register_fn("item", |context: NativeCallContext<'_>, list: Dynamic, at: Dynamic| -> Answer {
        Ok(match values(&[list, at], &context)?.as_slice() {
            [Value::Numbers(list), Value::Number(at)] => dynamic(scalar::of_number(scalar::index(list, *at))),
            _ => Dynamic::UNIT,
        })
    });
    engine.register_fn("among", |context: NativeCallContext<'_>, item: Dynamic, list: Array| -> Answer {
        let item = values(&[item], &context)?.pop().unwrap_or(Value::Missing);
        let list = values(&list, &context)?;
        let calendar = around(&context)?.calendar;
        // Nothing is among none; what is missing stays missing.
        let found = if item == Value::Missing { Value::Missing } else { scalar::among(&item, &list, &calendar) };
        Ok(dynamic(found))
    });
    engine.register_fn("held", |context: NativeCallContext<'_>, item: Dynamic, list: Dynamic| -> Answer {
        let found = values(&[item, list], &context)?;
        let calendar = around(&context)?.calendar;
        Ok(match found.as_slice() {
            [item, list] => dynamic(held(item, list, &calendar)),
            _ => Dynamic::UNIT,
        })
    });
    engine.register_fn("written", |context: NativeCallContext<'_>, parts: Array| -> Answer {
        let calendar = around(&context)?.calendar;
        let parts = values(&parts, &context)?;
        let shown: Option<Vec<_>> = parts.iter().map(|v| scalar::shown(v, &calendar)).collect();
        match shown {
            None => Ok(Dynamic::UNIT),
            Some(parts) => {
                scalar::joined(&parts).map(|t| dynamic(Value::Text(t))).map_err(|fault| stopped(fault, &context))
            }
        }
    });
    for (name, inclusive) in [("upto", false), ("through", true)] {
        engine.register_fn(name, move |from: Dynamic, to: Dynamic| match (from.as_float(), to.as_float()) {
            (Ok(next), Ok(end)) => Dynamic::from(Steps { next, end, inclusive }),
            _ => Dynamic::UNIT,
        });
    }
    engine.register_fn("counted", |n: rhai::INT| n as f64);
}
