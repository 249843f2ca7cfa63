//! What the codes EH02xx stand for: sections of a workspace and what they name.

use crate::diagnostic::Code;

pub static UNKNOWN_KEY: Code = Code {
    id: "EH0201",
    title: "a key that the format doesn't have",
    explanation: "A workspace may hold only the keys that the format knows, so that a misspelt key can't be overlooked.\n\
Wrong: `satisfied: { source: surveys, shares: rating >= 4 }`\n\
Right: `satisfied: { source: surveys, share: rating >= 4 }`\n\
`evenhand schema` lists every key.",
};

pub static MISSING_KEY: Code = Code {
    id: "EH0202",
    title: "a key is missing",
    explanation: "An entry lacks something without which it has no meaning.\n\
Wrong: a standard without `measure:`: nothing would say whether it is kept, so it is unmeasured.\n\
Right: `measure: answered_in_20s` below the promise.",
};

pub static UNKNOWN_MEASURE: Code = Code {
    id: "EH0203",
    title: "no measure has this name",
    explanation: "A standard or a formula names a measure that isn't defined under `measures:`.\n\
Wrong: `measure: csta`\n\
Right: `measure: csat`, with `csat:` under `measures:`\n\
Check the spelling, or add the measure.",
};

pub static WRONG_SHAPE: Code = Code {
    id: "EH0204",
    title: "something else is needed here",
    explanation: "What stands here isn't what this key takes: a list where one text is needed, a word where a number is needed.\n\
Wrong: `weight: heavy`\n\
Right: `weight: 2`\n\
Yes and no may be written `yes`, `no`, `true` or `false`; numbers as `30`, `0.5` or `1_000`.",
};

pub static NO_SUCH_DATE: Code = Code {
    id: "EH0205",
    title: "a date that doesn't exist",
    explanation: "The calendar has no such day.\n\
Wrong: `effective: 2026-02-31`\n\
Right: `effective: 2026-02-28`\n\
Dates are written year, month, day, with hyphens.",
};

pub static NOT_A_CHOICE: Code = Code {
    id: "EH0206",
    title: "not one of the words allowed here",
    explanation: "This key takes one of a few words.\n\
Wrong: `phase: afterwards`\n\
Right: `phase: after`\n\
The message lists the words.",
};

pub static UNKNOWN_FIELD: Code = Code {
    id: "EH0207",
    title: "no field of the source has this name",
    explanation: "An expression, a line or `adjust_for` may use only the fields that the source declares under `fields:`.\n\
Wrong: `share: wait_secs <= 20` where the field is called `wait_seconds`\n\
Right: `share: wait_seconds <= 20`\n\
Add the field to the source where the column exists in the file.",
};

pub static UNKNOWN_SOURCE: Code = Code {
    id: "EH0208",
    title: "no source has this name",
    explanation: "A measure or a credit names a source that isn't defined under `sources:`.\n\
Wrong: `source: call`\n\
Right: `source: calls`, with `calls:` under `sources:`",
};

pub static UNKNOWN_STANDARD: Code = Code {
    id: "EH0209",
    title: "no standard or group has this name",
    explanation: "A rule or a group names a standard that isn't defined under `standards:`.\n\
Wrong: `when: met(\"answer_promtly\")`\n\
Right: `when: met(\"answer_promptly\")`\n\
Figures of a standard are written with a dot: `answer_promptly.value`.",
};

pub static UNKNOWN_LEVEL: Code = Code {
    id: "EH0210",
    title: "no level has this name",
    explanation: "Levels are those listed under `levels:`: person, department, unit and organisation unless you list your own.\n\
Wrong: `for: { level: [team] }` where `levels:` has no `team`\n\
Right: `levels: [person, team, organisation]`",
};

pub static CYCLE: Code = Code {
    id: "EH0211",
    title: "things that need each other in a circle",
    explanation: "A formula or a group is computed from itself by way of others, so it can't be computed at all.\n\
Wrong: `a: { formula: b + 1 }` and `b: { formula: a - 1 }`\n\
Right: one of them reads records, through `share:`, `mean:` or another form.",
};

