//! What the codes EH04xx stand for: findings about a charter and a policy.

use crate::diagnostic::Code;

pub static NO_STANDARD: Code = Code {
    id: "EH0401",
    title: "a charter without a standard",
    explanation: "Standards come first: without one there is nothing to measure, and nothing to judge anyone by.\n\
Wrong: a workspace with measures and rules, but without `standards:`\n\
Right: `standards: { answer_promptly: { promise: We answer within 20 seconds., measure: answered_in_20s, target: 80% } }`",
};

pub static INCOMPLETE_STANDARD: Code = Code {
    id: "EH0402",
    title: "a standard that can't be checked",
    explanation: "A standard needs a target, a period and an owner. Period and owner are inherited from `periods` and the charter; the direction comes from the measure.\n\
Wrong: `satisfy: { measure: satisfied }`\n\
Right: `satisfy: { measure: satisfied, target: 80% }` under a charter with `owner:`",
};

pub static NO_OWNER: Code = Code {
    id: "EH0403",
    title: "a charter that nobody answers for",
    explanation: "A promise that nobody answers for isn't kept for long.\n\
Wrong: `charter: { name: Our Charter }`\n\
Right: `charter: { name: Our Charter, owner: Head of Service }`",
};

pub static INTERNAL_CUSTOMER: Code = Code {
    id: "EH0404",
    title: "a standard that serves only someone inside",
    explanation: "There is one customer: the one who pays. Serving a colleague counts where it helps to serve that customer.\n\
Wrong: `beneficiary: finance department` alone\n\
Right: the same with `serves: keep_dates`\n\
`single_customer: advisory` makes this a warning, `off` silences it.",
};

pub static NO_LINE_OF_SIGHT: Code = Code {
    id: "EH0405",
    title: "the back office doesn't see the customer",
    explanation: "A standard for people whom customers never meet names the chain that leads from their work to a standard of the paying customer.\n\
Wrong: `for: { contact: [isolated] }` alone\n\
Right: the same with `line_of_sight: [file_in_two_days, answer_promptly]`",
};

pub static BROKEN_HOP: Code = Code {
    id: "EH0406",
    title: "a line of sight that breaks",
    explanation: "Each hop of a line of sight is a standard, and the last one is felt by the paying customer.\n\
Wrong: `line_of_sight: [answer_promtly]`\n\
Right: `line_of_sight: [answer_promptly]`",
};

pub static NO_INITIATIVE: Code = Code {
    id: "EH0407",
    title: "nobody is measured on initiative",
    explanation: "Good service doesn't only wait for the customer to come. People who meet customers have at least one measure of initiative.\n\
Missing: a measure tagged `tags: [initiative]`\n\
Example: the share of recent buyers who were called within 14 days",
};

pub static ONE_KIND_ONLY: Code = Code {
    id: "EH0408",
    title: "only facts, or only opinions",
    explanation: "Objective measures show what happened, subjective ones how it was done; each corrects the other.\n\
Wrong: a charter with call statistics alone\n\
Right: also observed reviews, or `waivers: { subjective: no supervisor on site }`",
};

pub static COMPLAINTS_ONLY: Code = Code {
    id: "EH0409",
    title: "only complaints are heard",
    explanation: "Being fast and getting few complaints is not yet good service: most dissatisfied customers say nothing and leave.\n\
Wrong: standards over calls and complaints alone\n\
Right: also one over a source of kind `customer_response`",
};

pub static ONE_SIDED: Code = Code {
    id: "EH0410",
    title: "a perspective is missing or too light",
    explanation: "Customer, employee and owner each have a measure, so that a gain for one isn't a hidden loss for another. Standards without a perspective count as the customer's.\n\
Wrong: `perspective: customer` everywhere\n\
Right: also one with `perspective: employee` and one with `perspective: owner`\n\
`balance: { customer: 50% }` in the charter sets the least weight.",
};

