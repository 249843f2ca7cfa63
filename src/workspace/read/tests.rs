use std::fs;

use super::*;
use crate::diagnostic::human;

/// Writes files into a folder of their own; the workspace is in `w`.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn tree(files: &[(&str, &str)]) -> Tree {
    read_tree(&folder(files).path().join("w"))
}

fn shown(tree: &Tree) -> String {
    human(&tree.diagnostics, &tree.sources, false)
}

fn clean(files: &[(&str, &str)]) -> Tree {
    let tree = tree(files);
    assert_eq!(shown(&tree), "");
    tree
}

fn messages(files: &[(&str, &str)]) -> Vec<String> {
    let tree = tree(files);
    tree.diagnostics.iter().map(|d| format!("{} {}", d.code.id, d.message)).collect()
}

/// The value at a path such as `standards.a.target`.
fn at<'t>(tree: &'t Tree, path: &str) -> Option<&'t Node> {
    path.split('.').try_fold(&tree.root, |node, key| node.get(key))
}

fn value(tree: &Tree, path: &str) -> String {
    at(tree, path).and_then(Node::text).map_or_else(|| "-".to_owned(), |t| t.value.to_string())
}

fn keys(node: &Node) -> Vec<&str> {
    node.entries().iter().map(|e| e.key.value.as_str()).collect()
}

