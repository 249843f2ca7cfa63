//! Floor, target, stretch and baseline of each cell, and whether a standard applies to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Direction, LevelScores, StandardScores, codes, counts};
use crate::diagnostic::{Authored, Diagnostic, Said};
use crate::language::Value;
use crate::measure::{LevelReadings, MeasureReadings, Readings, State};
use crate::said;
use crate::workspace::{self, For, Line, Plan, Standard};

/// The standards of one level with their lines, and `NotApplicable` where `for:` or a line says so; no points yet.
pub(super) fn level(plan: &Plan, level: &LevelReadings, periods: usize) -> LevelScores {
    let standards = plan
        .standards
        .iter()
        .map(|standard| match level.measures.get(standard.measure) {
            Some(measure) => {
                let lower = plan.measures.get(standard.measure).is_some_and(|m| m.lower_is_better);
                let direction = if lower { Direction::Lower } else { Direction::Higher };
                of_standard(plan, standard, direction, (measure, level), periods)
            }
            None => StandardScores::default(),
        })
        .collect();
    LevelScores { standards, ..LevelScores::default() }
}

fn of_standard(
    plan: &Plan,
    standard: &Standard,
    direction: Direction,
    (measure, level): (&MeasureReadings, &LevelReadings),
    periods: usize,
) -> StandardScores {
    let cells = level.records.len();
    let mut state = vec![State::Unmeasured; cells];
    let mut line = |line: &Option<Authored<Line>>, needed: bool| column(line.as_ref(), measure, needed, &mut state);
    let card = StandardScores {
        floor: line(&standard.floor, false),
        // A script may do without a target; the default points can't.
        target: line(&standard.target, standard.points.is_none()),
        stretch: line(&standard.stretch, false),
        baseline: line(&standard.baseline, false),
        points: vec![f64::NAN; cells],
        points_worst: vec![f64::NAN; cells],
        points_best: vec![f64::NAN; cells],
        state: Vec::new(),
    };
    for (cell, state) in state.iter_mut().enumerate() {
        if is_crossed(standard, direction, &card, cell) {
            *state = State::NotApplicable;
        }
    }
    for (state, measured) in state.iter_mut().zip(&measure.state).filter(|(_, m)| **m == State::Failed) {
        // Its lines may be among what was not counted.
        *state = *measured;
    }
    if !standard.applies_to.is_empty() || plan.leaves_isolated_out(standard) {
        for (subject, about) in level.subjects.iter().enumerate() {
            for period in 0..periods {
                let attributes = about.attributes.get(period).and_then(Option::as_ref);
                let meant = plan.is_meant(standard, &level.level, attributes.map(|a| &**a));
                if let Some(state) = state.get_mut(subject * periods + period).filter(|_| !meant) {
                    *state = State::NotApplicable;
                }
            }
        }
    }
    StandardScores { state, ..card }
}

/// Lines of the data between which nothing lies: the target equals the floor, or stands on its wrong side. (Of numbers in
/// the workspace that is an error before anything is read.)
fn is_crossed(standard: &Standard, direction: Direction, card: &StandardScores, cell: usize) -> bool {
    let of_data = |line: &Option<Authored<Line>>| line.as_ref().is_some_and(|l| matches!(l.value, Line::Field(_)));
    let at = |line: &[f64]| line.get(cell).copied().filter(|line| !line.is_nan());
    let (Some(floor), Some(target)) = (at(&card.floor), at(&card.target)) else { return false };
    (of_data(&standard.floor) || of_data(&standard.target)) && !direction.beyond(target, floor)
}

/// So many subjects and periods are named.
const NAMED: usize = 5;

/// A warning for each standard whose lines leave nothing to score somewhere.
pub(super) fn crossed(plan: &Plan, readings: &Readings, levels: &[LevelScores]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (position, standard) in plan.standards.iter().enumerate() {
        let direction = Direction::of(plan, position);
        let mut named = Vec::new();
        let mut count = 0;
        for (level, scores) in readings.levels.iter().zip(levels) {
            let Some(card) = scores.standards.get(position) else { continue };
            for cell in (0..card.floor.len()).filter(|cell| is_crossed(standard, direction, card, *cell)) {
                count += 1;
                let width = readings.periods.len().max(1);
                let (subject, period) = (level.subjects.get(cell / width), readings.periods.get(cell % width));
                if let (true, Some(subject), Some(period)) = (named.len() < NAMED, subject, period) {
                    let line = |line: &[f64]| line.get(cell).copied().unwrap_or(f64::NAN);
                    let (floor, target) = (line(&card.floor), line(&card.target));
                    let (level, subject, period) = (&level.level, &subject.id, &period.name);
                    named.push(said!(
                        "{level} `{subject}` in {period}: floor {floor}, target {target}",
                        level,
                        subject,
                        period,
                        floor,
                        target
                    ));
                }
            }
        }
        if count > 0 {
            findings.push(crossing(standard, count, named));
        }
    }
    findings
}

