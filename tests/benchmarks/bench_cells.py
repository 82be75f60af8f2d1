"""How much more than its own forward pass does it cost to see every gate of a module?

Run it alone with `python -m tests.benchmarks.bench_cells`. Every figure is a ratio of medians taken in turns in one
run, in processor time of one thread, to which nothing is added by other programs. The step loop is what one would write
without `trace`: PyTorch's cells, step by step, each gate recorded.

Axes: T time steps, B batch, I input features, H hidden units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from cells import CELLS, trace
from cells.core.stepwise import Recurrent
from cells.tracing.clamp import Clamp
from tests.benchmarks.turns import in_turns

T, B, I = 1000, 1, 8  # noqa: E741 - the axes' letters
SIZES = (32, 128)
TARGETS = {"rnn": 2.5, "lstm": 3.0, "gru": 2.5}  # trace / forward, at most
CLAMPED_TARGET = 1.2  # clamped trace / loop, at most
CLAMPS: dict[str, tuple[Clamp, ...]] = {
    "forget = 1, steps 10 to 20, unit 0": (Clamp("forget", 1.0, units=0, steps=range(10, 21)),),
    "forget = 1 everywhere": (Clamp("forget", 1.0),),
    "every signal, two thirds of it": tuple(
        Clamp(signal.name, 0.5, units=slice(0, 20), steps=slice(0, 667)) for signal in CELLS["lstm"].shown
    ),
}
QUICK_TURNS, LOOP_TURNS = 41, 5  # a loop takes tens of times as long, and its ratio needs no second digit
CLAMPED_TURNS = 15

Signals = dict[str, list[Tensor]]


def main() -> None:
    """Measure and print the table."""
    print(f"trace of T = {T} steps, B = {B}, I = {I}, float32, one thread; medians of {QUICK_TURNS} turns\n")
    print(f"{'cell':<6}{'H':>5}{'forward':>12}{'trace / forward':>18}{'target':>9}{'loop / forward':>17}")
    with one_thread(), torch.no_grad():
        for key in TARGETS:
            for size in SIZES:
                print(row(key, size))
        print(f"\nclamped trace of an LSTM, H = {SIZES[0]}, against the loop; medians of {CLAMPED_TURNS} turns\n")
        print(f"{'held':<38}{'loop':>12}{'trace / loop':>15}{'target':>9}")
        for held, clamps in CLAMPS.items():
            print(clamped_row(held, clamps))


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread while it lasts."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def row(key: str, size: int) -> str:
    """One line of the table."""
    torch.manual_seed(0)
    module, xs = CELLS[key].module(I, size).eval(), torch.randn(T, B, I)
    forward, traced = in_turns(QUICK_TURNS, lambda: module(xs), lambda: trace(module, xs))
    loop = step_loop(key, module, xs)
    forward_beside, looped = in_turns(LOOP_TURNS, lambda: module(xs), loop)
    ratio, target = traced / forward, TARGETS[key]
    verdict = f"<= {target}" + (" " if ratio <= target else "!")
    return f"{key:<6}{size:>5}{forward * 1e3:>9.2f} ms{ratio:>18.2f}{verdict:>9}{looped / forward_beside:>17.1f}"


def clamped_row(held: str, clamps: tuple[Clamp, ...]) -> str:
    """One line of the table of clamped traces."""
    torch.manual_seed(0)
    module, xs = CELLS["lstm"].module(I, SIZES[0]).eval(), torch.randn(T, B, I)
    looped, traced = in_turns(CLAMPED_TURNS, step_loop("lstm", module, xs), lambda: trace(module, xs, clamp=clamps))
    ratio = traced / looped
    verdict = f"<= {CLAMPED_TARGET}" + (" " if ratio <= CLAMPED_TARGET else "!")
    return f"{held:<38}{looped * 1e3:>9.2f} ms{ratio:>15.2f}{verdict:>9}"


def step_loop(key: str, module: Recurrent, xs: Tensor) -> Callable[[], Signals]:
    """A loop over time that records every gate, with the weights of `module`."""
    weights = {name.removesuffix("_l0"): parameter for name, parameter in module.named_parameters()}
    made: dict[str, nn.RNNCellBase] = {
        "rnn": nn.RNNCell(I, module.hidden_size),
        "lstm": nn.LSTMCell(I, module.hidden_size),
        "gru": nn.GRUCell(I, module.hidden_size),
    }
    cell = made[key]
    cell.load_state_dict(weights)
    loops = {"rnn": loop_rnn, "lstm": loop_lstm, "gru": loop_gru}
    return lambda: loops[key](cell, xs)


def gate_sums(cell: nn.RNNCellBase, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
    """W x + b_ih and U h + b_hh, each (B, K H)."""
    return (
        nn.functional.linear(x, cell.weight_ih, cell.bias_ih),
        nn.functional.linear(h, cell.weight_hh, cell.bias_hh),
    )


def loop_rnn(cell: nn.RNNCellBase, xs: Tensor) -> Signals:
    """The only signal is what the cell gives."""
    h, signals = xs.new_zeros(B, cell.hidden_size), []
    for x in xs:
        h = cell(x, h)
        signals.append(h)
    return {"hidden": signals}


def loop_lstm(cell: nn.RNNCellBase, xs: Tensor) -> Signals:
    """The gates beside what the cell gives."""
    h, c = xs.new_zeros(2, B, cell.hidden_size)
    signals: Signals = {name: [] for name in ("input", "forget", "candidate", "output", "cell", "hidden")}
    for x in xs:
        from_input, from_hidden = gate_sums(cell, x, h)
        i, f, g, o = (from_input + from_hidden).chunk(4, dim=-1)
        h, c = cell(x, (h, c))
        for name, values in zip(signals, (i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid(), c, h), strict=True):
            signals[name].append(values)
    return signals


def loop_gru(cell: nn.RNNCellBase, xs: Tensor) -> Signals:
    """The gates beside what the cell gives."""
    h = xs.new_zeros(B, cell.hidden_size)
    signals: Signals = {name: [] for name in ("reset", "update", "candidate", "hidden")}
    for x in xs:
        from_input, from_hidden = (sums.chunk(3, dim=-1) for sums in gate_sums(cell, x, h))
        r = (from_input[0] + from_hidden[0]).sigmoid()
        z = (from_input[1] + from_hidden[1]).sigmoid()
        n = (from_input[2] + r * from_hidden[2]).tanh()
        h = cell(x, h)
        for name, values in zip(signals, (r, z, n, h), strict=True):
            signals[name].append(values)
    return signals


if __name__ == "__main__":
    main()
