//! Signs that a target is being gamed, or that a measure no longer says what it said. Each is a question to the measure's owner
//! about the measure. It is never evidence against a person: no rule and no gate can read one, and persons are counted, not named.

use super::Recommendations;
use crate::fairness::gaming::{self, Probe};
use crate::measure::{LevelReadings, MeasureReadings, Readings, Tallies};
use crate::workspace::{Measure, Plan, ProbeKind};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuestionKind {
    /// More records just inside the line than just outside; the figure is the share inside.
    Bunching,
    /// Fewer of those served were asked; the figure is after less before.
    Invited,
    /// One measure got better and the one paired with it worse; the figure is the gap that opened.
    Diverging,
    /// More rows are set aside as not applicable; the figure is after less before.
    NotApplicable,
    /// More records edited after closing than among peers; the figure is the share.
    Edited,
}

impl QuestionKind {
    pub fn word(self) -> &'static str {
        match self {
            QuestionKind::Bunching => "bunching",
            QuestionKind::Invited => "falling_invitations",
            QuestionKind::Diverging => "diverging",
            QuestionKind::NotApplicable => "rising_not_applicable",
            QuestionKind::Edited => "edited_after_closing",
        }
    }
}

/// A question about a measure at one level.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub kind: QuestionKind,
    /// Position in `Plan::measures` of the measure that is watched.
    pub measure: usize,
    /// Of the measure paired with it.
    pub paired: Option<usize>,
    /// Position in `Plan::levels`.
    pub level: usize,
    /// Positions of the subjects in whose records it shows, and how many were looked at.
    pub subjects: Vec<usize>,
    pub of: usize,
    /// The largest figure among them, by size.
    pub figure: f64,
}

impl Recommendations {
    /// Every question of a judged period, in the order of measures and levels.
    pub fn questions(&self, plan: &Plan, period: usize) -> Vec<Question> {
        let readings = &*self.scorecards.readings;
        let before = period.checked_sub(1).filter(|p| readings.periods.get(*p).is_some_and(|p| p.complete));
        let mut questions = Vec::new();
        for (position, measure) in plan.measures.iter().enumerate() {
            for (level, of_level) in readings.levels.iter().enumerate() {
                let look = Look { plan, readings, level: of_level, period, before };
                for (kind, watched, paired, found) in look.at_measure(position, measure) {
                    questions.extend(question(kind, watched, paired, level, &found));
                }
            }
        }
        questions
    }
}

/// By subject: what its probe gave.
type Found = Vec<Option<Probe>>;

fn question(
    kind: QuestionKind,
    measure: usize,
    paired: Option<usize>,
    level: usize,
    found: &Found,
) -> Option<Question> {
    let asked = |probe: &Option<Probe>| probe.is_some_and(|p| p.question);
    let subjects: Vec<usize> = found.iter().enumerate().filter(|(_, p)| asked(p)).map(|(s, _)| s).collect();
    let figures = found.iter().filter(|p| asked(p)).flatten().map(|p| p.figure);
    let figure = figures.reduce(|a, b| if b.abs() > a.abs() { b } else { a })?;
    Some(Question { kind, measure, paired, level, subjects, of: found.iter().flatten().count(), figure })
}

struct Look<'a> {
    plan: &'a Plan,
    readings: &'a Readings,
    level: &'a LevelReadings,
    period: usize,
    before: Option<usize>,
}

