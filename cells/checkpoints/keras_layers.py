"""Keras's recurrent layers in PyTorch's arrangement.

Keras's matrices stand behind what they multiply, (I, K H) and (H, K H). Its LSTM has the gates i, f, c, o as PyTorch,
its GRU z, r, h; z keeps the past in both. A GRU whose reset acts after the product has biases (2, 3H), one before (3H).

Axes: I input features, H hidden units, K gates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor

from cells.checkpoints.assemble import sizes_of, stackable
from cells.checkpoints.found import Contents, Found, Strand, Table
from cells.checkpoints.hdf5 import Store
from cells.checkpoints.keras_config import LayerConfig, ModelConfig, Settings, function_name
from cells.checkpoints.keras_variables import Variables, variables_of
from cells.checkpoints.refusals import custom, unsupported
from cells.messages import N_, InputError

OWN = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional")
OWN_CELLS = ("LSTMCell", "GRUCell", "SimpleRNNCell")
ORDERS = {1: (0,), 3: (1, 0, 2), 4: (0, 1, 2, 3)}  # Keras's blocks in PyTorch's order
CELLS_OF = {1: ("rnn", "rnn-relu"), 3: ("gru", "gru-reset-before"), 4: ("lstm",)}
WIDTH = 2  # of a bias with a row for the input and a row for the past


def contents_of(store: Store, config: ModelConfig, kind: str) -> Contents:
    """The layers of an open file."""
    variables = variables_of(store, config)
    layers: dict[tuple[str, ...], list[Variables]] = {}
    for one in variables:
        if one.role == "cell":
            layers.setdefault((*one.key, one.name), []).append(one)
    tables = Tables(store, config, [one for one in variables if one.role != "cell"])
    found: list[Found] = []
    refused = [named for layer in config.layers if (named := unsupported(layer))]
    for cells in layers.values():
        if cells[0].config and unsupported(cells[0].config):
            continue
        try:
            found += [tables.beside(layer, cells[0].config) for layer in layers_of(store, cells)]
        except InputError as problem:
            refused.append(problem)
    names = dict.fromkeys(one.name for one in variables)
    return Contents(kind, tuple(found), tuple(refused), tuple(names) or tuple(store.datasets))


def unsupported(layer: LayerConfig) -> InputError | None:
    """What is said of a recurrent layer that no cell computes."""
    kind = layer.kind
    if kind.startswith("ConvLSTM"):
        return custom(layer.name, convolutional=True)
    cells = cell_configs(layer)
    odd = next((str(cell.get("class_name")) for cell in cells if str(cell.get("class_name")) not in OWN_CELLS), None)
    if kind == "RNN" and odd is not None:
        return custom(layer.name)
    if kind.startswith("CuDNN") or (layer.custom and any(word in kind for word in ("LSTM", "GRU", "RNN"))):
        return custom(layer.name)
    return None


def cell_configs(layer: LayerConfig) -> list[Settings]:
    """The descriptions of the cells of an `RNN` layer."""
    cell = layer.settings.get("cell") if layer.kind == "RNN" else None
    if not isinstance(cell, dict):
        return []
    if cell.get("class_name") == "StackedRNNCells":
        return [one for one in cell.get("config", {}).get("cells", []) if isinstance(one, dict)]
    return [cell]


def settings_of(one: Variables) -> Settings | None:
    """The settings of one cell, None where the file does not have them."""
    layer = one.config
    if layer is None:
        return None
    settings: Any = layer.settings
    if layer.kind == "Bidirectional":
        wrapped = settings.get("backward_layer" if one.direction else "layer") or settings.get("layer")
        settings = wrapped.get("config", {}) if isinstance(wrapped, dict) else {}
    if "cell" in settings:
        cells = cell_configs(replace(layer, kind="RNN", settings=settings))
        settings = cells[min(one.place, len(cells) - 1)].get("config", {}) if cells else {}
    return settings if isinstance(settings, dict) else {}


def layers_of(store: Store, cells: Sequence[Variables]) -> Iterator[Found]:
    """One layer, both directions and every cell of a stack together where PyTorch can, else one for each."""
    ordered = sorted(cells, key=lambda one: (one.direction, one.place))
    read = [(one, *cell_of(store, one)) for one in ordered]
    directions = sorted({one.direction for one in ordered})
    per_direction = len(ordered) // len(directions)
    first, _, kinds, sure, notes = read[0]
    if len(directions) == 2:
        rows = [[read[at][1] for at in (0, per_direction)]] if len(read) == 2 else []
    else:
        rows = [[entry[1]] for entry in read]
    alike = all(entry[2] == kinds and entry[3] == sure for entry in read)
    sizes = [[sizes_of(first.name, one) for one in row] for row in rows]
    if rows and alike and stackable(rows, sizes):
        more = [*notes, *merging(first)]
        yield Found(first.name, rows, kinds, sure, backwards=turned(first), notes=tuple(more))
        return
    for number, (one, alone, own_kinds, own_sure, own_notes) in enumerate(read):
        name = f"{one.name}.{number}" if len(read) > 1 else one.name
        back = turned(one) or bool(one.direction)
        yield Found(name, [[alone]], own_kinds, own_sure, backwards=back, notes=tuple(own_notes))


def turned(one: Variables) -> bool:
    """Whether a layer as a whole reads from the end."""
    return one.config is not None and one.config.settings.get("go_backwards") is True


def merging(one: Variables) -> list[InputError]:
    """Says that two directions are not joined in the file as PyTorch joins them."""
    mode = (
        one.config.settings.get("merge_mode", "concat")
        if one.config and one.config.kind == "Bidirectional"
        else "concat"
    )
    if mode == "concat":
        return []
    return [
        InputError(
            N_("The file merges both directions by “{mode}”; the module here gives them side by side."), mode=str(mode)
        )
    ]


def cell_of(store: Store, one: Variables) -> tuple[Strand, tuple[str, ...], bool, list[InputError]]:
    """A cell's weights, the cells of CELLS that it can be, whether the file says which, and what to say of it."""
    kernel, recurrent = store.tensor(one.paths["kernel"]), store.tensor(one.paths["recurrent_kernel"])
    bias = store.tensor(one.paths["bias"]) if "bias" in one.paths else None
    if kernel.dim() > 2:
        raise custom(one.name, convolutional=True)
    gates = recurrent.shape[1] // recurrent.shape[0] if recurrent.dim() == 2 and len(recurrent) else 0
    if gates not in ORDERS or kernel.dim() != 2 or recurrent.shape[1] != gates * recurrent.shape[0]:
        raise custom(one.name)
    order = ORDERS[gates]
    two = bias is not None and bias.dim() == 2 and len(bias) == WIDTH
    b_ih, b_hh = (bias[0], bias[1]) if bias is not None and two else (bias, None)
    strand = Strand(
        blocks(kernel.T, order),
        blocks(recurrent.T, order),
        None if b_ih is None else blocks(b_ih, order),
        None if b_hh is None else blocks(b_hh, order),
    )
    settings = settings_of(one)
    kinds, sure = kinds_of(one.name, gates, settings)
    if gates == 3 and bias is not None:
        kinds, sure = ("gru" if two else "gru-reset-before",), True
    notes = []
    if settings is None and gates > 1:
        notes.append(InputError(N_("The file has no settings: the activations are taken to be tanh and sigmoid.")))
    return strand, kinds, sure, notes


