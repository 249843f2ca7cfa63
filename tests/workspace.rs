//! Workspaces as authors write them, and the plans or the problems that come of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that fails should say so loudly

use evenhand::diagnostic::human;
use evenhand::workspace::{
    Attribute, Cause, CauseKind, Combine, Every, Form, Line, Loaded, MeasureKind, Part, Plan, Recommend, RuleSlot,
    SourceKind, load, show,
};

/// Reads files given as (name, text).
fn read(files: &[(&str, &str)]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    load(folder.path())
}

fn one(text: &str) -> Loaded {
    read(&[("evenhand.yaml", text)])
}

fn plan(text: &str) -> Plan {
    let loaded = one(text);
    let shown = human(&loaded.diagnostics, &loaded.sources, false);
    loaded.plan.unwrap_or_else(|| panic!("{shown}"))
}

/// Message and help of each error.
fn errors(text: &str) -> Vec<String> {
    let loaded = one(text);
    let errors = loaded.diagnostics.iter().filter(|d| d.is_error());
    errors.map(|d| format!("{} {}: {}", d.code.id, d.message, d.help.join("; "))).collect()
}

/// The one error of a workspace.
#[track_caller]
fn the_error(text: &str) -> String {
    let errors = errors(text);
    assert_eq!(errors.len(), 1, "{errors:#?}");
    errors.into_iter().next().unwrap()
}

/// A small workspace to which a test appends.
const BASE: &str = r#"
evenhand: 1
periods: { every: month, from: 2026-01 }
charter: { name: Our Charter, version: 2026.10, owner: Head of Service }
sources:
  calls:
    files: data/calls-*.csv
    id: call_id
    person: agent
    at: answered_at
    fields:
      answered_at: time
      wait_seconds: { column: "Speed of answer in seconds", type: number, decimals: 2 }
      goal: number
      topic: text
      unused: text
  surveys:
    files: data/surveys.csv
    kind: customer_response
    at: returned_at
    credit: { through: calls, key: call_id, take: [person, topic] }
    fields: { rating: number, recommend: number }
  reviews: { files: reviews.csv, kind: observation, person: who, at: seen, fields: { stars: number } }
measures:
  prompt: { source: calls, share: wait_seconds <= 20, adjust_for: [topic] }
  satisfied: { source: surveys, kind: objective, where: topic == "loan", share: rating >= 4 }
  wait: { source: calls, mean: wait_seconds, lower_is_better: yes }
  attitude: { source: reviews, mean: stars }
  overall: { formula: (prompt + satisfied) / 2 }
standards:
  answer: { promise: We answer., measure: prompt, floor: 60%, target: 80%, stretch: 90%, weight: 2 }
  satisfy: { measure: satisfied, floor: 0.6, target: 80% }
  wait_little: { measure: wait, floor: goal, target: 30 }
"#;

fn with(more: &str) -> String {
    format!("{BASE}{more}")
}

#[test]
fn the_plan_holds_what_was_written() {
    let plan = plan(BASE);
    assert_eq!(plan.periods.every.value, Every::Month);
    assert_eq!(plan.charter.version.value, "2026.10");
    assert_eq!(plan.charter.id, "our-charter");
    assert_eq!(plan.minimum.records, 30);
    assert_eq!(plan.levels.len(), 4);
    let calls = &plan.sources[0];
    assert_eq!(calls.subjects["person"].value, "agent");
    assert_eq!(calls.fields[1].column, "Speed of answer in seconds");
    assert_eq!(calls.as_of_slot(), 5);
    let surveys = &plan.sources[1];
    assert_eq!(surveys.kind, SourceKind::CustomerResponse);
    assert_eq!(surveys.credit.as_ref().unwrap().levels, ["person"]);
    assert_eq!(surveys.fields[2].name, "topic");
    assert_eq!(surveys.fields[2].taken, Some(3));
    assert!(matches!(plan.measures[0].form, Form::Share(_)));
    assert_eq!(plan.measures[0].wording, "wait_seconds <= 20");
    assert_eq!(plan.measures[0].adjust_for, [3]);
    assert_eq!(plan.measures[2].decimals, 2, "those of the field");
    assert_eq!(plan.measures[3].kind, MeasureKind::Subjective);
    let Form::Formula { inputs, .. } = &plan.measures[4].form else { panic!() };
    assert_eq!(*inputs, [0, 1]);
    assert_eq!(plan.standards[0].floor.as_ref().unwrap().value, Line::Number(0.6));
    assert_eq!(plan.standards[1].floor.as_ref().unwrap().value, Line::Number(0.6), "60% and 0.6 are the same");
    assert_eq!(plan.standards[2].floor.as_ref().unwrap().value, Line::Field(2));
    assert_eq!(plan.standards[2].promise.value, "wait little");
}

