"""Biases that decide how long a memory lasts before anything is learned.

Axes: H hidden units, K gates.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import TypeVar, cast

import torch
from torch import Tensor, nn

from cells.core.cell import Cell
from cells.core.messages import N_, InputError
from cells.core.stepwise import Recurrent, suffix_of
from cells.registry import cell_of

Module = TypeVar("Module", bound=nn.Module)


def with_forget_bias(module: Module, bias: float) -> Module:
    """Copy the module whose keeping gates have this bias, so that with no other weights they keep σ(bias).

    The gate is the forget gate of an LSTM and the update gate of a GRU; where a gate renews what it does not keep, as
    in the coupled LSTM and the MGU, it has −bias. In every layer and direction the bias stands in `bias_ih`, and
    `bias_hh`, which adds to it, is zero there.

    Raises TypeError for another kind of module, InputError for a cell without such a gate and a module without biases.
    """
    rnn = cast(Recurrent, module)
    return with_gate_bias(module, lambda: torch.full((rnn.hidden_size,), bias, dtype=torch.float64), also_writes=False)


def with_chrono_biases(module: Module, longest: float, seed: int = 0) -> Module:
    """Copy the module with chrono initialisation, for memories of up to `longest` steps.

    Each unit's keeping gate gets log u with u drawn evenly from [1, longest − 1], so that it starts with a time
    constant of its own between 1 and `longest` steps; an LSTM's input gate gets the opposite (Tallec and Ollivier 2018,
    arXiv 1804.11188, section 3). Gates and places as in `with_forget_bias`. The same seed always draws the same.

    Raises what `with_forget_bias` raises, and InputError for a `longest` below 2.
    """
    if not longest >= 2:
        raise InputError(N_("Chrono initialisation needs a longest memory of 2 steps or more, not {got}."), got=longest)
    rnn, generator = cast(Recurrent, module), torch.Generator().manual_seed(seed)

    def drawn() -> Tensor:
        evenly = torch.rand(rnn.hidden_size, generator=generator, dtype=torch.float64)
        return (1 + (longest - 2) * evenly).log()

    return with_gate_bias(module, drawn, also_writes=True)


def with_gate_bias(module: Module, biases: Callable[[], Tensor], *, also_writes: bool) -> Module:
    """Copy a module, with biases, (H), drawn for the keeping gate of each layer and direction.

    also_writes: whether the LSTM's input gate gets the opposite.
    """
    cell, copy = cell_of(module), deepcopy(module)
    rnn = cast(Recurrent, copy)
    gate, sign = keeping_gate(cell)
    if not rnn.bias:
        raise InputError(N_("This module has no biases, so its gates can be given none."))
    with torch.no_grad():
        for layer in range(rnn.num_layers):
            for reverse in range(2 if rnn.bidirectional else 1):
                bias = biases()
                suffix = suffix_of(layer, bool(reverse))
                set_gate_bias(rnn, cell, gate, suffix, sign * bias)
                if also_writes and gate == "forget" and "input" in cell.gates:
                    set_gate_bias(rnn, cell, "input", suffix, -bias)
    return copy


def keeping_gate(cell: Cell) -> tuple[str, int]:
    """Return the gate whose bias decides what is kept, and 1 if it keeps, -1 if it renews.

    Raises InputError for none.
    """
    if cell.memory and cell.memory.renewed_by:
        return cell.memory.renewed_by, -1
    if cell.memory is None or cell.memory.keep not in cell.gates:
        raise InputError(N_("This cell has no gate that decides what is kept, so it has no such bias."))
    return cell.memory.keep, 1


def set_gate_bias(module: Recurrent, cell: Cell, gate: str, suffix: str, bias: Tensor) -> None:
    """Set one gate's bias, (H)."""
    index, gates = cell.gates.index(gate), len(cell.gates)
    module.get_parameter(f"bias_ih_{suffix}").chunk(gates)[index].copy_(bias)
    module.get_parameter(f"bias_hh_{suffix}").chunk(gates)[index].zero_()
