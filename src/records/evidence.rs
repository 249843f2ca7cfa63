//! The evidence file, row by row, with every problem at its line.

use super::attribution::Evidence;
use super::codes;
use super::directory::EvidenceRow;
use super::opened::Stop;
use super::people::dates;
use super::table::{Table, at};
use crate::diagnostic::{Diagnostic, Said, did_you_mean};
use crate::said;
use crate::workspace::Plan;

pub const TITLES: [&str; 7] = ["person", "kind", "standard", "from", "to", "step", "ref"];
/// What an evidence row may say.
const KINDS: [&str; 14] = [
    "communicated",
    "support",
    "warning",
    "dispute",
    "appeal",
    "absence",
    "learning",
    "authority",
    "guidance",
    "coaching",
    "responsibility",
    "acknowledged",
    "credential",
    "trained",
];
/// Steps of the ladder of warnings.
const STEPS: [&str; 3] = ["informal", "first", "final"];

/// The evidence rows in file order, and warnings.
pub fn evidence(plan: &Plan, table: Table) -> Result<Evidence, Stop> {
    let table = &table;
    let mut problems = Vec::new();
    let mut notes = Vec::new();
    let (person, kind) = (table.required("person", &mut problems), table.required("kind", &mut problems));
    let [standard, from, to, step, reference] =
        ["standard", "from", "to", "step", "ref"].map(|title| table.column(title, &mut problems));
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut rows = Vec::new();
    for (line, row) in &table.rows {
        let code = &codes::BAD_EVIDENCE_ROW;
        let Some(who) = at(row, person) else {
            let message = said!("a row of `{file}` names no person", file = table.name);
            problems.push(
                table
                    .problem(code, message, *line, person, said!("no person"))
                    .help(said!("give the row the person's id, or delete it")),
            );
            continue;
        };
        let what = at(row, kind).unwrap_or_default().to_lowercase();
        if !KINDS.contains(&what.as_str()) {
            problems.push(unknown_kind(table, *line, kind, &what));
        }
        let (from, to) = dates(table, row, *line, (from, to), code, false, &mut problems);
        let step = at(row, step).map(str::to_lowercase);
        if let Some(step) = step.as_deref().filter(|s| what == "warning" && !STEPS.contains(s)) {
            notes.push(
                Diagnostic::warning(code, said!("`{step}` is no step of the ladder of warnings", step))
                    .in_data(table.name.clone(), *line, 0, said!("this row"))
                    .help(said!("the steps are informal, first and final")),
            );
        }
        if at(row, reference).is_none()
            && let Some(lacking) = unnamed(&what)
        {
            let found = table.problem(code, lacking, *line, reference, said!("nothing stands in `ref`"));
            problems.push(found.help(said!("write its name into the column `ref`")));
        }
        let text = |column| at(row, column).map(str::to_owned);
        let about = at(row, standard);
        problems.extend(about.and_then(|id| unknown_standard(plan, table, (*line, standard), id)));
        rows.push(EvidenceRow {
            person: who.to_owned(),
            kind: what,
            standard: text(standard),
            from,
            to,
            step,
            reference: text(reference),
            line: *line,
        });
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let person = person.map_or(0, |column| column as u64 + 1);
    Ok(Evidence { rows, findings: notes, file: Some(table.input.clone()), person })
}

/// What can't be found again without a name.
fn unnamed(kind: &str) -> Option<Said> {
    match kind {
        "credential" => Some(said!("a credential without its name")),
        "trained" => Some(said!("a training without its course")),
        _ => None,
    }
}

fn unknown_kind(table: &Table, line: u64, column: Option<usize>, what: &str) -> Diagnostic {
    let message = if what.is_empty() {
        said!("a row of evidence names no kind")
    } else {
        said!("unknown kind of evidence `{written}`", written = what)
    };
    let label = if what.is_empty() { said!("no kind") } else { said!("not a kind of evidence") };
    let problem = table.problem(&codes::BAD_EVIDENCE_ROW, message, line, column, label);
    match did_you_mean(what, KINDS) {
        Some(near) if !what.is_empty() => problem.help(said!("did you mean `{near}`?", near)),
        _ => problem,
    }
    .help(said!("the kinds are {kinds}", kinds = KINDS.join(", ")))
}

/// A row about a standard that doesn't exist is a row that no gate finds.
fn unknown_standard(plan: &Plan, table: &Table, (line, column): (u64, Option<usize>), id: &str) -> Option<Diagnostic> {
    let ids = || plan.standards.iter().map(|s| s.id.value.as_str());
    if ids().any(|known| known == id) {
        return None;
    }
    let message = said!("no standard is called `{id}`", id);
    let problem =
        table.problem(&codes::BAD_EVIDENCE_ROW, message, line, column, said!("not a standard of this charter"));
    let measured = plan.measures.iter().position(|m| m.id.value == id);
    let on_it: Vec<&str> =
        plan.standards.iter().filter(|s| Some(s.measure) == measured).map(|s| s.id.value.as_str()).collect();
    let problem = match (on_it.as_slice(), did_you_mean(id, ids())) {
        ([], Some(near)) => problem.help(said!("did you mean `{near}`?", near)),
        ([], None) => problem.help(said!("the standards are {standards}", standards = listed(ids()))),
        ([one], _) => {
            problem.help(said!("`{id}` is a measure; the standard on it is `{standard}`", id, standard = one))
        }
        (several, _) => problem.help(said!(
            "`{id}` is a measure; the standards on it are {standards}",
            id,
            standards = listed(several.iter().copied())
        )),
    };
    Some(problem.help(said!("left empty, the row counts for every standard")))
}

fn listed<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    ids.map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}
