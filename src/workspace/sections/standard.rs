//! Standards: the checkable levels of service, with their promise, their measure and their lines.

use std::collections::BTreeSet;

use super::header::{Header, applies_to};
use super::importance;
use super::line;
use super::measure::MeasureSet;
use super::points;
use super::source::{SourceSet, errors};
use super::tags;
use crate::diagnostic::{Authored, Diagnostic, Said, did_you_mean};
use crate::language::Expected;
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::{DEVELOP, EVERY, PERSPECTIVES, PHASES, QUALITIES, RESOURCES, STANDARD};
use crate::workspace::names::{Named, Names};
use crate::workspace::plan::{Develop, Measure, Standard};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::scalars::{every, parse_days};
use crate::workspace::scopes::POINTS;
use crate::workspace::tree::Node;

const MORE: &[&str] = &[
    "period",
    "direction",
    "beneficiary",
    "serves",
    "line_of_sight",
    "values",
    "tags",
    "importance",
    "delegated",
    "links",
    "resource",
    "note",
];

pub struct StandardSet {
    pub names: Names,
    /// By standard: a floor is written, a target is written.
    pub lines: Vec<(bool, bool)>,
    /// By standard: the measure it is about.
    pub measured: Vec<Option<String>>,
    /// Faulty ones are `None`.
    pub standards: Vec<Option<Standard>>,
}

pub fn read(
    reader: &mut Reader,
    top: &Opened,
    header: &Header,
    sources: &mut SourceSet,
    measures: &MeasureSet,
) -> StandardSet {
    let entries = top.get("standards").map(|n| reader.named(n, said!("a standard"))).unwrap_or_default();
    let has_measure = |(key, node): &(&Authored<String>, &Node)| node.get("measure").map(|_| key.value.clone());
    let measured: BTreeSet<String> = entries.iter().filter_map(has_measure).collect();
    let names = Names::of(entries.iter().map(|(key, _)| (*key).clone()));
    let mut set = StandardSet { lines: Vec::new(), measured: Vec::new(), standards: Vec::new(), names };
    for (key, node) in entries {
        let before = errors(reader);
        reader.check_name(key, Named::StandardOrGroup);
        let written = reader.diagnostics.len();
        let opened = reader.open(node, &STANDARD);
        if !opened.has("measure") {
            // An overlay that misspells a standard of its base seems to begin one of its own.
            let whole = set.names.iter().filter(|name| measured.contains(*name));
            if let Some(near) = did_you_mean(&key.value, whole) {
                reader.hint(written, said!("did you mean `{near}`?", near));
            }
        }
        set.lines.push((opened.has("floor"), opened.has("target")));
        set.measured.push(opened.get("measure").and_then(Node::text).map(|t| t.value.trim().to_string()));
        let standard = standard(reader, key, &opened, header, sources, measures);
        references(reader, &opened, &set.names);
        importance::of_one(reader, opened.get("importance"));
        set.standards.push(standard.filter(|_| errors(reader) == before));
    }
    set
}

/// Keys that name other standards.
fn references(reader: &mut Reader, opened: &Opened, standards: &Names) {
    for key in ["serves", "links"] {
        let named = opened.get(key).map(|n| reader.texts(n)).unwrap_or_default();
        for name in named {
            reader.known(&name, standards.iter(), said!("standard"), "standards:", &codes::UNKNOWN_STANDARD);
        }
    }
}

