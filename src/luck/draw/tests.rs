use super::*;
use crate::fairness::testing::near;
use crate::luck::Truth;
use crate::measure::{Cell, Counted, RowStates, Tallies};
use jiff::civil::date;

/// One source whose tables hold these tallies; each cell is a seat of its own, unless `strata` says how many share one.
fn counts(tables: Vec<Vec<Tallies>>, strata: usize) -> Counts {
    let mut next = 0;
    let tables: Vec<CountedTable> = tables
        .into_iter()
        .map(|tallies| {
            let cells = tallies[0].len();
            let cell = |i: usize| Cell { period: 0, seat: (i / strata) as u32, stratum: (i % strata) as u32 };
            let mut counted = |tallies: Tallies| {
                next += 1;
                Counted {
                    measure: next - 1,
                    tallies,
                    rows: RowStates::default(),
                    measured: None,
                    dropped: None,
                    lines: BTreeMap::new(),
                    reported: None,
                }
            };
            CountedTable {
                source: 0,
                base: true,
                strata: vec![Vec::new(); strata],
                records: (0..cells).map(|i| 10 + 5 * (i % strata) as u64).collect(),
                cells: (0..cells).map(cell).collect(),
                measures: tallies.into_iter().map(&mut counted).collect(),
            }
        })
        .collect();
    Counts {
        as_of: date(2026, 1, 31),
        periods: Vec::new(),
        judged: Vec::new(),
        subjects: Vec::new(),
        seats: Vec::new(),
        tables,
        records: Vec::new(),
        raters: Vec::new(),
        sources: Vec::new(),
        attendance: crate::measure::Attendance::default(),
        rows: Vec::new(),
        quarantine: Vec::new(),
        files: Vec::new(),
        roll: Default::default(),
        findings: Vec::new(),
        failures: Vec::new(),
    }
}

/// Everyone in one pool.
fn span(counts: &Counts) -> Span {
    let pools = counts.tables.iter().map(|t| vec![0; t.cells.len()]).collect();
    Span { counts: counts.clone(), pools, lends: vec![0], first: 0 }
}

fn truths(counts: &Counts) -> Truths {
    let measures = counts.tables.iter().flat_map(|t| &t.measures);
    let pool = |m: &Counted| (m.measure, Pool::of(&m.tallies, &vec![0; m.tallies.len()]));
    Truths { by_measure: measures.map(pool).collect() }
}

/// The draws of these counts, all measures moving together by `r`.
fn draws(counts: &Counts, r: f64, seed: u64) -> Draws {
    let mut draws = Draws::new(&span(counts), &truths(counts), &[], None, seed);
    let size = counts.tables.iter().map(|t| t.measures.len()).sum::<usize>();
    let matrix: Vec<f64> = (0..size * size).map(|i| if i / size == i % size { 1.0 } else { r }).collect();
    for table in &mut draws.tables {
        table.copula = Copula::new(size, &matrix);
        table.own = table.own.take().map(|_| Copula::new(size, &matrix));
    }
    draws
}

fn mean_and_variance(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values: Vec<f64> = values.collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (values.len() - 1) as f64)
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let ((ma, va), (mb, vb)) = (mean_and_variance(a.iter().copied()), mean_and_variance(b.iter().copied()));
    a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum::<f64>() / (a.len() as f64 - 1.0) / (va * vb).sqrt()
}

fn hits(table: &CountedTable, measure: usize) -> Vec<f64> {
    let Tallies::Share { hits, .. } = &table.measures[measure].tallies else { panic!("not a share") };
    hits.iter().map(|h| *h as f64).collect()
}

