//! What a measure computes: exactly one of the forms.

use super::cadence;
use super::exposure;
use super::field::FieldNames;
use crate::diagnostic::{Diagnostic, Said};
use crate::language::Expected;
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::{FORMS, GAP, NPS, OF_OUT_OF, PERCENTILE, RATE, Section, VALUE};
use crate::workspace::names::Names;
use crate::workspace::plan::Form;
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::scopes::FormulaScope;
use crate::workspace::tree::{Kind, Node};

/// The one form that a measure names, or what is wrong with their number.
pub fn which(reader: &mut Reader, measure: &Opened, name: &str) -> Option<&'static str> {
    let present: Vec<&'static str> = FORMS.iter().copied().filter(|f| measure.has(f)).collect();
    match present.as_slice() {
        [one] => Some(one),
        [] => {
            // A misspelt form has been reported as an unknown key.
            let unknown =
                measure.node.entries().iter().any(|e| crate::workspace::keys::MEASURE.key(&e.key.value).is_none());
            if !unknown {
                reader.report(
                    Diagnostic::error(&codes::NO_FORM, said!("measure `{name}` doesn't say what it computes", name))
                        .at(measure.node.origin.span, said!("no form stands here"))
                        .help(said!(
                            "add one of {forms}, such as `share: wait_seconds <= 20`",
                            forms = Said::choice(FORMS)
                        )),
                );
            }
            None
        }
        [first, second, ..] => {
            reader.report(
                Diagnostic::error(
                    &codes::SEVERAL_FORMS,
                    said!("measure `{name}` computes both `{first}` and `{second}`", name, first, second),
                )
                .at(measure.key_origin(second).span, said!("`{second}` is a second form", second))
                .at(measure.key_origin(first).span, said!("`{first}` is the first", first))
                .help(said!(
                    "make two measures, one with `{first}` and one with `{second}`",
                    first,
                    second
                )),
            );
            None
        }
    }
}

/// The form and its wording; over records.
pub fn over_records(
    reader: &mut Reader,
    measure: &Opened,
    form: &'static str,
    names: &mut FieldNames,
    sources: &Names,
) -> Option<(Form, Said)> {
    let node = measure.get(form)?;
    let wording = wording(form, node);
    let is_map = matches!(node.kind, Kind::Map(_));
    let form = match form {
        "share" if is_map => {
            let [of, out_of] = parts(reader, node, &OF_OUT_OF, ["of", "out_of"], names)?;
            Form::CountedShare { of, out_of }
        }
        "share" => Form::Share(names.compile(reader, node, Expected::YesNo)?),
        "mean" => Form::Mean(names.compile(reader, node, Expected::Measured)?),
        "sum" => Form::Sum(names.compile(reader, node, Expected::Measured)?),
        "median" => Form::Median(names.compile(reader, node, Expected::Measured)?),
        "count" => {
            if reader.yes_no(node).is_some_and(|yes| !yes.value) {
                let help = said!("remove `count`, or count rows with `count: true`");
                reader.wrong(node, Said::list(["count: true"]), help);
                return None;
            }
            Form::Count
        }
        "rate" if exposure::named(node, names, sources).is_some() => exposure::read(reader, node, names, sources)?,
        "rate" if exposure::misspelt(reader, node, names, sources) => return None,
        "cadence" => cadence::read(reader, node, names)?,
        "rate" => {
            let [events, per] = parts(reader, node, &RATE, ["events", "per"], names)?;
            Form::Rate { events, per, scale: scale(reader, node) }
        }
        "ratio" => {
            let [of, out_of] = parts(reader, node, &OF_OUT_OF, ["of", "out_of"], names)?;
            Form::Ratio { of, out_of }
        }
        "percentile" => {
            let [of] = parts(reader, node, &PERCENTILE, ["of"], names)?;
            Form::Percentile { of, at: node.get("at").and_then(|n| reader.percentage(n))?.value }
        }
        "nps" if is_map => {
            let [promoters, passives, detractors] =
                parts(reader, node, &NPS, ["promoters", "passives", "detractors"], names)?;
            Form::CountedNps { promoters, passives, detractors }
        }
        "nps" => Form::Nps(names.compile(reader, node, Expected::Number)?),
        "gap" => {
            let [received, expected] = parts(reader, node, &GAP, ["received", "expected"], names)?;
            Form::Gap { received, expected }
        }
        _ => reported(reader, node, names)?,
    };
    Some((form, wording))
}

