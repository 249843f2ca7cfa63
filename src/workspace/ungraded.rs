//! Whether a charter can be graded at all (C57): one that hears customers only when they complain knows nothing of those who say
//! nothing and leave.

use super::plan::{Form, Plan, SourceKind};

impl Plan {
    /// The first standard over complaints of a charter that asks no customer anything; `None` where some standard rests on customers'
    /// responses or none on complaints, and where `charter: waivers: survey` says why.
    pub fn ungraded(&self) -> Option<usize> {
        let mut complaints = None;
        for (position, standard) in self.standards.iter().enumerate() {
            for kind in self.kinds_behind(standard.measure) {
                match kind {
                    SourceKind::CustomerResponse => return None,
                    SourceKind::Complaint => complaints = complaints.or(Some(position)),
                    _ => {}
                }
            }
        }
        complaints.filter(|_| self.waiver("survey").is_none())
    }

    /// The reason that the charter gives for leaving something out.
    pub fn waiver(&self, what: &str) -> Option<&str> {
        let reason = self.charter.more.get("waivers").and_then(|w| w.get(what)).and_then(|r| r.as_str());
        reason.filter(|r| !r.trim().is_empty())
    }

    /// The kinds of source behind a measure, through formulas.
    fn kinds_behind(&self, measure: usize) -> Vec<SourceKind> {
        let (mut kinds, mut seen, mut ahead) = (Vec::new(), vec![false; self.measures.len()], vec![measure]);
        while let Some(position) = ahead.pop() {
            let (Some(seen), Some(measure)) = (seen.get_mut(position), self.measures.get(position)) else { continue };
            if std::mem::replace(seen, true) {
                continue;
            }
            match &measure.form {
                Form::Formula { inputs, .. } => ahead.extend(inputs),
                _ => kinds.extend(measure.source.and_then(|s| self.sources.get(s)).map(|s| s.kind)),
            }
        }
        kinds
    }
}
