//! Why `adjust_for` turned an order around or moved a figure: one sentence for each standard and level (Simpson's paradox in
//! words). A subject with the harder work may look worse than another that it beats at each kind of work.

use serde::Serialize;

use super::standing::StandardFigures;
use super::{Cell, Report};
use crate::measure::{Mix, State, StratumValue};

/// Subjects that adjusting moved furthest, up and down, among which a turned order is looked for.
const FURTHEST: usize = 40;
/// A stratum of which two have the same part explains nothing.
const LEAST_APART: f64 = 0.05;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LikeView {
    pub level: String,
    pub promise: String,
    pub sentence: String,
}

/// One measured subject: NaN nowhere.
#[derive(Clone, Copy)]
struct Moved<'a> {
    cell: Cell,
    figures: StandardFigures<'a>,
    /// How far adjusting moved the figure in the good direction.
    gain: f64,
}

impl Report<'_> {
    /// Of every standard with `adjust_for` and every level, in the latest judged period; the widest level first.
    pub(super) fn like_for_like(&self) -> Vec<LikeView> {
        let levels = self.recommendations.scorecards.readings.levels.len();
        let positions = 0..self.plan.standards.len();
        let pairs = positions.flat_map(|standard| (0..levels).rev().map(move |level| (standard, level)));
        pairs.filter_map(|(standard, level)| self.like_of_level(standard, level)).collect()
    }

    /// Why the figures of one subject are moved, where they are; a sentence a standard.
    pub fn like_of_subject(&self, cell: Cell) -> Vec<LikeView> {
        let of = |standard: usize| {
            let mix = self.mix(standard, cell.level)?;
            let sentence = self.notable(mix, &self.moved(standard, cell)?)?;
            Some(self.like_view(standard, cell.level, sentence))
        };
        (0..self.plan.standards.len()).filter_map(of).collect()
    }

    fn like_of_level(&self, standard: usize, level: usize) -> Option<LikeView> {
        let mix = self.mix(standard, level)?;
        let period = self.period()?;
        let of_level = self.recommendations.scorecards.readings.levels.get(level)?;
        let cells = (0..of_level.subjects.len()).map(|subject| Cell { level, subject, period });
        let mut all: Vec<Moved<'_>> = cells.filter_map(|cell| self.moved(standard, cell)).collect();
        all.sort_by(|a, b| b.gain.total_cmp(&a.gain).then(a.cell.cmp(&b.cell)));
        let sentence = self.turned(mix, &all).or_else(|| {
            let furthest = [all.first(), all.last()].into_iter().flatten();
            let moved = furthest.max_by(|a, b| a.gain.abs().total_cmp(&b.gain.abs()))?;
            self.notable(mix, moved)
        })?;
        Some(self.like_view(standard, level, sentence))
    }

    fn like_view(&self, standard: usize, level: usize, sentence: String) -> LikeView {
        let level = self.recommendations.scorecards.readings.levels.get(level);
        let promise = self.plan.standards.get(standard).map(|s| s.promise.value.clone());
        let level = level.map(|l| self.words.level_title(&l.level)).unwrap_or_default();
        LikeView { level, promise: promise.unwrap_or_default(), sentence }
    }

    fn mix(&self, standard: usize, level: usize) -> Option<&Mix> {
        let measure = self.plan.standards.get(standard)?.measure;
        let readings = self.recommendations.scorecards.readings.levels.get(level)?;
        readings.mixes.iter().find(|mix| mix.measure == measure)
    }

    fn moved(&self, standard: usize, cell: Cell) -> Option<Moved<'_>> {
        let figures = StandardFigures::of(self.plan, self.recommendations, standard, cell)?;
        let sign = if figures.measure.lower_is_better { -1.0 } else { 1.0 };
        let gain = sign * (figures.value - figures.raw);
        (figures.state == State::Measured && gain.is_finite()).then_some(Moved { cell, figures, gain })
    }

    /// The pair whose order adjusting turned around by most; `all` by gain, the greatest first.
    fn turned(&self, mix: &Mix, all: &[Moved<'_>]) -> Option<String> {
        let worse = |a: f64, b: f64, lower_is_better: bool| if lower_is_better { a - b } else { b - a };
        let mut best: Option<(f64, &Moved<'_>, &Moved<'_>)> = None;
        for up in all.iter().take(FURTHEST) {
            for down in all.iter().rev().take(FURTHEST) {
                let lower = up.figures.measure.lower_is_better;
                let before = worse(up.figures.raw, down.figures.raw, lower);
                let after = worse(down.figures.value, up.figures.value, lower);
                let by = before.min(after);
                if by > 1e-9 && best.is_none_or(|(most, ..)| by > most) {
                    best = Some((by, up, down));
                }
            }
        }
        let (_, up, down) = best?;
        let at = |of: &Moved<'_>| self.at(of.cell);
        let (stratum, mine, theirs) = apart(mix, |s| mix.share(at(up), s), |s| mix.share(at(down), s))?;
        let unit = up.figures.unit();
        let show = |x: f64| unit.show(x, &self.words);
        Some(self.words.say(
            "like.swapped",
            &[
                ("mover", &self.name_of(up.cell)),
                ("other", &self.name_of(down.cell)),
                ("stratum", &self.stratum(mix, stratum)),
                ("mover_share", &self.words.percent(mine, 0)),
                ("other_share", &self.words.percent(theirs, 0)),
                ("value", &show(up.figures.value)),
                ("other_value", &show(down.figures.value)),
                ("raw", &show(up.figures.raw)),
                ("other_raw", &show(down.figures.raw)),
            ],
        ))
    }

    /// One subject against all together, where its figure moved by more than half of its interval.
    fn notable(&self, mix: &Mix, moved: &Moved<'_>) -> Option<String> {
        let figures = &moved.figures;
        let half = (figures.upper - figures.lower) / 2.0;
        if !half.is_finite() || moved.gain.abs() <= half.max(1e-9) {
            return None;
        }
        let at = self.at(moved.cell);
        let (stratum, mine, all) = apart(mix, |s| mix.share(at, s), |s| mix.overall(s))?;
        let show = |x: f64| figures.unit().show(x, &self.words);
        Some(self.words.say(
            "like.moved",
            &[
                ("mover", &self.name_of(moved.cell)),
                ("stratum", &self.stratum(mix, stratum)),
                ("mover_share", &self.words.percent(mine, 0)),
                ("other_share", &self.words.percent(all, 0)),
                ("value", &show(figures.value)),
                ("raw", &show(figures.raw)),
            ],
        ))
    }

    /// `“hard” (topic)`
    fn stratum(&self, mix: &Mix, stratum: u32) -> String {
        let words = &self.words;
        let measure = self.plan.measures.get(mix.measure);
        let source = measure.and_then(|m| m.source).and_then(|s| self.plan.sources.get(s));
        let fields = measure.map_or(&[][..], |m| &m.adjust_for);
        let parts = mix.strata.get(stratum as usize).map_or(&[][..], |s| s);
        let said = fields.iter().zip(parts).map(|(field, part)| {
            let field = source.and_then(|s| s.fields.get(*field)).map_or("", |f| f.name.as_str());
            let value = match part {
                StratumValue::Missing => words.say("value.missing", &[]),
                StratumValue::No => words.say("value.no", &[]),
                StratumValue::Yes => words.say("value.yes", &[]),
                StratumValue::Number(bits) => words.number(f64::from_bits(*bits), 4),
                StratumValue::Text(text) => text.to_string(),
            };
            words.say("like.stratum", &[("field", field), ("value", &value)])
        });
        words.list(&said.collect::<Vec<_>>())
    }
}

