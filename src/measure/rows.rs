//! The state of each row for one measure: the first that holds of out of scope, excluded, not applicable, not due,
//! missing, measured. And the measured numbers, as integers.

use crate::language::{Breach, Column, Environment, Frame, MISSING_TIME, Program, TextColumn, Truth, Value};
use crate::workspace::{Cause, CauseKind, Form, Measure, Plan, Reasoned};

/// What became of a row, in one byte. A measured row is one of the first three: for a share a miss or a hit, for an
/// NPS a passive, a promoter or a detractor, else `MEASURED`.
pub(crate) const MEASURED: u8 = 0;
pub(crate) const HIT: u8 = 1;
pub(crate) const DETRACTOR: u8 = 2;
pub(crate) const OUT_OF_SCOPE: u8 = 3;
pub(crate) const NOT_APPLICABLE: u8 = 4;
pub(crate) const NOT_DUE: u8 = 5;
pub(crate) const MISSING: u8 = 6;
pub(crate) const OFF_SCALE: u8 = 7;
/// Excluded for the first reason; the others follow.
pub(crate) const EXCLUDED: u8 = 8;
/// More reasons than this share the last place.
pub(crate) const MOST_REASONS: usize = 200;
/// No verdict on the row: it is not among the batch's rows.
pub(crate) const NO_ROW: u8 = u8::MAX;

/// How the rows of a batch went for one measure.
pub(crate) struct Scored {
    /// By row.
    pub codes: Vec<u8>,
    /// By row, where the form adds up numbers: up to three, as integers at the measure's decimals.
    pub numbers: Vec<Vec<i64>>,
    /// By row, for reported figures: value, n, lower, upper; NaN is missing.
    pub figures: Vec<Vec<f64>>,
    /// By row: may not count against the person. Empty where the measure has no shield.
    pub shielded: Vec<bool>,
    /// By row: a miss would not be the person's. Empty where every miss is.
    pub excused: Vec<bool>,
}

/// A row that can't be counted at all, and why.
pub(crate) type Refused = (u32, String);

/// The largest integer that a number may become, so that differences fit as well. (At six decimals: 900 thousand
/// million.) Sums of squares are kept in 128 bits; where even they don't hold, the run stops with an error.
const LARGEST: f64 = 9.0e17;

/// Half away from zero at `decimals`, forgiving the last bits of a decimal fraction in binary.
pub(crate) fn quantised(x: f64, decimals: u8) -> Option<i64> {
    let scaled = x * 10f64.powi(i32::from(decimals));
    if !scaled.is_finite() || scaled.abs() > LARGEST {
        return None;
    }
    let whole = scaled.trunc();
    let up = (scaled - whole).abs() >= 0.5 - scaled.abs() * 4.0 * f64::EPSILON;
    Some(whole as i64 + if up { scaled.signum() as i64 } else { 0 })
}

/// Evaluates expressions over one batch, only failing on rows that matter.
pub(crate) struct Evaluation<'a> {
    pub frame: Frame<'a>,
    pub environment: &'a Environment,
}

impl Evaluation<'_> {
    /// The column of a program. A breach on a row that doesn't count for this measure is no breach: then only the rows
    /// that count are evaluated.
    fn column(&self, program: &Program, counts: &dyn Fn(usize) -> bool) -> Result<Column, Breach> {
        let breach = match program.evaluate(self.frame, self.environment) {
            Ok(column) => return Ok(column),
            Err(breach) => breach,
        };
        let rows: Vec<usize> = (0..self.frame.rows).filter(|row| counts(*row)).collect();
        if rows.len() == self.frame.rows {
            return Err(breach);
        }
        let columns: Vec<Column> = self.frame.columns.iter().map(|c| gathered(c, &rows)).collect();
        let frame = Frame { rows: rows.len(), columns: &columns };
        match program.evaluate(frame, self.environment) {
            Ok(column) => Ok(scattered(&column, &rows, self.frame.rows)),
            Err(inner) => Err(Breach { row: rows.get(inner.row).copied().unwrap_or(0), ..inner }),
        }
    }
}

