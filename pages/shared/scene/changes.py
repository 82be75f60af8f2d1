"""The Scene after a choice: what no longer fits is brought back to the usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cells.core.settings import MOST_CELLS
from pages.shared.scene.link_reader import Value
from pages.shared.scene.own_model import possible_cells, with_newest_model
from pages.shared.scene.scene import STACKING, Scene
from pages.shared.scene.sequences import INPUTS
from pages.shared.scene.weights import ALL_WEIGHTS, MODEL, fit_one, usual_settings, usual_weights


def changed(scene: Scene, **choices: Any) -> Scene:
    """Return `scene` with some choices made anew, and what no longer fits brought back to the usual.

    A setting and a field of the page's own are given by their names. Weights that nobody chose, or that no longer fit,
    follow the cell and the input; another sequence opens at its own step; another number of units starts at unit 0,
    another stack at its first layer; what becomes of the page's own fields, these say themselves.
    """
    of_all = {name: value for name, value in choices.items() if name in Scene.__dataclass_fields__}
    own = {name: value for name, value in choices.items() if name in scene.kind.fields}
    settings = {name: value for name, value in choices.items() if name not in {**of_all, **own}}
    new = with_usual(scene, replace(scene, **of_all).with_own(**own), choices)
    if "weights" not in choices and (
        scene.weights == scene.usual_weights or not fit_one(new.weights, new.shown_cells, new.input)
    ):
        new = replace(new, weights=new.usual_weights)
    usual = usual_settings(new.input, new.weights)
    stay = same_settings(scene, new)
    new = replace(new, settings={name: {**usual, **stay, **settings}[name] for name in usual})
    if new.weights == MODEL:
        new = with_its_cell(new)
        if new.cell != choices.get("cell", new.cell) and not {"model", "part"} & set(choices):
            # another cell was asked for
            return changed(new, **choices, weights=usual_weights((choices["cell"],), new.input))
    new = replace(new, own=new.own.after(scene, new))
    return reset_position(scene, new, choices)


def with_usual(old: Scene, new: Scene, choices: Mapping[str, object]) -> Scene:
    """Return `new` with the sequence and the cell that are usual with its own fields, where these were so before."""
    if "input" not in choices and old.input == old.kind.scene(own=old.own).input:
        new = replace(new, input=new.kind.scene(own=new.own).input)
    if not {"cell", "weights"} & set(choices) and old.cell == old.own.usual_cell(old.input):
        new = replace(new, cell=new.own.usual_cell(new.input))
    return new


def with_its_cell(scene: Scene) -> Scene:
    """Return the scene with the cell of the visitor's model, which comes out of the file, among those shown."""
    if scene.weights != MODEL:
        return scene
    scene = replace(scene, settings=with_newest_model(scene.settings))
    keys = possible_cells(scene.settings)
    if not keys:
        return scene
    cell = scene.cell if scene.cell in keys else keys[0]
    cells = scene.cells if set(keys) & set(scene.cells) else (cell, *scene.cells)[:MOST_CELLS]
    return replace(scene, cell=cell, cells=cells)


def single(scene: Scene) -> Scene:
    """Return the scene with one layer in one direction, where a stack cannot be seen."""
    alone = {name: one for name, one in STACKING.items() if name in scene.settings or scene.weights == MODEL}
    return replace(scene, settings={**scene.settings, **alone})


def same_settings(old: Scene, new: Scene) -> dict[str, Value]:
    """Return the old settings that mean the same in the new scene: those of an input and of weights that stay."""
    inputs = {s.name for s in INPUTS[old.input].settings} if old.input == new.input else set()
    weights = {s.name for s in ALL_WEIGHTS[old.weights].settings} if old.weights == new.weights else set()
    return {name: value for name, value in old.settings.items() if name in inputs | weights}


def reset_position(old: Scene, new: Scene, choices: Mapping[str, object]) -> Scene:
    """Return `new` at the same step of the same sequence, at the same unit of the same cell; else where it opens.

    choices: what was chosen by name; a step, a unit or a layer among them stays.
    """
    names = {setting.name for setting in INPUTS[new.input].settings}
    another = old.input != new.input or bool(names & set(choices))
    if "step" not in choices and (another or old.own.steps_depend_on() != new.own.steps_depend_on()):
        new = replace(new, step=None)
    if "unit" not in choices and size_of(old)[:-2] != size_of(new)[:-2]:
        new = replace(new, unit=0)
    if "layer" not in choices and size_of(old) != size_of(new):
        new = replace(new, layer=0)
    if "step" not in choices and reads_backward(old) != reads_backward(new):
        new = replace(new, step=None)
    return new


def size_of(scene: Scene) -> tuple[object, ...]:
    """Return what a unit's and a layer's number depend on: cells, weights, units, then layers and directions."""
    sizes = (scene.settings.get(name) for name in ("units", "model", "part", "layers", "directions"))
    return (scene.shown_cells, scene.own.units_depend_on(), scene.weights, *sizes)


def reads_backward(scene: Scene) -> bool:
    """Tell whether the scene's layer reads its sequence from the end: every other one of both directions."""
    return scene.settings.get("directions") == 2 and scene.layer % 2 == 1
