//! The cache: with it, without it, with a torn one and after every kind of edit, a run writes the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use crate::harness::Case;

const POLICY: &str = r#"evenhand: 1
zone: Africa/Accra
periods: { every: month, from: 2026-01 }
charter: { name: Charter, version: "1", effective: 2026-01-01, review_by: 2027-12-31, owner: Service, customer: the caller }
people: { file: people.csv }
levels: [person, department, organisation]
sources:
  calls:
    files: calls-*.csv
    kind: record
    person: agent
    at: at
    fields: { wait: number, topic: text, rude: yes_no }
  tickets:
    files: tickets.csv
    kind: record
    id: id
    latest_by: [updated]
    person: agent
    at: at
    fields: { hours: number, updated: time }
  surveys:
    files: surveys.csv
    kind: customer_response
    at: at
    credit: { through: tickets, key: ticket, take: [person] }
    fields: { rating: number }
  visits:
    files: visits.csv
    kind: observation
    person: agent
    at: at
    fields: { mark: number, guest: text }
functions: [scoring.rhai]
measures:
  quick: { source: calls, kind: objective, share: wait <= 20, adjust_for: [topic], shield: { rude: rude } }
  wait: { source: calls, kind: objective, mean: wait, lower_is_better: true, exclude: { test: 'topic == "test"' } }
  middle: { source: calls, kind: objective, median: wait, lower_is_better: true }
  fast: { source: tickets, kind: objective, share: hours <= limit() }
  satisfied: { source: surveys, kind: objective, share: rating >= 4 }
  nps: { source: surveys, kind: objective, nps: rating * 2 }
  manner: { source: visits, kind: subjective, mean: mark, rater: guest }
standards:
  quick: { promise: We answer quickly., measure: quick, floor: 50%, target: 70% }
  fast: { promise: We solve it soon., measure: fast, floor: 40%, target: 80% }
  satisfy: { promise: You leave satisfied., measure: satisfied, floor: 40%, target: 60% }
minimum: { records: 5, accept_risk: { because: a test, approved_by: nobody } }
rules:
  - { id: praise, recommend: reward, when: 'score >= 80' }
  - { id: help, recommend: develop, when: 'score < 75' }
reports: [{ template: report.html }, { template: letter.html, for: { level: [person], outcome: [develop] } }]
"#;

/// A small generator of numbers, the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % sides
    }
}

fn agent(dice: &mut Dice) -> u64 {
    dice.roll(12)
}

fn calls(seed: u64, month: u64) -> String {
    let dice = &mut Dice(seed);
    let mut text = String::from("agent,at,wait,topic,rude\n");
    for _ in 0..400 {
        // One cell in fifty can't be read.
        let wait = if dice.roll(50) == 0 { "soon".into() } else { dice.roll(40).to_string() };
        let topic = ["card", "loan", "test", ""][dice.roll(4) as usize];
        let (agent, day) = (agent(dice), dice.roll(28) + 1);
        let rude = ["yes", "no"][dice.roll(2) as usize];
        writeln!(text, "A{agent},2026-{month:02}-{day:02}T10:00,{wait},{topic},{rude}").unwrap();
    }
    text
}

fn workspace() -> Case {
    let case = Case::new();
    let dice = &mut Dice(7);
    let mut people = String::from("id,name,role,contact,department\n");
    // One agent of the calls is not in the directory.
    (0..11).for_each(|a| writeln!(people, "A{a},Agent {a},adviser,contactor,{}", ["North", "South"][a % 2]).unwrap());
    let mut tickets = String::from("id,agent,at,updated,hours\n");
    let mut surveys = String::from("ticket,at,rating\n");
    let mut visits = String::from("agent,at,mark,guest\n");
    for id in 0..500 {
        let (agent, month, day) = (agent(dice), dice.roll(3) + 1, dice.roll(28) + 1);
        let hours = dice.roll(100);
        for update in 0..=dice.roll(2) {
            writeln!(tickets, "T{id},A{agent},2026-{month:02}-{day:02},2026-{month:02}-{day:02}T1{update}:00,{hours}")
                .unwrap();
        }
        writeln!(surveys, "T{},2026-{month:02}-{day:02},{}", dice.roll(520), dice.roll(5) + 1).unwrap();
        writeln!(visits, "A{agent},2026-{month:02}-{day:02},{},G{}", dice.roll(10), dice.roll(3)).unwrap();
    }
    case.write("evenhand.yaml", POLICY).write("people.csv", people).write("scoring.rhai", "fn limit() { 48 }\n");
    case.write("tickets.csv", tickets).write("surveys.csv", surveys).write("visits.csv", visits);
    case.write("calls-1.csv", calls(1, 1)).write("calls-2.csv", calls(2, 2));
    case
}

