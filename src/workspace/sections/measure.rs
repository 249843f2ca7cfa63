//! Measures: which rows of which source, and what is computed from them.

use super::activity;
use super::cadence;
use super::channel;
use super::expansion::{self, Written};
use super::field::FieldNames;
use super::form;
use super::header::Header;
use super::importance;
use super::scorecard;
use super::source::{SourceSet, cause, errors, moment, reasons};
use super::tags;
use crate::diagnostic::{Authored, Diagnostic, Said};
use crate::language::Expected;
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::{MEASURE, PURPOSES, RESOURCES};
use crate::workspace::names::{Named, Names, suggestion};
use crate::workspace::plan::{Form, Measure, MeasureKind, SourceKind};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::resolve::circles;

const MORE: &[&str] = &["tags", "importance", "owner", "resource", "beneficiary", "paired_with", "note"];

/// Keys that only make sense over records.
const OF_RECORDS: &[&str] = &[
    "source",
    "where",
    "exclude",
    "not_applicable",
    "not_due",
    "shield",
    "cause",
    "adjust_for",
    "at",
    "rater",
    "rated",
];

pub struct MeasureSet {
    pub names: Names,
    /// Faulty ones are `None`.
    pub measures: Vec<Option<Measure>>,
}

pub fn read(reader: &mut Reader, top: &Opened, header: &Header, sources: &mut SourceSet) -> MeasureSet {
    let entries = top.get("measures").map(|n| reader.named(n, said!("a measure"))).unwrap_or_default();
    let mut entries = expansion::expand(reader, &entries);
    entries.extend(activity::expand(reader, top, &entries));
    entries.extend(channel::expand(top, sources, &entries));
    let names = Names::of(entries.iter().map(|written| written.key.clone()));
    let mut measures = Vec::new();
    let mut inputs = Vec::new();
    let mut held: Vec<Diagnostic> = Vec::new();
    for Written { key, node, scorecard, probe } in &entries {
        reader.check_name(key, Named::Measure);
        let opened = reader.open(node, &MEASURE);
        let (before, found) = (errors(reader), reader.diagnostics.len());
        let (mut measure, needs) = measure(reader, key, &opened, (header, &mut *sources), &names);
        if let Some(measure) = &mut measure {
            measure.probe.clone_from(probe);
            measure.scorecard.clone_from(scorecard);
            if let Some(scorecard) = scorecard {
                measure.wording = scorecard::wording(scorecard);
            }
        }
        let kind = measure.as_ref().map(|m| m.kind);
        tags::read(reader, opened.get("tags"), kind);
        measures.push(measure.filter(|_| errors(reader) == before));
        inputs.push(needs);
        if scorecard.is_some() {
            held.extend(reader.diagnostics.split_off(found));
        }
    }
    // What is wrong with an item is said at the item, and of the score only what no item says.
    held.retain(|d| !reader.diagnostics.iter().any(|said| said.message == d.message));
    reader.diagnostics.extend(held);
    for circle in circles(&inputs) {
        report_circle(reader, &names, &circle);
    }
    kinds_of_formulas(&mut measures);
    MeasureSet { names, measures }
}

fn report_circle(reader: &mut Reader, names: &Names, circle: &[usize]) {
    let members: Vec<_> = circle.iter().filter_map(|i| names.get(*i)).collect();
    let Some(first) = members.first() else { return };
    let path: Vec<&str> = members.iter().chain([first]).map(|n| n.value.as_str()).collect();
    let mut d = Diagnostic::error(
        &codes::CYCLE,
        said!("measure `{first}` is computed from itself: {path}", first = first.value, path = path.join(" → ")),
    )
    .at(first.span(), said!("the circle begins here"));
    for other in members.iter().skip(1) {
        d = d.at(other.span(), said!("and goes through this one"));
    }
    reader.report(d.help(said!("let one of them read records, with `share:`, `mean:` or another form")));
}

