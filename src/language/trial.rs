//! What the language means, line by line of its description: each case runs through the kernels, the
//! interpreter and single rows, which must agree.

use super::bench::{bench, nums, texts, truths};

const NAN: f64 = f64::NAN;

#[track_caller]
fn number(text: &str, values: [f64; 4]) {
    assert_eq!(bench().values(text), nums(&values), "{text}");
}

#[track_caller]
fn truth(text: &str, values: &str) {
    assert_eq!(bench().values(text), truths(values), "{text}");
}

#[test]
fn numbers_behave_as_on_a_calculator() {
    number("x + y", [1.0, 6.0, 2.0, NAN]);
    number("1/2", [0.5; 4]);
    number("x / y", [NAN, 0.5, -3.0, NAN]);
    number("x % 2", [1.0, 0.0, 1.0, NAN]);
    number("2 ** x", [2.0, 4.0, 8.0, NAN]);
    number("-x * (y + 1) - 1", [-2.0, -11.0, -1.0, NAN]);
    number("x * 1e308 * 10", [NAN; 4]);
    number("x ** ()", [NAN; 4]);
    truth("0.1 * x + 0.2 == 0.3", "ynn-");
    truth("0.1 * x + 0.2 > 0.3", "nyy-");
    truth("x >= 3 - 1e-15", "nny-");
    truth("0.1 + 0.2 <= 0.3", "yyyy");
}

#[test]
fn missing_is_missing() {
    truth("x > 1 && false", "nnnn");
    truth("x > 1 || true", "yyyy");
    truth("!(x > 1)", "ynn-");
    truth("x == ()", "----");
    truth("x in [1, 2]", "yyn-");
    truth("!(x in [1, 2])", "nny-");
    truth("x !in [1, 2]", "nny-");
    truth("x in [1, y]", "ynn-");
    truth("x in [1, ()]", "y---");
    truth("is_missing(x)", "nnny");
    truth("is_missing(topic) || is_missing(opened)", "nnny");
    number("x ?? 9", [1.0, 2.0, 3.0, 9.0]);
    number("x / y ?? x ?? 7", [1.0, 0.5, -3.0, 7.0]);
    number("if x > 1 { 5 } else { 6 }", [6.0, 5.0, 5.0, NAN]);
    number("if x > 1 { 5 }", [NAN, 5.0, 5.0, NAN]);
    number("switch x { 1 => 10, 2 | 3 if flag => 20, _ => 30 }", [10.0, 30.0, 20.0, NAN]);
    number("switch x { _ => 1 }", [1.0, 1.0, 1.0, NAN]);
    number("switch x { 0..2 => 1, 2..=3 => 2 }", [1.0, 2.0, 2.0, NAN]);
    number(
        "switch topic { \"card\" | \"loan\" => { 1 } \"x\" => 2, _ => { if flag { 3 } else { 4 } } }",
        [1.0, 1.0, 3.0, NAN],
    );
}

#[test]
fn functions_of_numbers() {
    number("round(x * 0 + 2.675, 2)", [2.68, 2.68, 2.68, NAN]);
    number("round(y - 0.5)", [-1.0, 4.0, -2.0, NAN]);
    number("abs(y) + min(x, y) + max(x, y, 2)", [0.0 + 0.0 + 2.0, 4.0 + 2.0 + 4.0, 1.0 - 1.0 + 3.0, NAN]);
    number("clamp(x, 1.5, 2.5)", [1.5, 2.0, 2.5, NAN]);
    number("sqrt(y)", [0.0, 2.0, NAN, NAN]);
    number("ln(y)", [NAN, libm::log(4.0), NAN, NAN]);
    number("floor(x / 2) + ceil(x / 2) + exp(0)", [2.0, 3.0, 4.0, NAN]);
    number("x.max(2).round(0)", [2.0, 2.0, 3.0, NAN]);
    number("speed.value * 2", [1.0, 1.2, 1.4, NAN]);
}