pub static VALUE_NOT_SHOWN: Code = Code {
    id: "EH0411",
    title: "a shared value that nothing shows",
    explanation: "A shared value is worth what can be observed of it: a standard names it.\n\
Wrong: `values: [respect]` in the charter, and no standard that names it\n\
Right: `values: [respect]` at the standard that shows it",
};

pub static TOO_MANY: Code = Code {
    id: "EH0412",
    title: "too many standards for one role",
    explanation: "Beyond a dozen standards nobody knows what matters. The limit counts standards for everyone and those for the role.\n\
Wrong: 20 standards `for: { contact: [contactor] }`\n\
Right: the few that customers value most; `max_criteria: 15` in the charter raises the limit",
};

pub static EMPTY_PHASE: Code = Code {
    id: "EH0413",
    title: "a phase of service without a standard",
    explanation: "Customers judge the whole way: before, during and after the service.\n\
Wrong: standards about answering calls only\n\
Right: also `phase: before` (finding the number) and `phase: after` (the promised call back)",
};

pub static BASICS: Code = Code {
    id: "EH0414",
    title: "which of the five basics are measured",
    explanation: "The five basics of service are efficiency, honesty, manners, respect and follow-through.\n\
A note lists those that no standard names under `quality:`.\n\
Example: `quality: follow_through` at a standard about kept call backs",
};

pub static NINE_POINTS: Code = Code {
    id: "EH0415",
    title: "which of the nine points of excellence are measured",
    explanation: "The nine points are commitment to time, ability to change, politeness, truthfulness, promises kept, quality, problem solving, adding value and improvement. An award for excellence needs all nine.\n\
A note lists those that no standard names under `quality:`.",
};

pub static UNATTAINABLE: Code = Code {
    id: "EH0416",
    title: "a target that the minimum of records can't prove",
    explanation: "A reward needs the lower bound of a share above its target. Even where every record is good, that takes more than z²·t/(1−t) records: 16 for 80 %, 35 for 90 %, 73 for 95 %; 100 % can never be proven.\n\
Unwise: `target: 95%` with `minimum: { records: 30 }`: no one can be rewarded on 30 to 72 records\n\
Better: `periods: { every: quarter }`, or a target that a month can prove",
};

pub static STALE: Code = Code {
    id: "EH0417",
    title: "a charter past its review",
    explanation: "Service degrades without review. The day that is looked at lies after `review_by`.\n\
Wrong: `review_by: 2025-12-31` with `as_of: 2026-04-30`\n\
Right: a reviewed charter with a new `version` and `review_by`",
};

pub static INTERPRETED: Code = Code {
    id: "EH0418",
    title: "an expression that runs row by row",
    explanation: "Expressions are compiled to run on whole columns. Loops, closures and recursion can't be; they run row by row: the same answer, but slower on large files.\n\
Slow: a function with `for` over the letters of a text\n\
Fast: `contains(topic, \"refund\")`",
};

pub static UNMEASURED: Code = Code {
    id: "EH0419",
    title: "a standard of which nothing was measured",
    explanation: "Unmeasured is unknown: it is never shown as 0 or as 100. A standard without a live measure is an error.\n\
The message says where its records went: out of scope (its `where:` was not true), excluded, not applicable, not due, missing.\n\
Wrong: `where: channel == \"Phone\"` over data that say `phone`\n\
Right: mend `where:`, the file pattern or the field's column, or remove the standard.",
};

pub static BINDS_NOBODY: Code = Code {
    id: "EH0424",
    title: "a `for:` or `peers:` that fits nobody",
    explanation: "`for:` and `peers:` name columns of the people file, and `for:` the values that stand there, letter by letter. A slip binds nobody, and whoever was meant is judged on the other standards alone.\n\
Wrong: `for: { rol: [agent] }`, or `for: { role: [agnet] }`\n\
Right: `for: { role: [agent] }`, with a column `role` in the people file that holds `agent`",
};

