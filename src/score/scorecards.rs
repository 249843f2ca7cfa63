//! The noun of this stage. Dense: a cell is `subject * periods + period`; NaN is missing.

use std::sync::Arc;

use crate::measure::{Readings, State};

/// One standard at one level.
#[derive(Clone, Debug, Default)]
pub struct StandardScores {
    pub floor: Vec<f64>,
    pub target: Vec<f64>,
    pub stretch: Vec<f64>,
    pub baseline: Vec<f64>,
    /// Whenever computable, also below the minimum.
    pub points: Vec<f64>,
    /// Points at the worse and better end of the interval.
    pub points_worst: Vec<f64>,
    pub points_best: Vec<f64>,
    /// The reading's state, with `TooFew` below the minimum and `NotApplicable` where `for:` or a missing target says so.
    pub state: Vec<State>,
}

/// One group at one level.
#[derive(Clone, Debug, Default)]
pub struct GroupScores {
    pub points: Vec<f64>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    /// Its `combine` script, or that of a group among its parts, broke a limit.
    pub failed: bool,
}

#[derive(Clone, Debug, Default)]
pub struct LevelScores {
    /// By position in `Plan::standards`.
    pub standards: Vec<StandardScores>,
    /// By position in `Scoring::groups`.
    pub groups: Vec<GroupScores>,
    pub score: Vec<f64>,
    pub score_lower: Vec<f64>,
    pub score_upper: Vec<f64>,
    /// The score rests on a group that failed.
    pub score_failed: bool,
    /// The score on what is a person's own, where it differs and a sanction claims it.
    pub own: Option<OwnScore>,
}

/// The score of each cell without shielded rows and without misses whose cause is not the person: what the gates of a
/// sanction on the score read.
#[derive(Clone, Debug, Default)]
pub struct OwnScore {
    pub score: Vec<f64>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
}

pub struct Scorecards {
    /// Shared: what-if scores the same readings again under another policy. `Arc::make_mut` where figures are drawn.
    pub readings: Arc<Readings>,
    /// In the order of `Plan::levels`.
    pub levels: Vec<LevelScores>,
    /// Warnings: lines of the data that leave nothing to score.
    pub findings: Vec<crate::diagnostic::Diagnostic>,
    /// Breaches of `points:` and `combine:` scripts.
    pub failures: Vec<crate::diagnostic::Diagnostic>,
}
