#!/usr/bin/env python3
"""labels-golden.py -- what scikit-learn says of random labels and classes.

Writes labels-golden.tsv, from scikit-learn 1.2.1 (python3-sklearn of Debian 12):
    python3 labels-golden.py >labels-golden.tsv
Each line is "labels" or "classes", names and values of metrics, and the pairs
(label score, or class prediction) that they are of.
"""

import random

from sklearn import metrics as m

rng = random.Random(4)


def line(kind, values, pairs):
    print(kind, " ".join(f"{k}={float(v)!r}" for k, v in values.items()),
          " ".join(f"{a}:{b!r}" for a, b in pairs), sep="\t")


for n, share, digits in (40, 0.5, 6), (90, 0.2, 1), (120, 0.7, 2), (60, 0.05, 3):
    y = [1, 0] + [int(rng.random() < share) for _ in range(n - 2)]
    p = [round(min(max(rng.gauss(0.4 + 0.2 * t, 0.2), 0), 1), digits)
         for t in y]
    said = [x >= 0.5 for x in p]
    line("labels", {
        "auc": m.roc_auc_score(y, p),
        "pr_auc": m.average_precision_score(y, p),
        "logloss": m.log_loss(y, p),
        "brier": m.brier_score_loss(y, p),
        "accuracy": m.accuracy_score(y, said),
        "precision": m.precision_score(y, said, zero_division=0),
        "recall": m.recall_score(y, said),
        "f1": m.f1_score(y, said),
        "f1_best": max(m.f1_score(y, [x >= t for x in p]) for t in set(p)),
    }, zip(y, p))

for n, k in (30, 3), (100, 7):
    y = [rng.randrange(k) for _ in range(n)]
    said = [t if rng.random() < 0.5 else rng.randrange(k) for t in y]
    line("classes", {
        "accuracy": m.accuracy_score(y, said),
        "f1_macro": m.f1_score(y, said, average="macro"),
        "f1_weighted": m.f1_score(y, said, average="weighted"),
        "precision_macro": m.precision_score(y, said, average="macro"),
        "recall_macro": m.recall_score(y, said, average="macro"),
        "kappa": m.cohen_kappa_score(y, said),
        "mcc": m.matthews_corrcoef(y, said),
    }, zip(y, said))
