"""The models that are shipped: what made each, that it has learnt what it says, and that they can be made again.

Axes: T time steps, B sequences of a batch.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from cells import load_trained, trace
from cells.checkpoints.success import success_at_task
from cells.core.messages import InputError
from cells.core.settings import MAX_STEPS
from cells.sequences import SEQUENCES
from cells.shipped.models import load_shipped
from cells.training import Recipe, Trained, gallery
from cells.training.gallery import FOLDER, GALLERY, arguments_of, command_for, recipe_for
from cells.training.saved import short_recipe
from cells.training.task import seeded
from cells.weights import WEIGHTS
from tests import ROOT
from tests.cells.shipped.shown import SHOWN
from tests.checking.sampling import few

HELD_SEED = 20_000  # neither one of a training's nor that of the success that a file names
# Of the three latches one; that the others hold is seen in what they answer.
USUAL = ("counter", "latch-rnn", "order-rnn", "order-lstm", "reber", "rhyme", "poem")
models = pytest.mark.parametrize("name", few(GALLERY, *USUAL))
FAILS = "order-rnn"  # shipped to be seen beside the two cells that learn the same


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Return the commands name the texts from there."""
    monkeypatch.chdir(ROOT)


def shipped(name: str) -> Trained:
    return load_trained(ROOT / FOLDER / f"{name}.safetensors")


def success(model: Trained, made: Recipe, seed: int = HELD_SEED) -> float:
    """Return the success on 500 sequences of a seed, or on all that there is of a text."""
    problem = made.problem()
    batch = problem.judged_by(500, seeded(seed))
    asked = batch.mask.flatten().nonzero().squeeze(-1)
    answers = model.readout(model.module(batch.inputs)[0]).flatten(0, 1)[asked]
    count = batch.mask.shape[1]
    marks, of = problem.goal.tally(answers, batch.targets.flatten(0, 1)[asked], asked % count, count)
    return marks / of


# What is shipped


def test_every_model_is_shipped_and_small_and_nothing_else_is() -> None:
    files = {path.name: path.stat().st_size for path in (ROOT / FOLDER).iterdir()}
    texts = {"README.md", "rhyme.txt", "poem.txt"}
    assert set(files) == texts | {f"{name}.safetensors" for name in GALLERY}
    assert sum(files.values()) < 1_000_000


@models
def test_a_file_says_the_command_of_the_table(name: str) -> None:
    about, made = shipped(name).metadata, recipe_for(name)
    assert about["command"] == command_for(name)
    assert json.loads(about["recipe"]) == json.loads(json.dumps(short_recipe(made)))
    assert about["update"] == str(made.updates)
    assert shlex.split(about["command"])[3:] == arguments_of(name)


@pytest.mark.parametrize("name", few([name for name in GALLERY if name != FAILS], *set(USUAL) - {FAILS}))
def test_it_has_learnt_its_task_on_sequences_that_it_has_not_seen(name: str) -> None:
    model, made = shipped(name), recipe_for(name)
    found, problem = success(model, made), made.problem()
    assert problem.reached(found), f"{found} of {problem.criterion}"
    assert problem.reached(float(model.metadata["success"]))
    assert found > max(problem.chance, problem.trivial)
    if problem.once:
        assert found == pytest.approx(float(model.metadata["success"]), abs=0.02), "there is one part to be judged by"


@models
def test_its_success_is_measured_again_as_a_study_measures_it(name: str) -> None:
    layer, model = load_shipped(name), shipped(name)
    found = success_at_task(layer)
    assert found == pytest.approx(float(model.metadata["success"]), abs=0.005), "another processor may round otherwise"
    assert found == pytest.approx(success(model, recipe_for(name)), abs=0.06)


def test_a_model_whose_task_is_not_known_has_no_success() -> None:
    layer = load_shipped("latch-gru")
    assert success_at_task(replace(layer, learnt=None)) is None
    assert success_at_task(replace(layer, readout=None)) is None


def test_the_rnn_has_not_learnt_the_order_that_two_other_cells_have_with_the_same_recipe() -> None:
    recipes = {replace(recipe_for(f"order-{cell}"), cell="") for cell in ("rnn", "lstm", "gru")}
    assert len(recipes) == 1
    model, made = shipped(FAILS), recipe_for(FAILS)
    chance = made.problem().chance
    assert float(model.metadata["success"]) == pytest.approx(chance, abs=0.06)
    assert success(model, made) == pytest.approx(chance, abs=0.06), "three standard deviations of 500 guesses"


