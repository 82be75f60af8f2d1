"""Norms that products of many derivatives have, and which of them their precision cannot hold.

A product over a thousand steps leaves single precision quickly, in either direction. So products are carried with an
exponent beside them, and their norms are known, as logarithms, wherever they lie.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from cells.core.messages import InputError, n_

TEMPLATES = {
    ("overflowed", torch.float32): n_(
        "{count} of {total} norms is too large for single precision and stands as infinity, at {place}. "
        "Double precision holds more.",
        "{count} of {total} norms are too large for single precision and stand as infinity, the first at {place}. "
        "Double precision holds more.",
        "count",
    ),
    ("overflowed", torch.float64): n_(
        "{count} of {total} norms is too large even for double precision and stands as infinity, at {place}.",
        "{count} of {total} norms are too large even for double precision and stand as infinity, the first at {place}.",
        "count",
    ),
    ("underflowed", torch.float32): n_(
        "{count} of {total} norms is too small for single precision and stands as 0 or nearly so, at {place}. "
        "Double precision holds more.",
        "{count} of {total} norms are too small for single precision and stand as 0 or nearly so, the first at "
        "{place}. Double precision holds more.",
        "count",
    ),
    ("underflowed", torch.float64): n_(
        "{count} of {total} norms is too small even for double precision and stands as 0 or nearly so, at {place}.",
        "{count} of {total} norms are too small even for double precision and stand as 0 or nearly so, the first at "
        "{place}.",
        "count",
    ),
    ("undefined", None): n_(
        "{count} of {total} norms is no number, at {place}: something that is not finite leads there.",
        "{count} of {total} norms are no number, the first at {place}: something that is not finite leads there.",
        "count",
    ),
}


@dataclass(frozen=True)
class Norms:
    """Norms, with those marked that their precision cannot hold.

    values: in the module's dtype; infinite where they overflow, 0 or of few digits where they underflow, NaN where they
    are not defined. log10: their logarithms in float64, right beyond the range of `values` too; -inf for a
    0, which a gate may give too whose slope is so small that it is rounded to 0.
    """

    values: Tensor
    log10: Tensor

    @property
    def overflowed(self) -> Tensor:
        """True where the norm is larger than the largest number of `values`."""
        return self.values.isinf()

    @property
    def underflowed(self) -> Tensor:
        """True where the norm is not 0, but smaller than the smallest number that `values` holds in full."""
        return (self.values < torch.finfo(self.values.dtype).tiny) & (self.log10 > -math.inf)

    @property
    def undefined(self) -> Tensor:
        """True where the norm is no number."""
        return self.values.isnan()

    @property
    def finite(self) -> Tensor:
        """True where `values` can be drawn as it stands: neither overflowed nor undefined."""
        return self.values.isfinite()

    def flip(self, axis: int) -> Norms:
        """Return the norms in the opposite order along an axis."""
        return Norms(self.values.flip(axis), self.log10.flip(axis))

    def messages(self) -> list[InputError]:
        """Return messages about the marks, one a kind, none where all is well. Nothing is raised."""
        return [
            InputError(template, count=int(marked.sum()), total=marked.numel(), place=marked.nonzero()[0].tolist())
            for (kind, dtype), template in TEMPLATES.items()
            if dtype in (None, self.values.dtype) and bool((marked := getattr(self, kind)).any())
        ]


def norms_of(sizes: Tensor, exponents: Tensor, dtype: torch.dtype) -> Norms:
    """Return the norms sizes · 2^exponents; sizes are float64 and neither very large nor very small."""
    return Norms(multiplied(sizes, exponents).to(dtype), (sizes.log2() + exponents) * math.log10(2))


def multiplied(values: Tensor, powers: Tensor) -> Tensor:
    """Return values · 2^powers, in the dtype of `values`: infinite or 0 only where the product is; a 0 stays 0."""
    powers = powers.double()
    half = (powers / 2).trunc().clamp(-1000, 1000)  # two factors reach as far as one product can
    product = values.double() * torch.pow(2.0, half) * torch.pow(2.0, powers - half)
    return product.masked_fill(values == 0, 0).to(values.dtype)


ROOM = 24  # products are left alone while the largest entry of each lies within 2^-24 and 2^24


def excess(peaks: Tensor) -> Tensor:
    """Return the powers of two to divide products by whose largest entries are `peaks`; 0 while none is far from 1.

    Once one is not, all of them are brought near 1, so that the next time is far away.
    """
    if bool(((peaks < 2.0**ROOM) & (peaks > 2.0**-ROOM)).all()):
        return torch.zeros_like(peaks, dtype=torch.long)
    most = 120 if peaks.dtype == torch.float32 else 1000
    powers = torch.frexp(peaks).exponent.long().clamp(-most, most)
    return powers.masked_fill((peaks == 0) | ~peaks.isfinite(), 0)


def divided(values: Tensor, powers: Tensor) -> Tensor:
    """Return values / 2^powers, quickly, for the powers of `excess`."""
    return values * torch.pow(2.0, -powers.double()).to(values.dtype)


def rescaled(values: Tensor) -> tuple[Tensor, int]:
    """Take powers of two out of a product where its largest entry is far from 1; return it and the power."""
    powers = excess(values.abs().amax().reshape(1))
    return divided(values, powers), int(powers)
