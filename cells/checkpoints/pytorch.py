"""PyTorch's own files, opened as weights only: what would run code is refused and never run."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping
from pickle import UnpicklingError

import torch
from torch import Tensor

from cells.checkpoints.contents import Contents
from cells.checkpoints.limits import MAX_CHECKPOINT_BYTES, MAX_DEPTH
from cells.checkpoints.numbers import Budget
from cells.checkpoints.state_dict import contents_of_tensors
from cells.core.messages import N_, InputError
from cells.reading.source import Source

SWITCH = "GATESCOPE_PICKLES"  # "0" turns PyTorch's files off
WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "module", "weights")  # what training scripts save around


def read_pytorch(source: Source) -> Contents:
    """Read the layers of a state_dict, alone or inside what a training script saved."""
    if os.environ.get(SWITCH) == "0":
        raise InputError(
            N_("PyTorch files are turned off on this server, as they are pickles. Save the weights as safetensors.")
        )
    tensors = dict(tensors_in(loaded(source)))
    check_memory(tensors)
    return contents_of_tensors(tensors, "PyTorch")


def loaded(source: Source) -> object:
    """Load a file by PyTorch's unpickler, which knows tensors and plain containers only."""
    with source.opened() as file, warnings.catch_warnings():  # opened here: of a path torch.load looks at the name
        warnings.simplefilter("ignore")
        try:
            return torch.load(file, map_location="cpu", weights_only=True)
        except UnpicklingError as error:
            raise InputError(
                N_(
                    "The file wants to run Python code, or is damaged: it was not run. Save the weights alone, with "
                    "torch.save(model.state_dict(), …), or as safetensors."
                )
            ) from error
        except Exception as error:  # whatever a damaged file makes the unpickler stumble over
            raise InputError(N_("The PyTorch file is damaged, cut off, or no state_dict.")) from error


def tensors_in(value: object, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Tensor]]:
    """Yield every tensor in nested mappings by its dotted name, without what scripts wrap around the weights."""
    if isinstance(value, Tensor):
        yield prefix or "weight", value
    elif isinstance(value, Mapping) and depth < MAX_DEPTH:
        wrapper = next((key for key in WRAPPERS if not depth and isinstance(value.get(key), Mapping)), None)
        if wrapper is not None:
            yield from tensors_in(value[wrapper], prefix, depth + 1)
            return
        for key, inner in value.items():
            if isinstance(key, str):
                yield from tensors_in(inner, f"{prefix}.{key}" if prefix else key, depth + 1)


def check_memory(tensors: Mapping[str, Tensor]) -> None:
    """Raise InputError for tensors that would take far more memory than they have in the file, as expanded ones do."""
    budget = Budget()
    pieces_of_memory = {
        (values.data_ptr(), values.numel(), values.element_size()) for values in tensors.values() if plain(values)
    }
    for _, count, width in pieces_of_memory:
        budget.take(min(count * width, MAX_CHECKPOINT_BYTES + 1))


def plain(values: Tensor) -> bool:
    """Tell whether a tensor lies in memory in one piece."""
    return values.layout == torch.strided and values.device.type == "cpu"
