//! Everything behind one recommendation, made on demand: the rules that were tried with their gates, the evidence for and
//! against, what would have to be different, and what is offered.

use jiff::ToSpan;

use super::columns::Columns;
use super::counterfactual::{self, Goal};
use super::gates::{Case, Protocol, below_target, line, run};
use super::history;
use super::resolve::{evaluate, for_level};
use super::view::{View, at};
use super::words;
use super::{Detail, Evidence, Notice, Outcome, Recommendations, Step, Tried, Verdict};
use crate::language::{Frame, Truth};
use crate::measure::State;
use crate::score::counts;
use crate::workspace::{Develop, Plan, Recommend};

impl Recommendations {
    /// The detail of one subject in one period; positions as in `Plan::levels` and the readings. Where nobody was judged
    /// the outcome is `None` and the rest is empty.
    pub fn detail(&self, plan: &Plan, level: usize, subject: usize, period: usize) -> Detail {
        let empty = Detail {
            outcome: Outcome::None,
            rule: None,
            summary: String::new(),
            tried: Vec::new(),
            evidence: Vec::new(),
            notes: Vec::new(),
            counterfactual: None,
            step: None,
            develop: Vec::new(),
        };
        let (Some(view), Some(outcomes)) =
            (View::new(plan, &self.scorecards, &self.facts, level), self.levels.get(level))
        else {
            return empty;
        };
        let cell = view.cell(subject, period);
        let Some(outcome) = outcomes.outcome.get(cell).copied().flatten() else { return empty };
        let rule = outcomes.rule.get(cell).copied().flatten().map(usize::from);
        let teller = Teller { recommendations: self, view: &view, subject, period, cell, outcome, rule };
        if let Some(summary) = teller.silence() {
            return Detail { outcome, summary, ..empty };
        }
        let mut notes = Vec::new();
        // A process review comes before the rules: none was tried.
        let tried = if outcome == Outcome::ProcessReview { Vec::new() } else { teller.tried(outcomes, &mut notes) };
        teller.notes(&tried, &mut notes);
        let develop = teller.develop(&mut notes);
        Detail {
            summary: teller.summary(tried.iter().any(|t| !t.missing)),
            evidence: teller.evidence(),
            counterfactual: teller.counterfactual(),
            step: teller.step().map(|step| step.word().to_owned()),
            outcome,
            rule,
            tried,
            notes,
            develop,
        }
    }
}

/// The one-sentence summaries of a level, for tables: what `detail` says, without gates, evidence and reasons.
pub struct Briefs<'a> {
    recommendations: &'a Recommendations,
    view: View<'a>,
}

impl Recommendations {
    /// For one level; `None` where there is no such level.
    pub fn briefs<'a>(&'a self, plan: &'a Plan, level: usize) -> Option<Briefs<'a>> {
        let view = View::new(plan, &self.scorecards, &self.facts, level)?;
        Some(Briefs { recommendations: self, view })
    }
}

impl Briefs<'_> {
    /// Outcome, rule and summary of a cell; the rest of the detail is empty. `None` where nobody was judged.
    pub fn of(&self, subject: usize, period: usize) -> Option<Detail> {
        let view = &self.view;
        let outcomes = self.recommendations.levels.get(view.index)?;
        let cell = view.cell(subject, period);
        let outcome = outcomes.outcome.get(cell).copied().flatten()?;
        let rule = outcomes.rule.get(cell).copied().flatten().map(usize::from);
        let teller = Teller { recommendations: self.recommendations, view, subject, period, cell, outcome, rule };
        let tried = outcome == Outcome::None && teller.some_rule_was_true();
        Some(Detail {
            summary: teller.summary(tried),
            evidence: Vec::new(),
            counterfactual: None,
            step: None,
            outcome,
            rule,
            tried: Vec::new(),
            notes: Vec::new(),
            develop: Vec::new(),
        })
    }
}

/// The next step of the ladder of a recommended sanction, in words.
pub(super) fn step(
    recommendations: &Recommendations,
    plan: &Plan,
    level: usize,
    subject: usize,
    period: usize,
) -> Option<String> {
    let view = View::new(plan, &recommendations.scorecards, &recommendations.facts, level)?;
    let cell = view.cell(subject, period);
    let outcomes = recommendations.levels.get(level)?;
    let outcome = outcomes.outcome.get(cell).copied().flatten()?;
    let rule = outcomes.rule.get(cell).copied().flatten().map(usize::from);
    let step = Teller { recommendations, view: &view, subject, period, cell, outcome, rule }.step()?;
    Some(step.word().to_owned())
}

struct Teller<'a> {
    recommendations: &'a Recommendations,
    view: &'a View<'a>,
    subject: usize,
    period: usize,
    cell: usize,
    outcome: Outcome,
    rule: Option<usize>,
}

