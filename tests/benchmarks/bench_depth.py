"""How much more than its own forward pass does it cost to see every value of a deep stack?

Run it alone with `python -m tests.benchmarks.bench_depth`. Every figure is a ratio of medians taken in turns in one
run, in processor time of one thread, neither side keeping what a backward pass would need.

Axes: B examples of a batch, C channels, H = W points.
"""

from __future__ import annotations

import torch

from cells import Plan, Stack, deep
from cells.depth.units import UNITS
from tests.benchmarks.bench_cells import one_thread
from tests.benchmarks.turns import in_turns

N, B, C, H = 50, 2, 8, 8
TARGETS = {"residual": 1.5}  # deep / forward, at most
TURNS = 41


def main() -> None:
    """Measure and print the table."""
    print(f"deep of {N} units, B = {B}, C = {C}, {H} x {H} points, float32, one thread; medians of {TURNS} turns\n")
    print(f"{'unit':<10}{'training':<10}{'forward':>12}{'deep / forward':>17}{'target':>9}")
    with one_thread(), torch.no_grad():
        for kind in UNITS:
            for training in (False, True):
                print(row(kind, training=training), flush=True)


def row(kind: str, *, training: bool) -> str:
    """One line of the table."""
    torch.manual_seed(0)
    stack, x = Stack(Plan(kind, depth=N, channels=C)).train(training), torch.randn(B, 1, H, H)
    forward, traced = in_turns(TURNS, lambda: stack(x), lambda: deep(stack, x))
    ratio, target = traced / forward, TARGETS.get(kind)
    verdict = "" if target is None else f"<= {target}" + (" " if ratio <= target else "!")
    return f"{kind:<10}{training!s:<10}{forward * 1e3:>9.2f} ms{ratio:>17.2f}{verdict:>9}"


if __name__ == "__main__":
    main()
