#!/usr/bin/env python3
"""Three steps of Adam on the deepcf network, with NumPy in double precision.

    python3 testdata/nn-golden.py >testdata/nn-golden.tsv

An independent reference for tests/unit/test_nn_fit.c: nothing here is taken
from lib/nn.  Rows: loss (mse or bce), name of the parameter or "loss", index
(of the step for losses), value after three steps.
"""

import numpy as np

USERS, ITEMS, D, H1, H2, N, STEPS = 4, 5, 3, 6, 4, 12, 3
RATE, DECAY, B1, B2, EPS = 0.05, 0.01, 0.9, 0.999, 1e-8

SHAPES = {                      # in the order in which deepcf_init() has them
    "user_embeddings": (USERS, D), "item_embeddings": (ITEMS, D),
    "user_bias": (USERS, 1), "item_bias": (ITEMS, 1),
    "layer1.weight": (2 * D, H1), "layer1.bias": (1, H1),
    "layer2.weight": (H1, H2), "layer2.bias": (1, H2),
    "layer3.weight": (H2, 1), "layer3.bias": (1, 1),
}


def first(number, shape):
    k = np.arange(shape[0] * shape[1])
    return 0.5 * np.sin(0.7 * k + 1.3 * number + 0.1).reshape(shape)


def forward_backward(p, u, i, t, loss):
    e = np.hstack([p["user_embeddings"][u], p["item_embeddings"][i]])
    z1 = e @ p["layer1.weight"] + p["layer1.bias"]
    h1 = np.maximum(z1, 0)
    z2 = h1 @ p["layer2.weight"] + p["layer2.bias"]
    h2 = np.maximum(z2, 0)
    y = (h2 @ p["layer3.weight"] + p["layer3.bias"])[:, 0]
    y = y + p["user_bias"][u, 0] + p["item_bias"][i, 0]
    if loss == "mse":
        value = np.mean((y - t) ** 2)
        dy = 2 * (y - t) / N
    else:
        s = 1 / (1 + np.exp(-y))
        value = -np.mean(t * np.log(s) + (1 - t) * np.log(1 - s))
        dy = (s - t) / N
    g = {k: np.zeros(s) for k, s in SHAPES.items()}
    dy = dy[:, None]
    np.add.at(g["user_bias"], u, dy)
    np.add.at(g["item_bias"], i, dy)
    g["layer3.weight"], g["layer3.bias"] = h2.T @ dy, dy.sum(0, keepdims=True)
    d2 = (dy @ p["layer3.weight"].T) * (z2 > 0)
    g["layer2.weight"], g["layer2.bias"] = h1.T @ d2, d2.sum(0, keepdims=True)
    d1 = (d2 @ p["layer2.weight"].T) * (z1 > 0)
    g["layer1.weight"], g["layer1.bias"] = e.T @ d1, d1.sum(0, keepdims=True)
    de = d1 @ p["layer1.weight"].T
    np.add.at(g["user_embeddings"], u, de[:, :D])
    np.add.at(g["item_embeddings"], i, de[:, D:])
    return value, g


print("loss:token\tname:token\tindex:float\tvalue:float")
for loss in ("mse", "bce"):
    p = {k: first(n, s) for n, (k, s) in enumerate(SHAPES.items())}
    m = {k: np.zeros(s) for k, s in SHAPES.items()}
    v = {k: np.zeros(s) for k, s in SHAPES.items()}
    r = np.arange(N)
    u, i = r * 5 % 3, (r * 7 + r // 4) % ITEMS      # user 3 is never touched
    t = (r * 11 % 5 - 2.0) if loss == "mse" else (r % 3 == 0) * 1.0
    for step in range(1, STEPS + 1):
        value, g = forward_backward(p, u, i, t, loss)
        print(f"{loss}\tloss\t{step}\t{value:.9g}")
        for k in SHAPES:
            rows = np.ones(SHAPES[k][0], bool)      # lazy: touched rows only
            if k.startswith("user_"):
                rows = np.isin(np.arange(USERS), u)
            if k.startswith("item_"):
                rows = np.isin(np.arange(ITEMS), i)
            decay = 0 if k.startswith("layer") and k.endswith("bias") else DECAY
            gk = g[k][rows] + decay * p[k][rows]
            m[k][rows] = B1 * m[k][rows] + (1 - B1) * gk
            v[k][rows] = B2 * v[k][rows] + (1 - B2) * gk ** 2
            mhat = m[k][rows] / (1 - B1 ** step)
            vhat = v[k][rows] / (1 - B2 ** step)
            p[k][rows] -= RATE * mhat / (np.sqrt(vhat) + EPS)
    for k in SHAPES:
        for n, x in enumerate(p[k].ravel()):
            print(f"{loss}\t{k}\t{n}\t{x:.9g}")
