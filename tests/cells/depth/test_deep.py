"""What `deep` makes of whole modules: it leaves them as they are, stays true, and opens sequences of units."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from cells import DenseUnit, HighwayUnit, PlainUnit, ResidualUnit, deep
from cells.depth.units import UNITS
from tests.cells.depth.made import I, batch, held, lively, stack_of

exact = partial(assert_close, rtol=1e-12, atol=1e-12)


def mixed() -> nn.Sequential:
    """Return units of every kind among other modules: a stem, norms, dropout, pools, a sequence in it, a readout."""
    return lively(
        nn.Sequential(
            nn.Conv2d(I, 4, 3, padding=1),
            nn.ReLU(inplace=True),
            PlainUnit(4, 4),
            nn.Sequential(OrderedDict(first=ResidualUnit(4, 6, shortcut=True), second=DenseUnit(6, 2))),
            nn.MaxPool2d(2, stride=1),
            nn.Sequential(nn.BatchNorm2d(8), nn.ReLU(inplace=True)),
            nn.Dropout(0.5),
            HighwayUnit(8, 8),
            nn.BatchNorm2d(8),
            nn.Identity(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(8, 3),
        )
    )


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("module", [*(stack_of(kind) for kind in UNITS), mixed()], ids=[*UNITS, "mixed"])
def test_the_module_is_left_as_it_is(module: nn.Module, *, training: bool) -> None:
    module.train(training)
    next(module.parameters()).grad = torch.ones_like(next(module.parameters()))
    x = batch().requires_grad_()
    before, read, version = held(module), x.detach().clone(), x._version
    trace = deep(module, x)
    after = held(module)
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert {part.training for part in module.modules()} == {training}
    assert all(weight.requires_grad for weight in module.parameters())
    assert torch.equal(x, read)
    assert (x.grad, x._version) == (None, version)
    assert not any(signal.requires_grad for unit in trace.units for signal in [unit.x, *unit.values()])
    assert not trace.x.requires_grad


@pytest.mark.parametrize("training", [False, True])
def test_a_sequence_of_units_among_other_modules(*, training: bool) -> None:
    module, x = mixed().train(training), batch()
    with torch.random.fork_rng():
        torch.manual_seed(5)
        trace = deep(module, x)
        torch.manual_seed(5)
        exact(trace.out, module(x), msg="dropout draws as the module's own")
    names = ["0", "1", "2", "3.first", "3.second", *map(str, range(4, 13))]
    assert [unit.name for unit in trace.units] == names
    assert [unit.kind for unit in trace.units if unit.kind != "module"] == ["plain", "residual", "dense", "highway"]
    for before, unit in zip([trace.first, *(unit["out"] for unit in trace.units)], trace.units, strict=False):
        assert before is unit.x
    assert (trace.units[0]["out"] < 0).any(), "ReLU in place has a copy of its own"
    assert [unit.name for unit in trace.units if unit.kind == "module" and unit.norms] == ["8"]
    assert (trace.scores, trace.last_norm, trace.stopped) == (None, None, None)


def test_a_trace_stays_true_while_the_module_learns_and_the_batch_changes() -> None:
    stack, x = stack_of("residual", training=True), batch()
    trace = deep(stack, x)
    kept = [(signal, signal.clone()) for unit in trace.units for signal in [unit.x, *unit.values()]]
    for unit in trace.units:
        for numbers in unit.norms.values():
            told = (numbers.weight, numbers.bias, numbers.mean, numbers.running_mean, numbers.running_variance)
            kept += [(values, values.clone()) for values in told if values is not None]
    kept.append((trace.x, trace.x.clone()))
    first = deep(stack, x).units[0].norms["norm_1"]
    stack(x).square().sum().backward()
    torch.optim.SGD(stack.parameters(), 0.1).step()
    lively(stack).zero_grad()
    expected = x.clone()
    x.zero_()
    assert all(torch.equal(values, copy) for values, copy in kept)
    assert torch.equal(trace.x, expected)
    exact(first.batch_mean, trace.first.mean((0, 2, 3)), msg="what is asked for late is of the batch that was read")
    assert torch.equal(first.running_mean, trace.units[0].norms["norm_1"].running_mean)  # type: ignore[arg-type]


def test_a_unit_that_stands_there_twice_runs_twice() -> None:
    shared, x = lively(ResidualUnit(I, I)).eval(), batch()
    module = nn.Sequential(shared, shared)
    trace = deep(module, x)
    assert len(trace.units) == 2
    assert torch.equal(trace.out, shared(shared(x)))
    stack = stack_of("residual")
    stack.units[2] = stack.units[0]
    assert len(deep(stack, x).units) == 3
    exact(deep(stack, x).scores, stack(x))


@pytest.mark.parametrize("kind", UNITS)
def test_one_unit(kind: str) -> None:
    unit, x = lively(UNITS[kind](I, I)), batch()
    trace = deep(unit, x)
    assert torch.equal(trace.out, unit(x))
    assert torch.equal(trace.first, x)


def test_sequences_without_units() -> None:
    x = batch()
    trace = deep(nn.Sequential(), x)
    assert trace.units == ()
    assert torch.equal(trace.out, nn.Sequential()(x))
    linear = lively(nn.Sequential(nn.Linear(4, 2), nn.Tanh()))
    rows = batch()[:, 0, 0, :4].clone()
    assert torch.equal(deep(linear, rows).out, linear(rows)), "a batch of rows"
    inner = deep(nn.Sequential(nn.Sequential(nn.Tanh(), nn.Sequential())), x)
    assert [unit.name for unit in inner.units] == ["0"], "only what holds units is opened"


class Doubled(nn.Sequential):
    """A sequence with a `forward` of its own: its parts do not run one after the other."""

    def forward(self, x: Tensor) -> Tensor:
        inner: Tensor = super().forward(x)  # type: ignore[no-untyped-call]
        return x + inner


def test_what_has_a_way_of_its_own_is_run_as_it_is() -> None:
    inner, x = lively(Doubled(ResidualUnit(I, I))).train(), batch()
    module = nn.Sequential(inner, PlainUnit(I, I).double())
    before = held(module)
    trace = deep(module, x)
    assert [unit.name for unit in trace.units] == ["0", "1"]
    assert all(torch.equal(before[name], values) for name, values in held(module).items()), "running numbers too"
    exact(trace.out, module(x))
    with pytest.raises(TypeError, match="not Doubled"):
        deep(inner, x)


@pytest.mark.parametrize("training", [False, True])
def test_another_normalisation_in_a_unit(*, training: bool) -> None:
    unit, x = ResidualUnit(I, I).double().train(training), batch()
    unit.norm_1 = lively(nn.InstanceNorm2d(I, affine=True, track_running_stats=True)).train(training)
    unit.norm_2 = nn.GroupNorm(1, I).double()
    before = held(unit)
    (trace,) = deep(unit, x).units
    assert all(torch.equal(before[name], values) for name, values in held(unit).items())
    assert trace.norms == {}, "they have no numbers of a batch"
    exact(trace["out"], unit(x))


def test_parts_that_somebody_adds_to_a_stack() -> None:
    stack, x = stack_of("plain"), batch()
    stack.units.append(nn.ReLU(inplace=True))
    trace = deep(stack, x)
    assert [unit.name for unit in trace.units] == ["units.0", "units.1", "units.2", "units.3"]
    exact(trace.scores, stack(x))


def test_it_runs_where_nothing_can_be_derived_and_where_all_can() -> None:
    stack, x = stack_of("highway"), batch()
    expected = stack(x)
    with torch.inference_mode():
        exact(deep(stack, x.clone()).scores, expected)
    with torch.enable_grad():
        assert torch.is_grad_enabled()
        deep(stack, x)
        assert torch.is_grad_enabled()
