"""Both pairs of numbers of a batch normalisation: against what torch's own modules hold after the same batch."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from cells import InputError, ResidualUnit, deep
from cells.depth.norm_numbers import NormNumbers
from tests.cells.depth.made import batch, held, lively, stack_of

exact = partial(assert_close, rtol=1e-12, atol=1e-12)


def norms_of(trace: Any) -> dict[str, NormNumbers]:
    """Return the numbers of every batch normalisation of a trace by its module's name."""
    found = {f"{unit.name}.{name}": numbers for unit in trace.units for name, numbers in unit.norms.items()}
    return found | ({"last_norm": trace.last_norm} if trace.last_norm else {})


@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("kind", ["plain", "residual", "dense", "highway"])
def test_the_running_numbers_after_a_batch_are_torchs(kind: str, dimensions: int) -> None:
    stack, x = stack_of(kind, dimensions=dimensions, training=True), batch(dimensions)
    norms = norms_of(deep(stack, x))
    assert set(norms) == {
        name for name, module in stack.named_modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)
    }
    before, after = held(stack), (stack(x), held(stack))[1]
    for name, numbers in norms.items():
        for moment, state in ("running", before), ("next_running", after):
            exact(getattr(numbers, f"{moment}_mean"), state[f"{name}.running_mean"])
            exact(getattr(numbers, f"{moment}_variance"), state[f"{name}.running_var"])
        assert after[f"{name}.num_batches_tracked"] == numbers.seen + 1
        assert not torch.equal(before[f"{name}.running_mean"], after[f"{name}.running_mean"])


def test_each_pair_is_the_one_that_its_mode_uses() -> None:
    stack, x = stack_of("residual"), batch()
    for training in (True, False):
        trace = deep(stack.train(training), x)
        for numbers in norms_of(trace).values():
            mean, variance = numbers.x.mean((0, 2, 3)), numbers.x.var((0, 2, 3), correction=0)
            assert numbers.by_batch is training
            assert numbers.values_a_channel == 3 * 5 * 6
            exact(numbers.batch_mean, mean)
            exact(numbers.batch_variance, variance)
            exact(numbers.unbiased_variance, variance * 90 / 89)
            exact(numbers.mean, mean if training else numbers.running_mean)
            exact(numbers.variance, variance if training else numbers.running_variance)
            if not training:
                exact(numbers.next_running_mean, numbers.running_mean)
                exact(numbers.next_running_variance, numbers.running_variance)
        for unit in trace.units:
            for name, numbers in unit.norms.items():
                exact(by_hand(numbers), unit[name])


def by_hand(numbers: NormNumbers) -> Tensor:
    """Normalise with the numbers that are told."""
    mean, variance, weight, bias = (
        values.view(1, -1, *[1] * (numbers.x.dim() - 2))
        for values in (numbers.mean, numbers.variance, numbers.weight, numbers.bias)
    )
    return (numbers.x - mean) / (variance + numbers.eps).sqrt() * weight + bias


OPTIONS: dict[str, dict[str, Any]] = {
    "no weight": {"affine": False},
    "no running numbers": {"track_running_stats": False},
    "a plain average": {"momentum": None},
    "its own momentum and epsilon": {"momentum": 0.3, "eps": 0.01},
    "no learning": {"momentum": 0.0},
}


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_other_batch_normalisations(options: dict[str, Any], *, training: bool) -> None:
    unit = lively(ResidualUnit(2, 2))
    unit.norm_1 = lively(nn.BatchNorm2d(2, **options))
    unit.train(training)
    x = batch()
    (trace,) = deep(unit, x).units
    numbers = trace.norms["norm_1"]
    exact(trace["norm_1"], by_hand(numbers))
    for _ in range(2):  # momentum None: the second batch counts less than the first
        numbers = deep(unit, x).units[0].norms["norm_1"]
        exact(trace["norm_1"] if training else deep(unit, x).units[0]["norm_1"], unit.norm_1(x))
        if numbers.running is None:
            assert unit.norm_1.running_mean is None
            assert numbers.next_running_mean is numbers.next_running_variance is None
        else:
            exact(numbers.next_running_mean, unit.norm_1.running_mean)
            exact(numbers.next_running_variance, unit.norm_1.running_var)


def test_running_numbers_that_are_no_longer_kept_do_not_move() -> None:
    norm = lively(nn.BatchNorm2d(2))
    norm.track_running_stats = False
    module, x = nn.Sequential(norm), batch()
    for training in (True, False):
        (trace,) = deep(module.train(training), x).units
        before = held(norm)
        exact(trace["out"], module(x))
        assert (trace.norms["out"].running is None) is training
        assert all(torch.equal(values, before[name]) for name, values in held(norm).items())


@pytest.mark.parametrize(("kind", "shape"), [("1d", (1, 2, 1)), ("2d", (1, 2, 1, 1)), ("flat", (1, 2))])
def test_one_value_a_channel_is_refused_where_torch_refuses_it(kind: str, shape: tuple[int, ...]) -> None:
    norm = lively(nn.BatchNorm2d(2) if kind == "2d" else nn.BatchNorm1d(2))
    module, x = nn.Sequential(norm), torch.full(shape, 0.3, dtype=torch.float64)
    with pytest.raises(ValueError, match="Expected more than 1 value per channel when training"):
        module.train()(x)
    with pytest.raises(InputError, match=f"this batch, {' × '.join(map(str, shape))}, has one"):
        deep(module, x)
    exact(deep(module.eval(), x).out, module(x))
    twice = x.repeat(2, *[1] * (x.dim() - 1))
    exact(deep(module.train(), twice).out, module(twice))


def test_a_stack_of_one_value_a_channel_says_so_where_torch_refuses_it() -> None:
    stack = stack_of("residual", training=True, kernel=1)
    x = batch()[:1, :, :1, :1]
    with pytest.raises(ValueError, match="Expected more than 1 value per channel when training"):
        stack(x)
    with pytest.raises(InputError, match="1 × 5 × 1 × 1, has one"):
        deep(stack, x)
    exact(deep(stack.eval(), x).scores, stack(x))


def test_the_average_over_all_batches_comes_out() -> None:
    """A momentum of None: after three batches the running mean is the mean of their means."""
    norm = nn.BatchNorm2d(2, momentum=None).double()
    batches = [batch() + shift for shift in (0.0, 1.0, 5.0)]
    following: list[Tensor | None] = [norm.running_mean]
    for x in batches:
        numbers = deep(nn.Sequential(norm), x).units[0].norms["out"]
        following.append(numbers.next_running_mean)
        norm(x)
    exact(following[-1], torch.stack([x.mean((0, 2, 3)) for x in batches]).mean(0))
    assert all(not torch.equal(one, other) for one, other in pairwise(following))  # type: ignore[arg-type]
