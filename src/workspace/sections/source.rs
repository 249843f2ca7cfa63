//! Sources: where records come from, who they are about, and how answers are credited to contacts.

use std::collections::BTreeMap;

use super::field::{self, FieldNames};
use super::file::{format, missing};
use super::header::{Header, known_level};
use crate::diagnostic::{Authored, Diagnostic, Said, did_you_mean};
use crate::language::{Expected, Type};
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::{CAUSES, CREDIT, SOURCE, SOURCE_KINDS};
use crate::workspace::names::{Names, list};
use crate::workspace::plan::{Cause, CauseKind, Credit, Every, Field, Reasoned, Source, SourceKind};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::scalars::{every_of_name, parse_period_start};
use crate::workspace::tree::{Kind, Node};

/// What the sections after this one need of the sources, by position.
pub struct SourceSet {
    pub names: Names,
    /// Faulty ones are `None`.
    pub sources: Vec<Option<Source>>,
    pub fields: Vec<FieldNames>,
    pub kinds: Vec<SourceKind>,
    /// Columns of the rater and of what was rated.
    pub raters: Vec<[Option<Authored<String>>; 2]>,
}

struct Declared<'n> {
    key: &'n Authored<String>,
    opened: Opened<'n>,
    fields: Vec<Field>,
    credit: Option<Credit>,
}

pub fn read(reader: &mut Reader, top: &Opened, header: &Header) -> SourceSet {
    let entries = top.get("sources").map(|n| reader.named(n, said!("a source"))).unwrap_or_default();
    let names = Names::of(entries.iter().map(|(key, _)| (*key).clone()));
    let mut fields = Vec::new();
    let mut declared = Vec::new();
    for (key, node) in entries {
        let before = reader.diagnostics.len();
        let opened = reader.open(node, &SOURCE);
        // A pack, or a base, may leave the file to each workspace.
        if !opened.has("files") {
            reader.hint(
                before,
                said!(
                    "in your own `evenhand.yaml`: `sources: { {source}: { files: data/{source}.csv } }`",
                    source = key.value
                ),
            );
        }
        let (list, broken) = field::read(reader, opened.get("fields"));
        fields.push(FieldNames { source: key.value.clone(), broken, ..FieldNames::default() });
        declared.push(Declared { key, opened, fields: list, credit: None });
    }
    for i in 0..declared.len() {
        let before = errors(reader);
        credit(reader, &names, header, &mut declared, i);
        if let Some(names) = fields.get_mut(i) {
            names.credit_broken = errors(reader) > before;
        }
    }
    expose(&declared, &mut fields);
    let kinds = declared.iter().map(|d| kind(reader, &d.opened)).collect::<Vec<_>>();
    let mut raters = Vec::new();
    for declared in &declared {
        raters.push(["rater", "rated"].map(|key| declared.opened.get(key).and_then(|n| reader.text(n))));
    }
    let mut sources = Vec::new();
    for ((declared, names), kind) in declared.into_iter().zip(&mut fields).zip(&kinds) {
        sources.push(source(reader, declared, names, *kind, header));
    }
    SourceSet { names, sources, fields, kinds, raters }
}

/// A source without dates stands in one period of the workspace's own kind: a year among months would count as one more
/// of them.
fn named_period(reader: &mut Reader, period: &Authored<String>, header: &Header) {
    let (name, every) = (period.value.trim(), header.periods.every.value);
    let form = every_of_name(name).filter(|_| parse_period_start(name).is_ok());
    if every == Every::All && (form.is_some() || name == "all") {
        return;
    }
    let Some(form) = form else {
        reader.report(
            Diagnostic::error(&codes::WRONG_SHAPE, said!("there is no period `{name}`", name))
                .at(period.span(), said!("not the name of a period"))
                .help(said!("periods are named 2026, 2026-Q1, 2026-03, 2026-W05 or 2026-03-14")),
        );
        return;
    };
    if form != every {
        reader.report(
            Diagnostic::error(
                &codes::WRONG_SHAPE,
                said!(
                    "`{name}` is {written}, not {expected}",
                    name,
                    written = word_of(form),
                    expected = word_of(every)
                ),
            )
            .at(period.span(), said!("the period of this source"))
            .at(header.periods.every.span(), said!("the periods of the workspace"))
            .help(said!("name one of the workspace's own periods, or judge these figures in a workspace of their own")),
        );
    }
}