#[test]
fn text() {
    truth("topic == \"card\"", "ynn-");
    truth("topic < \"d\"", "yny-");
    truth("topic == channel", "nyn-");
    truth("topic > channel", "nnn-");
    truth("topic.contains(\"ard\") && !topic.starts_with(\"C\")", "ynn-");
    truth("\"ard\" in topic", "yny-");
    truth("ends_with(topic, \"n\")", "nyn-");
    truth("matches(lower(topic), \"card*\")", "yny-");
    truth("topic in [\"loan\", \"card\"]", "yyn-");
    number("len(topic)", [4.0, 4.0, 9.0, NAN]);
    number("topic.len", [4.0, 4.0, 9.0, NAN]);
    assert_eq!(
        bench().values("upper(topic) + \"/\" + channel"),
        texts(&["CARD/phone", "LOAN/loan", "CARD LOST/chat", "-"])
    );
    assert_eq!(
        bench().values("`${x}: ${topic} ${flag}`"),
        texts(&["1: card yes", "2: loan no", "3: Card lost yes", "-"])
    );
    assert_eq!(bench().values("if x > 1 { topic } else { channel }"), texts(&["phone", "loan", "Card lost", "-"]));
    assert_eq!(bench().values("topic ?? \"none\""), texts(&["card", "loan", "Card lost", "none"]));
    assert_eq!(bench().values("trim(\" a \") + trim(topic)"), texts(&["acard", "aloan", "aCard lost", "-"]));
    truth("topic == \"ca\\\"rd\\n\"", "nnn-");
}

#[test]
fn times_and_durations() {
    number("hours_between(opened, closed)", [65.0, 8.0, -24.0, NAN]);
    number("working_hours_between(opened, closed)", [1.0, 8.0, 0.0, NAN]);
    number("(closed - opened) / hours(1)", [65.0, 8.0, -24.0, NAN]);
    truth("closed - opened <= days(1)", "nyy-");
    truth("opened + hours(8) == closed", "nyn-");
    truth("add_working_hours(opened, 1) == closed", "ynn-");
    truth("opened < \"2026-03-06\"", "nyn-");
    truth("\"2026-03-06\" <= opened", "yny-");
    truth("date(opened) == \"2026-03-02\"", "nyn-");
    truth("date(\"2026-03-06\") == date(opened)", "ynn-");
    truth("date(\"2026-03-06 14:30\") == date(opened)", "ynn-");
    truth("date(\"2026-03-06T14:30:00Z\") == date(opened)", "ynn-");
    truth("opened in [\"2026-03-02 09:00\", closed]", "nyn-");
    number("hour(opened) * 10 + weekday(opened)", [165.0, 91.0, 127.0, NAN]);
    truth("(opened ?? \"2026-01-01\") < \"2026-02-01\"", "nnny");
    truth("-(closed - opened) == opened - closed", "yyy-");
    truth("(closed - opened) * 0.5 < hours(5) || 2 * minutes(3) == seconds(360)", "yyyy");
    number("switch date(opened) { \"2026-03-02\" => 1, _ => 2 }", [2.0, 1.0, 2.0, NAN]);
}

#[test]
fn lists() {
    number("sum(parts)", [120.0, 0.0, 50.0, 1.0]);
    number("parts.mean()", [60.0, NAN, 50.0, 1.0]);
    number("min(parts) + max(parts)", [120.0, NAN, 100.0, 2.0]);
    number("count(parts) + parts.len", [4.0, 0.0, 2.0, 2.0]);
    number("parts[0] - parts[-1]", [40.0, NAN, 0.0, 0.0]);
    number("sum([x, y, 1])", [2.0, 7.0, 3.0, NAN]);
    truth("40 in parts", "ynnn");
    truth("contains(parts, x)", "nnn-");
    number("sum(parts + [x])", [121.0, 2.0, 53.0, NAN]);
    number("{ let l = []; l.push(x); l.push(2); sum(l) }", [3.0, 4.0, 5.0, NAN]);
}

