//! What the shelf gives back, and what it doesn't.

use std::fs;
use std::time::{Duration, SystemTime};

use super::*;
use crate::measure::{PeriodChoice, count, count_with};
use crate::workspace;

fn files(root: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder(root)).into_iter().flatten().flatten().filter(|e| e.path().is_dir()) {
        all.extend(fs::read_dir(entry.path()).unwrap().flatten().map(|e| e.path()));
    }
    all.sort();
    all
}

fn age(path: &Path, seconds: u64) {
    let time = SystemTime::now() - Duration::from_secs(seconds);
    fs::File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn another_process_finds_what_was_put_and_another_engine_does_not() {
    let root = tempfile::tempdir().unwrap();
    let cache = Cache::open(root.path(), "1.0");
    cache.put("a", b"one".to_vec());
    cache.put("a", b"two".to_vec());
    cache.put("b", Vec::new());
    let other = Cache::open(root.path(), "1.0");
    assert_eq!(other.get("a").as_deref().map(Vec::as_slice), Some(&b"two"[..]));
    assert_eq!(other.get("b").as_deref().map(Vec::as_slice), Some(&b""[..]));
    assert!(other.get("c").is_none());
    assert!(Cache::open(root.path(), "1.1").get("a").is_none());
}

#[test]
fn a_torn_a_damaged_and_a_swapped_file_are_not_there() {
    let root = tempfile::tempdir().unwrap();
    let cache = Cache::open(root.path(), "1.0");
    cache.put("a", b"what was counted".to_vec());
    let path = files(root.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    for cut in 0..whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        assert!(cache.get("a").is_none(), "cut at {cut}");
    }
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&path, damaged).unwrap();
        assert!(cache.get("a").is_none(), "damaged at {at}");
    }
    assert!(files(root.path()).is_empty(), "what is damaged is taken out");
    cache.put("a", b"one".to_vec());
    let a = files(root.path()).remove(0);
    cache.put("b", b"two".to_vec());
    let b = files(root.path()).into_iter().find(|p| *p != a).unwrap();
    fs::copy(&b, &a).unwrap();
    assert!(cache.get("a").is_none(), "it is whole, but another's");
}

#[test]
fn a_workspace_that_is_gone_does_not_come_back_as_an_empty_shell() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("release");
    Cache::open(&root, "1.0").put("a", b"one".to_vec());
    assert!(!root.exists());
    fs::create_dir(&root).unwrap();
    Cache::open(&root, "1.0").put("a", b"one".to_vec());
    assert!(Cache::open(&root, "1.0").get("a").is_some());
}

#[test]
fn a_folder_that_can_not_be_written_means_memory_alone() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join(".evenhand"), "a file where the folder should be").unwrap();
    let cache = Cache::open(root.path(), "1.0");
    cache.put("a", b"one".to_vec());
    assert_eq!(cache.get("a").as_deref().map(Vec::as_slice), Some(&b"one"[..]));
    cache.tidy();
    assert!(Cache::open(root.path(), "1.0").get("a").is_none());
}

#[test]
fn the_longest_unused_go_first_and_so_does_what_nobody_finished() {
    let root = tempfile::tempdir().unwrap();
    let cache = Cache::bounded(root.path(), "1.0", 10_000);
    for name in ["a", "b", "c", "d"] {
        cache.put(name, vec![7; 2_000]);
    }
    let unfinished = files(root.path())[0].with_file_name("99-0.new");
    fs::write(&unfinished, "half").unwrap();
    files(root.path()).iter().for_each(|path| age(path, 7_200));
    assert!(cache.get("b").is_some(), "used again");
    cache.put("e", vec![7; 2_500]);
    cache.tidy();
    assert!(!unfinished.exists());
    assert!(cache.get("b").is_some() && cache.get("e").is_some());
    let left = ["a", "c", "d"].iter().filter(|name| cache.get(name).is_some()).count();
    assert_eq!(left, 1, "10,500 bytes and the heads are brought under 8,000");
}

