//! Which measures share records: their deviations add, those of different sources don't.

use super::groups::is_mean;
use crate::workspace::{Form, Part, Plan};

/// What doesn't depend on the cell: how sources hang together.
pub(super) struct Shape {
    /// By standard: the class of sources in which its deviations add.
    pub of_standard: Vec<usize>,
    /// By group: the class of a group that is one part of a mean.
    pub of_group: Vec<usize>,
    pub classes: usize,
}

impl Shape {
    pub fn of(plan: &Plan) -> Shape {
        // Classes start as sources; a formula, and a group that isn't a mean, join those they touch.
        let mut class: Vec<usize> = (0..plan.sources.len().max(1)).collect();
        let join = |sources: &[usize], class: &mut Vec<usize>| {
            let Some(first) = sources.first().and_then(|s| class.get(*s)).copied() else { return };
            for source in sources {
                if let Some(other) = class.get(*source).copied() {
                    class.iter_mut().filter(|c| **c == other).for_each(|c| *c = first);
                }
            }
        };
        let of_standard: Vec<Vec<usize>> = plan.standards.iter().map(|s| sources_of(plan, s.measure)).collect();
        let mut of_group: Vec<Vec<usize>> = Vec::new();
        for group in &plan.scoring.groups {
            let leaves = group.parts.iter().flat_map(|part| match part {
                Part::Standard(s) => of_standard.get(*s).cloned().unwrap_or_default(),
                Part::Group(g) => of_group.get(*g).cloned().unwrap_or_default(),
            });
            of_group.push(leaves.collect());
        }
        of_standard.iter().for_each(|sources| join(sources, &mut class));
        for (group, sources) in plan.scoring.groups.iter().zip(&of_group) {
            if !is_mean(&group.combine) {
                join(sources, &mut class);
            }
        }
        let of = |sources: &[usize]| sources.first().and_then(|s| class.get(*s)).copied().unwrap_or(0);
        Shape {
            of_standard: of_standard.iter().map(|s| of(s)).collect(),
            of_group: of_group.iter().map(|s| of(s)).collect(),
            classes: class.len(),
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
