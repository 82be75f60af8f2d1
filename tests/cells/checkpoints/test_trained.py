"""The files of `save_trained` among all others: every cell and task, the names, the samples, and files that lie.

Axes: T time steps, I input features, O outputs.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import Tensor

from cells import TASKS, InputError, load_checkpoint, load_trained
from cells.checkpoints import Checkpoint, LoadedLayer
from cells.checkpoints.inputs import Misfit, read_by, sample_for
from cells.checkpoints.learnt import Learnt
from cells.checkpoints.vocabulary import Vocabulary
from cells.core.sequence import Sequence
from cells.inputs.typed import text
from cells.sequences import SEQUENCES
from cells.training.gallery import GALLERY
from tests.cells.cases import SOME_CELLS, SOME_TASKS
from tests.cells.checkpoints.trained import SHIPPED, Change, changed, file_of, say


def layer_in(content: bytes | Path) -> LoadedLayer:
    return load_checkpoint(content).layers["cell"]


def learnt_in(content: bytes | Path) -> Learnt:
    learnt = layer_in(content).learnt
    assert learnt is not None
    return learnt


def notes_in(checkpoint: Checkpoint) -> list[str]:
    return [str(note) for note in (*checkpoint.notes, *checkpoint.layers["cell"].notes)]


@pytest.mark.each_value
@pytest.mark.parametrize("way", ["bytes", "path"])
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_every_cell_is_the_one_that_the_file_names_to_the_last_bit(cell: str, way: str, tmp_path: Path) -> None:
    content = file_of(cell=cell)
    file = tmp_path / "trained"
    file.write_bytes(content)
    checkpoint = load_checkpoint(content if way == "bytes" else file)
    layer, trained = checkpoint.layers["cell"], load_trained(content)
    assert (layer.cell, layer.unsure, notes_in(checkpoint)) == (cell, (), [])
    xs = TASKS["reber"].sequence(5).values
    with torch.no_grad():
        ours, theirs = layer.module(xs)[0], trained.module(xs)[0]
        assert layer.readout is not None
        assert torch.equal(ours, theirs)
        assert torch.equal(layer.readout(ours), trained.readout(theirs))


@pytest.mark.parametrize("task", SOME_TASKS)
def test_every_task_comes_with_its_names_and_its_goal(task: str) -> None:
    learnt, problem = learnt_in(file_of(task)), TASKS[task].problem()
    assert (learnt.task, learnt.channels, learnt.outputs) == (task, problem.channels, problem.outputs)
    loss = problem.goal.loss.__name__
    assert learnt.activation == {"cross_entropy": "softmax", "binary_cross_entropy_with_logits": "sigmoid"}.get(
        loss, ""
    )
    assert learnt.symbolic == problem.symbolic


@pytest.mark.parametrize("name", GALLERY)
def test_a_shipped_file_opens_as_what_it_is(name: str) -> None:
    file = SHIPPED / f"{name}.safetensors"
    trained, layer = load_trained(file), layer_in(file)
    assert (layer.cell, layer.notes) == (trained.metadata["cell"], ())
    assert learnt_in(file).outputs == trained.outputs


@pytest.mark.each_value
@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("task", SOME_TASKS)
def test_a_sample_is_a_sequence_of_the_task(task: str, seed: int) -> None:
    layer, length = layer_in(file_of(task)), 12
    sample, expected = sample_for(layer, length, seed), TASKS[task].sequence(seed, length=length)
    assert torch.equal(sample.values, expected.values)
    assert (sample.labels, sample.channels) == (expected.labels, expected.channels)
    assert (sample.start, sample.symbolic) == (expected.start, expected.symbolic)


def test_a_length_that_the_task_cannot_have_is_its_own() -> None:
    content = file_of("echo", length=20, delay=15)
    for length, steps in ((30, 30), (12, 20), (2000, 20), (2, 20)):
        assert len(sample_for(layer_in(content), length, 0).labels) == steps


def test_typed_text_goes_by_the_file_s_own_names() -> None:
    layer = layer_in(file_of())
    read = read_by(layer, text("BTXSE"))
    assert (read.labels, read.channels) == (tuple("BTXSE"), tuple("BTPSXVE"))
    assert torch.equal(read.values, torch.eye(7)[[0, 1, 4, 3, 6]])
    with pytest.raises(InputError, match="Not in the model’s vocabulary: Q"):
        read_by(layer, text("BQ"))


def test_a_vocabulary_that_is_opened_wins() -> None:
    layer, other = layer_in(file_of()), Vocabulary({letter: index for index, letter in enumerate("abcdefg")})
    assert torch.equal(read_by(layer, text("gab"), other).values, torch.eye(7)[[6, 0, 1]])
    plain = sample_for(layer, 12, 0)
    sample = sample_for(layer, 12, 0, other)
    assert torch.equal(sample.values, plain.values)
    assert sample.labels == tuple("abcdefg"["BTPSXVE".index(label)] for label in plain.labels)


def test_blanks_and_characters_without_a_shape_are_read_as_typed() -> None:
    learnt = "a b\u200b\n" * 30
    layer = layer_in(file_of("text", text=learnt))
    read = read_by(layer, text("b a\n\u200b"))
    assert read.labels == ("b", "␣", "a", "⏎", "U+200B")
    assert read.channels == ("a", "␣", "b", "U+200B", "⏎")


@pytest.mark.parametrize("kind", ["anbn", "sine", "pulse"])
def test_made_sequences_are_read_as_wide_as_they_are(kind: str) -> None:
    made: Sequence = SEQUENCES[kind].make()
    layer = layer_in(file_of("anbn"))
    if made.values.shape[1] == 2:
        assert torch.equal(read_by(layer, made).values, made.values)
    else:
        with pytest.raises(Misfit):
            read_by(layer, made)


def test_of_a_text_that_is_cut_off_a_passage_is_read() -> None:
    sentence = "an old book that nobody has read to its end; "
    learnt = sentence * 100 + "xyz" * 30
    layer = layer_in(file_of("text", text=learnt))
    one, again, other = (sample_for(layer, 50, seed) for seed in (1, 1, 2))
    assert one.labels == again.labels != other.labels
    assert len(one.labels) == 50
    assert "".join(one.labels).replace("␣", " ") in sentence * 3
    assert set("xyz") < set(one.channels)
    assert torch.equal(one.values, torch.eye(len(one.channels))[[one.channels.index(label) for label in one.labels]])


def test_without_any_text_symbols_are_drawn() -> None:
    settings = json.dumps({"settings": {"length": 8, "text": "한글" * 50}})
    layer = layer_in(changed(say(recipe=settings), file_of("text")))
    sample = sample_for(layer, 30, 0)
    assert len(sample.labels) == 30
    assert set(sample.labels) <= set(sample.channels) == set(learnt_in(file_of("text")).channels)


@pytest.mark.parametrize(
    ("change", "notes"),
    [
        (say(task="juggling"), ["The file’s cell or task is not known here: juggling."]),
        (say(task="x" * 90_000), [f"The file’s cell or task is not known here: {'x' * 23}…."]),
        (say(inputs='["a"]'), ["The file’s names of inputs and outputs are not as many as its weights have."]),
        (say(outputs='["a", 3]'), ["The file does not say that it is a trained cell."]),
        (lambda _tensors, about: about.pop("outputs"), ["The file does not say that it is a trained cell."]),
    ],
)
def test_names_that_are_not_true_leave_the_cell(change: Change, notes: list[str]) -> None:
    checkpoint = load_checkpoint(changed(change, file_of(cell="lstm-peephole")))
    layer = checkpoint.layers["cell"]
    assert (layer.cell, layer.learnt, notes_in(checkpoint)) == ("lstm-peephole", None, notes)
    assert layer.readout is not None
    assert sample_for(layer, 24, 0).values.shape == (24, 7)


@pytest.mark.parametrize(
    "settings",
    ["", "[", "[1]", "{}", '{"settings": []}', '{"settings": {"length": 1e9}}', '{"settings": {"no": 3}}', "[" * 9999],
)
def test_settings_that_are_not_true_are_the_usual_ones(settings: str) -> None:
    checkpoint = load_checkpoint(changed(say(recipe=settings)))
    assert notes_in(checkpoint) == ["The file’s settings of its task cannot be used: the usual ones are taken."]
    assert learnt_in(changed(say(recipe=settings))).settings == {"length": 20}


def test_settings_that_the_task_refuses_give_random_numbers() -> None:
    content = changed(say(recipe='{"settings": {"length": 10, "delay": 200}}'), file_of("echo"))
    assert sample_for(layer_in(content), 24, 0).values.shape == (24, 1)


def spoil(name: str, values: Tensor) -> Change:
    return lambda tensors, _about: tensors.update({name: values})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (say(cell="brain"), "The file’s cell or task is not known here: brain."),
        (say(cell="gru"), "The file’s weights are not those of the cell that it names."),
        (lambda _tensors, about: about.pop("cell"), "The file’s cell or task is not known here: ∅."),
        (spoil("readout.weight", torch.ones(7)), "The file’s weights are not those of the cell that it names."),
        (spoil("readout.weight", torch.ones(7, 9)), "The file’s weights are not those of the cell that it names."),
        (spoil("extra", torch.ones(2)), "The file’s weights are not those of the cell that it names."),
    ],
)
def test_a_cell_that_is_not_true_is_told_by_its_shapes(change: Change, why: str) -> None:
    checkpoint = load_checkpoint(changed(change))
    assert notes_in(checkpoint)[:2] == [why, "It is opened by the names and shapes of its weights alone."]
    assert (checkpoint.layers["cell"].cell, checkpoint.layers["cell"].learnt) == ("lstm", None)


def test_without_any_weights_that_fit_it_is_refused() -> None:
    with pytest.raises(InputError, match="weights are not those of the cell"):
        load_checkpoint(changed(spoil("cell.weight_hh_l0", torch.ones(3, 3))))
    with pytest.raises(InputError, match="damaged or cut off"):
        load_checkpoint(file_of()[:-1])


def test_huge_and_equal_names_are_told_apart_and_cut() -> None:
    names = ["B", "B", "x" * 50_000, "", "\u202e", "V", "E"]
    content = changed(say(inputs=json.dumps(names), outputs=json.dumps(names)))
    layer, learnt = layer_in(content), learnt_in(content)
    assert learnt.labels == ("B", "B", "x" * 23 + "…", "∅", "U+202E", "V", "E")
    channels = sample_for(layer, 20, 0).channels
    assert len(set(channels)) == 7
    assert max(map(len, channels)) <= 30


def test_numbers_that_are_not_finite_are_said() -> None:
    def change(tensors: dict[str, Tensor], _about: dict[str, str]) -> None:
        tensors["readout.bias"][0] = float("nan")

    assert notes_in(load_checkpoint(changed(change))) == ["The file holds weights that are not finite numbers."]


@pytest.mark.parametrize("length", [0x10280, 0x10380, 0x10480, 0x10580, 0x10408])
def test_a_header_may_be_as_long_as_the_first_bytes_of_other_formats(length: int) -> None:
    content = changed(lambda _tensors, about: about.pop("command"))
    end = 8 + int.from_bytes(content[:8], "little")
    assert end < length
    assert layer_in(length.to_bytes(8, "little") + content[8:end].ljust(length) + content[end:]).cell == "lstm"


def test_half_precision_keeps_what_the_file_says() -> None:
    def change(tensors: dict[str, Tensor], _about: dict[str, str]) -> None:
        tensors.update({name: values.bfloat16() for name, values in tensors.items()})

    layer = layer_in(changed(change, file_of(cell="gru-reset-before")))
    assert (layer.cell, layer.unsure) == ("gru-reset-before", ())
    assert [note.template for note in layer.notes] == ["Stored as {type}; cast to {other}, which changes no number."]
    assert layer.learnt is not None
