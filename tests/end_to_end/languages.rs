//! What a reader of results meets is in the language of the workspace, and in no other.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use calamine::Reader as _;

use crate::harness::{Case, Ran, repository};

/// Texts that a run wrote, by file name: what people read of them.
fn written(case: &Case, folder: &str) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for (name, bytes) in case.files(folder) {
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        let ending = name.rsplit('.').next().unwrap_or("");
        let told = match ending {
            "html" => visible(&text()),
            "md" => text(),
            "csv" if name == "recommendations.csv" => summaries(&bytes),
            "jsonl" => text().lines().map(|line| prose(&serde_json::from_str(line).unwrap())).collect(),
            "xlsx" => sheets(&case.path().join(folder).join(&name)),
            _ => continue,
        };
        texts.insert(name, told);
    }
    texts
}

/// The text of a page: no tags, styles or entities; a title that a screen reader says counts.
fn visible(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        if tag.starts_with("style") {
            rest = tag.split_once("</style>").map_or("", |(_, after)| after);
            continue;
        }
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        for attribute in ["aria-label=\"", "title=\"", "alt=\"", "content=\""] {
            if let Some((_, value)) = tag.split_once(attribute) {
                text.push_str(value.split('"').next().unwrap_or(""));
                text.push(' ');
            }
        }
        rest = after;
    }
    text.push_str(rest);
    [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'")]
        .into_iter()
        .fold(text, |text, (from, to)| text.replace(from, to))
}

fn summaries(csv: &[u8]) -> String {
    let mut reader = csv::Reader::from_reader(csv);
    reader.records().map(|row| format!("{}\n", row.unwrap().get(6).unwrap())).collect()
}

/// The sentences of a line of `recommendations.jsonl`; keys and words for machines are not among them.
fn prose(value: &serde_json::Value) -> String {
    let of = |key: &str| value[key].as_str().unwrap_or("").to_owned();
    let mut text = vec![of("summary"), of("because"), of("counterfactual")];
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    text.extend(list(&value["notes"]).iter().filter_map(|n| n.as_str().map(str::to_owned)));
    text.extend(list(&value["evidence"]).iter().filter_map(|e| e["sentence"].as_str().map(str::to_owned)));
    let tried = list(&value["tried"]).into_iter().flat_map(|t| list(&t["gates"]));
    text.extend(tried.chain(list(&value["gates"])).filter_map(|g| g["figure"].as_str().map(str::to_owned)));
    format!("{}\n", text.join("\n"))
}

fn sheets(path: &std::path::Path) -> String {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let mut text = String::new();
    for name in book.sheet_names().to_vec() {
        text.push_str(&name);
        text.push('\n');
        for row in book.worksheet_range(&name).unwrap().rows() {
            for cell in row {
                text.push_str(&format!("{cell}\n"));
            }
        }
    }
    text
}

fn words_of(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !(c.is_alphanumeric() || "'’-_`/".contains(c)));
    words.filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Every three words in a row of a text, sentence by sentence.
fn windows(text: &str) -> HashSet<Vec<String>> {
    words_of(text).windows(3).map(<[String]>::to_vec).collect()
}

