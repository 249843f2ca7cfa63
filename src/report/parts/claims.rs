//! What we may say: each claim of the charter with what was measured (C14), and what costs more than it brings (C47).

use serde_json::{Value, json};

use super::{Column, Item, Part, Table};
use crate::fairness::claim::Support;
use crate::judge::Recommendations;
use crate::measure::{self, ClaimReading, Doubt, HeldClaim};
use crate::report::standing::Unit;
use crate::report::{Report, rounded};
use crate::workspace::{Claimed, Plan, PublicClaim};

/// Subjects that are named in a sentence.
const NAMED: usize = 8;

/// What may be told first, then what may not, then what nobody knows.
pub fn part(report: &Report<'_>) -> Part {
    let plan = report.plan;
    let mut held = measure::claims(plan, &report.recommendations.scorecards.readings);
    held.sort_by_key(|h| h.support);
    let say = |key: &str| report.words.say(key, &[]);
    let written = |h: &HeldClaim| plan.claims.get(h.claim).map(|claim| Told { report, claim, unit: unit(plan, claim) });
    Part {
        id: "claims",
        title: say("claims.title"),
        about: Some(say("claims.about")),
        items: held.iter().filter_map(|h| Some(written(h)?.item(h))).collect(),
        tables: vec![Table {
            caption: say("claims.costs"),
            head: vec![
                Column { title: say("claims.costs.what"), number: false },
                Column { title: say("claims.costs.time"), number: false },
                Column { title: say("claims.costs.net"), number: true },
            ],
            rows: held.iter().filter_map(|h| written(h)?.cost(h)).collect(),
            more: None,
        }],
    }
}

/// How figures of a claim are written.
fn unit(plan: &Plan, claim: &PublicClaim) -> Unit {
    plan.measures.get(claim.measure).map_or(Unit::Number, |measure| Unit::of(plan, measure))
}

/// One claim, told to readers.
struct Told<'a> {
    report: &'a Report<'a>,
    claim: &'a PublicClaim,
    unit: Unit,
}

impl Told<'_> {
    fn say(&self, key: &str, holes: &[(&str, &str)]) -> String {
        self.report.words.say(key, holes)
    }

    fn show(&self, x: f64) -> String {
        self.unit.show(x, &self.report.words)
    }

    fn item(&self, held: &HeldClaim) -> Item {
        let mut said: Vec<String> = Vec::new();
        match held.readings.as_slice() {
            [one] => said.extend(self.figure(held, one)),
            many => said.extend(self.each(held, many)),
        }
        said.extend(held.doubt.map(|doubt| self.doubt(held, doubt)));
        if !self.claim.public {
            said.push(self.say("claims.inside", &[]));
        }
        let (class, key) = match held.support {
            Support::Supported => ("met", "claims.supported"),
            Support::Unsupported => ("fail", "claims.unsupported"),
            Support::Unknown => ("unknown", "claims.unknown"),
        };
        let note = (!said.is_empty()).then(|| said.join(" "));
        Item { note, ..Item::of(&self.claim.says.value).tagged(class, self.say(key, &[])) }
    }

    /// What was measured at one subject; none without a figure.
    fn figure(&self, held: &HeldClaim, reading: &ClaimReading) -> Option<String> {
        if reading.value.is_nan() {
            return None;
        }
        let records = self.report.words.count("records", reading.n, &[])?;
        let (value, time) = (self.show(reading.value), self.time(held));
        if let Some((n, other, difference)) = reading.other.filter(|o| !o.1.is_nan()) {
            let others = self.report.words.count("records", n, &[])?;
            let other = self.show(other);
            let difference = difference.filter(|_| !held.census);
            let difference = difference.map(|d| self.unit.difference(d.lower, d.upper, &self.report.words));
            let key = if difference.is_some() { "claims.better" } else { "claims.better.full" };
            let difference = difference.unwrap_or_default();
            return Some(self.say(
                key,
                &[
                    ("value", &value),
                    ("other", &other),
                    ("difference", &difference),
                    ("records", &records),
                    ("others", &others),
                    ("time", &time),
                ],
            ));
        }
        let line = match self.claim.claimed {
            Claimed::AtLeast(line) => self.say("claims.at_least", &[("line", &self.show(line))]),
            Claimed::AtMost(line) => self.say("claims.at_most", &[("line", &self.show(line))]),
            Claimed::BetterThan(_) => return None,
        };
        let interval = reading.interval.map(|i| {
            let (lower, upper) = (self.show(i.lower), self.show(i.upper));
            self.say("interval.short", &[("lower", &lower), ("upper", &upper)])
        });
        let key = match (&interval, held.census) {
            (Some(_), _) => "claims.figure",
            (None, true) => "claims.figure.full",
            (None, false) => "claims.figure.alone",
        };
        let interval = interval.unwrap_or_default();
        let holes = [("value", value), ("interval", interval), ("records", records), ("time", time), ("line", line)];
        let holes: Vec<(&str, &str)> = holes.iter().map(|(name, text)| (*name, text.as_str())).collect();
        Some(self.say(key, &holes))
    }

    /// Where a claim that speaks of several is so, and where not.
    fn each(&self, held: &HeldClaim, readings: &[ClaimReading]) -> Vec<String> {
        let Some(level) = self.report.plan.levels.get(self.claim.level) else { return Vec::new() };
        if readings.is_empty() {
            return Vec::new();
        }
        let count = |wanted: Support| readings.iter().filter(|r| r.support == wanted).count();
        let words = &self.report.words;
        let (so, all) =
            (words.integer(count(Support::Supported) as u64), words.subjects(&level.value, readings.len() as u64));
        let mut said = vec![self.say("claims.each", &[("so", &so), ("all", &all), ("time", &self.time(held))])];
        for (wanted, key) in
            [(Support::Unsupported, "claims.each.unsupported"), (Support::Unknown, "claims.each.unknown")]
        {
            let found: Vec<&ClaimReading> = readings.iter().filter(|r| r.support == wanted).collect();
            if found.is_empty() {
                continue;
            }
            let mut names: Vec<String> = found.iter().take(NAMED).map(|r| self.named(r)).collect();
            let more = found.len().saturating_sub(NAMED);
            if more > 0 {
                names.push(self.say("claims.more", &[("count", &words.integer(more as u64))]));
            }
            said.push(self.say(key, &[("names", &words.list(&names))]));
        }
        said
    }

    /// `Kumasi (72%)`
    fn named(&self, reading: &ClaimReading) -> String {
        let level = self.report.recommendations.scorecards.readings.levels.get(self.claim.level);
        let name = level.and_then(|l| l.subjects.get(reading.subject)).map_or("", |s| &*s.name);
        match reading.value.is_nan() {
            true => name.to_owned(),
            false => format!("{name} ({})", self.show(reading.value)),
        }
    }

    fn doubt(&self, held: &HeldClaim, doubt: Doubt) -> String {
        let words = &self.report.words;
        let (over, have) = (words.integer(self.claim.over as u64), words.integer(held.periods.len() as u64));
        let minimum = words.integer(self.report.plan.minimum.records);
        let key = match (doubt, self.claim.claimed) {
            (Doubt::Inside, Claimed::BetterThan(_)) => "claims.doubt.inside_difference".to_owned(),
            _ => format!("claims.doubt.{}", doubt.word()),
        };
        self.say(&key, &[("over", &over), ("have", &have), ("minimum", &minimum)])
    }

    /// `May 2025 to April 2026`
    fn time(&self, held: &HeldClaim) -> String {
        let periods = &self.report.recommendations.scorecards.readings.periods;
        let name = |p: usize| periods.get(p).map_or_else(String::new, |p| self.report.words.period(&p.name));
        let (first, last) = (name(held.periods.start), name(held.periods.end.saturating_sub(1)));
        match held.periods.len() {
            0 | 1 => last,
            _ => self.say("claims.time", &[("from", &first), ("to", &last)]),
        }
    }

    /// A row of what costs more than it brings: a sum that was claimed not to fall below nothing, and did.
    fn cost(&self, held: &HeldClaim) -> Option<Vec<String>> {
        if !held.census || self.claim.claimed != Claimed::AtLeast(0.0) || held.support != Support::Unsupported {
            return None;
        }
        let below = held.readings.iter().filter(|r| r.support == Support::Unsupported);
        let net: f64 = below.map(|r| r.value).sum();
        Some(vec![self.claim.says.value.clone(), self.time(held), self.show(net)])
    }
}

