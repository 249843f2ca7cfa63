//! `tags:` of a measure or a standard. Some words are looked for by the charter's own checks (C31, C32, C17); any other is the
//! author's own, unless it looks like a slip of one of them.

use crate::diagnostic::{Authored, Diagnostic, did_you_mean};
use crate::said;
use crate::workspace::codes;
use crate::workspace::coverage::{OBJECTIVE_TAGS, OTHER_TAGS, SUBJECTIVE_TAGS};
use crate::workspace::plan::MeasureKind;
use crate::workspace::reader::Reader;
use crate::workspace::tree::Node;

/// Reports slips, and words that belong to the other kind of measure.
pub fn read(reader: &mut Reader, node: Option<&Node>, kind: Option<MeasureKind>) {
    for tag in node.map(|n| reader.texts(n)).unwrap_or_default() {
        let word = tag.value.trim();
        let known = || OBJECTIVE_TAGS.iter().chain(&SUBJECTIVE_TAGS).chain(&OTHER_TAGS).copied();
        if !known().any(|k| k == word) {
            if let Some(near) = did_you_mean(word, known()) {
                let found =
                    Diagnostic::warning(&codes::NOT_A_CHOICE, said!("nothing looks for the tag `{tag}`", tag = word));
                let found = found.at(tag.span(), said!("`{near}` is looked for", near));
                reader.report(found.help(said!("did you mean `{near}`?", near)).for_item(tag.origin.item.as_ref()));
            }
            continue;
        }
        match kind {
            Some(MeasureKind::Objective) if SUBJECTIVE_TAGS.contains(&word) => other_kind(
                reader,
                &tag,
                said!("`{tag}` is what an observed measure is about, and this one counts facts", tag = word),
            ),
            Some(MeasureKind::Subjective) if OBJECTIVE_TAGS.contains(&word) => other_kind(
                reader,
                &tag,
                said!("`{tag}` is what a counted measure is about, and this one is observed", tag = word),
            ),
            _ => {}
        }
    }
}

fn other_kind(reader: &mut Reader, tag: &Authored<String>, message: crate::diagnostic::Said) {
    reader.report(
        Diagnostic::warning(&codes::NOT_A_CHOICE, message)
            .at(tag.span(), said!("it doesn't count as covered by this"))
            .help(said!("put the tag at a measure of the other kind, or take it out"))
            .for_item(tag.origin.item.as_ref()),
    );
}