fn measure(
    reader: &mut Reader,
    key: &Authored<String>,
    opened: &Opened,
    (header, sources): (&Header, &mut SourceSet),
    names: &Names,
) -> (Option<Measure>, Vec<usize>) {
    let form = form::which(reader, opened, &key.value);
    if form == Some("formula") {
        return formula(reader, key, opened, names);
    }
    let Some(position) = source_of(reader, key, opened, &sources.names) else { return (None, Vec::new()) };
    let source_kind = sources.kinds.get(position).copied().unwrap_or(SourceKind::Record);
    let kind = kind(reader, opened, source_kind, sources.names.get(position));
    let source = sources.sources.get(position).and_then(Option::as_ref);
    let at = opened.get("at").and_then(|n| reader.text(n));
    if let Some(source) = source {
        moment(reader, at.as_ref(), &source.fields, &Default::default());
    }
    let decimals_of: Vec<(String, u8)> =
        source.map(|s| s.fields.iter().map(|f| (f.name.clone(), f.decimals)).collect()).unwrap_or_default();
    let Some(fields) = sources.fields.get_mut(position) else { return (None, Vec::new()) };
    let rows = rows(reader, opened, fields);
    let form = form.and_then(|f| form::over_records(reader, opened, f, fields, &sources.names));
    if let Some((form, _)) = &form {
        cadence::check(reader, opened, form, sources.sources.get(position).and_then(Option::as_ref), header);
    }
    let adjust_for = adjust_for(reader, opened, fields, form.as_ref().map(|(f, _)| f));
    let Some((form, wording)) = form else { return (None, Vec::new()) };
    let decimals = decimals(reader, opened, &form, &decimals_of);
    let mut common = common(reader, key, opened);
    if let Some([rater, rated]) = sources.raters.get(position) {
        common.rater = common.rater.or_else(|| rater.clone());
        common.rated = common.rated.or_else(|| rated.clone());
    }
    let measure = Measure {
        source: Some(position),
        kind,
        form,
        wording,
        adjust_for,
        at,
        decimals,
        filter: rows.filter,
        exclude: rows.exclude,
        not_applicable: rows.not_applicable,
        not_due: rows.not_due,
        shield: rows.shield,
        cause: rows.cause,
        ..common
    };
    (Some(measure), Vec::new())
}

fn source_of(reader: &mut Reader, key: &Authored<String>, opened: &Opened, names: &Names) -> Option<usize> {
    let Some(node) = opened.get("source") else {
        let all: Vec<&str> = names.iter().collect();
        let doc = match all.as_slice() {
            [one] => Said::list([one]),
            _ => said!("the source whose rows are measured"),
        };
        reader.missing(key.origin.clone(), said!("measure `{name}`", name = key), "source", doc);
        return None;
    };
    let name = reader.text(node)?;
    reader.known(&name, names.iter(), said!("source"), "sources:", &codes::UNKNOWN_SOURCE);
    names.position(&name.value)
}

