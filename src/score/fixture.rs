//! Plans and readings made by hand, for the tests of `score` and `judge`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use crate::diagnostic::{Authored, FileId, Origin, Sources, Text};
use crate::language::*;
use crate::measure::*;
use crate::said;
use crate::workspace::*;

pub(crate) fn said<T>(value: T) -> Authored<T> {
    Authored::default_of(value)
}

pub(crate) fn text(text: &str) -> Text {
    Text::whole_file(FileId(0), text)
}

fn data_file() -> DataFile {
    DataFile { file: said("x.csv".into()), base: PathBuf::new(), format: Format::default(), missing: Vec::new() }
}

pub(crate) fn environment() -> Environment {
    Environment { calendar: Arc::new(Calendar::office_hours(TimeZone::UTC)) }
}

/// Levels person, department, organisation; months; minimum 30; 3 of 4 periods; evidence is recorded; no sources yet.
pub(crate) fn plan() -> Plan {
    Plan {
        author: Arc::new(Sources::default()),
        root: PathBuf::new(),
        author_files: Vec::new(),
        folders: Vec::new(),
        language: said("en".into()),
        words: crate::words::Words::english(),
        zone_name: said("UTC".into()),
        zone: TimeZone::UTC,
        periods: PeriodRule { every: said(Every::Month), from: None, starts: (1, 1) },
        as_of: None,
        charter: Charter {
            overlay: None,
            origin: Origin::nowhere(),
            id: "charter".into(),
            name: said("Charter".into()),
            version: said("1".into()),
            effective: None,
            review_by: None,
            owner: None,
            customer: None,
            book: Default::default(),
            stale_after: crate::workspace::STALE_AFTER,
            more: BTreeMap::new(),
        },
        claims: Vec::new(),
        next_targets: None,
        levels: ["person", "department", "organisation"].map(|l| said(l.to_string())).to_vec(),
        people: None,
        evidence: Some(data_file()),
        names: BTreeMap::new(),
        protected: None,
        calendar: Arc::new(Calendar::office_hours(TimeZone::UTC)),
        sources: Vec::new(),
        measures: Vec::new(),
        standards: Vec::new(),
        scoring: Scoring { min_weight: 0.6, groups: Vec::new(), total: None, unvalidated: None },
        minimum: Minimum { records: 30, accept_risk: None },
        fairness: FairnessPolicy {
            reward_line: 80.0,
            sanction_line: 40.0,
            peers: Vec::new(),
            q: 0.05,
            k: 3,
            m: 4,
            gates: BTreeMap::new(),
            methods: Default::default(),
            warning_months: 12,
            reliability_person: 0.9,
            reliability_group: 0.7,
            more: BTreeMap::new(),
        },
        luck: LuckPolicy::default(),
        rules: Vec::new(),
        reports: Vec::new(),
        findings: Vec::new(),
        digest: String::new(),
    }
}

/// Adds a source of this kind with one share measure and a standard on it; gives the standard's position.
pub(crate) fn standard(plan: &mut Plan, id: &str, kind: SourceKind, floor: f64, target: f64) -> usize {
    plan.sources.push(Source {
        id: said(format!("{id}_source")),
        origin: Origin::nowhere(),
        kind,
        files: Vec::new(),
        base: PathBuf::new(),
        format: Format::default(),
        missing: Vec::new(),
        key: None,
        latest_by: Vec::new(),
        subjects: BTreeMap::new(),
        at: None,
        period: None,
        filter: None,
        fields: Vec::new(),
        credit: None,
        lag_days: 0,
        shield: Vec::new(),
        cause: None,
    });
    on_source(plan, id, plan.sources.len() - 1, floor, target)
}

/// A share measure and its standard on a source that exists.
pub(crate) fn on_source(plan: &mut Plan, id: &str, source: usize, floor: f64, target: f64) -> usize {
    let observed = plan.sources[source].kind == SourceKind::Observation;
    plan.measures.push(Measure {
        id: said(format!("{id}_measure")),
        origin: Origin::nowhere(),
        source: Some(source),
        kind: if observed { MeasureKind::Subjective } else { MeasureKind::Objective },
        form: Form::Share(program("true", Expected::YesNo, &mut RuleNames::default())),
        wording: said!("kept"),
        filter: None,
        exclude: Vec::new(),
        not_applicable: None,
        not_due: None,
        shield: Vec::new(),
        cause: None,
        adjust_for: Vec::new(),
        lower_is_better: false,
        at: None,
        purpose: None,
        decimals: 6,
        max_missing: 0.2,
        agreement: None,
        rater: None,
        rated: None,
        scorecard: None,
        probe: None,
        more: BTreeMap::new(),
    });
    plan.standards.push(Standard {
        id: said(id.to_string()),
        origin: Origin::nowhere(),
        promise: said(format!("We keep {id}.")),
        binding: None,
        measure: plan.measures.len() - 1,
        quality: None,
        phase: None,
        perspective: None,
        applies_to: BTreeMap::new(),
        floor: Some(said(Line::Number(floor))),
        target: Some(said(Line::Number(target))),
        stretch: None,
        baseline: None,
        weight: 1.0,
        points: None,
        develop: None,
        owner: None,
        more: BTreeMap::new(),
    });
    plan.standards.len() - 1
}