fn ids(tree: &Tree) -> Vec<String> {
    match at(tree, "rules").map(|n| &n.kind) {
        Some(Kind::List(items)) => {
            items.iter().map(|n| n.get("id").and_then(Node::text).unwrap().value.to_string()).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn includes_are_spliced_in_order_and_know_their_way() {
    let tree = clean(&[
        ("w/evenhand.yaml", "include: [m*.yaml, sub/more.yaml]\nmeasures: { a: 1 }\nrules: [{ id: r }]\n"),
        ("w/m2.yaml", "measures: { c: 3 }\nscoring: { groups: { g: 1 } }\n"),
        ("w/m1.yaml", "measures: { b: 2 }\nscoring: { groups: { h: 1 }, total: g }\n"),
        ("w/sub/more.yaml", "include: deep.yaml\nrules: [{ id: s }]\n"),
        ("w/sub/deep.yaml", "measures: { d: 4 }\n"),
    ]);
    assert_eq!(keys(at(&tree, "measures").unwrap()), ["a", "b", "c", "d"]);
    assert_eq!(keys(at(&tree, "scoring.groups").unwrap()), ["h", "g"]);
    assert_eq!(ids(&tree), ["r", "s"]);
    assert!(at(&tree, "include").is_none());
    let way = &at(&tree, "measures.d").unwrap().origin.through;
    let names: Vec<&str> = way.iter().map(|f| tree.sources.get(*f).unwrap().name.as_str()).collect();
    assert_eq!(names, ["evenhand.yaml", "sub/more.yaml", "sub/deep.yaml"]);
    let names: Vec<&str> = tree.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["evenhand.yaml", "m1.yaml", "m2.yaml", "sub/deep.yaml", "sub/more.yaml"]);
    assert!(tree.bases[way.last().unwrap()].ends_with("w/sub"));
}

#[test]
fn a_key_in_two_files_is_an_error_with_both_places() {
    let tree = tree(&[
        ("w/evenhand.yaml", "include: b.yaml\nzone: UTC\nmeasures:\n  a: { share: x }\n"),
        ("w/b.yaml", "zone: UTC\nmeasures:\n  a: { mean: y }\n  b: 1\n"),
    ]);
    let text = shown(&tree);
    assert!(text.contains("`zone` is written in two files\n --> b.yaml:1:1"), "{text}");
    assert!(text.contains("`a` is written in two files\n --> b.yaml:3:3"), "{text}");
    assert!(text.contains("evenhand.yaml:4:3"), "{text}");
    assert_eq!(tree.diagnostics.len(), 2);
    assert_eq!(value(&tree, "measures.b"), "1");
}

#[test]
fn a_syntax_error_in_one_file_hides_no_other_file() {
    let found = messages(&[
        ("w/evenhand.yaml", "include: [a.yaml, b.yaml, gone.yaml]\n"),
        ("w/a.yaml", "x: @y\n"),
        ("w/b.yaml", "x: 1\nx: 2\n"),
    ]);
    assert_eq!(
        found,
        [
            "EH0118 `@` cannot start a value in YAML",
            "EH0114 `x` is written twice",
            "EH0102 there is no file `gone.yaml`"
        ]
    );
}

#[test]
fn a_workspace_overrides_its_bases_key_by_key() {
    let tree = clean(&[
        (
            "w/evenhand.yaml",
            "extends: [../one, ../two]\nstandards:\n  a: { target: 85% }\n  c: !remove\n  d: { floor: 1 }\nlevels: [x]\n",
        ),
        (
            "one/evenhand.yaml",
            "standards:\n  a: { floor: 60%, target: 80% }\n  b: { floor: 1 }\n  c: { floor: 2 }\nlevels: [p, q]\n",
        ),
        ("two/evenhand.yaml", "standards:\n  b: { floor: 9 }\n"),
    ]);
    assert_eq!(keys(at(&tree, "standards").unwrap()), ["a", "b", "d"]);
    assert_eq!(value(&tree, "standards.a.floor"), "60%");
    assert_eq!(value(&tree, "standards.a.target"), "85%");
    assert_eq!(value(&tree, "standards.b.floor"), "9", "the later base wins");
    assert!(matches!(&at(&tree, "levels").unwrap().kind, Kind::List(l) if l.len() == 1));
    let target = at(&tree, "standards.a.target").unwrap();
    let base = target.origin.overrides.as_ref().unwrap();
    assert_eq!(tree.sources.shown(base.span), "../one/evenhand.yaml:2:28");
    assert_eq!(base.through.len(), 2);
    assert!(at(&tree, "standards.a.floor").unwrap().origin.overrides.is_none());
}

#[test]
fn rules_merge_by_id_and_reports_by_template() {
    let tree = clean(&[
        (
            "w/evenhand.yaml",
            "extends: ../base\nrules:\n  - !remove third\n  - { id: second, when: new }\n  - { id: fourth }\nreports:\n  - { template: letter.html, for: x }\n  - { template: letter.html, for: y }\n",
        ),
        (
            "base/evenhand.yaml",
            "rules: [{ id: first }, { id: second, when: old }, { id: third }]\nreports: [{ template: letter.html }, { template: report.html }]\n",
        ),
    ]);
    assert_eq!(ids(&tree), ["first", "second", "fourth"]);
    let Kind::List(rules) = &at(&tree, "rules").unwrap().kind else { panic!() };
    assert_eq!(rules[1].get("when").unwrap().text().unwrap().value.as_ref(), "new");
    assert!(rules[1].origin.overrides.is_some());
    let Kind::List(reports) = &at(&tree, "reports").unwrap().kind else { panic!() };
    assert_eq!(reports.len(), 3);
}

#[test]
fn nothing_to_remove_and_empty_entries_are_said() {
    let tree = tree(&[
        (
            "w/evenhand.yaml",
            "extends: ../base\nstandards:\n  answer_promtly: !remove\n  keep:\nrules: [!remove nobody]\n",
        ),
        (
            "base/evenhand.yaml",
            "standards:\n  answer_promptly: { floor: 1 }\n  keep: { floor: 2 }\nrules: [{ id: a }]\n",
        ),
    ]);
    let text = shown(&tree);
    assert!(text.contains("there is no `answer_promtly` to remove"), "{text}");
    assert!(text.contains("did you mean `answer_promptly`?"), "{text}");
    assert!(text.contains("there is no `nobody` to remove"), "{text}");
    assert!(text.contains("warning[EH0124]: `keep` says nothing"), "{text}");
    assert_eq!(value(&tree, "standards.keep.floor"), "2");
    assert_eq!(ids(&tree), ["a"]);
}

#[test]
fn the_reasons_of_an_overlay_stay_with_their_layer() {
    let tree = clean(&[
        ("w/evenhand.yaml", "extends: ../base\noverlay: { owner: Ama, because: peak season }\n"),
        ("base/evenhand.yaml", "overlay: { owner: Kofi, from: 2026-01-01 }\n"),
    ]);
    assert_eq!(value(&tree, "overlay.owner"), "Ama");
    assert_eq!(value(&tree, "overlay.from"), "-");
}

#[test]
fn bases_extend_bases_and_circles_end() {
    let tree = clean(&[
        ("w/evenhand.yaml", "extends: ../b\n"),
        ("b/evenhand.yml", "extends: ../c\nx: 1\n"),
        ("c/evenhand.yaml", "x: 0\ny: 2\n"),
    ]);
    assert_eq!((value(&tree, "x"), value(&tree, "y")), ("1".into(), "2".into()));
    assert_eq!(at(&tree, "y").unwrap().origin.through.len(), 3);
    let tails: Vec<String> =
        tree.folders.iter().map(|f| f.path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(tails, ["w", "b", "c"]);
    let found = messages(&[("w/evenhand.yaml", "extends: ../b\n"), ("b/evenhand.yaml", "extends: ../w\n")]);
    assert_eq!(found, ["EH0122 these files lead back to themselves"]);
    let found = messages(&[("w/evenhand.yaml", "include: a.yaml\n"), ("w/a.yaml", "include: [a.yaml]\nx: 1\n")]);
    assert_eq!(found, ["EH0122 these files lead back to themselves"]);
    clean(&[("w/evenhand.yaml", "include: '*.yaml'\n"), ("w/a.yaml", "x: 1\n")]);
}

#[test]
fn scripts_are_found_in_order_and_replaced_by_name() {
    let tree = clean(&[
        ("w/evenhand.yaml", "extends: ../base\n"),
        ("w/b.rhai", "fn b() { 1 }"),
        ("w/a.rhai", "fn a() { 1 }"),
        ("base/b.rhai", "fn old() { 1 }"),
        ("base/z.rhai", "fn z() { 1 }"),
        ("base/evenhand.yaml", "x: 1\n"),
    ]);
    let names: Vec<String> = tree.functions.iter().map(|t| tree.sources.place(t.origin.span).0.to_owned()).collect();
    assert_eq!(names, ["../base/z.rhai", "a.rhai", "b.rhai"]);
    let chosen =
        clean(&[("w/evenhand.yaml", "functions: lib/only.rhai\n"), ("w/lib/only.rhai", ""), ("w/not.rhai", "")]);
    assert_eq!(chosen.functions.len(), 1);
    let found = messages(&[("w/evenhand.yaml", "functions: { a: b }\n")]);
    assert_eq!(found, ["EH0120 `functions` takes names"]);
}

#[test]
fn packs_of_the_program_can_be_extended() {
    let tree = clean(&[("w/evenhand.yaml", "extends: builtin:service-desk\nminimum: { records: 50 }\n")]);
    assert_eq!(value(&tree, "minimum.records"), "50");
    assert_eq!(ids(&tree), ["keeps_every_promise", "consistent_offender", "needs_support"]);
    assert_eq!(tree.sources.shown(at(&tree, "levels").unwrap().origin.span), "builtin:service-desk.yaml:7:9");
    assert_eq!(tree.functions.len(), 1);
    let tree = super::tests::tree(&[("w/evenhand.yaml", "extends: [builtin:servicedesk, service-desk, ../gone]\n")]);
    let text = shown(&tree);
    assert!(text.contains("there is no pack `builtin:servicedesk`"), "{text}");
    assert_eq!(text.matches("did you mean `builtin:service-desk`?").count(), 2, "{text}");
    assert!(text.contains("no workspace in `../gone`"), "{text}");
}

#[test]
fn what_is_no_workspace_is_said_without_a_panic() {
    let folder = folder(&[("other/notes.txt", "x")]);
    for path in ["other", "nowhere"] {
        let tree = read_tree(&folder.path().join(path));
        assert_eq!(tree.diagnostics.len(), 1);
        assert_eq!(tree.diagnostics[0].code.id, "EH0101");
    }
    assert_eq!(messages(&[("w/evenhand.yaml", "")]), ["EH0107 `evenhand.yaml` is empty"]);
    assert_eq!(messages(&[("w/evenhand.yaml", "- a\n- b\n")]), ["EH0106 this file holds no keys"]);
    assert_eq!(
        messages(&[("w/evenhand.yaml", "include: a.yaml\n"), ("w/a.yaml", "extends: x\nfunctions: y\n")]),
        ["EH0120 `extends` stands in an included file", "EH0120 `functions` stands in an included file"]
    );
}

#[test]
fn the_path_of_the_file_names_the_workspace_too() {
    let folder = folder(&[("w/acme.yaml", "include: a.yaml\n"), ("w/a.yaml", "x: 1\n")]);
    let tree = read_tree(&folder.path().join("w/acme.yaml"));
    assert_eq!(shown(&tree), "");
    assert_eq!(value(&tree, "x"), "1");
}

#[cfg(unix)]
#[test]
fn an_included_link_may_not_lead_out() {
    let folder = folder(&[
        ("w/evenhand.yaml", "include: [in.yaml, out.yaml]\n"),
        ("w/real.yaml", "x: 1\n"),
        ("secret.yaml", "s: 1\n"),
    ]);
    let w = folder.path().join("w");
    std::os::unix::fs::symlink("real.yaml", w.join("in.yaml")).unwrap();
    std::os::unix::fs::symlink("../secret.yaml", w.join("out.yaml")).unwrap();
    let tree = read_tree(&w);
    let text = shown(&tree);
    assert_eq!(tree.diagnostics.len(), 1, "{text}");
    assert!(
        text.contains("error[EH0105]: `out.yaml` is a link that leads out of the workspace\n --> evenhand.yaml:1:20"),
        "{text}"
    );
}

#[test]
fn an_overlay_changes_one_repetition_of_a_base() {
    let tree = clean(&[
        (
            "w/evenhand.yaml",
            "extends: ../base\nlists: { topics: { loans: {} } }\nstandards:\n  cards_kept: { target: 95% }\n",
        ),
        (
            "base/evenhand.yaml",
            "lists: { topics: { billing: {}, cards: {} } }\nstandards:\n  \"{topics}_kept\": { each: topics, floor: 60%, target: 80% }\n",
        ),
    ]);
    assert_eq!(keys(at(&tree, "standards").unwrap()), ["billing_kept", "cards_kept", "loans_kept"]);
    assert_eq!(value(&tree, "standards.cards_kept.target"), "95%");
    assert_eq!(value(&tree, "standards.cards_kept.floor"), "60%");
    assert!(at(&tree, "standards.cards_kept.target").unwrap().origin.overrides.is_some());
}
