"""The tasks that a cell may be taught: what is asked, what is right, and what the simple solutions score.

Axes: T time steps, B sequences of a batch, I input features, O outputs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from cells import CELLS, TASKS, InputError, trace
from cells.core.settings import Number
from cells.training.series_tasks import RHYME
from cells.training.task import Batch, Batches, Problem, seeded
from tests.cells.cases import SOME_TASKS

tasks = pytest.mark.parametrize("key", TASKS)
NUMBERS = [(key, setting) for key, task in TASKS.items() for setting in task.settings if isinstance(setting, Number)]
MANY = 4000  # strings, of which a share's deviation is at most 0.008
LONG_TEXT = RHYME * 6  # enough for the longest sections
INNER = re.compile(r"B(?:TS*X(?:XT*VP)*(?:S|XT*VV)|PT*V(?:PXT*V)*(?:V|PS))E")  # Reber's graph, read off by hand
REBER = re.compile(rf"B(?:T{INNER.pattern}T|P{INNER.pattern}P)E")


def drawn(key: str, count: int = 64, seed: int = 1, **settings: int) -> tuple[Problem, Batch]:
    problem = TASKS[key].problem(**settings)
    return problem, problem.sample(count, seeded(seed))


def score(problem: Problem, batch: Batch, outputs: Tensor) -> float:
    """Return the success of (T, B, O) outputs."""
    asked = batch.mask.nonzero()
    total, count = problem.goal.tally(outputs[batch.mask], batch.targets[batch.mask], asked[:, 1], batch.mask.shape[1])
    return total / count


def as_outputs(problem: Problem, targets: Tensor) -> Tensor:
    """Return outputs that say just what the targets want."""
    if targets.dim() == 2:
        return torch.eye(len(problem.outputs))[targets]
    return targets - 0.5 if problem.symbolic else targets


def values_of(numbers: Tensor) -> set[float]:
    return set(numbers.flatten().tolist())


def text_of(problem: Problem, batch: Batch, column: int) -> str:
    steps = int(batch.mask[:, column].sum())
    return "".join(problem.channels[index] for index in batch.inputs[:steps, column].argmax(dim=-1).tolist())


# Every task


@tasks
def test_a_task_says_what_it_is(key: str) -> None:
    task = TASKS[key]
    assert task.key == key
    assert all((task.title, task.about, task.measure))
    assert re.search(r"\b(19|20)\d\d\b", task.source), "its literature has a year"
    assert task.settings[0].name == "length"
    assert len({setting.name for setting in task.settings}) == len(task.settings)


@tasks
def test_batches_have_their_shapes(key: str) -> None:
    problem = TASKS[key].problem()
    for batch in (problem.sample(5, seeded(0)), problem.judged_by(5, seeded(0))):
        steps, count, features = batch.inputs.shape
        assert features == len(problem.channels)
        assert batch.inputs.dtype == torch.float32
        assert batch.inputs.isfinite().all()
        assert batch.inputs.abs().max() > 0
        assert batch.mask.shape == (steps, count)
        assert batch.mask.dtype == torch.bool
        assert batch.mask.any(dim=0).all(), "every sequence is asked"
        if batch.targets.dtype == torch.int64:
            assert batch.targets.shape == (steps, count)
            assert values_of(batch.targets[batch.mask]) <= set(range(len(problem.outputs)))
        else:
            assert batch.targets.shape == (steps, count, len(problem.outputs))
    assert len(problem.sample(64, seeded(0)).inputs) <= problem.steps


@tasks
def test_the_same_seed_draws_the_same(key: str) -> None:
    problem = TASKS[key].problem()
    first, again, other = (problem.sample(32, seeded(seed)) for seed in (3, 3, 4))
    assert torch.equal(first.inputs, again.inputs)
    assert torch.equal(first.targets, again.targets)
    assert torch.equal(first.mask, again.mask)
    assert first.inputs.shape != other.inputs.shape or not torch.equal(first.inputs, other.inputs)


@pytest.mark.parametrize("key", SOME_TASKS)
def test_nothing_is_taken_from_the_random_numbers_that_are_shared(key: str) -> None:
    before = torch.get_rng_state()
    problem = TASKS[key].problem()
    problem.sample(8, seeded(0))
    problem.sequence(0)
    assert torch.equal(torch.get_rng_state(), before)


@tasks
def test_the_right_answers_are_right_and_others_are_not(key: str) -> None:
    problem, batch = drawn(key)
    right = as_outputs(problem, batch.targets)
    perfect, worst = (0.0, 0.1) if problem.goal.lower else (1.0, 0.5)
    assert score(problem, batch, right) == perfect
    assert problem.reached(perfect)
    wrong = score(problem, batch, 1 - 2 * right)
    assert wrong > worst if problem.goal.lower else wrong < worst
    assert not problem.reached(wrong)


@tasks
def test_neither_chance_nor_the_trivial_solution_reaches_the_criterion(key: str) -> None:
    problem = TASKS[key].problem()
    assert not problem.reached(problem.chance)
    assert not problem.reached(problem.trivial)
    better = problem.trivial <= problem.chance if problem.goal.lower else problem.trivial >= problem.chance
    assert better


@tasks
def test_one_sequence_can_be_stepped_and_read(key: str) -> None:
    problem = TASKS[key].problem()
    sequence, wanted = problem.sequence(5), problem.wanted(5)
    steps = len(sequence.labels)
    assert sequence.values.shape == (steps, len(sequence.channels))
    assert len(wanted) == steps
    assert wanted[-1]
    assert wanted[sequence.start]
    assert not any(wanted[: sequence.start])
    assert all(sequence.labels)
    assert torch.equal(sequence.values, TASKS[key].sequence(5).values)
    module = CELLS["gru"].module(len(sequence.channels), 3)
    (layer,) = trace(module, sequence.values)
    assert layer["hidden"].shape == (steps, 3)


@pytest.mark.parametrize(("key", "setting"), NUMBERS, ids=[f"{key}-{setting.name}" for key, setting in NUMBERS])
def test_every_number_is_taken_up_to_its_bounds_and_no_further(key: str, setting: Number) -> None:
    others: dict[str, int | float | str] = {"text": {"text": LONG_TEXT}, "echo": {"length": 500}}.get(key, {})  # type: ignore[assignment]
    for bound in (setting.low, setting.high):
        if key == "echo" and setting.name == "length":
            others = {"delay": 1}
        problem = TASKS[key].problem(**{**others, setting.name: bound})
        assert problem.sample(3, seeded(0)).mask.any(dim=0).all()
        assert len(problem.sequence(1).labels) >= 1
    for beyond in (setting.low - 1, setting.high + 1, math.nan, 10.5, "12"):
        with pytest.raises(InputError, match=rf"^{setting.name} must be .*from {setting.low} to {setting.high}"):
            TASKS[key].problem(**{**others, setting.name: beyond})


def test_a_setting_that_the_task_does_not_have_is_refused() -> None:
    with pytest.raises(InputError, match="The task latch has no setting delay"):
        TASKS["latch"].problem(delay=3)
    with pytest.raises(InputError, match="text must be a text"):
        TASKS["text"].problem(text=3)


@pytest.mark.parametrize("key", SOME_TASKS)
def test_batches_drawn_several_at_a_time_end_where_their_longest_ends(key: str) -> None:
    problem = TASKS[key].problem()
    stream = Batches(problem, 4, seeded(0))
    several = [next(stream) for _ in range(20)]
    assert all(batch.mask.shape[1] == 4 and batch.mask[-1].any() for batch in several)
    assert all(len(batch.inputs) == len(batch.targets) == len(batch.mask) for batch in several)
    again = Batches(problem, 4, seeded(0))
    assert all(torch.equal(batch.inputs, next(again).inputs) for batch in several)
    whole = problem.sample(64, seeded(0))
    for index, batch in enumerate(several[:16]):
        columns = slice(4 * index, 4 * index + 4)
        assert torch.equal(batch.inputs, whole.inputs[: len(batch.inputs), columns])
        assert torch.equal(batch.targets[batch.mask], whole.targets[:, columns][whole.mask[:, columns]])


# What is right, told a second way


def latch_rule(inputs: Tensor) -> Tensor:
    return (inputs[1, :, 0] > 0).long()


def order_rule(inputs: Tensor) -> Tensor:
    symbols = [[index - 6 for index in column if index >= 6] for column in inputs.argmax(dim=-1).T.tolist()]
    return torch.tensor([2 * first + second for first, second in symbols])


def adding_rule(inputs: Tensor) -> Tensor:
    values, marks = inputs.unbind(dim=-1)
    return (0.5 + torch.where(marks > 0, values, 0).sum(dim=0) / 4).unsqueeze(-1)


@pytest.mark.parametrize(
    ("key", "rule"), [("latch", latch_rule), ("order", order_rule), ("adding", adding_rule)], ids=lambda it: str(it)[:6]
)
def test_what_is_asked_at_the_end(key: str, rule: Callable[[Tensor], Tensor]) -> None:
    _, batch = drawn(key)
    assert batch.mask.sum().item() == batch.mask[-1].sum().item() == 64
    torch.testing.assert_close(batch.targets[-1], rule(batch.inputs))
    assert len(values_of(batch.targets[-1])) > 1


def test_the_latch_hides_its_signal_in_noise_of_variance_a_fifth() -> None:
    _, batch = drawn("latch", 2000)
    assert values_of(batch.inputs[:3].abs()) == {1}
    assert batch.inputs[3:].var().item() == pytest.approx(0.2, rel=0.02)
    assert batch.inputs[3:].mean().item() == pytest.approx(0, abs=0.01)


def test_adding_marks_two_in_the_first_half_one_of_them_early() -> None:
    _, batch = drawn("adding", 2000, length=40)
    marks = batch.inputs[..., 1]
    assert values_of((marks > 0).sum(dim=0)) == {2}
    assert (marks[:10] > 0).any(dim=0).all()
    assert not (marks[19:] > 0).any()
    assert (marks[-1] == -1).all()
    assert values_of(marks[0]) == {-1, 1}
    assert values_of(marks) == {-1, 0, 1}
    assert batch.inputs[..., 0].abs().max() <= 1


def test_order_puts_its_letters_where_they_belong() -> None:
    problem, batch = drawn("order", 500, length=100)
    for column in range(20):
        text = text_of_all(problem, batch, column)
        assert re.fullmatch(r"B[abcd]{9,19}[XY][abcd]+[XY][abcd]+E", text)
        second = max(text.rfind("X"), text.rfind("Y"))
        assert 50 <= second <= 60


def text_of_all(problem: Problem, batch: Batch, column: int) -> str:
    return "".join(problem.channels[index] for index in batch.inputs[:, column].argmax(dim=-1).tolist())


def test_the_echo_is_the_bit_of_some_steps_ago() -> None:
    _, batch = drawn("echo", length=20, delay=7)
    assert batch.mask.all(dim=1).tolist() == [False] * 7 + [True] * 13
    assert torch.equal(batch.targets[7:], batch.inputs[:13, :, 0].long())
    with pytest.raises(InputError, match="The delay is 20: the sequence needs more steps than 20"):
        TASKS["echo"].problem(length=20, delay=20)


def test_parity_is_odd_after_an_odd_number_of_ones() -> None:
    problem, batch = drawn("parity")
    ones = np.cumsum(batch.inputs[..., 0].numpy(), axis=0)
    assert np.array_equal(batch.targets.numpy(), ones % 2)
    assert problem.outputs == ("even", "odd")


@pytest.mark.parametrize(("key", "letters"), [("anbn", "ab"), ("anbncn", "abc")])
def test_letters_are_repeated_and_foretold(key: str, letters: str) -> None:
    problem, batch = drawn(key, 200, length=5)
    seen = set()
    for column in range(200):
        text = text_of(problem, batch, column)
        n = len(text) // len(letters)
        seen.add(n)
        assert text == "".join(letter * n for letter in letters)
        wanted = [{"a", "b"} if letter == "a" else {after} for letter, after in pairwise([*text, "end"])]
        names = [
            {name for name, allowed in zip(problem.outputs, row, strict=True) if allowed}
            for row in batch.targets[: len(text), column].tolist()
        ]
        assert names == wanted
        assert not batch.inputs[len(text) :, column].any()
    assert seen == {1, 2, 3, 4, 5}


def test_reber_strings_are_of_the_grammar_and_each_continuation_is_allowed() -> None:
    problem, batch = drawn("reber", 300)
    strings = [text_of(problem, batch, column) + "E" for column in range(300)]
    assert all(REBER.fullmatch(string) and len(string) <= 20 for string in strings)
    for column, string in enumerate(strings):
        for step, row in enumerate(batch.targets[: len(string) - 1, column].tolist()):
            allowed = {name for name, may in zip(problem.outputs, row, strict=True) if may}
            assert allowed == continuations(string[: step + 1])


def continuations(start: str) -> set[str]:
    """Return the letters after which a string of the grammar can still be finished, by trying short ends."""
    return {letter for letter in "BTPSXVE" if any(REBER.fullmatch(start + letter + end) for end in ends_of(start[1:2]))}


def ends_of(outer: str) -> list[str]:
    """Return ends that finish every string that can be finished, from whichever state."""
    inner = ["", "SE", "XSE", "VE", "VVE", "TXSE", "PVVE", "E", "XXVVE", "PSE", "TVVE", "BTXSE"]
    outers = [outer] if outer else ["T", "P"]
    framed = [end + o + "E" for end in inner for o in outers]
    return [*framed, *[o + f + o + "E" for o in "TP" for f in inner], "E", ""]


def test_the_outer_letter_of_reber_is_drawn_apart_from_the_inner_ones() -> None:
    _, batch = drawn("reber", MANY)
    outer, inner = batch.inputs[1, :, 1], batch.inputs[3, :, 1]
    assert outer.mean().item() == pytest.approx(0.5, abs=0.03)
    assert (outer == inner).float().mean().item() == pytest.approx(0.5, abs=0.03)


# What simple solutions score


def test_always_a_half_is_the_trivial_sum() -> None:
    problem, batch = drawn("adding", MANY)
    assert score(problem, batch, torch.full_like(batch.targets, 0.5)) == pytest.approx(problem.trivial, abs=0.02)
    guess = torch.rand(batch.targets.shape, generator=seeded(2))
    assert score(problem, batch, guess) == pytest.approx(problem.chance, abs=0.015)


@pytest.mark.parametrize("key", ["latch", "echo", "order", "parity"])
def test_one_class_is_right_as_often_as_the_others(key: str) -> None:
    problem, batch = drawn(key, MANY)
    always = torch.eye(len(problem.outputs))[0].expand(*batch.mask.shape, -1)
    assert score(problem, batch, always) == pytest.approx(problem.trivial, abs=0.025)
    guess = torch.rand(always.shape, generator=seeded(2))
    assert score(problem, batch, guess) == pytest.approx(problem.chance, abs=0.025)


@pytest.mark.parametrize("key", ["anbn", "anbncn"])
def test_without_a_count_the_end_is_foretold_only_for_the_shortest(key: str) -> None:
    problem, batch = drawn(key, MANY, length=4)
    kinds = len(problem.channels)
    follower = torch.eye(kinds + 1)[1:]  # after each letter the next one
    follower[0, 0] = 1
    outputs = (batch.inputs @ follower) - 0.5
    assert score(problem, batch, outputs) == pytest.approx(problem.trivial, abs=0.025)
    assert problem.trivial == 1 / 4
    guess = torch.randn(outputs.shape, generator=seeded(2))
    assert score(problem, batch, guess) == pytest.approx(problem.chance, abs=0.01)


def test_who_forgets_the_outer_letter_of_reber_is_right_in_half_of_the_strings() -> None:
    problem, batch = drawn("reber", MANY)
    outputs = batch.targets - 0.5
    lengths = batch.mask.sum(dim=0)
    outputs[lengths - 2, torch.arange(MANY)] = torch.tensor([1.0 if name == "T" else -1.0 for name in problem.outputs])
    assert score(problem, batch, outputs) == pytest.approx(problem.trivial, abs=0.025)
