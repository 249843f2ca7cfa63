//! A next target where the present one is proven met for long enough (C39), inside a guardrail: never easier, never beyond what was
//! proven, never more than a step. It is a proposal to whoever answers for the standard; nothing here changes a target.

use std::ops::Range;

use super::Recommendations;
use super::view::{View, at};
use crate::fairness::Interval;
use crate::measure::{Pooling, State};
use crate::score::Direction;
use crate::workspace::{Form, Line, Measure, Plan, Scale};

/// A target that could be next.
#[derive(Clone, Debug, PartialEq)]
pub struct NextTarget {
    /// Position in `Plan::standards`.
    pub standard: usize,
    pub target: f64,
    pub next: f64,
    /// The figure of the whole over the periods behind it, from its records, and its 95 % interval.
    pub value: f64,
    pub interval: Interval,
    /// In each of them the present target was proven met.
    pub periods: Range<usize>,
    /// A question about the measure is open: it comes first.
    pub questioned: bool,
}

impl Recommendations {
    /// Proposed targets, in the order of the standards; none unless the charter asks for them.
    pub fn next_targets(&self, plan: &Plan) -> Vec<NextTarget> {
        let readings = &self.scorecards.readings;
        let Some((rule, judged)) = plan.next_targets.as_ref().zip(readings.judged.last().copied()) else {
            return Vec::new();
        };
        // One target holds for everyone, so it is proven at the whole.
        let Some(level) = readings.levels.iter().rposition(|l| l.subjects.len() == 1) else { return Vec::new() };
        let Some(view) = View::new(plan, &self.scorecards, &self.facts, level) else { return Vec::new() };
        let Some(first) = (judged + 1).checked_sub(rule.after) else { return Vec::new() };
        if !readings.periods.get(first..=judged).is_some_and(|periods| periods.iter().all(|p| p.complete)) {
            return Vec::new();
        }
        let questions = self.questions(plan, judged);
        let proposal = |standard: usize| {
            let (target, next, value, interval) = next(&view, standard, first..judged + 1, rule.step)?;
            let measure = plan.standards.get(standard)?.measure;
            let questioned = questions.iter().any(|q| q.measure == measure || q.paired == Some(measure));
            Some(NextTarget { standard, target, next, value, interval, periods: first..judged + 1, questioned })
        };
        (0..plan.standards.len()).filter_map(proposal).collect()
    }
}

/// (target, next, value, interval) of a standard that the whole met beyond doubt in each of the periods.
fn next(view: &View<'_>, standard: usize, periods: Range<usize>, step: f64) -> Option<(f64, f64, f64, Interval)> {
    let (plan, direction) = (view.plan, view.direction(standard));
    let about = plan.standards.get(standard)?;
    let measure = plan.measures.get(about.measure)?;
    let number = |line: &Option<crate::diagnostic::Authored<Line>>| match line.as_ref()?.value {
        Line::Number(number) => Some(number),
        Line::Field(_) | Line::Previous => None,
    };
    let target = number(&about.target)?;
    let figures = &view.measure(standard)?.figures;
    let proven = |period: usize| {
        let cell = view.cell(0, period);
        let worst = direction.worst(at(&figures.lower, cell), at(&figures.upper, cell));
        view.state(standard, cell) == State::Measured && direction.reaches(worst, target)
    };
    if !periods.clone().all(proven) {
        return None;
    }
    let pooling = Pooling::window(&view.scorecards.readings, view.level, &periods);
    let pool = view.scorecards.readings.pooled(plan, view.level, about.measure, &pooling);
    if pool.state.first() != Some(&State::Measured) {
        return None;
    }
    let interval = pool.figures.interval(0)?;
    let (unit, most) = grain(plan, measure, target, step);
    let up = |x: f64, by: f64| if direction == Direction::Higher { x + by } else { x - by };
    // A target that equals the stretch would leave nothing above it.
    let below_stretch = number(&about.stretch).map(|stretch| up(stretch, -unit));
    let worst = direction.worst(interval.lower, interval.upper);
    let held = [Some(up(target, most)), Some(worst), below_stretch].into_iter().flatten();
    let next = match direction {
        Direction::Higher => rounded(held.fold(f64::INFINITY, f64::min), unit, f64::floor),
        Direction::Lower => rounded(held.fold(f64::NEG_INFINITY, f64::max), unit, f64::ceil),
    };
    let value = at(&pool.figures.value, 0);
    direction.beyond(next, target).then_some((target, next, value, interval))
}

