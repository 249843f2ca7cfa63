//! The ladder of warnings: informal → first → final → dismissal review. Only the next step is ever proposed.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::records::EvidenceRow;

/// A step of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    Informal,
    First,
    Final,
    /// A person reviews whether employment should end.
    DismissalReview,
}

impl Step {
    /// As written in evidence rows; `None` for a word that is no step. `first warning`, `final_written` are understood.
    pub fn parse(word: &str) -> Option<Step> {
        let word = word.trim().to_lowercase();
        let head = word.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        match head {
            "informal" | "verbal" => Some(Step::Informal),
            "first" => Some(Step::First),
            "final" => Some(Step::Final),
            "dismissal" => Some(Step::DismissalReview),
            _ => None,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Step::Informal => "informal",
            Step::First => "first",
            Step::Final => "final",
            Step::DismissalReview => "dismissal review",
        }
    }

    /// Its name among the words of a language.
    pub fn key(self) -> &'static str {
        match self {
            Step::Informal => "step.informal",
            Step::First => "step.first",
            Step::Final => "step.final",
            Step::DismissalReview => "step.dismissal_review",
        }
    }

    /// The step after the highest live one; informal where none is live.
    pub fn after(live: Option<Step>) -> Step {
        match live {
            None => Step::Informal,
            Some(Step::Informal) => Step::First,
            Some(Step::First) => Step::Final,
            Some(Step::Final | Step::DismissalReview) => Step::DismissalReview,
        }
    }
}

/// The first day on which a warning is no longer live. Calendar months: 12 months from 29 Jan 1992 end at the end of
/// 28 Jan 1993, so this is 29 Jan 1993. Where the month is too short, its last day (in favour of the person).
pub fn live_until(from: Date, months: i64) -> Date {
    from.checked_add(months.months()).unwrap_or(Date::MAX)
}

/// Where someone stands on the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The highest live warning, if any, and the day on which the last live one was given.
    Live(Option<(Step, Date)>),
    /// A warning is on record whose step or date isn't.
    Unclear,
}

/// Reads the live warnings that concern any of `standards` (by id). Expired ones are invisible.
pub(super) fn standing(rows: &[EvidenceRow], standards: &[&str], as_of: Date, months: i64) -> Standing {
    let mut highest: Option<(Step, Date)> = None;
    for row in rows.iter().filter(|row| row.kind == "warning") {
        if row.standard.as_deref().is_some_and(|s| !standards.contains(&s)) {
            continue;
        }
        // A warning given with an end of its own is live to the end of that day.
        let over = match (row.from, row.to) {
            (_, Some(to)) => to < as_of,
            (Some(from), None) => live_until(from, months) <= as_of,
            (None, None) => return Standing::Unclear,
        };
        if over || row.from.is_some_and(|from| from > as_of) {
            continue;
        }
        // Without its day nobody can tell what happened since.
        let (Some(step), Some(given)) = (row.step.as_deref().and_then(Step::parse), row.from) else {
            return Standing::Unclear;
        };
        highest = Some(highest.map_or((step, given), |(top, last)| (top.max(step), last.max(given))));
    }
    Standing::Live(highest)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn warning(from: Date, step: &str) -> EvidenceRow {
        EvidenceRow {
            person: "a".into(),
            kind: "warning".into(),
            standard: None,
            from: Some(from),
            to: None,
            step: Some(step.into()),
            reference: None,
            line: 2,
        }
    }

    #[test]
    fn twelve_months_from_29_january_1992_end_with_28_january_1993() {
        let rows = [warning(date(1992, 1, 29), "first")];
        let on = |day| standing(&rows, &[], day, 12);
        assert_eq!(on(date(1993, 1, 28)), Standing::Live(Some((Step::First, date(1992, 1, 29)))));
        assert_eq!(on(date(1993, 1, 29)), Standing::Live(None));
        assert_eq!(on(date(1992, 1, 28)), Standing::Live(None), "not yet given");
    }

    #[test]
    fn short_months_end_a_warning_in_the_persons_favour() {
        assert_eq!(live_until(date(2025, 3, 31), 6), date(2025, 9, 30));
        assert_eq!(live_until(date(2024, 2, 29), 12), date(2025, 2, 28));
    }

    #[test]
    fn only_the_step_after_the_highest_live_one_comes_next() {
        let rows = [warning(date(2025, 1, 10), "final"), warning(date(2026, 1, 10), "informal")];
        assert_eq!(
            standing(&rows, &[], date(2026, 3, 31), 12),
            Standing::Live(Some((Step::Informal, date(2026, 1, 10))))
        );
        assert_eq!(Step::after(None), Step::Informal);
        assert_eq!(Step::after(Some(Step::Informal)), Step::First);
        assert_eq!(Step::after(Some(Step::Final)), Step::DismissalReview);
    }

    #[test]
    fn a_warning_without_its_step_or_date_is_unclear() {
        let rows = [EvidenceRow { step: None, ..warning(date(2026, 1, 10), "") }];
        assert_eq!(standing(&rows, &[], date(2026, 3, 31), 12), Standing::Unclear);
        let rows = [EvidenceRow { from: None, ..warning(date(2026, 1, 10), "first") }];
        assert_eq!(standing(&rows, &[], date(2026, 3, 31), 12), Standing::Unclear);
    }

    #[test]
    fn a_warning_on_another_standard_does_not_climb_this_ladder() {
        let rows = [EvidenceRow { standard: Some("other".into()), ..warning(date(2026, 1, 10), "final") }];
        assert_eq!(standing(&rows, &["answer"], date(2026, 3, 31), 12), Standing::Live(None));
        assert_eq!(
            standing(&rows, &["other"], date(2026, 3, 31), 12),
            Standing::Live(Some((Step::Final, date(2026, 1, 10))))
        );
    }
}
