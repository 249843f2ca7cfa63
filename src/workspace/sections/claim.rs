//! `charter: claims:` what is said of the service, each sentence with the figure that it is held against; and
//! `charter: targets:` how far a proposed target may go.

use super::header::{Header, known_level};
use super::line;
use super::measure::MeasureSet;
use super::standard::StandardSet;
use crate::diagnostic::{Authored, Diagnostic, Origin, Said};
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::{CLAIM, TARGETS};
use crate::workspace::plan::{Claimed, Every, Form, Line, Measure, NextTargets, PublicClaim, Standard};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::scalars::parse_percentage;
use crate::workspace::tree::Node;

/// What claims may name.
struct Around<'a> {
    header: &'a Header,
    measures: &'a MeasureSet,
    standards: &'a StandardSet,
}

/// The claims, and the guardrail of next targets.
pub fn read(
    reader: &mut Reader,
    top: &Opened,
    header: &Header,
    measures: &MeasureSet,
    standards: &StandardSet,
) -> (Vec<PublicClaim>, Option<NextTargets>) {
    let around = Around { header, measures, standards };
    let charter = top.get("charter");
    let claims = match charter.and_then(|c| c.get("claims")) {
        Some(node) => {
            let entries = reader.named(node, said!("a claim"));
            entries.into_iter().filter_map(|(key, node)| claim(reader, key, node, &around)).collect()
        }
        None => Vec::new(),
    };
    (claims, charter.and_then(|c| c.get("targets")).and_then(|node| targets(reader, node)))
}

fn targets(reader: &mut Reader, node: &Node) -> Option<NextTargets> {
    let opened = reader.open(node, &TARGETS);
    let step = opened.get("step").and_then(|n| reader.percentage(n));
    let after = opened.get("after").map_or(Some(3), |n| reader.count_in(n, 1, 100).map(|c| c.value));
    if let Some(step) = step.as_ref().filter(|s| s.value == 0.0) {
        reader.report(
            Diagnostic::error(&codes::OUT_OF_RANGE, said!("a step of nothing proposes no target"))
                .at(step.span(), Said::default())
                .help(said!("write `step: 5%`, or leave `targets:` out")),
        );
    }
    Some(NextTargets { step: step?.value, after: after? as usize, origin: node.origin.clone() })
}

fn claim(reader: &mut Reader, key: &Authored<String>, node: &Node, around: &Around<'_>) -> Option<PublicClaim> {
    let opened = reader.open(node, &CLAIM);
    let says = opened.get("says").and_then(|n| reader.text(n));
    let public = opened.get("public").and_then(|n| reader.yes_no(n)).is_none_or(|p| p.value);
    let over = opened.get("over").map(|n| reader.count_in(n, 1, 1_000));
    let level = level(reader, key, &opened, around.header);
    let about = about(reader, key, &opened, around);
    let (measure, standard) = about?;
    let of_measure = around.measures.measures.get(measure).and_then(Option::as_ref)?;
    let (claimed, origin) = claimed(reader, key, &opened, around, (measure, of_measure), standard)?;
    let over = match over {
        Some(written) => written?.value as usize,
        None => usual(around, measure),
    };
    let others = if let Claimed::BetterThan(other) = claimed { Some(other) } else { None };
    if over > 1 && [Some(measure), others].into_iter().flatten().any(|m| is_reported(around, m)) {
        reader.report(
            Diagnostic::error(&codes::EMPTY_CLAIM, said!("figures that were reported can't be joined over periods"))
                .at(opened.key_origin("over").span, said!("nobody knows the records behind them"))
                .help(said!("write `over: 1`, or measure from records")),
        );
        return None;
    }
    Some(PublicClaim { id: key.clone(), says: says?, measure, claimed, origin, over, level: level?, public })
}