pub static PERCENT_LINE: Code = Code {
    id: "EH0425",
    title: "a percentage as the line of figures that are no shares",
    explanation: "`60%` is the number 0.6. On a mean of seconds, days or points that is a line that everybody or nobody reaches.\n\
Wrong: `floor: 60%` at a standard about `mean: wait_seconds`\n\
Right: `floor: 60`",
};

pub static OVERLAY_OVER: Code = Code {
    id: "EH0427",
    title: "an overlay outside its time",
    explanation: "A base is changed for a time, by an owner, for a reason. When that time is over (or not there yet) nobody has decided that the change holds.\n\
Wrong: `overlay: { owner: Head of Service, because: a new telephone system, to: 2025-06-01 }` in a run as of 2026-01-31\n\
Right: take the changes out, or agree on another `to` with the owner.",
};

pub static ISOLATED: Code = Code {
    id: "EH0420",
    title: "an isolated role that is judged by customers",
    explanation: "Who never meets a customer can't be judged by what customers say, nor be sent to service training. Isolated roles have enabling measures only.\n\
Wrong: `for: { contact: [isolated] }` at a standard over surveys\n\
Right: `for: { contact: [isolated] }` at one over files that were ready on time",
};

pub static MODIFIER: Code = Code {
    id: "EH0421",
    title: "modifiers without a standard about manners",
    explanation: "A modifier meets customers in passing: at the switchboard, at the reception. What matters there is how people are treated.\n\
Wrong: only `quality: efficiency` for modifiers\n\
Right: also a standard with `quality: politeness`, `manners` or `respect`, or `waivers: { modifier: … }`",
};

pub static CHANNEL: Code = Code {
    id: "EH0422",
    title: "a channel with traffic and no measure",
    explanation: "Customers judge every front on which they meet you: phone, office, chat, letters. `channels:` of the charter names them; with data, `check` sees where they come from.\n\
Wrong: `channels: [phone, chat]`, and every measure says `where: channel == \"phone\"`\n\
Right: also a standard that takes the chat in",
};

pub static UNVALIDATED: Code = Code {
    id: "EH0423",
    title: "a standard that customers weren't asked about",
    explanation: "What is measured inside must match what customers want. Without evidence of importance from the last 18 months a standard is unvalidated: it can't weigh more than the lightest one that customers confirmed, or than `scoring: { unvalidated: … }`.\n\
Wrong: `weight: 5` at a standard that nobody was asked about\n\
Right: `importance: { measured: 2026-01-15, weight: 5 }`, or in the charter `importance: { measured: 2026-01-15, weights: { answer_promptly: 5 } }`",
};

pub static UNSUPPORTED_CLAIM: Code = Code {
    id: "EH0481",
    title: "a claim that the figures speak against",
    explanation: "What is told to customers must be so. A claim is held against the figure of the time that it speaks of: supported where the whole 95% interval lies on its side, unsupported where it lies on the other. An unsupported public claim is an error; one that is only said inside (`public: no`) is a warning.\n\
Wrong: `says: Nine in ten calls are answered in 20 seconds.` where 81% are (78% to 84%)\n\
Right: `says: Four in five calls are answered in 20 seconds.`, `at_least: 75%`",
};

pub static UNKNOWN_CLAIM: Code = Code {
    id: "EH0482",
    title: "a claim of which nobody knows whether it is so",
    explanation: "The interval holds the line, or there are too few records or periods. What isn't known is not told as a fact.\n\
Wrong: `says: Nine in ten are satisfied.` from 40 answers, 36 of them satisfied (77% to 96%)\n\
Right: the same from 400 answers with `at_least: 85%`, or no claim",
};

