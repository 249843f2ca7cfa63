//! Every compiled expression of a Plan, with the place it has in the workspace.

use super::plan::{Cause, Combine, Form, Plan};
use crate::language::Program;

/// The programs of a form.
pub fn of_form(form: &Form) -> Vec<&Program> {
    match form {
        Form::Share(p) | Form::Mean(p) | Form::Sum(p) | Form::Median(p) | Form::Nps(p) => vec![p],
        Form::CountedShare { of, out_of } | Form::Ratio { of, out_of } => vec![of, out_of],
        Form::Count => vec![],
        Form::Rate { events, per, .. } => vec![events, per],
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
    pub fn programs(&self) -> Vec<(String, &Program)> {
        let mut all: Vec<(String, &Program)> = Vec::new();
        for source in &self.sources {
            let name = format!("source {}", source.id.value);
            all.extend(source.filter.iter().map(|p| (name.clone(), p)));
            all.extend(source.shield.iter().map(|r| (name.clone(), &r.when)));
            if let Some(Cause::Of(p)) = &source.cause {
                all.push((name, p));
            }
        }
        for measure in &self.measures {
            let name = format!("measure {}", measure.id.value);
            let rows = [&measure.filter, &measure.not_applicable, &measure.not_due];
            all.extend(rows.into_iter().flatten().map(|p| (name.clone(), p)));
            all.extend(measure.exclude.iter().chain(&measure.shield).map(|r| (name.clone(), &r.when)));
            if let Some(Cause::Of(p)) = &measure.cause {
                all.push((name.clone(), p));
            }
            all.extend(of_form(&measure.form).into_iter().map(|p| (name.clone(), p)));
        }
        for standard in &self.standards {
            all.extend(standard.points.iter().map(|p| (format!("standard {}", standard.id.value), p)));
        }
        for group in &self.scoring.groups {
            if let Combine::Script(p) = &group.combine {
                all.push((format!("group {}", group.id.value), p));
            }
        }
        all.extend(self.rules.iter().map(|r| (format!("rule {}", r.id.value), &r.when)));
        all
    }
}
