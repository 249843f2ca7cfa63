//! What each method is, by its id: name, formula, and where it comes from.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Report, Words};
use crate::fairness::methods;
use crate::judge::Recommendations;
use crate::workspace::{Combine, Multiplicity, Plan, Recommend};

/// A method that a run used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Method {
    pub id: String,
    pub name: String,
    pub formula: String,
    pub citation: String,
    /// What the policy set, or the usual value: `q 0.05`. Empty where there is nothing to set.
    pub parameters: String,
}

/// Ids that are definitions, beside the statistics of `fairness::methods`: id → name, formula, citation.
const DEFINITIONS: [(&str, &str, &str, &str); 6] = [
    (
        "group.weighted_mean",
        "group: weighted mean of the points present",
        "Σwᵢpᵢ / Σwᵢ",
        "Zou and Donner (2008) for its interval",
    ),
    ("group.mean", "group: mean of the points present", "Σpᵢ / k", "definition; interval from the ends of its parts"),
    ("group.sum", "group: sum of the points present", "Σpᵢ", "definition; interval from the ends of its parts"),
    ("group.max", "group: best of its parts", "max pᵢ", "definition; interval from the ends of its parts"),
    ("group.min", "group: worst of its parts", "min pᵢ", "definition; interval from the ends of its parts"),
    (
        "group.script",
        "group: combined as the policy's own expression says",
        "as written in the workspace",
        "the workspace",
    ),
];

impl Method {
    /// The method of an id, from the table of statistics or the definitions, as the language says it; an id in neither
    /// speaks for itself. Formulas and titles of books are the same in every language unless its words have others.
    pub fn of(id: &str, words: &Words) -> Self {
        let statistic = methods::method(id).map(|m| (m.name, m.formula, m.source));
        let defined =
            || DEFINITIONS.iter().find(|(known, ..)| *known == id).map(|(_, name, formula, of)| (*name, *formula, *of));
        let (name, formula, citation) = statistic.or_else(defined).unwrap_or_default();
        let said = |part: &str, english: &str| words.raw(&format!("method.{id}{part}")).unwrap_or(english).to_owned();
        Self {
            name: said("", name),
            formula: said(".formula", formula),
            citation: said(".source", citation),
            id: id.to_owned(),
            parameters: String::new(),
        }
    }
}

/// Ids of everything that a run used.
fn used(plan: &Plan, recommendations: &Recommendations) -> BTreeSet<String> {
    let levels = &recommendations.scorecards.readings.levels;
    let mut ids: BTreeSet<String> =
        levels.iter().flat_map(|l| &l.measures).map(|m| m.method.to_owned()).filter(|m| !m.is_empty()).collect();
    for group in &plan.scoring.groups {
        let id = match &group.combine {
            Combine::WeightedMean => "group.weighted_mean",
            Combine::Mean => "group.mean",
            Combine::Sum => "group.sum",
            Combine::Max => "group.max",
            Combine::Min => "group.min",
            Combine::Script(_) => "group.script",
        };
        ids.insert(id.to_owned());
    }
    ids.extend(
        [
            "score.mover",
            "shrinkage.beta_binomial",
            "shrinkage.normal",
            "reliability.variance_ratio",
            "funnel.share",
            "chart.xmr",
        ]
        .map(str::to_owned),
    );
    if plan.rules.iter().any(|r| r.recommend == Recommend::Sanction) {
        let multiplicity = match plan.fairness.methods.multiplicity {
            Multiplicity::BenjaminiHochberg => "multiplicity.benjamini_hochberg",
            Multiplicity::Bonferroni => "multiplicity.bonferroni",
        };
        ids.extend(["multiplicity.partial_conjunction", "share.binomial_exact", multiplicity].map(str::to_owned));
    }
    ids.extend(["rank.expected", "trend.newcombe", "gaming.probes", "overdispersion.additive"].map(str::to_owned));
    ids.extend((!plan.claims.is_empty()).then(|| "claim.interval".to_owned()));
    ids.extend(plan.next_targets.is_some().then(|| "target.next".to_owned()));
    for raters in recommendations.scorecards.readings.raters.iter().flatten() {
        ids.extend(raters.agreement.map(|a| a.method.to_owned()));
        ids.extend(raters.leniency.is_ok().then(|| "leniency.least_squares".to_owned()));
    }
    ids
}

