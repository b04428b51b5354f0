#!/usr/bin/env python3
"""Three steps of four optimisers on the deepcf network, by PyTorch.

    python3 testdata/nn-torch.py >testdata/nn-torch.tsv     # python3-torch 1.13

A reference for tests/unit/test_nn_fit.c: gradients are those of autograd, steps
those of torch.optim and clip_grad_norm_, in double precision.  Rows: optimiser,
name of the parameter or "loss", index (of the step for losses), value after
three steps.  The first gradient is there too, as optimiser "gradient".
"""

import torch

USERS, ITEMS, D, H1, H2, N, STEPS = 4, 5, 3, 6, 4, 12, 3
RATE, DECAY, CLIP = 0.05, 0.01, 0.4
torch.set_default_dtype(torch.float64)

SHAPES = {                      # in the order in which deepcf_init() has them
    "user_embeddings": (USERS, D), "item_embeddings": (ITEMS, D),
    "user_bias": (USERS, 1), "item_bias": (ITEMS, 1),
    "layer1.weight": (2 * D, H1), "layer1.bias": (1, H1),
    "layer2.weight": (H1, H2), "layer2.bias": (1, H2),
    "layer3.weight": (H2, 1), "layer3.bias": (1, 1),
}


def first(number, shape):
    k = torch.arange(shape[0] * shape[1])
    return (0.5 * torch.sin(0.7 * k + 1.3 * number + 0.1)).reshape(shape)


def loss(p):
    r = torch.arange(N)         # every user and item is in the batch
    u, i, t = r % USERS, (r * 7 + r // 4) % ITEMS, r * 11 % 5 - 2.0
    x = torch.cat([p["user_embeddings"][u], p["item_embeddings"][i]], 1)
    for n in (1, 2):
        x = torch.relu(x @ p[f"layer{n}.weight"] + p[f"layer{n}.bias"])
    y = x @ p["layer3.weight"] + p["layer3.bias"]
    y = y + p["user_bias"][u] + p["item_bias"][i]
    return torch.mean((y[:, 0] - t) ** 2)


OPTIMISERS = {
    "sgd": lambda g: torch.optim.SGD(g, lr=RATE),
    "adagrad": lambda g: torch.optim.Adagrad(g, lr=RATE, eps=1e-8),
    "adam": lambda g: torch.optim.Adam(g, lr=RATE, eps=1e-8),
    "adamw": lambda g: torch.optim.AdamW(g, lr=RATE, eps=1e-8),
}

print("optimizer:token\tname:token\tindex:float\tvalue:float")
for name, make in OPTIMISERS.items():
    for clip in (0, CLIP):
        tag = name + ("-clip" if clip else "")
        p = {k: first(n, s).requires_grad_()
             for n, (k, s) in enumerate(SHAPES.items())}
        plain = [k for k in p if k.startswith("layer") and k.endswith("bias")]
        optimiser = make([
            {"params": [p[k] for k in plain], "weight_decay": 0},
            {"params": [p[k] for k in p if k not in plain],
             "weight_decay": DECAY}])
        for step in range(1, STEPS + 1):
            optimiser.zero_grad()
            value = loss(p)
            value.backward()
            print(f"{tag}\tloss\t{step}\t{value.item():.9g}")
            if clip:
                norm = torch.nn.utils.clip_grad_norm_(p.values(), clip)
                assert norm > clip
            elif step == 1 and name == "sgd":
                for k in p:
                    for n, x in enumerate(p[k].grad.flatten()):
                        print(f"gradient\t{k}\t{n}\t{x.item():.9g}")
            optimiser.step()
        for k in p:
            for n, x in enumerate(p[k].flatten()):
                print(f"{tag}\t{k}\t{n}\t{x.item():.9g}")
