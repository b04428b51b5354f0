#!/usr/bin/env python3
"""stats-golden.py -- what SciPy says of stats-golden.tsv's samples.

Writes stats-golden.tsv, from SciPy 1.10.1 (python3-scipy of Debian 12):
    python3 stats-golden.py >stats-golden.tsv
Each line is a name, results (p-values, quantiles), and the numbers they are of.
"""

import random

from scipy import stats

rng = random.Random(9)


def line(name, results, numbers):
    print(name, *(" ".join(repr(float(x)) for x in part)
                  for part in (results, numbers)), sep="\t")


# Differences of two systems: t, wilcoxon, sign.
cases = {
    "few": [rng.gauss(0.3, 1) for _ in range(12)],
    "fifty": [rng.gauss(0.1, 1) for _ in range(50)],
    "many": [rng.gauss(0.05, 1) for _ in range(130)],
    "ties": [rng.choice([-2, -1, 0, 0, 1, 2, 3]) / 4 for _ in range(80)],
    "zeros": [rng.choice([0, 0, 0, 1, -1, 0.5]) for _ in range(40)],
    "sure": [rng.gauss(2, 1) for _ in range(60)],
}
for name, d in cases.items():
    win, loss = sum(x > 0 for x in d), sum(x < 0 for x in d)
    line("paired-" + name, [
        stats.ttest_1samp(d, 0).pvalue,
        stats.wilcoxon(d).pvalue,
        stats.binomtest(win, win + loss).pvalue], d)

# Welch's t of y against x: p and t, of the size of x, x, y.
for name, n, m, shift in ("small", 8, 11, 1), ("large", 200, 150, 0.1):
    x = [rng.gauss(0, 1) for _ in range(n)]
    y = [rng.gauss(shift, 2) for _ in range(m)]
    r = stats.ttest_ind(y, x, equal_var=False)
    line("welch-" + name, [r.pvalue, r.statistic], [n] + x + y)

# Two proportions as a 2 x 2 table, chi-squared without correction.
for a, n, b, m in (8502, 44700, 8279, 45489), (3, 40, 9, 45), (0, 10, 6, 12):
    chi = stats.chi2_contingency([[a, n - a], [b, m - b]], correction=False)
    line("proportions", [chi[1]], [a, n, b, m])

# Goodness of fit of counts to equal shares.
for counts in (44700, 45489), (501, 499), (10, 20, 30):
    r = stats.chisquare(counts)
    line("shares", [r.pvalue], counts)

for df in 1, 3.5, 30, 1000:
    line("t-quantile", [stats.t.ppf(0.975, df)], [0.975, df])
for p in 1e-9, 0.2, 0.8, 0.999:
    line("normal-quantile", [stats.norm.ppf(p)], [p])
