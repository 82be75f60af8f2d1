"""The straight way through a memory and all others: against plain autograd, for every cell.

Axes: T time steps, H hidden units.
"""

from __future__ import annotations

import math

import pytest
import torch
from torch.testing import assert_close

from cells import CELLS, InputError, highway, trace
from tests.cells.cases import KEEPING, SOME_SLOPES, Case, H, I, T
from tests.cells.gradients.loops import EVERY, TOLERANCE, jacobian, looped
from tests.checking.sampling import few

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported")
cells = pytest.mark.parametrize("cell", SOME_SLOPES)


@pytest.mark.each_value
@pytest.mark.parametrize("case", few(EVERY, *(case for case in EVERY if case.cell in KEEPING)), ids=str)
def test_it_takes_what_autograd_says_apart(case: Case) -> None:
    module, xs, states = case.module(), case.sequence(), case.states()
    at, near = T - 2, TOLERANCE[case.dtype]
    way = highway(module, xs, case.as_argument(states), at=at)
    run = looped(module, case.cell, xs, states)
    kept = trace(module, xs, case.as_argument(states))[0].kept()
    for s in range(at + 1):
        full = jacobian(run.signals[at][way.memory], run.signals[s][way.memory])
        straight = torch.eye(len(full), dtype=case.dtype)
        if kept is not None:
            straight = torch.diag(kept[s + 1 : at + 1].prod(0))
        elif s < at:
            straight = torch.zeros_like(full)
        for found, expected in ((way.full, full), (way.highway, straight), (way.rest, full - straight)):
            assert_close(found.values[s], expected.norm(), rtol=near, atol=near)
    assert not way.full.values[at + 1 :].any()
    assert way.full.values[at].item() == pytest.approx(math.sqrt(H))


@cells
def test_it_can_stop_on_its_way(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    whole, part = highway(module, xs), highway(module, xs, since=2)
    for name in ("full", "highway", "rest"):
        assert torch.equal(getattr(part, name).values[2:], getattr(whole, name).values[2:])
        assert not getattr(part, name).values[:2].any()


@pytest.mark.parametrize("cell", few(CELLS, *KEEPING))
def test_it_names_the_memory_and_what_keeps_it(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    way, memory = highway(module, xs), CELLS[cell].memory
    assert (way.memory, way.keep) == ((memory.state, memory.keep) if memory else ("hidden", ""))
    assert way.at == T - 1
    assert way.kept[-1].item() == pytest.approx(1)
    assert (way.kept <= 1 + 1e-6).all()
    assert bool(way.kept[:-1].any()) == (memory is not None)


@cells
def test_a_long_run_is_cut_into_pieces(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    whole = highway(module, xs, at=4)
    monkeypatch.setattr("cells.gradients.differentiable.AT_ONCE", 3 * (5 * H) ** 2)
    pieces = highway(module, xs, at=4)
    for name in ("full", "highway", "rest"):
        assert_close(getattr(pieces, name).values, getattr(whole, name).values)


def test_a_shut_gate_leaves_less_than_single_precision_holds_and_it_is_measured() -> None:
    module = CELLS["lstm"].module(1, 1)
    for parameter in module.parameters():
        torch.nn.init.zeros_(parameter)
    torch.nn.init.constant_(module.get_parameter("bias_ih_l0")[1:2], -10.0)
    way = highway(module, torch.zeros(100, 1))
    assert way.highway.log10[0].item() == pytest.approx(99 * math.log10(torch.tensor(-10.0).sigmoid().item()), rel=1e-5)
    assert way.highway.underflowed[0]


@pytest.mark.parametrize("at", [-1, T])
def test_a_step_that_is_not_there_is_refused(at: int) -> None:
    with pytest.raises(InputError, match=f"step {at}: this run has steps 0 to 6"):
        highway(CELLS["lstm"].module(I, H), torch.zeros(T, I), at=at)


def test_several_layers_are_refused() -> None:
    with pytest.raises(InputError, match="layers: 2"):
        highway(CELLS["lstm"].module(I, H, num_layers=2), torch.zeros(T, I))
