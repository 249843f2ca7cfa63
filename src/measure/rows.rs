//! The state of each row for one measure: the first that holds of out of scope, excluded, not applicable, not due,
//! missing, measured. And the measured numbers, as integers.

use std::cell::RefCell;

use super::evaluation::{Evaluation, Whole, number, truths, whole};
use crate::diagnostic::Said;
use crate::language::{Breach, Column, Program, Truth, Value};
use crate::said;
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
    /// Measured rows of which nobody knows whether they are shielded: a cell that the condition asks for is empty. They count.
    pub unsure: Vec<u32>,
    /// Rows that are missing because the measured expression divided by zero.
    pub divided: Vec<u32>,
}

impl Scored {
    fn of(codes: Vec<u8>) -> Self {
        Self {
            codes,
            numbers: Vec::new(),
            figures: Vec::new(),
            shielded: Vec::new(),
            excused: Vec::new(),
            unsure: Vec::new(),
            divided: Vec::new(),
        }
    }
}

/// A row that can't be counted at all, and why.
pub(crate) type Refused = (u32, Said);

/// The state of each row, and its numbers. A breach is that of the first part of the measure that broke a limit.
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
    let mut scored = Scored::of(codes);
    form(measure, evaluation, &mut scored, refused)?;
    let shields = || measure.shield.iter().chain(shields_of_source(plan, measure));
    if shields().next().is_some() {
        (scored.shielded, scored.unsure) = shielded(shields(), evaluation, &scored.codes)?;
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
    let divided = RefCell::new(Vec::new());
    let column = |program: &Program| {
        let (column, rows) = evaluation.counting(program, &|row| codes.get(row) == Some(&MEASURED))?;
        divided.borrow_mut().extend(rows);
        Ok(column)
    };
    match &measure.form {
        Form::Count | Form::Formula { .. } | Form::Events { events: None, .. } | Form::Cadence { of: None, .. } => {}
        Form::Share(program) | Form::Events { events: Some(program), .. } => {
            share(&mut scored.codes, &column(program)?)
        }
        Form::Nps(program) => nps(&mut scored.codes, &column(program)?),
        Form::Mean(p) | Form::Sum(p) | Form::Median(p) | Form::Percentile { of: p, .. } => {
            adds(scored, &[column(p)?], measure.decimals, refused);
        }
        Form::Rate { events: a, per: b, .. } | Form::Ratio { of: a, out_of: b } => {
            adds(scored, &[column(a)?, column(b)?], measure.decimals, refused);
        }
        Form::Cadence { of: Some(of), .. } => {
            adds(scored, &[column(of)?], measure.decimals, refused);
            not_negative(scored, measure.decimals, refused);
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
    let mut divided = divided.into_inner();
    divided.sort_unstable();
    divided.dedup();
    divided.retain(|row| {
        let at = |codes: &[u8]| codes.get(*row as usize).copied();
        at(&codes) == Some(MEASURED) && at(&scored.codes) == Some(MISSING)
    });
    scored.divided = divided;
    Ok(())
}

fn share(codes: &mut [u8], column: &Column) {
    if let Column::YesNo(verdicts) = column {
        for (code, verdict) in codes.iter_mut().zip(verdicts.iter()) {
            if *code == MEASURED {
                *code = [MEASURED, HIT, MISSING][usize::from(verdict.0.min(2))];
            }
        }
        return;
    }
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
                    let limit = super::evaluation::LARGEST / 10f64.powi(i32::from(decimals));
                    let reason = said!(
                        "the number is too large to be added up: with {decimals} decimals, {limit} is the largest",
                        decimals,
                        limit
                    );
                    refused.push((row as u32, reason));
                    *code = NO_ROW;
                    break;
                }
            }
        }
    }
}

/// What is done can't be less than nothing.
fn not_negative(scored: &mut Scored, decimals: u8, refused: &mut Vec<Refused>) {
    let Some(numbers) = scored.numbers.first() else { return };
    for (row, (code, number)) in scored.codes.iter_mut().zip(numbers).enumerate() {
        if *code == MEASURED && *number < 0 {
            refused.push((row as u32, said!("`{written}` is less than nothing", written = shown(*number, decimals))));
            *code = NO_ROW;
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
            refused.push((row as u32, said!("`{written}` is not a count", written = shown(q, decimals))));
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
            refused.push((row as u32, said!("{of} counted out of {out_of}", of = of[row], out_of = out_of[row])));
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
) -> Result<(Vec<bool>, Vec<u32>), Breach> {
    let mut result = vec![false; codes.len()];
    let mut missing = vec![false; codes.len()];
    for shield in shields {
        let column = evaluation.column(&shield.when, &|row| codes.get(row).copied().is_some_and(measured))?;
        for (row, (slot, missing)) in result.iter_mut().zip(&mut missing).enumerate() {
            let truth = truths(&column, row);
            *slot |= truth.is_yes();
            *missing |= truth.is_missing();
        }
    }
    let counted = |row: &usize| codes.get(*row).copied().is_some_and(measured);
    let unsure = |row: &usize| missing.get(*row) == Some(&true) && result.get(*row) == Some(&false);
    let unsure = (0..codes.len()).filter(counted).filter(unsure).map(|row| row as u32).collect();
    Ok((result, unsure))
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
        let mut scored = Scored::of(vec![MEASURED; 4]);
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