@models
def test_the_readme_tells_each_with_its_command(name: str) -> None:
    readme = (ROOT / FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"`{name}.safetensors`" in readme
    assert command_for(name) in readme


def test_it_is_made_again_by_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest one. Another processor may round otherwise, so that what it has learnt is compared."""
    again = tmp_path / FOLDER
    again.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert gallery.make_models(["latch-rnn"]) == 0
    made, before = load_trained(again / "latch-rnn.safetensors"), shipped("latch-rnn")
    assert made.metadata["command"] == before.metadata["command"]
    assert [values.shape for values in made.module.state_dict().values()] == [
        values.shape for values in before.module.state_dict().values()
    ]
    assert success(made, recipe_for("latch-rnn")) >= 0.99


def test_a_name_that_is_not_in_the_table_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert gallery.make_models(["counter", "diary"]) == 2
    assert "There is no model diary; there are counter, latch-rnn" in capsys.readouterr().err


# The weights that the pages offer


@models
def test_the_weights_read_the_channels_that_were_learnt(name: str) -> None:
    model, (sequence, weights) = shipped(name), SHOWN[name]
    read, cell = SEQUENCES[sequence].make(), model.metadata["cell"]
    assert read.channels == model.channels
    assert WEIGHTS[weights].fits(cell, sequence)
    module = WEIGHTS[weights].make(cell, read.values.shape[1])
    assert_close(module(read.values)[0], model.module(read.values)[0], rtol=0, atol=0)


def test_all_trained_weights_are_shown() -> None:
    assert {weights for _, weights in SHOWN.values()} == {key for key in WEIGHTS if key.startswith("trained-")}


def test_whoever_changes_a_module_changes_no_other() -> None:
    one, before = WEIGHTS["trained-counter"].make("lstm", 2), WEIGHTS["trained-counter"].make("lstm", 2)
    one.double().get_parameter("weight_ih_l0").fill_(0)
    again = WEIGHTS["trained-counter"].make("lstm", 2)
    assert torch.equal(again.get_parameter("weight_ih_l0"), before.get_parameter("weight_ih_l0"))
    assert again.get_parameter("weight_ih_l0").any()


# What they have learnt, seen from inside


def state(name: str, signal: str, values: Tensor) -> Tensor:
    """Return a signal at every step: (T, H)."""
    (layer,) = trace(shipped(name).module, values)
    return layer[signal]


def test_the_counter_counts_in_its_first_unit_up_and_back_beyond_what_it_has_learnt() -> None:
    for n in (10, 15):
        count = state("counter", "cell", SEQUENCES["anbn"].make(n=n).values)[:, 0]
        assert count.argmax() == n - 1
        assert (count[1:n].diff() > 0.9).all()
        assert (count[n + 1 :].diff() < -0.9).all()
        assert count[-1].abs() < 1


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_latch_holds_on_ten_times_as_long(cell: str) -> None:
    model = shipped(f"latch-{cell}")
    for seed in range(10):
        values = SEQUENCES["noise"].make(length=300, seed=seed).values
        answer = model.readout(model.module(values)[0][-1]).argmax()
        assert model.outputs[int(answer)] == ("+1" if values[0] > 0 else "−1")


def test_the_reber_model_remembers_the_outer_letter() -> None:
    model, asked = shipped("reber"), set()
    for seed in range(20):
        sequence = SEQUENCES["reber"].make(seed=seed)
        answers = model.readout(model.module(sequence.values)[0])[sequence.start] > 0
        named = [letter for letter, allowed in zip(model.outputs, answers.tolist(), strict=True) if allowed]
        assert named == [sequence.labels[1]] == [sequence.labels[-1]]
        asked |= set(named)
    assert asked == {"T", "P"}


def test_the_rhyme_goes_on_as_jack_built_it() -> None:
    model, sequence = shipped("rhyme"), SEQUENCES["rhyme"].make()
    foretold = model.readout(model.module(sequence.values)[0]).argmax(dim=-1)
    written = [model.outputs[place] for place in foretold.tolist()]
    assert "".join(written[-16:-1]) == "hat␣Jack␣built."


# The sequences


@pytest.mark.parametrize("length", [8, 30, 500])
def test_noise_opens_where_it_speaks_against_the_signal(length: int) -> None:
    sequence = SEQUENCES["noise"].make(length=length, seed=3)
    signal = sequence.values[0, 0]
    assert signal.abs() == 1
    assert (sequence.values[:3, 0] == signal).all()
    assert sequence.values[sequence.start, 0] * signal < 0


@pytest.mark.parametrize("length", [10, 40, 500])
def test_two_letters_stand_far_apart_and_it_opens_where_their_order_is_asked(length: int) -> None:
    sequence = SEQUENCES["order"].make(length=length, seed=3)
    spots = [step for step, label in enumerate(sequence.labels) if label in "XY"]
    assert len(spots) == 2
    assert spots[1] - spots[0] >= length * 3 // 10
    assert (sequence.labels[0], sequence.labels[-1], sequence.start) == ("B", "E", length - 1)


@pytest.mark.parametrize("key", ["noise", "order", "reber"])
def test_a_seed_always_gives_the_same_sequence(key: str) -> None:
    one, again, other = (SEQUENCES[key].make(seed=seed) for seed in (5, 5, 7))
    assert one.labels == again.labels != other.labels


def test_a_reber_string_is_one_and_opens_where_its_second_letter_has_to_come_again() -> None:
    for seed in range(20):
        labels = SEQUENCES["reber"].make(length=14, seed=seed)
        letters = labels.labels
        assert len(letters) <= 13
        assert letters[0] == letters[2] == "B"
        assert letters[1] == letters[-1]
        assert letters[labels.start] == "E"


@pytest.mark.parametrize(("key", "known", "unknown"), [("rhyme", "Jack", "카"), ("poem", "나 보기가", "J")])
def test_a_text_is_read_in_the_characters_that_were_learnt_and_no_others(key: str, known: str, unknown: str) -> None:
    sequence = SEQUENCES[key].make(**{key: known})
    assert "".join(sequence.labels) == known.replace(" ", "␣")
    assert sequence.values.sum(dim=1).tolist() == [1] * len(known)
    with pytest.raises(InputError, match=f"without the character “{unknown}”"):
        SEQUENCES[key].make(**{key: known + unknown + "?"})


def test_korean_typed_letter_by_letter_is_the_same() -> None:
    composed, letters = "가", "\u1100\u1161"
    one, other = (SEQUENCES["poem"].make(poem=text) for text in (composed, letters))
    assert torch.equal(one.values, other.values)


@pytest.mark.parametrize("key", ["rhyme", "poem"])
def test_no_text_and_too_much_of_it_are_refused(key: str) -> None:
    with pytest.raises(InputError, match="There is no text"):
        SEQUENCES[key].make(**{key: ""})
    with pytest.raises(InputError, match=f"at most {MAX_STEPS} fit"):
        SEQUENCES[key].make(**{key: " " * (MAX_STEPS + 1)})
