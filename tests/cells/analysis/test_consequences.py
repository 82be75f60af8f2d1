"""Consequences of a clamp or a changed input against what the two runs show, counted here by hand."""

from __future__ import annotations

from math import isfinite

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cells import CELLS, Clamp, LayerTrace, trace
from cells.analysis.consequences import Consequence, consequences
from cells.inputs.edit import Edit
from cells.modules.blank import blank_module
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.cells.analysis.facts_by_hand import NEAR, Moment
from tests.cells.analysis.runs import READ, STATES, Run, changes_of, random_settings, run_of
from tests.cells.cases import SOME_CELLS
from tests.checking.sampling import few


def both(clamp: Clamp, cell: str = "lstm", weights: str = "latch", steps: int = 60) -> tuple[LayerTrace, LayerTrace]:
    """Return the held run and the original, walked alike."""
    xs = SEQUENCES["pulse"].make(length=steps).values
    module = WEIGHTS[weights].make(cell, 2)
    (now,), (before,) = trace(module, xs, clamp=clamp), trace(module, xs, clamp=Clamp(clamp.signal, 0, steps=()))
    return now, before


# Over all cells, weights, clamps, changed inputs and first states


def start_of(run: Run, unit: int, first: int) -> float:
    """Return what a unit remembers before step `first`."""
    moment = Moment(run, first - 1, unit)
    return run.number(moment.memory, first - 1, unit)


def survived(run: Run, unit: int, first: int) -> range:
    """Return the numbers of steps that it may be said to survive: more than one where a bound is met exactly."""
    return range(steps_survived(run, unit, first, -NEAR), steps_survived(run, unit, first, NEAR) + 1)


def steps_survived(run: Run, unit: int, first: int, slack: float) -> int:
    """Count the steps in a row in which that is most of the memory."""
    left, steps, others = 1.0, 0, 0.0
    for step in range(first, len(run.series["hidden"])):
        moment = Moment(run, step, unit)
        keep, written = (0.0, moment.at(moment.memory)) if moment.held else (moment.keep, moment.written)
        left, others = left * keep, others * abs(keep) + abs(written)
        size, rest = abs(moment.at(moment.memory)), abs(start_of(run, unit, first) * left)
        if not (
            others <= size / 2 + slack
            and min(size, rest) >= 0.005 - slack
            and abs(start_of(run, unit, first)) >= 0.02 - slack
        ):
            break
        steps += 1
    return steps


def first_apart(now: Run, before: Run) -> int:
    """Return the first step at which any signal differs."""
    steps = len(now.series["hidden"])
    names = [signal.name for signal in now.layer.cell.shown]
    same = [all(now.series[name][step] == before.series[name][step] for name in names) for step in range(steps)]
    return same.index(False) if False in same else steps


def check(now: Run, before: Run) -> None:
    """Hold the consequence of each unit against both runs."""
    first = first_apart(now, before)
    for unit, told in enumerate(consequences(now.layer, before.layer)):
        ours, theirs = ([row[unit] for row in run.series["hidden"]] for run in (now, before))
        if told.kind in ("longer", "shorter"):
            runs = (now, before) if told.kind == "longer" else (before, now)
            longer, shorter = (survived(run, unit, first) for run in runs)
            assert told.steps > 0
            assert told.steps in {more - fewer for more in longer for fewer in shorter}
            assert len(ours) - first in longer if told.to_end else longer[0] < len(ours) - first
            names_what_was_held(told, before, unit, first)
            continue
        ends = [
            next((step for step, value in enumerate(run) if not isfinite(value)), len(run)) for run in (ours, theirs)
        ]
        if told.kind in ("beyond", "bounded"):
            assert told.step == min(ends) < max(ends)
            assert (told.kind == "beyond") == (ends[0] < ends[1])
            continue
        apart = [abs(one - other) for one, other in zip(ours, theirs, strict=True) if isfinite(one) and isfinite(other)]
        assert ends[0] == ends[1]
        assert (told.kind in ("nothing", "inside")) == (not apart or max(apart) < 0.01)
        if told.kind in ("end", "passing"):
            assert (told.now, told.before) == (ours[told.step], theirs[told.step])
            assert abs(told.now - told.before) >= 0.01
            assert f"{told.now:.2f}" != f"{told.before:.2f}", "the sentence would say that nothing differs"
            assert told.kind == "passing" or told.step == len(ours) - 1
            assert told.kind == "end" or abs(ours[-1] - theirs[-1]) < 0.01


def names_what_was_held(told: Consequence, before: Run, unit: int, first: int) -> None:
    """Expect the sentence to name what the unit remembered before the runs part, and that to have been something."""
    assert told.step == first - 1
    assert abs(start_of(before, unit, first)) >= 0.02
    if first == 0:
        assert told.origin == -1
        return
    then = Moment(before, first - 1, unit)
    if told.origin == -2:
        assert not any(then.is_most(step, -NEAR) for step in range(-1, first))
    else:
        assert then.is_most(told.origin)


