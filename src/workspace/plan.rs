//! The Plan: everything the authors wrote, resolved, typed and compiled. Each value keeps its file,
//! its span and the stack of files it came through.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::roles::RoleBook;
use crate::diagnostic::{Authored, Diagnostic, Origin, Said, Sources, Text};
use crate::language::{Calendar, Program, Type};
use crate::words::Words;

#[derive(Clone)]
pub struct Plan {
    /// Every author file that was read, for showing places.
    pub author: Arc<Sources>,
    /// The workspace folder; data paths are relative to the folder of the file that names them.
    pub root: PathBuf,
    /// Name (relative, `/`) and BLAKE3 hex digest of each author file, sorted by name.
    pub author_files: Vec<AuthorFile>,
    /// Folders of templates and texts: the workspace's own first, then those of its bases, the nearest first.
    pub folders: Vec<Folder>,
    pub language: Authored<String>,
    /// What is said to readers of results, in that language.
    pub words: Arc<Words>,
    pub zone_name: Authored<String>,
    pub zone: TimeZone,
    pub periods: PeriodRule,
    pub as_of: Option<Authored<Date>>,
    pub charter: Charter,
    /// What the charter says of the service, in the order written.
    pub claims: Vec<PublicClaim>,
    /// When a next target is proposed; none where the charter doesn't ask for any.
    pub next_targets: Option<NextTargets>,
    pub levels: Vec<Authored<String>>,
    pub people: Option<DataFile>,
    pub evidence: Option<DataFile>,
    /// Display names by level.
    pub names: BTreeMap<String, DataFile>,
    /// Protected attributes for `evenhand impact` alone: nothing else may read this file.
    pub protected: Option<DataFile>,
    pub calendar: Arc<Calendar>,
    /// In the order of the workspace, like all lists below.
    pub sources: Vec<Source>,
    pub measures: Vec<Measure>,
    pub standards: Vec<Standard>,
    pub scoring: Scoring,
    pub minimum: Minimum,
    pub fairness: FairnessPolicy,
    pub luck: LuckPolicy,
    pub rules: Vec<Rule>,
    pub reports: Vec<ReportSpec>,
    /// Warnings and notes found while reading (no errors: with an error there is no Plan).
    pub findings: Vec<Diagnostic>,
    /// BLAKE3 of everything in the author files that can change a reading; the key of caches.
    pub digest: String,
}

/// A folder that author files stand in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    pub path: PathBuf,
    /// As shown before the names of its files: relative to the workspace, ending in `/`; empty for the workspace's own.
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorFile {
    pub name: String,
    pub path: PathBuf,
    pub digest: String,
}

/// A single data file named in the workspace.
#[derive(Clone, Debug)]
pub struct DataFile {
    /// As written.
    pub file: Authored<String>,
    /// Folder that relative paths start from.
    pub base: PathBuf,
    pub format: Format,
    pub missing: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    Day,
    /// ISO week.
    Week,
    Month,
    Quarter,
    Year,
    All,
}

#[derive(Clone, Debug)]
pub struct PeriodRule {
    pub every: Authored<Every>,
    /// Records before this day are left out ("before the first period").
    pub from: Option<Authored<Date>>,
    /// First month and day of a year (`starts: 04-01`); (1, 1) by default.
    pub starts: (i8, i8),
}

/// For how long a base is changed.
#[derive(Clone, Debug)]
pub struct Overlay {
    pub origin: Origin,
    /// First and last day.
    pub from: Option<Authored<Date>>,
    pub to: Option<Authored<Date>>,
}

/// Periods after which a standard without figures is stale, where a charter doesn't say.
pub const STALE_AFTER: u32 = 2;

#[derive(Clone, Debug)]
pub struct Charter {
    /// Who changed a base and why stands in `more`; here is for how long.
    pub overlay: Option<Overlay>,

    pub origin: Origin,
    pub id: String,
    pub name: Authored<String>,
    pub version: Authored<String>,
    pub effective: Option<Authored<Date>>,
    pub review_by: Option<Authored<Date>>,
    pub owner: Option<Authored<String>>,
    pub customer: Option<Authored<String>>,
    /// What it says of roles: authority, duties, training, whom they serve.
    pub book: RoleBook,
    /// Complete periods without a figure after which a standard is stale (`STALE_AFTER` by default).
    pub stale_after: u32,
    /// Other keys the format allows here (values, links, claims …), as text, for `show` and reports.
    pub more: BTreeMap<String, serde_json::Value>,
}

