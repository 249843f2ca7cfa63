//! Rules that can never be the one: contradictory ones, and those that an earlier rule already covers.

use super::codes;
use super::plan::Rule;
use super::ranges::Ranges;
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Said, Span};
use crate::language::Value;
use crate::said;

/// `places` are those of the conditions.
pub fn report(reader: &mut Reader, rules: &[Rule], places: &[Span]) {
    let ranges: Vec<Ranges> = rules.iter().map(|r| Ranges::of(r.when.wording())).collect();
    for (i, ((rule, range), place)) in rules.iter().zip(&ranges).zip(places).enumerate() {
        if let Some(name) = range.contradiction() {
            contradictory(reader, rule, *place, said!("`{name}` can't be both", name));
        } else if rule.when.constant() == Some(Value::YesNo(false)) {
            contradictory(reader, rule, *place, said!("this is never true"));
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

fn covers(first: &Rule, first_range: &Ranges, later: &Rule, later_range: &Ranges) -> Option<Said> {
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
        return Some(said!("`{first}` comes first, and it is always true", first = first.id));
    }
    if plain(first.when.wording()) == plain(later.when.wording()) {
        return Some(said!("`{first}` comes first, and it has the same condition", first = first.id));
    }
    first_range
        .covers(later_range)
        .then(|| said!("`{first}` comes first, and its condition is wider", first = first.id))
}

fn contradictory(reader: &mut Reader, rule: &Rule, place: Span, label: Said) {
    reader.report(
        Diagnostic::warning(&codes::UNREACHABLE_RULE, said!("rule `{rule}` can never apply", rule = rule.id))
            .at(place, label)
            .help(said!("mend the condition, or remove the rule")),
    );
}

fn covered(reader: &mut Reader, first: &Rule, later: &Rule, places: (Span, Span), why: Said) {
    reader.report(
        Diagnostic::warning(&codes::UNREACHABLE_RULE, said!("rule `{rule}` is never reached", rule = later.id))
            .at(places.1, why)
            .at(places.0, said!("the earlier rule"))
            .help(said!("put `{rule}` before `{first}`, or remove it", rule = later.id, first = first.id)),
    );
}
