//! Events against the rows of another source: both were counted apart, and come together here, seat by seat and period by period.
//! A seat with exposure and no event has none, which is a figure. After the count and before anything reads it, so that what
//! is kept of files, drawn by the luck audit or added up to a level never knows the difference.

use super::counts::{Cell, Counted, CountedTable};
use super::tally::NO_LINE;
use super::{RowStates, Tallies};
use crate::workspace::{Form, Plan};

/// The tables, with those measures in tables of their own.
pub(crate) fn joined(plan: &Plan, mut tables: Vec<CountedTable>) -> Vec<CountedTable> {
    let mut made = Vec::new();
    for position in 0..tables.len() {
        let Some(table) = tables.get_mut(position) else { continue };
        let (own, rest): (Vec<Counted>, Vec<Counted>) =
            std::mem::take(&mut table.measures).into_iter().partition(|counted| per(plan, counted).is_some());
        table.measures = rest;
        for counted in own {
            let base = |t: &&CountedTable| t.base && Some(t.source) == per(plan, &counted);
            let exposure = tables.iter().find(base);
            if let (Some(events), Some(exposure)) = (tables.get(position), exposure) {
                made.push(against(events, counted, exposure));
            }
        }
    }
    tables.extend(made);
    tables
}

/// The source whose rows are the exposure.
fn per(plan: &Plan, counted: &Counted) -> Option<usize> {
    match plan.measures.get(counted.measure)?.form {
        Form::Events { per, .. } => Some(per),
        _ => None,
    }
}

/// The place of each of `cells` in a table without strata; none where it has no such cell.
fn places(cells: &[Cell], table: &CountedTable) -> Vec<Option<usize>> {
    cells.iter().map(|cell| table.cells.binary_search(cell).ok()).collect()
}

fn against(events: &CountedTable, counted: Counted, exposure: &CountedTable) -> CountedTable {
    let mut cells: Vec<Cell> = events.cells.iter().chain(&exposure.cells).copied().collect();
    cells.sort_unstable();
    cells.dedup();
    let (own, per) = (places(&cells, events), places(&cells, exposure));
    let rows: Vec<u64> = per.iter().map(|at| at.and_then(|i| exposure.records.get(i)).copied().unwrap_or(0)).collect();
    let spread = |of: &[u64]| if of.is_empty() { Vec::new() } else { spread(of, &own, 0) };
    let Counted { measure, tallies, rows: states, measured, dropped, lines, reported } = counted;
    let counted = Counted {
        measure,
        tallies: rate(&tallies, &own, &rows),
        rows: RowStates {
            missing: spread(&states.missing),
            not_applicable: spread(&states.not_applicable),
            not_due: spread(&states.not_due),
            excluded: spread(&states.excluded),
        },
        measured: measured.map(|measured| spread(&measured)),
        // What doesn't count against a person is an event less; the exposure stays.
        dropped: dropped.map(|dropped| rate(&dropped, &own, &vec![0; cells.len()])),
        lines: lines.into_iter().map(|(field, of)| (field, self::spread(&of, &own, NO_LINE))).collect(),
        reported,
    };
    let strata = events.strata.clone();
    CountedTable { source: events.source, base: false, strata, cells, records: rows, measures: vec![counted] }
}

fn spread<T: Copy>(of: &[T], places: &[Option<usize>], none: T) -> Vec<T> {
    places.iter().map(|at| at.and_then(|i| of.get(i)).copied().unwrap_or(none)).collect()
}

/// Events in their places, against this exposure.
fn rate(tallies: &Tallies, places: &[Option<usize>], exposure: &[u64]) -> Tallies {
    let Tallies::Rate { events, decimals, scale, .. } = tallies else { return tallies.clone() };
    Tallies::Rate {
        n: exposure.to_vec(),
        events: spread(events, places, 0),
        per: exposure.iter().map(|n| i128::from(*n)).collect(),
        decimals: *decimals,
        scale: *scale,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(source: usize, seats: &[u32], records: &[u64]) -> CountedTable {
        let cells = seats.iter().map(|seat| Cell { period: 0, seat: *seat, stratum: 0 }).collect();
        let strata = vec![Vec::new()];
        CountedTable { source, base: true, strata, cells, records: records.to_vec(), measures: Vec::new() }
    }

    #[test]
    fn every_seat_with_an_event_or_with_exposure_has_a_cell() {
        let counted = Counted {
            measure: 0,
            tallies: Tallies::Rate { n: vec![0; 2], events: vec![3, 1], per: vec![0; 2], decimals: 0, scale: 100.0 },
            rows: RowStates { missing: vec![0, 2], ..RowStates::default() },
            measured: Some(vec![3, 1]),
            dropped: Some(Tallies::Rate {
                n: vec![0; 2],
                events: vec![1, 0],
                per: vec![0; 2],
                decimals: 0,
                scale: 100.0,
            }),
            lines: [(4, vec![7, 8])].into(),
            reported: None,
        };
        let joined = against(&table(1, &[2, 5], &[4, 3]), counted, &table(0, &[1, 2], &[50, 80]));
        assert_eq!(joined.cells.iter().map(|c| c.seat).collect::<Vec<_>>(), [1, 2, 5]);
        let one = &joined.measures[0];
        let rate = |n: [u64; 3], events: [i128; 3]| {
            let per = n.map(i128::from).to_vec();
            Tallies::Rate { n: n.to_vec(), events: events.to_vec(), per, decimals: 0, scale: 100.0 }
        };
        assert_eq!(one.tallies, rate([50, 80, 0], [0, 3, 1]));
        assert_eq!(one.dropped, Some(rate([0, 0, 0], [0, 1, 0])));
        assert_eq!((one.rows.missing.clone(), one.rows.not_due.len()), (vec![0, 0, 2], 0));
        assert_eq!((one.measured.clone(), one.lines[&4].clone()), (Some(vec![0, 3, 1]), vec![NO_LINE, 7, 8]));
        assert!(!joined.base && joined.records == [50, 80, 0]);
    }
}
