//! What each method is, by its id: name, formula, and where it comes from.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Report;
use crate::fairness::methods;
use crate::judge::Recommendations;
use crate::workspace::{Combine, Plan, Recommend};

/// A method that a run used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Method {
    pub id: String,
    pub name: &'static str,
    pub formula: &'static str,
    pub citation: &'static str,
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
    /// The method of an id, from the table of statistics or the definitions; an id in neither speaks for itself.
    pub fn of(id: &str) -> Self {
        let statistic = methods::method(id).map(|m| (m.name, m.formula, m.source));
        let defined =
            || DEFINITIONS.iter().find(|(known, ..)| *known == id).map(|(_, name, formula, of)| (*name, *formula, *of));
        let (name, formula, citation) = statistic.or_else(defined).unwrap_or_default();
        Self { id: id.to_owned(), name, formula, citation }
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
        ids.extend(["multiplicity.partial_conjunction", "multiplicity.benjamini_hochberg"].map(str::to_owned));
    }
    ids
}

impl Report<'_> {
    /// Every method that the run used, sorted by id.
    pub fn methods(&self) -> Vec<Method> {
        used(self.plan, self.recommendations).iter().map(|id| Method::of(id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_and_definitions_are_found_by_their_ids() {
        assert!(Method::of("share.wilson").citation.contains("Wilson"));
        assert!(Method::of("group.max").name.contains("best"));
        assert_eq!(Method::of("sharing").name, "");
    }

    #[test]
    fn every_id_that_a_run_can_use_is_known() {
        let recommendations = crate::report::fixture::recommendations(5);
        for id in used(&crate::report::fixture::plan(), &recommendations) {
            assert!(!Method::of(&id).citation.is_empty(), "{id}");
        }
    }
}