pub static FEW_EVENTS: Code = Code {
    id: "EH0435",
    title: "a count of what should not happen",
    explanation: "Of nothing recorded nothing is known: a month without a complaint leaves a count without a figure, and few complaints are too few to judge. Held against what could have led to one, none is a figure too: 0 of 500 calls, with an interval.\n\
Wrong: `count: true` with `lower_is_better: yes` under a standard\n\
Right: `rate: { events: 1, per: calls, scale: 1000 }` with `lower_is_better: yes`",
};

pub static SILENT_LOG: Code = Code {
    id: "EH0437",
    title: "a log of events that fell silent",
    explanation: "Events that should not happen are held against the rows of another source, so that none is a good figure. A file that is missing looks the same: someone should know which of the two it is.\n\
Wrong: the complaints of April lie in a folder that `files:` doesn't name\n\
Right: `files: data/complaints-*.csv`, with the file of April among them",
};

pub static CADENCE_LEVEL: Code = Code {
    id: "EH0436",
    title: "a cadence that a standard or a rule can't use",
    explanation: "A cadence is a habit of one level, such as the unit's weekly briefing. Other levels have none of it. It counts every week that was due, so that it has no interval, and no sanction can rest on it.\n\
Wrong: `for: { level: [unit] }` over `cadence: { every: week }` of a log that names persons\n\
Right: `for: { level: [unit] }` over `cadence: { every: week, level: unit }`",
};

pub static BOUND_BY_NOTHING: Code = Code {
    id: "EH0440",
    title: "people whom the charter doesn't bind",
    explanation: "A charter binds everyone: whoever has no standard of their own serves those who do, and knows whom. `links:` says which standards the work of a role serves.\n\
Wrong: every standard says `for: { contact: [contactor] }`, and clerks stand in the people file\n\
Right: also `charter: links: { clerk: [answer_promptly] }`, or a standard for clerks",
};

pub static TRAINING_UNKNOWN: Code = Code {
    id: "EH0441",
    title: "training that is recorded nowhere",
    explanation: "What a role must learn can only be seen where somebody records it, under the same name. What isn't recorded at all is unknown, and no gap.\n\
Wrong: `training: { contactor: { course: call contrl, every: 12 months } }`, and the records name `call control`\n\
Right: the name as the records have it: in the field `course` of a source of `kind: training`, or in `ref` of evidence of the kind `trained`",
};

pub static LEFT_OUT: Code = Code {
    id: "EH0442",
    title: "people whom customers never meet",
    explanation: "A standard over what customers say doesn't apply to isolated people, even where it is for everyone: its state is `not_applicable` for them.\n\
Wrong: `satisfy: { measure: satisfied }` where the archive is meant to be judged too\n\
Right: the same with `for: { contact: [contactor, modifier, influencer] }`, and a standard of its own for the archive",
};

pub static TRAINING_UNREAD: Code = Code {
    id: "EH0443",
    title: "training that no role needs",
    explanation: "A source of training is read for the roles that need it. Where none does, its rows say nothing to anyone.\n\
Wrong: a source of `kind: training`, and no `training:` in the charter\n\
Right: `charter: training: { contactor: { course: call control, every: 12 months } }`",
};

pub static EMPOWERMENT: Code = Code {
    id: "EH0444",
    title: "authority that nobody looks at",
    explanation: "People who may decide something themselves should, and shouldn't wait. Needless escalation and waiting for approval show whether they do.\n\
Wrong: `roles: { adviser: { authority: refunds up to 50 } }`, and no measure about it\n\
Right: also `needless_escalation: { source: refunds, kind: objective, where: amount <= 50, share: escalated, lower_is_better: true, tags: [empowerment] }`, or `waivers: { empowerment: … }`",
};

pub static NOTHING_SINCE: Code = Code {
    id: "EH0430",
    title: "a complete period without a record",
    explanation: "The latest complete period that holds a record is judged. Where a later one is over and holds none, what you read is about the month before: \
either its files haven't come, or `files:` doesn't find them.\n\
Wrong: `as_of: 2026-04-30`, and the newest file is calls-2026-03.csv\n\
Right: the same with calls-2026-04.csv, or `as_of: 2026-03-31` until it has come",
};

