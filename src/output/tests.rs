//! A whole set of results of the made-up bank.

use std::fs;

use super::*;
use crate::report::fixture;

fn write_to(out: &Path, people: usize, options: &Options) -> Written {
    let plan = fixture::plan();
    let recommendations = fixture::recommendations(people);
    let explain = |cell: Cell| fixture::detail(&recommendations, cell);
    write_explained(&plan, &recommendations, &explain, &[], options, out).unwrap()
}

#[test]
fn a_run_writes_its_files_and_lists_them() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let written = write_to(&out, 20, &Options::default());
    let names: Vec<&str> = written.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "agenda.md",
            "letters/2026-04/person/AG-00003.html",
            "letters/2026-04/person/AG-00005.html",
            "letters/2026-04/person/AG-00006.html",
            "letters/2026-04/person/AG-00007.html",
            "letters/2026-04/person/AG-00009.html",
            "letters/2026-04/person/AG-00009~certificate.html",
            "letters/2026-04/person/AG-00012.html",
            "letters/2026-04/person/AG-00012~certificate.html",
            "quarantine.csv",
            "recommendations.csv",
            "recommendations.jsonl",
            "recommendations.xlsx",
            "report.html",
            "report.md",
            "scores.csv",
        ]
    );
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(out.join("run.json")).unwrap()).unwrap();
    assert_eq!(manifest["as_of"], "2026-04-30");
    assert_eq!(manifest["rows"]["sources"][0]["rows_in"], 12034);
    assert_eq!(manifest["outcomes"]["person"]["2026-04"]["sanction"], 1);
    assert_eq!(manifest["outputs"].as_array().unwrap().len(), names.len());
    for file in &written.files {
        let bytes = fs::read(out.join(&file.name)).unwrap();
        assert_eq!(blake3::hash(&bytes).to_hex().to_string(), file.digest, "{}", file.name);
    }
    let text = fs::read_to_string(out.join("run.json")).unwrap();
    assert!(!text.contains("/nowhere") && !text.contains(&*dir.path().to_string_lossy()));
}

#[test]
fn the_same_input_gives_the_same_bytes_with_any_threads() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    one.install(|| write_to(&a, 300, &Options::default()));
    write_to(&b, 300, &Options::default());
    for name in ["run.json", "recommendations.xlsx", "recommendations.jsonl", "scores.csv", "report.html"] {
        assert!(fs::read(a.join(name)).unwrap() == fs::read(b.join(name)).unwrap(), "{name}");
    }
}

#[test]
fn scores_have_a_row_for_everything_judged() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    write_to(&out, 20, &Options::default());
    let text = fs::read_to_string(out.join("scores.csv")).unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next().unwrap(),
        "level,subject,period,standard,measure,n,raw,value,lower,upper,estimate,floor,target,stretch,points,state,method"
    );
    let lines: Vec<&str> = lines.collect();
    // 23 subjects × one judged period × (5 standards + 1 measure without a standard).
    assert_eq!(lines.len(), 23 * 6);
    assert!(lines.iter().all(|l| l.split(',').count() == 17));
    assert_eq!(lines[4], "person,AG-00000,2026-04,keep_dates,kept_date,0,,,,,,0.7,0.9,1,,unmeasured,share.wilson");
    assert_eq!(lines[5], "person,AG-00000,2026-04,,calls,90,90,90,,,90,,,,,measured,count.none");
}

