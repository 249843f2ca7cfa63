//! One slip in a healthy workspace: one message, at its place, whose help is right: followed, the workspace is accepted.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that fails should say so loudly

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use evenhand::diagnostic::{Diagnostic, Place, Said, human};
use evenhand::workspace::{Loaded, load};

const HEALTHY: &str = r#"evenhand: 1
zone: Africa/Accra
periods: { every: month, from: 2026-01 }
as_of: 2026-04-30
charter:
  name: Akwaaba Bank Customer Service Charter
  version: "2026.1"
  effective: 2026-01-01
  review_by: 2026-12-31
  owner: Head of Service
  customer: the account holder who pays

people: { file: data/people.csv }
levels: [person, department, organisation]
evidence: { file: data/support.csv }

sources:
  calls:
    files: data/calls.csv
    kind: record
    id: call_id
    person: agent
    at: answered_at
    fields:
      wait_seconds: { column: "Speed of answer", type: number }
      topic: text
      channel: text
      solved: yes_no
  surveys:
    files: data/surveys.csv
    kind: customer_response
    at: returned_at
    credit: { through: calls, key: call_id, take: [person, channel] }
    fields: { rating: number, recommend: number }

measures:
  answered_in_20s:
    source: calls
    where: channel == "phone"
    share: wait_seconds <= 20
  satisfied: { source: surveys, kind: objective, share: rating >= 4 }
  solved_share: { source: calls, kind: objective, share: solved }
  mean_wait: { source: calls, mean: wait_seconds, lower_is_better: yes }
  nps: { source: surveys, nps: recommend }

standards:
  answer_promptly:
    promise: We answer your call within 20 seconds.
    measure: answered_in_20s
    for: { contact: [contactor] }
    floor: 60%
    target: 80%
    stretch: 90%
    weight: 2
  satisfy: { promise: You leave satisfied., measure: satisfied, floor: 60%, target: 80% }
  solve: { measure: solved_share, floor: 50%, target: 70% }
  wait_little: { measure: mean_wait, floor: 60, target: 30 }
  recommended: { measure: nps, floor: 10, target: 30 }

scoring:
  groups:
    speed: { of: [answer_promptly, wait_little], combine: weighted_mean }
    overall: { of: [speed, satisfy, solve, recommended] }
  total: overall

minimum: { records: 10 }
fairness: { reward_line: 80, sanction_line: 40, peers: [contact] }

rules:
  - id: keeps_every_promise
    recommend: reward
    for: { level: [person] }
    when: score >= 90 && met("answer_promptly")
    because: "{{ subject.name }} kept the promise"
  - id: consistent_offender
    recommend: sanction
    when: below_floor("answer_promptly", 3, 4)
    corroborated_by: [satisfy]
  - { id: dissatisfied, recommend: develop, when: 'below_floor("satisfy", 2, 4)' }
  - id: needs_support
    recommend: develop
    when: score < 80

reports:
  - template: report.html
  - { template: letter.html, for: { level: [person], outcome: [reward] } }
"#;

fn read(text: &str) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("evenhand.yaml"), text).unwrap();
    load(folder.path())
}

/// The slip is written with `§` where its message is to point. `help` is part of the help, `cure` what an author writes
/// who follows it: every word in backticks of `help` must stand in it.
#[track_caller]
fn slip(right: &str, wrong: &str, says: &str, help: &str, cure: &str) {
    assert_eq!(HEALTHY.matches(right).count(), 1, "not once in the workspace: {right}");
    let marked = HEALTHY.replace(right, wrong);
    let (before, after) = marked.split_once('§').expect("a place");
    let place = (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap().chars().count() + 1);
    let loaded = read(&format!("{before}{after}"));
    let shown = human(&loaded.diagnostics, &loaded.sources, false);
    let [found] = loaded.diagnostics.as_slice() else { panic!("one slip, one message:\n{shown}") };
    let at = match found.labels.first().map(|l| &l.place) {
        Some(Place::Author(span)) => (loaded.sources.place(*span).1, loaded.sources.place(*span).2),
        _ => (0, 0),
    };
    assert_eq!(at, place, "{shown}");
    assert!(found.message.contains(says), "no `{says}`:\n{shown}");
    assert!(found.help.iter().any(|h| h.contains(help)), "no help `{help}`:\n{shown}");
    for (i, word) in help.split('`').enumerate() {
        let word = word.trim_end_matches('…').trim_end_matches(": ");
        assert!(i % 2 == 0 || cure.contains(word), "the cure doesn't follow the help: {word}");
    }
    accepted(&HEALTHY.replace(right, cure), &shown);
    said_in_french(&format!("{before}{after}\nlanguage: fr\n"));
}

