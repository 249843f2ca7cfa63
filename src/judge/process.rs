//! Units whose process is to be changed, not their people: the unit falls short of its target, and nothing tells its
//! members apart. Sanctioning or rewarding within such a unit is judging luck (W. E. Deming's red beads).
//!
//! For a subject that is not a person, and a standard: at least three assessed children, value below target, no child
//! outside the 99.8 % funnel around their common level, widened for over-dispersion (Spiegelhalter 2005), over the complete
//! periods there are, and no signal on the unit's own control chart where it has eight periods or more. Only the highest
//! such subject of a branch.

use std::collections::BTreeMap;

use super::Facts;
use super::gates::line;
use super::trend;
use super::view::{View, at};
use crate::fairness::overdispersion::{Point, assess};
use crate::fairness::{Z998, charts, nps};
use crate::measure::Tallies;
use crate::score::Scorecards;
use crate::workspace::Plan;

/// One level's reviews: cell → standard.
pub(super) type Reviews = BTreeMap<usize, usize>;

/// Fewest children between whom anything can be told apart.
const CHILDREN: usize = 3;

/// Reviews of every level, in the order of `Plan::levels`.
pub(super) fn reviews(plan: &Plan, scorecards: &Scorecards, facts: &Facts) -> Vec<Reviews> {
    let count = scorecards.readings.levels.len();
    let views: Vec<Option<View<'_>>> = (0..count).map(|i| View::new(plan, scorecards, facts, i)).collect();
    let mut reviews = vec![Reviews::new(); count];
    for period in &scorecards.readings.judged {
        for index in (0..count).rev() {
            let Some(view) = views[index].as_ref().filter(|view| !view.person) else { continue };
            let children: Vec<Children<'_>> = (0..index)
                .rev()
                .filter_map(|below| Some(Children::of(view, views[below].as_ref()?, *period)))
                .collect();
            for subject in 0..view.level.subjects.len() {
                let cell = view.cell(subject, *period);
                if view.level.records.get(cell).copied().unwrap_or(0) == 0
                    || under_review(&views, &reviews, index, subject, *period)
                {
                    continue;
                }
                // The level right below says; where it has too few members, the one below that, down to persons.
                let members = children.iter().find(|c| c.of_subject(subject).len() >= CHILDREN);
                let found = members.and_then(|members| {
                    (0..plan.standards.len()).find(|standard| common_cause(view, members, *standard, subject, *period))
                });
                if let Some(standard) = found {
                    reviews[index].insert(cell, standard);
                }
            }
        }
    }
    reviews
}

/// Whether a subject above this one, in the same branch, is under review already.
fn under_review(views: &[Option<View<'_>>], reviews: &[Reviews], index: usize, subject: usize, period: usize) -> bool {
    (index + 1..views.len()).any(|above| {
        let (Some(view), Some(own)) = (views[above].as_ref(), views[index].as_ref()) else { return false };
        let parent = parent_of(own, view, subject, period);
        parent.is_some_and(|parent| reviews[above].contains_key(&view.cell(parent, period)))
    })
}

/// The parent of a subject at a higher level. `organisation` holds everyone.
fn parent_of(own: &View<'_>, above: &View<'_>, subject: usize, period: usize) -> Option<usize> {
    if above.level.level == "organisation" {
        return Some(0);
    }
    let parents = own.level.subjects.get(subject)?.parents.get(&above.index)?;
    parents.get(period).copied().flatten().map(|parent| parent as usize)
}

/// The members of each subject of a level: those below that were assessed in the period.
struct Children<'a> {
    view: &'a View<'a>,
    of: BTreeMap<usize, Vec<usize>>,
}