#[test]
fn fields_that_nothing_names_are_not_read() {
    let plan = plan(BASE);
    let used: Vec<(&str, bool)> = plan.sources[0].fields.iter().map(|f| (f.name.as_str(), f.used)).collect();
    assert_eq!(
        used,
        [("answered_at", false), ("wait_seconds", true), ("goal", true), ("topic", true), ("unused", false)],
    );
    assert!(plan.sources[1].fields[2].used, "taken, and used in a `where`");
}

#[test]
fn rules_get_slots_levels_claims_and_k_of_m() {
    let plan = plan(&with(
        r#"
scoring:
  groups:
    all: { of: [speed, satisfy], combine: sum(parts) / count(parts) }
    speed: { of: [answer, wait_little], min_parts: 2 }
  total: all
rules:
  - { id: good, recommend: reward, when: 'score >= 90 && met("answer")', corroborated_by: [satisfy] }
  - { id: bad, recommend: sanction, when: 'below_floor("answer", 3, 4) && trend("satisfy") != "improving"' }
  - { id: slow, recommend: develop, for: { level: [person, unit], contact: [contractor] }, when: speed.points < 40 }
  - { id: weak, recommend: develop, when: score < 40, offer: yes }
"#,
    ));
    let [good, bad, slow, weak] = plan.rules.as_slice() else { panic!() };
    assert_eq!((good.levels.as_slice(), good.levels_named), ([0, 1, 2, 3].as_slice(), false));
    assert_eq!(good.slots, [RuleSlot::Score, RuleSlot::Met { standard: 0, k: 1, m: 1 }]);
    assert_eq!((good.claims.as_slice(), good.k_of_m), ([0].as_slice(), None));
    assert_eq!(good.corroborated_by, [1]);
    assert_eq!((bad.levels.as_slice(), bad.k_of_m), ([0].as_slice(), Some((3, 4))));
    assert_eq!(bad.claims, [0, 1]);
    assert_eq!(bad.recommend, Recommend::Sanction);
    assert_eq!((slow.levels.as_slice(), slow.levels_named), ([0, 2].as_slice(), true));
    assert_eq!(slow.applies_to["contact"][0].value, "contactor", "the slip is read as it was meant");
    assert_eq!(slow.slots, [RuleSlot::Of(Part::Group(0), Attribute::Points)]);
    assert_eq!(slow.claims, [0, 2], "a group claims its standards");
    assert!(weak.offer && weak.claims.is_empty());
    assert_eq!(plan.scoring.groups[0].id.value, "speed", "a group stands after its parts");
    assert_eq!(plan.scoring.groups[1].parts, [Part::Group(0), Part::Standard(1)]);
    assert!(matches!(plan.scoring.groups[1].combine, Combine::Script(_)));
    assert_eq!(plan.scoring.total, Some(1));
}

