"""The trace of a Scene, cached: the same choices are computed once for all who make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from operator import attrgetter
from typing import Any, TypeVar

from cells import LayerTrace, trace
from cells.checkpoints.inputs import Misfit
from cells.core.forward_pass import State
from cells.core.messages import N_, InputError
from cells.core.settings import MAX_SHOWN_UNITS, Setting
from cells.core.stepwise import Recurrent
from cells.sequences import Sequence
from cells.weights import WeightKind
from pages.shared.cache import HashFuncs, cached
from pages.shared.scene.changes import changed
from pages.shared.scene.link_reader import Value
from pages.shared.scene.own_model import (
    ModelOfRun,
    checkpoint_of,
    first_layer_alone,
    in_precision,
    layer_of,
    sequence_for_layer,
    vocabulary_of,
)
from pages.shared.scene.scene import DOUBLE, Scene
from pages.shared.scene.sequences import INPUTS, SAMPLE, Settings, is_own
from pages.shared.scene.weights import ALL_WEIGHTS, MODEL, usual_settings, usual_weights
from pages.shared.words import say

EXAMPLE_SHOWN = N_("An example is shown in the meantime; what you typed is kept.")
OTHER_SHOWN = N_("Another sequence is shown in the meantime.")
OTHER_WEIGHTS = N_("Other weights are shown in the meantime.")
SAMPLE_SHOWN = N_("Random ones that the model can read are shown in the meantime.")
MOST_TRIES = 4  # the model may be missing, the sequence too, and what stands in for it may not fit

Choices = tuple[str, str, Settings, str]
T = TypeVar("T")


@dataclass(frozen=True)
class TracedRun:
    """A sequence, the module that reads it and its trace; shared between sessions, so never changed.

    `original` is the run without clamps and changed inputs, where there are any. `private`: whether it is made of
    somebody's own file, and must be gone with the visit. state: what it starts from, zeros where there is none.
    model: the trained model where this is a run of one, the visitor's own or a shipped one.
    """

    id: str
    sequence: Sequence
    module: Recurrent
    layers: list[LayerTrace]
    original: TracedRun | None = None
    private: bool = False
    state: State | None = None
    model: ModelOfRun | None = None

    @property
    def own_model(self) -> ModelOfRun | None:
        """The model where it is the visitor's own."""
        return self.model if self.model and self.model.own else None

    def read_by(self, layer: int) -> Sequence:
        """Return the sequence in the order in which a layer reads it."""
        return self.sequence.as_read(self.layers[layer].reverse)

    def labels(self, layer: int = 0) -> list[str]:
        """Return what each step of a layer reads, in the reader's words and in the order read.

        A label of several words is one of our own, and translated.
        """
        return [say(label) if " " in label else label for label in self.read_by(layer).labels]

    def reads(self, layer: int = 0) -> list[str]:
        """Return what each step of a layer reads: its label, or its numbers where that says when the step stands."""
        read = self.read_by(layer)
        return list(read.reads()) if read.dated else self.labels(layer)

    @property
    def label_title(self) -> str:
        """The word before a label: what a step reads, or the element that it stands for."""
        return say("element") if self.sequence.dated else say("reads")

    def same_element(self, step: int, layer: int, other: int) -> int:
        """Return the step at which the `other` layer reads the element that `layer` reads at `step`.

        Before the first step, -1, it is that of the other layer too.
        """
        turned = self.layers[layer].reverse != self.layers[other].reverse
        return len(self.sequence.labels) - 1 - step if turned and step >= 0 else step


BY_ID: HashFuncs = {TracedRun: attrgetter("id")}  # where something made of a run is cached, its id stands for it


def open_scene(scene: Scene) -> tuple[Scene, TracedRun, list[InputError]]:
    """Trace a scene. Returns the scene with its position inside that trace, the run, and what could not be used.

    Where the sequence cannot be made of what was typed, the example of the same kind is shown.
    """
    scene, run, problems = open_original(scene)
    inside, misplaced = position_within(scene, run)
    return inside, run, problems + misplaced


def open_original(scene: Scene) -> tuple[Scene, TracedRun, list[InputError]]:
    """Trace a scene as it is, nothing held or changed; an example where that cannot be, in which nothing is either."""
    _, run, problems = with_fallback(scene, lambda one: open_run(one.cell, *choices_of(one)))
    return replace(scene, own=scene.own.released()) if problems else scene, run, problems


def with_fallback(scene: Scene, make: Callable[[Scene], T]) -> tuple[Scene, T, list[InputError]]:
    """Call `make(scene)`; on InputError fall back to an example.

    Returns the scene that worked, its result, and the errors met.
    """
    problems: list[InputError] = []
    for _ in range(MOST_TRIES - 1):
        try:
            return scene, make(scene), problems
        except InputError as problem:
            scene, note = fallback_of(scene)
            problems += [problem, note]
    return scene, make(scene), problems


def choices_of(scene: Scene) -> Choices:
    """Return what a run of one of the scene's cells depends on beside the cell."""
    return scene.input, scene.weights, tuple(sorted(scene.settings.items())), scene.precision


def fallback_of(scene: Scene) -> tuple[Scene, InputError]:
    """Return the scene to show where this one's sequence cannot be made, and what to say of it."""
    if scene.weights == MODEL and (not has_model(scene) or scene.input == SAMPLE.key):
        return changed(scene, weights=usual_weights(scene.shown_cells, scene.input)), InputError(OTHER_WEIGHTS)
    if scene.weights == MODEL:
        return changed(scene, input=SAMPLE.key), InputError(SAMPLE_SHOWN)
    if not INPUTS[scene.input].private:
        return replace(scene, settings=usual_settings(scene.input, scene.weights)), InputError(EXAMPLE_SHOWN)
    return changed(scene, input=scene.kind.scene(own=scene.own).input), InputError(OTHER_SHOWN)