/// The grain of a target, and the most that it is raised at once: whole points of a share or a net promoter score; of other figures
/// the second digit of the target, and a part of it.
fn grain(plan: &Plan, measure: &Measure, target: f64, step: f64) -> (f64, f64) {
    match measure.form {
        _ if plan.scale(measure) != Scale::Number => (0.01, step),
        Form::Nps(_) | Form::CountedNps { .. } => (1.0, 100.0 * step),
        _ if target == 0.0 => (0.01, step),
        _ => (libm::pow(10.0, libm::floor(libm::log10(target.abs())) - 1.0), step * target.abs()),
    }
}

/// To a whole number of grains, towards the present target; forgiving the last bits of a decimal fraction in binary.
fn rounded(x: f64, grain: f64, towards: fn(f64) -> f64) -> f64 {
    let grains = x / grain;
    let near = grains.round();
    let whole = if (grains - near).abs() < 1e-9 * near.abs().max(1.0) { near } else { towards(grains) };
    // Grains are powers of ten: dividing by a whole number gives the decimal itself.
    if grain < 1.0 { whole / (1.0 / grain).round() } else { whole * grain }
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::*;
    use crate::diagnostic::{Authored, Origin};
    use crate::score::fixture::*;
    use crate::score::score;
    use crate::workspace::{NextTargets, SourceKind};

    /// Floor 60 %, target 80 %; a step of 5 % after three periods.
    fn proposed(months: &[(u64, u64)], change: impl FnOnce(&mut Plan)) -> Vec<NextTarget> {
        let mut plan = plan();
        plan.next_targets = Some(NextTargets { step: 0.05, after: 3, origin: Origin::nowhere() });
        standard(&mut plan, "answer", SourceKind::Record, 0.6, 0.8);
        change(&mut plan);
        let cells = share_readings(months);
        let readings = readings(vec![level("organisation", 1, months.len(), vec![cells])], months.len());
        judge(&plan, score(&plan, readings, &environment()), Facts::default()).next_targets(&plan)
    }

    fn only(months: &[(u64, u64)], change: impl FnOnce(&mut Plan)) -> f64 {
        let found = proposed(months, change);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].next > found[0].target && found[0].next <= found[0].interval.lower);
        found[0].next
    }

    #[test]
    fn a_step_at_most_and_never_beyond_what_was_proven() {
        // 990 of 1,000 in each month: far above, so it is a step.
        assert_eq!(only(&[(990, 1000); 3], |_| {}), 0.85);
        // 845 of 1,000: 2,535 of 3,000 is 83.2 % to 85.7 %.
        assert_eq!(only(&[(845, 1000); 3], |_| {}), 0.83);
        // A point short of the stretch.
        let stretch = |plan: &mut Plan| plan.standards[0].stretch = Some(Authored::default_of(Line::Number(0.84)));
        assert_eq!(only(&[(990, 1000); 3], stretch), 0.83);
        let wide =
            |plan: &mut Plan| plan.next_targets = Some(NextTargets { step: 1.0, after: 3, origin: Origin::nowhere() });
        assert_eq!(only(&[(990, 1000); 3], wide), 0.98);
    }

    #[test]
    fn more_hits_never_propose_less() {
        let mut last = 0.8;
        for hits in (830..=1000).step_by(10) {
            if let [found] = proposed(&[(hits, 1000); 3], |_| {}).as_slice() {
                assert!(found.next >= last, "{hits}");
                last = found.next;
            }
        }
        assert_eq!(last, 0.85);
    }

    #[test]
    fn silent_on_fewer_periods_doubt_or_no_wish() {
        assert_eq!(proposed(&[(990, 1000); 2], |_| {}), []);
        assert_eq!(proposed(&[(990, 1000), (800, 1000), (990, 1000)], |_| {}), [], "80 % is met, not proven");
        assert_eq!(proposed(&[(990, 1000); 3], |plan| plan.next_targets = None), []);
        assert_eq!(proposed(&[(20, 20); 3], |_| {}), [], "too few records");
        // Proven, but not by a whole point.
        assert_eq!(proposed(&[(826, 1000); 3], |plan| plan.next_targets.as_mut().unwrap().step = 0.005), []);
    }

    #[test]
    fn grains_are_decimals() {
        assert_eq!(rounded(0.29, 0.01, f64::floor), 0.29);
        assert_eq!(rounded(0.8599, 0.01, f64::floor), 0.85);
        assert_eq!(rounded(4.31, 0.1, f64::ceil), 4.4);
        assert_eq!(rounded(187.0, 10.0, f64::ceil), 190.0);
    }
}
