"""Convolutions and batch normalisation over one or two dimensions, as PyTorch has them.

Axes: B examples of a batch, C channels, then one (L) or two (H, W) dimensions of places.
"""

from __future__ import annotations

from torch import Tensor, nn

from cells.core.messages import N_, InputError, n_

Convolution = nn.Conv1d | nn.Conv2d
Norm = nn.BatchNorm1d | nn.BatchNorm2d

CONVOLUTIONS: dict[int, type[nn.Conv1d] | type[nn.Conv2d]] = {1: nn.Conv1d, 2: nn.Conv2d}
NORMS: dict[int, type[nn.BatchNorm1d] | type[nn.BatchNorm2d]] = {1: nn.BatchNorm1d, 2: nn.BatchNorm2d}
TIMES = " × "


def convolution(dimensions: int, read: int, written: int, kernel: int, *, bias: bool) -> Convolution:
    """Make a convolution from `read` to `written` channels that keeps the number of places; kernel: odd."""
    return CONVOLUTIONS[dimensions](read, written, kernel, padding=kernel // 2, bias=bias)


def norm_or_nothing(dimensions: int, channels: int, *, wanted: bool) -> Norm | nn.Identity:
    """Make a batch normalisation, with PyTorch's epsilon (1e-5) and momentum (0.1), or what stands in its place."""
    return NORMS[dimensions](channels) if wanted else nn.Identity()


def shape_text(shape: tuple[int, ...]) -> str:
    """Write a shape, "8 × 8 × 8": channels, then places. That of a single number is "()"."""
    return TIMES.join(map(str, shape)) or "()"


def check_readable(x: Tensor, channels: int, dimensions: int, kernel: int) -> None:
    """Raise InputError where a convolution cannot read x: not (B, channels, ...), or smaller than its kernel."""
    shape, places = tuple(x.shape), tuple(x.shape[2:])
    if len(places) != dimensions:
        raise InputError(
            n_(
                "What is read here has the shape (batch, channels, places) with one dimension of places, not {shape}.",
                "What is read here has the shape (batch, channels, places …) with {count} dimensions of places, "
                "not {shape}.",
                by="count",
            ),
            shape=shape_text(shape),
            count=dimensions,
        )
    if shape[1] != channels:
        raise InputError(
            N_("Channels do not match: what is read has {got}, and the convolution reads {channels}."),
            got=shape[1],
            channels=channels,
        )
    if kernel > min(places):
        raise InputError(
            N_("A kernel of {kernel} is larger than what it reads, {places}: choose a smaller one."),
            kernel=shape_text((kernel,) * dimensions),
            places=shape_text(places),
        )


def check_sum(branch: Tensor, shortcut: Tensor) -> None:
    """Raise InputError where F(x) and what comes by the shortcut, both (B, C, ...), have other shapes."""
    if branch.shape != shortcut.shape:
        raise InputError(
            N_(
                "F(x) is {branch} and x is {shortcut}, channels × places: the two cannot be added. "
                "A 1 × 1 convolution on the shortcut gives x the channels of F(x)."
            ),
            branch=shape_text(tuple(branch.shape[1:])),
            shortcut=shape_text(tuple(shortcut.shape[1:])),
        )
