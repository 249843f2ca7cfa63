//! Who moved between two judgements: newly adverse first, because those are the people an edit may wrong.

use crate::judge::{LevelOutcomes, Outcome};
use crate::measure::{LevelReadings, Readings};
use crate::words::Words;

/// Moves that are kept and shown; the rest is counted.
const KEPT: usize = 500;

/// Outcomes with the readings that say whose they are.
#[derive(Clone, Copy)]
pub struct Judgement<'a> {
    pub readings: &'a Readings,
    /// In the order of the readings' levels.
    pub levels: &'a [LevelOutcomes],
}

/// One subject whose outcome is another one now. `None`: not assessed.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    pub level: String,
    pub id: String,
    pub name: String,
    /// Of the newer judgement.
    pub period: String,
    pub before: Option<Outcome>,
    pub after: Option<Outcome>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moved {
    /// Subjects that moved, shown or not.
    pub all: usize,
    /// Those for whom it got worse.
    pub adverse: usize,
    /// Newly adverse first, then by level and id.
    pub kept: Vec<Move>,
}

impl Move {
    /// Worse for the subject than before.
    pub fn is_adverse(&self) -> bool {
        self.after.is_some() && weight(self.after) > weight(self.before)
    }

    /// `person:AG-7 2026-03: develop → sanction`
    pub fn line(&self, words: &Words) -> String {
        let word = |outcome: Option<Outcome>| match outcome {
            Some(outcome) => words.say(&format!("moved.{}", outcome.word()), &[]),
            None => words.say("moved.not_assessed", &[]),
        };
        let subject = format!("{}:{}", self.level, self.id);
        let (before, after) = (word(self.before), word(self.after));
        let holes = [("subject", &*subject), ("period", &self.period), ("before", &before), ("after", &after)];
        words.say("moved.line", &holes)
    }
}

/// How much an outcome asks of the subject.
fn weight(outcome: Option<Outcome>) -> u8 {
    match outcome {
        Some(Outcome::Reward) => 0,
        None | Some(Outcome::None | Outcome::Insufficient | Outcome::Undecided | Outcome::ProcessReview) => 1,
        Some(Outcome::Develop) => 2,
        Some(Outcome::Sanction) => 3,
    }
}

/// Compares each judged period of `after` with the same period of `before`, or where that was not judged, with the last
/// one that was.
pub fn moved(before: Judgement<'_>, after: Judgement<'_>) -> Moved {
    let mut moved = Moved::default();
    for &period in &after.readings.judged {
        let Some(name) = after.readings.periods.get(period).map(|p| p.name.as_str()) else { continue };
        let same = before.readings.periods.iter().position(|p| p.name == name);
        let same = same.filter(|p| before.readings.judged.contains(p));
        let Some(earlier) = same.or_else(|| before.readings.judged.last().copied()) else { continue };
        for (position, level) in after.readings.levels.iter().enumerate() {
            let old = before.readings.levels.iter().position(|l| l.level == level.level);
            let sides = [old.map(|o| Side::new(before, o, earlier)), Some(Side::new(after, position, period))];
            of_level(&level.level, name, sides, &mut moved);
        }
    }
    moved.kept.sort_by(|a, b| order(a).cmp(&order(b)));
    moved.kept.truncate(KEPT);
    moved
}

fn order(m: &Move) -> (bool, u8, &str, &str, &str) {
    (!m.is_adverse(), u8::MAX - weight(m.after), &m.level, &m.id, &m.period)
}

/// One level in one period.
struct Side<'a> {
    level: Option<&'a LevelReadings>,
    outcomes: Option<&'a LevelOutcomes>,
    readings: &'a Readings,
    period: usize,
}

impl<'a> Side<'a> {
    fn new(of: Judgement<'a>, level: usize, period: usize) -> Self {
        Self { level: of.readings.levels.get(level), outcomes: of.levels.get(level), readings: of.readings, period }
    }

    fn subjects(&self) -> usize {
        self.level.map_or(0, |l| l.subjects.len())
    }

    fn id(&self, subject: usize) -> Option<&'a str> {
        self.level?.subjects.get(subject).map(|s| &*s.id)
    }

    fn outcome(&self, subject: usize) -> Option<Outcome> {
        self.outcomes?.outcome.get(self.readings.cell(subject, self.period)).copied().flatten()
    }
}

