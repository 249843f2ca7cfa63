"""Answers of SciPy and statsmodels for tests/statistics.rs.

Reads {"cases": [[method, inputs...], ...]} from standard input, writes {"answers": [[numbers...], ...]}.
Exit code 3 where a package is missing: the caller skips.
"""

import json
import sys
import warnings

try:
    import numpy
    from scipy import stats
    from statsmodels.stats import inter_rater, meta_analysis, multitest, proportion
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(3)


def wilson(x, n):
    return proportion.proportion_confint(x, n, 0.05, "wilson")


def jeffreys(x, n, confidence):
    tail = (1 - confidence) / 2
    lower = 0.0 if x == 0 else stats.beta.ppf(tail, x + 0.5, n - x + 0.5)
    upper = 1.0 if x == n else stats.beta.isf(tail, x + 0.5, n - x + 0.5)
    return lower, upper


def newcombe(x1, n1, x2, n2):
    return proportion.confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff")


def poisson(x, confidence):
    tail = (1 - confidence) / 2
    lower = 0.0 if x == 0 else stats.chi2.ppf(tail, 2 * x) / 2
    return lower, stats.chi2.isf(tail, 2 * x + 2) / 2


def mean(value, sd, n, degrees, line):
    lower, upper = stats.t.interval(0.95, degrees, value, sd / n**0.5)
    t = (value - line) / (sd / n**0.5)
    return lower, upper, stats.t.cdf(t, degrees), stats.t.sf(t, degrees)


def normal_shrinkage(values, errors):
    values, variances = numpy.array(values), numpy.array(errors) ** 2
    tau2 = max(0.0, meta_analysis.combine_effects(values, variances, method_re="chi2").tau2)
    weights = 1 / (variances + tau2)
    centre = (weights * values).sum() / weights.sum()
    trust = tau2 / (tau2 + variances)
    return [*(trust * values + (1 - trust) * centre), *trust]


METHODS = {
    "wilson": wilson,
    "jeffreys": jeffreys,
    "newcombe": newcombe,
    "beta": lambda a, b, p: [stats.beta.ppf(p, a, b)],
    "gamma": lambda a, p: [stats.gamma.ppf(p, a)],
    "normal": lambda z, p: [stats.norm.cdf(z), stats.norm.ppf(p)],
    "binomial": lambda x, n, line: [stats.binom.cdf(x, n, line), stats.binom.sf(x - 1, n, line)],
    "poisson": poisson,
    "poisson_p": lambda x, m: [stats.poisson.cdf(x, m), stats.poisson.sf(x - 1, m)],
    "mean": mean,
    "fisher": lambda a, m, b, n: [stats.fisher_exact([[a, m - a], [b, n - b]]).pvalue],
    "bh": lambda p: multitest.multipletests(p, method="fdr_bh")[1],
    "cohen": lambda table: [inter_rater.cohens_kappa(numpy.array(table)).kappa],
    "fleiss": lambda table: [inter_rater.fleiss_kappa(numpy.array(table))],
    "type7": lambda values, at: [numpy.quantile(values, at)],
    "normal_shrinkage": normal_shrinkage,
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    cases = json.load(sys.stdin)["cases"]
    answers = [[float(v) for v in METHODS[method](*inputs)] for method, *inputs in cases]
    json.dump({"answers": answers}, sys.stdout)