impl<'a> Children<'a> {
    fn of(above: &View<'_>, view: &'a View<'a>, period: usize) -> Children<'a> {
        let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for subject in 0..view.level.subjects.len() {
            let assessed = view.level.records.get(view.cell(subject, period)).is_some_and(|n| *n > 0);
            if let Some(parent) = parent_of(view, above, subject, period).filter(|_| assessed) {
                of.entry(parent).or_default().push(subject);
            }
        }
        Children { view, of }
    }

    fn of_subject(&self, subject: usize) -> &[usize] {
        self.of.get(&subject).map_or(&[], Vec::as_slice)
    }
}

fn common_cause(view: &View<'_>, members: &Children<'_>, standard: usize, subject: usize, period: usize) -> bool {
    let cell = view.cell(subject, period);
    let Some(measure) = view.measure(standard).filter(|_| view.measured(standard, cell)) else { return false };
    let short = view.direction(standard).short(at(&measure.figures.value, cell), line(view, standard, cell).1);
    if !short {
        return false;
    }
    let sums: Vec<Sums> = members
        .of_subject(subject)
        .iter()
        .filter_map(|child| Sums::of(members.view, standard, *child, period))
        .filter(|sums| sums.n > 0.0)
        .collect();
    let within = |points: Vec<Point>| {
        let found = assess(&points);
        points.len() >= CHILDREN && found.is_some_and(|f| f.adjusted.iter().all(|z| z.abs() <= Z998))
    };
    sums.len() >= CHILDREN && points(&sums).is_some_and(within) && !signals(view, standard, subject, period)
}

/// One child over the complete periods up to the judged one.
struct Sums {
    n: f64,
    kind: Kind,
}

enum Kind {
    Share(u64, u64),
    Mean { sum: f64, squares: f64 },
    Rate { events: f64, per: f64 },
    Nps(u64, u64, u64),
}

impl Sums {
    /// `None` for kinds whose periods can't be added.
    fn of(view: &View<'_>, standard: usize, subject: usize, period: usize) -> Option<Sums> {
        let readings = &view.scorecards.readings;
        let cells: Vec<usize> = (0..=period)
            .filter(|p| *p == period || readings.periods.get(*p).is_some_and(|about| about.complete))
            .map(|p| view.cell(subject, p))
            .collect();
        let add = |column: &Vec<u64>| cells.iter().filter_map(|cell| column.get(*cell)).sum::<u64>();
        let wide = |column: &Vec<i128>| cells.iter().filter_map(|cell| column.get(*cell)).sum::<i128>() as f64;
        let about = view.plan.standards.get(standard).and_then(|s| view.plan.measures.get(s.measure))?;
        let one = |decimals: u8| 10f64.powi(i32::from(decimals));
        Some(match &view.measure(standard)?.tallies {
            Tallies::Share { hits, n } => {
                let (hits, n) = (add(hits), add(n));
                Sums { n: n as f64, kind: Kind::Share(hits, n) }
            }
            Tallies::Moments { n, sum, squares, decimals } if about.form.name() != "sum" => {
                let one = one(*decimals);
                Sums {
                    n: add(n) as f64,
                    kind: Kind::Mean { sum: wide(sum) / one, squares: wide(squares) / (one * one) },
                }
            }
            Tallies::Rate { n, events, per, decimals, .. } => {
                let one = one(*decimals);
                Sums { n: add(n) as f64, kind: Kind::Rate { events: wide(events) / one, per: wide(per) / one } }
            }
            Tallies::Nps { promoters, detractors, n } => {
                let n = add(n);
                Sums { n: n as f64, kind: Kind::Nps(add(promoters), add(detractors), n) }
            }
            _ => return None,
        })
    }
}

/// The children on a scale on which their errors are known, around what they have in common.
fn points(children: &[Sums]) -> Option<Vec<Point>> {
    let n: f64 = children.iter().map(|c| c.n).sum();
    match children.first()?.kind {
        Kind::Share(..) => {
            let shares = children.iter().map(|c| if let Kind::Share(hits, n) = c.kind { (hits, n) } else { (0, 0) });
            let (hits, all) = shares.clone().fold((0, 0), |sum, c| (sum.0 + c.0, sum.1 + c.1));
            shares.map(|(hits_of, n)| Point::share(hits_of, n, hits as f64 / all as f64)).collect()
        }
        Kind::Mean { .. } => {
            let moments = children.iter().map(|c| match c.kind {
                Kind::Mean { sum, squares } => (c.n, sum, squares - sum * sum / c.n),
                _ => (c.n, f64::NAN, f64::NAN),
            });
            let (sum, within) = moments.clone().fold((0.0, 0.0), |s, (_, sum, around)| (s.0 + sum, s.1 + around));
            let deviation = (within / (n - children.len() as f64)).sqrt();
            let usable = deviation.is_finite() && deviation > 0.0;
            let point = |(of, total, _): (f64, f64, f64)| Point { y: total / of, t: sum / n, s: deviation / of.sqrt() };
            usable.then(|| moments.map(point).collect())
        }
        Kind::Rate { .. } => {
            let rates = children
                .iter()
                .map(|c| if let Kind::Rate { events, per } = c.kind { (events, per) } else { (0.0, 0.0) });
            let (events, per) = rates.clone().fold((0.0, 0.0), |sum, c| (sum.0 + c.0, sum.1 + c.1));
            rates.map(|(observed, of)| Point::ratio(observed, events / per * of)).collect()
        }
        Kind::Nps(..) => {
            let answers = children.iter().map(|c| if let Kind::Nps(p, d, n) = c.kind { (p, d, n) } else { (0, 0, 0) });
            let (p, d, all) = answers.clone().fold((0, 0, 0), |s, c| (s.0 + c.0, s.1 + c.1, s.2 + c.2));
            let common = nps::value(p, d, all)?;
            let error = nps::standard_error(p, d, all)? * (all as f64).sqrt();
            let point = |(p, d, n): (u64, u64, u64)| {
                Some(Point { y: nps::value(p, d, n)?, t: common, s: error / (n as f64).sqrt() })
            };
            answers.map(point).collect()
        }
    }
}

/// A point outside the limits of the unit's own chart: Laney's p′ for shares, XmR for the others; none under eight periods.
fn signals(view: &View<'_>, standard: usize, subject: usize, period: usize) -> bool {
    let periods = &view.scorecards.readings.periods;
    if let Some(Tallies::Share { hits, n }) = view.measure(standard).map(|m| &m.tallies) {
        let cells = (0..=period).filter(|p| *p == period || periods.get(*p).is_some_and(|about| about.complete));
        let series: Vec<(u64, u64)> = cells
            .map(|p| view.cell(subject, p))
            .filter(|cell| view.measured(standard, *cell))
            .filter_map(|cell| Some((*hits.get(cell)?, *n.get(cell)?)))
            .filter(|(_, n)| *n > 0)
            .collect();
        return charts::laney(&series).is_some_and(|(chart, _)| !chart.outside.is_empty());
    }
    charts::xmr(&trend::values(view, standard, subject, period)).is_some_and(|found| !found.chart.outside.is_empty())
}
