//! What can be measured: which columns say how good the service was, in which form, and which way is better.

use std::collections::BTreeMap;

use super::columns::{Column, Columns, Values};
use super::roles::Roles;
use super::story::Unsure;
use super::words;
use crate::diagnostic::Said;
use crate::said;
use crate::workspace::is_free_name;

/// More standards than this are no start.
const MOST: usize = 6;
/// Fewer cells than this are nothing to measure.
const FEWEST: usize = 10;

/// A field that an expression uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    pub column: usize,
    pub ty: &'static str,
    /// `pattern`, `yes`, `no`, as YAML.
    pub more: Vec<(&'static str, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 0…1, shown as a percentage.
    Share,
    /// −100…100.
    Nps,
    Plain,
}

/// A measure and the standard that stands on it.
#[derive(Clone, Debug)]
pub struct Figure {
    pub name: String,
    /// Title of the column it is about.
    pub title: String,
    pub fields: Vec<Field>,
    /// `("share", "rating >= 4")`
    pub lines: Vec<(&'static str, String)>,
    pub lower_is_better: bool,
    pub unit: Unit,
    pub values: Vec<Option<f64>>,
    pub quality: &'static str,
    pub promise: String,
    /// For the reader: `the share of yes`.
    pub said: String,
    /// For the file.
    pub remark: Option<String>,
    pub(super) rank: u8,
}

/// The figures, what was unsure, and columns with figures that were left out with the reason.
pub struct Figures {
    pub all: Vec<Figure>,
    pub unsure: Vec<Unsure>,
    pub left: Vec<(usize, Said)>,
}

pub fn find(columns: &Columns, roles: &Roles) -> Figures {
    let mut figures = Figures { all: Vec::new(), unsure: Vec::new(), left: Vec::new() };
    let mut names = Names::new(columns);
    let mut open = Vec::new();
    for column in &columns.all {
        if roles.is_taken(column.position) || matches!(column.values, Values::Empty) {
            continue;
        }
        if matches!(column.values, Values::Texts) {
            figures.all.extend(super::answers::find(column, columns, &mut names));
            continue;
        }
        if column.title.reference.is_none() {
            figures.left.push((column.position, said!("has no title")));
            continue;
        }
        if column.filled < FEWEST && !matches!(column.values, Values::Times { .. }) {
            figures.left.push((
                column.position,
                match column.filled {
                    1 => said!("only 1 cell is filled"),
                    count => said!("only {count} cells are filled", count),
                },
            ));
            continue;
        }
        if column.is_code(&columns.texts) {
            figures.left.push((column.position, said!("it numbers or names things and measures nothing")));
            continue;
        }
        match figure(column, columns, &mut names, &mut figures.unsure) {
            Some(figure) => figures.all.push(figure),
            None if matches!(column.values, Values::Numbers { .. } | Values::YesNo { .. })
                && !column.has(words::IDENTITY) =>
            {
                open.push(column)
            }
            None => {}
        }
    }
    figures.all.extend(super::spans::find(columns, roles, &figures.all, &mut names, &mut figures.unsure));
    gaps(columns, &mut figures);
    if figures.all.is_empty()
        && let Some(column) = open.iter().find(|c| matches!(c.values, Values::Numbers { .. }))
    {
        figures.all.push(last_resort(column, columns, &mut names, &mut figures.unsure));
        open.retain(|c| {
            c.position != figures.all.first().and_then(|f| f.fields.first()).map_or(usize::MAX, |f| f.column)
        });
    }
    for column in open {
        figures
            .left
            .push((column.position, said!("whether more or less of it is better can't be told from its title")));
    }
    figures.all.sort_by_key(|f| f.rank);
    for figure in figures.all.split_off(figures.all.len().min(MOST)) {
        if let Some(field) = figure.fields.first() {
            figures.left.push((field.column, said!("{most} standards are enough for a start", most = MOST)));
        }
    }
    let kept: Vec<String> = figures.all.iter().map(|f| f.name.clone()).collect();
    figures.unsure.retain(|u| u.figure.as_ref().is_none_or(|f| kept.contains(f)));
    figures.left.sort();
    figures.left.dedup_by_key(|(column, _)| *column);
    figures
}

/// Names for fields, measures and standards: from the title, each once, and never the title of another column.
pub struct Names {
    taken: Vec<String>,
    of_columns: BTreeMap<usize, String>,
}

impl Names {
    fn new(columns: &Columns) -> Self {
        Self {
            taken: columns.all.iter().filter_map(|c| c.title.reference.clone()).collect(),
            of_columns: BTreeMap::new(),
        }
    }

