use super::plan::{codes, credit, field, last, name, plan, run, source};
use crate::language::Type;

/// Reads the same texts under two sets of file names: nothing but names may change.
fn both(texts: &[&str], latest_by: &[&str]) -> super::plan::Result {
    let read = |names: &[&str]| {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in names.iter().zip(texts) {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let mut s = source(dir.path(), "s", "*.csv", vec![field("state", Type::Text), field("moved", Type::Time)]);
        s.key = Some(name("number"));
        s.latest_by = latest_by.iter().map(|l| name(l)).collect();
        run(&plan(dir.path(), vec![s]), &[0]).unwrap()
    };
    let (forward, backward) = (read(&["a.csv", "b.csv", "c.csv"]), read(&["z.csv", "y.csv", "x.csv"]));
    assert_eq!(forward.equation(0), backward.equation(0));
    let cells = |r: &super::plan::Result| {
        let mut cells: Vec<_> = r.rows.iter().map(|r| r.cells.clone()).collect();
        cells.sort();
        cells
    };
    assert_eq!(cells(&forward), cells(&backward));
    forward
}

const HEAD: &str = "number,state,moved,count\n";

#[test]
fn the_same_row_again_is_kept_once_and_a_conflict_not_at_all() {
    let (a, b) = (
        format!("{HEAD}1,open,2026-01-01,0\n2,open,2026-01-01,0\n"),
        format!("{HEAD}1,open,2026-01-01,0\n2,closed,2026-01-01,0\n,open,,\n"),
    );
    let found = both(&[&a, &b], &[]);
    assert_eq!(found.equation(0), "5 = 1 + [1 same row again] + 3");
    assert!(found.quarantined().iter().any(|q| q.contains("different rows have this id")));
    assert!(found.quarantined().iter().any(|q| q.contains("the row has no id")));
}

#[test]
fn the_last_row_counts_by_fields_and_by_columns() {
    let a = format!("{HEAD}1,open,2026-01-02,9\n1,closed,2026-01-02,10\n2,open,2026-01-01,1\n");
    let b = format!(
        "{HEAD}1,new,2026-01-01,99\n2,open,2026-01-01,1\n3,open,2026-01-01,1\n3,shut,2026-01-01,1\n3,old,2025-01-01,1\n"
    );
    let found = both(&[&a, &b], &["moved", "count"]);
    let kept: Vec<String> = found.rows.iter().map(|r| r.cells[0].clone()).collect();
    assert_eq!(kept, ["closed", "open"], "10 is after 9: a column of numbers is ordered as numbers");
    assert_eq!(found.equation(0), "8 = 2 + [1 same row again, 2 superseded by a later row] + 3");
    assert!(found.quarantined()[0].contains("equally late by `moved`, `count`"));
}

#[test]
fn a_word_among_dates_is_not_the_latest() {
    let a = format!(
        "{HEAD}1,open,2026-01-01,unknown\n1,closed,2026-01-02,2026-01-02\n2,open,2026-01-01,2026-02-30\n\
         2,closed,2026-01-02,2026-01-02\n3,open,2026-01-01,2026-01-01\n3,closed,2026-01-02,2026-01-02\n4,open,2026-01-01,?\n"
    );
    let found = both(&[&a], &["count"]);
    let kept: Vec<&str> = found.rows.iter().map(|r| r.cells[0].as_str()).collect();
    assert_eq!(kept, ["closed", "open"], "of 3, and of 4, which has one row");
    assert_eq!(found.equation(0), "7 = 2 + [1 superseded by a later row] + 4");
    let listed = found.quarantined();
    assert!(listed[0].starts_with("a.csv:2 count: this cell can't be compared"), "{listed:?}");
    assert!(listed[1].contains(":3 number: the latest row of this id can't be read"), "{listed:?}");
}

#[test]
fn an_unused_field_still_tells_rows_apart() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.csv"), "id,state\n1,open\n1,shut\n").unwrap();
    let mut s = source(dir.path(), "s", "a.csv", vec![field("state", Type::Text)]);
    s.fields[0].used = false;
    s.key = Some(name("id"));
    assert_eq!(run(&plan(dir.path(), vec![s]), &[0]).unwrap().equation(0), "2 = 0 + [] + 2");
}