def blocks(values: Tensor, order: Sequence[int]) -> Tensor:
    """Its rows, in blocks of gates, in another order; a bias's numbers are its rows."""
    if list(order) == sorted(order):
        return values.contiguous()
    parts = values.chunk(len(order))
    return torch.cat([parts[at] for at in order]) if len(parts) == len(order) else values


def kinds_of(name: str, gates: int, settings: Settings | None) -> tuple[tuple[str, ...], bool]:
    """The cells that a layer with so many gates can be, by its settings; and whether these say which."""
    kinds = CELLS_OF[gates]
    if settings is None:
        return kinds, len(kinds) == 1
    inner = function_name(settings.get("activation", "tanh"))
    gate = function_name(settings.get("recurrent_activation", "sigmoid"))
    if gates == 1 and inner in {"tanh", "relu"}:
        return ("rnn" if inner == "tanh" else "rnn-relu",), True
    if gates == 1 or (inner, gate) != ("tanh", "sigmoid"):
        raise unsupported(name, "activation", inner if gates == 1 else f"{inner}, {gate}")
    if gates == 3:
        return ("gru-reset-before" if settings.get("reset_after") is False else "gru",), True
    return kinds, True


class Tables:
    """The embeddings and dense layers of a file, each read once, and only if it may stand beside a recurrent layer."""

    def __init__(self, store: Store, config: ModelConfig, variables: Sequence[Variables]) -> None:
        self._store, self._config = store, config
        self._tables = [(one, table) for one in variables if (table := self._table(one))]
        self._read: dict[str, Table] = {}

    def _table(self, one: Variables) -> Table | None:
        kind: Literal["embedding", "readout"] = "embedding" if one.role == "embedding" else "readout"
        weight = one.paths["embeddings" if kind == "embedding" else "kernel"]
        shape, bias = self._store.datasets[weight].shape, one.paths.get("bias")
        if len(shape) != 2 or 0 in shape:
            return None
        rows, columns = shape if kind == "embedding" else shape[::-1]
        if bias is not None and self._store.datasets[bias].shape != (rows,):
            return None
        activation = ""
        if kind == "readout" and one.config is not None:
            inner = one.config.settings.get("layer")
            settings = inner.get("config", {}) if isinstance(inner, dict) else one.config.settings
            activation = function_name(settings.get("activation"))
        read = partial(self._numbers, weight, bias, turned=kind == "readout")
        return Table(one.name, (rows, columns), read, kind, bias is not None, activation)

    def _numbers(self, weight: str, bias: str | None, *, turned: bool) -> tuple[Tensor, Tensor | None]:
        values = self._store.tensor(weight)
        return (values.T.contiguous() if turned else values), None if bias is None else self._store.tensor(bias)

    def beside(self, layer: Found, config: LayerConfig | None) -> Found:
        """The layer with the tables that may stand beside it: those that do, where the file says which."""
        tables = [table for _, table in self._tables]
        if config is not None:
            around = {"embedding": self._config.in_front(config), "dense": self._config.behind(config)}
            tables = [table for one, table in self._tables if one.config in around[one.role]]
        strand = layer.strands[0][0]
        widths = {strand.w_ih.shape[1], strand.w_hh.shape[1] * len(layer.strands[0])}
        fitting = tuple(self._now(table) for table in tables if table.shape[1] in widths)
        return replace(layer, tables=fitting, placed=config is not None)

    def _now(self, table: Table) -> Table:
        """The table with its numbers read, while the file is open."""
        if table.name not in self._read:
            self._read[table.name] = replace(table, read=partial(pair, table.read()))
        return self._read[table.name]


def pair(values: tuple[Tensor, Tensor | None]) -> tuple[Tensor, Tensor | None]:
    """The same."""
    return values
