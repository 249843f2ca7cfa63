//! Shrinkage of shares towards the peers: the beta-binomial model.
//!
//! Skellam, JRSS B 10 (1948) 257–261; moments as analysis of variance: Ridout, Demétrio and Firth, Biometrics 55 (1999)
//! 137–148; empirical Bayes: Morris, JASA 78 (1983) 47–55. Priors come from the subject's own peer stratum and from
//! data up to the period's end; the caller chooses the groups.

use super::{gamma, reliability};

/// Peers below this count are few enough for one subject to pull the prior towards itself: it is left out of its own.
pub const LEAVE_ONE_OUT_BELOW: usize = 10;
/// Fewer peers than this and nothing is shrunken.
pub const LEAST_PEERS: usize = 3;

/// Bounds of α + β: beyond the first no variation can be told from none, below the second everyone is their own prior.
const MOST: f64 = 1e9;
const LEAST: f64 = 1e-6;

/// A beta prior, or everyone at the pooled share (`rho <= 0`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BetaPrior {
    Beta {
        alpha: f64,
        beta: f64,
    },
    /// No variation between subjects: everyone at this share, reliability 0.
    Pooled(f64),
}

/// Maximum likelihood, moments as the start; `None` with fewer than 3 groups of n > 0. `(hits, n)` pairs.
pub fn beta_binomial(groups: &[(u64, u64)]) -> Option<BetaPrior> {
    let used = || groups.iter().copied().filter(filled);
    (used().count() >= LEAST_PEERS).then(|| likelihood(used))
}

/// By moments alone (the luck audit's worlds).
pub fn beta_binomial_moments(groups: &[(u64, u64)]) -> Option<BetaPrior> {
    let used = || groups.iter().copied().filter(filled);
    (used().count() >= LEAST_PEERS).then(|| moments(used()))
}

/// The prior of each subject, in the order given: the same for all, or with fewer than ten peers the prior of the others
/// (leave-one-out). `None` with fewer than 3 groups of n > 0.
pub fn beta_binomial_each(groups: &[(u64, u64)]) -> Option<Vec<BetaPrior>> {
    let filled_count = groups.iter().filter(|g| filled(g)).count();
    if filled_count < LEAST_PEERS {
        return None;
    }
    if filled_count >= LEAVE_ONE_OUT_BELOW {
        return beta_binomial(groups).map(|prior| vec![prior; groups.len()]);
    }
    let without = |left: usize| {
        likelihood(move || groups.iter().enumerate().filter(move |(i, g)| *i != left && filled(g)).map(|(_, g)| *g))
    };
    Some((0..groups.len()).map(without).collect())
}

impl BetaPrior {
    /// (x + α)/(n + α + β)
    pub fn estimate(self, hits: u64, n: u64) -> f64 {
        match self {
            BetaPrior::Beta { alpha, beta } => (hits as f64 + alpha) / (n as f64 + alpha + beta),
            BetaPrior::Pooled(share) => share,
        }
    }

    /// R = σ_b²/(σ_b² + σ_w²/n), evaluated at the estimate.
    pub fn reliability(self, hits: u64, n: u64) -> f64 {
        match self {
            BetaPrior::Beta { alpha, beta } => reliability::beta(alpha, beta, self.estimate(hits, n), n),
            BetaPrior::Pooled(_) => 0.0,
        }
    }

    /// The prior's mean.
    pub fn mean(self) -> f64 {
        self.estimate(0, 0)
    }
}

fn filled(group: &(u64, u64)) -> bool {
    group.1 > 0 && group.0 <= group.1
}

/// ρ = (MSB − MSW)/(MSB + (n₀ − 1)·MSW), the intraclass correlation of yes/no answers by analysis of variance; α + β = 1/ρ − 1.
/// One pass, no allocation.
fn moments(groups: impl Iterator<Item = (u64, u64)>) -> BetaPrior {
    let (mut k, mut total, mut hits, mut squares, mut weighted) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (x, n) in groups {
        let (x, n) = (x as f64, n as f64);
        k += 1.0;
        total += n;
        hits += x;
        squares += n * n;
        weighted += x * x / n;
    }
    let pooled = hits / total;
    let (free_between, free_within) = (k - 1.0, total - k);
    if free_between <= 0.0 || free_within <= 0.0 || pooled <= 0.0 || pooled >= 1.0 {
        return BetaPrior::Pooled(pooled);
    }
    // Σn(p̂ − p̄)² and Σn·p̂(1 − p̂), from Σx²/n
    let between = (weighted - hits * pooled).max(0.0) / free_between;
    let within = (hits - weighted).max(0.0) / free_within;
    let effective = (total - squares / total) / free_between;
    let rho = (between - within) / (between + (effective - 1.0) * within);
    // Shares that differ by rounding alone give a ρ of 1e-17.
    if rho <= 1e-12 || rho.is_nan() {
        return BetaPrior::Pooled(pooled);
    }
    let sum = (1.0 / rho - 1.0).clamp(LEAST, MOST);
    BetaPrior::Beta { alpha: pooled * sum, beta: (1.0 - pooled) * sum }
}

