"""One cell's run, and the gradient of its loss on the way back through it.

Axes: T time steps, H units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import attrgetter

import torch
from torch import Tensor

from cells import (
    CELLS,
    GradientFlow,
    Highway,
    InputError,
    Norms,
    ReadAt,
    Strength,
    first_state,
    gradient_flow,
    half_life,
    highway,
    measured_influence,
    recurrent_strength,
    state_places,
    surely_vanishes,
    trace,
    with_chrono_biases,
    with_forget_bias,
)
from cells.core.forward_pass import State
from cells.core.stepwise import Recurrent
from cells.core.threads import one_thread_below
from cells.gradients.initial_states import ZERO
from pages.gradient.weight_and_biases import CHRONO, common_bias
from pages.shared.cache import HashFuncs, cached
from pages.shared.scene.run import BY_ID, TracedRun, run_id

# A step of S units of state costs S cubed or so; beyond these many steps times S squared a page would keep one waiting.
MAPPED_WORK, PATH_WORK = 200 * 128**2, 500 * 64**2
FEWEST_STEPS = 20  # that are always looked at


@dataclass(frozen=True)
class GradientOptions:
    """The choices that every cell's walk shares: where the loss is read, and what is done to its gradient."""

    read_at: int
    biases: str
    first_state: str
    truncate: int | None
    clip: float | None
    seed: int


@dataclass(frozen=True)
class GradientWalk:
    """One cell's run, and the gradient of its loss on the way back; shared between sessions, so never changed.

    run: the run with its biases and first state. vanishes: as `surely_vanishes`. loss_from_zero: the loss of a run
    whose first state is all zero.
    """

    id: str
    cell: str
    run: TracedRun
    start_state: State | None
    options: GradientOptions
    flow: GradientFlow
    strengths: dict[str, Strength]
    vanishes: bool | None
    loss_from_zero: float

    @property
    def memory(self) -> str:
        """The name of the state whose gradient is followed: the cell state where there is one."""
        memory = CELLS[self.cell].memory
        return memory.state if memory else "hidden"

    @property
    def norms(self) -> Norms:
        """The gradient's norm at the memory: (T + 1), that at the state before the first step first."""
        first, later = self.flow.first_norms[self.memory], self.flow.norms[self.memory]
        return Norms(
            torch.cat([first.values.reshape(1), later.values]), torch.cat([first.log10.reshape(1), later.log10])
        )

    @property
    def log_left(self) -> Tensor:
        """The gradient that is left: log10 of its norm against that at the loss, (T + 1); NaN if undefined."""
        at_loss = self.norms.log10[self.options.read_at + 1]
        return self.norms.log10 - at_loss if bool(at_loss.isfinite()) else torch.full_like(self.norms.log10, math.nan)

    @property
    def half_life(self) -> float | None:
        """The steps in which the gradient halves, below 0 where it doubles; None where it can be told of neither."""
        log10 = self.norms.log10[: self.options.read_at + 2].flip(0)
        try:
            return half_life(Norms(10**log10, log10))
        except InputError:
            return None

    @property
    def is_dead(self) -> bool:
        """True if nothing goes back because the loss does not change with the state that it reads."""
        return float(self.norms.log10[self.options.read_at + 1]) == -math.inf

    @property
    def precision(self) -> str:
        """The name of the numbers' type."""
        return str(self.run.sequence.values.dtype).removeprefix("torch.")

    def out_of_range(self) -> list[tuple[str, int, int]]:
        """List the kinds of norms that cannot be drawn as they stand: kind, how many, and the first on the way back.

        Steps count from 1; 0 is the state before the first step.
        """
        masks = [(kind, getattr(self.norms, kind)) for kind in ("overflowed", "underflowed", "undefined")]
        return [(kind, int(mask.sum()), int(mask.nonzero().max())) for kind, mask in masks if bool(mask.any())]

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates whose weights can be chosen, in the order of their rows."""
        return CELLS[self.cell].gates

    @property
    def units(self) -> int:
        """The number of hidden units, H."""
        return self.run.layers[0]["hidden"].shape[-1]


BY_WALK_ID: HashFuncs = {GradientWalk: attrgetter("id")}


@cached(private=lambda run, options: run.private, hash_funcs=BY_ID)
def walk_back(run: TracedRun, options: GradientOptions) -> GradientWalk:
    """Follow the gradient of one cell's loss back, as `options` asks."""
    with one_thread_below(run.module.hidden_size):
        return compute_walk(run_id(run.id, options), options, run)


def compute_walk(walk_id: str, options: GradientOptions, original: TracedRun) -> GradientWalk:
    """Run a cell with the biases and first state of `options`, and follow its gradient back."""
    module, sequence = with_biases(original.module, options, len(original.sequence.labels)), original.sequence
    values, read = sequence.values, ReadAt(options.read_at)
    start_state = first_state(module, values, options.first_state, options.read_at, options.seed)
    layers = trace(module, values, start_state)
    flow = gradient_flow(module, values, read, start_state, truncate=options.truncate, clip=options.clip)
    loss_from_zero = flow.loss if options.first_state == ZERO else read(trace(module, values)[0]["hidden"])
    cell = layers[0].cell
    return GradientWalk(
        walk_id,
        cell.key,
        TracedRun(walk_id, sequence, module, layers, private=original.private),
        start_state,
        options,
        flow,
        recurrent_strength(module),
        surely_vanishes(module),
        float(loss_from_zero),
    )


def with_biases(module: Recurrent, options: GradientOptions, steps: int) -> Recurrent:
    """Return the module with the biases of `options`; as it is where no gate decides what is kept."""
    bias = common_bias(options.biases)
    try:
        if options.biases == CHRONO:
            return with_chrono_biases(module, max(2, steps), options.seed)
        return module if bias is None else with_forget_bias(module, bias)
    except InputError:
        return module


@cached(private=lambda walk: walk.run.private, hash_funcs=BY_WALK_ID)
def memory_path(walk: GradientWalk) -> Highway:
    """Take the derivative of a cell's memory apart, from where the loss is read as far back as `path_start` says."""
    run, at = walk.run, walk.options.read_at
    return highway(run.module, run.sequence.values, walk.start_state, at=at, since=path_start(walk))


def path_start(walk: GradientWalk) -> int:
    """Return the first step, from 0, of what `memory_path` looks at."""
    return max(0, walk.options.read_at + 1 - affordable_steps(PATH_WORK, walk))


def affordable_steps(work: int, walk: GradientWalk) -> int:
    """Return how many steps of a run can be looked at for so much work."""
    size = max(int(states.stop) for states in state_places(walk.run.module).values())
    return max(FEWEST_STEPS, work // size**2)


@dataclass(frozen=True)
class Section:
    """The steps of a run that an influence map shows, counted from 0."""

    first: int
    last: int

    @property
    def steps(self) -> slice:
        """The section as a slice."""
        return slice(self.first, self.last + 1)


@cached(private=lambda walk, section: walk.run.private, hash_funcs=BY_WALK_ID)
def influence_of(walk: GradientWalk, section: Section) -> Norms:
    """Measure how strongly each input of a section acts on each of its hidden states.

    What comes behind the section is not looked at.
    """
    run = walk.run
    return measured_influence(
        run.module, run.sequence.values[: section.last + 1], walk.start_state, steps=section.steps
    )
