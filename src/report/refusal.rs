//! A note for a report that was written already: the policy as it was saved since can't be used, and which one is in force.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::environment::Engine;
use super::{AuthorTemplate, Words, prepare};
use crate::diagnostic::{self, Diagnostic, Place, Sources};
use crate::workspace::Plan;

/// Text of the problems that a note shows.
const LONGEST: usize = 20_000;

/// A save that can't be used.
pub struct Refusal<'a> {
    pub problems: &'a [Diagnostic],
    pub sources: &'a Sources,
    /// The clock when it was refused.
    pub at: &'a str,
    /// The generation that stays in force; 0 is none.
    pub kept: u64,
}

#[derive(Serialize)]
struct Note {
    sentence: String,
    first: Option<String>,
    text: String,
}

/// The note as html, in the language and with the templates of the plan in force; where there is none, in the language in
/// which the author is answered.
pub fn refusal_note(
    refusal: &Refusal<'_>,
    in_force: Option<(&Plan, &BTreeMap<String, AuthorTemplate>)>,
) -> Result<String, Vec<Diagnostic>> {
    let (words, engine) = match in_force {
        Some((plan, templates)) => prepare(plan, templates.clone()).map(|(words, engine, _)| (words, engine))?,
        None => {
            let words = Words::answering(refusal.sources);
            let engine = Engine::new(&words, BTreeMap::new());
            (words, engine)
        }
    };
    let errors = refusal.problems.iter().filter(|p| p.is_error()).count() as u64;
    let holes = [
        ("at", refusal.at),
        ("errors", &*words.count("live.errors", errors, &[]).unwrap_or_default()),
        ("number", &*refusal.kept.to_string()),
    ];
    let mut text = diagnostic::human(refusal.problems, refusal.sources, false);
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    let note = Note {
        sentence: words.say(if refusal.kept == 0 { "refused.none" } else { "refused.kept" }, &holes),
        first: first_problem(refusal.problems, refusal.sources, &words),
        text,
    };
    engine.render("refused.html", &note).map_err(|problem| vec![problem])
}

/// `evenhand.yaml:12:5: unknown measure …` of the first error; without a place where it has none.
pub fn first_problem(problems: &[Diagnostic], sources: &Sources, words: &Words) -> Option<String> {
    let (place, message) = first_place(problems, sources)?;
    Some(match place {
        Some(place) => words.say("refused.first", &[("place", &place), ("message", &message)]),
        None => message.into_owned(),
    })
}

/// Place and message of the first error (by file and line), else of the first problem.
pub fn first_place<'a>(problems: &'a [Diagnostic], sources: &Sources) -> Option<(Option<String>, Cow<'a, str>)> {
    let key = |d: &&Diagnostic| {
        let place = d.labels.first().map(|label| match &label.place {
            Place::Author(span) => {
                let (file, line, column) = sources.place(*span);
                (file.to_owned(), line as u64, column as u64)
            }
            Place::Data { file, line, column } => (file.clone(), *line, *column),
        });
        (!d.is_error(), place)
    };
    let first = problems.iter().min_by_key(key)?;
    let place = key(&first).1.map(|(file, line, column)| match (line, column) {
        (0, _) => file,
        (line, 0) => format!("{file}:{line}"),
        (line, column) => format!("{file}:{line}:{column}"),
    });
    Some((place, sources.say(&first.message)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;
    use crate::said;

    fn problems() -> (Vec<Diagnostic>, Sources) {
        let mut sources = Sources::default();
        let file = sources.add("measures.yaml", "a: 1\nmeasure: csta\n");
        let code = &crate::words::codes::WORDS_WRONG;
        let later =
            Diagnostic::error(code, said!("unknown measure `<csta>`")).at(Span::new(file, 14..18), said!("here"));
        let warning = Diagnostic::warning(code, said!("old")).at(Span::new(file, 0..1), said!("here"));
        (vec![warning, later], sources)
    }

    #[test]
    fn the_note_names_the_version_in_force_and_the_first_error_with_its_place() {
        let (problems, sources) = problems();
        let plan = crate::report::fixture::plan();
        let refusal = Refusal { problems: &problems, sources: &sources, at: "12:01:03", kept: 4 };
        let html = refusal_note(&refusal, Some((&plan, &BTreeMap::new()))).unwrap();
        for said in ["12:01:03", "1 error", "Generation 4", "measures.yaml:2:10: unknown measure `&lt;csta&gt;`"] {
            assert!(html.contains(said), "{said}: {html}");
        }
        assert!(!html.contains("<csta>"));
        let none = refusal_note(&Refusal { kept: 0, ..refusal }, None).unwrap();
        assert!(none.contains("Nothing new is in force"), "{none}");
    }

    #[test]
    fn french_is_spoken_too() {
        let (problems, sources) = problems();
        let french = crate::diagnostic::Authored::default_of("fr".to_owned());
        let plan = Plan { language: french, words: Words::shipped("fr").unwrap(), ..crate::report::fixture::plan() };
        let refusal = Refusal { problems: &problems, sources: &sources, at: "12:01:03", kept: 4 };
        let html = refusal_note(&refusal, Some((&plan, &BTreeMap::new()))).unwrap();
        assert!(html.contains("La génération 4") && !html.contains("refused."), "{html}");
    }
}
