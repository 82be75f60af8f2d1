"""Module and sequence in, every signal at every step out.

The fused module computes the hidden states; the gates are then recomputed from these in one batched pass, and only the
LSTM's cell state is scanned step by step. So a trace costs little more than the module's own forward pass.

Axes: T time steps, B batch, I input features, H hidden units, P projected units, L layers, D directions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from cells.cell import Cell
from cells.gru import GRU
from cells.lstm import LSTM
from cells.messages import InputError
from cells.rnn import RNN, RNN_RELU
from cells.run import Parts, Run, Units, Weights, shifted

CELLS: dict[str, Cell] = {cell.key: cell for cell in (RNN, RNN_RELU, LSTM, GRU)}

State = Tensor | tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Layout:
    """The arrangement of a module's sequences, to which every traced tensor is brought back."""

    batched: bool
    batch_first: bool

    def time_major(self, xs: Tensor) -> Tensor:
        """Sequence as the module takes it -> (T, B, ...)."""
        if not self.batched:
            return xs.unsqueeze(1)
        return xs.transpose(0, 1) if self.batch_first else xs

    def restore(self, xs: Tensor) -> Tensor:
        """(T, B, ...) -> sequence as the module gives it."""
        if not self.batched:
            return xs.squeeze(1)
        return xs.transpose(0, 1) if self.batch_first else xs


class LayerTrace(Mapping[str, Tensor]):
    """Every signal of one layer and direction: a mapping from signal name to a tensor.

    The leading axes of each tensor are those of the module's output, (T, ·), (T, B, ·) or (B, T, ·). For a reverse
    direction "one step ago" is the step read before, which stands later in time.

    Attributes: `cell`, its declaration; `layer`, counted from 0; `reverse`, whether it reads from the end; `initial` and
    `last`, each state before the first and after the last step read, (H) or (B, H).
    """

    def __init__(self, cell: Cell, run: Run, layout: Layout, layer: int, reverse: bool) -> None:
        self.cell = cell
        self.layer = layer
        self.reverse = reverse
        self._run = run
        self._layout = layout
        self._signals = cell.signals(run)
        self.initial = {name: self._unbatch(run.initial[name]) for name in cell.states}
        self.last = {name: self._unbatch(self._signals[name][-1]) for name in cell.states}

    def __getitem__(self, signal: str) -> Tensor:
        return self._lay_out(self._signals[signal])

    def __iter__(self) -> Iterator[str]:
        return iter(self._signals)

    def __len__(self) -> int:
        return len(self._signals)

    def before(self, state: str) -> Tensor:
        """The state one step ago, at every step; shaped as the state."""
        return self._lay_out(shifted(self._signals[state], self._run.initial[state]))

    def flows(self) -> dict[str, Tensor]:
        """The products that the cell's drawing shows, by name, such as `kept` = forget * cell before; as the signals."""
        with torch.no_grad():
            return {name: self._lay_out(flow) for name, flow in self.cell.flows(self._run, self._signals).items()}

    def parts(self, units: Units = slice(None)) -> Parts:
        """What the sum before each squashing is made of, for one unit (int) or several (slice).

        Returns gate -> part -> tensor; the parts are `input` (W x), `hidden` (U h), `bias` and `sum`, and for the GRU's
        candidate `hidden_bias` too. One unit drops the last axis. Raises IndexError for a unit that is not there.
        """
        with torch.no_grad():
            parts = self.cell.parts(self._run, units)
        return {gate: {name: self._lay_out(part) for name, part in made.items()} for gate, made in parts.items()}

    def origin(self) -> Tensor | None:
        """The step that wrote most of what the memory holds now, at every step, or None for a cell without gates.

        Unrolled, a gated state is the sum over steps s of written_s times every keep since, and the initial state
        times every keep. Where one of them is at least half of the state's size, its step is given (counted in the order
        read; -1 for the initial state); elsewhere -2. Integers, shaped as the signals.
        """
        if self.cell.memory is None:
            return None
        memory = self.cell.memory
        numbers = {**self._signals, **self.cell.flows(self._run, self._signals)}
        start = self._run.initial[memory.state]
        return self._lay_out(main_origin(numbers[memory.keep], numbers[memory.written], numbers[memory.state], start))

    def _lay_out(self, xs: Tensor) -> Tensor:
        return self._layout.restore(xs.flip(0) if self.reverse else xs)

    def _unbatch(self, state: Tensor) -> Tensor:
        return state if self._layout.batched else state.squeeze(0)


