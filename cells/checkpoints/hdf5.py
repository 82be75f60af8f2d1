"""HDF5 files, opened with care: every link and size is looked at before a number is read, and no other file opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import h5py
import numpy as np
import torch
from torch import Tensor

from cells.checkpoints.heaps import are_whole
from cells.checkpoints.limits import MAX_CONFIG_BYTES, MAX_DEPTH, MAX_ENTRIES
from cells.checkpoints.numbers import Budget
from cells.checkpoints.refusals import absent, elsewhere, no_floats, too_many
from cells.core.messages import N_, InputError

DAMAGE = (OSError, ValueError, RuntimeError, LookupError, TypeError, AttributeError, MemoryError, ArithmeticError)


def damaged_hdf5() -> InputError:
    """Return the error for a file that the library stumbles over."""
    return InputError(N_("The HDF5 file is damaged or cut off."))


@dataclass
class Store:
    """An open HDF5 file: every group and dataset by its path, in the order of their names."""

    groups: dict[str, h5py.Group] = field(default_factory=dict)
    datasets: dict[str, h5py.Dataset] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def tensor(self, path: str) -> Tensor:
        """Return the numbers of a dataset in its own type. Raises InputError for those that are not in this file."""
        dataset = self.datasets[path]
        check_dataset(path, dataset)
        self.budget.take(dataset.nbytes)
        return as_tensor(path, dataset[...])

    def text(self, group: str, attribute: str) -> str:
        """Return a text attribute, "" where there is none."""
        value = self.groups[group].attrs.get(attribute, "")
        text = value.decode("utf-8") if isinstance(value, bytes) else value
        if not isinstance(text, str) or len(text) > MAX_CONFIG_BYTES:
            raise damaged_hdf5()
        return text

    def texts(self, group: str, attribute: str) -> list[str]:
        """Return an attribute that lists texts, in pieces where it is long, as Keras writes it."""
        attributes = self.groups[group].attrs
        names = [attribute] if attribute in attributes else []
        while f"{attribute}{len(names)}" in attributes:
            names.append(f"{attribute}{len(names)}")
        texts = [text for name in names for text in np.ravel(attributes[name]).tolist()]
        return [text.decode("utf-8") if isinstance(text, bytes) else str(text) for text in texts]


@contextmanager
def open_store(file: Path | BinaryIO) -> Iterator[Store]:
    """Yield the file while it is open. Raises InputError for a damaged one, and for one that points to others."""
    with file.open("rb") if isinstance(file, Path) else nullcontext(file) as raw:
        if not are_whole(raw):
            raise damaged_hdf5()
    try:
        with h5py.File(file, "r") as handle:
            store = Store(groups={"": handle})
            collect_items(handle, "", store, depth=0)
            yield store
    except InputError:
        raise
    except DAMAGE as error:
        raise damaged_hdf5() from error


def collect_items(group: h5py.Group, path: str, store: Store, depth: int) -> None:
    """Collect everything below a group that lies in this file."""
    if depth > MAX_DEPTH:
        raise damaged_hdf5()
    for name in group:
        inner = f"{path}/{name}" if path else name
        link = group.get(name, getlink=True)
        if isinstance(link, h5py.ExternalLink):
            raise elsewhere(inner)
        if not isinstance(link, h5py.HardLink):
            continue
        if len(store.groups) + len(store.datasets) >= MAX_ENTRIES:
            raise too_many(MAX_ENTRIES)
        item = group[name]
        if isinstance(item, h5py.Group):
            store.groups[inner] = item
            collect_items(item, inner, store, depth + 1)
        elif isinstance(item, h5py.Dataset):
            store.datasets[inner] = item


def check_dataset(path: str, dataset: h5py.Dataset) -> None:
    """Raise InputError unless the numbers that a dataset declares are stored in this file."""
    if dataset.external or dataset.is_virtual:
        raise elsewhere(path)
    if dataset.size and not dataset.id.get_storage_size():
        raise absent(path, dataset.shape)


def as_tensor(path: str, array: np.ndarray[Any, Any]) -> Tensor:
    """Convert numbers of any float or whole type; Keras stores bfloat16 as two bytes without a type."""
    if array.dtype == np.dtype("V2"):
        return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8 or (array.dtype.kind == "u" and array.itemsize > 1):
        raise no_floats(path, array.dtype)
    return torch.from_numpy(np.ascontiguousarray(array.astype(array.dtype.newbyteorder("="), copy=False)))
