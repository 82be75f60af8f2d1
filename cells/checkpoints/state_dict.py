"""Recurrent layers in a state_dict, recognised by PyTorch's names and by shapes.

Axes: I input features, H hidden units, D directions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import partial

from torch import Tensor

from cells.checkpoints.assemble import Sizes, cells_for, sizes_of, stackable
from cells.checkpoints.contents import Contents, FoundLayer, Strand, Table, as_read
from cells.checkpoints.numbers import check_numbers, is_floating
from cells.checkpoints.refusals import custom
from cells.core.messages import N_, InputError, n_
from cells.core.readable import shortened

PARAMETER = re.compile(
    r"(?P<prefix>(?:.*[._])?)(?P<kind>weight_(?:ih|hh|hr|pi|pf|po|gates)|bias_(?:ih|hh))"
    r"(?:_l(?P<layer>\d{1,4})(?P<reverse>_reverse)?)?"
)
RECURRENT = re.compile(r"lstm|gru|rnn", re.IGNORECASE)
NAMELESS = {1: "rnn", 2: "mgu", 3: "gru", 4: "lstm"}  # by the gates, for a state_dict of the layer alone
OPEN = (1, 3)  # blocks of rows that several cells people use have: tanh or relu; the GRU and its kin

Slot = tuple[int, bool]  # layer, reverse
Grouped = dict[str, dict[Slot, dict[str, Tensor]]]


def contents_of_tensors(tensors: Mapping[str, Tensor], kind: str) -> Contents:
    """Find the layers of a state_dict."""
    groups, rest = grouped(tensors)
    tables = tuple(tables_in(rest))
    layers: list[FoundLayer] = []
    refused: list[InputError] = []
    for prefix, slots in groups.items():
        try:
            layers += layers_of(prefix, slots, tables)
        except InputError as problem:
            refused.append(problem)
    refused += custom_in(rest, groups)
    return Contents(kind, tuple(layers), tuple(refused), tuple(tensors))


def grouped(tensors: Mapping[str, Tensor]) -> tuple[Grouped, dict[str, Tensor]]:
    """Group tensors: prefix -> (layer, reverse) -> parameter -> tensor; and what belongs to no recurrent layer."""
    groups: Grouped = {}
    rest = {}
    for name, values in tensors.items():
        match = PARAMETER.fullmatch(name)
        if match is None:
            rest[name] = values
            continue
        slot = int(match["layer"] or 0), match["reverse"] is not None
        groups.setdefault(match["prefix"].rstrip("._"), {}).setdefault(slot, {})[match["kind"]] = values
    return groups, rest


def layers_of(
    prefix: str, slots: Mapping[Slot, Mapping[str, Tensor]], tables: tuple[Table, ...]
) -> Iterator[FoundLayer]:
    """Yield one module where its layers and directions fit together, else one for each of them."""
    for weights in slots.values():
        check_numbers(prefix, weights.values())
    strands = {slot: strand_of(prefix, weights) for slot, weights in sorted(slots.items())}
    sizes = {slot: sizes_of(prefix, strand) for slot, strand in strands.items()}
    layers = sorted({layer for layer, _ in strands})
    rows = [[strands[slot] for slot in strands if slot[0] == layer] for layer in layers]
    measured = [[sizes[slot] for slot in sizes if slot[0] == layer] for layer in layers]
    both = {slot for slot in strands if slot[1]}
    paired = not both or len(both) * 2 == len(strands)
    if layers == list(range(len(layers))) and paired and stackable(rows, measured):
        yield layer_of(prefix, rows, measured[0][0], tables)
        return
    for (layer, reverse), strand in strands.items():
        name = ".".join(filter(None, [prefix, f"l{layer}{'_reverse' if reverse else ''}"]))
        yield layer_of(name, [[strand]], sizes[layer, reverse], tables, backwards=reverse)


def strand_of(prefix: str, weights: Mapping[str, Tensor]) -> Strand:
    """Return the weights of one layer and direction. Raises InputError where one is missing."""
    extras = dict(weights)
    w_ih, w_hh = extras.pop("weight_ih", None), extras.pop("weight_hh", None)
    if w_ih is None or w_hh is None:
        raise InputError(
            N_("“{name}” lacks one of its weights: it has only {there}."),
            name=shortened(prefix),
            there=", ".join(weights),
        )
    return Strand(w_ih, w_hh, extras.pop("bias_ih", None), extras.pop("bias_hh", None), extras)


def layer_of(
    name: str, strands: list[list[Strand]], sizes: Sizes, tables: tuple[Table, ...], *, backwards: bool = False
) -> FoundLayer:
    """Return the layer, with the cells that it can be. Raises InputError where there is none."""
    cells = cells_for(strands[0][0], sizes)
    if not cells:
        raise InputError(
            n_(
                "“{name}” has {count} block of weights beside {extras}: no cell here has such. Not supported.",
                "“{name}” has {count} blocks of weights beside {extras}: no cell here has such. Not supported.",
                "count",
            ),
            name=shortened(name),
            count=sizes.gates,
            extras=", ".join(sorted(strands[0][0].extras)) or "–",
        )
    sure = len(cells) == 1 or sizes.gates not in OPEN
    return FoundLayer(name or NAMELESS[sizes.gates], strands, by_name(name, cells), sure, tables)


def by_name(name: str, cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return the cells, those that the layer is called after first: "relu_rnn" is one with relu."""
    words = re.split(r"[^a-z]+", name.lower())
    return tuple(sorted(cells, key=lambda cell: cell != "rnn-relu" or "relu" not in words))


def tables_in(tensors: Mapping[str, Tensor]) -> Iterator[Table]:
    """Yield every matrix called weight, with the bias beside it."""
    for name, weight in tensors.items():
        base, last = name.rpartition(".")[0], name.rpartition(".")[2]
        if last != "weight" or weight.dim() != 2 or not is_floating(weight) or 0 in weight.shape:
            continue
        bias = tensors.get(f"{base}.bias" if base else "bias")
        if bias is not None and (tuple(bias.shape) != tuple(weight.shape[:1]) or not is_floating(bias)):
            continue
        rows, columns = weight.shape
        yield Table(base or name, (rows, columns), partial(as_read, weight, bias), biased=bias is not None)


def custom_in(rest: Mapping[str, Tensor], known: Collection[str]) -> Iterator[InputError]:
    """Yield an error for each layer called after a cell with weights of its own making; known: those recognised."""
    inside: dict[str, list[Tensor]] = {}
    for name, values in rest.items():
        parts = name.split(".")
        depth = next((at for at, part in enumerate(parts[:-1]) if RECURRENT.search(part)), None)
        if depth is not None:
            inside.setdefault(".".join(parts[: depth + 1]), []).append(values)
    for base, weights in inside.items():
        if max(values.dim() for values in weights) >= 2 and not any(
            f"{name}.".startswith(f"{base}.") for name in known
        ):
            yield custom(base, convolutional=max(values.dim() for values in weights) > 2)
