//! C18: phone, office, every front: a channel on which customers come and nothing is measured.

use super::{charter_place, codes};
use crate::diagnostic::{Diagnostic, Said};
use crate::measure::Readings;
use crate::said;
use crate::workspace::{Measure, Plan, ProbeKind, SourceKind};

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

/// A standard's measure takes the channel in.
fn covered(plan: &Plan, traffic: &Measure, channel: &str) -> bool {
    let mut measures = plan.standards.iter().filter_map(|s| plan.measures.get(s.measure));
    measures.any(|m| plan.takes_in_of(m, traffic.source, channel))
}

/// C18: contacts say on which channel they came, and the charter doesn't say which there are.
pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    if plan.charter.more.contains_key("channels") || plan.waiver("channels").is_some() {
        return Vec::new();
    }
    let source = plan.sources.iter().find(|s| s.kind == SourceKind::Record && s.field("channel").is_some());
    let field = source.and_then(|s| s.fields.iter().find(|f| f.name == "channel"));
    let note = |place| {
        Diagnostic::note(&codes::CHANNEL, said!("the charter doesn't say on which channels customers come"))
            .at(place, said!("contacts name theirs"))
            .help(said!("write `channels: [phone, …]` in the charter, so that one without a measure is seen"))
    };
    field.map(|f| note(f.origin.span)).into_iter().collect()
}
