//! Keys and texts of one language: the shipped file, with the author's own lines over it.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::codes;
use super::phrase::Phrase;
use crate::diagnostic::{Authored, Diagnostic, Sources, Tongue, did_you_mean};
use crate::said;

const ENGLISH: &str = include_str!("../../templates/words/en.yaml");
const FRENCH: &str = include_str!("../../templates/words/fr.yaml");

/// Languages whose words are shipped, with their files.
pub const SHIPPED: [(&str, &str); 2] = [("en", ENGLISH), ("fr", FRENCH)];

/// First parts of keys that may go on with anything: names of levels, days of the month.
const OPEN: [&str; 2] = ["level.", "format.day."];

/// Keys and texts of one language. `{name}` in a text is a hole.
#[derive(Clone, Debug)]
pub struct Words {
    pub language: String,
    phrases: FxHashMap<String, Phrase>,
    pub(super) decimal: String,
    pub(super) thousands: String,
    /// None takes the singular: `0 personne`.
    pub(super) none_is_one: bool,
}

fn parsed(yaml: &str) -> BTreeMap<String, String> {
    // A test reads every shipped file; without its texts each key would speak for itself.
    serde_yaml::from_str(yaml).unwrap_or_default()
}

/// `en` of `en-GB`.
fn base(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or(language).to_lowercase()
}

impl Words {
    /// The words of `language`: the author's own lines over the shipped ones over English. `en-GB` falls back to `en`.
    /// Errors: a language that nobody has words for, a key that is misspelt, a hole that nothing fills.
    pub fn load(
        language: &Authored<String>,
        own: &[(Authored<String>, Authored<String>)],
    ) -> Result<Arc<Words>, Vec<Diagnostic>> {
        let shipped = Self::shipped(&language.value);
        let Some(beneath) = shipped.clone().or_else(|| (!own.is_empty()).then(Self::english)) else {
            let written = &language.value;
            let problem = Diagnostic::error(
                &codes::WORDS_WRONG,
                said!("no words for the language `{language}`", language = written),
            )
            .at(language.span(), said!("asked for here"));
            return Err(vec![match Self::code_of(written) {
                Some(near) => problem.help(said!("did you mean `{near}`?", near)),
                None => problem.help(said!(
                    "write `language: en` or `language: fr`, or add `templates/words/{language}.yaml`",
                    language = written
                )),
            }]);
        };
        if own.is_empty() && beneath.language == language.value {
            return Ok(beneath);
        }
        let english = Self::english();
        let problems: Vec<Diagnostic> =
            own.iter().filter_map(|(key, text)| english.misfit(&beneath, key, text)).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let lines = own.iter().map(|(key, text)| (key.value.clone(), Phrase::new(&text.value)));
        let mut phrases = beneath.phrases.clone();
        phrases.extend(lines);
        Ok(Arc::new(Self::of(language.value.clone(), phrases)))
    }

    /// The words of a shipped language, read once a process; `None` for another one.
    pub fn shipped(language: &str) -> Option<Arc<Words>> {
        static READ: [OnceLock<Arc<Words>>; SHIPPED.len()] = [const { OnceLock::new() }; SHIPPED.len()];
        let base = base(language);
        let at = SHIPPED.iter().position(|(name, _)| *name == base)?;
        let (name, yaml) = SHIPPED.get(at)?;
        let read = || {
            let mut texts = parsed(ENGLISH);
            texts.extend(parsed(yaml));
            let phrases = texts.into_iter().map(|(key, text)| (key, Phrase::new(&text))).collect();
            Arc::new(Self::of((*name).to_owned(), phrases))
        };
        READ.get(at).map(|cell| cell.get_or_init(read).clone())
    }

