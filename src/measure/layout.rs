//! Where counts stand. The measures of a source that are dated and stratified alike share one table: a cell (one seat,
//! stratum and period) is one short run of counters side by side, so a row touches few cache lines.

use std::collections::BTreeMap;

use super::rows::{
    DETRACTOR, EXCLUDED, HIT, MEASURED, MISSING, MOST_REASONS, NOT_APPLICABLE, NOT_DUE, OFF_SCALE, OUT_OF_SCOPE,
    has_person_side,
};
use crate::workspace::{Form, Line, Measure, Plan};

/// One table: the measures of one source with the same `at:` and the same `adjust_for:`.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub source: usize,
    /// Column of an `at:` that overrides the source's.
    pub at: Option<String>,
    /// Field positions.
    pub adjust_for: Vec<usize>,
    pub measures: Vec<Layout>,
    /// Counters, wide sums and lines in a cell. Counter 0 counts the cell's rows.
    pub counters: usize,
    pub sums: usize,
    pub lines: usize,
}

/// Where one measure's counts stand in its table's cells.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Position in `Plan::measures`.
    pub measure: usize,
    /// By code: the counter and what is added to it. The code that is most rows' adds nothing: it is what remains.
    pub counter: Vec<(u16, u32)>,
    /// The code that remains.
    pub remains: u8,
    /// Number of sums, and where the first stands.
    pub sums: usize,
    pub first_sum: usize,
    /// Counters (by the three measured codes) and first sum of what doesn't count against a person.
    pub dropped: Option<([u16; 3], usize)>,
    /// Field position and place of each line.
    pub lines: Vec<(usize, usize)>,
    pub histogram: bool,
}

/// Counters of codes; a code that can't happen has none.
fn possible(measure: &Measure) -> Vec<u8> {
    let mut codes = vec![MEASURED];
    match measure.form {
        Form::Share(_) | Form::Events { events: Some(_), .. } => codes.push(HIT),
        Form::Nps(_) => codes.extend([HIT, DETRACTOR, OFF_SCALE]),
        _ => {}
    }
    if measure.filter.is_some() {
        codes.push(OUT_OF_SCOPE);
    }
    if measure.not_applicable.is_some() {
        codes.push(NOT_APPLICABLE);
    }
    if measure.not_due.is_some() {
        codes.push(NOT_DUE);
    }
    codes.push(MISSING);
    let reasons = measure.exclude.len().min(MOST_REASONS);
    codes.extend((0..reasons).map(|i| EXCLUDED + i as u8));
    codes
}

/// How many sums a form keeps: Σ and Σ² of one number; Σ of two or three; the five moments of a ratio.
pub(crate) fn sums(form: &Form) -> usize {
    match form {
        Form::Mean(_) | Form::Sum(_) | Form::Gap { .. } | Form::Rate { .. } | Form::CountedShare { .. } => 2,
        Form::CountedNps { .. } => 3,
        Form::Ratio { .. } => 5,
        _ => 0,
    }
}

/// The fields that floors, targets, stretches and baselines of a measure name, sorted.
fn line_fields(plan: &Plan, measure: usize) -> Vec<usize> {
    let mut fields: Vec<usize> = plan
        .standards
        .iter()
        .filter(|s| s.measure == measure)
        .flat_map(|s| [&s.floor, &s.target, &s.stretch, &s.baseline])
        .filter_map(|line| match line.as_ref().map(|l| &l.value) {
            Some(Line::Field(field)) => Some(*field),
            _ => None,
        })
        .collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// The tables of a plan. The first of each source is its base: dated by the source's own `at`, without strata.
pub(crate) fn tables(plan: &Plan) -> Vec<Table> {
    tables_of(plan, &|_| true)
}

/// The tables of some measures, by position; the base tables of their sources are always among them.
pub(crate) fn tables_of(plan: &Plan, wanted: &dyn Fn(usize) -> bool) -> Vec<Table> {
    let mut tables: BTreeMap<(usize, Option<String>, Vec<usize>), Table> = BTreeMap::new();
    for (position, measure) in plan.measures.iter().enumerate() {
        let Some(source) = measure.source.filter(|_| wanted(position)) else { continue };
        if let Form::Events { per, .. } = measure.form {
            // Exposure is every row of that source, whether or not another measure reads it.
            tables.entry((per, None, Vec::new())).or_insert_with(|| Table::empty(per, None, Vec::new()));
        }
        let own_at = plan.sources.get(source).and_then(|s| s.at.as_ref()).map(|at| at.value.as_str());
        let at = measure.at.as_ref().map(|at| at.value.clone()).filter(|at| Some(at.as_str()) != own_at);
        tables.entry((source, None, Vec::new())).or_insert_with(|| Table::empty(source, None, Vec::new()));
        tables
            .entry((source, at.clone(), measure.adjust_for.clone()))
            .or_insert_with(|| Table::empty(source, at, measure.adjust_for.clone()))
            .add(plan, position, measure);
    }
    tables.into_values().collect()
}

impl Table {
    fn empty(source: usize, at: Option<String>, adjust_for: Vec<usize>) -> Self {
        Self { source, at, adjust_for, measures: Vec::new(), counters: 1, sums: 0, lines: 0 }
    }

    /// The one that holds every row of its source, by the source's own date.
    pub fn is_base(&self) -> bool {
        self.at.is_none() && self.adjust_for.is_empty()
    }

    fn add(&mut self, plan: &Plan, position: usize, measure: &Measure) {
        let codes = possible(measure);
        let remains = if measure.filter.is_some() { OUT_OF_SCOPE } else { MEASURED };
        let length = codes.iter().max().map_or(1, |c| *c as usize + 1);
        let mut counter = vec![(0, 0); length];
        for code in codes.iter().filter(|c| **c != remains) {
            counter[*code as usize] = (self.counters as u16, 1);
            self.counters += 1;
        }
        let sums = sums(&measure.form);
        let first_sum = self.sums;
        self.sums += sums;
        let dropped = has_person_side(plan, measure).then(|| {
            let first = self.counters as u16;
            self.counters += 3;
            let first_dropped = self.sums;
            self.sums += sums;
            ([first, first + 1, first + 2], first_dropped)
        });
        let lines = line_fields(plan, position).into_iter().enumerate().map(|(i, f)| (f, self.lines + i)).collect();
        let lines: Vec<_> = lines;
        self.lines += lines.len();
        let histogram = matches!(measure.form, Form::Median(_) | Form::Percentile { .. });
        self.measures.push(Layout { measure: position, counter, remains, sums, first_sum, dropped, lines, histogram });
    }
}

impl Layout {
    /// The rows of a code in a cell's counters.
    pub fn count(&self, cell: &[u64], code: u8) -> u64 {
        let at = |counter: u16| cell.get(counter as usize).copied().unwrap_or(0);
        if code != self.remains {
            return match self.counter.get(code as usize) {
                Some((counter, 1)) => at(*counter),
                _ => 0,
            };
        }
        let others: u64 = self.counter.iter().filter(|(_, step)| *step == 1).map(|(c, _)| at(*c)).sum();
        at(0).saturating_sub(others)
    }

    /// Codes of excluded rows.
    pub fn excluded(&self) -> std::ops::Range<u8> {
        EXCLUDED..(self.counter.len() as u8).max(EXCLUDED)
    }
}
