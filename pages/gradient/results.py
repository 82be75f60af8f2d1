"""From a Scene to the gradients of several cells on one sequence, each with what it is measured by.

Axes: T time steps, H units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

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
from cells.core.messages import N_
from cells.core.run import State
from cells.core.settings import MAX_UNITS
from cells.core.stepwise import Recurrent
from cells.core.threads import one_thread_below
from cells.gradients.initial_states import ZERO
from cells.sequences import Sequence
from pages.compare.results import runs_of
from pages.gradient.kind import AS_THEY_ARE, CHRONO, WeightPlace, bias_of
from pages.shared.cache import kept
from pages.shared.scene.own_model import MODEL, layer_of
from pages.shared.scene.run import OTHER_WEIGHTS, Opened, or_example, outside, place, run_id
from pages.shared.scene.scene import STACKING, Scene, changed, usual_weights

MOST_MAPPED = 200  # steps on each side of an influence map: more could not be told apart on a screen
# A step of S units of state costs S cubed or so; beyond these many steps times S squared a page would keep one waiting.
MAPPED_WORK, WAY_WORK = 200 * 128**2, 500 * 64**2
FEWEST = 20  # steps that are always looked at
STEPS_BACK = 10  # from where the loss is read to where the page opens


@dataclass(frozen=True)
class Question:
    """What is asked of every cell's run: where the loss is read, and what is done to its gradient on the way."""

    read_at: int
    biases: str
    first_state: str
    truncate: int | None
    clip: float | None
    seed: int


@dataclass(frozen=True)
class Walked:
    """One cell's run, and the gradient of its loss on the way back; shared between sessions, so never changed.

    opened: the run with its biases and first state. vanishes: as `surely_vanishes`. from_zero: the loss of a run whose
    first state is all zero.
    """

    id: str
    cell: str
    opened: Opened
    start: State | None
    question: Question
    flow: GradientFlow
    strengths: dict[str, Strength]
    vanishes: bool | None
    from_zero: float

    @property
    def memory(self) -> str:
        """The state whose gradient is followed: the cell state where there is one."""
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
    def left(self) -> Tensor:
        """What is left of it: log10 of its norm against that where the loss is read, (T + 1), NaN where undefined."""
        at = self.norms.log10[self.question.read_at + 1]
        return self.norms.log10 - at if bool(at.isfinite()) else torch.full_like(self.norms.log10, math.nan)

    @property
    def half(self) -> float | None:
        """The steps in which it halves on its way, None where there is no such way."""
        log10 = self.norms.log10[: self.question.read_at + 2].flip(0)
        try:
            return half_life(Norms(10**log10, log10))
        except InputError:
            return None

    @property
    def dead(self) -> bool:
        """Whether nothing goes back because the loss does not change with the state that it reads."""
        return float(self.norms.log10[self.question.read_at + 1]) == -math.inf

    @property
    def precision(self) -> str:
        """The name of the numbers' type."""
        return str(self.opened.sequence.values.dtype).removeprefix("torch.")

    def marks(self) -> list[tuple[str, int, int]]:
        """Kinds of norms that cannot be drawn as they stand, how many, and the first on the way back, from 1; 0 is the
        state before the first step.
        """
        found = [(kind, getattr(self.norms, kind)) for kind in ("overflowed", "underflowed", "undefined")]
        return [(kind, int(marked.sum()), int(marked.nonzero().max())) for kind, marked in found if bool(marked.any())]

    @property
    def rows(self) -> tuple[str, ...]:
        """The gates whose weights can be chosen."""
        return CELLS[self.cell].gates

    @property
    def units(self) -> int:
        """H."""
        return self.opened.layers[0]["hidden"].shape[-1]


@dataclass(frozen=True)
class Gradients:
    """The gradients of a scene's cells. home: the step at which a first look opens.

    stand_ins: the cells that the chosen weights do not fit, which have random ones instead.
    """

    walked: list[Walked]
    read_at: int
    home: int
    stand_ins: tuple[str, ...] = ()

    @property
    def gated(self) -> Walked | None:
        """The first cell with gates, whose memory's derivative is taken apart."""
        return next((one for one in self.walked if CELLS[one.cell].memory), None)

    @property
    def sequence(self) -> Sequence:
        """What all of them read."""
        return self.walked[0].opened.sequence

    @property
    def private(self) -> bool:
        """Whether it is made of somebody's own file."""
        return self.walked[0].opened.private


