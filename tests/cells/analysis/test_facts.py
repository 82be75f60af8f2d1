"""Every fact that a sentence is made of is true of the run's plain numbers, and says something.

Over all cells, weights, clamps, changed inputs and first states, by what each kind of fact claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cells import CELLS, Clamp, trace
from cells.analysis.facts import Fact, facts_of, step_facts, step_numbers
from cells.core.phrases import code_of, sayings_of
from cells.core.readable import decimals
from cells.feed_forward import FEED_FORWARD, FeedForward, feed_forward_trace
from cells.modules.blank import blank_module
from tests.cells.analysis.facts_by_hand import CLAIMS, Moment
from tests.cells.analysis.runs import Run, run_of, runs
from tests.checking.sampling import few

SOME = few(CELLS, "rnn", "lstm", "lstm-no-output-gate", "gru", "mgu")
SPOKEN = re.compile(r"\{(\w+)\}")


def moments(run: Run) -> Iterator[tuple[Moment, list[Fact]]]:
    """Yield every step and unit of a run, with its facts."""
    steps, units = run.layer["hidden"].shape
    for unit in range(units):
        numbers = step_numbers(run.layer, slice(unit, unit + 1))
        for step in range(steps):
            yield (
                Moment(run, step, unit),
                facts_of(run.layer.cell, {name: values[step, 0] for name, values in numbers.items()}),
            )


def check(run: Run) -> None:
    """Hold every fact of a run against its numbers."""
    for moment, facts in moments(run):
        for fact in facts:
            assert CLAIMS[fact.kind](moment, fact), (fact, moment.step, moment.unit)
            says_something(fact)
        assert facts[-1].text.endswith(".")


def says_something(fact: Fact) -> None:
    """Expect every field to be filled, and none by a share of nothing or a number that stands as 0.00."""
    assert set(SPOKEN.findall(fact.text)) - {"label"} == set(fact.values) - {"label"}
    assert "percent" not in fact.values or 0 <= round(100 * fact.values["percent"]) <= 100
    if fact.kind in ("writes", "replaces"):
        assert decimals(fact.values["value"]) != "0.00"
    if fact.kind.startswith("holds part"):
        assert round(100 * fact.values["percent"]) > 0


@pytest.mark.parametrize("cell", SOME)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_every_fact_is_true_of_the_runs_own_numbers(cell: str, data: st.DataObject) -> None:
    check(data.draw(runs(cell)))


# What sentences have been wrong about


def kinds(run: Run, step: int, unit: int = 0) -> list[str]:
    """Return the kinds of facts about one step."""
    return [fact.kind for fact in step_facts(run.layer, step, unit)]


def counter_of(*written: float, keep: float = 1.0, cell: str = "lstm") -> Run:
    """Return a run of one unit in which each step writes a given number, and keeps a share of the memory."""
    clamps = [Clamp("input", 1.0), Clamp("forget", keep), Clamp("output", 1.0)]
    clamps += [Clamp("candidate", value, steps=range(step, step + 1)) for step, value in enumerate(written)]
    xs = torch.ones(len(written), 1)
    (layer,) = trace(blank_module(cell, 1, 1), xs, clamp=clamps)
    return Run(cell, layer, tuple(clamps))


def test_what_has_cancelled_is_not_held() -> None:
    run = counter_of(1.0, 0.0, -1.0, 0.0)
    assert kinds(run, 1) == ["keeps", "writes little", "shows", "holds"]
    assert kinds(run, 2) == ["keeps", "writes", "shows empty", "cancelled"]
    assert kinds(run, 3) == ["empty", "writes little", "shows empty", "cancelled"]


def test_what_is_mostly_cancelled_comes_from_no_step() -> None:
    run = counter_of(1.0, -0.9, 0.0)
    assert kinds(run, 2)[-1] == "stop", "0.1 is no rest of either"


def test_two_that_cancel_each_other_hide_a_third() -> None:
    run = counter_of(0.5, 0.5, -0.5, 0.0)
    assert float(run.layer["cell"][3, 0]) == 0.5
    assert kinds(run, 3)[-1] == "stop", "as well the first as the second"


def test_the_share_that_is_left_is_told() -> None:
    run = counter_of(1.0, 0.0, 0.0, keep=0.5)
    held = step_facts(run.layer, 2, 0)[-1]
    assert (held.kind, held.values) == ("holds part", {"step": 0, "label": 0, "percent": pytest.approx(0.25)})
    assert held.text == "; it holds {percent} of what step {step} wrote (“{label}”)."


def test_the_tanh_is_part_of_the_sentence() -> None:
    run = counter_of(0.95, 0.0)
    shown = next(fact for fact in step_facts(run.layer, 1, 0) if fact.kind == "shows")
    assert shown.text == "shows {percent} of its tanh ({number})"
    assert shown.values == {"percent": 1.0, "number": pytest.approx(0.74, abs=0.001)}
    without = counter_of(0.95, 0.0, cell="lstm-no-output-activation")
    assert next(fact.text for fact in step_facts(without.layer, 1, 0) if fact.kind == "shows") == (
        "shows {percent} of its cell state ({number})"
    )


def test_a_memory_that_is_held_is_not_said_to_be_kept_or_written() -> None:
    run = run_of("lstm", weights="latch", clamps=(Clamp("cell", 0.5, steps=range(4, 5)),))
    assert kinds(run, 4)[0] == "held"
    assert "writes" not in kinds(run, 4)
    assert kinds(run, 5)[-1] in ("holds held", "holds part of held")


def test_a_keep_below_0_or_above_1_is_no_share() -> None:
    for keep, kind in ((-0.5, "mostly"), (2.0, "mostly")):
        run = counter_of(0.5, 0.0, 0.0, keep=keep)
        assert kinds(run, 1) == ["multiplies", "writes little", "shows", kind]


def test_the_memory_at_the_start_is_told_where_there_is_one() -> None:
    assert kinds(run_of("lstm", weights="zero", state="some"), 0)[-1] == "holds part of start"
    assert kinds(run_of("lstm", weights="zero"), 0)[:2] == ["empty", "writes little"]


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_no_number_is_said_to_be_none(cell: str) -> None:
    module, xs = CELLS[cell].module(1, 2), torch.full((3, 1), torch.nan)
    (layer,) = trace(module, xs)
    facts = step_facts(layer, 1, 0)
    assert facts[0].kind == "beyond"
    assert not any("percent" in fact.values or "value" in fact.values for fact in facts)


def test_the_net_without_memory_answers_at_every_step() -> None:
    net = FeedForward(1, 2)
    layer = feed_forward_trace(net, torch.tensor([[1.0], [torch.nan]]))
    assert layer.cell is FEED_FORWARD
    answer, *rest = step_facts(layer, 0, 0)
    assert (answer.kind, answer.values["value"]) == ("answers", float(layer["output"][0, 0]))
    assert [fact.kind for fact in rest] == ["stop"]
    assert step_facts(layer, 1, 0)[0].kind == "answers beyond"


@pytest.mark.parametrize("cell", few(CELLS, "rnn", "lstm", "gru"))
def test_codes_say_for_all_steps_what_is_said_of_one(cell: str) -> None:
    run = run_of(cell, "text")
    numbers = step_numbers(run.layer)
    codes = code_of(run.layer.cell.sentence, numbers)
    for moment, facts in moments(run):
        said = sayings_of(run.layer.cell.sentence, int(codes[moment.step, moment.unit]))
        assert [saying.kind for saying in said if saying.text] == [fact.kind for fact in facts]
    assert codes.max() < 2**24, "a number of float32 holds it exactly"


def test_the_sentence_of_a_step_follows_from_its_numbers_alone() -> None:
    run = run_of("lstm", weights="latch")
    numbers = {name: float(values[4, 0]) for name, values in step_numbers(run.layer).items()}
    assert facts_of(CELLS["lstm"], {**numbers, "forget": 0.0})[0].kind == "forgets"
    assert facts_of(CELLS["lstm"], numbers) == step_facts(run.layer, 4, 0)


@pytest.mark.parametrize("cell", CELLS)
def test_every_kind_that_a_cell_can_say_has_a_claim(cell: str) -> None:
    said = {saying.kind for phrase in CELLS[cell].sentence for saying in phrase.sayings if saying.text}
    assert said <= set(CLAIMS)
