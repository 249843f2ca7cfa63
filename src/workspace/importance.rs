//! Whether customers were asked that a standard matters to them (C34). One without such evidence of the last 18 months is
//! *unvalidated*, and can't weigh more than one that customers confirmed.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

use super::plan::Plan;

/// Evidence older than this no longer says what customers want.
pub const MONTHS: i64 = 18;

impl Plan {
    /// The latest day on which customers were asked how important a standard is: `importance:` of the standard, of its measure,
    /// or of the charter where it names the standard (or names none).
    pub fn importance_measured(&self, standard: usize) -> Option<Date> {
        let standard = self.standards.get(standard)?;
        let own = standard.more.get("importance").and_then(measured);
        let measure = self.measures.get(standard.measure).and_then(|m| m.more.get("importance")).and_then(measured);
        let charter = self.charter.more.get("importance").filter(|about| covers(about, &standard.id.value));
        own.into_iter().chain(measure).chain(charter.and_then(measured)).max()
    }

    /// Customers were asked at most 18 months before `as_of`.
    pub fn validated(&self, standard: usize, as_of: Date) -> bool {
        let since = as_of.checked_sub(MONTHS.months()).unwrap_or(Date::MIN);
        self.importance_measured(standard).is_some_and(|day| day >= since && day <= as_of)
    }

    /// The most that an unvalidated standard weighs: `scoring: { unvalidated: … }`, else what the lightest validated one does;
    /// none where customers validated nothing, since then there is no measure of anything.
    pub fn unvalidated_cap(&self, as_of: Date) -> Option<f64> {
        let lightest = || {
            let weights =
                self.standards.iter().enumerate().filter(|(s, _)| self.validated(*s, as_of)).map(|(_, s)| s.weight);
            weights.reduce(f64::min)
        };
        self.scoring.unvalidated.or_else(lightest)
    }

    /// The weight of a standard in the score: as written, capped where customers weren't asked.
    pub fn weight(&self, standard: usize, as_of: Date) -> Option<f64> {
        let written = self.standards.get(standard)?.weight;
        let cap = self.unvalidated_cap(as_of).filter(|cap| *cap < written && !self.validated(standard, as_of));
        Some(cap.unwrap_or(written))
    }
}

/// `{ measured: 2026-01-15, … }`, or the day alone.
fn measured(about: &Value) -> Option<Date> {
    let day = match about {
        Value::Object(keys) => keys.get("measured").or_else(|| keys.get("measured_on")).or_else(|| keys.get("on"))?,
        other => other,
    };
    day.as_str()?.trim().parse().ok()
}

/// The charter's survey asked about a standard: it is among `standards:` or `weights:`, or neither is there.
fn covers(about: &Value, standard: &str) -> bool {
    let (list, weights) = (about.get("standards"), about.get("weights"));
    let listed = list.and_then(Value::as_array).is_some_and(|all| all.iter().any(|s| s.as_str() == Some(standard)));
    let weighed = weights.and_then(|w| w.get(standard)).is_some();
    listed || weighed || (list.is_none() && weights.is_none())
}