/// No message about a French workspace has three words in a row that only English has.
#[track_caller]
fn said_in_french(text: &str) {
    let loaded = read(text);
    let said = |said: &Said| loaded.sources.say(said).into_owned();
    for found in &loaded.diagnostics {
        let labels = found.labels.iter().map(|label| &label.text);
        for text in [&found.message].into_iter().chain(labels).chain(&found.help).map(said) {
            let left: Vec<String> =
                windows(&text).into_iter().filter(|w| english().contains(w)).map(|w| w.join(" ")).collect();
            assert!(left.is_empty(), "{left:?} in: {text}");
        }
    }
}

/// Every three words in a row of a text, without what stands in backticks.
fn windows(text: &str) -> HashSet<Vec<String>> {
    let ours: Vec<&str> = text.split('`').step_by(2).collect();
    let of = |part: &str| {
        let words: Vec<String> = part
            .to_lowercase()
            .split(|c: char| !(c.is_alphanumeric() || "'’-".contains(c)))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        words.windows(3).map(<[String]>::to_vec).collect::<Vec<_>>()
    };
    ours.into_iter().flat_map(of).collect()
}

/// What the English sentences say and the French ones don't. Sentences for authors are keyed by their English text.
fn english() -> &'static HashSet<Vec<String>> {
    static ENGLISH: OnceLock<HashSet<Vec<String>>> = OnceLock::new();
    ENGLISH.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/words/fr.yaml");
        let texts: BTreeMap<String, String> = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let constant = |text: &str| windows(&text.replace(['{', '}'], "`"));
        let french: HashSet<Vec<String>> = texts.values().flat_map(|text| constant(text)).collect();
        let sentences = texts.keys().filter(|key| key.contains(' ')).flat_map(|key| constant(key));
        let english: HashSet<Vec<String>> = sentences.filter(|window| !french.contains(window)).collect();
        assert!(english.len() > 1000, "{}", english.len());
        english
    })
}

#[track_caller]
fn accepted(text: &str, because: &str) {
    let loaded = read(text);
    let found: Vec<&Diagnostic> = loaded.diagnostics.iter().collect();
    assert!(
        loaded.plan.is_some() && found.is_empty(),
        "{because}\nfollowed, and then:\n{}",
        human(&loaded.diagnostics, &loaded.sources, false)
    );
}

const SCORE: &str = "when: score < 80";
const MET: &str = r#"when: score >= 90 && met("answer_promptly")"#;

#[test]
fn the_healthy_workspace_has_nothing_wrong() {
    accepted(HEALTHY, "");
}

#[test]
fn zones() {
    let zone = "zone: Africa/Accra";
    let city = "name a city of your zone, such as `Africa/Lagos`";
    slip(zone, "zone: §GMT+1", "unknown time zone `GMT+1`", city, "zone: Africa/Lagos");
    slip(zone, "zone: §UTC+01:00", "unknown time zone", city, "zone: Africa/Lagos");
    slip(zone, "zone: §Germany", "`Germany`", "name a city of your zone: `Europe/Berlin`", "zone: Europe/Berlin");
    slip(zone, "zone: §Africa/Acra", "`Africa/Acra`", "did you mean `Africa/Accra`?", zone);
}

#[test]
fn shifted_items_and_texts_beside_numbers() {
    let item = "  - { id: dissatisfied, recommend: develop,";
    let shifted = " §- { id: dissatisfied, recommend: develop,";
    slip(item, shifted, "starts in a column where nothing above starts", "2 spaces", item);
    slip(SCORE, "when: §score < \"low\"", "can't be compared", "compare it with a number, such as `80`", SCORE);
    slip(SCORE, "when: §score < \"80\"", "can't be compared", "write 80 without quotes", SCORE);
}