/// A sentence about the service, to be held against what was measured (C14).
#[derive(Clone, Debug)]
pub struct PublicClaim {
    pub id: Authored<String>,
    /// The sentence, as people are told it.
    pub says: Authored<String>,
    /// Position in `Plan::measures`.
    pub measure: usize,
    pub claimed: Claimed,
    /// Where what is claimed stands.
    pub origin: Origin,
    /// Complete periods that it speaks of, the judged one last.
    pub over: usize,
    /// Position in `Plan::levels`: it is said of each of its subjects.
    pub level: usize,
    /// It is told outside.
    pub public: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Claimed {
    AtLeast(f64),
    AtMost(f64),
    /// Better than the figure of another measure (its position), in the direction of both.
    BetterThan(usize),
}

/// The guardrail of proposed targets (C39).
#[derive(Clone, Debug, PartialEq)]
pub struct NextTargets {
    /// The most by which a target is raised at once, 0…1: points of a share or a net promoter score, else a part of the target.
    pub step: f64,
    /// Periods in a row in which the present target must be proven met.
    pub after: usize,
    pub origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    Record,
    CustomerResponse,
    Observation,
    Complaint,
    Training,
}

/// How data files of a source are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Format {
    pub delimiter: Option<u8>,
    pub encoding: Option<Authored<String>>,
    /// Line of the header, from 1.
    pub header_row: Option<u32>,
    /// Decimal sign of numbers; `.` by default.
    pub decimal: Option<char>,
    /// Thousands separator to ignore.
    pub thousands: Option<char>,
    /// strptime formats tried in order; ISO 8601 is always understood.
    pub dates: Vec<String>,
    /// Rows at the end to leave out (totals).
    pub footer_rows: u32,
}

#[derive(Clone, Debug)]
pub struct Source {
    pub id: Authored<String>,
    pub origin: Origin,
    pub kind: SourceKind,
    /// Globs; `xlsx#Sheet` names a sheet.
    pub files: Vec<Authored<String>>,
    pub base: PathBuf,
    pub format: Format,
    /// Cell texts that mean missing, beside the empty text.
    pub missing: Vec<String>,
    /// Column (or field) that identifies a row.
    pub key: Option<Authored<String>>,
    /// Columns or fields; the last row by them is kept.
    pub latest_by: Vec<Authored<String>>,
    /// Level → column (or field). `person:` is short for `subjects: { person: … }`.
    pub subjects: BTreeMap<String, Authored<String>>,
    /// Column or field of the row's moment.
    pub at: Option<Authored<String>>,
    /// The one period of a source without dates.
    pub period: Option<Authored<String>>,
    /// Row filter. Frame: the source's fields by position, then `as_of` (see `Source::as_of_slot`).
    pub filter: Option<Program>,
    pub fields: Vec<Field>,
    pub credit: Option<Credit>,
    /// Days that a record may arrive late.
    pub lag_days: i64,
    pub shield: Vec<Reasoned>,
    pub cause: Option<Cause>,
}

impl Source {
    /// The slot of `as_of` (a `Time`: the last microsecond of that day in the workspace's zone) in frames of this source.
    pub fn as_of_slot(&self) -> usize {
        self.fields.len()
    }

    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.name == name)
    }
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub origin: Origin,
    /// Column title in the file (for a taken field: of the credited source's file).
    pub column: String,
    pub ty: Type,
    /// Decimals kept in sums, 0–12.
    pub decimals: u8,
    /// `"{} out of 10"`: what stands before and after the hole.
    pub pattern: Option<(String, String)>,
    /// Strings that mean yes and no, beside the usual ones.
    pub yes: Vec<String>,
    pub no: Vec<String>,
    /// Comes from the contact that an answer is credited through: field position in that source.
    pub taken: Option<usize>,
    /// Some expression, target or stratum uses it; others are not read.
    pub used: bool,
}

/// `credit: { through: calls, key: call_id, take: [person, channel] }`
#[derive(Clone, Debug)]
pub struct Credit {
    pub origin: Origin,
    /// Position of the source of contacts (which has an `id`).
    pub through: usize,
    /// Column (or field) of the answer's file that holds the contact's id.
    pub key: Authored<String>,
    /// Levels taken from the contact.
    pub levels: Vec<String>,
}

