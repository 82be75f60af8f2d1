"""Signals of every layer at every step, from a module and a sequence.

The fused module computes the hidden states; the gates are then recomputed from these in one batched pass, and only the
LSTM's cell state is scanned step by step. So a trace costs little more than the module's own forward pass. Where a
person holds a signal, or PyTorch has no kernel for the cell, the layer is walked step by step instead.

Axes: T time steps, B batch, I input features, H hidden units, P projected units, L layers, D directions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor, nn

from cells.core.cell import Cell
from cells.core.checks import check_kind, check_sequence
from cells.core.forward_pass import ForwardPass, Signals, State, Weights
from cells.core.residual_stack import ResidualStack
from cells.core.rule import walk
from cells.core.stepwise import (
    Recurrent,
    count_layers_and_directions,
    first_weight,
    starting_states,
    suffix_of,
    weights_of,
)
from cells.registry import cell_of
from cells.tracing.clamp import Clamp, Holder, check_layers, held_in
from cells.tracing.layer_trace import LayerPosition, LayerTrace, Layout


def trace(
    module: nn.Module, xs: Tensor, state: State | None = None, clamp: Clamp | Sequence[Clamp] = ()
) -> list[LayerTrace]:
    """Trace every signal of every layer and direction of `module` while it reads `xs`.

    module: an `nn.RNN`, `nn.LSTM` or `nn.GRU`, with any layers, directions, `batch_first`, `bias`, `proj_size` and
        float dtype, a module that a cell of `CELLS` makes, or a `ResidualStack` of them. It is not changed. Dropout
        between layers is left out, as in evaluation.
    xs: (T, I), (T, B, I) or, with `batch_first`, (B, T, I), in the module's dtype and on its device.
    state: as the module takes it, h_0 or for an LSTM (h_0, c_0), each (L D, ·) or (L D, B, ·); zeros when left out.
    clamp: signals to hold at a value, see `Clamp`; everything that depends on them follows, in higher layers too.

    Returns one `LayerTrace` for each layer and direction in PyTorch's order: l0, l0_reverse, l1, ...
    Raises TypeError for another kind of module or sequence, InputError (a ValueError) for a wrong shape or dtype and
    for a clamp on what is not there.
    """
    cell = cell_of(module)
    rnn = cast(Recurrent, module)
    check_kind(xs)
    check_sequence(xs, first_weight(rnn))
    layout = Layout(batched=xs.dim() == 3, batch_first=rnn.batch_first)
    clamps = (clamp,) if isinstance(clamp, Clamp) else tuple(clamp)
    check_layers(clamps, count_layers_and_directions(rnn))
    with torch.no_grad():
        inputs = layout.time_major(xs)
        starts = starting_states(rnn, cell.rule.states, state, inputs, batched=layout.batched)
        return Tracing(rnn, cell, layout, clamps).layers(inputs, starts)


def check_clamps(module: nn.Module, clamps: Sequence[Clamp], steps: int) -> None:
    """Raise InputError for a clamp that has no place in a run of `module` over so many steps."""
    cell, rnn = cell_of(module), cast(Recurrent, module)
    check_layers(clamps, count_layers_and_directions(rnn))
    for index in range(count_layers_and_directions(rnn)):
        held_in(clamps, cell, index, steps, units_of(rnn, cell))


def units_of(module: Recurrent, cell: Cell) -> dict[str, int]:
    """Count the units of each signal: H, or P for a projected hidden state."""
    units = {signal.name: module.hidden_size for signal in cell.shown}
    return units | {"hidden": module.proj_size or module.hidden_size}


@dataclass(frozen=True)
class Tracing:
    """One call of `trace`, its arguments checked."""

    module: Recurrent
    cell: Cell
    layout: Layout
    clamps: tuple[Clamp, ...]

    def layers(self, inputs: Tensor, starts: list[Signals]) -> list[LayerTrace]:
        """Run layer upon layer, each reading the joined hidden states of the one below."""
        traces: list[LayerTrace] = []
        for layer in range(self.module.num_layers):
            outputs = []
            for reverse in (False, True)[: 2 if self.module.bidirectional else 1]:
                xs = inputs.flip(0) if reverse else inputs
                run, signals, position = self.trace_one(
                    LayerPosition(layer, reverse), len(traces), xs, starts[len(traces)]
                )
                carried = self.carried_past(position, xs)
                traces.append(LayerTrace(self.cell, run, signals, self.layout, position, carried))
                outputs.append(run.hidden.flip(0) if reverse else run.hidden)
            joined = torch.cat(outputs, dim=-1)
            inputs = inputs + joined if adds_what_it_reads(self.module, layer) else joined
        return traces

    def carried_past(self, position: LayerPosition, xs: Tensor) -> Tensor | None:
        """Return what a residual connection carries past one layer and direction, (T, B, P), or None without one."""
        if not adds_what_it_reads(self.module, position.layer):
            return None
        units = units_of(self.module, self.cell)["hidden"]
        return xs[..., units:] if position.reverse else xs[..., :units]

    def trace_one(
        self, position: LayerPosition, index: int, xs: Tensor, start: Signals
    ) -> tuple[ForwardPass, Signals, LayerPosition]:
        """Run one layer and direction in its reading order; `index`: where `trace` returns it in its list."""
        units = units_of(self.module, self.cell)
        held = held_in(self.clamps, self.cell, index, len(xs), units)
        weights = copy_weights(weights_of(self.module, suffix_of(position.layer, position.reverse)))
        if self.cell.signals is not None and not held:
            run = ForwardPass(xs, fused_hidden(self.module, self.cell, position, xs, start), start, weights)
            return run, self.cell.signals(run), position
        holder = Holder(held, units, xs)
        last = len(xs) - 1
        signals = walk(self.cell.rule, xs, start, weights, lambda t: holder.at(last - t if position.reverse else t))
        return ForwardPass(xs, signals["hidden"], start, weights), signals, replace(position, held=held)


def adds_what_it_reads(module: Recurrent, layer: int) -> bool:
    """Tell whether a layer's output is the sum of its hidden states and of what it has read."""
    return isinstance(module, ResidualStack) and layer > 0


