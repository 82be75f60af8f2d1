"""Module and sequence in, every signal at every step out.

The fused module computes the hidden states; the gates are then recomputed from these in one batched pass, and only the
LSTM's cell state is scanned step by step. So a trace costs little more than the module's own forward pass.

Axes: T time steps, B batch, I input features, H hidden units, P projected units, L layers, D directions.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from cells.cell import Cell
from cells.checks import State, as_tuple, check_sequence, check_state, first_weight
from cells.known import cell_of
from cells.layer_trace import LayerTrace, Layout
from cells.run import Run, Weights


def trace(module: nn.Module, xs: Tensor, state: State | None = None) -> list[LayerTrace]:
    """Every signal of every layer and direction of `module` while it reads `xs`.

    module: an `nn.RNN`, `nn.LSTM` or `nn.GRU`, with any layers, directions, `batch_first`, `bias`, `proj_size` and
        float dtype. It is not changed. Dropout between layers is left out, as in evaluation.
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
    hidden, _ = single.forward(xs, first if len(first) > 1 else first[0])  # past the hooks of a module that is traced
    return Run(xs, hidden, start, weights_of(single))


def single_layer(module: nn.RNNBase, cell: Cell, layer: int, reverse: bool, input_size: int) -> nn.RNNBase:
    """A one-layer, one-direction, time-major module that shares the parameters of `module`'s layer and direction."""
    if (module.num_layers, module.bidirectional, module.batch_first) == (1, False, False):
        return module
    options = {"bias": module.bias, "device": "meta", "dtype": first_weight(module).dtype}
    if module.proj_size:
        options["proj_size"] = module.proj_size
    single = cell.module(input_size, module.hidden_size, **options)
    suffix = f"l{layer}{'_reverse' if reverse else ''}"
    for name, _ in list(single.named_parameters()):
        setattr(single, name, getattr(module, name.replace("l0", suffix)))
    return single


def weights_of(single: nn.RNNBase) -> Weights:
    """A copy of the parameters, so that a trace stays true when the module goes on learning; zeros for no bias."""
    own = {name: parameter.detach().clone() for name, parameter in single.named_parameters()}
    w_ih, w_hh = own["weight_ih_l0"], own["weight_hh_l0"]
    zeros = w_ih.new_zeros(len(w_ih))
    return Weights(w_ih, w_hh, own.get("bias_ih_l0", zeros), own.get("bias_hh_l0", zeros))


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
    return [{name: values[run].reshape(batch, sizes[name]) for name, values in given.items()} for run in range(runs)]
