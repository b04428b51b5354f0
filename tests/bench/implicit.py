#!/usr/bin/python3
"""implicit.py METHOD FACTORS THREADS EPOCHS TRAIN [VALID ALPHA LAMBDA]: seconds
of each epoch of implicit (IMPLICIT names the directory it is imported from), a
line each, and with VALID the NDCG@10 of its users over all items that they did
not have.  The files hold numbers: user, item and what else there is."""

import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, os.environ["IMPLICIT"])

import numpy as np
import scipy.sparse
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking


def read(*paths):
    """Who had what: a matrix of ones for each file, all of one shape."""
    files = [np.loadtxt(path, dtype=np.int32, usecols=(0, 1))
             for path in paths]
    shape = np.max([pairs.max(axis=0) for pairs in files], axis=0) + 1
    for pairs in files:
        had = scipy.sparse.coo_matrix(
            (np.ones(len(pairs), np.float32), pairs.T), shape).tocsr()
        had.data[:] = 1
        yield had


def ndcg(model, train, valid):
    """The mean of NDCG@10 of the users that valid has."""
    gains = 1 / np.log2(np.arange(2, 12))
    best = np.concatenate([[0], np.cumsum(gains)])
    found = []
    for u in np.flatnonzero(np.diff(valid.indptr)):
        scores = model.item_factors @ model.user_factors[u]
        scores[train[u].indices] = -np.inf
        top = np.argpartition(-scores, 10)[:10]
        top = top[np.argsort(-scores[top])]
        wanted = valid[u].indices
        found.append(gains[np.isin(top, wanted)].sum()
                     / best[min(len(wanted), 10)])
    return np.mean(found)


method, factors, threads, epochs, path = sys.argv[1:6]
settings = {"factors": int(factors), "iterations": int(epochs),
            "num_threads": int(threads), "random_state": 1}
if len(sys.argv) > 6:
    train, valid = read(path, sys.argv[6])
    settings |= {"alpha": float(sys.argv[7]),
                 "regularization": float(sys.argv[8])}
else:
    [train] = read(path)
if method == "bpr":
    model = BayesianPersonalizedRanking(**settings)
else:
    model = AlternatingLeastSquares(use_cg=method == "cg", **settings)


def line(_epoch, seconds, *_rest):
    """What an epoch took, and gave."""
    if len(sys.argv) > 6:
        print(seconds, ndcg(model, train, valid))
    else:
        print(seconds)


model.fit(train, show_progress=False, callback=line)
