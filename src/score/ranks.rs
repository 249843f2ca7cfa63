//! Where a subject stands among its peers: an expected rank and a band, never a bare rank. Someone whose interval holds the
//! peers' common figure can't be told from them, whatever place a list would give.

use super::{Direction, LevelScores};
use crate::fairness::{Z95, Z998, ranks};
use crate::measure::{LevelReadings, Peers, Readings};
use crate::workspace::Plan;

pub use crate::fairness::ranks::Band;

/// Fewer peers than this are not compared.
const PEERS: usize = 3;
/// Expected ranks compare every two subjects: above this many, bands alone are given.
pub const RANKED: usize = 1_000;

/// One subject's place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// 1 is the best; none among more than `RANKED` peers.
    pub expected: Option<f64>,
    /// Peers with a figure, itself among them.
    pub of: usize,
    /// Against the peers' common figure, by the 99.8 % interval.
    pub band: Band,
}

/// One level in one period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    /// By position in `Plan::standards`, then by subject.
    pub standards: Vec<Vec<Option<Place>>>,
    /// Of the score, by subject.
    pub score: Vec<Option<Place>>,
}

impl Places {
    pub fn standard(&self, standard: usize, subject: usize) -> Option<Place> {
        self.standards.get(standard)?.get(subject).copied().flatten()
    }
}

/// The places of everyone with a measured figure and an interval.
pub fn places(plan: &Plan, readings: &Readings, level: usize, scores: &LevelScores, period: usize) -> Places {
    let Some(of_level) = readings.levels.get(level) else { return Places::default() };
    let groups = groups(plan, readings, level, of_level, period);
    let figures = |standard: usize, cell: usize| -> Option<Figure> {
        let card = scores.standards.get(standard)?;
        let measure = of_level.measures.get(plan.standards.get(standard)?.measure)?;
        let figures = &measure.figures;
        card.state.get(cell).filter(|state| super::counts(**state))?;
        let n = *figures.n.get(cell)? as f64;
        Figure::of(*figures.value.get(cell)?, *figures.lower.get(cell)?, *figures.upper.get(cell)?, n)
    };
    let standards = (0..plan.standards.len()).map(|standard| {
        let direction = Direction::of(plan, standard);
        place(readings, &groups, of_level, period, direction, &|cell| figures(standard, cell))
    });
    let score = |cell: usize| {
        let at = |column: &Vec<f64>| column.get(cell).copied().unwrap_or(f64::NAN);
        Figure::of(at(&scores.score), at(&scores.score_lower), at(&scores.score_upper), 1.0)
    };
    Places {
        standards: standards.collect(),
        score: place(readings, &groups, of_level, period, Direction::Higher, &score),
    }
}

#[derive(Clone, Copy)]
struct Figure {
    value: f64,
    error: f64,
    n: f64,
}

impl Figure {
    /// The error of a 95 % interval is its width over 2z.
    fn of(value: f64, lower: f64, upper: f64, n: f64) -> Option<Figure> {
        let error = (upper - lower) / (2.0 * Z95);
        (value.is_finite() && error.is_finite() && error >= 0.0).then_some(Figure { value, error, n })
    }
}

/// The subjects of each peer group.
fn groups(plan: &Plan, readings: &Readings, level: usize, of: &LevelReadings, period: usize) -> Vec<Vec<usize>> {
    let peers = Peers::of(plan, level, &of.subjects, &readings.periods);
    let width = readings.periods.len().max(1);
    let subjects = |cells: Vec<usize>| -> Vec<usize> {
        cells.into_iter().filter(|cell| cell % width == period).map(|cell| cell / width).collect()
    };
    peers.members().into_iter().map(subjects).filter(|group| !group.is_empty()).collect()
}

fn place(
    readings: &Readings,
    groups: &[Vec<usize>],
    of: &LevelReadings,
    period: usize,
    direction: Direction,
    figure: &dyn Fn(usize) -> Option<Figure>,
) -> Vec<Option<Place>> {
    let mut places = vec![None; of.subjects.len()];
    for group in groups {
        let figures: Vec<(usize, Figure)> =
            group.iter().filter_map(|subject| Some((*subject, figure(readings.cell(*subject, period))?))).collect();
        if figures.len() < PEERS {
            continue;
        }
        let sign = if direction == Direction::Higher { 1.0 } else { -1.0 };
        let errors: Vec<(f64, f64)> = figures.iter().map(|(_, f)| (sign * f.value, f.error)).collect();
        let records: f64 = figures.iter().map(|(_, f)| f.n).sum();
        let common = sign * figures.iter().map(|(_, f)| f.value * f.n).sum::<f64>() / records;
        let expected = if figures.len() <= RANKED { ranks::expected(&errors) } else { None };
        let bands = ranks::bands(&errors, common, Z998);
        for (at, ((subject, _), band)) in figures.iter().zip(bands).enumerate() {
            let expected = expected.as_ref().and_then(|e| e.get(at)).copied();
            if let Some(place) = places.get_mut(*subject) {
                *place = Some(Place { expected, of: figures.len(), band });
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::fixture::*;
    use crate::score::score;
    use crate::workspace::SourceKind;

    fn of(people: &[(u64, u64)], lower_is_better: bool) -> Places {
        let mut plan = plan();
        standard(&mut plan, "answer", SourceKind::Record, 0.6, 0.8);
        plan.measures[0].lower_is_better = lower_is_better;
        let readings = readings(vec![level("person", people.len(), 1, vec![share_readings(people)])], 1);
        let cards = score(&plan, readings, &environment());
        places(&plan, &cards.readings, 0, &cards.levels[0], 0)
    }

    #[test]
    fn places_share_out_all_ranks_and_bands_need_a_real_difference() {
        let found = of(&[(95, 100), (80, 100), (81, 100), (79, 100), (30, 100)], false);
        let places: Vec<Place> = found.standards[0].iter().flatten().copied().collect();
        let sum: f64 = places.iter().filter_map(|p| p.expected).sum();
        assert!((sum - 15.0).abs() < 1e-9, "{sum}");
        assert_eq!(places[0].band, Band::Above);
        assert_eq!(places[1].band, Band::Among, "one more or less is no place");
        assert_eq!(places[4].band, Band::Below);
        assert!(places[4].expected.unwrap() > 4.9);
        assert_eq!(found.score.len(), 5);
    }

    #[test]
    fn lower_is_better_turns_the_order_and_two_are_not_compared() {
        let found = of(&[(95, 100), (80, 100), (30, 100)], true);
        assert_eq!(found.standard(0, 0).unwrap().band, Band::Below);
        assert_eq!(found.standard(0, 2).unwrap().band, Band::Above);
        assert_eq!(of(&[(95, 100), (80, 100)], false).standard(0, 0), None);
    }
}
