//! What can be wrong with author files before their sections are read: EH01xx.

use crate::diagnostic::Code;

pub static NO_WORKSPACE: Code = Code {
    id: "EH0101",
    title: "no workspace here",
    explanation: "A workspace is a folder that holds a file named evenhand.yaml (or evenhand.yml).\n\
        The folder that was named does not exist, or holds no such file.\n\
        wrong:  evenhand check reports/\n\
        right:  evenhand check clients/acme/     (where evenhand.yaml stands)\n\
        `evenhand init DIR` writes a first workspace to start from.",
};

pub static UNREADABLE: Code = Code {
    id: "EH0102",
    title: "a file cannot be read",
    explanation: "A file that belongs to the workspace is missing, is a folder, or may not be read by you.\n\
        Names are looked up from the folder of the file that names them.\n\
        wrong:  include: [mesures.yaml]\n\
        right:  include: [measures.yaml]",
};

pub static NOT_UTF8: Code = Code {
    id: "EH0103",
    title: "a file is not UTF-8 text",
    explanation: "Author files are read as UTF-8, so that names in every language keep their letters.\n\
        This file was saved in another encoding (often \"ANSI\", \"Windows-1252\" or \"Unicode\"), or is no text at all.\n\
        In Notepad: Save as…, Encoding: UTF-8. In Word: don't; use a text editor.\n\
        (Data files may have other encodings: write `format: { encoding: windows-1252 }`.)",
};

pub static TOO_LARGE: Code = Code {
    id: "EH0104",
    title: "an author file is too large or too deep",
    explanation: "Author files are written by people, and limits keep a mistake or a trap from stopping the machine:\n\
        4 MB a file, 500 files, 64 levels of nesting, 200,000 keys and values (what aliases repeat counts too).\n\
        Records belong into data files, which have no such limits.\n\
        wrong:  ten thousand rows pasted under `people:`\n\
        right:  people: { file: data/people.csv }",
};

pub static LEAVES_WORKSPACE: Code = Code {
    id: "EH0105",
    title: "a link leads out of the workspace",
    explanation: "A file of the workspace is a link to a file elsewhere on the machine.\n\
        Whoever receives the workspace would not receive that file, and a link could show a file that nobody meant to share.\n\
        wrong:  measures.yaml → /home/ama/drafts/measures.yaml\n\
        right:  copy the file into the workspace, or put the other folder under `extends:`",
};

pub static NOT_A_MAP: Code = Code {
    id: "EH0106",
    title: "a file holds no keys",
    explanation: "An author file is made of keys with values below them.\n\
        wrong:  - answered_in_20s\n\
        right:  measures:\n\
        \u{20}         answered_in_20s: { … }",
};

pub static EMPTY_FILE: Code = Code {
    id: "EH0107",
    title: "a file says nothing",
    explanation: "The file is empty, or everything in it is a comment (`# …`).\n\
        That is allowed for an included file, and often means that it was not saved.",
};

pub static SYNTAX: Code = Code {
    id: "EH0110",
    title: "YAML cannot read this",
    explanation: "YAML is `key: value`, one a line; what belongs to a key stands below it, indented by spaces.\n\
        A value that holds one of : # { } [ ] , & * ! | > ' \" % @ goes in quotes as a whole.\n\
        wrong:  promise: We answer: always\n\
        right:  promise: 'We answer: always'\n\
        The file is read up to this line; correct it, and what stands below is checked too.",
};

pub static INDENTATION: Code = Code {
    id: "EH0111",
    title: "a line is indented wrongly",
    explanation: "The spaces at the start of a line say what it belongs to. Lines of one group start in one column.\n\
        wrong:  charter:\n\
        \u{20}           name: Service Charter\n\
        \u{20}          owner: Head of Service\n\
        right:  charter:\n\
        \u{20}         name: Service Charter\n\
        \u{20}         owner: Head of Service",
};

pub static TAB: Code = Code {
    id: "EH0112",
    title: "a tab is used for indentation",
    explanation: "Tabs look different in every editor, so YAML does not accept them at the start of a line.\n\
        Replace each tab by two spaces. Most editors can do it for the whole file,\n\
        and can be told to write spaces when the Tab key is pressed.",
};

