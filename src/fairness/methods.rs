//! The table of methods: every id that a reading, gate or report can carry, with its formula and source. `methods` prints it.

/// One method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// `share.wilson`: what is estimated, and how.
    pub id: &'static str,
    pub name: &'static str,
    pub formula: &'static str,
    pub source: &'static str,
}

/// The method of an id.
pub fn method(id: &str) -> Option<&'static Method> {
    ALL.binary_search_by(|m| m.id.cmp(id)).ok().map(|at| &ALL[at])
}

const fn method_of(id: &'static str, name: &'static str, formula: &'static str, source: &'static str) -> Method {
    Method { id, name, formula, source }
}

/// Sorted by id.
pub const ALL: &[Method] = &[
    method_of(
        "agreement.cohen",
        "Cohen's κ",
        "(pₒ − pₑ)/(1 − pₑ) of two raters' table",
        "Cohen, Educational and Psychological Measurement 20 (1960) 37–46",
    ),
    method_of(
        "agreement.fleiss",
        "Fleiss' κ",
        "(P̄ − P̄ₑ)/(1 − P̄ₑ), equal counts of raters per item",
        "Fleiss, Psychological Bulletin 76 (1971) 378–382",
    ),
    method_of(
        "agreement.icc",
        "intraclass correlation",
        "mean squares of subjects, raters and residual",
        "Shrout and Fleiss, Psychological Bulletin 86 (1979) 420–428",
    ),
    method_of(
        "agreement.krippendorff",
        "Krippendorff's α",
        "1 − D_o/D_e, missing ratings allowed; ≥ .80 rely, .667–.80 tentative, below that no sanction",
        "Krippendorff, Content Analysis (2004), chapter 11",
    ),
    method_of(
        "attainability.wilson",
        "least n that can prove a target",
        "n > z²t/(1 − t)",
        "Wilson, JASA 22 (1927) 209–212, at x = n",
    ),
    method_of(
        "cadence.none",
        "share of what was due",
        "slots kept of slots due; every slot is counted, so that there is no interval",
        "counting",
    ),
    method_of(
        "chart.cusum",
        "cumulative sum chart",
        "S⁺ = max(0, S⁺ + x − T − k), S⁻ = max(0, S⁻ + T − k − x), signal above h",
        "Page, Biometrika 41 (1954) 100–115",
    ),
    method_of(
        "chart.laney",
        "Laney's p′ chart",
        "p̄ ± 3√(p̄(1 − p̄)/n)·σz, σz = mean|Δz|/1.128",
        "Laney, Quality Engineering 14 (2002) 531–537",
    ),
    method_of(
        "chart.p",
        "p-chart",
        "p̄ ± 3√(p̄(1 − p̄)/n)",
        "Shewhart, Economic Control of Quality of Manufactured Product (1931)",
    ),
    method_of(
        "chart.xmr",
        "individuals and moving range chart; direction",
        "x̄ ± 3·MR̄/1.128, range limit 3.267·MR̄; improving or worsening when the last point is outside or the last eight \
         lie on one side of the centre",
        "Shewhart (1931); Montgomery, Introduction to Statistical Quality Control, chapter 6",
    ),
    method_of(
        "claim.interval",
        "a claim against its interval",
        "the records of all its periods added; supported where the whole 95 % interval lies on the claimed side, unsupported where \
         it lies on the other, else unknown; better than: the interval of the difference against 0",
        "Newcombe, Statistics in Medicine 17 (1998) 873–890; Zou and Donner (2008) for other figures",
    ),
    method_of("count.none", "count.none", "number of records; no interval", "counting"),
    method_of(
        "fisher.two_sided",
        "Fisher's exact test",
        "sum of the tables no likelier than the one seen",
        "Fisher, JRSS 98 (1935) 39–82",
    ),
    method_of(
        "formula.mover",
        "linear formula over measures",
        "value − √Σ(cᵢ(vᵢ − lᵢ))², value + √Σ(cᵢ(uᵢ − vᵢ))²",
        "Zou and Donner, Statistics in Medicine 27 (2008) 1693–1702",
    ),
    method_of("formula.none", "formula over measures", "as written; not linear, so no interval", "the policy"),
    method_of(
        "funnel.overdispersed",
        "funnel with over-dispersion",
        "sin²(asin√θ₀ ± z√(1/4n + τ²))",
        "Spiegelhalter, Quality and Safety in Health Care 14 (2005) 347–351",
    ),
    method_of(
        "funnel.poisson",
        "exact Poisson funnel",
        "limits of Poisson(E) over E",
        "Spiegelhalter, Statistics in Medicine 24 (2005) 1185–1202",
    ),
    method_of(
        "funnel.share",
        "funnel of shares",
        "θ₀ ± z√(θ₀(1 − θ₀)/n), held to 0…1",
        "Spiegelhalter, Statistics in Medicine 24 (2005) 1185–1202",
    ),
    method_of(
        "gaming.probes",
        "gaming probes",
        "exact binomial or Newcombe's difference, one-sided .001; a question to the measure's owner, never evidence",
        "after McCrary, Journal of Econometrics 142 (2008) 698–714",
    ),
    method_of(
        "gap.t",
        "mean gap of received and expected",
        "mean ± t·s/√n, n − 1 degrees of freedom (or the peers' pooled deviation)",
        "Student, Biometrika 6 (1908) 1–25",
    ),
    method_of(
        "impact.four_fifths",
        "adverse impact",
        "ratio < .80, Fisher p < .05, and both after moving one person",
        "29 CFR 1607.4 D; EEOC Questions and Answers 21",
    ),
    method_of(
        "leniency.least_squares",
        "rater leniency",
        "least squares score = subject + rater, Σ rater = 0; refused when disconnected",
        "Searle, Linear Models for Unbalanced Data (1987), chapter 5",
    ),
    method_of(
        "luck.windows",
        "k of m by chance",
        "chain of the last m − 1 periods; exact for independent periods",
        "Fu and Koutras, JASA 89 (1994) 1050–1058",
    ),
    method_of(
        "mean.t",
        "mean",
        "mean ± t·s/√n, n − 1 degrees of freedom (or the peers' pooled deviation)",
        "Student, Biometrika 6 (1908) 1–25",
    ),
    method_of(
        "median.order_statistics",
        "median, type 7",
        "[X₍l₎, X₍u₎] with binomial tails of at most α/2",
        "Hyndman and Fan, The American Statistician 50 (1996) 361–365; David and Nagaraja, Order Statistics (2003), 7.1",
    ),
    method_of(
        "multiplicity.benjamini_hochberg",
        "false discovery rate",
        "min over j ≥ i of p₍ⱼ₎·m/j",
        "Benjamini and Hochberg, JRSS B 57 (1995) 289–300",
    ),
    method_of("multiplicity.bonferroni", "chance of a single false one", "min(1, m·p)", "Dunn, JASA 56 (1961) 52–64"),
    method_of(
        "multiplicity.partial_conjunction",
        "k of m periods",
        "min(1, (m − k + 1)·p₍ₖ₎)",
        "Benjamini and Heller, Biometrics 64 (2008) 1215–1222",
    ),
    method_of(
        "nps.adjusted_wald",
        "net promoter score",
        "100(p − d); n + 3, ¾ to promoters and ¾ to detractors, ± z√((p + d − (p − d)²)/(n + 3))",
        "Rocks, The American Statistician 70 (2016) 365–372",
    ),
    method_of(
        "overdispersion.additive",
        "over-dispersion",
        "φ = Σz_w²/k; τ² = (kφ − (k − 1))/(Σw − Σw²/Σw); z* = (y − t)/√(s² + τ²)",
        "Spiegelhalter, Quality and Safety in Health Care 14 (2005) 347–351",
    ),
    method_of(
        "percentile.order_statistics",
        "percentile, type 7",
        "[X₍l₎, X₍u₎] with binomial tails of at most α/2",
        "Hyndman and Fan, The American Statistician 50 (1996) 361–365; David and Nagaraja, Order Statistics (2003), 7.1",
    ),
    method_of(
        "rank.expected",
        "expected rank",
        "1 + Σ Φ((θⱼ − θᵢ)/√(sᵢ² + sⱼ²))",
        "Laird and Louis, Journal of Educational Statistics 14 (1989) 29–46",
    ),
    method_of(
        "rate.poisson_exact",
        "rate",
        "½χ²(α/2; 2x) … ½χ²(1 − α/2; 2x + 2), over the exposure",
        "Garwood, Biometrika 28 (1936) 437–442",
    ),
    method_of(
        "ratio.linearised",
        "ratio of sums",
        "R ± t·√(Σ(y − Rx)²/(n(n − 1)))/x̄",
        "Cochran, Sampling Techniques (1977), 6.4",
    ),
    method_of(
        "reliability.variance_ratio",
        "reliability",
        "σ_b²/(σ_b² + σ_w²/n); ≥ .7 for groups, ≥ .9 for one person's adverse outcome",
        "Adams, The Reliability of Provider Profiling, RAND TR-653 (2009)",
    ),
    method_of(
        "score.mover",
        "score",
        "S − √(Σ_g(Σ wᵢ(pᵢ − pᵢ(bad)))²)/Σw, upper likewise; g over sources",
        "Zou and Donner, Statistics in Medicine 27 (2008) 1693–1702",
    ),
    method_of(
        "share.binomial_exact",
        "exact test of a share",
        "P(X ≤ x) or P(X ≥ x), X ~ Binomial(n, line)",
        "Clopper and Pearson, Biometrika 26 (1934) 404–413",
    ),
    method_of(
        "share.jeffreys",
        "share, Jeffreys",
        "quantiles of Beta(x + ½, n − x + ½), 0 at x = 0 and 1 at x = n",
        "Brown, Cai and DasGupta, Statistical Science 16 (2001) 101–133",
    ),
    method_of(
        "share.newcombe",
        "difference of shares",
        "d − √((p₁ − l₁)² + (u₂ − p₂)²), d + √((u₁ − p₁)² + (p₂ − l₂)²)",
        "Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10",
    ),
    method_of(
        "share.wilson",
        "share",
        "(2x + z² ± z√(z² + 4x(1 − x/n)))/(2(n + z²))",
        "Wilson, JASA 22 (1927) 209–212",
    ),
    method_of(
        "shrinkage.beta_binomial",
        "shrunken share",
        "(x + α)/(n + α + β), α and β by maximum likelihood over the peers; leave-one-out below ten",
        "Skellam, JRSS B 10 (1948) 257–261; Morris, JASA 78 (1983) 47–55",
    ),
    method_of(
        "shrinkage.james_stein",
        "James–Stein",
        "ȳ + c(y − ȳ), c = 1 − (k − 3)σ²/S",
        "Efron and Morris, JASA 70 (1975) 311–319",
    ),
    method_of(
        "shrinkage.normal",
        "shrunken mean",
        "R·y + (1 − R)·μ, R = τ²/(τ² + s²), τ² by moments",
        "DerSimonian and Laird, Controlled Clinical Trials 7 (1986) 177–188",
    ),
    method_of(
        "standardisation.additive",
        "adjusted for the mix of work",
        "overall + raw − expected, expected = Σ n_s r_s/n; the interval shifted alike",
        "Breslow and Day, Statistical Methods in Cancer Research II (1987), 65–71",
    ),
    method_of(
        "standardisation.byar",
        "observed over expected",
        "Byar's limits over E; exact for O < 10",
        "Breslow and Day, Statistical Methods in Cancer Research II (1987), 69",
    ),
    method_of("sum.none", "sum.none", "Σ of the records; no interval", "adding"),
    method_of(
        "target.next",
        "next target",
        "met beyond doubt in each of the last periods; the least of target + step, the worse end of the interval over all of them, \
         and just short of the stretch, rounded towards the target",
        "definition",
    ),
    method_of(
        "trend.newcombe",
        "change of a share",
        "act when the 95 % interval of the difference leaves out 0; else insufficient below 30 records; else watch when \
         the 90 % interval leaves out 0; else steady",
        "Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10",
    ),
    method_of("value.reported", "reported figure", "as reported, with the limits reported beside it", "the record"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_unique_and_complete() {
        assert!(ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
        for m in ALL {
            assert!(!m.name.is_empty() && !m.formula.is_empty() && !m.source.is_empty(), "{}", m.id);
            assert_eq!(method(m.id), Some(m));
        }
        assert_eq!(method("share.guess"), None);
    }
}
