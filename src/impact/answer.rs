//! How protected groups fare, as figures: the noun of this stage.
//!
//! Each group is compared with the one that fares best: most often rewarded, least often sanctioned. A difference is flagged
//! where the smaller rate is under four fifths of the larger, Fisher's p is under .05 and both hold after moving one
//! person.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::codes;
use crate::diagnostic::Diagnostic;
use crate::fairness::impact::{Finding, LEAST_CELL, compare, groups};
use crate::judge::{Outcome, Recommendations};
use crate::records::Protected;
use crate::said;

/// The outcomes that are compared, and whether it is good to meet them.
const OUTCOMES: [(Outcome, bool); 3] = [(Outcome::Reward, true), (Outcome::Develop, true), (Outcome::Sanction, false)];

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// Names of the judged periods; who met an outcome in any of them is counted once.
    pub periods: Vec<String>,
    /// Persons assessed.
    pub people: u64,
    /// Of them, persons of whom the file says nothing; written only where they are not few.
    #[serde(serialize_with = "unless_few")]
    pub unknown: u64,
    pub attributes: Vec<AttributeAnswer>,
    pub flagged: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttributeAnswer {
    pub attribute: String,
    /// Persons whose cell is empty; written only where they are not few.
    #[serde(serialize_with = "unless_few")]
    pub not_stated: u64,
    pub outcomes: Vec<OutcomeAnswer>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeAnswer {
    /// `reward`, `develop` or `sanction`.
    pub outcome: &'static str,
    /// By name.
    pub groups: Vec<GroupAnswer>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupAnswer {
    pub group: String,
    /// Withheld (none) where a cell has fewer than five people, or where one could be told from those that are shown.
    pub people: Option<u64>,
    pub selected: Option<u64>,
    pub comparison: Comparison,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The group that fares best: the others are compared with it.
    Reference,
    Compared {
        ratio: f64,
        p: f64,
        survives_moving_one: bool,
        flagged: bool,
    },
    /// The counts are withheld: only whether it is flagged is told.
    Withheld {
        flagged: bool,
    },
    /// Under 2 % of the people: skipped.
    TooSmall,
    /// Nobody in any group met the outcome.
    Nobody,
}

impl Comparison {
    pub fn flagged(&self) -> bool {
        matches!(self, Comparison::Compared { flagged: true, .. } | Comparison::Withheld { flagged: true })
    }
}

/// A group's people, and those of them who met the outcome.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    selected: u64,
    people: u64,
}

/// Compares the groups of every attribute.
pub fn impact(recommendations: &Recommendations, protected: &Protected) -> Result<Answer, Vec<Diagnostic>> {
    let readings = &recommendations.scorecards.readings;
    let Some(level) = readings.levels.iter().position(|l| l.level == crate::measure::PERSON) else {
        return Err(vec![
            Diagnostic::error(&codes::NO_PERSONS, said!("no persons are assessed here"))
                .help(said!("add `person` to `levels:`")),
        ]);
    };
    let outcomes = recommendations.levels.get(level).map_or(&[][..], |l| &l.outcome);
    let subjects = &readings.levels[level].subjects;
    // Of whom nothing arrived nobody was judged: they are in no group's rate.
    let arrived = |cell: &usize| readings.levels[level].records.get(*cell).is_some_and(|records| *records > 0);
    let met: Vec<(&str, BTreeSet<Outcome>)> = subjects
        .iter()
        .enumerate()
        .map(|(subject, about)| {
            let cells = readings.judged.iter().map(|p| readings.cell(subject, *p)).filter(arrived);
            let own = cells.filter_map(|cell| outcomes.get(cell).copied().flatten());
            (&*about.id, own.collect())
        })
        .filter(|(_, met): &(&str, BTreeSet<Outcome>)| !met.is_empty())
        .collect();
    let attributes: Vec<AttributeAnswer> =
        protected.attributes.iter().enumerate().map(|(i, name)| of_attribute(name, i, protected, &met)).collect();
    let flagged = attributes.iter().flat_map(|a| &a.outcomes).flat_map(|o| &o.groups).any(|g| g.comparison.flagged());
    Ok(Answer {
        periods: readings.judged.iter().filter_map(|p| readings.periods.get(*p)).map(|p| p.name.clone()).collect(),
        people: met.len() as u64,
        unknown: met.iter().filter(|(id, _)| !protected.people.contains_key(*id)).count() as u64,
        attributes,
        flagged,
    })
}

fn of_attribute(
    name: &str,
    attribute: usize,
    protected: &Protected,
    met: &[(&str, BTreeSet<Outcome>)],
) -> AttributeAnswer {
    let known = met.iter().filter_map(|(id, met)| Some((protected.people.get(*id)?.get(attribute)?, met)));
    let mut not_stated = 0;
    let mut by_group: BTreeMap<&str, Vec<&BTreeSet<Outcome>>> = BTreeMap::new();
    for (group, met) in known {
        match group {
            Some(group) => by_group.entry(group).or_default().push(met),
            None => not_stated += 1,
        }
    }
    let outcomes = OUTCOMES.iter().map(|(outcome, favourable)| {
        let cells: Vec<Cell> = by_group
            .values()
            .map(|people| Cell {
                selected: people.iter().filter(|met| met.contains(outcome)).count() as u64,
                people: people.len() as u64,
            })
            .collect();
        let hidden = hidden(&cells);
        let compared = comparisons(&cells, &hidden, *favourable);
        let told = by_group.keys().zip(&cells).zip(compared).zip(&hidden);
        let groups = told.map(|(((group, cell), comparison), hidden)| answer(group, *cell, comparison, *hidden));
        OutcomeAnswer { outcome: outcome.word(), groups: groups.collect() }
    });
    AttributeAnswer { attribute: name.to_owned(), not_stated, outcomes: outcomes.collect() }
}

/// Small cells, and where there is a single one the next in size: else it is what is missing from the total (Willenborg and
/// de Waal, Elements of Statistical Disclosure Control, 2001, chapter 6).
fn hidden(cells: &[Cell]) -> Vec<bool> {
    let mut hidden: Vec<bool> = cells.iter().map(is_small).collect();
    if hidden.iter().filter(|h| **h).count() == 1 {
        let shown = cells.iter().zip(&mut hidden).filter(|(cell, hidden)| !**hidden && cell.people > 0);
        if let Some((_, hidden)) = shown.min_by_key(|(cell, _)| cell.people) {
            *hidden = true;
        }
    }
    hidden
}

/// Each group against the one that fares best.
fn comparisons(cells: &[Cell], hidden: &[bool], favourable: bool) -> Vec<Comparison> {
    let good = |c: &Cell| (if favourable { c.selected } else { c.people - c.selected }, c.people);
    let found = groups(&cells.iter().map(good).collect::<Vec<_>>());
    if cells.iter().all(|c| c.selected == 0) {
        return cells.iter().map(|_| Comparison::Nobody).collect();
    }
    let reference = found.iter().position(|f| *f == Finding::Reference);
    let best = reference.and_then(|b| cells.get(b));
    let of = |(cell, finding): (&Cell, &Finding)| match (finding, best) {
        (Finding::TooSmall, _) => Comparison::TooSmall,
        (Finding::Reference, _) => Comparison::Reference,
        (_, Some(best)) => match compare(best.selected, best.people, cell.selected, cell.people) {
            Some(i) => {
                Comparison::Compared { ratio: i.ratio, p: i.p, survives_moving_one: i.survives, flagged: i.flagged }
            }
            None => Comparison::Nobody,
        },
        (_, None) => Comparison::Nobody,
    };
    let mut compared: Vec<Comparison> = cells.iter().zip(&found).map(of).collect();
    // A ratio gives away the counts behind it, so a hidden cell hides its own comparison, and that of the best all of them.
    let best_hidden = reference.is_some_and(|b| hidden.get(b) == Some(&true));
    for (comparison, hidden) in compared.iter_mut().zip(hidden) {
        if matches!(comparison, Comparison::Compared { .. }) && (best_hidden || *hidden) {
            *comparison = Comparison::Withheld { flagged: comparison.flagged() };
        }
    }
    compared
}

/// Few enough people, in the group or in one of its two parts, to point at a person. Nobody is not a person.
fn is_small(cell: &Cell) -> bool {
    let small = |n: u64| n > 0 && n < LEAST_CELL;
    small(cell.people) || small(cell.selected) || small(cell.people - cell.selected)
}

fn unless_few<S: serde::Serializer>(n: &u64, to: S) -> Result<S::Ok, S::Error> {
    (*n == 0 || *n >= LEAST_CELL).then_some(n).serialize(to)
}

fn answer(group: &str, cell: Cell, comparison: Comparison, hidden: bool) -> GroupAnswer {
    let shown = !hidden;
    GroupAnswer {
        group: group.to_owned(),
        people: shown.then_some(cell.people),
        selected: shown.then_some(cell.selected),
        comparison,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(of: &[(u64, u64)]) -> Vec<Cell> {
        of.iter().map(|(selected, people)| Cell { selected: *selected, people: *people }).collect()
    }

    fn comparisons(cells: &[Cell], favourable: bool) -> Vec<Comparison> {
        super::comparisons(cells, &hidden(cells), favourable)
    }

    #[test]
    fn a_single_small_cell_can_not_be_told_from_the_rest() {
        assert_eq!(hidden(&cells(&[(3, 4), (60, 116)])), [true, true]);
        assert_eq!(hidden(&cells(&[(3, 4), (60, 116), (20, 40)])), [true, false, true]);
        assert_eq!(hidden(&cells(&[(3, 4), (1, 9), (60, 116)])), [true, true, false]);
        assert_eq!(hidden(&cells(&[(48, 80), (12, 40)])), [false, false]);
        let written = serde_json::to_value(AttributeAnswer { attribute: "a".into(), not_stated: 4, outcomes: vec![] });
        assert!(written.unwrap()["not_stated"].is_null());
    }

    #[test]
    fn the_known_answers() {
        let found = comparisons(&cells(&[(48, 80), (12, 40)]), true);
        assert_eq!(found[0], Comparison::Reference);
        let Comparison::Compared { ratio, p, survives_moving_one, flagged } = found[1] else { panic!("{found:?}") };
        assert!((ratio - 0.5).abs() < 1e-12 && (p - 0.003409222).abs() < 1e-6);
        assert!(survives_moving_one && flagged);
        let small = comparisons(&cells(&[(3, 4), (1, 4)]), true);
        assert!(small.iter().all(|c| !c.flagged()), "{small:?}");
        assert_eq!(small[1], Comparison::Withheld { flagged: false });
    }

    #[test]
    fn being_sanctioned_more_often_is_adverse() {
        let found = comparisons(&cells(&[(30, 60), (10, 80)]), false);
        assert_eq!(found[1], Comparison::Reference);
        assert!(found[0].flagged());
    }

    #[test]
    fn small_groups_are_skipped_and_small_cells_withheld() {
        let found = comparisons(&cells(&[(300, 600), (5, 10), (3, 50)]), true);
        assert_eq!(found[1], Comparison::TooSmall);
        assert_eq!(found[2], Comparison::Withheld { flagged: true });
        let told = answer("x", Cell { selected: 3, people: 50 }, found[2].clone(), true);
        assert_eq!((told.people, told.selected), (None, None));
        assert_eq!(comparisons(&cells(&[(0, 60), (0, 80)]), true), [Comparison::Nobody, Comparison::Nobody]);
    }
}