def fused_hidden(module: Recurrent, cell: Cell, position: LayerPosition, xs: Tensor, start: Signals) -> Tensor:
    """Return the hidden states of one layer and direction from PyTorch's own kernel: (T, B, P)."""
    single = single_layer(module, cell, position, xs.shape[-1])
    first = tuple(start[name].unsqueeze(0).contiguous() for name in cell.rule.states)
    hidden, _ = single.forward(xs, first if len(first) > 1 else first[0])  # past the hooks of a module that is traced
    return cast(Tensor, hidden)


def single_layer(module: Recurrent, cell: Cell, position: LayerPosition, input_size: int) -> Recurrent:
    """Return a one-layer, one-direction, time-major module that shares the parameters of `module`'s layer there."""
    if (module.num_layers, module.bidirectional, module.batch_first) == (1, False, False):
        return module
    options = {"bias": module.bias, "device": "meta", "dtype": first_weight(module).dtype}
    if module.proj_size:
        options["proj_size"] = module.proj_size
    single = cell.module(input_size, module.hidden_size, **options)
    suffix = suffix_of(position.layer, position.reverse)
    for name, _ in list(single.named_parameters()):
        setattr(single, name, getattr(module, name.replace("l0", suffix)))
    return single


def copy_weights(weights: Weights) -> Weights:
    """Copy weights, so that a trace stays true when the module goes on learning."""
    w_ih, w_hh, b_ih, b_hh = (
        values.detach().clone() for values in (weights.w_ih, weights.w_hh, weights.b_ih, weights.b_hh)
    )
    return Weights(w_ih, w_hh, b_ih, b_hh, {name: values.detach().clone() for name, values in weights.extras.items()})
