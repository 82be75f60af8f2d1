"""From a Scene to the run of a stack in both modes.

Axes: B examples of a batch, I channels of the input, C channels, then one (L) or two (H, W) dimensions of places.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from torch import Tensor

from cells.core.messages import N_, InputError
from cells.core.threads import one_thread_below
from cells.depth.deep import DeepTrace, deep_until_error
from cells.depth.stack import Plan, Stack, checked_plan
from cells.depth.units import Unit
from cells.inputs.digits import digits
from pages.depth.kind import DEPTH_PAGE, DIGIT, MODES, POINT, SEQUENCE, DepthFields
from pages.depth.weights import BY_WEIGHTS, StackWeights, stack_with, weights_of
from pages.shared.cache import HashFuncs, cached
from pages.shared.scene.run import input_settings, make_sequence, outside_run, run_id, with_fallback
from pages.shared.scene.scene import DOUBLE, Scene
from pages.shared.scene.sequences import Settings, is_own

MOST_PLACES = 200  # steps of a sequence that are read: a picture of more could not be told apart


@dataclass(frozen=True)
class DepthRun:
    """A stack's run over a batch of one or two, in the chosen mode and in the other; shared, so never changed.

    id: another one opens the stepper anew. first: the first unit. trace: in the chosen mode; other: in the other one;
    either may have stopped before its end. labels: what the examples of the batch are, the first one is stepped
    through. right: the digit that each of them shows, () for a sequence. of: how many steps the sequence has, where not
    all are read.
    """

    id: str
    plan: Plan
    first: Unit
    trace: DeepTrace
    other: DeepTrace
    labels: tuple[str, ...]
    right: tuple[int, ...] = ()
    of: int | None = None
    private: bool = False

    @property
    def places(self) -> tuple[int, ...]:
        """The shape of what is read: rows and columns, or steps."""
        return tuple(self.trace.x.shape[2:])

    @property
    def channels(self) -> int:
        """The channels of the largest output."""
        return max(output.shape[1] for output in (self.trace.first, *(unit["out"] for unit in self.trace.units)))


def open_depth(scene: Scene) -> tuple[Scene, DepthRun, list[InputError]]:
    """Run a scene's stack. Returns the scene that is shown, the run, and what could not be used."""
    own = DEPTH_PAGE.own_of(scene)
    weights, problems = weights_of(own)
    double = scene.precision == DOUBLE

    def run(one: Scene) -> DepthRun:
        return run_of(own.seen_alone(), one.input, read_by(one), weights, double=double)

    if own.reads == SEQUENCE:
        scene, shown, unusable = with_fallback(scene, run)
        problems = [*problems, *unusable]
    else:
        shown = run(scene)
    stopped = [] if shown.trace.stopped is None else [shown.trace.stopped]
    scene, misplaced = within(scene, shown)
    return scene, shown, [*problems, *stopped, *misplaced]


def read_by(scene: Scene) -> Settings:
    """Return the settings of the sequence that a scene's stack reads, none where it reads digits."""
    return input_settings(scene) if DEPTH_PAGE.own_of(scene).reads == SEQUENCE else ()


def is_private(own: DepthFields, input_key: str, read: Settings, weights: StackWeights, *, double: bool) -> bool:
    """Tell whether a run is made of the visitor's own file."""
    return own.reads == SEQUENCE and is_own(input_key, read)


BY_FIELDS: HashFuncs = {DepthFields: repr, **BY_WEIGHTS}


@cached(private=is_private, hash_funcs=BY_FIELDS)
def run_of(own: DepthFields, input_key: str, read: Settings, weights: StackWeights, *, double: bool) -> DepthRun:
    """Run a stack over what a scene reads. Raises InputError for a sequence that cannot be made."""
    x, labels, right, of = batch_of(own, input_key, read)
    plan = checked_plan(own.plan(x.shape[1]))
    stack = stack_with(own, plan, weights)
    if double:
        stack, x = stack.double(), x.double()
    training = MODES[own.mode]
    with one_thread_below(plan.channels):
        trace, other = (deep_until_error(stack.train(mode), x) for mode in (training, not training))
    name = run_id(own, input_key if own.reads == SEQUENCE else "", read, weights.id, double)
    private = is_private(own, input_key, read, weights, double=double)
    return DepthRun(name, plan, first_unit(stack), trace, other, labels, right, of, private)


def batch_of(
    own: DepthFields, input_key: str, read: Settings
) -> tuple[Tensor, tuple[str, ...], tuple[int, ...], int | None]:
    """Return the batch, (B, I, ...), what its examples are, the digits shown, and the count of steps of a cut one."""
    if own.reads == SEQUENCE:
        sequence = make_sequence(input_key, read)
        steps = len(sequence.labels)
        x = sequence.values[:MOST_PLACES].T.unsqueeze(0)
        return x, ("",), (), steps if steps > MOST_PLACES else None
    pictures, shown = digits()
    chosen = [own.picture, *([] if own.beside is None else [own.beside])]
    x = pictures[chosen]
    if own.reads == POINT:
        x = x.mean(dim=(2, 3), keepdim=True)
    right = tuple(shown[chosen].tolist())
    return x, tuple(map(str, right)), right, None


def within(scene: Scene, run: DepthRun) -> tuple[Scene, list[InputError]]:
    """Return the scene at a unit, a channel and a place that the run has, and what lay outside."""
    problems = []
    own, step, channel, steps = DEPTH_PAGE.own_of(scene), scene.step, scene.unit, len(run.trace.units)
    if step is not None and not -1 <= step < steps:
        if not (run.trace.stopped and step < run.plan.depth):
            problems.append(outside_run("step", step, -1, steps - 1))
        step = None
    if not 0 <= channel < run.channels:
        problems.append(outside_run("unit", channel, 0, run.channels - 1))
        channel = 0
    place = own.place
    if place is not None and not is_inside(place, run.places):
        problems.append(
            InputError(
                N_("The place {place} in the link lies outside: there are {places} places, counted from 0."),
                place=",".join(map(str, place)),
                places=" × ".join(map(str, run.places)),
            )
        )
        place = None
    return replace(scene, step=step, unit=channel).with_own(place=place), problems


def is_inside(place: tuple[int, ...], places: tuple[int, ...]) -> bool:
    """Tell whether there is such a place."""
    return len(place) == len(places) and all(0 <= one < size for one, size in zip(place, places, strict=True))


def place_of(own: DepthFields, run: DepthRun) -> tuple[int, ...]:
    """Return the place at which numbers are read, the middle where none is chosen."""
    return own.place or tuple(size // 2 for size in run.places)


def flat_place(place: tuple[int, ...], places: tuple[int, ...]) -> int:
    """Return a place's index among all places, row by row."""
    return sum(one * prod(places[axis + 1 :]) for axis, one in enumerate(place))


def first_unit(stack: Stack) -> Unit:
    """Return the first unit of a stack."""
    unit = stack.units[0]
    assert isinstance(unit, Unit)
    return unit


def is_digit(own: DepthFields) -> bool:
    """Tell whether a stack reads digits, and so can learn them."""
    return own.reads == DIGIT
