//! A year on which every world is drawn: the counts of the existing periods, laid out turn by turn. What stays fixed (n,
//! exclusions, lines, reported figures, who sat where) is copied once; only the tallies are drawn anew.

use std::collections::BTreeMap;

use super::{Named, Turn};
use crate::measure::{Cell, Counted, CountedTable, Counts, Period, RowStates, Subject, Tallies};
use crate::workspace::Plan;

/// Positions of the periods that lend their n: complete, with a record.
pub fn existing(counts: &Counts) -> Vec<usize> {
    let lends = |(_, period): &(usize, &Period)| period.complete && period.records > 0;
    counts.periods.iter().enumerate().filter(lends).map(|(i, _)| i).collect()
}

/// The counts of a year: what `Counts` would be if its periods were these turns over `existing`. Measures and levels that
/// nothing names are left out.
pub fn timeline(plan: &Plan, counts: &Counts, existing: &[usize], turns: &[Turn], named: &Named) -> Counts {
    let from: Vec<usize> = turns.iter().filter_map(|turn| existing.get(turn.period).copied()).collect();
    let layout = Layout { counts, from: &from, width: counts.periods.len() };
    let periods = from.iter().filter_map(|p| counts.periods.get(*p)).map(|p| Period { complete: true, ..p.clone() });
    let audited = |level: usize| named.levels.get(level).copied().unwrap_or(false);
    let levels = 0..plan.levels.len();
    Counts {
        as_of: counts.as_of,
        periods: periods.collect(),
        judged: turns.iter().enumerate().filter(|(_, turn)| turn.judged).map(|(i, _)| i).collect(),
        subjects: levels.clone().map(|l| if audited(l) { layout.subjects(l) } else { Vec::new() }).collect(),
        seats: counts.seats.clone(),
        tables: counts.tables.iter().filter_map(|table| layout.table(table, named)).collect(),
        records: levels.map(|l| if audited(l) { layout.dense(counts.records.get(l)) } else { Vec::new() }).collect(),
        raters: counts.raters.clone(),
        sources: Vec::new(),
        attendance: crate::measure::Attendance::default(),
        rows: Vec::new(),
        quarantine: Vec::new(),
        files: Vec::new(),
        roll: Default::default(),
        findings: Vec::new(),
        failures: counts.failures.clone(),
    }
}

struct Layout<'a> {
    counts: &'a Counts,
    /// By turn: position of the period that lends its n.
    from: &'a [usize],
    /// Number of existing periods, complete or not.
    width: usize,
}