fn word_of(every: Every) -> Said {
    match every {
        Every::Day => said!("a day"),
        Every::Week => said!("a week"),
        Every::Month => said!("a month"),
        Every::Quarter => said!("a quarter"),
        Every::Year => said!("a year"),
        Every::All => said!("the whole time"),
    }
}

/// Tells each source's expressions of its own fields and of those of other sources.
fn expose(declared: &[Declared], fields: &mut [FieldNames]) {
    let all: Vec<(String, String)> = declared
        .iter()
        .flat_map(|d| d.fields.iter().filter(|f| f.taken.is_none()).map(|f| (f.name.clone(), d.key.value.clone())))
        .collect();
    for (names, d) in fields.iter_mut().zip(declared) {
        names.types = d.fields.iter().map(|f| (f.name.clone(), f.ty)).collect();
        names.columns =
            d.fields.iter().filter(|f| f.column != f.name).map(|f| (f.column.clone(), f.name.clone())).collect();
        names.through = d.credit.as_ref().and_then(|c| declared.get(c.through)).map(|t| t.key.value.clone());
        names.elsewhere = all.iter().filter(|(_, source)| *source != names.source).cloned().collect();
    }
}

fn kind(reader: &mut Reader, opened: &Opened) -> SourceKind {
    let word = reader.word(opened, "kind", SOURCE_KINDS);
    match word.as_deref().map(String::as_str) {
        Some("customer_response") => SourceKind::CustomerResponse,
        Some("observation") => SourceKind::Observation,
        Some("complaint") => SourceKind::Complaint,
        Some("training") => SourceKind::Training,
        _ => SourceKind::Record,
    }
}

fn source(
    reader: &mut Reader,
    declared: Declared,
    names: &mut FieldNames,
    kind: SourceKind,
    header: &Header,
) -> Option<Source> {
    let Declared { key, opened, fields, credit } = declared;
    let before = errors(reader);
    let files = opened.get("files").map(|n| reader.texts(n)).unwrap_or_default();
    if files.is_empty()
        && let Some(node) = opened.get("files")
    {
        reader.wrong(node, said!("at least one file"), said!("write `files: data/calls-*.csv`"));
    }
    let base = files.first().map(|f| reader.base(&f.origin)).unwrap_or_default();
    let column = |reader: &mut Reader, key: &str| opened.get(key).and_then(|n| reader.text(n));
    let at = column(reader, "at");
    let period = column(reader, "period");
    if let Some(period) = &period {
        named_period(reader, period, header);
    }
    let id = column(reader, "id");
    moment(reader, at.as_ref(), &fields, &names.broken);
    if at.is_none() && period.is_none() && header.periods.every.value != Every::All {
        no_dates(reader, key, &opened);
    }
    let latest_by = opened.get("latest_by").map(|n| reader.texts(n)).unwrap_or_default();
    if !latest_by.is_empty() && id.is_none() {
        reader.missing(
            opened.key_origin("latest_by"),
            Said::list(["latest_by"]),
            "id",
            said!("the column of which one row each is kept"),
        );
    }
    let sorted_by: Vec<usize> = latest_by.iter().filter_map(|f| names.position(&f.value)).collect();
    names.used.extend(sorted_by);
    let filter = opened.get("where").and_then(|n| names.compile(reader, n, Expected::YesNo));
    let source = Source {
        id: key.clone(),
        origin: key.origin.clone(),
        kind,
        base,
        format: opened.get("format").map(|n| format(reader, n)).unwrap_or_default(),
        missing: missing(reader, &opened),
        subjects: subjects(reader, &opened, header),
        key: id,
        lag_days: opened.get("lag").and_then(|n| reader.days(n)).map_or(0, |d| d.value),
        shield: reasons(reader, opened.get("shield"), names),
        cause: opened.get("cause").and_then(|n| cause(reader, n, names)),
        files,
        latest_by,
        at,
        period,
        filter,
        fields,
        credit,
    };
    (errors(reader) == before).then_some(source)
}

/// How many errors have been reported, to see whether an entry added one.
pub fn errors(reader: &Reader) -> usize {
    reader.diagnostics.iter().filter(|d| d.is_error()).count()
}

