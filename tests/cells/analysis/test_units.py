"""Single units: saturation, time constants and strongest steps, where they are known.

Axes: T time steps, B batch, H hidden units.
"""

from __future__ import annotations

import math

import pytest
import torch

from cells import CELLS, saturation, strongest_steps, time_constants, trace
from cells.modules.blank import blank_module
from cells.sequences import SEQUENCES
from cells.tracing.layer_trace import LayerTrace
from cells.weights import WEIGHTS
from tests.cells.cases import KEEPING, SOME_CELLS
from tests.checking.sampling import few

cells = pytest.mark.parametrize("cell", SOME_CELLS)


def with_bias(cell: str, gate: str, *biases: float) -> LayerTrace:
    """Return a trace in which a gate of each unit is constant: nothing is read, and nothing recurs."""
    module, gates = blank_module(cell, 1, len(biases)), CELLS[cell].gates
    with torch.no_grad():
        module.get_parameter("bias_ih_l0").chunk(len(gates))[gates.index(gate)].copy_(torch.tensor(biases))
    return trace(module, torch.ones(10, 1))[0]


@cells
def test_each_gate_has_a_share_for_each_unit(cell: str) -> None:
    module = CELLS[cell].module(2, 5)
    layer = trace(module, 20 * torch.randn(30, 3, 2))[0]
    shares = saturation(layer)
    assert list(shares) == [signal.name for signal in CELLS[cell].shown if signal.kind == "gate"]
    for gate, share in shares.items():
        for unit in range(5):
            values = layer[gate][..., unit].flatten().tolist()
            assert share.left[unit].item() == pytest.approx(sum(value < 0.1 for value in values) / 90)
            assert share.right[unit].item() == pytest.approx(sum(value > 0.9 for value in values) / 90)
            assert share.left[unit] + share.right[unit] <= 1


def test_a_latch_is_saturated_but_where_it_writes() -> None:
    sequence = SEQUENCES["bit"].make(length=100)
    shares = saturation(trace(WEIGHTS["latch"].make("lstm", 2, sharpness=10.0), sequence.values)[0])
    assert (shares["forget"].left.item(), shares["forget"].right.item()) == pytest.approx((0.01, 0.99))
    assert (shares["input"].left.item(), shares["input"].right.item()) == pytest.approx((0.99, 0.01))
    assert (shares["output"].left.item(), shares["output"].right.item()) == (0, 1)


@pytest.mark.parametrize(("cell", "gate", "sign"), [("lstm", "forget", 1), ("gru", "update", 1), ("mgu", "forget", -1)])
def test_a_constant_gate_has_the_time_constant_of_a_leaky_unit(cell: str, gate: str, sign: int) -> None:
    logits = [math.log(f / (1 - f)) for f in (0.5, 0.9, 0.99)]
    found = time_constants(with_bias(cell, gate, *(sign * logit for logit in logits)))
    assert found is not None
    assert found.tolist() == pytest.approx([1.4427, 9.4912, 99.499], rel=1e-4)
    assert [math.exp(-1 / tau) for tau in found.tolist()] == pytest.approx([0.5, 0.9, 0.99], rel=1e-6)


def test_a_memory_without_end_and_one_that_is_never_kept() -> None:
    found = time_constants(with_bias("lstm", "forget", 100.0, -200.0))
    assert found is not None
    assert found[0] == math.inf
    assert found[1] == pytest.approx(0, abs=0.02)
    without_forget_gate = trace(CELLS["lstm-no-forget-gate"].module(2, 3), torch.randn(6, 2))[0]
    never_less = time_constants(without_forget_gate)
    assert never_less is not None
    assert never_less.tolist() == [math.inf] * 3


@pytest.mark.parametrize("cell", few(CELLS, *KEEPING))
def test_time_constants_are_those_of_the_mean_share_kept(cell: str) -> None:
    layer = trace(CELLS[cell].module(2, 4), torch.randn(7, 3, 2))[0]
    found = time_constants(layer)
    kept = layer.kept()
    assert (found is None) == (kept is None) == (CELLS[cell].memory is None)
    if found is not None and kept is not None:
        expected = [-1 / math.log(mean) if mean < 1 else math.inf for mean in kept.double().mean(dim=(0, 1)).tolist()]
        assert found.tolist() == pytest.approx(expected)


def test_a_counter_is_strongest_where_it_turns() -> None:
    sequence = SEQUENCES["anbn"].make(n=6)
    layer = trace(WEIGHTS["counter"].make("lstm", 2), sequence.values)[0]
    first, second, third = strongest_steps(layer, sequence, 0, 3, context=2)
    assert (first.step, first.before, first.label, first.after) == (5, ("a", "a"), "a", ("b", "b"))
    assert first.value == pytest.approx(3, abs=0.01)
    assert {second.step, third.step} == {4, 6}
    whole = strongest_steps(layer, sequence, 0, 100)
    assert sorted(strong.step for strong in whole) == list(range(12))
    assert [abs(strong.value) for strong in whole] == sorted((abs(strong.value) for strong in whole), reverse=True)
    (start,) = (strong for strong in whole if strong.step == 0)
    assert (start.before, "".join(start.after)) == ((), "aaaaabbbbbb")


def test_of_equals_the_earlier_comes_first_and_a_batch_of_one_is_as_good() -> None:
    sequence = SEQUENCES["text"].make(text="aaaa")
    module = blank_module("gru", 1, 2)
    (layer,) = trace(module, sequence.values.unsqueeze(1))
    assert [strong.step for strong in strongest_steps(layer, sequence, 1, 3)] == [0, 1, 2]
    assert strongest_steps(layer, sequence, 1, 0) == []


def test_what_is_no_number_is_not_strong_but_what_is_endless_is_the_strongest() -> None:
    sequence = SEQUENCES["numbers"].make(numbers="0 1 2 3 1e38 1 1")
    module = blank_module("rnn-relu", 1, 2)
    with torch.no_grad():
        module.get_parameter("weight_ih_l0").fill_(10)
        module.get_parameter("weight_hh_l0").copy_(torch.tensor([[1.0, -1.0], [0.0, 0.0]]))
    (layer,) = trace(module, sequence.values)
    assert layer["hidden"][:, 0].isnan().any(), "∞ − ∞"
    strong = strongest_steps(layer, sequence, 0, 100)
    assert (strong[0].step, strong[0].value) == (4, math.inf)
    assert [one.step for one in strong] == [4, *sorted((0, 1, 2, 3), key=lambda step: -float(layer["hidden"][step, 0]))]


def test_what_does_not_fit_is_refused() -> None:
    sequence = SEQUENCES["text"].make(text="hello")
    module = CELLS["rnn"].module(4, 3)
    (layer,) = trace(module, sequence.values)
    with pytest.raises(IndexError, match="unit 3 is not there: the layer has 3"):
        strongest_steps(layer, sequence, 3, 1)
    with pytest.raises(ValueError, match="the trace has 5 steps, the sequence 4"):
        strongest_steps(layer, SEQUENCES["text"].make(text="helo"), 0, 1)
    (several,) = trace(module, torch.randn(5, 2, 4))
    with pytest.raises(ValueError, match="the trace has 10 steps, the sequence 5"):
        strongest_steps(several, sequence, 0, 1)
