//! `recommendations.xlsx`: a sheet per level with filters and a frozen header, and one with the evidence counts.
//! The only user of the spreadsheet writer.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::judge::Recommendations;
use crate::report::rounded;
use crate::workspace::{Form, Plan};

/// Rows that a sheet shows; a spreadsheet program holds little over a million, and few people read more than this.
const ROWS: usize = 50_000;
/// Above this many cells of single standards, a sheet keeps to the columns of `recommendations.csv`.
const DETAIL_CELLS: usize = 1_500_000;

/// One row of a level's sheet.
pub struct SheetRow {
    pub subject: usize,
    pub period: usize,
    pub outcome: &'static str,
    pub rule: String,
    pub score: f64,
    pub summary: String,
}

struct Formats {
    header: Format,
    plain: Format,
    wrapped: Format,
    percent: Format,
    points: Format,
    number: Format,
    count: Format,
}

impl Formats {
    fn new() -> Self {
        let top = Format::new().set_align(FormatAlign::Top);
        Self {
            header: Format::new()
                .set_bold()
                .set_background_color(Color::RGB(0x1F_3A_4D))
                .set_font_color(Color::White)
                .set_border_bottom(FormatBorder::Thin)
                .set_align(FormatAlign::VerticalCenter)
                .set_text_wrap(),
            plain: top.clone(),
            wrapped: top.clone().set_text_wrap(),
            percent: top.clone().set_num_format("0.0%"),
            points: top.clone().set_num_format("0.0"),
            number: top.clone().set_num_format("#,##0.0##"),
            count: top.set_num_format("#,##0"),
        }
    }
}

/// The workbook's bytes; the same for the same input. `rows` by level. The creation date is that of the figures.
pub fn workbook(plan: &Plan, recommendations: &Recommendations, rows: &[Vec<SheetRow>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&properties(plan, recommendations.scorecards.readings.as_of)?);
    let formats = Formats::new();
    let mut names = SheetNames::default();
    for (level, rows) in rows.iter().enumerate() {
        let name = plan.levels.get(level).map_or("level", |l| l.value.as_str());
        let sheet = book.add_worksheet();
        sheet.set_name(names.of(plan.words.raw(&format!("sheet.{name}")).unwrap_or(name)))?;
        level_sheet(sheet, plan, recommendations, level, rows, &formats)?;
    }
    let sheet = book.add_worksheet();
    sheet.set_name(names.of(&plan.words.say("sheet.evidence", &[])))?;
    evidence_sheet(sheet, plan, recommendations, &formats)?;
    book.save_to_buffer()
}

fn properties(plan: &Plan, as_of: Date) -> Result<DocProperties, XlsxError> {
    let created = ExcelDateTime::from_ymd(as_of.year().max(1900) as u16, as_of.month() as u8, as_of.day() as u8)?;
    Ok(DocProperties::new()
        .set_title(format!("{} {}", plan.charter.name.value, plan.charter.version.value))
        .set_author("evenhand")
        .set_comment(plan.words.say("sheet.comment", &[]))
        .set_creation_datetime(&created))
}

/// Keys of the titles, and widths: the columns of `recommendations.csv`, and the name.
const COLUMNS: [(&str, f64); 8] = [
    ("sheet.column.level", 12.0),
    ("sheet.column.subject", 16.0),
    ("sheet.column.period", 11.0),
    ("sheet.column.outcome", 15.0),
    ("sheet.column.rule", 22.0),
    ("sheet.column.score", 8.0),
    ("sheet.column.summary", 70.0),
    ("sheet.column.name", 24.0),
];

fn level_sheet(
    sheet: &mut Worksheet,
    plan: &Plan,
    recommendations: &Recommendations,
    level: usize,
    rows: &[SheetRow],
    formats: &Formats,
) -> Result<(), XlsxError> {
    let readings = &recommendations.scorecards.readings;
    let Some(of_level) = readings.levels.get(level) else { return Ok(()) };
    let shown = rows.len().min(ROWS);
    let standards = if shown * plan.standards.len() > DETAIL_CELLS { &[][..] } else { &plan.standards[..] };
    let words = &plan.words;
    let titles = COLUMNS.iter().map(|(key, width)| (words.say(key, &[]), *width));
    let titles = titles.chain(standards.iter().flat_map(|s| {
        let n = words.say("sheet.column.n", &[("standard", &s.id.value)]);
        [(s.id.value.clone(), 14.0), (n, 9.0)]
    }));
    let last = header(sheet, titles, formats)?;
    let named = format!("sheet.level.{}", of_level.level);
    let level_name = words.raw(&named).unwrap_or(&of_level.level);
    for (line, row) in rows.iter().take(shown).enumerate() {
        let at = line as u32 + 1;
        let Some(subject) = of_level.subjects.get(row.subject) else { continue };
        let period = readings.periods.get(row.period).map_or("", |p| p.name.as_str());
        let outcome = words.say(&format!("sheet.outcome.{}", row.outcome), &[]);
        for (column, text) in [level_name, &*subject.id, period, &outcome, &row.rule].into_iter().enumerate() {
            string(sheet, at, column as u16, text, &formats.plain)?;
        }
        number(sheet, at, 5, row.score, &formats.points)?;
        string(sheet, at, 6, &row.summary, &formats.wrapped)?;
        string(sheet, at, 7, &subject.name, &formats.plain)?;
        let cell = readings.cell(row.subject, row.period);
        for (i, standard) in standards.iter().enumerate() {
            let Some(measured) = of_level.measures.get(standard.measure) else { continue };
            let column = 8 + 2 * i as u16;
            let share = plan.measures.get(standard.measure).is_some_and(|m| is_share(&m.form));
            let format = if share { &formats.percent } else { &formats.number };
            number(sheet, at, column, measured.figures.value.get(cell).copied().unwrap_or(f64::NAN), format)?;
            number(
                sheet,
                at,
                column + 1,
                measured.figures.n.get(cell).map_or(f64::NAN, |n| *n as f64),
                &formats.count,
            )?;
        }
    }
    if rows.len() > shown {
        let left = rows.len() - shown;
        let more = words.count("sheet.more", left as u64, &[]).unwrap_or_default();
        string(sheet, shown as u32 + 1, 0, &more, &formats.plain)?;
    }
    finish(sheet, shown as u32, last)
}

