//! What reading a source, or some of its files, gave beside its rows; and the intake of a run from the receipts of all.

use super::account::LISTED;
use super::batch::{InputFile, Intake, Quarantined, SourceIntake};
use super::codes;
use super::files::{expand, split_sheet};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;
use crate::workspace::{Plan, Source};

/// Receipts of different files of one source add up to that of all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Receipt {
    pub intake: SourceIntake,
    /// Sorted, the first of them.
    pub quarantine: Vec<Quarantined>,
    /// More was quarantined than is listed.
    pub cut: bool,
    /// Sorted by name.
    pub files: Vec<InputFile>,
}

impl Receipt {
    /// Adds the receipt of other files of the same source.
    pub fn add(&mut self, other: Receipt) {
        self.intake.rows_in += other.intake.rows_in;
        self.intake.used += other.intake.used;
        self.intake.quarantined += other.intake.quarantined;
        for out in other.intake.left_out {
            match self.intake.left_out.binary_search_by(|held| held.reason.cmp(&out.reason)) {
                Ok(at) => self.intake.left_out[at].rows += out.rows,
                Err(at) => self.intake.left_out.insert(at, out),
            }
        }
        self.quarantine.extend(other.quarantine);
        self.quarantine.sort();
        self.cut |= other.cut || self.quarantine.len() > LISTED;
        self.quarantine.truncate(LISTED);
        self.files.extend(other.files);
        self.files.sort();
    }
}

/// The intake of a run; `receipts` by position in `Plan::sources`, in the order of reading.
pub fn intake(plan: &Plan, receipts: Vec<(usize, Receipt)>) -> Intake {
    let mut intake = Intake { sources: vec![None; plan.sources.len()], ..Intake::default() };
    for (position, receipt) in receipts {
        let Some(source) = plan.sources.get(position) else { continue };
        intake.findings.extend(findings(source, &receipt));
        intake.findings.extend(copies(plan, source, &receipt.files));
        intake.files.extend(receipt.files);
        intake.quarantine.extend(receipt.quarantine);
        if let Some(slot) = intake.sources.get_mut(position) {
            *slot = Some(receipt.intake);
        }
    }
    intake.quarantine.sort();
    intake.files.sort();
    intake.files.dedup();
    intake
}

fn findings(source: &Source, receipt: &Receipt) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let counted = &receipt.intake;
    if counted.quarantined > 0 {
        findings.push(set_aside(source, receipt));
    }
    if receipt.cut {
        findings.push(
            Diagnostic::note(
                &codes::MANY_QUARANTINED,
                said!("only the first quarantined cells of `{source}` are listed", source = source.id.value),
            )
            .at(source.id.span(), said!("all are counted")),
        );
    }
    findings
}

/// Rows that can't be read, with the first of them: a warning where they are the most.
fn set_aside(source: &Source, receipt: &Receipt) -> Diagnostic {
    let Receipt { intake, quarantine, .. } = receipt;
    let (rows, name) = (intake.quarantined, &source.id.value);
    let place = |finding: Diagnostic| match quarantine.first() {
        Some(first) => finding.in_data(first.file.clone(), first.line, 0, cause(first, rows)),
        None => finding,
    };
    if rows * 2 <= intake.rows_in {
        let message = match rows {
            1 => said!(
                "1 of {all} rows of `{source}` can't be read and doesn't count",
                all = intake.rows_in,
                source = name
            ),
            _ => said!(
                "{rows} of {all} rows of `{source}` can't be read and don't count",
                rows,
                all = intake.rows_in,
                source = name
            ),
        };
        return place(Diagnostic::note(&codes::MANY_QUARANTINED, message))
            .at(source.id.span(), said!("its source"))
            .help(said!("a run lists all of them in `quarantine.csv`, each with its line and the reason"));
    }
    let message = match (rows, intake.rows_in) {
        (1, 1) => said!("the one row of `{source}` can't be read", source = name),
        (_, all) if rows == all => said!("all {rows} rows of `{source}` can't be read", rows, source = name),
        (_, all) => said!("{rows} of {all} rows of `{source}` can't be read", rows, all, source = name),
    };
    place(Diagnostic::warning(&codes::MANY_QUARANTINED, message).at(source.id.span(), said!("this source")))
        .help(said!("often one setting is missing: `format: { dates: [...] }`, `decimal:`, or `missing: [...]`"))
}

/// What is wrong with the first of so many rows.
fn cause(first: &Quarantined, rows: u64) -> Said {
    let reason = match first.column.as_str() {
        "" => first.reason.clone(),
        column => said!("`{column}`: {reason}", column, reason = first.reason),
    };
    if rows == 1 { reason } else { said!("the first: {reason}", reason) }
}

/// Two files with the same bytes count their rows twice, unless an id tells.
fn copies(plan: &Plan, source: &Source, files: &[InputFile]) -> Vec<Diagnostic> {
    if source.key.is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let sheet = |file: &InputFile| split_sheet(&file.name).1.map(str::to_owned);
    for (i, file) in files.iter().enumerate() {
        let same = |f: &&InputFile| f.digest == file.digest && sheet(f) == sheet(file);
        let Some(first) = files.iter().take(i).find(same) else { continue };
        let (inputs, _) = expand(&plan.root, &source.base, &source.files);
        let span = inputs.iter().find(|input| input.name == file.name).map_or(source.id.span(), |input| input.span);
        found.push(
            Diagnostic::warning(
                &codes::SAME_CONTENT,
                said!("`{file}` has the same content as `{other}`", file = file.name, other = first.name),
            )
            .at(span, said!("both are read, so each row counts twice"))
            .help(said!("remove the copy, or give the source an `id`, so that the same row is kept once")),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::LeftOut;

    fn receipt(rows: u64, reason: &str, line: u64, file: &str) -> Receipt {
        let quarantined =
            Quarantined { file: file.into(), line, column: "rating".into(), reason: said!("`x` is not a number") };
        Receipt {
            intake: SourceIntake {
                rows_in: rows,
                used: rows - 3,
                left_out: vec![LeftOut { reason: reason.into(), rows: 2 }],
                quarantined: 1,
            },
            quarantine: vec![quarantined],
            cut: false,
            files: vec![InputFile { name: file.into(), digest: String::new(), bytes: 1, rows }],
        }
    }

    #[test]
    fn receipts_add_up_whatever_their_order() {
        let parts = [
            receipt(10, "row filter", 4, "b.csv"),
            receipt(20, "a foot", 2, "a.csv"),
            receipt(5, "row filter", 9, "c.csv"),
        ];
        let sum = |order: [usize; 3]| {
            let mut sum = Receipt::default();
            order.into_iter().for_each(|i| sum.add(parts[i].clone()));
            sum
        };
        let all = sum([0, 1, 2]);
        assert_eq!((all.intake.rows_in, all.intake.used, all.intake.quarantined), (35, 26, 3));
        let reasons: Vec<_> = all.intake.left_out.iter().map(|l| (l.reason.as_str(), l.rows)).collect();
        assert_eq!(reasons, [("a foot", 2), ("row filter", 4)]);
        assert_eq!(all.files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["a.csv", "b.csv", "c.csv"]);
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert_eq!(sum(order), all);
        }
    }
}