#[test]
fn names_and_blocks() {
    number("let a = x * 2; let b = a + 1; a * b", [6.0, 20.0, 42.0, NAN]);
    number("let a = 1; if flag { a = x; } a + 1", [2.0, 2.0, 4.0, NAN]);
    number("let a = 1; if flag { a += x } else { let a = 7; a = 9; } a", [2.0, 1.0, 4.0, NAN]);
    number("if x > 2 { return 9; } if x > 1 { return 8 } x", [1.0, 8.0, 9.0, NAN]);
    number("let t = x; { let x = 5; t = t + x; } t", [6.0, 7.0, 8.0, NAN]);
    number("(if flag { 1 } else { 2 }) + 3", [4.0, 5.0, 4.0, NAN]);
    // Whether `p` changes is unknown in the last row, even where it would become what it is.
    number("let p = 1e308; if x > 0 { p = p + 1; } p", [1e308, 1e308, 1e308, NAN]);
    truth("met(\"speed\")", "yny-");
}

#[test]
fn own_functions_are_taken_in() {
    let source = "fn double(a) { a * 2 }\n/// The better.\nfn best(a, b) { if a > b { return a; } double(b) / 2 }\nfn same(a, b) { a == b }";
    let mut bench = bench().with(source);
    assert_eq!(bench.values("double(x) + best(x, y)"), nums(&[3.0, 8.0, 9.0, NAN]));
    assert_eq!(bench.values("same(topic, \"card\") || same(x, 2)"), truths("yyn-"));
    assert_eq!(bench.values("x.double()"), nums(&[2.0, 4.0, 6.0, NAN]));
    assert!(bench.program("double(x) + best(x, y)").interpreted().is_empty());
    assert_eq!(bench.program("double(3) + 1").constant(), Some(super::Value::Number(7.0)));
}