/// `exclude: { reason: EXPR }`, `shield: { reason: EXPR }`
#[derive(Clone, Debug)]
pub struct Reasoned {
    pub reason: String,
    pub when: Program,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseKind {
    Person,
    Process,
    System,
    Customer,
    Unknown,
}

#[derive(Clone, Debug)]
pub enum Cause {
    Always(CauseKind),
    /// Text expression giving one of the five words.
    Of(Program),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MeasureKind {
    Objective,
    Subjective,
}

/// What a measure computes. Programs use the frame of the measure's source.
#[derive(Clone, Debug)]
pub enum Form {
    Share(Program),
    /// Already counted: `of` out of `out_of`.
    CountedShare {
        of: Program,
        out_of: Program,
    },
    Mean(Program),
    Sum(Program),
    Count,
    /// Value = scale · Σ events / Σ per.
    Rate {
        events: Program,
        per: Program,
        scale: f64,
    },
    /// Value = scale · events / rows of another source, of the same subject and period.
    Events {
        /// Which rows are events; none: each of them.
        events: Option<Program>,
        /// Position of the source whose rows are the exposure.
        per: usize,
        scale: f64,
    },
    /// Value = Σ of / Σ out_of.
    Ratio {
        of: Program,
        out_of: Program,
    },
    Median(Program),
    /// `at` is 0…1.
    Percentile {
        of: Program,
        at: f64,
    },
    Nps(Program),
    CountedNps {
        promoters: Program,
        passives: Program,
        detractors: Program,
    },
    /// Mean of received − expected.
    Gap {
        received: Program,
        expected: Program,
    },
    /// One reported figure per subject and period.
    Reported {
        of: Program,
        n: Option<Program>,
        lower: Option<Program>,
        upper: Option<Program>,
    },
    /// Share of the slots of a period in which enough was done; where nothing was done, the slot is missed.
    Cadence {
        /// Length of a slot: day, week, month, quarter or year, no longer than a period.
        every: Every,
        /// What makes a slot kept: this many rows, or this much of `of`.
        at_least: f64,
        of: Option<Program>,
        /// Whose habit it is; none: the smallest level that the source's rows name.
        level: Option<Authored<String>>,
    },
    /// Over other measures. The program's slot `i` is `inputs[i]`.
    Formula {
        program: Program,
        inputs: Vec<usize>,
    },
}

impl Form {
    /// As written in a workspace: `share`, `mean` …
    pub fn name(&self) -> &'static str {
        match self {
            Form::Share(_) | Form::CountedShare { .. } => "share",
            Form::Mean(_) => "mean",
            Form::Sum(_) => "sum",
            Form::Count => "count",
            Form::Rate { .. } | Form::Events { .. } => "rate",
            Form::Cadence { .. } => "cadence",
            Form::Ratio { .. } => "ratio",
            Form::Median(_) => "median",
            Form::Percentile { .. } => "percentile",
            Form::Nps(_) | Form::CountedNps { .. } => "nps",
            Form::Gap { .. } => "gap",
            Form::Reported { .. } => "value",
            Form::Formula { .. } => "formula",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Measure {
    pub id: Authored<String>,
    pub origin: Origin,
    /// Position in `Plan::sources`; none for a formula.
    pub source: Option<usize>,
    pub kind: MeasureKind,
    pub form: Form,
    /// The measured expression as written, for reports.
    pub wording: Said,
    pub filter: Option<Program>,
    pub exclude: Vec<Reasoned>,
    pub not_applicable: Option<Program>,
    pub not_due: Option<Program>,
    pub shield: Vec<Reasoned>,
    /// None: `unknown` for no one, every miss counts as the person's (the default).
    pub cause: Option<Cause>,
    /// Field positions of the source.
    pub adjust_for: Vec<usize>,
    pub lower_is_better: bool,
    /// Overrides the source's `at`.
    pub at: Option<Authored<String>>,
    pub purpose: Option<Authored<String>>,
    /// Decimals kept in tallied expressions.
    pub decimals: u8,
    /// Share of missing rows above which a reading is doubtful.
    pub max_missing: f64,
    /// Least agreement of raters for an observed measure to feed a sanction.
    pub agreement: Option<f64>,
    /// Column or field that names the rater of an observation.
    pub rater: Option<Authored<String>>,
    /// Column or field that names what was observed: two ratings of the same show how far raters agree.
    pub rated: Option<Authored<String>>,
    /// The measure is the weighted score of these items.
    pub scorecard: Option<Scorecard>,
    /// The measure only watches another one for signs of gaming.
    pub probe: Option<Probe>,
    /// Tags and other keys the format allows here, as written.
    pub more: BTreeMap<String, serde_json::Value>,
}

impl Measure {
    /// Shown as a percentage: a share, or a score out of what could be reached.
    pub fn in_percent(&self) -> bool {
        matches!(self.form, Form::Share(_) | Form::CountedShare { .. } | Form::Cadence { .. })
            || self.scorecard.is_some()
    }

    /// Everything that was due is counted, so that few are no sample: no minimum of records applies, and there is no interval.
    pub fn is_census(&self) -> bool {
        matches!(self.form, Form::Cadence { .. })
    }
}

/// The items of an observed review. Each is a measure of its own beside the score.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scorecard {
    /// In the order written.
    pub items: Vec<Item>,
    /// The measure of reviews in which a critical item failed, and what such a review scores at most (none: it is only shown).
    pub critical: Option<String>,
    pub cap: Option<f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub name: String,
    /// Id of its measure.
    pub measure: String,
    pub weight: f64,
    /// Most points; none for an item of yes and no.
    pub out_of: Option<f64>,
    pub critical: bool,
}

/// What a measure looks for in another one. It raises a question to the measure's owner and is never evidence against a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    pub kind: ProbeKind,
    /// Id of the measure that is watched; for traffic the channel.
    pub of: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProbeKind {
    /// Share of the records near a line that fell just on its good side.
    Bunching,
    /// Share of those served who were asked.
    Invited,
    /// Share of the records that were edited after they were closed.
    Edited,
    /// Records of a channel that the charter names (`of`), or of all others (empty).
    Traffic,
}

/// A floor, target, stretch or baseline.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    Number(f64),
    /// A field of the measure's source, one value per subject and period.
    Field(usize),
    /// `baseline: previous`: the value of the period before.
    Previous,
}

/// Attribute → allowed values: `for: { contact: [contactor] }`. Keys are columns of the people file,
/// `level` (values are levels), or for reports `outcome`.
pub type For = BTreeMap<String, Vec<Authored<String>>>;

#[derive(Clone, Debug)]
pub struct Standard {
    pub id: Authored<String>,
    pub origin: Origin,
    pub promise: Authored<String>,
    /// right, pledge or aspiration.
    pub binding: Option<Authored<String>>,
    pub measure: usize,
    pub quality: Option<Authored<String>>,
    pub phase: Option<Authored<String>>,
    pub perspective: Option<Authored<String>>,
    pub applies_to: For,
    pub floor: Option<Authored<Line>>,
    pub target: Option<Authored<Line>>,
    pub stretch: Option<Authored<Line>>,
    pub baseline: Option<Authored<Line>>,
    pub weight: f64,
    /// Frame: value n floor target stretch baseline lower upper, in this order (`POINTS_NAMES`).
    pub points: Option<Program>,
    pub develop: Option<Develop>,
    pub owner: Option<Authored<String>>,
    pub more: BTreeMap<String, serde_json::Value>,
}

/// The names of a `points:` expression, by slot.
pub const POINTS_NAMES: [&str; 8] = ["value", "n", "floor", "target", "stretch", "baseline", "lower", "upper"];

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Develop {
    pub skill: Option<String>,
    pub action: Option<String>,
    /// As written: `30 days`.
    pub within: Option<String>,
    pub within_days: Option<i64>,
    pub resource: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Scoring {
    /// Share of the weights that must be measured for a score, 0…1.
    pub min_weight: f64,
    /// Sorted so that a group stands after every group among its parts.
    pub groups: Vec<Group>,
    pub total: Option<usize>,
    /// Most weight of a standard that customers weren't asked about (C34).
    pub unvalidated: Option<f64>,
}

#[derive(Clone, Debug)]
pub struct Group {
    pub id: Authored<String>,
    pub origin: Origin,
    pub parts: Vec<Part>,
    pub combine: Combine,
    pub weight: f64,
    pub min_parts: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Standard(usize),
    Group(usize),
}

#[derive(Clone, Debug)]
pub enum Combine {
    WeightedMean,
    Mean,
    Sum,
    Max,
    Min,
    /// Over `parts` (slot 0: the points of the parts present, in order).
    Script(Program),
}

#[derive(Clone, Debug)]
pub struct Minimum {
    pub records: u64,
    pub accept_risk: Option<AcceptedRisk>,
}

#[derive(Clone, Debug)]
pub struct AcceptedRisk {
    pub because: String,
    pub approved_by: String,
    pub origin: Origin,
}

#[derive(Clone, Debug)]
pub struct FairnessPolicy {
    pub reward_line: f64,
    pub sanction_line: f64,
    /// Columns of the people file within which people are compared.
    pub peers: Vec<Authored<String>>,
    /// Benjamini–Hochberg level.
    pub q: f64,
    /// The k of m periods of a sanction whose rule names none.
    pub k: u32,
    pub m: u32,
    pub methods: Methods,
    /// By gate name; see `judge` for the names and their values.
    pub gates: BTreeMap<String, GateSetting>,
    /// Months that a warning is live (`ladder`).
    pub warning_months: i64,
    /// Reliability needed for a person's sanction and for statements on groups.
    pub reliability_person: f64,
    pub reliability_group: f64,
    pub more: BTreeMap<String, serde_json::Value>,
}

/// Methods that a policy may pick; the defaults are the usual ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Methods {
    pub share: ShareInterval,
    pub multiplicity: Multiplicity,
}

/// The interval of a share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShareInterval {
    #[default]
    Wilson,
    Jeffreys,
}

/// What holds the number of false sanctions down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Multiplicity {
    /// The share of false ones among all found.
    #[default]
    BenjaminiHochberg,
    /// The chance of a single false one: stricter.
    Bonferroni,
}