fn gathered(column: &Column, rows: &[usize]) -> Column {
    fn pick<T: Clone>(values: &[T], rows: &[usize]) -> std::sync::Arc<Vec<T>> {
        std::sync::Arc::new(rows.iter().filter_map(|row| values.get(*row).cloned()).collect())
    }
    match column {
        Column::Number(v) => Column::Number(pick(v, rows)),
        Column::YesNo(v) => Column::YesNo(pick(v, rows)),
        Column::Text(t) => Column::Text(TextColumn { codes: pick(&t.codes, rows), words: t.words.clone() }),
        Column::Time(v) => Column::Time(pick(v, rows)),
        Column::Duration(v) => Column::Duration(pick(v, rows)),
        Column::Numbers(v) => Column::Numbers(pick(v, rows)),
        Column::Constant(v) => Column::Constant(v.clone()),
    }
}

fn scattered(column: &Column, rows: &[usize], total: usize) -> Column {
    fn spread<T: Clone>(values: &[T], rows: &[usize], total: usize, missing: T) -> std::sync::Arc<Vec<T>> {
        let mut all = vec![missing; total];
        for (value, row) in values.iter().zip(rows) {
            if let Some(slot) = all.get_mut(*row) {
                *slot = value.clone();
            }
        }
        std::sync::Arc::new(all)
    }
    match column {
        Column::Number(v) => Column::Number(spread(v, rows, total, f64::NAN)),
        Column::YesNo(v) => Column::YesNo(spread(v, rows, total, Truth::MISSING)),
        Column::Text(t) => Column::Text(TextColumn {
            codes: spread(&t.codes, rows, total, crate::language::MISSING_WORD),
            words: t.words.clone(),
        }),
        Column::Time(v) => Column::Time(spread(v, rows, total, MISSING_TIME)),
        Column::Duration(v) => Column::Duration(spread(v, rows, total, MISSING_TIME)),
        Column::Numbers(v) => Column::Numbers(spread(v, rows, total, std::sync::Arc::default())),
        Column::Constant(v) => Column::Constant(v.clone()),
    }
}

/// Yes, no or missing in each row.
fn truths(column: &Column, row: usize) -> Truth {
    match column {
        Column::YesNo(v) => v.get(row).copied().unwrap_or(Truth::MISSING),
        Column::Constant(Value::YesNo(yes)) => Truth::of(*yes),
        _ => Truth::MISSING,
    }
}

/// A number in each row, durations in seconds; NaN is missing.
pub(crate) fn number(column: &Column, row: usize) -> f64 {
    const MICROS: f64 = 1e6;
    match column {
        Column::Number(v) => v.get(row).copied().unwrap_or(f64::NAN),
        Column::Duration(v) => match v.get(row) {
            Some(&length) if length != MISSING_TIME => length as f64 / MICROS,
            _ => f64::NAN,
        },
        Column::Constant(Value::Number(x)) => *x,
        Column::Constant(Value::Duration(length)) => *length as f64 / MICROS,
        _ => f64::NAN,
    }
}

/// An integer at `decimals` in a row: missing, too large, or the number. Durations stay integers throughout.
enum Whole {
    Missing,
    TooLarge,
    Of(i64),
}

fn whole(column: &Column, row: usize, decimals: u8) -> Whole {
    let length = match column {
        Column::Duration(v) => v.get(row).copied().filter(|d| *d != MISSING_TIME),
        Column::Constant(Value::Duration(length)) => Some(*length),
        _ => {
            let x = number(column, row);
            if x.is_nan() {
                return Whole::Missing;
            }
            return quantised(x, decimals).map_or(Whole::TooLarge, Whole::Of);
        }
    };
    let Some(length) = length else { return Whole::Missing };
    let length = i128::from(length);
    let q = if decimals >= 6 {
        length * 10i128.pow(u32::from(decimals) - 6)
    } else {
        let unit = 10i128.pow(6 - u32::from(decimals));
        (length.abs() + unit / 2) / unit * length.signum()
    };
    if q.unsigned_abs() > LARGEST as u128 { Whole::TooLarge } else { Whole::Of(q as i64) }
}

