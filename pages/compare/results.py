"""From a Scene to the runs of several cells on one sequence, each with its size and what remains of the first step."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from cells import remains, trace
from cells.core.messages import InputError
from cells.core.settings import MAX_UNITS
from cells.modules.random_weights import RANDOM_SETTINGS
from cells.modules.size import matched_units, parameter_count
from cells.weights import WEIGHTS
from pages.shared.cache import kept
from pages.shared.scene.own_model import MODEL, cells_of
from pages.shared.scene.run import Opened, open_run, or_example, place, run_id
from pages.shared.scene.scene import Scene, Value, single, usual_settings
from pages.shared.scene.sequences import Settings


@dataclass(frozen=True)
class Compared:
    """One of several cells: its run, the key of its weights, its size, and how much of the first step is in it.

    `remaining` is one number a step (None where it is no number), or None when the first step makes no difference.
    """

    cell: str
    weights: str
    opened: Opened
    units: int
    parameters: int
    remaining: list[float | None] | None


def open_cells(scene: Scene) -> tuple[Scene, list[Compared], list[InputError]]:
    """The runs of a scene's cells, the scene with its position inside the largest, and what could not be used."""
    _, compared, problems = or_example(scene, open_all)
    largest = max(compared, key=lambda one: one.units)
    placed, misplaced = place(scene, largest.opened)
    return placed, compared, problems + misplaced


def open_all(scene: Scene) -> list[Compared]:
    """The runs, each of one layer, in the order of the cells. Raises InputError for a sequence that cannot be made."""
    return [open_one(*run) for run in runs_of(scene)]


def runs_of(scene: Scene) -> list[tuple[str, str, Opened]]:
    """Each cell with the key of its weights and its run of one layer, in the order of the cells.

    Raises InputError for a sequence that cannot be made.
    """
    settings = dict(single(scene).settings)
    if scene.weights == MODEL:
        return runs_beside_model(scene, ordered(settings))
    runs: list[tuple[str, str, Opened]] = []
    for cell in scene.cells:
        weights, own = weights_of(scene, cell, settings)
        if scene.match == "parameters" and runs and "units" in own:
            first, _, opened = runs[0]
            features = opened.sequence.values.shape[1]
            parameters = parameter_count(first, features, units_of(opened))
            own = {**own, "units": matched_units(cell, features, parameters)}
        runs.append((cell, weights, open_run(cell, scene.input, weights, ordered(own), scene.precision)))
    return runs


def runs_beside_model(scene: Scene, settings: Settings) -> list[tuple[str, str, Opened]]:
    """The visitor's model, its first layer alone, and random cells as large as it that read what it reads."""
    keys = cells_of(dict(settings))
    fitting = next((cell for cell in scene.cells if cell in keys), scene.cells[0])
    model = open_run(fitting, scene.input, MODEL, settings, scene.precision)
    units, features = units_of(model), model.sequence.values.shape[1]
    parameters = parameter_count(fitting, features, units)
    runs: list[tuple[str, str, Opened]] = []
    for cell in scene.cells:
        if cell in keys:
            runs.append((cell, MODEL, open_run(cell, scene.input, MODEL, settings, scene.precision)))
            continue
        as_many = min(units, MAX_UNITS) if scene.match == "units" else matched_units(cell, features, parameters)
        runs.append((cell, "random", beside_model(model.id, cell, as_many, model)))
    return runs


@kept(private=lambda run, cell, units, _model: _model.private)
def beside_model(run: str, cell: str, units: int, _model: Opened) -> Opened:
    """A cell with random weights that reads what a model reads."""
    usual = {setting.name: setting.default for setting in RANDOM_SETTINGS} | {"units": units}
    values = _model.sequence.values
    module = WEIGHTS["random"].make(cell, values.shape[1], **usual).to(values.dtype)
    layers = trace(module, values)
    return Opened(run_id(run, cell, units), _model.sequence, module, layers, private=_model.private)


def weights_of(scene: Scene, cell: str, settings: dict[str, Value]) -> tuple[str, dict[str, Value]]:
    """The weights of one cell with their and the sequence's settings.

    Where the chosen ones do not fit the cell, random ones of as many units as those have stand in, of the same seed.
    """
    if WEIGHTS[scene.weights].fits(cell, scene.input):
        return scene.weights, settings
    fitting = next(other for other in scene.cells if WEIGHTS[scene.weights].fits(other, scene.input))
    units = units_of(open_run(fitting, scene.input, scene.weights, ordered(settings), scene.precision))
    usual = usual_settings(scene.input, "random")
    return "random", {**usual, **{name: settings[name] for name in usual if name in settings}, "units": units}


def ordered(settings: dict[str, Value]) -> Settings:
    """Settings in an order that is always the same."""
    return tuple(sorted(settings.items()))


def open_one(cell: str, weights: str, opened: Opened) -> Compared:
    """One cell's run with all that is told of it."""
    units = units_of(opened)
    parameters = parameter_count(cell, opened.sequence.values.shape[1], units)
    return Compared(cell, weights, opened, units, parameters, remaining(opened.id, opened))


def units_of(opened: Opened) -> int:
    """How many units a run has."""
    return opened.layers[0]["hidden"].shape[-1]


@kept(private=lambda run, _opened: _opened.private)
def remaining(run: str, _opened: Opened) -> list[float | None] | None:
    """How much of the first step is in a run's memory at every step, or None when it makes no difference."""
    try:
        shares = remains(_opened.module, _opened.sequence.values, _opened.state)
    except InputError:
        return None
    return [share if isfinite(share) else None for share in shares.tolist()]
