//! Pages of a made-up session: what they show, and that nothing a reader types gets further than the page.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::board::{Board, Chances, Generation, Rejection};
use super::server::{Page, Site};
use super::{Pages, address};
use crate::diagnostic::{Diagnostic, Origin, Sources, Span};
use crate::judge::{self, Facts};
use crate::said;
use crate::score::fixture::*;
use crate::score::score;
use crate::workspace::{Line, Plan, Recommend, SourceKind};

const YAML: &str = "standards:\n  prompt: { floor: 50%, target: 80% }\n  polite: { floor: 40%, target: 70%, weight: 1 }\nminimum: { records: 30 }\n";

fn authored(sources: &Sources, text: &str, number: f64) -> crate::diagnostic::Authored<Line> {
    let file = crate::diagnostic::FileId(0);
    let start = sources.get(file).unwrap().text.find(text).unwrap();
    crate::diagnostic::Authored::new(Line::Number(number), Origin::new(Span::new(file, start..start + text.len())))
}

fn a_plan() -> Plan {
    let mut plan = plan();
    let mut sources = Sources::default();
    let id = sources.add("evenhand.yaml", YAML);
    standard(&mut plan, "prompt", SourceKind::Record, 0.5, 0.8);
    standard(&mut plan, "polite", SourceKind::CustomerResponse, 0.4, 0.7);
    plan.standards[0].target = Some(authored(&sources, "80%", 0.8));
    let start = YAML.find("polite").unwrap();
    plan.standards[1].id =
        crate::diagnostic::Authored::new("polite".into(), Origin::new(Span::new(id, start..start + 6)));
    rule(&mut plan, "keeps", Recommend::Reward, "met(\"prompt\")");
    rule(&mut plan, "help", Recommend::Develop, "score < 80");
    plan.author = Arc::new(sources);
    plan
}

/// `people` persons, the i-th with a share of about i/people, and the organisation.
fn generation(number: u64, plan: Plan, people: u64) -> Arc<Generation> {
    let cells: Vec<(u64, u64)> = (0..people).map(|i| (i * 200 / people, 200)).collect();
    let sum = [(cells.iter().map(|c| c.0).sum(), cells.iter().map(|c| c.1).sum())];
    let both = |cells: &[(u64, u64)]| vec![share_readings(cells), share_readings(cells)];
    let mut persons = level("person", people as usize, 1, both(&cells));
    if let Some(first) = persons.subjects.first_mut() {
        first.name = "<script>alert(1)</script>".into();
    }
    for (i, subject) in persons.subjects.iter_mut().enumerate() {
        subject.id = format!("p{i:06}").into();
    }
    let readings = readings(vec![persons, level("organisation", 1, 1, both(&sum))], 1);
    let scorecards = score(&plan, readings, &environment());
    let recommendations = judge::judge(&plan, scorecards, Facts::default());
    let (templates, findings) = (BTreeMap::new(), Vec::new());
    Arc::new(Generation { number, plan, recommendations, templates, findings })
}

fn session(people: u64) -> (Arc<Board>, Pages) {
    let board = Arc::new(Board::default());
    let mut plan = a_plan();
    plan.levels = ["person", "organisation"].map(|l| said(l.to_string())).to_vec();
    board.accept(generation(1, plan, people), "12:00:00".into(), Duration::from_millis(38));
    (board.clone(), Pages::new(board, "0", ".".into()))
}

fn get(pages: &Pages, target: &str) -> Page {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    pages.page(path, &address::parse(query))
}

fn ok(pages: &Pages, target: &str) -> String {
    let page = get(pages, target);
    assert_eq!(page.status, 200, "{target}: {}", page.body);
    assert!(!page.body.contains("live.") || !page.body.contains("live.overview"), "a text is missing: {target}");
    for never in [" style=", "<style", "onclick", "javascript:"] {
        assert!(!page.body.contains(never), "{target} has `{never}`, which the policy forbids");
    }
    // Templates write `/` and `=` of addresses as entities.
    page.body.replace("&#x2f;", "/").replace("&#x3d;", "=").replace("&amp;", "&")
}