fn credited() -> (tempfile::TempDir, crate::workspace::Plan) {
    let dir = tempfile::tempdir().unwrap();
    let calls = "call,agent,when,channel\nC1,AG-1,2026-01-05,phone\nC2,AG-2,2026-02-06,chat\nC3,AG-3,2026-02-07,chat\nC3,AG-4,2026-02-07,chat\n";
    std::fs::write(dir.path().join("calls.csv"), calls).unwrap();
    let surveys = "call_id,returned,rating\nC2,2026-03-01,5\nC1,2026-03-02,4\nC3,2026-03-03,1\nC9,2026-03-04,2\n,2026-03-05,3\nC1,2026-03-06,1\n";
    std::fs::write(dir.path().join("surveys.csv"), surveys).unwrap();
    let mut calls =
        source(dir.path(), "calls", "calls.csv", vec![field("channel", Type::Text), field("when", Type::Time)]);
    calls.fields[0].used = false;
    calls.key = Some(name("call"));
    calls.at = Some(name("when"));
    calls.subjects.insert("person".into(), name("agent"));
    let mut surveys =
        source(dir.path(), "surveys", "surveys.csv", vec![field("rating", Type::Number), field("channel", Type::Text)]);
    surveys.fields[1].taken = Some(0);
    surveys.at = Some(name("returned"));
    surveys.credit = Some(credit(0, "call_id", &["person", "department"]));
    let plan = plan(dir.path(), vec![calls, surveys]);
    (dir, plan)
}

#[test]
fn answers_are_credited_to_the_contact() {
    let (_dir, plan) = credited();
    for sources in [&[0, 1][..], &[1, 0], &[1]] {
        let found = run(&plan, sources).unwrap();
        assert_eq!(found.equation(1), "6 = 3 + [3 answers that match no contact] + 0");
        let answers: Vec<_> = found.rows.iter().filter(|r| r.file == "surveys.csv").collect();
        assert_eq!(answers.len(), 3);
        assert_eq!((answers[0].person.as_deref(), answers[0].cells.join("|").as_str()), (Some("AG-2"), "5|chat"));
        assert_eq!((answers[1].person.as_deref(), answers[2].person.as_deref()), (Some("AG-1"), Some("AG-1")));
        let day = |t: Option<i64>| jiff::Timestamp::from_microsecond(t.unwrap()).unwrap().to_string();
        assert_eq!(day(answers[0].at), "2026-03-01T00:00:00Z", "the answer's own period");
        assert_eq!(day(answers[0].directory_at), "2026-02-06T00:00:00Z", "the team at the contact's time");
        assert_eq!(found.equation(0), "4 = 2 + [] + 2", "the contacts are accounted for too");
        assert_eq!(found.rows.iter().any(|r| r.file == "calls.csv"), sources.contains(&0));
        assert_eq!(found.intake.files.len(), 2);
    }
}

#[test]
fn the_latest_moment_is_of_kept_rows() {
    let (_dir, plan) = credited();
    let day = |t: Option<i64>| jiff::Timestamp::from_microsecond(t.unwrap()).unwrap().to_string();
    assert_eq!(day(last(&plan, &[0])), "2026-02-06T00:00:00Z", "the conflict of 7 February does not count");
    assert_eq!(day(last(&plan, &[0, 1])), "2026-03-06T00:00:00Z");
}

#[test]
fn credit_must_lead_somewhere() {
    let (_dir, mut plan) = credited();
    plan.sources[0].key = None;
    assert_eq!(codes(run(&plan, &[1])), ["EH0518"]);
    let (_dir, mut plan) = credited();
    plan.sources[0].credit = Some(credit(1, "call", &[]));
    assert_eq!(codes(run(&plan, &[1])), ["EH0517"]);
}

