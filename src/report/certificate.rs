//! Certificates: only for a passed, undisputed reward, with an id and a digest that anyone with the run can verify.

use serde::Serialize;

use super::{Cell, Report};
use crate::judge::{Detail, Outcome};

/// What stands on a certificate and, for checking it, in `recommendations.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Twelve hex digits, in groups of four.
    pub id: String,
    /// BLAKE3, hex, over charter, subject, period, rule and the digest of the run's inputs.
    pub digest: String,
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
        for part in [&charter.id, &charter.version.value, level, subject, period, &rule.id.value, &self.digest] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
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