#[test]
fn percentages_of_the_score() {
    let to_hundred = "score and points go from 0 to 100: write `80`";
    slip(SCORE, "when: score < §80%", "`80%`", to_hundred, SCORE);
    slip(SCORE, "when: §80% > score", "`80%`", to_hundred, "when: 80 > score");
    slip(SCORE, "when: satisfy.points < §80%", "`80%`", to_hundred, "when: satisfy.points < 80");
    slip(SCORE, "when: satisfy.value < §80%", "`80%`", "write `0.8`", "when: satisfy.value < 0.8");
    slip(SCORE, "when: score < §0.8", "less than one point", "write `80`", SCORE);
    slip(SCORE, "when: speed.value < §0.07", "less than one point", "write `7`", "when: speed.value < 7");
    slip("reward_line: 80", "reward_line: §80%", "a number is needed", "write `80`: the score goes", "reward_line: 80");
}

#[test]
fn words_that_are_never_the_answer() {
    let mean = "did you mean `\"worsening\"`?";
    slip(
        SCORE,
        r#"when: trend("satisfy") == §"worse""#,
        "never the answer of `trend`",
        mean,
        r#"when: trend("satisfy") == "worsening""#,
    );
    slip(
        SCORE,
        r#"when: satisfy.state == §"too few""#,
        "never a state",
        "`\"too_few\"`",
        r#"when: satisfy.state == "too_few""#,
    );
    slip(
        SCORE,
        r#"when: score < 80 && subject == §"person""#,
        "`subject` is an id",
        "limited by `for: { level: [person] }`",
        "for: { level: [person] }\n    when: score < 80",
    );
}

#[test]
fn texts_that_yaml_cuts_short() {
    let promise = "promise: We answer your call within 20 seconds.";
    slip(
        promise,
        "promise: We are §#1 in service.",
        "ends this text before ` #`",
        "`promise: 'We are #1 in service.'`",
        "promise: 'We are #1 in service.'",
    );
    slip(
        "      topic: text\n",
        "      topic: text §#type\n",
        "` #`",
        "a space after its `#`",
        "      topic: text # type\n",
    );
    slip(
        "owner: Head of Service",
        "owner: §&Head of Service",
        "`&Head`",
        "`'&Head of Service'`",
        "owner: '&Head of Service'",
    );
    slip(
        "owner: Head of Service",
        "owner: §*Head of Service",
        "`&Head`",
        "`owner: '*Head of Service'`",
        "owner: '*Head of Service'",
    );
    accepted(&HEALTHY.replace("floor: 60\n", "floor: 60 #was 50\n"), "a remark after a number is a comment");
    accepted(&HEALTHY.replace("kind: record\n", "kind: record # calls\n"), "a comment");
}

#[test]
fn lines_on_other_scales() {
    slip("target: 80%\n", "target: §120%\n", "off the scale", "120% is more than all", "target: 80%\n");
    slip(
        "    floor: 60%\n    target",
        "    floor: §60\n    target",
        "off the scale",
        "write `floor: 60%`",
        "    floor: 60%\n    target",
    );
    slip("floor: 10,", "floor: §10%,", "on a net promoter score", "write `floor: 10`", "floor: 10,");
    slip("floor: 60,", "floor: §60%,", "of time", "write `floor: 60`", "floor: 60,");
    slip("floor: 60,", "floor: §60 seconds,", "a floor is a number", "write `60`", "floor: 60,");
    let floor = "    floor: 60%\n    target";
    slip(
        floor,
        "    floor: §0,6\n    target",
        "a floor is",
        "write `0.6`: decimals have a point",
        "    floor: 0.6\n    target",
    );
    slip(floor, "    floor: §60,5%\n    target", "a floor is", "write `60.5%`", "    floor: 60.5%\n    target");
    slip(floor, "    floor: §sixty percent\n    target", "a floor is", "write `60%`", floor);
}

