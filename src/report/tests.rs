//! Pages, letters and sentences of the made-up bank.

use std::collections::BTreeMap;

use super::*;
use crate::diagnostic::{FileId, Text};

/// Renders with a plan, people and author templates; gives what `then` makes of it.
fn with<T>(
    plan: &Plan,
    people: usize,
    templates: &[(&str, &str)],
    then: impl FnOnce(&Report<'_>) -> T,
) -> Result<T, Vec<Diagnostic>> {
    let recommendations = fixture::recommendations(people);
    let explain = |cell: Cell| fixture::detail(&recommendations, cell);
    let templates = templates
        .iter()
        .map(|(name, text)| {
            let shown = format!("templates/{name}");
            ((*name).to_owned(), AuthorTemplate { shown, text: (*text).to_owned() })
        })
        .collect::<BTreeMap<_, _>>();
    let report = Report::open(plan, &recommendations, &explain, templates, &"f0".repeat(32), "0.1.0")?;
    Ok(then(&report))
}

fn page(plan: &Plan, people: usize, name: &str) -> String {
    let pages = with(plan, people, &[], |r| r.pages()).unwrap().unwrap();
    pages.into_iter().find(|(n, _)| n == name).unwrap().1
}

fn cell(subject: usize) -> Cell {
    Cell { level: 0, subject, period: 11 }
}

#[test]
fn the_report_says_what_matters_and_escapes_names() {
    let html = page(&fixture::plan(), 40, "report.html");
    for said in [
        "Recommended for a reward: 4 people and 1 department.",
        "A person should review for a sanction: 2 people.",
        "akwaaba-bank",
        "version 2026.1",
        "answer_promptly",
        "12,034 rows in = 12,000 used + 32 left out (row filter) + 2 quarantined",
        "reliability .8 instead of .9",
        "Wilson",
        "We are 95% sure that the true value lies between",
        "Akosua Asante &lt;b&gt;",
        "nothing records that the standard was communicated",
        "a person should review",
    ] {
        assert!(html.contains(said), "{said}");
    }
    assert!(!html.contains("Asante <b>"), "names are escaped");
    let at = |text: &str| html.find(text).unwrap();
    assert!(at("id=\"wins\"") < at("id=\"gaps\""), "wins before gaps");
    assert!(at("id=\"whole\"") < at("id=\"level-1\"") && at("id=\"level-1\"") < at("id=\"people\""));
}

#[test]
fn the_report_stands_alone_and_is_accessible() {
    let html = page(&fixture::plan(), 40, "report.html");
    for needless in ["<script", "http://", "https://", "src=", "@import", "url("] {
        assert!(!html.contains(needless), "{needless}");
    }
    assert_eq!(html.matches("<table").count(), html.matches("<caption>").count());
    assert_eq!(html.matches("role=\"img\"").count(), html.matches("<desc ").count());
    for landmark in ["<header>", "<main ", "<footer>", "<nav ", "class=\"skip\"", "lang=\"en\"", "<h1>"] {
        assert!(html.contains(landmark), "{landmark}");
    }
    // Ids are unique, so that links and descriptions find their place.
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn a_large_organisation_fits_and_says_where_the_rest_is() {
    let html = page(&fixture::plan(), 6000, "report.html");
    assert!(html.len() < 5_000_000, "{}", html.len());
    assert!(html.contains("stand in recommendations.xlsx"));
}

#[test]
fn the_same_input_gives_the_same_pages() {
    let plan = fixture::plan();
    assert_eq!(page(&plan, 40, "report.html"), page(&plan, 40, "report.html"));
    assert!(page(&plan, 40, "agenda.md").contains("# Agenda: service, April 2026"));
}

#[test]
fn every_shipped_template_speaks_french_too() {
    let mut plan = fixture::plan();
    plan.words = Words::shipped("fr").unwrap();
    let html = page(&plan, 40, "report.html");
    assert!(html.contains("lang=\"fr\"") && html.contains("Récompense recommandée\u{a0}: 4 personnes et 1 service."));
    assert!(html.contains("30 avril 2026"));
    let letter =
        with(&plan, 40, &[], |r| r.letter(&LetterSpec { template: "role_card.html".into() }, cell(9)).unwrap());
    assert!(letter.unwrap().contains("Votre part"));
}

#[test]
fn letters_are_kind_and_a_sanction_is_a_review() {
    let plan = fixture::plan();
    let letter = |subject| {
        with(&plan, 40, &[], |r| r.letter(&LetterSpec { template: "letter.html".into() }, cell(subject)).unwrap())
            .unwrap()
    };
    let reward = letter(9);
    assert!(reward.contains("Thank you") && reward.contains("a certificate and a day off"));
    let develop = letter(5);
    assert!(develop.contains("side-by-side coaching") && develop.contains("30 May 2026"));
    let sanction = letter(3);
    assert!(sanction.contains("A person should review this for a sanction") && sanction.contains("appeal"));
    assert!(sanction.contains("adjusted p .0021"));
}

#[test]
fn certificates_are_for_undisputed_rewards_only() {
    let plan = fixture::plan();
    let mut recommendations = fixture::recommendations(40);
    let certificate = |recommendations: &Recommendations, subject: usize| {
        let explain = |cell: Cell| fixture::detail(recommendations, cell);
        let report = Report::open(&plan, recommendations, &explain, BTreeMap::new(), "00", "0.1.0").unwrap();
        let listed = report.letters().into_iter().find(|(s, _)| s.template == "certificate.html").unwrap().1;
        assert_eq!(
            listed.iter().any(|(c, _)| *c == Recipient::Cell(cell(subject))),
            report.certificate(cell(subject), &explain(cell(subject))).is_some()
        );
        report.certificate(cell(subject), &explain(cell(subject)))
    };
    let first = certificate(&recommendations, 9).unwrap();
    assert_eq!(first.id.len(), 14);
    assert_ne!(first, certificate(&recommendations, 12).unwrap());
    assert_eq!(certificate(&recommendations, 5), None);
    let after = |change: &dyn Fn(&mut Recommendations), digest: &str| {
        let mut recommendations = fixture::recommendations(40);
        change(&mut recommendations);
        let explain = |cell: Cell| fixture::detail(&recommendations, cell);
        let report = Report::open(&plan, &recommendations, &explain, BTreeMap::new(), digest, "0.1.0").unwrap();
        report.certificate(cell(9), &explain(cell(9))).unwrap()
    };
    assert_eq!(after(&|_| {}, "other inputs"), first, "a row about somebody else leaves it alone");
    let at = recommendations.scorecards.readings.cell(9, cell(9).period);
    let fewer = after(
        &|r| std::sync::Arc::get_mut(&mut r.scorecards.readings).unwrap().levels[0].measures[0].figures.n[at] -= 1,
        "00",
    );
    assert_ne!(fewer, first, "what it claims is another thing");
    recommendations.facts.rows.push(crate::records::EvidenceRow {
        person: "AG-00009".into(),
        kind: "dispute".into(),
        standard: None,
        from: Some(jiff::civil::date(2026, 4, 1)),
        to: None,
        step: None,
        reference: None,
        line: 2,
    });
    assert_eq!(certificate(&recommendations, 9), None);
}

#[test]
fn the_first_letter_is_plain_and_others_carry_their_template() {
    let names = with(&fixture::plan(), 40, &[], |r| {
        r.letters()
            .into_iter()
            .flat_map(|(_, cells)| cells)
            .filter(|(c, _)| *c == Recipient::Cell(cell(9)))
            .map(|(_, s)| s)
            .collect::<Vec<_>>()
    });
    assert_eq!(names.unwrap(), [".html", "~certificate.html"]);
}

#[test]
fn the_plain_name_is_one_templates_own() {
    let mut plan = fixture::plan();
    plan.reports.reverse();
    let names = with(&plan, 40, &[], |r| {
        let letters = r.letters().into_iter();
        letters
            .map(|(s, cells)| {
                (s.template, cells.into_iter().map(|(_, s)| s).collect::<std::collections::BTreeSet<_>>())
            })
            .collect::<Vec<_>>()
    });
    let names = names.unwrap();
    assert!(names.len() > 1);
    for (template, endings) in names {
        let own = if template == "letter.html" { ".html".to_owned() } else { format!("~{template}") };
        assert!(endings.iter().all(|e| *e == own), "{template}: {endings:?}");
    }
}

#[test]
fn the_because_is_said_and_a_sanction_always_says_review() {
    let plan = fixture::plan();
    let told = |subject| with(&plan, 40, &[], |r| r.told(cell(subject), &(r.explain)(cell(subject)))).unwrap();
    let reward = told(9);
    assert!(reward.summary.starts_with("Yaw Darko kept the promise in ") && reward.summary.ends_with("% of calls"));
    assert!(told(3).summary.starts_with("A person should review this for a sanction: too many calls"));
    assert_eq!(told(5).summary, "help is offered with answering promptly");
}

#[test]
fn a_missing_figure_falls_back_to_the_general_sentence_and_is_noted_once() {
    let mut plan = fixture::plan();
    plan.rules[0].because = Some(Text::whole_file(FileId(0), "kept {{ keep_dates.value | percent }}"));
    let (told, findings) = with(&plan, 40, &[], |r| {
        let told: Vec<Told> = [9, 12].map(|s| r.told(cell(s), &(r.explain)(cell(s)))).into();
        (told, r.findings())
    })
    .unwrap();
    assert_eq!(told[0].because, None);
    assert_eq!(told[0].summary, "reward: by the figures");
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code.id, "EH0805");
    assert!(findings[0].help.iter().any(|h| h.contains("2 subjects")), "{:?}", findings[0].help);
    plan.rules[0].because =
        Some(Text::whole_file(FileId(0), "kept {{ keep_dates.value | percent(missing=\"nobody knows\") }}"));
    let told = with(&plan, 40, &[], |r| r.told(cell(9), &(r.explain)(cell(9)))).unwrap();
    assert_eq!(told.summary, "kept nobody knows");
}

#[test]
fn an_authors_template_wins() {
    let letter = with(&fixture::plan(), 40, &[("letter.html", "Dear {{ card.name }}")], |r| {
        r.letter(&LetterSpec { template: "letter.html".into() }, cell(4)).unwrap()
    });
    assert_eq!(letter.unwrap(), "Dear Akosua Asante &lt;b&gt;");
}

/// The only problem of a letter template, and everything it says.
fn fault(text: &str) -> (Diagnostic, String) {
    let result = with(&fixture::plan(), 40, &[("letter.html", text)], |r| {
        r.letter(&LetterSpec { template: "letter.html".into() }, cell(4))
    });
    let problems = match result {
        Err(problems) | Ok(Err(problems)) => problems,
        Ok(Ok(text)) => panic!("rendered: {text}"),
    };
    let said = format!("{:?}", problems[0]);
    (problems.into_iter().next().unwrap(), said)
}

#[test]
fn template_errors_name_the_line_and_never_the_data() {
    for (text, id, line, says) in [
        ("a\n{{ card.nmae }}", "EH0802", 2, "card.nmae"),
        ("a\nb {{ card.name | percent }}", "EH0804", 2, "a number is needed here"),
        ("{{ card.name }", "EH0801", 1, ""),
        ("\n\n{% include \"../secrets.html\" %}", "EH0803", 3, "../secrets.html"),
        ("{{ card.name | shout }}", "EH0804", 1, "not a filter"),
        ("{{ card.certificate }}", "EH0805", 1, "card.certificate"),
        ("{{ card.name + 1 }}", "EH0804", 1, "can't be done"),
        ("{{ t(\"no.such.key\") }}", "EH0804", 1, "no.such.key"),
        (
            "{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}",
            "EH0804",
            1,
            "too much work",
        ),
    ] {
        let (problem, said) = fault(text);
        assert_eq!(problem.code.id, id, "{text}: {said}");
        assert!(said.contains(says), "{text}: {said}");
        assert!(!said.contains("Akosua"), "{said}");
        assert!(!problem.help.is_empty());
        match &problem.labels[0].place {
            crate::diagnostic::Place::Data { file, line: at, .. } => {
                assert_eq!((file.as_str(), *at), ("templates/letter.html", line), "{text}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_broken_because_points_into_the_workspace() {
    for (text, id, marked, help) in [
        ("kept {{ answer_promptly.value", "EH0801", None, ""),
        ("kept {{ answer_promply.value | percent }}", "EH0802", Some("answer_promply"), "answer_promptly"),
        (
            "kept {{ answer_promptly.vlaue | percent }}",
            "EH0802",
            Some("answer_promptly.vlaue"),
            "answer_promptly.value",
        ),
        ("{{ subject.name }} has {{ scores | points }}", "EH0802", Some("scores"), "score"),
        ("kept {{ answer_promptly.value | percnt }}", "EH0804", Some("percnt"), "did you mean `percent`?"),
        ("kept {{ answer_promptly | percent }}", "EH0804", Some("percent"), "`answer_promptly.value | percent`"),
    ] {
        let mut plan = fixture::plan();
        plan.rules[0].because = Some(Text::whole_file(FileId(0), text));
        let problems = with(&plan, 40, &[], |_| ()).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].code.id, id, "{text}");
        assert!(problems[0].help.iter().any(|h| h.contains(help)), "{text}: {:?}", problems[0].help);
        let crate::diagnostic::Place::Author(span) = problems[0].labels[0].place else { panic!("{text}") };
        if let Some(marked) = marked {
            assert_eq!(&text[span.start as usize..span.end as usize], marked);
        }
    }
}

#[test]
fn what_a_check_foresees_of_templates() {
    let mut plan = fixture::plan();
    plan.rules[0].because = Some(Text::whole_file(FileId(0), "{{ subject.nme }} and {{ subject.my_column }}"));
    let found = super::check(&plan, &std::collections::BTreeMap::new());
    let told: Vec<_> = found.iter().map(|d| (d.severity, d.help.join("; "))).collect();
    assert_eq!(told, [(crate::diagnostic::Severity::Warning, "did you mean `subject.name`?".to_owned())]);
    let template = |text: &str| {
        let own = AuthorTemplate { shown: "templates/own.html".into(), text: text.into() };
        let found = super::check(&fixture::plan(), &[("own.html".to_owned(), own)].into_iter().collect());
        found.iter().map(|d| format!("{} {}: {}", d.code.id, d.message, d.help.join("; "))).collect::<Vec<_>>()
    };
    assert_eq!(template("{{ charter.name }} {% for w in wins %}{{ w.name }}{% endfor %}"), Vec::<String>::new());
    let nme =
        "EH0802 template `own.html`: `charter.nme` is not a name that this text knows: did you mean `charter.name`?";
    assert_eq!(template("{{ charter.nme }}"), [nme]);
    for (text, says) in [
        ("{{ charter.name }", "`}` is written where `}}` is needed"),
        ("{{ charter name }}", "a dot or a `|` is missing"),
        ("{% if wins %}x", "a block is not ended"),
        ("{{ charter.name | sentense }}", "did you mean `sentence`?"),
    ] {
        let found = template(text).join("\n");
        assert!(found.contains(says) && !found.contains("unexpected"), "{text}: {found}");
    }
}

#[test]
fn an_unknown_template_is_named_with_its_neighbour() {
    let mut plan = fixture::plan();
    plan.reports.push(fixture::spec("leter.html"));
    let problems = with(&plan, 40, &[], |_| ()).unwrap_err();
    assert_eq!(problems[0].code.id, "EH0803");
    assert!(problems[0].help[0].contains("letter.html"));
    let mut plan = fixture::plan();
    plan.reports.push(fixture::spec("letter"));
    assert!(with(&plan, 40, &[], |_| ()).unwrap_err()[0].help[0].contains("did you mean `letter.html`?"));
}

#[test]
fn every_outcome_has_its_texts() {
    let words = Words::english();
    for outcome in crate::judge::Outcome::ALL {
        for key in ["short", "outcome", "headline"] {
            assert!(words.raw(&format!("{key}.{}", outcome.word())).is_some(), "{key}.{}", outcome.word());
        }
    }
}

#[test]
fn a_terminal_gets_the_same_story() {
    let text = with(&fixture::plan(), 40, &[], |r| r.text(cell(3)).unwrap()).unwrap();
    assert!(text.contains("A person should review this for a sanction"));
    assert!(text.contains("akwaaba-bank") && text.contains("share.wilson") && text.contains("adjusted p .0021"));
}
