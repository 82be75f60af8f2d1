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
from cells.checkpoints.contents import Contents, FoundLayer, Strand
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


def contents_of_store(store: Store, config: ModelConfig, kind: str) -> Contents:
    """Read the layers of an open file, with what its model says of them."""
    variables = variables_of(store, config)
    layers: dict[tuple[str, ...], list[Variables]] = {}
    for stored in variables:
        if stored.role == "cell":
            layers.setdefault((*stored.key, stored.name), []).append(stored)
    tables = Tables(store, config, [stored for stored in variables if stored.role != "cell"])
    found_layers: list[FoundLayer] = []
    refused = [named for layer in config.layers if (named := refusal_of(layer))]
    for cells in layers.values():
        if cells[0].config and refusal_of(cells[0].config):
            continue
        try:
            found_layers += [tables.with_neighbours(layer, cells[0].config) for layer in layers_of(store, cells)]
        except InputError as problem:
            refused.append(problem)
    names = dict.fromkeys(stored.name for stored in variables)
    return Contents(kind, tuple(found_layers), tuple(refused), tuple(names) or tuple(store.datasets))


def refusal_of(layer: LayerConfig) -> InputError | None:
    """Return the error for a recurrent layer that no cell computes, or None."""
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


def settings_of(stored: Variables, stack_index: int) -> Settings | None:
    """Return the settings of one cell of a stack; None where the file does not have them."""
    if stored.config is None:
        return None
    settings = stored.config.wrapped(stored.direction)
    cells = cell_configs(settings)
    if not cells:
        return settings
    inner = cells[min(stack_index, len(cells) - 1)].get("config", {})
    return inner if isinstance(inner, dict) else {}


def layers_of(store: Store, cells: Sequence[Variables]) -> Iterator[FoundLayer]:
    """Yield one layer, both directions and every cell of a stack together where PyTorch can, else one for each."""
    directions = [
        [stored for stored in cells if stored.direction == side]
        for side in sorted({stored.direction for stored in cells})
    ]
    ordered = [sorted(one_way, key=lambda stored: stored.stack_index) for one_way in directions]
    read = [
        (stored, *read_cell(store, stored, stack_index))
        for one_way in ordered
        for stack_index, stored in enumerate(one_way)
    ]
    first, _, keys, sure, notes = read[0]
    rows = [[entry[1]] for entry in read]
    if len(directions) == 2:
        rows = [[read[0][1], read[1][1]]] if len(read) == 2 else []
    alike = all(entry[2] == keys and entry[3] == sure for entry in read)
    sizes = [[sizes_of(first.name, stored) for stored in row] for row in rows]
    if rows and alike and stackable(rows, sizes):
        more = [*notes, *merge_notes(first)]
        yield FoundLayer(first.name, rows, keys, sure, backwards=reads_backward(first), notes=tuple(more))
        return
    for number, (stored, alone, own_keys, own_sure, own_notes) in enumerate(read):
        name = f"{stored.name}.{number}" if len(read) > 1 else stored.name
        back = reads_backward(stored) or bool(stored.direction)
        yield FoundLayer(name, [[alone]], own_keys, own_sure, backwards=back, notes=tuple(own_notes))


def reads_backward(stored: Variables) -> bool:
    """Tell whether a layer as a whole reads from the end."""
    return stored.config is not None and stored.config.settings.get("go_backwards") is True


def merge_notes(stored: Variables) -> list[InputError]:
    """Say that two directions are not joined in the file as PyTorch joins them, where that is so."""
    mode = (
        stored.config.settings.get("merge_mode", "concat")
        if stored.config and stored.config.kind == "Bidirectional"
        else "concat"
    )
    if mode == "concat":
        return []
    return [
        InputError(
            N_("The file merges both directions by “{mode}”; the module here gives them side by side."), mode=str(mode)
        )
    ]


def read_cell(
    store: Store, stored: Variables, stack_index: int
) -> tuple[Strand, tuple[str, ...], bool, list[InputError]]:
    """Read a cell's weights, the cells of CELLS that it can be, whether the file says which, and what to say of it."""
    kernel, recurrent = store.tensor(stored.paths["kernel"]), store.tensor(stored.paths["recurrent_kernel"])
    bias = store.tensor(stored.paths["bias"]) if "bias" in stored.paths else None
    if kernel.dim() > 2:
        raise custom(stored.name, convolutional=True)
    gates = recurrent.shape[1] // recurrent.shape[0] if recurrent.dim() == 2 and len(recurrent) else 0
    if gates not in ORDERS or kernel.dim() != 2 or recurrent.shape[1] != gates * recurrent.shape[0]:
        raise custom(stored.name)
    order = ORDERS[gates]
    two = bias is not None and bias.dim() == 2 and len(bias) == WIDTH
    b_ih, b_hh = (bias[0], bias[1]) if bias is not None and two else (bias, None)
    strand = Strand(
        blocks(kernel.T, order),
        blocks(recurrent.T, order),
        None if b_ih is None else blocks(b_ih, order),
        None if b_hh is None else blocks(b_hh, order),
    )
    settings = settings_of(stored, stack_index)
    keys, sure = cell_keys_of(stored.name, gates, settings)
    if gates == 3 and bias is not None:
        keys, sure = ("gru" if two else "gru-reset-before",), True
    notes = []
    if settings is None and gates > 1:
        notes.append(InputError(N_("The file has no settings: the activations are taken to be tanh and sigmoid.")))
    return strand, keys, sure, notes


def blocks(values: Tensor, order: Sequence[int]) -> Tensor:
    """Reorder rows by blocks of gates; a bias's numbers are its rows."""
    if list(order) == sorted(order):
        return values.contiguous()
    parts = values.chunk(len(order))
    return torch.cat([parts[at] for at in order]) if len(parts) == len(order) else values


def cell_keys_of(name: str, gates: int, settings: Settings | None) -> tuple[tuple[str, ...], bool]:
    """Return the cells that a layer with so many gates can be, by its settings; and whether these say which."""
    keys = CELLS_OF[gates]
    if settings is None:
        return keys, len(keys) == 1
    inner = function_name(settings.get("activation", "tanh"))
    gate = function_name(settings.get("recurrent_activation", "sigmoid"))
    if gates == 1 and inner in {"tanh", "relu"}:
        return ("rnn" if inner == "tanh" else "rnn-relu",), True
    if gates == 1 or (inner, gate) != ("tanh", "sigmoid"):
        raise unsupported(name, "activation", inner if gates == 1 else f"{inner}, {gate}")
    if gates == 3:
        return ("gru-reset-before" if settings.get("reset_after") is False else "gru",), True
    return keys, True