pub static STALE_STANDARD: Code = Code {
    id: "EH0431",
    title: "a standard that is no longer measured",
    explanation: "Service that nobody looks at gets worse. A standard without a figure in the last two complete periods is stale, and stands first in the report. \
`stale_after:` of the charter says how many periods it takes.\n\
Wrong: monthly periods, and the last survey that came back is of October\n\
Right: a survey each month, or `charter: { stale_after: 4 }` where customers are asked each quarter",
};

pub static SILENT_SUBJECT: Code = Code {
    id: "EH0432",
    title: "somebody of whom nothing arrives any more",
    explanation: "A vendor, a branch or a team that sent records before and sends none now is neither good nor bad: nobody knows. It stands in the report before \
all else, and among the recommendations with too little evidence, for twelve complete periods.\n\
Wrong: the vendor Acme has calls in March and none in April, and nobody asks\n\
Right: the missing file is brought, or the contract has ended and people know it",
};

pub static MISMATCH: Code = Code {
    id: "EH0470",
    title: "customers and the score weigh promises differently",
    explanation: "A survey of customers says what matters to them; the weights of the score should follow it. Each standard for which the two parts of the whole differ by more than `mismatch:` (10 points) is named.\n\
Unwise: `weight: 1` at a standard to which customers give half the weight\n\
Better: the survey's own weights, by `importance: { measured: 2026-01-15, use: weights, weights: { answer_promptly: 5 } }`",
};

pub static AWARD: Code = Code {
    id: "EH0471",
    title: "an award for excellence that doesn't ask for it",
    explanation: "Excellence is nine points: commitment to time, ability to change, politeness, truthfulness, promises kept, quality, problem solving, adding value and improvement. A rule with `award: excellence` rewards only those for whom a standard about each is proven met; where no standard is about one of them, nobody can be given it.\n\
Wrong: `id: excellence_award, recommend: reward, when: met(\"answer_promptly\")`\n\
Right: the same with `award: excellence`, or under another name",
};

pub static PURPOSE: Code = Code {
    id: "EH0473",
    title: "a measure that doesn't say what it is for",
    explanation: "Figures are collected for a reason: to focus, to show effectiveness, goals, trends, problem areas, accomplishment or progress. A measure without one is a habit.\n\
Missing: `purpose:` at a measure\n\
Example: `purpose: trends`",
};

pub static ALL: &[&Code] = &[
    &NO_STANDARD,
    &INCOMPLETE_STANDARD,
    &NO_OWNER,
    &INTERNAL_CUSTOMER,
    &NO_LINE_OF_SIGHT,
    &BROKEN_HOP,
    &NO_INITIATIVE,
    &ONE_KIND_ONLY,
    &COMPLAINTS_ONLY,
    &ONE_SIDED,
    &VALUE_NOT_SHOWN,
    &TOO_MANY,
    &EMPTY_PHASE,
    &BASICS,
    &NINE_POINTS,
    &UNATTAINABLE,
    &STALE,
    &INTERPRETED,
    &UNMEASURED,
    &BINDS_NOBODY,
    &PERCENT_LINE,
    &OVERLAY_OVER,
    &ISOLATED,
    &MODIFIER,
    &CHANNEL,
    &UNVALIDATED,
    &UNSUPPORTED_CLAIM,
    &UNKNOWN_CLAIM,
    &FEW_EVENTS,
    &CADENCE_LEVEL,
    &BOUND_BY_NOTHING,
    &TRAINING_UNKNOWN,
    &LEFT_OUT,
    &TRAINING_UNREAD,
    &EMPOWERMENT,
    &NOTHING_SINCE,
    &STALE_STANDARD,
    &SILENT_SUBJECT,
    &MISMATCH,
    &SILENT_LOG,
    &AWARD,
    &PURPOSE,
];
