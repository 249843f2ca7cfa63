//! Rules: when something is recommended, to whom, and what is claimed by it.

use std::collections::BTreeSet;

use super::fairness::{accept_risk, sign};
use super::header::{Header, applies_to};
use super::source::errors;
use super::standard::StandardSet;
use crate::diagnostic::{Authored, Diagnostic, Origin, Said, Span};
use crate::language::Expected;
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::RULE;
use crate::workspace::names::Names;
use crate::workspace::plan::{Every, FairnessPolicy, Group, Part, Recommend, Rule, RuleSlot};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::scopes::RuleScope;
use crate::workspace::tree::{Kind, Node};

const MORE: &[&str] = &["accept_risk", "award", "raised", "tags", "owner", "note"];

/// What rules may refer to.
pub struct Surroundings<'a> {
    pub header: &'a Header,
    pub standards: &'a StandardSet,
    pub groups: &'a [Group],
    pub group_names: &'a Names,
    pub fairness: &'a FairnessPolicy,
    /// Titles of the file of protected attributes.
    pub protected: &'a [String],
}

/// The rules and the places of their conditions. Faulty rules are left out.
pub fn read(reader: &mut Reader, top: &Opened, around: &Surroundings) -> (Vec<Rule>, Vec<Span>) {
    let mut rules: Vec<Rule> = Vec::new();
    let mut places: Vec<Span> = Vec::new();
    let Some(node) = top.get("rules") else { return (rules, places) };
    if let Kind::Map(_) = node.kind {
        let help = said!("begin each rule with `- id: …` on a line of its own, its other keys indented below the `id`");
        reader.wrong(node, said!("a list of rules"), help);
        return (rules, places);
    }
    let mut ids: Vec<Authored<String>> = Vec::new();
    for item in reader.items(node) {
        let opened = reader.open(item, &RULE);
        let before = errors(reader);
        let Some(id) = opened.get("id").and_then(|n| reader.text(n)) else { continue };
        if let Some(first) = ids.iter().find(|i| i.value == id.value) {
            reader.report(
                Diagnostic::error(&codes::DUPLICATE_ID, said!("two rules are called `{name}`", name = id))
                    .at(id.span(), said!("here again"))
                    .at(first.span(), said!("first here"))
                    .help(said!("give one of them another name")),
            );
        }
        ids.push(id.clone());
        if let Some(rule) = rule(reader, id, &opened, around)
            && errors(reader) == before
        {
            rules.push(rule);
            places.push(opened.get("when").map_or(item.origin.span, |n| n.origin.span));
        }
    }
    (rules, places)
}

fn rule(reader: &mut Reader, id: Authored<String>, opened: &Opened, around: &Surroundings) -> Option<Rule> {
    let recommend = reader.word(opened, "recommend", RULE.words("recommend")).map(|w| match w.value.as_str() {
        "reward" => Recommend::Reward,
        "develop" => Recommend::Develop,
        _ => Recommend::Sanction,
    });
    let mut applies_to = applies_to(reader, opened.get("for"), &around.header.levels, false);
    if let Some(node) = opened.get("for") {
        for entry in node.entries() {
            not_protected(reader, &entry.key, around.protected);
        }
    }
    let named = applies_to.remove("level");
    let levels = levels(around.header, named.as_deref(), recommend);
    let mut scope = RuleScope {
        standards: &around.standards.names,
        groups: around.group_names,
        lines: &around.standards.lines,
        measured: &around.standards.measured,
        levels: &around.header.levels,
        slots: Vec::new(),
        protected: around.protected,
        findings: Vec::new(),
    };
    let when = opened.get("when").and_then(|n| reader.compile(n, Expected::YesNo, &mut scope));
    let slots = scope.slots;
    scope.findings.into_iter().for_each(|found| reader.report(found));
    let corroborated_by = standards_of(reader, opened.get("corroborated_by"), &around.standards.names);
    let claims = claims(reader, opened, around, &slots);
    let k_of_m = k_of_m(&slots, recommend);
    let accepted = accept_risk(reader, opened.get("accept_risk"));
    if recommend == Some(Recommend::Sanction) {
        one_bad_period(reader, opened, around.fairness, k_of_m, accepted.is_some());
    }
    never_true(reader, opened, around.header, &slots);
    award(reader, opened, recommend);
    let text = |reader: &mut Reader, key: &str| opened.get(key).and_then(|n| reader.text(n));
    Some(Rule {
        origin: id.origin.clone(),
        id,
        levels_named: named.is_some(),
        levels,
        applies_to,
        because: text(reader, "because").and_then(|_| opened.get("because").and_then(Node::text)),
        action: text(reader, "action"),
        offer: opened.get("offer").and_then(|n| reader.yes_no(n)).is_some_and(|y| y.value),
        corroborated_by,
        claims,
        k_of_m,
        slots,
        more: opened.more(MORE),
        recommend: recommend?,
        when: when?,
    })
}

/// A rule that is for some protected group only is refused, as is one that compares within it.
pub fn not_protected(reader: &mut Reader, name: &Authored<String>, protected: &[String]) {
    if protected.iter().any(|title| title.eq_ignore_ascii_case(&name.value)) {
        reader.report(crate::workspace::protected_named(name));
    }
}

/// Positions of the levels: those named, else all; for a sanction persons only.
fn levels(header: &Header, named: Option<&[Authored<String>]>, recommend: Option<Recommend>) -> Vec<usize> {
    let position = |name: &str| header.levels.iter().position(|l| l.value == name);
    let mut positions: Vec<usize> = match named {
        Some(named) => named.iter().filter_map(|l| position(&l.value)).collect(),
        None if recommend == Some(Recommend::Sanction) => position("person").into_iter().collect(),
        None => (0..header.levels.len()).collect(),
    };
    positions.sort_unstable();
    positions.dedup();
    positions
}

