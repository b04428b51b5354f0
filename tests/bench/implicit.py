#!/usr/bin/python3
"""implicit.py METHOD FACTORS THREADS EPOCHS FILE: seconds of each epoch of
implicit (IMPLICIT names the directory it is imported from), a line each.  FILE
holds numbers: user item value."""

import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, os.environ["IMPLICIT"])

import numpy as np
import scipy.sparse
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking

method, factors, threads, epochs, path = sys.argv[1:6]
rows = np.fromfile(path, sep=" ").reshape(-1, 3)
had = scipy.sparse.coo_matrix(
    (np.ones(len(rows), np.float32),
     (rows[:, 0].astype(np.int32), rows[:, 1].astype(np.int32)))).tocsr()
had.data[:] = 1
settings = {"factors": int(factors), "iterations": int(epochs),
            "num_threads": int(threads), "random_state": 1}
if method == "bpr":
    model = BayesianPersonalizedRanking(**settings)
else:
    model = AlternatingLeastSquares(use_cg=method == "cg", **settings)
model.fit(had, show_progress=False,
          callback=lambda epoch, seconds, *rest: print(seconds))
