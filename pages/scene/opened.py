"""From a Scene to its trace, remembered: the same choices are computed once for all who make them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import streamlit as st

from cells import LayerTrace, trace
from cells.messages import N_, InputError
from cells.sequences import SEQUENCES, Sequence
from cells.settings import Setting
from cells.stepwise import Recurrent
from cells.weights import WEIGHTS
from pages.scene.scene import Scene, Value, usual_settings
from pages.words import say

EXAMPLE_SHOWN = N_("An example is shown in the meantime; what you typed is kept.")
KEPT = 16  # traces; the largest that a link can ask for takes some 30 MB


@dataclass(frozen=True)
class Opened:
    """A sequence and what the cell made of it: shared between sessions, so never changed."""

    id: str
    sequence: Sequence
    layers: list[LayerTrace]

    def labels(self) -> list[str]:
        """What each step reads, in the reader's words: a label of several words is one of our own, and translated."""
        return [say(label) if " " in label else label for label in self.sequence.labels]


def open_scene(scene: Scene) -> tuple[Scene, Opened, list[InputError]]:
    """The trace of a scene, the scene with its position inside that trace, and what could not be used.

    Where the sequence cannot be made of what was typed, the example of the same kind is shown.
    """
    problems: list[InputError] = []
    try:
        opened = open_run(scene.cell, scene.input, scene.weights, tuple(sorted(scene.settings.items())))
    except InputError as problem:
        problems += [problem, InputError(EXAMPLE_SHOWN)]
        usual = usual_settings(scene.input, scene.weights)
        opened = open_run(scene.cell, scene.input, scene.weights, tuple(sorted(usual.items())))
    placed, misplaced = place(scene, opened)
    return placed, opened, problems + misplaced


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def open_run(cell: str, input_key: str, weights: str, settings: tuple[tuple[str, Value], ...]) -> Opened:
    """Make the sequence, the weights and the trace."""
    sequence, module = made(cell, input_key, weights, dict(settings))
    return Opened(run_id(cell, input_key, weights, settings), sequence, trace(module, sequence.values))


def made(cell: str, input_key: str, weights: str, values: dict[str, Value]) -> tuple[Sequence, Recurrent]:
    """The sequence and the module that the choices stand for."""
    sequence = SEQUENCES[input_key].make(**chosen(SEQUENCES[input_key].settings, values))
    module = WEIGHTS[weights].make(cell, sequence.values.shape[1], **chosen(WEIGHTS[weights].settings, values))
    return sequence, module


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