#[test]
fn every_page_is_made() {
    let (board, pages) = session(120);
    let home = ok(&pages, "/");
    assert!(home.contains("Generation 1 is in force since 12:00:00."));
    assert!(home.contains("\"/level?level=person&outcome=reward\""), "{home}");
    let level = ok(&pages, "/level?level=person");
    assert_eq!(level.matches("<tr><td><code>").count(), 50, "a page of rows, not all of them");
    assert!(level.contains("Page 1 of 3") && level.contains("120 people"));
    let subject = ok(&pages, "/subject?level=person&id=p000119");
    assert!(subject.contains("keeps") && subject.contains("met(&quot;prompt&quot;)"), "{subject}");
    for path in ["/problems", "/generations", "/what-if", "/live.css", "/live.js"] {
        ok(&pages, path);
    }
    for path in ["/level?level=none", "/subject?level=person&id=none", "/../Cargo.toml", "/etc/passwd", "/%2e%2e/x"] {
        assert_eq!(get(&pages, path).status, 404, "{path}");
    }
    assert_eq!(board.shown().version, 1);
}

#[test]
fn names_from_data_and_words_from_readers_are_only_text() {
    let (_, pages) = session(40);
    for target in [
        "/subject?level=person&id=p000000",
        "/level?level=person&q=%3Cscript%3E",
        "/what-if?change=target.prompt&to=%3Cscript%3Ealert(1)",
    ] {
        assert!(!ok(&pages, target).contains("<script>alert"), "{target}");
    }
}

#[test]
fn the_table_is_searched_sorted_and_paged() {
    let (_, pages) = session(120);
    let ids = |target: &str| -> Vec<String> {
        let body = ok(&pages, target);
        let cells = body.split("<tr><td><code>").skip(1);
        cells.map(|c| c.split("</code>").next().unwrap().trim_start_matches('p').to_owned()).collect()
    };
    let found: Vec<String> = (110..120).map(|i| format!("{i:06}")).collect();
    assert_eq!(ids("/level?level=person&q=P00011"), found, "whatever the case");
    assert_eq!(ids("/level?level=person&sort=score&down=yes")[..2], ["000119", "000118"]);
    let last = ids("/level?level=person&sort=score&page=99");
    assert_eq!(
        (last.len(), last.last().map(String::as_str)),
        (20, Some("000119")),
        "beyond the last page is the last page"
    );
    let rewarded = ids("/level?level=person&outcome=reward");
    assert!(!rewarded.is_empty() && !rewarded.contains(&"000000".to_string()));
    assert!(ok(&pages, "/level?level=person&q=nobody").contains("Nobody matches"));
}

#[test]
fn a_refused_save_stands_above_every_page_and_the_figures_stay() {
    let (board, pages) = session(40);
    let before = ok(&pages, "/level?level=person");
    let mut sources = Sources::default();
    let file = sources.add("measures.yaml", "a: 1\nmeasure: csta\n");
    let problem = Diagnostic::error(&super::codes::BAD_ADDRESS, said!("unknown measure `csta`"))
        .at(Span::new(file, 14..18), said!("here"));
    let rejection = Rejection { problems: vec![problem], sources: Arc::new(sources), at: "12:01:03".into() };
    board.reject(Arc::new(rejection));
    for target in ["/", "/level?level=person", "/generations", "/nowhere"] {
        let body = get(&pages, target).body;
        assert!(body.contains("unknown measure `csta`") && body.contains("measures.yaml:2:10"), "{body}");
        assert!(body.contains("generation 1") && body.contains("12:01:03"));
    }
    let rows = |body: &str| body.split("<tbody>").nth(1)?.split("</tbody>").next().map(str::to_owned);
    assert_eq!(rows(&before), rows(&ok(&pages, "/level?level=person")));
    let mut plan = a_plan();
    plan.levels = ["person", "organisation"].map(|l| said(l.to_string())).to_vec();
    board.accept(generation(2, plan, 40), "12:02:00".into(), Duration::ZERO);
    let home = ok(&pages, "/");
    assert!(!home.contains("csta") && home.contains("Nobody moved."));
    assert_eq!(board.shown().version, 3);
}

#[test]
fn luck_is_shown_for_the_generation_that_it_was_drawn_for_and_no_other() {
    let (board, pages) = session(40);
    assert_eq!(get(&pages, "/luck").status, 404, "nobody draws");
    assert!(!ok(&pages, "/").contains("/luck"));
    board.draw_luck();
    let mut plan = a_plan();
    plan.levels = ["person", "organisation"].map(|l| said(l.to_string())).to_vec();
    board.accept(generation(2, plan, 40), "12:02:00".into(), Duration::ZERO);
    assert!(ok(&pages, "/").contains("being drawn in the background"));
    board.found(1, Chances::Failed("the file is gone".into()));
    assert!(ok(&pages, "/luck").contains("being drawn in the background"), "an older generation's");
    board.busy();
    let before = *board.changes().borrow();
    board.found(2, Chances::Failed("the file `<b>` is gone".into()));
    let after = *board.changes().borrow();
    assert!(after.busy && after.version == before.version + 1, "a save is still being read");
    assert!(ok(&pages, "/luck").contains("<code>&lt;b&gt;</code> is gone"), "{}", ok(&pages, "/luck"));
}