    /// The code of a shipped language that is called by its name: `fr` of `français`.
    pub fn code_of(language: &str) -> Option<&'static str> {
        match language.trim().to_lowercase().as_str() {
            "français" | "francais" | "french" | "französisch" => Some("fr"),
            "english" | "anglais" | "englisch" => Some("en"),
            _ => None,
        }
    }

    /// Whether what is said to authors needs no words: it is English where it stands.
    pub fn is_english(&self) -> bool {
        base(&self.language) == "en"
    }

    /// The words that every other language is measured against.
    pub fn english() -> Arc<Words> {
        Self::shipped("en").unwrap_or_else(|| Arc::new(Self::of("en".to_owned(), FxHashMap::default())))
    }

    /// The words in which the author of these files is answered, also where they are not fit for a plan.
    pub fn answering(sources: &Sources) -> Arc<Words> {
        let tongue = sources.tongue.clone().map(|tongue| tongue as Arc<dyn Any + Send + Sync>);
        tongue.and_then(|tongue| tongue.downcast::<Words>().ok()).unwrap_or_else(Self::english)
    }

    fn of(language: String, phrases: FxHashMap<String, Phrase>) -> Self {
        let sign = |key: &str, otherwise: &str| phrases.get(key).map_or(otherwise, Phrase::raw).to_owned();
        let (decimal, thousands) = (sign("format.decimal", "."), sign("format.thousands", ","));
        let none_is_one = base(&language) == "fr";
        Self { language, phrases, decimal, thousands, none_is_one }
    }

    /// What is wrong with an author's line, where these are the English words.
    fn misfit(&self, beneath: &Words, key: &Authored<String>, text: &Authored<String>) -> Option<Diagnostic> {
        let name = key.value.as_str();
        if OPEN.iter().any(|open| name.starts_with(open)) {
            return None;
        }
        // What is said to authors has keys in the other languages alone.
        let shipped = if self.raw(name).is_some() { self } else { beneath };
        if shipped.raw(name).is_none() {
            let first = |key: &str| key.split('.').next().unwrap_or(key).to_owned();
            let mut keys: Vec<&str> = self.phrases.keys().map(String::as_str).collect();
            keys.sort_unstable();
            // A first part of their own is for the author's own templates.
            if !keys.iter().any(|known| first(known) == first(name)) {
                return None;
            }
            let problem =
                Diagnostic::error(&codes::WORDS_WRONG, said!("`{name}` is not a text that is ever said", name))
                    .at(key.span(), said!("no text has this key"));
            return Some(match did_you_mean(name, keys) {
                Some(near) => problem.help(said!("did you mean `{near}`?", near)),
                None => problem
                    .help(said!("for a template of your own give its texts a first part of their own: `acme.title`")),
            });
        }
        let known = shipped.holes_of(name);
        let phrase = Phrase::new(&text.value);
        let strange = phrase.holes().find(|hole| !known.contains(hole))?;
        let problem = Diagnostic::error(
            &codes::WORDS_WRONG,
            said!("nothing fills {hole} in `{name}`", hole = format!("`{{{strange}}}`"), name),
        )
        .at(text.span(), said!("this text"));
        Some(match known.as_slice() {
            [] => problem.help(said!("this text has no holes: leave the braces out")),
            known => {
                let known: Vec<String> = known.iter().map(|hole| format!("`{{{hole}}}`")).collect();
                problem.help(said!("what can be filled in here: {holes}", holes = known.join(", ")))
            }
        })
    }

    /// The holes that a key's text may have: those of the text, or for a counted one those of either form.
    fn holes_of(&self, key: &str) -> Vec<&str> {
        let stem = key.strip_suffix(".one").or_else(|| key.strip_suffix(".other"));
        let of = |key: &str| self.phrases.get(key).into_iter().flat_map(Phrase::holes).collect::<Vec<_>>();
        let mut holes = match stem {
            Some(stem) => [of(&format!("{stem}.one")), of(&format!("{stem}.other"))].concat(),
            None => of(key),
        };
        holes.sort_unstable();
        holes.dedup();
        holes
    }

    /// The keys that begin so, sorted.
    pub fn keys_under(&self, beginning: &str) -> impl Iterator<Item = &str> {
        let mut keys: Vec<&str> =
            self.phrases.keys().map(String::as_str).filter(|k| k.starts_with(beginning)).collect();
        keys.sort_unstable();
        keys.into_iter()
    }

    /// The text of a key as it stands in the file.
    pub fn raw(&self, key: &str) -> Option<&str> {
        self.phrases.get(key).map(Phrase::raw)
    }

    /// The text of a key with its holes filled; the key itself where there is none (a test keeps that from happening).
    pub fn say(&self, key: &str, holes: &[(&str, &str)]) -> String {
        self.try_say(key, holes).unwrap_or_else(|| key.to_owned())
    }

    /// The text of a key with its holes filled.
    pub fn try_say(&self, key: &str, holes: &[(&str, &str)]) -> Option<String> {
        self.phrases.get(key).map(|phrase| phrase.fill(holes))
    }

    /// What was put into the only hole of a key's text; `None` where `text` isn't of this key.
    pub fn inside<'t>(&self, key: &str, text: &'t str) -> Option<&'t str> {
        self.phrases.get(key)?.inside(text)
    }
}

/// What is said to authors is keyed by its English text.
impl Tongue for Words {
    fn in_place_of(&self, english: &str, holes: &[(&str, &str)]) -> Option<String> {
        self.try_say(english, holes)
    }

    fn number(&self, english: &str) -> String {
        self.written(english)
    }

