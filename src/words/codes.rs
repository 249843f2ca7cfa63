//! What can go wrong with the words of a language (EH0808).

use crate::diagnostic::Code;

pub static WORDS_WRONG: Code = Code {
    id: "EH0808",
    title: "the words of a language can't be used",
    explanation: "\
`language:` names one of the shipped languages (en, fr) or a file `words/NAME.yaml` in the `templates` folder: one
line a key, each with a text. Keys that the file leaves out are taken from the shipped words of the language, or from
English. A key has to be one that the program asks for, or one of your own templates' with a first part of its own
(`acme.title`). What stands in braces is filled in: only the names that the English text of the key has.

wrong:  language: klingon        # and no templates/words/klingon.yaml
right:  language: fr
wrong:  headline.reward: \"Bravo: {people}\"
right:  headline.reward: \"Bravo: {subjects}\"",
};

pub static ALL: &[&Code] = &[&WORDS_WRONG];