fn crossing(standard: &Standard, count: usize, named: Vec<Said>) -> Diagnostic {
    let places =
        if count == 1 { said!("one subject and period") } else { said!("{count} subjects and periods", count) };
    let what =
        said!("the target of `{standard}` is not beyond its floor for {places}", standard = standard.id.value, places);
    let place = standard.target.as_ref().map_or(standard.id.span(), Authored::span);
    let mut found = Diagnostic::warning(&codes::LINES_CROSSED, what)
        .at(place, said!("not applicable there: nobody is scored on it"));
    let more = count - named.len();
    found.help.extend(named);
    if more > 0 {
        found.help.push(said!("and {more} more", more));
    }
    found.help(said!(
        "correct these columns of the data; where lower is better, say `lower_is_better: yes` at the measure"
    ))
}

/// One line of a standard. A field with several values, or a needed one with none, makes the cell not applicable.
fn column(line: Option<&Authored<Line>>, measure: &MeasureReadings, needed: bool, state: &mut [State]) -> Vec<f64> {
    let field = match line.map(|line| &line.value) {
        Some(Line::Number(number)) => return vec![*number; state.len()],
        Some(Line::Field(field)) => field,
        Some(Line::Previous) | None => return vec![f64::NAN; state.len()],
    };
    let values = measure.lines.get(field);
    let mut take = |(cell, state): (usize, &mut State)| {
        let value = values.and_then(|v| v.get(cell));
        let number = match value {
            Some(Some(Value::Number(number))) => *number,
            // Durations are measured in seconds.
            Some(Some(Value::Duration(micros))) => *micros as f64 / 1e6,
            _ => f64::NAN,
        };
        if matches!(value, Some(None)) || needed && number.is_nan() {
            *state = State::NotApplicable;
        }
        number
    };
    state.iter_mut().enumerate().map(&mut take).collect()
}

/// `baseline: previous`: the value of the period before, where that was measured.
pub(super) fn previous(standard: &Standard, measure: &MeasureReadings, card: &mut StandardScores, periods: usize) {
    if standard.baseline.as_ref().is_none_or(|line| line.value != Line::Previous) || periods == 0 {
        return;
    }
    for (cell, baseline) in card.baseline.iter_mut().enumerate() {
        let before = if cell % periods == 0 { None } else { Some(cell - 1) };
        *baseline = before
            .filter(|before| card.state.get(*before).is_some_and(|s| counts(*s)))
            .and_then(|before| measure.figures.value.get(before).copied())
            .unwrap_or(f64::NAN);
    }
}

/// Whether `for:` names this subject: see `workspace::attributes_match`.
pub fn attributes_match(wanted: &For, level: &str, attributes: Option<&Arc<BTreeMap<String, String>>>) -> bool {
    workspace::attributes_match(wanted, level, attributes.map(|a| &**a))
}

#[cfg(test)]
mod tests {
    use super::{Arc, BTreeMap, For, Line, State, Value, attributes_match};
    use crate::score::fixture::*;
    use crate::score::score;
    use crate::workspace::SourceKind;

    #[test]
    fn a_field_gives_each_cell_its_line_and_several_values_make_it_not_applicable() {
        let mut plan = plan();
        standard(&mut plan, "a", SourceKind::Record, 0.0, 0.0);
        plan.standards[0].floor = None;
        plan.standards[0].target = Some(said(Line::Field(0)));
        let mut measure = share_readings(&[(80, 100), (80, 100), (80, 100)]);
        measure.lines.insert(0, vec![Some(Value::Number(0.9)), None, Some(Value::Missing)]);
        let cards = score(&plan, readings(vec![level("person", 3, 1, vec![measure])], 1), &environment());
        let card = &cards.levels[0].standards[0];
        assert_eq!(card.state, [State::Measured, State::NotApplicable, State::NotApplicable]);
        assert_eq!(card.points[0], 0.0);
        assert!(card.points[1].is_nan() && cards.levels[0].score[1].is_nan());
    }

    #[test]
    fn the_baseline_of_before_is_the_value_of_the_period_before() {
        let mut plan = plan();
        standard(&mut plan, "a", SourceKind::Record, 0.4, 0.9);
        plan.standards[0].baseline = Some(said(Line::Previous));
        let scope = &mut { POINTS };
        plan.standards[0].points = Some(program("200 * (value - baseline)", crate::language::Expected::Number, scope));
        let measure = share_readings(&[(50, 100), (95, 100), (1, 2), (90, 100)]);
        let cards = score(&plan, readings(vec![level("person", 1, 4, vec![measure])], 4), &environment());
        let card = &cards.levels[0].standards[0];
        assert!(card.baseline[0].is_nan() && card.baseline[3].is_nan(), "too few records give no baseline");
        assert!((card.points[1] - 90.0).abs() < 1e-9, "scripts are not clamped");
    }

    #[test]
    fn attributes_narrow_persons_only() {
        let wanted: For = BTreeMap::from([("contact".to_string(), vec![said("contactor".to_string())])]);
        let is = |contact: &str| Arc::new(BTreeMap::from([("contact".to_string(), contact.to_string())]));
        assert!(attributes_match(&wanted, "person", Some(&is("contactor"))));
        assert!(!attributes_match(&wanted, "person", Some(&is("modifier"))));
        assert!(!attributes_match(&wanted, "person", None));
        assert!(attributes_match(&wanted, "department", None));
    }
}
