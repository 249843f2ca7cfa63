//! One cell as a file holds it, before it is read as what its field says.

use std::fmt::Write as _;

use crate::diagnostic::Said;
use crate::said;

/// A cell of any format. Text formats give only `Empty` and `Text`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Empty,
    Text(&'a str),
    Integer(i64),
    Number(f64),
    YesNo(bool),
    /// Microseconds since 1970 on the wall clock; `whole_day`: only a date stands there.
    Civil {
        micros: i64,
        whole_day: bool,
    },
    /// Microseconds since 1970-01-01T00:00Z.
    Moment(i64),
    /// Microseconds.
    Length(i64),
    /// Can't be read as anything, and why.
    Broken(Broken<'a>),
}

/// Why a cell can't be read as anything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Broken<'a> {
    /// Bytes that are no text of the file's encoding.
    Letters,
    /// Bytes of a column of bytes.
    NotText,
    Number,
    LargeNumber,
    List,
    Object,
    OtherKind,
    /// What a spreadsheet program shows in place of a value: `#DIV/0!`.
    Error(&'a str),
}

impl Broken<'_> {
    /// A reason for the quarantine.
    pub fn said(self) -> Said {
        match self {
            Broken::Letters => {
                said!("its letters are not stored as the rest of the file's: check `encoding`")
            }
            Broken::NotText => said!("its bytes are not readable text"),
            Broken::Number => said!("the number can't be read"),
            Broken::LargeNumber => said!("the number is too large"),
            Broken::List => said!("a list stands where one value is needed"),
            Broken::Object => said!("an object stands where one value is needed (`a.b` reads `b` inside `a`)"),
            Broken::OtherKind => said!("a value of this kind can't be read"),
            Broken::Error(error) => said!("the cell holds the error {error}", error),
        }
    }
}

impl Cell<'_> {
    /// The text that stands for the cell (ids, subjects): whole numbers without a fraction, moments in ISO 8601.
    /// `None` for an empty or broken one.
    pub fn write(&self, out: &mut String) -> bool {
        let fine = match self {
            Cell::Empty | Cell::Broken(_) => return false,
            Cell::Text(text) => {
                out.push_str(text);
                Ok(())
            }
            Cell::Integer(i) => write!(out, "{i}"),
            Cell::Number(x) => write!(out, "{x}"),
            Cell::YesNo(yes) => {
                out.push_str(if *yes { "true" } else { "false" });
                Ok(())
            }
            Cell::Civil { micros, whole_day } => return write_civil(*micros, *whole_day, out),
            Cell::Moment(micros) => match jiff::Timestamp::from_microsecond(*micros) {
                Ok(moment) => write!(out, "{moment}"),
                Err(_) => return false,
            },
            Cell::Length(micros) => write!(out, "{}", *micros as f64 / 1e6),
        };
        fine.is_ok()
    }
}

fn write_civil(micros: i64, whole_day: bool, out: &mut String) -> bool {
    let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
    match epoch.checked_add(jiff::SignedDuration::from_micros(micros)) {
        Ok(civil) if whole_day => write!(out, "{}", civil.date()).is_ok(),
        Ok(civil) => write!(out, "{civil}").is_ok(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(cell: Cell<'_>) -> Option<String> {
        let mut out = String::new();
        cell.write(&mut out).then_some(out)
    }

    #[test]
    fn an_id_is_the_same_text_in_every_format() {
        assert_eq!(text(Cell::Integer(1001)), Some("1001".to_owned()));
        assert_eq!(text(Cell::Number(1001.0)), Some("1001".to_owned()), "spreadsheets hold every number as a float");
        assert_eq!(text(Cell::Text("007")), Some("007".to_owned()));
        assert_eq!(text(Cell::Civil { micros: 86_400_000_000, whole_day: true }), Some("1970-01-02".to_owned()));
        assert_eq!(text(Cell::Empty), None);
    }
}
