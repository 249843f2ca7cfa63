//! Which measures share records: their deviations add, those of different sources don't.

use super::groups::is_mean;
use crate::workspace::{Form, Part, Plan};

/// What doesn't depend on the cell: how sources hang together within each mean.
pub(super) struct Shape {
    /// By standard, and by group: the first of the sources it rests on.
    pub of_standard: Vec<usize>,
    pub of_group: Vec<usize>,
    /// By group, by source: the class of sources in which deviations add. Only what stands inside the group counts: a
    /// formula over two sources that nobody scores must not widen a score.
    pub in_group: Vec<Vec<usize>>,
    /// The same for the mean of all standards.
    pub in_all: Vec<usize>,
    pub classes: usize,
}

impl Shape {
    pub fn of(plan: &Plan) -> Shape {
        let of_standard: Vec<Vec<usize>> = plan.standards.iter().map(|s| sources_of(plan, s.measure)).collect();
        let mut of_group: Vec<Vec<usize>> = Vec::new();
        let mut in_group: Vec<Vec<usize>> = Vec::new();
        let classes = plan.sources.len().max(1);
        for group in &plan.scoring.groups {
            // Groups stand after their parts. What hangs together in a part hangs together in the whole.
            let mut class: Vec<usize> = (0..classes).collect();
            let mut sources = Vec::new();
            for part in &group.parts {
                match part {
                    Part::Standard(s) => {
                        let own = of_standard.get(*s).map_or(&[][..], Vec::as_slice);
                        join(own, &mut class);
                        sources.extend_from_slice(own);
                    }
                    Part::Group(g) => {
                        for (source, with) in in_group.get(*g).into_iter().flatten().enumerate() {
                            join(&[*with, source], &mut class);
                        }
                        sources.extend_from_slice(of_group.get(*g).map_or(&[], Vec::as_slice));
                    }
                }
            }
            if !is_mean(&group.combine) {
                join(&sources, &mut class);
            }
            of_group.push(sources);
            in_group.push(class);
        }
        let mut in_all: Vec<usize> = (0..classes).collect();
        of_standard.iter().for_each(|sources| join(sources, &mut in_all));
        let first = |sources: &Vec<usize>| sources.first().copied().unwrap_or(0);
        Shape {
            of_standard: of_standard.iter().map(first).collect(),
            of_group: of_group.iter().map(first).collect(),
            in_group,
            in_all,
            classes,
        }
    }
}

/// Makes one class of the classes of these sources.
fn join(sources: &[usize], class: &mut [usize]) {
    let Some(first) = sources.first().and_then(|s| class.get(*s)).copied() else { return };
    for source in sources {
        if let Some(other) = class.get(*source).copied() {
            class.iter_mut().filter(|c| **c == other).for_each(|c| *c = first);
        }
    }
}

/// The sources whose records a measure rests on; a formula rests on those of its inputs.
pub(crate) fn sources_of(plan: &Plan, measure: usize) -> Vec<usize> {
    let mut sources = Vec::new();
    let mut open = vec![measure];
    let mut seen = Vec::new();
    while let Some(measure) = open.pop() {
        if seen.contains(&measure) {
            continue;
        }
        seen.push(measure);
        let Some(measure) = plan.measures.get(measure) else { continue };
        sources.extend(measure.source);
        if let Form::Formula { inputs, .. } = &measure.form {
            open.extend(inputs);
        }
    }
    sources.sort_unstable();
    sources.dedup();
    sources
}
