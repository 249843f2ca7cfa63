//! The `because` texts of rules, and the sentence that stands in `recommendations.csv`.

use std::collections::BTreeMap;

use minijinja::Value;

use super::environment::Engine;
use super::standing::StandardFigures;
use super::{Cell, Report, faults};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::judge::{Detail, Outcome};
use crate::said;
use crate::workspace::{Attribute, Plan, Recommend};

use super::codes;

/// A `because` that can be read, with the names it needs.
pub struct BecauseText {
    /// First parts of the names, sorted: only these are looked up.
    names: Vec<String>,
}

/// What is said about one recommendation.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// One sentence, never empty of meaning: for a sanction it says that a person should review this.
    pub summary: String,
    /// The rule's own words, where it has some and they could be said.
    pub because: Option<String>,
}

/// Names that every `because` knows beside standards and groups.
const GENERAL: [&str; 9] =
    ["subject", "period", "as_of", "score", "score_lower", "score_upper", "level", "charter", "rule"];

/// Reads the `because` texts, by rule. An unknown name is an error here, before anybody's figures are looked at.
pub fn read(plan: &Plan, engine: &mut Engine) -> (Vec<Option<BecauseText>>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let mut texts = Vec::with_capacity(plan.rules.len());
    for (position, rule) in plan.rules.iter().enumerate() {
        let Some(text) = &rule.because else {
            texts.push(None);
            continue;
        };
        match engine.add_line(position, &text.value) {
            Err(error) => {
                problems.push(faults::of_line(&error, text, &rule.id.value));
                texts.push(None);
            }
            Ok(paths) => {
                problems.extend(paths.iter().filter_map(|path| unknown(plan, path, text, &rule.id.value)));
                problems.extend(super::foresight::of_line(plan, engine, text, &rule.id.value));
                let mut names: Vec<String> =
                    paths.iter().filter_map(|p| p.split('.').next()).map(str::to_owned).collect();
                names.dedup();
                texts.push(Some(BecauseText { names }));
            }
        }
    }
    (texts, problems)
}

/// What is wrong with a name, if something is.
fn unknown(plan: &Plan, path: &str, text: &crate::diagnostic::Text, rule: &str) -> Option<Diagnostic> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(f, r)| (f, Some(r)));
    let standards = plan.standards.iter().map(|s| s.id.value.as_str());
    let groups = plan.scoring.groups.iter().map(|g| g.id.value.as_str());
    let own: Vec<&str> = standards.chain(groups).collect();
    let problem = |name: &str, near: Option<&str>| {
        let what = said!("`{name}` is not a name that this text knows", name);
        let message = faults::in_because(rule, what);
        let span = text.value.find(name).map_or(text.origin.span, |at| text.span(at..at + name.len()));
        let problem = Diagnostic::error(&codes::TEMPLATE_NAME, message).at(span, said!("no such name"));
        problem.help(match near {
            Some(near) => said!("did you mean `{near}`?", near),
            None => said!("use `subject`, `period`, `score` or the name of a standard with its figures"),
        })
    };
    if !GENERAL.contains(&first) && !own.contains(&first) {
        return Some(problem(first, did_you_mean(first, own.iter().copied().chain(GENERAL))));
    }
    let attribute = rest?;
    let more = ["promise", "unit", "name"];
    let known: Vec<&str> = match first {
        "charter" => vec!["name", "version", "id"],
        // Columns of the people file are the author's own.
        "subject" => return None,
        _ if own.contains(&first) => Attribute::ALL.iter().map(|(n, _)| *n).chain(more).collect(),
        _ => return Some(problem(path, Some(first))),
    };
    let attribute = attribute.split('.').next().unwrap_or(attribute);
    (!known.contains(&attribute)).then(|| {
        let near = did_you_mean(attribute, known.iter().copied()).map(|near| format!("{first}.{near}"));
        problem(&format!("{first}.{attribute}"), near.as_deref())
    })
}

fn figure(x: f64) -> Value {
    super::rounded(x).map_or_else(|| Value::from(()), Value::from)
}