#[test]
fn rates_per_a_source_and_cadences() {
    let nps = "  nps: { source: surveys, nps: recommend }\n";
    let more = |form: &str| format!("{nps}  more: {{ {form} }}\n");
    let wrong = |wrong: &str, says: &str, help: &str, cure: &str| slip(nps, &more(wrong), says, help, &more(cure));
    let low = "source: surveys, rate: { events: 1, per: calls }";
    wrong(
        "source: surveys, rate: { events: §rating, per: calls }",
        "`rating` doesn't say which rows",
        "`events: 1`",
        low,
    );
    wrong("source: surveys, rate: { events: 1, per: §surveys }", "per `surveys` itself", "`per: calls`", low);
    wrong("source: surveys, rate: { events: 1, per: §cals }", "unknown source `cals`", "did you mean `calls`?", low);
    let weekly = "source: calls, cadence: { every: week, level: person }";
    wrong("source: calls, §cadence: { every: quarter }", "too short for this cadence", "choose periods", weekly);
    wrong("source: calls, cadence: { every: §weekly }", "weekly", "week", weekly);
    wrong("source: calls, cadence: { every: week, level: §persn }", "`persn`", "did you mean `person`?", weekly);
    wrong(
        "source: calls, §cause: person, cadence: { every: week }",
        "`cause` means nothing here",
        "are left out by",
        weekly,
    );
}

