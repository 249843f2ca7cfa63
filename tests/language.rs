//! Random typed expressions over random rows go three ways: the compiled kernels, the interpreter, and
//! the naive evaluator of the tests. All three must agree, to the last bit.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that fails should say so loudly

mod naive;

use std::sync::Arc;

use evenhand::diagnostic::{FileId, Text};
use evenhand::language::{
    Binding, Calendar, Column, Environment, Expected, Frame, Functions, HostCall, MISSING_TIME, Program, Scope,
    TextColumn, Type, Value,
};
use naive::{Eval, NUMBERS, Num, Row, TEXTS, TIMES, TRUTHS, Truth, Txt, When};
use proptest::prelude::*;

/// The fields in the order of their slots.
struct Fields;

impl Scope for Fields {
    fn name(&mut self, path: &str) -> Option<Binding> {
        let groups: [(&[&str], Type); 4] =
            [(&NUMBERS, Type::Number), (&TRUTHS, Type::YesNo), (&TEXTS, Type::Text), (&TIMES, Type::Time)];
        let mut slot = 0;
        for (names, ty) in groups {
            if let Some(i) = names.iter().position(|n| *n == path) {
                return Some(Binding { slot: slot + i, ty });
            }
            slot += names.len();
        }
        None
    }

    fn call(&mut self, _: &str, _: &[Value]) -> HostCall {
        HostCall::Unknown
    }

    fn candidates(&self) -> Vec<String> {
        Vec::new()
    }

    fn what(&self) -> evenhand::diagnostic::Said {
        evenhand::diagnostic::Said::verbatim("field")
    }
}

fn columns(rows: &[Row]) -> Vec<Column> {
    use evenhand::language::Truth as Byte;
    let mut all = Vec::new();
    for i in 0..NUMBERS.len() {
        all.push(Column::Number(Arc::new(rows.iter().map(|r| r.numbers[i].unwrap_or(f64::NAN)).collect())));
    }
    for i in 0..TRUTHS.len() {
        all.push(Column::YesNo(Arc::new(rows.iter().map(|r| r.truths[i].map_or(Byte::MISSING, Byte::of)).collect())));
    }
    for i in 0..TEXTS.len() {
        all.push(Column::Text(TextColumn::of(rows.iter().map(|r| r.texts[i].clone()))));
    }
    for i in 0..TIMES.len() {
        all.push(Column::Time(Arc::new(rows.iter().map(|r| r.times[i].unwrap_or(MISSING_TIME)).collect())));
    }
    all
}

// ---- what is thrown at them ----

fn literal() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => prop::sample::select(vec![0.0, 1.0, 2.0, 0.5, 3.0, 10.0, 0.1, 0.2, 0.3, 100.0, 2.675]),
        1 => prop::sample::select(vec![1e308, 1e-308, 5e-324, 1e15, 1e-14, 0.30000000000000004, 1.00000000000001]),
    ]
}

fn datum() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        2 => Just(None),
        6 => literal().prop_map(Some),
        2 => literal().prop_map(|x| Some(-x)),
        2 => prop::sample::select(vec![1e308, -1e308, -0.0, 5e-324, 4.5, -2.5, 2.675, 1.005]).prop_map(Some),
        1 => (-1e6..1e6f64).prop_map(Some),
    ]
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        "a",
        "b",
        "A",
        "card",
        "card lost",
        "ß",
        "größe",
        "日本",
        " a ",
        "\"",
        "\\",
        "a\nb",
        "${x}",
        "`",
    ])
    .prop_map(String::from)
}

fn moment() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        1 => Just(None),
        4 => (0i64..2_000_000_000).prop_map(|s| Some(s * 1_000_000)),
        1 => prop::sample::select(vec![0, -1, i64::MAX, i64::MIN + 1, 1_772_841_600_000_000]).prop_map(Some),
    ]
}

fn row() -> impl Strategy<Value = Row> {
    (
        [datum(), datum(), datum()],
        [any::<Option<bool>>(), any::<Option<bool>>()],
        [prop::option::weighted(0.8, word()), prop::option::weighted(0.8, word())],
        [moment(), moment()],
    )
        .prop_map(|(numbers, truths, texts, times)| Row { numbers, truths, texts, times })
}

fn number_leaf(bound: bool) -> BoxedStrategy<Num> {
    let leaf = prop_oneof![
        5 => (0..NUMBERS.len()).prop_map(Num::Field),
        4 => literal().prop_map(Num::Literal),
        1 => Just(Num::Missing),
    ];
    if bound { prop_oneof![3 => leaf, 2 => Just(Num::Bound)].boxed() } else { leaf.boxed() }
}