#[test]
fn every_form_of_a_measure_can_be_written() {
    let plan = plan(
        r#"
evenhand: 1
periods: { every: all }
sources:
  s:
    files: a.csv
    fields: { a: number, b: number, c: number, d: number, t: time, kind: text }
    shield: { abusive: kind == "abusive" }
    cause: 'if kind == "x" { "system" } else { "person" }'
measures:
  counted: { source: s, share: { of: a, out_of: b } }
  mean: { source: s, mean: a, cause: process }
  sum: { source: s, sum: a, decimals: 0 }
  count: { source: s, count: true }
  rate: { source: s, rate: { events: a, per: b, scale: 1_000 } }
  ratio: { source: s, ratio: { of: a, out_of: b } }
  median: { source: s, median: a }
  p90: { source: s, percentile: { of: a, at: 90% } }
  nps: { source: s, nps: a }
  nps2: { source: s, nps: { promoters: a, passives: b, detractors: c } }
  gap: { source: s, gap: { received: a, expected: b } }
  value: { source: s, value: a }
  value2: { source: s, value: { of: a, n: b, lower: c, upper: d }, exclude: { test: a == 1 }, tags: [sales] }
"#,
    );
    let names: Vec<&str> = plan.measures.iter().map(|m| m.form.name()).collect();
    assert_eq!(
        names,
        [
            "share",
            "mean",
            "sum",
            "count",
            "rate",
            "ratio",
            "median",
            "percentile",
            "nps",
            "nps",
            "gap",
            "value",
            "value"
        ]
    );
    assert!(matches!(plan.measures[7].form, Form::Percentile { at, .. } if at == 0.9));
    assert!(matches!(plan.measures[4].form, Form::Rate { scale, .. } if scale == 1000.0));
    assert!(matches!(plan.measures[1].cause, Some(Cause::Always(CauseKind::Process))));
    assert!(matches!(plan.sources[0].cause, Some(Cause::Of(_))));
    assert_eq!(plan.sources[0].shield[0].reason, "abusive");
    assert_eq!(plan.measures[12].exclude[0].reason, "test");
    assert_eq!(plan.measures[12].more["tags"][0], "sales");
}

#[test]
fn one_mistake_gives_one_error() {
    for (more, code, words) in [
        ("as_of: 2026-02-31\n", "EH0205", "31 February 2026"),
        ("as_of: today\n", "EH0204", "--as-of today"),
        ("zone: Accra\n", "EH0221", "Africa/Accra"),
        ("levels: [person, person]\n", "EH0223", "twice"),
        ("names: { team: teams.csv }\n", "EH0210", "unknown level `team`"),
        ("minimum: { records: thirty }\n", "EH0204", "a whole number"),
        ("minimum: 5\n", "EH0219", "accept_risk"),
        ("fairness: { k: 1, m: 4 }\n", "EH0219", "one bad period"),
        ("fairness: { k: 5, m: 4 }\n", "EH0226", "never be"),
        ("fairness: { gates: { multiplicty: off } }\n", "EH0220", "did you mean `multiplicity`"),
        ("fairness: { gates: { support: off } }\n", "EH0219", "`support` is loosened"),
        ("fairness: { gates: { reliability: 0.5 } }\n", "EH0219", "`reliability` is loosened"),
        ("fairness: { gates: { bound: 3 } }\n", "EH0204", "`on` or `off`"),
        ("scoring: { min_weight: 60 }\n", "EH0224", "60%"),
        ("scoring: { groups: { a: { of: [b] }, b: { of: [a] } } }\n", "EH0211", "a → b → a"),
        ("scoring: { groups: { answer: { of: [satisfy] } } }\n", "EH0223", "both a group and a standard"),
        ("scoring: { groups: { a: { of: [anser] } } }\n", "EH0209", "did you mean `answer`"),
        ("scoring: { groups: { a: { of: [answer, answer] } } }\n", "EH0223", "twice"),
        ("scoring: { groups: { a: { of: [answer], combine: avg } } }\n", "EH0206", "combine"),
        ("rules: [{ id: a, recommend: bonus, when: score > 1 }]\n", "EH0206", "reward"),
        ("rules: [{ id: a, recommend: reward, when: score > 1, for: { level: [team] } }]\n", "EH0210", "team"),
        ("rules: [{ id: a, recommend: reward, when: score > 1, corroborated_by: [anser] }]\n", "EH0209", "answer"),
        ("rules: [{ id: a, recommend: sanction, when: 'below_floor(\"answer\", 1, 4)' }]\n", "EH0219", "1 bad period"),
        ("rules: [{ id: a, recommend: reward }]\n", "EH0202", "`when`"),
        ("rules: { a: { recommend: reward } }\n", "EH0204", "list of rules"),
        ("luck: { sanction: 2 }\n", "EH0224", "between"),
        ("calendar: { monday: 17:00-09:00 }\n", "EH0204", "24:00"),
        ("calendar: { monday: [09:00-12:00, 11:00-13:00] }\n", "EH0204", "overlap"),
        ("reports: [{ template: a.html, for: { outcome: [rewards] } }]\n", "EH0206", "did you mean `reward`"),
        ("overlay: { owner: HR, because: pilot, from: 2026-05-01, to: 2026-04-01 }\n", "EH0224", "ends before"),
        ("single_customer: lax\n", "EH0206", "strict"),
        ("colour: blue\n", "EH0201", "unknown key `colour`"),
    ] {
        let error = the_error(&with(more));
        assert!(error.starts_with(code) && error.contains(words), "{more}{error}");
    }
}

