//! The minimum, the lines and gates that keep the judgement fair, and what the luck audit tolerates.

use std::collections::BTreeMap;

use crate::diagnostic::{Authored, Diagnostic, Origin, Said};
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::{ACCEPT_RISK, FAIRNESS, GATE, LUCK, METHODS, MINIMUM};
use crate::workspace::names::suggestion;
use crate::workspace::plan::{
    AcceptedRisk, FairnessPolicy, GateSetting, LuckPolicy, Methods, Minimum, Multiplicity, ShareInterval,
};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::scalars::{parse_percentage, percent_of};
use crate::workspace::tree::{Kind, Node};

/// Below this many records someone must sign.
const FEWEST: u64 = 10;

/// What a gate's number may be, and when it is loosened.
#[derive(Clone, Copy)]
enum Strictness {
    /// On or off.
    Switch,
    /// On, whatever anyone accepts.
    Fixed,
    /// A smaller number than this is looser.
    AtLeast(f64),
    /// A larger number than this is looser.
    AtMost(f64),
}

/// The gates of `judge`, by name.
const GATES: [(&str, Strictness); 15] = [
    ("minimum", Strictness::AtLeast(FEWEST as f64)),
    ("bound", Strictness::Switch),
    ("multiplicity", Strictness::AtMost(0.05)),
    ("reliability", Strictness::AtLeast(0.9)),
    ("source_types", Strictness::AtLeast(2.0)),
    ("rater_agreement", Strictness::AtLeast(0.667)),
    ("communicated", Strictness::Switch),
    ("support", Strictness::Switch),
    ("dispute", Strictness::Switch),
    ("absence", Strictness::Switch),
    ("learning", Strictness::Fixed),
    ("authority", Strictness::Switch),
    ("ladder", Strictness::Switch),
    ("doubtful", Strictness::Switch),
    ("estimate", Strictness::Switch),
];

/// Gates that always hold.
const FIXED: [&str; 1] = ["learning"];

pub fn minimum(reader: &mut Reader, top: &Opened) -> Minimum {
    let mut minimum = Minimum { records: 30, accept_risk: None };
    let Some(node) = top.get("minimum") else { return minimum };
    let mut place = node.origin.clone();
    if let Kind::Scalar(_) = node.kind {
        minimum.records = reader.count_in(node, 1, 1_000_000_000).map_or(30, |c| c.value);
    } else {
        let opened = reader.open(node, &MINIMUM);
        if let Some(count) = opened.get("records").and_then(|n| reader.count_in(n, 1, 1_000_000_000)) {
            minimum.records = count.value;
            place = count.origin;
        }
        minimum.accept_risk = accept_risk(reader, opened.get("accept_risk"));
    }
    if minimum.records < FEWEST && minimum.accept_risk.is_none() {
        let message = match minimum.records {
            1 => said!("judging anyone on one record is left to luck"),
            records => said!("judging anyone on {records} records is left to luck", records),
        };
        sign(reader, &place, message, &format!("records: {}", minimum.records), said!("raise it to 10 or more"));
    }
    minimum
}

/// Reports a protection that is loosened without anyone answering for it.
pub fn sign(reader: &mut Reader, place: &Origin, message: Said, written: &str, instead: Said) {
    let help = said!(
        "{instead}, or write `{ {setting}, accept_risk: { because: …, approved_by: … } }`; every report will show it",
        instead,
        setting = written
    );
    let found = Diagnostic::error(&codes::RISK_NOT_ACCEPTED, message);
    reader.report(found.at(place.span, said!("nobody answers for this")).help(help));
}

pub fn accept_risk(reader: &mut Reader, node: Option<&Node>) -> Option<AcceptedRisk> {
    let opened = reader.open(node?, &ACCEPT_RISK);
    let because = opened.get("because").and_then(|n| reader.text(n))?;
    let approved_by = opened.get("approved_by").and_then(|n| reader.text(n))?;
    for empty in [&because, &approved_by].into_iter().filter(|t| t.value.trim().is_empty()) {
        let node = Node { kind: Kind::Empty, origin: empty.origin.clone() };
        reader.wrong(&node, said!("a reason and a name"), said!("say why, and who approved it"));
    }
    let origin = opened.node.origin.clone();
    Some(AcceptedRisk { because: because.value, approved_by: approved_by.value, origin })
}

