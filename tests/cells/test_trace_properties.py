"""What holds for every cell, whatever its size, its weights and its sequence.

Axes: T time steps, I input features, H hidden units.
"""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from cells import CELLS, trace
from cells.stepwise import Recurrent
from cells.weights import WEIGHTS

EXAMPLES = settings(max_examples=25, derandomize=True, deadline=None)
cells = pytest.mark.parametrize("cell", CELLS)
bounded_cells = pytest.mark.parametrize("cell", [key for key in CELLS if key != "rnn-relu"])  # relu has no bound


@st.composite
def runs(draw: st.DrawFn, loudest: float = 100.0, strongest: float = 3.0) -> tuple[dict[str, float], Tensor]:
    """Settings of random weights, and a sequence (T, I)."""
    wired = {
        "units": draw(st.integers(1, 6)),
        "seed": draw(st.integers(0, 9999)),
        "forget_bias": draw(st.floats(-6, 6)),
        "gain": draw(st.floats(0, strongest)),
    }
    steps, features = draw(st.integers(1, 20)), draw(st.integers(1, 3))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 9999)))
    loudness = draw(st.floats(0.1, loudest))
    return wired, loudness * torch.randn(steps, features, dtype=torch.float64, generator=generator)


def wired(cell: str, xs: Tensor, weights: dict[str, float]) -> Recurrent:
    """The random module in float64, in which a bound can be held exactly."""
    return WEIGHTS["random"].make(cell, xs.shape[-1], **weights).double()


@cells
@EXAMPLES
@given(run=runs())
def test_a_gate_is_open_between_not_at_all_and_fully(cell: str, run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    (layer,) = trace(wired(cell, xs, weights), xs)
    for signal in CELLS[cell].shown:
        assert layer[signal.name].isfinite().all()
        if signal.kind == "gate":
            assert layer[signal.name].min() >= 0
            assert layer[signal.name].max() <= 1
        if signal.kind == "candidate":
            assert layer[signal.name].abs().max() <= 1


@bounded_cells
@EXAMPLES
@given(run=runs())
def test_a_hidden_state_stays_within_one(cell: str, run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    (layer,) = trace(wired(cell, xs, weights), xs)
    assert layer["hidden"].abs().max() <= 1


@EXAMPLES
@given(run=runs())
def test_a_relu_state_is_never_negative(run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    (layer,) = trace(wired("rnn-relu", xs, weights), xs)
    assert layer["hidden"].min() >= 0


@EXAMPLES
@given(run=runs())
def test_a_cell_state_grows_by_one_a_step_at_most(run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    (layer,) = trace(wired("lstm", xs, weights), xs)
    steps = torch.arange(1, len(xs) + 1).unsqueeze(1)
    assert (layer["cell"].abs() <= steps).all()
    assert ((layer["cell"] - layer.before("cell")).abs() <= 1 + layer.before("cell").abs()).all()


@EXAMPLES
@given(run=runs())
def test_a_gru_state_lies_between_its_past_and_its_candidate(run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    (layer,) = trace(wired("gru", xs, weights), xs)
    past, candidate, hidden = layer.before("hidden"), layer["candidate"], layer["hidden"]
    rounding = 1e-12
    assert (torch.minimum(past, candidate) - rounding <= hidden).all()
    assert (hidden <= torch.maximum(past, candidate) + rounding).all()


@cells
@EXAMPLES
@given(run=runs(loudest=3.0, strongest=1.0), share=st.floats(0, 1))
def test_nothing_is_known_of_what_comes_later(cell: str, run: tuple[dict[str, float], Tensor], share: float) -> None:
    weights, xs = run
    module = wired(cell, xs, weights)
    first = max(1, round(share * len(xs)))
    (whole,), (beginning,) = trace(module, xs), trace(module, xs[:first])
    for name in whole:
        assert_close(beginning[name], whole[name][:first], rtol=1e-12, atol=1e-12)


@cells
@EXAMPLES
@given(run=runs(loudest=3.0, strongest=1.0))
def test_a_run_goes_on_from_its_last_states(cell: str, run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    module = wired(cell, xs, weights)
    (whole,), (beginning,) = trace(module, xs), trace(module, xs[:1])
    states = [beginning.last[name].unsqueeze(0) for name in ("hidden", "cell") if name in beginning.last]
    state = (states[0], states[1]) if len(states) == 2 else states[0]
    (rest,) = trace(module, xs.roll(-1, dims=0), state)
    for name in whole:
        assert_close(rest[name][: len(xs) - 1], whole[name][1:], rtol=1e-12, atol=1e-12)


@cells
@EXAMPLES
@given(run=runs(loudest=3.0, strongest=1.0))
def test_sequences_of_a_batch_know_nothing_of_each_other(cell: str, run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    module = wired(cell, xs, weights)
    (batched,) = trace(module, torch.stack([xs, xs.flip(0)], dim=1))
    for alone, place in ((xs, 0), (xs.flip(0), 1)):
        (layer,) = trace(module, alone)
        for name in layer:
            assert_close(batched[name][:, place], layer[name], rtol=1e-12, atol=1e-12)
