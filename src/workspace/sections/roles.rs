//! `roles`, `training` and `links` of the charter: what people of a role may decide, do, must learn, and whom they serve.

use super::source::SourceSet;
use crate::diagnostic::{Authored, Diagnostic, Said};
use crate::language::Type;
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::{CHARTER_ROLE, TRAINING};
use crate::workspace::names::Names;
use crate::workspace::plan::SourceKind;
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::roles::{Interval, Role, RoleBook, RoleLink, Training};
use crate::workspace::tree::{Kind, Node};

/// The field of a source of training that names what was learnt.
const COURSE: &str = "course";

pub fn read(reader: &mut Reader, top: &Opened, sources: &mut SourceSet, standards: &Names) -> RoleBook {
    let Some(charter) = top.get("charter").filter(|node| matches!(node.kind, Kind::Map(_))) else {
        return RoleBook::default();
    };
    let mut book = RoleBook::default();
    for (key, node) in charter.get("roles").map(|n| reader.named(n, said!("a role"))).unwrap_or_default() {
        book.roles.extend(role(reader, key, node));
    }
    for (key, node) in charter.get("training").map(|n| reader.named(n, said!("a role"))).unwrap_or_default() {
        let entries = if let Kind::List(items) = &node.kind { items.iter().collect() } else { vec![node] };
        for entry in entries {
            book.training.extend(training(reader, key, entry));
        }
    }
    for (key, node) in charter.get("links").map(|n| reader.named(n, said!("a role"))).unwrap_or_default() {
        let named = reader.texts(node);
        for name in &named {
            reader.known(name, standards.iter(), said!("standard"), "standards:", &codes::UNKNOWN_STANDARD);
        }
        book.links.push(RoleLink { role: word(key), standards: named });
    }
    if !book.training.is_empty() {
        book.records = records(reader, sources);
    }
    book
}

/// `contractor` is a common slip for contactor (C58).
fn word(key: &Authored<String>) -> Authored<String> {
    let meant = if key.value == "contractor" { "contactor".to_owned() } else { key.value.trim().to_owned() };
    Authored::new(meant, key.origin.clone())
}

fn role(reader: &mut Reader, key: &Authored<String>, node: &Node) -> Option<Role> {
    let opened = reader.open(node, &CHARTER_ROLE);
    let texts = |reader: &mut Reader, name: &str| opened.get(name).map(|n| reader.texts(n)).unwrap_or_default();
    let role = Role {
        name: word(key),
        authority: opened.get("authority").and_then(|n| reader.text(n)),
        duties: texts(reader, "duties"),
        credentials: texts(reader, "credentials"),
    };
    if role.authority.is_none() && role.duties.is_empty() && role.credentials.is_empty() {
        reader.wrong(
            node,
            said!("what the role may decide, does or needs"),
            said!("write `{role}: { authority: refunds up to 50, duties: [ … ] }`", role = key.value),
        );
        return None;
    }
    Some(role)
}

/// A course by its name alone is needed once.
fn training(reader: &mut Reader, key: &Authored<String>, node: &Node) -> Option<Training> {
    if let Kind::Scalar(_) = &node.kind {
        let course = reader.text(node)?;
        return Some(Training { role: word(key), course, every: None, within_days: 0 });
    }
    let opened = reader.open(node, &TRAINING);
    let course = opened.get(COURSE).and_then(|n| reader.text(n))?;
    let every = match opened.get("every") {
        Some(node) => Some(interval(reader, node)?),
        None => None,
    };
    let within_days = opened.get("within").and_then(|n| reader.days(n)).map_or(0, |days| days.value);
    Some(Training { role: word(key), course, every, within_days })
}

fn interval(reader: &mut Reader, node: &Node) -> Option<Interval> {
    let found = node.text().and_then(|text| Interval::parse(&text.value));
    if found.is_none() {
        reader.wrong(node, said!("a length of time"), said!("write `12 months`, `2 years`, `6 weeks` or `90 days`"));
    }
    found
}

/// The sources that record training: each says who, when, and what.
fn records(reader: &mut Reader, sources: &mut SourceSet) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (position, source) in sources.sources.iter().enumerate() {
        let Some(source) = source.as_ref().filter(|s| s.kind == SourceKind::Training) else { continue };
        let course = source.fields.iter().position(|f| f.name == COURSE && f.ty == Type::Text);
        let lacking: Option<(&str, Said)> = if course.is_none() {
            Some(("fields: { course: text }", said!("what was learnt")))
        } else if !source.subjects.contains_key("person") {
            Some(("person:", said!("who was trained")))
        } else if source.at.is_none() {
            Some(("at:", said!("when it was")))
        } else {
            None
        };
        match (lacking, course) {
            (Some((key, what)), _) => reader.report(
                Diagnostic::error(
                    &codes::MISSING_KEY,
                    said!("source `{source}` of training doesn't say {what}", source = source.id, what),
                )
                .at(source.id.span(), said!("`training:` of the charter reads it"))
                .help(said!("add `{key}` to it", key)),
            ),
            (None, Some(course)) => {
                if let Some(names) = sources.fields.get_mut(position) {
                    names.used.insert(course);
                }
                found.push((position, course));
            }
            (None, None) => {}
        }
    }
    found
}
