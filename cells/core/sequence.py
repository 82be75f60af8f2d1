"""Sequences: numbers for a cell to read, and labels for a person.

Axes: T time steps, I input features.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from cells.core.readable import few_numbers


@dataclass(frozen=True)
class Question:
    """A question about all that has been read so far, with one answer for it all.

    asks: it in words, "whether ...". answers: all that there are. right(values): the right one after each step, of
    (T, I) values the indices (T).
    """

    asks: str
    answers: tuple[str, ...]
    right: Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Sequence:
    """A sequence that a cell can read.

    values: (T, I) float32. labels: one a step, for a person to read. channels: the names of the I features.
    start: the step, from 0, at which a first look should open. symbolic: whether a step reads one of the channels,
    one-hot, and not a number for each. exact: (T, I) float64, what `values` are rounded from, or None where nothing had
    to be rounded. imputed: (T,), true where a step reads something that its source does not have, or None. A section
    of a longer sequence begins at step `first`, from 0, of that one's `total` steps; total: None for a whole sequence.
    table: (S, I), what a step reads for each of the S channels, where these are not one-hot but rows of an embedding,
    or None. dated: whether the labels say when or where a step stands, a year or a row, and not what it reads.
    question: one that its steps together answer, or None.
    """

    values: Tensor
    labels: tuple[str, ...]
    channels: tuple[str, ...]
    start: int = 0
    symbolic: bool = False
    exact: Tensor | None = None
    imputed: Tensor | None = None
    first: int = 0
    total: int | None = None
    table: Tensor | None = None
    dated: bool = False
    question: Question | None = None

    def as_read(self, reverse: bool) -> Sequence:
        """Return the sequence in the order in which a direction reads it."""
        if not reverse:
            return self
        exact, imputed = (None if rows is None else rows.flip(0) for rows in (self.exact, self.imputed))
        return replace(
            self,
            values=self.values.flip(0),
            labels=self.labels[::-1],
            start=len(self.labels) - 1 - self.start,
            exact=exact,
            imputed=imputed,
        )

    def in_double(self) -> Sequence:
        """Return the sequence with float64 values, as they were before they were rounded to float32."""
        table = None if self.table is None else self.table.double()
        return replace(self, values=self.values.double() if self.exact is None else self.exact, table=table)

    def in_single(self) -> Sequence:
        """Return the sequence with float32 values."""
        return replace(self, values=self.values.float(), table=None if self.table is None else self.table.float())

    def reads(self) -> tuple[str, ...]:
        """Return what each step reads, for a person: its label, or its numbers where the label says when it stands."""
        return tuple(few_numbers(row) for row in self.values.tolist()) if self.dated else self.labels

    def symbol_at(self, step: int) -> int:
        """Return the channel that a step of symbols reads."""
        return int(self.values[step].argmax()) if self.table is None else self.channels.index(self.labels[step])

    def row_of(self, channel: int) -> Tensor:
        """Return what a step of symbols reads for a channel: (I)."""
        if self.table is not None:
            return self.table[channel]
        return torch.eye(len(self.channels), dtype=self.values.dtype)[channel]

    @property
    def targets(self) -> Tensor:
        """The values that a readout is fitted to give: (T, I), or of symbols in a table one-hot, (T, S)."""
        if self.table is None:
            return self.values
        return torch.eye(len(self.channels), dtype=self.values.dtype)[
            [self.symbol_at(step) for step in range(len(self.labels))]
        ]

    @property
    def total_steps(self) -> int:
        """The number of steps of the whole sequence, of which this may be a section."""
        return len(self.labels) if self.total is None else self.total

    @property
    def rounding(self) -> float:
        """The largest change of a value by its conversion to float32."""
        return 0.0 if self.exact is None else (self.exact - self.exact.float()).abs().max().item()
