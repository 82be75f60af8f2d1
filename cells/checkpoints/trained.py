"""The file of a trained cell, which says what it is: see `cells.training.saved`.

Axes: I input features, H hidden units, O outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from torch import Tensor

from cells.checkpoints.contents import Contents, FoundLayer, Table, as_read
from cells.checkpoints.learnt import Learnt, learnt_of
from cells.checkpoints.state_dict import contents_of_tensors, strand_of
from cells.checkpoints.vocabulary import labelled
from cells.core.messages import N_, InputError
from cells.core.stepwise import suffix_of
from cells.registry import CELLS

KIND = "safetensors"
CELL, READOUT = "cell", "readout"
END = f"_{suffix_of(0, reverse=False)}"


def trained_contents(metadata: Mapping[str, str], tensors: Mapping[str, Tensor]) -> Contents:
    """Return the one layer of a trained cell's file, as the cell that it names, with its readout and its names.

    Where the weights are not that cell's, the layers are those that their names and shapes tell, and that is said.
    """
    try:
        cell = named_cell(metadata, tensors)
    except InputError as problem:
        fallback_note = InputError(N_("It is opened by the names and shapes of its weights alone."))
        contents = contents_of_tensors(tensors, KIND)
        return replace(contents, refused=(problem, fallback_note, *contents.refused))
    own = {name: values.clone() for name, values in tensors.items()}  # memory of its own, aligned: the same rounding
    weights = {
        name.removeprefix(f"{CELL}.").removesuffix(END): values
        for name, values in own.items()
        if name.startswith(f"{CELL}.")
    }
    learnt, notes = learnt_or_reason(metadata, weights["weight_ih"].shape[1], len(own[f"{READOUT}.bias"]))
    if not all(bool(values.isfinite().all()) for values in own.values()):
        notes = (*notes, InputError(N_("The file holds weights that are not finite numbers.")))
    found = FoundLayer(
        CELL,
        [[strand_of(CELL, weights)]],
        (cell,),
        tables=(readout_in(own),),
        connected=True,
        notes=notes,
        learnt=learnt,
    )
    return Contents(KIND, (found,), (), tuple(tensors))


def learnt_or_reason(
    metadata: Mapping[str, str], inputs: int, outputs: int
) -> tuple[Learnt | None, tuple[InputError, ...]]:
    """Return what the model has learnt, or None with the reason."""
    try:
        return learnt_of(metadata, inputs, outputs)
    except InputError as problem:
        return None, (problem,)


def readout_in(tensors: Mapping[str, Tensor]) -> Table:
    """Return the linear readout (O, H)."""
    weight, bias = tensors[f"{READOUT}.weight"], tensors[f"{READOUT}.bias"]
    outputs, units = weight.shape
    return Table(READOUT, (outputs, units), partial(as_read, weight, bias), kind="readout", biased=True)


def named_cell(metadata: Mapping[str, str], tensors: Mapping[str, Tensor]) -> str:
    """Return the cell that the file names. Raises InputError for an unknown one, and unless the weights are its."""
    cell = metadata.get("cell", "")
    if cell not in CELLS:
        raise InputError(N_("The file’s cell or task is not known here: {name}."), name=labelled(cell))
    shapes = {name: tuple(values.shape) for name, values in tensors.items()}
    weights, readout = shapes.get(f"{CELL}.weight_ih{END}", ()), shapes.get(f"{READOUT}.weight", ())
    if len(weights) != 2 or len(readout) != 2 or shapes != shapes_of(cell, weights[1], readout[1], readout[0]):
        raise InputError(N_("The file’s weights are not those of the cell that it names."))
    return cell


def shapes_of(cell: str, inputs: int, units: int, outputs: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of every weight of a cell with a readout; none where there is no such cell."""
    if min(inputs, units, outputs) < 1:
        return {}
    module = CELLS[cell].module(inputs, units, device="meta")
    own = {f"{CELL}.{name}": tuple(values.shape) for name, values in module.state_dict().items()}
    return own | {f"{READOUT}.weight": (outputs, units), f"{READOUT}.bias": (outputs,)}