fn no_dates(reader: &mut Reader, key: &Authored<String>, opened: &Opened) {
    let times = opened.get("fields").map(|n| n.entries()).unwrap_or_default();
    let time = times.iter().find(|e| matches!(&e.value.kind, Kind::Scalar(s) if &*s.text == "time"));
    let help = match time {
        Some(field) => said!("add `at: {field}`", field = field.key),
        None => said!("add `at:` with the column of the row's moment, or `period:` where the file has no dates"),
    };
    reader.report(
        Diagnostic::error(
            &codes::NO_DATE_COLUMN,
            said!("source `{name}` doesn't say when its records happened", name = key),
        )
        .at(key.span(), said!("`at` is missing here"))
        .help(help),
    );
}

/// The moment of a row is a column, or a field of type time.
pub fn moment(
    reader: &mut Reader,
    at: Option<&Authored<String>>,
    fields: &[Field],
    broken: &std::collections::BTreeSet<String>,
) {
    if let Some(at) = at
        && let Some(field) = fields.iter().find(|f| f.name == at.value && !broken.contains(&f.name))
        && field.ty != Type::Time
    {
        reader.report(
            Diagnostic::error(
                &codes::WRONG_FIELD_TYPE,
                said!(
                    "`{field}` is of type `{declared}`, and the moment of a row is a time",
                    field = at,
                    declared = field.ty.name()
                ),
            )
            .at(at.span(), Said::default())
            .at(field.origin.span, said!("declared here"))
            .help(said!("declare `{field}: time`", field = at)),
        );
    }
}

/// Level → column. `person: agent` is short for `subjects: { person: agent }`.
fn subjects(reader: &mut Reader, opened: &Opened, header: &Header) -> BTreeMap<String, Authored<String>> {
    let mut subjects = BTreeMap::new();
    if let Some(node) = opened.get("subjects") {
        for (level, value) in reader.named(node, said!("a level")) {
            if known_level(reader, level, &header.levels)
                && let Some(column) = reader.text(value)
            {
                subjects.insert(level.value.clone(), column);
            }
        }
    }
    if let Some(node) = opened.get("person") {
        let place = opened.key_origin("person");
        if let Some(first) = subjects.get("person") {
            reader.report(
                Diagnostic::error(&codes::DUPLICATE_ID, said!("the column of the person is given twice"))
                    .at(place.span, said!("here"))
                    .at(first.span(), said!("and here"))
                    .help(said!("keep one of them")),
            );
        } else if known_level(reader, &Authored::new("person".into(), place), &header.levels)
            && let Some(column) = reader.text(node)
        {
            subjects.insert("person".into(), column);
        }
    }
    subjects
}

/// `{ reason: EXPR }`, in the order written.
pub fn reasons(reader: &mut Reader, node: Option<&Node>, names: &mut FieldNames) -> Vec<Reasoned> {
    let Some(node) = node else { return Vec::new() };
    let mut all = Vec::new();
    for (reason, value) in reader.named(node, said!("a reason")) {
        if let Some(when) = names.compile(reader, value, Expected::YesNo) {
            all.push(Reasoned { reason: reason.value.clone(), when });
        }
    }
    all
}

/// One of the five words, or an expression that gives one.
pub fn cause(reader: &mut Reader, node: &Node, names: &mut FieldNames) -> Option<Cause> {
    let word = node.text().map(|t| t.value.trim().to_string()).unwrap_or_default();
    if CAUSES.contains(&word.as_str()) && names.position(&word).is_none() {
        return Some(Cause::Always(match word.as_str() {
            "person" => CauseKind::Person,
            "process" => CauseKind::Process,
            "system" => CauseKind::System,
            "customer" => CauseKind::Customer,
            _ => CauseKind::Unknown,
        }));
    }
    let program = names.compile(reader, node, Expected::Text)?;
    for given in program.texts().iter().filter(|given| !CAUSES.contains(&given.trim())) {
        let help = match did_you_mean(given, CAUSES.iter().copied()) {
            Some(near) => said!("did you mean `{near}`? the words are {words}", near, words = list(CAUSES)),
            None => said!("write one of {words}", words = list(CAUSES)),
        };
        reader.report(
            Diagnostic::error(
                &codes::NOT_A_CHOICE,
                said!("`{written}` is not a word that `{key}` takes", written = given, key = "cause"),
            )
            .at(program.span(), Said::default())
            .help(help),
        );
    }
    Some(Cause::Of(program))
}

