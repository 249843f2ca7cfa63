//! Whether customers were asked that a standard matters to them (C34), and how what they said stands beside the weights of the
//! score (C36). A standard without such evidence of the last 18 months is *unvalidated*, and can't weigh more than one that
//! customers confirmed.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

use super::plan::{Combine, Measure, Part, Plan, Standard};

/// Evidence older than this no longer says what customers want.
pub const MONTHS: i64 = 18;

/// A difference of this share of the whole is told, where the charter names none.
const MISMATCH: f64 = 0.1;

/// When customers were asked about a standard, seen from one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Never,
    /// More than 18 months before.
    LongAgo(Date),
    Lately(Date),
    /// After the day that is looked at: nobody knew it then.
    Later(Date),
}

/// A standard's part of the whole, as customers see it and in the score; each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Valued {
    /// Position in `Plan::standards`.
    pub standard: usize,
    pub customers: f64,
    pub score: f64,
}

impl Plan {
    /// The day on which customers were asked how important a standard is: `importance:` of the standard, of its measure, or of
    /// the charter where it names the standard (or names none). The latest up to `as_of`, else the first after it.
    pub fn asked(&self, standard: usize, as_of: Date) -> Asked {
        let days = || self.days_asked(standard);
        let since = as_of.checked_sub(MONTHS.months()).unwrap_or(Date::MIN);
        match days().filter(|day| *day <= as_of).max() {
            Some(day) if day >= since => Asked::Lately(day),
            Some(day) => Asked::LongAgo(day),
            None => days().min().map_or(Asked::Never, Asked::Later),
        }
    }

    fn days_asked(&self, position: usize) -> impl Iterator<Item = Date> {
        let standard = self.standards.get(position);
        let own = self.evidence_of(standard).into_iter().filter_map(measured);
        let charter = self.survey().filter(|about| standard.is_some_and(|s| covers(about, &s.id.value)));
        own.chain(charter.and_then(measured))
    }

    /// `importance:` of a standard, then of its measure.
    fn evidence_of<'a>(&'a self, standard: Option<&'a Standard>) -> Vec<&'a Value> {
        let measure = standard.and_then(|s| self.measures.get(s.measure));
        let of_standard = standard.and_then(|s: &Standard| s.more.get("importance"));
        let of_measure = measure.and_then(|m: &Measure| m.more.get("importance"));
        of_standard.into_iter().chain(of_measure).collect()
    }

    fn survey(&self) -> Option<&Value> {
        self.charter.more.get("importance")
    }

    /// Customers were asked at most 18 months before `as_of`.
    pub fn validated(&self, standard: usize, as_of: Date) -> bool {
        matches!(self.asked(standard, as_of), Asked::Lately(_))
    }

    /// How many customers answered the charter's survey.
    pub fn customers_asked(&self) -> Option<u64> {
        self.survey()?.get("asked")?.as_str()?.trim().replace('_', "").parse().ok()
    }

    /// The charter's survey, by its day.
    pub fn survey_day(&self) -> Option<Date> {
        self.survey().and_then(measured)
    }

    /// `use: weights`: the score takes what customers gave.
    pub fn uses_survey(&self) -> bool {
        self.survey().and_then(|s| s.get("use")).and_then(Value::as_str).is_some_and(|word| word.trim() == "weights")
    }

    /// From this share of the whole on a difference between customers and score is told.
    pub fn mismatch(&self) -> f64 {
        let written = self.survey().and_then(|s| s.get("mismatch")).and_then(Value::as_str);
        written.and_then(parse_points).unwrap_or(MISMATCH)
    }

    /// What customers gave each standard; none where they weren't asked for a weight.
    pub fn customers_weights(&self) -> Vec<Option<f64>> {
        let charter = self.survey().and_then(|s| s.get("weights"));
        let of = |standard: &Standard| {
            let own = self.evidence_of(Some(standard)).into_iter().find_map(|about| number(about.get("weight")?));
            own.or_else(|| number(charter?.get(&standard.id.value)?))
        };
        self.standards.iter().map(of).collect()
    }

    /// Weights before any cap. Under `use: weights` those that customers gave, brought to the scale of the charter: the asked
    /// standards keep their sum, so that those nobody was asked about neither gain nor lose.
    fn weights(&self) -> Vec<f64> {
        let written: Vec<f64> = self.standards.iter().map(|s| s.weight).collect();
        if !self.uses_survey() {
            return written;
        }
        let given = self.customers_weights();
        let sum_given: f64 = given.iter().flatten().sum();
        let sum_written: f64 = written.iter().zip(&given).filter(|(_, g)| g.is_some()).map(|(w, _)| *w).sum();
        if sum_given <= 0.0 || sum_written <= 0.0 {
            return written;
        }
        written.iter().zip(&given).map(|(w, g)| g.map_or(*w, |g| g / sum_given * sum_written)).collect()
    }

    /// The weight of a standard before any cap.
    pub fn weight_uncapped(&self, standard: usize) -> Option<f64> {
        self.weights().get(standard).copied()
    }

    /// The most that an unvalidated standard weighs: `scoring: { unvalidated: … }`, else what the lightest validated one does;
    /// none where customers validated nothing, since then there is no measure of anything.
    pub fn unvalidated_cap(&self, as_of: Date) -> Option<f64> {
        let weights = self.weights();
        let lightest = || {
            let validated = weights.iter().enumerate().filter(|(s, _)| self.validated(*s, as_of));
            validated.map(|(_, weight)| *weight).reduce(f64::min)
        };
        self.scoring.unvalidated.or_else(lightest)
    }

