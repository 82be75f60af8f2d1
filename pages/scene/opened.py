"""From a Scene to its trace, remembered: the same choices are computed once for all who make them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from cells import Clamp, LayerTrace, trace
from cells.edit import Edit, edited
from cells.messages import N_, InputError
from cells.sequences import Sequence
from cells.settings import Setting
from cells.stepwise import Recurrent
from cells.trace import check_clamps
from cells.weights import WEIGHTS
from pages.kept import kept
from pages.scene.inputs import INPUTS, Settings, is_own
from pages.scene.scene import DOUBLE, PAGES, Scene, Value, changed, usual_settings
from pages.scene.whatif_link import write_clamps, write_edits
from pages.words import say

EXAMPLE_SHOWN = N_("An example is shown in the meantime; what you typed is kept.")
OTHER_SHOWN = N_("Another sequence is shown in the meantime.")

Choices = tuple[str, str, Settings, str]


@dataclass(frozen=True)
class Opened:
    """A sequence and what the cell made of it: shared between sessions, so never changed.

    `original` is the run without clamps and changed inputs, where there are any. `private`: whether it is made of
    somebody's own file, and must be gone with the visit.
    """

    id: str
    sequence: Sequence
    module: Recurrent
    layers: list[LayerTrace]
    original: Opened | None = None
    private: bool = False

    def read_by(self, layer: int) -> Sequence:
        """The sequence in the order in which a layer reads it."""
        return self.sequence.as_read(self.layers[layer].reverse)

    def labels(self, layer: int = 0) -> list[str]:
        """What each step of a layer reads, in the reader's words and in the order read.

        A label of several words is one of our own, and translated.
        """
        return [say(label) if " " in label else label for label in self.read_by(layer).labels]

    def same_element(self, step: int, layer: int, other: int) -> int:
        """The step at which the `other` layer reads the element that `layer` reads at `step`.

        Before the first step, -1, it is that of the other layer too.
        """
        turned = self.layers[layer].reverse != self.layers[other].reverse
        return len(self.sequence.labels) - 1 - step if turned and step >= 0 else step


def open_scene(scene: Scene) -> tuple[Scene, Opened, list[InputError]]:
    """The trace of a scene, the scene with its position inside that trace, and what could not be used.

    Where the sequence cannot be made of what was typed, the example of the same kind is shown.
    """
    scene, opened, problems = open_original(scene)
    if scene.clamp or scene.edit:
        try:
            opened = open_what_if(opened, scene.clamp, scene.edit)
        except InputError as problem:
            problems += [problem, InputError(N_("The run is shown without it."))]
            scene = replace(scene, clamp=(), edit=(), difference=False)
    placed, misplaced = place(scene, opened)
    return placed, opened, problems + misplaced


def open_original(scene: Scene) -> tuple[Scene, Opened, list[InputError]]:
    """The run as it is, without clamps and changed inputs; an example where it cannot be made, and that has none."""
    try:
        return scene, open_run(scene.cell, *run_of(scene)), []
    except InputError as problem:
        example, told = example_of(scene)
        shown = replace(scene, clamp=(), edit=(), difference=False)
        return shown, open_run(example.cell, *run_of(example)), [problem, told]


def run_of(scene: Scene) -> Choices:
    """What a run of one of the scene's cells depends on beside the cell."""
    return scene.input, scene.weights, tuple(sorted(scene.settings.items())), scene.precision


def example_of(scene: Scene) -> tuple[Scene, InputError]:
    """What to show where the sequence cannot be made, and what to say of it: the example of its kind, or another."""
    if not INPUTS[scene.input].private:
        return replace(scene, settings=usual_settings(scene.input, scene.weights)), InputError(EXAMPLE_SHOWN)
    return changed(scene, input=PAGES[scene.page].input), InputError(OTHER_SHOWN)


def fitting(scene: Scene) -> Scene:
    """The scene with only those clamps and changed inputs that its run has a place for."""
    if not (scene.clamp or scene.edit):
        return scene
    _, original, _ = open_original(scene)
    clamp = tuple(one for one in scene.clamp if fits(original, (one,), ()))
    edit = tuple(one for one in scene.edit if fits(original, (), (one,)))
    return replace(scene, clamp=clamp, edit=edit, difference=scene.difference and bool(clamp or edit))


