"""The variables of a Keras model in an HDF5 file, told apart by the two ways in which Keras lays them out.

Keras 3 stores `layers/lstm/cell/vars/0`, by class and number; Keras 2 `lstm/lstm/lstm_cell/kernel:0`, by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cells.checkpoints.hdf5 import Store
from cells.checkpoints.keras_config import LayerConfig, ModelConfig, cell_configs, numbered

CONTAINERS = ("layers", "_layer_checkpoint_dependencies")
DIRECTIONS = {"forward_layer": 0, "backward_layer": 1}
RECURRENT = re.compile(r"(.*_)?(lstm|gru|rnn)(\d?d)?(_\d+)?(_cell(_\d+)?)?|.*(lstm|gru|rnn).*_cell.*")
CELL = re.compile(r".*_cell(_\d+)?|stacked_rnn_cells(_\d+)?")
SIDE = re.compile(r"(forward|backward)_.+")


@dataclass(frozen=True)
class Variables:
    """The variables of one cell, embedding or dense layer: paths by what they are (kernel, bias, ...).

    name: its layer's; key: where Keras 3 keeps that layer. stack_index: which cell of a stack. direction: 1 for the
    backward one. role: "cell", "embedding" or "dense".
    """

    role: str
    name: str
    key: tuple[str, ...]
    paths: dict[str, str]
    direction: int = 0
    stack_index: int = 0
    config: LayerConfig | None = None


def variables_of(store: Store, config: ModelConfig) -> list[Variables]:
    """Return the variables of every layer, in the order of the model where it is known."""
    found = [*stored_by_class(store, config), *stored_by_name(store, config)]
    order = {layer: number for number, layer in enumerate(layer.key for layer in config.layers)}
    return sorted(found, key=lambda stored: order.get(stored.config.key, -1) if stored.config else -1)


def stored_by_class(store: Store, config: ModelConfig) -> Iterator[Variables]:
    """Yield the variables that Keras 3 has written: every group `vars`."""
    for path in store.groups:
        group, _, last = path.rpartition("/")
        if last != "vars":
            continue
        inside = {name: f"{path}/{name}" for name in store.groups[path] if f"{path}/{name}" in store.datasets}
        values = [inside[name] for name in sorted(inside, key=natural)]
        parts = tuple(part for part in group.split("/") if part not in CONTAINERS)
        if values and parts:
            yield from of_class(store, config, parts, values, group)


def of_class(
    store: Store, config: ModelConfig, parts: tuple[str, ...], values: Sequence[str], group: str
) -> Iterator[Variables]:
    """Yield the variables in one group, if it is a kind that is looked for."""
    shapes = [store.datasets[path].shape for path in values]
    cell_at = next((at for at, part in enumerate(parts) if part == "cell"), None)
    key = parts[:cell_at] if cell_at is not None else parts
    side = next((part for part in key if part in DIRECTIONS), "forward_layer")
    key = tuple(part for part in key if part not in DIRECTIONS and part != "layer")
    layer_config = config.find(key, "")
    name = layer_config.name if layer_config else written_name(store, group, key)
    matrices = len(shapes) >= 2 and len(shapes[0]) >= 2 and len(shapes[1]) == len(shapes[0])
    if matrices and (cell_at is not None or any(RECURRENT.fullmatch(part) for part in parts)):
        paths = dict(zip(("kernel", "recurrent_kernel", "bias"), values, strict=False))
        yield Variables("cell", name, key, paths, DIRECTIONS[side], stack_index_of(parts, layer_config), layer_config)
    elif len(shapes[0]) == 2 and (
        layer_config.kind == "Embedding" if layer_config else parts[-1].startswith("embedding")
    ):
        yield Variables("embedding", name, key, {"embeddings": values[0]}, config=layer_config)
    elif len(shapes[0]) == 2 and (
        layer_config.kind in {"Dense", "TimeDistributed"} if layer_config else is_dense(parts)
    ):
        yield Variables("dense", name, key, dict(zip(("kernel", "bias"), values, strict=False)), config=layer_config)


def is_dense(parts: Sequence[str]) -> bool:
    """Tell whether a group belongs to a dense layer, by its class or that of the layer that it is inside."""
    return parts[-1].startswith("dense") or (parts[-1] == "layer" and parts[-2].startswith("time_distributed"))


def written_name(store: Store, group: str, key: Sequence[str]) -> str:
    """Return a layer's name as newer versions write it beside its variables, else where it is stored."""
    for at in range(len(parts := group.split("/")), 0, -1):
        if parts[at - 1] == key[-1] and (beside := f"{'/'.join(parts[:at])}/vars") in store.groups:
            return store.text(beside, "name") or "/".join(key)
    return "/".join(key)


def stack_index_of(parts: Sequence[str], layer: LayerConfig | None) -> int:
    """Return the index of a cell in its stack: by the model, else by the number, "lstm_cell" 0, "lstm_cell_1" 1."""
    if "cells" not in parts:
        return 0
    cells = cell_configs(layer.wrapped(0)) if layer else []
    names = numbered(str(cell.get("class_name")) for cell in cells)
    if parts[-1] in names:
        return names.index(parts[-1])
    match = re.search(r"_(\d{1,4})$", parts[-1])
    return int(match[1]) if match else 0


def stored_by_name(store: Store, config: ModelConfig) -> Iterator[Variables]:
    """Yield the variables of Keras 2 and of Keras 3's legacy format: every group that lists its weights."""
    for path, group in store.groups.items():
        if "weight_names" not in group.attrs and "weight_names0" not in group.attrs:
            continue
        owners: dict[str, dict[str, str]] = {}
        for weight in store.texts(path, "weight_names"):
            inner = f"{path}/{weight}".strip("/")
            owner, _, leaf = weight.rpartition("/")
            if inner in store.datasets:
                owners.setdefault(owner, {})[leaf.partition(":")[0]] = inner
        for stack_index, (owner, paths) in enumerate(owners.items()):
            yield from of_name(config, path.rpartition("/")[2], owner, paths, stack_index)


def of_name(
    config: ModelConfig, layer: str, owner: str, paths: dict[str, str], stack_index: int
) -> Iterator[Variables]:
    """Yield the variables with one owner, if it is a kind that is looked for."""
    parts = [part for part in owner.split("/") if part]
    backward = any(part.startswith("backward_") for part in parts)
    while parts and (CELL.fullmatch(parts[-1]) or (SIDE.fullmatch(parts[-1]) and len(parts) > 1)):
        parts.pop()
    names = [name for name in reversed([layer, *parts]) if config.find((), name)]
    name = names[0] if names else (parts or [layer])[-1]
    layer_config = config.find((), name)
    key = layer_config.key if layer_config else (layer, name)
    if {"kernel", "recurrent_kernel"} <= set(paths):
        yield Variables("cell", name, key, paths, int(backward), stack_index, layer_config)
    elif "embeddings" in paths:
        yield Variables("embedding", name, key, paths, config=layer_config)
    elif "kernel" in paths and (layer_config is None or layer_config.kind in {"Dense", "TimeDistributed"}):
        yield Variables("dense", name, key, paths, config=layer_config)


def natural(name: str) -> tuple[int, str]:
    """Return a sort key by which 10 comes after 9."""
    return (int(name), "") if name.isdecimal() and len(name) < 9 else (1 << 30, name)
