//! `items:` of a measure over observed reviews: a weighted scorecard. The measure becomes the mean score of its reviews, from 0 to
//! 1: what was reached, out of what could be reached; an item that doesn't apply leaves both. Each item, and the reviews in
//! which a critical one failed, become measures of their own, so that they are counted, shown and compared like any other.

use super::expansion::{Written, any, child, number, shown};
use crate::diagnostic::{Authored, Diagnostic, Said};
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::{FORMS, ITEM};
use crate::workspace::plan::{Item, Scorecard};
use crate::workspace::reader::Reader;
use crate::workspace::scalars::parse_percentage;
use crate::workspace::tree::{Entry, Kind, Node};

/// One item as it was written.
struct Line<'n> {
    key: &'n Authored<String>,
    /// What is asked of a row: yes or no, or a number of points.
    of: String,
    item: Item,
    /// Fewer points than this are a failure of a critical item.
    pass: f64,
}

/// The measure and those of its items; nothing where something is wrong with them.
pub fn expand(reader: &mut Reader, key: &Authored<String>, node: &Node, items: &Node) -> Vec<Written> {
    if let Some(form) = node.entries().iter().find(|e| FORMS.contains(&e.key.value.as_str())) {
        let found = Diagnostic::error(
            &codes::SEVERAL_FORMS,
            said!("measure `{name}` computes both `items` and `{form}`", name = key, form = form.key),
        );
        reader.report(
            found
                .at(form.key.span(), said!("a second form"))
                .at(items.origin.span, said!("the items are the first"))
                .help(said!("make two measures, one with `items` and one with `{form}`", form = form.key)),
        );
        return Vec::new();
    }
    let lines = lines(reader, &key.value, items);
    if lines.is_empty() {
        return Vec::new();
    }
    let cap = cap(reader, node, &lines);
    let mut made = vec![score(key, node, &lines, cap)];
    made.extend(lines.iter().map(|line| of_item(node, line)));
    made.extend(critical(key, node, &lines));
    made
}

fn lines<'n>(reader: &mut Reader, measure: &str, items: &'n Node) -> Vec<Line<'n>> {
    let named = reader.named(items, said!("an item"));
    if named.is_empty() && matches!(items.kind, Kind::Empty | Kind::Map(_)) {
        reader.wrong(
            items,
            said!("at least one item"),
            said!("write the items below it, such as `greeted: 1`, each with its weight"),
        );
    }
    let mut lines = Vec::new();
    for (key, node) in named {
        let map = matches!(node.kind, Kind::Map(_) | Kind::Empty);
        let opened = if map { Some(reader.open(node, &ITEM)) } else { None };
        let weight = match &opened {
            Some(opened) => opened.get("weight"),
            None => Some(node),
        };
        let weight = weight.map_or(Some(1.0), |n| reader.number_in(n, 1e-6, 1e6).map(|w| w.value));
        let of = opened
            .and_then(|o| o.get("of"))
            .map_or(Some(key.value.clone()), |n| Some(reader.script(n)?.value.to_string()));
        let most = opened.and_then(|o| o.get("out_of")).map(|n| reader.number_in(n, 1e-6, 1e6).map(|m| m.value));
        let critical = opened.and_then(|o| o.get("critical")).and_then(|n| reader.yes_no(n)).is_some_and(|y| y.value);
        let pass = opened.and_then(|o| o.get("pass")).map(|n| reader.number_in(n, 0.0, 1e6).map(|p| p.value));
        let out_of = most.flatten();
        if critical && out_of.is_some() && pass.is_none() {
            reader.report(
                Diagnostic::error(
                    &codes::MISSING_KEY,
                    said!("critical item `{name}` doesn't say when it fails", name = key),
                )
                .at(key.span(), said!("`pass` is missing here"))
                .help(said!("add the fewest points that pass, such as `pass: 3`")),
            );
        }
        let (Some(weight), Some(of)) = (weight, of) else { continue };
        if most.is_some() && out_of.is_none() {
            continue;
        }
        let measure = format!("{measure}_{}", key.value);
        let item = Item { name: key.value.clone(), measure, weight, out_of, critical };
        lines.push(Line { key, of, item, pass: pass.flatten().unwrap_or(0.0) });
    }
    lines
}

