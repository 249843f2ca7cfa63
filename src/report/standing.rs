//! The figures of one standard for one subject and period, where they stand against its lines, and how they are shown.

use serde::Serialize;

use super::{Cell, Words};
use crate::judge::Recommendations;
use crate::measure::State;
use crate::workspace::{Measure, Plan, Scale, Standard};

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 0…1, shown as a percentage.
    Share,
    /// A difference of shares, shown in percentage points.
    Points,
    Number,
}

impl Unit {
    pub fn of(plan: &Plan, measure: &Measure) -> Self {
        match plan.scale(measure) {
            Scale::Share => Unit::Share,
            Scale::Points => Unit::Points,
            Scale::Number => Unit::Number,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Unit::Share => "share",
            Unit::Points => "points",
            Unit::Number => "number",
        }
    }

    pub fn show(self, x: f64, words: &Words) -> String {
        match self {
            Unit::Share => words.percent(x, 1),
            Unit::Points => words.say("value.points", &[("number", &words.number(100.0 * x, 1))]),
            Unit::Number => words.number(x, 2),
        }
    }

    /// An interval of a difference: of shares in percentage points.
    pub fn difference(self, lower: f64, upper: f64, words: &Words) -> String {
        let (key, [lower, upper]) = match self {
            Unit::Share | Unit::Points => ("interval.points", [lower, upper].map(|x| words.number(100.0 * x, 1))),
            Unit::Number => ("interval.short", [lower, upper].map(|x| words.number(x, 2))),
        };
        words.say(key, &[("lower", &lower), ("upper", &upper)])
    }
}

/// Where a value stands against target and floor, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Even the worse end of the interval reaches the target.
    ProvenMet,
    Met,
    Short,
    /// Worse than the floor, but the interval holds it.
    BelowFloor,
    /// Even the better end is worse than the floor.
    ProvenBelowFloor,
    TooFew,
    Unknown,
}

impl Standing {
    pub fn word(self) -> &'static str {
        match self {
            Standing::ProvenMet => "proven_met",
            Standing::Met => "met",
            Standing::Short => "short",
            Standing::BelowFloor => "below_floor",
            Standing::ProvenBelowFloor => "proven_below_floor",
            Standing::TooFew => "too_few",
            Standing::Unknown => "unknown",
        }
    }

    pub fn is_win(self) -> bool {
        matches!(self, Standing::ProvenMet | Standing::Met)
    }

    pub fn is_gap(self) -> bool {
        matches!(self, Standing::Short | Standing::BelowFloor | Standing::ProvenBelowFloor)
    }
}

/// One standard's figures; NaN is missing.
#[derive(Clone, Copy)]
pub struct StandardFigures<'a> {
    pub position: usize,
    pub standard: &'a Standard,
    pub measure: &'a Measure,
    unit: Unit,
    pub n: u64,
    pub raw: f64,
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
    pub estimate: f64,
    pub reliability: f64,
    pub floor: f64,
    pub target: f64,
    pub stretch: f64,
    pub baseline: f64,
    pub points: f64,
    pub state: State,
    pub method: &'static str,
}

impl<'a> StandardFigures<'a> {
    pub fn of(plan: &'a Plan, recommendations: &'a Recommendations, position: usize, cell: Cell) -> Option<Self> {
        let readings = &recommendations.scorecards.readings;
        let at = readings.cell(cell.subject, cell.period);
        let standard = plan.standards.get(position)?;
        let reading = readings.levels.get(cell.level)?.measures.get(standard.measure)?;
        let scored = recommendations.scorecards.levels.get(cell.level)?.standards.get(position)?;
        let get = |column: &Vec<f64>| column.get(at).copied().unwrap_or(f64::NAN);
        let measure = plan.measures.get(standard.measure)?;
        Some(Self {
            position,
            standard,
            measure,
            unit: Unit::of(plan, measure),
            n: reading.figures.n.get(at).copied().unwrap_or(0),
            raw: get(&reading.figures.raw),
            value: get(&reading.figures.value),
            lower: get(&reading.figures.lower),
            upper: get(&reading.figures.upper),
            estimate: get(&reading.estimate),
            reliability: get(&reading.reliability),
            floor: get(&scored.floor),
            target: get(&scored.target),
            stretch: get(&scored.stretch),
            baseline: get(&scored.baseline),
            points: get(&scored.points),
            state: scored.state.get(at).copied().unwrap_or(State::Unmeasured),
            method: reading.method,
        })
    }

    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The worse and the better end of the interval.
    pub fn ends(&self) -> (f64, f64) {
        if self.measure.lower_is_better { (self.upper, self.lower) } else { (self.lower, self.upper) }
    }

