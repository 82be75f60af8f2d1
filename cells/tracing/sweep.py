"""One step of a traced layer at each of many values of one clamp: what a valve would do, wherever it is let go.

Axes: V values, T time steps in the order in which the layer reads, R of them up to the step, I inputs, H hidden units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from cells.core.forward_pass import ForwardPass, Signals, State
from cells.core.rule import walk_on
from cells.tracing.clamp import Clamp, Held, Holder, held_in
from cells.tracing.layer_trace import LayerPosition, LayerTrace, Layout
from cells.tracing.remembered import Carried, remembered
from cells.tracing.trace import trace

# A gate's values, 65 from shut to open, as few digits as tell them apart.
GATE_VALUES = tuple(round(index / 64, 2) for index in range(65))


@dataclass(frozen=True)
class Sweep:
    """The place of a sweep: one step of one layer of a run.

    module, xs, state: as `trace` takes them, without a batch. trace: of the layer at `index` in what `trace` returns,
    computed step by step (with a clamp on it, idle or not): so no rounding of a kernel passes for a consequence.
    step: counted as the layer reads.
    """

    module: nn.Module
    xs: Tensor
    state: State | None
    trace: LayerTrace
    index: int
    step: int

    def cost(self, clamps: Sequence[Clamp], place: int, values: int) -> int:
        """Count the steps of a cell that so many values take."""
        if self.reads_the_same(clamps[place]):
            return values * (self.step + 1 - self.first_held(clamps[place]))
        return values * len(self.xs) * (self.index + 1)

    def at(self, clamps: Sequence[Clamp], place: int, values: Sequence[float]) -> Swept:
        """Run the step with the clamp in `place` at each of the values; all others hold as they are.

        Every signal is bit for bit what `trace` gives with that clamp at that value. The clamp must hold its signal in
        this layer at this step, or ValueError is raised.
        """
        with torch.no_grad():
            if self.reads_the_same(clamps[place]):
                return self.walked(clamps, place, values)
            runs = [
                trace(self.module, self.xs, self.state, clamp=with_value(clamps, place, value))[self.index]
                for value in values
            ]
        joined = beside_each_other([{**one.signals, "x": one.run.xs} for one in runs])
        rows = {name: values[: self.step + 1] for name, values in joined.items()}
        return self.swept(clamps[place], 0, rows.pop("x"), rows)

    def reads_the_same(self, clamp: Clamp) -> bool:
        """Tell whether the layer reads the same whatever the clamp's value: nothing below it is held."""
        return clamp.layer == self.index or self.trace.layer == 0

    def walked(self, clamps: Sequence[Clamp], place: int, values: Sequence[float]) -> Swept:
        """Walk from the first step that the clamp holds, once for each value."""
        first, run, rule = self.first_held(clamps[place]), self.trace.run, self.trace.cell.rule
        reads = linear(run.xs, run.weights.w_ih, run.weights.b_ih)[first : self.step + 1]
        walks = []
        for value in values:
            holder = Holder(self.held(with_value(clamps, place, value)), self.units, run.xs)
            hold_at = [holder.at(self.given(t)) for t in range(first, self.step + 1)]
            walks.append(walk_on(rule, reads, self.signals_before(first), run.weights, hold_at.__getitem__))
        start, signals = start_of(first), beside_each_other(walks)
        if first:  # one step more, for what the cell reads of the step before
            earlier = {name: self.trace.signals[name][start:first].expand(-1, len(values), -1) for name in signals}
            signals = {name: torch.cat([earlier[name], signals[name]]) for name in signals}
        return self.swept(clamps[place], first, run.xs[start : self.step + 1].expand(-1, len(values), -1), signals)

    def swept(self, clamp: Clamp, first: int, xs: Tensor, signals: Signals) -> Swept:
        """Make a trace from the step before `first` on, the values as its batch: xs (R, V, I), signals (R, V, H)."""
        values, cell, start = xs.shape[1], self.trace.cell, start_of(first)
        initial = {name: self.signals_before(start)[name].expand(values, -1) for name in cell.states}
        run = ForwardPass(xs, signals["hidden"], initial, self.trace.run.weights)
        held = tuple(self.within(start, one) for one in (*self.trace.held, *self.held((clamp,))))
        place = LayerPosition(self.trace.layer, reverse=False, held=held)
        return Swept(self, first, LayerTrace(cell, run, signals, Layout(batched=True, batch_first=False), place))

    def held(self, clamps: Sequence[Clamp]) -> tuple[Held, ...]:
        """Return the clamps on the layer."""
        return held_in(clamps, self.trace.cell, self.index, len(self.xs), self.units)

    def within(self, start: int, held: Held) -> Held:
        """Return a clamp as it holds the rows `start` to the step, which are counted from 0."""
        rows = (self.given(step) - start for step in held.steps)
        return replace(held, steps=tuple(row for row in rows if 0 <= row <= self.step - start))

    def first_held(self, clamp: Clamp) -> int:
        """Return the first step that a clamp holds, as the layer reads."""
        steps = [self.given(step) for one in self.held((clamp,)) for step in one.steps]
        if self.step not in steps:
            raise ValueError(f"{clamp} does not hold step {self.step} of the layer")
        return min(steps)

    def given(self, step: int) -> int:
        """Return a step of the layer as the sequence counts it, or the reverse."""
        return len(self.xs) - 1 - step if self.trace.reverse else step

    def signals_before(self, step: int) -> Signals:
        """Return every signal before a step, (1, H), in memory of its own as in a walk; zeros where there is none."""
        run = self.trace.run
        if step:
            return {name: values[step - 1].clone() for name, values in self.trace.signals.items()}
        zeros = {name: torch.zeros_like(values[0]) for name, values in self.trace.signals.items()}
        return zeros | run.initial

    @cached_property
    def units(self) -> dict[str, int]:
        """The number of units of each signal."""
        return {name: values.shape[-1] for name, values in self.trace.signals.items()}

    @cached_property
    def carried(self) -> Carried:
        """The numbers that the run's memory is made of: (T, 1, H) each."""
        return self.trace.carried()