    /// The column's name, the same each time.
    pub fn of(&mut self, column: &Column) -> String {
        if let Some(known) = self.of_columns.get(&column.position) {
            return known.clone();
        }
        let own = column.title.reference.clone();
        let name = self.new_name(&column.title.written, own.as_deref());
        self.of_columns.insert(column.position, name.clone());
        name
    }

    pub fn new_name(&mut self, title: &str, own: Option<&str>) -> String {
        let mut name = String::new();
        for c in title.chars().flat_map(char::to_lowercase) {
            if c.is_alphabetic() || c.is_ascii_digit() {
                name.push(c);
            } else if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
        }
        let mut name: String = name.chars().take(40).collect::<String>().trim_end_matches('_').to_owned();
        if !name.chars().next().is_some_and(char::is_alphabetic) {
            name.insert_str(0, "column_");
        }
        let is_new = |n: &str| is_free_name(n) && (own == Some(n) || !self.taken.iter().any(|t| t == n));
        let mut number = 2;
        let mut candidate = name.clone();
        let reused = own == Some(name.as_str()) && self.taken.iter().filter(|t| **t == name).count() > 1;
        while !is_new(&candidate) || (reused && candidate == name) {
            candidate = format!("{name}_{number}");
            number += 1;
        }
        self.taken.push(candidate.clone());
        candidate
    }
}

pub fn integers(values: &[Option<f64>]) -> bool {
    values.iter().flatten().all(|x| x.fract() == 0.0)
}

fn range(values: &[Option<f64>]) -> (f64, f64) {
    let known = values.iter().flatten();
    known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)))
}

fn figure(column: &Column, columns: &Columns, names: &mut Names, unsure: &mut Vec<Unsure>) -> Option<Figure> {
    match &column.values {
        Values::YesNo { values, yes, no } => {
            let as_numbers = values.iter().map(|v| v.map(f64::from)).collect();
            yes_no(column, as_numbers, words_of(yes, no), is_plain(yes, no), names)
        }
        Values::Numbers { values, around, percent } => {
            let (low, high) = range(values);
            let flag = integers(values) && low == 0.0 && high == 1.0 && around.is_none();
            if flag && let Some(found) = yes_no(column, values.clone(), Vec::new(), true, names) {
                return Some(found);
            }
            if let Some(found) = answer(column, values, (low, high), names, unsure) {
                return Some(with_pattern(found, around.as_ref()));
            }
            let found = amount(column, values, *percent, names, unsure)?;
            Some(with_pattern(found, around.as_ref()))
        }
        Values::Lengths { values, short } => length(column, values, short.as_ref(), columns, names, unsure),
        Values::Times { .. } | Values::Texts | Values::Empty => None,
    }
}

fn with_pattern(mut figure: Figure, around: Option<&(String, String)>) -> Figure {
    if let (Some((before, after)), Some(field)) = (around, figure.fields.first_mut()) {
        field.more.push(("pattern", super::workspace::quoted(&format!("{before}{{}}{after}"))));
    }
    figure
}

pub(super) fn field(name: &str, column: &Column, ty: &'static str) -> Field {
    Field { name: name.to_owned(), column: column.position, ty, more: Vec::new() }
}

