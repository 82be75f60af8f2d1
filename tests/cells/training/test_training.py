"""Training: the same as by hand, the same every time, its checkpoints, its bounds, and how it ends when it runs away.

Axes: T time steps, B sequences of a batch, I input features, H hidden units.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterator
from itertools import islice, pairwise, zip_longest

import pytest
import torch
from torch import nn

from cells import CELLS, TASKS, InputError, trace, train
from cells.core.settings import Number
from cells.modules.blank import blank_module
from cells.training import TRAINING_SETTINGS, Checkpoint, follow, learning, recipe, restored, usual_options
from cells.training.learner import Learner
from cells.training.learning import initial_learner, log_spaced
from cells.training.recipe import OPTIMISERS, TRAINING_NUMBERS
from cells.training.task import Batches, seeded
from tests.cells.cases import KEEPING, SOME_CELLS, SOME_TASKS
from tests.checking.sampling import few


def last_of(checkpoints: Iterator[Checkpoint]) -> Checkpoint:
    return list(checkpoints)[-1]


def same(first: Checkpoint, second: Checkpoint) -> bool:
    same_numbers = (first.update, first.loss, first.success) == (second.update, second.loss, second.success)
    return same_numbers and all(torch.equal(first.state[name], second.state[name]) for name in first.state)


# What an update does


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_every_cell_learns(cell: str) -> None:
    before, *_, after = train("echo", cell, 3, 3, length=8, delay=1)
    assert (before.update, after.update) == (0, 3)
    assert before.trouble is after.trouble is None
    assert all(not torch.equal(before.state[name], values) for name, values in after.state.items())
    module, readout = restored(recipe("echo", cell, {"length": 8, "delay": 1}, units=3), after)
    assert not module.training
    sequence = TASKS["echo"].sequence(length=8, delay=1)
    hidden = trace(module, sequence.values)[0]["hidden"]
    assert readout(hidden).shape == (8, 2)
    assert dict(module.named_parameters()).keys() == {
        name.removeprefix("cell.") for name in after.state if name.startswith("cell.")
    }


@pytest.mark.each_value
@pytest.mark.parametrize("task", SOME_TASKS)
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_every_task_is_learnt_by_every_optimiser(task: str, optimiser: str) -> None:
    first, last = train(task, "lstm", 4, 1, batch=3, optimiser=optimiser)
    assert math.isfinite(first.loss)
    assert last.trouble is None
    assert not torch.equal(first.state["readout.bias"], last.state["readout.bias"])


def test_the_updates_are_those_of_a_loop_by_hand() -> None:
    made = recipe("parity", "lstm", {"length": 9}, units=5, updates=4, seed=3, learning_rate=0.1, clip=0.01, batch=6)
    problem = made.problem()
    lstm, readout, start = nn.LSTM(1, 5), nn.Linear(5, 2), initial_learner(made, problem)
    assert isinstance(start, Learner)
    lstm.load_state_dict(start.cell.state_dict())
    readout.load_state_dict(start.readout.state_dict())
    parameters = [*lstm.parameters(), *readout.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=0.1)
    losses = []
    for batch in islice(Batches(problem, 6, seeded(3)), 4):
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(readout(lstm(batch.inputs)[0]).flatten(0, 1), batch.targets.flatten())
        loss.backward()  # type: ignore[no-untyped-call]
        assert nn.utils.clip_grad_norm_(parameters, 0.01) > 0.01, "the clipping has something to do"
        optimiser.step()
        losses.append(loss.item())
    last = last_of(follow(made))
    torch.testing.assert_close(last.state["cell.weight_hh_l0"], lstm.state_dict()["weight_hh_l0"])
    torch.testing.assert_close(last.state["readout.weight"], readout.weight.detach())
    assert [checkpoint.loss for checkpoint in follow(made)][:3] == pytest.approx([losses[0], *losses[:2]])


def test_without_clipping_the_gradients_are_as_they_are() -> None:
    clipped, free = (last_of(train("parity", "rnn", 4, 1, clip=clip, optimiser="sgd")) for clip in (0.1, 0.0))
    most = last_of(train("parity", "rnn", 4, 1, clip=100.0, optimiser="sgd"))
    assert not torch.equal(clipped.state["readout.weight"], free.state["readout.weight"])
    assert torch.equal(most.state["readout.weight"], free.state["readout.weight"])


@pytest.mark.parametrize("cell", few(CELLS, *KEEPING, "lstm-coupled"))
def test_the_bias_decides_how_much_of_the_memory_is_kept(cell: str) -> None:
    xs = torch.randn(20, 2)
    modules = [Learner(cell, 2, 6, 1).draw(bias, seeded(0)).cell for bias in (-6.0, 6.0)]
    shut, opened = (trace(module, xs)[0].kept() for module in modules)
    if cell in ("rnn", "rnn-relu", "lstm-no-forget-gate"):
        assert all(torch.equal(a, b) for a, b in zip(modules[0].parameters(), modules[1].parameters(), strict=True))
        return
    assert shut is not None
    assert opened is not None
    assert shut.mean() < 0.05
    assert opened.mean() > 0.95


def test_a_learner_starts_as_pytorchs_own_modules_do() -> None:
    learner = Learner("rnn", 3, 16, 2).draw(0.0, seeded(1))
    values = torch.cat([parameter.detach().flatten() for parameter in learner.parameters()])
    assert values.abs().max() <= 1 / 4
    assert values.std().item() == pytest.approx(1 / 4 / math.sqrt(3), rel=0.05)
    assert not blank_module("rnn", 3, 16).get_parameter("weight_ih_l0").any()


# The same every time


@pytest.mark.parametrize("cell", few(["lstm", "mgu"], "mgu"))
def test_the_same_seed_gives_the_same_and_another_another(cell: str) -> None:
    first, again, other = (list(train("anbn", cell, 4, 12, seed, length=3)) for seed in (5, 5, 6))
    assert all(same(one, two) for one, two in zip(first, again, strict=True))
    assert not same(first[-1], other[-1])


def test_trainings_side_by_side_do_not_touch_each_other() -> None:
    alone = [list(train(task, "gru", 4, 10)) for task in ("latch", "reber")]
    torch.manual_seed(77)
    shared = torch.get_rng_state()
    mixed = list(zip_longest(train("latch", "gru", 4, 10), train("reber", "gru", 4, 10)))
    assert torch.equal(torch.get_rng_state(), shared)
    for latch, reber in mixed:
        assert any(same(latch, kept) for kept in alone[0])
        assert any(same(reber, kept) for kept in alone[1])


def test_a_checkpoint_stays_as_it_was() -> None:
    run = train("latch", "lstm", 4, 20)
    first = next(run)
    kept = {name: values.clone() for name, values in first.state.items()}
    list(run)
    assert all(torch.equal(values, kept[name]) for name, values in first.state.items())


def test_what_is_left_out_is_the_tasks_usual_value() -> None:
    for task in TASKS:
        usual = usual_options(task)
        made = recipe(task, "lstm")
        assert {name: getattr(made, name) for name in usual} == usual
        assert set(TASKS[task].usual) <= set(usual)
        assert made == recipe(task, "lstm", TASKS[task].values({}), **usual)
        assert hash(made) == hash(recipe(task, "lstm", units=None))
    assert recipe("latch", "lstm", learning_rate=1) == recipe("latch", "lstm", learning_rate=1.0)


# Checkpoints


@pytest.mark.parametrize(
    ("updates", "kept"), [(1, [1]), (2, [1, 2]), (10, [1, 2, 3, 4, 6, 7, 10]), (11, [1, 2, 3, 4, 6, 7, 10, 11])]
)
def test_checkpoints_are_evenly_spaced_in_the_logarithm(updates: int, kept: list[int]) -> None:
    assert log_spaced(updates) == kept
    assert [checkpoint.update for checkpoint in train("parity", "rnn", 2, updates, batch=2, length=8)] == [0, *kept]


def test_a_long_training_keeps_few() -> None:
    updates = log_spaced(200_000)
    assert len(updates) < 50
    assert updates[-1] == 200_000
    assert all(after / before < 1.6 for before, after in pairwise(updates[3:]))


def test_every_update_is_reported_and_the_losses_are_their_means() -> None:
    reported: list[tuple[int, float]] = []
    kept = list(train("parity", "rnn", 3, 10, report=lambda update, loss: reported.append((update, loss))))
    assert [update for update, _ in reported] == list(range(1, 11))
    losses = [loss for _, loss in reported]
    assert kept[-1].loss == pytest.approx(sum(losses[7:]) / 3)
    assert kept[1].loss == losses[0]


def test_an_exception_out_of_the_report_stops_the_training() -> None:
    def stop(update: int, loss: float) -> None:
        if update == 5:
            raise RuntimeError("enough")

    run = train("parity", "rnn", 3, 100, report=stop)
    updates: list[int] = []
    with pytest.raises(RuntimeError, match="enough"):
        updates.extend(checkpoint.update for checkpoint in run)
    assert updates == [0, 1, 2, 3, 4]
    assert list(run) == []


def test_the_success_is_measured_on_what_is_not_learnt_from() -> None:
    made = recipe("parity", "rnn", {"length": 8}, units=2, updates=1)
    (first, _) = follow(made)
    problem = made.problem()
    learner = initial_learner(made, problem)
    assert isinstance(learner, Learner)
    batch = problem.judged_by(500, seeded(10_000))
    right = learner.readout(learner.cell(batch.inputs)[0]).argmax(dim=-1) == batch.targets
    assert first.success == pytest.approx(right.float().mean().item(), abs=0.03)
    assert all(setting.high < 10_000 for setting in TRAINING_NUMBERS if setting.name == "seed")


# What it learns


@pytest.mark.parametrize(
    ("task", "cell", "updates", "settings"),
    [
        pytest.param("echo", "rnn", 60, {"length": 10, "delay": 1}, marks=pytest.mark.exhaustive),
        ("anbn", "lstm", 200, {"length": 4}),
        ("latch", "lstm", 60, {"length": 12}),
        pytest.param("parity", "gru", 250, {"length": 8}, marks=pytest.mark.exhaustive),
        ("sunspots", "rnn", 100, {}),
        ("text", "gru", 60, {}),
    ],
)
def test_a_short_training_reaches_the_criterion(task: str, cell: str, updates: int, settings: dict[str, int]) -> None:
    problem = TASKS[task].problem(**settings)
    first, *_, last = follow(recipe(task, cell, settings, units=12, updates=updates))
    assert not problem.reached(first.success)
    assert problem.reached(last.success)
    assert last.loss < first.loss / 2


def test_an_rnn_does_not_learn_what_an_lstm_does() -> None:
    lstm, rnn = (last_of(train("latch", cell, 12, 80, length=50)) for cell in ("lstm", "rnn"))
    assert lstm.success >= 0.99
    assert rnn.success < 0.6


@pytest.mark.exhaustive
def test_the_adding_problem_of_length_50_is_learnt_by_32_units() -> None:
    usual = recipe("adding", "lstm")
    assert (usual.units, dict(usual.settings)["length"]) == (32, 50)
    for seed in range(3):
        assert last_of(train("adding", "lstm", seed=seed)).success >= 0.99


# Running away


def test_a_loss_that_runs_away_ends_with_the_last_good_weights() -> None:
    kept = list(train("adding", "rnn-relu", 16, 60, learning_rate=1.0, clip=0.0))
    *good, end = kept
    assert str(end.trouble).startswith("The loss ran away at update ")
    assert isinstance(end.trouble, InputError)
    assert int(str(end.trouble.values["update"])) > good[-1].update
    assert end.update == good[-1].update
    assert same(end, good[-1])
    assert all(values.isfinite().all() for values in end.state.values())
    assert all(checkpoint.trouble is None for checkpoint in good)


def test_recipes_and_checkpoints_go_to_other_processes_as_they_are() -> None:
    made = recipe("adding", "rnn-relu", units=16, updates=60, learning_rate=1.0, clip=0.0)
    assert pickle.loads(pickle.dumps(made)) == made
    end = last_of(follow(made))
    there = pickle.loads(pickle.dumps(end))
    assert same(there, end)
    assert end.trouble is not None
    assert (there.trouble.template, there.trouble.values) == (end.trouble.template, end.trouble.values)


def test_weights_that_run_away_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    real = learning.apply_update

    def spoilt(learner: Learner, *others: object) -> float:
        loss = real(learner, *others)  # type: ignore[arg-type]
        spoilt.calls += 1  # type: ignore[attr-defined]
        if spoilt.calls == 3:  # type: ignore[attr-defined]
            learner.readout.bias.data[0] = math.inf
        return loss

    spoilt.calls = 0  # type: ignore[attr-defined]
    monkeypatch.setattr(learning, "apply_update", spoilt)
    *_, good, end = train("parity", "rnn", 3, 10)
    assert str(end.trouble) == "The weights ran away before update 3."
    assert (good.update, end.update) == (2, 2)
    assert same(good, end)


# What cannot be trained


@pytest.mark.parametrize("setting", TRAINING_NUMBERS, ids=lambda setting: setting.name)
def test_every_option_is_held_to_its_bounds(setting: Number) -> None:
    for bound in (setting.low, setting.high):
        options = {"layers": 2, setting.name: bound}  # the latch is asked at its end, as both directions need it
        assert getattr(recipe("latch", "rnn", None, **options), setting.name) == bound
    for beyond in (setting.low - 1, setting.high + 1, math.nan, math.inf, "8"):
        with pytest.raises(InputError, match=rf"^{setting.name} must be .*from {setting.low} to {setting.high}"):
            train("parity", "rnn", **{setting.name: beyond})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        ({"task": "juggling", "cell": "lstm"}, "There is no task juggling; there are latch, echo"),
        ({"task": "latch", "cell": "brain"}, "There is no cell brain; there are rnn"),
        ({"task": "latch", "cell": "lstm", "optimiser": "luck"}, "There is no optimiser luck; there are adam"),
        ({"task": "latch", "cell": "lstm", "delay": 3}, "The task latch has no setting delay"),
        ({"task": "latch", "cell": "lstm", "length": 501}, "length must be a whole number from 8 to 500, not 501"),
        ({"task": "latch", "cell": "lstm", "length": 500, "units": 256, "batch": 256}, "4.0 times too large"),
    ],
    ids=["task", "cell", "optimiser", "setting", "length", "memory"],
)
def test_what_cannot_be_trained_is_refused_before_it_starts(call: dict[str, object], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        train(**call)  # type: ignore[arg-type]


def test_an_option_that_there_is_not_is_refused() -> None:
    with pytest.raises(InputError, match="There is no training option speed; there are units"):
        recipe("latch", "lstm", speed=3)


def test_the_options_are_those_of_a_recipe() -> None:
    assert [setting.name for setting in TRAINING_SETTINGS] == [
        "units", "updates", "seed", "optimiser", "learning_rate", "clip", "forget_bias", "batch",
        "layers", "directions", "residual",
    ]  # fmt: skip