impl Teller<'_> {
    fn case(&self, position: usize) -> Option<Case<'_>> {
        let rule = self.view.plan.rules.get(position)?;
        Some(Case { view: self.view, rule, position, subject: self.subject, period: self.period, cell: self.cell })
    }

    /// The rules in order, up to the one that passed.
    fn tried(&self, outcomes: &super::LevelOutcomes, notes: &mut Vec<String>) -> Vec<Tried> {
        let view = self.view;
        let one = self.subject..self.subject + 1;
        let mut tried = Vec::new();
        for (position, rule) in for_level(view) {
            if !view.applies(rule, self.subject, self.period) {
                continue;
            }
            let columns = if rule.offer {
                Columns::open(view, self.period, one.clone())
            } else {
                Columns::new(view, self.period, one.clone())
            };
            let truth = match evaluate(view, rule, &columns, 1) {
                Ok(truths) => truths.get(0),
                Err(_) => {
                    notes.push(words::rule_failed(view.words, &rule.id.value));
                    continue;
                }
            };
            if truth == Truth::NO {
                continue;
            }
            let frame = columns.frame(rule);
            let because = rule.when.because(Frame { rows: 1, columns: &frame }, 0, &view.environment).ok();
            if truth.is_missing() {
                tried.push(Tried { rule: position, missing: true, gates: Vec::new(), passed: false, because });
                continue;
            }
            let Some(case) = self.case(position) else { continue };
            let mut protocol = Protocol::full();
            run(&case, &mut protocol, &outcomes.families, true);
            let (passed, gates) = protocol.finish();
            tried.push(Tried { rule: position, missing: false, gates, passed, because });
            if passed {
                break;
            }
        }
        tried
    }

    fn notes(&self, tried: &[Tried], notes: &mut Vec<String>) {
        let (view, plan) = (self.view, self.view.plan);
        for attempt in tried {
            let Some(rule) = plan.rules.get(attempt.rule) else { continue };
            if attempt.missing {
                notes.push(words::rule_missing(view.words, &rule.id.value));
            } else if !attempt.passed {
                let stops = |verdict| matches!(verdict, Verdict::Fail | Verdict::Unknown);
                let open = attempt.gates.iter().filter(|gate| stops(gate.verdict));
                notes.push(words::would_be(view.words, rule.recommend, &rule.id.value, open));
            } else if rule.recommend == Recommend::Sanction {
                notes.push(words::sanction_is_for_review(view.words, view.person));
            }
        }
        if tried.iter().flat_map(|t| &t.gates).any(|gate| gate.verdict == Verdict::Waived) {
            notes.extend(self.recommendations.loosened.iter().cloned());
        }
        if self.outcome == Outcome::ProcessReview {
            let outcomes = self.recommendations.levels.get(view.index);
            let standard = outcomes.and_then(|outcomes| outcomes.reviews.get(&self.cell));
            notes.extend(standard.map(|standard| words::common_cause(view, *standard, self.cell)));
        }
        notes.extend(self.due().map(|notice| notice.sentence(view.words)));
        notes.extend(self.responsibility());
        for standard in 0..plan.standards.len() {
            notes.extend(self.critical(standard));
            let state = view.state(standard, self.cell);
            if matches!(state, State::TooFew | State::Doubtful | State::Unmeasured | State::Failed) {
                notes.push(words::state(view, standard, self.cell, state));
            }
        }
        if view.ungraded {
            notes.push(words::ungraded(view.words));
        } else if view.score(self.cell)[0].is_nan() {
            notes.push(words::no_score(view.words, plan.scoring.min_weight));
        }
    }

    /// What is due of the person, in the period judged last: on the day that is looked at.
    fn due(&self) -> impl Iterator<Item = &Notice> {
        let last = self.view.scorecards.readings.judged.last() == Some(&self.period);
        let id = (self.view.person && last).then(|| self.view.subject_id(self.subject));
        id.into_iter().flat_map(|id| self.recommendations.on_record.of_person(id))
    }

    /// Responsibility is rewarded (C65): evidence of it in the judged period raises a reward, and the text says so.
    fn responsibility(&self) -> Option<String> {
        let name = self.view.level.subjects.get(self.subject).map_or("", |s| &s.name);
        let row = self.recommendations.responsibility(self.view.plan, self.view.index, self.subject, self.period)?;
        Some(words::responsible(self.view.words, name, row))
    }

    /// Failed critical items of an observed review, apart from its score.
    fn critical(&self, standard: usize) -> Option<String> {
        let (view, plan) = (self.view, self.view.plan);
        let scorecard = plan.measures.get(plan.standards.get(standard)?.measure)?.scorecard.as_ref()?;
        let id = scorecard.critical.as_ref()?;
        let position = plan.measures.iter().position(|m| m.id.value == *id)?;
        let crate::measure::Tallies::Share { hits, n } = &view.level.measures.get(position)?.tallies else {
            return None;
        };
        let (failed, reviews) = (*hits.get(self.cell)?, *n.get(self.cell)?);
        (failed > 0).then(|| words::critical(view, standard, failed, reviews, scorecard.cap))
    }

    /// Wins first, each with its n and interval.
    fn evidence(&self) -> Vec<Evidence> {
        let view = self.view;
        let measured = (0..view.plan.standards.len()).filter(|standard| counts(view.state(*standard, self.cell)));
        let mut evidence: Vec<Evidence> = measured
            .map(|standard| {
                let value = view.measure(standard).map_or(f64::NAN, |m| at(&m.figures.value, self.cell));
                let favourable = view.direction(standard).reaches(value, line(view, standard, self.cell).1);
                let trend = super::trend::word(view, standard, self.subject, self.period);
                Evidence { standard, favourable, sentence: words::evidence(view, standard, self.cell, trend) }
            })
            .collect();
        evidence.sort_by_key(|e| (!e.favourable, e.standard));
        evidence
    }

    /// The standards below target on which the outcome rests.
    fn short(&self) -> Vec<usize> {
        let Some(rule) = self.rule.and_then(|rule| self.view.plan.rules.get(rule)) else { return Vec::new() };
        below_target(self.view, rule, self.cell, rule.offer)
    }

    /// What is offered, with the day by which and the period in which it is measured again (C10).
    fn develop(&self, notes: &mut Vec<String>) -> Vec<(usize, Develop)> {
        if self.outcome != Outcome::Develop {
            return Vec::new();
        }
        let view = self.view;
        let as_of = view.scorecards.readings.as_of;
        let mut offered = Vec::new();
        for standard in self.short() {
            let Some(about) = view.plan.standards.get(standard) else { continue };
            let develop = about.develop.clone().unwrap_or_default();
            let days = develop.within_days.unwrap_or(DAYS);
            let by = as_of.checked_add(days.days()).unwrap_or(as_of);
            notes.push(words::offer(view, standard, &develop, by));
            offered.push((standard, develop));
        }
        offered
    }

    fn counterfactual(&self) -> Option<String> {
        let goal = match self.outcome {
            Outcome::Develop => Goal::Target,
            Outcome::Sanction => Goal::Floor,
            _ => return None,
        };
        counterfactual::sentence(self.view, &self.short(), self.cell, goal)
    }

    fn step(&self) -> Option<Step> {
        if self.outcome != Outcome::Sanction || !self.view.person {
            return None;
        }
        history::next_step(&self.case(self.rule?)?)
    }

    /// A rule's `when` was true: the same question as whether `tried` holds one, without gates and reasons.
    fn some_rule_was_true(&self) -> bool {
        let one = self.subject..self.subject + 1;
        for_level(self.view).filter(|(_, rule)| self.view.applies(rule, self.subject, self.period)).any(|(_, rule)| {
            let open = if rule.offer { Columns::open } else { Columns::new };
            let columns = open(self.view, self.period, one.clone());
            evaluate(self.view, rule, &columns, 1).is_ok_and(|truths| truths.get(0) == Truth::YES)
        })
    }

    /// The display name; an organisation without one of its own is called just that.
    fn name(&self) -> String {
        let level = &self.view.level;
        let Some(subject) = level.subjects.get(self.subject) else { return String::new() };
        if level.level == "organisation" && subject.name == subject.id {
            return self.view.words.say("level.organisation.one", &[]);
        }
        subject.name.to_string()
    }

    /// What is said of a subject of whom nothing arrived.
    fn silence(&self) -> Option<String> {
        let last = super::silence::last_heard(self.view, self.subject, self.period)?;
        Some(super::silence::summary(self.view, &self.name(), self.period, last))
    }

    /// One sentence. `tried`: some rule's `when` was true.
    fn summary(&self, tried: bool) -> String {
        if let Some(silence) = self.silence() {
            return silence;
        }
        let view = self.view;
        let name = &self.name();
        let rule = self.rule.and_then(|rule| view.plan.rules.get(rule));
        let unproven = self.outcome == Outcome::Develop && rule.is_some_and(|r| r.recommend == Recommend::Sanction);
        let short = self.short();
        match self.outcome {
            Outcome::Reward => words::rewarded(view, name, rule, self.cell),
            Outcome::Develop if rule.is_none() => {
                words::offered_what_is_due(view.words, name, self.due().find(|notice| notice.kind.asks_for_help()))
            }
            Outcome::Develop => words::developed(view, name, &short, self.cell, unproven),
            Outcome::Sanction => words::sanctioned(view, name, &short, self.cell, self.step()),
            Outcome::ProcessReview => words::reviewed(view.words, name),
            Outcome::None => words::nothing(view.words, name, tried),
            Outcome::Insufficient => words::insufficient(view, name, self.cell),
            Outcome::Undecided => words::undecided(view.words, name),
        }
    }
}

/// Where a standard names no time for its help.
const DAYS: i64 = 30;