/// The settings of a method in this policy.
fn parameters(plan: &Plan, id: &str, words: &Words) -> String {
    let fairness = &plan.fairness;
    let number = |x: f64| words.number(x, 4);
    let [wide, narrow, band] = [0.95, 0.9, 0.998].map(|share| words.percent(share, 1));
    let (few, peers_shown, periods) =
        (words.integer(30), words.integer(crate::score::ranks::RANKED as u64), words.integer(8));
    match id.split('.').next().unwrap_or(id) {
        _ if id == "multiplicity.partial_conjunction" => {
            let own = plan.rules.iter().filter_map(|r| Some((r, r.k_of_m?)));
            let own = own.filter(|(r, _)| r.recommend == Recommend::Sanction);
            let of = |k: u32, m: u32| [k, m].map(|n| words.integer(u64::from(n)));
            let own: Vec<String> = own
                .map(|(r, (k, m))| {
                    let [k, m] = of(k, m);
                    words.say("parameter.windows.rule", &[("k", &k), ("m", &m), ("rule", &r.id.value)])
                })
                .collect();
            let [k, m] = of(fairness.k, fairness.m);
            let usual = words.say("parameter.windows", &[("k", &k), ("m", &m)]);
            if own.is_empty() { usual } else { format!("{usual}{}{}", words.say("format.also", &[]), own.join(", ")) }
        }
        "multiplicity" => words.say("parameter.q", &[("q", &number(fairness.q))]),
        "reliability" => {
            let [person, group] = [fairness.reliability_person, fairness.reliability_group].map(number);
            words.say("parameter.reliability", &[("person", &person), ("group", &group)])
        }
        "agreement" => words.say("parameter.agreement", &[("least", &number(0.667)), ("reliable", &number(0.8))]),
        "rank" => words.say("parameter.rank", &[("band", &band), ("most", &peers_shown)]),
        "trend" => words.say("parameter.trend", &[("act", &wide), ("watch", &narrow), ("few", &few)]),
        "gaming" => words.say("parameter.gaming", &[("p", &number(0.001)), ("few", &few)]),
        "chart" => words.say("parameter.chart", &[("periods", &periods)]),
        "score" => {
            let [reward, sanction] = [fairness.reward_line, fairness.sanction_line].map(number);
            words.say("parameter.score", &[("reward", &reward), ("sanction", &sanction)])
        }
        "shrinkage" | "overdispersion" => {
            let peers: Vec<&str> = fairness.peers.iter().map(|p| p.value.as_str()).collect();
            if peers.is_empty() {
                words.say("parameter.peers.all", &[])
            } else {
                words.say("parameter.peers", &[("by", &peers.join(", "))])
            }
        }
        "share" | "mean" | "nps" | "rate" | "ratio" | "gap" | "median" | "percentile" | "standardisation" => {
            words.say("parameter.interval", &[("share", &wide), ("records", &words.integer(plan.minimum.records))])
        }
        _ => String::new(),
    }
}

impl Report<'_> {
    /// Every method that the run used, sorted by id.
    pub fn methods(&self) -> Vec<Method> {
        let with =
            |id: &String| Method { parameters: parameters(self.plan, id, &self.words), ..Method::of(id, &self.words) };
        used(self.plan, self.recommendations).iter().map(with).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_and_definitions_are_found_by_their_ids() {
        let words = Words::english();
        assert!(Method::of("share.wilson", &words).citation.contains("Wilson"));
        assert!(Method::of("group.max", &words).name.contains("best"));
        assert_eq!(Method::of("sharing", &words).name, "");
    }

    #[test]
    fn every_id_that_a_run_can_use_is_known() {
        let recommendations = crate::report::fixture::recommendations(5);
        for id in used(&crate::report::fixture::plan(), &recommendations) {
            assert!(!Method::of(&id, &Words::english()).citation.is_empty(), "{id}");
        }
    }

    #[test]
    fn every_language_names_every_method() {
        for (language, _) in crate::words::SHIPPED.iter().filter(|(name, _)| *name != "en") {
            let words = Words::shipped(language).unwrap();
            let ids = methods::ALL.iter().map(|m| m.id).chain(DEFINITIONS.iter().map(|(id, ..)| *id));
            let unnamed: Vec<&str> = ids.clone().filter(|id| words.raw(&format!("method.{id}")).is_none()).collect();
            assert!(unnamed.is_empty(), "{language}: {unnamed:?}");
            // A formula that says something in English words has to say it in those of the language.
            let prose = |formula: &str| {
                formula.split(|c: char| !c.is_ascii_lowercase()).any(|word| word.len() > 3 && word != "asin")
            };
            let formulas = methods::ALL.iter().map(|m| (m.id, m.formula)).chain(DEFINITIONS.iter().map(|d| (d.0, d.2)));
            let english: Vec<&str> = formulas
                .filter(|(id, formula)| prose(formula) && words.raw(&format!("method.{id}.formula")).is_none())
                .map(|(id, _)| id)
                .collect();
            assert!(english.is_empty(), "{language}: {english:?}");
            let known: Vec<&str> = ids.collect();
            let stray: Vec<&str> = words
                .keys_under("method.")
                .filter(|key| {
                    !known.iter().any(|id| key.strip_prefix("method.").and_then(|k| k.strip_prefix(id)).is_some())
                })
                .collect();
            assert!(stray.is_empty(), "{language}: {stray:?}");
        }
    }
}