fn standard(
    reader: &mut Reader,
    key: &Authored<String>,
    opened: &Opened,
    header: &Header,
    sources: &mut SourceSet,
    measures: &MeasureSet,
) -> Option<Standard> {
    let position = opened.get("measure").and_then(|n| reader.text(n)).and_then(|name| {
        reader.known(&name, measures.names.iter(), said!("measure"), "measures:", &codes::UNKNOWN_MEASURE);
        measures.names.position(&name.value)
    });
    let measure = position.and_then(|m| measures.measures.get(m)).and_then(Option::as_ref);
    let mut lines = ["floor", "target", "stretch", "baseline"].map(|key| {
        let node = opened.get(key)?;
        let fields = measure.and_then(|m| m.source).and_then(|s| sources.fields.get_mut(s));
        line::read(reader, node, key, fields, measure)
    });
    if let Some(measure) = measure {
        let [floor, target, stretch, _] = &lines;
        let three = [("floor", floor.as_ref()), ("target", target.as_ref()), ("stretch", stretch.as_ref())];
        line::in_order(reader, three, measure.lower_is_better);
        same_as_elsewhere(reader, opened, header, measure);
    }
    let [floor, target, stretch, baseline] = lines.each_mut().map(Option::take);
    let promise = opened.get("promise").and_then(|n| reader.text(n));
    if let Some(node) = opened.get("delegated") {
        reader.yes_no(node);
    }
    if let Some(probe) = measure.and_then(|m| m.probe.as_ref()) {
        reader.report(
            Diagnostic::error(&codes::UNKNOWN_MEASURE, said!("standard `{name}` rests on a probe", name = key))
                .at(opened.key_origin("measure").span, said!("a probe raises questions, and nobody is judged by one"))
                .help(match probe.of.as_str() {
                    "" => said!("name a measure of your own"),
                    of => said!("name `{measure}`, which it watches", measure = of),
                }),
        );
    }
    tags::read(reader, opened.get("tags"), measure.map(|m| m.kind));
    let mut scope = POINTS;
    let points = opened.get("points").and_then(|n| reader.compile(n, Expected::Number, &mut scope));
    if let (Some(program), Some(measure)) = (&points, measure) {
        let lines = [&floor, &target, &stretch, &baseline].map(Option::as_ref);
        points::try_out(reader, (key, opened.key_origin("points").span), program, lines, measure.lower_is_better);
    }
    Some(Standard {
        id: key.clone(),
        origin: key.origin.clone(),
        promise: promise.unwrap_or_else(|| Authored::new(key.value.replace('_', " "), key.origin.clone())),
        binding: reader.word(opened, "binding", STANDARD.words("binding")),
        quality: reader.word(opened, "quality", QUALITIES),
        phase: reader.word(opened, "phase", PHASES),
        perspective: reader.word(opened, "perspective", PERSPECTIVES),
        applies_to: applies_to(reader, opened.get("for"), &header.levels, false),
        weight: opened.get("weight").and_then(|n| reader.number_in(n, 0.0, 1e9)).map_or(1.0, |w| w.value),
        points,
        develop: diagnosed(reader, opened, measure),
        owner: opened.get("owner").and_then(|n| reader.text(n)),
        more: opened.more(MORE),
        measure: position?,
        floor,
        target,
        stretch,
        baseline,
    })
}

/// Direction and period are inherited: they may be repeated, not contradicted.
fn same_as_elsewhere(reader: &mut Reader, opened: &Opened, header: &Header, measure: &Measure) {
    let direction = reader.word(opened, "direction", STANDARD.words("direction"));
    let name = &measure.id;
    let (inherited, message, help) = if measure.lower_is_better {
        (
            "lower",
            said!("the measure `{name}` says that lower is better", name),
            said!("remove `direction`, or `lower_is_better` at the measure"),
        )
    } else {
        (
            "higher",
            said!("the measure `{name}` says that higher is better", name),
            said!("remove `direction`, or write `lower_is_better: yes` at the measure"),
        )
    };
    if let Some(direction) = direction.filter(|d| d.value != inherited) {
        reader.report(
            Diagnostic::error(&codes::DIRECTION, message)
                .at(direction.span(), said!("this says the reverse"))
                .at(measure.id.span(), said!("the measure"))
                .help(help),
        );
    }
    let period = reader.word(opened, "period", EVERY);
    let differs = |p: &Authored<String>| every(&p.value) != Some(header.periods.every.value);
    if let Some(period) = period.filter(differs) {
        reader.report(
            Diagnostic::error(
                &codes::DIRECTION,
                said!("`periods` says otherwise than `period: {period}`", period = period.value),
            )
            .at(period.span(), Said::default())
            .at(header.periods.every.span(), said!("periods of the whole workspace"))
            .help(said!("remove `period` here: every standard is judged by the workspace's periods")),
        );
    }
}

/// `develop:`, with the resource to look at first where the standard or its measure names one in its place.
fn diagnosed(reader: &mut Reader, opened: &Opened, measure: Option<&Measure>) -> Option<Develop> {
    let offered = opened.get("develop").map(|n| develop(reader, n));
    let own = reader.word(opened, "resource", RESOURCES).map(|w| w.value);
    let of_measure =
        || measure.and_then(|m| m.more.get("resource")).and_then(|r| r.as_str()).map(|r| r.trim().to_owned());
    let resource = offered.as_ref().and_then(|d| d.resource.clone()).or(own).or_else(of_measure);
    if offered.is_none() && resource.is_none() {
        return None;
    }
    Some(Develop { resource, ..offered.unwrap_or_default() })
}

pub fn develop(reader: &mut Reader, node: &Node) -> Develop {
    let opened = reader.open(node, &DEVELOP);
    let text = |reader: &mut Reader, key: &str| opened.get(key).and_then(|n| reader.text(n)).map(|t| t.value);
    let within_days = opened.get("within").and_then(|n| reader.days(n)).map(|d| d.value);
    let within = opened.get("within").and_then(Node::text).map(|t| t.value.trim().to_string());
    Develop {
        skill: text(reader, "skill"),
        action: text(reader, "action"),
        within: within
            .map(|w| if parse_days(&w).is_some() && w.parse::<u32>().is_ok() { format!("{w} days") } else { w }),
        within_days,
        resource: reader.word(&opened, "resource", RESOURCES).map(|w| w.value),
    }
}
