//! What the luck audit finds wrong with a policy (EH045x).

use crate::diagnostic::Code;

pub static TOLERANCE: Code = Code {
    id: "EH0451",
    title: "luck alone would reward or sanction more people than the policy tolerates",
    explanation: "\
`luck: { sanction: 0.001 }` says: of a thousand people who keep the floor, at most one a year may be recommended for a
sanction by chance. `check --luck` draws a year many times over, with everyone equally good, and runs the policy's own
rules on it. The chance was higher. Ask for more records or for more periods before a rule speaks.

wrong:  when: answer_promptly.value < 0.6
right:  when: below_floor(\"answer_promptly\", 3, 4)",
};

pub static UNSURE: Code = Code {
    id: "EH0452",
    title: "too few worlds were drawn to say whether the tolerance is kept",
    explanation: "\
The chance of a false recommendation is known only within an interval, and the tolerance lies inside it. Draw more worlds:
four times as many make the interval half as wide.

wrong:  luck: { sanction: 0.001, worlds: 100 }
right:  luck: { sanction: 0.001, worlds: 10000 }",
};

pub static BESIDE: Code = Code {
    id: "EH0453",
    title: "a workspace named under `luck: beside:` can't be read",
    explanation: "\
`luck: { beside: [naive] }` audits the workspace in the folder `naive` (relative to the file that names it) after the
workspace itself, to show both. That folder needs an `evenhand.yaml` without errors.

wrong:  luck: { beside: [naive/evenhand.yml] }
right:  luck: { beside: [naive] }",
};

pub static ALL: &[&Code] = &[&TOLERANCE, &UNSURE, &BESIDE];
