//! What a charter covers (C31 to C33, C51, C52, C68, C40, C18): each word that a good charter has a standard about, with the standards
//! that are, or the reason why none is. One table for `check`, `judge` and the report.

use std::collections::BTreeSet;

use serde_json::Value;

use super::keys::{PERSPECTIVES, PHASES, PURPOSES, QUALITIES};
use super::plan::{Measure, MeasureKind, Plan, ProbeKind, Rule, Standard};

/// What objective measures are about.
pub const OBJECTIVE_TAGS: [&str; 7] =
    ["service_results", "sales", "revenue_protection", "accuracy", "productivity", "expenses", "attendance"];
/// What subjective measures are about.
pub const SUBJECTIVE_TAGS: [&str; 6] =
    ["satisfaction", "example", "relations", "policy_adherence", "communication", "career_development"];
/// Tags that some finding asks about.
pub const OTHER_TAGS: [&str; 5] = ["initiative", "outgoing", "pro-activity", "contact", "empowerment"];
/// The nine points of excellence.
pub const NINE_POINTS: &[&str] = QUALITIES.split_at(9).0;
/// The five basics of service.
pub const BASICS: &[&str] = QUALITIES.split_at(9).1;

/// What the words of a row are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Objective,
    Subjective,
    Purpose,
    Basics,
    NinePoints,
    Phase,
    Perspective,
    Channel,
}

impl Topic {
    pub const ALL: [Topic; 8] = [
        Topic::Objective,
        Topic::Subjective,
        Topic::Purpose,
        Topic::Basics,
        Topic::NinePoints,
        Topic::Phase,
        Topic::Perspective,
        Topic::Channel,
    ];

    /// For machines, and in keys of the strings files.
    pub fn word(self) -> &'static str {
        match self {
            Topic::Objective => "objective",
            Topic::Subjective => "subjective",
            Topic::Purpose => "purpose",
            Topic::Basics => "basics",
            Topic::NinePoints => "nine_points",
            Topic::Phase => "phase",
            Topic::Perspective => "perspective",
            Topic::Channel => "channel",
        }
    }
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    pub topic: Topic,
    /// A word of the format; for a channel the author's.
    pub word: String,
    /// Ids of the standards that are about it, in the order of the workspace; of a measure where no standard rests on it.
    pub by: Vec<String>,
    /// The reason under `charter: waivers:` for going without.
    pub waiver: Option<String>,
}

impl Covered {
    /// Neither covered nor left out on purpose.
    pub fn lacking(&self) -> bool {
        self.by.is_empty() && self.waiver.is_none()
    }
}

impl Plan {
    /// The whole table: topics in their order, and within each the words in theirs.
    pub fn coverage(&self) -> Vec<Covered> {
        Topic::ALL.into_iter().flat_map(|topic| self.covered(topic)).collect()
    }

    /// The rows of one topic.
    pub fn covered(&self, topic: Topic) -> Vec<Covered> {
        let row = |word: &str| Covered {
            topic,
            word: word.to_owned(),
            by: self.about(topic, word),
            waiver: self.waiver(word).map(str::to_owned),
        };
        match topic {
            Topic::Objective => OBJECTIVE_TAGS.iter().map(|word| row(word)).collect(),
            Topic::Subjective => SUBJECTIVE_TAGS.iter().map(|word| row(word)).collect(),
            Topic::Purpose => PURPOSES.iter().map(|word| row(word)).collect(),
            Topic::Basics => BASICS.iter().map(|word| row(word)).collect(),
            Topic::NinePoints => NINE_POINTS.iter().map(|word| row(word)).collect(),
            Topic::Phase => PHASES.iter().map(|word| row(word)).collect(),
            Topic::Perspective => PERSPECTIVES.iter().map(|word| row(word)).collect(),
            Topic::Channel => texts(self.charter.more.get("channels")).into_iter().map(row).collect(),
        }
    }