def has_model(scene: Scene) -> bool:
    """Tell whether the scene's model can be opened as its cell, and shown."""
    try:
        layer = layer_of(scene.shown_cells[0] if scene.cell not in scene.shown_cells else scene.cell, scene.settings)
        vocabulary_of(scene.settings)
    except InputError:
        return False
    return layer.module.hidden_size <= MAX_SHOWN_UNITS


def misfit(scene: Scene) -> InputError | None:
    """Return why the model of a scene cannot read its sequence, None where it can."""
    if scene.weights != MODEL:
        return None
    try:
        open_run(scene.cell, *choices_of(scene))
    except Misfit as problem:
        return problem
    except InputError:
        return None
    return None


def is_private(cell: str, input_key: str, weights: str, settings: Settings, precision: str) -> bool:
    """Tell whether a run is made of the visitor's own. Raises InputError if this visit has not got it any more."""
    if weights == MODEL:
        checkpoint_of(dict(settings))
    return is_own(input_key, settings) or weights == MODEL


@cached(private=is_private)
def open_run(cell: str, input_key: str, weights: str, settings: Settings, precision: str) -> TracedRun:
    """Make the sequence, the weights and the trace, all in one precision."""
    values, kind = dict(settings), INPUTS[input_key]
    name, double = run_id(cell, input_key, weights, settings, precision), precision == DOUBLE
    weight_kind = ALL_WEIGHTS[weights]
    if not isinstance(weight_kind, WeightKind):
        own = ModelOfRun(layer_of(cell, values), vocabulary_of(values), own=True)
        sequence = sequence_of_model(cell, input_key, settings)
        return open_model(name, own, sequence, double=double, private=True, single=values.get("layers") == 1)
    sequence = make_sequence(input_key, tuple(pick_values(kind.settings, values).items()))
    if weight_kind.model is not None:
        shipped = ModelOfRun(weight_kind.load(cell, sequence.values.shape[1]))
        return open_model(name, shipped, sequence, double=double, private=kind.private)
    module = weight_kind.make(cell, sequence.values.shape[1], **pick_values(weight_kind.settings, values))
    if double:
        sequence, module = sequence.in_double(), module.double()
    return TracedRun(name, sequence, module, trace(module, sequence.values), private=kind.private)


def sequence_of_model(cell: str, input_key: str, settings: Settings) -> Sequence:
    """Return the sequence as the visitor's model reads it."""
    values = dict(settings)
    sequence = make_sequence(input_key, tuple(pick_values(INPUTS[input_key].settings, values).items()))
    return sequence_for_layer(layer_of(cell, values), sequence, input_key, values)


def open_model(
    name: str, model: ModelOfRun, sequence: Sequence, *, double: bool, private: bool, single: bool = False
) -> TracedRun:
    """Trace a trained model: all its layers or, where `single`, the first alone."""
    layer = model.layer
    module = in_precision(first_layer_alone(layer.module, layer.cell) if single else layer.module, double=double)
    sequence = sequence.in_double() if double else sequence.in_single()
    state = (
        None
        if layer.state is None
        else tuple(
            (one[:1] if single else one).to(sequence.values.dtype)
            for one in (layer.state if isinstance(layer.state, tuple) else (layer.state,))
        )
    )
    start = state[0] if state is not None and len(state) == 1 else state
    layers = trace(module, sequence.values, start)
    return TracedRun(name, sequence, module, layers, private=private, state=start, model=model)


@cached(private=is_own)
def make_sequence(input_key: str, settings: Settings) -> Sequence:
    """Make a sequence of its own settings, in single precision."""
    return INPUTS[input_key].make(**dict(settings))


def sequence_of(scene: Scene) -> Sequence | None:
    """Return the sequence of a scene as it is in single precision, or None where it cannot be made."""
    try:
        return make_sequence(scene.input, input_settings(scene))
    except InputError:
        return None


def input_settings(scene: Scene) -> Settings:
    """Return the settings of a scene's sequence."""
    return tuple(pick_values(INPUTS[scene.input].settings, dict(scene.settings)).items())


def pick_values(settings: tuple[Setting, ...], values: dict[str, Value]) -> dict[str, Any]:
    """Return the values of these settings."""
    return {setting.name: values[setting.name] for setting in settings}


def run_id(*choices: object) -> str:
    """Return a short name that is the same for the same choices."""
    return sha256(repr(choices).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def position_within(scene: Scene, run: TracedRun) -> tuple[Scene, list[InputError]]:
    """Bring a scene's layer, unit and step inside the trace; what lies outside goes back to the usual."""
    problems: list[InputError] = []
    layer, steps = scene.layer, len(run.sequence.labels)
    if not 0 <= layer < len(run.layers):
        problems.append(outside_run("layer", layer, 0, len(run.layers) - 1))
        layer = 0
    units = run.layers[layer]["hidden"].shape[-1]
    unit, step = scene.unit, scene.step
    if not 0 <= unit < units:
        problems.append(outside_run("unit", unit, 0, units - 1))
        unit = 0
    if step is not None and not -1 <= step < steps:
        problems.append(outside_run("step", step, -1, steps - 1))
        step = None
    return replace(scene, layer=layer, unit=unit, step=step), problems


def outside_run(name: str, value: int, low: int, high: int) -> InputError:
    """Return the error for a position that the run does not have."""
    return InputError(
        N_("{name}={value} in the link lies outside this run: {low} to {high}, counted from 0."),
        name=name,
        value=value,
        low=low,
        high=high,
    )
