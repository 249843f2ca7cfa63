//! Records of which nobody knows whether they are shielded: a cell that the condition asks for is empty.

use super::codes;
use super::readings::MeasureRows;
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::Plan;

/// A note for each measure that has such records.
pub(super) fn findings(plan: &Plan, rows: &[MeasureRows]) -> Vec<Diagnostic> {
    let unsure = plan.measures.iter().zip(rows).filter(|(_, rows)| rows.shield_missing > 0);
    let told = |(measure, rows): (&crate::workspace::Measure, &MeasureRows)| {
        let (all, name) = (rows.measured, &measure.id.value);
        let message = match rows.shield_missing {
            1 => said!("1 of {all} records of `{measure}` has no value for its `shield`", all, measure = name),
            count => {
                said!(
                    "{count} of {all} records of `{measure}` have no value for its `shield`",
                    count,
                    all,
                    measure = name
                )
            }
        };
        Diagnostic::note(&codes::SHIELD_MISSING, message)
            .at(measure.id.span(), said!("nobody knows whether they are shielded, so they count"))
            .help(said!(
                "fill the cells, or say in the condition what an empty one means: `abusive ?? false`, or `?? true`"
            ))
    };
    unsure.map(told).collect()
}