#[test]
fn digests_are_remembered_of_files_that_rest() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data.csv");
    fs::write(&data, "a,b\n1,2\n").unwrap();
    let mut digests = Digests::default();
    let (digest, glance) = digests::hashed(&data).unwrap();
    digests.note(&data, glance, &digest);
    assert_eq!(digests.get(&data), None, "it was written to just now");
    // As if the file had been there for long.
    let rested = [glance[0], glance[1] - 10_000_000_000, glance[2] - 10_000_000_000, glance[3], glance[4]];
    assert!(digests::is_recent(glance) && !digests::is_recent(rested));
    digests.note(&data, rested, &digest);
    assert!(digests.is_new());
    let back = Digests::of(&digests.bytes());
    assert_eq!(back.get(&data), None, "the file has other times than noted");
    assert!(Digests::of(b"nonsense\n1 2 3 4 5 abc").get(&data).is_none());
}

#[test]
fn a_file_is_unchanged_only_with_its_times_and_its_content() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data.csv");
    let cache = Cache::open(root.path(), "1.0");
    fs::write(&data, "one").unwrap();
    let (digest, glance) = (cache.digest(&data).unwrap(), cache.glance(&data).unwrap());
    assert!(cache.unchanged(&data, glance, &digest));
    assert!(!cache.unchanged(&data, glance, "another"), "fresh files are read again");
    std::thread::sleep(Duration::from_millis(20));
    fs::write(&data, "two").unwrap();
    assert!(!cache.unchanged(&data, glance, &digest));
    fs::remove_file(&data).unwrap();
    assert!(!cache.unchanged(&data, glance, &digest));
    assert_eq!(cache.digest(&data), None);
}

const POLICY: &str = r#"evenhand: 1
periods: { every: month, from: 2026-01 }
charter: { name: Charter, version: "1", effective: 2026-01-01, review_by: 2027-12-31, owner: Service, customer: the caller }
levels: [person, organisation]
sources:
  calls: { files: calls-*.csv, kind: record, person: agent, at: at, fields: { wait: number, topic: text } }
  tickets: { files: tickets.csv, kind: record, id: id, person: agent, at: at, fields: { hours: number } }
  surveys:
    files: surveys.csv
    kind: customer_response
    at: at
    credit: { through: tickets, key: ticket, take: [person] }
    fields: { rating: number }
measures:
  quick: { source: calls, kind: objective, share: wait <= 20 }
  wait: { source: calls, kind: objective, mean: wait, lower_is_better: true }
  fast: { source: tickets, kind: objective, share: hours <= 48 }
  satisfied: { source: surveys, kind: objective, share: rating >= 4 }
standards:
  quick: { promise: We answer quickly., measure: quick, floor: 50%, target: 70% }
  fast: { promise: We solve it soon., measure: fast, floor: 40%, target: 80% }
  satisfy: { promise: You leave satisfied., measure: satisfied, floor: 40%, target: 60% }
rules: [{ id: praise, recommend: reward, when: 'score >= 80' }]
"#;

struct Case(tempfile::TempDir);

impl Case {
    fn new() -> Self {
        let case = Self(tempfile::tempdir().unwrap());
        case.write("evenhand.yaml", POLICY);
        case.write("calls-1.csv", "agent,at,wait,topic\nA,2026-01-10,10,card\nB,2026-01-11,30,loan\n");
        case.write("calls-2.csv", "agent,at,wait,topic\nA,2026-02-10,soon,card\nB,2026-02-28,5,\n");
        case.write("tickets.csv", "id,agent,at,hours\n1,A,2026-01-05,12\n2,B,2026-02-05,72\n");
        case.write("surveys.csv", "ticket,at,rating\n1,2026-01-06,5\n2,2026-02-06,2\n9,2026-02-06,2\n");
        case
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn edit(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.path("evenhand.yaml")).unwrap();
        assert!(text.contains(from));
        self.write("evenhand.yaml", &text.replacen(from, to, 1));
    }

    fn bytes(&self, names: &[&str]) -> u64 {
        names.iter().map(|name| fs::metadata(self.path(name)).unwrap().len()).sum()
    }