pub fn read(reader: &mut Reader, top: &Opened) -> FairnessPolicy {
    let mut policy = FairnessPolicy {
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
    };
    let Some(node) = top.get("fairness") else { return policy };
    let opened = reader.open(node, &FAIRNESS);
    let number = |reader: &mut Reader, key: &str, from: f64, to: f64, default: f64| {
        opened.get(key).and_then(|n| reader.number_in(n, from, to)).map_or(default, |n| n.value)
    };
    policy.reward_line = points(reader, &opened, "reward_line", 80.0);
    policy.sanction_line = points(reader, &opened, "sanction_line", 40.0);
    policy.q = number(reader, "q", 1e-9, 1.0, 0.05);
    policy.reliability_person = number(reader, "reliability_person", 0.0, 1.0, 0.9);
    policy.reliability_group = number(reader, "reliability_group", 0.0, 1.0, 0.7);
    policy.k = number(reader, "k", 1.0, 1_000.0, 3.0) as u32;
    policy.m = number(reader, "m", 1.0, 1_000.0, f64::from(policy.k.max(4))) as u32;
    policy.warning_months = number(reader, "warning_months", 1.0, 120.0, 12.0) as i64;
    policy.peers = opened.get("peers").map(|n| reader.texts(n)).unwrap_or_default();
    policy.more = opened.more(&["note", "accept_risk"]);
    if let Some(node) = opened.get("methods") {
        policy.methods = methods(reader, node);
    }
    if let Some(node) = opened.get("gates") {
        policy.gates = gates(reader, node);
    }
    let accepted = accept_risk(reader, opened.get("accept_risk"));
    consistent(reader, &opened, &policy, accepted.is_some());
    policy
}

/// A line of the score.
fn points(reader: &mut Reader, opened: &Opened, key: &str, default: f64) -> f64 {
    let Some(node) = opened.get(key) else { return default };
    if let Some(number) = percent_of(node) {
        reader.wrong(node, said!("a number"), said!("write `{number}`: the score goes from 0 to 100", number));
        return default;
    }
    reader.number_in(node, -1e9, 1e9).map_or(default, |n| n.value)
}

fn methods(reader: &mut Reader, node: &Node) -> Methods {
    let opened = reader.open(node, &METHODS);
    let mut word = |key: &str| reader.word(&opened, key, METHODS.words(key)).map(|w| w.value);
    Methods {
        share: match word("share").as_deref() {
            Some("jeffreys") => ShareInterval::Jeffreys,
            _ => ShareInterval::Wilson,
        },
        multiplicity: match word("multiplicity").as_deref() {
            Some("bonferroni") => Multiplicity::Bonferroni,
            _ => Multiplicity::BenjaminiHochberg,
        },
    }
}

/// Limits that hold between the settings, and those that someone must answer for.
fn consistent(reader: &mut Reader, opened: &Opened, policy: &FairnessPolicy, accepted: bool) {
    if policy.sanction_line >= policy.reward_line {
        let place = opened.key_origin("sanction_line");
        reader.report(
            Diagnostic::error(&codes::LINE_ORDER, said!("the sanction line is not below the reward line"))
                .at(
                    place.span,
                    said!("{sanction} against {reward}", sanction = policy.sanction_line, reward = policy.reward_line),
                )
                .help(said!("write for example `reward_line: 80, sanction_line: 40`")),
        );
    }
    if policy.k > policy.m {
        let message = said!("{k} of the last {m} periods can never be", k = policy.k, m = policy.m);
        let place = opened.key_origin("k");
        reader.report(
            Diagnostic::error(&codes::BAD_CALL, message)
                .at(place.span, Said::default())
                .help(said!("write `k: 3, m: 4`")),
        );
    }
    let bound = policy.gates.get("bound").is_some_and(|g| g.accept_risk.is_some());
    if policy.k < 2 && !accepted && !bound {
        let message = said!("one bad period would be enough for a sanction");
        sign(reader, &opened.key_origin("k"), message, "k: 1", said!("write `k: 2` or more"));
    }
    let looser = [
        ("reliability_person", policy.reliability_person < 0.9, "0.9"),
        ("reliability_group", policy.reliability_group < 0.7, "0.7"),
    ];
    for (key, _, usual) in looser.into_iter().filter(|(_, loose, _)| *loose && !accepted) {
        let place = opened.key_origin(key);
        sign(
            reader,
            &place,
            said!("`{key}` is below {usual}", key, usual),
            &format!("{key}: …"),
            said!("leave it at {usual}", usual),
        );
    }
    if policy.q > 0.05 && !accepted {
        let place = opened.key_origin("q");
        let message = said!("more than 5 % of false sanctions are allowed");
        sign(reader, &place, message, "q: …", said!("leave it at {usual}", usual = "0.05"));
    }
}