@dataclass(frozen=True)
class Swept:
    """A step at each of V values, and all that differs before it, from step `first` on.

    rows: a trace up to the step, the values as its batch; it begins one step before `first` where there is one.
    """

    sweep: Sweep
    first: int
    rows: LayerTrace

    def numbers(self, unit: int) -> dict[str, Tensor]:
        """Return all that a trace tells of one unit at the step, by name, each (V).

        All that a sentence rests on, see `cells.analysis.facts.step_numbers`, and every signal one step ago
        (`cell.before`): before the first step of the states alone.
        """
        rows, own = self.rows, slice(unit, unit + 1)
        before = {f"{name}.before": values[-2] for name, values in rows.items()} if len(rows["hidden"]) > 1 else {}
        before |= {f"{name}.before": rows.before(name)[-1] for name in rows.cell.states}
        flows = {name: flow[-1] for name, flow in rows.flows().items()}
        held = {f"{name}.held": rows.held_at(name)[-1] for name in rows}
        whole = {name: values[-1] for name, values in rows.items()} | before | flows | held
        parts = {f"{gate}.{name}": part[-1] for gate, made in rows.parts(own).items() for name, part in made.items()}
        numbers = {name: values[:, unit] for name, values in whole.items()}
        return numbers | {name: values[:, 0] for name, values in parts.items()} | self.memory(unit)

    def memory(self, unit: int) -> dict[str, Tensor]:
        """Return where the memory of one unit comes from, as `cells.analysis.facts.memory_numbers`; else nothing."""
        memory = self.rows.cell.memory
        if memory is None:
            return {}
        own = slice(unit, unit + 1)
        rows = self.rows.carried()
        values = rows.state.shape[1]
        carried = Carried(
            *(
                torch.cat([former[: start_of(self.first), :, own].expand(-1, values, -1), now[..., own]])
                for former, now in zip(self.sweep.carried, rows, strict=True)
            )
        )
        start = self.sweep.trace.run.initial[memory.state][:, own].expand(values, -1)
        found = remembered(carried.keep, carried.written, carried.state, start)
        origin = found.origin[-1, :, 0]
        return {
            "origin": origin,
            "left": found.left[-1, :, 0],
            "largest": found.largest[-1, :, 0],
            "origin.held": carried.imposed[..., 0].gather(0, origin.clamp_min(0).unsqueeze(0))[0],
            "step": torch.full_like(origin, self.sweep.step),
        }


def start_of(first: int) -> int:
    """Return the step before the first that differs, which a cell reads there; 0 where there is none."""
    return max(first - 1, 0)


def with_value(clamps: Sequence[Clamp], place: int, value: float) -> tuple[Clamp, ...]:
    """Return the clamps with the one in `place` at another value."""
    return (*clamps[:place], replace(clamps[place], value=value), *clamps[place + 1 :])


def beside_each_other(runs: Sequence[Signals]) -> Signals:
    """Join runs of one sequence each, (R, 1, ·), to a batch: (R, V, ·)."""
    return {name: torch.cat([signals[name] for signals in runs], dim=1) for name in runs[0]}