pub static UNCLOSED: Code = Code {
    id: "EH0113",
    title: "a quote or bracket is not closed",
    explanation: "What is opened with \" ' [ or { must be closed with the same sign.\n\
        wrong:  promise: \"We answer within 20 seconds\n\
        right:  promise: \"We answer within 20 seconds\"\n\
        A quote inside a value of the same quotes is doubled: 'it''s yours'.",
};

pub static DUPLICATE_KEY: Code = Code {
    id: "EH0114",
    title: "a key is written twice",
    explanation: "One of the two would be lost, and nobody could say which was meant.\n\
        wrong:  target: 80%\n\
        \u{20}       target: 90%\n\
        right:  target: 90%\n\
        This holds across files named under `include:` too. To change an entry of a base, use `extends:`.",
};

pub static NOT_A_WORD: Code = Code {
    id: "EH0115",
    title: "a key is not a word",
    explanation: "What stands before the colon is a name: letters, digits, `_`; in quotes also other signs.\n\
        wrong:  [calls, mails]: …\n\
        wrong:  {topic}_points: …\n\
        right:  \"{topic}_points\": …",
};

pub static SEVERAL_DOCUMENTS: Code = Code {
    id: "EH0116",
    title: "a file holds several documents",
    explanation: "A line `---` ends one YAML document and starts another. An author file is one document.\n\
        Remove the line, or move what follows it to a file of its own and name that under `include:`.",
};

pub static ALIAS: Code = Code {
    id: "EH0117",
    title: "an alias cannot be followed",
    explanation: "`&name` marks a value, and `*name` further down repeats it; `<<: *name` repeats a group of keys.\n\
        wrong:  target: *usual                (and no &usual above)\n\
        right:  target: &usual 80%\n\
        \u{20}       target: *usual\n\
        If the `*` belongs to the text, put the whole value in quotes.",
};

pub static SWALLOWED: Code = Code {
    id: "EH0118",
    title: "YAML takes part of this value for itself",
    explanation: "Some signs mean something to YAML before an expression or a text is read:\n\
        `!x` a tag · `\"a\" == b` a quoted text that ends too early · `> 5` a block · ` #` a comment ·\n\
        `{{ name }}` a group of keys · and between { and } every comma ends a value.\n\
        wrong:  when: !resolved\n\
        right:  when: '!resolved'\n\
        wrong:  - { when: below_floor(\"answer\", 3, 4) }\n\
        right:  - { when: 'below_floor(\"answer\", 3, 4)' }",
};

pub static INVISIBLE: Code = Code {
    id: "EH0119",
    title: "a sign that looks like a space stands where YAML counts spaces",
    explanation: "Word, mail programs and web pages set spaces at which a line may not break, spaces without width and soft\n\
        hyphens. They look like a space or like nothing, and to YAML they are letters.\n\
        Delete what stands at the place shown and type a space; most editors can replace them in the whole file.\n\
        Within a text, as in `80 %`, they may stay.",
};

pub static INCLUDE: Code = Code {
    id: "EH0120",
    title: "an include, functions or extends line cannot be followed",
    explanation: "`include:` and `functions:` take file names or patterns (`*.yaml`), one or a list, from the folder of the file.\n\
        `extends:` takes folders that hold an evenhand.yaml, or packs that come with the program (`builtin:service-desk`).\n\
        wrong:  include: { file: measures.yaml }\n\
        right:  include: [measures.yaml, rules/*.yaml]",
};

pub static EXTENDS: Code = Code {
    id: "EH0121",
    title: "a base cannot be found",
    explanation: "A workspace that extends another starts from its charter, measures and rules, and changes some of them.\n\
        The folder is looked up from the folder of evenhand.yaml; `builtin:` names a pack that comes with the program.\n\
        wrong:  extends: builtin:servicedesk\n\
        right:  extends: builtin:service-desk",
};

pub static CYCLE: Code = Code {
    id: "EH0122",
    title: "files include or extend each other in a circle",
    explanation: "A file that includes itself, or two workspaces that extend each other, would never end.\n\
        Put what both need into a third file or folder that neither of them is part of.",
};

