//! Known answers of the judge, on plans and readings made by hand.

mod gates;
mod outcomes;
mod process;
mod proofs;
mod protection;

use jiff::civil::{Date, date};

use super::*;
use crate::measure::Readings;
use crate::records::EvidenceRow;
use crate::score::fixture::*;
use crate::score::score;
use crate::workspace::{AcceptedRisk, GateSetting, Plan, Recommend, SourceKind};

/// An evidence row about every standard of `person-0`.
pub(super) fn row(kind: &str, from: Option<Date>, to: Option<Date>) -> EvidenceRow {
    EvidenceRow {
        person: "person-0".into(),
        kind: kind.into(),
        standard: None,
        from,
        to,
        step: None,
        reference: None,
        line: 2,
    }
}

/// Four months, three people; `person-0` answers 40 of 100 against a floor of 60 %, the others 90. A second source agrees.
/// Told in December, supported until 15 February. Every gate passes.
pub(super) struct Offender {
    pub plan: Plan,
    pub answered: Vec<(u64, u64)>,
    pub satisfied: Vec<(u64, u64)>,
    pub facts: Facts,
    pub adapt: fn(&mut Readings),
}

pub(super) fn offender() -> Offender {
    let mut plan = plan();
    let answer = standard(&mut plan, "answer", SourceKind::Record, 0.6, 0.8);
    let satisfy = standard(&mut plan, "satisfy", SourceKind::CustomerResponse, 0.6, 0.8);
    let sanction = rule(&mut plan, "offends", Recommend::Sanction, r#"below_floor("answer", 3, 4)"#);
    plan.rules[sanction].corroborated_by = vec![satisfy];
    plan.standards[answer].develop = Some(crate::workspace::Develop {
        skill: Some("call control".into()),
        action: Some("side-by-side coaching".into()),
        within: Some("30 days".into()),
        within_days: Some(30),
        resource: None,
    });
    let months = |first: (u64, u64)| -> Vec<(u64, u64)> {
        (0..12).map(|cell| if cell < 4 { first } else { (90, 100) }).collect()
    };
    Offender {
        plan,
        answered: months((40, 100)),
        satisfied: months((50, 100)),
        facts: Facts {
            trained: Vec::new(),
            rows: vec![
                row("communicated", Some(date(2025, 12, 1)), None),
                row("support", Some(date(2026, 1, 10)), Some(date(2026, 2, 15))),
            ],
            unattributed: Vec::new(),
        },
        adapt: |_| {},
    }
}

impl Offender {
    pub fn judged(&self) -> Recommendations {
        let measures = vec![share_readings(&self.answered), share_readings(&self.satisfied)];
        let mut readings = readings(vec![level("person", 3, 4, measures)], 4);
        (self.adapt)(&mut readings);
        judge(&self.plan, score(&self.plan, readings, &environment()), self.facts.clone())
    }

    pub fn detail(&self) -> Detail {
        self.judged().detail(&self.plan, 0, 0, 3)
    }

    pub fn outcome(&self) -> Outcome {
        self.judged().levels[0].outcome[3].unwrap()
    }

    /// The named gate of the sanction.
    pub fn gate(&self, name: &str) -> Gate {
        let detail = self.detail();
        let tried = detail.tried.iter().find(|t| !t.gates.is_empty()).expect("the rule fits");
        tried.gates.iter().find(|gate| gate.name == name).expect("every gate is listed").clone()
    }

    pub fn verdict(&self, name: &str) -> Verdict {
        self.gate(name).verdict
    }

    pub fn set(&mut self, gate: &str, value: &str, answered_for: bool) {
        let accept_risk = answered_for.then(|| AcceptedRisk {
            because: "a pilot".into(),
            approved_by: "the works council".into(),
            origin: crate::diagnostic::Origin::nowhere(),
        });
        let setting =
            GateSetting { origin: crate::diagnostic::Origin::nowhere(), value: said(value.into()), accept_risk };
        self.plan.fairness.gates.insert(gate.into(), setting);
    }
}
