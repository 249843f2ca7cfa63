//! Reported figures: one per subject and period, at the level that their rows name. They never roll up.

use std::sync::Arc;

use super::kernel::{Figure, Setup, Worker};
use super::merge::Merged;
use super::subjects::{NOBODY, ORGANISATION};
use super::{Tallies, codes, tallies};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;
use crate::workspace::{Form, Measure};

impl Merged {
    /// Puts reported figures where they belong; two for one subject and period are an error that names both.
    pub(crate) fn reported(&mut self, setup: &Setup<'_>, workers: &[Worker<'_>]) -> Result<(), Vec<Diagnostic>> {
        let periods = self.keys.len();
        let mut errors = Vec::new();
        for table in &mut self.tables {
            for counted in &mut table.measures {
                let Some(measure) = setup.plan.measures.get(counted.measure) else { continue };
                if !matches!(measure.form, Form::Reported { .. }) {
                    continue;
                }
                let level = home(setup, table.source);
                let subjects = self.subjects.get(level).map_or(&[][..], |s| s);
                let mut figures = Vec::new();
                for (worker, to) in workers.iter().zip(&self.translations) {
                    for figure in worker.figures.iter().filter(|f| f.measure == counted.measure) {
                        let seat = to.seats.get(figure.seat as usize).and_then(|s| self.seats.get(*s as usize));
                        let subject = seat.and_then(|s| s.get(level)).copied().unwrap_or(NOBODY);
                        let period = to.periods.get(figure.slot as usize).copied().unwrap_or(NOBODY);
                        if subject != NOBODY && period != NOBODY {
                            figures.push((subject as usize, period as usize, figure));
                        }
                    }
                }
                figures.sort_by(|a, b| (a.0, a.1, &a.2.file, a.2.line).cmp(&(b.0, b.1, &b.2.file, b.2.line)));
                let twice = figures.windows(2).filter(|w| (w[0].0, w[0].1) == (w[1].0, w[1].1));
                errors.extend(twice.take(20).map(|w| {
                    let period = self.keys.get(w[0].1).map(|k| setup.clock.period(*k, jiff::civil::Date::MAX, 0).name);
                    twice_reported(measure, subjects.get(w[0].0), &period.unwrap_or_default(), w[0].2, w[1].2)
                }));
                counted.reported = Some((level, placed(measure, &figures, subjects.len(), periods)));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// The level that reported figures of a source belong to: the first that its rows name; else the organisation.
fn home(setup: &Setup<'_>, source: usize) -> usize {
    let levels = &setup.plan.levels;
    let named = setup.plan.sources.get(source).and_then(|s| {
        levels.iter().position(|level| {
            let taken = s.credit.as_ref().is_some_and(|c| c.levels.contains(&level.value));
            taken || s.subjects.contains_key(&level.value)
        })
    });
    let organisation = || levels.iter().position(|l| l.value == ORGANISATION);
    named.or_else(organisation).unwrap_or(levels.len().saturating_sub(1))
}

fn placed(measure: &Measure, figures: &[(usize, usize, &Figure)], subjects: usize, periods: usize) -> Tallies {
    let mut tallies = tallies::empty(measure, subjects * periods);
    let counted = matches!(&measure.form, Form::Reported { n: Some(_), .. });
    if let Tallies::Reported { value, n, lower, upper } = &mut tallies {
        for (subject, period, figure) in figures {
            let cell = subject * periods + period;
            value[cell] = figure.value;
            // A figure that says nothing of its size stands for one record.
            n[cell] = if counted { figure.n } else { 1 };
            lower[cell] = figure.lower;
            upper[cell] = figure.upper;
        }
    }
    tallies
}

fn twice_reported(
    measure: &Measure,
    subject: Option<&Arc<str>>,
    period: &str,
    first: &Figure,
    second: &Figure,
) -> Diagnostic {
    let subject = subject.map_or("", |s| s);
    let message = said!(
        "measure `{measure}` has two figures for `{subject}` in {period}",
        measure = *measure.id,
        subject,
        period
    );
    Diagnostic::error(&codes::TWICE_REPORTED, message)
        .in_data(&*first.file, first.line, 0, Said::verbatim(first.value.to_string()))
        .in_data(&*second.file, second.line, 0, Said::verbatim(second.value.to_string()))
        .help(said!(
            "a reported figure stands once per subject and period: take one of them out, or use `mean:` or `sum:`"
        ))
        .help(said!("where one file holds several measures, pick the rows with `where:`"))
}