type Files = BTreeMap<String, Vec<u8>>;

fn ran(case: &Case, more: &[&str]) -> (Files, String) {
    let ran = case.run(&[&["run", ".", "--details", "all"], more].concat()).ok();
    (case.files("out"), ran.err)
}

/// The run with the cache as it is and the run without it write and say the same.
fn same(case: &Case, what: &str) {
    let (with, said) = ran(case, &[]);
    let (without, said_without) = ran(case, &["--no-cache"]);
    assert_eq!(with.keys().collect::<Vec<_>>(), without.keys().collect::<Vec<_>>(), "{what}");
    for (name, bytes) in &with {
        assert!(*bytes == without[name], "{what}: {name} differs");
    }
    assert_eq!(said, said_without, "{what}");
}

fn cached(case: &Case) -> Vec<PathBuf> {
    let files = case.files(".evenhand/cache");
    files
        .into_keys()
        .filter(|name| name != "CACHEDIR.TAG")
        .map(|name| case.path().join(".evenhand/cache").join(name))
        .collect()
}

#[test]
fn every_edit_gives_the_bytes_of_a_run_without_a_cache() {
    let case = workspace();
    same(&case, "nothing is cached");
    assert!(!cached(&case).is_empty());
    same(&case, "all is cached");
    let edit = |name: &str, from: &str, to: &str| {
        case.edit(name, from, to);
        same(&case, &format!("`{from}` became `{to}` in {name}"));
    };
    edit("evenhand.yaml", "floor: 50%, target: 70%", "floor: 45%, target: 65%");
    edit("evenhand.yaml", "zone: Africa/Accra\n", "# a comment moves every place below it\nzone: Africa/Accra\n");
    edit("evenhand.yaml", "share: wait <= 20", "share: wait <= 25");
    edit("evenhand.yaml", "share: wait <= 25", "share: wait <= 20");
    edit("scoring.rhai", "48", "24");
    edit("evenhand.yaml", "nps: rating * 2", "nps: rating + 5");
    edit("evenhand.yaml", "adjust_for: [topic], ", "");
    edit("evenhand.yaml", "shield: { rude: rude }", "cause: system");
    edit("evenhand.yaml", "median: wait", "percentile: { of: wait, at: 90% }");
    edit("evenhand.yaml", "rater: guest", "rater: agent");
    edit("evenhand.yaml", "mean: mark", "count: true");
    edit("evenhand.yaml", "every: month", "every: week");
    edit("evenhand.yaml", "every: week", "every: month");
    edit(
        "evenhand.yaml",
        "standards:",
        "  late: { source: calls, kind: objective, share: wait > 30, at: at }\nstandards:",
    );
    edit("people.csv", "A3,Agent 3,adviser,contactor,South", "A3,Agent 3,adviser,contactor,North");
    edit("evenhand.yaml", "[person, department, organisation]", "[person, organisation]");
}

#[test]
fn new_changed_and_removed_files_are_counted() {
    let case = workspace();
    same(&case, "at first");
    for month in 3..=12 {
        case.write(&format!("calls-{month}.csv"), calls(month, month));
        same(&case, &format!("month {month} came"));
    }
    case.write("calls-3.csv", calls(33, 3));
    same(&case, "a file changed");
    std::fs::remove_file(case.path().join("calls-2.csv")).unwrap();
    same(&case, "a file went");
    std::fs::rename(case.path().join("calls-4.csv"), case.path().join("calls-x.csv")).unwrap();
    same(&case, "a file has another name");
    case.write("calls-copy.csv", case.read("calls-1.csv"));
    same(&case, "a file stands there twice");
    case.edit("tickets.csv", "T7,", "T8,");
    same(&case, "contacts of answers changed");
    case.edit("surveys.csv", ",5\n", ",1\n");
    same(&case, "answers changed");
}

