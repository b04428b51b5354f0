#!/usr/bin/python3
# nn.py SECONDS NETWORK DATA BATCH ARG... -- what tests/bench/nn.sh measures, in
# PyTorch and scikit-learn: trains for about so long, and prints how many
# examples a second.  Data is in memory, in tensors; batches are rows of a
# permutation.
import os
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
torch.manual_seed(1)


def batches(n, batch):
    """Rows of batches, of one epoch after another."""
    while True:
        order = torch.randperm(n)
        for at in range(0, n, batch):
            yield order[at:at + batch]


def run(seconds, n, batch, step, each=1):
    """Prints how many examples a second step(rows) takes, once it is warm;
    a row is so many."""
    source = batches(n, batch)

    def go(seconds, least):
        start, rows, steps = time.time(), 0, 0
        while steps < least or time.time() < start + seconds:
            some = next(source)
            step(some)
            rows += len(some)
            steps += 1
        return rows / (time.time() - start)

    go(seconds / 4, 2)
    print("%.0f" % (each * go(seconds, 1)))


class Adam:
    """Adam: sparse for the embeddings (sparse gradients), else plain."""

    def __init__(self, modules, rate=1e-3):
        sparse, dense = [], []
        for m in modules:
            for p in m.parameters():
                is_sparse = isinstance(m, (nn.Embedding, nn.EmbeddingBag)) \
                    and m.sparse
                (sparse if is_sparse else dense).append(p)
        self.parts = []
        if sparse:
            self.parts.append(torch.optim.SparseAdam(sparse, lr=rate))
        if dense:
            self.parts.append(torch.optim.Adam(dense, lr=rate))

    def step(self, loss):
        for p in self.parts:
            p.zero_grad(set_to_none=True)
        loss.backward()
        for p in self.parts:
            p.step()


def numbers(column):
    return torch.from_numpy(np.unique(column, return_inverse=True)[1])


def columns(path, n):
    """The first n columns of a table with a header, as text."""
    with open(path) as lines:
        next(lines)
        return np.array([line.split("\t")[:n] for line in lines])


def deepcf(seconds, path, batch, users, items):
    table = columns(path, 3)
    u, i = numbers(table[:, 0]), numbers(table[:, 1])
    y = torch.from_numpy(table[:, 2].astype(np.float32))
    users, items = int(users), int(items)
    sparse = users > 50000
    P = nn.Embedding(users, 64, sparse=sparse)
    Q = nn.Embedding(items, 64, sparse=sparse)
    tower = nn.Sequential(nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 32),
                          nn.ReLU(), nn.Linear(32, 1))
    adam = Adam([P, Q] + [m for m in tower if isinstance(m, nn.Linear)])

    def step(rows):
        x = torch.cat((P(u[rows]), Q(i[rows])), 1)
        adam.step(F.mse_loss(tower(x).squeeze(1), y[rows]))
    run(seconds, len(y), batch, step)


def neumf(seconds, path, batch):
    """Four items are drawn for each that was had, anew in each epoch."""
    table = columns(path, 2)
    u, had = numbers(table[:, 0]), numbers(table[:, 1])
    users, items, n = int(u.max()) + 1, int(had.max()) + 1, len(u)
    sides = [nn.Embedding(k, 32) for k in (users, items, users, items)]
    tower = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 16),
                          nn.ReLU(), nn.Linear(16, 8), nn.ReLU())
    out = nn.Linear(32 + 8, 1)
    adam = Adam(sides + [out] + [m for m in tower
                                 if isinstance(m, nn.Linear)])
    y = torch.zeros(5 * n)
    y[:n] = 1
    i, left = None, 0

    def step(rows):
        nonlocal i, left
        if left <= 0:
            i, left = torch.cat((had, torch.randint(items, (4 * n,)))), 5 * n
        left -= len(rows)
        a, b = u[rows % n], i[rows]
        h = tower(torch.cat((sides[2](a), sides[3](b)), 1))
        h = out(torch.cat((sides[0](a) * sides[1](b), h), 1)).squeeze(1)
        adam.step(F.binary_cross_entropy_with_logits(h, y[rows]))
    run(seconds, 5 * n, batch, step)