#[test]
fn n_stays_and_counts_come_from_the_pool() {
    let size = 3000;
    let one = 1_000_000_i128;
    let share = Tallies::Share { hits: vec![6; size], n: vec![20; size] };
    let nps = Tallies::Nps { promoters: vec![10; size], detractors: vec![4; size], n: vec![20; size] };
    let rate = Tallies::Rate {
        n: vec![20; size],
        events: vec![3 * one; size],
        per: vec![50 * one; size],
        decimals: 6,
        scale: 100.0,
    };
    let mut world = counts(vec![vec![share, nps, rate]], 1);
    let draws = draws(&world, 0.0, 1);
    assert!(draws.tables[0].measures.iter().all(|m| m.common.tables.len() == 1), "equal cells share a table");
    draws.draw(0, None, &mut world, &mut Numbers::default());
    let of = |i: usize| &world.tables[0].measures[i].tallies;
    let Tallies::Share { hits, n } = of(0) else { panic!() };
    assert!(n.iter().all(|n| *n == 20));
    let (mean, variance) = mean_and_variance(hits.iter().map(|h| *h as f64));
    assert!((mean - 6.0).abs() < 0.15 && (variance - 4.2).abs() < 0.5, "{mean} {variance}");
    let Tallies::Nps { promoters, detractors, n } = of(1) else { panic!() };
    assert!(promoters.iter().zip(detractors).zip(n).all(|((p, d), n)| p + d <= *n));
    let (mean, variance) = mean_and_variance(promoters.iter().zip(detractors).map(|(p, d)| *p as f64 - *d as f64));
    // n(p + d − (p − d)²) = 20(.7 − .09)
    assert!((mean - 6.0).abs() < 0.25 && (variance - 12.2).abs() < 1.3, "{mean} {variance}");
    let Tallies::Rate { events, .. } = of(2) else { panic!() };
    assert!(events.iter().all(|e| e % one == 0));
    let (mean, variance) = mean_and_variance(events.iter().map(|e| (*e / one) as f64));
    assert!((mean - 3.0).abs() < 0.13 && (variance - 3.0).abs() < 0.4, "{mean} {variance}");
}

#[test]
fn means_and_ratios_keep_the_pools_spread_and_move_together() {
    let size = 2000;
    let moments = Tallies::Moments { n: vec![5; size], sum: vec![250; size], squares: vec![14_500; size], decimals: 1 };
    let ratio = Tallies::Ratio {
        n: vec![5; size],
        of: vec![10; size],
        out_of: vec![20; size],
        of2: vec![30; size],
        of_out: vec![44; size],
        out2: vec![90; size],
        decimals: 0,
    };
    let mut world = counts(vec![vec![moments, ratio]], 1);
    let Truth::Normal { mean, variance } = truths(&world).by_measure[&0].truths[0] else { panic!() };
    near(mean, 5.0, 1e-9);
    draws(&world, 0.8, 9).draw(4, None, &mut world, &mut Numbers::default());
    let [first, second] = [0, 1].map(|i| &world.tables[0].measures[i].tallies);
    let Tallies::Moments { n, sum, squares, .. } = first else { panic!() };
    let (found, spread) = mean_and_variance(sum.iter().map(|s| *s as f64 / 50.0));
    assert!((found - 5.0).abs() < 0.1 && (spread / (variance / 5.0) - 1.0).abs() < 0.15, "{found} {spread}");
    let own = |i: usize| (squares[i] as f64 / 100.0 - (sum[i] as f64 / 10.0).powi(2) / 5.0) / (n[i] - 1) as f64;
    assert!((own(3) / variance - 1.0).abs() < 0.05, "{} {variance}", own(3));
    let Tallies::Ratio { of, .. } = second else { panic!() };
    let [a, b] = [sum, of].map(|v| v.iter().map(|x| *x as f64).collect::<Vec<_>>());
    assert!((correlation(&a, &b) - 0.8).abs() < 0.05);
    assert!((mean_and_variance(b.into_iter()).0 - 10.0).abs() < 0.3);
}

#[test]
fn a_seat_that_is_split_by_strata_moves_as_a_whole_with_one_that_is_not() {
    let size = 4000;
    let whole = || Tallies::Share { hits: vec![500; size], n: vec![1000; size] };
    let split =
        Tallies::Share { hits: vec![250; 2 * size], n: (0..2 * size).map(|i| 500 + 250 * (i as u64 % 2)).collect() };
    let mut world = counts(vec![vec![whole()], vec![split]], 1);
    let table = &mut world.tables[1];
    table.strata = vec![Vec::new(); 2];
    for (i, cell) in table.cells.iter_mut().enumerate() {
        (cell.seat, cell.stratum) = ((i / 2) as u32, (i % 2) as u32);
    }
    table.records = (0..2 * size).map(|i| 500 + 250 * (i as u64 % 2)).collect();
    draws(&world, 0.7, 3).draw(0, None, &mut world, &mut Numbers::default());
    let (seat, strata) = (hits(&world.tables[0], 0), hits(&world.tables[1], 0));
    let sums: Vec<f64> = strata.chunks_exact(2).map(|s| s[0] + s[1]).collect();
    assert!((correlation(&seat, &sums) - 0.7).abs() < 0.04, "{}", correlation(&seat, &sums));
    let of = |place: usize| strata.iter().skip(place).step_by(2).copied().collect::<Vec<_>>();
    assert!(correlation(&of(0), &of(1)).abs() < 0.05, "strata are apart: {}", correlation(&of(0), &of(1)));
}

