"""The equations of every unit in plain torch.nn.functional: what `deep` is held against.

Written apart from `cells`, in the order of the papers' figures, so that a mistake there is not repeated here.

Axes: B examples of a batch, C channels, then one (L) or two (H, W) dimensions of places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F  # noqa: N812 - as everybody calls it
from torch import Tensor

Weights = Mapping[str, Tensor]
Signals = dict[str, Tensor]


def convolve(w: Weights, name: str, x: Tensor) -> Tensor:
    """Slide a kernel over x, with as many zeros around as keep its size."""
    weight = w[f"{name}.weight"]
    slide = F.conv1d if x.dim() == 3 else F.conv2d
    return slide(x, weight, w.get(f"{name}.bias"), padding=weight.shape[-1] // 2)


def normalise(w: Weights, name: str, x: Tensor, *, training: bool) -> Tensor:
    """Ioffe and Szegedy 2015, algorithms 1 and 2, written out."""
    over = [0, *range(2, x.dim())]
    shape = [1, -1] + [1] * (x.dim() - 2)
    mean = x.mean(over) if training else w[f"{name}.running_mean"]
    variance = x.sub(x.mean(over).view(shape)).square().mean(over) if training else w[f"{name}.running_var"]
    scaled = (x - mean.view(shape)) / (variance.view(shape) + 1e-5).sqrt()
    return scaled * w[f"{name}.weight"].view(shape) + w[f"{name}.bias"].view(shape)


def normed(w: Weights, name: str, x: Tensor, *, training: bool) -> Signals:
    """The normalised value by its name, or nothing for a unit without batch normalisation."""
    return {name: normalise(w, name, x, training=training)} if f"{name}.weight" in w else {}


def past(w: Weights, x: Tensor) -> Tensor:
    """The shortcut: x itself, or its channels mixed place by place."""
    return convolve(w, "shortcut", x) if "shortcut.weight" in w else x


def plain(w: Weights, x: Tensor, *, training: bool) -> Signals:
    s: Signals = {"conv": convolve(w, "conv", x)}
    s |= normed(w, "norm", s["conv"], training=training)
    return s | {"out": s.get("norm", s["conv"]).clamp(min=0)}


def residual(w: Weights, x: Tensor, *, training: bool) -> Signals:
    s = normed(w, "norm_1", x, training=training)
    s["relu_1"] = s.get("norm_1", x).clamp(min=0)
    s["conv_1"] = convolve(w, "conv_1", s["relu_1"])
    s |= normed(w, "norm_2", s["conv_1"], training=training)
    s["relu_2"] = s.get("norm_2", s["conv_1"]).clamp(min=0)
    s["branch"] = convolve(w, "conv_2", s["relu_2"])
    s["shortcut"] = past(w, x)
    return s | {"out": s["shortcut"] + s["branch"]}


def dense(w: Weights, x: Tensor, *, training: bool) -> Signals:
    s = normed(w, "norm", x, training=training)
    s["relu"] = s.get("norm", x).clamp(min=0)
    s["branch"] = convolve(w, "conv", s["relu"])
    return s | {"out": torch.cat([x, s["branch"]], 1)}


def highway(w: Weights, x: Tensor, *, training: bool) -> Signals:
    s: Signals = {"conv": convolve(w, "conv", x)}
    s |= normed(w, "norm", s["conv"], training=training)
    s["branch"] = s.get("norm", s["conv"]).clamp(min=0)
    s["gate_sum"] = convolve(w, "gate", x)
    s["gate"] = 1 / (1 + torch.exp(-s["gate_sum"]))
    s["shortcut"] = past(w, x)
    s["written"] = s["gate"] * s["branch"]
    s["kept"] = (1 - s["gate"]) * s["shortcut"]
    return s | {"out": s["written"] + s["kept"]}


TEXTBOOK: dict[str, Callable[..., Signals]] = {
    "plain": plain,
    "residual": residual,
    "dense": dense,
    "highway": highway,
}
