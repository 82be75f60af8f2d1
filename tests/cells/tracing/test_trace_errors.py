"""Refusals of `trace`, and whether the message names what was wrong."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence

from cells import CELLS, InputError, trace
from tests.cells.cases import KINDS, SOME_CELLS, B, Case, H, I, T
from tests.checking.sampling import few

ZEROS = torch.zeros


@pytest.mark.each_value
@pytest.mark.parametrize("cell", SOME_CELLS)
@pytest.mark.parametrize(
    ("xs", "named"),
    [
        (ZEROS(I), r"\(4,\).*axes"),
        (ZEROS(1, T, B, I), r"\(1, 7, 3, 4\).*axes"),
        (ZEROS(T, I + 1), "5 features.*takes 4"),
        (ZEROS(T, B, I - 1), "3 features.*takes 4"),
        (ZEROS(T, I, dtype=torch.float64), "float64.*float32"),
        (ZEROS(T, I, dtype=torch.int64), "int64.*float32"),
        pytest.param(ZEROS(T, I, dtype=torch.bool), "bool.*float32", marks=pytest.mark.exhaustive),
        pytest.param(ZEROS(T, I, dtype=torch.complex64), "complex64.*float32", marks=pytest.mark.exhaustive),
        (ZEROS(0, I), r"\(0, 4\).*no step"),
        pytest.param(ZEROS(0, B, I), r"\(0, 3, 4\).*no step", marks=pytest.mark.exhaustive),
        (ZEROS(T, 0, I), r"\(7, 0, 4\).*no step"),
        (ZEROS(T, I, device="meta"), "on meta.*on cpu"),
    ],
    ids=str,
)
def test_a_sequence_that_does_not_fit_is_named(cell: str, xs: torch.Tensor, named: str) -> None:
    with pytest.raises(InputError, match=named) as caught:
        trace(CELLS[cell].module(I, H), xs)
    assert str(caught.value) == caught.value.template.format(**caught.value.values)


@pytest.mark.each_value
@pytest.mark.parametrize("cell", SOME_CELLS)
@pytest.mark.parametrize(
    ("xs", "named"),
    [
        ([[0.0] * I], "list"),
        (ZEROS(T, I).numpy(), "ndarray"),
        (None, "NoneType"),
        (pack_sequence([ZEROS(T, I)]), "PackedSequence.*pad_packed_sequence"),
    ],
    ids=["list", "ndarray", "None", "PackedSequence"],
)
def test_a_sequence_that_is_no_tensor_is_named(cell: str, xs: Any, named: str) -> None:
    with pytest.raises(TypeError, match=named):
        trace(CELLS[cell].module(I, H), xs)


@pytest.mark.parametrize(
    "module",
    [
        nn.Linear(I, H),
        nn.LSTMCell(I, H),
        pytest.param(nn.GRUCell(I, H), marks=pytest.mark.exhaustive),
        pytest.param(nn.RNNCell(I, H), marks=pytest.mark.exhaustive),
        nn.Sequential(),
    ],
    ids=str,
)
def test_another_kind_of_module_is_named(module: nn.Module) -> None:
    with pytest.raises(TypeError, match=rf"nn\.RNN, nn\.LSTM or nn\.GRU, not {type(module).__name__}"):
        trace(module, ZEROS(T, I))


STATES = {
    "batch": ((2, B + 1, H), r"\(2, 4, 5\).*expected \(2, 3, 5\)"),
    "units": ((2, B, H + 1), r"\(2, 3, 6\).*expected \(2, 3, 5\)"),
    "layers": ((1, B, H), r"\(1, 3, 5\).*expected \(2, 3, 5\)"),
    "axes": ((2, H), r"\(2, 5\).*expected \(2, 3, 5\)"),
}


@pytest.mark.each_value
@pytest.mark.parametrize("cell", SOME_CELLS)
@pytest.mark.parametrize("wrong", STATES)
def test_a_state_of_the_wrong_shape_is_named_with_the_right_one(cell: str, wrong: str) -> None:
    shape, named = STATES[wrong]
    case = Case(cell, layers=2)
    for bad in case.states():
        states = {**case.states(), bad: ZEROS(shape)}
        with pytest.raises(InputError, match=f"{bad} state.*{named}"):
            trace(case.module(), case.sequence(), case.as_argument(states))


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_batched_state_for_an_unbatched_sequence_is_named(cell: str) -> None:
    case = Case(cell, batched=False)
    batched = Case(cell)
    with pytest.raises(InputError, match=r"hidden state.*\(1, 3, 5\).*expected \(1, 5\)"):
        trace(case.module(), case.sequence(), batched.as_argument(batched.states()))


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_state_of_another_dtype_is_named(cell: str) -> None:
    case = Case(cell)
    states = {name: values.double() for name, values in case.states().items()}
    with pytest.raises(InputError, match=r"hidden state is torch\.float64.*torch\.float32"):
        trace(case.module(), case.sequence(), case.as_argument(states))


@pytest.mark.parametrize("cell", few((key for key in CELLS if "cell" in CELLS[key].states), *KINDS))
def test_one_tensor_where_two_states_are_carried_is_named(cell: str) -> None:
    with pytest.raises(TypeError, match=r"tuple \(h_0, c_0\)"):
        trace(CELLS[cell].module(I, H), ZEROS(T, I), ZEROS(1, H))


@pytest.mark.parametrize("cell", few((key for key in CELLS if "cell" not in CELLS[key].states), *KINDS))
def test_two_tensors_where_one_state_is_carried_is_named(cell: str) -> None:
    with pytest.raises(TypeError, match="one tensor h_0"):
        trace(CELLS[cell].module(I, H), ZEROS(T, I), (ZEROS(1, H), ZEROS(1, H)))


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_state_that_is_no_tensor_is_refused(cell: str) -> None:
    with pytest.raises(TypeError, match="state must be"):
        trace(CELLS[cell].module(I, H), ZEROS(T, I), [0.0] * H)  # type: ignore[arg-type]