/// What a review with a failed critical item scores at most: `zero`, a percentage, or (`report`) what it scores anyway.
fn cap(reader: &mut Reader, node: &Node, lines: &[Line<'_>]) -> Option<f64> {
    let node = node.get("critical")?;
    let written = reader.text(node)?;
    let cap = match written.value.trim() {
        "report" => return None,
        "zero" => 0.0,
        other => match parse_percentage(other).filter(|p| (0.0..1.0).contains(p)) {
            Some(cap) => cap,
            None => {
                let help = said!("write `critical: zero`, or `critical: 50%`");
                reader.wrong(node, said!("`report`, `zero` or a percentage"), help);
                return None;
            }
        },
    };
    if !lines.iter().any(|line| line.item.critical) {
        let help = said!("mark one: `verified: { weight: 2, critical: true }`");
        reader.wrong(node, said!("a critical item"), help);
    }
    Some(cap)
}

impl Line<'_> {
    /// Points reached of the weight; 0 where the item doesn't apply.
    fn reached(&self) -> String {
        let (of, weight) = (&self.of, number(self.item.weight));
        match self.item.out_of {
            None => format!("(if (({of}) ?? false) {{ {weight} }} else {{ 0 }})"),
            Some(most) => format!("(clamp(({of}) ?? 0, 0, {most}) * {weight} / {most})", most = number(most)),
        }
    }

    /// The weight; 0 where the item doesn't apply.
    fn possible(&self) -> String {
        format!("(if is_missing({}) {{ 0 }} else {{ {} }})", self.of, number(self.item.weight))
    }

    fn failed(&self) -> String {
        match self.item.out_of {
            None => format!("!(({}) ?? true)", self.of),
            Some(most) => format!("(({}) ?? {}) < {}", self.of, number(most), number(self.pass)),
        }
    }

    fn missing(&self) -> String {
        format!("is_missing({})", self.of)
    }
}

/// The measure itself.
fn score(key: &Authored<String>, node: &Node, lines: &[Line<'_>], cap: Option<f64>) -> Written {
    let reached: Vec<String> = lines.iter().map(Line::reached).collect();
    let possible: Vec<String> = lines.iter().map(Line::possible).collect();
    let mut text = format!("({}) / ({})", reached.join(" + "), possible.join(" + "));
    let failed: Vec<String> = lines.iter().filter(|l| l.item.critical).map(Line::failed).collect();
    if let Some(cap) = cap.filter(|_| !failed.is_empty()) {
        text = match cap {
            0.0 => format!("if {} {{ 0 }} else {{ {text} }}", any(&failed)),
            cap => format!("if {} {{ min({}, {text}) }} else {{ {text} }}", any(&failed), number(cap)),
        };
    }
    let missing: Vec<String> = lines.iter().map(Line::missing).collect();
    let mut made = child(key, node, &[("mean", text)], Some(missing.join(" && ")));
    // Its own lines stay with the score: direction, adjustment, purpose, tags.
    let Kind::Map(entries) = &mut made.kind else { return Written::plain(key, node) };
    let kept = |e: &&Entry| !entries.iter().any(|have| have.key.value == e.key.value) && e.key.value != "probes";
    let more: Vec<Entry> = node.entries().iter().filter(kept).cloned().collect();
    entries.extend(more);
    let scorecard = Scorecard {
        items: lines.iter().map(|l| l.item.clone()).collect(),
        critical: lines.iter().any(|l| l.item.critical).then(|| format!("{}_critical", key.value)),
        cap,
    };
    Written { key: key.clone(), node: made, scorecard: Some(scorecard), probe: None }
}

fn of_item(node: &Node, line: &Line<'_>) -> Written {
    let form = match line.item.out_of {
        None => ("share", line.of.clone()),
        Some(most) => ("mean", format!("clamp({}, 0, {most}) / {most}", line.of, most = number(most))),
    };
    let key = shown(line.key, &line.item.measure);
    let node = child(&key, node, &[form], Some(line.missing()));
    Written { key, node, scorecard: None, probe: None }
}

/// The share of reviews in which a critical item failed.
fn critical(key: &Authored<String>, node: &Node, lines: &[Line<'_>]) -> Option<Written> {
    let critical: Vec<&Line<'_>> = lines.iter().filter(|l| l.item.critical).collect();
    let first = critical.first()?;
    let failed: Vec<String> = critical.iter().map(|l| l.failed()).collect();
    let missing: Vec<String> = critical.iter().map(|l| l.missing()).collect();
    let key = shown(first.key, &format!("{}_critical", key.value));
    let form = [("share", any(&failed)), ("lower_is_better", "yes".to_owned())];
    let node = child(&key, node, &form, Some(missing.join(" && ")));
    Some(Written { key, node, scorecard: None, probe: None })
}

/// In a reader's words, in place of the long expression.
pub fn wording(scorecard: &Scorecard) -> Said {
    let item = |item: &Item| {
        let (name, weight) = (&item.name, number(item.weight));
        match (item.out_of.map(number), item.critical) {
            (None, false) => said!("{name} (weight {weight})", name, weight),
            (None, true) => said!("{name} (weight {weight}, critical)", name, weight),
            (Some(most), false) => said!("{name} (weight {weight} out of {most})", name, weight, most),
            (Some(most), true) => said!("{name} (weight {weight} out of {most}, critical)", name, weight, most),
        }
    };
    said!("score of {items}", items = Said::joined(scorecard.items.iter().map(item), ", "))
}