/// One file `a.csv` with an id and a column `x` of numbers, read as of 31 January 2026.
fn versions(text: &str, latest_by: &[&str]) -> super::plan::Result {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.csv"), text).unwrap();
    let mut s = source(dir.path(), "s", "a.csv", vec![field("x", Type::Number), field("t", Type::Text)]);
    s.key = Some(name("id"));
    s.at = Some(name("at"));
    s.latest_by = latest_by.iter().map(|l| name(l)).collect();
    let mut plan = plan(dir.path(), vec![s]);
    plan.as_of = Some(super::plan::authored(jiff::civil::date(2026, 1, 31)));
    run(&plan, &[0]).unwrap()
}

fn used(found: &super::plan::Result) -> Vec<&str> {
    found.rows.iter().map(|r| r.cells[0].as_str()).collect()
}

#[test]
fn a_twin_that_cannot_be_read_takes_its_id_along() {
    let found = versions("id,at,x,t\n1,2026-01-05,10,a\n1,2026-01-05,abc,a\n2,2026-01-05,1,a\n", &[]);
    assert_eq!((used(&found), found.equation(0).as_str()), (vec!["1"], "3 = 1 + [] + 2"));
    assert!(found.quarantined().iter().any(|q| q.contains("another row of this id can't be read")));
}

#[test]
fn a_latest_row_that_cannot_be_read_takes_its_id_along_and_an_older_one_does_not() {
    let head = "id,at,u,x,t\n";
    let found = versions(
        &format!("{head}1,2026-01-05,9,10,a\n1,2026-01-05,10,abc,a\n2,2026-01-06,1,abc,a\n2,2026-01-06,2,21,a\n"),
        &["u"],
    );
    assert_eq!((used(&found), found.equation(0).as_str()), (vec!["21"], "4 = 1 + [] + 3"));
    assert!(found.quarantined().iter().any(|q| q.contains("the latest row of this id can't be read")));
}

#[test]
fn what_is_later_than_as_of_leaves_before_the_latest_row_is_chosen() {
    let head = "id,at,u,x,t\n";
    let rows = "2,2026-01-06,2026-01-06,20,a\n2,2026-02-06,2026-02-07,21,a\n";
    let found = versions(&format!("{head}{rows}"), &["u"]);
    assert_eq!((used(&found), found.equation(0).as_str()), (vec!["20"], "2 = 1 + [1 after as_of] + 0"));
    // The same case, and what was known of it in August.
    let rows = "2,2026-01-06,2026-01-31 23:59,20,a\n2,2026-01-06,2026-08-01,21,a\n";
    let found = versions(&format!("{head}{rows}"), &["u"]);
    assert_eq!((used(&found), found.equation(0).as_str()), (vec!["20"], "2 = 1 + [1 after as_of] + 0"));
    let found = versions(&format!("{head}{rows}"), &["x"]);
    assert_eq!(used(&found), ["21"], "an order by something else is no date");
}

#[test]
fn latest_by_orders_the_cells_of_a_text_field_as_it_orders_those_of_a_column() {
    let found = versions("id,at,x,t\n1,2026-01-05,10,9\n1,2026-01-05,11,10\n", &["t"]);
    assert_eq!(used(&found), ["11"], "10 is after 9");
}

#[test]
fn an_answer_to_a_contact_that_was_left_out_matches_none() {
    let (dir, mut plan) = credited();
    let calls = "call,agent,when,channel\nC1,AG-1,2026-01-05,phone\nC2,AG-2,2026-02-06,chat\nC3,AG-3,,chat\n";
    std::fs::write(dir.path().join("calls.csv"), calls).unwrap();
    let found = |plan: &crate::workspace::Plan| run(plan, &[0, 1]).unwrap().equation(1);
    assert_eq!(found(&plan), "6 = 3 + [3 answers that match no contact] + 0", "C3 has no date");
    plan.as_of = Some(super::plan::authored(jiff::civil::date(2026, 1, 31)));
    assert_eq!(found(&plan), "6 = 2 + [4 answers that match no contact] + 0", "C2 is later than as_of");
}