/// The claims as `run.json` has them.
pub fn claims_object(plan: &Plan, recommendations: &Recommendations) -> Vec<Value> {
    let readings = &recommendations.scorecards.readings;
    let held = measure::claims(plan, readings);
    let id = |measure: usize| plan.measures.get(measure).map(|m| m.id.value.as_str());
    let period = |p: usize| readings.periods.get(p).map(|p| p.name.as_str());
    let objects = held.iter().filter_map(|held| {
        let claim = plan.claims.get(held.claim)?;
        let level = readings.levels.get(claim.level)?;
        let (kind, line, other) = match claim.claimed {
            Claimed::AtLeast(line) => ("at_least", rounded(line), None),
            Claimed::AtMost(line) => ("at_most", rounded(line), None),
            Claimed::BetterThan(other) => ("better_than", None, id(other)),
        };
        let each = held.readings.iter().map(|r| {
            let against = r.other.map(|(n, value, difference)| {
                json!({
                    "n": n, "value": rounded(value),
                    "lower": difference.and_then(|d| rounded(d.lower)), "upper": difference.and_then(|d| rounded(d.upper)),
                })
            });
            json!({
                "subject": level.subjects.get(r.subject).map(|s| &*s.id), "support": r.support.word(),
                "doubt": r.doubt.map(Doubt::word), "n": r.n, "value": rounded(r.value),
                "lower": r.interval.and_then(|i| rounded(i.lower)), "upper": r.interval.and_then(|i| rounded(i.upper)),
                "against": against, "periods_measured": r.measured,
            })
        });
        Some(json!({
            "claim": claim.id.value, "says": claim.says.value, "public": claim.public, "support": held.support.word(),
            "doubt": held.doubt.map(Doubt::word), "measure": id(claim.measure), "claimed": kind, "line": line,
            "than": other, "level": level.level, "over": claim.over, "from": period(held.periods.start),
            "to": period(held.periods.end.saturating_sub(1)), "method": held.method,
            "subjects": each.collect::<Vec<_>>(),
        }))
    });
    objects.collect()
}
