"""The file of a trained cell, which says what it is: see `cells.training.saved`.

Axes: I input features, H hidden units, O outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from torch import Tensor

from cells.checkpoints.contents import Contents, FoundLayer, Strand, Table, as_read
from cells.checkpoints.learnt import Learnt, learnt_of
from cells.checkpoints.state_dict import contents_of_tensors, strand_of
from cells.checkpoints.vocabulary import labelled
from cells.core.messages import N_, InputError
from cells.core.stepwise import suffix_of
from cells.depth.units import UNITS
from cells.registry import CELLS
from cells.training.saved import stacking_in
from cells.training.stacking import Stacking

KIND = "safetensors"
CELL, READOUT = "cell", "readout"
END = f"_{suffix_of(0, reverse=False)}"


def trained_contents(metadata: Mapping[str, str], tensors: Mapping[str, Tensor]) -> Contents:
    """Return the layer, or the stack of them, of a trained cell's file, as the cell that it names, with its readout.

    Where the weights are not that cell's, the layers are those that their names and shapes tell, and that is said.
    """
    try:
        cell = named_cell(metadata, tensors)
    except InputError as problem:
        fallback_note = InputError(N_("It is opened by the names and shapes of its weights alone."))
        contents = contents_of_tensors(tensors, KIND)
        return replace(contents, refused=(problem, fallback_note, *contents.refused))
    own = {name: values.clone() for name, values in tensors.items()}  # memory of its own, aligned: the same rounding
    stacking = stacking_in(metadata.get("recipe", ""))
    strands = strands_in(own, stacking)
    learnt, notes = learnt_or_reason(metadata, strands[0][0].w_ih.shape[1], len(own[f"{READOUT}.bias"]))
    if not all(bool(values.isfinite().all()) for values in own.values()):
        notes = (*notes, InputError(N_("The file holds weights that are not finite numbers.")))
    found = FoundLayer(
        CELL,
        strands,
        (cell,),
        tables=(readout_in(own),),
        connected=True,
        notes=notes,
        learnt=learnt,
        residual=stacking.residual,
    )
    return Contents(KIND, (found,), (), tuple(tensors))


def strands_in(tensors: Mapping[str, Tensor], stacking: Stacking) -> list[list[Strand]]:
    """Return the weights of each layer and direction."""

    def strand(layer: int, reverse: bool) -> Strand:
        end = f"_{suffix_of(layer, reverse)}"
        own = [name for name in tensors if name.startswith(f"{CELL}.") and name.endswith(end)]
        return strand_of(CELL, {name.removeprefix(f"{CELL}.").removesuffix(end): tensors[name] for name in own})

    return [
        [strand(layer, bool(reverse)) for reverse in range(stacking.directions)] for layer in range(stacking.layers)
    ]


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
    if cell in UNITS:
        raise InputError(N_("This is a deep stack of units and has no recurrent layer: in Python load_stack opens it."))
    if cell not in CELLS:
        raise InputError(N_("The file’s cell or task is not known here: {name}."), name=labelled(cell))
    shapes = {name: tuple(values.shape) for name, values in tensors.items()}
    weights, readout = shapes.get(f"{CELL}.weight_ih{END}", ()), shapes.get(f"{READOUT}.weight", ())
    stacking = stacking_in(metadata.get("recipe", ""))
    if len(weights) != 2 or len(readout) != 2 or shapes != shapes_of(cell, stacking, weights[1], readout):
        raise InputError(N_("The file’s weights are not those of the cell that it names."))
    return cell


def shapes_of(cell: str, stacking: Stacking, inputs: int, readout: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Return the shape of every weight of a cell's layers with a readout, (O, D H); none where there is none."""
    outputs, joined = readout
    units = joined // stacking.directions
    if min(inputs, units, outputs) < 1:
        return {}
    both = stacking.directions == 2
    module = CELLS[cell].module(inputs, units, num_layers=stacking.layers, bidirectional=both, device="meta")
    own = {f"{CELL}.{name}": tuple(values.shape) for name, values in module.state_dict().items()}
    return own | {f"{READOUT}.weight": (outputs, joined), f"{READOUT}.bias": (outputs,)}
