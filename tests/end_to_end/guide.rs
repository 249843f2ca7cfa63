//! The guide is true: every whole workspace that it shows is accepted.

use std::collections::BTreeSet;

use crate::harness::{Case, repository};

/// The ```yaml blocks of the guide that are whole workspaces, with the line on which each begins.
fn workspaces(guide: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, Vec<&str>)> = None;
    for (i, line) in guide.lines().enumerate() {
        match (&mut open, line) {
            (None, "```yaml") => open = Some((i + 2, Vec::new())),
            (Some(_), "```") => found.extend(open.take().map(|(at, lines)| (at, lines.join("\n") + "\n"))),
            (Some((_, lines)), line) => lines.push(line),
            _ => {}
        }
    }
    assert!(open.is_none(), "a block of the guide is not closed");
    found.retain(|(_, text)| text.starts_with("evenhand: 1"));
    found
}

#[test]
fn every_workspace_of_the_guide_is_accepted() {
    let guide = std::fs::read_to_string(repository().join("docs/guide.md")).unwrap();
    let blocks = workspaces(&guide);
    assert!(blocks.len() >= 3, "only {} whole workspaces", blocks.len());
    let mut wrong = Vec::new();
    for (line, text) in blocks {
        let case = Case::new();
        case.write("evenhand.yaml", &text);
        let ran = case.run(&["check", "."]);
        if ran.code != 0 {
            wrong.push(format!("docs/guide.md:{line}\n{}{}", ran.out, ran.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The names of the keys of the format, as the editor's schema has them.
fn keys(schema: &serde_json::Value, found: &mut BTreeSet<String>) {
    match schema {
        serde_json::Value::Object(map) => {
            if let Some(serde_json::Value::Object(properties)) = map.get("properties") {
                found.extend(properties.keys().cloned());
            }
            map.values().for_each(|inner| keys(inner, found));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|inner| keys(inner, found)),
        _ => {}
    }
}

#[test]
fn the_guide_names_every_key() {
    let guide = std::fs::read_to_string(repository().join("docs/guide.md")).unwrap();
    let code: String = guide.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(" ");
    let named: BTreeSet<&str> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let schema = serde_json::from_str(&Case::new().run(&["schema"]).ok().out).unwrap();
    let mut known = BTreeSet::new();
    keys(&schema, &mut known);
    assert!(known.len() > 100, "{known:?}");
    let missing: Vec<&String> = known.iter().filter(|key| !named.contains(key.as_str())).collect();
    assert!(missing.is_empty(), "keys that docs/guide.md doesn't name: {missing:?}");
}

#[test]
fn only_whole_workspaces_are_taken() {
    let text = "```yaml\nevenhand: 1\nzone: UTC\n```\n```yaml\nmeasures:\n```\n```sh\nevenhand: 1\n```\n";
    assert_eq!(workspaces(text), [(2, "evenhand: 1\nzone: UTC\n".to_owned())]);
}