/// A year of periods; one of what was reported or has no end.
fn usual(around: &Around<'_>, measure: usize) -> usize {
    match around.header.periods.every.value {
        _ if is_reported(around, measure) => 1,
        Every::Day => 365,
        Every::Week => 52,
        Every::Month => 12,
        Every::Quarter => 4,
        Every::Year | Every::All => 1,
    }
}

/// Whether a measure is a reported figure, or computed from one.
fn is_reported(around: &Around<'_>, measure: usize) -> bool {
    is_reported_in(around, measure, around.measures.measures.len())
}

/// Circles are refused, but elsewhere: no chain of formulas is longer than there are measures.
fn is_reported_in(around: &Around<'_>, measure: usize, rounds: usize) -> bool {
    match around.measures.measures.get(measure).and_then(Option::as_ref).map(|m| &m.form) {
        Some(Form::Reported { .. }) => true,
        Some(Form::Formula { inputs, .. }) => {
            inputs.iter().any(|i| rounds > 0 && is_reported_in(around, *i, rounds - 1))
        }
        _ => false,
    }
}

/// The level for each of whose subjects it is said: the highest, and never the person.
fn level(reader: &mut Reader, key: &Authored<String>, opened: &Opened, header: &Header) -> Option<usize> {
    let levels = &header.levels;
    let written = opened.get("level").map(|n| reader.text(n));
    let (name, origin) = match written {
        Some(written) => {
            let written = written?;
            if !known_level(reader, &written, levels) {
                return None;
            }
            (written.value, written.origin)
        }
        None => (levels.last()?.value.clone(), key.origin.clone()),
    };
    if name == "person" {
        reader.report(
            Diagnostic::error(&codes::EMPTY_CLAIM, said!("claim `{name}` speaks of people one by one", name = key))
                .at(origin.span, said!("what is told outside is about the organisation and its units"))
                .help(said!("add `organisation` to `levels:`, and let the claim speak of it")),
        );
        return None;
    }
    levels.iter().position(|l| l.value == name)
}

/// The measure that a claim speaks of, and the standard where it names one.
fn about(
    reader: &mut Reader,
    key: &Authored<String>,
    opened: &Opened,
    around: &Around<'_>,
) -> Option<(usize, Option<usize>)> {
    match (opened.get("measure"), opened.get("standard")) {
        (Some(node), None) => {
            let name = reader.text(node)?;
            let known = around.measures.names.iter();
            reader.known(&name, known, said!("measure"), "measures:", &codes::UNKNOWN_MEASURE);
            Some((around.measures.names.position(&name.value)?, None))
        }
        (None, Some(node)) => {
            let name = reader.text(node)?;
            let known = around.standards.names.iter();
            reader.known(&name, known, said!("standard"), "standards:", &codes::UNKNOWN_STANDARD);
            let standard = around.standards.names.position(&name.value)?;
            Some((around.standards.standards.get(standard)?.as_ref()?.measure, Some(standard)))
        }
        (both, _) => {
            let message = match both {
                Some(_) => said!("claim `{name}` names a measure and a standard", name = key),
                None => said!("claim `{name}` speaks of no measure", name = key),
            };
            reader.report(
                Diagnostic::error(&codes::EMPTY_CLAIM, message)
                    .at(key.span(), said!("nothing can be held against it"))
                    .help(said!("write `measure:` or `standard:`, one of them")),
            );
            None
        }
    }
}

