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
    ReadEnds,
    Strength,
    first_state,
    gradient_flow,
    gradient_flows,
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
from pages.shared.scene.own_model import first_layer_alone
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

    run: the run with its biases and first state. flows: of every layer and direction, in the order of the run's;
    `flow` is that of the lowest layer, forward, and so is all that speaks of one layer. vanishes: as `surely_vanishes`,
    None for a stack. loss_from_zero: the loss of a run whose first state is all zero.
    """

    id: str
    cell: str
    run: TracedRun
    start_state: State | None
    options: GradientOptions
    flows: tuple[GradientFlow, ...]
    strengths: dict[str, Strength]
    vanishes: bool | None
    loss_from_zero: float

    @property
    def memory(self) -> str:
        """The name of the state whose gradient is followed: the cell state where there is one."""
        memory = CELLS[self.cell].memory
        return memory.state if memory else "hidden"

    @property
    def flow(self) -> GradientFlow:
        """The gradient in the lowest layer, forward: the only one where there is no stack."""
        return self.flows[0]

    @property
    def stacked(self) -> bool:
        """True where there are several layers or directions."""
        return len(self.flows) > 1

    @property
    def lowest(self) -> Recurrent:
        """The module of the lowest layer alone, forward."""
        return first_layer_alone(self.run.module, self.cell) if self.stacked else self.run.module

    @property
    def norms(self) -> Norms:
        """The gradient's norm at the lowest layer's memory: (T + 1), that before the first step first."""
        return self.norms_in(0)

    def norms_in(self, index: int) -> Norms:
        """Return the gradient's norm at the memory of a layer and direction, (T + 1), in the order read."""
        first, later = self.flows[index].first_norms[self.memory], self.flows[index].norms[self.memory]
        return Norms(
            torch.cat([first.values.reshape(1), later.values]), torch.cat([first.log10.reshape(1), later.log10])
        )

    @property
    def log_at_loss(self) -> Tensor:
        """The log10 of the norm at the top layer's memory where the loss is read; of both directions together."""
        top = self.run.layers[-1].layer
        ends = [
            self.norms_in(index).log10[self.options.read_at + 1]
            for index, layer in enumerate(self.run.layers)
            if layer.layer == top
        ]
        return ends[0] if len(ends) == 1 else torch.stack(ends).mul(2 * math.log(10)).logsumexp(0) / (2 * math.log(10))

    @property
    def log_left(self) -> Tensor:
        """The gradient that is left in the lowest layer, see `log_left_in`."""
        return self.log_left_in(0)

    def log_left_in(self, index: int) -> Tensor:
        """Return what is left in a layer and direction: log10 of the norm against that at the loss, (T + 1).

        NaN if undefined.
        """
        log10, at_loss = self.norms_in(index).log10, self.log_at_loss
        return log10 - at_loss if bool(at_loss.isfinite()) else torch.full_like(log10, math.nan)

    @property
    def half_life(self) -> float | None:
        """The steps in which the gradient halves, below 0 where it doubles; None where it can be told of neither.

        In both directions what comes down from the backward one reaches the first steps anew, so that it has no pace.
        """
        if self.run.module.bidirectional:
            return None
        log10 = self.norms.log10[: self.options.read_at + 2].flip(0)
        try:
            return half_life(Norms(10**log10, log10))
        except InputError:
            return None

    @property
    def is_dead(self) -> bool:
        """True if nothing goes back because the loss does not change with the state that it reads."""
        return float(self.log_at_loss) == -math.inf

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
    values, read = sequence.values, ReadEnds() if module.bidirectional else ReadAt(options.read_at)
    start_state = first_state(module, values, options.first_state, options.read_at, options.seed)
    layers = trace(module, values, start_state)
    flows = (
        tuple(gradient_flows(module, values, read, start_state, clip=options.clip))
        if len(layers) > 1
        else (gradient_flow(module, values, read, start_state, truncate=options.truncate, clip=options.clip),)
    )
    loss_from_zero = flows[0].loss if options.first_state == ZERO else read(trace(module, values)[0]["hidden"])
    cell = layers[0].cell
    lowest = first_layer_alone(module, cell.key) if len(layers) > 1 else module
    return GradientWalk(
        walk_id,
        cell.key,
        TracedRun(walk_id, sequence, module, layers, private=original.private),
        start_state,
        options,
        flows,
        recurrent_strength(lowest),
        surely_vanishes(lowest) if lowest is module else None,
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
    """Take the derivative of the lowest layer's memory apart, from where the loss is read back to `path_start`."""
    run, at = walk.run, walk.options.read_at
    return highway(walk.lowest, run.sequence.values, walk.start_state, at=at, since=path_start(walk))


def path_start(walk: GradientWalk) -> int:
    """Return the first step, from 0, of what `memory_path` looks at."""
    return max(0, walk.options.read_at + 1 - affordable_steps(PATH_WORK, walk))


def affordable_steps(work: int, walk: GradientWalk) -> int:
    """Return how many steps of a run can be looked at for so much work."""
    size = max(int(states.stop) for states in state_places(walk.lowest).values())
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
    """Measure how strongly each input of a section acts on each of the lowest layer's hidden states.

    What comes behind the section is not looked at.
    """
    run = walk.run
    return measured_influence(
        walk.lowest, run.sequence.values[: section.last + 1], walk.start_state, steps=section.steps
    )