/// The stratum of which the one has most more than the other, with both parts.
fn apart(mix: &Mix, mine: impl Fn(u32) -> f64, theirs: impl Fn(u32) -> f64) -> Option<(u32, f64, f64)> {
    let strata = (0..mix.strata.len() as u32).map(|s| (s, mine(s), theirs(s)));
    let apart = |of: &(u32, f64, f64)| of.1 - of.2;
    let known = strata.filter(|of| apart(of) >= LEAST_APART);
    // The first of those that are equally far: `max_by` would take the last.
    known.reduce(|best, next| if apart(&next) > apart(&best) + 1e-12 { next } else { best })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::report::fixture;

    /// Simpson's two, as the first two persons of the made-up bank: A 90 % easy, B 90 % hard.
    fn said(language: &str, raw: [f64; 2], value: [f64; 2]) -> (Vec<LikeView>, Vec<LikeView>) {
        let mut plan = fixture::plan();
        plan.language = crate::diagnostic::Authored::default_of(language.to_owned());
        plan.words = crate::words::Words::shipped(language).unwrap();
        plan.measures[0].adjust_for = vec![0];
        let mut recommendations = fixture::recommendations(2);
        let mut readings = (*recommendations.scorecards.readings).clone();
        let period = *readings.judged.last().unwrap();
        let cells = [readings.cell(0, period), readings.cell(1, period)];
        let level = &mut readings.levels[0];
        let figures = &mut level.measures[0].figures;
        for ((cell, raw), value) in cells.into_iter().zip(raw).zip(value) {
            (figures.raw[cell], figures.value[cell]) = (raw, value);
            (figures.lower[cell], figures.upper[cell]) = (value - 0.02, value + 0.02);
        }
        let text = |s: &str| vec![StratumValue::Text(s.into())];
        let cells = BTreeMap::from([(cells[0], vec![(0, 90.0), (1, 10.0)]), (cells[1], vec![(0, 10.0), (1, 90.0)])]);
        level.mixes = vec![Mix { measure: 0, strata: vec![text("easy"), text("hard")], cells }];
        recommendations.scorecards.readings = std::sync::Arc::new(readings);
        let explain = |cell: Cell| fixture::detail(&recommendations, cell);
        let report = Report::open(&plan, &recommendations, &explain, BTreeMap::new(), "", "").unwrap();
        (report.like_for_like(), report.like_of_subject(Cell { level: 0, subject: 1, period }))
    }

    #[test]
    fn a_turned_order_is_told_with_both_mixes() {
        let (found, own) = said("en", [0.915, 0.73], [0.809, 0.836]);
        assert_eq!(found.len(), 1, "{found:?}");
        for part in [
            "Kofi Boateng: 90% of the records are “hard”",
            "Ama Mensah: 10%",
            "83.6%",
            "better than Ama Mensah at 80.9%",
            "73% against 91.5%",
        ] {
            assert!(found[0].sentence.contains(part), "{part}: {}", found[0].sentence);
        }
        let own = &own[0].sentence;
        assert!(own.contains("all together: 50%") && own.contains("before adjustment it was 73%"), "{own}");
    }

    #[test]
    fn french_is_spoken_too() {
        let (found, _) = said("fr", [0.915, 0.73], [0.809, 0.836]);
        assert!(found[0].sentence.contains("À travail égal, Kofi Boateng se situe à 83,6"), "{found:?}");
    }

    #[test]
    fn an_order_that_stays_and_a_figure_that_hardly_moves_need_no_word() {
        let (found, own) = said("en", [0.915, 0.73], [0.91, 0.735]);
        assert!(found.is_empty() && own.is_empty(), "{found:?} {own:?}");
    }
}
