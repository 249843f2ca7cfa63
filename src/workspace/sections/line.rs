//! Floor, target, stretch and baseline.

use super::field::FieldNames;
use crate::diagnostic::{Authored, Diagnostic, number_as_written};
use crate::language::Type;
use crate::said;
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
        // A line off its scale must not be compared with the others.
        return on_scale(reader, node, (key, written), number, measure)
            .then(|| Authored::new(Line::Number(number), node.origin.clone()));
    }
    if let Some(fields) = fields {
        if let Some(position) = fields.position(written) {
            fields.used.insert(position);
            let ty = fields.types.get(position).map(|(_, ty)| *ty);
            if ty.is_some_and(|ty| ty != Type::Number) && !fields.broken.contains(written) {
                reader.report(
                    Diagnostic::error(
                        &codes::WRONG_FIELD_TYPE,
                        said!("a {key} is a number, and `{written}` is not", key, written),
                    )
                    .at(node.origin.span, said!("a {map_or}", map_or = ty.map_or("text", Type::name)))
                    .help(said!(
                        "declare `{written}: number` in source `{source}`",
                        written,
                        source = fields.source
                    )),
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
                said!("a {key} is a number, a percentage or a field, not `{written}`", key, written),
            )
            .at(node.origin.span, said!("no field of source `{source}` has this name", source = fields.source))
            .help(match number_as_written(written) {
                _ if written == "previous" => said!("only `baseline` takes `previous`"),
                Some((meant, why)) => said!("write `{meant}`: {why}", meant, why),
                None => suggestion(written, known, "fields:"),
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

/// Whether a number can be a line of this measure; else it is reported.
fn on_scale(reader: &mut Reader, node: &Node, line: (&str, &str), number: f64, measure: Option<&Measure>) -> bool {
    let (key, written) = line;
    let Some(measure) = measure else { return true };
    let name = match measure.form {
        Form::Nps(_) | Form::CountedNps { .. } => "net promoter score",
        ref form => form.name(),
    };
    let percent = written.strip_suffix('%').map(str::trim_end);
    let (from, to) = match &measure.form {
        Form::Share(_) | Form::CountedShare { .. } => (0.0, 1.0),
        Form::Nps(_) | Form::CountedNps { .. } => (-100.0, 100.0),
        form => {
            let time = percent.filter(|_| in_time(form, &measure.wording));
            return time.is_none_or(|n| {
                let label = format!("`{written}` is {number}");
                let message = format!("a {key} of `{written}` on a {name} of time");
                off(reader, node, message, label, format!("write `{key}: {n}`, in the unit of the column"))
            });
        }
    };
    if let (Some(n), false) = (percent, to == 1.0) {
        let label = format!("`{written}` is {number} of a point");
        return off(reader, node, format!("a {key} of `{written}` on a {name}"), label, format!("write `{key}: {n}`"));
    }
    if (from..=to).contains(&number) {
        return true;
    }
    let shown = if written.chars().count() <= 20 { written.to_string() } else { number.to_string() };
    let help = match percent {
        _ if to != 1.0 => "an NPS lies between -100 and 100".to_string(),
        Some(_) if number > 1.0 => format!("{shown} is more than all: write a percentage between 0% and 100%"),
        None if (2.0..=100.0).contains(&number) => format!("write `{key}: {number}%`"),
        _ => "write a percentage between 0% and 100%".to_string(),
    };
    let message = format!("a {key} of {shown} is off the scale of a {name}");
    off(reader, node, message, format!("a {name} lies between {from} and {to}"), help)
}

fn off(reader: &mut Reader, node: &Node, message: String, label: String, help: String) -> bool {
    reader.report(Diagnostic::error(&codes::OFF_SCALE, message).at(node.origin.span, label).help(help));
    false
}

/// Whether what is averaged is a length of time by its name: no share of anything.
fn in_time(form: &Form, wording: &str) -> bool {
    const UNITS: [&str; 6] = ["seconds", "minutes", "hours", "days", "secs", "mins"];
    let averaged = matches!(form, Form::Mean(_) | Form::Median(_) | Form::Percentile { .. } | Form::Sum(_));
    let mut words = wording.split(|c: char| !c.is_alphanumeric());
    averaged && words.any(|word| UNITS.contains(&word.to_lowercase().as_str()))
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
                .at(better.span(), said!("the {better_key}", better_key))
                .at(worse.span(), said!("the {worse_key}", worse_key))
                .help(help),
        );
    }
}