/// Cases that a time has no value for, mostly open ones, drop out of its mean: whoever leaves the hard ones open looks
/// fast. Spans say it themselves, with the way to count open cases.
fn gaps(columns: &Columns, figures: &mut Figures) {
    let done = columns.all.iter().find(|c| {
        c.title.reference.is_some()
            && matches!(c.values, Values::Times { .. })
            && c.has(words::DONE)
            && !c.has(words::DUE)
    });
    let open: Option<Vec<bool>> =
        done.and_then(|c| columns.texts.get(c.position)).map(|t| t.iter().map(Option::is_none).collect());
    let timed = figures.all.iter().filter(|f| f.rank == 3 && f.fields.len() == 1);
    let mut found = Vec::new();
    for figure in timed {
        let missing: Vec<usize> =
            figure.values.iter().enumerate().filter(|(_, v)| v.is_none()).map(|(row, _)| row).collect();
        if missing.len() * 20 < figure.values.len() {
            continue;
        }
        let still = open.as_ref().is_some_and(|open| {
            missing.iter().filter(|row| open.get(**row) == Some(&true)).count() * 10 >= missing.len() * 9
        });
        let why = if still {
            ": they are still open, and who leaves hard ones open looks fast"
        } else {
            ", and don't count for it"
        };
        found.push(
            Unsure::new(
                format!("{} of {} rows have no `{}`{why}", missing.len(), figure.values.len(), figure.title),
                if still {
                    "measure the time up to the day of the report too, such as `hours_between(OPENED, CLOSED ?? as_of)`, or look at the open ones by hand"
                } else {
                    "fill in the cells in the file, or leave it so"
                },
                format!("mean: {}", figure.name),
            )
            .of(&figure.name),
        );
    }
    figures.unsure.extend(found);
}

// ---- yes and no ----

/// Whether these are the words for yes and no that every field knows, in any case.
fn is_plain(yes: &[String], no: &[String]) -> bool {
    words::YES_NO
        .first()
        .is_some_and(|(y, n)| yes.iter().all(|w| y.contains(&w.as_str())) && no.iter().all(|w| n.contains(&w.as_str())))
}

fn words_of(yes: &[String], no: &[String]) -> Vec<(&'static str, String)> {
    let list = |words: &[String]| {
        format!("[{}]", words.iter().map(|w| super::workspace::quoted(w)).collect::<Vec<_>>().join(", "))
    };
    [("yes", yes), ("no", no)].into_iter().filter(|(_, w)| !w.is_empty()).map(|(key, w)| (key, list(w))).collect()
}

const NOT: words::Words =
    &["=not", "=no", "non", "nicht", "kein", "ohne", "without", "sans", "sin", "senza", "niet", "zonder"];