/// Whether values of a form are shares, shown as percentages.
pub fn is_share(form: &Form) -> bool {
    matches!(form, Form::Share(_) | Form::CountedShare { .. } | Form::Cadence { .. })
}

fn evidence_sheet(
    sheet: &mut Worksheet,
    plan: &Plan,
    recommendations: &Recommendations,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let titles = [
        ("sheet.column.measure", 26.0),
        ("sheet.column.used", 12.0),
        ("sheet.column.measured", 12.0),
        ("sheet.column.out_of_scope", 13.0),
        ("sheet.column.excluded", 12.0),
        ("sheet.column.not_applicable", 14.0),
        ("sheet.column.not_due", 12.0),
        ("sheet.column.missing", 12.0),
        ("sheet.column.method", 24.0),
    ];
    let titles = titles.into_iter().map(|(key, width)| (plan.words.say(key, &[]), width));
    let last = header(sheet, titles, formats)?;
    let readings = &recommendations.scorecards.readings;
    let mut line = 0;
    for (measure, rows) in plan.measures.iter().zip(&readings.rows) {
        line += 1;
        string(sheet, line, 0, &measure.id.value, &formats.plain)?;
        let excluded = rows.excluded.iter().map(|(_, n)| n).sum();
        let counts =
            [rows.used, rows.measured, rows.out_of_scope, excluded, rows.not_applicable, rows.not_due, rows.missing];
        for (column, count) in counts.into_iter().enumerate() {
            number(sheet, line, column as u16 + 1, count as f64, &formats.count)?;
        }
        let method = readings.levels.first().and_then(|l| l.measures.get(line as usize - 1)).map_or("", |m| m.method);
        string(sheet, line, 8, method, &formats.plain)?;
    }
    finish(sheet, line, last)
}

/// Writes the titles and widths; gives the last column.
fn header(
    sheet: &mut Worksheet,
    titles: impl Iterator<Item = (String, f64)>,
    formats: &Formats,
) -> Result<u16, XlsxError> {
    let mut last = 0;
    for (column, (title, width)) in titles.enumerate() {
        last = column as u16;
        sheet.write_string_with_format(0, last, title, &formats.header)?;
        sheet.set_column_width(last, width)?;
    }
    Ok(last)
}

fn finish(sheet: &mut Worksheet, rows: u32, last: u16) -> Result<(), XlsxError> {
    sheet.autofilter(0, 0, rows.max(1), last)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

/// Always as a string, so that no text is ever a formula; a cell holds 32,767 characters.
fn string(sheet: &mut Worksheet, row: u32, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    let short: String = text.chars().take(32_000).collect();
    sheet.write_string_with_format(row, column, short, format).map(|_| ())
}

fn number(sheet: &mut Worksheet, row: u32, column: u16, value: f64, format: &Format) -> Result<(), XlsxError> {
    match rounded(value) {
        Some(value) => sheet.write_number_with_format(row, column, value, format).map(|_| ()),
        None => Ok(()),
    }
}

/// Names of sheets: at most 31 characters, without the signs that spreadsheets refuse, unique where case is ignored.
#[derive(Default)]
struct SheetNames {
    given: BTreeSet<String>,
}

impl SheetNames {
    fn of(&mut self, name: &str) -> String {
        let clean: String = name
            .chars()
            .map(|c| if "[]:*?/\\".contains(c) { '_' } else { c })
            .filter(|c| !c.is_control())
            .take(27)
            .collect();
        let clean = clean.trim_matches('\'').trim().to_owned();
        let clean = if clean.is_empty() || clean.eq_ignore_ascii_case("history") { format!("_{clean}") } else { clean };
        let mut name = clean.clone();
        let mut number = 2;
        while !self.given.insert(name.to_lowercase()) {
            name = format!("{clean} {number}");
            number += 1;
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheet_names_are_those_a_spreadsheet_takes() {
        let mut names = SheetNames::default();
        assert_eq!(names.of("person"), "person");
        assert_eq!(names.of("Person"), "Person 2");
        assert_eq!(names.of("a/b:c"), "a_b_c");
        assert_eq!(names.of("History"), "_History");
        assert!(names.of(&"x".repeat(80)).chars().count() <= 31);
        assert_eq!(names.of(""), "_");
    }
}