impl Report<'_> {
    /// The sentence and the rule's own words of one recommendation.
    pub fn told(&self, cell: Cell, detail: &Detail) -> Told {
        // A sanction that was not proven can end as an offer of help: then its rule's words are not said.
        let spoken = |rule: &usize| {
            let recommend = self.plan.rules.get(*rule).map(|r| r.recommend);
            match detail.outcome {
                Outcome::Reward => recommend == Some(Recommend::Reward),
                Outcome::Develop => recommend == Some(Recommend::Develop),
                Outcome::Sanction => recommend == Some(Recommend::Sanction),
                _ => false,
            }
        };
        let because = detail.rule.filter(spoken).and_then(|rule| self.because(cell, rule));
        let summary = because.clone().unwrap_or_else(|| detail.summary.clone());
        // One line; the narrow spaces of a language stay.
        let summary = summary.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let reviewed = self.words.say("sanction.review", &[]);
        let says = |text: &str, phrase: &str| text.to_lowercase().contains(&phrase.to_lowercase());
        let careful =
            says(&summary, &reviewed) || says(&summary, &crate::words::Words::english().say("sanction.review", &[]));
        if detail.outcome == Outcome::Sanction && !careful {
            return Told { summary: self.words.say("sanction.because", &[("because", &summary)]), because };
        }
        Told { summary, because }
    }

    /// A rule's `because`, filled in; `None` where it has none or a figure that it needs is missing (then noted).
    fn because(&self, cell: Cell, rule: usize) -> Option<String> {
        let text = self.becauses.get(rule)?.as_ref()?;
        let names = text.names.iter().map(|n| (n.clone(), self.name(cell, rule, n))).collect::<BTreeMap<_, _>>();
        match self.engine.line(rule, names) {
            Ok(said) => Some(said.trim().to_owned()).filter(|s| !s.is_empty()),
            Err(error) => {
                let rule_of = self.plan.rules.get(rule)?;
                let fault = faults::of_line(&error, rule_of.because.as_ref()?, &rule_of.id.value);
                let mut unsaid = self.unsaid.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                unsaid.entry(rule).or_insert((fault, 0)).1 += 1;
                None
            }
        }
    }

    /// The value of a name that a `because` uses.
    fn name(&self, cell: Cell, rule: usize, name: &str) -> Value {
        let (level, _, period) = self.ids(cell);
        let score = self.score(cell);
        match name {
            "subject" => self.subject_value(cell),
            "period" => Value::from(period),
            "level" => Value::from(level),
            "as_of" => Value::from(self.recommendations.scorecards.readings.as_of.to_string()),
            "score" => figure(score.value),
            "score_lower" => figure(score.lower),
            "score_upper" => figure(score.upper),
            "rule" => self.plan.rules.get(rule).map_or_else(|| Value::from(()), |r| Value::from(r.id.value.as_str())),
            "charter" => Value::from(BTreeMap::from([
                ("name", self.plan.charter.name.value.clone()),
                ("version", self.plan.charter.version.value.clone()),
                ("id", self.plan.charter.id.clone()),
            ])),
            _ => self.standard_value(cell, name).unwrap_or_else(|| self.group_value(cell, name)),
        }
    }

    fn subject_value(&self, cell: Cell) -> Value {
        let Some(subject) = self.subject(cell) else { return Value::from(()) };
        let mut map: BTreeMap<String, Value> = BTreeMap::new();
        let attributes = subject.attributes.get(cell.period).and_then(Option::as_ref);
        for (key, value) in attributes.into_iter().flat_map(|a| a.iter()) {
            map.insert(key.clone(), Value::from(value.as_str()));
        }
        map.insert("id".to_owned(), Value::from(&*subject.id));
        map.insert("name".to_owned(), Value::from(&*subject.name));
        map.insert("level".to_owned(), Value::from(self.ids(cell).0));
        Value::from(map)
    }

    fn standard_value(&self, cell: Cell, name: &str) -> Option<Value> {
        let position = self.plan.standards.iter().position(|s| s.id.value == name)?;
        let s = StandardFigures::of(self.plan, self.recommendations, position, cell)?;
        let (worst, best) = s.ends();
        let map: BTreeMap<&str, Value> = BTreeMap::from([
            ("value", figure(s.value)),
            ("n", Value::from(s.n)),
            ("lower", figure(s.lower)),
            ("upper", figure(s.upper)),
            ("worst", figure(worst)),
            ("best", figure(best)),
            ("estimate", figure(s.estimate)),
            ("points", figure(s.points)),
            ("floor", figure(s.floor)),
            ("target", figure(s.target)),
            ("stretch", figure(s.stretch)),
            ("baseline", figure(s.baseline)),
            ("state", Value::from(s.state.word())),
            ("promise", Value::from(s.standard.promise.value.as_str())),
            ("name", Value::from(name)),
            ("unit", Value::from(s.unit().word())),
        ]);
        Some(Value::from(map))
    }

    fn group_value(&self, cell: Cell, name: &str) -> Value {
        let groups = &self.plan.scoring.groups;
        let scored = groups
            .iter()
            .position(|g| g.id.value == name)
            .and_then(|position| self.recommendations.scorecards.levels.get(cell.level)?.groups.get(position));
        let Some(scored) = scored else { return Value::from(()) };
        let at = self.at(cell);
        let get = |column: &Vec<f64>| figure(column.get(at).copied().unwrap_or(f64::NAN));
        let mut map: BTreeMap<&str, Value> = Attribute::ALL.iter().map(|(n, _)| (*n, Value::from(()))).collect();
        map.extend([
            ("value", get(&scored.points)),
            ("points", get(&scored.points)),
            ("estimate", get(&scored.points)),
            ("lower", get(&scored.lower)),
            ("worst", get(&scored.lower)),
            ("upper", get(&scored.upper)),
            ("best", get(&scored.upper)),
            ("unit", Value::from("number")),
            ("name", Value::from(name)),
        ]);
        Value::from(map)
    }
}
