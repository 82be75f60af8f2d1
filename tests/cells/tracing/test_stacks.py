"""Stacks and both directions: their random weights, and a trace in the order in which a direction reads.

Axes: T time steps, I input features, H hidden units.
"""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from cells import CELLS, Clamp, LayerTrace, trace
from cells.core.sequence import Sequence
from cells.core.stepwise import Recurrent, suffix_of
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.cells.cases import SOME_CELLS, Case

cells = pytest.mark.parametrize("cell", SOME_CELLS)


def stack_of(cell: str, layers: int, directions: int, **settings: float) -> Recurrent:
    return WEIGHTS["random"].make(cell, 2, layers=layers, directions=directions, **settings)


# Random weights


@pytest.mark.parametrize(
    ("cell", "read", "first", "last"),
    [
        ("lstm", [1.39892, 1.40585], [0.67321, 0.01347, -0.73933], [0.85370, -0.41381, -0.31617]),
        ("gru", [-0.86670, -0.56401], [0.51990, 0.68090, 0.51583], [0.65832, -0.28009, -0.69869]),
    ],
)
def test_the_first_layer_has_its_known_numbers_however_many_there_are(
    cell: str, read: list[float], first: list[float], last: list[float]
) -> None:
    """Links carry only the seed: pictures stay the same only while these do."""
    for layers, directions in ((1, 1), (4, 2)):
        module = stack_of(cell, layers, directions, units=3, seed=7)
        w_ih, w_hh = module.get_parameter("weight_ih_l0"), module.get_parameter("weight_hh_l0")
        for row, known in ((w_ih[-1], read), (w_hh[0], first), (w_hh[-1], last)):
            assert_close(row, torch.tensor(known), rtol=0, atol=1e-5)


@cells
def test_every_layer_and_direction_is_drawn_by_the_same_rules(cell: str) -> None:
    module = stack_of(cell, 3, 2, units=16, gain=1.5, forget_bias=2.5)
    gates, seen = CELLS[cell].gates, []
    for layer in range(3):
        for reverse in (False, True):
            end = suffix_of(layer, reverse)
            for block in module.get_parameter(f"weight_hh_{end}").chunk(len(gates)):
                assert_close(block @ block.T, 1.5**2 * torch.eye(16), rtol=0, atol=1e-5)
                seen.append(block)
            for gate, bias in zip(gates, module.get_parameter(f"bias_ih_{end}").chunk(len(gates)), strict=True):
                assert (bias == (2.5 if gate == "forget" else 0)).all()
    assert not any(torch.equal(one, other) for i, one in enumerate(seen) for other in seen[:i])


def test_upper_layers_read_many_states_as_loudly_as_few() -> None:
    for units in (8, 128):
        drawn = stack_of("lstm", 2, 2, units=units).get_parameter("weight_ih_l1")
        assert drawn.shape[1] == 2 * units
        assert drawn.std().item() * units**0.5 == pytest.approx(2 / 2**0.5, rel=0.1)


@pytest.mark.each_value
@cells
@pytest.mark.parametrize(("layers", "directions"), [(1, 2), (4, 1), (4, 2)])
def test_a_stack_is_traced_as_torch_runs_it(cell: str, layers: int, directions: int) -> None:
    module, xs = stack_of(cell, layers, directions), SEQUENCES["pulse"].make().values
    traced = trace(module, xs)
    assert len(traced) == layers * directions
    with torch.no_grad():
        output, _ = module(xs)
    assert_close(torch.cat([layer["hidden"] for layer in traced[-directions:]], dim=-1), output, rtol=0, atol=1e-5)


# In the order read


def both_of(cell: str) -> tuple[Tensor, list[LayerTrace]]:
    case = Case(cell, layers=2, bidirectional=True, dtype=torch.float64)
    xs = case.sequence()
    return xs, trace(case.module(), xs, case.as_argument(case.states()))


@cells
def test_as_read_a_reverse_direction_is_a_run_forward_over_the_reversed_sequence(cell: str) -> None:
    case = Case(cell, bidirectional=True, dtype=torch.float64)
    module, xs = case.module(), case.sequence()
    _, reverse = trace(module, xs)
    single = CELLS[cell].module(xs.shape[-1], module.hidden_size, dtype=torch.float64)
    for name, parameter in single.named_parameters():
        parameter.data.copy_(module.get_parameter(f"{name}_reverse"))
    (forward,) = trace(single, xs.flip(0))
    read = reverse.as_read()
    same(dict(read), dict(forward))
    same(read.flows(), forward.flows())
    for gate, parts in forward.parts().items():
        same(read.parts()[gate], parts)
    for state in CELLS[cell].states:
        assert_close(read.before(state), forward.before(state), rtol=0, atol=1e-12)
        assert torch.equal(read.last[state], read[state][-1])
    origin, expected = read.origin(), forward.origin()
    assert (origin is None) == (expected is None)
    assert origin is None or expected is None or torch.equal(origin, expected)


def same(got: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    assert set(got) == set(expected)
    for name, values in expected.items():
        assert_close(got[name], values, rtol=0, atol=1e-12)


@cells
def test_as_read_turns_only_what_reads_from_the_end_and_leaves_the_trace_as_it_is(cell: str) -> None:
    _, layers = both_of(cell)
    for layer in layers:
        before = layer["hidden"].clone()
        read = layer.as_read()
        assert torch.equal(read["hidden"], before.flip(0) if layer.reverse else before)
        assert torch.equal(read.as_read()["hidden"], read["hidden"])
        assert torch.equal(layer["hidden"], before)
        assert (read.layer, read.reverse, read.cell) == (layer.layer, layer.reverse, layer.cell)


def test_what_a_clamp_writes_is_its_origin_in_the_order_read_too() -> None:
    xs = SEQUENCES["pulse"].make(length=24).values
    module = stack_of("lstm", 1, 2, units=1, forget_bias=6.0)
    _, reverse = trace(module, xs, clamp=Clamp("cell", 50.0, steps=20))
    origin = reverse.as_read().origin()
    assert origin is not None
    assert origin[3, 0] == 3, "element 20 of 24 is read at step 3"
    assert reverse.held[0].steps == (20,), "clamps keep the sequence's own steps"


def test_a_sequence_as_read_backward_opens_at_the_same_element() -> None:
    sequence = Sequence(torch.arange(6.0).reshape(3, 2), ("a", "b", "c"), ("x", "y"), start=2)
    read = sequence.as_read(reverse=True)
    assert read.values.tolist() == [[4, 5], [2, 3], [0, 1]]
    assert (read.labels, read.start, read.channels) == (("c", "b", "a"), 0, ("x", "y"))
    assert sequence.as_read(reverse=False) is sequence