pub static SEVERAL_FORMS: Code = Code {
    id: "EH0212",
    title: "a measure says twice what it computes",
    explanation: "A measure takes exactly one form: share, mean, sum, count, rate, ratio, median, percentile, nps, gap, value or formula.\n\
Wrong: `{ source: calls, share: wait <= 20, mean: wait }`\n\
Right: two measures, one with `share:` and one with `mean:`",
};

pub static NO_FORM: Code = Code {
    id: "EH0213",
    title: "a measure doesn't say what it computes",
    explanation: "A measure needs exactly one form.\n\
Wrong: `answered: { source: calls, where: channel == \"phone\" }`\n\
Right: `answered: { source: calls, where: channel == \"phone\", share: wait_seconds <= 20 }`",
};

pub static RESERVED_NAME: Code = Code {
    id: "EH0214",
    title: "a name that the language keeps for itself",
    explanation: "Some words mean something in expressions, so nothing can be called so: `case`, `new`, `default`, `match`, `switch` and others.\n\
Wrong: `fields: { new: text }`\n\
Right: `fields: { is_new: { column: \"new\", type: text } }`",
};

pub static BAD_NAME: Code = Code {
    id: "EH0215",
    title: "a name that can't be used in an expression",
    explanation: "Names of fields are used in expressions: letters, digits and `_`, not starting with a digit.\n\
Wrong: `fields: { wait-seconds: number }` (an expression would read it as wait minus seconds)\n\
Right: `fields: { wait_seconds: { column: \"wait-seconds\", type: number } }`",
};

pub static LINE_ORDER: Code = Code {
    id: "EH0216",
    title: "floor, target and stretch are in the wrong order",
    explanation: "The target must be better than the floor, and the stretch better than the target. Better is higher, unless the measure says `lower_is_better: yes`.\n\
Wrong: `floor: 80%` with `target: 60%`\n\
Right: `floor: 60%` with `target: 80%`",
};

pub static KIND_OF_SOURCE: Code = Code {
    id: "EH0217",
    title: "an opinion taken for a fact, or the reverse",
    explanation: "Objective measures read records, customers' responses or complaints; subjective ones read observations.\n\
Wrong: `kind: objective` on a source with `kind: observation`\n\
Right: `kind: subjective`, or another source",
};

pub static CANNOT_ADJUST: Code = Code {
    id: "EH0218",
    title: "this kind of measure can't be adjusted",
    explanation: "`adjust_for` takes the difficulty of the work out of shares, means, NPS and rates. Other forms have no agreed method.\n\
Wrong: `{ source: calls, median: wait_seconds, adjust_for: [topic] }`\n\
Right: `{ source: calls, share: wait_seconds <= 20, adjust_for: [topic] }`",
};

pub static RISK_NOT_ACCEPTED: Code = Code {
    id: "EH0219",
    title: "a protection is loosened and nobody answers for it",
    explanation: "Lowering a protection is possible, but someone must say why and sign for it; every report then shows it.\n\
Wrong: `minimum: { records: 5 }`\n\
Right: `minimum: { records: 5, accept_risk: { because: \"pilot of two weeks\", approved_by: \"Head of HR\" } }`",
};

pub static UNKNOWN_GATE: Code = Code {
    id: "EH0220",
    title: "no gate has this name",
    explanation: "Gates are minimum, bound, multiplicity, reliability, source_types, rater_agreement, communicated, support, dispute, absence, ladder, doubtful and estimate.\n\
Wrong: `gates: { multiple: off }`\n\
Right: `gates: { multiplicity: { value: off, accept_risk: { because: …, approved_by: … } } }`",
};

pub static UNKNOWN_ZONE: Code = Code {
    id: "EH0221",
    title: "no time zone has this name",
    explanation: "Time zones are named by region and city.\n\
Wrong: `zone: Accra`\n\
Right: `zone: Africa/Accra`",
};

