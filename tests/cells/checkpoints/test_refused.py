"""Checkpoints that cannot be read: each gets a message, nothing is run, no other file is opened."""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from cells import InputError, load_checkpoint
from cells.checkpoints import limits
from cells.checkpoints.pytorch import SWITCH
from tests.cells.checkpoints.agree import H, I
from tests.cells.checkpoints.saved import SIDE, as_old_pt, as_pt, as_safetensors, in_torch, lstm, zipped
from tests.checking.sampling import few

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")


FORMATS = ("pt", "old-pt", "safetensors", "as_keras", "as_weights", "as_keras_2", "onnx")


@pytest.mark.parametrize("kind", FORMATS)
def test_every_good_file_opens(kind: str, whole: dict[str, bytes]) -> None:
    (module,) = load_checkpoint(whole[kind]).values()
    assert module.get_parameter("weight_hh_l0").shape == (4 * SIDE, SIDE)


@pytest.mark.each_pair
@pytest.mark.parametrize("share", few([0.001, 0.02, 0.3, 0.6, 0.9, 0.999], 0.02, 0.999))
@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_that_is_cut_off(kind: str, share: float, whole: dict[str, bytes]) -> None:
    with pytest.raises(InputError):
        load_checkpoint(whole[kind][: max(int(len(whole[kind]) * share), 1)])


@pytest.mark.each_value
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_with_other_bytes_in_it(kind: str, seed: int, whole: dict[str, bytes]) -> None:
    """It may open, for a number may have changed; it does not fail otherwise."""
    random = np.random.default_rng(seed)
    data = bytearray(whole[kind])
    head = min(len(data), 4000)
    for at in random.integers(0, head if seed % 2 else len(data), 8):
        data[at] = random.integers(256)
    try:
        checkpoint = load_checkpoint(bytes(data))
    except InputError:
        return
    assert len(checkpoint) >= 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"hello, world, I am a text",
        bytes(100),
        b"PK\x03\x04",
        b"\x89HDF\r\n\x1a\n",
        b"\x80\x04",
        b"\x08\x07",
    ],
)
def test_no_checkpoint(data: bytes) -> None:
    with pytest.raises(InputError):
        load_checkpoint(data)


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".h5", ".onnx", ".safetensors", ".keras", ".bin"])
def test_content_decides_and_not_the_name(suffix: str, whole: dict[str, bytes], tmp_path: Path) -> None:
    for kind, data in whole.items():
        path = tmp_path / f"{kind}{suffix}"
        path.write_bytes(data)
        assert len(load_checkpoint(path)) == 1
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(InputError):
        load_checkpoint(path)


class Writes:
    """Unpickled, it would write a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return (Path.write_text, (self.path, "run"))


@pytest.mark.each_value
@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("inside", [False, True])
def test_a_pickle_with_code_is_not_run(protocol: int, inside: bool, tmp_path: Path) -> None:
    target = tmp_path / "written"
    trap = {"lstm": {**lstm(), "trap": Writes(target)}}
    data = in_torch(trap) if inside else pickle.dumps(trap, protocol=protocol)
    path = tmp_path / "model.pt"
    path.write_bytes(data)
    for file in (data, path):
        with pytest.raises(InputError):
            load_checkpoint(file)
    assert not target.exists()
    pickle.loads(pickle.dumps(Writes(target), protocol=protocol))
    assert target.exists()  # the trap would have worked


def test_a_pickle_with_code_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"wants to run Python code.*torch.save\(model.state_dict\(\)"):
        load_checkpoint(in_torch(Writes(tmp_path / "written")))


def test_a_whole_module_is_not_unpickled() -> None:
    with pytest.raises(InputError, match="wants to run Python code"):
        load_checkpoint(in_torch(nn.LSTM(I, H)))


def test_pickles_can_be_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "0")
    for data in (as_pt(lstm()), as_old_pt(lstm())):
        with pytest.raises(InputError, match="turned off on this server"):
            load_checkpoint(data)
    assert len(load_checkpoint(as_safetensors(lstm()))) == 1
    monkeypatch.setenv(SWITCH, "1")
    assert len(load_checkpoint(as_pt(lstm()))) == 1


def test_a_program_of_torchscript_is_not_run() -> None:
    entries = {"model/constants.pkl": b"", "model/data.pkl": b"", "model/code/__torch__.py": b"raise SystemExit"}
    with pytest.raises(InputError, match="TorchScript program"):
        load_checkpoint(zipped(entries))


@pytest.mark.parametrize("name", ["model.weights.h5", "archive/data.pkl"])
def test_an_archive_that_unpacks_to_far_more(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cells.checkpoints.formats.MAX_CHECKPOINT_BYTES", 1 << 20)
    data = zipped({name: bytes(1 << 21)})
    assert len(data) < 1 << 14
    with pytest.raises(InputError, match="unpacks to more than"):
        load_checkpoint(data)


def test_another_archive() -> None:
    with pytest.raises(InputError, match="an archive, but holds neither"):
        load_checkpoint(zipped({"readme.txt": b"hello"}))


def test_a_tensor_that_says_it_is_far_more_than_it_has() -> None:
    one = torch.zeros(1)
    weights = {"weight_ih_l0": one.expand(4_000_000, 40), "weight_hh_l0": one.expand(4_000_000, 1_000_000)}
    with pytest.raises(InputError, match="unpacks to more than"):
        load_checkpoint(as_pt(weights))


def test_a_file_past_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.safetensors"
    with path.open("wb") as file:
        file.truncate(limits.MAX_CHECKPOINT_BYTES + 1)  # a hole: it takes no room
    with pytest.raises(InputError, match=r"has 512\.0 MB; at most 512 MB fit"):
        load_checkpoint(path)


@pytest.mark.parametrize("header", [b"{", b"{}", b'{"a": 1}', b"{" * 5000])
def test_a_safetensors_header_that_is_none(header: bytes) -> None:
    with pytest.raises(InputError):
        load_checkpoint(struct.pack("<Q", len(header)) + header)


@pytest.mark.parametrize("offsets", [[0, 10**12], [0, 8], [10**12, 10**12 + 64], [-64, 0]])
def test_a_safetensors_header_that_lies(offsets: list[int], tmp_path: Path) -> None:
    header = json.dumps({"weight_ih_l0": {"dtype": "F32", "shape": [4, 4], "data_offsets": offsets}}).encode()
    path = tmp_path / "model"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(64))
    for file in (path, path.read_bytes()):
        with pytest.raises(InputError, match="safetensors file is damaged"):
            load_checkpoint(file)
    path.write_bytes(struct.pack("<Q", 10**15) + header + bytes(64))
    with pytest.raises(InputError):
        load_checkpoint(path)
