//! What can be wrong with an expression.

use crate::diagnostic::Code;

pub static SYNTAX: Code = Code {
    id: "EH0301",
    title: "an expression can't be read",
    explanation: "The expression breaks off, or holds a sign or a word that the language doesn't have.
Signs: + - * / % ** == != < <= > >= && (and) || (or) ! (not) ?? (or else, when missing) in.
Text stands between double quotes, a choice is written `if a { b } else { c }`.

Wrong:  channel = 'phone' and wait_seconds => 20
Right:  channel == \"phone\" && wait_seconds >= 20",
};

pub static RESERVED: Code = Code {
    id: "EH0302",
    title: "a name is reserved by the language",
    explanation: "Some words (case, new, default, match, null …) belong to the language and can't name a field.
Give the field another name, and say which column it reads.

Wrong:  fields: { case: text }             where: case == \"billing\"
Right:  fields: { case_: { column: case, type: text } }   where: case_ == \"billing\"",
};

pub static UNKNOWN_NAME: Code = Code {
    id: "EH0303",
    title: "a name is unknown",
    explanation:
        "An expression may use the fields that its source declares, and the names of its place in the workspace.
Columns that are not declared under `fields:` are not read. A function sees its parameters only.

Wrong:  fields: { wait_seconds: number }   share: waitseconds <= 20
Right:  fields: { wait_seconds: number }   share: wait_seconds <= 20",
};

pub static TYPES: Code = Code {
    id: "EH0304",
    title: "two values don't go together",
    explanation: "Numbers compare with numbers, text with text, times with times. Nothing is converted silently,
because a text such as \"10\" stands before \"9\" in the alphabet.
A time compares with a date written as text: `due < \"2026-03-01\"`.

Wrong:  fields: { rating: text }     share: rating >= 4
Right:  fields: { rating: number }   share: rating >= 4",
};

pub static EXPECTED: Code = Code {
    id: "EH0305",
    title: "an expression gives the wrong kind of value",
    explanation: "A `share`, a `where` and a `when` need yes or no; a `mean` or a `sum` needs a number.

Wrong:  share: wait_seconds
Right:  share: wait_seconds <= 20",
};

pub static UNKNOWN_FUNCTION: Code = Code {
    id: "EH0306",
    title: "a function is unknown",
    explanation:
        "The function is neither built in, nor defined in a `.rhai` file beside `evenhand.yaml`, nor one of this place.

Wrong:  share: startswith(topic, \"card\")
Right:  share: starts_with(topic, \"card\")",
};

pub static ARGUMENTS: Code = Code {
    id: "EH0307",
    title: "a function is called with the wrong arguments",
    explanation: "The function exists, but takes another number of arguments, or arguments of another kind.

Wrong:  share: hours_between(opened) <= 24
Right:  share: hours_between(opened, closed) <= 24",
};

pub static ASSIGNMENT: Code = Code {
    id: "EH0308",
    title: "`=` gives a name a value",
    explanation: "One `=` gives a value to a name that `let` made; two compare.

Wrong:  where: channel = \"phone\"
Right:  where: channel == \"phone\"",
};

pub static CHAINED: Code = Code {
    id: "EH0309",
    title: "comparisons are chained",
    explanation: "`1 <= rating <= 5` would first compare 1 with the rating, and then yes or no with 5.
Write both comparisons.

Wrong:  where: 1 <= rating <= 5
Right:  where: rating >= 1 && rating <= 5",
};

pub static UNUSED: Code = Code {
    id: "EH0310",
    title: "a value is not used",
    explanation:
        "Only the last part of a script is its value. An earlier part that gives no name a value has no effect,
which is always a mistake. A choice with something after it needs round brackets.

Wrong:  if urgent { 1 } else { 2 } + 3
Right:  (if urgent { 1 } else { 2 }) + 3",
};

pub static UNSUPPORTED: Code = Code {
    id: "EH0311",
    title: "this can't be used in a script",
    explanation: "Scripts compute a value from their arguments and nothing else: they can't read files or the clock,
run text as a script, import modules or print. That is what makes the same input give the same answer.

Wrong:  eval(\"rating >= 4\")
Right:  rating >= 4",
};

pub static TOO_DEEP: Code = Code {
    id: "EH0312",
    title: "an expression is nested too deeply",
    explanation: "Brackets or choices stand inside one another too many times for a reader, and for the engine.
Cut the expression into functions in a `.rhai` file.

Wrong:  ((((((((((((((((((((((((((((((((((x))))))))))))))))))))))))))))))))))
Right:  x",
};

pub static FUNCTION: Code = Code {
    id: "EH0313",
    title: "a function is defined wrongly",
    explanation:
        "Two functions have the same name and number of parameters, or a function has the name of a built-in one.

Wrong:  fn min(a, b) { a }
Right:  fn first(a, b) { a }",
};

pub static DATE: Code = Code {
    id: "EH0314",
    title: "a date can't be read",
    explanation: "A date in an expression is written year-month-day; a time of day may follow it.
A date alone stands for the start of that day in the workspace's zone.

Wrong:  due < \"1/3/2026\"
Right:  due < \"2026-03-01\"",
};

pub static LIMIT: Code = Code {
    id: "EH0315",
    title: "a script broke a limit",
    explanation: "A script may do 250,000 operations for one row, call functions 64 levels deep, and hold texts of
65,536 bytes and lists of 4,096 items. Beyond that it is stopped; nobody is judged on it.
Look for a loop or a function that never ends.

Wrong:  fn count(n) { let i = 0; while i >= 0 { i += 1; } i }
Right:  fn count(n) { let i = 0; while i < n { i += 1; } i }",
};

pub static CALL: Code = Code {
    id: "EH0316",
    title: "a function of this place is called wrongly",
    explanation:
        "Functions such as met(\"answer_promptly\", 3, 4) take names and numbers as they stand, because the engine
must know them before it reads any record.

Wrong:  met(standard_name)
Right:  met(\"answer_promptly\")",
};

/// Every code of this stage.
pub static ALL: &[&Code] = &[
    &SYNTAX,
    &RESERVED,
    &UNKNOWN_NAME,
    &TYPES,
    &EXPECTED,
    &UNKNOWN_FUNCTION,
    &ARGUMENTS,
    &ASSIGNMENT,
    &CHAINED,
    &UNUSED,
    &UNSUPPORTED,
    &TOO_DEEP,
    &FUNCTION,
    &DATE,
    &LIMIT,
    &CALL,
];
