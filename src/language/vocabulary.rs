//! The one table of built-in functions: name, types, what it is, and the kernel that does it.

use super::Type::{self, Duration, Number, Numbers, Text, Time, YesNo};
use super::clock::{DAY, HOUR, Local, SECOND};
use super::number;
use super::words;
use crate::diagnostic::Said;
use crate::said;

/// How a function is done: for one value, and where it pays for a whole column without a call per row.
pub(super) enum Kernel {
    /// Also missing operands are its business.
    IsMissing,
    Number {
        one: fn(f64) -> f64,
        all: fn(&mut [f64]),
    },
    Pair {
        one: fn(f64, f64) -> f64,
        all: fn(&mut [f64], &[f64]),
        right: fn(&mut [f64], f64),
    },
    Three(fn(f64, f64, f64) -> f64),
    TextTest(fn(&str, &str) -> bool),
    TextMap(fn(&str) -> String),
    TextLength(fn(&str) -> f64),
    List(fn(&[f64]) -> f64),
    /// From two moments.
    Between(fn(i64, i64) -> f64),
    /// From the time on the wall.
    Wall(fn(Local) -> f64),
    DayStart,
    WorkingBetween,
    AddWorking,
    /// So many of a length in microseconds.
    Length(i64),
}

pub(super) struct Builtin {
    pub name: &'static str,
    /// `None` takes any type.
    pub takes: &'static [Option<Type>],
    pub gives: Type,
    pub kernel: Kernel,
    /// Parameters as a reader sees them.
    pub written: &'static str,
    pub doc: &'static str,
}

macro_rules! number {
    ($one:expr) => {
        Kernel::Number {
            one: |x| number::finite($one(x)),
            all: |xs| xs.iter_mut().for_each(|x| *x = number::finite($one(*x))),
        }
    };
}

macro_rules! pair {
    ($one:expr) => {
        Kernel::Pair {
            one: |a, b| number::finite($one(a, b)),
            all: |xs, ys| xs.iter_mut().zip(ys).for_each(|(x, y)| *x = number::finite($one(*x, *y))),
            right: |xs, y| xs.iter_mut().for_each(|x| *x = number::finite($one(*x, y))),
        }
    };
}

const fn row(
    name: &'static str,
    takes: &'static [Option<Type>],
    gives: Type,
    kernel: Kernel,
    written: &'static str,
    doc: &'static str,
) -> Builtin {
    Builtin { name, takes, gives, kernel, written, doc }
}

const N: Option<Type> = Some(Number);
const T: Option<Type> = Some(Text);
const M: Option<Type> = Some(Time);
const L: Option<Type> = Some(Numbers);

pub(super) static TABLE: &[Builtin] = &[
    row("is_missing", &[None], YesNo, Kernel::IsMissing, "x", "yes where x is missing; never missing itself"),
    row("abs", &[N], Number, number!(f64::abs), "x", "the size of x without its sign"),
    row("min", &[N, N], Number, pair!(number::least), "a, b", "the smaller of two or more numbers"),
    row("max", &[N, N], Number, pair!(number::greatest), "a, b", "the larger of two or more numbers"),
    row("round", &[N], Number, number!(number::whole), "x", "the nearest whole number, a half away from zero"),
    row(
        "round",
        &[N, N],
        Number,
        Kernel::Pair {
            one: number::round_to,
            all: |xs, ys| xs.iter_mut().zip(ys).for_each(|(x, y)| *x = number::round_to(*x, *y)),
            right: |xs, y| xs.iter_mut().for_each(|x| *x = number::round_to(*x, y)),
        },
        "x, digits",
        "x with so many decimals, a half away from zero as on paper: round(2.675, 2) is 2.68",
    ),
    row("floor", &[N], Number, number!(number::floor), "x", "the next whole number down"),
    row("ceil", &[N], Number, number!(number::ceil), "x", "the next whole number up"),
    row("sqrt", &[N], Number, number!(f64::sqrt), "x", "the square root; missing below zero"),
    row("ln", &[N], Number, number!(libm::log), "x", "the natural logarithm; missing at zero and below"),
    row("exp", &[N], Number, number!(libm::exp), "x", "e to the power of x"),
    row(
        "clamp",
        &[N, N, N],
        Number,
        Kernel::Three(number::clamp),
        "x, low, high",
        "x held between low and high; missing where low is above high",
    ),
    row(
        "contains",
        &[T, T],
        YesNo,
        Kernel::TextTest(|a, b| a.contains(b)),
        "text, part",
        "whether the part stands in the text",
    ),
    row(
        "starts_with",
        &[T, T],
        YesNo,
        Kernel::TextTest(|a, b| a.starts_with(b)),
        "text, start",
        "whether the text begins so",
    ),
    row("ends_with", &[T, T], YesNo, Kernel::TextTest(|a, b| a.ends_with(b)), "text, end", "whether the text ends so"),
    row(
        "matches",
        &[T, T],
        YesNo,
        Kernel::TextTest(words::matches),
        "text, pattern",
        "whether the whole text fits a pattern: `*` is any text, `?` one character",
    ),
    row("lower", &[T], Text, Kernel::TextMap(str::to_lowercase), "text", "the text in small letters"),
    row("upper", &[T], Text, Kernel::TextMap(str::to_uppercase), "text", "the text in capital letters"),
    row("trim", &[T], Text, Kernel::TextMap(|t| t.trim().to_string()), "text", "the text without spaces at its ends"),
    row("len", &[T], Number, Kernel::TextLength(|t| t.chars().count() as f64), "text", "the number of characters"),
    row("len", &[L], Number, Kernel::List(|l| l.len() as f64), "list", "the number of items"),
    row("count", &[L], Number, Kernel::List(|l| l.len() as f64), "list", "the number of items"),
    row("sum", &[L], Number, Kernel::List(words::sum), "list", "the sum of the items; 0 for none"),
    row(
        "mean",
        &[L],
        Number,
        Kernel::List(|l| number::finite(words::sum(l) / l.len() as f64)),
        "list",
        "the mean of the items; missing for none",
    ),
    row(
        "min",
        &[L],
        Number,
        Kernel::List(|l| l.iter().copied().reduce(number::least).unwrap_or(f64::NAN)),
        "list",
        "the smallest item; missing for none",
    ),
    row(
        "max",
        &[L],
        Number,
        Kernel::List(|l| l.iter().copied().reduce(number::greatest).unwrap_or(f64::NAN)),
        "list",
        "the largest item; missing for none",
    ),
    row(
        "hours_between",
        &[M, M],
        Number,
        Kernel::Between(|a, b| b.checked_sub(a).map_or(f64::NAN, |d| d as f64 / HOUR as f64)),
        "from, to",
        "hours from one time to another, day and night; negative when `to` is earlier",
    ),
    row(
        "working_hours_between",
        &[M, M],
        Number,
        Kernel::WorkingBetween,
        "from, to",
        "hours of the policy's calendar from one time to another; negative when `to` is earlier",
    ),
    row(
        "add_working_hours",
        &[M, N],
        Time,
        Kernel::AddWorking,
        "from, hours",
        "the time by which so many hours of the policy's calendar have passed",
    ),
    row(
        "date",
        &[M],
        Time,
        Kernel::DayStart,
        "time",
        "the start of that day; date(\"2026-03-01\") is a day by its name",
    ),
    row("hour", &[M], Number, Kernel::Wall(Local::hour), "time", "the hour of the day, 0 to 23"),
    row("weekday", &[M], Number, Kernel::Wall(Local::weekday), "time", "the day of the week: 1 is Monday, 7 Sunday"),
    row("days", &[N], Duration, Kernel::Length(DAY), "n", "a length of n times 24 hours"),
    row("hours", &[N], Duration, Kernel::Length(HOUR), "n", "a length of n hours"),
    row("minutes", &[N], Duration, Kernel::Length(60 * SECOND), "n", "a length of n minutes"),
    row("seconds", &[N], Duration, Kernel::Length(SECOND), "n", "a length of n seconds"),
];