impl Look<'_> {
    fn at_measure(&self, position: usize, measure: &Measure) -> Vec<(QuestionKind, usize, Option<usize>, Found)> {
        let Some(own) = self.level.measures.get(position) else { return Vec::new() };
        let each = |ask: &dyn Fn(usize) -> Option<Probe>| (0..self.level.subjects.len()).map(ask).collect::<Found>();
        if let Some(probe) = &measure.probe {
            let watched = self.plan.measures.iter().position(|m| m.id.value == probe.of);
            let Some(watched) = watched else { return Vec::new() };
            return match probe.kind {
                ProbeKind::Bunching => vec![(QuestionKind::Bunching, watched, None, each(&|s| self.bunching(own, s)))],
                ProbeKind::Invited => vec![(QuestionKind::Invited, watched, None, each(&|s| self.invited(own, s)))],
                ProbeKind::Edited => vec![(QuestionKind::Edited, watched, None, self.edited(own))],
                ProbeKind::Traffic => Vec::new(),
            };
        }
        let mut found = vec![(QuestionKind::NotApplicable, position, None, each(&|s| self.not_applicable(own, s)))];
        let paired = measure.more.get("paired_with").and_then(|name| name.as_str());
        let paired = paired.and_then(|name| self.plan.measures.iter().position(|m| m.id.value == name));
        if let Some((paired, other)) = paired.and_then(|p| Some((p, self.level.measures.get(p)?))) {
            let lower = [measure.lower_is_better, self.plan.measures.get(paired).is_some_and(|m| m.lower_is_better)];
            let ask = |subject| self.diverging([own, other], lower, subject);
            found.push((QuestionKind::Diverging, position, Some(paired), each(&ask)));
        }
        found
    }

    fn cell(&self, subject: usize, period: usize) -> usize {
        self.readings.cell(subject, period)
    }

    fn share(&self, measure: &MeasureReadings, subject: usize, period: usize) -> Option<(u64, u64)> {
        let Tallies::Share { hits, n } = &measure.tallies else { return None };
        let cell = self.cell(subject, period);
        Some((*hits.get(cell)?, *n.get(cell)?))
    }

    fn bunching(&self, measure: &MeasureReadings, subject: usize) -> Option<Probe> {
        let (inside, n) = self.share(measure, subject, self.period)?;
        gaming::bunching(inside, n.checked_sub(inside)?)
    }

    fn invited(&self, measure: &MeasureReadings, subject: usize) -> Option<Probe> {
        let before = self.share(measure, subject, self.before?)?;
        gaming::falling_invitations(before, self.share(measure, subject, self.period)?)
    }

    /// Each subject against all the others of its level.
    fn edited(&self, measure: &MeasureReadings) -> Found {
        let shares: Vec<Option<(u64, u64)>> =
            (0..self.level.subjects.len()).map(|s| self.share(measure, s, self.period)).collect();
        let sum = |part: fn(&(u64, u64)) -> u64| shares.iter().flatten().map(part).sum::<u64>();
        let (late, all) = (sum(|s| s.0), sum(|s| s.1));
        let one = |own: &Option<(u64, u64)>| {
            let (own_late, n) = (*own)?;
            gaming::edits_after_closing(own_late, n, late - own_late, all - n)
        };
        shares.iter().map(one).collect()
    }

    fn not_applicable(&self, measure: &MeasureReadings, subject: usize) -> Option<Probe> {
        let counted = |period: usize| {
            let cell = self.cell(subject, period);
            let aside = measure.rows.not_applicable.get(cell).copied()?;
            Some((aside, aside + measure.figures.n.get(cell).copied().unwrap_or(0)))
        };
        gaming::rising_not_applicable(counted(self.before?)?, counted(self.period)?)
    }

    fn diverging(&self, of: [&MeasureReadings; 2], lower: [bool; 2], subject: usize) -> Option<Probe> {
        let before = self.before?;
        let good = |at: usize, period: usize| {
            let (hits, n) = self.share(of[at], subject, period)?;
            Some((if lower[at] { n.checked_sub(hits)? } else { hits }, n))
        };
        let moved = |at: usize| Some([good(at, before)?, good(at, self.period)?]);
        gaming::diverging(moved(0)?, moved(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::*;
    use crate::score::fixture::*;
    use crate::score::score;
    use crate::workspace::{self, SourceKind};

    /// Two units over two months; the second measure watches, or is paired with, the first.
    fn asked(months: [[(u64, u64); 4]; 2], change: impl FnOnce(&mut Plan, &mut Readings)) -> Vec<Question> {
        let mut plan = plan();
        standard(&mut plan, "answer", SourceKind::Record, 0.6, 0.8);
        standard(&mut plan, "watch", SourceKind::Record, 0.6, 0.8);
        let measures = months.iter().map(|m| share_readings(m)).collect();
        let mut readings = readings(vec![level("unit", 2, 2, measures)], 2);
        change(&mut plan, &mut readings);
        judge(&plan, score(&plan, readings, &environment()), Facts::default()).questions(&plan, 1)
    }

    fn probe(plan: &mut Plan, kind: ProbeKind) {
        let of = plan.measures[0].id.value.clone();
        plan.measures[1].probe = Some(workspace::Probe { kind, of });
    }

    const PLAIN: [(u64, u64); 4] = [(800, 1000); 4];

    #[test]
    fn a_cliff_at_the_line_raises_a_question_about_the_measure() {
        let found = asked([PLAIN, [(60, 120), (90, 120), (60, 120), (62, 120)]], |p, _| probe(p, ProbeKind::Bunching));
        assert_eq!(found.len(), 1, "{found:?}");
        let q = &found[0];
        assert_eq!((q.kind, q.measure, q.subjects.as_slice(), q.of), (QuestionKind::Bunching, 0, &[0][..], 2));
        assert!((q.figure - 0.75).abs() < 1e-12);
    }

    #[test]
    fn fewer_invitations_edits_and_pairs_that_part() {
        let fewer = [(800, 1000), (600, 1000), (800, 1000), (800, 1000)];
        let found = asked([PLAIN, fewer], |p, _| probe(p, ProbeKind::Invited));
        assert_eq!(found.iter().map(|q| q.kind).collect::<Vec<_>>(), [QuestionKind::Invited]);
        let edits = [(5, 1000), (5, 1000), (5, 1000), (60, 1000)];
        let found = asked([PLAIN, edits], |p, _| probe(p, ProbeKind::Edited));
        assert_eq!((found[0].kind, found[0].subjects.as_slice()), (QuestionKind::Edited, &[1][..]));
        let better = [(600, 1000), (800, 1000), (800, 1000), (800, 1000)];
        let pair = |p: &mut Plan, _: &mut Readings| {
            let other = p.measures[1].id.value.clone();
            p.measures[0].more.insert("paired_with".into(), other.into());
        };
        let found = asked([better, fewer], pair);
        assert_eq!((found[0].kind, found[0].paired), (QuestionKind::Diverging, Some(1)));
        assert_eq!(asked([PLAIN, PLAIN], pair), []);
    }

    #[test]
    fn more_rows_set_aside_are_asked_about() {
        let aside =
            |_: &mut Plan, r: &mut Readings| r.levels[0].measures[0].rows.not_applicable = vec![20, 200, 20, 25];
        let found = asked([PLAIN, PLAIN], aside);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].kind, found[0].subjects.as_slice()), (QuestionKind::NotApplicable, &[0][..]));
    }

    /// A question is about the measure: with and without it every outcome is the same.
    #[test]
    fn no_outcome_depends_on_a_probe() {
        let run = |watched: bool| {
            let mut plan = plan();
            standard(&mut plan, "answer", SourceKind::Record, 0.6, 0.8);
            standard(&mut plan, "watch", SourceKind::Record, 0.6, 0.8);
            plan.standards.truncate(1);
            rule(&mut plan, "offends", Recommend::Sanction, r#"below_floor("answer", 1, 2)"#);
            if watched {
                probe(&mut plan, ProbeKind::Bunching);
            }
            let measures = vec![share_readings(&[(30, 100); 2]), share_readings(&[(100, 100); 2])];
            let readings = readings(vec![level("person", 1, 2, measures)], 2);
            judge(&plan, score(&plan, readings, &environment()), Facts::default()).levels[0].outcome.clone()
        };
        assert_eq!(run(true), run(false));
    }

    use crate::workspace::Recommend;
}