/// Resolves the credit of source `i` and appends the fields it takes.
fn credit(reader: &mut Reader, names: &Names, header: &Header, declared: &mut [Declared], i: usize) {
    let Some(node) = declared.get(i).and_then(|d| d.opened.get("credit")) else { return };
    let opened = reader.open(node, &CREDIT);
    let through = opened.get("through").and_then(|n| reader.text(n));
    let key = opened.get("key").and_then(|n| reader.text(n));
    let (Some(through), Some(key)) = (through, key) else { return };
    if !reader.known(&through, names.iter(), said!("source"), "sources:", &codes::UNKNOWN_SOURCE) {
        return;
    }
    let Some(position) = names.position(&through.value) else { return };
    let Some(contact) = declared.get(position) else { return };
    if let Some((message, help)) = unfit(contact, position == i, &through.value) {
        let problem = Diagnostic::error(&codes::BAD_CREDIT, message).at(through.span(), Said::default()).help(help);
        return reader.report(problem);
    }
    let contact_fields = contact.fields.clone();
    let take = match opened.get("take") {
        Some(node) => reader.texts(node),
        None => vec![Authored::new("person".to_string(), opened.node.origin.clone())],
    };
    let mut levels = Vec::new();
    for name in take {
        if header.levels.iter().any(|l| l.value == name.value) {
            levels.push(name.value);
        } else if let Some(from) = contact_fields.iter().position(|f| f.name == name.value) {
            take_field(reader, declared, i, &name, from, &contact_fields);
        } else {
            let known = header.levels.iter().map(|l| l.value.as_str());
            let known = known.chain(contact_fields.iter().map(|f| f.name.as_str()));
            let what = said!("level or field of `{source}`", source = through);
            reader.known(&name, known, what, "fields:", &codes::UNKNOWN_FIELD);
        }
    }
    if let Some(d) = declared.get_mut(i) {
        d.credit = Some(Credit { origin: opened.node.origin.clone(), through: position, key, levels });
    }
}

/// Why answers can't be credited through a source.
fn unfit(contact: &Declared, itself: bool, name: &str) -> Option<(Said, Said)> {
    if itself {
        let message = said!("a source can't be credited through itself");
        return Some((message, said!("name the source of the contacts")));
    }
    if contact.opened.has("credit") {
        let message = said!("`{name}` is itself credited through another source", name);
        return Some((message, said!("name the source of the contacts themselves")));
    }
    if !contact.opened.has("id") {
        let message = said!("`{name}` has no `id` by which a contact could be found", name);
        return Some((message, said!("add `id:` with the column of the contact's id to `{name}`", name)));
    }
    None
}

fn take_field(
    reader: &mut Reader,
    declared: &mut [Declared],
    i: usize,
    name: &Authored<String>,
    from: usize,
    contact_fields: &[Field],
) {
    let (Some(d), Some(field)) = (declared.get_mut(i), contact_fields.get(from)) else { return };
    if let Some(own) = d.fields.iter().find(|f| f.name == name.value) {
        reader.report(
            Diagnostic::error(
                &codes::DUPLICATE_ID,
                said!("`{name}` is both a field of the answer and taken", name = name.value),
            )
            .at(name.span(), said!("taken from the contact here"))
            .at(own.origin.span, said!("declared here"))
            .help(said!("rename the answer's own field")),
        );
        return;
    }
    let taken = Field { origin: name.origin.clone(), taken: Some(from), used: false, ..field.clone() };
    d.fields.push(taken);
}

/// Notes which fields are read at all, through credits too.
pub fn mark_used(sources: &mut [Source], fields: &[FieldNames]) {
    for (source, names) in sources.iter_mut().zip(fields) {
        for (i, field) in source.fields.iter_mut().enumerate() {
            field.used = names.used.contains(&i);
        }
    }
    let taken: Vec<(usize, usize)> = sources
        .iter()
        .filter_map(|s| s.credit.as_ref().map(|c| (c.through, s)))
        .flat_map(|(through, s)| s.fields.iter().filter(|f| f.used).filter_map(move |f| f.taken.map(|t| (through, t))))
        .collect();
    for (source, field) in taken {
        if let Some(field) = sources.get_mut(source).and_then(|s| s.fields.get_mut(field)) {
            field.used = true;
        }
    }
}