#[test]
fn one_mistake_in_an_entry_gives_one_error() {
    for (find, replace, code, words) in [
        ("share: wait_seconds <= 20,", "share: wait_secs <= 20,", "EH0207", "wait_seconds"),
        ("share: wait_seconds <= 20,", "shares: wait_seconds <= 20,", "EH0201", "did you mean `share`"),
        ("share: wait_seconds <= 20,", "", "EH0213", "doesn't say what it computes"),
        ("share: wait_seconds <= 20,", "share: wait_seconds <= 20, mean: wait_seconds,", "EH0212", "two measures"),
        ("adjust_for: [topic]", "adjust_for: [topik]", "EH0207", "did you mean `topic`"),
        ("mean: stars", "median: stars, adjust_for: [stars]", "EH0218", "median"),
        ("mean: stars", "kind: objective, mean: stars", "EH0217", "observation"),
        ("prompt: { source: calls", "prompt: { source: call", "EH0208", "did you mean `calls`"),
        ("prompt: { source: calls", "prompt: { source: calls, kind: subjective", "EH0217", "observation"),
        ("(prompt + satisfied) / 2", "overall * 2", "EH0211", "overall → overall"),
        ("(prompt + satisfied) / 2", "promt * 2", "EH0203", "prompt"),
        ("measure: prompt", "measure: promt", "EH0203", "did you mean `prompt`"),
        ("target: 80%, stretch: 90%", "target: 50%, stretch: 90%", "EH0216", "the target is worse than the floor"),
        ("target: 80%, stretch: 90%", "target: 60%, stretch: 90%", "EH0216", "equals"),
        ("target: 80%, stretch: 90%", "target: 80%, stretch: 70%", "EH0216", "the stretch is worse"),
        ("target: 80%, stretch: 90%", "target: 80", "EH0233", "80%"),
        ("floor: goal, target: 30", "floor: 20, target: 30", "EH0216", "lower is better"),
        ("floor: goal, target: 30", "floor: topic, target: 30", "EH0231", "topic"),
        ("floor: goal, target: 30", "floor: goals, target: 30", "EH0207", "did you mean `goal`"),
        ("floor: goal, target: 30", "floor: previous, target: 30", "EH0207", "only `baseline`"),
        ("weight: 2", "weight: heavy", "EH0204", "a number"),
        ("weight: 2", "direction: lower", "EH0229", "higher is better"),
        ("weight: 2", "period: year", "EH0229", "periods"),
        ("weight: 2", "quality: polite", "EH0206", "politeness"),
        ("take: [person, topic]", "take: [person, topik]", "EH0207", "did you mean `topic`"),
        ("through: calls", "through: surveys", "EH0228", "itself"),
        ("through: calls", "through: reviews", "EH0228", "no `id`"),
        ("fields: { stars: number }", "fields: { stars: nmber }", "EH0206", "did you mean `number`"),
        ("fields: { stars: number }", "fields: { stars: number, new: text }", "EH0214", "is_new"),
        ("fields: { stars: number }", "fields: { stars: number, my-field: text }", "EH0215", "my_field"),
        ("unused: text", "unused: { type: number, pattern: out of 10 }", "EH0204", "hole"),
        ("person: who, at: seen,", "person: who,", "EH0227", "`at:`"),
        ("person: who, at: seen,", "person: who, at: stars,", "EH0231", "stars: time"),
        ("evenhand: 1", "evenhand: 2", "EH0225", "version 2"),
        ("every: month", "every: months", "EH0206", "did you mean `month`"),
        ("from: 2026-01", "from: 2026-13", "EH0205", "month 13"),
    ] {
        let text = BASE.replace(find, replace);
        assert_ne!(text, BASE, "{find}");
        let error = the_error(&text);
        assert!(error.starts_with(code) && error.contains(words), "{find} → {replace}\n{error}");
    }
}