/// Subjects are sorted by id on both sides: one walk finds who stayed, came and went.
fn of_level(level: &str, period: &str, [old, new]: [Option<Side<'_>>; 2], moved: &mut Moved) {
    let Some(new) = new else { return };
    let olds = old.as_ref().map_or(0, Side::subjects);
    let (mut a, mut b) = (0, 0);
    loop {
        let was = old.as_ref().filter(|_| a < olds).and_then(|o| o.id(a));
        let is = new.id(b);
        let (id, before, after) = match (was, is) {
            (None, None) => return,
            (Some(was), Some(is)) if was == is => {
                let both = (is, old.as_ref().and_then(|o| o.outcome(a)), new.outcome(b));
                (a, b) = (a + 1, b + 1);
                both
            }
            (Some(was), is) if is.is_none_or(|is| was < is) => {
                let gone = (was, old.as_ref().and_then(|o| o.outcome(a)), None);
                a += 1;
                gone
            }
            (_, is) => {
                let come = (is.unwrap_or(""), None, new.outcome(b));
                b += 1;
                come
            }
        };
        if before == after {
            continue;
        }
        let side = if after.is_some() { &new } else { old.as_ref().unwrap_or(&new) };
        let position = if after.is_some() { b - 1 } else { a.saturating_sub(1) };
        let name = side.level.and_then(|l| l.subjects.get(position)).map_or(id, |s| &*s.name);
        let one = Move {
            level: level.to_owned(),
            id: id.to_owned(),
            name: name.to_owned(),
            period: period.to_owned(),
            before,
            after,
        };
        moved.all += 1;
        moved.adverse += usize::from(one.is_adverse());
        moved.kept.push(one);
        // Bounded: with everyone moved, only the weightiest are worth their memory.
        if moved.kept.len() > 8 * KEPT {
            moved.kept.sort_by(|a, b| order(a).cmp(&order(b)));
            moved.kept.truncate(KEPT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::fixture::{level, readings};

    fn outcomes(of: &[Option<Outcome>]) -> LevelOutcomes {
        LevelOutcomes { outcome: of.to_vec(), rule: vec![None; of.len()], ..LevelOutcomes::default() }
    }

    #[test]
    fn the_newly_adverse_come_first_and_who_stays_is_not_listed() {
        let one = readings(vec![level("person", 4, 1, Vec::new())], 1);
        let before = [Some(Outcome::Develop), Some(Outcome::Reward), Some(Outcome::None), Some(Outcome::None)].to_vec();
        let after = [Some(Outcome::Reward), Some(Outcome::None), Some(Outcome::Sanction), Some(Outcome::None)].to_vec();
        let (before, after) = ([outcomes(&before)], [outcomes(&after)]);
        let found = moved(Judgement { readings: &one, levels: &before }, Judgement { readings: &one, levels: &after });
        let lines: Vec<String> = found.kept.iter().map(|one| one.line(&Words::english())).collect();
        assert_eq!(
            lines,
            [
                "person:person-2 2026-01: none → sanction",
                "person:person-1 2026-01: reward → none",
                "person:person-0 2026-01: develop → reward",
            ]
        );
        assert_eq!((found.all, found.adverse), (3, 2));
    }

    #[test]
    fn who_came_and_who_went_is_found_by_id() {
        let mut old = readings(vec![level("person", 2, 1, Vec::new())], 1);
        let new = readings(vec![level("person", 2, 1, Vec::new())], 1);
        old.levels[0].subjects[0].id = "a".into();
        let all = [outcomes(&[Some(Outcome::Develop), Some(Outcome::Develop)])];
        let found = moved(Judgement { readings: &old, levels: &all }, Judgement { readings: &new, levels: &all });
        let lines: Vec<String> = found.kept.iter().map(|one| one.line(&Words::english())).collect();
        // `a` went, `person-0` came, `person-1` stayed.
        assert_eq!(
            lines,
            ["person:person-0 2026-01: not assessed → develop", "person:a 2026-01: develop → not assessed"]
        );
        assert_eq!(found.adverse, 1, "who is no longer assessed is not harmed");
    }

    #[test]
    fn a_new_period_is_compared_with_the_last_one_judged() {
        let one = readings(vec![level("person", 1, 1, Vec::new())], 1);
        let two = readings(vec![level("person", 1, 2, Vec::new())], 2);
        let before = [outcomes(&[Some(Outcome::Reward)])];
        let after = [outcomes(&[None, Some(Outcome::Develop)])];
        let found = moved(Judgement { readings: &one, levels: &before }, Judgement { readings: &two, levels: &after });
        assert_eq!(
            found.kept.first().map(|one| one.line(&Words::english())).as_deref(),
            Some("person:person-0 2026-02: reward → develop")
        );
    }
}
