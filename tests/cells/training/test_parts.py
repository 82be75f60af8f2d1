"""A training that is cut into pieces, each of which could run elsewhere, is the same training."""

from __future__ import annotations

import pickle

import pytest
import torch

from cells import TASKS, InputError
from cells.training import Checkpoint, Diverged, follow, recipe
from cells.training.loop import Part, part_of
from cells.training.recipe import OPTIMISERS, Recipe
from cells.training.task import MOST_AT_ONCE, Batches, seeded
from tests.checking.sampling import few

AT_ONCE = 0.0  # seconds: a piece of one update
ALL = 600.0


def elsewhere(part: Part) -> Part:
    """Return a piece as it comes back from another process."""
    there: Part = pickle.loads(pickle.dumps(part))
    return there


def in_pieces(made: Recipe, seconds: float) -> tuple[list[Checkpoint], list[float], int, InputError | None]:
    part = elsewhere(part_of(made, None, seconds))
    checkpoints, losses, pieces = list(part.checkpoints), list(part.losses), 1
    while part.standing.update < made.updates and part.trouble is None:
        part = elsewhere(part_of(made, part.standing, seconds))
        checkpoints += part.checkpoints
        losses += part.losses
        pieces += 1
    return checkpoints, losses, pieces, part.trouble


@pytest.mark.each_value
@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("task", few(TASKS, "reber", "sunspots", "text"))
def test_piece_by_piece_every_bit_is_the_same(task: str, optimiser: str) -> None:
    made = recipe(task, "gru", units=3, updates=MOST_AT_ONCE + 5, batch=2, optimiser=optimiser)
    reported: list[float] = []
    whole = list(follow(made, lambda update, loss: reported.append(loss)))
    checkpoints, losses, pieces, trouble = in_pieces(made, AT_ONCE)
    assert pieces == made.updates
    assert trouble is None
    assert losses == reported
    assert [one.update for one in checkpoints] == [one.update for one in whole]
    for one, other in zip(checkpoints, whole, strict=True):
        assert (one.loss, one.success) == (other.loss, other.success)
        assert all(torch.equal(one.state[name], other.state[name]) for name in other.state)


def test_a_piece_goes_on_for_as_long_as_it_may() -> None:
    made = recipe("echo", "rnn", units=3, updates=40)
    checkpoints, losses, pieces, _ = in_pieces(made, ALL)
    assert (pieces, len(losses), checkpoints[-1].update) == (1, 40, 40)


def test_what_goes_on_leaves_what_it_went_on_from_as_it_was() -> None:
    made = recipe("echo", "lstm", units=3, updates=40)
    first = part_of(made, None, AT_ONCE).standing
    before = pickle.dumps(first)
    one, other = (part_of(made, first, ALL).standing for _ in range(2))
    assert pickle.dumps(first) == before
    assert all(torch.equal(one.state[name], other.state[name]) for name in one.state)


def test_a_piece_that_runs_away_says_so_once() -> None:
    made = recipe("adding", "rnn-relu", units=16, updates=60, learning_rate=1.0, clip=0.0)
    *_, last = follow(made)
    assert isinstance(last.trouble, Diverged)
    checkpoints, _, _, trouble = in_pieces(made, AT_ONCE)
    assert (checkpoints[-1].update, str(trouble)) == (last.update, str(last.trouble))


@pytest.mark.parametrize("taken", [0, 1, MOST_AT_ONCE - 1, MOST_AT_ONCE, MOST_AT_ONCE + 1])
def test_batches_go_on_from_where_others_stand(taken: int) -> None:
    problem = TASKS["reber"].problem()
    stream = Batches(problem, 2, seeded(1))
    for _ in range(taken):
        next(stream)
    before, position = stream.position
    generator = seeded(99)
    generator.set_state(before)
    other = Batches(problem, 2, generator, position)
    for _ in range(MOST_AT_ONCE + 2):
        one, two = next(stream), next(other)
        assert torch.equal(one.inputs, two.inputs)
        assert torch.equal(one.mask, two.mask)


def test_a_message_with_braces_comes_back_from_another_process() -> None:
    problem = Diverged("{name} ran away at {update}.", name="{x}", update=3)
    there = pickle.loads(pickle.dumps(problem))
    assert (type(there), str(there), there.values) == (Diverged, "{x} ran away at 3.", problem.values)
