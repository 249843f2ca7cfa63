//! Who rated whom how, for measures that name their raters: how far the raters agree, and how lenient each of them is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::rows::{DETRACTOR, HIT, MEASURED, Scored};
use super::tally::Cells;
use crate::fairness::leniency::{self, Refusal};
use crate::fairness::{agreement, icc, krippendorff};
use crate::language::TextColumn;
use crate::workspace::Form;

/// Measure, seat, slot, what was rated, and rater.
pub(super) type Rated = (usize, u32, u32, Arc<str>, Arc<str>);

/// One worker's ratings: Σ of values and their number. Integers, so they merge exactly.
#[derive(Default)]
pub(crate) struct Ratings {
    pub sums: BTreeMap<Rated, (i128, u64)>,
}

impl Ratings {
    /// `items` names what was rated; without it all ratings of a person and period are about one thing.
    pub(crate) fn note(
        &mut self,
        measure: usize,
        cells: &Cells<'_>,
        seats: &[u32],
        scored: &Scored,
        (raters, items): (&TextColumn, Option<&TextColumn>),
    ) {
        let nothing: Arc<str> = Arc::from("");
        for ((row, slot), seat) in cells.rows.iter().zip(cells.slots).zip(seats) {
            let row = *row as usize;
            let value = match (scored.codes[row], scored.numbers.first()) {
                (MEASURED, Some(numbers)) => numbers[row],
                (HIT, None) => 1,
                (MEASURED, None) => 0,
                (DETRACTOR, None) => -1,
                _ => continue,
            };
            let Some(rater) = raters.get(row).filter(|_| super::dating::is_slot(*slot)) else { continue };
            // A review that doesn't say what it rates is paired with none.
            let item = match items {
                None => nothing.clone(),
                Some(items) => match items.get(row) {
                    Some(item) => item.clone(),
                    None => Arc::from(format!("\u{1}{rater}")),
                },
            };
            let held = self.sums.entry((measure, *seat, *slot, item, rater.clone())).or_default();
            held.0 += i128::from(value);
            held.1 += 1;
        }
    }
}

/// The mean of what one rater gave one thing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Given {
    pub period: u32,
    pub subject: u32,
    pub item: Arc<str>,
    pub rater: Arc<str>,
    /// In the measure's own unit: the mean of `ratings`.
    pub value: f64,
    pub ratings: u64,
}

/// What the ratings of a measure in the judged periods say of its raters.
#[derive(Clone, Debug, PartialEq)]
pub struct RaterReadings {
    /// None where nothing was rated twice, or all ratings are one and the same.
    pub agreement: Option<Agreement>,
    /// Things rated by two raters or more.
    pub paired: u64,
    /// Why leniency can't be told from the people's own level, where it can't.
    pub leniency: Result<Leniency, Refusal>,
}

/// How far raters agree, by the statistic that fits the kind of data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// 1 is full agreement, 0 what chance gives.
    pub figure: f64,
    /// agreement.cohen, agreement.fleiss, agreement.icc or agreement.krippendorff.
    pub method: &'static str,
    /// Things rated by two raters or more, and how many raters those are.
    pub items: u64,
    pub raters: u64,
}

/// Least squares: score = person + rater, the raters' deviations summing to 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Leniency {
    /// Sorted by name.
    pub raters: Vec<RaterLeniency>,
    /// Sorted by subject.
    pub subjects: Vec<AdjustedSubject>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct RaterLeniency {
    pub rater: Arc<str>,
    /// Things rated.
    pub ratings: u64,
    /// Above 0 is generous.
    pub leniency: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdjustedSubject {
    /// Position among the subjects of the level of persons.
    pub subject: u32,
    pub ratings: u64,
    /// Mean as rated.
    pub raw: f64,
    /// Under an average rater.
    pub adjusted: f64,
}

pub(crate) fn read(form: &Form, given: &[Given]) -> RaterReadings {
    let paired = paired(given);
    RaterReadings { agreement: agreed(Scale::of(form), &paired), paired: paired.len() as u64, leniency: lenient(given) }
}

/// What kind of data the ratings are.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    YesNo,
    /// Detractor, passive, promoter.
    Ordered,
    Number,
    Other,
}

impl Scale {
    fn of(form: &Form) -> Scale {
        match form {
            Form::Share(_) => Scale::YesNo,
            Form::Nps(_) => Scale::Ordered,
            Form::Mean(_) => Scale::Number,
            _ => Scale::Other,
        }
    }
}

