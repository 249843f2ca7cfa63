//! One world: every cell drawn again from the common truth, with its n as it was.
//!
//! The measures of one source, seat and period share a Gaussian copula. Where a table splits a seat by strata, each stratum
//! has numbers of its own whose sum, weighted by √(n_s/n), is the seat's: z_s = e_s + √w_s·(Z − Σ√w_t·e_t). Each z_s is
//! standard normal, and a measure that isn't split moves with the sum of one that is.

use std::collections::BTreeMap;

use super::side::{MeasureDraws, Run};
use super::span::Span;
use super::stream::World;
use super::ziggurat::Ziggurat;
use super::{Copula, Pool, Stream};
use crate::measure::{Cell, CountedTable, Counts, Crossed};

/// The truths of every counted measure, by position in `Plan::measures`, with the pool of each of its table's cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Truths {
    pub by_measure: BTreeMap<usize, Pool>,
}

/// What is needed to draw any number of worlds. Shared by all threads.
pub struct Draws {
    tables: Vec<TableDraws>,
    normals: Ziggurat,
    seed: u64,
}

struct TableDraws {
    source: u64,
    /// The first turn of the span: streams are keyed by the turns of the year.
    first: u64,
    /// Of the whole source: numbers that its tables share.
    copula: Copula,
    /// Other tables of the source exist, or cells of one seat: they need numbers of their own too.
    own: Option<Copula>,
    measures: Vec<MeasureDraws>,
    /// By cell: its pool.
    pools: Vec<u32>,
}

/// One thread's numbers, of a run of cells at a time: they stay in the cache between the measures, and in their place between
/// the worlds.
#[derive(Default)]
pub struct Numbers {
    streams: Vec<Stream>,
    /// A column a measure of the source.
    scores: Vec<f64>,
    marked: Vec<u8>,
    seat: Vec<f64>,
    spread: Vec<f64>,
    sums: Vec<f64>,
    one: Vec<f64>,
}

/// Cells of a run, about.
const RUN: usize = 1024;

impl Draws {
    /// `others` are the truths of those whom a world marks with 1, 2 and so on.
    pub(super) fn new(span: &Span, truths: &Truths, others: &[Truths], crossed: Option<&Crossed>, seed: u64) -> Draws {
        let Span { counts, pools, first, .. } = span;
        let tables = counts.tables.iter().zip(pools).map(|(table, pools)| {
            let alike = || counts.tables.iter().filter(|t| t.source == table.source);
            let members: Vec<usize> = alike().flat_map(|t| &t.measures).map(|m| m.measure).collect();
            let split = table.strata.len() > 1 || alike().count() > 1;
            let measures = table.measures.iter().map(|counted| {
                let place = members.iter().position(|m| *m == counted.measure).unwrap_or(0);
                MeasureDraws::new(place, counted, pools, truths, others)
            });
            TableDraws {
                source: table.source as u64,
                first: *first as u64,
                copula: copula(&members, crossed),
                own: split.then(|| copula(&members, crossed)),
                measures: measures.collect(),
                pools: pools.clone(),
            }
        });
        Draws { tables: tables.collect(), normals: Ziggurat::new(), seed }
    }

    /// Draws a world into `counts`, a copy of those that `new` was given; the same whatever was drawn before. `marks`
    /// say by seat who has another truth than the common one.
    pub fn draw(&self, world: u64, marks: Option<&[u8]>, counts: &mut Counts, numbers: &mut Numbers) {
        for (position, (draws, table)) in self.tables.iter().zip(&mut counts.tables).enumerate() {
            // what only one table draws must not repeat what another draws after the shared numbers
            let own = World::new(self.seed ^ (position as u64 + 1), world);
            let worlds = [World::new(self.seed, world), own];
            draws.draw(&self.normals, worlds, marks, table, numbers);
        }
    }
}

fn copula(members: &[usize], crossed: Option<&Crossed>) -> Copula {
    let Some(crossed) = crossed else { return Copula::independent(members.len()) };
    let of = |a: &usize, b: &usize| if a == b { 1.0 } else { crossed.correlation(*a, *b).unwrap_or(0.0) };
    let correlations: Vec<f64> = members.iter().flat_map(|a| members.iter().map(move |b| of(a, b))).collect();
    Copula::new(members.len(), &correlations)
}