/// What is claimed of it, and where that stands.
fn claimed(
    reader: &mut Reader,
    key: &Authored<String>,
    opened: &Opened,
    around: &Around<'_>,
    (position, measure): (usize, &Measure),
    standard: Option<usize>,
) -> Option<(Claimed, Origin)> {
    let written: Vec<(&str, &Node)> =
        ["at_least", "at_most", "better_than"].into_iter().filter_map(|k| Some((k, opened.get(k)?))).collect();
    match written.as_slice() {
        [] => target(reader, key, around, measure, standard),
        [("better_than", node)] => better_than(reader, node, around, (position, measure)),
        [(kind, node)] => {
            let number = figure(reader, node, kind, measure)?;
            let claimed = if *kind == "at_least" { Claimed::AtLeast(number) } else { Claimed::AtMost(number) };
            Some((claimed, node.origin.clone()))
        }
        [(first, _), (second, node), ..] => {
            reader.report(
                Diagnostic::error(
                    &codes::EMPTY_CLAIM,
                    said!("claim `{name}` says both `{first}` and `{second}`", name = key, first, second),
                )
                .at(node.origin.span, said!("a claim says one thing"))
                .help(said!("make two claims of it, each with a sentence of its own")),
            );
            None
        }
    }
}

/// Without a figure of its own a claim on a standard says that its target is kept.
fn target(
    reader: &mut Reader,
    key: &Authored<String>,
    around: &Around<'_>,
    measure: &Measure,
    standard: Option<usize>,
) -> Option<(Claimed, Origin)> {
    let standard: Option<&Standard> = standard.and_then(|s| around.standards.standards.get(s)).and_then(Option::as_ref);
    if let Some(target) = standard.and_then(|s| s.target.as_ref())
        && let Line::Number(number) = target.value
    {
        let claimed = if measure.lower_is_better { Claimed::AtMost(number) } else { Claimed::AtLeast(number) };
        return Some((claimed, key.origin.clone()));
    }
    reader.report(
        Diagnostic::error(&codes::EMPTY_CLAIM, said!("claim `{name}` claims no figure", name = key))
            .at(key.span(), said!("nothing can be held against it"))
            .help(said!("add `at_least: 90%`, `at_most: …` or `better_than: …`")),
    );
    None
}

fn figure(reader: &mut Reader, node: &Node, key: &str, measure: &Measure) -> Option<f64> {
    let written = node.text().filter(|t| parse_percentage(t.value.trim()).is_some());
    if written.is_none() {
        reader.wrong(node, said!("a number or a percentage"), said!("write `{key}: 80%`", key));
        return None;
    }
    match line::read(reader, node, key, None, Some(measure))?.value {
        Line::Number(number) => Some(number),
        Line::Field(_) | Line::Previous => None,
    }
}

/// Two figures can be compared where both are shares, or both scores, or of one form, and better in one direction.
fn better_than(
    reader: &mut Reader,
    node: &Node,
    around: &Around<'_>,
    (position, measure): (usize, &Measure),
) -> Option<(Claimed, Origin)> {
    let name = reader.text(node)?;
    let standard = around.standards.names.position(&name.value);
    let other = match around.measures.names.position(&name.value) {
        Some(measure) => measure,
        None if standard.is_some() => {
            standard.and_then(|s| around.standards.standards.get(s)).and_then(Option::as_ref)?.measure
        }
        None => {
            let known = around.measures.names.iter();
            reader.known(&name, known, said!("measure"), "measures:", &codes::UNKNOWN_MEASURE);
            return None;
        }
    };
    let second = around.measures.measures.get(other).and_then(Option::as_ref)?;
    let (message, help) = if other == position {
        (said!("`{name}` is said to be better than itself", name), said!("name the measure that it is compared with"))
    } else if (measure.in_percent(), measure.form.name()) != (second.in_percent(), second.form.name()) {
        (
            said!("`{first}` and `{second}` aren't on one scale", first = measure.id, second = second.id),
            said!("compare two measures of one form, such as two shares"),
        )
    } else if measure.lower_is_better != second.lower_is_better {
        (
            said!("of `{first}` and `{second}` one is better when lower", first = measure.id, second = second.id),
            said!("compare two measures that are better in the same direction"),
        )
    } else {
        return Some((Claimed::BetterThan(other), node.origin.clone()));
    };
    reader.report(Diagnostic::error(&codes::EMPTY_CLAIM, message).at(node.origin.span, Said::default()).help(help));
    None
}
