//! The codes of this stage: EH06xx, measures and time.

use crate::diagnostic::Code;

pub static NOTHING_TO_MEASURE: Code = Code {
    id: "EH0601",
    title: "no record is left to measure",
    explanation: "\
Every record was left out: by the row filter, because its date lies after `as_of` or before `periods.from`, or
because it could not be read. Without records there is nothing to judge.

  wrong:  as_of: 2016-04-30        the records are of 2026
  right:  as_of: 2026-04-30

The counts by reason stand beside each source. Where rows can't be read, a message of its own says what is wrong in
the first of them.",
};

pub static NO_COMPLETE_PERIOD: Code = Code {
    id: "EH0602",
    title: "no period is complete",
    explanation: "\
Only complete periods are judged: a period is complete when its end, plus the longest `lag:` of its sources, is not
after `as_of`. A month that is judged on its 20th day would look worse, or better, than it is.

  wrong:  as_of: 2026-01-20   with records of January 2026 only, and `every: month`
  right:  as_of: 2026-01-31",
};

pub static UNKNOWN_PERIOD: Code = Code {
    id: "EH0603",
    title: "no such period to judge",
    explanation: "\
`--period` names one complete period that holds a record. Names are 2026-03-14 for a day, 2026-W05 for an ISO week,
2026-03 for a month, 2026-Q1 for a quarter, 2026 for a year, and `all`.

  wrong:  --period march
  right:  --period 2026-03",
};

pub static APART: Code = Code {
    id: "EH0604",
    title: "the latest records stand apart",
    explanation: "\
Without `as_of` the latest record decides which period is judged. Here two or more empty periods stand before the
latest records, which may be a mistyped year: one slip of a hand must not move the judgement of everyone.

  wrong:  2062-03-14 in the data, for 2026-03-14
  right:  correct the date; or say until when records count: as_of: 2026-03-31",
};

pub static OVERFLOW: Code = Code {
    id: "EH0605",
    title: "a sum is too large to be exact",
    explanation: "\
Sums are kept as whole numbers at a fixed count of decimals, so that every machine gives the same figure. This one
no longer fits. Nothing is rounded in silence: the run stops.

  wrong:  decimals: 12   on amounts of thousands of millions
  right:  decimals: 2",
};

pub static TWICE_REPORTED: Code = Code {
    id: "EH0606",
    title: "two reported figures for one subject and period",
    explanation: "\
A measure with `value:` takes one reported figure per subject and period. Two of them can't both be right, and
their mean is not a figure that anybody reported.

  wrong:  value: score      over a file with a row per month, and `every: year`
  right:  mean: score       or `where:` to pick the row that counts",
};

pub static UNKNOWN_PERSONS: Code = Code {
    id: "EH0607",
    title: "persons that the people file doesn't know",
    explanation: "\
Records name persons that the people file doesn't have, or not on the day of the record. They are counted, and not
judged as persons. Their records still count for the organisation, and for the levels that the records name.

  wrong:  AG7 in the records, AG-7 in the people file
  right:  the same id in both; a transfer is two rows, with `from` and `to`",
};

pub static DISAGREEMENT: Code = Code {
    id: "EH0608",
    title: "records and people file disagree",
    explanation: "\
A record names one department (or other level) and the people file another for that person on that day. The record
wins: it was written when it happened. Often a transfer is missing in the people file.

  wrong:  one row for a person who moved in March
  right:  two rows: the first with `to: 2026-03-01`, the second with `from: 2026-03-01`",
};

pub static NO_SUBJECT: Code = Code {
    id: "EH0609",
    title: "records without a subject at a level",
    explanation: "\
Some records say nothing about who stands at this level, and the people file doesn't either. They count at the other
levels only.

  wrong:  levels: [person, queue]   where no source has a column for the queue
  right:  subjects: { person: agent, queue: QUEUE }",
};

pub static FAILED: Code = Code {
    id: "EH0610",
    title: "a measure could not be evaluated",
    explanation: "\
An expression broke a limit (too many operations, too deep, too long a text) or failed on a record. Nobody is judged
on a measure whose evaluation failed: its readings are `failed`, and subjects that need it are `undecided`.

  wrong:  a loop that never ends
  right:  an expression without loops, or a loop over a short list",
};

pub static TOO_FAR_APART: Code = Code {
    id: "EH0611",
    title: "too many periods",
    explanation: "\
Between the first and the last record lie more periods than can be kept. Usually one date is mistyped, such as a year
0206, or days are counted over centuries.

  wrong:  periods: { every: day }   with a record of 1026
  right:  periods: { every: day, from: 2025-01-01 }",
};

pub static UNDATED: Code = Code {
    id: "EH0612",
    title: "nothing says which day it is",
    explanation: "\
No record has a date, no source has a `period:`, and `as_of` is not written. Warnings, absences and targets that
depend on the day then can't be placed.

  wrong:  periods: { every: all }
  right:  periods: { every: all }  and  as_of: 2026-04-30",
};

pub static LOW_AGREEMENT: Code = Code {
    id: "EH0613",
    title: "raters don't agree enough",
    explanation: "\
Krippendorff's alpha says how far raters agree beyond chance: 0.8 and more can be relied on, under 0.667 a measure
says more about who rated than about who was rated. Such a measure can't feed a sanction.

  wrong:  one rater per person
  right:  some persons rated by two; a rater guide with examples",
};

pub static SHIELD_MISSING: Code = Code {
    id: "EH0614",
    title: "nobody knows whether a record is shielded",
    explanation: "\
`shield:` names records that may not count against a person. Where a cell that its condition asks for is empty, it is neither
true nor false: the record counts, as if it were not shielded.

  wrong:  shield: { abusive contact: abusive }            with empty cells in `abusive`
  right:  shield: { abusive contact: abusive ?? false }   an empty cell means that it wasn't",
};

pub static ALL: &[&Code] = &[
    &NOTHING_TO_MEASURE,
    &NO_COMPLETE_PERIOD,
    &UNKNOWN_PERIOD,
    &APART,
    &OVERFLOW,
    &TWICE_REPORTED,
    &UNKNOWN_PERSONS,
    &DISAGREEMENT,
    &NO_SUBJECT,
    &FAILED,
    &TOO_FAR_APART,
    &UNDATED,
    &LOW_AGREEMENT,
    &SHIELD_MISSING,
];
