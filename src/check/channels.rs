//! C18: phone, office, every front: a channel on which customers come and nothing is measured.

use super::{charter_place, codes};
use crate::diagnostic::{Diagnostic, Said};
use crate::measure::Readings;
use crate::said;
use crate::workspace::{Measure, Plan, ProbeKind};

/// With data: channels with traffic, by the measures that count it (see `workspace`).
pub fn lint_readings(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    let rows = |position: usize| readings.rows.get(position).map_or(0, |rows| rows.measured);
    let traffic = plan.measures.iter().enumerate().filter_map(|(position, measure)| {
        let probe = measure.probe.as_ref().filter(|p| p.kind == ProbeKind::Traffic)?;
        Some((measure, probe.of.as_str(), rows(position)))
    });
    traffic
        .filter(|(_, _, rows)| *rows > 0)
        .filter_map(|(measure, channel, rows)| match channel {
            "" => Some(
                Diagnostic::warning(&codes::CHANNEL, elsewhere(rows))
                    .at(charter_place(plan), said!("`channels:` leaves them out"))
                    .help(said!("add them to `channels:`, and measure them")),
            ),
            channel if covered(plan, measure, channel) => None,
            channel => Some(
                Diagnostic::warning(&codes::CHANNEL, said!("nothing is measured on the channel `{channel}`", channel))
                    .at(measure.id.span(), this_way(rows))
                    .help(said!("add a standard whose measure takes `channel == \"{channel}\"` in", channel)),
            ),
        })
        .collect()
}

fn elsewhere(records: u64) -> Said {
    match records {
        1 => said!("one record came on a channel that the charter doesn't name"),
        _ => said!("{records} records came on channels that the charter doesn't name", records),
    }
}

fn this_way(records: u64) -> Said {
    match records {
        1 => said!("one record came this way"),
        _ => said!("{records} records came this way", records),
    }
}

/// A standard's measure takes the channel in: it reads the same contacts, or answers about them, and doesn't look at the channel,
/// or names this one.
fn covered(plan: &Plan, traffic: &Measure, channel: &str) -> bool {
    let source = traffic.source;
    let answers = |s: usize| plan.sources.get(s).and_then(|s| s.credit.as_ref()).map(|c| c.through) == source;
    let measures = plan.standards.iter().filter_map(|s| plan.measures.get(s.measure));
    measures.filter(|m| m.source == source || m.source.is_some_and(answers)).any(|m| match &m.filter {
        None => true,
        Some(filter) => {
            let wording = filter.wording();
            !wording.contains("channel") || wording.contains(&format!("\"{channel}\""))
        }
    })
}
