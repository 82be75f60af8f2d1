"""Modules, sequences and states for the tests of `trace`: seeded, nothing zero.

Axes: T time steps, B batch, I input features, H hidden units, L layers, D directions.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from cells import CELLS, TASKS
from cells.core.stepwise import Recurrent
from tests.checking.sampling import few

T, B, I, H, P = 7, 3, 4, 5, 2  # noqa: E741 - the axes' letters
TOLERANCE = {torch.float32: 1e-6, torch.float64: 1e-12}
# Each family, with PyTorch's own module, and a variant, which is walked, with weights and carried signals of its own.
KINDS = ("rnn", "lstm", "gru", "lstm-full-gate-recurrence")
# Where it matters what keeps a memory, also a gate that renews it, and nothing at all.
KEEPING = (*KINDS, "mgu", "lstm-no-forget-gate")


SOME_CELLS = few(CELLS, *KINDS)
SOME_SLOPES = few(CELLS, *KINDS, "rnn-relu")  # for derivatives: a relu's is a step
SOME_TASKS = few(TASKS, "latch", "adding", "reber", "sunspots", "text")  # each goal, and what there is only once


@dataclass(frozen=True)
class Case:
    """One way to set a module up, and to call it."""

    cell: str
    layers: int = 1
    bidirectional: bool = False
    bias: bool = True
    proj_size: int = 0
    dtype: torch.dtype = torch.float32
    batched: bool = True
    batch_first: bool = False
    given_state: bool = True

    def __str__(self) -> str:
        """Return a test id."""
        return "-".join(
            [
                self.cell,
                f"{self.layers}layers",
                "both" if self.bidirectional else "forward",
                "bias" if self.bias else "nobias",
                *(["proj"] if self.proj_size else []),
                str(self.dtype).removeprefix("torch."),
                ("BTI" if self.batch_first else "TBI") if self.batched else ("TI-bf" if self.batch_first else "TI"),
                "state" if self.given_state else "zero",
            ]
        )

    @property
    def tolerance(self) -> float:
        """The tolerance within which numbers are equal in this dtype."""
        return TOLERANCE[self.dtype]

    @property
    def state_sizes(self) -> dict[str, int]:
        """Name of each state -> its number of units."""
        sizes = {"hidden": self.proj_size or H, "cell": H}
        return {name: sizes[name] for name in sorted(CELLS[self.cell].states, reverse=True)}

    def module(self) -> Recurrent:
        """Return a module in training mode, initialised by PyTorch after the seed that every test starts from.

        A gated one is made livelier, for as initialised its signal fades to 0.0006 over three layers.
        """
        options = {"proj_size": self.proj_size} if self.proj_size else {}
        module = CELLS[self.cell].module(
            I,
            H,
            num_layers=self.layers,
            bidirectional=self.bidirectional,
            bias=self.bias,
            batch_first=self.batch_first,
            dtype=self.dtype,
            **options,
        )
        if CELLS[self.cell].memory is not None:
            with torch.no_grad():
                for parameter in module.parameters():
                    parameter.mul_(2)
        return module

    def sequence(self) -> Tensor:
        """Return a sequence in the layout that the module takes."""
        return self.lay_out(torch.randn(T, B if self.batched else 1, I, dtype=self.dtype))

    def states(self) -> dict[str, Tensor]:
        """Return every state before the first step, (L D, B, ·); zeros unless the state is given."""
        runs, batch = self.layers * (1 + self.bidirectional), B if self.batched else 1
        make = torch.randn if self.given_state else torch.zeros
        return {name: make(runs, batch, size, dtype=self.dtype) for name, size in self.state_sizes.items()}

    def as_argument(self, states: dict[str, Tensor]) -> Tensor | tuple[Tensor, Tensor] | None:
        """Return the states as the module takes them: h_0 or (h_0, c_0), or None where they are left out."""
        if not self.given_state:
            return None
        laid = [values if self.batched else values.squeeze(1) for values in states.values()]
        return (laid[0], laid[1]) if len(laid) == 2 else laid[0]

    def lay_out(self, xs: Tensor) -> Tensor:
        """Bring (T, B, ·) to the layout that the module takes."""
        if not self.batched:
            return xs.squeeze(1)
        return xs.transpose(0, 1) if self.batch_first else xs

    def time_major(self, xs: Tensor) -> Tensor:
        """Bring what the module takes to (T, B, ·)."""
        if not self.batched:
            return xs.unsqueeze(1)
        return xs.transpose(0, 1) if self.batch_first else xs