/// By thing that two raters or more rated: what each of them gave. Where nothing names the thing, a person and period are one
/// only for raters who rated once: means of many ratings agree though the ratings don't.
fn paired(given: &[Given]) -> Vec<BTreeMap<&str, f64>> {
    let mut units: BTreeMap<(u32, u32, &str), BTreeMap<&str, f64>> = BTreeMap::new();
    for rating in given.iter().filter(|g| !g.item.is_empty() || g.ratings == 1) {
        units.entry((rating.period, rating.subject, &*rating.item)).or_default().insert(&rating.rater, rating.value);
    }
    units.into_values().filter(|unit| unit.len() >= 2).collect()
}

/// Cohen's κ for two raters and Fleiss' κ for an equal count of more, of yes and no; the intraclass correlation (2,1) of
/// numbers where every rater rated everything; Krippendorff's α for all else.
fn agreed(scale: Scale, paired: &[BTreeMap<&str, f64>]) -> Option<Agreement> {
    let raters: BTreeSet<&str> = paired.iter().flat_map(|unit| unit.keys().copied()).collect();
    let plain: Vec<Vec<f64>> = paired.iter().map(|unit| unit.values().copied().collect()).collect();
    let whole = plain.iter().flatten().all(|v| *v == 0.0 || *v == 1.0);
    let alike = plain.first().is_some_and(|first| plain.iter().all(|unit| unit.len() == first.len()));
    let complete = alike && plain.first().is_some_and(|first| first.len() == raters.len());
    let (figure, method) = match scale {
        Scale::YesNo if whole && complete && raters.len() == 2 => {
            let mut table = vec![vec![0; 2]; 2];
            for unit in &plain {
                table[usize::from(unit[0] == 1.0)][usize::from(unit[1] == 1.0)] += 1;
            }
            (agreement::cohen(&table), "agreement.cohen")
        }
        Scale::YesNo if whole && alike => {
            let count = |unit: &Vec<f64>, what: f64| unit.iter().filter(|v| **v == what).count() as u64;
            let items: Vec<Vec<u64>> = plain.iter().map(|unit| vec![count(unit, 0.0), count(unit, 1.0)]).collect();
            (agreement::fleiss(&items), "agreement.fleiss")
        }
        Scale::YesNo if whole => (krippendorff::alpha(&plain, krippendorff::Metric::Nominal), "agreement.krippendorff"),
        Scale::Ordered => (krippendorff::alpha(&plain, krippendorff::Metric::Ordinal), "agreement.krippendorff"),
        Scale::Number if complete => (icc::icc(&plain).map(|found| found.two_single), "agreement.icc"),
        _ => (krippendorff::alpha(&plain, krippendorff::Metric::Interval), "agreement.krippendorff"),
    };
    Some(Agreement { figure: figure?, method, items: paired.len() as u64, raters: raters.len() as u64 })
}

