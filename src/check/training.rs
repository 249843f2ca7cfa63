//! Training and authority that roles need (C3, C60): whether anything records it, and whether what is recorded is ever read.

use std::collections::BTreeSet;

use super::{codes, listed, texts};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::measure::Readings;
use crate::said;
use crate::workspace::{Plan, SourceKind};

/// The tag of a measure of needless escalation, or of waiting for approval.
const EMPOWERMENT: &str = "empowerment";

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let book = &plan.charter.book;
    let mut found = Vec::new();
    if let Some(training) = book.training.first()
        && book.records.is_empty()
        && plan.evidence.is_none()
    {
        found.push(
            Diagnostic::warning(&codes::TRAINING_UNKNOWN, said!("nothing says who was trained"))
                .at(training.course.span(), said!("needed here, and recorded nowhere"))
                .help(said!("add a source of `kind: training` with a field `course`, or rows of the kind `trained` to the evidence file")),
        );
    }
    if book.training.is_empty() {
        let unread = plan.sources.iter().filter(|s| s.kind == SourceKind::Training);
        found.extend(unread.map(|source| {
            Diagnostic::note(&codes::TRAINING_UNREAD, said!("nobody reads the training in `{source}`", source = source.id))
                .at(source.id.span(), said!("no role is said to need any"))
                .help(said!(
                    "write `charter: training: { contactor: { course: call control, every: 12 months } }`, by a word of `contact` or `role`"
                ))
        }));
    }
    found.extend(empowerment(plan));
    found
}

/// C60: where roles may decide something, it is measured whether they do.
fn empowerment(plan: &Plan) -> Option<Diagnostic> {
    let authority = plan.charter.book.roles.iter().find_map(|r| r.authority.as_ref())?;
    let tagged = |more| texts(more, "tags").contains(&EMPOWERMENT);
    let measured = plan.measures.iter().any(|m| tagged(&m.more)) || plan.standards.iter().any(|s| tagged(&s.more));
    (!measured && super::waiver(plan, EMPOWERMENT).is_none()).then(|| {
        Diagnostic::note(&codes::EMPOWERMENT, said!("nothing measures whether people use the authority they have"))
            .at(authority.span(), said!("authority that the charter gives"))
            .help(said!(
                "add a measure of needless escalation, such as `where: amount <= 50` and `share: escalated`, or of waiting for approval, with `tags: [empowerment]`"
            ))
    })
}

/// With data: a course that nobody ever had is a course by another name, and a row about nobody reaches no one.
pub fn lint_readings(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    let had = &readings.training.courses;
    if had.is_empty() {
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let same = |course: &str| had.iter().any(|held| held.trim().to_lowercase() == course.trim().to_lowercase());
    let unknown = plan.charter.book.training.iter().filter(|t| !same(&t.course) && seen.insert(t.course.value.clone()));
    unknown
        .map(|training| {
            let course = &training.course;
            let found =
                Diagnostic::warning(&codes::TRAINING_UNKNOWN, said!("nobody was ever trained in `{course}`", course))
                    .at(course.span(), said!("no record of training names it"));
            match did_you_mean(course, had.iter().map(String::as_str)) {
                Some(near) => found.help(said!("did you mean `{near}`?", near)),
                None => {
                    found.help(said!("the records name {courses}", courses = listed(had.iter().map(String::as_str), 8)))
                }
            }
        })
        .chain(strangers(plan, readings))
        .collect()
}

/// People in the records of training whom the people file doesn't name: one more who has left, or a slip.
fn strangers(plan: &Plan, readings: &Readings) -> Option<Diagnostic> {
    let strangers = &readings.training.strangers;
    let training = plan.charter.book.training.first()?;
    let who = listed(strangers.iter().map(String::as_str), 8);
    let message = match strangers.len() {
        0 => return None,
        1 => said!("the records of training name one person whom the people file doesn't: {who}", who),
        count => said!("the records of training name {count} people whom the people file doesn't: {who}", count, who),
    };
    Some(
        Diagnostic::warning(&codes::TRAINING_UNKNOWN, message).at(training.course.span(), said!("read for this")).help(
            said!("mend the id, or give whoever has left a row in the people file; until then these rows reach no one"),
        ),
    )
}