#[test]
fn rules_that_can_never_apply_are_found() {
    let found = |rules: &str| -> Vec<String> {
        let loaded = one(&with(&format!("rules:\n{rules}")));
        assert!(loaded.plan.is_some(), "{:#?}", loaded.diagnostics);
        let codes = loaded.diagnostics.iter().filter(|d| d.code.id == "EH0222");
        codes.map(|d| format!("{} {}", d.message, d.labels[0].text)).collect()
    };
    let rule =
        |id: &str, recommend: &str, when: &str| format!("  - {{ id: {id}, recommend: {recommend}, when: {when} }}\n");
    assert_eq!(found(&rule("a", "reward", "score > 90 && score < 80")).len(), 1);
    let wide = rule("a", "develop", "score < 80");
    assert!(found(&(wide.clone() + &*rule("b", "develop", "score < 50")))[0].contains("wider"));
    assert!(found(&(wide.clone() + &*rule("b", "develop", "score  <  80")))[0].contains("same condition"));
    assert!(found(&(wide.clone() + &*rule("b", "sanction", "score < 50"))).is_empty());
    assert!(found(&(rule("a", "develop", "score < 50") + &*rule("b", "develop", "score < 80"))).is_empty());
    let restricted = "  - { id: a, recommend: develop, for: { unit: [north] }, when: score < 80 }\n";
    assert!(found(&(restricted.to_string() + &*rule("b", "develop", "score < 50"))).is_empty());
    assert!(found(&(rule("a", "develop", "true") + &*rule("b", "develop", "score < 50")))[0].contains("always"));
}

#[test]
fn one_period_makes_k_of_m_impossible() {
    let text = BASE.replace("{ every: month, from: 2026-01 }", "all");
    let loaded =
        one(&format!("{text}rules: [{{ id: a, recommend: sanction, when: 'below_floor(\"answer\", 3, 4)' }}]\n"));
    assert!(loaded.diagnostics.iter().any(|d| d.code.id == "EH0232"));
}

#[test]
fn accepted_risks_are_kept() {
    let plan = plan(&with(
        "minimum: { records: 5, accept_risk: { because: a pilot, approved_by: Head of HR } }
fairness:
  gates: { support: { value: no, accept_risk: { because: no coach yet, approved_by: Head of HR } }, ladder: on }
",
    ));
    assert_eq!(plan.minimum.accept_risk.unwrap().approved_by, "Head of HR");
    assert_eq!(plan.fairness.gates["support"].value.value, "off");
    assert!(plan.fairness.gates["ladder"].accept_risk.is_none());
}

#[test]
fn editing_a_threshold_keeps_the_digest_of_readings() {
    let digest = |text: &str| plan(text).digest;
    let base = digest(BASE);
    assert_eq!(base, digest(&BASE.replace("target: 80%", "target: 85%")));
    assert_eq!(base, digest(&with("# a remark\nrules: [{ id: a, recommend: develop, when: score < 1 }]\n")));
    assert_ne!(base, digest(&BASE.replace("<= 20", "<= 30")));
    assert_ne!(base, digest(&BASE.replace("floor: goal", "floor: 90")), "a field that a line names is read");
}

#[test]
fn what_is_shown_reads_back_as_the_same_plan() {
    let extra = with(
        r#"
rules:
  - id: good
    recommend: reward
    when: |
      score >= 90
        && met("answer")
    because: "{{ subject.name }}: \"yes\""
"#,
    );
    let loaded = one(&extra);
    let shown = show(&loaded);
    assert!(shown.contains("# evenhand.yaml:2"), "{shown}");
    let again = one(&shown);
    assert!(again.plan.is_some(), "{shown}\n{}", human(&again.diagnostics, &again.sources, false));
    let (first, second) = (loaded.plan.unwrap(), again.plan.unwrap());
    assert_eq!(first.digest, second.digest);
    let text = |p: &Plan| p.rules[0].because.as_ref().unwrap().value.clone();
    assert_eq!(text(&first), text(&second));
    assert_eq!(first.rules[0].when.wording(), second.rules[0].when.wording());
}