def open_gradients(scene: Scene) -> tuple[Scene, Gradients, list[InputError]]:
    """The gradients of a scene, the scene with its position inside them, and what could not be used."""
    _, runs, problems = or_example(followable(scene), runs_of)
    if scene.weights == MODEL != followable(scene).weights:
        told = N_("Gradients are followed through at most {limit} units; your model has more.")
        problems = [InputError(told, limit=MAX_UNITS), InputError(OTHER_WEIGHTS), *problems]
    if any(scene.settings.get(name, 1) != 1 for name in STACKING):
        problems.append(
            InputError(N_("Gradients are followed through one layer that reads forward; the other runs are left out."))
        )
    if len(runs[0][2].sequence.labels) == 1:
        problems.append(
            InputError(N_("A single step has no way back. Choose a longer sequence to see a gradient travel."))
        )
    largest = max((opened for _, _, opened in runs), key=lambda opened: opened.layers[0]["hidden"].shape[-1])
    scene, misplaced = place(scene, largest)
    steps = len(largest.sequence.labels)
    if scene.read_at is not None and not 0 <= scene.read_at < steps:
        misplaced.append(outside("read_at", scene.read_at, 0, steps - 1))
        scene = replace(scene, read_at=None)
    read_at = steps - 1 if scene.read_at is None else scene.read_at
    walked = [walk(scene, weights, opened, read_at) for _, weights, opened in runs]
    stand_ins = tuple(cell for cell, weights, _ in runs if weights != followable(scene).weights)
    return scene, Gradients(walked, read_at, max(-1, read_at - STEPS_BACK), stand_ins), problems + misplaced


def followable(scene: Scene) -> Scene:
    """The scene, with other weights where the visitor's model is too large to be waited for."""
    if scene.weights != MODEL:
        return scene
    try:
        large = layer_of(scene.cell, scene.settings).module.hidden_size > MAX_UNITS
    except InputError:
        return scene
    return changed(scene, weights=usual_weights(scene.shown, scene.input)) if large else scene


def walk(scene: Scene, weights: str, opened: Opened, read_at: int) -> Walked:
    """One cell's gradient; the biases of weights wired by hand are part of their wiring, and stay."""
    question = Question(
        read_at,
        scene.biases if weights == "random" else AS_THEY_ARE,
        scene.first_state,
        scene.truncate,
        scene.clip,
        int(scene.settings.get("seed", 0)),
    )
    return remembered_walk(opened.id, question, opened)


@kept(private=lambda run, question, _opened: _opened.private)
def remembered_walk(run: str, question: Question, _opened: Opened) -> Walked:
    """Made once for the same run and question."""
    with one_thread_below(_opened.module.hidden_size):
        return walked_back(run_id(run, question), question, _opened)


def walked_back(name: str, question: Question, opened: Opened) -> Walked:
    """One cell's gradient, as `question` asks."""
    module, sequence = biased(opened.module, question, len(opened.sequence.labels)), opened.sequence
    values, read = sequence.values, ReadAt(question.read_at)
    start = first_state(module, values, question.first_state, question.read_at, question.seed)
    layers = trace(module, values, start)
    flow = gradient_flow(module, values, read, start, truncate=question.truncate, clip=question.clip)
    zero = flow.loss if question.first_state == ZERO else read(trace(module, values)[0]["hidden"])
    cell = layers[0].cell
    return Walked(
        name,
        cell.key,
        Opened(name, sequence, module, layers, private=opened.private),
        start,
        question,
        flow,
        recurrent_strength(module),
        surely_vanishes(module),
        float(zero),
    )


def way_of(walked: Walked) -> Highway:
    """The derivative of a cell's memory where the loss is read, taken apart as far back as `way_since` says."""
    return remembered_way(walked.id, walked)


def way_since(walked: Walked) -> int:
    """The first step, from 0, of what `way_of` looks at."""
    return max(0, walked.question.read_at + 1 - within(WAY_WORK, walked))