    /// The weight of a standard in the score: as written, or as customers gave it, capped where they weren't asked.
    pub fn weight(&self, standard: usize, as_of: Date) -> Option<f64> {
        let weight = self.weights().get(standard).copied()?;
        if self.validated(standard, as_of) {
            return Some(weight);
        }
        Some(self.unvalidated_cap(as_of).map_or(weight, |cap| cap.min(weight)))
    }

    /// What customers and the score give the standards that customers weighed, each side as parts of its whole. Empty where fewer
    /// than two were weighed, or the score isn't a mean: then no standard has a part of it.
    pub fn valued(&self, as_of: Date) -> Vec<Valued> {
        let given = self.customers_weights();
        let Some(parts) = self.parts_of_score(as_of) else { return Vec::new() };
        let weighed = || given.iter().zip(&parts).enumerate().filter_map(|(s, (g, part))| Some((s, (*g)?, *part)));
        let customers: f64 = weighed().map(|(_, given, _)| given).sum();
        let score: f64 = weighed().map(|(_, _, part)| part).sum();
        if weighed().count() < 2 || customers <= 0.0 || score <= 0.0 {
            return Vec::new();
        }
        let valued = |(standard, given, part): (usize, f64, f64)| Valued {
            standard,
            customers: given / customers,
            score: part / score,
        };
        weighed().map(valued).collect()
    }

    /// Those of `valued` that differ by more than the charter lets pass, the widest first.
    pub fn mismatches(&self, as_of: Date) -> Vec<Valued> {
        let apart = |v: &Valued| (v.customers - v.score).abs();
        let most = self.mismatch() + 1e-9;
        let mut found: Vec<Valued> = self.valued(as_of).into_iter().filter(|v| apart(v) > most).collect();
        found.sort_by(|a, b| apart(b).total_cmp(&apart(a)).then(a.standard.cmp(&b.standard)));
        found
    }

    /// By standard, its part of the score. None where a group on the way isn't a mean of its parts.
    fn parts_of_score(&self, as_of: Date) -> Option<Vec<f64>> {
        let mut parts: Vec<f64> = vec![0.0; self.standards.len()];
        let weight = |part: &Part| match part {
            Part::Standard(s) => self.weight(*s, as_of).unwrap_or(0.0),
            Part::Group(g) => self.scoring.groups.get(*g).map_or(0.0, |group| group.weight),
        };
        let Some(total) = self.scoring.total else {
            for (s, part) in parts.iter_mut().enumerate() {
                *part = weight(&Part::Standard(s));
            }
            return Some(parts);
        };
        // A group stands after those among its parts: from the last to the first each hands on what reached it.
        let mut reached: Vec<f64> = vec![0.0; self.scoring.groups.len()];
        *reached.get_mut(total)? = 1.0;
        for (g, group) in self.scoring.groups.iter().enumerate().rev() {
            let own = reached.get(g).copied().unwrap_or(0.0);
            if own <= 0.0 {
                continue;
            }
            let of = |part: &Part| match &group.combine {
                Combine::WeightedMean => Some(weight(part)),
                Combine::Mean => Some(1.0),
                _ if group.parts.len() == 1 => Some(1.0),
                _ => None,
            };
            let weights: Vec<f64> = group.parts.iter().map(of).collect::<Option<_>>()?;
            let sum: f64 = weights.iter().sum();
            for (part, weight) in group.parts.iter().zip(weights).filter(|_| sum > 0.0) {
                let slot = match part {
                    Part::Standard(s) => parts.get_mut(*s),
                    Part::Group(inner) => reached.get_mut(*inner),
                };
                *slot? += own * weight / sum;
            }
        }
        Some(parts)
    }
}

/// `{ measured: 2026-01-15, … }`, or the day alone.
fn measured(about: &Value) -> Option<Date> {
    let day = match about {
        Value::Object(keys) => keys.get("measured")?,
        other => other,
    };
    super::scalars::parse_date(day.as_str()?.trim()).ok()
}

fn number(value: &Value) -> Option<f64> {
    value.as_str().and_then(super::scalars::parse_number)
}

/// `10 points`, `10%` or `0.1`, as a share of the whole.
pub fn parse_points(text: &str) -> Option<f64> {
    let text = text.trim();
    let bare = text.strip_suffix("points").or_else(|| text.strip_suffix("point"));
    let share = match bare {
        Some(points) => super::scalars::parse_number(points.trim())? / 100.0,
        None => super::scalars::parse_percentage(text)?,
    };
    (0.0..=1.0).contains(&share).then_some(share)
}

/// The charter's survey asked about a standard: it is among `standards:` or `weights:`, or neither is there.
fn covers(about: &Value, standard: &str) -> bool {
    let (list, weights) = (about.get("standards"), about.get("weights"));
    let listed = match list {
        Some(Value::Array(all)) => all.iter().any(|s| s.as_str() == Some(standard)),
        Some(Value::String(one)) => one.trim() == standard,
        _ => false,
    };
    let weighed = weights.and_then(|w| w.get(standard)).is_some();
    listed || weighed || (list.is_none() && weights.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_shares_of_the_whole() {
        let read = ["10 points", "1 point", "7.5%", "0.2", "110 points", "ten", "-3 points"].map(parse_points);
        assert_eq!(read, [Some(0.1), Some(0.01), Some(0.075), Some(0.2), None, None, None]);
    }
}