/// Objective measures read facts and customers' answers, subjective ones observations (C37).
fn kind(reader: &mut Reader, opened: &Opened, source: SourceKind, name: Option<&Authored<String>>) -> MeasureKind {
    let (allowed, word) = match source {
        SourceKind::Observation => (Some(MeasureKind::Subjective), "observation"),
        SourceKind::Training => (None, "training"),
        SourceKind::Record => (Some(MeasureKind::Objective), "record"),
        SourceKind::CustomerResponse => (Some(MeasureKind::Objective), "customer_response"),
        SourceKind::Complaint => (Some(MeasureKind::Objective), "complaint"),
    };
    let written = reader.word(opened, "kind", MEASURE.words("kind"));
    let kind = match written.as_deref().map(String::as_str) {
        Some("objective") => MeasureKind::Objective,
        Some("subjective") => MeasureKind::Subjective,
        _ => allowed.unwrap_or(MeasureKind::Objective),
    };
    if allowed == Some(kind) {
        return kind;
    }
    let place = written.map_or_else(|| opened.key_origin("source"), |w| w.origin);
    let source = name.map(|n| n.value.clone()).unwrap_or_default();
    let (message, help) = match (allowed, kind) {
        (None, _) => (
            said!("attendance in source `{source}` is not yet service", source),
            said!("measure what the training is to change, on records of the service itself"),
        ),
        (_, MeasureKind::Objective) => (
            said!("an objective measure can't read `{source}`, whose rows are of kind `{kind}`", source, kind = word),
            said!("write `kind: subjective`, or name a source of records, customers' responses or complaints"),
        ),
        (_, MeasureKind::Subjective) => (
            said!("a subjective measure can't read `{source}`, whose rows are of kind `{kind}`", source, kind = word),
            said!("write `kind: objective`, or name a source of kind `observation`"),
        ),
    };
    let mut d = Diagnostic::error(&codes::KIND_OF_SOURCE, message).at(place.span, Said::default());
    if let Some(name) = name {
        d = d.at(name.span(), said!("the source"));
    }
    reader.report(d.help(help));
    kind
}

struct Rows {
    filter: Option<crate::language::Program>,
    exclude: Vec<crate::workspace::plan::Reasoned>,
    not_applicable: Option<crate::language::Program>,
    not_due: Option<crate::language::Program>,
    shield: Vec<crate::workspace::plan::Reasoned>,
    cause: Option<crate::workspace::plan::Cause>,
}

fn rows(reader: &mut Reader, opened: &Opened, fields: &mut FieldNames) -> Rows {
    let mut condition =
        |reader: &mut Reader, key: &str| opened.get(key).and_then(|n| fields.compile(reader, n, Expected::YesNo));
    let filter = condition(reader, "where");
    let not_applicable = condition(reader, "not_applicable");
    let not_due = condition(reader, "not_due");
    Rows {
        filter,
        not_applicable,
        not_due,
        exclude: reasons(reader, opened.get("exclude"), fields),
        shield: reasons(reader, opened.get("shield"), fields),
        cause: opened.get("cause").and_then(|n| cause(reader, n, fields)),
    }
}

fn adjust_for(reader: &mut Reader, opened: &Opened, fields: &mut FieldNames, form: Option<&Form>) -> Vec<usize> {
    let Some(node) = opened.get("adjust_for") else { return Vec::new() };
    if let Some(form) = form
        && !form::adjustable(form)
    {
        if let Form::Events { .. } = form {
            reader.report(
                Diagnostic::error(
                    &codes::CANNOT_ADJUST,
                    said!("a rate per another source can't be adjusted: its rows don't have the fields of this one"),
                )
                .at(opened.key_origin("adjust_for").span, Said::default())
                .help(said!("remove `adjust_for`, or measure one kind of case at a time with `where:`")),
            );
            return Vec::new();
        }
        reader.report(
            Diagnostic::error(
                &codes::CANNOT_ADJUST,
                said!("a measure with `{form}` can't be adjusted for case mix", form = form.name()),
            )
            .at(opened.key_origin("adjust_for").span, Said::default())
            .help(said!("remove `adjust_for`, or measure a share, mean, NPS or rate")),
        );
    }
    let mut positions = Vec::new();
    for name in reader.texts(node) {
        match fields.position(&name.value) {
            Some(position) => {
                fields.used.insert(position);
                if !positions.contains(&position) {
                    positions.push(position);
                }
            }
            None => {
                let known: Vec<&str> = fields.types.iter().map(|(n, _)| n.as_str()).collect();
                reader.report(
                    Diagnostic::error(&codes::UNKNOWN_FIELD, said!("unknown field `{name}`", name = name.value))
                        .at(name.span(), said!("no field of source `{source}` has this name", source = fields.source))
                        .help(suggestion(&name.value, known, "fields:")),
                );
            }
        }
    }
    positions
}

