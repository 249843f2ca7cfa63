//! The noun of this stage.

use super::Facts;
use crate::diagnostic::Diagnostic;
use crate::language::Because;
use crate::score::Scorecards;
use crate::score::ranks::{self, Places};
use crate::workspace::Plan;

/// What is recommended. The words stand in `recommendations.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Outcome {
    Reward,
    Develop,
    /// A person should review this for a sanction.
    Sanction,
    /// The process, not the people, is to be changed.
    ProcessReview,
    None,
    /// Too little evidence to say.
    Insufficient,
    /// An evaluation error: nobody is judged on it.
    Undecided,
}

impl Outcome {
    pub const ALL: [Outcome; 7] = [
        Outcome::Reward,
        Outcome::Develop,
        Outcome::Sanction,
        Outcome::ProcessReview,
        Outcome::None,
        Outcome::Insufficient,
        Outcome::Undecided,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Outcome::Reward => "reward",
            Outcome::Develop => "develop",
            Outcome::Sanction => "sanction",
            Outcome::ProcessReview => "process_review",
            Outcome::None => "none",
            Outcome::Insufficient => "insufficient",
            Outcome::Undecided => "undecided",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    Pass,
    Fail,
    /// Nothing is recorded: never passes.
    Unknown,
    /// Loosened by the policy, with an accepted risk.
    Waived,
}

impl Verdict {
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Unknown => "unknown",
            Verdict::Waived => "waived",
        }
    }
}

/// One gate, as it is printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// minimum, bound, multiplicity, reliability, source_types, rater_agreement, communicated, support, dispute, absence,
    /// learning, ladder; for rewards minimum, bound, doubtful; for develop minimum, estimate. See `GATES`.
    pub name: &'static str,
    pub verdict: Verdict,
    /// Its figure in words: `upper bound 54.1 % is below the floor of 60 % in 3 of the last 4 months`.
    pub figure: String,
}

/// A rule whose `when` was true (or missing) for the subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// Position in `Plan::rules`.
    pub rule: usize,
    /// `when` was missing.
    pub missing: bool,
    pub gates: Vec<Gate>,
    pub passed: bool,
    pub because: Option<Because>,
}

/// The evidence of one standard, for and against.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Position in `Plan::standards`.
    pub standard: usize,
    /// In favour of the subject, or against.
    pub favourable: bool,
    pub sentence: String,
}

/// Everything behind one recommendation; made on demand, for one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    pub outcome: Outcome,
    /// Position in `Plan::rules` of the rule that passed; for a `develop` that a sanction not proven turned into, that of
    /// the sanction's rule; none for a process review, and for help with what is due, which are the engine's.
    pub rule: Option<usize>,
    /// One sentence: stands in `recommendations.csv`.
    pub summary: String,
    /// Rules that were tried, in order, up to the one that passed.
    pub tried: Vec<Tried>,
    /// Wins first.
    pub evidence: Vec<Evidence>,
    /// Sentences: `would be sanction, not proven because …`; loosened gates; the missing parts.
    pub notes: Vec<String>,
    /// What would have to be different: `3 more kept promises of 40 would end this`.
    pub counterfactual: Option<String>,
    /// For sanctions the next step of the ladder.
    pub step: Option<String>,
    /// For develop: what is offered, per standard below target.
    pub develop: Vec<(usize, crate::workspace::Develop)>,
}

/// One level: the outcome of each cell (only judged periods and assessed subjects are set).
#[derive(Clone, Debug, Default)]
pub struct LevelOutcomes {
    /// `None` where the period is not judged, or where the subject has no record in it and isn't missed there (`Silent`).
    pub outcome: Vec<Option<Outcome>>,
    /// Position in `Plan::rules`.
    pub rule: Vec<Option<u16>>,
    /// For a process review: cell → position in `Plan::standards` of the standard that falls short.
    pub reviews: std::collections::BTreeMap<usize, usize>,
    /// Adjusted p-values of sanctions, worked out when a gate first asks for them.
    pub families: super::Families,
}

pub struct Recommendations {
    pub scorecards: Scorecards,
    pub facts: Facts,
    /// What is due of people on the day that is looked at.
    pub on_record: super::OnRecord,
    /// In the order of `Plan::levels`.
    pub levels: Vec<LevelOutcomes>,
    /// Expected ranks and bands, once somebody has asked: by level, then in the order of `Readings::judged`. Comparing everyone
    /// with everyone costs more than all the judging.
    pub places: std::sync::Arc<Vec<std::sync::OnceLock<Places>>>,
    /// Loosened gates, in words, for every report.
    pub loosened: Vec<String>,
    /// Evaluation errors of rules.
    pub failures: Vec<Diagnostic>,
}

impl Recommendations {
    /// Every evaluation error, from measures to rules, each said once: who rests on one is undecided.
    pub fn all_failures(&self) -> Vec<&Diagnostic> {
        let measured = self.scorecards.readings.failures.iter().map(|(_, failure)| failure);
        let mut all: Vec<&Diagnostic> = Vec::new();
        for failure in measured.chain(&self.scorecards.failures).chain(&self.failures) {
            // A script fails alike at every level.
            if all.iter().all(|held| held.message != failure.message) {
                all.push(failure);
            }
        }
        all
    }

    /// The evidence of responsibility, in the judged period or the last one before its end, that raises a person's reward
    /// (C65); none where nothing is rewarded, or the rule names nothing to raise it to.
    pub fn responsibility(
        &self,
        plan: &Plan,
        level: usize,
        subject: usize,
        period: usize,
    ) -> Option<&crate::records::EvidenceRow> {
        let readings = &self.scorecards.readings;
        let of_level = readings.levels.get(level).filter(|l| l.level == "person")?;
        let outcomes = self.levels.get(level)?;
        let cell = readings.cell(subject, period);
        outcomes.outcome.get(cell).copied().flatten().filter(|o| *o == Outcome::Reward)?;
        let rule = plan.rules.get(usize::from(outcomes.rule.get(cell).copied().flatten()?))?;
        rule.more.get("raised")?;
        let about = readings.periods.get(period)?;
        let within = |row: &&crate::records::EvidenceRow| {
            let last = row.to.or(row.from);
            let begun = about.end.is_none_or(|end| row.from.is_none_or(|from| from < end));
            begun && about.start.is_none_or(|start| last.is_none_or(|last| last >= start))
        };
        let rows = self.facts.of(&of_level.subjects.get(subject)?.id);
        rows.iter().filter(|row| row.kind == "responsibility").find(within)
    }

    /// What the deciding rule asks for: its `raised` where responsibility raises the reward, else its `action`.
    pub fn action<'p>(&self, plan: &'p Plan, level: usize, subject: usize, period: usize) -> Option<&'p str> {
        let cell = self.scorecards.readings.cell(subject, period);
        let rule = plan.rules.get(usize::from(self.levels.get(level)?.rule.get(cell).copied().flatten()?))?;
        let raised = || rule.more.get("raised").and_then(|r| r.as_str());
        let raised = self.responsibility(plan, level, subject, period).and_then(|_| raised());
        raised.or(rule.action.as_ref().map(|a| a.value.as_str()))
    }

    /// Expected ranks and bands of a level in a judged period.
    pub fn places(&self, plan: &Plan, level: usize, period: usize) -> Option<&Places> {
        let readings = &self.scorecards.readings;
        let judged = readings.judged.iter().position(|p| *p == period)?;
        let scores = self.scorecards.levels.get(level)?;
        let place = self.places.get(level * readings.judged.len() + judged)?;
        Some(place.get_or_init(|| ranks::places(plan, readings, level, scores, period)))
    }
}
