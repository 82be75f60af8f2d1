"""A trace as a file comes back as the numbers that it was, from every kind of file and for every cell."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray

from cells import CELLS, Clamp, InputError, LayerTrace, export, tidy, trace
from cells.core.stepwise import suffix_of
from cells.export import DIRECTIONS, FORMATS
from cells.sequences import SEQUENCES
from tests.cells.cases import SOME_CELLS, H, I, T

COLUMNS = ["step", "label", "layer", "direction", "signal", "unit", "value"]
LETTERS = "abc,\"'\n가=€"[:T].ljust(T, "z")


def traced(cell: str, dtype: torch.dtype = torch.float32, **options: Any) -> list[LayerTrace]:
    module = CELLS[cell].module(I, H, num_layers=2, bidirectional=True, dtype=dtype, **options)
    return trace(module, torch.randn(T, I, dtype=dtype))


def same(read: NDArray[Any], values: torch.Tensor) -> bool:
    """Tell whether two arrays are equal to the last bit, in shape and dtype too; a NaN equals itself."""
    array = values.numpy()
    return (read.dtype, read.shape) == (array.dtype, array.shape) and read.tobytes() == array.tobytes()


def named(layer: LayerTrace) -> str:
    return suffix_of(layer.layer, layer.reverse)


def read_csv(path: Path) -> pd.DataFrame:
    """Return the table, its values as they are written: Python reads their digits exactly."""
    return pd.read_csv(path, dtype={"label": str, "value": str}, keep_default_na=False)


def column(table: pd.DataFrame, layer: LayerTrace, signal: str, dtype: Any) -> NDArray[Any]:
    """Return one signal's values out of a tidy table, in its order: (rows)."""
    place = (table.layer == layer.layer) & (table.direction == DIRECTIONS[layer.reverse])
    return numbers(table[place & (table.signal == signal)], dtype)


def numbers(table: pd.DataFrame, dtype: Any) -> NDArray[Any]:
    return np.array([float(value) for value in table["value"]]).astype(dtype)


@pytest.mark.each_value
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_every_kind_of_file_gives_back_every_number(cell: str, dtype: torch.dtype, tmp_path: Path) -> None:
    layers = traced(cell, dtype)
    files = {ending: export(layers, tmp_path / f"run{ending}", LETTERS) for ending in FORMATS}
    arrays = np.load(files[".npz"], allow_pickle=False)
    data = json.loads(files[".json"].read_text("utf-8"))
    table = read_csv(files[".csv"])
    kind = layers[0]["hidden"].numpy().dtype
    assert data["cell"] == cell
    assert data["dtype"] == str(kind)
    assert same(arrays["inputs"], layers[0].inputs)
    for layer, one in zip(layers, data["layers"], strict=True):
        assert (one["layer"], one["direction"]) == (layer.layer, DIRECTIONS[layer.reverse])
        assert set(one["signals"]) == set(layer)
        for signal, values in layer.items():
            assert same(arrays[f"{named(layer)}.{signal}"], values)
            assert same(np.array(one["signals"][signal], dtype=kind), values)
            assert same(column(table, layer, signal, kind), values.reshape(-1))
        for state, start in layer.initial.items():
            assert same(arrays[f"{named(layer)}.initial.{state}"], start)
            assert same(np.array(one["initial"][state], dtype=kind), start)
    assert arrays["labels"].tolist() == data["labels"] == list(LETTERS)


def test_the_table_is_tidy(tmp_path: Path) -> None:
    layers = traced("lstm")
    table = read_csv(export(layers, tmp_path / "run.csv", LETTERS))
    assert list(table.columns) == COLUMNS
    assert len(table) == 4 * len(CELLS["lstm"].shown) * T * H
    assert not table.duplicated(["step", "layer", "direction", "signal", "unit"]).any()
    row = table.query("step == 2 and layer == 1 and direction == 'backward' and signal == 'forget' and unit == 3")
    assert row["label"].tolist() == [LETTERS[2]]
    assert numbers(row, np.float32).tolist() == [layers[3]["forget"][2, 3].item()]
    made = tidy(layers, LETTERS)
    assert made["value"].dtype == np.float32
    assert made[COLUMNS[:-1]].astype(str).equals(table[COLUMNS[:-1]].astype(str))


@pytest.mark.parametrize("batch_first", [False, True])
def test_a_batch_is_its_sequences(batch_first: bool, tmp_path: Path) -> None:
    module = CELLS["lstm"].module(I, H, bidirectional=True, batch_first=batch_first)
    xs = torch.randn(3, T, I) if batch_first else torch.randn(T, 3, I)
    layers = trace(module, xs)
    table = tidy(layers)
    assert list(table.columns) == ["batch", *COLUMNS]
    hidden = layers[1]["hidden"] if batch_first else layers[1]["hidden"].transpose(0, 1)
    for sample in range(3):
        alone = trace(module, xs[sample] if batch_first else xs[:, sample])[1]["hidden"]
        rows = column(table[table.batch == sample], layers[1], "hidden", np.float32)
        assert same(rows, hidden[sample].reshape(-1))
        assert torch.allclose(layers[1].sample(sample)["hidden"], alone, atol=1e-6)
    arrays = np.load(export(layers, tmp_path / "run.npz"))
    assert same(arrays["l0.forget"], layers[0]["forget"])
    data = json.loads(export(layers, tmp_path / "run.json").read_text("utf-8"))
    assert data["axes"] == (["batch", "step", "unit"] if batch_first else ["step", "batch", "unit"])


