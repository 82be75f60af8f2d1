"""The strength of a recurrent matrix, and when its gradients must vanish.

Axes: H hidden units, P projected units, K gates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import nn

from cells.core.messages import N_, InputError
from cells.core.stepwise import Recurrent
from cells.gradients.differentiable import SUFFIX, check_one_direction
from cells.registry import cell_of


@dataclass(frozen=True)
class Strength:
    """A recurrent matrix: the largest size of its eigenvalues, and its largest singular value, which is never less."""

    radius: float
    norm: float


def recurrent_strength(module: nn.Module) -> dict[str, Strength]:
    """Return the spectral radius and the spectral norm of the recurrent matrix of each gate, by the gate's name.

    A cell without gates has one, "hidden". That of a projected LSTM acts on the projection of the hidden state, and is
    multiplied by it. What only a variant has, such as a peephole, is not counted.

    Raises TypeError for another kind of module, InputError for several layers or directions, half precision, and for
    weights that are not finite.
    """
    cell, rnn = cell_of(module), cast(Recurrent, module)
    check_one_direction(rnn)
    weights = {name: values.detach().double() for name, values in module.named_parameters()}
    recurrent = weights["weight_hh" + SUFFIX]
    if "weight_hr" + SUFFIX in weights:
        recurrent = recurrent @ weights["weight_hr" + SUFFIX]
    if not bool(recurrent.isfinite().all()):
        raise InputError(N_("The recurrent weights hold something that is not finite, so they have no strength."))
    return {
        gate: Strength(
            radius=float(torch.linalg.eigvals(block).abs().max()), norm=float(torch.linalg.matrix_norm(block, ord=2))
        )
        for gate, block in zip(cell.gates, recurrent.chunk(len(cell.gates)), strict=True)
    }


def surely_vanishes(module: nn.Module) -> bool | None:
    """Tell whether gradients must vanish, whatever is read, by the sufficient condition of Pascanu et al. 2013.

    It holds of a network without gates (arXiv 1211.5063, section 2.1): where the largest singular value of the
    recurrent matrix is below 1 / γ, γ being the steepest slope of the squashing function, each step back multiplies the
    gradient's norm by less than 1. For tanh and relu γ is 1. False says only that they need not vanish. None for a cell
    with gates, of which the theorem does not speak.

    Raises what `recurrent_strength` raises.
    """
    strengths = recurrent_strength(module)
    return strengths["hidden"].norm < 1 if set(strengths) == {"hidden"} else None
