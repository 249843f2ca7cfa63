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
