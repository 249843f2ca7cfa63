//! Rules that can never be the one: contradictory ones, and those that an earlier rule already covers.

use super::codes;
use super::plan::Rule;
use super::ranges::Ranges;
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Span};
use crate::language::Value;
use crate::said;

/// `places` are those of the conditions.
pub fn report(reader: &mut Reader, rules: &[Rule], places: &[Span]) {
    let ranges: Vec<Ranges> = rules.iter().map(|r| Ranges::of(r.when.wording())).collect();
    for (i, ((rule, range), place)) in rules.iter().zip(&ranges).zip(places).enumerate() {
        if let Some(name) = range.contradiction() {
            contradictory(reader, rule, *place, &format!("`{name}` can't be both"));
        } else if rule.when.constant() == Some(Value::YesNo(false)) {
            contradictory(reader, rule, *place, "this is never true");
        } else {
            let earlier = rules.iter().zip(&ranges).zip(places).take(i);
            let mut covering = earlier.filter(|((first, _), _)| same_people(first, rule));
            let found = covering.find_map(|((first, r), p)| covers(first, r, rule, range).map(|why| (first, *p, why)));
            if let Some((first, first_place, why)) = found {
                covered(reader, first, rule, (first_place, *place), why);
            }
        }
    }
}

/// Everyone the later rule is for has been through the earlier one, for the same outcome.
fn same_people(first: &Rule, later: &Rule) -> bool {
    first.recommend == later.recommend
        && later.levels.iter().all(|l| first.levels.contains(l))
        && first.applies_to.iter().all(|(attribute, allowed)| {
            later
                .applies_to
                .get(attribute)
                .is_some_and(|values| values.iter().all(|v| allowed.iter().any(|a| a.value == v.value)))
        })
}

fn covers(first: &Rule, first_range: &Ranges, later: &Rule, later_range: &Ranges) -> Option<&'static str> {
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    // Gates test what a rule claims: with other claims, the later rule may pass where the earlier one fails.
    let same_gates = first.claims == later.claims
        && first.corroborated_by == later.corroborated_by
        && first.k_of_m == later.k_of_m
        && (first.offer || !later.offer);
    if !same_gates {
        return None;
    }
    if first.when.constant() == Some(Value::YesNo(true)) {
        return Some("it is always true");
    }
    if plain(first.when.wording()) == plain(later.when.wording()) {
        return Some("it has the same condition");
    }
    first_range.covers(later_range).then_some("its condition is wider")
}

fn contradictory(reader: &mut Reader, rule: &Rule, place: Span, label: &str) {
    reader.report(
        Diagnostic::warning(&codes::UNREACHABLE_RULE, said!("rule `{id}` can never apply", id = rule.id.value))
            .at(place, label)
            .help(said!("mend the condition, or remove the rule")),
    );
}

fn covered(reader: &mut Reader, first: &Rule, later: &Rule, places: (Span, Span), why: &str) {
    reader.report(
        Diagnostic::warning(&codes::UNREACHABLE_RULE, said!("rule `{id}` is never reached", id = later.id.value))
            .at(places.1, said!("`{id}` comes first, and {why}", id = first.id.value, why))
            .at(places.0, said!("the earlier rule"))
            .help(said!("put `{id}` before `{id_2}`, or remove it", id = later.id.value, id_2 = first.id.value)),
    );
}
