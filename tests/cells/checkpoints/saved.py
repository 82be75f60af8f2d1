"""Files as the formats' own libraries write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import safetensors.torch
import torch
from torch import Tensor, nn

from tests.cells.checkpoints.agree import H, I
from tests.cells.checkpoints.onnx_models import model_of, node_of, weights_of

SIDE = 64  # units, so that most of a file is numbers


def as_pt(weights: Mapping[str, Tensor]) -> bytes:
    file = io.BytesIO()
    torch.save(dict(weights), file)
    return file.getvalue()


def as_old_pt(weights: Mapping[str, Tensor]) -> bytes:
    file = io.BytesIO()
    torch.save(dict(weights), file, _use_new_zipfile_serialization=False)
    return file.getvalue()


def as_safetensors(weights: Mapping[str, Tensor]) -> bytes:
    return safetensors.torch.save({name: values.contiguous() for name, values in weights.items()})


def lstm() -> dict[str, Tensor]:
    return dict(nn.LSTM(I, SIDE).state_dict())


def onnx_file() -> bytes:
    weights = weights_of("LSTM", 1, units=SIDE)
    data: bytes = model_of([node_of("LSTM", weights, hidden_size=SIDE)], weights).SerializeToString()
    return data


def in_torch(value: object) -> bytes:
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def zipped(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


class Tagger(nn.Module):
    """Embedding, recurrent layer, readout, as most people build it."""

    def __init__(self, rnn: nn.Module, width: int = H) -> None:
        super().__init__()
        self.embedding = nn.Embedding(11, I)
        self.rnn = rnn
        self.fc = nn.Linear(width, 3)