/// List functions that take a closure, and how many parameters it has.
pub(super) const WITH_CLOSURE: [(&str, usize); 5] = [("filter", 1), ("map", 1), ("some", 1), ("all", 1), ("reduce", 2)];

/// A line of the guide: name, parameters, result, what it is.
pub struct Documented {
    pub name: &'static str,
    pub parameters: &'static str,
    pub gives: Type,
    pub doc: &'static str,
}

/// The built-in functions, for the guide, completions and the editor.
pub fn vocabulary() -> impl Iterator<Item = Documented> {
    TABLE.iter().map(|b| Documented { name: b.name, parameters: b.written, gives: b.gives, doc: b.doc })
}

pub(super) fn named(name: &str) -> impl Iterator<Item = &'static Builtin> {
    TABLE.iter().filter(move |b| b.name == name)
}

/// The one entry of these types; a missing operand fits any.
pub(super) fn fitting(name: &str, types: &[Type]) -> Option<&'static Builtin> {
    named(name).find(|b| {
        b.takes.len() == types.len()
            && b.takes.iter().zip(types).all(|(want, has)| want.is_none_or(|w| w == *has || *has == Type::Missing))
    })
}

/// Functions of rhai that the language leaves out, with the way out.
pub(super) fn forbidden(name: &str) -> Option<Said> {
    match name {
        "eval" => Some(said!("write the expression itself")),
        "print" | "debug" => Some(said!("scripts only compute; `evenhand explain` shows how a value came out")),
        "Fn" | "call" | "curry" | "is_def_fn" | "is_def_var" | "is_shared" => {
            Some(said!("call the function by its name"))
        }
        "timestamp" | "sleep" | "rand" => {
            Some(said!("scripts have no clock and no chance: use `as_of`, which is an input"))
        }
        "type_of" => Some(said!("every field has the type that its source declares")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_format_is_there() {
        let named: Vec<_> = vocabulary().map(|d| d.name).collect();
        for name in "contains starts_with ends_with lower upper trim matches hours_between working_hours_between date hour weekday \
                     abs min max round floor ceil sqrt ln exp clamp is_missing sum mean count"
            .split_whitespace()
        {
            assert!(named.contains(&name), "{name}");
        }
    }

    #[test]
    fn no_two_entries_take_the_same() {
        for (i, a) in TABLE.iter().enumerate() {
            for b in &TABLE[i + 1..] {
                assert!(a.name != b.name || a.takes != b.takes, "{}", a.name);
            }
        }
        assert!(fitting("len", &[Type::Number]).is_none());
        assert_eq!(fitting("len", &[Type::Numbers]).unwrap().written, "list");
    }
}