/// Which part of a measure broke a limit.
pub(crate) fn score(
    plan: &Plan,
    measure: &Measure,
    evaluation: &Evaluation<'_>,
    alive: &[bool],
    refused: &mut Vec<Refused>,
) -> Result<Scored, Breach> {
    let mut codes: Vec<u8> = alive.iter().map(|a| if *a { MEASURED } else { NO_ROW }).collect();
    if let Some(filter) = &measure.filter {
        let column = open_column(evaluation, filter, &codes)?;
        mark(&mut codes, &column, Truth::NO, OUT_OF_SCOPE);
    }
    for (i, reason) in measure.exclude.iter().enumerate() {
        let column = open_column(evaluation, &reason.when, &codes)?;
        mark(&mut codes, &column, Truth::YES, EXCLUDED + i.min(MOST_REASONS - 1) as u8);
    }
    for (program, code) in [(&measure.not_applicable, NOT_APPLICABLE), (&measure.not_due, NOT_DUE)] {
        if let Some(program) = program {
            let column = open_column(evaluation, program, &codes)?;
            mark(&mut codes, &column, Truth::YES, code);
        }
    }
    let mut scored =
        Scored { codes, numbers: Vec::new(), figures: Vec::new(), shielded: Vec::new(), excused: Vec::new() };
    form(measure, evaluation, &mut scored, refused)?;
    let shields = || measure.shield.iter().chain(shields_of_source(plan, measure));
    if shields().next().is_some() {
        scored.shielded = shielded(shields(), evaluation, &scored.codes)?;
    }
    if let Some(cause) = cause_of(plan, measure) {
        scored.excused = excused(cause, evaluation, &scored.codes)?;
    }
    Ok(scored)
}

fn shields_of_source<'p>(plan: &'p Plan, measure: &Measure) -> &'p [Reasoned] {
    measure.source.and_then(|s| plan.sources.get(s)).map_or(&[], |s| &s.shield)
}

/// The measure's own cause, else its source's.
pub(crate) fn cause_of<'p>(plan: &'p Plan, measure: &'p Measure) -> Option<&'p Cause> {
    measure.cause.as_ref().or_else(|| measure.source.and_then(|s| plan.sources.get(s))?.cause.as_ref())
}

/// Whether the measure has a second tally.
pub(crate) fn has_person_side(plan: &Plan, measure: &Measure) -> bool {
    let excuses = !matches!(cause_of(plan, measure), None | Some(Cause::Always(CauseKind::Person)));
    excuses || !measure.shield.is_empty() || !shields_of_source(plan, measure).is_empty()
}

fn open_column(evaluation: &Evaluation<'_>, program: &Program, codes: &[u8]) -> Result<Column, Breach> {
    evaluation.column(program, &|row| matches!(codes.get(row), Some(&MEASURED | &MISSING)))
}

/// Settles the rows where the column is `verdict`; where it is missing they stay open, as missing for now.
fn mark(codes: &mut [u8], column: &Column, verdict: Truth, settled: u8) {
    for (row, code) in codes.iter_mut().enumerate() {
        if *code != MEASURED && *code != MISSING {
            continue;
        }
        let truth = truths(column, row);
        if truth == verdict {
            *code = settled;
        } else if truth.is_missing() {
            *code = MISSING;
        }
    }
}

fn form(
    measure: &Measure,
    evaluation: &Evaluation<'_>,
    scored: &mut Scored,
    refused: &mut Vec<Refused>,
) -> Result<(), Breach> {
    let codes = scored.codes.clone();
    let column = |program: &Program| evaluation.column(program, &|row| codes.get(row) == Some(&MEASURED));
    match &measure.form {
        Form::Count | Form::Formula { .. } => {}
        Form::Share(program) => share(&mut scored.codes, &column(program)?),
        Form::Nps(program) => nps(&mut scored.codes, &column(program)?),
        Form::Mean(p) | Form::Sum(p) | Form::Median(p) | Form::Percentile { of: p, .. } => {
            adds(scored, &[column(p)?], measure.decimals, refused);
        }
        Form::Rate { events: a, per: b, .. } | Form::Ratio { of: a, out_of: b } => {
            adds(scored, &[column(a)?, column(b)?], measure.decimals, refused);
        }
        Form::Gap { received, expected } => {
            adds(scored, &[column(received)?, column(expected)?], measure.decimals, refused);
            if let [received, expected] = scored.numbers.as_mut_slice() {
                for (r, e) in received.iter_mut().zip(expected) {
                    *r -= *e;
                }
            }
            scored.numbers.truncate(1);
        }
        Form::CountedShare { of, out_of } => {
            adds(scored, &[column(of)?, column(out_of)?], measure.decimals, refused);
            counted_share(scored, measure.decimals, refused);
        }
        Form::CountedNps { promoters, passives, detractors } => {
            adds(scored, &[column(promoters)?, column(passives)?, column(detractors)?], measure.decimals, refused);
            counted(scored, measure.decimals, refused);
        }
        Form::Reported { of, n, lower, upper } => {
            let mut columns = vec![column(of)?];
            for program in [n, lower, upper] {
                columns.push(match program {
                    Some(program) => column(program)?,
                    None => Column::Constant(Value::Missing),
                });
            }
            reported(scored, &columns);
        }
    }
    Ok(())
}

