//! What the rules name: only that is drawn, measured and scored again in every world.

use crate::score::Wanted;
use crate::workspace::{Attribute, Form, Part, Plan, Recommend, Rule, RuleSlot};

/// The level of single people.
pub(super) const PERSON: &str = "person";

/// What an audit needs, by position in the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Levels at which a rule rewards or sanctions.
    pub levels: Vec<bool>,
    pub standards: Vec<bool>,
    pub measures: Vec<bool>,
    /// By standard: something asks for its points.
    pub points: Vec<bool>,
    /// By measure: something asks for its estimate or reliability.
    pub shrunken: Vec<bool>,
    /// The score, or a group, is asked for.
    pub score: bool,
    /// Periods that the longest look back needs, the judged one among them.
    pub window: usize,
    /// A trend is asked for: it looks back on all periods there are.
    pub trend: bool,
}

/// Periods that a trend needs.
const TREND: usize = 8;

impl Named {
    pub fn of(plan: &Plan) -> Named {
        let levels: Vec<bool> = (0..plan.levels.len()).map(|level| last(plan, level).is_some()).collect();
        let mut named = Named {
            standards: vec![false; plan.standards.len()],
            measures: vec![false; plan.measures.len()],
            points: vec![false; plan.standards.len()],
            shrunken: vec![false; plan.measures.len()],
            score: false,
            window: 1,
            trend: false,
            levels: levels.clone(),
        };
        for (position, rule) in plan.rules.iter().enumerate() {
            let asked =
                |level: usize| last(plan, level).is_some_and(|last| position <= last) && asks(plan, rule, level);
            if (0..levels.len()).any(asked) {
                named.rule(plan, rule);
            }
        }
        if named.score {
            for standard in scored(plan) {
                named.standards[standard] = true;
                named.points[standard] = true;
            }
        }
        for standard in plan.standards.iter().zip(&named.standards).filter(|(_, n)| **n).map(|(s, _)| s) {
            measure(plan, standard.measure, &mut named.measures);
            let baseline = standard.baseline.as_ref().map(|b| &b.value);
            if baseline == Some(&crate::workspace::Line::Previous) {
                named.window = named.window.max(2);
            }
        }
        named
    }

    /// Somebody could be rewarded or sanctioned.
    pub fn anything(&self) -> bool {
        self.levels.contains(&true)
    }

    fn rule(&mut self, plan: &Plan, rule: &Rule) {
        let used = rule.when.slots();
        for (position, slot) in rule.slots.iter().enumerate() {
            if used.contains(&position) {
                self.slot(plan, slot);
            }
        }
        self.score |= rule.claims.is_empty();
        for standard in rule.claims.iter().chain(&rule.corroborated_by) {
            if let Some(named) = self.standards.get_mut(*standard) {
                *named = true;
            }
        }
        if rule.recommend != Recommend::Reward {
            // offers are made on estimates; a sanction needs its figures to be reliable, and estimates to corroborate them
            let all = if rule.claims.is_empty() { scored(plan) } else { rule.claims.clone() };
            all.iter().chain(&rule.corroborated_by).for_each(|standard| self.shrinks(plan, *standard));
        }
        if rule.recommend == Recommend::Sanction {
            let (_, m) = rule.k_of_m.unwrap_or((plan.fairness.k, plan.fairness.m));
            self.window = self.window.max(m as usize);
        }
    }

    fn shrinks(&mut self, plan: &Plan, standard: usize) {
        let measure = plan.standards.get(standard).map(|s| s.measure);
        if let Some(shrunken) = measure.and_then(|m| self.shrunken.get_mut(m)) {
            *shrunken = true;
        }
    }

    fn slot(&mut self, plan: &Plan, slot: &RuleSlot) {
        match slot {
            RuleSlot::Of(Part::Standard(s), Attribute::Estimate) => self.shrinks(plan, *s),
            RuleSlot::Of(Part::Standard(s), Attribute::Points) => self.points[*s] = true,
            RuleSlot::Trend(_) => self.trend = true,
            _ => {}
        }
        let (standard, window) = match slot {
            RuleSlot::Of(Part::Standard(s), _) | RuleSlot::ProvenMet(s) => (*s, 1),
            RuleSlot::Previous(s) => (*s, 2),
            RuleSlot::Trend(s) => (*s, TREND),
            RuleSlot::Met { standard, m, .. } | RuleSlot::BelowFloor { standard, m, .. } => (*standard, *m as usize),
            RuleSlot::Of(part @ Part::Group(_), _) => {
                self.score = true;
                for leaf in leaves(plan, *part) {
                    self.standards[leaf] = true;
                    self.points[leaf] = true;
                }
                return;
            }
            RuleSlot::Score | RuleSlot::ScoreLower | RuleSlot::ScoreUpper => {
                self.score = true;
                return;
            }
            RuleSlot::Subject | RuleSlot::Period | RuleSlot::AsOf => return,
        };
        self.window = self.window.max(window);
        if let Some(named) = self.standards.get_mut(standard) {
            *named = true;
        }
    }

    /// By standard: what is asked of its scores.
    pub fn wanted(&self) -> Vec<Wanted> {
        let of = |(named, points): (&bool, &bool)| match (named, points) {
            (_, true) => Wanted::Points,
            (true, false) => Wanted::State,
            _ => Wanted::Nothing,
        };
        self.standards.iter().zip(&self.points).map(of).collect()
    }

    /// Positions of the measures.
    pub fn measures(&self) -> Vec<usize> {
        self.measures.iter().enumerate().filter(|(_, named)| **named).map(|(i, _)| i).collect()
    }
}

/// Whether a rule is asked at a level: a sanction is for persons unless it names its levels.
pub(super) fn asks(plan: &Plan, rule: &Rule, level: usize) -> bool {
    let person = plan.levels.get(level).is_some_and(|l| l.value == PERSON);
    rule.levels.contains(&level) && (person || rule.recommend != Recommend::Sanction || rule.levels_named)
}

/// The last rule of a level that rewards or sanctions: what comes after it can't change who is.
fn last(plan: &Plan, level: usize) -> Option<usize> {
    let acts = |rule: &Rule| rule.recommend != Recommend::Develop && asks(plan, rule, level);
    plan.rules.iter().rposition(acts)
}

/// The standards that the score is made of.
pub(super) fn scored(plan: &Plan) -> Vec<usize> {
    match plan.scoring.total {
        Some(total) => leaves(plan, Part::Group(total)),
        None => (0..plan.standards.len()).collect(),
    }
}

fn leaves(plan: &Plan, part: Part) -> Vec<usize> {
    let mut leaves = Vec::new();
    let mut open = vec![part];
    while let Some(part) = open.pop() {
        match part {
            Part::Standard(standard) => leaves.push(standard),
            Part::Group(group) => open.extend(plan.scoring.groups.get(group).iter().flat_map(|g| &g.parts)),
        }
    }
    leaves.sort_unstable();
    leaves.dedup();
    leaves
}

/// Marks a measure and, for a formula, its inputs.
fn measure(plan: &Plan, position: usize, named: &mut [bool]) {
    let Some(mark) = named.get_mut(position).filter(|m| !**m) else { return };
    *mark = true;
    if let Some(Form::Formula { inputs, .. }) = plan.measures.get(position).map(|m| &m.form) {
        inputs.iter().for_each(|input| measure(plan, *input, named));
    }
}
