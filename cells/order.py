"""Orders of the same steps: as they were, shuffled, reversed or rotated.

Axes: T time steps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from cells.core.messages import N_, InputError
from cells.core.sequence import Sequence
from cells.tracing.layer_trace import LayerTrace

AS_IS, SHUFFLE, REVERSE, ROTATE = "as-is", "shuffle", "reverse", "rotate"
ORDERS = {AS_IS: N_("original"), SHUFFLE: N_("shuffled"), REVERSE: N_("reversed"), ROTATE: N_("rotated")}
COUNTED = {SHUFFLE: (0, 9999), ROTATE: (0, 999_999)}  # the kinds that come with a number, and its bounds
BETWEEN = ":"  # the sign between kind and number


@dataclass(frozen=True)
class Order:
    """One way to arrange the steps: `kind` is a key of ORDERS.

    amount: for `shuffle` the seed, for `rotate` how many steps go from the front to the end; otherwise 0.
    """

    kind: str = AS_IS
    amount: int = 0


def read_order(text: str) -> Order:
    """Read "shuffle:7", "reverse", "rotate:3" or "as-is" as an order. Raises InputError for anything else."""
    kind, separator, number = text.partition(BETWEEN)
    if kind in COUNTED and number.isascii() and number.isdigit() and len(number) <= 6:
        low, high = COUNTED[kind]
        if low <= int(number) <= high:
            return Order(kind, int(number))
    if kind in ORDERS and kind not in COUNTED and not separator:
        return Order(kind)
    raise InputError(
        N_("The order “{written}” in the link cannot be read: write as-is, reverse, shuffle:7 or rotate:3."),
        written=text if len(text) <= 40 else text[:39] + "…",
    )


def write_order(order: Order) -> str:
    """Write an order as `read_order` reads it."""
    return f"{order.kind}{BETWEEN}{order.amount}" if order.kind in COUNTED else order.kind


def permutation(order: Order, steps: int) -> tuple[int, ...]:
    """Return where each step of the new order stood before: step t is the former step at [t].

    A shuffle comes from a generator of its own, so that a seed always gives the same order, and is drawn again as long
    as it leaves every step in its place. A rotation by as many steps as there are does leave them there.
    """
    if order.kind == REVERSE:
        return tuple(reversed(range(steps)))
    if order.kind == ROTATE:
        return tuple((step + order.amount) % steps for step in range(steps))
    if order.kind == SHUFFLE and steps > 1:
        generator = torch.Generator().manual_seed(order.amount)
        while True:
            drawn = tuple(torch.randperm(steps, generator=generator).tolist())
            if drawn != tuple(range(steps)):
                return drawn
    return tuple(range(steps))


def reordered(sequence: Sequence, order: Order) -> Sequence:
    """Put the steps of a sequence in another order; it opens at the end, where two orders can be compared."""
    former = list(permutation(order, len(sequence.labels)))
    exact, imputed = (None if rows is None else rows[former] for rows in (sequence.exact, sequence.imputed))
    return replace(
        sequence,
        values=sequence.values[former],
        labels=tuple(sequence.labels[step] for step in former),
        start=len(former) - 1,
        exact=exact,
        imputed=imputed,
    )


def rearranged(layer: LayerTrace, order: Order) -> LayerTrace:
    """Lay the steps of a finished run out in another order: at each step what the run made of that very element.

    The run itself stays what it was; only where its rows stand is new. So it can be held, element by element, against
    a run over the reordered sequence. Unbatched, or time first.
    """
    return layer.laid_out(permutation(order, len(layer["hidden"])))
