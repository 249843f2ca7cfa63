//! In words for a digest: what an author wrote that decides what is counted. Names and expressions as written; places in
//! the author's files, titles, thresholds, weights and rules are no part of it.

use super::layout::{Layout, Table};
use super::rows::cause_of;
use super::timing::programs;
use crate::language::{Calendar, Program};
use crate::records::InputFile;
use crate::workspace::{Cause, Measure, Plan, Reasoned};

/// What holds for every source: zone, periods, calendar, levels, and the directory that says who belongs where.
pub(crate) fn of_run(plan: &Plan, directory: Option<&InputFile>) -> String {
    let Calendar { week, holidays, .. } = &*plan.calendar;
    let levels: Vec<&str> = plan.levels.iter().map(|l| l.value.as_str()).collect();
    let people = plan.people.as_ref().zip(directory).map(|(file, input)| (&input.digest, &file.format, &file.missing));
    format!(
        "zone {:?} every {:?} {:?} from {:?} levels {levels:?} week {week:?} holidays {holidays:?} people {people:?}",
        plan.zone_name.value,
        plan.periods.every.value,
        plan.periods.starts,
        plan.periods.from.as_ref().map(|f| f.value),
    )
}

/// How a table dates its rows and which strata it tells apart.
pub(crate) fn of_table(plan: &Plan, table: &Table) -> String {
    let fields = plan.sources.get(table.source).map_or(&[][..], |s| &s.fields);
    let strata: Vec<_> = table.adjust_for.iter().filter_map(|f| fields.get(*f)).map(|f| (&f.name, f.ty)).collect();
    format!("at {:?} adjust for {strata:?}", table.at)
}

/// What a measure counts in its table.
pub(crate) fn of_measure(plan: &Plan, table: &Table, layout: &Layout, measure: &Measure) -> String {
    let fields = plan.sources.get(table.source).map_or(&[][..], |s| &s.fields);
    let own = |program: &Option<Program>| program.as_ref().map(Program::definition);
    let all = |list: &[Reasoned]| list.iter().map(|r| r.when.definition()).collect::<Vec<_>>();
    let cause = cause_of(plan, measure).map(|cause| match cause {
        Cause::Always(kind) => format!("{kind:?}"),
        Cause::Of(program) => program.definition(),
    });
    let shields = plan.sources.get(table.source).map_or_else(Vec::new, |s| all(&s.shield));
    let lines: Vec<_> = layout.lines.iter().filter_map(|(field, _)| fields.get(*field)).map(|f| &f.name).collect();
    let form: Vec<String> = programs(&measure.form).into_iter().map(Program::definition).collect();
    format!(
        "{} {:?} {form:?} {:?} where {:?} exclude {:?} not applicable {:?} not due {:?} shield {:?} {shields:?} \
         cause {cause:?} lower {} decimals {} rater {:?} rated {:?} lines {lines:?}{}",
        of_table(plan, table),
        std::mem::discriminant(&measure.form),
        optional(measure),
        own(&measure.filter),
        all(&measure.exclude),
        own(&measure.not_applicable),
        own(&measure.not_due),
        all(&measure.shield),
        measure.lower_is_better,
        measure.decimals,
        measure.rater.as_ref().map(|r| &r.value),
        measure.rated.as_ref().map(|r| &r.value),
        slot(measure),
    )
}

/// How long the slots of a cadence are; how much keeps one is asked after counting.
fn slot(measure: &Measure) -> String {
    match &measure.form {
        crate::workspace::Form::Cadence { every, .. } => format!(" every {every:?}"),
        _ => String::new(),
    }
}

/// Which of a reported figure's optional parts are there: a list of programs alone doesn't tell.
fn optional(measure: &Measure) -> Option<[bool; 3]> {
    match &measure.form {
        crate::workspace::Form::Reported { n, lower, upper, .. } => {
            Some([n.is_some(), lower.is_some(), upper.is_some()])
        }
        _ => None,
    }
}
