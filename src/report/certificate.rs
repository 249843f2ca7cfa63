//! Certificates: only for a passed, undisputed reward, with an id and a digest that anyone with the run can verify.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Cell, Report};
use crate::judge::{Detail, Outcome};
use crate::workspace::{Plan, Rule, RuleSlot};

/// What stands on a certificate and, for checking it, in `recommendations.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Twelve hex digits, in groups of four.
    pub id: String,
    /// BLAKE3, hex, over charter, subject, period, rule and the readings that the rule claims (records and value before
    /// they are adjusted to others', floor and target): what is recorded of others, or later, doesn't change it.
    pub digest: String,
}

/// Whether a rule rests on a standard. One that asks for no standard by name, or for a score or a group, rests on all.
fn claims(plan: &Plan, rule: &Rule, standard: &str) -> bool {
    let mut named = BTreeSet::new();
    for slot in &rule.slots {
        match slot {
            RuleSlot::Subject | RuleSlot::Period | RuleSlot::AsOf => {}
            slot => match slot.standard() {
                Some(standard) => _ = named.insert(standard),
                None => return true,
            },
        }
    }
    let id = |named: &usize| plan.standards.get(*named).is_some_and(|s| s.id.value == standard);
    named.is_empty() || named.iter().any(id)
}

/// As in the tables: what is read back from them gives the same id.
fn written(figure: f64) -> String {
    format!("{figure:.12};")
}

impl Report<'_> {
    /// The certificate of a recommendation; `None` unless it is a reward that nobody disputes.
    pub fn certificate(&self, cell: Cell, detail: &Detail) -> Option<Certificate> {
        let rule = self.plan.rules.get(detail.rule?)?;
        if detail.outcome != Outcome::Reward || self.disputed(cell) {
            return None;
        }
        let (level, subject, period) = self.ids(cell);
        let charter = &self.plan.charter;
        let mut hasher = blake3::Hasher::new();
        for part in [&charter.id, &charter.version.value, level, subject, period, &rule.id.value] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        for figures in self.standards(cell).filter(|f| claims(self.plan, rule, &f.standard.id.value)) {
            hasher.update(&(figures.standard.id.value.len() as u64).to_le_bytes());
            hasher.update(figures.standard.id.value.as_bytes()).update(&figures.n.to_le_bytes());
            for figure in [figures.raw, figures.floor, figures.target] {
                hasher.update(written(figure).as_bytes());
            }
        }
        let digest = hasher.finalize().to_hex().to_string();
        let id = format!("{}-{}-{}", &digest[..4], &digest[4..8], &digest[8..12]).to_uppercase();
        Some(Certificate { id, digest })
    }

    /// Whether a dispute or appeal about the subject is open on the day of the run.
    pub fn disputed(&self, cell: Cell) -> bool {
        let as_of = self.recommendations.scorecards.readings.as_of;
        let (_, subject, _) = self.ids(cell);
        // The rows are sorted by person.
        let rows = &self.recommendations.facts.rows;
        let first = rows.partition_point(|fact| fact.person.as_str() < subject);
        rows.iter().skip(first).take_while(|fact| fact.person == subject).any(|fact| {
            let kind = matches!(fact.kind.as_str(), "dispute" | "appeal");
            let begun = fact.from.is_none_or(|from| from <= as_of);
            let open = fact.to.is_none_or(|to| to >= as_of);
            kind && begun && open && fact.step.as_deref() != Some("closed")
        })
    }
}