#[derive(Clone, Debug)]
pub struct GateSetting {
    pub origin: Origin,
    /// As written: `off`, or a number.
    pub value: Authored<String>,
    pub accept_risk: Option<AcceptedRisk>,
}

#[derive(Clone, Debug, Default)]
pub struct LuckPolicy {
    /// Tolerated chance per innocent person and year, by outcome.
    pub sanction: Option<Authored<f64>>,
    pub reward: Option<Authored<f64>>,
    pub worlds: Option<u32>,
    pub seed: Option<u64>,
    /// Folders of further workspaces that are audited beside this one.
    pub beside: Vec<Authored<String>>,
    /// Folder that they start from.
    pub base: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recommend {
    Reward,
    Develop,
    Sanction,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub id: Authored<String>,
    pub origin: Origin,
    pub recommend: Recommend,
    /// Levels the rule is for, as positions in `Plan::levels`, defaults resolved.
    pub levels: Vec<usize>,
    /// Levels were named by the author (a sanction on a unit needs that).
    pub levels_named: bool,
    /// The other attributes of `for:`.
    pub applies_to: For,
    /// Frame: `slots`.
    pub when: Program,
    pub slots: Vec<RuleSlot>,
    /// minijinja text.
    pub because: Option<Text>,
    pub action: Option<Authored<String>>,
    /// Positions of standards.
    pub corroborated_by: Vec<usize>,
    /// Standards that the rule claims: of `claim:`, else those that `when` names. Empty: the score.
    pub claims: Vec<usize>,
    /// k of m of the rule's `below_floor` or `met`, where it names them.
    pub k_of_m: Option<(u32, u32)>,
    /// Help is offered below the minimum too.
    pub offer: bool,
    pub more: BTreeMap<String, serde_json::Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    Value,
    N,
    Lower,
    Upper,
    Worst,
    Best,
    Estimate,
    Points,
    Floor,
    Target,
    Stretch,
    Baseline,
    State,
}

impl Attribute {
    pub const ALL: [(&'static str, Attribute); 13] = [
        ("value", Attribute::Value),
        ("n", Attribute::N),
        ("lower", Attribute::Lower),
        ("upper", Attribute::Upper),
        ("worst", Attribute::Worst),
        ("best", Attribute::Best),
        ("estimate", Attribute::Estimate),
        ("points", Attribute::Points),
        ("floor", Attribute::Floor),
        ("target", Attribute::Target),
        ("stretch", Attribute::Stretch),
        ("baseline", Attribute::Baseline),
        ("state", Attribute::State),
    ];

    /// `state` is text, all others numbers.
    pub fn ty(self) -> Type {
        if self == Attribute::State { Type::Text } else { Type::Number }
    }
}

/// What a slot of a rule's frame holds, per subject and period.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleSlot {
    Of(Part, Attribute),
    Score,
    ScoreLower,
    ScoreUpper,
    /// Text: the subject's id.
    Subject,
    /// Text: the period's name.
    Period,
    AsOf,
    /// `met(s)` is k = m = 1.
    Met {
        standard: usize,
        k: u32,
        m: u32,
    },
    BelowFloor {
        standard: usize,
        k: u32,
        m: u32,
    },
    ProvenMet(usize),
    /// Value of the period before.
    Previous(usize),
    /// Text: improving, stable, worsening, or missing.
    Trend(usize),
}

impl RuleSlot {
    /// Position of the standard that is asked for by name.
    pub fn standard(&self) -> Option<usize> {
        match self {
            RuleSlot::Of(Part::Standard(standard), _)
            | RuleSlot::Met { standard, .. }
            | RuleSlot::BelowFloor { standard, .. }
            | RuleSlot::ProvenMet(standard)
            | RuleSlot::Previous(standard)
            | RuleSlot::Trend(standard) => Some(*standard),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct ReportSpec {
    pub template: Authored<String>,
    pub applies_to: For,
    pub origin: Origin,
}
