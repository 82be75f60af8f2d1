"""Safetensors: names, shapes and numbers, nothing else."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

from safetensors import SafetensorError, safe_open
from safetensors.torch import load
from torch import Tensor

from cells.checkpoints.contents import Contents
from cells.checkpoints.state_dict import contents_of_tensors
from cells.checkpoints.trained import KIND, trained_contents
from cells.core.messages import N_, InputError
from cells.reading.source import Source
from cells.training.saved import FORMAT, LARGEST_HEADER, metadata_texts


def read_safetensors(source: Source) -> Contents:
    """Read the layers of a state_dict saved as safetensors, or the one of a trained cell, whose file says more."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tensors = tensors_of(source)
    except (SafetensorError, OSError, ValueError, RuntimeError, KeyError, AttributeError, TypeError) as error:
        raise InputError(
            N_("The safetensors file is damaged or cut off: its header and what follows differ.")
        ) from error
    metadata = metadata_of(source)
    return (
        trained_contents(metadata, tensors) if metadata.get("format") == FORMAT else contents_of_tensors(tensors, KIND)
    )


def metadata_of(source: Source) -> dict[str, str]:
    """Return the metadata; none where the header is larger than that of any trained cell."""
    try:
        return metadata_texts(source.head(8 + LARGEST_HEADER))
    except InputError:
        return {}


def tensors_of(source: Source) -> Mapping[str, Tensor]:
    """Return every tensor by its name; of a file on disk the numbers stay there until they are used."""
    if source.path is None:
        with source.opened() as file:
            return dict(sorted(load(file.read()).items()))
    with safe_open(source.path, framework="pt", device="cpu") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