pub static UNREACHABLE_RULE: Code = Code {
    id: "EH0222",
    title: "a rule that can never be the one",
    explanation: "Rules are tried in order. This one can't apply: its condition contradicts itself, or an earlier rule for the same people and outcome already covers it.\n\
Wrong: `when: score > 90 && score < 80`\n\
Right: `when: score > 80 && score < 90`",
};

pub static DUPLICATE_ID: Code = Code {
    id: "EH0223",
    title: "the same name twice",
    explanation: "Two things have the same name, so that nobody can say which is meant.\n\
Wrong: two rules with `id: needs_support`\n\
Right: `id: needs_support` and `id: needs_support_urgently`",
};

pub static OUT_OF_RANGE: Code = Code {
    id: "EH0224",
    title: "a number outside what makes sense",
    explanation: "This key takes numbers within limits.\n\
Wrong: `min_weight: 60` (that is 6000 %)\n\
Right: `min_weight: 60%`",
};

pub static FORMAT_VERSION: Code = Code {
    id: "EH0225",
    title: "another version of the format",
    explanation: "The first line of a workspace says which version of the format it is written in. This program reads version 1.\n\
Wrong: `evenhand: 2`\n\
Right: `evenhand: 1`",
};

pub static BAD_CALL: Code = Code {
    id: "EH0226",
    title: "k of m periods that can't be",
    explanation: "`met(s, k, m)` and `below_floor(s, k, m)` mean: in at least k of the last m periods, so k is at least 1 and at most m.\n\
Wrong: `below_floor(\"answer_promptly\", 5, 4)`\n\
Right: `below_floor(\"answer_promptly\", 3, 4)`",
};

pub static NO_DATE_COLUMN: Code = Code {
    id: "EH0227",
    title: "a source without dates",
    explanation: "Records belong to periods by their date, so a source needs `at:`, the column of the moment. A source that has no dates may name its one `period:`; with `periods: { every: all }` neither is needed.\n\
Wrong: a source with `files:` and `fields:` only\n\
Right: `at: answered_at`",
};

pub static BAD_CREDIT: Code = Code {
    id: "EH0228",
    title: "an answer can't be credited so",
    explanation: "`credit` finds the contact that an answer belongs to: `through` names a source with an `id`, `key` the column of the answer that holds that id, `take` the levels and fields taken from the contact.\n\
Wrong: `credit: { through: calls, key: call_id }` where `calls` has no `id:`\n\
Right: the same, with `id: call_id` under `calls:`",
};

pub static DIRECTION: Code = Code {
    id: "EH0229",
    title: "direction or period differ from what was set elsewhere",
    explanation: "The direction of a standard is that of its measure, its period that of `periods:`. Saying it again is allowed, saying something else is not.\n\
Wrong: `direction: lower` on a measure where higher is better\n\
Right: `lower_is_better: yes` at the measure",
};

pub static OLD_WORD: Code = Code {
    id: "EH0230",
    title: "another word for the same thing",
    explanation: "The role of someone who meets customers often is called contactor. `contractor` is read as the same, since it is a common slip.\n\
Accepted: `for: { contact: [contractor] }`\n\
Better: `for: { contact: [contactor] }`",
};

pub static WRONG_FIELD_TYPE: Code = Code {
    id: "EH0231",
    title: "a field of the wrong type",
    explanation: "A floor or a target is a number, the moment of a row is a time.\n\
Wrong: `at: topic` where `topic` is text\n\
Right: `at: answered_at` with `answered_at: time`",
};

pub static NEVER_TRUE: Code = Code {
    id: "EH0232",
    title: "k of m periods where there is one period",
    explanation: "With `periods: { every: all }` there is a single period, so that “3 of the last 4” can't come true.\n\
Wrong: `every: all` with `below_floor(\"answer_promptly\", 3, 4)`\n\
Right: `every: month`",
};