impl Layout<'_> {
    fn subjects(&self, level: usize) -> Vec<Subject> {
        let subjects = self.counts.subjects.get(level).map_or(&[][..], |s| s);
        let turned = |subject: &Subject| Subject {
            id: subject.id.clone(),
            name: subject.name.clone(),
            attributes: self.from.iter().map(|p| subject.attributes.get(*p).cloned().flatten()).collect(),
            parents: BTreeMap::new(),
        };
        subjects.iter().map(turned).collect()
    }

    /// Dense cells (`subject * periods + period`) over the turns.
    fn dense<T: Copy + Default>(&self, of: Option<&Vec<T>>) -> Vec<T> {
        let of = of.map_or(&[][..], |v| v);
        let rows = of.chunks_exact(self.width.max(1));
        rows.flat_map(|row| self.from.iter().map(|p| row.get(*p).copied().unwrap_or_default())).collect()
    }

    /// The same of what is not a number.
    fn turned<T: Clone>(&self, of: &[T]) -> Vec<T> {
        let rows = of.chunks_exact(self.width.max(1));
        rows.flat_map(|row| self.from.iter().filter_map(|p| row.get(*p).cloned())).collect()
    }

    fn table(&self, table: &CountedTable, named: &Named) -> Option<CountedTable> {
        let wanted = |c: &&Counted| named.measures.get(c.measure).copied().unwrap_or(false);
        if !table.measures.iter().any(|c| wanted(&c)) {
            return None;
        }
        let mut cells = Vec::new();
        let mut taken = Vec::new();
        for (turn, period) in self.from.iter().enumerate() {
            let first = table.cells.partition_point(|c| (c.period as usize) < *period);
            let rest = table.cells.iter().enumerate().skip(first);
            for (i, cell) in rest.take_while(|(_, c)| c.period as usize == *period) {
                cells.push(Cell { period: turn as u32, ..*cell });
                taken.push(i);
            }
        }
        let counted = |c: &Counted| Counted {
            measure: c.measure,
            tallies: picked(&c.tallies, &taken),
            rows: RowStates {
                missing: pick(&c.rows.missing, &taken),
                not_applicable: pick(&c.rows.not_applicable, &taken),
                not_due: pick(&c.rows.not_due, &taken),
                excluded: pick(&c.rows.excluded, &taken),
            },
            measured: c.measured.as_ref().map(|m| pick(m, &taken)),
            dropped: c.dropped.as_ref().map(|d| picked(d, &taken)),
            lines: c.lines.iter().map(|(field, lines)| (*field, pick(lines, &taken))).collect(),
            reported: c.reported.as_ref().map(|(home, of)| (*home, self.reported(of))),
        };
        Some(CountedTable {
            source: table.source,
            base: table.base,
            strata: table.strata.clone(),
            cells,
            records: pick(&table.records, &taken),
            measures: table.measures.iter().filter(wanted).map(counted).collect(),
        })
    }

    fn reported(&self, of: &Tallies) -> Tallies {
        if let Tallies::Slots { cells, due, least } = of {
            return Tallies::Slots { cells: self.turned(cells), due: self.turned(due), least: *least };
        }
        let Tallies::Reported { value, n, lower, upper } = of else { return of.clone() };
        // A figure that isn't there is NaN, not 0; every position is, so the default is never taken.
        let dense = |of: &Vec<f64>| self.dense(Some(of));
        Tallies::Reported { value: dense(value), n: self.dense(Some(n)), lower: dense(lower), upper: dense(upper) }
    }
}

fn pick<T: Clone>(of: &[T], taken: &[usize]) -> Vec<T> {
    taken.iter().filter_map(|i| of.get(*i).cloned()).collect()
}

/// Some entries of a tally, in this order.
pub(super) fn picked(of: &Tallies, taken: &[usize]) -> Tallies {
    match of {
        Tallies::Share { hits, n } => Tallies::Share { hits: pick(hits, taken), n: pick(n, taken) },
        Tallies::Moments { n, sum, squares, decimals } => Tallies::Moments {
            n: pick(n, taken),
            sum: pick(sum, taken),
            squares: pick(squares, taken),
            decimals: *decimals,
        },
        Tallies::Count { n } => Tallies::Count { n: pick(n, taken) },
        Tallies::Rate { n, events, per, decimals, scale } => Tallies::Rate {
            n: pick(n, taken),
            events: pick(events, taken),
            per: pick(per, taken),
            decimals: *decimals,
            scale: *scale,
        },
        Tallies::Ratio { n, of, out_of, of2, of_out, out2, decimals } => Tallies::Ratio {
            n: pick(n, taken),
            of: pick(of, taken),
            out_of: pick(out_of, taken),
            of2: pick(of2, taken),
            of_out: pick(of_out, taken),
            out2: pick(out2, taken),
            decimals: *decimals,
        },
        Tallies::Nps { promoters, detractors, n } => {
            Tallies::Nps { promoters: pick(promoters, taken), detractors: pick(detractors, taken), n: pick(n, taken) }
        }
        Tallies::Histogram { cells, at, decimals } => {
            Tallies::Histogram { cells: pick(cells, taken), at: *at, decimals: *decimals }
        }
        Tallies::Slots { cells, due, least } => {
            Tallies::Slots { cells: pick(cells, taken), due: pick(due, taken), least: *least }
        }
        Tallies::Reported { value, n, lower, upper } => Tallies::Reported {
            value: pick(value, taken),
            n: pick(n, taken),
            lower: pick(lower, taken),
            upper: pick(upper, taken),
        },
        Tallies::Formula => Tallies::Formula,
    }
}
