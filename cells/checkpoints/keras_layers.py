"""Keras's recurrent layers in PyTorch's arrangement.

Keras's matrices stand behind what they multiply, (I, K H) and (H, K H). Its LSTM has the gates i, f, c, o as PyTorch,
its GRU z, r, h; z keeps the past in both. A GRU whose reset acts after the product has biases (2, 3H), one before (3H).

Axes: I input features, H hidden units, K gates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from cells.checkpoints.assemble import sizes_of, stackable
from cells.checkpoints.found import Contents, Found, Strand
from cells.checkpoints.hdf5 import Store
from cells.checkpoints.keras_config import LayerConfig, ModelConfig, Settings, cell_configs, function_name
from cells.checkpoints.keras_tables import Tables
from cells.checkpoints.keras_variables import Variables, variables_of
from cells.checkpoints.refusals import custom, unsupported
from cells.core.messages import N_, InputError

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
    refused = [named for layer in config.layers if (named := refusal_of(layer))]
    for cells in layers.values():
        if cells[0].config and refusal_of(cells[0].config):
            continue
        try:
            found += [tables.beside(layer, cells[0].config) for layer in layers_of(store, cells)]
        except InputError as problem:
            refused.append(problem)
    names = dict.fromkeys(one.name for one in variables)
    return Contents(kind, tuple(found), tuple(refused), tuple(names) or tuple(store.datasets))


def refusal_of(layer: LayerConfig) -> InputError | None:
    """What is said of a recurrent layer that no cell computes."""
    kind = layer.kind
    if kind.startswith("ConvLSTM"):
        return custom(layer.name, convolutional=True)
    cells = cell_configs(layer.wrapped(0))
    odd = next((str(cell.get("class_name")) for cell in cells if str(cell.get("class_name")) not in OWN_CELLS), None)
    if odd is not None:
        return custom(layer.name)
    if kind.startswith("CuDNN") or (layer.custom and any(word in kind for word in ("LSTM", "GRU", "RNN"))):
        return custom(layer.name)
    return None


def settings_of(one: Variables, place: int) -> Settings | None:
    """The settings of one cell, `place` its number in a stack; None where the file does not have them."""
    if one.config is None:
        return None
    settings = one.config.wrapped(one.direction)
    cells = cell_configs(settings)
    if not cells:
        return settings
    inner = cells[min(place, len(cells) - 1)].get("config", {})
    return inner if isinstance(inner, dict) else {}


def layers_of(store: Store, cells: Sequence[Variables]) -> Iterator[Found]:
    """One layer, both directions and every cell of a stack together where PyTorch can, else one for each."""
    directions = [[one for one in cells if one.direction == side] for side in sorted({one.direction for one in cells})]
    ordered = [sorted(one_way, key=lambda one: one.place) for one_way in directions]
    read = [(one, *cell_of(store, one, place)) for one_way in ordered for place, one in enumerate(one_way)]
    first, _, kinds, sure, notes = read[0]
    rows = [[entry[1]] for entry in read]
    if len(directions) == 2:
        rows = [[read[0][1], read[1][1]]] if len(read) == 2 else []
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


def cell_of(store: Store, one: Variables, place: int) -> tuple[Strand, tuple[str, ...], bool, list[InputError]]:
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
    settings = settings_of(one, place)
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