#[test]
fn parquet_holds_the_same_rows() {
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    write_to(&out, 20, &Options { parquet_scores: true, ..Options::default() });
    assert!(!out.join("scores.csv").exists());
    let file = fs::File::open(out.join("scores.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let names: Vec<String> = reader.schema().fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(names, scores::COLUMNS);
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    assert_eq!(batches.iter().map(|b| b.num_rows()).sum::<usize>(), 23 * 6);
    assert_eq!(batches[0].column(7).null_count(), 23, "values of what was not measured are null");
}

#[test]
fn recommendations_say_why_and_details_can_be_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let count = |details| {
        write_to(&out, 20, &Options { details, report: false, ..Options::default() });
        fs::read_to_string(out.join("recommendations.jsonl")).unwrap().lines().count()
    };
    assert_eq!(count(Details::None), 0);
    // 7 acted or insufficient people, 2 departments.
    assert_eq!(count(Details::Acted), 9);
    assert_eq!(count(Details::All), 23);
    assert!(!out.join("report.html").exists() && !out.join("agenda.md").exists());
    let csv = fs::read_to_string(out.join("recommendations.csv")).unwrap();
    assert!(csv.starts_with("level,subject,period,outcome,rule,score,summary\n"));
    let sanction = csv.lines().find(|l| l.contains(",sanction,")).unwrap();
    assert!(sanction.starts_with("person,AG-00003,2026-04,sanction,consistent_offender,"));
    assert!(sanction.contains("A person should review this for a sanction"));
    let jsonl = fs::read_to_string(out.join("recommendations.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = jsonl.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let sanction = lines.iter().find(|l| l["outcome"] == "sanction").unwrap();
    assert_eq!(sanction["gates"][0]["name"], "minimum");
    assert_eq!(sanction["readings"].as_array().unwrap().len(), 5);
    assert_eq!(sanction["charter"]["id"], "akwaaba-bank");
    assert!(lines.iter().any(|l| l["certificate"]["id"].is_string()));
}

#[test]
fn the_quarantine_is_ordered_by_content_and_neutralised() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    write_to(&out, 20, &Options::default());
    let text = fs::read_to_string(out.join("quarantine.csv")).unwrap();
    // `data/b.csv` has the smaller digest.
    assert_eq!(
        text,
        "file,line,column,reason\ndata/b.csv,3,Speed,`=1+1` is not a number\ndata/a.csv,7,Speed,`=1+1` is not a number\n"
    );
}

#[test]
fn the_reasons_of_the_quarantine_are_in_the_language_of_the_workspace() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let mut plan = fixture::plan();
    let mut author = (*plan.author).clone();
    author.tongue = Some(crate::words::Words::shipped("fr").unwrap());
    plan.author = author.into();
    let recommendations = fixture::recommendations(20);
    let explain = |cell: Cell| fixture::detail(&recommendations, cell);
    write_explained(&plan, &recommendations, &explain, &[], &Options::default(), &out).unwrap();
    let text = fs::read_to_string(out.join("quarantine.csv")).unwrap();
    assert!(text.ends_with("data/a.csv,7,Speed,`=1+1` n’est pas un nombre\n"), "{text}");
}

#[test]
fn renaming_a_data_file_changes_only_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let run = |name: &str, swap: bool| {
        let plan = fixture::plan();
        let mut recommendations = fixture::recommendations(20);
        if swap {
            let readings = std::sync::Arc::make_mut(&mut recommendations.scorecards.readings);
            let renamed = |old: &str| if old == "data/a.csv" { "data/z.csv".to_owned() } else { old.to_owned() };
            readings.files.iter_mut().for_each(|f| f.name = renamed(&f.name));
            readings.files.sort();
            readings.quarantine.iter_mut().for_each(|q| q.file = renamed(&q.file));
            readings.quarantine.sort();
        }
        let out = dir.path().join(name);
        let explain = |cell: Cell| fixture::detail(&recommendations, cell);
        write_explained(&plan, &recommendations, &explain, &[], &Options::default(), &out).unwrap();
        out
    };
    let (a, b) = (run("a", false), run("b", true));
    for name in ["report.html", "scores.csv", "recommendations.csv", "recommendations.jsonl", "recommendations.xlsx"] {
        assert!(fs::read(a.join(name)).unwrap() == fs::read(b.join(name)).unwrap(), "{name}");
    }
    let text = |out: &Path, name: &str| fs::read_to_string(out.join(name)).unwrap().replace("z.csv", "a.csv");
    assert_eq!(text(&a, "quarantine.csv"), text(&b, "quarantine.csv"));
    let digest = blake3::hash(&fs::read(b.join("quarantine.csv")).unwrap()).to_hex().to_string();
    let before = blake3::hash(&fs::read(a.join("quarantine.csv")).unwrap()).to_hex().to_string();
    assert_eq!(text(&a, "run.json"), text(&b, "run.json").replace(&digest, &before));
}

#[test]
fn a_template_that_fails_leaves_the_old_results() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    write_to(&out, 20, &Options::default());
    let before = fs::read(out.join("run.json")).unwrap();
    let root = dir.path().join("workspace");
    fs::create_dir_all(root.join("templates")).unwrap();
    fs::write(root.join("templates/letter.html"), "Dear {{ card.nmae }}").unwrap();
    let mut plan = fixture::plan();
    plan.root = root;
    let recommendations = fixture::recommendations(20);
    let explain = |cell: Cell| fixture::detail(&recommendations, cell);
    let problems = write_explained(&plan, &recommendations, &explain, &[], &Options::default(), &out).unwrap_err();
    assert_eq!(problems[0].code.id, "EH0802");
    assert_eq!(fs::read(out.join("run.json")).unwrap(), before);
    assert!(!dir.path().join("out.new").exists());
}

#[test]
fn templates_beside_the_workspace_are_found_and_links_out_refused() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("workspace");
    fs::create_dir_all(root.join("templates/words")).unwrap();
    fs::write(root.join("templates/brand.html"), "\u{feff}brand").unwrap();
    fs::write(root.join("templates/words/fr.yaml"), "report.title: \"Bilan\"").unwrap();
    fs::write(root.join("letter.html"), "own").unwrap();
    fs::write(root.join("templates/logo.png"), [0x89, 0x50, 0xff]).unwrap();
    let mut plan = fixture::plan();
    plan.root.clone_from(&root);
    let found = author_templates(&plan).unwrap();
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(names, ["brand.html", "letter.html"], "words came with the workspace");
    assert_eq!(found["brand.html"].text, "brand");
    let files = templates::with_templates(&plan, &found);
    assert!(files.iter().any(|f| f.name == "templates/brand.html"));
    #[cfg(unix)]
    {
        fs::write(dir.path().join("secret.html"), "secret").unwrap();
        std::os::unix::fs::symlink(dir.path().join("secret.html"), root.join("templates/out.html")).unwrap();
        assert_eq!(author_templates(&plan).unwrap_err()[0].code.id, "EH0807");
    }
}
