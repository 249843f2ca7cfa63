//! The charter, and what an overlay says about itself.

use crate::diagnostic::{Authored, Diagnostic, Origin, Said};
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::{CHARTER, OVERLAY, PERSPECTIVES, ROOT};
use crate::workspace::plan::{Charter, Overlay, STALE_AFTER};
use crate::workspace::reader::{Opened, Reader, as_json};

const MORE: &[&str] = &["values", "waivers", "activities", "channels", "balance", "max_criteria", "importance", "note"];

/// A workspace without a charter is read too: `check` says what it lacks.
pub fn read(reader: &mut Reader, top: &Opened) -> Charter {
    let mut charter = match top.get("charter") {
        Some(node) => {
            let opened = reader.open(node, &CHARTER);
            keys(reader, &opened)
        }
        None => Charter {
            overlay: None,
            origin: Origin::nowhere(),
            id: "charter".into(),
            name: Authored::default_of("Customer Service Charter".into()),
            version: Authored::default_of("1".into()),
            effective: None,
            review_by: None,
            owner: None,
            customer: None,
            book: Default::default(),
            stale_after: STALE_AFTER,
            more: Default::default(),
        },
    };
    if let Some(node) = top.get("overlay") {
        let opened = reader.open(node, &OVERLAY);
        let (from, to) =
            (opened.get("from").and_then(|n| reader.date(n)), opened.get("to").and_then(|n| reader.date(n)));
        in_order(reader, from.as_ref(), to.as_ref(), said!("the overlay ends before it begins"));
        for (key, doc) in
            [("owner", said!("who answers for the change")), ("because", said!("why the base is changed"))]
        {
            if let Some(said) = opened.get(key).and_then(|n| n.text()).filter(|t| t.value.trim().is_empty()) {
                reader.missing(said.origin, said!("the overlay"), key, doc);
            }
        }
        charter.more.insert("overlay".into(), as_json(node));
        charter.overlay = Some(Overlay { origin: node.origin.clone(), from, to });
    }
    let words = ROOT.words("single_customer");
    if let Some(word) = reader.word(top, "single_customer", words) {
        charter.more.insert("single_customer".into(), word.value.into());
    }
    charter
}

fn keys(reader: &mut Reader, opened: &Opened) -> Charter {
    let text = |reader: &mut Reader, key: &str| opened.get(key).and_then(|n| reader.text(n));
    let name = text(reader, "name").unwrap_or_else(|| Authored::default_of("Customer Service Charter".into()));
    let id = text(reader, "id").map_or_else(|| slug(&name.value), |id| id.value);
    let effective = opened.get("effective").and_then(|n| reader.date(n));
    let review_by = opened.get("review_by").and_then(|n| reader.date(n));
    let message = said!("the charter is to be reviewed before it takes effect");
    in_order(reader, effective.as_ref(), review_by.as_ref(), message);
    if let Some(node) = opened.get("balance") {
        for (key, value) in reader.named(node, said!("a perspective")) {
            reader.known(key, PERSPECTIVES.iter().copied(), said!("perspective"), "balance:", &codes::NOT_A_CHOICE);
            reader.percentage(value);
        }
    }
    if let Some(node) = opened.get("max_criteria") {
        reader.count_in(node, 1, 1_000);
    }
    let stale_after = opened.get("stale_after").and_then(|node| reader.count_in(node, 1, 1_000));
    Charter {
        overlay: None,
        origin: opened.node.origin.clone(),
        id,
        version: text(reader, "version").unwrap_or_else(|| Authored::default_of("1".into())),
        name,
        effective,
        review_by,
        owner: text(reader, "owner"),
        customer: text(reader, "customer"),
        // Read when sources and standards are known: see `roles`.
        book: Default::default(),
        stale_after: stale_after.and_then(|periods| u32::try_from(periods.value).ok()).unwrap_or(STALE_AFTER),
        more: opened.more(MORE),
    }
}

fn in_order(
    reader: &mut Reader,
    first: Option<&Authored<jiff::civil::Date>>,
    last: Option<&Authored<jiff::civil::Date>>,
    message: Said,
) {
    if let (Some(first), Some(last)) = (first, last)
        && last.value < first.value
    {
        reader.report(
            Diagnostic::error(&codes::OUT_OF_RANGE, message)
                .at(last.span(), said!("this day comes first"))
                .at(first.span(), said!("this day comes later"))
                .help(said!("exchange the dates, or mend the year")),
        );
    }
}

/// `Akwaaba Bank Customer Service Charter` → `akwaaba-bank-customer-service-charter`
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let slug = words.collect::<Vec<_>>().join("-");
    if slug.is_empty() { "charter".into() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_from_names() {
        assert_eq!(slug("Akwaaba Bank: Service Charter"), "akwaaba-bank-service-charter");
        assert_eq!(slug("—"), "charter");
        assert_eq!(slug("Charte de qualité"), "charte-de-qualité");
    }
}