/// What the English words say and the French ones don't: three constant words in a row.
fn english() -> HashSet<Vec<String>> {
    let read = |language: &str| -> BTreeMap<String, String> {
        let path = repository().join(format!("templates/words/{language}.yaml"));
        serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let constants = |text: &str| -> Vec<String> {
        let open = text.replace('{', "\u{0}{");
        open.split('\u{0}').map(|part| part.rsplit('}').next().unwrap_or(part).to_owned()).collect()
    };
    let of = |texts: BTreeMap<String, String>| -> HashSet<Vec<String>> {
        texts.values().flat_map(|text| constants(text)).flat_map(|part| windows(&part)).collect()
    };
    let french = of(read("fr"));
    of(read("en")).into_iter().filter(|window| !french.contains(window)).collect()
}

#[test]
fn no_english_sentence_is_left_in_a_french_run_of_a_sample() {
    let english = english();
    assert!(english.len() > 500, "{}", english.len());
    for sample in ["contact-centre", "red-beads", "city-requests", "first-charter", "pay-for-performance"] {
        let case = Case::of(&format!("samples/{sample}"));
        let author = case.read("evenhand.yaml");
        let french = match author.contains("language: en") {
            true => author.replace("language: en", "language: fr"),
            false => author.replacen("evenhand: 1\n", "evenhand: 1\nlanguage: fr\n", 1),
        };
        case.write("evenhand.yaml", &french);
        let own = windows(&case.run(&["show", "."]).ok().out);
        case.run(&["run", ".", "--details", "all"]).ok();
        for (name, text) in written(&case, "out") {
            let found: BTreeSet<String> = windows(&text)
                .into_iter()
                .filter(|window| english.contains(window) && !own.contains(window))
                .map(|window| window.join(" "))
                .collect();
            assert!(found.is_empty(), "{sample}: {name}: {found:#?}");
        }
    }
}

/// Words of English grammar that no French sentence has.
const TELLING: [&str; 36] = [
    "the",
    "of",
    "is",
    "are",
    "and",
    "with",
    "not",
    "for",
    "from",
    "below",
    "above",
    "because",
    "records",
    "was",
    "has",
    "at",
    "least",
    "than",
    "that",
    "this",
    "would",
    "should",
    "nothing",
    "to",
    "by",
    "in",
    "no",
    "step",
    "needed",
    "warning",
    "improving",
    "worsening",
    "interval",
    "score's",
    "person",
    "people",
];

/// Lines that hold one of them; titles of books follow the formulas of the methods.
fn english_lines(text: &str) -> Vec<String> {
    let english = |line: &&str| words_of(line).iter().any(|word| TELLING.contains(&word.as_str()));
    text.lines().filter(english).map(str::to_owned).collect()
}

/// A workspace whose own texts are French, with people for every outcome.
fn charte() -> Case {
    let case = Case::of("tests/workspaces/charte");
    let mut calls = String::from("agent,jour,attente,sujet\n");
    let mut answers = String::from("agent,jour,note\n");
    // Person, calls a month, of them in time, answers, of them content.
    let people = [
        ("A1", 120, 119, 60, 60),
        ("A2", 120, 40, 60, 12),
        ("A3", 120, 42, 60, 14),
        ("A4", 120, 86, 60, 50),
        ("A5", 5, 2, 2, 1),
        ("A6", 120, 104, 60, 30),
        ("A7", 120, 100, 60, 40),
        ("B1", 120, 84, 60, 50),
        ("B2", 120, 85, 60, 50),
        ("B3", 120, 83, 60, 50),
        ("B4", 120, 84, 60, 50),
    ];
    for month in 1..=4 {
        for (person, n, in_time, returned, content) in people {
            for i in 0..n {
                let wait = if i < in_time { 10 } else { 90 };
                let topic = if i % 3 == 0 { "carte" } else { "compte" };
                calls.push_str(&format!("{person},2026-{month:02}-{:02},{wait},{topic}\n", i % 28 + 1));
            }
            for i in 0..returned {
                let mark = if i < content { 5 } else { 2 };
                answers.push_str(&format!("{person},2026-{month:02}-{:02},{mark}\n", i % 28 + 1));
            }
        }
    }
    calls.push_str("A1,2026-04-02,1,essai\nA1,2026-05-02,1,carte\nA1,2026-04-02,vite,carte\n");
    let mut directory = String::from("id,name,role,department,from,to\n");
    for (person, ..) in people {
        let role = if person == "A7" { "essai" } else { "agent" };
        let department = if person.starts_with('A') { "Accueil" } else { "Courrier" };
        directory.push_str(&format!("{person},Agent {person},{role},{department},,\n"));
    }
    let follow = "person,kind,standard,from,to,step,ref\n\
                  A2,communicated,,2025-12-01,,,\n\
                  A2,support,repondre,2026-01-10,2026-02-15,,S-1\n\
                  A3,dispute,,2026-04-01,,open,D-4\n";
    case.write("data/appels.csv", calls).write("data/enquetes.csv", answers);
    case.write("data/personnes.csv", directory).write("data/suivi.csv", follow);
    case
}

#[test]
fn a_french_workspace_is_french_to_the_last_word_at_every_outcome() {
    let case = charte();
    let ran = case.run(&["run", ".", "--details", "all"]).ok();
    let rows = case.table("out/recommendations.csv");
    let outcomes: BTreeSet<&str> = rows.iter().map(|r| r["outcome"].as_str()).collect();
    let all = ["develop", "insufficient", "none", "process_review", "reward", "sanction", "undecided"];
    assert_eq!(outcomes, BTreeSet::from(all), "{rows:#?}");
    let mut texts = written(&case, "out");
    assert!(texts.keys().any(|n| n.contains("letters/")) && texts.contains_key("agenda.md"), "{:?}", texts.keys());
    texts.insert("stdout".into(), ran.out);
    for subject in ["person:A2", "person:A3"] {
        texts.insert(format!("explain {subject}"), case.run(&["explain", subject, "."]).ok().out.replace(subject, ""));
    }
    for (name, text) in &texts {
        let end = text.find("Méthodes\n").filter(|_| name.ends_with(".md")).unwrap_or(text.len());
        let shown = if name == "report.html" {
            text.rsplit_once("Méthodes").map_or(&**text, |(before, _)| before)
        } else {
            &text[..end]
        };
        let found = english_lines(shown);
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
    let summary = |subject: &str| rows.iter().find(|r| r["subject"] == subject).unwrap()["summary"].clone();
    assert!(summary("A1").starts_with("Agent A1 mérite une reconnaissance\u{a0}: "), "{}", summary("A1"));
    assert!(
        summary("A2").starts_with("une personne devrait examiner ce cas en vue d’une sanction"),
        "{}",
        summary("A2")
    );
    assert!(summary("A5").contains("5 enregistrements ne suffisent pas"), "{}", summary("A5"));
    let (figure, comma) = (summary("A1"), "99,2\u{202f}%");
    assert!(figure.contains(comma), "{figure}");
    let told = &texts["recommendations.jsonl"];
    for said in [
        "serait un examen en vue d’une sanction d’après `manque_repete`, non prouvé",
        "rien ne consigne que `repondre` a été communiqué",
        "15 février 2026",
        "prochaine étape\u{a0}: avertissement informel",
    ] {
        assert!(told.contains(said), "{said}");
    }
    let loosened = &case.json("out/run.json")["loosened"][0];
    assert_eq!(loosened, "le contrôle `absence` est désactivé (projet pilote\u{202f}; approuvé par le comité)");
}

#[test]
fn a_code_is_explained_in_the_language_of_the_workspace_it_is_asked_in() {
    let case = Case::of("tests/workspaces/charte");
    let french = |case: &Case, arguments: &[&str]| {
        let told = case.run(arguments).ok().out;
        assert!(
            told.starts_with("EH0203\u{a0}: aucune mesure ne porte ce nom\n\nUn engagement ou une formule"),
            "{told}"
        );
        assert!(told.contains("\nFaux\u{a0}:  `measure: csta`\nJuste\u{a0}: `measure: csat`, avec"), "{told}");
    };
    french(&case, &["explain", "eh0203"]);
    french(&case, &["explain", "EH0203", "evenhand.yaml"]);
    // What has the shape of a hole is the author's, not ours.
    case.run(&["explain", "EH0135"]).ok().says(&["Juste\u{a0}: \"{topics}_kept\": { each: topics, source: calls, … }"]);
    case.run(&["explain", "EH0801"]).ok().says(&["because: \"{{ subject.name }} a tenu la promesse\""]);

    let author = case.read("evenhand.yaml");
    case.write("evenhand.yaml", format!("{author}\nstandards: [\n"));
    french(&case, &["explain", "EH0203", "."]);
    case.write("evenhand.yaml", &author);
    case.write("templates/words/fr.yaml", "code.EH0203.title: \"cette mesure n’existe pas\"\n");
    case.run(&["explain", "EH0203"]).ok().says(&["EH0203\u{a0}: cette mesure n’existe pas\n"]);

    for elsewhere in [Case::new(), Case::of("samples/red-beads")] {
        let told = elsewhere.run(&["explain", "EH0203"]).ok();
        assert!(told.out.starts_with("EH0203: no measure has this name\n\nA standard or a formula"), "{}", told.out);
        assert_eq!(told.err, "");
    }
}

#[test]
fn an_authors_words_win_and_a_misspelt_one_is_shown_with_its_line() {
    let case = Case::of("samples/red-beads");
    let author = case.read("evenhand.yaml");
    case.write("evenhand.yaml", author.replacen("evenhand: 1\n", "evenhand: 1\nlanguage: de\n", 1));
    case.run(&["check", "."]).says(&["EH0808", "no words for the language `de`", "templates/words/de.yaml"]);
    let lines = "report.result: \"Kurz gesagt\"\nsummary.none: \"nichts zu tun für {name}\"\nformat.decimal: \",\"\n";
    case.write("templates/words/de.yaml", lines);
    case.run(&["run", "."]).ok();
    assert!(case.read("out/report.html").contains("Kurz gesagt"));
    assert!(
        case.json("out/run.json").to_string().contains("templates/words/de.yaml"),
        "its digest is among the inputs"
    );
    case.write(
        "templates/words/de.yaml",
        format!("{lines}summary.reviewed: \"x\"\nsummary.none.unproven: \"{{who}}\"\n"),
    );
    let wrong = case.run(&["check", "."]);
    assert_eq!(wrong.code, 1, "{}", wrong.out);
    wrong.says(&["`summary.reviewed` is not a text that is ever said", "templates/words/de.yaml:4:1"]);
    wrong.says(&["nothing fills `{who}` in `summary.none.unproven`", "`{name}`"]);
}

/// What was printed, without names in backticks, ids of persons and the lines of the authors' files.
fn sentences(ran: &Ran) -> String {
    let all = format!("{}\n{}", ran.out, ran.err);
    let of_files = |line: &&str| line.split_once('|').is_some_and(|(gutter, _)| gutter.trim().parse::<u32>().is_ok());
    let ours: Vec<&str> = all.lines().filter(|line| !of_files(line)).collect();
    ours.join("\n").replace("person:", "").split('`').step_by(2).collect()
}

fn is_french(ran: &Ran) {
    let found = english_lines(&sentences(ran));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn check_answers_the_author_of_a_french_workspace_in_french() {
    let case = charte();
    let fine = case.run(&["check", "."]).ok();
    is_french(&fine);
    fine.says(&["avertissement[EH", "tout va bien (", "= conseil"]);
    case.edit("evenhand.yaml", "measure: client_content", "measure: client_contant");
    let human = case.run(&["check", "."]);
    assert_eq!(human.code, 1, "{}", human.out);
    human.says(&["erreur[EH0203]", "`client_contant`", "vouliez-vous dire `client_content`", "1 erreur"]);
    is_french(&human);
    let json = case.run(&["check", ".", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let told = found.as_array().unwrap().iter().flat_map(|one| {
        let labels = one["labels"].as_array().unwrap().iter().map(|label| &label["text"]);
        let texts: Vec<&serde_json::Value> =
            labels.chain([&one["message"]]).chain(one["help"].as_array().unwrap()).collect();
        texts.into_iter().map(|text| text.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    });
    let told: Vec<String> = told.collect();
    assert!(told.len() > 2 && told.iter().any(|text| text.starts_with("vouliez-vous dire")), "{told:#?}");
    is_french(&Ran { out: told.join("\n"), ..json });
}

#[test]
fn a_file_that_yaml_cannot_read_is_refused_in_the_language_it_names() {
    let case = charte();
    let text = case.read("evenhand.yaml");
    case.write("evenhand.yaml", text.replace("levels: [person, department, organisation]", "levels: [person"));
    for verb in ["check", "run"] {
        let refused = case.run(&[verb, "."]);
        assert_ne!(refused.code, 0);
        refused.says(&["erreur[EH", "= conseil"]);
        is_french(&refused);
    }
    case.write(
        "evenhand.yaml",
        text.replace("language: fr", "language: en").replace("levels: [person,", "levels: [person"),
    );
    case.run(&["check", "."]).says(&["error[EH", "= help"]);
}

/// A program that goes on, and the lines it prints.
struct Going {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Drop for Going {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Going {
    fn start(case: &Case, arguments: &[&str]) -> Self {
        let mut child = case.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let ends: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for end in ends {
            let sender = sender.clone();
            std::thread::spawn(move || {
                let lines = BufReader::new(end).lines().map_while(Result::ok);
                lines.take_while(|line| sender.send(line.clone()).is_ok()).for_each(drop);
            });
        }
        Self { child, lines, seen: Vec::new() }
    }

    /// The first line that holds this. What comes on the two ends comes in no order.
    fn wait_for(&mut self, what: &str) -> String {
        loop {
            if let Some(line) = self.seen.iter().find(|line| line.contains(what)) {
                return line.clone();
            }
            match self.lines.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => self.seen.push(line),
                Err(_) => panic!("`{what}` did not come; seen: {:#?}", self.seen),
            }
        }
    }

    /// Everything said so far was French.
    fn was_french(&mut self) {
        // Both ends are read: what follows the awaited line may still be on its way.
        while let Ok(line) = self.lines.recv_timeout(Duration::from_millis(500)) {
            self.seen.push(line);
        }
        is_french(&Ran { code: 0, out: self.seen.join("\n"), err: String::new() });
    }
}

#[test]
fn watch_speaks_the_language_of_the_workspace() {
    let case = charte();
    let mut watch = Going::start(&case, &["watch", "."]);
    let first = watch.wait_for("génération 1 · ");
    assert!(
        first.contains("11 personnes\u{a0}: 1 récompense") && first.contains("examen en vue d’une sanction"),
        "{first}"
    );
    watch.wait_for("conservée\u{a0}: `evenhand restore 1` rétablit ces fichiers");
    case.edit("evenhand.yaml", "target: 75%", "target: 95%");
    watch.wait_for("génération 2 · ");
    case.edit("evenhand.yaml", "target: 95%", "target: 5%");
    let refused = watch.wait_for("refusé");
    assert!(refused.contains("1 erreur\u{202f}; la génération 2 reste en vigueur · evenhand.yaml:"), "{refused}");
    watch.was_french();
    drop(watch);
    let list = case.run(&["restore", "."]).ok();
    list.says(&["la plus récente", "11 personnes\u{a0}: "]);
    is_french(&list);
    let back = case.run(&["restore", "1", "."]).ok();
    back.says(&["  evenhand.yaml reprend son texte d’alors", "la génération 1 est rétablie"]);
    is_french(&back);
}

/// The whole answer to a request, with our own Host.
fn get(host: &str, path: &str, cookie: &str) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn the_live_page_is_french_before_anything_is_in_force() {
    let case = charte();
    let good = case.read("evenhand.yaml");
    case.edit("evenhand.yaml", "target: 75%", "target: 5%");
    let mut serve = Going::start(&case, &["serve", ".", "--port", "0"]);
    let link = serve.wait_for("http://");
    serve.wait_for("ouvrez ce lien\u{a0}: ");
    serve.wait_for("rien n’est encore en vigueur");
    let (host, token) = link.trim_start_matches("http://").split_once('/').unwrap();
    let stranger = get(host, "/", "");
    assert!(stranger.contains("ouvrez le lien que `evenhand serve` a affiché"), "{stranger}");
    let entered = get(host, &format!("/{token}"), "");
    assert!(entered.contains("lang=\"fr\"") && entered.contains("Ouvrir la page"), "{entered}");
    let cookie = entered.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let page = |awaited: &str| {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let page = get(host, "/", cookie);
            if page.contains(awaited) {
                let body = page.split_once("\r\n\r\n").unwrap().1.to_owned();
                is_french(&Ran { code: 0, out: visible(&body), err: String::new() });
                return;
            }
            assert!(Instant::now() < end, "`{awaited}` did not come: {page}");
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    page("Rien n’est encore en vigueur");
    case.write("evenhand.yaml", good);
    page("La génération 1 est en vigueur");
    serve.was_french();
}
