//! Every key that a workspace may hold, once. The readers refuse what isn't here, and the editor's schema is drawn from
//! it, so that the two can't differ. One table, longer than other files for that reason.

use crate::diagnostic::Said;
use crate::said;

/// A group of keys: one kind of map in the workspace.
pub struct Section {
    what: fn() -> Said,
    pub keys: &'static [Key],
}

pub struct Key {
    pub name: &'static str,
    pub shape: Shape,
    pub doc: Doc,
}

/// What a key is for.
pub enum Doc {
    /// One sentence for the editor.
    May(&'static str),
    /// Of a key that can't be left out; it is told to those who did, in their language and as a part of a sentence.
    Must(fn() -> Said),
}

/// What stands after a key.
pub enum Shape {
    Text,
    Number,
    /// `80%` or `0.8`.
    Percentage,
    /// A whole number from 0.
    Count,
    YesNo,
    Date,
    /// A number of days: `30 days`.
    Days,
    Expression,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A number, a percentage, or the name of a field.
    Line,
    /// One text or a list of texts.
    Texts,
    Map(&'static Section),
    /// `NAME: { … }`
    Named(&'static Section),
    /// `NAME:` and one of these shapes.
    NamedBy(&'static Shape),
    List(&'static Section),
    Either(&'static [Shape]),
    /// Anything; kept as written.
    Free,
}

const fn key(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, doc: Doc::May(doc) }
}

const fn needed(name: &'static str, shape: Shape, doc: fn() -> Said) -> Key {
    Key { name, shape, doc: Doc::Must(doc) }
}

impl Key {
    /// One sentence for the editor.
    pub fn description(&self) -> String {
        match self.doc {
            Doc::May(sentence) => sentence.to_owned(),
            Doc::Must(part) => {
                let part = part();
                let (first, rest) = part.split_at(part.chars().next().map_or(0, char::len_utf8));
                format!("{}{rest}.", first.to_uppercase())
            }
        }
    }
}

impl Section {
    /// In a sentence: `a measure`.
    pub fn what(&self) -> Said {
        (self.what)()
    }

    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|k| k.name == name)
    }

    /// The words that a key allows.
    pub fn words(&self, name: &str) -> &'static [&'static str] {
        match self.key(name).map(|k| &k.shape) {
            Some(Shape::Word(words)) => words,
            _ => &[],
        }
    }
}

pub const EVERY: &[&str] = &["day", "week", "month", "quarter", "year", "all"];
pub const SOURCE_KINDS: &[&str] = &["record", "customer_response", "observation", "complaint", "training"];
pub const FIELD_TYPES: &[&str] = &["number", "text", "yes_no", "time", "duration"];
pub const CAUSES: &[&str] = &["person", "process", "system", "customer", "unknown"];
pub const OUTCOMES: &[&str] = &["reward", "develop", "sanction", "process_review", "none", "insufficient", "undecided"];
/// The nine points of excellence, then the five basics of service.
pub const QUALITIES: &[&str] = &[
    "commitment_to_time",
    "ability_to_change",
    "politeness",
    "truthfulness",
    "promises_kept",
    "quality",
    "problem_solving",
    "adding_value",
    "improvement",
    "efficiency",
    "honesty",
    "manners",
    "respect",
    "follow_through",
];
pub const PURPOSES: &[&str] =
    &["focus", "effectiveness", "goals", "trends", "problem_areas", "accomplishment", "progress"];
/// What a gap may point at, before anything is asked of the person.
pub const RESOURCES: &[&str] = &["basic", "knowledge", "tactics", "procedure"];
pub const PHASES: &[&str] = &["before", "during", "after"];
pub const PERSPECTIVES: &[&str] = &["customer", "employee", "owner"];
pub const WEEKDAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// The forms of a measure: exactly one of them says what is computed.
pub const FORMS: &[&str] = &[
    "share",
    "mean",
    "sum",
    "count",
    "rate",
    "ratio",
    "median",
    "percentile",
    "nps",
    "gap",
    "value",
    "cadence",
    "formula",
];
/// Lengths of a slot.
pub const SLOTS: &[&str] = &["day", "week", "month", "quarter", "year"];
pub const COMBINES: &[&str] = &["weighted_mean", "mean", "sum", "max", "min"];

const ATTRIBUTES: Shape = Shape::NamedBy(&Shape::Texts);
const REASONS: Shape = Shape::NamedBy(&Shape::Expression);
const FIGURE: Shape = Shape::Either(&[Shape::Number, Shape::Percentage]);
const DATA_FILE: Shape = Shape::Either(&[Shape::Text, Shape::Map(&FILE)]);

pub static ROOT: Section = Section {
    what: || said!("the workspace"),
    keys: &[
        key("evenhand", Shape::Count, "The version of this format: 1."),
        key("include", Shape::Texts, "Other files of this workspace; patterns such as `rules/*.yaml` are allowed."),
        key("functions", Shape::Texts, "Files of rhai functions; by default every .rhai file beside this one."),
        key("extends", Shape::Texts, "One or more base workspaces, or `builtin:NAME`; what is written here wins."),
        key("lists", Shape::Free, "Lists of items for which `each:` repeats an entry."),
        key("language", Shape::Text, "Language of reports and letters, such as `en`."),
        key("zone", Shape::Text, "Time zone in which days begin and end, such as `Africa/Accra`."),
        key("periods", Shape::Either(&[Shape::Word(EVERY), Shape::Map(&PERIODS)]), "How time is cut into periods."),
        key(
            "as_of",
            Shape::Date,
            "The day on which the workspace looks at the data; by default that of the latest record.",
        ),
        key("charter", Shape::Map(&CHARTER), "The service charter: its name, version, dates and owner."),
        key("people", DATA_FILE, "File of people: id, name, role, contact, department, unit, from, to."),
        key("levels", Shape::Texts, "Who or what is assessed, smallest first."),
        key("evidence", DATA_FILE, "File of facts that gates read: person, kind, standard, from, to, step, ref."),
        key("names", Shape::NamedBy(&DATA_FILE), "Files of display names (id, name) by level."),
        key("protected", DATA_FILE, "File of protected attributes; only the impact audit reads it."),
        key("calendar", Shape::Map(&CALENDAR), "Working hours and holidays, for `working_hours_between`."),
        key("sources", Shape::Named(&SOURCE), "Where records come from."),
        key("measures", Shape::Named(&MEASURE), "Rules that turn records into a value."),
        key("standards", Shape::Named(&STANDARD), "The levels of service the organisation binds itself to."),
        key("scoring", Shape::Map(&SCORING), "How points become a score."),
        key(
            "minimum",
            Shape::Either(&[Shape::Count, Shape::Map(&MINIMUM)]),
            "Fewest records on which anyone is judged.",
        ),
        key("fairness", Shape::Map(&FAIRNESS), "Lines, peers and gates that keep the judgement fair."),
        key("luck", Shape::Map(&LUCK), "What the luck audit tolerates."),
        key("rules", Shape::List(&RULE), "Rules, in the order in which they are tried."),
        key("reports", Shape::Either(&[Shape::Texts, Shape::List(&REPORT)]), "Templates to fill, and for whom."),
        key("overlay", Shape::Map(&OVERLAY), "Who changed a base, why and for how long."),
        key(
            "single_customer",
            Shape::Word(&["strict", "advisory", "off"]),
            "Whether every standard must serve the one customer who pays.",
        ),
    ],
};

pub static PERIODS: Section = Section {
    what: || Said::verbatim("`periods`"),
    keys: &[
        needed("every", Shape::Word(EVERY), || said!("length of a period")),
        key("from", Shape::Text, "First period, such as `2026-01`; earlier records are left out."),
        key("starts", Shape::Text, "First month and day of the year, such as `04-01`."),
    ],
};

pub static CHARTER: Section = Section {
    what: || said!("the charter"),
    keys: &[
        key("id", Shape::Text, "Short name under which scores cite the charter."),
        key("name", Shape::Text, "Title of the charter."),
        key("version", Shape::Text, "Version, such as `2026.1`."),
        key("effective", Shape::Date, "First day on which it binds."),
        key("review_by", Shape::Date, "Day by which it must be reviewed."),
        key("stale_after", Shape::Count, "Periods without a figure after which a standard is stale (2)."),
        key("owner", Shape::Text, "Who answers for the charter."),
        key("customer", Shape::Text, "The one external customer, the one who pays."),
        key(
            "values",
            Shape::Either(&[Shape::Texts, ATTRIBUTES]),
            "Shared values; each is shown by a standard that names it.",
        ),
        key("claims", Shape::Named(&CLAIM), "What is said of the service, held against measured intervals."),
        key("targets", Shape::Map(&TARGETS), "When a next target is proposed, and how far it may go."),
        key("links", Shape::NamedBy(&Shape::Texts), "Links from roles to the standards they serve (line of sight)."),
        key("waivers", Shape::NamedBy(&Shape::Text), "What the charter leaves out on purpose, and why."),
        key(
            "training",
            Shape::NamedBy(&Shape::Either(&[Shape::Text, Shape::Map(&TRAINING), Shape::List(&TRAINING)])),
            "Training that a role needs, and how often.",
        ),
        key("roles", Shape::Named(&CHARTER_ROLE), "Roles with their authority limits and duties."),
        key("activities", Shape::Named(&ACTIVITY), "What ought to happen regularly; each is a measure with a cadence."),
        key("channels", Shape::Texts, "Channels on which customers come, each to be measured."),
        key("balance", Shape::NamedBy(&Shape::Percentage), "Least weight of each perspective."),
        key("max_criteria", Shape::Count, "Most standards that one role may carry (12)."),
        key(
            "importance",
            Shape::Either(&[Shape::Date, Shape::Map(&SURVEY)]),
            "What customers said is important, and when they were asked.",
        ),
        key("note", Shape::Text, "A remark."),
    ],
};

pub static SURVEY: Section = Section {
    what: || said!("a survey of importance"),
    keys: &[
        needed("measured", Shape::Date, || said!("day on which customers were asked")),
        key("asked", Shape::Count, "How many customers answered."),
        key("weights", Shape::NamedBy(&Shape::Number), "What customers gave each standard."),
        key("standards", Shape::Texts, "Standards that they were asked about, where they gave no weights."),
        key("use", Shape::Word(&["weights"]), "The score takes these weights in place of those of the standards."),
        key("mismatch", Shape::Text, "From how many points of the whole on a difference is told (`10 points`)."),
        key("note", Shape::Text, "A remark."),
    ],
};

pub static IMPORTANCE: Section = Section {
    what: || Said::verbatim("`importance`"),
    keys: &[
        needed("measured", Shape::Date, || said!("day on which customers were asked")),
        key("weight", Shape::Number, "What customers gave it, on the scale of the charter's survey."),
        key("note", Shape::Text, "A remark."),
    ],
};

pub static CLAIM: Section = Section {
    what: || said!("a claim"),
    keys: &[
        needed("says", Shape::Text, || said!("the sentence, as people are told it")),
        key("measure", Shape::Text, "The measure that it speaks of."),
        key("standard", Shape::Text, "The standard that it speaks of, in place of a measure."),
        key("at_least", FIGURE, "The figure that is claimed, where more is claimed."),
        key("at_most", FIGURE, "The figure that is claimed, where less is claimed."),
        key("better_than", Shape::Text, "The measure or standard that it is said to be better than."),
        key("over", Shape::Count, "Complete periods that it speaks of, the judged one last (a year of them)."),
        key("level", Shape::Text, "The level for each of whose subjects it is said (the highest)."),
        key(
            "public",
            Shape::YesNo,
            "It is told outside (yes); what is said inside is held up as well, and stops nothing.",
        ),
    ],
};

pub static TARGETS: Section = Section {
    what: || said!("the next targets"),
    keys: &[
        needed("step", Shape::Percentage, || said!("the most that a target is raised at once, such as `5%`")),
        key("after", Shape::Count, "Periods in a row in which the target must be proven met (3)."),
    ],
};

pub static CHARTER_ROLE: Section = Section {
    what: || said!("a role"),
    keys: &[
        key("authority", Shape::Text, "What the role may decide without asking, such as `refunds up to 50`."),
        key("duties", Shape::Texts, "What the role does."),
        key("credentials", Shape::Texts, "Papers that the role needs, by the `ref` of their evidence."),
    ],
};

pub static TRAINING: Section = Section {
    what: || said!("a training"),
    keys: &[
        needed("course", Shape::Text, || said!("what is learnt, as the records of training name it")),
        key("every", Shape::Text, "How often, such as `12 months`; once where it is left out."),
        key("within", Shape::Days, "How long somebody new has for the first time, such as `30 days`."),
    ],
};

pub static OVERLAY: Section = Section {
    what: || said!("the overlay"),
    keys: &[
        needed("owner", Shape::Text, || said!("who answers for the change")),
        needed("because", Shape::Text, || said!("why the base is changed")),
        key("from", Shape::Date, "First day of the change."),
        key("to", Shape::Date, "Last day of the change."),
    ],
};

pub static FILE: Section = Section {
    what: || said!("a data file"),
    keys: &[
        needed("file", Shape::Text, || said!("path of the file, from the folder of this workspace file")),
        key("format", Shape::Map(&FORMAT), "How the file is written, where it can't be guessed."),
        key("missing", Shape::Texts, "Cell texts that mean missing."),
    ],
};

pub static FORMAT: Section = Section {
    what: || said!("a format"),
    keys: &[
        key("delimiter", Shape::Text, "What stands between cells: `,` `;` `|` or `tab`."),
        key("encoding", Shape::Text, "Character encoding, such as `windows-1252`."),
        key("header_row", Shape::Count, "Line of the column titles, from 1."),
        key("decimal", Shape::Text, "Decimal sign of numbers."),
        key("thousands", Shape::Text, "Thousands separator of numbers."),
        key("dates", Shape::Texts, "How dates are written, such as `%d/%m/%Y %H:%M`."),
        key("footer_rows", Shape::Count, "Rows at the end that are left out (totals)."),
    ],
};

pub static CALENDAR: Section = Section {
    what: || said!("the calendar"),
    keys: &[
        key("monday", Shape::Texts, "Working hours, such as `09:00-17:00`; empty for a day off."),
        key("tuesday", Shape::Texts, "Working hours of Tuesday."),
        key("wednesday", Shape::Texts, "Working hours of Wednesday."),
        key("thursday", Shape::Texts, "Working hours of Thursday."),
        key("friday", Shape::Texts, "Working hours of Friday."),
        key("saturday", Shape::Texts, "Working hours of Saturday."),
        key("sunday", Shape::Texts, "Working hours of Sunday."),
        key("holidays", Shape::Texts, "Days on which nobody works."),
    ],
};

pub static SOURCE: Section = Section {
    what: || said!("a source"),
    keys: &[
        needed("files", Shape::Texts, || {
            said!("data files; patterns such as `data/calls-*.csv`, `xlsx#Sheet` names a sheet")
        }),
        key("kind", Shape::Word(SOURCE_KINDS), "What its rows are (record)."),
        key("id", Shape::Text, "Column that identifies a row."),
        key("latest_by", Shape::Texts, "Columns by which the last row of each id is kept."),
        key("person", Shape::Text, "Column of the person; short for `subjects: { person: … }`."),
        key("subjects", Shape::NamedBy(&Shape::Text), "Columns of the subjects, by level."),
        key("at", Shape::Text, "Column of the row's moment."),
        key("rater", Shape::Text, "Column of the rater of an observation."),
        key("rated", Shape::Text, "Column of what was observed: two ratings of the same show how far raters agree."),
        key("period", Shape::Text, "The one period of a source without dates."),
        key("where", Shape::Expression, "Rows that count; others are left out and counted."),
        key(
            "fields",
            Shape::NamedBy(&Shape::Either(&[Shape::Word(FIELD_TYPES), Shape::Map(&FIELD)])),
            "Names that expressions may use.",
        ),
        key("credit", Shape::Map(&CREDIT), "Whose contact an answer belongs to."),
        key("lag", Shape::Days, "How late a record may arrive, such as `2 days`."),
        key("shield", REASONS, "Rows that may not count against a person, by reason."),
        key("cause", Shape::Expression, "Who or what caused a miss: person, process, system, customer or unknown."),
        key("format", Shape::Map(&FORMAT), "How the files are written, where it can't be guessed."),
        key("missing", Shape::Texts, "Cell texts that mean missing."),
    ],
};

pub static FIELD: Section = Section {
    what: || said!("a field"),
    keys: &[
        key("column", Shape::Text, "Title of the column, where it isn't the field's name."),
        key("type", Shape::Word(FIELD_TYPES), "What its cells hold (text)."),
        key("decimals", Shape::Count, "Decimals kept in sums, 0 to 12 (6)."),
        key("pattern", Shape::Text, "Text around the value, such as `{} out of 10`."),
        key("yes", Shape::Texts, "Cell texts that mean yes."),
        key("no", Shape::Texts, "Cell texts that mean no."),
    ],
};

pub static CREDIT: Section = Section {
    what: || Said::verbatim("`credit`"),
    keys: &[
        needed("through", Shape::Text, || said!("the source of the contacts")),
        needed("key", Shape::Text, || said!("column that holds the contact's id")),
        key("take", Shape::Texts, "Levels and fields taken from the contact (person)."),
    ],
};

pub static OF_OUT_OF: Section = Section {
    what: || said!("a part of a whole"),
    keys: &[
        needed("of", Shape::Expression, || said!("the part")),
        needed("out_of", Shape::Expression, || said!("the whole")),
    ],
};

pub static RATE: Section = Section {
    what: || said!("a rate"),
    keys: &[
        needed("events", Shape::Expression, || said!("what is counted")),
        needed("per", Shape::Expression, || {
            said!("what it is counted per: an expression, or a source whose rows are counted")
        }),
        key("scale", Shape::Number, "Factor of the figure shown (1)."),
    ],
};

pub static CADENCE: Section = Section {
    what: || said!("a cadence"),
    keys: &[
        needed("every", Shape::Word(SLOTS), || {
            said!("how often it ought to happen: day, week, month, quarter or year")
        }),
        key("at_least", Shape::Number, "How many rows, or how much of `of`, keep it (1)."),
        key("of", Shape::Expression, "What is added up in place of rows, such as hours."),
        key("level", Shape::Text, "Whose habit it is; by default the smallest level that the source's rows name."),
    ],
};

pub static ACTIVITY: Section = Section {
    what: || said!("an activity"),
    keys: &[
        needed("every", Shape::Word(SLOTS), || {
            said!("how often it ought to happen: day, week, month, quarter or year")
        }),
        needed("source", Shape::Text, || said!("the source in which it is recorded")),
        key("where", Shape::Expression, "Rows that record this activity."),
        key("at_least", Shape::Number, "How many rows, or how much of `of`, keep it (1)."),
        key("of", Shape::Expression, "What is added up in place of rows, such as hours."),
        key("level", Shape::Text, "Whose habit it is; by default the smallest level that the source's rows name."),
        key("at", Shape::Text, "Column of the row's moment, in place of the source's."),
        key("owner", Shape::Text, "Who answers for it."),
        key("tags", Shape::Texts, "What it is about, such as `recognition`."),
        key("note", Shape::Text, "A remark."),
    ],
};

pub static PERCENTILE: Section = Section {
    what: || said!("a percentile"),
    keys: &[
        needed("of", Shape::Expression, || said!("the number whose percentile is taken")),
        needed("at", Shape::Percentage, || said!("which percentile, such as `90%`")),
    ],
};

pub static NPS: Section = Section {
    what: || said!("a counted NPS"),
    keys: &[
        needed("promoters", Shape::Expression, || said!("answers of 9 and 10")),
        needed("passives", Shape::Expression, || said!("answers of 7 and 8")),
        needed("detractors", Shape::Expression, || said!("answers of 0 to 6")),
    ],
};

pub static GAP: Section = Section {
    what: || said!("a gap"),
    keys: &[
        needed("received", Shape::Expression, || said!("what the customer received")),
        needed("expected", Shape::Expression, || said!("what the customer expected")),
    ],
};

pub static VALUE: Section = Section {
    what: || said!("a reported value"),
    keys: &[
        needed("of", Shape::Expression, || said!("the reported figure")),
        key("n", Shape::Expression, "On how many records it rests."),
        key("lower", Shape::Expression, "Lower end of its interval."),
        key("upper", Shape::Expression, "Upper end of its interval."),
    ],
};

pub static MEASURE: Section = Section {
    what: || said!("a measure"),
    keys: &[
        key("source", Shape::Text, "The source whose rows are measured."),
        key("kind", Shape::Word(&["objective", "subjective"]), "Recorded fact or customer response, or opinion."),
        key(
            "share",
            Shape::Either(&[Shape::Expression, Shape::Map(&OF_OUT_OF)]),
            "Share of rows for which this holds.",
        ),
        key("mean", Shape::Expression, "Mean of this number."),
        key("sum", Shape::Expression, "Sum of this number."),
        key("count", Shape::YesNo, "Number of rows."),
        key("rate", Shape::Map(&RATE), "Events per exposure."),
        key("ratio", Shape::Map(&OF_OUT_OF), "One sum out of another."),
        key("median", Shape::Expression, "Median of this number."),
        key("percentile", Shape::Map(&PERCENTILE), "Percentile of a number."),
        key(
            "nps",
            Shape::Either(&[Shape::Expression, Shape::Map(&NPS)]),
            "Net promoter score of answers from 0 to 10.",
        ),
        key("gap", Shape::Map(&GAP), "Received less expected."),
        key(
            "value",
            Shape::Either(&[Shape::Expression, Shape::Map(&VALUE)]),
            "One reported figure per subject and period.",
        ),
        key(
            "cadence",
            Shape::Map(&CADENCE),
            "What ought to happen regularly: the share of the weeks (days …) in which it did.",
        ),
        key("formula", Shape::Expression, "Computed from other measures."),
        key("where", Shape::Expression, "Rows in scope."),
        key("exclude", REASONS, "Rows that are left out, by reason."),
        key("not_applicable", Shape::Expression, "Rows to which the promise doesn't apply."),
        key("not_due", Shape::Expression, "Rows whose time hasn't come."),
        key("shield", REASONS, "Rows that may not count against a person, by reason."),
        key("cause", Shape::Expression, "Who or what caused a miss."),
        key("adjust_for", Shape::Texts, "Fields by which the difficulty of the work is taken out."),
        key("lower_is_better", Shape::YesNo, "A smaller value is better (no)."),
        key("at", Shape::Text, "Column of the row's moment, in place of the source's."),
        key("purpose", Shape::Word(PURPOSES), "What the measure is for."),
        key("decimals", Shape::Count, "Decimals kept in sums, 0 to 12 (6)."),
        key("max_missing", Shape::Percentage, "Missing share above which a reading is doubtful (20%)."),
        key("agreement", Shape::Number, "Least agreement of raters for a sanction (0.667)."),
        key("rater", Shape::Text, "Column of the rater of an observation; as its source says."),
        key("rated", Shape::Text, "Column of what was observed; as its source says."),
        key(
            "items",
            Shape::NamedBy(&Shape::Either(&[Shape::Number, Shape::Map(&ITEM)])),
            "Weighted items of an observed review; an item that doesn't apply leaves the score.",
        ),
        key("critical", Shape::Text, "A failed critical item: report (it is shown), zero, or a percentage at most."),
        key("probes", Shape::Map(&PROBES), "What would show that the measure is gamed."),
        key("tags", Shape::Texts, "What it is about, such as `initiative` or `sales`."),
        key(
            "importance",
            Shape::Either(&[Shape::Date, Shape::Map(&IMPORTANCE)]),
            "Evidence that customers want it: measured (the day), weight.",
        ),
        key("owner", Shape::Text, "Who answers for the measure."),
        key("resource", Shape::Word(RESOURCES), "Which resource a gap points at first."),
        key("beneficiary", Shape::Text, "Whom it serves, where that isn't the customer."),
        key("paired_with", Shape::Text, "Measure that would show that this one is gamed."),
        key("note", Shape::Text, "A remark."),
    ],
};

pub static ITEM: Section = Section {
    what: || said!("an item"),
    keys: &[
        key("weight", Shape::Number, "Weight in the score (1)."),
        key("of", Shape::Expression, "Yes or no, or points; by default the field of the item's name."),
        key("out_of", Shape::Number, "Most points, where it isn't yes or no."),
        key("critical", Shape::YesNo, "A failure is reported apart."),
        key("pass", Shape::Number, "Fewest points that a critical item passes with."),
        key("note", Shape::Text, "A remark."),
    ],
};

pub static PROBES: Section = Section {
    what: || Said::verbatim("`probes`"),
    keys: &[
        key("bunching", Shape::Map(&BUNCHING), "Records that fall just inside a line."),
        key("invited", Shape::Map(&INVITED), "Who was asked, as a share of those who could be."),
        key("edited", Shape::Expression, "A record was edited after it was closed."),
    ],
};

pub static BUNCHING: Section = Section {
    what: || Said::verbatim("`bunching`"),
    keys: &[
        needed("of", Shape::Expression, || said!("the number behind the line")),
        key("at_most", Shape::Number, "The line, where less is better."),
        key("at_least", Shape::Number, "The line, where more is better."),
        needed("within", Shape::Number, || said!("width of the bands on either side")),
    ],
};

pub static INVITED: Section = Section {
    what: || Said::verbatim("`invited`"),
    keys: &[
        needed("source", Shape::Text, || said!("the source of those who could be asked")),
        key("kind", Shape::Word(&["objective"]), "Recorded fact."),
        key("where", Shape::Expression, "Those who could be asked."),
        needed("share", Shape::Expression, || said!("was asked")),
    ],
};

pub static STANDARD: Section = Section {
    what: || said!("a standard"),
    keys: &[
        key("promise", Shape::Text, "What the customer is told."),
        key("binding", Shape::Word(&["right", "pledge", "aspiration"]), "How far the promise binds."),
        needed("measure", Shape::Text, || said!("the measure that says whether it is kept")),
        key("quality", Shape::Word(QUALITIES), "Which quality of service it is about."),
        key("phase", Shape::Word(PHASES), "Before, during or after the service."),
        key("perspective", Shape::Word(PERSPECTIVES), "Whose interest it is."),
        key("for", ATTRIBUTES, "Whom it binds, such as `{ contact: [contactor] }`."),
        key("floor", Shape::Line, "Level below which service is unacceptable."),
        key("target", Shape::Line, "Level aimed at."),
        key("stretch", Shape::Line, "Level of excellence."),
        key("baseline", Shape::Line, "Level before, or `previous`."),
        key("weight", Shape::Number, "Weight in the score (1)."),
        key("points", Shape::Expression, "Points, in place of the default scale."),
        key("develop", Shape::Map(&DEVELOP), "What is offered to those below target."),
        key("owner", Shape::Text, "Who answers for it; by default the charter's owner."),
        key("period", Shape::Word(EVERY), "How often it is judged: as `periods` says."),
        key("direction", Shape::Word(&["higher", "lower"]), "Which way is better: as the measure says."),
        key("beneficiary", Shape::Text, "Whom it serves, where that isn't the customer."),
        key("serves", Shape::Text, "The standard of the paying customer that it serves."),
        key("line_of_sight", Shape::Texts, "The chain of standards up to one of the paying customer."),
        key("values", Shape::Texts, "Shared values that it shows."),
        key("tags", Shape::Texts, "What it is about."),
        key(
            "importance",
            Shape::Either(&[Shape::Date, Shape::Map(&IMPORTANCE)]),
            "Evidence that customers want it: measured (the day), weight.",
        ),
        key("delegated", Shape::YesNo, "It rests on decisions that people may take themselves (no)."),
        key("links", Shape::Texts, "Standards that it depends on."),
        key("resource", Shape::Word(RESOURCES), "Which resource a gap points at first."),
        key("note", Shape::Text, "A remark."),
    ],
};

pub static DEVELOP: Section = Section {
    what: || Said::verbatim("`develop`"),
    keys: &[
        key("skill", Shape::Text, "What is to be learnt."),
        key("action", Shape::Text, "How."),
        key("within", Shape::Days, "By when, such as `30 days`."),
        key("resource", Shape::Word(RESOURCES), "Which resource is looked at first."),
    ],
};

pub static SCORING: Section = Section {
    what: || said!("the scoring"),
    keys: &[
        key("min_weight", Shape::Percentage, "Share of the weights that must be measured (60%)."),
        key("groups", Shape::Named(&GROUP), "Groups of standards or of other groups."),
        key("total", Shape::Text, "The group that is the score."),
        key("unvalidated", Shape::Number, "Most weight of a standard that customers weren't asked about in 18 months."),
    ],
};

pub static GROUP: Section = Section {
    what: || said!("a group"),
    keys: &[
        needed("of", Shape::Either(&[Shape::Texts, Shape::List(&PART)]), || said!("its parts: standards or groups")),
        key("combine", Shape::Expression, "weighted_mean, mean, sum, max, min, or an expression over `parts`."),
        key("weight", Shape::Number, "Weight in the group above (1)."),
        key("min_parts", Shape::Count, "Fewest parts that must be present (1)."),
    ],
};

pub static PART: Section = Section {
    what: || said!("a part of a group"),
    keys: &[needed("name", Shape::Text, || said!("a standard or a group"))],
};

pub static MINIMUM: Section = Section {
    what: || Said::verbatim("`minimum`"),
    keys: &[
        key("records", Shape::Count, "Fewest records (30)."),
        key("accept_risk", Shape::Map(&ACCEPT_RISK), "Needed below 10."),
    ],
};

pub static ACCEPT_RISK: Section = Section {
    what: || Said::verbatim("`accept_risk`"),
    keys: &[
        needed("because", Shape::Text, || said!("why the risk is taken")),
        needed("approved_by", Shape::Text, || said!("who approved it")),
    ],
};

pub static FAIRNESS: Section = Section {
    what: || Said::verbatim("`fairness`"),
    keys: &[
        key("reward_line", Shape::Number, "Score that must be proven exceeded for a reward (80)."),
        key("sanction_line", Shape::Number, "Score that must be proven missed for a sanction (40)."),
        key("peers", Shape::Texts, "Columns of the people file within which people are compared."),
        key("q", Shape::Number, "Rate of false discoveries among sanctions (0.05)."),
        key("k", Shape::Count, "Bad periods before a sanction (3) …"),
        key("m", Shape::Count, "… of this many (4)."),
        key("methods", Shape::Map(&METHODS), "Methods picked otherwise than by default."),
        key(
            "gates",
            Shape::NamedBy(&Shape::Either(&[Shape::Text, Shape::Map(&GATE)])),
            "Gates set otherwise than by default.",
        ),
        key("warning_months", Shape::Count, "Months that a warning is live (12)."),
        key("reliability_person", Shape::Number, "Reliability for a person's sanction (0.9)."),
        key("reliability_group", Shape::Number, "Reliability for statements on groups (0.7)."),
        key("accept_risk", Shape::Map(&ACCEPT_RISK), "Needed where k is under 2 or a reliability is lowered."),
        key("note", Shape::Text, "A remark."),
    ],
};

pub static METHODS: Section = Section {
    what: || Said::verbatim("`methods`"),
    keys: &[
        key("share", Shape::Word(&["wilson", "jeffreys"]), "Interval of a share (wilson)."),
        key(
            "multiplicity",
            Shape::Word(&["benjamini_hochberg", "bonferroni"]),
            "What holds false sanctions down (benjamini_hochberg); bonferroni is stricter.",
        ),
    ],
};

pub static GATE: Section = Section {
    what: || said!("a gate"),
    keys: &[
        needed("value", Shape::Text, || said!("`on`, `off` or a number")),
        key("accept_risk", Shape::Map(&ACCEPT_RISK), "Needed where the gate is loosened."),
    ],
};

pub static LUCK: Section = Section {
    what: || Said::verbatim("`luck`"),
    keys: &[
        key("sanction", Shape::Percentage, "Tolerated chance of a false sanction per innocent person and year."),
        key("reward", Shape::Percentage, "Tolerated chance of a false reward per person and year."),
        key("worlds", Shape::Count, "Simulated worlds."),
        key("seed", Shape::Count, "Seed of the random numbers."),
        key("beside", Shape::Texts, "Folders of further workspaces, audited beside this one."),
    ],
};

pub static RULE: Section = Section {
    what: || said!("a rule"),
    keys: &[
        needed("id", Shape::Text, || said!("name of the rule")),
        needed("recommend", Shape::Word(&["reward", "develop", "sanction"]), || said!("what it recommends")),
        key("for", ATTRIBUTES, "Whom it is for, such as `{ level: [person] }`."),
        needed("when", Shape::Expression, || said!("when it applies")),
        key("because", Shape::Text, "The reason given, a template."),
        key("action", Shape::Text, "What is to be done."),
        key(
            "award",
            Shape::Word(&["excellence"]),
            "An award for excellence: all nine points must be proven (a reward).",
        ),
        key("raised", Shape::Text, "What is done in its place for someone who took responsibility (a reward)."),
        key("corroborated_by", Shape::Texts, "Standards of another kind of source that must agree."),
        key("claim", Shape::Texts, "Standards that the rule claims; by default those that `when` names."),
        key("offer", Shape::YesNo, "Offer help below the minimum of records too (no)."),
        key("accept_risk", Shape::Map(&ACCEPT_RISK), "Needed where one bad period may lead to a sanction."),
        key("tags", Shape::Texts, "What it is about."),
        key("owner", Shape::Text, "Who answers for it."),
        key("note", Shape::Text, "A remark."),
    ],
};

pub static REPORT: Section = Section {
    what: || said!("a report"),
    keys: &[
        needed("template", Shape::Text, || said!("template to fill")),
        key("for", ATTRIBUTES, "For whom: level, outcome, or columns of the people file."),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    fn every_section(shape: &'static Shape, found: &mut Vec<&'static Section>) {
        match shape {
            Shape::Map(s) | Shape::Named(s) | Shape::List(s) if !found.iter().any(|f| std::ptr::eq(*f, *s)) => {
                found.push(s);
                s.keys.iter().for_each(|k| every_section(&k.shape, found));
            }
            Shape::NamedBy(inner) => every_section(inner, found),
            Shape::Either(shapes) => shapes.iter().for_each(|s| every_section(s, found)),
            _ => {}
        }
    }

    #[test]
    fn no_key_stands_twice_and_each_is_explained() {
        let mut sections = vec![&ROOT];
        ROOT.keys.iter().for_each(|k| every_section(&k.shape, &mut sections));
        assert!(sections.len() > 20);
        for section in sections {
            for (i, key) in section.keys.iter().enumerate() {
                assert!(key.description().ends_with(['.', '…']), "{}: {}", section.what(), key.name);
                assert!(section.keys[i + 1..].iter().all(|k| k.name != key.name), "{}: {}", section.what(), key.name);
            }
        }
    }

    #[test]
    fn every_form_is_a_key_of_a_measure() {
        assert!(FORMS.iter().all(|f| MEASURE.key(f).is_some()));
    }
}
