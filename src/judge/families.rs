//! Many people, many tests: the family within which a sanction's p-values are adjusted.
//!
//! All (subject, claimed standard) pairs with n ≥ minimum for one rule, level and judged period. The p of a pair is the
//! partial conjunction of its m periods (Benjamini & Heller 2008); the family is adjusted by Benjamini & Hochberg (1995).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::proof::{Claim, p_value, proof};
use super::view::View;
use crate::fairness::multiplicity;
use crate::measure::{State, Tallies};
use crate::score::Direction;
use crate::workspace::{Multiplicity, Rule};

/// Adjusted p of each pair of a family: by claim, then by subject; NaN outside the family.
#[derive(Clone, Debug, Default)]
pub(super) struct Family {
    claims: Vec<Claim>,
    subjects: usize,
    adjusted: Vec<f64>,
    /// How many pairs were tested together.
    pub size: usize,
}

impl Family {
    fn of(view: &View<'_>, rule: &Rule, period: usize, minimum: u64, memo: &mut Memo) -> Family {
        let (k, m) = view.k_of_m(rule);
        let claims: Vec<Claim> = match rule.claims.as_slice() {
            [] => vec![Claim::Score],
            standards => standards.iter().map(|s| Claim::Standard(*s)).collect(),
        };
        let subjects = view.level.subjects.len();
        let mut members = Vec::new();
        let mut p = Vec::new();
        let mut in_periods = Vec::with_capacity(m as usize);
        for (position, claim) in claims.iter().enumerate() {
            let mut known = memo.column(*claim, subjects * view.periods());
            for subject in 0..subjects {
                let cell = view.cell(subject, period);
                let meant = view.applies(rule, subject, period) && applies(view, *claim, cell);
                if !meant || proof(view, *claim, cell, minimum).n < minimum {
                    continue;
                }
                members.push(position * subjects + subject);
                p.push(match view.window(period, m) {
                    None => 1.0,
                    Some(window) => {
                        in_periods.clear();
                        in_periods.extend(window.map(|at| {
                            // A period in which the rule was not meant for the subject proves nothing.
                            if !view.applies(rule, subject, at) {
                                return 1.0;
                            }
                            let cell = view.cell(subject, at);
                            if known[cell].is_nan() {
                                known[cell] = memo.p(view, *claim, cell, minimum);
                            }
                            known[cell]
                        }));
                        multiplicity::partial_conjunction(&in_periods, k as usize)
                    }
                });
            }
            memo.columns.push((*claim, known));
        }
        let mut adjusted = vec![f64::NAN; claims.len() * subjects];
        let of_each = match view.plan.fairness.methods.multiplicity {
            Multiplicity::BenjaminiHochberg => multiplicity::benjamini_hochberg(&p),
            Multiplicity::Bonferroni => multiplicity::bonferroni(&p),
        };
        for (member, value) in members.iter().zip(of_each) {
            adjusted[*member] = value;
        }
        Family { claims, subjects, adjusted, size: members.len() }
    }

    /// Adjusted p of one pair; NaN where it isn't in the family.
    pub fn adjusted(&self, claim: Claim, subject: usize) -> f64 {
        let position = self.claims.iter().position(|c| *c == claim);
        position.and_then(|p| self.adjusted.get(p * self.subjects + subject)).copied().unwrap_or(f64::NAN)
    }
}

fn applies(view: &View<'_>, claim: Claim, cell: usize) -> bool {
    match claim {
        Claim::Standard(standard) => view.state(standard, cell) != State::NotApplicable,
        Claim::Score => !view.gate_score(cell)[0].is_nan(),
    }
}

/// p-values already worked out: windows overlap, and many subjects have the same counts.
#[derive(Debug, Default)]
struct Memo {
    /// By claim: that of each cell; NaN where nobody asked yet.
    columns: Vec<(Claim, Vec<f64>)>,
    /// Exact ones of shares, by hits, n, floor and direction.
    shares: FxHashMap<(u64, u64, u64, bool), f64>,
}

/// Remembered p-values, before large units, no two of which are alike, fill the memory.
const MOST: usize = 1 << 17;

impl Memo {
    /// Takes out the column of a claim.
    fn column(&mut self, claim: Claim, cells: usize) -> Vec<f64> {
        match self.columns.iter().position(|(of, _)| *of == claim) {
            Some(position) => self.columns.swap_remove(position).1,
            None => vec![f64::NAN; cells],
        }
    }

    fn p(&mut self, view: &View<'_>, claim: Claim, cell: usize, minimum: u64) -> f64 {
        let Some(key) = Memo::key(view, claim, cell, minimum) else { return p_value(view, claim, cell, minimum) };
        *self.shares.entry(key).or_insert_with(|| p_value(view, claim, cell, minimum))
    }

    /// None where more than these decides.
    fn key(view: &View<'_>, claim: Claim, cell: usize, minimum: u64) -> Option<(u64, u64, u64, bool)> {
        let Claim::Standard(standard) = claim else { return None };
        let (Tallies::Share { hits, n }, figures) = view.gate_side(standard)? else { return None };
        let read = proof(view, claim, cell, minimum);
        let plain = figures.raw.get(cell)?.to_bits() == read.value.to_bits();
        let tested = plain && read.n >= minimum && !read.best.is_nan() && !read.floor.is_nan();
        let lower = view.direction(standard) == Direction::Lower;
        tested.then_some((*hits.get(cell)?, *n.get(cell)?, read.floor.to_bits(), lower))
    }
}

/// Families already worked out, by rule and judged period of one level. Worked out on first use: most policies sanction
/// nobody, and then none is needed. Kept with the outcomes, so that a thousand details don't test everyone a thousand times.
#[derive(Clone, Debug, Default)]
pub struct Families {
    known: Arc<Mutex<Known>>,
    memo: Arc<Mutex<Memo>>,
}

type Known = BTreeMap<(usize, usize), Arc<Family>>;

impl Families {
    /// Leaves what other figures gave; exact p-values stay, they rest on counts alone.
    pub(super) fn forget(&mut self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let mut memo = self.memo.lock().unwrap_or_else(PoisonError::into_inner);
        memo.columns.iter_mut().for_each(|(_, known)| known.fill(f64::NAN));
        if memo.shares.len() > MOST {
            memo.shares.clear();
        }
    }

    pub(super) fn get(&self, view: &View<'_>, rule: usize, period: usize, minimum: u64) -> Arc<Family> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(family) = known().get(&(rule, period)) {
            return family.clone();
        }
        let family = match view.plan.rules.get(rule) {
            Some(about) => {
                let mut memo = self.memo.lock().unwrap_or_else(PoisonError::into_inner);
                Family::of(view, about, period, minimum, &mut memo)
            }
            None => Family::default(),
        };
        let family = Arc::new(family);
        known().insert((rule, period), family.clone());
        family
    }
}
