"""Errors for layers and weights that cannot be had, in whichever format they are."""

from __future__ import annotations

from collections.abc import Mapping

from cells.checkpoints.limits import MAX_CHECKPOINT_BYTES
from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.limits import MEGABYTE

Shape = tuple[int, ...]


def custom(name: str, *, convolutional: bool = False) -> InputError:
    """Return the error for a layer that no cell computes."""
    if convolutional:
        return InputError(
            N_("“{name}” is a convolutional recurrent layer, which no cell here computes. Not supported."),
            name=shortened(name),
        )
    return InputError(
        N_("“{name}” is a custom recurrent layer, none of PyTorch's, Keras's or ONNX's own. Not supported."),
        name=shortened(name),
    )


def no_floats(name: str, kind: object) -> InputError:
    """Return the error for weights that are no floating point numbers."""
    return InputError(
        N_("The weights of “{name}” are {type}: quantised or of another kind than floating point. Not supported."),
        name=shortened(name),
        type=kind,
    )


def misfit(name: str, shapes: Mapping[str, Shape]) -> InputError:
    """Return the error for weights of one layer that do not go together."""
    return InputError(
        N_("The weights of “{name}” have shapes that do not fit each other: {shapes}."),
        name=shortened(name),
        shapes=", ".join(f"{key} {shape}" for key, shape in shapes.items()),
    )


def absent(name: str, shape: Shape) -> InputError:
    """Return the error for numbers that are declared and not there."""
    return InputError(
        N_("“{name}” is said to have the shape {shape}, but its numbers are not there."),
        name=shortened(name),
        shape=shape,
    )


def elsewhere(name: str) -> InputError:
    """Return the error for numbers that lie in another file."""
    return InputError(
        N_("“{name}” lies in another file, which is not opened: save the model as one file."), name=shortened(name)
    )


def unsupported(name: str, setting: str, value: object) -> InputError:
    """Return the error for a layer with a setting that no cell has."""
    return InputError(
        N_("“{name}” has {setting} = {value}: no cell here computes that. Not supported."),
        name=shortened(name),
        setting=setting,
        value=shortened(str(value)),
    )


def too_large() -> InputError:
    """Return the error for a file that unpacks to more than fits."""
    return InputError(N_("The file unpacks to more than {limit} MB."), limit=MAX_CHECKPOINT_BYTES // MEGABYTE)


def too_many(limit: int) -> InputError:
    """Return the error for a file of too many pieces."""
    return InputError(N_("The file has more than {limit} entries."), limit=limit)