#[test]
fn loops_closures_and_recursion_are_interpreted() {
    let source = "fn total(n) { let t = 0; for i in 0..n { t += i; } t }
fn fact(n) { if n <= 1 { 1 } else { n * fact(n - 1) } }
fn above(list, line) { let found = []; for p in list { if p < line { continue; } found.push(p); } found }
fn first_power(n) { let p = 1; while true { if p > n { break; } p *= 2; } p }
fn guarded(n) { n <= 1 || guarded(n - 1) }
fn partly(list, a) { let t = 0; for p in list { if a > 1 { t += p; } } t }
fn before(list, a) { let t = 0; for p in list { t += 1; if a > 1 { return t; } } t }
fn words() { let n = 0; for w in [\"a\", \"bb\"] { n += len(w); } n }
fn places(list) { let t = 0; for (p, i) in list { t += p * i; } t }";
    let mut bench = bench().with(source);
    assert_eq!(bench.values("total(x)"), nums(&[0.0, 1.0, 3.0, NAN]));
    assert_eq!(bench.values("fact(x + 2)"), nums(&[6.0, 24.0, 120.0, NAN]));
    assert_eq!(bench.values("sum(above(parts, 50))"), nums(&[80.0, 0.0, 50.0, 0.0]));
    assert_eq!(bench.values("first_power(x)"), nums(&[2.0, 4.0, 4.0, NAN]));
    assert_eq!(bench.values("guarded(x ?? 5)"), truths("yyyy"));
    assert_eq!(bench.values("partly(parts, x)"), nums(&[0.0, 0.0, 50.0, NAN]));
    assert_eq!(bench.values("before(parts, x)"), nums(&[2.0, 0.0, 1.0, NAN]));
    assert_eq!(bench.values("words() + places(parts)"), nums(&[43.0, 3.0, 3.0, 3.0]));
    assert_eq!(bench.values("parts.filter(|p| p > x).map(|p| p * 2).sum()"), nums(&[240.0, 0.0, 100.0, NAN]));
    assert_eq!(bench.values("parts.some(|p| p < 50) && parts.all(|p| p > 0)"), truths("ynny"));
    assert_eq!(bench.values("parts.reduce(|t, p| t + p, x)"), nums(&[121.0, 2.0, 53.0, NAN]));
    assert_eq!(bench.values("let t = 0; for p in parts { t += p } t > 60"), truths("ynnn"));
    assert_eq!(bench.values("x > 1 && total(x) > 1"), truths("nny-"));
    let shown: Vec<_> = bench
        .program("total(x) + fact(2)")
        .interpreted()
        .into_iter()
        .map(|(s, why)| (bench.sources.text(s).to_string(), why.to_string()))
        .collect();
    let told = [("for i in 0..n { t += i; }", "because of a loop"), ("fact(n - 1)", "because of recursion")];
    assert_eq!(shown, told.map(|(place, why)| (place.to_string(), why.to_string())));
}

#[test]
fn endless_scripts_are_stopped_within_a_second() {
    let source = "fn endless(n) { let i = n; while i >= 0 { i += 1; } i }
fn deep(n) { if n <= 0 { 0 } else { 1 + deep(n - 1) } }
fn bomb(t) { let s = t; for i in 0..100 { s += s; } s }
fn longer(n) { let l = []; for i in 0..n { l.push(i); } l }
fn ranges(n) { let t = 0; for i in 0..n { for j in 0..n { t += 1; } } t }";
    let mut bench = bench().with(source);
    for (text, message, at) in [
        ("endless(x) > 1", "function `endless` did more than 250,000 operations", ""),
        ("deep(x + 1000) > 1", "function `deep` called functions more than 64 levels deep", "fn deep"),
        ("len(bomb(\"text\")) > 1", "function `bomb` made a text longer than 65,536 bytes", "s += s"),
        ("sum(longer(1e9)) > 1", "function `longer` made a list of more than 4,096 items", "l.push(i)"),
        ("ranges(1e15) > 1", "function `ranges` did more than 250,000 operations", ""),
        ("let i = x; loop { i += 1; } i > 1", "the expression did more than 250,000 operations", ""),
    ] {
        let program = bench.program(text);
        let columns = bench.columns();
        let start = std::time::Instant::now();
        let breach = program.evaluate(super::Frame { rows: 4, columns: &columns }, &bench.environment).unwrap_err();
        assert!(
            start.elapsed().as_secs_f64() < 2.0,
            "{text} took {:?} (the tests of this folder run side by side)",
            start.elapsed()
        );
        assert_eq!(breach.message, message);
        assert_eq!(breach.row, 0);
        assert!(bench.sources.text(breach.span).contains(at), "{text}: {}", bench.sources.text(breach.span));
        assert_ne!(bench.sources.text(breach.span), "", "{text}");
    }
    // A script that is not reached breaks no limit.
    assert_eq!(bench.values("x > 99 && endless(x) > 1"), truths("nnn-"));
}

#[test]
fn long_texts_are_stopped_in_kernels_too() {
    let mut bench = bench();
    let text = format!("let t = topic; {} len(t)", "t = t + t;".repeat(20));
    let program = bench.program(&text);
    let columns = bench.columns();
    let breach = program.evaluate(super::Frame { rows: 4, columns: &columns }, &bench.environment).unwrap_err();
    assert_eq!(breach.message, "the script made a text longer than 65,536 bytes");
}

#[test]
fn functions_that_double_do_not_grow_without_end() {
    let mut source = "fn f0(a) { a + 1 }".to_string();
    for i in 1..40 {
        source.push_str(&format!("\nfn f{i}(a) {{ f{0}(a) + f{0}(a) }}", i - 1));
    }
    let mut bench = bench().with(&source);
    let start = std::time::Instant::now();
    let _ = bench.compile("f39(x) > 1", super::Expected::YesNo);
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

#[test]
fn linear_expressions_tell_their_coefficients() {
    let mut bench = bench().with("fn half(a) { a / 2 }");
    let mut linear = |text: &str| bench.program(text).linear();
    assert_eq!(linear("0.5 * x + y / 4 - 3"), Some((vec![(0, 0.5), (1, 0.25)], -3.0)));
    assert_eq!(linear("let d = x - y; -(d * 2) + half(x)"), Some((vec![(0, -1.5), (1, 2.0)], 0.0)));
    assert_eq!(linear("x * y"), None);
    assert_eq!(linear("x / y"), None);
    assert_eq!(linear("abs(x)"), None);
    assert_eq!(linear("x > 1"), None);
}

#[test]
fn divisions_by_zero_are_counted_where_they_cost_the_value() {
    let mut bench = bench();
    let columns = bench.columns();
    let mut rows = |text: &str| {
        let program = bench.program(text);
        program.evaluate_counting(super::Frame { rows: 4, columns: &columns }, &bench.environment).unwrap().1
    };
    assert_eq!(rows("x / y"), [0]);
    assert_eq!(rows("x % y + 1 > 2"), [0]);
    assert!(rows("x / y ?? 0").is_empty());
    assert!(rows("is_missing(x / y)").is_empty());
    assert!(rows("if y == 0 { () ?? x } else { x / y }").is_empty());
    assert!(rows("if y == 0 { x } else { x / y }").is_empty());
    assert_eq!(rows("let d = x / y; d + x"), [0]);
    assert!(rows("false && x / y > 1").is_empty());
    assert_eq!(rows("days(x) / days(y) + days(1) / y / hours(1)"), [0]);
    assert_eq!(rows("let t = 0; for p in parts { t += p / y; } t"), [0]);
    assert_eq!(rows("1 / 0"), [0, 1, 2, 3]);
}

#[test]
fn because_tells_what_decided() {
    let mut bench = bench().with("fn fast(a) { a < 2 }");
    let columns = bench.columns();
    let program = bench.program("x >= 1 && (topic == \"card\" || !flag) && fast(x)");
    let frame = super::Frame { rows: 4, columns: &columns };
    let told = program.because(frame, 0, &bench.environment).unwrap();
    let wordings = |b: &super::Because| b.parts.iter().map(|p| p.wording.clone()).collect::<Vec<_>>();
    assert_eq!(told.wording, "x >= 1 && (topic == \"card\" || !flag) && fast(x)");
    assert_eq!(wordings(&told), ["x >= 1", "topic == \"card\" || !flag", "fast(x)"]);
    assert_eq!(wordings(&told.parts[0]), ["x"]);
    assert_eq!(told.parts[0].parts[0].value, super::Value::Number(1.0));
    assert_eq!(wordings(&told.parts[1]), ["topic == \"card\""]);
    assert_eq!(bench.sources.text(told.parts[2].span), "fast(x)");
    let told = program.because(frame, 1, &bench.environment).unwrap();
    assert_eq!(wordings(&told), ["fast(x)"], "only what made it no");
    let told = program.because(frame, 3, &bench.environment).unwrap();
    assert_eq!(told.value, super::Value::Missing);
    let chosen = bench.program("if flag { x + 1 } else { y }").because(frame, 0, &bench.environment).unwrap();
    assert_eq!(wordings(&chosen), ["flag", "x + 1"]);
}

#[test]
fn durations_are_measured_in_seconds() {
    let mut bench = bench();
    let columns = bench.columns();
    let program = bench.compile("closed - opened", super::Expected::Measured).unwrap();
    assert_eq!(program.ty(), super::Type::Number);
    let frame = super::Frame { rows: 4, columns: &columns };
    let column = program.evaluate(frame, &bench.environment).unwrap();
    assert_eq!(column.value(1), super::Value::Number(28_800.0));
    assert_eq!(program.slots(), [5, 6]);
}

#[test]
fn mistakes_are_told_in_plain_words() {
    for (text, message, at, help) in [
        (
            "topic >= 4",
            "`topic` is text, `4` is a number: they can't be compared",
            "topic >= 4",
            "declare `topic: number`, or compare with \"4\"",
        ),
        (
            "x == \"4\"",
            "`x` is a number, `\"4\"` is text: they can't be compared",
            "x == \"4\"",
            "write 4 without quotes",
        ),
        (
            "flag == 1",
            "`flag` is yes or no, `1` is a number: they can't be compared",
            "flag == 1",
            "write `flag` alone for yes, `!flag` for no",
        ),
        ("1 <= x <= 3", "two comparisons are chained", "1 <= x <= 3", "write `1 <= x && x <= 3`"),
        (
            "x = 3",
            "`=` gives a name a value; it doesn't compare",
            "x = 3",
            "to compare, write `x == 3`; to keep a value, `let x = 3;`",
        ),
        (
            "speed.value = 3",
            "`=` gives a name a value; it doesn't compare",
            "=",
            "to compare, write `speed.value == 3`",
        ),
        ("x > 1 and flag", "`and` is not an operator here", "and", "`and` is written `&&`"),
        ("not flag", "`not` is not an operator here", "not", "`not` is written `!`; write `!flag`"),
        ("x > 1 et flag", "`et` is not an operator here", "et", "`et` is written `&&`"),
        ("x > 1 OU flag", "`OU` is not an operator here", "OU", "`OU` is written `||`"),
        ("non flag", "`non` is not an operator here", "non", "`non` is written `!`; write `!flag`"),
        ("si x > 1 alors flag", "a condition needs no `si`", "si", "write `x > 1`"),
        ("x > 1 && not flag", "`not` is not an operator here", "not", "`not` is written `!`"),
        ("topic == 'card'", "text stands between double quotes", "'card'", "write \"card\""),
        ("topic == 'c'", "text stands between double quotes", "'c'", "write \"c\""),
        ("x => 3", "`=>` is not a comparison", "=>", "at least is written `>=`"),
        ("x =< 3", "`=<` is not a comparison", "=<", "the sign comes first: `<=`"),
        ("x <> 3", "`<>` is not a comparison here", "<>", "unequal is written `!=`"),
        (
            "x >",
            "the expression is not finished",
            ">",
            "add what is to stand on the right side, or take the last sign away",
        ),
        ("(x > 1", "`)` is missing", "", "add `)`, or look for one bracket too many before this place"),
        ("x > 1)", "`)` closes nothing", ")", "take `)` away, or add the bracket that opens"),
        (
            "x > 80%",
            "`80%` is not a number in an expression",
            "80%",
            "write `0.8`; in expressions a percentage is its share of 1",
        ),
        (
            "case > 3",
            "`case` is reserved by the language",
            "case",
            "give the field another name: `case_: { column: case, type: … }` and write `case_` here",
        ),
        (
            "null == x",
            "`null` is reserved by the language",
            "null",
            "ask whether a value is missing with `is_missing(x)`; where one is to be given, write `()`",
        ),
        ("topic == “card”", "`“` is a printer's quote", "“", "write text between straight double quotes: \"phone\""),
        ("topc == \"a\"", "unknown name `topc`", "topc", "did you mean `topic`?"),
        ("closd > opened", "unknown name `closd`", "closd", "did you mean `closed`?"),
        ("strts_with(topic, \"a\")", "unknown function `strts_with`", "strts_with", "did you mean `starts_with`?"),
        (
            "hours_between(opened)",
            "`hours_between` takes 2 arguments, not 1",
            "hours_between(opened)",
            "write `hours_between(from, to)`",
        ),
        ("abs(topic)", "`abs` takes a number here, `topic` is text", "topic", "declare `topic: number` in its source"),
        (
            "closed - opened > 5",
            "`closed - opened` is a duration, `5` is a number: they can't be compared",
            "closed - opened > 5",
            "say what 5 counts: `hours(5)`, `days(5)`, `minutes(5)`",
        ),
        (
            "closed + 5 > opened",
            "`closed` is a time, `5` is a number: `+` can't join them",
            "closed + 5",
            "say what 5 counts: `closed + days(5)` or `hours(5)`",
        ),
        (
            "opened < \"1/3/2026\"",
            "\"1/3/2026\" is not a date",
            "\"1/3/2026\"",
            "write the year, the month and the day: \"2026-03-01\", or \"2026-03-01 14:30\"",
        ),
        (
            "topic + x == \"a\"",
            "`topic` is text, `x` is a number: `+` can't join them",
            "topic + x",
            "put the value into a text: `${x}` between backticks",
        ),
        ("if x { 1 } else { 2 }", "`x` is a number, but `if` needs yes or no", "x", "compare it, such as `x > 0`"),
        (
            "if flag { 1 } else { topic }",
            "one branch gives a number, the other text",
            "if flag { 1 } else { topic }",
            "let every branch give the same kind of value, or `()` for missing",
        ),
        (
            "if flag { 1 } else { 2 } + 3",
            "this value is not used",
            "if flag { 1 } else { 2 }",
            "put round brackets around it, or give its value a name with `let`",
        ),
        ("eval(\"1\")", "`eval` can't be used here", "eval", "write the expression itself"),
        ("met(topic)", "the name `topic` stands without quotes", "topic", "write `met(\"topic\")`"),
        ("met(\"sped\")", "unknown standard", "\"sped\"", "write \"speed\""),
        ("x & flag", "`&` can't be used here", "&", "write `&&` for and"),
        ("", "nothing is written here", "", "write an expression, such as `wait_seconds <= 20`"),
        (
            "parts > 3",
            "`parts` is a list of numbers, `3` is a number: they can't be compared",
            "parts > 3",
            "compare one item, or `sum(list)`, `mean(list)`, `len(list)`",
        ),
    ] {
        assert_eq!(bench().problems(text), [(message.to_string(), at.to_string(), help.to_string())], "{text}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let mut bench = bench();
    let found = bench.problems("topic > 3 && abs(topic) > 1 && flag > 2");
    assert_eq!(found.len(), 3, "{found:?}");
    let wrong = bench.compile("x + 1", super::Expected::YesNo).unwrap_err();
    assert_eq!(bench.shown(&wrong[0]).0, "`x + 1` gives a number, but yes or no is needed here");
    assert!(wrong.iter().all(|d| !d.help.is_empty()));
}

#[test]
fn functions_are_checked_as_a_whole() {
    let text = "fn f(a) { a + b }\nfn f(a) { 1 }\nfn min(a, b) { a }\nlet x = 1;\nfn g(a) { if a { 1 } else { 2 } }";
    let source = crate::diagnostic::Text::whole_file(crate::diagnostic::FileId(0), text);
    let (_, problems) = super::Functions::load(std::slice::from_ref(&source));
    let messages: Vec<_> = problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(messages, ["function `f` is defined twice"], "what rhai refuses comes first");
    for (text, message, help) in [
        ("fn half(x) { return x / 2\n\nfn whole(x) { x }", "this `{` is not closed", "add `}` where the function ends"),
        (
            "def half(x):\n  x / 2",
            "functions begin with `fn`",
            "write `fn half(x) { … }`, with the parameters between the brackets",
        ),
    ] {
        let source = crate::diagnostic::Text::whole_file(crate::diagnostic::FileId(0), text);
        let (_, problems) = super::Functions::load(&[source]);
        let found: Vec<_> = problems.iter().map(|p| (p.message.as_str(), p.help.join("; "))).collect();
        assert_eq!(found, [(message, help.to_string())]);
    }
    let text = "fn f(a) { a + b }\nfn min(a, b) { a }\nlet x = 1;\nfn forever(a) { forever(a + 1) }";
    let source = crate::diagnostic::Text::whole_file(crate::diagnostic::FileId(0), text);
    let (_, problems) = super::Functions::load(&[source]);
    let messages: Vec<_> = problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(messages, ["a statement stands outside every function", "`min` is built in"]);
    let mut bench = bench().with("fn f(a) { a + b }\nfn forever(a) { forever(a + 1) }");
    let (message, at, help) = bench.problems("f(x)").remove(0);
    assert_eq!((message.as_str(), at.as_str()), ("unknown name `b` in function `f`", "b"));
    assert!(help.contains("add `b` to them"), "{help}");
    assert_eq!(bench.problems("forever(x) > 1")[0].0, "function `forever` never ends");
    assert_eq!(bench.problems("f(x, 1)")[0].0, "`f` takes 1 argument, not 2");
}

#[test]
fn a_call_of_a_function_that_could_not_be_read_is_no_second_mistake() {
    for text in ["fn half(x) { x / 2", "function half(x) { x / 2 }", "fn half(x) { x and 2 }"] {
        let source = crate::diagnostic::Text::whole_file(crate::diagnostic::FileId(0), text);
        let (functions, problems) = super::Functions::load(&[source]);
        assert_eq!(problems.len(), 1, "{problems:?}");
        let mut bench = bench();
        bench.functions = functions;
        assert_eq!(bench.problems("half(x) > 1"), [], "{text}");
        assert_eq!(bench.problems("halve(x) > 1").len(), 1, "another name is still unknown");
    }
}

#[test]
fn a_function_with_mistakes_is_not_interpreted_as_well() {
    let mut bench = bench().with("fn good(n) { let l = [1, 2]; l.map(|x| x + n); for i in n { l.push(\"a\"); } n }");
    let found = bench.problems("good(x) > 1");
    assert!(!found.is_empty());
    assert!(found.iter().all(|(message, ..)| !message.contains("can't be interpreted")), "{found:?}");
    assert_eq!(bench.problems("nothing_near(x)")[0].1, "nothing_near");
    assert!(bench.problems("nothing_near(x)")[0].2.contains("`abs`"), "what there is");
}

#[test]
fn deep_nesting_ends_in_a_message() {
    for text in [
        format!("{}x{}", "(".repeat(3_000), ")".repeat(3_000)),
        format!("x{}", " + x".repeat(3_000)),
        "!".repeat(3_000) + "flag",
        format!("{}1{}", "[".repeat(3_000), "]".repeat(3_000)),
    ] {
        let found = bench().problems(&text);
        assert!(found.iter().any(|(m, ..)| m.contains("too deeply")), "{found:?}");
    }
}

#[test]
fn mistakes_and_stopped_scripts_are_told_in_french() {
    let french = crate::words::Words::shipped("fr").unwrap();
    let mut bench = bench().with("fn endless(n) { let i = n; while i >= 0 { i += 1; } i }");
    for (text, message, help) in [
        (
            "topic + x == \"a\"",
            "`topic` est un texte et `x` un nombre\u{a0}: `+` ne peut pas les relier",
            "mettez la valeur dans un texte\u{a0}: `${x}` entre accents graves",
        ),
        (
            "round(x, 1, 2)",
            "`round` prend 1 argument ou 2 arguments, et non 3",
            "écrivez `round(x)` ou `round(x, digits)`",
        ),
        ("eval(\"1\")", "on ne peut pas utiliser `eval` ici", "écrivez l’expression elle-même"),
        (
            "subject.level = 3",
            "`=` donne une valeur à un nom\u{202f}; il ne compare pas",
            "c’est `for: { level: [3] }` qui limite une règle, et non `when`",
        ),
    ] {
        let found = bench.compile(text, super::Expected::Any).unwrap_err().remove(0);
        assert_eq!(found.message.in_tongue(Some(&*french)), message, "{text}");
        let told: Vec<_> = found.help.iter().map(|said| said.in_tongue(Some(&*french))).collect();
        assert_eq!(told, [help], "{text}");
    }
    let (program, columns) = (bench.program("endless(x) > 1"), bench.columns());
    let frame = super::Frame { rows: 4, columns: &columns };
    let breach = program.evaluate(frame, &bench.environment).unwrap_err();
    let told = breach.message.in_tongue(Some(&*french));
    assert_eq!(told, "la fonction `endless` a effectué plus de 250\u{202f}000 opérations");
}