    /// The value falls short of the target, but the interval reaches it.
    pub fn may_be_met(&self) -> bool {
        let (_, best) = self.ends();
        let reached = if self.measure.lower_is_better { best <= self.target } else { best >= self.target };
        reached && matches!(self.standing(), Standing::Short | Standing::BelowFloor)
    }

    pub fn standing(&self) -> Standing {
        match self.state {
            State::TooFew => return Standing::TooFew,
            State::Measured | State::Doubtful => {}
            _ => return Standing::Unknown,
        }
        let better = |a: f64, b: f64| if self.measure.lower_is_better { a <= b } else { a >= b };
        let worse = |a: f64, b: f64| if self.measure.lower_is_better { a > b } else { a < b };
        let (worst, best) = self.ends();
        if self.value.is_nan() || self.target.is_nan() {
            Standing::Unknown
        } else if better(worst, self.target) && self.state == State::Measured {
            Standing::ProvenMet
        } else if better(self.value, self.target) {
            Standing::Met
        } else if worse(best, self.floor) {
            Standing::ProvenBelowFloor
        } else if worse(self.value, self.floor) {
            Standing::BelowFloor
        } else {
            Standing::Short
        }
    }
}

/// One standard as a table row.
#[derive(Clone, Debug, Serialize)]
pub struct StandardView {
    pub id: String,
    pub promise: String,
    pub measure: String,
    pub n: u64,
    pub n_text: String,
    pub value: Option<String>,
    /// Only where `adjust_for` changed the value.
    pub raw: Option<String>,
    pub interval: Option<String>,
    pub floor: Option<String>,
    pub target: Option<String>,
    pub stretch: Option<String>,
    pub points: Option<String>,
    pub lower_is_better: bool,
    pub state: &'static str,
    pub standing: &'static str,
    pub method: &'static str,
    /// How sure, in a sentence.
    pub sure: Option<String>,
}

impl StandardView {
    pub fn of(s: &StandardFigures<'_>, words: &Words) -> Self {
        let unit = s.unit();
        let show = |x: f64| (!x.is_nan()).then(|| unit.show(x, words));
        let ends = show(s.lower).zip(show(s.upper));
        let n_text = words.integer(s.n);
        let interval = ends.as_ref().map(|(l, u)| words.say("interval.short", &[("lower", l), ("upper", u)]));
        let sure = ends.as_ref().and_then(|(l, u)| {
            let records = words.count("records", s.n, &[])?;
            let target = show(s.target).unwrap_or_default();
            // The value falls short, and luck alone may be why.
            let key = if s.may_be_met() { "interval.sure_open" } else { "interval.sure" };
            Some(words.say(key, &[("lower", l), ("upper", u), ("records", &records), ("target", &target)]))
        });
        let adjusted = !s.measure.adjust_for.is_empty() && (s.raw - s.value).abs() > 1e-12;
        Self {
            id: s.standard.id.value.clone(),
            promise: s.standard.promise.value.clone(),
            measure: s.measure.id.value.clone(),
            n: s.n,
            n_text,
            value: show(s.value),
            raw: if adjusted { show(s.raw) } else { None },
            interval,
            floor: show(s.floor),
            target: show(s.target),
            stretch: show(s.stretch),
            points: (!s.points.is_nan()).then(|| words.number(s.points, 1)),
            lower_is_better: s.measure.lower_is_better,
            state: s.state.word(),
            standing: s.standing().word(),
            method: s.method,
            sure,
        }
    }
}
