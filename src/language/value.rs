//! Values and columns. A number column keeps missing as NaN (no NaN ever comes from data or from an
//! operator: both become missing), a yes_no column as `Truth::MISSING`, so kernels need no second buffer.

use std::sync::Arc;

/// The types of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    Number,
    Text,
    YesNo,
    /// A moment, microseconds since 1970-01-01T00:00Z.
    Time,
    /// A length of time in microseconds.
    Duration,
    /// Known to be missing: `()`.
    Missing,
    /// A list of numbers: `parts` of a combine.
    Numbers,
}

impl Type {
    /// As authors write it.
    pub fn name(self) -> &'static str {
        match self {
            Type::Number => "number",
            Type::Text => "text",
            Type::YesNo => "yes_no",
            Type::Time => "time",
            Type::Duration => "duration",
            Type::Missing => "missing",
            Type::Numbers => "list of numbers",
        }
    }
}

/// Yes, no or missing in one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Truth(pub u8);

impl Truth {
    pub const NO: Truth = Truth(0);
    pub const YES: Truth = Truth(1);
    pub const MISSING: Truth = Truth(2);

    pub fn of(yes: bool) -> Self {
        Truth(u8::from(yes))
    }

    pub fn is_yes(self) -> bool {
        self == Self::YES
    }

    pub fn is_missing(self) -> bool {
        self == Self::MISSING
    }
}

/// A missing moment or duration in a column.
pub const MISSING_TIME: i64 = i64::MIN;
/// A missing word in a text column.
pub const MISSING_WORD: u32 = u32::MAX;

/// One value, as a rule or a message sees it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Missing,
    Number(f64),
    Text(Arc<str>),
    YesNo(bool),
    Time(i64),
    Duration(i64),
    Numbers(Arc<Vec<f64>>),
}

impl Value {
    pub fn ty(&self) -> Type {
        match self {
            Value::Missing => Type::Missing,
            Value::Number(_) => Type::Number,
            Value::Text(_) => Type::Text,
            Value::YesNo(_) => Type::YesNo,
            Value::Time(_) => Type::Time,
            Value::Duration(_) => Type::Duration,
            Value::Numbers(_) => Type::Numbers,
        }
    }
}

/// Text by dictionary: `codes[row]` is a position in `words`, or `MISSING_WORD`. Words may hold
/// entries that no row uses, and (from different Parquet pages) the same word twice.
#[derive(Clone, Debug)]
pub struct TextColumn {
    pub codes: Arc<Vec<u32>>,
    pub words: Arc<Vec<Arc<str>>>,
}

impl TextColumn {
    pub fn get(&self, row: usize) -> Option<&Arc<str>> {
        let code = *self.codes.get(row)?;
        if code == MISSING_WORD { None } else { self.words.get(code as usize) }
    }

    /// A column from owned values; each distinct word stands once.
    pub fn of<S: AsRef<str>>(values: impl IntoIterator<Item = Option<S>>) -> Self {
        let mut known = rustc_hash::FxHashMap::<Arc<str>, u32>::default();
        let mut words = Vec::new();
        let codes = values
            .into_iter()
            .map(|value| {
                let Some(value) = value else { return MISSING_WORD };
                let value = value.as_ref();
                if let Some(code) = known.get(value) {
                    return *code;
                }
                let word: Arc<str> = Arc::from(value);
                words.push(word.clone());
                known.insert(word, words.len() as u32 - 1);
                words.len() as u32 - 1
            })
            .collect();
        Self { codes: Arc::new(codes), words: Arc::new(words) }
    }
}

/// A column of one type. All columns of a frame have the frame's number of rows, `Constant` any.
#[derive(Clone, Debug)]
pub enum Column {
    /// NaN is missing.
    Number(Arc<Vec<f64>>),
    YesNo(Arc<Vec<Truth>>),
    Text(TextColumn),
    /// `MISSING_TIME` is missing.
    Time(Arc<Vec<i64>>),
    /// `MISSING_TIME` is missing.
    Duration(Arc<Vec<i64>>),
    /// A list of numbers in each row (`parts`); missing parts have been left out.
    Numbers(Arc<Vec<Arc<Vec<f64>>>>),
    /// The same value in every row (also: nothing was supplied for this slot).
    Constant(Value),
}

impl Column {
    /// The value in a row; out of range is missing.
    pub fn value(&self, row: usize) -> Value {
        let time = |v: &Vec<i64>| v.get(row).copied().filter(|t| *t != MISSING_TIME);
        match self {
            Column::Number(v) => v.get(row).filter(|x| !x.is_nan()).map_or(Value::Missing, |x| Value::Number(*x)),
            Column::YesNo(v) => {
                v.get(row).filter(|t| !t.is_missing()).map_or(Value::Missing, |t| Value::YesNo(t.is_yes()))
            }
            Column::Text(v) => v.get(row).map_or(Value::Missing, |w| Value::Text(w.clone())),
            Column::Time(v) => time(v).map_or(Value::Missing, Value::Time),
            Column::Duration(v) => time(v).map_or(Value::Missing, Value::Duration),
            Column::Numbers(v) => v.get(row).map_or(Value::Missing, |x| Value::Numbers(x.clone())),
            Column::Constant(v) => v.clone(),
        }
    }
}