fn lenient(given: &[Given]) -> Result<Leniency, Refusal> {
    let sorted = |names: BTreeSet<&Arc<str>>| names.into_iter().cloned().collect::<Vec<_>>();
    let raters = sorted(given.iter().map(|g| &g.rater).collect());
    let subjects: Vec<u32> = given.iter().map(|g| g.subject).collect::<BTreeSet<_>>().into_iter().collect();
    let mut of_rater = vec![0; raters.len()];
    let mut of_subject = vec![0; subjects.len()];
    let mut ratings = Vec::with_capacity(given.len());
    for rating in given {
        let (Ok(rater), Ok(subject)) = (raters.binary_search(&rating.rater), subjects.binary_search(&rating.subject))
        else {
            continue;
        };
        of_rater[rater] += 1;
        of_subject[subject] += 1;
        ratings.push(leniency::Rating { subject, rater, score: rating.value });
    }
    let found = leniency::fit(&ratings, subjects.len(), raters.len())?;
    let of = |((rater, ratings), leniency): ((Arc<str>, u64), f64)| RaterLeniency { rater, ratings, leniency };
    let raters = raters.into_iter().zip(of_rater).zip(found.raters).map(of).collect();
    let adjusted = subjects.into_iter().zip(of_subject).zip(found.raw.into_iter().zip(found.subjects));
    let subjects = adjusted
        .map(|((subject, ratings), (raw, adjusted))| AdjustedSubject { subject, ratings, raw, adjusted })
        .collect();
    Ok(Leniency { raters, subjects })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    #[test]
    fn means_of_many_ratings_say_nothing_of_how_far_raters_agree() {
        let mut many = given(&[(0, "", "r1", 0.8), (0, "", "r2", 0.8), (1, "", "r1", 0.3), (1, "", "r2", 0.3)]);
        assert_eq!(paired(&many).len(), 2, "one rating each is about one thing");
        many.iter_mut().for_each(|g| g.ratings = 140);
        assert_eq!(read(&Form::Count, &many).agreement, None);
        many.iter_mut().for_each(|g| g.item = "call 1".into());
        assert_eq!(paired(&many).len(), 2);
    }

    fn given(ratings: &[(u32, &str, &str, f64)]) -> Vec<Given> {
        let one = |&(subject, item, rater, value): &(u32, &str, &str, f64)| Given {
            period: 0,
            subject,
            item: item.into(),
            rater: rater.into(),
            value,
            ratings: 1,
        };
        ratings.iter().map(one).collect()
    }

    fn agreed_on(scale: Scale, given: &[Given]) -> Option<Agreement> {
        agreed(scale, &paired(given))
    }

    /// The statistic follows the data: two raters of yes and no, more of them, numbers, and ratings with holes.
    #[test]
    fn the_statistic_fits_the_data() {
        let yes_no = |raters: &[&str], table: &[&[f64]]| {
            let mut all = Vec::new();
            for (item, row) in table.iter().enumerate() {
                for (rater, value) in raters.iter().zip(*row) {
                    all.push((0, format!("{item}"), *rater, *value));
                }
            }
            let all: Vec<_> = all.iter().map(|(s, i, r, v)| (*s, i.as_str(), *r, *v)).collect();
            given(&all)
        };
        // Cohen's table [[20, 5], [10, 15]].
        let rows = [([0.0, 0.0], 20), ([0.0, 1.0], 5), ([1.0, 0.0], 10), ([1.0, 1.0], 15)];
        let rows: Vec<[f64; 2]> = rows.iter().flat_map(|(row, n)| vec![*row; *n]).collect();
        let rows: Vec<&[f64]> = rows.iter().map(|r| r.as_slice()).collect();
        let cohen = agreed_on(Scale::YesNo, &yes_no(&["a", "b"], &rows)).unwrap();
        near(cohen.figure, 0.4, 1e-12);
        assert_eq!((cohen.method, cohen.items, cohen.raters), ("agreement.cohen", 50, 2));
        let three = [[1.0, 1.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]];
        let three: Vec<&[f64]> = three.iter().map(|r| r.as_slice()).collect();
        assert_eq!(agreed_on(Scale::YesNo, &yes_no(&["a", "b", "c"], &three)).unwrap().method, "agreement.fleiss");
        let numbers = [[9.0, 2.0, 5.0, 8.0], [6.0, 1.0, 3.0, 2.0], [8.0, 4.0, 6.0, 8.0]];
        let more = [[7.0, 1.0, 2.0, 6.0], [10.0, 5.0, 6.0, 9.0], [6.0, 2.0, 4.0, 7.0]];
        let numbers: Vec<&[f64]> = numbers.iter().chain(&more).map(|r| r.as_slice()).collect();
        let icc = agreed_on(Scale::Number, &yes_no(&["a", "b", "c", "d"], &numbers)).unwrap();
        near(icc.figure, 0.290, 5e-4);
        assert_eq!(icc.method, "agreement.icc");
        let holes = given(&[(0, "1", "a", 3.0), (0, "1", "b", 4.0), (1, "2", "b", 2.0), (1, "2", "c", 2.0)]);
        assert_eq!(agreed_on(Scale::Number, &holes).unwrap().method, "agreement.krippendorff");
        assert_eq!(agreed_on(Scale::YesNo, &given(&[(0, "1", "a", 1.0), (0, "2", "b", 1.0)])), None, "nothing twice");
    }

    #[test]
    fn leniency_is_the_printed_one_and_refused_where_raters_share_nobody() {
        let printed = given(&[
            (0, "", "r1", 80.0),
            (0, "", "r2", 70.0),
            (1, "", "r1", 90.0),
            (1, "", "r3", 85.0),
            (2, "", "r2", 60.0),
            (2, "", "r3", 75.0),
            (3, "", "r1", 85.0),
            (3, "", "r2", 75.0),
        ]);
        let found = lenient(&printed).unwrap();
        for (rater, leniency) in found.raters.iter().zip([4.333, -7.667, 3.333]) {
            near(rater.leniency, leniency, 5e-4);
        }
        for (subject, adjusted) in found.subjects.iter().zip([76.667, 83.667, 69.667, 81.667]) {
            near(subject.adjusted, adjusted, 5e-4);
        }
        near(found.subjects[0].raw, 75.0, 1e-12);
        let apart = given(&[(0, "", "r1", 80.0), (1, "", "r2", 70.0)]);
        assert_eq!(lenient(&apart), Err(Refusal::Disconnected));
    }
}