    /// Who is about a word.
    fn about(&self, topic: Topic, word: &str) -> Vec<String> {
        let standards = |holds: &dyn Fn(&Standard) -> bool| -> Vec<String> {
            self.standards.iter().filter(|s| holds(s)).map(|s| s.id.value.clone()).collect()
        };
        let written = |value: &Option<crate::diagnostic::Authored<String>>| {
            value.as_ref().is_some_and(|written| written.value == word)
        };
        match topic {
            Topic::Objective => self.tagged(MeasureKind::Objective, word),
            Topic::Subjective => self.tagged(MeasureKind::Subjective, word),
            Topic::Purpose => self.or_measures(&|m| m.purpose.as_ref().is_some_and(|p| p.value == word), |_| false),
            Topic::Basics | Topic::NinePoints => standards(&|s| written(&s.quality)),
            Topic::Phase => standards(&|s| written(&s.phase)),
            Topic::Perspective => standards(&|s| match &s.perspective {
                Some(written) => written.value == word,
                None => word == "customer",
            }),
            Topic::Channel => standards(&|s| self.measures.get(s.measure).is_some_and(|m| self.takes_in(m, word))),
        }
    }

    /// Whose tags hold a word, at a measure of the kind that the word is about.
    fn tagged(&self, kind: MeasureKind, word: &str) -> Vec<String> {
        let of_kind = |s: &Standard| self.measures.get(s.measure).is_some_and(|m| m.kind == kind);
        let measure = |m: &Measure| m.kind == kind && tags(&m.more).contains(&word);
        self.or_measures(&measure, |s| of_kind(s) && tags(&s.more).contains(&word))
    }

    /// Standards that hold themselves or by their measure, then measures without a standard.
    fn or_measures(&self, measure: &dyn Fn(&Measure) -> bool, standard: impl Fn(&Standard) -> bool) -> Vec<String> {
        let holds = |s: &&Standard| standard(s) || self.measures.get(s.measure).is_some_and(measure);
        let mut found: Vec<String> = self.standards.iter().filter(holds).map(|s| s.id.value.clone()).collect();
        let used: BTreeSet<usize> = self.standards.iter().map(|s| s.measure).collect();
        let others = self.measures.iter().enumerate().filter(|(m, _)| !used.contains(m));
        // Those of items and probes were made from another, which stands for them.
        let others = others.filter(|(_, m)| m.probe.is_none() && !self.is_item(m) && measure(m));
        found.extend(others.map(|(_, m)| m.id.value.clone()));
        found
    }

    /// Whether a measure was made for an item of a review.
    pub fn is_item(&self, measure: &Measure) -> bool {
        let scorecards = self.measures.iter().filter_map(|m| m.scorecard.as_ref());
        let id = measure.id.value.as_str();
        scorecards.into_iter().any(|s| s.critical.as_deref() == Some(id) || s.items.iter().any(|i| i.measure == id))
    }

    /// The measure takes in what came on a channel: it reads contacts that name their channel, or answers about them, and doesn't
    /// look at the channel, or names this one.
    pub fn takes_in(&self, measure: &Measure, channel: &str) -> bool {
        let traffic = |m: &&Measure| m.probe.as_ref().is_some_and(|p| p.kind == ProbeKind::Traffic && p.of == channel);
        self.measures.iter().filter(traffic).any(|traffic| self.takes_in_of(measure, traffic.source, channel))
    }

    /// The same of the contacts of one source.
    pub fn takes_in_of(&self, measure: &Measure, contacts: Option<usize>, channel: &str) -> bool {
        let answers = |s: usize| self.sources.get(s).and_then(|s| s.credit.as_ref()).map(|c| c.through) == contacts;
        if measure.probe.is_some() || !(measure.source == contacts || measure.source.is_some_and(answers)) {
            return false;
        }
        match &measure.filter {
            None => true,
            Some(filter) => {
                let wording = filter.wording();
                !wording.contains("channel") || wording.contains(&format!("\"{channel}\""))
            }
        }
    }

    /// The standards about one of the nine points.
    pub fn standards_about<'a>(&'a self, quality: &'a str) -> impl Iterator<Item = usize> + 'a {
        let about = move |s: &Standard| s.quality.as_ref().is_some_and(|q| q.value == quality);
        self.standards.iter().enumerate().filter(move |(_, s)| about(s)).map(|(position, _)| position)
    }
}

impl Rule {
    /// `award: excellence`: all nine points must be proven.
    pub fn is_award(&self) -> bool {
        self.more.get("award").and_then(Value::as_str).is_some_and(|word| word.trim() == "excellence")
    }
}

/// The tags of a standard or measure.
pub fn tags(more: &std::collections::BTreeMap<String, Value>) -> Vec<&str> {
    texts(more.get("tags"))
}

/// One text, or a list of them.
fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(one)) => vec![one.trim()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).map(str::trim).collect(),
        _ => Vec::new(),
    }
}
