//! `rate: { events: …, per: SOURCE }`: events counted against the rows of another source, so that none at all is a figure too.

use super::field::FieldNames;
use super::form::scale;
use crate::diagnostic::{Authored, Diagnostic, did_you_mean};
use crate::language::{Expected, Program, Type};
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::RATE;
use crate::workspace::names::Names;
use crate::workspace::plan::Form;
use crate::workspace::reader::Reader;
use crate::workspace::tree::Node;

/// The source that `per:` names; a field of the measure's own source goes before.
pub fn named(node: &Node, names: &FieldNames, sources: &Names) -> Option<usize> {
    let per = node.get("per")?.text()?;
    let name = per.value.trim();
    if names.position(name).is_some() { None } else { sources.position(name) }
}

/// Whether `per:` is meant to name a source and doesn't; that is reported.
pub fn misspelt(reader: &mut Reader, node: &Node, names: &FieldNames, sources: &Names) -> bool {
    let Some(per) = node.get("per").and_then(Node::text) else { return false };
    let written = per.value.trim();
    let fields = names.types.iter().map(|(name, _)| name.as_str());
    if did_you_mean(written, sources.iter()).is_none() || fields.clone().any(|field| field == written) {
        return false;
    }
    if did_you_mean(written, fields).is_some() {
        return false;
    }
    let per = Authored::new(written.to_owned(), per.origin);
    !reader.known(&per, sources.iter(), said!("source"), "sources:", &codes::UNKNOWN_SOURCE)
}

pub fn read(reader: &mut Reader, node: &Node, names: &mut FieldNames, sources: &Names) -> Option<Form> {
    let per = named(node, names, sources)?;
    let opened = reader.open(node, &RATE);
    let scale = scale(reader, node);
    if sources.get(per).is_some_and(|source| source.value == names.source) {
        let source = names.source.as_str();
        reader.report(
            Diagnostic::error(
                &codes::EXPOSURE,
                said!("events of `{source}` are counted per `{source}` itself", source),
            )
            .at(opened.get("per")?.origin.span, said!("the measure's own source"))
            .help(said!("name the source of what could have led to an event, such as `per: calls`"))
            .help(said!("or write `share:` and what makes a row an event, for the share of its own rows")),
        );
        return None;
    }
    let written = opened.get("events")?;
    let every = written.text().is_some_and(|text| text.value.trim() == "1");
    let events = if every { None } else { Some(events(reader, written, names)?) };
    Some(Form::Events { events, per, scale })
}

/// What makes a row an event: yes or no. Weights would need another interval than that of a count.
fn events(reader: &mut Reader, node: &Node, names: &mut FieldNames) -> Option<Program> {
    let program = names.compile(reader, node, Expected::Any)?;
    if program.ty() == Type::YesNo {
        return Some(program);
    }
    let written = program.wording().trim();
    reader.report(
        Diagnostic::error(&codes::EXPOSURE, said!("`{written}` doesn't say which rows are events", written))
            .at(node.origin.span, said!("yes or no is needed: events are counted, not weighed"))
            .help(said!("write `events: 1` where each row is an event, or a condition such as `events: severity >= 3`"))
            .help(said!("weights are added up by a measure of their own, with `sum:`")),
    );
    None
}
