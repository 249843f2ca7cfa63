//! What stands at the top: version, language, zone, periods, as_of, levels; and `for:`, which names levels.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::diagnostic::{Authored, Diagnostic, Said, did_you_mean};
use crate::said;
use crate::words::Words;
use crate::workspace::codes;
use crate::workspace::keys::{EVERY, OUTCOMES, PERIODS};
use crate::workspace::names::{is_identifier, suggestion};
use crate::workspace::plan::{Every, For, PeriodRule};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::scalars::{every, parse_date, parse_period_start};
use crate::workspace::tree::{Entry, Kind, Node};
use crate::workspace::zones;

/// Roles by customer contact.
const CONTACTS: [&str; 4] = ["contactor", "modifier", "influencer", "isolated"];

pub struct Header {
    pub language: Authored<String>,
    pub zone_name: Authored<String>,
    pub zone: TimeZone,
    pub periods: PeriodRule,
    pub as_of: Option<Authored<Date>>,
    pub levels: Vec<Authored<String>>,
}

pub fn read(reader: &mut Reader, top: &Opened) -> Header {
    version(reader, top);
    let language = top.get("language").and_then(|n| reader.text(n));
    let (zone_name, zone) = zone(reader, top);
    Header {
        language: language.unwrap_or_else(|| Authored::default_of("en".into())),
        zone_name,
        zone,
        periods: periods(reader, top),
        as_of: as_of(reader, top),
        levels: levels(reader, top),
    }
}

/// The words of the language; English ones where they are wrong, which is then an error of the workspace.
pub fn words(reader: &mut Reader, language: &Authored<String>, lines: &[Entry]) -> Arc<Words> {
    let own: Vec<_> = lines.iter().filter_map(|line| Some((line.key.clone(), reader.text(&line.value)?))).collect();
    Words::load(language, &own).unwrap_or_else(|problems| {
        problems.into_iter().for_each(|problem| reader.report(problem));
        Words::english()
    })
}

fn version(reader: &mut Reader, top: &Opened) {
    let Some(node) = top.get("evenhand") else {
        let place = top.node.origin.span;
        reader.report(
            Diagnostic::warning(&codes::FORMAT_VERSION, said!("the workspace doesn't say its format version"))
                .at(crate::diagnostic::Span { end: place.start, ..place }, said!("read as version 1"))
                .help(said!("write `evenhand: 1` on the first line")),
        );
        return;
    };
    if let Some(version) = reader.count(node)
        && version.value != 1
    {
        reader.report(
            Diagnostic::error(
                &codes::FORMAT_VERSION,
                said!("format version {version} is not known here", version = version.value),
            )
            .at(node.origin.span, said!("this program reads version 1"))
            .help(said!("write `evenhand: 1`, or use a newer program")),
        );
    }
}

fn zone(reader: &mut Reader, top: &Opened) -> (Authored<String>, TimeZone) {
    let Some(name) = top.get("zone").and_then(|n| reader.text(n)) else {
        return (Authored::default_of("UTC".into()), TimeZone::UTC);
    };
    if let Some(zone) = zones::zone(&name.value) {
        return (name, zone);
    }
    let (why, help) = zones::way_out(&name.value);
    reader.report(
        Diagnostic::error(&codes::UNKNOWN_ZONE, said!("unknown time zone `{name}`", name = name.value))
            .at(name.span(), why)
            .help(help),
    );
    (name, TimeZone::UTC)
}

