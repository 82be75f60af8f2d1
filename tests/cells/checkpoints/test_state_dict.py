"""State_dicts of PyTorch, as its own files and as safetensors: every cell, direction and depth.

Axes: T time steps, B batch, I input features, H hidden units.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from cells import CELLS, Checkpoint, load_checkpoint
from cells.checkpoints.load import assemble
from cells.checkpoints.state_dict import contents_of_tensors
from tests.cells.cases import Case
from tests.cells.checkpoints.agree import H, I, T, assert_agrees, given, sequence
from tests.cells.checkpoints.saved import Tagger, as_old_pt, as_pt, as_safetensors
from tests.checking.sampling import few

Save = Callable[[Mapping[str, Tensor]], bytes]
CASES = [
    Case(cell, layers, both, bias)
    for cell in CELLS
    for layers in (1, 3)
    for both in (False, True)
    for bias in (True, False)
]
CASES += [Case("lstm", layers, both, proj_size=2) for layers in (1, 2) for both in (False, True)]


WAYS: dict[str, Save] = {"pt": as_pt, "old-pt": as_old_pt, "safetensors": as_safetensors}


def weights_of(module: nn.Module, prefix: str = "") -> dict[str, Tensor]:
    return {f"{prefix}{name}": values for name, values in module.state_dict().items()}


def loaded(module: nn.Module, prefix: str = "", way: str = "safetensors", **choices: str) -> Checkpoint:
    file = WAYS[way](weights_of(module, prefix))
    return load_checkpoint(file, {prefix.rstrip("."): choices} if choices else None)


@pytest.mark.each_pair
@pytest.mark.filterwarnings("ignore:LSTM with projections")
@pytest.mark.parametrize("way", few(WAYS, "safetensors"))  # a way gives names and numbers; which, it does not ask
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_saved_module_computes_what_it_did(case: Case, way: str) -> None:
    module = case.module()
    checkpoint = loaded(module, "encoder.rnn.", way, cell=case.cell)
    assert list(checkpoint) == ["encoder.rnn"]
    layer = checkpoint.layers["encoder.rnn"]
    assert layer.cell == case.cell
    assert case.cell in layer.questions[0].options
    assert layer.module is checkpoint["encoder.rnn"]
    assert not layer.module.training
    xs = sequence()
    with torch.no_grad():
        assert_agrees(given(layer, xs), module(xs)[0])
    assert layer.parameters == sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.each_value
@pytest.mark.parametrize("key", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("way", WAYS)
def test_embedding_and_readout_come_with_it(key: str, way: str) -> None:
    model = Tagger(CELLS[key].module(I, H, bidirectional=True), 2 * H)
    layer = loaded(model, way=way).layers["rnn"]
    assert layer.embedding is not None
    assert layer.readout is not None
    words = torch.tensor([1, 4, 0, 10, 4])
    with torch.no_grad():
        ours = layer.readout(layer.module(layer.embedding(words))[0])
        assert_agrees(ours, model.fc(model.rnn(model.embedding(words))[0]))


def test_a_path_an_open_file_and_bytes_are_the_same(tmp_path: Path) -> None:
    module = nn.GRU(I, H)
    for way, save in WAYS.items():
        path = tmp_path / f"{way}.anything"
        path.write_bytes(save(weights_of(module)))
        with path.open("rb") as file:
            for one in (load_checkpoint(path), load_checkpoint(str(path)), load_checkpoint(file)):
                assert_agrees(given(one.layers["gru"], xs := sequence()), module(xs)[0].detach())


def test_a_cell_alone_is_a_layer() -> None:
    cell = nn.LSTMCell(I, H)
    layer = loaded(cell, "decoder.").layers["decoder"]
    xs = sequence()
    state = (torch.zeros(2, H), torch.zeros(2, H))
    with torch.no_grad():
        outputs = []
        for x in xs:
            state = cell(x, state)
            outputs.append(state[0])
    assert len(outputs) == T
    assert_agrees(given(layer, xs), torch.stack(outputs))


def test_layers_that_do_not_fit_one_module_come_one_by_one() -> None:
    below, above = nn.LSTM(I, H), nn.LSTM(H, 2 * H)
    weights = weights_of(below, "rnn.") | {
        name.replace("l0", "l1"): values for name, values in weights_of(above, "rnn.").items()
    }
    checkpoint = load_checkpoint(as_safetensors(weights))
    assert list(checkpoint) == ["rnn.l0", "rnn.l1"]
    hidden = given(checkpoint.layers["rnn.l0"], xs := sequence())
    assert_agrees(given(checkpoint.layers["rnn.l1"], hidden), above(below(xs)[0])[0].detach())


def test_what_a_training_script_wraps_around_is_left_out() -> None:
    module = Tagger(nn.LSTM(I, H))
    optimizer = torch.optim.Adam(module.parameters())
    module.fc(module.rnn(module.embedding(torch.tensor([1, 2])))[0]).sum().backward()
    optimizer.step()
    file = io.BytesIO()
    torch.save({"epoch": 3, "model_state_dict": module.state_dict(), "optimizer": optimizer.state_dict()}, file)
    assert list(load_checkpoint(file.getvalue())) == ["rnn"]


def test_an_rnn_s_activation_is_asked_for() -> None:
    module = nn.RNN(I, H, nonlinearity="relu")
    layer = loaded(module).layers["rnn"]
    (question,) = layer.unsure
    assert (question.about, question.chosen, question.options) == ("cell", "rnn", ("rnn", "rnn-relu"))
    assert any("rnn-relu" in str(note) for note in layer.notes)
    chosen = load_checkpoint(as_safetensors(weights_of(module)), {"rnn": {"cell": "rnn-relu"}}).layers["rnn"]
    assert not chosen.unsure
    assert_agrees(given(chosen, xs := sequence()), module(xs)[0].detach())


def test_three_blocks_may_be_a_gru_or_its_kin() -> None:
    layer = loaded(nn.GRU(I, H)).layers["gru"]
    (question,) = layer.unsure
    assert question.chosen == "gru"
    assert {"gru-reset-before", "lstm-coupled", "lstm-no-output-gate"} < set(question.options)


def test_of_several_tables_one_is_chosen_and_asked_for() -> None:
    class Two(Tagger):
        def __init__(self) -> None:
            super().__init__(nn.LSTM(I, H))
            self.aspect_embedding = nn.Embedding(5, I)

    layer = loaded(Two()).layers["rnn"]
    question = next(one for one in layer.unsure if one.about == "embedding")
    assert set(question.options) == {"embedding", "aspect_embedding", ""}
    for chosen, rows in (("embedding", 11), ("aspect_embedding", 5)):
        again = load_checkpoint(as_safetensors(weights_of(Two())), {"rnn": {"embedding": chosen}}).layers["rnn"]
        assert again.embedding is not None
        assert again.embedding.num_embeddings == rows
    assert (
        load_checkpoint(as_safetensors(weights_of(Two())), {"rnn": {"embedding": ""}}).layers["rnn"].embedding is None
    )


def test_a_table_that_does_not_fit_is_left() -> None:
    model = Tagger(nn.LSTM(I + 1, H), width=H + 1)
    layer = loaded(model).layers["rnn"]
    assert layer.embedding is None
    assert layer.readout is None
    assert not layer.unsure


@pytest.mark.each_pair
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("way", WAYS)
def test_half_precision_is_cast_and_said(dtype: torch.dtype, way: str) -> None:
    module = nn.LSTM(I, H).to(dtype)
    layer = loaded(module, way=way).layers["lstm"]
    assert {parameter.dtype for parameter in layer.module.parameters()} == {torch.float32}
    (note,) = layer.notes
    assert str(dtype).removeprefix("torch.") in str(note)
    assert_agrees(given(layer, xs := sequence()), module.float()(xs)[0].detach())


def test_double_stays_double() -> None:
    layer = loaded(nn.GRU(I, H).double()).layers["gru"]
    assert {parameter.dtype for parameter in layer.module.parameters()} == {torch.float64}


def test_more_units_than_a_page_shows_load_and_are_told() -> None:
    layer = loaded(nn.LSTM(I, 300)).layers["lstm"]
    assert layer.module.hidden_size == 300
    assert [note.values for note in layer.notes] == [{"units": 300, "limit": 256}]


def test_the_numbers_of_a_file_are_not_copied() -> None:
    """So that a large file is not in memory twice."""
    weights = weights_of(nn.LSTM(I, H))
    module = assemble(contents_of_tensors(weights, "PyTorch"), {})["lstm"]
    for name, values in weights.items():
        assert module.get_parameter(name).data_ptr() == values.data_ptr()