/// As declared; else those of the field where the measured expression is a field; else 6.
fn decimals(reader: &mut Reader, opened: &Opened, form: &Form, fields: &[(String, u8)]) -> u8 {
    if let Some(decimals) = opened.get("decimals").and_then(|n| reader.count_in(n, 0, 12)) {
        return decimals.value as u8;
    }
    let programs = super::super::programs::of_form(form);
    let plain = programs.iter().map(|p| fields.iter().find(|(name, _)| name == p.wording().trim()).map(|(_, d)| *d));
    let plain: Option<Vec<u8>> = plain.collect();
    plain.and_then(|d| d.into_iter().max()).unwrap_or(6)
}

/// What formulas and measures over records have in common; the rest is empty.
fn common(reader: &mut Reader, key: &Authored<String>, opened: &Opened) -> Measure {
    importance::of_one(reader, opened.get("importance"));
    reader.word(opened, "resource", RESOURCES);
    let yes = |reader: &mut Reader, key: &str| opened.get(key).and_then(|n| reader.yes_no(n)).is_some_and(|y| y.value);
    Measure {
        id: key.clone(),
        origin: key.origin.clone(),
        source: None,
        kind: MeasureKind::Objective,
        form: Form::Count,
        wording: Said::default(),
        filter: None,
        exclude: Vec::new(),
        not_applicable: None,
        not_due: None,
        shield: Vec::new(),
        cause: None,
        adjust_for: Vec::new(),
        lower_is_better: yes(reader, "lower_is_better"),
        at: None,
        purpose: reader.word(opened, "purpose", PURPOSES),
        decimals: 6,
        max_missing: opened.get("max_missing").and_then(|n| reader.percentage(n)).map_or(0.2, |p| p.value),
        agreement: opened.get("agreement").and_then(|n| reader.number_in(n, -1.0, 1.0)).map(|a| a.value),
        rater: opened.get("rater").and_then(|n| reader.text(n)),
        rated: opened.get("rated").and_then(|n| reader.text(n)),
        scorecard: None,
        probe: None,
        more: opened.more(MORE),
    }
}

fn formula(
    reader: &mut Reader,
    key: &Authored<String>,
    opened: &Opened,
    names: &Names,
) -> (Option<Measure>, Vec<usize>) {
    for extra in OF_RECORDS.iter().filter(|k| opened.has(k)) {
        reader.report(
            Diagnostic::error(
                &codes::UNKNOWN_KEY,
                said!("a formula has no rows, so `{key}` means nothing here", key = extra),
            )
            .at(opened.key_origin(extra).span, Said::default())
            .help(said!("write `{key}` at the measures that the formula names", key = extra)),
        );
    }
    let Some(node) = opened.get("formula") else { return (None, Vec::new()) };
    let (form, inputs) = form::formula(reader, node, names);
    let written = reader.word(opened, "kind", MEASURE.words("kind"));
    let common = common(reader, key, opened);
    let kind = match written.as_deref().map(String::as_str) {
        Some("subjective") => MeasureKind::Subjective,
        _ => MeasureKind::Objective,
    };
    let decimals = opened.get("decimals").and_then(|n| reader.count_in(n, 0, 12)).map_or(6, |d| d.value as u8);
    (form.map(|(form, wording)| Measure { kind, form, wording, decimals, ..common }), inputs)
}

/// A formula over subjective measures alone is subjective too.
fn kinds_of_formulas(measures: &mut [Option<Measure>]) {
    for i in 0..measures.len() {
        let Some(Some(Measure { form: Form::Formula { inputs, .. }, .. })) = measures.get(i) else { continue };
        let subjective = !inputs.is_empty()
            && inputs
                .iter()
                .all(|input| matches!(measures.get(*input), Some(Some(m)) if m.kind == MeasureKind::Subjective));
        if subjective && let Some(Some(measure)) = measures.get_mut(i) {
            measure.kind = MeasureKind::Subjective;
        }
    }
}
