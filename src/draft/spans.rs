//! Times between two columns of dates: how long customers waited, and whether the promised date was kept.

use super::columns::{Column, Columns, Values};
use super::figures::{Field, Figure, Names, Unit};
use super::roles::Roles;
use super::story::Unsure;
use super::words;
use crate::records::Stamp;

const HOUR: f64 = 3_600e6;

/// Figures from pairs of dates. Where a column already holds the waiting time, only the promised date is looked at.
pub fn find(
    columns: &Columns,
    roles: &Roles,
    known: &[Figure],
    names: &mut Names,
    unsure: &mut Vec<Unsure>,
) -> Vec<Figure> {
    let mut found = Vec::new();
    let times = |words: words::Words| {
        columns.all.iter().filter(move |c| {
            c.title.reference.is_some()
                && matches!(c.values, Values::Times { .. })
                && c.has(words)
                && !c.has(words::OTHER_DATE)
        })
    };
    let done = times(words::DONE).find(|c| !c.has(words::DUE) && roles.at != Some(c.position));
    if let (Some(due), Some(done)) = (times(words::DUE).find(|c| roles.at != Some(c.position)), done)
        && !known.iter().any(|f| f.quality == "promises_kept")
    {
        found.extend(kept(due, done, names));
    }
    let Some(start) = roles.at.and_then(|at| columns.all.get(at)).filter(|c| !c.has(words::DONE)) else { return found };
    // How long customers took to fill in a form says nothing about the service.
    let form = columns.all.iter().any(|c| c.has(words::SURVEY_PROGRAM));
    if form || known.iter().any(|f| f.rank == 3) {
        return found;
    }
    let answered = times(words::ANSWERED).find(|c| roles.at != Some(c.position) && !c.has(words::DUE));
    for end in [answered, done].into_iter().flatten() {
        found.extend(waited(start, end, names, unsure));
    }
    found
}

fn stamps(column: &Column) -> &[Option<Stamp>] {
    match &column.values {
        Values::Times { values, .. } => values,
        _ => &[],
    }
}

fn field(name: &str, column: &Column) -> Field {
    Field { name: name.to_owned(), column: column.position, ty: "time", more: Vec::new() }
}

fn waited(start: &Column, end: &Column, names: &mut Names, unsure: &mut Vec<Unsure>) -> Option<Figure> {
    let hours: Vec<Option<f64>> = stamps(start)
        .iter()
        .zip(stamps(end))
        .map(|(a, b)| Some((b.as_ref()?.civil - a.as_ref()?.civil) as f64 / HOUR))
        .collect();
    let both = hours.iter().flatten().count();
    let back = hours.iter().flatten().filter(|h| **h < 0.0).count();
    if both < 10 || back * 20 > both {
        return None;
    }
    let (from, to) = (names.of(start), names.of(end));
    let title = format!("{} → {}", start.title.written, end.title.written);
    let name = names.new_name(&format!("hours to {}", end.title.written), None);
    let open = stamps(start).iter().zip(stamps(end)).filter(|(a, b)| a.is_some() && b.is_none()).count();
    let mut remark =
        "nights and weekends count. With a `calendar:` of working hours, write `working_hours_between`".to_owned();
    if open > 0 {
        let rows = stamps(start).len();
        let text = format!(
            "{open} of {rows} rows have no `{}`: they are still open and don't count; who leaves hard ones open looks fast",
            end.title.written
        );
        let way = format!("`hours_between({from}, {to} ?? as_of)` counts an open one up to the day of the report");
        remark = format!("{text}\n{way}\n{remark}");
        unsure.push(Unsure::new(text, format!("write `mean: hours_between({from}, {to} ?? as_of)`, which counts an open one up to the day of the report"), format!("mean: hours_between({from}, {to})")).of(&name));
    }
    Some(Figure {
        lines: vec![("mean", format!("hours_between({from}, {to})"))],
        fields: vec![field(&from, start), field(&to, end)],
        lower_is_better: true,
        unit: Unit::Plain,
        values: hours,
        quality: "commitment_to_time",
        promise: format!("The time from “{}” to “{}” stays short.", start.title.written, end.title.written),
        said: "mean hours between the two, less is better".into(),
        remark: Some(remark),
        rank: 3,
        title,
        name,
    })
}

fn kept(due: &Column, done: &Column, names: &mut Names) -> Option<Figure> {
    // A promised day without a time is kept until it ends.
    let whole = stamps(due).iter().flatten().all(|s| s.whole_day);
    let grace = if whole { 24.0 * HOUR } else { 0.0 };
    let values: Vec<Option<f64>> = stamps(due)
        .iter()
        .zip(stamps(done))
        .map(|(due, done)| Some(f64::from(((done.as_ref()?.civil - due.as_ref()?.civil) as f64) < grace.max(1.0))))
        .collect();
    if values.iter().flatten().count() < 10 {
        return None;
    }
    let (promised, ended) = (names.of(due), names.of(done));
    let name = names.new_name(&format!("kept {}", due.title.written), None);
    Some(Figure {
        lines: vec![
            ("not_applicable", format!("is_missing({promised})")),
            ("not_due", format!("is_missing({ended}) && {promised} >= as_of")),
            (
                "share",
                if whole {
                    format!("date({ended} ?? as_of) <= {promised}")
                } else {
                    format!("({ended} ?? as_of) <= {promised}")
                },
            ),
        ],
        fields: vec![field(&promised, due), field(&ended, done)],
        lower_is_better: false,
        unit: Unit::Share,
        values,
        quality: "promises_kept",
        promise: "We keep the date we gave you.".into(),
        said: format!(
            "share of rows where `{}` is not after `{}`, more is better",
            done.title.written, due.title.written
        ),
        remark: Some("open cases count as late once their date has passed".into()),
        rank: 0,
        title: due.title.written.clone(),
        name,
    })
}
