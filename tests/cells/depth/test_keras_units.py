"""The residual and the dense unit as their papers draw them, built of Keras's layers with the same weights.

Two numbers of a batch normalisation differ by default: epsilon (Keras 1e-3, PyTorch 1e-5), and the momentum, which each
counts the other way round (Keras keeps 0.99 of the running number, PyTorch takes 0.1 of the new one). Set alike, the
outputs agree in both modes. What does not agree by itself is the running variance after a batch: PyTorch takes the
unbiased variance of its n values a channel, Keras the biased one, smaller by (n - 1) / n.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from cells import DenseUnit, InputError, ResidualUnit, deep
from cells.depth.units import Unit
from tests.cells.checkpoints.keras_models import L, keras
from tests.cells.depth.made import PLACES, batch, lively

C, K = 4, 3
EPSILON, SHARE = 1e-3, 0.2  # of PyTorch's momentum, which is 1 - Keras's
LAYERS: dict[str, Callable[..., Any]] = {
    "norm": partial(L.BatchNormalization, epsilon=EPSILON, momentum=1 - SHARE),
    "conv1": partial(L.Conv1D, kernel_size=3, padding="same", use_bias=False),
    "conv2": partial(L.Conv2D, kernel_size=3, padding="same", use_bias=False),
}

near = partial(assert_close, rtol=1e-5, atol=1e-6, check_dtype=False)  # Keras computes in single precision
dimensions = pytest.mark.parametrize("dimensions", [1, 2])
modes = pytest.mark.parametrize("training", [False, True])


def keras_residual(dims: int) -> Any:
    """He et al. 2016b, figure 4 (e)."""
    x = keras.Input((*PLACES[dims], C))
    h = x
    for index in (1, 2):
        h = LAYERS["norm"](name=f"norm_{index}")(h)
        h = L.ReLU()(h)
        h = LAYERS[f"conv{dims}"](C, name=f"conv_{index}")(h)
    return keras.Model(x, L.Add()([x, h]))


def keras_dense(dims: int) -> Any:
    """Huang et al. 2017, section 3, growth rate k."""
    x = keras.Input((*PLACES[dims], C))
    h = L.ReLU()(LAYERS["norm"](name="norm")(x))
    h = LAYERS[f"conv{dims}"](K, name="conv")(h)
    return keras.Model(x, L.Concatenate()([x, h]))


UNITS: dict[str, tuple[Callable[[int], Unit], Callable[[int], Any]]] = {
    "residual": (lambda dims: ResidualUnit(C, C, dimensions=dims), keras_residual),
    "dense": (lambda dims: DenseUnit(C, K, dimensions=dims), keras_dense),
}
kinds = pytest.mark.parametrize("kind", UNITS)


def alike(kind: str, dims: int) -> tuple[Unit, Any]:
    """Return a lively unit and Keras's with the same weights, running numbers, epsilon and momentum."""
    make, make_keras = UNITS[kind]
    unit, model = lively(make(dims)), make_keras(dims)
    for name, module in unit.named_children():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.eps, module.momentum = EPSILON, SHARE
            numbers = (module.weight, module.bias, module.running_mean, module.running_var)
            model.get_layer(name).set_weights([one.detach().numpy() for one in numbers if one is not None])
        elif isinstance(module, nn.Conv1d | nn.Conv2d):
            # PyTorch keeps (out, in, ...), Keras (..., in, out).
            model.get_layer(name).set_weights([module.weight.detach().movedim((1, 0), (-2, -1)).numpy()])
    return unit, model


def run_keras(model: Any, x: Tensor, *, training: bool) -> Tensor:
    """Keras's channels come last."""
    with torch.no_grad():
        made: Tensor = model(x.float().movedim(1, -1), training=training)
    return made.movedim(-1, 1).double()


@kinds
@dimensions
@modes
def test_it_gives_what_the_papers_unit_gives(kind: str, dimensions: int, *, training: bool) -> None:
    unit, model = alike(kind, dimensions)
    unit.train(training)
    x = batch(dimensions, channels=C)
    traced = deep(unit, x).units[0]
    made = run_keras(model, x, training=training)
    near(traced["out"], made)
    near(unit(x).detach(), made)
    assert not torch.allclose(deep(unit.train(not training), x).out, made), "the other mode gives something else"


@kinds
@dimensions
def test_running_numbers_before_and_after_a_batch(kind: str, dimensions: int) -> None:
    unit, model = alike(kind, dimensions)
    x = batch(dimensions, channels=C)
    (traced,) = deep(unit.train(), x).units
    for name, numbers in traced.norms.items():
        near(numbers.running_mean, model.get_layer(name).moving_mean.value.detach().double())
        near(numbers.running_variance, model.get_layer(name).moving_variance.value.detach().double())
    run_keras(model, x, training=False)
    for name, numbers in traced.norms.items():
        near(numbers.running_mean, model.get_layer(name).moving_mean.value.detach().double())
    unit(x)
    run_keras(model, x, training=True)
    for name, numbers in traced.norms.items():
        theirs = model.get_layer(name)
        own: Any = unit.norms[name]
        near(own.running_mean, theirs.moving_mean.value.detach().double())
        n = numbers.values_a_channel
        kept, new = (1 - SHARE) * numbers.running_variance, SHARE * numbers.batch_variance  # type: ignore[operator]
        near(theirs.moving_variance.value.detach().double(), kept + new, msg="Keras: the biased variance")
        near(own.running_var, kept + new * n / (n - 1), msg="PyTorch: the unbiased one")
        assert not torch.allclose(own.running_var, theirs.moving_variance.value.detach().double(), rtol=1e-4)


def test_defaults_differ_and_say_so() -> None:
    theirs, own = L.BatchNormalization(), nn.BatchNorm2d(C)
    assert (theirs.epsilon, theirs.momentum) == (1e-3, 0.99)
    assert (own.eps, own.momentum) == (1e-5, 0.1)


def test_a_batch_of_one_value_a_channel_is_refused_here_and_gives_the_bias_in_keras() -> None:
    norm = lively(nn.BatchNorm2d(C)).train()
    layer = L.BatchNormalization()
    x = torch.linspace(-2, 3, C, dtype=torch.float64).view(1, C, 1, 1)
    layer.build((1, 1, 1, C))
    layer.beta.assign(norm.bias.detach().numpy())
    near(run_keras(layer, x, training=True).flatten(), norm.bias.detach())
    with pytest.raises(InputError, match="every output would be the bias"):
        deep(nn.Sequential(norm), x)