fn share(codes: &mut [u8], column: &Column) {
    for (row, code) in codes.iter_mut().enumerate() {
        if *code == MEASURED {
            *code = match truths(column, row) {
                Truth::YES => HIT,
                Truth::NO => MEASURED,
                _ => MISSING,
            };
        }
    }
}

fn nps(codes: &mut [u8], column: &Column) {
    for (row, code) in codes.iter_mut().enumerate() {
        if *code == MEASURED {
            let answer = number(column, row);
            *code = match answer {
                x if x.is_nan() => MISSING,
                x if !(0.0..=10.0).contains(&x) => OFF_SCALE,
                x if x >= 9.0 => HIT,
                x if x < 7.0 => DETRACTOR,
                _ => MEASURED,
            };
        }
    }
}

/// The integers of the rows that are still measured; a missing one makes the row missing, one too large refuses it.
fn adds(scored: &mut Scored, columns: &[Column], decimals: u8, refused: &mut Vec<Refused>) {
    scored.numbers = columns.iter().map(|_| vec![0; scored.codes.len()]).collect();
    for (row, code) in scored.codes.iter_mut().enumerate() {
        if *code != MEASURED {
            continue;
        }
        for (column, numbers) in columns.iter().zip(&mut scored.numbers) {
            match whole(column, row, decimals) {
                Whole::Of(q) => numbers[row] = q,
                Whole::Missing => *code = MISSING,
                Whole::TooLarge => {
                    refused.push((row as u32, "the number is too large to be added up".to_owned()));
                    *code = NO_ROW;
                    break;
                }
            }
        }
    }
}

/// Already counted columns hold whole numbers, none below 0.
fn counted(scored: &mut Scored, decimals: u8, refused: &mut Vec<Refused>) {
    let unit = 10i64.pow(u32::from(decimals));
    for row in 0..scored.codes.len() {
        if scored.codes[row] != MEASURED {
            continue;
        }
        let odd = scored.numbers.iter().map(|n| n[row]).find(|q| *q < 0 || *q % unit != 0);
        if let Some(q) = odd {
            refused.push((row as u32, format!("`{}` is not a count", shown(q, decimals))));
            scored.codes[row] = NO_ROW;
        }
        for numbers in &mut scored.numbers {
            numbers[row] /= unit;
        }
    }
}

fn counted_share(scored: &mut Scored, decimals: u8, refused: &mut Vec<Refused>) {
    counted(scored, decimals, refused);
    let [of, out_of] = scored.numbers.as_slice() else { return };
    for (row, code) in scored.codes.iter_mut().enumerate() {
        if *code == MEASURED && of[row] > out_of[row] {
            refused.push((row as u32, format!("{} counted out of {}", of[row], out_of[row])));
            *code = NO_ROW;
        }
    }
}

fn reported(scored: &mut Scored, columns: &[Column]) {
    let rows = scored.codes.len();
    scored.figures = columns.iter().map(|c| (0..rows).map(|row| number(c, row)).collect()).collect();
    let Some(values) = scored.figures.first() else { return };
    for (code, value) in scored.codes.iter_mut().zip(values) {
        if *code == MEASURED && value.is_nan() {
            *code = MISSING;
        }
    }
}

/// An integer at `decimals` as an author reads it.
fn shown(q: i64, decimals: u8) -> String {
    format!("{}", q as f64 / 10f64.powi(i32::from(decimals)))
}

fn measured(code: u8) -> bool {
    code <= DETRACTOR
}

fn shielded<'p>(
    shields: impl Iterator<Item = &'p Reasoned>,
    evaluation: &Evaluation<'_>,
    codes: &[u8],
) -> Result<Vec<bool>, Breach> {
    let mut result = vec![false; codes.len()];
    for shield in shields {
        let column = evaluation.column(&shield.when, &|row| codes.get(row).copied().is_some_and(measured))?;
        for (row, slot) in result.iter_mut().enumerate() {
            *slot |= truths(&column, row).is_yes();
        }
    }
    Ok(result)
}

