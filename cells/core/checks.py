"""Checks of what `trace` is given: shapes, dtypes and kinds that do not fit the module are refused."""

from __future__ import annotations

from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from cells.core.forward_pass import State
from cells.core.messages import InputError, n_


def as_tuple(state: State, names: tuple[str, ...]) -> tuple[Tensor, ...]:
    """Return the given state as one tensor a name. Raises TypeError where the kind does not fit the module."""
    states = state if isinstance(state, tuple) else (state,)
    if len(states) != len(names) or not all(isinstance(values, Tensor) for values in states):
        wanted = "a tuple (h_0, c_0)" if len(names) == 2 else "one tensor h_0"
        raise TypeError(f"state must be {wanted} for this module")
    return states


def check_state(name: str, values: Tensor, expected: tuple[int, ...], like: Tensor) -> None:
    """Raise InputError unless a given state has the shape and dtype that the module takes."""
    if tuple(values.shape) != expected:
        raise InputError(
            "the {name} state has shape {got}, expected {expected}",
            name=name,
            got=tuple(values.shape),
            expected=expected,
        )
    if values.dtype != like.dtype:
        raise InputError(
            "the {name} state is {got}, the sequence is {expected}", name=name, got=values.dtype, expected=like.dtype
        )


def check_kind(xs: object) -> None:
    """Raise TypeError unless `xs` is a padded tensor."""
    if isinstance(xs, PackedSequence):
        raise TypeError(
            "trace takes a padded tensor, not a PackedSequence: unpack it with torch.nn.utils.rnn.pad_packed_sequence"
        )
    if not isinstance(xs, Tensor):
        raise TypeError(
            f"trace takes a torch.Tensor as its sequence, not {type(xs).__name__}: convert it with torch.as_tensor"
        )


def check_sequence(xs: Tensor, weight: Tensor) -> None:
    """Raise InputError unless `xs` is a sequence that a module takes; weight: its first, (K H, I)."""
    if xs.dim() not in (2, 3):
        raise InputError(
            "the sequence has shape {got}: it needs 2 axes (steps, features), or 3 with a batch", got=tuple(xs.shape)
        )
    if xs.shape[-1] != weight.shape[-1]:
        raise InputError(
            n_(
                "the sequence has {got} feature at a step, the module takes {expected}",
                "the sequence has {got} features at a step, the module takes {expected}",
                "got",
            ),
            got=xs.shape[-1],
            expected=weight.shape[-1],
        )
    if xs.dtype != weight.dtype:
        raise InputError(
            "the sequence is {got}, the module's weights are {expected}: convert one of them",
            got=xs.dtype,
            expected=weight.dtype,
        )
    if xs.device != weight.device:
        raise InputError(
            "the sequence is on {got}, the module's weights are on {expected}", got=xs.device, expected=weight.device
        )
    if 0 in xs.shape[:-1]:
        raise InputError("the sequence has shape {got}: there is no step to trace", got=tuple(xs.shape))