pub static NOTHING_TO_REMOVE: Code = Code {
    id: "EH0123",
    title: "there is nothing to remove",
    explanation: "`!remove` takes an entry of a base (`extends:`) out. No base has this entry.\n\
        wrong:  standards: { anwser_promptly: !remove }\n\
        right:  standards: { answer_promptly: !remove }\n\
        In a list of rules: `- !remove consistent_offender`.",
};

pub static SAYS_NOTHING: Code = Code {
    id: "EH0124",
    title: "an empty entry leaves the base as it is",
    explanation: "A key with nothing after it, where a base has a value: the base's value stays.\n\
        wrong:  stretch:              (meaning: no stretch any more)\n\
        right:  stretch: !remove",
};

pub static UNKNOWN_LIST: Code = Code {
    id: "EH0130",
    title: "`each:` names no list",
    explanation: "`each: NAME` repeats an entry for every item of the list NAME under `lists:`.\n\
        lists:\n\
        \u{20} topics: { billing: { label: Billing }, cards: { label: Cards } }\n\
        measures:\n\
        \u{20} \"{topics}_kept\": { each: topics, source: calls, share: 'topic == \"{topics}\"' }",
};

pub static UNKNOWN_ATTRIBUTE: Code = Code {
    id: "EH0131",
    title: "an item has no such attribute",
    explanation: "`{NAME.attr}` stands for an attribute of each item of the list NAME; every item used must have it.\n\
        lists: { topics: { billing: { column: \"Billing score\" } } }\n\
        wrong:  column: \"{topics.colum}\"\n\
        right:  column: \"{topics.column}\"",
};

pub static REPEATED_KEY: Code = Code {
    id: "EH0132",
    title: "repetitions get the same name",
    explanation: "An entry with `each:` needs the item in its name; otherwise all repetitions would be called the same.\n\
        wrong:  kept: { each: topics, … }\n\
        right:  \"{topics}_kept\": { each: topics, … }",
};

pub static TOO_MANY: Code = Code {
    id: "EH0133",
    title: "too many repetitions",
    explanation: "All `each:` entries of a workspace together may make at most 10,000 entries.\n\
        A report with more measures than that is read by nobody: shorten the list, or choose items with `if:`.",
};

pub static LIST: Code = Code {
    id: "EH0134",
    title: "a list, `each:` or `if:` is not written as it should be",
    explanation: "lists:\n\
        \u{20} topics: [billing, cards]                        items alone, or\n\
        \u{20} topics: { billing: { phone: yes }, cards: {} }  items with attributes\n\
        `each: topics` names one list; `if: { phone: yes }` takes the items whose attribute has this value.",
};

pub static STRAY_PLACEHOLDER: Code = Code {
    id: "EH0135",
    title: "a placeholder is not filled in",
    explanation: "`{topics}` stands for an item only within an entry that says `each: topics`.\n\
        wrong:  \"{topics}_kept\": { source: calls, … }\n\
        right:  \"{topics}_kept\": { each: topics, source: calls, … }",
};

/// Every code of this file, for `explain`.
pub static ALL: &[&Code] = &[
    &NO_WORKSPACE,
    &UNREADABLE,
    &NOT_UTF8,
    &TOO_LARGE,
    &LEAVES_WORKSPACE,
    &NOT_A_MAP,
    &EMPTY_FILE,
    &SYNTAX,
    &INDENTATION,
    &TAB,
    &UNCLOSED,
    &DUPLICATE_KEY,
    &NOT_A_WORD,
    &SEVERAL_DOCUMENTS,
    &ALIAS,
    &SWALLOWED,
    &INVISIBLE,
    &INCLUDE,
    &EXTENDS,
    &CYCLE,
    &NOTHING_TO_REMOVE,
    &SAYS_NOTHING,
    &UNKNOWN_LIST,
    &UNKNOWN_ATTRIBUTE,
    &REPEATED_KEY,
    &TOO_MANY,
    &LIST,
    &STRAY_PLACEHOLDER,
];
