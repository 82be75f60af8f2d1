"""How much faster is the influence of every input on every step than T separate backward passes?

Run it alone with `python -m tests.benchmarks.bench_gradients`. Every figure is a ratio of medians taken in turns in one
run, in processor time of one thread. The T passes go through PyTorch's own module, one for each step t, and give the
same (T, T): the sequence stands H times side by side in a batch, so that one pass gives the derivative of each unit of
step t. Beside them stand T passes of one number each, the sum of a step's units, which give one of H rows and so no
norm; PyTorch's oneDNN kernel for the LSTM in float32 makes these cheap.

Axes: T time steps, I input features, H hidden units.
"""

from __future__ import annotations

import torch
from torch import Tensor

from cells import CELLS, gradient_flow, highway, input_influence
from cells.core.stepwise import Recurrent
from tests.benchmarks.bench_cells import one_thread
from tests.benchmarks.turns import in_turns

T, H, I = 200, 32, 8  # noqa: E741 - the axes' letters
TARGET = 10  # passes / influence, at least
TURNS, SLOW_TURNS = 9, 1
KEYS = ("rnn", "lstm", "gru")


def main() -> None:
    """Measure and print the table."""
    print(f"influence of T = {T} inputs of I = {I} on H = {H} units, float32, one thread; medians of {TURNS} turns\n")
    print(
        f"{'cell':<6}{'influence':>12}{'T passes':>12}{'ratio':>8}{'target':>9}{'T passes of one row':>22}{'ratio':>8}"
    )
    with one_thread():
        for key in KEYS:
            print(row(key), flush=True)
        print(f"\n{'cell':<6}{'gradient flow':>15}{'its passes alone':>19}{'highway':>12}")
        for key in KEYS:
            print(others(key), flush=True)


def made(key: str) -> tuple[Recurrent, Tensor]:
    """A module and a sequence."""
    torch.manual_seed(0)
    return CELLS[key].module(I, H), torch.randn(T, I)


def row(key: str) -> str:
    """One line of the table; the slow passes, which take seconds, have turns of their own."""
    module, xs = made(key)
    assert torch.allclose(by_passes(module, xs), input_influence(module, xs), rtol=1e-4, atol=1e-6)
    influence, single = in_turns(TURNS, lambda: input_influence(module, xs), lambda: single_rows(module, xs))
    beside, passes = in_turns(
        SLOW_TURNS, lambda: input_influence(module, xs), lambda: by_passes(module, xs), warm=False
    )
    ratio = passes / beside
    verdict = f">= {TARGET}" + (" " if ratio >= TARGET else "!")
    times = f"{influence * 1e3:>9.1f} ms{passes:>10.2f} s{ratio:>8.0f}{verdict:>9}"
    return f"{key:<6}{times}{single * 1e3:>19.0f} ms{single / influence:>8.1f}"


def by_passes(module: Recurrent, xs: Tensor) -> Tensor:
    """The influence by T backward passes: (T, T)."""
    side_by_side = xs.unsqueeze(1).repeat(1, H, 1).requires_grad_()
    outputs, _ = module(side_by_side)
    norms = []
    for h in outputs:
        (by,) = torch.autograd.grad(h.diagonal().sum(), side_by_side, retain_graph=True)
        norms.append(by.square().sum((1, 2)).sqrt())
    return torch.stack(norms)


def single_rows(module: Recurrent, xs: Tensor) -> None:
    """T backward passes, each from one number."""
    xs = xs.clone().requires_grad_()
    outputs, _ = module(xs)
    for h in outputs:
        torch.autograd.grad(h.sum(), xs, retain_graph=True)


def others(key: str) -> str:
    """Time what else the page needs against the module's own forward and backward pass.

    That is the gradient on its way back with all contributions to the recurrent weights, and the highway.
    """
    module, xs = made(key)
    flow, own, way = in_turns(
        TURNS,
        lambda: gradient_flow(module, xs, T - 1).contributions["weight_hh_l0"],
        lambda: torch.autograd.grad(module(xs)[0][T - 1].square().sum(), list(module.parameters())),
        lambda: highway(module, xs),
    )
    return f"{key:<6}{flow * 1e3:>12.1f} ms{own * 1e3:>16.1f} ms{way * 1e3:>9.1f} ms"


if __name__ == "__main__":
    main()
