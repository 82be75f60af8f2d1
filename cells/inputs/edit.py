"""Changed inputs: one step of a sequence reads something else, to see what follows from it.

Axes: T time steps, I input features.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import torch

from cells.core.messages import N_, InputError, n_
from cells.core.readable import shortened, visible
from cells.core.sequence import Sequence
from cells.inputs.typed import parse_number

BETWEEN = "/"  # parts the numbers of a step that reads several


@dataclass(frozen=True)
class Edit:
    """A change of one step: step `step`, from 0, reads `entry` instead.

    entry: for a sequence of symbols one of them, else a number for each channel, parted by "/".
    """

    step: int
    entry: str


def edited(sequence: Sequence, edits: Iterable[Edit]) -> Sequence:
    """Apply edits to a sequence; of two at one step the later one counts.

    Raises InputError for a step that is not there, a symbol that the sequence does not know, and what is no number.
    """
    values, labels = sequence.values.clone(), list(sequence.labels)
    for edit in edits:
        if not 0 <= edit.step < len(labels):
            raise InputError(
                N_("The changed input names step {place}: this run has steps 0 to {last}, counted from 0."),
                place=edit.step,
                last=len(labels) - 1,
            )
        values[edit.step], label = read_entry(sequence, edit)
        labels[edit.step] = labels[edit.step] if sequence.dated else label
    return replace(sequence, values=values, labels=tuple(labels), exact=None)


def read_entry(sequence: Sequence, edit: Edit) -> tuple[torch.Tensor, str]:
    """Read what a step is changed to: its numbers, (I), and its label."""
    if sequence.symbolic:
        channel = channel_of(sequence, edit.entry)
        return sequence.row_of(channel), sequence.channels[channel]
    entries = edit.entry.split(BETWEEN)
    if len(entries) != len(sequence.channels):
        raise InputError(
            n_(
                "Step {step} reads {count} number, not “{entry}”.",
                "Step {step} reads {count} numbers parted by “/”, not “{entry}”.",
                "count",
            ),
            step=edit.step + 1,
            count=len(sequence.channels),
            entry=shortened(edit.entry),
        )
    read = [parse_number(edit.step + 1, entry.strip()) for entry in entries]
    label = BETWEEN.join(shortened(entry.strip()).replace("-", "−") for entry in entries)
    return torch.tensor(read, dtype=sequence.values.dtype), label


def channel_of(sequence: Sequence, entry: str) -> int:
    """Return the channel that an entry names: by the symbol itself, or by the sign by which it is shown."""
    for written in (entry, visible(entry) if entry else ""):
        if written in sequence.channels:
            return sequence.channels.index(written)
    raise InputError(
        N_("This cell reads {symbols}; “{entry}” is none of them."),
        symbols=shortened(" ".join(sequence.channels)),
        entry=shortened(entry),
    )


def entry_of(sequence: Sequence, step: int) -> str:
    """Write what a step reads, as an edit would write it."""
    if sequence.symbolic:
        return sequence.channels[sequence.symbol_at(step)]
    return BETWEEN.join(shortest(value) for value in sequence.values[step].numpy())


def shortest(value: np.floating) -> str:
    """Return a number in as few digits as bring it back in its precision: "0.1", "1"."""
    return str(value).removesuffix(".0")


def changes(sequence: Sequence, edit: Edit) -> bool:
    """Tell whether an edit makes its step read anything else than it does."""
    return not torch.equal(read_entry(sequence, edit)[0], sequence.values[edit.step])
