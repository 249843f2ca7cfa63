//! Every compiled expression of a Plan, with the place it has in the workspace.

use super::plan::{Cause, Combine, Form, Plan};
use crate::diagnostic::Said;
use crate::language::Program;
use crate::said;

/// The programs of a form.
pub fn of_form(form: &Form) -> Vec<&Program> {
    match form {
        Form::Share(p) | Form::Mean(p) | Form::Sum(p) | Form::Median(p) | Form::Nps(p) => vec![p],
        Form::CountedShare { of, out_of } | Form::Ratio { of, out_of } => vec![of, out_of],
        Form::Count => vec![],
        Form::Rate { events, per, .. } => vec![events, per],
        Form::Events { events: program, .. } | Form::Cadence { of: program, .. } => program.iter().collect(),
        Form::Percentile { of, .. } => vec![of],
        Form::CountedNps { promoters, passives, detractors } => vec![promoters, passives, detractors],
        Form::Gap { received, expected } => vec![received, expected],
        Form::Reported { of, n, lower, upper } => {
            std::iter::once(of).chain([n, lower, upper].into_iter().flatten()).collect()
        }
        Form::Formula { program, .. } => vec![program],
    }
}

impl Plan {
    /// What each expression belongs to (`measure answered_in_20s`), and the expression; in the order of the workspace.
    pub fn programs(&self) -> Vec<(Said, &Program)> {
        let mut all: Vec<(Said, &Program)> = Vec::new();
        for source in &self.sources {
            let name = said!("source {name}", name = source.id);
            all.extend(source.filter.iter().map(|p| (name.clone(), p)));
            all.extend(source.shield.iter().map(|r| (name.clone(), &r.when)));
            if let Some(Cause::Of(p)) = &source.cause {
                all.push((name, p));
            }
        }
        for measure in &self.measures {
            let name = said!("measure {name}", name = measure.id);
            let rows = [&measure.filter, &measure.not_applicable, &measure.not_due];
            all.extend(rows.into_iter().flatten().map(|p| (name.clone(), p)));
            all.extend(measure.exclude.iter().chain(&measure.shield).map(|r| (name.clone(), &r.when)));
            if let Some(Cause::Of(p)) = &measure.cause {
                all.push((name.clone(), p));
            }
            all.extend(of_form(&measure.form).into_iter().map(|p| (name.clone(), p)));
        }
        for standard in &self.standards {
            all.extend(standard.points.iter().map(|p| (said!("standard {name}", name = standard.id), p)));
        }
        for group in &self.scoring.groups {
            if let Combine::Script(p) = &group.combine {
                all.push((said!("group {name}", name = group.id), p));
            }
        }
        all.extend(self.rules.iter().map(|r| (said!("rule {name}", name = r.id), &r.when)));
        all
    }
}
