//! Edit a threshold, break the file, repair it: the last good version stays in force.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::harness::Case;

#[test]
fn an_edit_is_taken_a_broken_file_is_refused_and_a_repair_is_taken() {
    let case = Case::of("samples/first-charter");
    let mut child = case.command(&["watch", "."]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (sender, lines) = channel();
    let out = child.stdout.take().unwrap();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let wait_for = |what: &str| {
        let mut seen = Vec::new();
        loop {
            match lines.recv_timeout(Duration::from_secs(30)) {
                Ok(line) if line.contains(what) => return line,
                Ok(line) => seen.push(line),
                Err(_) => panic!("`{what}` did not come; seen: {seen:#?}"),
            }
        }
    };
    wait_for("generation 1");
    let before = case.read("out/recommendations.csv");
    case.edit("evenhand.yaml", "floor: 50%, target: 70%", "floor: 5%, target: 10%");
    wait_for("generation 2");
    let after = case.read("out/recommendations.csv");
    let good = case.read("out/report.html");
    assert!(!good.contains("class=\"refusal-note\""));
    assert_ne!(before, after, "a lower target changes who is helped");
    case.edit("evenhand.yaml", "target: 10%", "target: 10%, floor: 3%");
    let said = wait_for("generation 2 stays in force");
    assert!(said.contains("evenhand.yaml:"), "the place of what is wrong: {said}");
    assert_eq!(after, case.read("out/recommendations.csv"), "nothing is written for a broken policy");
    let noted = case.read("out/report.html");
    assert!(
        noted.contains("Generation 2, the last good version, is in force"),
        "{}",
        noted.get(noted.len() - 3000..).unwrap()
    );
    assert!(noted.contains("<code>evenhand.yaml:") && noted.trim_end().ends_with("</html>"));
    let without = |report: &str| {
        let (from, to) =
            (report.find("<!--evenhand:refused-->").unwrap(), report.find("<!--/evenhand:refused-->").unwrap());
        format!("{}{}", &report[..from], &report[to + "<!--/evenhand:refused-->".len()..])
    };
    assert_eq!(without(&noted), good, "but for the note the report is as it was written");
    case.edit("evenhand.yaml", "target: 10%, floor: 3%", "target: 71%");
    wait_for("generation 3");
    assert!(
        !case.read("out/report.html").contains("class=\"refusal-note\""),
        "the note goes when the policy is mended"
    );
    child.kill().unwrap();
    child.wait().unwrap();
}
