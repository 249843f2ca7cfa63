//! Reports: templates to fill, and for whom.

use super::header::applies_to;
use crate::diagnostic::Authored;
use crate::workspace::keys::REPORT;
use crate::workspace::plan::{For, ReportSpec};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::tree::Kind;

/// `report.html` alone where nothing is named.
pub fn read(reader: &mut Reader, top: &Opened, levels: &[Authored<String>]) -> Vec<ReportSpec> {
    let Some(node) = top.get("reports") else {
        let template = Authored::default_of("report.html".to_string());
        return vec![ReportSpec { origin: template.origin.clone(), template, applies_to: For::new() }];
    };
    let mut reports = Vec::new();
    if let Kind::Scalar(_) = node.kind {
        // One name, or several whose brackets were forgotten.
        let templates = reader.texts(node).into_iter();
        return templates
            .map(|t| ReportSpec { origin: t.origin.clone(), template: t, applies_to: For::new() })
            .collect();
    }
    for item in reader.items(node) {
        let (template, applies_to) = if let Kind::Map(_) = item.kind {
            let opened = reader.open(item, &REPORT);
            let template = opened.get("template").and_then(|n| reader.text(n));
            (template, applies_to(reader, opened.get("for"), levels, true))
        } else {
            (reader.text(item), For::new())
        };
        if let Some(template) = template {
            reports.push(ReportSpec { template, applies_to, origin: item.origin.clone() });
        }
    }
    reports
}
