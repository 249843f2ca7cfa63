//! How points become a score: groups of standards and of other groups.

use super::standard::StandardSet;
use crate::diagnostic::{Authored, Diagnostic};
use crate::language::Expected;
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::{COMBINES, GROUP, PART, SCORING};
use crate::workspace::names::{Named, Names, is_identifier};
use crate::workspace::plan::{Combine, Group, Part, Scoring};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::resolve::{circles, order};
use crate::workspace::scopes::COMBINE;
use crate::workspace::tree::{Kind, Node};

/// The scoring, and the names of its groups by their position in it.
pub fn read(reader: &mut Reader, top: &Opened, standards: &StandardSet) -> (Scoring, Names) {
    let mut scoring = Scoring { min_weight: 0.6, groups: Vec::new(), total: None, unvalidated: None };
    let Some(node) = top.get("scoring") else { return (scoring, Names::default()) };
    let opened = reader.open(node, &SCORING);
    if let Some(share) = opened.get("min_weight").and_then(|n| reader.percentage(n)) {
        scoring.min_weight = share.value;
    }
    scoring.unvalidated = opened.get("unvalidated").and_then(|n| reader.number_in(n, 0.0, 1e9)).map(|w| w.value);
    let entries = opened.get("groups").map(|n| reader.named(n, said!("a group"))).unwrap_or_default();
    let written = Names::of(entries.iter().map(|(key, _)| (*key).clone()));
    let mut groups: Vec<Group> =
        entries.iter().map(|(key, node)| group(reader, key, node, &written, &standards.names)).collect();
    let needs: Vec<Vec<usize>> = groups.iter().map(|g| members(&g.parts)).collect();
    for circle in circles(&needs) {
        report_circle(reader, &written, &circle);
    }
    // Positions among the groups as written become positions in the order of need.
    let sorted = order(&needs);
    let mut place = vec![0; sorted.len()];
    for (new, old) in sorted.iter().enumerate() {
        place[*old] = new;
    }
    for group in &mut groups {
        for part in &mut group.parts {
            if let Part::Group(old) = part {
                *old = place.get(*old).copied().unwrap_or(*old);
            }
        }
    }
    let mut by_place: Vec<(usize, Group)> = place.into_iter().zip(groups).collect();
    by_place.sort_by_key(|(new, _)| *new);
    scoring.groups = by_place.into_iter().map(|(_, group)| group).collect();
    let names = Names::of(scoring.groups.iter().map(|g| g.id.clone()));
    if let Some(total) = opened.get("total").and_then(|n| reader.text(n)) {
        reader.known(&total, names.iter(), said!("group"), "scoring: groups:", &codes::UNKNOWN_STANDARD);
        scoring.total = names.position(&total.value);
    }
    (scoring, names)
}

fn members(parts: &[Part]) -> Vec<usize> {
    parts.iter().filter_map(|p| if let Part::Group(g) = p { Some(*g) } else { None }).collect()
}

fn report_circle(reader: &mut Reader, names: &Names, circle: &[usize]) {
    let members: Vec<_> = circle.iter().filter_map(|i| names.get(*i)).collect();
    let Some(first) = members.first() else { return };
    let path: Vec<&str> = members.iter().chain([first]).map(|n| n.value.as_str()).collect();
    reader.report(
        Diagnostic::error(
            &codes::CYCLE,
            said!("group `{first}` is part of itself: {path}", first = first.value, path = path.join(" → ")),
        )
        .at(first.span(), said!("the circle begins here"))
        .help(said!("take one of the groups out of the other's `of:`")),
    );
}

fn group(reader: &mut Reader, key: &Authored<String>, node: &Node, groups: &Names, standards: &Names) -> Group {
    reader.check_name(key, Named::StandardOrGroup);
    if let Some(standard) = standards.position(&key.value).and_then(|i| standards.get(i)) {
        reader.report(
            Diagnostic::error(&codes::DUPLICATE_ID, said!("`{name}` is both a group and a standard", name = key))
                .at(key.span(), said!("the group"))
                .at(standard.span(), said!("the standard"))
                .help(said!("rename the group, so that rules can tell them apart")),
        );
    }
    let opened = reader.open(node, &GROUP);
    let parts = opened.get("of").map(|n| parts(reader, n, groups, standards)).unwrap_or_default();
    let most = parts.len().max(1) as u64;
    Group {
        id: key.clone(),
        origin: key.origin.clone(),
        combine: opened.get("combine").and_then(|n| combine(reader, n)).unwrap_or(Combine::WeightedMean),
        weight: opened.get("weight").and_then(|n| reader.number_in(n, 0.0, 1e9)).map_or(1.0, |w| w.value),
        min_parts: opened.get("min_parts").and_then(|n| reader.count_in(n, 1, most)).map_or(1, |c| c.value as usize),
        parts,
    }
}

fn parts(reader: &mut Reader, node: &Node, groups: &Names, standards: &Names) -> Vec<Part> {
    let mut parts: Vec<(Part, Authored<String>)> = Vec::new();
    for item in reader.items(node) {
        let name = match &item.kind {
            Kind::Map(_) => {
                let opened = reader.open(item, &PART);
                opened.get("name").and_then(|n| reader.text(n))
            }
            _ => reader.text(item),
        };
        let Some(name) = name else { continue };
        let known = standards.iter().chain(groups.iter());
        if !reader.known(&name, known, said!("standard or group"), "standards:", &codes::UNKNOWN_STANDARD) {
            continue;
        }
        let standard = standards.position(&name.value).map(Part::Standard);
        let Some(part) = standard.or_else(|| groups.position(&name.value).map(Part::Group)) else { continue };
        if let Some((_, first)) = parts.iter().find(|(p, _)| *p == part) {
            reader.report(
                Diagnostic::error(&codes::DUPLICATE_ID, said!("`{name}` is a part twice", name = name.value))
                    .at(name.span(), said!("here again"))
                    .at(first.span(), said!("first here"))
                    .help(said!("remove one; to make it count double, give it a weight of 2")),
            );
        } else {
            parts.push((part, name));
        }
    }
    if parts.is_empty() && matches!(node.kind, Kind::List(ref l) if l.is_empty()) || node.kind == Kind::Empty {
        reader.wrong(node, said!("at least one part"), said!("write `of: [answer_promptly, keep_dates]`"));
    }
    parts.into_iter().map(|(part, _)| part).collect()
}

fn combine(reader: &mut Reader, node: &Node) -> Option<Combine> {
    let written = node.text().map(|t| t.value.trim().to_string()).unwrap_or_default();
    match written.as_str() {
        "weighted_mean" => Some(Combine::WeightedMean),
        "mean" => Some(Combine::Mean),
        "sum" => Some(Combine::Sum),
        "max" => Some(Combine::Max),
        "min" => Some(Combine::Min),
        // One word that isn't a number or `parts` is a misspelt word rather than an expression.
        word if is_identifier(word) && word != "parts" => {
            reader.one_of(node, COMBINES, "combine");
            None
        }
        _ => {
            let mut scope = COMBINE;
            reader.compile(node, Expected::Number, &mut scope).map(Combine::Script)
        }
    }
}