pub(crate) fn group(plan: &mut Plan, id: &str, parts: &[Part], combine: Combine) -> usize {
    plan.scoring.groups.push(Group {
        id: said(id.to_string()),
        origin: Origin::nowhere(),
        parts: parts.to_vec(),
        combine,
        weight: 1.0,
        min_parts: 1,
    });
    plan.scoring.groups.len() - 1
}

pub(crate) fn program(words: &str, expected: Expected, scope: &mut dyn Scope) -> Program {
    Program::compile(&text(words), expected, scope, &Functions::default()).unwrap_or_else(|e| panic!("{words}: {e:?}"))
}

/// The names of `points:` and `combine:` expressions.
pub(crate) struct Names(pub &'static [(&'static str, Type)]);

pub(crate) const POINTS: Names = Names(&[
    ("value", Type::Number),
    ("n", Type::Number),
    ("floor", Type::Number),
    ("target", Type::Number),
    ("stretch", Type::Number),
    ("baseline", Type::Number),
    ("lower", Type::Number),
    ("upper", Type::Number),
]);
pub(crate) const PARTS: Names = Names(&[("parts", Type::Numbers)]);

impl Scope for Names {
    fn name(&mut self, path: &str) -> Option<Binding> {
        self.0.iter().position(|(name, _)| *name == path).map(|slot| Binding { slot, ty: self.0[slot].1 })
    }
    fn call(&mut self, _: &str, _: &[Value]) -> HostCall {
        HostCall::Unknown
    }
    fn candidates(&self) -> Vec<String> {
        Vec::new()
    }
    fn what(&self) -> crate::diagnostic::Said {
        crate::diagnostic::Said::verbatim("a name of the test")
    }
}

/// The names of rules, as far as the tests use them.
#[derive(Default)]
pub(crate) struct RuleNames {
    standards: Vec<String>,
    groups: Vec<String>,
    slots: Vec<RuleSlot>,
}

impl RuleNames {
    fn slot(&mut self, slot: RuleSlot, ty: Type) -> Binding {
        let known = self.slots.iter().position(|s| *s == slot);
        let slot = known.unwrap_or_else(|| {
            self.slots.push(slot);
            self.slots.len() - 1
        });
        Binding { slot, ty }
    }
}

impl Scope for RuleNames {
    fn name(&mut self, path: &str) -> Option<Binding> {
        match path {
            "score" => return Some(self.slot(RuleSlot::Score, Type::Number)),
            "score_lower" => return Some(self.slot(RuleSlot::ScoreLower, Type::Number)),
            "subject" => return Some(self.slot(RuleSlot::Subject, Type::Text)),
            "period" => return Some(self.slot(RuleSlot::Period, Type::Text)),
            _ => {}
        }
        let (of, attribute) = path.split_once('.')?;
        let attribute = Attribute::ALL.iter().find(|(name, _)| *name == attribute)?.1;
        let standard = self.standards.iter().position(|s| s == of).map(Part::Standard);
        let part = standard.or_else(|| self.groups.iter().position(|g| g == of).map(Part::Group))?;
        Some(self.slot(RuleSlot::Of(part, attribute), attribute.ty()))
    }
    fn call(&mut self, function: &str, arguments: &[Value]) -> HostCall {
        let Some(Value::Text(id)) = arguments.first() else { return HostCall::Unknown };
        let Some(standard) = self.standards.iter().position(|s| **s == **id) else { return HostCall::Unknown };
        let number = |i: usize| match arguments.get(i) {
            Some(Value::Number(n)) => *n as u32,
            _ => 1,
        };
        let (k, m) = (number(1), number(2));
        let (slot, ty) = match function {
            "met" => (RuleSlot::Met { standard, k, m }, Type::YesNo),
            "below_floor" => (RuleSlot::BelowFloor { standard, k, m }, Type::YesNo),
            "proven_met" => (RuleSlot::ProvenMet(standard), Type::YesNo),
            "previous" => (RuleSlot::Previous(standard), Type::Number),
            "trend" => (RuleSlot::Trend(standard), Type::Text),
            _ => return HostCall::Unknown,
        };
        HostCall::Bound(self.slot(slot, ty))
    }
    fn candidates(&self) -> Vec<String> {
        self.standards.clone()
    }
    fn what(&self) -> crate::diagnostic::Said {
        crate::diagnostic::Said::verbatim("a name of rules")
    }
}