/// Newton's steps on the log-likelihood in (ln α, ln β), each halved until the likelihood grows; where the curvature has
/// the wrong sign, uphill. A sum α + β that runs away means no variation: everyone at the pooled share.
fn likelihood<I: Iterator<Item = (u64, u64)>>(groups: impl Fn() -> I) -> BetaPrior {
    let start = moments(groups());
    let BetaPrior::Beta { alpha, beta } = start else { return start };
    let counts = Counts::of(groups());
    let mut at = [libm::log(alpha), libm::log(beta)];
    let mut height = counts.log_likelihood(at);
    for _ in 0..200 {
        let slope = counts.slope(at);
        let mut step = slope.step();
        let longest = step[0].abs().max(step[1].abs());
        if longest > 2.0 {
            step = step.map(|s| s * 2.0 / longest);
        }
        let (mut next, mut grown) = (at, None);
        for _ in 0..40 {
            next = [at[0] + step[0], at[1] + step[1]];
            let reached = counts.log_likelihood(next);
            if reached >= height {
                grown = Some(reached);
                break;
            }
            step = step.map(|s| 0.5 * s);
        }
        let Some(reached) = grown else { break };
        (at, height) = (next, reached);
        if step[0].abs().max(step[1].abs()) < 1e-12 {
            break;
        }
        let sum = libm::exp(at[0]) + libm::exp(at[1]);
        if sum > MOST {
            let (hits, n) = groups().fold((0, 0), |s, g| (s.0 + g.0, s.1 + g.1));
            return BetaPrior::Pooled(hits as f64 / n as f64);
        }
        if sum < LEAST {
            break;
        }
    }
    BetaPrior::Beta { alpha: libm::exp(at[0]), beta: libm::exp(at[1]) }
}

/// How often each number of hits, of misses and of trials occurs. The likelihood of Σ ln B(x + α, n − x + β) − ln B(α, β)
/// is a sum over each of the three alone, so fifty thousand people cost as much as their few dozen different counts.
struct Counts {
    hits: Vec<(f64, f64)>,
    misses: Vec<(f64, f64)>,
    trials: Vec<(f64, f64)>,
}

impl Counts {
    fn of(groups: impl Iterator<Item = (u64, u64)>) -> Counts {
        let (hits, (misses, trials)): (Vec<u64>, (Vec<u64>, Vec<u64>)) = groups.map(|(x, n)| (x, (n - x, n))).unzip();
        Counts { hits: tallied(hits), misses: tallied(misses), trials: tallied(trials) }
    }

    /// Σ ln B(x + α, n − x + β) − ln B(α, β)
    fn log_likelihood(&self, at: [f64; 2]) -> f64 {
        let (a, b) = (libm::exp(at[0]), libm::exp(at[1]));
        let rise = |counts: &[(f64, f64)], from: f64| {
            let base = libm::lgamma(from);
            counts.iter().map(|&(value, times)| times * (libm::lgamma(value + from) - base)).sum::<f64>()
        };
        rise(&self.hits, a) + rise(&self.misses, b) - rise(&self.trials, a + b)
    }

    fn slope(&self, at: [f64; 2]) -> Slope {
        let (a, b) = (libm::exp(at[0]), libm::exp(at[1]));
        // First and second derivative of the sum of ln Γ(value + from) − ln Γ(from).
        let bend = |counts: &[(f64, f64)], from: f64| {
            let (one, two) = (gamma::digamma(from), gamma::trigamma(from));
            counts.iter().fold((0.0, 0.0), |sum, &(value, times)| {
                let first = times * (gamma::digamma(value + from) - one);
                (sum.0 + first, sum.1 + times * (gamma::trigamma(value + from) - two))
            })
        };
        let (hits, misses, trials) = (bend(&self.hits, a), bend(&self.misses, b), bend(&self.trials, a + b));
        let (da, db) = (hits.0 - trials.0, misses.0 - trials.0);
        let (daa, dbb, dab) = (hits.1 - trials.1, misses.1 - trials.1, -trials.1);
        // chain rule: ∂/∂ln α = α ∂/∂α
        Slope { first: [a * da, b * db], second: [a * a * daa + a * da, a * b * dab, b * b * dbb + b * db] }
    }
}

