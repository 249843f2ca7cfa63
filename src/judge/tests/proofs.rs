//! One-sided p-values by kind of tally, against independent answers.

use super::*;
use crate::judge::proof::{Claim, p_value, proof};
use crate::judge::view::View;
use crate::measure::{Figures, MeasureReadings, Tallies};

/// The p of one person's one cell against a floor.
fn p(tallies: Tallies, figures: [f64; 4], n: u64, floor: f64, lower_is_better: bool) -> f64 {
    let mut plan = plan();
    standard(&mut plan, "s", SourceKind::Record, floor, floor);
    plan.measures[0].lower_is_better = lower_is_better;
    let [raw, value, lower, upper] = figures.map(|figure| vec![figure]);
    let figures = Figures { n: vec![n], raw, value, lower, upper };
    let measure = MeasureReadings { tallies, figures, ..share_readings(&[(1, n)]) };
    let cards = score(&plan, readings(vec![level("person", 1, 1, vec![measure])], 1), &environment());
    let facts = Facts::default();
    let view = View::new(&plan, &cards, &facts, 0).unwrap();
    p_value(&view, Claim::Standard(0), 0, 30)
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-6, "{a} is not {b}");
}

#[test]
fn a_share_is_tested_exactly_on_either_side() {
    let share = || Tallies::Share { hits: vec![50], n: vec![100] };
    // SciPy: binom.cdf(50, 100, .6); binom.sf(49, 100, .4)
    near(p(share(), [0.5, 0.5, 0.4, 0.6], 100, 0.6, false), 0.027099197757);
    near(p(share(), [0.5, 0.5, 0.4, 0.6], 100, 0.4, true), 0.027099197757);
}

#[test]
fn case_mix_shifts_the_floor_back() {
    let share = Tallies::Share { hits: vec![50], n: vec![100] };
    near(p(share, [0.5, 0.55, 0.45, 0.65], 100, 0.65, false), 0.027099197757);
}

#[test]
fn a_mean_is_tested_by_t() {
    // 36 values, mean 10, sample deviation 3, against 11: t = −2, 35 degrees: SciPy t.cdf(-2, 35)
    let squares = 35.0 * 9.0 + 36.0 * 100.0;
    let tallies =
        Tallies::Moments { n: vec![36], sum: vec![3600], squares: vec![(squares * 100.0) as i128], decimals: 1 };
    near(p(tallies, [10.0, 10.0, 9.0, 11.0], 36, 11.0, false), 0.026653825932);
}

#[test]
fn without_a_deviation_of_its_own_a_mean_is_tested_by_its_interval() {
    let tallies = Tallies::Moments { n: vec![36], sum: vec![360], squares: vec![3600], decimals: 0 };
    // half-width 1.96 standard errors of 1, two errors below the floor: Φ(−2)
    near(p(tallies, [10.0, 10.0, 8.040036015, 11.959963985], 36, 12.0, false), 0.022750132);
}

#[test]
fn a_rate_is_tested_exactly() {
    // 30 events where 20 are expected at the floor: SciPy poisson.sf(29, 20) = .0218182
    let tallies = Tallies::Rate { n: vec![40], events: vec![30], per: vec![1000], decimals: 0, scale: 100.0 };
    near(p(tallies, [3.0, 3.0, 2.0, 4.3], 40, 2.0, true), 0.021818224);
}

#[test]
fn a_median_is_tested_by_signs() {
    // 60 of 100 under the floor of the median: binom.sf(59, 100, .5) = .0284440
    let tallies = Tallies::Histogram { cells: vec![vec![(1, 60), (9, 40)]], at: 0.5, decimals: 0 };
    near(p(tallies, [1.0, 1.0, 1.0, 1.0], 100, 5.0, false), 0.028443967);
}

#[test]
fn too_few_records_no_interval_or_no_floor_prove_nothing() {
    let share = |hits, n| Tallies::Share { hits: vec![hits], n: vec![n] };
    assert_eq!(p(share(1, 29), [0.03, 0.03, 0.0, 0.2], 29, 0.6, false), 1.0);
    assert_eq!(p(share(1, 100), [0.01, 0.01, f64::NAN, f64::NAN], 100, 0.6, false), 1.0);
    assert_eq!(p(share(1, 100), [0.01, 0.01, 0.0, 0.1], 100, f64::NAN, false), 1.0);
    assert_eq!(p(Tallies::Count { n: vec![100] }, [100.0, 100.0, f64::NAN, f64::NAN], 100, 200.0, false), 1.0);
}

#[test]
fn a_reported_figure_is_tested_by_its_own_interval() {
    let tallies = || Tallies::Reported { value: vec![2.0], n: vec![50], lower: vec![1.5], upper: vec![3.0] };
    // the half that points to the floor: one error is 1/1.96; the floor is 1.96 errors away: Φ(−1.96) = .025
    near(p(tallies(), [2.0, 2.0, 1.5, 3.0], 50, 3.0, false), 0.025);
}

#[test]
fn shielded_rows_count_for_a_unit_but_not_against_a_person() {
    let mut plan = plan();
    standard(&mut plan, "s", SourceKind::Record, 0.6, 0.8);
    let mut measure = share_readings(&[(40, 100)]);
    let own = share_readings(&[(40, 50)]);
    measure.person_side = Some((own.tallies, own.figures));
    let levels = vec![level("person", 1, 1, vec![measure.clone()]), level("department", 1, 1, vec![measure])];
    let cards = score(&plan, readings(levels, 1), &environment());
    let facts = Facts::default();
    let n = |level| proof(&View::new(&plan, &cards, &facts, level).unwrap(), Claim::Standard(0), 0, 30);
    assert_eq!((n(0).n, n(0).below), (50, false));
    assert_eq!((n(1).n, n(1).below), (100, true));
}