fn periods(reader: &mut Reader, top: &Opened) -> PeriodRule {
    let default = || PeriodRule { every: Authored::default_of(Every::Month), from: None, starts: (1, 1) };
    let Some(node) = top.get("periods") else { return default() };
    if let Kind::Scalar(_) = node.kind {
        let word = reader.one_of(node, EVERY, "periods");
        let every = word.and_then(|w| every(&w.value).map(|e| Authored::new(e, w.origin)));
        return PeriodRule { every: every.unwrap_or_else(|| Authored::default_of(Every::Month)), ..default() };
    }
    let opened = reader.open(node, &PERIODS);
    let word = reader.word(&opened, "every", EVERY);
    let every = word.and_then(|w| every(&w.value).map(|e| Authored::new(e, w.origin)));
    let from = opened.get("from").and_then(|n| reader.dated(n, parse_period_start));
    let starts = opened.get("starts").and_then(|n| starts(reader, n)).unwrap_or((1, 1));
    if opened.has("starts") && every.as_ref().is_none_or(|e| e.value != Every::Year) {
        let unit = opened.get("every").and_then(Node::text).map_or_else(|| "month".into(), |t| t.value.to_string());
        reader.report(
            Diagnostic::error(&codes::WRONG_SHAPE, said!("`starts` goes with `every: year` alone"))
                .at(opened.key_origin("starts").span, said!("`every: {unit}` follows the calendar", unit))
                .help(said!("remove `starts`, or write `every: year`")),
        );
    }
    PeriodRule { every: every.unwrap_or_else(|| Authored::default_of(Every::Month)), from, starts }
}

/// `04-01`: a month and a day that every year has.
fn starts(reader: &mut Reader, node: &Node) -> Option<(i8, i8)> {
    let text = reader.text(node)?;
    let parsed = text.value.trim().split_once('-').and_then(|(month, day)| {
        let (month, day) = (month.parse::<i8>().ok()?, day.parse::<i8>().ok()?);
        // 2026 has no leap day, so that the year begins on a day of every year.
        Date::new(2026, month, day).ok().map(|_| (month, day))
    });
    if parsed.is_none() {
        let needed = said!("a month and a day that every year has");
        reader.wrong(node, needed, said!("write month-day, such as `04-01` for 1 April"));
    }
    parsed
}

fn as_of(reader: &mut Reader, top: &Opened) -> Option<Authored<Date>> {
    let node = top.get("as_of")?;
    if let Kind::Scalar(s) = &node.kind
        && s.text.trim() == "today"
    {
        reader.wrong(
            node,
            said!("a date"),
            said!("write a date, so that the same workspace gives the same result tomorrow; `--as-of today` is for the command line"),
        );
        return None;
    }
    reader.dated(node, parse_date)
}

fn levels(reader: &mut Reader, top: &Opened) -> Vec<Authored<String>> {
    let Some(node) = top.get("levels") else {
        return ["person", "department", "unit", "organisation"]
            .map(|l| Authored::default_of(l.to_string()))
            .into_iter()
            .collect();
    };
    let mut levels: Vec<Authored<String>> = Vec::new();
    for level in reader.texts(node) {
        if let Some(first) = levels.iter().find(|l| l.value == level.value) {
            reader.report(
                Diagnostic::error(&codes::DUPLICATE_ID, said!("level `{level}` is listed twice", level = level.value))
                    .at(level.span(), said!("here again"))
                    .at(first.span(), said!("first here"))
                    .help(said!("remove one of them")),
            );
        } else if !is_identifier(&level.value) {
            reader.report(
                Diagnostic::error(&codes::BAD_NAME, said!("a level can't be called `{level}`", level = level.value))
                    .at(level.span(), said!("use letters, digits and `_`"))
                    .help(said!("write a name such as `person`")),
            );
        } else {
            levels.push(level);
        }
    }
    if levels.is_empty() {
        let help = said!("write `levels: [person, department, unit, organisation]`");
        reader.wrong(node, said!("at least one level"), help);
    }
    for ours in ["person", "organisation"] {
        by_our_name(reader, &mut levels, ours);
    }
    levels
}

/// People are judged, written to and looked up in the people file at the level `person`; the whole is `organisation`.
/// Another word for one of them would be a level that nobody belongs to.
fn by_our_name(reader: &mut Reader, levels: &mut [Authored<String>], ours: &str) {
    if levels.iter().any(|l| l.value == ours) {
        return;
    }
    let Some(level) = levels.iter_mut().find(|l| did_you_mean(&l.value, [ours]).is_some()) else { return };
    reader.report(
        Diagnostic::error(
            &codes::UNKNOWN_LEVEL,
            said!("the level `{written}` is called `{name}`", written = level.value, name = ours),
        )
        .at(level.span(), said!("the program knows it by one name only"))
        .help(said!("write `{name}`", name = ours)),
    );
    // What follows refers to the level as the author should have written it.
    level.value = ours.to_string();
}