impl TableDraws {
    /// `worlds` are that of the source and that of this table alone.
    fn draw(
        &self,
        normals: &Ziggurat,
        worlds: [World; 2],
        marks: Option<&[u8]>,
        table: &mut CountedTable,
        numbers: &mut Numbers,
    ) {
        let CountedTable { cells, records, measures, .. } = table;
        let mut start = 0;
        while start < cells.len() {
            let run = start..run_end(cells, start);
            start = run.end;
            match &self.own {
                None => self.whole(normals, worlds[0], &cells[run.clone()], numbers),
                Some(own) => self.split(own, normals, worlds, &cells[run.clone()], &records[run.clone()], numbers),
            }
            numbers.marked.clear();
            if let Some(marks) = marks {
                let marked = |cell: &Cell| marks.get(cell.seat as usize).copied().unwrap_or(0);
                numbers.marked.extend(cells[run.clone()].iter().map(marked));
            }
            for (draws, counted) in self.measures.iter().zip(measures.iter_mut()) {
                let column = draws.place * run.len()..(draws.place + 1) * run.len();
                let mut run = Run {
                    cells: run.clone(),
                    scores: numbers.scores.get(column).unwrap_or(&[]),
                    streams: &mut numbers.streams,
                    marked: &numbers.marked,
                    pools: &self.pools,
                };
                draws.draw(&mut run, counted);
            }
        }
    }

    fn key(&self, cell: &Cell) -> u64 {
        self.source << 52 ^ (self.first + u64::from(cell.period)) << 32 ^ u64::from(cell.seat)
    }

    /// Numbers of cells that are all of their seat.
    fn whole(&self, normals: &Ziggurat, world: World, cells: &[Cell], numbers: &mut Numbers) {
        numbers.streams.clear();
        numbers.streams.extend(cells.iter().map(|cell| world.stream(self.key(cell))));
        self.copula.draw_columns(normals, &mut numbers.streams, &mut numbers.scores);
    }

    /// Numbers of cells that share seats, or whose seats have records in other tables too.
    fn split(
        &self,
        own: &Copula,
        normals: &Ziggurat,
        worlds: [World; 2],
        cells: &[Cell],
        records: &[u64],
        numbers: &mut Numbers,
    ) {
        let Numbers { streams, scores, seat, spread: spreads, sums, one, .. } = numbers;
        let length = cells.len();
        streams.clear();
        scores.clear();
        let mut first = 0;
        for of_seat in cells.chunk_by(together) {
            let key = self.key(&of_seat[0]);
            self.copula.draw(normals, &mut worlds[0].stream(key), seat);
            let mut stream = worlds[1].stream(key);
            spread(own, normals, seat, &records[first..first + of_seat.len()], &mut stream, [spreads, sums, one]);
            scores.resize(seat.len() * length, 0.0);
            for (k, cell) in spreads.chunks_exact(seat.len().max(1)).enumerate() {
                for (place, score) in cell.iter().enumerate() {
                    scores[place * length + first + k] = *score;
                }
            }
            streams.extend(of_seat.iter().map(|_| stream.fork()));
            first += of_seat.len();
        }
    }
}

/// Whether two neighbouring cells are of one seat and period.
fn together(a: &Cell, b: &Cell) -> bool {
    a.seat == b.seat && a.period == b.period
}

/// Where a run that begins here ends: no seat is in two.
fn run_end(cells: &[Cell], start: usize) -> usize {
    let mut end: usize = (start + RUN).min(cells.len());
    while end < cells.len() && together(&cells[end - 1], &cells[end]) {
        end += 1;
    }
    end
}

/// The numbers of a seat's cells, cell by cell, whose weighted sum is the seat's.
fn spread(
    copula: &Copula,
    normals: &Ziggurat,
    seat: &[f64],
    records: &[u64],
    stream: &mut Stream,
    [into, sums, one]: [&mut Vec<f64>; 3],
) {
    into.clear();
    sums.clear();
    sums.resize(seat.len(), 0.0);
    let total: u64 = records.iter().sum();
    let weight = |n: u64| if total > 0 { (n as f64 / total as f64).sqrt() } else { 0.0 };
    for n in records {
        copula.draw(normals, stream, one);
        sums.iter_mut().zip(one.iter()).for_each(|(sum, e)| *sum += weight(*n) * e);
        into.extend_from_slice(one);
    }
    for (cell, n) in into.chunks_exact_mut(seat.len().max(1)).zip(records) {
        for ((number, z), sum) in cell.iter_mut().zip(seat).zip(sums.iter()) {
            *number += weight(*n) * (z - sum);
        }
    }
}

#[cfg(test)]
mod tests;