@pytest.mark.parametrize("cell", few(CELLS, "rnn", "lstm", "gru", "mgu"))
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_every_consequence_is_true_of_both_runs(cell: str, data: st.DataObject) -> None:
    read = data.draw(st.sampled_from([*READ]))
    weights = data.draw(st.sampled_from(["random", "zero", *(["latch"] if WEIGHTS["latch"].fits(cell, read) else [])]))
    wired = data.draw(random_settings()) if weights == "random" else {}
    clamps, edits = data.draw(changes_of(cell, read))
    state = data.draw(st.sampled_from(STATES))
    walked = (Clamp("hidden", 0.0, steps=()),)  # so that both are computed by the same code
    now = run_of(cell, read, weights, clamps or walked, edits, state, **wired)
    check(now, run_of(cell, read, weights, walked, (), state, **wired))


# One by one


@pytest.mark.parametrize(("gate", "steps"), [(0.0, 0), (0.5, 7), (0.7311, 16), (0.8808, 41)])
def test_a_memory_is_lost_where_nothing_of_it_can_be_seen(gate: float, steps: int) -> None:
    """Of 1 less than 0.005 is left after log 0.005 / log f steps: 7.6, 16.9 and 41.7."""
    module, xs = blank_module("lstm", 1, 1).double(), torch.zeros(100, 1, dtype=torch.float64)
    state = (torch.zeros(1, 1, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64))
    (now,) = trace(module, xs, state, clamp=Clamp("forget", gate))
    (before,) = trace(module, xs, state, clamp=Clamp("forget", 1.0))
    (told,) = consequences(now, before)
    assert told == Consequence("shorter", steps=100 - steps, to_end=True, origin=-1)


def test_a_gate_held_shut_loses_what_was_written_before() -> None:
    now, before = both(Clamp("forget", 0.0, steps=20))
    (told,) = consequences(now, before)
    assert told == Consequence("shorter", step=19, steps=16, origin=3), "until −1 is written at step 36; +1 at step 3"


def test_a_gate_held_open_lets_the_memory_survive_until_it_is_cancelled() -> None:
    now, before = both(Clamp("forget", 1.0, steps=range(30, 45)))
    (told,) = consequences(now, before)
    assert float(now["cell"][36, 0]) == pytest.approx(0, abs=0.2), "what is left of +1, and −1"
    assert told.kind == "end", (
        "what was kept and what is written there are nothing together, so nothing survives longer"
    )


def test_a_memory_that_is_held_itself_is_lost() -> None:
    (told,) = consequences(*both(Clamp("cell", 0.0, steps=20)))
    assert (told.kind, told.step, told.origin) == ("shorter", 19, 3)


def test_a_memory_that_began_with_nothing_neither_survives_nor_is_lost() -> None:
    for clamp in (Clamp("forget", 1.0), Clamp("forget", 0.0), Clamp("input", 0.0)):
        (told,) = consequences(*both(clamp))
        assert told.kind not in ("longer", "shorter")


def test_an_output_gate_changes_what_is_shown_for_a_while() -> None:
    now, before = both(Clamp("output", 0.0, steps=20))
    (told,) = consequences(now, before)
    assert (told.kind, told.step, told.now) == ("passing", 20, 0.0)
    assert told.before == pytest.approx(float(before["hidden"][20, 0]))


def test_a_gate_held_where_it_stood_changes_nothing() -> None:
    value = float(both(Clamp("forget", 0.0, steps=()))[1]["forget"][20, 0])
    assert consequences(*both(Clamp("forget", value, steps=20))) == [Consequence("nothing")]


def test_what_does_not_reach_the_hidden_state_is_not_said_to_be_nothing() -> None:
    now, before = both(Clamp("forget", 0.5, steps=0))
    assert consequences(now, before) == [Consequence("inside")], "there is nothing yet to forget"


def test_a_run_that_leaves_the_numbers_is_told_with_the_step() -> None:
    now = run_of("rnn-relu", "bits", "random", (), (Edit(3, "3e38"),), units=1, gain=3.0, seed=1)
    before = run_of("rnn-relu", "bits", "random", units=1, gain=3.0, seed=1)
    told = consequences(now.layer, before.layer)[0]
    back = consequences(before.layer, now.layer)[0]
    assert told.kind in ("end", "passing", "beyond")
    assert (told.kind == "beyond") == (back.kind == "bounded")
    assert isfinite(told.now)


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_the_end_that_is_told_is_the_end_of_both_runs(cell: str) -> None:
    now, before = both(Clamp("hidden", 1.0, steps=range(40, 60)), cell, "random")
    for unit, one in enumerate(consequences(now, before)):
        assert one.kind != "nothing"
        if one.kind == "end":
            assert (one.now, one.before) == (float(now["hidden"][-1, unit]), float(before["hidden"][-1, unit]))


def test_what_is_held_in_one_unit_is_told_of_that_unit() -> None:
    xs = SEQUENCES["pulse"].make().values
    module = WEIGHTS["random"].make("lstm", 2, gain=0.0)  # without recurrence the units know nothing of each other
    (now,), (before,) = (
        trace(module, xs, clamp=Clamp("forget", 0.0, units=3, steps=10)),
        trace(module, xs, clamp=Clamp("forget", 0.0, steps=())),
    )
    kinds = [consequence.kind for consequence in consequences(now, before)]
    assert kinds.count("nothing") == len(kinds) - 1
    assert kinds[3] != "nothing"
