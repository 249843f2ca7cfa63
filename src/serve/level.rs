//! The subjects of one level as a table: searched, sorted and paged here, so that 100,000 people are one short page.

use std::cmp::Ordering;

use serde::Serialize;

use super::address::query;
use super::frame::{Link, subject_href};
use super::site::{Answer, View};
use super::subject::find;
use crate::judge::Outcome;
use crate::measure::Subject;
use crate::report::{Cell, LevelRow};

/// Rows of a page.
const ROWS: usize = 50;

#[derive(Serialize)]
struct Body {
    level: String,
    title: String,
    /// The typed search.
    q: String,
    outcome: String,
    sort: &'static str,
    down: bool,
    /// Name of the higher subject whose members these are.
    of: Option<Within>,
    /// The level without search or filter.
    all_href: String,
    period: String,
    period_text: String,
    outcomes: Vec<Choice>,
    columns: Vec<Column>,
    found: usize,
    found_text: String,
    rows: Vec<Row>,
    page: usize,
    pages: usize,
    previous: Option<String>,
    next: Option<String>,
    periods: Vec<Link>,
}

#[derive(Serialize)]
struct Within {
    level: String,
    id: String,
    name: String,
    href: String,
}

#[derive(Serialize)]
struct Choice {
    word: &'static str,
    count: String,
    current: bool,
}

#[derive(Serialize)]
struct Column {
    key: &'static str,
    href: String,
    /// As `aria-sort` says it.
    sorted: &'static str,
    number: bool,
}

#[derive(Serialize)]
struct Row {
    href: String,
    row: LevelRow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Id,
    Name,
    Outcome,
    Score,
    Records,
}

impl Sort {
    const ALL: [(Sort, &'static str); 5] = [
        (Sort::Id, "id"),
        (Sort::Name, "name"),
        (Sort::Outcome, "outcome"),
        (Sort::Score, "score"),
        (Sort::Records, "records"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(sort, _)| *sort == self).map_or("id", |(_, word)| word)
    }
}

/// One subject that passed the filters.
struct Found<'a> {
    cell: Cell,
    subject: &'a Subject,
    outcome: Outcome,
    score: f64,
    records: u64,
}

/// What is asked of the table.
struct Asked<'a> {
    level: usize,
    period: usize,
    words: Vec<String>,
    outcome: Option<Outcome>,
    /// Level and subject whose members are wanted.
    of: Option<(usize, usize)>,
    sort: Sort,
    down: bool,
    view: &'a View<'a>,
}

pub fn page(view: &View<'_>) -> Answer {
    let readings = &view.generation.recommendations.scorecards.readings;
    let level = readings.levels.iter().position(|l| l.level == view.asked("level"));
    let Some((level, period)) = level.zip(view.period()) else { return view.missing() };
    let sort = Sort::ALL.iter().find(|(_, word)| *word == view.asked("sort")).map_or(Sort::Id, |(sort, _)| *sort);
    let asked = Asked {
        level,
        period,
        words: view.asked("q").split_whitespace().map(str::to_lowercase).collect(),
        outcome: Outcome::ALL.into_iter().find(|o| o.word() == view.asked("outcome")),
        of: find(readings, view.asked("of"), view.asked("in")),
        sort,
        down: view.asked("down") == "yes",
        view,
    };
    view.render("live/level.html", "/level", &asked.body())
}