fn yes_no(
    column: &Column,
    values: Vec<Option<f64>>,
    more: Vec<(&'static str, String)>,
    plain: bool,
    names: &mut Names,
) -> Option<Figure> {
    let (good, bad) = (words::last(&column.folded, words::GOOD), words::last(&column.folded, words::BAD));
    let mut worse = match (good, bad) {
        // Words such as met and missed say themselves which is which.
        _ if !plain => false,
        (None, None) => return None,
        (good, bad) => bad > good,
    };
    if plain && words::has(&column.folded, NOT) {
        worse = !worse;
    }
    let name = names.of(column);
    let title = &column.shown();
    let mut own = field(&name, column, "yes_no");
    own.more = more;
    let kept = [
        words::DUE,
        &["sla", "on time", "in time", "kept", "eingehalten", "puenktlich", "termin", "respect", "a tiempo", "within"],
    ];
    let quality = if kept.iter().any(|w| column.has(w)) { "promises_kept" } else { "problem_solving" };
    Some(Figure {
        lines: vec![("share", name.clone())],
        fields: vec![own],
        lower_is_better: worse,
        unit: Unit::Share,
        values,
        quality,
        promise: if worse { format!("“{title}” is rare.") } else { format!("“{title}” is the rule.") },
        said: format!("share of yes, {} is better", if worse { "less" } else { "more" }),
        remark: None,
        rank: if worse { 4 } else { 0 },
        title: title.clone(),
        name,
    })
}

// ---- answers on a scale ----

fn answer(
    column: &Column,
    values: &[Option<f64>],
    (low, high): (f64, f64),
    names: &mut Names,
    unsure: &mut Vec<Unsure>,
) -> Option<Figure> {
    let title = column.shown();
    if column.has(words::LIKELIHOOD) && integers(values) && low >= 0.0 && high <= 10.0 && high > 5.0 {
        let name = names.of(column);
        let nps = |x: f64| {
            if x >= 9.0 {
                100.0
            } else if x >= 7.0 {
                0.0
            } else {
                -100.0
            }
        };
        return Some(Figure {
            lines: vec![("nps", name.clone())],
            fields: vec![field(&name, column, "number")],
            lower_is_better: false,
            unit: Unit::Nps,
            values: values.iter().map(|v| v.map(nps)).collect(),
            quality: "quality",
            promise: "You would recommend us.".into(),
            said: "net promoter score: 9 and 10 count for, 0 to 6 against".into(),
            remark: None,
            rank: 2,
            title,
            name,
        });
    }
    let mark = column.has(words::MARK) && low >= 1.0 && high > 5.0 && high <= 6.0;
    if !(column.has(words::RATING) || mark) || !integers(values) || low < 0.0 || high > 10.0 || column.has(words::WAIT)
    {
        return None;
    }
    let (line, top, sign) = match high {
        _ if mark => (2.0, 6, "<="),
        h if h <= 3.0 => (3.0, 3, ">="),
        h if h <= 4.0 => (3.0, 4, ">="),
        h if h <= 5.0 => (4.0, 5, ">="),
        h if h <= 7.0 => (6.0, 7, ">="),
        _ => (8.0, 10, ">="),
    };
    let name = names.of(column);
    if top != 5 && top != 10 || mark {
        unsure.push(
            Unsure::new(
                format!("the scale of `{title}`: its cells go from {low} to {high}, and {line} or {} was taken for a good answer", if mark { "less" } else { "more" }),
                format!("change the number in `share: {name} {sign} {line}`, and the sign if small numbers are the good ones"),
                format!("share: {name} {sign}"),
            )
            .of(&name),
        );
    } else if column.has(&["=note", "=noten", "*note"]) && !column.has(&["notes"]) {
        unsure.push(
            Unsure::new(
                format!("whether a high `{title}` is a good one, as {line} or more was taken for a good answer"),
                format!("where 1 is the best, write `share: {name} <= 2`"),
                format!("share: {name} {sign}"),
            )
            .of(&name),
        );
    }
    let mut lines = vec![("share", format!("{name} {sign} {line}"))];
    let zero = low == 0.0 && top == 5;
    if zero {
        lines.insert(0, ("where", format!("{name} >= 1")));
        unsure.push(
            Unsure::new(
                format!(
                    "what 0 means in `{title}`: it was taken for no answer, because the scale seems to go from 1 to 5"
                ),
                format!("if 0 is an answer, delete the line `where: {name} >= 1`"),
                format!("where: {name} >= 1"),
            )
            .of(&name),
        );
    }
    let good = |x: f64| f64::from(if mark { x <= line } else { x >= line });
    Some(Figure {
        lines,
        fields: vec![field(&name, column, "number")],
        lower_is_better: false,
        unit: Unit::Share,
        values: values.iter().map(|v| v.filter(|x| !zero || *x >= 1.0).map(good)).collect(),
        quality: "quality",
        promise: format!("You are satisfied: “{title}”."),
        said: format!("share of answers of {line} or {}", if mark { "less" } else { "more" }),
        remark: None,
        rank: 1,
        title,
        name,
    })
}

// ---- amounts ----

fn amount(
    column: &Column,
    values: &[Option<f64>],
    percent: bool,
    names: &mut Names,
    unsure: &mut Vec<Unsure>,
) -> Option<Figure> {
    let long = !percent && (column.has(words::WAIT) || column.has(words::TIME_UNIT));
    let (good, bad) = (words::last(&column.folded, words::GOOD), words::last(&column.folded, words::BAD));
    let scored = column.has(words::RATING);
    let lower = match (long, good, bad) {
        (true, ..) => true,
        (_, None, None) if scored => false,
        (_, None, None) => return None,
        (_, good, bad) => bad > good,
    };
    let name = names.of(column);
    let title = column.shown();
    if !long && !lower && !percent {
        unsure.push(
            Unsure::new(
                format!("whether more is better in `{title}`: it was taken so"),
                "if less is better, add `lower_is_better: true` below that line",
                format!("mean: {name}"),
            )
            .of(&name),
        );
    }
    Some(mean(column, values.to_vec(), name, lower, if long { 3 } else { 5 }, percent))
}

fn mean(column: &Column, values: Vec<Option<f64>>, name: String, lower: bool, rank: u8, percent: bool) -> Figure {
    let title = column.shown();
    let handling = column.has(&[
        "handl",
        "aht",
        "talk",
        "wrap",
        "acw",
        "after call",
        "*bearbeitung",
        "gespraech",
        "traitement",
        "gestion",
    ]);
    Figure {
        lines: vec![("mean", name.clone())],
        fields: vec![field(&name, column, "number")],
        lower_is_better: lower,
        unit: if percent { Unit::Share } else { Unit::Plain },
        values,
        quality: if lower { "commitment_to_time" } else { "quality" },
        promise: if lower { format!("“{title}” stays low.") } else { format!("“{title}” stays high.") },
        said: format!("mean, {} is better", if lower { "less" } else { "more" }),
        remark: handling.then(|| "time spent with a customer is not waste: whoever is judged on it may hurry people off. Consider deleting this one".into()),
        rank,
        title,
        name,
    }
}

fn length(
    column: &Column,
    values: &[Option<f64>],
    short: Option<&String>,
    columns: &Columns,
    names: &mut Names,
    unsure: &mut Vec<Unsure>,
) -> Option<Figure> {
    // A time of day beside a day without a time.
    let clock = column.has(words::CLOCK)
        && !column.has(words::WAIT)
        && values.iter().flatten().all(|s| (0.0..86_400.0).contains(s));
    let day = columns
        .all
        .iter()
        .any(|c| matches!(&c.values, Values::Times { values, .. } if values.iter().flatten().all(|s| s.whole_day)));
    if clock && day {
        return None;
    }
    let name = names.of(column);
    let written = column.title.written.to_lowercase();
    // `(h:mm)` and `(mm:ss)` in the title say which; `(h:mm:ss)` says nothing of cells with one colon.
    let seconds = written.contains(":ss") || written.contains("min:sec") || written.contains("m:s");
    let hours = !seconds && ["h:mm", "h:min", "hh:m", "std:min", "h:m"].iter().any(|form| written.contains(form));
    if let (Some(_), true) = (short, hours) {
        let values: Vec<Option<f64>> = values.iter().map(|v| v.map(|seconds| seconds * 60.0)).collect();
        let mut figure = mean(column, values, name.clone(), true, 3, false);
        figure.lines = vec![("mean", format!("{name} * 60"))];
        figure.fields.iter_mut().for_each(|field| field.ty = "duration");
        figure.said = "mean in seconds, less is better; its cells are hours and minutes".into();
        figure.remark =
            Some("cells such as 8:44 are read as minutes and seconds: times 60 they are hours and minutes".into());
        return Some(figure);
    }
    if let (Some(example), false) = (short, seconds) {
        unsure.push(
            Unsure::new(
                format!("whether `{example}` in `{}` is minutes and seconds: it was taken so", column.shown()),
                format!("if it is hours and minutes, write `mean: {name} * 60`, and floor and target times 60"),
                format!("mean: {name}"),
            )
            .of(&name),
        );
    }
    let mut figure = mean(column, values.to_vec(), name, true, 3, false);
    if let Some(field) = figure.fields.first_mut() {
        field.ty = "duration";
    }
    figure.said = "mean in seconds, less is better".into();
    Some(figure)
}

/// Nothing is plainly good or bad: the first number, so that there is something to look at.
fn last_resort(column: &Column, _columns: &Columns, names: &mut Names, unsure: &mut Vec<Unsure>) -> Figure {
    let Values::Numbers { values, around, percent } = &column.values else {
        return mean(column, Vec::new(), names.of(column), false, 5, false);
    };
    let name = names.of(column);
    unsure.push(
        Unsure::new(
            format!("whether `{}` says anything about service: it is the only number found, and more was taken for better", column.title.written),
            "if less is better, add `lower_is_better: true` below that line; if it says nothing, measure another column",
            format!("mean: {name}"),
        )
        .of(&name),
    );
    with_pattern(mean(column, values.clone(), name, false, 5, *percent), around.as_ref())
}
