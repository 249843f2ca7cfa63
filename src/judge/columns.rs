//! The slots of a rule as columns over the subjects of one level in one period.

use std::ops::Range;
use std::sync::Arc;

use super::trend;
use super::view::{View, at};
use crate::language::{Column, TextColumn, Truth, Value};
use crate::measure::State;
use crate::score::{Basis, Combined, combine, counts};
use crate::workspace::{Attribute, Part, Rule, RuleSlot};

/// Makes columns for a run of subjects in one period.
pub(super) struct Columns<'a> {
    pub view: &'a View<'a>,
    pub period: usize,
    pub subjects: Range<usize>,
    /// For `offer: true`: values below the minimum are shown too, with groups and scores that count them.
    open: Option<Combined>,
}

impl<'a> Columns<'a> {
    pub fn new(view: &'a View<'a>, period: usize, subjects: Range<usize>) -> Columns<'a> {
        Columns { view, period, subjects, open: None }
    }

    /// The same with what stands below the minimum.
    pub fn open(view: &'a View<'a>, period: usize, subjects: Range<usize>) -> Columns<'a> {
        let cells = view.cell(subjects.start, 0)..view.cell(subjects.end, 0);
        let standards = &view.scores.standards;
        let basis = (Basis::Any, view.scorecards.readings.as_of);
        let open = combine(view.plan, view.level, standards, cells, basis, &view.environment);
        Columns { view, period, subjects, open: Some(open) }
    }

    /// The frame of a rule: a column for each of its slots, those it doesn't read left missing.
    pub fn frame(&self, rule: &Rule) -> Vec<Column> {
        let used = rule.when.slots();
        let missing = Column::Constant(Value::Missing);
        rule.slots
            .iter()
            .enumerate()
            .map(|(position, slot)| if used.contains(&position) { self.column(slot) } else { missing.clone() })
            .collect()
    }

    fn numbers(&self, of: impl Fn(usize) -> f64) -> Column {
        let cells = self.subjects.clone().map(|subject| self.view.cell(subject, self.period));
        Column::Number(Arc::new(cells.map(of).collect()))
    }

    /// A column of groups or scores: of the scorecards, or of those that count what is below the minimum.
    fn combined(&self, cards: &[f64], open: impl Fn(&Combined) -> Option<&Vec<f64>>) -> Column {
        let first = self.view.cell(self.subjects.start, 0);
        match &self.open {
            Some(combined) => self.numbers(|cell| open(combined).map_or(f64::NAN, |c| at(c, cell - first))),
            None => self.numbers(|cell| at(cards, cell)),
        }
    }

    pub fn column(&self, slot: &RuleSlot) -> Column {
        let scores = self.view.scores;
        match slot {
            RuleSlot::Of(Part::Standard(standard), attribute) => self.of_standard(*standard, *attribute),
            RuleSlot::Of(Part::Group(group), attribute) => self.of_group(*group, *attribute),
            RuleSlot::Score => self.combined(&scores.score, |c| Some(&c.score)),
            RuleSlot::ScoreLower => self.combined(&scores.score_lower, |c| Some(&c.lower)),
            RuleSlot::ScoreUpper => self.combined(&scores.score_upper, |c| Some(&c.upper)),
            RuleSlot::Subject => {
                let subjects = self.view.level.subjects.get(self.subjects.clone()).unwrap_or(&[]);
                Column::Text(TextColumn {
                    codes: Arc::new((0..subjects.len() as u32).collect()),
                    words: Arc::new(subjects.iter().map(|s| s.id.clone()).collect()),
                })
            }
            RuleSlot::Period => {
                let period = self.view.scorecards.readings.periods.get(self.period);
                Column::Constant(period.map_or(Value::Missing, |p| Value::Text(Arc::from(p.name.as_str()))))
            }
            RuleSlot::AsOf => Column::Constant(as_of(self.view)),
            RuleSlot::Met { standard, k, m } => {
                let direction = self.view.direction(*standard);
                self.of_periods(*standard, *k, *m, |value, _, card, cell| {
                    truth(direction.reaches(value, at(&card.target, cell)), value, at(&card.target, cell))
                })
            }
            RuleSlot::BelowFloor { standard, k, m } => {
                let direction = self.view.direction(*standard);
                self.of_periods(*standard, *k, *m, |_, (lower, upper), card, cell| {
                    let (best, floor) = (direction.best(lower, upper), at(&card.floor, cell));
                    truth(direction.short(best, floor), best, floor)
                })
            }
            RuleSlot::ProvenMet(standard) => {
                let direction = self.view.direction(*standard);
                self.of_periods(*standard, 1, 1, |_, (lower, upper), card, cell| {
                    let (worst, target) = (direction.worst(lower, upper), at(&card.target, cell));
                    truth(direction.beyond(worst, target), worst, target)
                })
            }
            RuleSlot::Previous(standard) => {
                let before = |cell: usize| self.period.checked_sub(1).map(|_| cell - 1);
                self.numbers(|cell| {
                    let before = before(cell).filter(|before| self.shown(*standard, *before));
                    before
                        .and_then(|b| self.view.measure(*standard).map(|m| at(&m.figures.value, b)))
                        .unwrap_or(f64::NAN)
                })
            }
            RuleSlot::Trend(standard) => Column::Text(TextColumn::of(
                self.subjects.clone().map(|subject| trend::word(self.view, *standard, subject, self.period)),
            )),
        }
    }

    /// Rules must not act on too few records: what stands below the minimum is missing to them.
    fn shown(&self, standard: usize, cell: usize) -> bool {
        self.view.measured(standard, cell) || self.open.is_some() && self.view.state(standard, cell) == State::TooFew
    }

    fn of_standard(&self, standard: usize, attribute: Attribute) -> Column {
        let (Some(measure), Some(card)) = (self.view.measure(standard), self.view.card(standard)) else {
            return Column::Constant(Value::Missing);
        };
        let figures = &measure.figures;
        let direction = self.view.direction(standard);
        let shown = |column: &Vec<f64>| {
            self.numbers(|cell| if self.shown(standard, cell) { at(column, cell) } else { f64::NAN })
        };
        let higher = direction == crate::score::Direction::Higher;
        match attribute {
            Attribute::Value => shown(&figures.value),
            Attribute::Lower => shown(&figures.lower),
            Attribute::Upper => shown(&figures.upper),
            Attribute::Worst => shown(if higher { &figures.lower } else { &figures.upper }),
            Attribute::Best => shown(if higher { &figures.upper } else { &figures.lower }),
            Attribute::Estimate => shown(&measure.estimate),
            Attribute::Points => shown(&card.points),
            Attribute::N => self.numbers(|cell| figures.n.get(cell).map_or(f64::NAN, |n| *n as f64)),
            Attribute::Floor => self.numbers(|cell| at(&card.floor, cell)),
            Attribute::Target => self.numbers(|cell| at(&card.target, cell)),
            Attribute::Stretch => self.numbers(|cell| at(&card.stretch, cell)),
            Attribute::Baseline => self.numbers(|cell| at(&card.baseline, cell)),
            Attribute::State => {
                let cells = self.subjects.clone().map(|subject| self.view.cell(subject, self.period));
                Column::Text(TextColumn::of(cells.map(|cell| Some(self.view.state(standard, cell).word()))))
            }
        }
    }

    /// A group's value, estimate and points are its points; its n is the smallest among its measured standards.
    fn of_group(&self, group: usize, attribute: Attribute) -> Column {
        let Some(card) = self.view.scores.groups.get(group) else { return Column::Constant(Value::Missing) };
        let points = || self.combined(&card.points, |c| c.groups.get(group).map(|g| &g.points));
        match attribute {
            Attribute::Value | Attribute::Estimate | Attribute::Points => points(),
            Attribute::Lower | Attribute::Worst => {
                self.combined(&card.lower, |c| c.groups.get(group).map(|g| &g.lower))
            }
            Attribute::Upper | Attribute::Best => self.combined(&card.upper, |c| c.groups.get(group).map(|g| &g.upper)),
            Attribute::N => {
                let leaves = self.view.leaves(Part::Group(group));
                self.numbers(|cell| {
                    let measured = leaves.iter().filter(|s| self.shown(**s, cell));
                    let n = measured.filter_map(|s| self.view.measure(*s)?.figures.n.get(cell));
                    n.min().map_or(f64::NAN, |n| *n as f64)
                })
            }
            Attribute::State => {
                let Column::Number(points) = points() else { return Column::Constant(Value::Missing) };
                let word = |p: &f64| if p.is_nan() { State::Unmeasured } else { State::Measured }.word();
                Column::Text(TextColumn::of(points.iter().map(|p| Some(word(p)))))
            }
            Attribute::Floor | Attribute::Target | Attribute::Stretch | Attribute::Baseline => {
                Column::Constant(Value::Missing)
            }
        }
    }

    /// Yes where `holds` in at least k of the last m complete periods. A period with too few records counts as not;
    /// fewer than m periods never suffice. A no needs a judged period that is measured: else it is missing.
    fn of_periods(
        &self,
        standard: usize,
        k: u32,
        m: u32,
        holds: impl Fn(f64, (f64, f64), &crate::score::StandardScores, usize) -> Truth,
    ) -> Column {
        let (Some(measure), Some(card)) = (self.view.measure(standard), self.view.card(standard)) else {
            return Column::Constant(Value::Missing);
        };
        let Some(window) = self.view.window(self.period, m.max(1)) else {
            return Column::Constant(Value::YesNo(false));
        };
        let figures = &measure.figures;
        let shown = |state: &State| counts(*state) || self.open.is_some() && *state == State::TooFew;
        let in_cell = |cell: usize| {
            if !card.state.get(cell).is_some_and(shown) {
                return Truth::MISSING;
            }
            holds(at(&figures.value, cell), (at(&figures.lower, cell), at(&figures.upper, cell)), card, cell)
        };
        let truths = self.subjects.clone().map(|subject| {
            let first = self.view.cell(subject, *window.start());
            let last = self.view.cell(subject, *window.end());
            let held = (first..=last).filter(|cell| in_cell(*cell).is_yes()).count();
            if held >= k as usize {
                Truth::YES
            } else if in_cell(last).is_missing() {
                Truth::MISSING
            } else {
                Truth::NO
            }
        });
        Column::YesNo(Arc::new(truths.collect()))
    }
}

fn truth(yes: bool, value: f64, line: f64) -> Truth {
    if value.is_nan() || line.is_nan() { Truth::MISSING } else { Truth::of(yes) }
}

/// The last microsecond of the `as_of` day.
fn as_of(view: &View<'_>) -> Value {
    let next = view.scorecards.readings.as_of.tomorrow().ok();
    let end = next.and_then(|day| day.to_zoned(view.plan.zone.clone()).ok());
    end.map_or(Value::Missing, |end| Value::Time(end.timestamp().as_microsecond() - 1))
}

impl View<'_> {
    /// The standards of a part, each once, in order.
    pub fn leaves(&self, part: Part) -> Vec<usize> {
        let mut leaves = Vec::new();
        let mut open = vec![part];
        while let Some(part) = open.pop() {
            match part {
                Part::Standard(standard) => leaves.push(standard),
                Part::Group(group) => open.extend(self.plan.scoring.groups.get(group).iter().flat_map(|g| &g.parts)),
            }
        }
        leaves.sort_unstable();
        leaves.dedup();
        leaves
    }
}
