"""`trace` against PyTorch's own forward pass and against the textbook's plain loop, for every kind of module."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from cells import CELLS, LayerTrace, trace
from tests.cells.cases import KINDS, SOME_CELLS, B, Case, H, P, T
from tests.cells.textbook import STEPS, textbook
from tests.checking.sampling import few

# PyTorch says that its fastest kernel has no projection, and takes another: that is no matter of the trace.
pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported")

FLAGS = (False, True)
DTYPES = (torch.float32, torch.float64)

CASES = [
    Case(cell, layers, bidirectional, bias, proj_size, dtype, batched, batch_first, given_state)
    for cell, layers, bidirectional, bias, dtype, batched, batch_first, given_state in product(
        CELLS, (1, 2, 3), FLAGS, FLAGS, DTYPES, FLAGS, FLAGS, FLAGS
    )
    for proj_size in ((0, P) if cell == "lstm" else (0,))
]


def close(got: Tensor, expected: Tensor, case: Case) -> None:
    """Assert nearness to within a float's grain at the size of the numbers: without a squashing they grow beyond 1."""
    assert_close(got, expected, rtol=0, atol=case.tolerance * max(1.0, float(expected.abs().max())))


def last_of(layers: list[LayerTrace], name: str) -> Tensor:
    return torch.stack([layer.last[name] for layer in layers])


@pytest.mark.each_pair
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_number_is_that_of_the_module_and_of_the_textbook(case: Case) -> None:
    module, xs, states = case.module(), case.sequence(), case.states()
    layers = trace(module, xs, case.as_argument(states))

    with torch.no_grad():
        output, last = module(xs, case.as_argument(states))
    top = layers[-2:] if case.bidirectional else layers[-1:]
    close(torch.cat([layer["hidden"] for layer in top], dim=-1), output, case)
    for name, expected in zip(case.state_sizes, last if isinstance(last, tuple) else (last,), strict=True):
        close(last_of(layers, name), expected, case)

    for layer, expected_signals in zip(layers, textbook(case.cell, module, case.time_major(xs), states), strict=True):
        assert set(layer) == set(expected_signals)
        for name, values in expected_signals.items():
            close(layer[name], case.lay_out(torch.from_numpy(values)), case)
            assert layer[name].abs().max() > 0.01, f"{name} says nothing, so that agreeing on it is no success"


def test_the_textbook_has_every_cell() -> None:
    assert set(STEPS) == set(CELLS)


@pytest.mark.parametrize("cell", few(CELLS, *KINDS, "rnn-relu"))
def test_layers_come_in_the_order_of_pytorch(cell: str) -> None:
    case = Case(cell, layers=2, bidirectional=True)
    layers = trace(case.module(), case.sequence())
    assert [(layer.layer, layer.reverse) for layer in layers] == [(0, False), (0, True), (1, False), (1, True)]
    assert all(layer.cell is CELLS[cell] for layer in layers)


@pytest.mark.each_value
@pytest.mark.parametrize("cell", SOME_CELLS)
@pytest.mark.parametrize(
    ("batched", "batch_first", "leading"), [(False, False, (T,)), (True, False, (T, B)), (True, True, (B, T))]
)
def test_signals_have_the_leading_axes_of_the_output(
    cell: str, batched: bool, batch_first: bool, leading: tuple[int, ...]
) -> None:
    case = Case(cell, batched=batched, batch_first=batch_first)
    (layer,) = trace(case.module(), case.sequence())
    assert list(layer) == [signal.name for signal in layer.cell.shown]
    assert len(layer) == len(layer.cell.shown)
    for name, values in {**layer, **layer.flows()}.items():
        assert values.shape == (*leading, H), name
    for gate, parts in layer.parts(2).items():
        for part, values in parts.items():
            assert values.shape == leading, f"{gate}.{part}"
    for state in layer.cell.states:
        assert layer.initial[state].shape == layer.last[state].shape == ((B, H) if batched else (H,))


@pytest.mark.each_value
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_half_precision_is_traced_too(cell: str, dtype: torch.dtype) -> None:
    case = Case(cell, dtype=dtype)
    module, xs = case.module(), case.sequence()
    (layer,) = trace(module, xs)
    with torch.no_grad():
        output, _ = module(xs)
    assert all(values.dtype == dtype for values in layer.values())
    # The same kernel makes both, so not even a rounding lies between them.
    assert torch.equal(layer["hidden"], output)


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_one_step_and_one_unit_are_enough(cell: str) -> None:
    module = CELLS[cell].module(1, 1)
    xs = torch.tensor([[0.7]])
    (layer,) = trace(module, xs)
    with torch.no_grad():
        output, _ = module(xs)
    assert_close(layer["hidden"], output, rtol=0, atol=1e-6)
    assert_close(layer.last["hidden"], output[0], rtol=0, atol=1e-6)


def test_a_large_memory_is_exact_to_its_own_size() -> None:
    """A memory that forgets nothing keeps every rounding, each as large as float32's grain at its size (4e-6 near 50).

    So the bound is relative to the size of the memory, and the truth is the textbook's loop in float64.
    """
    case = Case("lstm", batched=False)
    module = case.module()
    with torch.no_grad():
        module.get_parameter("bias_ih_l0").chunk(4)[1].fill_(20.0)  # forgets nothing
    xs = torch.randn(400, 4)
    states = {"hidden": torch.randn(1, 1, H), "cell": 50 * torch.randn(1, 1, H)}
    (layer,) = trace(module, xs, case.as_argument(states))
    in_double = {name: values.double() for name, values in states.items()}
    (expected,) = textbook("lstm", module.double(), xs.double().unsqueeze(1), in_double)
    size = float(layer["cell"].abs().max())
    assert size > 50
    assert_close(layer["cell"].double(), torch.from_numpy(expected["cell"]).squeeze(1), rtol=0, atol=1e-6 * size)