/// Adds a rule for every level (a sanction: for persons) that claims the standards that `when` names.
pub(crate) fn rule(plan: &mut Plan, id: &str, recommend: Recommend, when: &str) -> usize {
    let mut names = RuleNames {
        standards: plan.standards.iter().map(|s| s.id.value.clone()).collect(),
        groups: plan.scoring.groups.iter().map(|g| g.id.value.clone()).collect(),
        slots: Vec::new(),
    };
    let when = program(when, Expected::YesNo, &mut names);
    let mut claims = Vec::new();
    let mut k_of_m = None;
    for slot in &names.slots {
        match slot {
            RuleSlot::Met { standard, k, m } | RuleSlot::BelowFloor { standard, k, m } => {
                claims.push(*standard);
                k_of_m = if *m > 1 { Some((*k, *m)) } else { k_of_m };
            }
            RuleSlot::Of(Part::Standard(s), _) | RuleSlot::ProvenMet(s) | RuleSlot::Previous(s) => claims.push(*s),
            _ => {}
        }
    }
    claims.sort_unstable();
    claims.dedup();
    let levels = if recommend == Recommend::Sanction { vec![0] } else { (0..plan.levels.len()).collect() };
    plan.rules.push(Rule {
        id: said(id.to_string()),
        origin: Origin::nowhere(),
        recommend,
        levels,
        levels_named: false,
        applies_to: BTreeMap::new(),
        when,
        slots: names.slots,
        because: None,
        action: None,
        corroborated_by: Vec::new(),
        claims,
        k_of_m,
        offer: false,
        more: BTreeMap::new(),
    });
    plan.rules.len() - 1
}

/// Wilson's 95 % interval, written out again so that a mistake in one place shows.
pub(crate) fn wilson(hits: u64, n: u64) -> (f64, f64) {
    let (x, n, z) = (hits as f64, n as f64, 1.959963984540054_f64);
    let root = z * (z * z + 4.0 * x * (1.0 - x / n)).sqrt();
    let bottom = 2.0 * (n + z * z);
    ((2.0 * x + z * z - root) / bottom, (2.0 * x + z * z + root) / bottom)
}

/// A share measure from (hits, n) of each cell; n = 0 is unmeasured. Estimate is the value, reliability 0.95.
pub(crate) fn share_readings(cells: &[(u64, u64)]) -> MeasureReadings {
    let value: Vec<f64> = cells.iter().map(|(x, n)| if *n > 0 { *x as f64 / *n as f64 } else { f64::NAN }).collect();
    let ends: Vec<(f64, f64)> =
        cells.iter().map(|(x, n)| if *n > 0 { wilson(*x, *n) } else { (f64::NAN, f64::NAN) }).collect();
    MeasureReadings {
        tallies: Tallies::Share { hits: cells.iter().map(|c| c.0).collect(), n: cells.iter().map(|c| c.1).collect() },
        rows: RowStates::default(),
        figures: Figures {
            n: cells.iter().map(|c| c.1).collect(),
            raw: value.clone(),
            value: value.clone(),
            lower: ends.iter().map(|e| e.0).collect(),
            upper: ends.iter().map(|e| e.1).collect(),
        },
        estimate: value,
        reliability: vec![0.95; cells.len()],
        state: cells.iter().map(|(_, n)| if *n > 0 { State::Measured } else { State::Unmeasured }).collect(),
        method: "share.wilson",
        person_side: None,
        lines: BTreeMap::new(),
        agreement: None,
    }
}

/// Months from January 2026, all complete.
pub(crate) fn months(count: usize) -> Vec<Period> {
    let first = |i: usize| date(2026 + (i / 12) as i16, (i % 12) as i8 + 1, 1);
    (0..count)
        .map(|i| Period {
            name: format!("{}-{:02}", 2026 + i / 12, i % 12 + 1),
            start: Some(first(i)),
            end: Some(first(i + 1)),
            complete: true,
            records: 1,
        })
        .collect()
}

/// A level whose subjects are `a`, `b`, `c` …; `measures` by position, each with subjects × periods cells.
pub(crate) fn level(name: &str, subjects: usize, periods: usize, measures: Vec<MeasureReadings>) -> LevelReadings {
    let records = (0..subjects * periods)
        .map(|cell| measures.iter().map(|m| m.figures.n.get(cell).copied().unwrap_or(0)).max().unwrap_or(0))
        .collect();
    let id = |i: usize| -> Arc<str> { Arc::from(format!("{name}-{i}").as_str()) };
    LevelReadings {
        level: name.into(),
        subjects: (0..subjects)
            .map(|i| Subject { id: id(i), name: id(i), attributes: vec![None; periods], parents: BTreeMap::new() })
            .collect(),
        measures,
        records,
        mixes: Vec::new(),
    }
}

/// Readings whose last period is judged, at its last day.
pub(crate) fn readings(levels: Vec<LevelReadings>, periods: usize) -> Readings {
    let periods = months(periods);
    let as_of = periods.last().and_then(|p| p.end).and_then(|d| d.yesterday().ok()).unwrap_or(Date::MIN);
    Readings {
        levels,
        judged: vec![periods.len() - 1],
        periods,
        as_of,
        attendance: crate::measure::Attendance::default(),
        raters: Vec::new(),
        sources: Vec::new(),
        rows: Vec::new(),
        quarantine: Vec::new(),
        files: Vec::new(),
        roll: Default::default(),
        training: Default::default(),
        findings: Vec::new(),
        failures: Vec::new(),
    }
}
