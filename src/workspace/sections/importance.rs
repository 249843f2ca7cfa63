//! `importance:` of the charter, a standard or a measure: what customers said matters to them. The values are kept as written; here
//! they are held against the table of keys, so that the Plan can read them without a doubt (`workspace/importance.rs`).

use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::codes;
use crate::workspace::importance::parse_points;
use crate::workspace::keys::{IMPORTANCE, SURVEY};
use crate::workspace::names::Names;
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::tree::{Kind, Node};

/// Most that a customer's weight may be.
const MOST: f64 = 1e9;

/// Of a standard or a measure: the day alone, or `{ measured: 2026-01-15, weight: 5 }`.
pub fn of_one(reader: &mut Reader, node: Option<&Node>) {
    let Some(node) = node else { return };
    if matches!(node.kind, Kind::Scalar(_)) {
        reader.date(node);
        return;
    }
    let opened = reader.open(node, &IMPORTANCE);
    day(reader, &opened);
    if let Some(weight) = opened.get("weight") {
        reader.number_in(weight, 0.0, MOST);
    }
}

/// Of the charter: the survey, whose standards must exist.
pub fn of_charter(reader: &mut Reader, top: &Opened, standards: &Names) {
    let Some(node) = top.get("charter").and_then(|charter| charter.get("importance")) else { return };
    if matches!(node.kind, Kind::Scalar(_)) {
        reader.date(node);
        return;
    }
    let opened = reader.open(node, &SURVEY);
    day(reader, &opened);
    if let Some(asked) = opened.get("asked") {
        reader.count_in(asked, 1, 1_000_000_000);
    }
    let weights = opened.get("weights").map(|n| reader.named(n, said!("a standard"))).unwrap_or_default();
    for (key, value) in weights {
        reader.known(key, standards.iter(), said!("standard"), "standards:", &codes::UNKNOWN_STANDARD);
        reader.number_in(value, 0.0, MOST);
    }
    for name in opened.get("standards").map(|n| reader.texts(n)).unwrap_or_default() {
        reader.known(&name, standards.iter(), said!("standard"), "standards:", &codes::UNKNOWN_STANDARD);
    }
    if let Some(mismatch) = opened.get("mismatch") {
        points(reader, mismatch);
    }
    let in_use = reader.word(&opened, "use", SURVEY.words("use"));
    if let Some(in_use) = in_use.filter(|_| !opened.has("weights")) {
        reader.report(
            Diagnostic::error(&codes::MISSING_KEY, said!("`use: weights` needs the weights that customers gave"))
                .at(in_use.span(), said!("`weights` is missing beside it"))
                .help(said!("add what customers gave each standard, such as `weights: { answer_promptly: 5 }`")),
        );
    }
}

/// A map's day; a missing one is told by `open`.
fn day(reader: &mut Reader, opened: &Opened) {
    if let Some(measured) = opened.get("measured") {
        reader.date(measured);
    }
}

fn points(reader: &mut Reader, node: &Node) {
    let Some(written) = reader.text(node) else { return };
    if parse_points(&written.value).is_none() {
        let help = said!("write how many points of 100, such as `mismatch: 10 points`");
        reader.wrong(node, said!("a number of points"), help);
    }
}