def fits(original: Opened, clamps: tuple[Clamp, ...], edits: tuple[Edit, ...]) -> bool:
    """Whether a run can be held or changed so."""
    try:
        edited(original.sequence, edits)
        check_clamps(original.module, clamps, len(original.sequence.labels))
    except InputError:
        return False
    return True


def open_what_if(original: Opened, clamps: tuple[Clamp, ...], edits: tuple[Edit, ...]) -> Opened:
    """The run again, held and changed, with the original beside it. Raises InputError for what has no place in it."""
    return remembered_what_if(original.id, write_clamps(clamps), write_edits(edits), original, clamps, edits)


@kept(private=lambda run, held, altered, _original, _clamps, _edits: _original.private)
def remembered_what_if(
    run: str, held: str, altered: str, _original: Opened, _clamps: tuple[Clamp, ...], _edits: tuple[Edit, ...]
) -> Opened:
    """Made once for the same run, clamps and edits, each told by how a link spells it.

    The original is traced again with clamps that hold nothing: so both runs are walked step by step, and no rounding
    that differs between a kernel and a walk can pass for a consequence.
    """
    sequence = edited(_original.sequence, _edits)
    layers = trace(_original.module, sequence.values, clamp=_clamps)
    idle = [replace(clamp, steps=()) for clamp in _clamps]
    original = replace(_original, layers=trace(_original.module, _original.sequence.values, clamp=idle))
    name = run_id(run, held, altered)
    return Opened(name, sequence, _original.module, layers, original, _original.private)


@kept(private=lambda cell, input_key, weights, settings, precision: is_own(input_key, settings))
def open_run(cell: str, input_key: str, weights: str, settings: Settings, precision: str) -> Opened:
    """Make the sequence, the weights and the trace, all in one precision."""
    values, kind = dict(settings), INPUTS[input_key]
    sequence = make_sequence(input_key, tuple(chosen(kind.settings, values).items()))
    module = WEIGHTS[weights].make(cell, sequence.values.shape[1], **chosen(WEIGHTS[weights].settings, values))
    if precision == DOUBLE:
        sequence, module = sequence.in_double(), module.double()
    name = run_id(cell, input_key, weights, settings, precision)
    return Opened(name, sequence, module, trace(module, sequence.values), private=kind.private)


@kept(private=is_own)
def make_sequence(input_key: str, settings: Settings) -> Sequence:
    """Make a sequence of its own settings, in single precision."""
    return INPUTS[input_key].make(**dict(settings))


def sequence_of(scene: Scene) -> Sequence | None:
    """The sequence of a scene as it is in single precision, or None where it cannot be made."""
    try:
        return make_sequence(scene.input, input_settings(scene))
    except InputError:
        return None


def input_settings(scene: Scene) -> Settings:
    """The settings of a scene's sequence."""
    return tuple(chosen(INPUTS[scene.input].settings, dict(scene.settings)).items())


def chosen(settings: tuple[Setting, ...], values: dict[str, Value]) -> dict[str, Any]:
    """The values of these settings."""
    return {setting.name: values[setting.name] for setting in settings}


def run_id(*choices: object) -> str:
    """A short name that is the same for the same choices."""
    return sha256(repr(choices).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def place(scene: Scene, opened: Opened) -> tuple[Scene, list[InputError]]:
    """The scene with its layer, unit and step inside the trace; what lay outside goes back to the usual."""
    problems: list[InputError] = []
    layer, steps = scene.layer, len(opened.sequence.labels)
    if not 0 <= layer < len(opened.layers):
        problems.append(outside("layer", layer, 0, len(opened.layers) - 1))
        layer = 0
    units = opened.layers[layer]["hidden"].shape[-1]
    unit, step = scene.unit, scene.step
    if not 0 <= unit < units:
        problems.append(outside("unit", unit, 0, units - 1))
        unit = 0
    if step is not None and not -1 <= step < steps:
        problems.append(outside("step", step, -1, steps - 1))
        step = None
    return replace(scene, layer=layer, unit=unit, step=step), problems


def outside(name: str, value: int, low: int, high: int) -> InputError:
    """A position that the run does not have."""
    return InputError(
        N_("{name}={value} in the link lies outside this run: {low} to {high}."),
        name=name,
        value=value,
        low=low,
        high=high,
    )