#[test]
fn what_is_missing_stands_first_on_the_first_page() {
    let home = |as_of: jiff::civil::Date| {
        let board = Arc::new(Board::default());
        let mut plan = a_plan();
        plan.levels = ["person", "organisation"].map(|l| said(l.to_string())).to_vec();
        let mut generation = generation(1, plan, 40);
        let held = Arc::get_mut(&mut generation).unwrap();
        Arc::get_mut(&mut held.recommendations.scorecards.readings).unwrap().as_of = as_of;
        board.accept(generation, "12:00:00".into(), Duration::from_millis(38));
        ok(&Pages::new(board, "0", ".".into()), "/")
    };
    let told = "Nothing was measured in February 2026. What follows is January 2026.";
    assert!(home(jiff::civil::date(2026, 2, 28)).contains(told));
    assert!(!home(jiff::civil::date(2026, 2, 27)).contains("id=\"silence\""));
}

#[test]
fn before_the_first_generation_the_page_says_what_is_wrong() {
    let board = Arc::new(Board::default());
    let pages = Pages::new(board.clone(), "0", ".".into());
    assert!(ok(&pages, "/").contains("The records are being read"));
    let problem = Diagnostic::error(&super::codes::BAD_ADDRESS, said!("no `evenhand.yaml`"));
    let rejection = Rejection { problems: vec![problem], sources: Arc::default(), at: "12:01:03".into() };
    board.reject(Arc::new(rejection));
    assert!(ok(&pages, "/level").contains("no `evenhand.yaml`"));
}

#[test]
fn a_what_if_shows_who_would_move_and_the_line_to_change() {
    let (board, pages) = session(120);
    let lower = ok(&pages, "/what-if?change=target.prompt&to=60%25");
    assert!(lower.contains("In evenhand.yaml, line 2:"), "{lower}");
    assert!(lower.contains("prompt: { floor: 50%, target: <mark>60%</mark> }"));
    let moved = lower.matches(r#"<span class="tag reward">Reward</span></td>"#).count();
    assert!(moved > 10, "a lower target is met by more: {moved}\n{lower}");
    assert!(!lower.contains("for the worse"));
    let higher = ok(&pages, "/what-if?change=target.prompt&to=0.95");
    assert!(higher.contains("for the worse"), "{higher}");
    // The weight stands in the entry of its standard, the minimum in the section of its own.
    assert!(ok(&pages, "/what-if?change=weight.polite&to=2,5").contains("target: 70%, weight: <mark>2.5</mark> }"));
    assert!(ok(&pages, "/what-if?change=weight.prompt&to=2").contains("<mark>standards:\n  prompt:\n    weight: 2"));
    let few = ok(&pages, "/what-if?change=minimum.records&to=500");
    assert!(few.contains("minimum: { records: <mark>500</mark> }") && few.contains("Too little evidence"), "{few}");
    assert_eq!(board.shown().version, 1, "nothing is published");
    assert!(board.shown().generation.as_ref().is_some_and(|g| g.plan.minimum.records == 30));
}

#[test]
fn a_what_if_that_the_workspace_would_refuse_says_why() {
    let (_, pages) = session(40);
    for (target, says) in [
        ("/what-if?change=target.prompt&to=many", "is not a number"),
        ("/what-if?change=target.prompt&to=85", "between 0% and 100%"),
        ("/what-if?change=target.prompt&to=40%25", "Target (40%) has to be better than Floor (50%)"),
        ("/what-if?change=floor.prompt&to=80%25", "has to be better"),
        ("/what-if?change=minimum.records&to=0", "off the scale"),
        ("/what-if?change=minimum.records&to=2.5", "is not a number"),
        ("/what-if?change=weight.prompt&to=NaN", "off the scale"),
        ("/what-if?change=target.nobody&to=1", "choose from the list"),
    ] {
        assert!(ok(&pages, target).contains(says), "{target}: {}", ok(&pages, target));
    }
}

#[test]
fn a_hundred_thousand_people_are_one_short_page() {
    let (_, pages) = session(100_000);
    let body = ok(&pages, "/level?level=person&q=p09&sort=score&down=yes");
    assert!(body.len() < 60_000, "{}", body.len());
    assert!(body.contains("10,000 people"), "{body}");
}
