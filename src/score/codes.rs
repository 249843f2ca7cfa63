//! What can go wrong while scoring and judging.

use crate::diagnostic::Code;

pub static POINTS_FAILED: Code = Code {
    id: "EH0701",
    title: "a `points` expression broke a limit",
    explanation: "\
A standard's own `points` expression is run for every person and period. This one did more work than a policy
may do, or failed while it ran, so the standard has no points and whoever depends on it is `undecided`:
nobody is judged on a failed evaluation.
Wrong:  points: { let i = 0; while i < 1e12 { i += 1; } i }
Right:  points: clamp(100 * (value - floor) / (target - floor), 0, 100)
Write the formula without an endless loop, or cut the work into smaller steps.",
};

pub static COMBINE_FAILED: Code = Code {
    id: "EH0702",
    title: "a `combine` expression broke a limit",
    explanation: "\
A group's own `combine` expression is run over the points of its parts. This one did more work than a policy
may do, or failed while it ran, so the group has no points, and a score that rests on it is `undecided`.
Wrong:  combine: { let s = 0; while true { s += 1; } s }
Right:  combine: (sum(parts) - min(parts)) / (count(parts) - 1)
Use `sum`, `mean`, `min`, `max` and `count` of `parts` in place of a loop where you can.",
};

pub static RULE_FAILED: Code = Code {
    id: "EH0703",
    title: "a rule broke a limit",
    explanation: "\
The `when` of this rule did more work than a policy may do, or failed while it ran. No outcome rests on a failed
evaluation: everyone the rule is for, and whom no other rule decides, is `undecided`.
Wrong:  when: { let i = 0; while i < 1e12 { i += 1; } score > i }
Right:  when: score >= 90 && met(\"answer_promptly\")
Name the standards and lines that decide, and leave counting to `met(\"…\", k, m)` and `below_floor(\"…\", k, m)`.",
};

pub static LINES_CROSSED: Code = Code {
    id: "EH0704",
    title: "a target that is not beyond its floor",
    explanation: "\
Floor and target come from the data here, one pair for a subject and period. In these pairs the target equals the
floor or lies on its wrong side, so nothing lies between unacceptable and aimed at: the standard is not applicable
there, and nobody is scored on it.
Wrong:  floor 30, target 20   where higher is better
Right:  floor 20, target 30   or `lower_is_better: yes` at the measure
Correct the columns of the data, or swap `floor:` and `target:` of the standard.",
};

pub static ALL: &[&Code] = &[&POINTS_FAILED, &COMBINE_FAILED, &RULE_FAILED, &LINES_CROSSED];
