//! Floor, target, stretch and baseline.

use super::field::FieldNames;
use crate::diagnostic::{Authored, Diagnostic, Origin, Said, number_as_written};
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
        reader.wrong(node, said!("a number, a percentage or a field"), said!("write `{key}: 80%`", key));
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
                        said!("{line} is a number, and `{written}` is not", line = a_line(key), written),
                    )
                    .at(
                        node.origin.span,
                        said!("a field of type `{declared}`", declared = ty.map_or("text", Type::name)),
                    )
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
                said!("{line} is a number, a percentage or a field, not `{written}`", line = a_line(key), written),
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
            let help = said!("a formula has no fields: write a number, such as `80%`");
            reader.wrong(node, said!("a number or a percentage"), help);
            None
        }
    }
}

fn a_line(key: &str) -> Said {
    match key {
        "floor" => said!("a floor"),
        "target" => said!("a target"),
        "stretch" => said!("a stretch"),
        "at_least" | "at_most" => said!("a claim"),
        _ => said!("a baseline"),
    }
}

fn the_line(key: &str) -> Said {
    match key {
        "floor" => said!("the floor"),
        "target" => said!("the target"),
        _ => said!("the stretch"),
    }
}

/// What is wrong with a number as a line: the message, what stands there, and a way out.
type OffScale = (Said, Said, Said);

/// Whether a number can be a line of this measure; else it is reported.
fn on_scale(reader: &mut Reader, node: &Node, line: (&str, &str), number: f64, measure: Option<&Measure>) -> bool {
    let Some(measure) = measure else { return true };
    let off = match &measure.form {
        Form::Share(_) | Form::CountedShare { .. } | Form::Cadence { .. } => off_share(line, number),
        Form::Nps(_) | Form::CountedNps { .. } => off_nps(line, number),
        form => share_of_time(line, number, form, &measure.wording),
    };
    let Some((message, label, help)) = off else { return true };
    reader.report(
        Diagnostic::error(&codes::OFF_SCALE, message).at(node.origin.span, label).help(help).for_origin(&node.origin),
    );
    false
}

fn off_share((key, written): (&str, &str), number: f64) -> Option<OffScale> {
    if (0.0..=1.0).contains(&number) {
        return None;
    }
    let shown = briefly(written, number);
    let help = match written.ends_with('%') {
        true if number > 1.0 => {
            said!("{value} is more than all: write a percentage between 0% and 100%", value = shown)
        }
        false if (2.0..=100.0).contains(&number) => said!("write `{key}: {number}%`", key, number),
        _ => said!("write a percentage between 0% and 100%"),
    };
    let message = said!("{line} of {value} is off the scale of a share", line = a_line(key), value = shown);
    Some((message, said!("a share lies between 0 and 1"), help))
}

fn off_nps((key, written): (&str, &str), number: f64) -> Option<OffScale> {
    let line = a_line(key);
    if let Some(points) = written.strip_suffix('%').map(str::trim_end) {
        let message = said!("{line} of `{written}` on a net promoter score", line, written);
        let label = said!("`{written}` is {number} of a point", written, number);
        return Some((message, label, said!("write `{key}: {number}`", key, number = points)));
    }
    if (-100.0..=100.0).contains(&number) {
        return None;
    }
    let shown = briefly(written, number);
    let message = said!("{line} of {value} is off the scale of a net promoter score", line, value = shown);
    let label = said!("a net promoter score lies between -100 and 100");
    Some((message, label, said!("an NPS lies between -100 and 100")))
}

/// A percentage of seconds, minutes …
fn share_of_time((key, written): (&str, &str), number: f64, form: &Form, wording: &str) -> Option<OffScale> {
    let plain = written.strip_suffix('%')?.trim_end();
    let line = a_line(key);
    let message = match form {
        _ if !in_time(wording) => return None,
        Form::Mean(_) => said!("{line} of `{written}` on a mean of time", line, written),
        Form::Median(_) => said!("{line} of `{written}` on a median of time", line, written),
        Form::Percentile { .. } => said!("{line} of `{written}` on a percentile of time", line, written),
        Form::Sum(_) => said!("{line} of `{written}` on a sum of time", line, written),
        _ => return None,
    };
    let label = said!("`{written}` is {number}", written, number);
    Some((message, label, said!("write `{key}: {number}`, in the unit of the column", key, number = plain)))
}

/// A long text is shown by its number.
fn briefly(written: &str, number: f64) -> String {
    if written.chars().count() <= 20 { written.to_owned() } else { number.to_string() }
}

/// Whether what is averaged is a length of time by its name: no share of anything.
fn in_time(wording: &str) -> bool {
    const UNITS: [&str; 6] = ["seconds", "minutes", "hours", "days", "secs", "mins"];
    let mut words = wording.split(|c: char| !c.is_alphanumeric());
    words.any(|word| UNITS.contains(&word.to_lowercase().as_str()))
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
        let (better_line, worse_line) = (the_line(better_key), the_line(worse_key));
        let message = match high == low {
            true => said!("{better} equals {worse}", better = better_line, worse = worse_line),
            false => said!("{better} is worse than {worse}", better = better_line, worse = worse_line),
        };
        reader.report(
            Diagnostic::error(&codes::LINE_ORDER, message)
                .at(better.span(), better_line.clone())
                .at(worse.span(), worse_line.clone())
                .help(way_up(better_line, worse_line, lower_is_better, high == low))
                .for_origin(&better.origin)
                .for_origin(&Origin { item: None, ..worse.origin.clone() }),
        );
    }
}

/// Which of two lines must be the higher one.
fn way_up(better: Said, worse: Said, lower_is_better: bool, equal: bool) -> Said {
    match (lower_is_better, equal) {
        (true, _) => said!("lower is better here, so {better} must be lower than {worse}", better, worse),
        (false, true) => said!("higher is better here, so {better} must be higher than {worse}", better, worse),
        (false, false) => said!(
            "higher is better here, so {better} must be higher than {worse}; where lower is better, say `lower_is_better: yes` at the measure",
            better,
            worse
        ),
    }
}