/// Rows whose miss would be somebody else's. A cause that is missing or no known word is unknown: not the person's.
fn excused(cause: &Cause, evaluation: &Evaluation<'_>, codes: &[u8]) -> Result<Vec<bool>, Breach> {
    let program = match cause {
        Cause::Always(CauseKind::Person) => return Ok(Vec::new()),
        Cause::Always(_) => return Ok(vec![true; codes.len()]),
        Cause::Of(program) => program,
    };
    let column = evaluation.column(program, &|row| codes.get(row).copied().is_some_and(measured))?;
    Ok(match &column {
        Column::Text(text) => {
            let persons: Vec<bool> = text.words.iter().map(|w| w.trim() == "person").collect();
            text.codes.iter().map(|code| !persons.get(*code as usize).copied().unwrap_or(false)).collect()
        }
        Column::Constant(Value::Text(word)) => vec![word.trim() != "person"; codes.len()],
        _ => vec![true; codes.len()],
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn numbers_are_taken_half_away_from_zero() {
        assert_eq!(quantised(1.000_000_5, 6), Some(1_000_001));
        assert_eq!(quantised(-1.000_000_5, 6), Some(-1_000_001));
        assert_eq!(quantised(2.5, 0), Some(3));
        assert_eq!(quantised(0.285, 2), Some(29), "0.285 is a little less in binary");
        assert_eq!(quantised(0.284_999, 2), Some(28));
        assert_eq!(quantised(1e300, 6), None);
        assert_eq!(quantised(f64::INFINITY, 0), None);
        assert_eq!(quantised(-0.0, 6), Some(0));
    }

    #[test]
    fn durations_are_seconds_without_passing_through_binary_fractions() {
        let column = Column::Duration(Arc::new(vec![1_500_000, -1_500_000, MISSING_TIME, 1_499_999]));
        let at = |row, decimals| match whole(&column, row, decimals) {
            Whole::Of(q) => Some(q),
            _ => None,
        };
        assert_eq!((at(0, 6), at(0, 0), at(1, 0)), (Some(1_500_000), Some(2), Some(-2)));
        assert_eq!((at(2, 0), at(3, 0), at(0, 9)), (None, Some(1), Some(1_500_000_000)));
    }

    #[test]
    fn nps_buckets_are_half_open_and_codes_off_the_scale_are_told_apart() {
        let answers = vec![0.0, 6.99, 7.0, 8.5, 9.0, 10.0, 11.0, -1.0, f64::NAN];
        let mut codes = vec![MEASURED; answers.len()];
        nps(&mut codes, &Column::Number(Arc::new(answers)));
        let expected = [DETRACTOR, DETRACTOR, MEASURED, MEASURED, HIT, HIT, OFF_SCALE, OFF_SCALE, MISSING];
        assert_eq!(codes, expected);
    }

    #[test]
    fn a_missing_condition_is_missing_unless_a_later_state_holds() {
        let column = |t: [Truth; 3]| Column::YesNo(Arc::new(t.to_vec()));
        let mut codes = vec![MEASURED; 3];
        mark(&mut codes, &column([Truth::MISSING, Truth::MISSING, Truth::NO]), Truth::NO, OUT_OF_SCOPE);
        mark(&mut codes, &column([Truth::YES, Truth::NO, Truth::YES]), Truth::YES, EXCLUDED);
        assert_eq!(codes, [EXCLUDED, MISSING, OUT_OF_SCOPE]);
    }

    #[test]
    fn counted_columns_must_be_counts_within_their_whole() {
        let mut scored = Scored {
            codes: vec![MEASURED; 4],
            numbers: Vec::new(),
            figures: Vec::new(),
            shielded: Vec::new(),
            excused: Vec::new(),
        };
        let columns = [
            Column::Number(Arc::new(vec![3.0, 11.0, 1.5, -1.0])),
            Column::Number(Arc::new(vec![10.0, 10.0, 10.0, 10.0])),
        ];
        let mut refused = Vec::new();
        adds(&mut scored, &columns, 6, &mut refused);
        counted_share(&mut scored, 6, &mut refused);
        assert_eq!(scored.codes, [MEASURED, NO_ROW, NO_ROW, NO_ROW]);
        assert_eq!(scored.numbers[0][0], 3);
        refused.sort();
        assert_eq!(refused.iter().map(|r| r.0).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(refused[0].1, "11 counted out of 10");
    }
}