fn number(depth: u32, bound: bool) -> BoxedStrategy<Num> {
    if depth == 0 {
        return number_leaf(bound);
    }
    let n = || number(depth - 1, bound).prop_map(Box::new);
    let calls = prop_oneof![
        (prop::sample::select(vec!["abs", "floor", "ceil", "sqrt", "exp", "ln", "round"]), number(depth - 1, bound))
            .prop_map(|(f, a)| Num::Call(f, vec![a])),
        (prop::sample::select(vec!["min", "max"]), prop::collection::vec(number(depth - 1, bound), 2..4))
            .prop_map(|(f, list)| Num::Call(f, list)),
        (number(depth - 1, bound), -3..18i32)
            .prop_map(|(a, d)| Num::Call("round", vec![a, Num::Literal(f64::from(d))])),
        prop::array::uniform3(number(depth - 1, bound)).prop_map(|list| Num::Call("clamp", list.to_vec())),
    ];
    prop_oneof![
        2 => number_leaf(bound),
        6 => (prop::sample::select(vec!['+', '-', '*', '/', '%', '^']), n(), n()).prop_map(|(o, a, b)| Num::Op(o, a, b)),
        1 => n().prop_map(Num::Negate),
        3 => calls,
        1 => (n(), n()).prop_map(|(a, b)| Num::Or(a, b)),
        2 => (truth(depth - 1, bound).prop_map(Box::new), n(), n()).prop_map(|(c, a, b)| Num::If(c, a, b)),
        1 => txt(depth - 1, bound).prop_map(|t| Num::Length(t.into())),
        1 => (when(depth - 1, bound), when(depth - 1, bound)).prop_map(|(a, b)| Num::Hours(a.into(), b.into())),
        1 => (n(), prop::collection::vec((literal(), number(depth - 1, bound)), 1..3), n()).prop_map(|(on, arms, other)| Num::Switch(on, arms, other)),
        1 => (n(), n(), number(depth - 1, true).prop_map(Box::new)).prop_map(|(a, b, c)| Num::Let(a, b, c)),
        1 => n().prop_map(Num::Twice),
    ]
    .boxed()
}

fn sign() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="])
}

fn truth(depth: u32, bound: bool) -> BoxedStrategy<Truth> {
    let leaf = prop_oneof![3 => (0..TRUTHS.len()).prop_map(Truth::Field), 1 => any::<bool>().prop_map(Truth::Literal)];
    if depth == 0 {
        return leaf.boxed();
    }
    let n = || number(depth - 1, bound).prop_map(Box::new);
    let t = || txt(depth - 1, bound).prop_map(Box::new);
    let w = || when(depth - 1, bound).prop_map(Box::new);
    let list = || prop::collection::vec(truth(depth - 1, bound), 2..4);
    prop_oneof![
        1 => leaf,
        5 => (sign(), n(), n()).prop_map(|(o, a, b)| Truth::Compare(o, a, b)),
        2 => (sign(), t(), t()).prop_map(|(o, a, b)| Truth::CompareText(o, a, b)),
        1 => (sign(), w(), w()).prop_map(|(o, a, b)| Truth::CompareTime(o, a, b)),
        3 => list().prop_map(Truth::And),
        3 => list().prop_map(Truth::Or),
        2 => truth(depth - 1, bound).prop_map(|a| Truth::Not(a.into())),
        1 => (n(), prop::collection::vec(literal(), 1..4)).prop_map(|(a, list)| Truth::In(a, list)),
        1 => (t(), prop::collection::vec(word(), 1..4)).prop_map(|(a, list)| Truth::InText(a, list)),
        1 => n().prop_map(Truth::IsMissing),
        1 => (prop::sample::select(vec!["contains", "starts_with", "ends_with"]), t(), t()).prop_map(|(f, a, b)| Truth::Test(f, a, b)),
        1 => (truth(depth - 1, bound), truth(depth - 1, bound)).prop_map(|(a, b)| Truth::Else(a.into(), b.into())),
    ]
    .boxed()
}

