"""The runs of several cells on one sequence, as large as each other, with random weights where others do not fit."""

from __future__ import annotations

from cells import trace
from cells.core.settings import MAX_UNITS
from cells.modules.random_weights import RANDOM_SETTINGS
from cells.modules.size import matched_units, parameter_count
from cells.weights import WEIGHTS
from pages.shared.cache import cached
from pages.shared.scene.changes import single
from pages.shared.scene.link_reader import Value
from pages.shared.scene.own_model import possible_cells
from pages.shared.scene.run import BY_ID, TracedRun, open_run, run_id
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import Settings
from pages.shared.scene.weights import MODEL, usual_settings

CellRun = tuple[str, str, TracedRun]  # a cell, the key of its weights, and its run of one layer


def runs_of(scene: Scene, *, by_parameters: bool = False, whole: bool = False) -> list[CellRun]:
    """Trace each of a scene's cells, in their order.

    by_parameters: whether cells whose size can be chosen have as many parameters as the first, instead of as many
    units. whole: whether all layers and directions are run, not the first alone. Raises InputError for a sequence that
    cannot be made.
    """
    settings = dict((scene if whole else single(scene)).settings)
    if scene.weights == MODEL:
        return runs_beside_model(scene, ordered(settings), by_parameters=by_parameters)
    runs: list[CellRun] = []
    for cell in scene.cells:
        weights, own = weights_of(scene, cell, settings)
        if by_parameters and runs and "units" in own:
            first, _, run = runs[0]
            features = run.sequence.values.shape[1]
            own = {**own, "units": matched_units(cell, features, parameter_count(first, features, units_of(run)))}
        runs.append((cell, weights, open_run(cell, scene.input, weights, ordered(own), scene.precision)))
    return runs


def runs_beside_model(scene: Scene, settings: Settings, *, by_parameters: bool) -> list[CellRun]:
    """Trace the visitor's model, its first layer alone, and random cells as large as it that read what it reads."""
    keys = possible_cells(dict(settings))
    fitting = next((cell for cell in scene.cells if cell in keys), scene.cells[0])
    model = open_run(fitting, scene.input, MODEL, settings, scene.precision)
    units, features = units_of(model), model.sequence.values.shape[1]
    parameters = parameter_count(fitting, features, units)
    runs: list[CellRun] = []
    for cell in scene.cells:
        if cell in keys:
            runs.append((cell, MODEL, open_run(cell, scene.input, MODEL, settings, scene.precision)))
            continue
        as_many = matched_units(cell, features, parameters) if by_parameters else min(units, MAX_UNITS)
        runs.append((cell, "random", run_beside(model, cell, as_many)))
    return runs


@cached(private=lambda model, cell, units: model.private, hash_funcs=BY_ID)
def run_beside(model: TracedRun, cell: str, units: int) -> TracedRun:
    """Trace a cell with random weights that reads what a model reads."""
    usual = {setting.name: setting.default for setting in RANDOM_SETTINGS} | {"units": units}
    values = model.sequence.values
    module = WEIGHTS["random"].make(cell, values.shape[1], **usual).to(values.dtype)
    name = run_id(model.id, cell, units)
    return TracedRun(name, model.sequence, module, trace(module, values), private=model.private)


def weights_of(scene: Scene, cell: str, settings: dict[str, Value]) -> tuple[str, dict[str, Value]]:
    """Return the weights of one cell with their and the sequence's settings.

    Where the chosen ones do not fit the cell, random ones of as many units as those have stand in, of the same seed.
    """
    if WEIGHTS[scene.weights].fits(cell, scene.input):
        return scene.weights, settings
    fitting = next(other for other in scene.cells if WEIGHTS[scene.weights].fits(other, scene.input))
    units = units_of(open_run(fitting, scene.input, scene.weights, ordered(settings), scene.precision))
    usual = usual_settings(scene.input, "random")
    return "random", {**usual, **{name: settings[name] for name in usual if name in settings}, "units": units}


def ordered(settings: dict[str, Value]) -> Settings:
    """Return settings in an order that is always the same."""
    return tuple(sorted(settings.items()))


def units_of(run: TracedRun) -> int:
    """Return how many units a run has."""
    return run.layers[0]["hidden"].shape[-1]