/// Each value once, ascending, with how often it stands there.
fn tallied(mut values: Vec<u64>) -> Vec<(f64, f64)> {
    values.sort_unstable();
    values.chunk_by(|a, b| a == b).filter_map(|same| Some((*same.first()? as f64, same.len() as f64))).collect()
}

/// First and second derivatives by ln α and ln β.
struct Slope {
    first: [f64; 2],
    second: [f64; 3],
}

impl Slope {
    fn step(&self) -> [f64; 2] {
        let [g, h] = self.first;
        let [p, q, r] = self.second;
        let determinant = p * r - q * q;
        if p < 0.0 && determinant > 0.0 {
            return [-(r * g - q * h) / determinant, -(p * h - q * g) / determinant];
        }
        let length = libm::hypot(g, h);
        if length > 0.0 { [0.5 * g / length, 0.5 * h / length] } else { [0.0, 0.0] }
    }
}

/// Normal shrinkage of (value, standard error) pairs towards their precision-weighted mean (DerSimonian–Laird τ²,
/// Controlled Clinical Trials 7 (1986) 177–188): (estimates, reliabilities). `None` with fewer than 3, or
/// with figures too large to square.
///
/// θ̂ = R·y + (1 − R)·μ, R = τ²/(τ² + s²). A value without a usable error neither forms nor follows the mean: its
/// estimate is itself, its reliability 0.
pub fn normal(groups: &[(f64, f64)]) -> Option<(Vec<f64>, Vec<f64>)> {
    let usable = |g: &&(f64, f64)| g.0.is_finite() && g.1.is_finite() && g.1 > 0.0;
    let used = || groups.iter().filter(usable);
    let k = used().count();
    if k < LEAST_PEERS {
        return None;
    }
    let centre = |extra: f64| {
        let (mut top, mut weights) = (0.0, 0.0);
        for &(y, s) in used() {
            let w = 1.0 / (s * s + extra);
            top += w * y;
            weights += w;
        }
        top / weights
    };
    let fixed = centre(0.0);
    let (mut q, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for &(y, s) in used() {
        let w = 1.0 / (s * s);
        q += w * (y - fixed) * (y - fixed);
        sum += w;
        squares += w * w;
    }
    let moment = (q - (k - 1) as f64) / (sum - squares / sum);
    let spread = moment.max(0.0);
    let mean = centre(spread);
    if !(moment.is_finite() && mean.is_finite()) {
        return None;
    }
    let one = |g: &(f64, f64)| {
        if !usable(&g) {
            return (g.0, 0.0);
        }
        let trust = spread / (spread + g.1 * g.1);
        (trust * g.0 + (1.0 - trust) * mean, trust)
    };
    Some(groups.iter().map(one).unzip())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;
    use proptest::prelude::*;

    #[test]
    fn printed() {
        let prior = BetaPrior::Beta { alpha: 78.661, beta: 224.875 };
        near(prior.estimate(4, 10), 0.26364, 5e-6);
        near(prior.estimate(300, 1000), 0.29049, 5e-6);
        near(BetaPrior::Beta { alpha: 9.0, beta: 1.0 }.reliability(27, 30), 0.73171, 5e-6);
    }

    /// Twelve hospitals (Spiegelhalter et al., BUGS 1.4 examples: Surgical); SciPy's maximum of the same likelihood.
    #[test]
    fn the_maximum_is_the_maximum() {
        let groups = [
            (0, 47),
            (18, 148),
            (8, 119),
            (46, 810),
            (8, 211),
            (13, 196),
            (9, 148),
            (31, 215),
            (14, 207),
            (8, 97),
            (29, 256),
            (24, 360),
        ];
        let BetaPrior::Beta { alpha, beta } = beta_binomial(&groups).unwrap() else { panic!("no variation") };
        near(alpha, 8.253495, 1e-4);
        near(beta, 99.636929, 1e-3);
        let at = [libm::log(alpha), libm::log(beta)];
        let slope = Counts::of(groups.into_iter()).slope(at);
        assert!(slope.first.iter().all(|s| s.abs() < 1e-6), "{:?}", slope.first);
    }

    #[test]
    fn counted_values_give_the_likelihood_of_every_group() {
        let groups = [(3, 10), (3, 10), (0, 4), (7, 9), (4, 10), (9, 9)];
        let (a, b) = (2.5_f64, 1.25_f64);
        let beta = |a: f64, b: f64| libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
        let each = groups.map(|(x, n)| beta(x as f64 + a, (n - x) as f64 + b) - beta(a, b));
        let at = [libm::log(a), libm::log(b)];
        near(Counts::of(groups.into_iter()).log_likelihood(at), each.iter().sum(), 1e-12);
    }

    #[test]
    fn no_variation_is_everyone_at_the_pooled_share() {
        assert_eq!(beta_binomial(&[(5, 10), (10, 20), (15, 30)]), Some(BetaPrior::Pooled(0.5)));
        assert_eq!(beta_binomial(&[(0, 10), (0, 20), (0, 30)]), Some(BetaPrior::Pooled(0.0)));
        assert_eq!(beta_binomial(&[(1, 1), (0, 1), (1, 1)]).unwrap().reliability(1, 1), 0.0);
        assert_eq!(beta_binomial(&[(5, 10), (3, 0), (2, 9)]), None);
        assert_eq!(beta_binomial_moments(&[]), None);
    }

    #[test]
    fn all_or_nothing_leaves_everyone_at_their_own_value() {
        let prior = beta_binomial(&[(20, 20), (0, 20), (20, 20), (0, 20)]).unwrap();
        near(prior.estimate(20, 20), 1.0, 1e-3);
        assert!(prior.reliability(20, 20).is_finite());
    }

    #[test]
    fn few_peers_are_left_out_of_their_own_prior() {
        let groups = [(9, 10), (8, 10), (9, 10), (1, 10)];
        let each = beta_binomial_each(&groups).unwrap();
        // without the outlier the three others hardly differ
        assert!(matches!(each[3], BetaPrior::Pooled(p) if (p - 26.0 / 30.0).abs() < 1e-12));
        assert_ne!(each[0], each[3]);
        let ten: Vec<_> = (0..10).map(|i| (i, 10)).collect();
        let same = beta_binomial_each(&ten).unwrap();
        assert!(same.iter().all(|p| *p == same[0]));
        assert_eq!(beta_binomial_each(&groups[..2]), None);
    }

    #[test]
    fn normal_shrinkage_by_hand() {
        // equal errors: μ = 2, Q = 8, τ² = (8 − 2)/(3 − 1) = 3, R = 3/4
        let (estimates, trust) = normal(&[(0.0, 1.0), (2.0, 1.0), (4.0, 1.0)]).unwrap();
        near(trust[0], 0.75, 1e-12);
        near(estimates[0], 0.5, 1e-12);
        near(estimates[1], 2.0, 1e-12);
        let (estimates, trust) = normal(&[(1.0, 5.0), (2.0, 5.0), (3.0, 5.0), (9.0, 0.0)]).unwrap();
        assert_eq!(trust, [0.0; 4]);
        assert_eq!((estimates[0], estimates[3]), (2.0, 9.0));
        assert_eq!(normal(&[(1.0, 5.0), (2.0, 5.0), (3.0, f64::NAN)]), None);
    }

    proptest! {
        #[test]
        fn an_estimate_lies_between_the_value_and_the_prior(
            groups in proptest::collection::vec((0_u64..=1000, 1_u64..=400), 3..20)
        ) {
            let groups: Vec<_> = groups.into_iter().map(|(share, n)| (share * n / 1000, n)).collect();
            for prior in [beta_binomial(&groups).unwrap(), beta_binomial_moments(&groups).unwrap()] {
                for &(x, n) in &groups {
                    let (value, estimate) = (x as f64 / n as f64, prior.estimate(x, n));
                    let (low, high) = (value.min(prior.mean()), value.max(prior.mean()));
                    prop_assert!(estimate >= low - 1e-12 && estimate <= high + 1e-12, "{prior:?} {x}/{n}");
                    prop_assert!((0.0..=1.0).contains(&prior.reliability(x, n)));
                }
            }
        }
    }
}