def clicks(seconds, network, path, batch, args):
    options = dict(zip(args[::2], args[1::2]))
    table = torch.from_numpy(np.fromfile(path, dtype=np.int32).reshape(-1, 40))
    x, y = table[:, 1:].long(), table[:, 0].float()
    features, k = 1000000, int(options.get("-f", "0"))
    w = nn.EmbeddingBag(features, 1, mode="sum", sparse=True)
    bias = nn.Parameter(torch.zeros(1))
    modules, parameters = [w], list(w.parameters()) + [bias]
    if network != "logistic":
        width = k * 39 if network == "ffm" else k
        V = nn.Embedding(features, width, sparse=True)
        nn.init.normal_(V.weight, std=0.01)
        modules.append(V)
    if network == "deepfm":
        tower = nn.Sequential(nn.Linear(39 * k, 256), nn.ReLU(),
                              nn.Linear(256, 128), nn.ReLU(),
                              nn.Linear(128, 1))
        modules += [m for m in tower if isinstance(m, nn.Linear)]
    rule = options.get("--optimizer", "adam")
    if rule == "adam":
        optimizer = Adam(modules)
    else:
        kind = torch.optim.SGD if rule == "sgd" else torch.optim.Adagrad
        optimizer = kind(parameters, lr=1e-2)
    a, b = torch.triu_indices(39, 39, 1)

    def score(rows):
        s = w(x[rows]).squeeze(1) + bias
        if network == "logistic":
            return s
        v = V(x[rows])
        if network == "ffm":
            v = v.view(len(rows), 39, 39, k)
            return s + (v[:, a, b] * v[:, b, a]).sum((1, 2))
        s = s + 0.5 * (v.sum(1).square() - v.square().sum(1)).sum(1)
        if network == "deepfm":
            s = s + tower(v.flatten(1)).squeeze(1)
        return s

    def step(rows):
        loss = F.binary_cross_entropy_with_logits(score(rows), y[rows])
        if rule == "adam":
            optimizer.step(loss)
        else:
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
    run(seconds, len(y), batch, step)


