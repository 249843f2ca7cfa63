//! An evaluator written for the tests alone: its own trees, printed as the text that authors write, and
//! walked value by value in the plainest way. It shares no code with the engine beyond `Value`.

use evenhand::language::Value;

#[derive(Clone, Debug)]
pub enum Num {
    Field(usize),
    Literal(f64),
    Missing,
    Op(char, Box<Num>, Box<Num>),
    Negate(Box<Num>),
    Call(&'static str, Vec<Num>),
    Or(Box<Num>, Box<Num>),
    If(Box<Truth>, Box<Num>, Box<Num>),
    Length(Box<Txt>),
    Hours(Box<When>, Box<When>),
    Switch(Box<Num>, Vec<(f64, Num)>, Box<Num>),
    Let(Box<Num>, Box<Num>, Box<Num>),
    /// The value of the innermost `let`.
    Bound,
    Twice(Box<Num>),
}

#[derive(Clone, Debug)]
pub enum Truth {
    Field(usize),
    Literal(bool),
    Compare(&'static str, Box<Num>, Box<Num>),
    CompareText(&'static str, Box<Txt>, Box<Txt>),
    CompareTime(&'static str, Box<When>, Box<When>),
    And(Vec<Truth>),
    Or(Vec<Truth>),
    Not(Box<Truth>),
    In(Box<Num>, Vec<f64>),
    InText(Box<Txt>, Vec<String>),
    IsMissing(Box<Num>),
    Test(&'static str, Box<Txt>, Box<Txt>),
    Else(Box<Truth>, Box<Truth>),
}

#[derive(Clone, Debug)]
pub enum Txt {
    Field(usize),
    Literal(String),
    Join(Box<Txt>, Box<Txt>),
    Change(&'static str, Box<Txt>),
    If(Box<Truth>, Box<Txt>, Box<Txt>),
    Else(Box<Txt>, Box<Txt>),
}

#[derive(Clone, Debug)]
pub enum When {
    Field(usize),
    Later(Box<When>, Box<Num>),
    If(Box<Truth>, Box<When>, Box<When>),
}

pub const NUMBERS: [&str; 3] = ["a", "b", "speed.value"];
pub const TRUTHS: [&str; 2] = ["flag", "urgent"];
pub const TEXTS: [&str; 2] = ["topic", "größe"];
pub const TIMES: [&str; 2] = ["opened", "closed"];

/// One row: what each field holds.
#[derive(Clone, Debug)]
pub struct Row {
    pub numbers: [Option<f64>; 3],
    pub truths: [Option<bool>; 2],
    pub texts: [Option<String>; 2],
    pub times: [Option<i64>; 2],
}

// ---- as text ----

fn number(x: f64) -> String {
    format!("{x:?}")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

impl Num {
    pub fn text(&self) -> String {
        match self {
            Num::Field(i) => NUMBERS[*i].to_string(),
            Num::Literal(x) => number(*x),
            Num::Missing => "()".into(),
            Num::Op('^', a, b) => format!("(({}) ** ({}))", a.text(), b.text()),
            Num::Op(o, a, b) => format!("(({}) {o} ({}))", a.text(), b.text()),
            Num::Negate(a) => format!("(-({}))", a.text()),
            Num::Call(f, list) => format!("{f}({})", list.iter().map(Num::text).collect::<Vec<_>>().join(", ")),
            Num::Or(a, b) => format!("(({}) ?? ({}))", a.text(), b.text()),
            Num::If(c, a, b) => format!("(if {} {{ {} }} else {{ {} }})", c.text(), a.text(), b.text()),
            Num::Length(t) => format!("len({})", t.text()),
            Num::Hours(a, b) => format!("hours_between({}, {})", a.text(), b.text()),
            Num::Switch(on, arms, other) => {
                let arms: String =
                    arms.iter().map(|(label, body)| format!("{} => {}, ", number(*label), body.text())).collect();
                format!("(switch {} {{ {arms}_ => {} }})", on.text(), other.text())
            }
            // `p` starts as one thing and may become another: what an author writes with `if`.
            Num::Let(first, test, then) => {
                format!(
                    "({{ let p = {}; if ({}) > 0 {{ p = p + 1; }} let q = p; {} }})",
                    first.text(),
                    test.text(),
                    then.text()
                )
            }
            Num::Bound => "q".into(),
            Num::Twice(a) => format!("twice({})", a.text()),
        }
    }
}

impl Truth {
    pub fn text(&self) -> String {
        let all =
            |list: &[Truth], sign: &str| format!("({})", list.iter().map(Truth::text).collect::<Vec<_>>().join(sign));
        match self {
            Truth::Field(i) => TRUTHS[*i].to_string(),
            Truth::Literal(b) => b.to_string(),
            Truth::Compare(o, a, b) => format!("(({}) {o} ({}))", a.text(), b.text()),
            Truth::CompareText(o, a, b) => format!("({} {o} {})", a.text(), b.text()),
            Truth::CompareTime(o, a, b) => format!("({} {o} {})", a.text(), b.text()),
            Truth::And(list) => all(list, " && "),
            Truth::Or(list) => all(list, " || "),
            Truth::Not(a) => format!("(!{})", a.text()),
            Truth::In(a, list) => {
                format!("(({}) in [{}])", a.text(), list.iter().map(|x| number(*x)).collect::<Vec<_>>().join(", "))
            }
            Truth::InText(a, list) => {
                format!("({} in [{}])", a.text(), list.iter().map(|t| quoted(t)).collect::<Vec<_>>().join(", "))
            }
            Truth::IsMissing(a) => format!("is_missing({})", a.text()),
            Truth::Test(f, a, b) => format!("{f}({}, {})", a.text(), b.text()),
            Truth::Else(a, b) => format!("({} ?? {})", a.text(), b.text()),
        }
    }
}

impl Txt {
    pub fn text(&self) -> String {
        match self {
            Txt::Field(i) => TEXTS[*i].to_string(),
            Txt::Literal(t) => quoted(t),
            Txt::Join(a, b) => format!("({} + {})", a.text(), b.text()),
            Txt::Change(f, a) => format!("{f}({})", a.text()),
            Txt::If(c, a, b) => format!("(if {} {{ {} }} else {{ {} }})", c.text(), a.text(), b.text()),
            Txt::Else(a, b) => format!("({} ?? {})", a.text(), b.text()),
        }
    }
}

impl When {
    pub fn text(&self) -> String {
        match self {
            When::Field(i) => TIMES[*i].to_string(),
            When::Later(t, n) => format!("({} + hours({}))", t.text(), n.text()),
            When::If(c, a, b) => format!("(if {} {{ {} }} else {{ {} }})", c.text(), a.text(), b.text()),
        }
    }
}

// ---- as values ----

fn sane(x: f64) -> Option<f64> {
    if x.is_nan() || x.is_infinite() { None } else { Some(x) }
}

/// Equal within 1e-14 of the larger.
fn equal(a: f64, b: f64) -> bool {
    if a == b {
        return true;
    }
    let larger = if a.abs() > b.abs() { a.abs() } else { b.abs() };
    (a - b).abs() < 1e-14 * larger
}

fn holds<T>(sign: &str, a: T, b: T, equal: impl Fn(&T, &T) -> bool, less: impl Fn(&T, &T) -> bool) -> bool {
    match sign {
        "==" => equal(&a, &b),
        "!=" => !equal(&a, &b),
        "<" => less(&a, &b) && !equal(&a, &b),
        "<=" => less(&a, &b) || equal(&a, &b),
        ">" => !less(&a, &b) && !equal(&a, &b),
        _ => !less(&a, &b) || equal(&a, &b),
    }
}

/// Round on the decimal text of a number, carried by hand.
fn rounded(x: f64, digits: f64) -> f64 {
    let digits = digits.round().clamp(-400.0, 400.0) as i64;
    let text = format!("{:.1100}", x.abs());
    // Where all 15 digits of a spreadsheet are asked for, nothing is rounded.
    let scientific = format!("{:.14e}", x.abs());
    let exponent: i64 = scientific.split_once('e').unwrap().1.parse().unwrap();
    if x == 0.0 || exponent + 1 + digits >= 15 {
        return x;
    }
    // A spreadsheet's 15 digits, padded as the long form is.
    let shown: f64 = scientific.parse().unwrap();
    let shortest = format!("{shown}");
    let (whole, part) = shortest.split_once('.').unwrap_or((&shortest, ""));
    assert!(text.len() > 1100);
    let mut figures: Vec<u8> = std::iter::repeat_n(0, 450)
        .chain(whole.bytes().map(|b| b - b'0'))
        .chain(part.bytes().map(|b| b - b'0'))
        .chain(std::iter::repeat_n(0, 900))
        .collect();
    let point = 450 + whole.len() as i64;
    let keep = (point + digits).max(1) as usize;
    let up = figures[keep] >= 5;
    figures.truncate(keep);
    let mut i = keep;
    let mut carry = up;
    while carry && i > 0 {
        i -= 1;
        carry = figures[i] == 9;
        figures[i] = if carry { 0 } else { figures[i] + 1 };
    }
    let mut written: String = figures.iter().map(|d| char::from(b'0' + d)).collect();
    while (written.len() as i64) < point {
        written.push('0');
    }
    written.insert(point as usize, '.');
    let value: f64 = written.parse().unwrap();
    if x < 0.0 { -value } else { value }
}

pub struct Eval<'a> {
    pub row: &'a Row,
    pub bound: Option<f64>,
}

impl Eval<'_> {
    pub fn num(&self, tree: &Num) -> Option<f64> {
        match tree {
            Num::Field(i) => self.row.numbers[*i],
            Num::Literal(x) => Some(*x),
            Num::Missing => None,
            Num::Bound => self.bound,
            Num::Negate(a) => self.num(a).map(|x| -x),
            Num::Op(o, a, b) => {
                let (x, y) = (self.num(a)?, self.num(b)?);
                sane(match o {
                    '+' => x + y,
                    '-' => x - y,
                    '*' => x * y,
                    '/' => x / y,
                    '%' => x % y,
                    _ => libm::pow(x, y),
                })
            }
            Num::Call(f, list) => {
                let values: Option<Vec<f64>> = list.iter().map(|n| self.num(n)).collect();
                let v = values?;
                sane(match *f {
                    "abs" => v[0].abs(),
                    "floor" | "ceil" if equal(v[0], v[0].round()) => v[0].round(),
                    "floor" => v[0].floor(),
                    "ceil" => v[0].ceil(),
                    "sqrt" => v[0].sqrt(),
                    "exp" => libm::exp(v[0]),
                    "ln" => libm::log(v[0]),
                    "round" if v.len() == 1 => rounded(v[0], 0.0),
                    "round" => rounded(v[0], v[1]),
                    "min" => v.iter().copied().fold(v[0], |a, b| if b < a { b } else { a }),
                    "max" => v.iter().copied().fold(v[0], |a, b| if b > a { b } else { a }),
                    "clamp" if v[1] > v[2] => return None,
                    "clamp" if v[0] < v[1] => v[1],
                    "clamp" if v[0] > v[2] => v[2],
                    _ => v[0],
                })
            }
            Num::Or(a, b) => self.num(a).or_else(|| self.num(b)),
            Num::If(c, a, b) => {
                if self.truth(c)? {
                    self.num(a)
                } else {
                    self.num(b)
                }
            }
            Num::Length(t) => self.txt(t).map(|t| t.chars().count() as f64),
            Num::Hours(a, b) => {
                let (a, b) = (self.when(a)?, self.when(b)?);
                b.checked_sub(a).map(|d| d as f64 / 3_600_000_000.0)
            }
            Num::Switch(on, arms, other) => {
                let on = self.num(on)?;
                match arms.iter().find(|(label, _)| equal(*label, on)) {
                    Some((_, body)) => self.num(body),
                    None => self.num(other),
                }
            }
            Num::Let(first, test, then) => {
                let p = self.num(first);
                let p = match self.num(test) {
                    None => None,
                    Some(test) if test > 0.0 => p.and_then(|p| sane(p + 1.0)),
                    Some(_) => p,
                };
                Eval { row: self.row, bound: p }.num(then)
            }
            Num::Twice(a) => self.num(a).and_then(|x| sane(x + x)),
        }
    }

    pub fn truth(&self, tree: &Truth) -> Option<bool> {
        match tree {
            Truth::Field(i) => self.row.truths[*i],
            Truth::Literal(b) => Some(*b),
            Truth::Compare(o, a, b) => Some(holds(o, self.num(a)?, self.num(b)?, |a, b| equal(*a, *b), |a, b| a < b)),
            Truth::CompareText(o, a, b) => Some(holds(o, self.txt(a)?, self.txt(b)?, |a, b| a == b, |a, b| a < b)),
            Truth::CompareTime(o, a, b) => Some(holds(o, self.when(a)?, self.when(b)?, |a, b| a == b, |a, b| a < b)),
            Truth::And(list) => {
                let all: Vec<_> = list.iter().map(|t| self.truth(t)).collect();
                if all.contains(&Some(false)) {
                    Some(false)
                } else if all.contains(&None) {
                    None
                } else {
                    Some(true)
                }
            }
            Truth::Or(list) => {
                let all: Vec<_> = list.iter().map(|t| self.truth(t)).collect();
                if all.contains(&Some(true)) {
                    Some(true)
                } else if all.contains(&None) {
                    None
                } else {
                    Some(false)
                }
            }
            Truth::Not(a) => self.truth(a).map(|b| !b),
            Truth::In(a, list) => {
                let x = self.num(a)?;
                Some(list.iter().any(|y| equal(x, *y)))
            }
            Truth::InText(a, list) => {
                let x = self.txt(a)?;
                Some(list.contains(&x))
            }
            Truth::IsMissing(a) => Some(self.num(a).is_none()),
            Truth::Test(f, a, b) => {
                let (a, b) = (self.txt(a)?, self.txt(b)?);
                Some(match *f {
                    "contains" => a.contains(&b),
                    "starts_with" => a.starts_with(&b),
                    _ => a.ends_with(&b),
                })
            }
            Truth::Else(a, b) => self.truth(a).or_else(|| self.truth(b)),
        }
    }

    pub fn txt(&self, tree: &Txt) -> Option<String> {
        match tree {
            Txt::Field(i) => self.row.texts[*i].clone(),
            Txt::Literal(t) => Some(t.clone()),
            Txt::Join(a, b) => Some(self.txt(a)? + self.txt(b)?.as_str()),
            Txt::Change(f, a) => {
                let t = self.txt(a)?;
                Some(match *f {
                    "lower" => t.to_lowercase(),
                    "upper" => t.to_uppercase(),
                    _ => t.trim().to_string(),
                })
            }
            Txt::If(c, a, b) => {
                if self.truth(c)? {
                    self.txt(a)
                } else {
                    self.txt(b)
                }
            }
            Txt::Else(a, b) => self.txt(a).or_else(|| self.txt(b)),
        }
    }

    pub fn when(&self, tree: &When) -> Option<i64> {
        match tree {
            When::Field(i) => self.row.times[*i],
            When::Later(t, n) => {
                let (t, n) = (self.when(t)?, self.num(n)?);
                let length = (n * 3_600_000_000.0).round();
                if length.abs() >= 9.3e18 || (length as i64) as f64 != length || length >= 9_223_372_036_854_775_808.0 {
                    return None;
                }
                t.checked_add(length as i64).filter(|t| *t != i64::MIN)
            }
            When::If(c, a, b) => {
                if self.truth(c)? {
                    self.when(a)
                } else {
                    self.when(b)
                }
            }
        }
    }
}

pub fn value_of_number(x: Option<f64>) -> Value {
    x.map_or(Value::Missing, Value::Number)
}