    /// Counts with a cache, holds it against a count without, and tells how many bytes of data it meant to read.
    fn read(&self) -> u64 {
        let loaded = workspace::load(self.0.path());
        let plan = loaded.plan.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
        let cache = Cache::open(self.0.path(), "test");
        let read = std::sync::atomic::AtomicU64::new(0);
        let progress = |_: u64, all: u64| {
            let _ = read.fetch_max(all, Ordering::Relaxed);
        };
        let with = count_with(&plan, None, &PeriodChoice::Latest, &cache, &progress).unwrap();
        let without = count(&plan, None, &PeriodChoice::Latest, &|_, _| {}).unwrap();
        assert_eq!(format!("{with:?}"), format!("{without:?}"));
        cache.tidy();
        read.into_inner()
    }
}

#[test]
fn only_what_changed_is_read() {
    let case = Case::new();
    let calls = ["calls-1.csv", "calls-2.csv"];
    assert!(case.read() >= case.bytes(&[calls[0], calls[1], "tickets.csv", "surveys.csv"]));
    assert_eq!(case.read(), 0, "nothing changed");
    case.edit("target: 70%", "target: 60%");
    case.edit("score >= 80", "score >= 85 && met(\"quick\")");
    case.edit("measure: quick,", "measure: quick, weight: 3,");
    case.edit("We solve it soon.", "We solve it within two days.");
    assert_eq!(case.read(), 0, "a threshold, a rule, a weight, a promise");
    case.edit("wait <= 20", "wait <= 15");
    assert_eq!(case.read(), case.bytes(&calls), "a measure needs its source");
    case.edit("wait <= 15", "wait <= 20");
    assert_eq!(case.read(), 0, "and is known when it is back");
    case.edit("share: wait <= 20", "share: wait <= 20, adjust_for: [topic]");
    assert_eq!(case.read(), case.bytes(&calls), "a field that was not read before: all is counted again");
    case.write("calls-3.csv", "agent,at,wait,topic\nA,2026-03-10,10,card\n");
    assert_eq!(case.read(), case.bytes(&["calls-3.csv"]), "a new file alone");
    case.write("surveys.csv", "ticket,at,rating\n1,2026-01-06,3\n");
    let (contacts, answers) = (case.bytes(&["tickets.csv"]), case.bytes(&["surveys.csv"]));
    assert_eq!(case.read(), 2 * contacts + 2 * answers, "answers, with the contacts that they are credited through");
    assert_eq!(case.read(), 0);
    for number in 4..20 {
        case.write(
            &format!("calls-{number}.csv"),
            &format!("agent,at,wait,topic\nB,2026-03-{number:02},{number},loan\n"),
        );
        assert_eq!(case.read(), case.bytes(&[&format!("calls-{number}.csv")]));
    }
    fs::remove_file(case.path("calls-1.csv")).unwrap();
    assert!(case.read() > 0, "many lots became one, and a file of it went");
    assert_eq!(case.read(), 0);
}

#[test]
fn a_measure_that_fails_or_refuses_rows_is_counted_as_without_a_cache() {
    let case = Case::new();
    case.edit("mean: wait", "share: { of: wait, out_of: 20 }");
    assert!(case.read() > 0);
    assert_eq!(case.read(), 0, "rows that a measure refuses are kept with all measures");
    case.edit("share: wait <= 20", "share: wait <= 15");
    assert_eq!(case.read(), case.bytes(&["calls-1.csv", "calls-2.csv"]), "another measure, all are counted again");
    case.edit("share: { of: wait, out_of: 20 }", "mean: endless(wait)");
    case.write("own.rhai", "fn endless(x) { if x < -1 { x } else { endless(x + 1) } }\n");
    assert!(case.read() > 0);
    assert!(case.read() > 0, "what failed is not kept");
    case.write("own.rhai", "fn endless(x) { x }\n");
    assert!(case.read() > 0);
    assert_eq!(case.read(), 0);
}
