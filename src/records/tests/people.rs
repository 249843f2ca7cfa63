use super::super::{directory, display_names, evidence};
use super::plan::{data_file, plan};
use crate::diagnostic::{Diagnostic, Place};
use crate::score::fixture::standard;
use crate::workspace::SourceKind;

fn with(text: &str, read: impl Fn(&crate::workspace::Plan) -> Result<(), Vec<Diagnostic>>) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("f.csv"), text).unwrap();
    let mut plan = plan(dir.path(), vec![]);
    plan.people = Some(data_file(dir.path(), "f.csv"));
    standard(&mut plan, "answer", SourceKind::Record, 0.5, 0.8);
    plan.evidence = Some(data_file(dir.path(), "f.csv"));
    plan.names.insert("unit".into(), data_file(dir.path(), "f.csv"));
    match read(&plan) {
        Ok(()) => Vec::new(),
        Err(found) => found.iter().map(|d| format!("{} {}", d.code.id, d.message)).collect(),
    }
}

fn people(text: &str) -> Vec<String> {
    with(text, |p| directory(p).map(|_| ()))
}

#[test]
fn a_transfer_is_two_rows() {
    let text = "id;name;contact;Team colour;from;to\nAG-7;Ama;contractor;red;2026-01-01;2026-03-01\nAG-2;Kofi;;;;\nAG-7;Ama;isolated;blue;2026-03-01;\n";
    let found = with(text, |p| {
        let (directory, notes, file) = directory(p)?;
        let directory = directory.unwrap();
        assert_eq!(directory.columns, ["name", "contact", "Team colour"]);
        let on = |d| directory.on("AG-7", d).map(|p| p.attributes["Team colour"].clone());
        assert_eq!(on(jiff::civil::date(2026, 2, 28)).as_deref(), Some("red"));
        assert_eq!(on(jiff::civil::date(2026, 3, 1)).as_deref(), Some("blue"));
        assert_eq!(on(jiff::civil::date(2025, 12, 31)), None);
        assert_eq!(directory.rows("AG-7")[0].attributes["contact"], "contactor");
        assert!(!directory.rows("AG-2")[0].attributes.contains_key("contact"));
        assert_eq!(notes.iter().map(|n| n.code.id).collect::<Vec<_>>(), ["EH0522"]);
        assert_eq!(file.map(|f| f.rows), Some(3));
        Ok(())
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn every_bad_row_is_listed() {
    let text = "id,unit,from,to\n,x,,\nA,x,2026-01-01,\nA,y,2026-02-01,\nB,x,2026-03-01,2026-02-01\nC,x,14.3.26,\n";
    let found = people(text);
    let codes: Vec<&str> = found.iter().map(|f| &f[..6]).collect();
    assert_eq!(codes, ["EH0520", "EH0520", "EH0520", "EH0521"], "{found:#?}");
    assert_eq!(people("name,unit\nA,x\n").len(), 1, "no id");
    assert_eq!(people("id,unit\nA\n")[..], ["EH0520 a row of `f.csv` can't be read"]);
}

#[test]
fn open_rows_overlap_everything() {
    assert_eq!(people("id,from,to\nA,,\nA,2026-01-01,2026-02-01\n").len(), 1);
    assert!(people("id,from,to\nA,,2026-01-01\nA,2026-01-01,2026-02-01\nA,2026-02-01,\n").is_empty());
}

#[test]
fn evidence_rows() {
    let text = "person,kind,standard,from,to,step,ref\nA,Support,answer,2026-01-01,2026-01-31,,coach\nA,warning,,2026-02-01,,third,\n";
    let found = with(text, |p| {
        let evidence = evidence(p)?;
        let (rows, notes) = (evidence.rows, evidence.findings);
        assert_eq!(evidence.person, 1);
        assert_eq!(rows[0].kind, "support");
        assert_eq!(rows[0].to, Some(jiff::civil::date(2026, 1, 31)));
        assert_eq!((rows[1].standard.as_deref(), rows[1].line), (None, 3));
        assert_eq!(notes.len(), 1, "a step that is none");
        Ok(())
    });
    assert!(found.is_empty(), "{found:?}");
    let bad = "person,kind,from,to\nA,scolding,,\n,support,,\nA,absence,2026-02-02,2026-02-01\nA,absence,x,\n";
    assert_eq!(with(bad, |p| evidence(p).map(|_| ())).len(), 4);
}

#[test]
fn evidence_about_a_standard_that_does_not_exist_is_refused() {
    let told = |about: &str| -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("f.csv"), format!("person,kind,standard\nA,dispute,{about}\n")).unwrap();
        let mut plan = plan(dir.path(), vec![]);
        plan.evidence = Some(data_file(dir.path(), "f.csv"));
        let first = standard(&mut plan, "answer_promptly", SourceKind::Record, 0.5, 0.8);
        plan.measures[first].id.value = "answered_in_20s".into();
        standard(&mut plan, "satisfy", SourceKind::Record, 0.5, 0.8);
        let found = evidence(&plan).err().unwrap_or_default();
        found
            .iter()
            .map(|d| match &d.labels[0].place {
                Place::Data { file, line, column } => format!("{file}:{line}:{column} {} {}", d.message, d.help[0]),
                Place::Author(_) => d.message.to_string(),
            })
            .collect()
    };
    assert_eq!(told("satisfy"), Vec::<String>::new());
    assert_eq!(told(""), Vec::<String>::new(), "left empty it is about all");
    let start = "f.csv:2:3 no standard is called";
    assert_eq!(told("answer_promtly"), [format!("{start} `answer_promtly` did you mean `answer_promptly`?")]);
    assert_eq!(
        told("answered_in_20s"),
        [format!("{start} `answered_in_20s` `answered_in_20s` is a measure; the standard on it is `answer_promptly`")]
    );
    assert_eq!(told("x"), [format!("{start} `x` the standards are `answer_promptly`, `satisfy`")]);
}

#[test]
fn names() {
    let found = with("id,name\nU1,Billing\nU2,Sales\nU1,Billing\n", |p| {
        let (names, files) = display_names(p)?;
        assert_eq!(names["unit"]["U1"], "Billing");
        assert_eq!(files.len(), 1);
        Ok(())
    });
    assert!(found.is_empty());
    assert_eq!(with("id,name\nU1,Billing\nU1,Accounts\n", |p| display_names(p).map(|_| ())).len(), 1);
}