class Block(nn.Module):
    """Pre-norm attention and dense layers, as in SASRec."""

    def __init__(self, k, heads):
        super().__init__()
        self.heads = heads
        self.look, self.think = nn.LayerNorm(k), nn.LayerNorm(k)
        self.qkv, self.out = nn.Linear(k, 3 * k), nn.Linear(k, k)
        self.wide, self.narrow = nn.Linear(k, k), nn.Linear(k, k)
        self.drop = nn.Dropout(0.2)

    def forward(self, x, mask):
        n, t, k = x.shape
        q, key, v = self.qkv(self.look(x)).view(
            n, t, 3, self.heads, k // self.heads).permute(2, 0, 3, 1, 4)
        a = (q @ key.transpose(2, 3)) * (k // self.heads) ** -0.5 + mask
        y = (self.drop(a.softmax(3)) @ v).transpose(1, 2).reshape(n, t, k)
        x = x + self.drop(self.out(y))
        return x + self.drop(self.narrow(F.relu(self.wide(self.think(x)))))


def sequences(seconds, network, batch, n, length, k, items, others, heads):
    n, length, k, items = int(n), int(length), int(k), int(items)
    others, heads = int(others), int(heads)
    had = torch.randint(items, (n, length + 1))
    Q = nn.Embedding(items, k)
    drop = nn.Dropout(0.2)
    modules = [Q]
    if network == "sasrec":
        places = nn.Embedding(length, k)
        blocks = nn.ModuleList(Block(k, heads) for _ in range(2))
        norm = nn.LayerNorm(k)
        mask = torch.full((length, length), float("-inf")).triu(1)
        modules += [places, blocks, norm]
    else:
        gru = nn.GRU(k, k, batch_first=True)
        modules.append(gru)
    adam = Adam(modules)

    def steps(x):
        if network != "sasrec":
            return gru(drop(Q(x)))[0]
        h = drop(Q(x) * k ** 0.5 + places.weight)
        for block in blocks:
            h = block(h, mask)
        return norm(h)

    def step(rows):
        x = had[rows]
        h = steps(x[:, :-1]).reshape(-1, k)
        target = x[:, 1:].reshape(-1)
        if others < batch:
            drawn = target[torch.randint(len(target), (others,))]
        else:
            drawn = torch.randint(items, (others,))
        right = (h * Q(target)).sum(1, keepdim=True)
        scores = torch.cat((right, h @ Q(drawn).t()), 1)
        none = torch.zeros(len(h), dtype=torch.long)
        adam.step(F.cross_entropy(scores, none))
    run(seconds, n, batch, step, 1 if network == "sasrec" else length)


def lstm(seconds, path, batch):
    rows = [line.split() for line in open(path)]
    words = np.array([row[1:] for row in rows])
    x = torch.from_numpy(np.unique(words, return_inverse=True)[1].reshape(
        words.shape))
    y = torch.tensor([int(row[0]) for row in rows])
    W, layer = nn.Embedding(int(x.max()) + 1, 100), nn.LSTM(
        100, 256, batch_first=True)
    out = nn.Linear(256, 2)
    adam = Adam([W, layer, out])

    def step(rows):
        h = layer(W(x[rows]))[0].max(1)[0]
        adam.step(F.cross_entropy(out(h), y[rows]))
    run(seconds, len(y), batch, step)


def sparse_rows(path):
    """The clicks as scikit-learn has them."""
    from scipy.sparse import csr_matrix
    table = np.fromfile(path, dtype=np.int32).reshape(-1, 40)
    n = len(table)
    return csr_matrix((np.ones(39 * n), table[:, 1:].ravel(),
                       np.arange(n + 1) * 39),
                      shape=(n, 1000000)), table[:, 0]


def one_epoch():
    from sklearn.linear_model import SGDClassifier
    return SGDClassifier(loss="log_loss", max_iter=1, tol=None, random_state=1)


def sgd(seconds, path):
    """Passes of stochastic gradient descent."""
    x, y = sparse_rows(path)
    model, passes = one_epoch(), 0
    model.partial_fit(x, y, classes=(0, 1))
    start = time.time()
    while time.time() < start + seconds:
        model.partial_fit(x, y)
        passes += 1
    print("%.0f" % (passes * len(y) / (time.time() - start)))


def sgdtext(path):
    """The same of a text, once, reading and all."""
    from sklearn.datasets import load_svmlight_file
    start = time.time()
    x, y = load_svmlight_file(path, n_features=1000001, zero_based=True)
    one_epoch().fit(x, y)
    print("%.0f" % (len(y) / (time.time() - start)))


def liblinear(path):
    """Passes of dual coordinate descent, until it is done."""
    import warnings
    from sklearn.linear_model import LogisticRegression
    warnings.simplefilter("ignore")
    x, y = sparse_rows(path)
    model = LogisticRegression(solver="liblinear", dual=True, max_iter=10)
    start = time.time()
    model.fit(x, y)
    print("%.0f" % (model.n_iter_[0] * len(y) / (time.time() - start)))


def main(seconds, network, path, batch, *args):
    seconds, batch = float(seconds), int(batch)
    if network == "deepcf":
        deepcf(seconds, path, batch, *args)
    elif network == "neumf":
        neumf(seconds, path, batch)
    elif network == "lstm":
        lstm(seconds, path, batch)
    elif network in ("sasrec", "gru4rec"):
        sequences(seconds, network, batch, *args)
    elif network == "sgd":
        sgd(seconds, path)
    elif network == "sgdtext":
        sgdtext(path)
    elif network == "liblinear":
        liblinear(path)
    else:
        clicks(seconds, network, path, batch, args)


main(*sys.argv[1:])
