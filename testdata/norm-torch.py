#!/usr/bin/env python3
"""Three steps on dense layers that are normalised, by PyTorch.

    python3 testdata/norm-torch.py >testdata/norm-torch.tsv     # python3-torch 1.13

A reference for tests/unit/test_nn_norm.c: torch.nn.BatchNorm1d and LayerNorm
before the ReLU of two hidden layers, autograd and SGD, in double precision.
Rows: norm, name of the parameter, "loss" or "score", index (of the step, of the
row), value: losses of the steps, then parameters, running statistics and what
the network says of the rows.
"""

import torch
from torch import nn

N, D, H1, H2, STEPS = 12, 3, 6, 4, 3
torch.set_default_dtype(torch.float64)


def wave(number, rows, cols):
    k = torch.arange(rows * cols)
    return (0.5 * torch.sin(0.7 * k + 1.3 * number + 0.1)).reshape(rows, cols)


class Hidden(nn.Module):
    def __init__(self, norm, number, n, width):
        super().__init__()
        self.weight = nn.Parameter(wave(number, n, width))
        # momentum None: running statistics are means of those of the steps
        self.norm = (nn.BatchNorm1d(width, momentum=None) if norm == "batch"
                     else nn.LayerNorm(width))
        self.norm.bias.data = wave(number + 1, 1, width)[0]
        self.norm.weight.data = wave(number + 2, 1, width)[0]

    def forward(self, x):
        return torch.relu(self.norm(x @ self.weight))


def numbers(layer, norm):
    yield "weight", layer.weight
    yield "bias", layer.norm.bias
    yield "gain", layer.norm.weight
    if norm == "batch":
        yield "mean", layer.norm.running_mean
        yield "variance", layer.norm.running_var


print("norm:token\tname:token\tindex:float\tvalue:float")
for norm in ("batch", "layer"):
    each = 5 if norm == "batch" else 3      # parameters of a layer
    first, second = Hidden(norm, 0, D, H1), Hidden(norm, each, H1, H2)
    weight = nn.Parameter(wave(2 * each, H2, 1))
    bias = nn.Parameter(wave(2 * each + 1, 1, 1))
    network = nn.Sequential(first, second)
    optimiser = torch.optim.SGD([*network.parameters(), weight, bias], lr=0.1)
    x = torch.cos(torch.arange(N * D) * 1.1).reshape(N, D) + torch.arange(D)
    t = torch.arange(N) * 11 % 5 - 2.0
    for step in range(1, STEPS + 1):
        optimiser.zero_grad()
        loss = torch.mean((network(x) @ weight + bias - t[:, None]) ** 2)
        loss.backward()
        optimiser.step()
        print(f"{norm}\tloss\t{step}\t{loss.item():.9g}")
    for n, layer in enumerate((first, second), 1):
        for name, values in numbers(layer, norm):
            for i, v in enumerate(values.flatten()):
                print(f"{norm}\tlayer{n}.{name}\t{i}\t{v.item():.9g}")
    for name, values in ("weight", weight), ("bias", bias):
        for i, v in enumerate(values.flatten()):
            print(f"{norm}\tlayer3.{name}\t{i}\t{v.item():.9g}")
    network.eval()
    for i, v in enumerate((network(x) @ weight + bias).flatten()):
        print(f"{norm}\tscore\t{i}\t{v.item():.9g}")