def test_one_of_a_batch_is_traced_as_if_alone() -> None:
    module, xs = CELLS["gru"].module(I, H, num_layers=2, bidirectional=True), torch.randn(T, 3, I)
    for layer, alone in zip(trace(module, xs), trace(module, xs[:, 1]), strict=True):
        sample = layer.sample(1)
        assert sample.axes == ("step", "unit")
        torch.testing.assert_close(sample.inputs, alone.inputs)
        torch.testing.assert_close(sample.before("hidden"), alone.before("hidden"))
        torch.testing.assert_close(sample.flows(), alone.flows())
        torch.testing.assert_close(sample.last, alone.last)
        torch.testing.assert_close(sample.parts(2), alone.parts(2))


@pytest.mark.parametrize(("batched", "number"), [(True, 3), (True, -1), (False, 0)])
def test_a_sequence_that_is_not_in_the_batch_is_refused(batched: bool, number: int) -> None:
    xs = torch.randn(T, 3, I) if batched else torch.randn(T, I)
    with pytest.raises(IndexError, match="no sequence"):
        trace(CELLS["rnn"].module(I, H), xs)[0].sample(number)


@pytest.mark.parametrize("make", [LayerTrace.as_read, lambda layer: layer.laid_out(tuple(reversed(range(T))))])
def test_the_order_in_which_a_trace_is_laid_out_changes_nothing(
    make: Callable[[LayerTrace], LayerTrace], tmp_path: Path
) -> None:
    layers = traced("gru")
    given = export(layers, tmp_path / "given.npz").read_bytes()
    assert export([make(layer) for layer in layers], tmp_path / "moved.npz").read_bytes() == given


def test_a_sequence_brings_its_labels_and_channels(tmp_path: Path) -> None:
    sequence = SEQUENCES["text"].make(text="가나 다")
    layers = trace(CELLS["rnn"].module(sequence.values.shape[1], 2), sequence.values)
    arrays = np.load(export(layers, tmp_path / "run.npz", sequence))
    assert tuple(arrays["labels"]) == sequence.labels
    assert tuple(arrays["channels"]) == sequence.channels
    assert set(read_csv(export(layers, tmp_path / "run.CSV", sequence)).label) == set(sequence.labels)


def test_without_a_sequence_the_steps_are_counted() -> None:
    table = tidy(traced("rnn"))
    assert (table.label == table.step.astype(str)).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_comes_back_as_it_was(dtype: torch.dtype, tmp_path: Path) -> None:
    layers = traced("lstm", dtype)
    arrays = np.load(export(layers, tmp_path / "run.npz"))
    assert torch.equal(torch.from_numpy(arrays["l1.cell"]).to(dtype), layers[2]["cell"])
    values = column(tidy(layers), layers[3], "hidden", np.float32)
    assert torch.equal(torch.from_numpy(values).to(dtype), layers[3]["hidden"].reshape(-1))
    assert json.loads(export(layers, tmp_path / "run.json").read_text())["dtype"] == str(dtype).removeprefix("torch.")


def test_numbers_beyond_every_number_come_back(tmp_path: Path) -> None:
    module = CELLS["rnn-relu"].module(1, 2, bias=False)
    with torch.no_grad():
        module.get_parameter("weight_hh_l0").copy_(torch.tensor([[1e30, 0.0], [1e30, -1e30]]))
        module.get_parameter("weight_ih_l0").fill_(1.0)
    layers = trace(module, torch.ones(6, 1))
    hidden = layers[0]["hidden"]
    assert hidden.isinf().any()
    assert hidden.isnan().any()
    text = export(layers, tmp_path / "run.json").read_text("utf-8")
    data = json.loads(text, parse_constant=pytest.fail)
    read = np.array(data["layers"][0]["signals"]["hidden"], dtype=np.float32)
    assert np.array_equal(read, hidden.numpy(), equal_nan=True)
    table = read_csv(export(layers, tmp_path / "run.csv"))
    assert np.array_equal(numbers(table, np.float32), hidden.numpy().reshape(-1), equal_nan=True)


def test_what_is_held_is_told(tmp_path: Path) -> None:
    layers = trace(CELLS["lstm"].module(I, H), torch.randn(T, I), clamp=Clamp("forget", 0.5, units=1, steps=range(2)))
    data = json.loads(export(layers, tmp_path / "run.json").read_text("utf-8"))
    assert data["layers"][0]["held"] == [{"signal": "forget", "value": 0.5, "units": [1], "steps": [0, 1]}]


def test_the_same_trace_is_the_same_bytes(tmp_path: Path) -> None:
    layers = traced("lstm")
    for ending, make in FORMATS.items():
        first, second = (export(layers, tmp_path / f"{name}{ending}").read_bytes() for name in "ab")
        assert first == second, make


@pytest.mark.parametrize("name", ["run", "run.xlsx", "run.html", ".npz"])
def test_another_ending_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.npz, \.csv, \.json"):
        export(traced("rnn"), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="numbers of steps: 3 and 7"):
        export(traced("rnn"), tmp_path / "run.csv", "abc")
    with pytest.raises(InputError, match="no layer"):
        export([], tmp_path / "run.csv")
