use super::plan::{credit, field, last, name, plan, run, source};
use crate::diagnostic::{FileId, Text};
use crate::language::{Binding, Expected, Functions, HostCall, Program, Scope, Type, Value};
use crate::workspace::Source;

/// The fields of a source by position, then `as_of`.
struct Names<'a>(&'a Source);

impl Scope for Names<'_> {
    fn name(&mut self, path: &str) -> Option<Binding> {
        if path == "as_of" {
            return Some(Binding { slot: self.0.as_of_slot(), ty: Type::Time });
        }
        let slot = self.0.field(path)?;
        Some(Binding { slot, ty: self.0.fields[slot].ty })
    }

    fn call(&mut self, _: &str, _: &[Value]) -> HostCall {
        HostCall::Unknown
    }

    fn candidates(&self) -> Vec<String> {
        Vec::new()
    }

    fn what(&self) -> crate::diagnostic::Said {
        crate::diagnostic::Said::verbatim("a field")
    }
}

fn filter(source: &Source, text: &str) -> Option<Program> {
    let text = Text::whole_file(FileId(0), text);
    Some(Program::compile(&text, Expected::YesNo, &mut Names(source), &Functions::default()).unwrap())
}

const CASES: &str = "id,state,due\n1,open,2026-03-01\n1,Duplicate,2026-03-02\n2,open,2026-03-03\n3,,2026-03-04\n4,open,x\n5,Duplicate,2026-09-01\n";

fn cases(dir: &std::path::Path) -> Source {
    std::fs::write(dir.join("cases.csv"), CASES).unwrap();
    let mut cases = source(dir, "cases", "cases.csv", vec![field("state", Type::Text), field("due", Type::Time)]);
    cases.at = Some(name("due"));
    cases
}

#[test]
fn rows_that_the_filter_leaves_out_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let mut cases = cases(dir.path());
    cases.fields[0].used = false;
    cases.filter = filter(&cases, "state != \"Duplicate\"");
    let found = run(&plan(dir.path(), vec![cases]), &[0]).unwrap();
    assert_eq!(found.equation(0), "6 = 2 + [2 row filter, 1 row filter: missing] + 1", "the filter's field is read");
    assert_eq!(found.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn the_filter_comes_after_the_id() {
    let dir = tempfile::tempdir().unwrap();
    let mut cases = cases(dir.path());
    cases.key = Some(name("id"));
    cases.latest_by = vec![name("due")];
    cases.filter = filter(&cases, "state != \"Duplicate\"");
    let found = run(&plan(dir.path(), vec![cases]), &[0]).unwrap();
    let expected = "6 = 1 + [2 row filter, 1 row filter: missing, 1 superseded by a later row] + 1";
    assert_eq!(found.equation(0), expected, "case 1 is a duplicate by its last row");
}

#[test]
fn a_filter_may_ask_for_as_of_but_not_for_finding_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut cases = cases(dir.path());
    cases.filter = filter(&cases, "due < as_of");
    let mut plan = plan(dir.path(), vec![cases]);
    let day = |t: Option<i64>| jiff::Timestamp::from_microsecond(t.unwrap()).unwrap().to_string();
    assert_eq!(day(last(&plan, &[0])), "2026-09-01T00:00:00Z");
    plan.as_of = Some(super::plan::authored(jiff::civil::date(2026, 3, 2)));
    let found = run(&plan, &[0]).unwrap();
    assert_eq!(found.equation(0), "6 = 2 + [3 row filter] + 1", "the day itself is in");
}

#[test]
fn a_filter_may_use_what_is_taken_from_the_contact() {
    let dir = tempfile::tempdir().unwrap();
    let mut cases = cases(dir.path());
    cases.fields[0].used = false;
    cases.key = Some(name("id"));
    cases.latest_by = vec![name("due")];
    std::fs::write(dir.path().join("answers.csv"), "case,rating\n1,5\n2,4\n9,3\n3,2\n").unwrap();
    let fields = vec![field("rating", Type::Number), field("state", Type::Text)];
    let mut answers = source(dir.path(), "answers", "answers.csv", fields);
    answers.fields[1].taken = Some(0);
    answers.credit = Some(credit(0, "case", &["person"]));
    answers.filter = filter(&answers, "state == \"open\"");
    let found = run(&plan(dir.path(), vec![cases, answers]), &[1]).unwrap();
    let expected = "4 = 1 + [1 answers that match no contact, 1 row filter, 1 row filter: missing] + 0";
    assert_eq!(found.equation(1), expected);
}
