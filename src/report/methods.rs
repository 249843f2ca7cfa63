//! What each method is, by its id: name, formula, and where it comes from.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Report;
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

/// First part (or whole) of an id → name, formula, citation. A longer match wins.
const KNOWN: [(&str, &str, &str, &str); 26] = [
    (
        "share",
        "share with Wilson score interval",
        "(2x + z² ± z√(z² + 4x(1 − x/n))) / (2(n + z²))",
        "Wilson, E. B. (1927), J. Am. Stat. Assoc. 22, 209–212",
    ),
    ("mean", "mean with Student's t interval", "x̄ ± t·s/√n", "Student (1908), Biometrika 6, 1–25"),
    (
        "gap",
        "mean of received − expected with Student's t interval",
        "x̄ ± t·s/√n",
        "Student (1908), Biometrika 6, 1–25",
    ),
    ("sum", "sum of recorded figures", "Σx", "definition; no interval"),
    ("count", "count of records", "n", "definition; no interval"),
    (
        "rate",
        "rate with exact Poisson limits",
        "χ² quantiles of the event count, over Σ per",
        "Garwood, F. (1936), Biometrika 28, 437–442",
    ),
    (
        "ratio",
        "ratio of two sums, linearised",
        "R = Σy/Σx, se = √(Σ(y − Rx)²/(n(n − 1)))/x̄",
        "Cochran, W. G. (1977), Sampling Techniques, ch. 6",
    ),
    (
        "median",
        "median (type 7) with binomial order statistics",
        "order statistics that hold the quantile with 95 % probability",
        "Hyndman & Fan (1996), Am. Stat. 50, 361–365; Conover (1999)",
    ),
    (
        "percentile",
        "percentile (type 7) with binomial order statistics",
        "order statistics that hold the quantile with 95 % probability",
        "Hyndman & Fan (1996), Am. Stat. 50, 361–365; Conover (1999)",
    ),
    (
        "nps",
        "net promoter score with adjusted Wald interval",
        "p − d, with three answers added (¾ promoter, ¾ detractor)",
        "Rocks, B. (2016), Journal of Business Analytics; Agresti & Min (2005)",
    ),
    (
        "formula",
        "formula over other measures",
        "MOVER where the formula is linear, else no interval",
        "Zou & Donner (2008), Statistics in Medicine 27, 1693–1702",
    ),
    ("value", "reported figure, taken as given", "as reported", "the source that reported it"),
    ("reported", "reported figure, taken as given", "as reported", "the source that reported it"),
    (
        "group.weighted_mean",
        "group: weighted mean of the points present",
        "Σwᵢpᵢ / Σwᵢ",
        "Zou & Donner (2008) for its interval",
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
    (
        "score.mover",
        "score with MOVER interval",
        "S ± √(Σ_g(Σ wᵢ(pᵢ − pᵢ(end)))²)/Σw",
        "Zou & Donner (2008), Statistics in Medicine 27, 1693–1702",
    ),
    (
        "shrinkage",
        "estimates shrunken towards the peers",
        "(x + α)/(n + α + β); normal: precision-weighted",
        "Efron & Morris (1975), J. Am. Stat. Assoc. 70, 311–319",
    ),
    (
        "reliability",
        "reliability of a person's figure",
        "σ_b² / (σ_b² + σ_w²/n)",
        "Adams, J. L. (2009), The Reliability of Provider Profiling, RAND",
    ),
    (
        "gate.partial_conjunction",
        "failing in at least k of m periods",
        "min(1, (m − k + 1)·p₍ₖ₎)",
        "Benjamini & Heller (2008), Biometrics 64, 1215–1222",
    ),
    (
        "gate.benjamini_hochberg",
        "many people tested at once",
        "step-up over ordered p at q",
        "Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57, 289–300",
    ),
    (
        "chart.funnel",
        "funnel limits",
        "θ₀ ± z√(θ₀(1 − θ₀)/n)",
        "Spiegelhalter, D. J. (2005), Statistics in Medicine 24, 1185–1202",
    ),
    ("chart.xmr", "control chart of individual values", "x̄ ± 3·MR̄/1.128", "Shewhart (1931); Wheeler & Chambers (1992)"),
];

impl Method {
    /// The method of an id: of the longest entry that is the id or its first part; else the id speaks for itself.
    pub fn of(id: &str) -> Self {
        let known = KNOWN
            .iter()
            .filter(|(known, ..)| id == *known || id.strip_prefix(known).is_some_and(|rest| rest.starts_with('.')))
            .max_by_key(|(known, ..)| known.len());
        match known {
            Some((_, name, formula, citation)) => Self { id: id.to_owned(), name, formula, citation },
            None => Self { id: id.to_owned(), name: "", formula: "", citation: "" },
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
    ids.extend(["score.mover", "shrinkage", "reliability", "chart.funnel", "chart.xmr"].map(str::to_owned));
    if plan.rules.iter().any(|r| r.recommend == Recommend::Sanction) {
        ids.extend(["gate.partial_conjunction", "gate.benjamini_hochberg"].map(str::to_owned));
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
    fn ids_find_their_method_by_first_part() {
        assert!(Method::of("share.wilson").citation.contains("Wilson"));
        assert!(Method::of("group.max").name.contains("best"));
        assert_eq!(Method::of("sharing").name, "");
        assert!(Method::of("nps.adjusted_wald").formula.contains("three answers"));
    }
}
