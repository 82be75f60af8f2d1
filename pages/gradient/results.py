"""From a Scene to the gradients of several cells on one sequence, each with what it is measured by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from cells import CELLS, InputError
from cells.core.messages import N_
from cells.core.settings import MAX_UNITS
from cells.gradients.initial_states import ZERO
from cells.sequences import Sequence
from pages.gradient.kind import GRADIENT
from pages.gradient.walk import MAPPED_WORK, GradientOptions, GradientWalk, Section, affordable_steps, walk_back
from pages.gradient.weight_and_biases import AS_THEY_ARE
from pages.shared.scene.changes import changed
from pages.shared.scene.own_model import layer_of
from pages.shared.scene.run import OTHER_WEIGHTS, outside_run, position_within, with_fallback
from pages.shared.scene.scene import Scene
from pages.shared.scene.several_runs import CellRun, runs_of, units_of
from pages.shared.scene.weights import MODEL, usual_weights

MOST_MAPPED = 200  # steps on each side of an influence map: more could not be told apart on a screen
NOT_TRUNCATED = N_("Through several layers a gradient goes back whole: its way has no one number of steps.")
FROM_ZERO = N_("Several layers begin with states that are all zero.")
READ_AT_ENDS = N_(
    "Both directions are read where each has read everything: before that, the backward one would have read the answer "
    "beforehand."
)
STEPS_BACK = 10  # from where the loss is read to where the page opens


@dataclass(frozen=True)
class Gradients:
    """The gradients of a scene's cells. opening_step: where the page opens.

    stand_ins: the cells that the chosen weights do not fit, which have random ones instead.
    """

    walks: list[GradientWalk]
    read_at: int
    opening_step: int
    stand_ins: tuple[str, ...] = ()

    @property
    def stacked(self) -> bool:
        """True where a gradient goes down through several layers or directions."""
        return any(walk.stacked for walk in self.walks)

    @property
    def both(self) -> bool:
        """True where a stack reads both ways."""
        return any(walk.run.module.bidirectional for walk in self.walks)

    @property
    def gated(self) -> GradientWalk | None:
        """The first cell with gates, whose memory's derivative is taken apart."""
        return next((walk for walk in self.walks if CELLS[walk.cell].memory), None)

    @property
    def sequence(self) -> Sequence:
        """The sequence that all of them read."""
        return self.walks[0].run.sequence


def open_gradients(scene: Scene) -> tuple[Scene, Gradients, list[InputError]]:
    """Follow the gradients of a scene. Returns the scene that is shown, the gradients, and what could not be used."""
    followed = followable(scene)
    _, runs, problems = with_fallback(followed, partial(runs_of, whole=True))
    problems = [*with_limits(scene, followed, problems), *too_short(runs)]
    scene, read_at, misplaced = positions_within(scene, runs)
    scene, left_out = within_stack(scene, runs)
    read_at = len(runs[0][2].sequence.labels) - 1 if reads_both_ways(runs) else read_at
    walks = [walk_back(run, options_of(scene, weights, read_at)) for _, weights, run in runs]
    stand_ins = tuple(cell for cell, weights, _ in runs if weights != followed.weights)
    return scene, Gradients(walks, read_at, max(-1, read_at - STEPS_BACK), stand_ins), problems + misplaced + left_out


def with_limits(scene: Scene, followed: Scene, problems: list[InputError]) -> list[InputError]:
    """Add to the problems met those of a model that is too large."""
    if scene.weights == MODEL != followed.weights:
        template = N_("Gradients are followed through at most {limit} units; your model has more.")
        problems = [InputError(template, limit=MAX_UNITS), InputError(OTHER_WEIGHTS), *problems]
    return problems


def reads_both_ways(runs: list[CellRun]) -> bool:
    """Tell whether a run reads both ways."""
    return any(run.module.bidirectional for _, _, run in runs)


def within_stack(scene: Scene, runs: list[CellRun]) -> tuple[Scene, list[InputError]]:
    """Return the scene without what a gradient through a stack cannot be put to, and why each of it is left out."""
    own, problems, usual = GRADIENT.own_of(scene), list[InputError](), dict[str, object]()
    if all(len(run.layers) == 1 for _, _, run in runs):
        return scene, []
    if own.truncate is not None:
        usual["truncate"] = None
        problems.append(InputError(NOT_TRUNCATED))
    if own.first_state != ZERO:
        usual["first_state"] = ZERO
        problems.append(InputError(FROM_ZERO))
    if own.read_at is not None and reads_both_ways(runs):
        usual["read_at"] = None
        problems.append(InputError(READ_AT_ENDS))
    return scene.with_own(**usual) if usual else scene, problems


def too_short(runs: list[CellRun]) -> list[InputError]:
    """Return the problem of a sequence of a single step, in which there is no way back."""
    if len(runs[0][2].sequence.labels) > 1:
        return []
    return [InputError(N_("A single step has no way back. Choose a longer sequence to see a gradient travel."))]


def positions_within(scene: Scene, runs: list[CellRun]) -> tuple[Scene, int, list[InputError]]:
    """Return the scene with its position inside the largest run, the step of the loss, and what lay outside."""
    largest = max((run for _, _, run in runs), key=units_of)
    scene, misplaced = position_within(scene, largest)
    steps, read_at = len(largest.sequence.labels), GRADIENT.own_of(scene).read_at
    if read_at is not None and not 0 <= read_at < steps:
        misplaced = [*misplaced, outside_run("read_at", read_at, 0, steps - 1)]
        scene, read_at = scene.with_own(read_at=None), None
    return scene, steps - 1 if read_at is None else read_at, misplaced


def options_of(scene: Scene, weights: str, read_at: int) -> GradientOptions:
    """Return the options put to one cell; the biases of weights wired by hand are part of their wiring, and stay."""
    own = GRADIENT.own_of(scene)
    biases = own.biases if weights == "random" else AS_THEY_ARE
    return GradientOptions(read_at, biases, own.first_state, own.truncate, own.clip, int(scene.settings.get("seed", 0)))


def followable(scene: Scene) -> Scene:
    """Return the scene, with other weights where the visitor's model is too large to be waited for."""
    if scene.weights != MODEL:
        return scene
    try:
        large = layer_of(scene.cell, scene.settings).module.hidden_size > MAX_UNITS
    except InputError:
        return scene
    return changed(scene, weights=usual_weights(scene.shown_cells, scene.input)) if large else scene


def mapped_section(gradients: Gradients) -> Section:
    """Return the steps up to where the loss is read, as many as a map can show and the largest cell allows."""
    most = min(MOST_MAPPED, *(affordable_steps(MAPPED_WORK, walk) for walk in gradients.walks))
    return Section(max(0, gradients.read_at + 1 - most), gradients.read_at)