fn standards_of(reader: &mut Reader, node: Option<&Node>, names: &Names) -> Vec<usize> {
    let mut positions = Vec::new();
    for name in node.map(|n| reader.texts(n)).unwrap_or_default() {
        if reader.known(&name, names.iter(), said!("standard"), "standards:", &codes::UNKNOWN_STANDARD) {
            positions.extend(names.position(&name.value).filter(|p| !positions.contains(p)));
        }
    }
    positions
}

/// Those of `claim:`, else those that `when` names; a group stands for its standards. `claim: score` claims the score.
fn claims(reader: &mut Reader, opened: &Opened, around: &Surroundings, slots: &[RuleSlot]) -> Vec<usize> {
    if let Some(node) = opened.get("claim") {
        if matches!(&node.kind, Kind::Scalar(s) if s.text.trim() == "score") {
            return Vec::new();
        }
        return standards_of(reader, Some(node), &around.standards.names);
    }
    let mut claims = BTreeSet::new();
    for slot in slots {
        match slot {
            RuleSlot::Of(part, _) => members(*part, around.groups, &mut claims),
            RuleSlot::Met { standard, .. } | RuleSlot::BelowFloor { standard, .. } => {
                claims.insert(*standard);
            }
            RuleSlot::ProvenMet(s) | RuleSlot::Previous(s) | RuleSlot::Trend(s) => {
                claims.insert(*s);
            }
            _ => {}
        }
    }
    claims.into_iter().collect()
}

/// The standards of a part. Groups stand after the groups they hold, so that this ends also where they form a circle.
fn members(part: Part, groups: &[Group], into: &mut BTreeSet<usize>) {
    match part {
        Part::Standard(standard) => {
            into.insert(standard);
        }
        Part::Group(group) => {
            for part in groups.get(group).map(|g| g.parts.as_slice()).unwrap_or_default() {
                if !matches!(part, Part::Group(inner) if *inner >= group) {
                    members(*part, groups, into);
                }
            }
        }
    }
}

/// The k of m that the rule names: for a sanction of `below_floor`, else of `met`; the strictest of several.
fn k_of_m(slots: &[RuleSlot], recommend: Option<Recommend>) -> Option<(u32, u32)> {
    let named = slots.iter().filter_map(|slot| match slot {
        RuleSlot::BelowFloor { k, m, .. } if *m > 1 => Some((*k, *m)),
        RuleSlot::Met { k, m, .. } if *m > 1 && recommend != Some(Recommend::Sanction) => Some((*k, *m)),
        _ => None,
    });
    named.max()
}

/// One bad period never suffices for a sanction, unless someone answers for it (C11).
fn one_bad_period(
    reader: &mut Reader,
    opened: &Opened,
    fairness: &FairnessPolicy,
    k_of_m: Option<(u32, u32)>,
    accepted: bool,
) {
    let bound = fairness.gates.get("bound").is_some_and(|g| g.accept_risk.is_some());
    if let Some((k, m)) = k_of_m
        && k < 2
        && !accepted
        && !bound
    {
        let message = said!("{k} bad period of {m} would be enough for a sanction", k, m);
        let place: Origin = opened.get("when").map_or_else(|| opened.node.origin.clone(), |n| n.origin.clone());
        sign(reader, &place, message, "id: …, when: …", said!("ask for at least 2 periods, such as `3, 4`"));
    }
}

/// An award is a reward.
fn award(reader: &mut Reader, opened: &Opened, recommend: Option<Recommend>) {
    let award = reader.word(opened, "award", RULE.words("award"));
    if let Some(award) = award.filter(|_| recommend.is_some_and(|r| r != Recommend::Reward)) {
        reader.report(
            Diagnostic::error(&codes::NOT_A_CHOICE, said!("only a reward can be an award"))
                .at(award.span(), said!("this rule recommends something else"))
                .help(said!("write `recommend: reward`, or take `award` out")),
        );
    }
}

fn never_true(reader: &mut Reader, opened: &Opened, header: &Header, slots: &[RuleSlot]) {
    let several = slots.iter().find_map(|slot| match slot {
        RuleSlot::Met { k, m, .. } | RuleSlot::BelowFloor { k, m, .. } if *m > 1 => Some((*k, *m)),
        _ => None,
    });
    if let (Some((k, m)), Every::All) = (several, header.periods.every.value) {
        let place = opened.get("when").map_or(opened.node.origin.span, |n| n.origin.span);
        reader.report(
            Diagnostic::warning(&codes::NEVER_TRUE, said!("{k} of {m} periods can't come true with one period", k, m))
                .at(place, Said::default())
                .at(header.periods.every.span(), said!("all time is one period here"))
                .help(said!("write `periods: { every: month }`, or leave the two numbers out")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_k_of_m_counts() {
        let below = |k, m| RuleSlot::BelowFloor { standard: 0, k, m };
        assert_eq!(k_of_m(&[below(1, 1)], Some(Recommend::Sanction)), None);
        assert_eq!(k_of_m(&[below(2, 4), below(3, 4)], Some(Recommend::Sanction)), Some((3, 4)));
        let met = RuleSlot::Met { standard: 0, k: 3, m: 6 };
        assert_eq!(k_of_m(std::slice::from_ref(&met), Some(Recommend::Sanction)), None);
        assert_eq!(k_of_m(&[met], Some(Recommend::Reward)), Some((3, 6)));
    }
}