#[test]
fn percentiles_draw_whole_records() {
    let had = vec![vec![(1, 2), (5, 1)], vec![(5, 6), (9, 1)], vec![]];
    let base = counts(vec![vec![Tallies::Histogram { cells: had, at: 0.9, decimals: 0 }]], 1);
    let draws = draws(&base, 0.0, 3);
    let mut seen = BTreeMap::new();
    for i in 0..500 {
        // a world takes the place of the one before: n must come from either alike
        let mut world = base.clone();
        draws.draw(i, None, &mut world, &mut Numbers::default());
        let Tallies::Histogram { cells, .. } = &world.tables[0].measures[0].tallies else { panic!() };
        let size = |c: &Vec<(i64, u64)>| c.iter().map(|(_, n)| n).sum::<u64>();
        assert_eq!(cells.iter().map(size).collect::<Vec<_>>(), [3, 7, 0]);
        cells.iter().flatten().for_each(|(v, c)| *seen.entry(*v).or_insert(0) += c);
    }
    // pooled 2 : 7 : 1
    for (value, part) in [(1, 0.2), (5, 0.7), (9, 0.1)] {
        assert!((seen[&value] as f64 / 5000.0 - part).abs() < 0.03, "{seen:?}");
    }
}

#[test]
fn a_world_is_the_same_whatever_was_drawn_before() {
    let base =
        counts(vec![vec![Tallies::Share { hits: vec![3, 9], n: vec![10, 30] }, Tallies::Count { n: vec![4, 4] }]], 1);
    let of = |seed: u64, before: &[u64], world: u64| {
        let (draws, mut drawn) = (draws(&base, 0.4, seed), base.clone());
        before.iter().for_each(|w| draws.draw(*w, None, &mut drawn, &mut Numbers::default()));
        draws.draw(world, None, &mut drawn, &mut Numbers::default());
        (hits(&drawn.tables[0], 0), drawn.tables[0].measures[1].tallies.clone())
    };
    assert_eq!(of(1, &[], 8), of(1, &[7, 3], 8));
    assert_eq!(of(1, &[], 8).1, base.tables[0].measures[1].tallies);
    let many = |seed: u64| (0..20).map(|w| of(seed, &[], w).0).collect::<Vec<_>>();
    assert_ne!(many(1), many(2));
}

#[test]
fn those_who_are_planted_have_their_own_truth() {
    let size = 400;
    let mut world = counts(vec![vec![Tallies::Share { hits: vec![80; size], n: vec![100; size] }]], 1);
    let planted = Truths { by_measure: BTreeMap::from([(0, Pool { truths: vec![Truth::Share(0.4)] })]) };
    let draws = Draws::new(&span(&world), &truths(&world), &[planted], None, 1);
    let marked: Vec<u8> = (0..size).map(|seat| u8::from(seat % 4 == 0)).collect();
    draws.draw(0, Some(&marked), &mut world, &mut Numbers::default());
    let drawn = hits(&world.tables[0], 0);
    let of = |wanted: bool| {
        drawn.iter().zip(&marked).filter(|(_, m)| (**m == 1) == wanted).map(|(h, _)| *h).collect::<Vec<_>>()
    };
    assert!(of(true).iter().all(|h| *h < 62.0) && of(false).iter().all(|h| *h > 60.0));
}

#[test]
fn a_seat_draws_the_same_in_whatever_run_it_lies() {
    let size = 2500;
    for strata in [1, 2] {
        let n = |i: usize| 40 + (i / strata) as u64 % 9;
        let share = || Tallies::Share {
            hits: (0..size * strata).map(|i| n(i) / 2).collect(),
            n: (0..size * strata).map(n).collect(),
        };
        let mut world = counts(vec![vec![share(), share()]], strata);
        let draws_all = draws(&world, 0.5, 6);
        let mut few = world.clone();
        let kept = (size - 7) * strata..;
        let table = &mut few.tables[0];
        (table.cells, table.records) = (table.cells[kept.clone()].to_vec(), table.records[kept.clone()].to_vec());
        for counted in &mut table.measures {
            let Tallies::Share { hits, n } = &mut counted.tallies else { panic!() };
            (*hits, *n) = (hits[kept.clone()].to_vec(), n[kept.clone()].to_vec());
        }
        let draws_few = draws(&few, 0.5, 6);
        let mut numbers = Numbers::default();
        draws_all.draw(3, None, &mut world, &mut numbers);
        draws_few.draw(3, None, &mut few, &mut numbers);
        assert_eq!(hits(&world.tables[0], 1)[kept], hits(&few.tables[0], 1), "{strata}");
    }
}