#[test]
fn as_of_decides_which_rows_are_cached_for_whom() {
    let case = workspace();
    same(&case, "at first");
    for day in ["2026-02-28", "2026-03-15", "2026-02-28"] {
        let with = ran(&case, &["--as-of", day]).0;
        let without = ran(&case, &["--as-of", day, "--no-cache"]).0;
        assert!(with == without, "as of {day}");
    }
    case.edit("evenhand.yaml", "share: hours <= limit()", "not_due: 'updated > as_of', share: hours <= limit()");
    same(&case, "an expression asks for as_of");
    same(&case, "again");
    case.write("calls-3.csv", calls(3, 4));
    same(&case, "the latest record moved");
}

#[test]
fn a_torn_or_deleted_cache_only_costs_time() {
    let case = workspace();
    let (whole, _) = ran(&case, &["--no-cache"]);
    ran(&case, &[]);
    let dice = &mut Dice(11);
    for round in 0..25 {
        for path in cached(&case) {
            let mut bytes = std::fs::read(&path).unwrap();
            let at = dice.roll(bytes.len().max(1) as u64) as usize;
            match dice.roll(5) {
                0 => bytes.truncate(at),
                1 => bytes[at] ^= 1 << dice.roll(8),
                2 => std::fs::remove_file(&path).unwrap(),
                _ => continue,
            }
            if path.exists() {
                std::fs::write(&path, bytes).unwrap();
            }
        }
        assert!(ran(&case, &[]).0 == whole, "round {round}");
    }
    std::fs::remove_dir_all(case.path().join(".evenhand")).unwrap();
    assert!(ran(&case, &[]).0 == whole);
    std::fs::remove_dir_all(case.path().join(".evenhand")).unwrap();
    case.write(".evenhand", "no folder can stand here");
    assert!(ran(&case, &[]).0 == whole);
}

#[test]
fn restore_lists_puts_back_and_can_be_undone() {
    let case = workspace();
    case.write("letter.html", "<p>{{ subject.name }}</p>");
    case.run(&["restore"]).ok().says(&["no generation is kept"]);
    let mut child = case.command(&["watch", "."]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let kept = |number: usize| {
        let path = case.path().join(format!(".evenhand/generations/{number}"));
        for _ in 0..600 {
            if path.exists() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("generation {number} was not kept");
    };
    kept(1);
    case.write("more.rhai", "fn more() { 1 }").edit("letter.html", "<p>", "<p>Dear ");
    case.edit("evenhand.yaml", "target: 70%", "target: 75%");
    kept(2);
    child.kill().unwrap();
    child.wait().unwrap();
    case.write("evenhand.yaml", "this: [is broken");
    case.run(&["restore"]).ok().says(&["   1  20", "   2  20", "people: "]);
    let back = case.run(&["restore", "1"]).ok();
    back.says(&["evenhand.yaml gets its earlier", "more.rhai goes", "letter.html gets", "`evenhand restore 3` undoes"]);
    assert!(case.read("evenhand.yaml").contains("target: 70%") && !case.path().join("more.rhai").exists());
    case.run(&["run", "."]).ok();
    case.run(&["restore", "3", "."]).ok();
    assert_eq!(case.read("evenhand.yaml"), "this: [is broken");
    assert!(case.path().join("more.rhai").exists());
    case.run(&["restore", "2", "."]).ok();
    case.run(&["restore", "2", "."]).ok().says(&["the files are as they were"]);
    let wrong =
        [(["restore", "77"], "generation 77 is not kept"), (["restore", "yesterday"], "no generation and no folder")];
    for (wrong, word) in wrong {
        let ran = case.run(&wrong);
        assert_eq!(ran.code, 2);
        ran.says(&["EH0920", word]);
    }
}
