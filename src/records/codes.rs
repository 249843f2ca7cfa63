//! What can be wrong with data files: EH05xx.

use crate::diagnostic::Code;

pub static NO_FILE: Code = Code {
    id: "EH0501",
    title: "no data file found",
    explanation: "\
A `files:` entry, or the file of `people:`, `evidence:` or `names:`, matches no file.
Paths start from the folder of the file that names them; `*` stands for any part of a name.
Wrong:  files: data/call-*.csv     (the folder holds calls-2026-01.csv)
Right:  files: data/calls-*.csv",
};

pub static NOT_A_FILE: Code = Code {
    id: "EH0502",
    title: "a folder stands where a file is needed",
    explanation: "\
Data is read from files. To read every file of a folder, say which ones.
Wrong:  files: data
Right:  files: data/*.csv",
};

pub static OUTSIDE: Code = Code {
    id: "EH0503",
    title: "a link leads out of the workspace",
    explanation: "\
A file or folder of the workspace is a link to somewhere else on the machine. It is not followed, so that a
workspace that you were sent can't read files it should not see.
If the place is meant, name it openly.
Wrong:  files: data/*.csv            (data is a link to another folder)
Right:  files: ../shared/calls/*.csv",
};

pub static UNKNOWN_FORMAT: Code = Code {
    id: "EH0504",
    title: "this kind of data file can't be read",
    explanation: "\
The ending of a file's name says how it is read: .csv .tsv .txt .csv.gz .jsonl .ndjson .parquet .xlsx .xlsm
(with #Sheet for one sheet). Older .xls and .ods workbooks can't be read: save them as .xlsx or .csv.
Wrong:  files: calls.xls
Right:  files: calls.xlsx#January",
};

pub static UNREADABLE: Code = Code {
    id: "EH0505",
    title: "a data file can't be read",
    explanation: "\
The file is there, but the system refuses it, or its content is not what its name says: a .gz that is not
compressed, a damaged Parquet file, a workbook with a password.
Open the file with the program that wrote it, save it again, and check that you may read it.",
};

pub static EMPTY: Code = Code {
    id: "EH0506",
    title: "a data file is empty",
    explanation: "\
A data file needs at least the row of column titles; without it nobody can tell an empty day from a failed
export. A file with titles and no rows is fine: it counts as nothing recorded.
Wrong:  (a file of 0 bytes)
Right:  call_id,agent,answered_at",
};

pub static MISSING_COLUMN: Code = Code {
    id: "EH0507",
    title: "a column is missing",
    explanation: "\
The workspace names a column that the file does not have. Titles must match as written in the file, apart from
spaces around them. If the titles are not in the first row, say `format: { header_row: 3 }`.
Wrong:  person: Agent        (the file says `agent`)
Right:  person: agent",
};

pub static AMBIGUOUS_COLUMN: Code = Code {
    id: "EH0508",
    title: "two columns have the same title",
    explanation: "\
A column that is used has its title twice in the file, so it is not clear which one is meant.
Rename one of them in the file, or export only the one you need.
Wrong:  id,closed,closed
Right:  id,closed,closed_by",
};

pub static OPEN_QUOTE: Code = Code {
    id: "EH0509",
    title: "a quote is never closed, or a row is far too long",
    explanation: "\
A cell that starts with a double quote goes on to the next one. Where the closing quote is missing, all rows that
follow become part of the cell; a row of more than 16 MB is taken as a sign of that. Nothing is guessed.
Wrong:  17,\"said hello
Right:  17,\"said hello\"",
};

pub static UNKNOWN_ENCODING: Code = Code {
    id: "EH0510",
    title: "unknown encoding",
    explanation: "\
`format: { encoding: ... }` names how letters are stored in a file. Left out, it is found out by itself.
Wrong:  format: { encoding: ansi-german }
Right:  format: { encoding: windows-1252 }      also: utf-8, utf-16le, iso-8859-1, iso-8859-15, macintosh",
};

pub static WRONG_TYPE: Code = Code {
    id: "EH0511",
    title: "a column holds another type of value",
    explanation: "\
A Parquet file says what its columns hold, and this one can't be read as what the field says: a list as a number,
a yes/no column as a time.
Wrong:  fields: { answered: time }        (the column holds yes and no)
Right:  fields: { answered: yes_no }",
};

pub static TOO_LARGE: Code = Code {
    id: "EH0512",
    title: "a workbook is too large when unpacked",
    explanation: "\
A workbook is a compressed file. This one would take more than 1 GB of memory when unpacked: it is either damaged or
much too large for a spreadsheet.
Save the sheet as .csv or .parquet; those are read piece by piece, however long they are.",
};

pub static NO_SHEET: Code = Code {
    id: "EH0513",
    title: "no such sheet",
    explanation: "\
The name after `#` is not a sheet of the workbook. Without `#` the first sheet is read.
Wrong:  files: calls.xlsx#Janury
Right:  files: calls.xlsx#January",
};

pub static SAME_CONTENT: Code = Code {
    id: "EH0514",
    title: "two files of a source have the same content",
    explanation: "\
Two files that a source reads are equal to the byte. Without an `id` every row of them counts twice.
Remove the copy, or give the source an `id:` so that the same row is kept once.",
};

pub static MANY_QUARANTINED: Code = Code {
    id: "EH0515",
    title: "rows that can't be read",
    explanation: "\
Rows were set aside because a cell can't be read, or because different rows have one id; they don't count, and a run
lists them in `quarantine.csv`. Where they are more than half of a source, usually one setting is missing: how dates
are written, which decimal sign is used, or which texts mean that nothing was recorded.
Wrong:  fields: { closed: time }          (the cells read 14/03/2026 09:30)
Right:  format: { dates: [\"%d/%m/%Y %H:%M\"] }",
};

pub static FILTER_FAILED: Code = Code {
    id: "EH0516",
    title: "a row filter could not be evaluated",
    explanation: "\
The `where:` of a source broke a limit of the language while it ran, so it is not known which rows count.
Make the expression simpler: comparisons, `&&`, `||` and `in` never break a limit.",
};

pub static CREDIT_CIRCLE: Code = Code {
    id: "EH0517",
    title: "credit goes round in a circle",
    explanation: "\
`credit: { through: calls }` looks answers up in another source. That source is credited through the first one in
turn, so neither can be read first.
Right:  surveys are credited through calls, and calls name their person themselves.",
};

pub static CREDIT_WITHOUT_ID: Code = Code {
    id: "EH0518",
    title: "the source of contacts has no id",
    explanation: "\
Answers find their contact by its id, so the source named by `credit: { through: ... }` needs an `id:`.
Wrong:  calls: { files: calls.csv }
Right:  calls: { files: calls.csv, id: call_id }",
};

pub static BAD_PERSON_ROW: Code = Code {
    id: "EH0520",
    title: "a row of the people file can't be used",
    explanation: "\
Every row of the people file needs an id, and `from` and `to` are days: the row holds from the first and until the
day before the second. `to` may be empty; it must not be before `from`.
Wrong:  AG-7,2026-03-01,2026-02-01
Right:  AG-7,2026-02-01,2026-03-01",
};

pub static OVERLAP: Code = Code {
    id: "EH0521",
    title: "two rows of one person overlap",
    explanation: "\
A transfer is two rows: the first ends (`to`) on the day on which the second starts (`from`). Where two rows hold on the
same day, it is not known where the person worked.
Wrong:  AG-7,billing,2026-01-01,2026-04-01  and  AG-7,sales,2026-03-01,
Right:  AG-7,billing,2026-01-01,2026-03-01  and  AG-7,sales,2026-03-01,",
};

pub static CONTACT_WORD: Code = Code {
    id: "EH0522",
    title: "a word for the contact with customers",
    explanation: "\
The four roles by customer contact are contactor, modifier, influencer and isolated; with another word in the people
file a person is bound by no standard for a role. `contractor` is a common misprint of the first (and says something
else: how somebody is employed); it is read as meant.
Wrong:  contractor, frontline
Right:  contactor",
};

pub static BAD_EVIDENCE_ROW: Code = Code {
    id: "EH0523",
    title: "a row of the evidence file can't be used",
    explanation: "\
The evidence file has the columns person, kind, standard, from, to, step, ref. Each row needs one of the kinds
communicated, support, warning, dispute, appeal, absence, learning, authority, guidance, coaching, responsibility,
acknowledged, credential, trained (the last two have their name in `ref`); dates are days. The person has the id that stands in
the records or the people file, and the standard, where one is named, the name that stands under `standards:`: a row
that nobody is found for would be lost, and a dispute with it.
Wrong:  AG-7,scolding,answer_promtly,14.03.2026
Right:  AG-07,support,answer_promptly,2026-03-14",
};

pub static BAD_NAMES_ROW: Code = Code {
    id: "EH0524",
    title: "a row of a names file can't be used",
    explanation: "\
A file of `names:` has the columns id and name; each id stands in it once.
Wrong:  U1,Billing  and  U1,Accounts
Right:  U1,Billing  and  U2,Accounts",
};

pub static BAD_PROTECTED_ROW: Code = Code {
    id: "EH0525",
    title: "a row of the file of protected attributes can't be used",
    explanation: "\
The file of `protected:` has a column `person` and a column for each attribute; each person stands in it once. Only
`evenhand impact` reads it.
Wrong:  AG-7,f,30-39  and  AG-7,m,30-39
Right:  AG-7,f,30-39  and  AG-8,m,30-39",
};

pub static CHANGED: Code = Code {
    id: "EH0527",
    title: "a data file changed while it was read",
    explanation: "\
A run reads a file more than once: for its latest record, for the row of an id that counts, and for the figures. Where it is
written to or exchanged in between, the figures would be those of neither version, so none are written.
Wrong:  an export that is still being written, or copied over the old file, while `evenhand run` reads it
Right:  the export ends first; written under another name and renamed at its end, no half of it is ever read",
};

/// Every code of this stage, by id.
pub static ALL: &[&Code] = &[
    &NO_FILE,
    &NOT_A_FILE,
    &OUTSIDE,
    &UNKNOWN_FORMAT,
    &UNREADABLE,
    &EMPTY,
    &MISSING_COLUMN,
    &AMBIGUOUS_COLUMN,
    &OPEN_QUOTE,
    &UNKNOWN_ENCODING,
    &WRONG_TYPE,
    &TOO_LARGE,
    &NO_SHEET,
    &SAME_CONTENT,
    &MANY_QUARANTINED,
    &FILTER_FAILED,
    &CREDIT_CIRCLE,
    &CREDIT_WITHOUT_ID,
    &BAD_PERSON_ROW,
    &OVERLAP,
    &CONTACT_WORD,
    &BAD_EVIDENCE_ROW,
    &BAD_NAMES_ROW,
    &BAD_PROTECTED_ROW,
    &CHANGED,
];