#[test]
fn words_for_signs() {
    let not = r#"when: '!met("satisfy")'"#;
    slip(SCORE, r#"when: §not met("satisfy")"#, "`not`", r#"write `'!met("satisfy")'`"#, not);
    slip(
        "share: solved }",
        "share: §solved == \"yes\" }",
        "can't be compared",
        "write `solved` alone for yes, `'!solved'`, with the quotes,",
        "share: solved } # or '!solved'",
    );
    slip("share: solved }", "share: §solved == yes }", "unknown name `yes`", "write `solved`", "share: solved }");
    slip(SCORE, "when: §score is missing", "`is`", "write `is_missing(score)`", "when: is_missing(score)");
    slip(SCORE, "when: §score is not null", "`is`", "write `'!is_missing(score)'`", "when: '!is_missing(score)'");
    slip(SCORE, "when: §score == missing", "`missing`", "write `is_missing(score)`", "when: is_missing(score)");
    slip(SCORE, "when: §yes", "`yes`", "write `true`", "when: true");
    slip(SCORE, "when: §IF(score<80;true;false)", "no `if`", "write `score<80`", "when: score<80");
    slip(SCORE, "when: §if score < 80", "no `if`", "write `score < 80`", SCORE);
    slip(
        SCORE,
        r#"when: subject §LIKE "A%""#,
        "`LIKE`",
        r#"write `matches(subject, "A*")`"#,
        r#"when: matches(subject, "A*")"#,
    );
    slip(
        SCORE,
        r#"when: subject.name §contains "x""#,
        "`contains`",
        r#"write `contains(subject, "x")`"#,
        r#"when: contains(subject, "x")"#,
    );
    slip(
        SCORE,
        "when: §answer-promptly.value < 0.8",
        "unknown name",
        "did you mean `answer_promptly.value`?",
        "when: answer_promptly.value < 0.8",
    );
}

#[test]
fn numbers_and_days_in_expressions() {
    slip(SCORE, "when: satisfy.value < §0,8", "decimals", "write `0.8`", "when: satisfy.value < 0.8");
    slip(SCORE, "when: satisfy.n < §1,000", "thousands", "write `1000`", "when: satisfy.n < 1000");
    let share = "share: wait_seconds <= 20";
    slip(share, "share: wait_seconds <= §20 seconds", "holds a unit", "write `20`", share);
    slip(share, "share: wait_seconds <= §20s", "`20s` holds a unit", "write `20`", share);
    slip(share, "share: wait_seconds <= §0:20", "`0:20`", "write `20`", share);
    let dated = "when: as_of > \"2026-01-01\"";
    slip(SCORE, "when: §as_of > 2026-01-01", "can't be compared", "write `as_of > \"2026-01-01\"`", dated);
    slip(SCORE, "when: as_of > §01.01.2026", "is not a date here", "write `\"2026-01-01\"`", dated);
    slip(SCORE, "when: score§\u{a0}< 80", "a no-break space", "type a space", SCORE);
}

#[test]
fn names_of_other_things() {
    let share = "share: wait_seconds <= 20";
    slip(share, "share: §Speed of answer <= 20", "is a column", "write `wait_seconds <= 20`", share);
    slip(share, "share: '§\"Speed of answer\" <= 20'", "is a column", "write `wait_seconds <= 20`", share);
    slip(MET, "when: met(§satisfy)", "`satisfy`", "write `met(\"satisfy\")`", "when: met(\"satisfy\")");
    let cure = "when: met(\"answer_promptly\")";
    slip(MET, "when: met(§\"answered_in_20s\")", "is a measure", "the standard on it is `answer_promptly`", cure);
    let three = "when: below_floor(\"satisfy\", 3, 4)";
    slip(SCORE, "when: §below_floor(\"satisfy\", 3)", "two numbers", "write `below_floor(\"satisfy\", 3, 4)`", three);
    slip(
        SCORE,
        "when: §subject.level == \"person\"",
        "has no `level`",
        "limited by `for: { level: [person] }`",
        "for: { level: [person] }\n    when: score < 80",
    );
    slip(
        SCORE,
        "when: subject.level §= \"person\"",
        "`=`",
        "limited by `for: { level: [person] }`",
        "for: { level: [person] }\n    when: score < 80",
    );
    slip(
        "share: wait_seconds <= 20",
        "share: §rating >= 4",
        "is a field of source `surveys`",
        "write `source: surveys`",
        "share: wait_seconds <= 20 # or source: surveys",
    );
}

#[test]
fn quotes_within_braces() {
    let wrong = "- { id: dissatisfied, recommend: develop, when: §below_floor('satisfy', 2, 4) }";
    let right = r#"- { id: dissatisfied, recommend: develop, when: 'below_floor("satisfy", 2, 4)' }"#;
    let help = r#"put quotes around the whole: `when: 'below_floor("satisfy", 2, 4)'`"#;
    slip(right, wrong, "cut this value", help, right);
    slip(right, &wrong.replace('\'', "\""), "cut this value", help, right);
    let share = "share: rating >= 4 }";
    let contains = r#"share: 'contains(channel, "loan")' }"#;
    slip(
        share,
        r#"share: §contains(channel, "loan") }"#,
        "pieces",
        r#"`share: 'contains(channel, "loan")'`"#,
        contains,
    );
    slip(
        "{ measure: nps, floor: 10, target: 30 }",
        "{ measure: nps §floor: 10, target: 30 }",
        "`floor:` stands within a value",
        "put a comma before it: `measure: nps, floor: …`",
        "{ measure: nps, floor: 10, target: 30 }",
    );
}

#[test]
fn lists_levels_and_sections() {
    let levels = "levels: [person, department, organisation]";
    slip(
        levels,
        "levels: §person, department, organisation",
        "without brackets",
        "`[person, department, organisation]`",
        levels,
    );
    slip(
        levels,
        "levels: [§employee, department, organisation]",
        "`employee` is called `person`",
        "write `person`",
        levels,
    );
    slip(levels, "levels: [person, department, §company]", "is called `organisation`", "write `organisation`", levels);
    let from = "every: month, from";
    slip(
        from,
        "every: month §from",
        "`from:` stands within a value",
        "put a comma before it: `every: month, from: …`",
        from,
    );
    slip(
        "  - id: keeps_every_promise",
        "    §id: keeps_every_promise",
        "a `- ` is missing before the first item",
        "write `- id: keeps_every_promise`",
        "  - id: keeps_every_promise",
    );
    let people = "    for: { level: [person] }\n";
    slip(people, "    for: §person\n", "`for` doesn't say", "write `for: { level: [person] }`", people);
    slip("\nstandards:\n", "\n§standard:\n", "unknown key `standard`", "did you mean `standards`?", "\nstandards:\n");
    slip("\nmeasures:\n", "\n§measure:\n", "unknown key `measure`", "did you mean `measures`?", "\nmeasures:\n");
    slip("\nsources:\n", "\n§source:\n", "unknown key `source`", "did you mean `sources`?", "\nsources:\n");
    slip("    target: 80%\n", "    §targt: 80%\n", "`targt`", "did you mean `target`?", "    target: 80%\n");
    slip("    target: 80%\n", "    §goal: 80%\n", "`goal`", "did you mean `target`?", "    target: 80%\n");
    slip(
        "    measure: answered_in_20s\n",
        "    §mesure: answered_in_20s\n",
        "`mesure`",
        "`measure`",
        "    measure: answered_in_20s\n",
    );
    slip(
        "  - id: consistent_offender\n",
        "    §id: consistent_offender\n",
        "`id` is written twice",
        "is a `- ` missing before it",
        "  - id: consistent_offender\n",
    );
    slip(
        SCORE,
        "when: score < 80\n    §when: score > 10",
        "`when` is written twice",
        "joined by `&&`",
        "when: score < 80 && score > 10",
    );
    slip(
        "peers: [contact] }",
        "peers: [contact], gates: { §learning: off } }",
        "`learning` can't be set",
        "remove",
        "peers: [contact] }",
    );
}

#[test]
fn reports_without_brackets() {
    let reports = "reports:\n  - template: report.html\n  - { template: letter.html, for: { level: [person], outcome: [reward] } }\n";
    let help = "put brackets around them: `[report.html, letter.html]`";
    slip(
        reports,
        "reports: §report.html, letter.html\n",
        "without brackets",
        help,
        "reports: [report.html, letter.html]\n",
    );
}

#[test]
fn signs_of_word_processors() {
    slip(
        "  - id: needs_support",
        "  §– id: needs_support",
        "a long dash",
        "`- id: needs_support`",
        "  - id: needs_support",
    );
    slip(
        "  - id: needs_support",
        "  §• id: needs_support",
        "a bullet",
        "`- id: needs_support`",
        "  - id: needs_support",
    );
    slip(
        "  - id: needs_support",
        "  §-id: needs_support",
        "a space is missing",
        "`- id: needs_support`",
        "  - id: needs_support",
    );
    slip(
        "    stretch: 90%",
        "§\u{a0}\u{a0}\u{a0}\u{a0}stretch: 90%",
        "a no-break space",
        "type a space",
        "    stretch: 90%",
    );
    slip("    stretch: 90%", "    stretch:§\u{a0}90%", "a no-break space", "type a space", "    stretch: 90%");
    slip(
        "version: \"2026.1\"",
        "version: §“2026.1”",
        "printer's quotes",
        "write `version: \"2026.1\"`",
        "version: \"2026.1\"",
    );
    slip(
        "promise: You leave satisfied.,",
        "promise: §? You leave satisfied.,",
        "`?`",
        "`promise: '? You leave satisfied.'`",
        "promise: '? You leave satisfied.',",
    );
    accepted(&HEALTHY.replace("within 20 seconds", "within 20\u{a0}seconds"), "a no-break space within a text");
}

#[test]
fn days_in_other_orders() {
    let day = "as_of: 2026-04-30";
    slip(day, "as_of: §30.04.2026", "not written year first", "write `2026-04-30`", day);
    slip(day, "as_of: §30 April 2026", "not written year first", "write `2026-04-30`", day);
    slip(day, "as_of: §01/05/2026", "not written year first", "`2026-05-01` (1 May) or", "as_of: 2026-05-01");
    slip("from: 2026-01 }", "from: §January 2026 }", "not written year first", "write `2026-01`", "from: 2026-01 }");
    slip(day, "as_of: §2026-02-31", "there is no 31 February 2026", "the last day of that month is 28", day);
}

#[test]
fn files_of_other_programs() {
    let first = |bytes: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("evenhand.yaml"), bytes).unwrap();
        let loaded = load(folder.path());
        let found = loaded.diagnostics;
        assert_eq!(found.len(), 1, "{found:#?}");
        format!("{}: {}", found[0].message, found[0].help.join(" "))
    };
    let word = first(b"PK\x03\x04\x14\0\0\0\x08\0word/document.xml");
    assert!(word.contains("a Word document") && word.contains("Plain text (.txt)"), "{word}");
    assert!(first(b"{\\rtf1\\ansi\\deff0 evenhand: 1}").contains("RTF"));
    assert!(first(b"").contains("`evenhand init` writes a first one"));
}
