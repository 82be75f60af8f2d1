"""Trained weights in files: there and back, always the same bytes, and what is refused.

Axes: I input features, H hidden units, O outputs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load, save
from torch import Tensor

from cells import TASKS, InputError, load_trained, save_trained, trace
from cells.training import Checkpoint, Recipe, follow, recipe
from cells.training.saved import LARGEST_FILE, METADATA
from cells.training.task import seeded
from tests.cells.cases import SOME_CELLS, SOME_TASKS

Change = Callable[[dict[str, Tensor], dict[str, str]], object]


def trained(
    task: str = "echo", cell: str = "lstm", updates: int = 2, **settings: int | str
) -> tuple[Recipe, Checkpoint]:
    made = recipe(task, cell, settings, units=4, updates=updates)
    return made, list(follow(made))[-1]


def opened(content: bytes) -> tuple[dict[str, Tensor], dict[str, str]]:
    length = int.from_bytes(content[:8], "little")
    about: dict[str, str] = json.loads(content[8 : 8 + length])["__metadata__"]
    return load(content), about


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_there_and_back(cell: str, tmp_path: Path) -> None:
    made, last = trained(cell=cell)
    file = tmp_path / "trained.safetensors"
    content = save_trained(made, last, file)
    assert file.read_bytes() == content
    for source in (file, str(file), content):
        loaded = load_trained(source)
        parameters = {f"cell.{name}": values for name, values in loaded.module.state_dict().items()}
        parameters |= {f"readout.{name}": values for name, values in loaded.readout.state_dict().items()}
        assert parameters.keys() == last.state.keys()
        assert all(torch.equal(values, last.state[name]) for name, values in parameters.items())
        assert (loaded.channels, loaded.outputs) == (("bit",), ("0", "1"))
        assert not loaded.module.training
        assert not any(values.requires_grad for values in loaded.module.parameters())
    assert trace(loaded.module, TASKS["echo"].sequence().values)[0].cell.key == cell


@pytest.mark.parametrize("task", SOME_TASKS)
def test_a_file_says_what_it_is(task: str) -> None:
    made, last = trained(task)
    loaded = load_trained(save_trained(made, last))
    about = loaded.metadata
    assert set(about) == set(METADATA)
    assert (about["task"], about["cell"], about["update"]) == (task, "lstm", "2")
    assert (float(about["loss"]), float(about["success"])) == (last.loss, last.success)
    assert about["command"] == made.command
    saved = json.loads(about["recipe"])
    assert (saved["units"], saved["learning_rate"], saved["settings"]) == (
        4,
        0.01,
        dict(made.settings),
    )
    problem = made.problem()
    assert (loaded.channels, loaded.outputs) == (problem.channels, problem.outputs)


def test_what_was_learnt_is_still_known() -> None:
    made, last = trained("anbn", updates=250, length=3)
    loaded, problem = load_trained(save_trained(made, last)), made.problem()
    batch = problem.sample(50, seeded(8))
    answers = loaded.readout(trace(loaded.module, batch.inputs)[0]["hidden"])[batch.mask]
    total, _ = problem.goal.tally(answers, batch.targets[batch.mask], batch.mask.nonzero()[:, 1], 50)
    assert total / 50 == last.success == 1


def test_the_same_training_gives_the_same_bytes() -> None:
    assert save_trained(*trained()) == save_trained(*trained())


def test_others_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "trained.safetensors"
    save_trained(*trained(), file)
    with safe_open(file, framework="pt") as known:
        assert known.metadata()["cell"] == "lstm"
        assert known.get_tensor("readout.weight").shape == (2, 4)


def test_the_command_as_typed_is_kept() -> None:
    about = load_trained(save_trained(*trained(), command="python -m cells.train echo lstm")).metadata
    assert about["command"] == "python -m cells.train echo lstm"


def test_a_long_text_is_not_repeated_in_the_file() -> None:
    text = "한국어로 쓴 긴 글입니다. " * 2000
    made, last = trained("text", text=text)
    about = load_trained(save_trained(made, last)).metadata
    assert "--text-file text.txt" in about["command"]
    assert len(about["recipe"]) < 20_000
    assert f"({len(text)} code points)" in json.loads(about["recipe"])["settings"]["text"]


def spoil(name: str, values: Tensor) -> Change:
    return lambda tensors, about: tensors.update({name: values})


def say(name: str, value: str) -> Change:
    return lambda tensors, about: about.update({name: value})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (say("cell", "brain"), "cell or task is not known here: brain"),
        (say("task", "juggling"), "cell or task is not known here: lstm, juggling"),
        (say("cell", "gru"), "weights are not those of the cell"),
        (say("format", "something else"), "does not say that it is a trained cell"),
        (lambda tensors, about: about.pop("command"), "does not say that it is a trained cell"),
        (say("inputs", '["a", 3]'), "does not say that it is a trained cell"),
        (say("inputs", "["), "does not say that it is a trained cell"),
        (say("inputs", '["a", "b"]'), "weights are not those of the cell"),
        (say("outputs", "[]"), "does not say that it is a trained cell"),
        (say("inputs", json.dumps(["a"] * 100_000)), "does not say that it is a trained cell"),
        (lambda tensors, about: tensors.pop("cell.bias_hh_l0"), "weights are not those of the cell"),
        (spoil("extra", torch.ones(2)), "weights are not those of the cell"),
        (spoil("readout.bias", torch.ones(2).double()), "weights are not those of the cell"),
        (spoil("readout.weight", torch.ones(2)), "weights are not those of the cell"),
        (spoil("readout.weight", torch.ones(2, 100_000)), "weights are not those of the cell"),
        (spoil("readout.bias", torch.tensor([0.0, float("nan")])), "not finite"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(change: Change, problem: str) -> None:
    tensors, about = opened(save_trained(*trained()))
    change(tensors, about)
    with pytest.raises(InputError, match=problem):
        load_trained(save(tensors, about))


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    content = save_trained(*trained())
    for broken in (b"", b"\0" * 8, b"PK\3\4" + b"x" * 100, content[:-1], content[:50], content[:8] + b"[" * 5000):
        with pytest.raises(InputError, match=r"The file is broken|does not say"):
            load_trained(broken)
    with pytest.raises(InputError, match="too large for a trained cell: at most 64 MB"):
        load_trained(bytes(LARGEST_FILE + 1))
    with pytest.raises(FileNotFoundError):
        load_trained(tmp_path / "none.safetensors")


def test_other_safetensors_files_are_refused() -> None:
    with pytest.raises(InputError, match="does not say that it is a trained cell"):
        load_trained(save({"weight": torch.ones(2)}))
