//! Codes of this stage, and the one list of all codes.

use crate::diagnostic::Code;

pub static BAD_DATE: Code = Code {
    id: "EH0901",
    title: "a date on the command line can't be read",
    explanation: "Dates are written year-month-day, such as 2026-04-30; `today` stands for the day it is now.\n\
Wrong: --as-of 30.4.2026\nRight: --as-of 2026-04-30",
};

pub static NOT_OVERWRITTEN: Code = Code {
    id: "EH0902",
    title: "a file that exists is not overwritten",
    explanation: "`init` writes new files only. Choose another folder, or move the file away first.",
};

pub static CANNOT_WRITE: Code = Code {
    id: "EH0903",
    title: "a file can't be written",
    explanation: "The folder may be missing, full or write-protected. The message names the file.",
};

pub static NO_SUCH_SUBJECT: Code = Code {
    id: "EH0904",
    title: "nobody with this id was assessed",
    explanation: "`explain` takes LEVEL:ID, such as person:AG-7 or department:Cards, with the id as it stands in the data.\n\
`evenhand run` lists every subject in recommendations.csv.",
};

pub static NO_SUCH_GENERATION: Code = Code {
    id: "EH0920",
    title: "a generation is not kept",
    explanation: "`evenhand watch` and `evenhand serve` keep the author files of the last 50 generations that they accepted.\n\
`evenhand restore` lists them, with their time and what moved; a number puts one back.\n\
Wrong: evenhand restore yesterday\nRight: evenhand restore 7",
};

pub static NOT_RESTORED: Code = Code {
    id: "EH0921",
    title: "the files of a generation can't be put back",
    explanation: "The files of now are kept as a generation first; where that fails nothing is changed.\n\
The folder may be full or write-protected, or the kept files under `.evenhand/generations` were damaged.",
};

static OWN: &[&Code] =
    &[&BAD_DATE, &NOT_OVERWRITTEN, &CANNOT_WRITE, &NO_SUCH_SUBJECT, &NO_SUCH_GENERATION, &NOT_RESTORED];

/// Every code of every stage, sorted by id.
pub fn all() -> Vec<&'static Code> {
    let mut codes: Vec<&'static Code> = [
        OWN,
        crate::workspace::codes::ALL,
        crate::workspace::codes_tree::ALL,
        crate::language::codes::ALL,
        crate::words::codes::ALL,
        crate::check::codes::ALL,
        crate::luck::codes::ALL,
        crate::impact::codes::ALL,
        crate::records::codes::ALL,
        crate::measure::codes::ALL,
        crate::score::codes::ALL,
        crate::report::codes::ALL,
        crate::output::codes::ALL,
        crate::serve::codes::ALL,
        crate::draft::codes::ALL,
    ]
    .concat();
    codes.sort_by_key(|c| c.id);
    codes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::words::{SHIPPED, Words};

    #[test]
    fn every_code_is_explained_in_every_shipped_language_and_no_other_is() {
        let known: BTreeSet<String> =
            all().iter().flat_map(|c| ["title", "text"].map(|part| format!("code.{}.{part}", c.id))).collect();
        for (name, _) in SHIPPED.iter().filter(|(name, _)| *name != "en") {
            let words = Words::shipped(name).unwrap();
            let told: BTreeSet<String> = words.keys_under("code.").map(str::to_owned).collect();
            let missing: Vec<_> = known.difference(&told).collect();
            let strange: Vec<_> = told.difference(&known).collect();
            assert!(missing.is_empty() && strange.is_empty(), "{name}: missing {missing:?}, strange {strange:?}");
            for code in all() {
                let (title, text) = code.in_tongue(Some(&*words));
                assert!(!title.trim().is_empty() && !title.ends_with('.') && title != code.title, "{name}: {title}");
                assert!(!text.trim().is_empty() && text != code.explanation, "{name}: {}", code.id);
            }
        }
    }

    #[test]
    fn french_shows_the_same_examples() {
        let french = Words::shipped("fr").unwrap();
        let examples = |text: &str, label: &str| text.lines().filter(|l| l.trim_start().starts_with(label)).count();
        for code in all() {
            let (_, text) = code.in_tongue(Some(&*french));
            let english = code.explanation.to_lowercase();
            assert_eq!(examples(&text, "Faux\u{a0}:"), examples(&english, "wrong:"), "{}", code.id);
            assert_eq!(examples(&text, "Juste\u{a0}:"), examples(&english, "right:"), "{}", code.id);
        }
    }

    #[test]
    fn without_another_language_a_code_speaks_for_itself() {
        let (title, text) = BAD_DATE.in_tongue(None);
        assert_eq!((&*title, &*text), (BAD_DATE.title, BAD_DATE.explanation));
        let spare = Code { id: "EH0000", title: "a title", explanation: "a text" };
        let words = Words::shipped("fr").unwrap();
        assert_eq!(spare.in_tongue(Some(&*words)).0, "a title", "nobody has put it into French");
    }
}