def within(work: int, walked: Walked) -> int:
    """How many steps of a run can be looked at."""
    size = max(int(states.stop) for states in state_places(walked.opened.module).values())
    return max(FEWEST, work // size**2)


@kept(private=lambda run, _walked: _walked.opened.private)
def remembered_way(run: str, _walked: Walked) -> Highway:
    """Made once for the same run and question."""
    opened, at = _walked.opened, _walked.question.read_at
    return highway(opened.module, opened.sequence.values, _walked.start, at=at, since=way_since(_walked))


def biased(module: Recurrent, question: Question, steps: int) -> Recurrent:
    """The module with the biases that are asked for; as it is where no gate decides what is kept."""
    bias = bias_of(question.biases)
    try:
        if question.biases == CHRONO:
            return with_chrono_biases(module, max(2, steps), question.seed)
        return module if bias is None else with_forget_bias(module, bias)
    except InputError:
        return module


@dataclass(frozen=True)
class Section:
    """The steps of a run that an influence map shows, counted from 0."""

    first: int
    last: int

    @property
    def steps(self) -> slice:
        """As a slice."""
        return slice(self.first, self.last + 1)


def section_of(gradients: Gradients) -> Section:
    """The steps up to where the loss is read, as many as a map can show and the largest cell allows."""
    most = min(MOST_MAPPED, *(within(MAPPED_WORK, one) for one in gradients.walked))
    return Section(max(0, gradients.read_at + 1 - most), gradients.read_at)


def influence_of(walked: Walked, section: Section) -> Norms:
    """How strongly each input of a section acts on each of its hidden states."""
    return remembered_influence(walked.opened.id, section, walked)


@kept(private=lambda run, section, _walked: _walked.opened.private)
def remembered_influence(run: str, section: Section, _walked: Walked) -> Norms:
    """Made once for the same run and section; what comes behind the section is not looked at."""
    opened = _walked.opened
    return measured_influence(
        opened.module, opened.sequence.values[: section.last + 1], _walked.start, steps=section.steps
    )


def keeping_gate_of(cell: str) -> str:
    """The gate of a cell that decides what its memory keeps; its first one where none does."""
    memory, gates = CELLS[cell].memory, CELLS[cell].gates
    return memory.keep if memory and memory.keep in gates else gates[0]


def usual_weight(gradients: Gradients) -> WeightPlace:
    """The weight that is taken apart at first: into the gate that keeps the memory, of the first cell that has one."""
    cells = [one.cell for one in gradients.walked]
    cell = next((key for key in cells if CELLS[key].memory), cells[0])
    return WeightPlace(cell, keeping_gate_of(cell), "h0")


def chosen_weight(scene: Scene, gradients: Gradients) -> tuple[WeightPlace, list[InputError]]:
    """The weight that the scene takes apart, or the usual one where it is not there, and why not."""
    asked = scene.weight
    if asked is None:
        return usual_weight(gradients), []
    one = next((one for one in gradients.walked if one.cell == asked.cell), None)
    if one is None:
        return usual_weight(gradients), []  # its cell is not shown any more
    if asked.gate in one.rows and asked.source in sources(one):
        return asked, []
    return usual_weight(gradients), [
        InputError(N_("This run has no weight {weight}; another one is shown."), weight=":".join(vars(asked).values()))
    ]


def sources(one: Walked) -> list[str]:
    """What a weight can come from: the units of the hidden state, the features of the input, and the bias."""
    features = one.opened.sequence.values.shape[1]
    return [*(f"h{unit}" for unit in range(one.units)), *(f"x{feature}" for feature in range(features)), "b"]


def shares_of(one: Walked, weight: WeightPlace, unit: int) -> tuple[Tensor, float]:
    """What each step adds to the gradient of one weight into `unit`, (T), and their sum."""
    row = one.rows.index(weight.gate) * one.units + min(unit, one.units - 1)
    name = {"h": "weight_hh_l0", "x": "weight_ih_l0", "b": "bias_ih_l0"}[weight.source[0]]
    place_in = (row,) if weight.source == "b" else (row, int(weight.source[1:]))
    return one.flow.contributions.share(name, *place_in), float(one.flow.totals[name][place_in])
