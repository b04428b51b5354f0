#!/usr/bin/python3
# knn.py DIR ITEMS -- what tests/bench/knn does, with numpy and scipy.
import sys
import time

import numpy as np
import scipy.linalg.lapack as lapack
import scipy.sparse as sparse

indptr = np.fromfile(sys.argv[1] + "/indptr", np.int64)
indices = np.fromfile(sys.argv[1] + "/indices", np.int32)
x = sparse.csr_matrix((np.ones(len(indices), np.float32), indices, indptr),
                      (len(indptr) - 1, int(sys.argv[2])))
start = time.time()
g = x.T @ x
print("gram     %8.3f s, density %.2f" % (time.time() - start,
                                         g.nnz / g.shape[0] ** 2))
a = g.toarray(order="F")
a[np.diag_indices_from(a)] += 100
start = time.time()
a, _ = lapack.spotrf(a, lower=1, overwrite_a=1)
a, _ = lapack.spotri(a, lower=1, overwrite_c=1)
print("inverse  %8.3f s" % (time.time() - start))
