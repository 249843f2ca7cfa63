//! Codes of the first draft.

use crate::diagnostic::Code;

pub static NO_TABLE: Code = Code {
    id: "EH1001",
    title: "no table was found in the export",
    explanation: "A draft needs a row of titles and records below it, one record a row. Titles are words such as Agent, Date, Rating, and stand within the first 40 rows; what stands above them is passed over.\n\
Wrong: a sheet with totals and charts only\n\
Right: the list of tickets, calls or answers that those totals were made from",
};

pub static NOTHING_TO_MEASURE: Code = Code {
    id: "EH1002",
    title: "no column says how good the service was",
    explanation: "At least one column must hold something to measure: a waiting time, a rating, yes or no, a number.\n\
Wrong: an export with ticket number, agent and subject only\n\
Right: the same export with also the time to the first answer, or the customer's rating",
};

pub static TOO_FEW: Code = Code {
    id: "EH1003",
    title: "too few records to draft from",
    explanation: "A draft takes its floors and targets from the data, and nobody is judged on fewer than 10 records.\n\
Wrong: an export of one day with four calls\n\
Right: an export of a month or a quarter",
};

pub static ALL: &[&Code] = &[&NO_TABLE, &NOTHING_TO_MEASURE, &TOO_FEW];
