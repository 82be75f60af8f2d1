"""Weights in PyTorch's arrangement -> a module that has them, made without copying what need not be copied.

Axes: I input features, H hidden units, P projected units, L layers, D directions, K gates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cells.checkpoints.contents import Strand
from cells.checkpoints.numbers import as_contiguous
from cells.checkpoints.refusals import custom, misfit
from cells.core.residual_stack import ResidualStack
from cells.core.stepwise import Recurrent, suffix_of
from cells.registry import CELLS

PROJECTION = "weight_hr"
PREFERRED = ("rnn", "rnn-relu", "lstm", "gru")  # of those with the same weights, PyTorch's own come first


@dataclass(frozen=True)
class Sizes:
    """The sizes of one layer and direction, as the shapes of its weights give them."""

    inputs: int
    units: int
    gates: int
    projected: int  # 0 for none

    @property
    def outputs(self) -> int:
        """The number of outputs of one direction."""
        return self.projected or self.units


def sizes_of(name: str, strand: Strand) -> Sizes:
    """Return the sizes of a layer and direction. Raises InputError where its shapes do not fit each other."""
    if max(strand.w_ih.dim(), strand.w_hh.dim()) > 2:
        raise custom(name, convolutional=True)
    shapes = {key: tuple(values.shape) for key, values in strand.tensors.items()}
    refusal = misfit(name, shapes)
    if strand.w_ih.dim() != 2 or strand.w_hh.dim() != 2 or 0 in (*strand.w_ih.shape, *strand.w_hh.shape):
        raise refusal
    rows, inputs = strand.w_ih.shape
    projection = strand.extras.get(PROJECTION)
    if projection is not None and projection.dim() != 2:
        raise refusal
    projected, units = (0, strand.w_hh.shape[1]) if projection is None else tuple(projection.shape)
    biases = [values for values in (strand.b_ih, strand.b_hh) if values is not None]
    fits = (
        len(strand.w_hh) == rows
        and units > 0
        and rows % units == 0
        and strand.w_hh.shape[1] == (projected or units)
        and all(tuple(bias.shape) == (rows,) for bias in biases)
    )
    if not fits:
        raise refusal
    return Sizes(inputs, units, rows // units, projected)


def cells_for(strand: Strand, sizes: Sizes) -> tuple[str, ...]:
    """Return the keys of the cells that have weights of these names and shapes, PyTorch's own first."""
    if sizes.projected:
        return ("lstm",) if sizes.gates == 4 and set(strand.extras) == {PROJECTION} else ()
    shapes = {name: tuple(values.shape) for name, values in strand.extras.items()}
    fitting = [
        key
        for key, cell in CELLS.items()
        if len(cell.gates) == sizes.gates
        and {name: shape(sizes.units) for name, shape in cell.rule.extras.items()} == shapes
    ]
    return tuple(sorted(fitting, key=lambda key: key not in PREFERRED))


def stackable(strands: Sequence[Sequence[Strand]], sizes: Sequence[Sequence[Sizes]]) -> bool:
    """Tell whether layers and directions are those of one PyTorch module."""
    directions, first = len(strands[0]), sizes[0][0]
    kinds = {frozenset(strand.extras) for layer in strands for strand in layer}
    if directions not in (1, 2) or len(kinds) != 1 or any(len(layer) != directions for layer in strands):
        return False
    above = first.outputs * directions
    return all(
        (one.units, one.gates, one.projected) == (first.units, first.gates, first.projected)
        and one.inputs == (above if number else first.inputs)
        for number, layer in enumerate(sizes)
        for one in layer
    )


def module_of(
    cell: str,
    strands: Sequence[Sequence[Strand]],
    sizes: Sizes,
    dtype: torch.dtype,
    *,
    batch_first: bool,
    residual: bool = False,
) -> Recurrent:
    """Make the module of a cell with these weights, (layers, directions) of one size; sizes: the first one's.

    residual: see `ResidualStack`, which has biases and reads time first.
    """
    biased = any(strand.b_ih is not None or strand.b_hh is not None for layer in strands for strand in layer)
    options = {"proj_size": sizes.projected} if sizes.projected else {}
    both = len(strands[0]) == 2
    module: Recurrent = (
        ResidualStack(
            CELLS[cell].module, sizes.inputs, sizes.units, len(strands), bidirectional=both, device="meta", dtype=dtype
        )
        if residual
        else CELLS[cell].module(
            sizes.inputs,
            sizes.units,
            num_layers=len(strands),
            bidirectional=both,
            bias=biased,
            batch_first=batch_first,
            device="meta",
            dtype=dtype,
            **options,
        )
    )
    weights = {
        f"{name}_{suffix_of(layer, bool(reverse))}": as_contiguous(values, dtype)
        for layer, directions in enumerate(strands)
        for reverse, strand in enumerate(directions)
        for name, values in with_biases(strand, biased=biased).items()
    }
    assign(module, weights)
    return module


def with_biases(strand: Strand, *, biased: bool) -> dict[str, Tensor]:
    """Return the weights of a strand; zeros for a bias that it lacks while another has it."""
    zeros = {name: strand.w_ih.new_zeros(len(strand.w_ih)) for name in ("bias_ih", "bias_hh")} if biased else {}
    return zeros | strand.tensors


def assign(module: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Give a module on the meta device its parameters, without copying them."""
    module.load_state_dict(weights, assign=True)
    module.eval().requires_grad_(False)


def embedding_of(weight: Tensor, bias: Tensor | None, dtype: torch.dtype) -> nn.Embedding:
    """Make an embedding (V, I), which has no bias."""
    module = nn.Embedding(weight.shape[0], weight.shape[1], device="meta", dtype=dtype)
    assign(module, {"weight": as_contiguous(weight, dtype)})
    return module


def readout_of(weight: Tensor, bias: Tensor | None, dtype: torch.dtype) -> nn.Linear:
    """Make a linear layer (O, D P)."""
    outputs, inputs = weight.shape
    module = nn.Linear(inputs, outputs, bias=bias is not None, device="meta", dtype=dtype)
    biases = {} if bias is None else {"bias": as_contiguous(bias, dtype)}
    assign(module, {"weight": as_contiguous(weight, dtype), **biases})
    return module