/// Compiles the named parts of a form; every one is tried, so that all their problems are reported.
fn parts<const N: usize>(
    reader: &mut Reader,
    node: &Node,
    section: &'static Section,
    keys: [&str; N],
    names: &mut FieldNames,
) -> Option<[crate::language::Program; N]> {
    let opened = reader.open(node, section);
    let programs: Vec<_> =
        keys.iter().map(|k| opened.get(k).and_then(|n| names.compile(reader, n, Expected::Measured))).collect();
    let programs: Option<Vec<_>> = programs.into_iter().collect();
    programs?.try_into().ok()
}

pub(super) fn scale(reader: &mut Reader, node: &Node) -> f64 {
    let Some(node) = node.get("scale") else { return 1.0 };
    match reader.number(node) {
        Some(scale) if scale.value > 0.0 => scale.value,
        Some(_) => {
            reader.wrong(node, said!("a number above 0"), said!("write `scale: 1000` for a rate per thousand"));
            1.0
        }
        None => 1.0,
    }
}

fn reported(reader: &mut Reader, node: &Node, names: &mut FieldNames) -> Option<Form> {
    if !matches!(node.kind, Kind::Map(_)) {
        let of = names.compile(reader, node, Expected::Number)?;
        return Some(Form::Reported { of, n: None, lower: None, upper: None });
    }
    let opened = reader.open(node, &VALUE);
    let mut part = |key: &str| opened.get(key).map(|n| names.compile(reader, n, Expected::Number));
    let (of, n, lower, upper) = (part("of"), part("n"), part("lower"), part("upper"));
    if lower.is_some() != upper.is_some() {
        let (there, lacking) = if lower.is_some() { ("lower", "upper") } else { ("upper", "lower") };
        let what = said!("an interval with one end");
        reader.missing(opened.key_origin(there), what, lacking, said!("the other end"));
    }
    Some(Form::Reported { of: of??, n: n.flatten(), lower: lower.flatten(), upper: upper.flatten() })
}

/// Computed from other measures: its inputs are returned even where it doesn't compile, to find circles.
pub fn formula(reader: &mut Reader, node: &Node, measures: &Names) -> (Option<(Form, Said)>, Vec<usize>) {
    let mut scope = FormulaScope { measures, inputs: Vec::new() };
    let program = reader.compile(node, Expected::Number, &mut scope);
    let inputs = scope.inputs;
    let form = program.map(|program| (Form::Formula { program, inputs: inputs.clone() }, wording("formula", node)));
    (form, inputs)
}

/// The measured expression as written: `share: wait_seconds <= 20` gives `wait_seconds <= 20`.
fn wording(form: &str, node: &Node) -> Said {
    match &node.kind {
        _ if form == "count" => said!("rows"),
        Kind::Scalar(s) => Said::verbatim(s.text.trim()),
        Kind::Map(entries) => {
            let part = |e: &crate::workspace::tree::Entry| match &e.value.kind {
                Kind::Scalar(s) => Some(format!("{}: {}", e.key.value, s.text.trim())),
                _ => None,
            };
            Said::verbatim(entries.iter().filter_map(part).collect::<Vec<_>>().join(", "))
        }
        _ => Said::default(),
    }
}

/// Whether the case mix can be taken out of a form; else the way out.
pub fn adjustable(form: &Form) -> bool {
    matches!(
        form,
        Form::Share(_)
            | Form::CountedShare { .. }
            | Form::Mean(_)
            | Form::Nps(_)
            | Form::CountedNps { .. }
            | Form::Rate { .. }
    )
}