/// Reports a level that isn't listed.
pub fn known_level(reader: &mut Reader, level: &Authored<String>, levels: &[Authored<String>]) -> bool {
    let known = levels.iter().map(|l| l.value.as_str());
    reader.known(level, known, said!("level"), "levels:", &codes::UNKNOWN_LEVEL)
}

/// `for: { level: [person], contact: contactor }`. `outcome` is allowed for reports.
pub fn applies_to(reader: &mut Reader, node: Option<&Node>, levels: &[Authored<String>], reports: bool) -> For {
    let mut all = For::new();
    let Some(node) = node else { return all };
    if matches!(node.kind, Kind::Scalar(_) | Kind::List(_)) {
        without_attribute(reader, node, levels);
        return all;
    }
    for (key, value) in reader.named(node, said!("whom it is for")) {
        let mut values = reader.texts(value);
        // Before unknown values are taken out: each of those has its own message.
        let nothing = values.is_empty() && matches!(&value.kind, Kind::Empty | Kind::List(_));
        match key.value.as_str() {
            "level" => values.retain(|level| known_level(reader, level, levels)),
            "outcome" if reports => values.retain(|v| {
                let good = OUTCOMES.contains(&v.value.as_str());
                if !good {
                    reader.report(
                        Diagnostic::error(&codes::NOT_A_CHOICE, said!("`{written}` is not an outcome", written = v))
                            .at(v.span(), Said::default())
                            .help(suggestion(&v.value, OUTCOMES.iter().copied(), "outcome")),
                    );
                }
                good
            }),
            "outcome" => reader.report(
                Diagnostic::error(&codes::UNKNOWN_KEY, said!("`outcome` is not known before the rules have run"))
                    .at(key.span(), said!("only `for:` of a report may name outcomes"))
                    .help(said!("remove it here")),
            ),
            "contact" => values.retain_mut(|v| is_contact(reader, v)),
            _ => {}
        }
        if nothing {
            let help = said!("write a list, such as `{key}: [ … ]`", key);
            reader.wrong(value, said!("at least one value"), help);
        }
        all.insert(key.value.clone(), values);
    }
    all
}

/// The four roles by customer contact; another word binds nobody.
fn is_contact(reader: &mut Reader, value: &mut Authored<String>) -> bool {
    contactor(reader, value);
    let known = CONTACTS.contains(&value.value.as_str());
    if !known {
        let message = said!("`{written}` is not a word that `contact` takes", written = value.value);
        let help = match did_you_mean(value, CONTACTS) {
            Some(near) => said!("did you mean `{near}`?", near),
            None => said!("it takes {words}", words = Said::list(CONTACTS)),
        };
        let found = Diagnostic::error(&codes::NOT_A_CHOICE, message);
        reader.report(found.at(value.span(), Said::default()).help(help));
    }
    known
}

/// `for: person`: what the word is about is missing.
fn without_attribute(reader: &mut Reader, node: &Node, levels: &[Authored<String>]) {
    let words: Vec<String> =
        reader.items(node).into_iter().filter_map(Node::text).map(|t| t.value.trim().to_string()).collect();
    let attribute = match words.first().map(String::as_str) {
        Some(word) if levels.iter().any(|l| l.value == word) => "level",
        Some(word) if CONTACTS.contains(&word) => "contact",
        Some(word) if OUTCOMES.contains(&word) => "outcome",
        _ => "role",
    };
    let help = said!("write `for: { {attribute}: [{words}] }`", attribute, words = words.join(", "));
    let found = Diagnostic::error(&codes::WRONG_SHAPE, said!("`for` doesn't say what the word is about"));
    reader
        .report(found.at(node.origin.span, said!("a level, a role, or another column of the people file?")).help(help));
}

/// `contractor` is a common slip for contactor (C58).
fn contactor(reader: &mut Reader, value: &mut Authored<String>) {
    if value.value == "contractor" {
        reader.report(
            Diagnostic::note(&codes::OLD_WORD, said!("`contractor` is read as `contactor`"))
                .at(value.span(), said!("the role of someone who meets customers often"))
                .help(said!("write `contactor`")),
        );
        value.value = "contactor".into();
    }
}
