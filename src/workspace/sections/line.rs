//! Floor, target, stretch and baseline.

use super::field::FieldNames;
use crate::diagnostic::{Authored, Diagnostic};
use crate::language::Type;
use crate::workspace::codes;
use crate::workspace::names::suggestion;
use crate::workspace::plan::{Form, Line, Measure};
use crate::workspace::reader::Reader;
use crate::workspace::scalars::parse_percentage;
use crate::workspace::tree::{Kind, Node};

/// A number, a percentage, a field of the measure's source, or (for a baseline) `previous`.
pub fn read(
    reader: &mut Reader,
    node: &Node,
    key: &str,
    fields: Option<&mut FieldNames>,
    measure: Option<&Measure>,
) -> Option<Authored<Line>> {
    let Kind::Scalar(scalar) = &node.kind else {
        reader.wrong(node, "a number, a percentage or a field", format!("write `{key}: 80%`"));
        return None;
    };
    let written = scalar.text.trim();
    if let Some(number) = parse_percentage(written) {
        on_scale(reader, node, key, number, measure);
        return Some(Authored::new(Line::Number(number), node.origin.clone()));
    }
    if let Some(fields) = fields {
        if let Some(position) = fields.position(written) {
            fields.used.insert(position);
            let ty = fields.types.get(position).map(|(_, ty)| *ty);
            if ty.is_some_and(|ty| ty != Type::Number) && !fields.broken.contains(written) {
                reader.report(
                    Diagnostic::error(&codes::WRONG_FIELD_TYPE, format!("a {key} is a number, and `{written}` is not"))
                        .at(node.origin.span, format!("a {}", ty.map_or("text", Type::name)))
                        .help(format!("declare `{written}: number` in source `{}`", fields.source)),
                );
            }
            return Some(Authored::new(Line::Field(position), node.origin.clone()));
        }
        if written == "previous" && key == "baseline" {
            return Some(Authored::new(Line::Previous, node.origin.clone()));
        }
        let known: Vec<&str> =
            fields.types.iter().filter(|(_, ty)| *ty == Type::Number).map(|(n, _)| n.as_str()).collect();
        reader.report(
            Diagnostic::error(
                &codes::UNKNOWN_FIELD,
                format!("a {key} is a number, a percentage or a field, not `{written}`"),
            )
            .at(node.origin.span, format!("no field of source `{}` has this name", fields.source))
            .help(if written == "previous" {
                "only `baseline` takes `previous`".to_string()
            } else {
                suggestion(written, known, "fields:")
            }),
        );
        return None;
    }
    match (written, key, measure) {
        ("previous", "baseline", _) => Some(Authored::new(Line::Previous, node.origin.clone())),
        // The measure is faulty, so nobody knows its fields.
        (_, _, None) => None,
        _ => {
            reader.wrong(node, "a number or a percentage", "a formula has no fields: write a number, such as `80%`");
            None
        }
    }
}

fn on_scale(reader: &mut Reader, node: &Node, key: &str, number: f64, measure: Option<&Measure>) {
    let (from, to, help) = match measure.map(|m| &m.form) {
        Some(Form::Share(_) | Form::CountedShare { .. }) => (0.0, 1.0, format!("write `{key}: {number}%`")),
        Some(Form::Nps(_) | Form::CountedNps { .. }) => (-100.0, 100.0, "an NPS lies between -100 and 100".to_string()),
        _ => return,
    };
    if (from..=to).contains(&number) {
        return;
    }
    let help = if to == 1.0 && !(0.0..=100.0).contains(&number) {
        "write a percentage between 0% and 100%".to_string()
    } else {
        help
    };
    let name = measure.map_or("", |m| m.form.name());
    reader.report(
        Diagnostic::error(&codes::OFF_SCALE, format!("a {key} of {number} is off the scale of a {name}"))
            .at(node.origin.span, format!("a {name} lies between {from} and {to}"))
            .help(help),
    );
}

/// The lines of one standard must get better from floor to target to stretch.
pub fn in_order(reader: &mut Reader, lines: [(&str, Option<&Authored<Line>>); 3], lower_is_better: bool) {
    let numbers: Vec<(&str, &Authored<Line>, f64)> = lines
        .into_iter()
        .filter_map(|(key, line)| match line {
            Some(authored) => match authored.value {
                Line::Number(n) => Some((key, authored, n)),
                _ => None,
            },
            None => None,
        })
        .collect();
    for pair in numbers.windows(2) {
        let [(worse_key, worse, low), (better_key, better, high)] = pair else { continue };
        let right = if lower_is_better { high < low } else { high > low };
        if right {
            continue;
        }
        let message = if high == low {
            format!("the {better_key} equals the {worse_key}")
        } else {
            format!("the {better_key} is worse than the {worse_key}")
        };
        let way = if lower_is_better { "lower" } else { "higher" };
        let mut help = format!("{way} is better here, so the {better_key} must be {way} than the {worse_key}");
        if high != low && !lower_is_better {
            help.push_str("; where lower is better, say `lower_is_better: yes` at the measure");
        }
        reader.report(
            Diagnostic::error(&codes::LINE_ORDER, message)
                .at(better.span(), format!("the {better_key}"))
                .at(worse.span(), format!("the {worse_key}"))
                .help(help),
        );
    }
}
