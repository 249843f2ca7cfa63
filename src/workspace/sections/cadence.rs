//! `cadence: { every: week, at_least: 1, of: hours }`: what ought to happen regularly.

use super::field::FieldNames;
use crate::diagnostic::{Diagnostic, Said};
use crate::language::Expected;
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::{CADENCE, SLOTS};
use crate::workspace::plan::{Every, Form, PeriodRule, Source};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::scalars::every;
use crate::workspace::tree::Node;

use super::header::{Header, known_level};

pub fn read(reader: &mut Reader, node: &Node, names: &mut FieldNames) -> Option<Form> {
    let opened = reader.open(node, &CADENCE);
    let word = reader.word(&opened, "every", SLOTS);
    let level = opened.get("level").and_then(|n| reader.text(n));
    let of = match opened.get("of") {
        Some(node) => Some(names.compile(reader, node, Expected::Measured)?),
        None => None,
    };
    let at_least = match opened.get("at_least") {
        Some(node) => at_least(reader, node, of.is_some())?,
        None => 1.0,
    };
    Some(Form::Cadence { every: every(&word?.value)?, at_least, of, level })
}

/// Rows are whole; of a number any part may be asked for, but not nothing.
fn at_least(reader: &mut Reader, node: &Node, of: bool) -> Option<f64> {
    let least = reader.number(node)?.value;
    let whole = of || least.fract() == 0.0;
    if least > 0.0 && least <= MOST && whole {
        return Some(least);
    }
    let needed = if of { said!("a number above 0") } else { said!("a whole number from 1") };
    reader.wrong(node, needed, said!("write `at_least: 1`, or leave it out"));
    None
}

/// More than anybody does in a year.
const MOST: f64 = 1e9;

/// Keys that speak of single rows that count for or against somebody: a cadence has none.
const ROWS_ONLY: [&str; 5] = ["shield", "cause", "not_due", "rater", "rated"];

/// What the rest of the measure and of the workspace must be like for a cadence to mean something.
pub fn check(reader: &mut Reader, opened: &Opened, form: &Form, source: Option<&Source>, header: &Header) {
    let Form::Cadence { every, level, .. } = form else { return };
    for key in ROWS_ONLY.iter().filter(|key| opened.has(key)) {
        reader.report(
            Diagnostic::error(
                &codes::CADENCE,
                said!("a cadence asks whether something was done at all, so `{key}` means nothing here", key = *key),
            )
            .at(opened.key_origin(key).span, Said::default())
            .help(said!("remove `{key}`; rows that don't count are left out by `where:` or `exclude:`", key = *key)),
        );
    }
    if let Some(level) = level {
        known_level(reader, level, &header.levels);
    }
    let span = opened.key_origin("cadence").span;
    if source.is_some_and(|s| s.at.is_none()) && !opened.has("at") {
        reader.report(
            Diagnostic::error(&codes::CADENCE, said!("a cadence needs the day of each record"))
                .at(span, said!("its source has no `at:`"))
                .help(said!("name the column of the record's day: `at: …` at the source")),
        );
    }
    too_long(reader, span, *every, &header.periods);
}

/// Slots are held against the period that they end in.
fn too_long(reader: &mut Reader, span: crate::diagnostic::Span, slot: Every, periods: &PeriodRule) {
    if periods.every.value != Every::All && length(slot) <= length(periods.every.value) {
        return;
    }
    reader.report(
        Diagnostic::error(
            &codes::CADENCE,
            said!("the periods of this workspace are too short for this cadence, or never end"),
        )
        .at(span, said!("asks for more than one period can tell"))
        .at(periods.every.span(), said!("how time is cut into periods"))
        .help(said!(
            "choose periods that are as long or longer, such as `periods: { every: month }` for what is due every week"
        )),
    );
}

fn length(every: Every) -> u8 {
    match every {
        Every::Day => 0,
        Every::Week => 1,
        Every::Month => 2,
        Every::Quarter => 3,
        Every::Year => 4,
        Every::All => 5,
    }
}