impl<'a> Asked<'a> {
    fn body(&self) -> Body {
        let words = self.view.report.words();
        let readings = &self.view.generation.recommendations.scorecards.readings;
        let level = readings.levels.get(self.level).map_or("", |l| l.level.as_str());
        let period = readings.periods.get(self.period).map_or("", |p| p.name.as_str());
        let mut found = self.found();
        let counts = Outcome::ALL.map(|o| (o, found.iter().filter(|f| f.outcome == o).count()));
        if let Some(outcome) = self.outcome {
            found.retain(|f| f.outcome == outcome);
        }
        let total = found.len();
        let pages = total.div_ceil(ROWS).max(1);
        let page = self.view.asked("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
        self.order(&mut found, page * ROWS);
        let rows = found.iter().skip((page - 1) * ROWS).take(ROWS).filter_map(|f| {
            let href = subject_href(level, &f.subject.id, period);
            Some(Row { href, row: self.view.report.row(f.cell)? })
        });
        let named = |p: &usize| readings.periods.get(*p).map(|period| (*p, period.name.as_str()));
        Body {
            level: level.to_owned(),
            title: words.level_title(level),
            q: self.view.asked("q").to_owned(),
            outcome: self.outcome.map_or("", Outcome::word).to_owned(),
            sort: self.sort.word(),
            down: self.down,
            of: self.within(period),
            all_href: format!("/level{}", query(&[("level", level)])),
            period: period.to_owned(),
            period_text: words.period(period),
            outcomes: counts
                .into_iter()
                .filter(|(o, n)| *n > 0 || self.outcome == Some(*o))
                .map(|(o, n)| Choice {
                    word: o.word(),
                    count: words.integer(n as u64),
                    current: self.outcome == Some(o),
                })
                .collect(),
            columns: Sort::ALL.map(|(sort, _)| self.column(sort, level, period)).into(),
            found: total,
            found_text: words.subjects(level, total as u64),
            rows: rows.collect(),
            page,
            pages,
            previous: (page > 1).then(|| self.href(level, period, self.sort, self.down, page - 1)),
            next: (page < pages).then(|| self.href(level, period, self.sort, self.down, page + 1)),
            periods: match readings.judged.len() {
                0 | 1 => Vec::new(),
                _ => readings
                    .judged
                    .iter()
                    .filter_map(named)
                    .map(|(p, name)| Link {
                        href: self.href(level, name, self.sort, self.down, 1),
                        text: words.period(name),
                        current: p == self.period,
                    })
                    .collect(),
            },
        }
    }

    /// Every subject that the search and the higher subject let through, whatever its outcome, by id.
    fn found(&self) -> Vec<Found<'a>> {
        let recommendations = &self.view.generation.recommendations;
        let readings = &recommendations.scorecards.readings;
        let Some(level) = readings.levels.get(self.level) else { return Vec::new() };
        let subjects = level.subjects.iter().enumerate();
        subjects
            .filter(|(_, subject)| self.wanted(subject))
            .filter_map(|(position, subject)| {
                let cell = Cell { level: self.level, subject: position, period: self.period };
                let outcome = self.view.report.outcome(cell)?;
                let records = level.records.get(readings.cell(position, self.period)).copied().unwrap_or(0);
                Some(Found { cell, subject, outcome, score: self.view.report.score(cell).value, records })
            })
            .collect()
    }

    /// Every word stands in the id, the name or an attribute.
    fn wanted(&self, subject: &Subject) -> bool {
        let inside = self.of.is_none_or(|(level, parent)| {
            let own = subject.parents.get(&level).and_then(|p| p.get(self.period)).copied().flatten();
            own == u32::try_from(parent).ok()
        });
        if !inside || self.words.is_empty() {
            return inside;
        }
        let (id, name) = (subject.id.to_lowercase(), subject.name.to_lowercase());
        let attributes = subject.attributes.get(self.period).and_then(Option::as_ref);
        self.words.iter().all(|word| {
            id.contains(word)
                || name.contains(word)
                || attributes.is_some_and(|a| a.values().any(|value| value.to_lowercase().contains(word)))
        })
    }

    /// Sorts as far as the page needs: the first `needed`.
    fn order(&self, found: &mut Vec<Found<'_>>, needed: usize) {
        let by = |a: &Found<'_>, b: &Found<'_>| {
            let order = match self.sort {
                Sort::Id => Ordering::Equal,
                Sort::Name => a.subject.name.cmp(&b.subject.name),
                Sort::Outcome => a.outcome.cmp(&b.outcome),
                // Without a score last, whichever the direction.
                Sort::Score => match (a.score.is_nan(), b.score.is_nan()) {
                    (false, false) => a.score.total_cmp(&b.score),
                    (a, b) => return a.cmp(&b),
                },
                Sort::Records => a.records.cmp(&b.records),
            };
            let order = order.then_with(|| a.subject.id.cmp(&b.subject.id));
            if self.down { order.reverse() } else { order }
        };
        if needed < found.len() {
            found.select_nth_unstable_by(needed, by);
            found.truncate(needed);
        }
        found.sort_by(by);
    }

    fn within(&self, period: &str) -> Option<Within> {
        let (level, subject) = self.of?;
        let level = self.view.generation.recommendations.scorecards.readings.levels.get(level)?;
        let subject = level.subjects.get(subject)?;
        Some(Within {
            level: level.level.clone(),
            id: subject.id.to_string(),
            name: subject.name.to_string(),
            href: subject_href(&level.level, &subject.id, period),
        })
    }

    fn column(&self, sort: Sort, level: &str, period: &str) -> Column {
        let current = self.sort == sort;
        Column {
            key: sort.word(),
            // A second press turns the order round.
            href: self.href(level, period, sort, current && !self.down, 1),
            sorted: match (current, self.down) {
                (false, _) => "none",
                (true, false) => "ascending",
                (true, true) => "descending",
            },
            number: matches!(sort, Sort::Score | Sort::Records),
        }
    }

    fn href(&self, level: &str, period: &str, sort: Sort, down: bool, page: usize) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let several = self.view.generation.recommendations.scorecards.readings.judged.len() > 1;
        let pairs = [
            ("level", level),
            ("q", self.view.asked("q")),
            ("outcome", self.outcome.map_or("", Outcome::word)),
            ("of", self.view.asked("of")),
            ("in", self.view.asked("in")),
            ("sort", if sort == Sort::Id { "" } else { sort.word() }),
            ("down", if down { "yes" } else { "" }),
            ("period", if several { period } else { "" }),
            ("page", &page),
        ];
        format!("/level{}", query(&pairs))
    }
}