    fn day(&self, day: jiff::civil::Date) -> String {
        self.date(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(lines: &[(&str, &str)]) -> Vec<(Authored<String>, Authored<String>)> {
        let by = |text: &str| Authored::default_of(text.to_owned());
        lines.iter().map(|(key, text)| (by(key), by(text))).collect()
    }

    fn load(language: &str, lines: &[(&str, &str)]) -> Result<Arc<Words>, Vec<Diagnostic>> {
        Words::load(&Authored::default_of(language.to_owned()), &own(lines))
    }

    #[test]
    fn every_language_has_every_key_and_the_same_holes() {
        let english: BTreeMap<String, String> = serde_yaml::from_str(ENGLISH).unwrap();
        let sentences = super::super::sentences::in_source();
        for (name, yaml) in SHIPPED {
            let other: BTreeMap<String, String> = serde_yaml::from_str(yaml).unwrap();
            let missing: Vec<_> = english.keys().filter(|k| !other.contains_key(*k)).collect();
            // English names of methods stand beside their formulas, and what codes stand for beside the codes; other
            // languages have theirs here.
            let apart = |key: &str| ["format.day.", "method.", "code."].iter().any(|open| key.starts_with(open));
            let ours = |key: &str| !english.contains_key(key) && !apart(key) && !sentences.contains(key);
            let extra: Vec<_> = other.keys().filter(|k| ours(k)).collect();
            assert!(missing.is_empty() && extra.is_empty(), "{name}: missing {missing:?}, extra {extra:?}");
            for (key, text) in &english {
                let holes = |text: &str| {
                    let phrase = Phrase::new(text);
                    let mut found: Vec<String> = phrase.holes().map(str::to_owned).collect();
                    found.sort();
                    found.dedup();
                    found
                };
                // A `one` may leave its count out; only English makes plurals of an author's words.
                if !key.ends_with(".one") && key != "level.own.other" {
                    assert_eq!(holes(text), holes(&other[key]), "{name}: {key}");
                }
            }
        }
    }

    #[test]
    fn an_unknown_language_is_refused_and_an_authors_one_used() {
        let refused = load("xx", &[]).unwrap_err();
        assert_eq!(refused[0].code.id, "EH0808");
        for (language, code) in [("Français", "fr"), ("french", "fr"), ("anglais", "en")] {
            assert_eq!(load(language, &[]).unwrap_err()[0].help, [format!("did you mean `{code}`?")]);
        }
        let own = load("xx", &[("outcome.reward", "Bravo"), ("acme.title", "Own {thing}")]).unwrap();
        assert_eq!(own.say("outcome.reward", &[]), "Bravo");
        assert_eq!(own.say("acme.title", &[("thing", "words")]), "Own words");
        assert_eq!(own.period("2026-03"), "March 2026");
        let french = load("fr", &[("level.agence.one", "{count} agence")]).unwrap();
        assert_eq!(french.subjects("agence", 1), "1 agence");
        assert_eq!(french.period("2026-03"), "mars 2026");
        assert_eq!(load("fr-CA", &[]).unwrap().language, "fr-CA");
    }

    #[test]
    fn a_line_that_would_never_be_said_or_filled_is_an_error() {
        let wrong = |key: &str, text: &str| load("fr", &[(key, text)]).unwrap_err().remove(0);
        let misspelt = wrong("headline.rewards", "x");
        assert_eq!(misspelt.help, ["did you mean `headline.reward`?"]);
        let hole = wrong("headline.reward", "Bravo : {people}");
        assert_eq!(hole.message, "nothing fills `{people}` in `headline.reward`");
        assert_eq!(hole.help, ["what can be filled in here: `{subjects}`"]);
        assert_eq!(load("fr", &[("note", "nota")]).unwrap().say("note", &[]), "nota");
        assert_eq!(wrong("standard", "{x}").message, "nothing fills `{x}` in `standard`");
        assert!(wrong("verdict.pass", "{x}").help[0].contains("no holes"));
    }

    /// Every key that the program or a template asks for by a fixed name is in the strings files.
    #[test]
    fn every_key_that_is_asked_for_exists() {
        fn walk(folder: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { walk(&path, files) } else { files.push(path) }
            }
        }
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        walk(&root.join("src"), &mut files);
        walk(&root.join("templates"), &mut files);
        let words = Words::english();
        let mut asked = 0;
        for file in files.iter().filter(|f| f.extension().is_some_and(|e| ["rs", "html", "md"].iter().any(|x| e == *x)))
        {
            let text = std::fs::read_to_string(file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or("");
            for (call, counted) in [
                ("section(\"", false),
                ("part(\"", false),
                ("say(\"", false),
                ("raw(\"", false),
                ("t(\"", false),
                (".count(\"", true),
            ] {
                for (at, _) in code.match_indices(call) {
                    // `set("…")` is no call of `t`.
                    if call == "t(\"" && code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                        continue;
                    }
                    let Some((key, after)) = code[at + call.len()..].split_once('"') else { continue };
                    // Doc comments, and keys that a template puts together.
                    let whole = key.contains('.') && !key.ends_with('.') && !key.contains(' ');
                    if !whole || after.trim_start().starts_with('~') {
                        continue;
                    }
                    let known = words.raw(key).is_some() || words.raw(&format!("{key}.other")).is_some();
                    assert!(known, "{}: `{key}`", file.display());
                    assert!(!counted || words.raw(&format!("{key}.one")).is_some(), "{}: `{key}`", file.display());
                    asked += 1;
                }
            }
        }
        assert!(asked > 200, "{asked}");
    }
}
