"""The trace of one layer and direction.

Axes: T time steps, B batch, H hidden units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from cells.core.cell import Cell
from cells.core.forward_pass import ForwardPass, Parts, Signals, Units, shifted
from cells.tracing.clamp import Held
from cells.tracing.remembered import Carried, Remembered, remembered


@dataclass(frozen=True)
class Layout:
    """The arrangement of a module's sequences, to which every traced tensor is brought back."""

    batched: bool
    batch_first: bool

    def time_major(self, xs: Tensor) -> Tensor:
        """Bring a sequence as the module takes it to (T, B, ...)."""
        if not self.batched:
            return xs.unsqueeze(1)
        return xs.transpose(0, 1) if self.batch_first else xs

    def restore(self, xs: Tensor) -> Tensor:
        """Bring (T, B, ...) back to a sequence as the module gives it."""
        if not self.batched:
            return xs.squeeze(1)
        return xs.transpose(0, 1) if self.batch_first else xs


@dataclass(frozen=True)
class LayerPosition:
    """A layer and direction of a module, and the clamps on it."""

    layer: int
    reverse: bool
    held: tuple[Held, ...] = ()


class LayerTrace(Mapping[str, Tensor]):
    """Every signal of one layer and direction: a mapping from signal name to a tensor.

    The leading axes of each tensor are those of the module's output, (T, ·), (T, B, ·) or (B, T, ·). For a reverse
    direction "one step ago" is the step read before, which stands later in time.

    Attributes: `cell`, its declaration; `layer`, counted from 0; `reverse`, whether it reads from the end; `initial`
    and `last`, each state before the first and after the last step read, (H) or (B, H); `held`, the clamps on it.
    """

    def __init__(
        self,
        cell: Cell,
        run: ForwardPass,
        signals: Signals,
        layout: Layout,
        position: LayerPosition,
        carried_past: Tensor | None = None,
    ) -> None:
        self.cell = cell
        self._carried_past = carried_past  # (T, B, P) in the order read, where a residual connection adds it
        self.layer = position.layer
        self.reverse = position.reverse
        self.held = position.held
        self._run = run
        self._flipped = position.reverse  # whether the order of the sequence is not the order read
        self._order: tuple[int, ...] | None = None  # the order in which the steps are laid out, if it is another one
        self._layout = layout
        self._signals = signals
        self.initial = {name: self._unbatch(run.initial[name]) for name in cell.states}
        self.last = {name: self._unbatch(self._signals[name][-1]) for name in cell.states}

    def __getitem__(self, signal: str) -> Tensor:
        return self._lay_out(self._signals[signal])

    def __iter__(self) -> Iterator[str]:
        return iter(self._signals)

    def __len__(self) -> int:
        return len(self._signals)

    def as_read(self) -> LayerTrace:
        """Return the trace laid out in the order in which this direction reads, the step read first in front.

        So "one step ago" stands one row earlier for a reverse direction too. A forward direction is laid out so anyway.
        The steps of `held` stay those of the sequence.
        """
        read = copy(self)
        read._flipped = False
        return read

    def as_given(self) -> LayerTrace:
        """Return the trace laid out in the order of the sequence, as `trace` gives it."""
        given = copy(self)
        given._flipped, given._order = self.reverse, None
        return given

    def sample(self, number: int) -> LayerTrace:
        """Return the trace of one sequence of the batch alone, as if it had never been in one.

        Raises IndexError for a sequence that is not there, and for a trace without a batch.
        """
        if not self._layout.batched or not 0 <= number < self._run.xs.shape[1]:
            raise IndexError(f"there is no sequence {number} in this trace")
        alone = slice(number, number + 1)
        initial = {name: values[alone] for name, values in self._run.initial.items()}
        run = replace(self._run, xs=self._run.xs[:, alone], hidden=self._run.hidden[:, alone], initial=initial)
        signals = {name: values[:, alone] for name, values in self._signals.items()}
        position = LayerPosition(self.layer, self.reverse, self.held)
        past = None if self._carried_past is None else self._carried_past[:, alone]
        unbatched = LayerTrace(self.cell, run, signals, Layout(batched=False, batch_first=False), position, past)
        unbatched._flipped, unbatched._order = self._flipped, self._order
        return unbatched

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of each signal's axes: "step" and "unit", and "batch" where there is one."""
        if not self._layout.batched:
            return "step", "unit"
        return ("batch", "step", "unit") if self._layout.batch_first else ("step", "batch", "unit")

    @property
    def run(self) -> ForwardPass:
        """The pass that its equations read, always with a batch and in the order read: (T, B, ·)."""
        return self._run

    @property
    def signals(self) -> Signals:
        """Every signal, always with a batch and in the order read: (T, B, H)."""
        return self._signals

    @property
    def output(self) -> Tensor:
        """The output that the layer above and a readout read: the hidden states, shaped as these.

        With a residual connection it is their sum with what the layer has read, in this direction's half of it.
        """
        hidden = self["hidden"]
        return hidden if self._carried_past is None else hidden + self._lay_out(self._carried_past)

    @property
    def is_residual(self) -> bool:
        """True where what the layer has read is added to its hidden states."""
        return self._carried_past is not None

    @property
    def inputs(self) -> Tensor:
        """The numbers read at every step, (·, I): the sequence, or the joined hidden states of the layer below."""
        return self._lay_out(self._run.xs)

    def laid_out(self, order: tuple[int, ...]) -> LayerTrace:
        """Return the trace with its steps laid out in another order: row t is the step that was row order[t].

        Nothing is computed anew: "one step ago" stays the step that was read before. Unbatched, or time first.
        """
        moved = copy(self)
        moved._order = order if self._order is None else tuple(self._order[step] for step in order)
        return moved

    def before(self, state: str) -> Tensor:
        """Return the state one step ago, at every step; shaped as the state."""
        return self._lay_out(shifted(self._signals[state], self._run.initial[state]))

    def flows(self) -> dict[str, Tensor]:
        """Return the products in the cell's drawing by name, such as `kept` = forget * cell before, as the signals."""
        with torch.no_grad():
            return {name: self._lay_out(flow) for name, flow in self.cell.flows(self._run, self._signals).items()}

    def parts(self, units: Units = slice(None)) -> Parts:
        """Split the sum before each squashing, for one unit (int) or several (slice).

        Returns gate -> part -> tensor; the parts are `input` (W x), `hidden` (U h), `bias` and `sum`, and for the GRU's
        candidate `hidden_bias` too. Variants have parts of their own; SHORT_PARTS names them all.
        One unit drops the last axis. Raises IndexError for a unit that is not there.
        """
        with torch.no_grad():
            parts = self.cell.parts(self._run, self._signals, units)
        return {
            gate: {name: self._lay_out(part) for name, part in summands.items()} for gate, summands in parts.items()
        }

    def origin(self) -> Tensor | None:
        """Return at every step the step that wrote most of what the memory holds, or None for a cell without gates.

        Unrolled, a gated state is the sum over steps s of written_s times every keep since, and the initial state
        times every keep; what a clamp holds counts as written there. Where all but one of them together are at most
        half as large as the state, whatever their signs, the step of that one is given (counted in the order read; -1
        for the initial state); elsewhere, where it or the state is next to nothing (0.005), and where next to nothing
        was written (0.02), -2. Integers, shaped as the signals.
        """
        memory = self.remembered()
        return None if memory is None else memory.origin

    def remembered(self, since: int = 0) -> Remembered | None:
        """Return where the memory comes from and how much of it is left, or None for a cell without gates.

        since: the step, in the order read, that is told as if the run began there; the steps before are left out.
        Shaped as the signals.
        """
        if self.cell.memory is None:
            return None
        carried = self.carried()
        start = carried.state[since - 1] if since else self._run.initial[self.cell.memory.state]
        found = remembered(carried.keep[since:], carried.written[since:], carried.state[since:], start)
        return Remembered(*(self._lay_out(numbers) for numbers in (found.origin, found.left, found.largest)))

    def carried(self) -> Carried:
        """Return what a gated memory is made of, in the order read. Raises TypeError for a cell without gates."""
        memory = self.cell.memory
        if memory is None:
            raise TypeError(f"{self.cell.key} has no gates")
        numbers = {**self._signals, **self.cell.flows(self._run, self._signals)}
        state = numbers[memory.state]
        imposed = self._imposed(memory.state).expand(state.shape)
        keep, written = numbers[memory.keep].masked_fill(imposed, 0), numbers[memory.written]
        return Carried(keep, torch.where(imposed, state, written), state, imposed)

    def held_at(self, signal: str) -> Tensor:
        """Mark where a clamp holds a signal: booleans, shaped as the signal."""
        return self._lay_out(self._imposed(signal).expand(self._signals[signal].shape))

    def kept(self) -> Tensor | None:
        """Return the share of the memory that each step keeps of the step before, or None for a cell without gates.

        Shaped as the signals. Where a clamp holds the memory itself nothing of the step before is kept.
        """
        if self.cell.memory is None:
            return None
        memory = self.cell.memory
        keep = {**self._signals, **self.cell.flows(self._run, self._signals)}[memory.keep]
        return self._lay_out(keep.masked_fill(self._imposed(memory.state), 0))

    def steps_read(self) -> Tensor:
        """Return each step's place in the order in which steps are read, from 0, as the trace is laid out: (T)."""
        steps = torch.arange(len(self._run.xs))
        ordered = steps.flip(0) if self._flipped else steps
        return ordered if self._order is None else ordered[list(self._order)]

    def _imposed(self, signal: str) -> Tensor:
        """Mark where a clamp holds the signal: (T, 1, H) in the order read."""
        steps, _, units = self._signals[signal].shape
        imposed = torch.zeros(steps, 1, units, dtype=torch.bool)
        for held in self.held:
            if held.signal == signal:
                steps_held, units_held = (torch.tensor(span, dtype=torch.long) for span in (held.steps, held.units))
                imposed[steps_held.unsqueeze(1), 0, units_held] = True
        return imposed.flip(0) if self.reverse else imposed

    def _lay_out(self, xs: Tensor) -> Tensor:
        ordered = xs.flip(0) if self._flipped else xs
        return self._layout.restore(ordered if self._order is None else ordered[list(self._order)])

    def _unbatch(self, state: Tensor) -> Tensor:
        return state if self._layout.batched else state.squeeze(0)
