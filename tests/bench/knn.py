#!/usr/bin/python3
# knn.py DIR ITEMS -- what tests/bench/knn does, with numpy and scipy, and, where
# the variable IMPLICIT names a folder that has it, with the package implicit.
import os
import sys
import time
import warnings

import numpy as np
import scipy.linalg.lapack as lapack
import scipy.sparse as sparse

RUNS, ENOUGH = 5, 4


def best(name, run, note=lambda result: ""):
    """Prints the least time of a few runs; returns what the last one did."""
    seconds = []
    while not seconds or len(seconds) < RUNS and sum(seconds) < ENOUGH:
        start = time.time()
        result = run()
        seconds.append(time.time() - start)
    print("%-8s %8.3f s%s" % (name, min(seconds), note(result)), flush=True)
    return result


def nearest(x):
    sys.path.insert(0, os.environ["IMPLICIT"])
    from implicit.nearest_neighbours import CosineRecommender
    threads = int(os.environ.get("OPENBLAS_NUM_THREADS", "0"))
    warnings.simplefilter("ignore")
    x = x.astype(np.float64)
    best("nearest", lambda: CosineRecommender(100, num_threads=threads).fit(
        x, show_progress=False))


def inverse(a):
    a = a.copy(order="F")
    a, _ = lapack.spotrf(a, lower=1, overwrite_a=1)
    a, _ = lapack.spotri(a, lower=1, overwrite_c=1)
    return a


indptr = np.fromfile(sys.argv[1] + "/indptr", np.int64)
indices = np.fromfile(sys.argv[1] + "/indices", np.int32)
x = sparse.csr_matrix((np.ones(len(indices), np.float32), indices, indptr),
                      (len(indptr) - 1, int(sys.argv[2])))
if os.environ.get("IMPLICIT"):
    nearest(x)
g = best("gram", lambda: x.T @ x,
         lambda g: ", density %.2f" % (g.nnz / g.shape[0] ** 2))
a = g.toarray(order="F")
del g
a[np.diag_indices_from(a)] += 100
best("inverse", lambda: inverse(a))