fn txt(depth: u32, bound: bool) -> BoxedStrategy<Txt> {
    let leaf = prop_oneof![2 => (0..TEXTS.len()).prop_map(Txt::Field), 1 => word().prop_map(Txt::Literal)];
    if depth == 0 {
        return leaf.boxed();
    }
    let t = || txt(depth - 1, bound).prop_map(Box::new);
    prop_oneof![
        2 => leaf,
        2 => (t(), t()).prop_map(|(a, b)| Txt::Join(a, b)),
        2 => (prop::sample::select(vec!["lower", "upper", "trim"]), t()).prop_map(|(f, a)| Txt::Change(f, a)),
        1 => (truth(depth - 1, bound).prop_map(Box::new), t(), t()).prop_map(|(c, a, b)| Txt::If(c, a, b)),
        1 => (t(), t()).prop_map(|(a, b)| Txt::Else(a, b)),
    ]
    .boxed()
}

fn when(depth: u32, bound: bool) -> BoxedStrategy<When> {
    let leaf = (0..TIMES.len()).prop_map(When::Field);
    if depth == 0 {
        return leaf.boxed();
    }
    let w = || when(depth - 1, bound).prop_map(Box::new);
    prop_oneof![
        2 => leaf,
        2 => (w(), number(depth - 1, bound).prop_map(Box::new)).prop_map(|(t, n)| When::Later(t, n)),
        1 => (truth(depth - 1, bound).prop_map(Box::new), w(), w()).prop_map(|(c, a, b)| When::If(c, a, b)),
    ]
    .boxed()
}

// ---- the three ways ----

fn own_functions() -> Functions {
    let (functions, problems) = Functions::load(&[Text::whole_file(FileId(1), "fn twice(n) { let m = n; m + n }")]);
    assert!(problems.is_empty(), "{problems:?}");
    functions
}

/// Bits, so that a NaN or a sign never hides; zeros of either sign are one number.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b,
        _ => a == b,
    }
}

fn agree(text: &str, rows: &[Row], naive: impl Fn(&Row) -> Value) -> Result<(), TestCaseError> {
    let source = Text::whole_file(FileId(0), text);
    let program = match Program::compile(&source, Expected::Any, &mut Fields, &own_functions()) {
        Ok(program) => program,
        Err(problems) => {
            // Long random texts may be too deep for a reader, and say so; nothing else may be wrong with them.
            let deep = problems.iter().all(|p| p.code.id == "EH0312");
            prop_assert!(deep, "{text}\n{problems:?}");
            return Ok(());
        }
    };
    let environment = Environment { calendar: Arc::new(Calendar::office_hours(jiff::tz::TimeZone::UTC)) };
    let columns = columns(rows);
    let frame = Frame { rows: rows.len(), columns: &columns };
    let compiled = program.evaluate(frame, &environment).map_err(|b| TestCaseError::fail(format!("{text}: {b:?}")))?;
    let interpreted =
        program.evaluate_interpreted(frame, &environment).map_err(|b| TestCaseError::fail(format!("{text}: {b:?}")))?;
    for (i, row) in rows.iter().enumerate() {
        let expected = naive(row);
        let (fast, slow) = (compiled.value(i), interpreted.value(i));
        prop_assert!(same(&fast, &expected), "{text}\n{row:?}\nkernels {fast:?}, naive {expected:?}");
        prop_assert!(same(&slow, &expected), "{text}\n{row:?}\ninterpreter {slow:?}, naive {expected:?}");
    }
    let told = program.because(frame, 0, &environment).map_err(|b| TestCaseError::fail(format!("{text}: {b:?}")))?;
    prop_assert!(
        same(&told.value, &compiled.value(0)),
        "{text}\nbecause {:?}, kernels {:?}",
        told.value,
        compiled.value(0)
    );
    Ok(())
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 400, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(900))]

    #[test]
    fn numbers_agree(tree in number(3, false), rows in prop::collection::vec(row(), 6)) {
        agree(&tree.text(), &rows, |row| naive::value_of_number(Eval { row, bound: None }.num(&tree)))?;
    }
}

proptest! {
    #![proptest_config(config(800))]

    #[test]
    fn yes_and_no_agree(tree in truth(3, false), rows in prop::collection::vec(row(), 6)) {
        agree(&tree.text(), &rows, |row| Eval { row, bound: None }.truth(&tree).map_or(Value::Missing, Value::YesNo))?;
    }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn texts_agree(tree in txt(3, false), rows in prop::collection::vec(row(), 6)) {
        agree(&tree.text(), &rows, |row| Eval { row, bound: None }.txt(&tree).map_or(Value::Missing, |t| Value::Text(Arc::from(t))))?;
    }

    #[test]
    fn times_agree(tree in when(3, false), rows in prop::collection::vec(row(), 6)) {
        agree(&tree.text(), &rows, |row| Eval { row, bound: None }.when(&tree).map_or(Value::Missing, Value::Time))?;
    }
}