pub static OFF_SCALE: Code = Code {
    id: "EH0233",
    title: "a line off the scale of its measure",
    explanation: "Shares lie between 0 and 1 (0% and 100%), NPS between -100 and 100.\n\
Wrong: `target: 80` on a share\n\
Right: `target: 80%`",
};

pub static PROTECTED: Code = Code {
    id: "EH0234",
    title: "a protected attribute is named in a rule",
    explanation: "Protected attributes (gender, age, origin …) stand in a file of their own, `protected:`. No rule, measure or\n\
comparison can see them: only `evenhand impact` reads them, to show whether protected groups fare alike.\n\
Wrong: `for: { gender: [f] }`, `when: gender == \"f\"`\n\
Right: `for: { contact: [contactor] }`, and `evenhand impact` afterwards",
};

pub static EMPTY_CLAIM: Code = Code {
    id: "EH0480",
    title: "a claim that nothing can be held against",
    explanation: "A claim is a sentence about the service, and a figure that it is held against: one measure (or standard), and one of `at_least`, `at_most` or `better_than`.\n\
Wrong: `nine_in_ten: { says: Nine in ten calls are answered in 20 seconds., measure: answered_in_20s }`\n\
Right: the same with `at_least: 90%`",
};

pub static EXPOSURE: Code = Code {
    id: "EH0250",
    title: "a rate per another source that can't be counted",
    explanation: "`rate: { events: …, per: calls }` holds the rows of one source that are events against the rows of another: no complaint in 500 calls is 0, with an interval. Its interval is that of a count, so that rows are events or aren't; weights would make it wrong.\n\
Wrong: `rate: { events: severity_points, per: calls }`\n\
Right: `rate: { events: severity >= 3, per: calls, scale: 1000 }`",
};

pub static CADENCE: Code = Code {
    id: "EH0251",
    title: "a cadence that can't be told",
    explanation: "`cadence: { every: week }` asks in which weeks something was done. It needs the day of each record, and periods that are as long or longer; it has no rows that could be somebody's fault, and is never a reason for a sanction.\n\
Wrong: `cadence: { every: month }` with `periods: { every: week }`\n\
Right: `cadence: { every: week }` with `periods: { every: month }`",
};

pub static POINTS_NEED: Code = Code {
    id: "EH0255",
    title: "`points` need a line that isn't set",
    explanation: "An expression under `points:` gives no points where it asks for a floor, target, stretch or baseline that the\n\
standard doesn't have, such as one that an overlay took out; then whoever has such a value has no score.\n\
Wrong: `stretch: !remove` where the base says `points: pts(value, floor, target, stretch)`\n\
Right: `points: pts(value, floor, target, stretch ?? 1)`, or points of one's own in the overlay",
};

pub static ALL: &[&Code] = &[
    &UNKNOWN_KEY,
    &MISSING_KEY,
    &UNKNOWN_MEASURE,
    &WRONG_SHAPE,
    &NO_SUCH_DATE,
    &NOT_A_CHOICE,
    &UNKNOWN_FIELD,
    &UNKNOWN_SOURCE,
    &UNKNOWN_STANDARD,
    &UNKNOWN_LEVEL,
    &CYCLE,
    &SEVERAL_FORMS,
    &NO_FORM,
    &RESERVED_NAME,
    &BAD_NAME,
    &LINE_ORDER,
    &KIND_OF_SOURCE,
    &CANNOT_ADJUST,
    &RISK_NOT_ACCEPTED,
    &UNKNOWN_GATE,
    &UNKNOWN_ZONE,
    &UNREACHABLE_RULE,
    &DUPLICATE_ID,
    &OUT_OF_RANGE,
    &FORMAT_VERSION,
    &BAD_CALL,
    &NO_DATE_COLUMN,
    &BAD_CREDIT,
    &DIRECTION,
    &OLD_WORD,
    &WRONG_FIELD_TYPE,
    &NEVER_TRUE,
    &OFF_SCALE,
    &PROTECTED,
    &EMPTY_CLAIM,
    &EXPOSURE,
    &CADENCE,
    &POINTS_NEED,
];
