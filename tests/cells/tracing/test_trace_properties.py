"""Properties of every cell, whatever its size, its weights and its sequence.

Axes: T time steps, I input features, H hidden units.
"""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from cells import CELLS, trace
from cells.core.stepwise import Recurrent
from cells.weights import WEIGHTS
from tests.cells.cases import KINDS, SOME_CELLS
from tests.checking.sampling import few

cells = pytest.mark.parametrize("cell", CELLS)
lstms = pytest.mark.parametrize("cell", [key for key, cell in CELLS.items() if "lstm" in (key, cell.varies)])
# The gates of the step before are no state that a module takes, so that such a run cannot be gone on with.
WITH_ALL_THEIR_STATES = [key for key, cell in CELLS.items() if not cell.rule.previous_signals]
UNSQUASHED = {
    "rnn-relu": {"hidden"},
    "lstm-no-input-activation": {"candidate"},
    "lstm-no-output-activation": {"hidden"},
}


@st.composite
def runs(draw: st.DrawFn, loudest: float = 100.0, strongest: float = 3.0) -> tuple[dict[str, float], Tensor]:
    """Draw settings of random weights, and a sequence (T, I)."""
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
    """Return the random module in float64, in which a bound can be held exactly."""
    return WEIGHTS["random"].make(cell, xs.shape[-1], **weights).double()


@cells
@given(run=runs())
def test_every_signal_stays_within_its_reach(cell: str, run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    (layer,) = trace(wired(cell, xs, weights), xs)
    for signal in CELLS[cell].shown:
        least, most = signal.reach
        assert layer[signal.name].isfinite().all()
        assert layer[signal.name].min() >= least
        assert layer[signal.name].max() <= most


@cells
def test_only_what_is_not_squashed_has_no_bound(cell: str) -> None:
    """A gate reaches from 0 to 1, any other signal from -1 to 1, but for a cell state and what its variant leaves."""
    unbounded = {signal.name for signal in CELLS[cell].shown if signal.reach[1] == float("inf")}
    assert unbounded - {"cell"} == UNSQUASHED.get(cell, set())
    for signal in CELLS[cell].shown:
        if signal.name not in unbounded:
            assert signal.reach == ((0, 1) if signal.kind == "gate" else (-1, 1))


@pytest.mark.parametrize("cell", UNSQUASHED)
def test_what_has_no_bound_is_seen_beyond_one(cell: str) -> None:
    weights = {"units": 8, "seed": 0, "forget_bias": 2.0, "gain": 1.0}
    (layer,) = trace(wired(cell, torch.full((20, 2), 3.0).double(), weights), torch.full((20, 2), 3.0).double())
    assert all(layer[name].abs().max() > 1.5 for name in UNSQUASHED[cell])


@given(run=runs())
def test_a_relu_state_is_never_negative(run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    (layer,) = trace(wired("rnn-relu", xs, weights), xs)
    assert layer["hidden"].min() >= 0


@lstms
@given(run=runs())
def test_a_cell_state_grows_by_its_candidate_a_step_at_most(cell: str, run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    (layer,) = trace(wired(cell, xs, weights), xs)
    rounding = 1e-12 * (1 + layer["cell"].abs())
    assert (layer["cell"].abs() <= layer.before("cell").abs() + layer["candidate"].abs() + rounding).all()
    if cell not in UNSQUASHED:
        assert (layer["cell"].abs() <= torch.arange(1, len(xs) + 1).unsqueeze(1)).all()


@given(run=runs())
def test_coupled_gates_share_one_whole(run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    (layer,) = trace(wired("lstm-coupled", xs, weights), xs)
    assert torch.equal(layer["forget"], 1 - layer["input"])
    assert layer["cell"].abs().max() <= 1


@pytest.mark.parametrize("cell", [key for key, cell in CELLS.items() if "gru" in (key, cell.varies)])
@given(run=runs())
def test_a_gru_state_lies_between_its_past_and_its_candidate(cell: str, run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    (layer,) = trace(wired(cell, xs, weights), xs)
    past, candidate, hidden = layer.before("hidden"), layer["candidate"], layer["hidden"]
    rounding = 1e-12
    assert (torch.minimum(past, candidate) - rounding <= hidden).all()
    assert (hidden <= torch.maximum(past, candidate) + rounding).all()


@pytest.mark.parametrize("cell", SOME_CELLS)
@given(run=runs(loudest=3.0, strongest=1.0), share=st.floats(0, 1))
def test_nothing_is_known_of_what_comes_later(cell: str, run: tuple[dict[str, float], Tensor], share: float) -> None:
    weights, xs = run
    module = wired(cell, xs, weights)
    first = max(1, round(share * len(xs)))
    (whole,), (beginning,) = trace(module, xs), trace(module, xs[:first])
    for name in whole:
        assert_close(beginning[name], whole[name][:first], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("cell", few(WITH_ALL_THEIR_STATES, *KINDS, "mgu"))
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


@pytest.mark.parametrize("cell", SOME_CELLS)
@given(run=runs(loudest=3.0, strongest=1.0))
def test_sequences_of_a_batch_know_nothing_of_each_other(cell: str, run: tuple[dict[str, float], Tensor]) -> None:
    weights, xs = run
    module = wired(cell, xs, weights)
    (batched,) = trace(module, torch.stack([xs, xs.flip(0)], dim=1))
    for alone, index in ((xs, 0), (xs.flip(0), 1)):
        (layer,) = trace(module, alone)
        for name in layer:
            assert_close(batched[name][:, index], layer[name], rtol=1e-12, atol=1e-12)