def main_origin(keep: Tensor, written: Tensor, state: Tensor, start: Tensor) -> Tensor:
    """Which step's writing is at least half of the state: (T, B, H) integers, -1 for the start and -2 for none.

    In logarithms the part of step s at step t is log|written_s| - L_s + L_t, where L sums log keep: the largest s is a
    running maximum, the same for every later t.
    """
    smallest = torch.finfo(torch.float64).tiny
    kept = keep.double().clamp_min(smallest).log().cumsum(0)
    entries = torch.cat([start.unsqueeze(0), written]).double().abs().clamp_min(smallest).log()
    best, steps = torch.cummax(entries - torch.cat([torch.zeros_like(kept[:1]), kept]), dim=0)
    size = (best[1:] + kept).exp()
    return torch.where((size >= state.abs() / 2) & (size > 1e-3), steps[1:] - 1, -2)


def trace(module: nn.Module, xs: Tensor, state: State | None = None) -> list[LayerTrace]:
    """Every signal of every layer and direction of `module` while it reads `xs`.

    module: an `nn.RNN`, `nn.LSTM` or `nn.GRU`, with any layers, directions, `batch_first`, `bias`, `proj_size` and float
        dtype. It is not changed. Dropout between layers is left out, as in evaluation.
    xs: (T, I), (T, B, I) or, with `batch_first`, (B, T, I), in the module's dtype and on its device.
    state: as the module takes it, h_0 or for an LSTM (h_0, c_0), each (L D, ·) or (L D, B, ·); zeros when left out.

    Returns one `LayerTrace` for each layer and direction in PyTorch's order: l0, l0_reverse, l1, ...
    Raises TypeError for another kind of module or sequence, InputError (a ValueError) for a wrong shape or dtype.
    """
    cell = cell_of(module)
    rnn = cast(nn.RNNBase, module)
    check_sequence(rnn, xs)
    layout = Layout(batched=xs.dim() == 3, batch_first=rnn.batch_first)
    with torch.no_grad():
        inputs = layout.time_major(xs)
        starts = starting_states(rnn, cell, state, layout, inputs)
        return trace_layers(rnn, cell, layout, inputs, starts)


def cell_of(module: nn.Module) -> Cell:
    """The declared cell that `module` computes. Raises TypeError when there is none."""
    if isinstance(module, nn.LSTM):
        return LSTM
    if isinstance(module, nn.GRU):
        return GRU
    if isinstance(module, nn.RNN):
        return RNN_RELU if module.nonlinearity == "relu" else RNN
    raise TypeError(f"trace takes an nn.RNN, nn.LSTM or nn.GRU, not {type(module).__name__}")


def trace_layers(
    module: nn.RNNBase, cell: Cell, layout: Layout, inputs: Tensor, starts: list[dict[str, Tensor]]
) -> list[LayerTrace]:
    """Run layer upon layer, each reading the joined hidden states of the one below."""
    directions = 2 if module.bidirectional else 1
    traces: list[LayerTrace] = []
    for layer in range(module.num_layers):
        outputs = []
        for reverse in range(directions):
            run = run_layer(module, cell, layer, bool(reverse), inputs, starts[layer * directions + reverse])
            traces.append(LayerTrace(cell, run, layout, layer, bool(reverse)))
            outputs.append(run.hidden.flip(0) if reverse else run.hidden)
        inputs = torch.cat(outputs, dim=-1)
    return traces


def run_layer(
    module: nn.RNNBase, cell: Cell, layer: int, reverse: bool, inputs: Tensor, start: dict[str, Tensor]
) -> Run:
    """One layer and direction through the fused kernel, in the order in which it reads."""
    xs = inputs.flip(0) if reverse else inputs
    single = single_layer(module, cell, layer, reverse, xs.shape[-1])
    first = tuple(start[name].unsqueeze(0).contiguous() for name in ("hidden", "cell") if name in start)
    hidden, _ = single(xs, first if len(first) > 1 else first[0])
    return Run(xs, hidden, start, weights_of(single))


