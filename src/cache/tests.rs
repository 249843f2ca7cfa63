//! What the shelf gives back, and what it doesn't.

use std::fs;
use std::time::{Duration, SystemTime};

use super::*;

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