fn gates(reader: &mut Reader, node: &Node) -> BTreeMap<String, GateSetting> {
    let mut gates = BTreeMap::new();
    for (key, value) in reader.named(node, said!("a gate")) {
        if FIXED.contains(&key.value.as_str()) {
            reader.report(
                Diagnostic::error(&codes::UNKNOWN_GATE, said!("the gate `{name}` can't be set", name = key))
                    .at(key.span(), said!("it always holds"))
                    .help(said!("remove this line")),
            );
            continue;
        }
        let Some((name, strictness)) = GATES.iter().find(|(name, _)| *name == key.value) else {
            reader.report(
                Diagnostic::error(&codes::UNKNOWN_GATE, said!("unknown gate `{name}`", name = key))
                    .at(key.span(), said!("no gate has this name"))
                    .help(suggestion(&key.value, GATES.iter().map(|(name, _)| *name), "gates:")),
            );
            continue;
        };
        if let Some(setting) = gate(reader, name, *strictness, value) {
            gates.insert(key.value.clone(), setting);
        }
    }
    gates
}

fn gate(reader: &mut Reader, name: &str, strictness: Strictness, node: &Node) -> Option<GateSetting> {
    let (value, accept_risk) = if let Kind::Map(_) = node.kind {
        let opened = reader.open(node, &GATE);
        let value = opened.get("value").and_then(|n| reader.text(n))?;
        (value, accept_risk(reader, opened.get("accept_risk")))
    } else {
        (reader.text(node)?, None)
    };
    let place = Node { kind: super::file::scalar(&value.value), origin: value.origin.clone() };
    let loosened = match (strictness, value.value.trim(), parse_percentage(&value.value)) {
        (Strictness::Fixed, "on" | "yes" | "true", _) => false,
        (Strictness::Fixed, ..) => {
            reader.report(
                Diagnostic::error(&codes::UNKNOWN_GATE, said!("gate `{name}` can't be switched off", name))
                    .at(value.origin.span, said!("a mistake that is set aside for learning never feeds a sanction"))
                    .help(said!("write `learning: on`, or leave it out; nobody can accept this risk")),
            );
            return None;
        }
        (_, "off" | "no" | "false", _) => true,
        (_, "on" | "yes" | "true", _) => false,
        (Strictness::AtLeast(usual), _, Some(number)) => number < usual,
        (Strictness::AtMost(usual), _, Some(number)) => number > usual,
        (Strictness::Switch, ..) => {
            reader.wrong(&place, said!("`on` or `off`"), said!("write `{gate}: on`", gate = name));
            return None;
        }
        _ => {
            reader.wrong(&place, said!("`on`, `off` or a number"), said!("write `{gate}: on`", gate = name));
            return None;
        }
    };
    if loosened && accept_risk.is_none() {
        let written = format!("value: {}", value.value);
        sign(reader, &value.origin, said!("gate `{name}` is loosened", name), &written, said!("leave it on"));
    }
    // One spelling for the judge.
    let value = value.map(|v| match v.trim() {
        "no" | "false" => "off".into(),
        "yes" | "true" => "on".into(),
        other => other.to_string(),
    });
    Some(GateSetting { origin: node.origin.clone(), value, accept_risk })
}

pub fn luck(reader: &mut Reader, top: &Opened) -> LuckPolicy {
    let Some(node) = top.get("luck") else { return LuckPolicy::default() };
    let opened = reader.open(node, &LUCK);
    let chance = |reader: &mut Reader, key: &str| -> Option<Authored<f64>> {
        opened.get(key).and_then(|n| reader.percentage(n))
    };
    LuckPolicy {
        sanction: chance(reader, "sanction"),
        reward: chance(reader, "reward"),
        beside: opened.get("beside").map(|n| reader.texts(n)).unwrap_or_default(),
        base: opened.get("beside").map(|n| reader.base(&n.origin)).unwrap_or_default(),
        worlds: opened.get("worlds").and_then(|n| reader.count_in(n, 1, 10_000_000)).map(|c| c.value as u32),
        seed: opened.get("seed").and_then(|n| reader.count(n)).map(|c| c.value),
    }
}