def single_layer(module: nn.RNNBase, cell: Cell, layer: int, reverse: bool, input_size: int) -> nn.RNNBase:
    """A one-layer, one-direction module that shares the parameters of `module`'s layer and direction."""
    options = {"bias": module.bias, "device": "meta", "dtype": module.weight_ih_l0.dtype}
    if module.proj_size:
        options["proj_size"] = module.proj_size
    single = cell.module(input_size, module.hidden_size, **options)  # type: ignore[call-arg]
    suffix = f"l{layer}{'_reverse' if reverse else ''}"
    for name, _ in list(single.named_parameters()):
        setattr(single, name, getattr(module, name.replace("l0", suffix)))
    return single


def weights_of(single: nn.RNNBase) -> Weights:
    """A copy of the parameters, so that a trace stays true when the module goes on learning."""
    w_ih, w_hh = single.weight_ih_l0.detach().clone(), single.weight_hh_l0.detach().clone()
    if not single.bias:
        return Weights(w_ih, w_hh, w_ih.new_zeros(len(w_ih)), w_hh.new_zeros(len(w_hh)))
    return Weights(w_ih, w_hh, single.bias_ih_l0.detach().clone(), single.bias_hh_l0.detach().clone())


def starting_states(
    module: nn.RNNBase, cell: Cell, state: State | None, layout: Layout, inputs: Tensor
) -> list[dict[str, Tensor]]:
    """For each layer and direction its states before the first step, name -> (B, H or P)."""
    names = ("hidden", "cell") if "cell" in cell.states else ("hidden",)
    runs = module.num_layers * (2 if module.bidirectional else 1)
    sizes = {"hidden": module.proj_size or module.hidden_size, "cell": module.hidden_size}
    batch = inputs.shape[1]
    if state is None:
        return [{name: inputs.new_zeros(batch, sizes[name]) for name in names} for _ in range(runs)]
    given = dict(zip(names, as_tuple(state, names), strict=True))
    for name, values in given.items():
        expected = (runs, batch, sizes[name]) if layout.batched else (runs, sizes[name])
        check_state(name, values, expected, inputs)
    return [
        {name: values[run].reshape(batch, sizes[name]) for name, values in given.items()} for run in range(runs)
    ]


def as_tuple(state: State, names: tuple[str, ...]) -> tuple[Tensor, ...]:
    """The given state as one tensor a name. Raises TypeError where the kind does not fit the module."""
    states = state if isinstance(state, tuple) else (state,)
    if len(states) != len(names) or not all(isinstance(values, Tensor) for values in states):
        wanted = "a tuple (h_0, c_0)" if len(names) == 2 else "one tensor h_0"
        raise TypeError(f"state must be {wanted} for this module")
    return states


def check_state(name: str, values: Tensor, expected: tuple[int, ...], like: Tensor) -> None:
    """Raise InputError unless a given state has the shape and dtype that the module takes."""
    if tuple(values.shape) != expected:
        raise InputError("the {name} state has shape {got}, expected {expected}", name=name, got=tuple(values.shape), expected=expected)
    if values.dtype != like.dtype:
        raise InputError("the {name} state is {got}, the sequence is {expected}", name=name, got=values.dtype, expected=like.dtype)


def check_sequence(module: nn.RNNBase, xs: Tensor) -> None:
    """Raise TypeError or InputError unless `xs` is a sequence that `module` takes."""
    if isinstance(xs, PackedSequence):
        raise TypeError("trace takes a padded tensor, not a PackedSequence: unpack it with torch.nn.utils.rnn.pad_packed_sequence")
    if not isinstance(xs, Tensor):
        raise TypeError(f"trace takes a torch.Tensor as its sequence, not {type(xs).__name__}: convert it with torch.as_tensor")
    weight = module.weight_ih_l0
    if xs.dim() not in (2, 3):
        raise InputError("the sequence has shape {got}: it needs 2 axes (steps, features), or 3 with a batch", got=tuple(xs.shape))
    if xs.shape[-1] != module.input_size:
        raise InputError("the sequence has {got} features at a step, the module takes {expected}", got=xs.shape[-1], expected=module.input_size)
    if xs.dtype != weight.dtype:
        raise InputError("the sequence is {got}, the module's weights are {expected}: convert one of them", got=xs.dtype, expected=weight.dtype)
    if xs.device != weight.device:
        raise InputError("the sequence is on {got}, the module's weights are on {expected}", got=xs.device, expected=weight.device)
    if 0 in xs.shape[:-1]:
        raise InputError("the sequence has shape {got}: there is no step to trace", got=tuple(xs.shape))
