"""The Scene: all that a link carries, and all that the picture depends on; and what a choice makes of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cells import CELLS, Clamp
from cells.arrangements import AHEAD, ARRANGEMENTS
from cells.core.messages import N_
from cells.core.settings import Setting
from cells.families.conventions import SHORT
from cells.gradients.initial_states import ZERO
from cells.inputs.edit import Edit
from cells.order import REVERSE, Order
from cells.weights import WeightKind, default_weights
from pages.gradient.kind import CHRONO, WeightPlace
from pages.shared.scene.own_model import ALL_WEIGHTS, MODEL, cells_of, filled
from pages.shared.scene.sequences import INPUTS, SAMPLE, TABLES
from pages.study.kind import SEEDS, USUAL_TASK
from pages.train.training import USUAL_TRAINING, Training

Value = int | float | str

USUAL_CELL = "lstm"
USUAL_CELLS = ("rnn", "lstm", "gru")
USUAL_ORDER = Order(REVERSE)
FEWEST_CELLS, MOST_CELLS = 2, 4
DOUBLE = "float64"
PRECISIONS = ("float32", DOUBLE)  # of every number of a run
MATCHES = {"units": N_("same units"), "parameters": N_("same parameters")}
STACKING = ("layers", "directions")  # settings that mean nothing where cells are compared: each has one layer there


@dataclass(frozen=True)
class PageKind:
    """A page: its script and its title, the sequence that it shows at first, and which fields of a Scene it has.

    script: its path, from the folder of pages/entry.py. fields: those that not every page has. inputs: the sequences
    that it shows. stacks: whether several layers and both directions can be seen there; otherwise there is one.
    weights: those that it shows at first where they fit. elsewhere: settings of these for which it has a place of its
    own. runs: whether the cell runs there; else the sequence alone is shown.
    """

    script: str
    title: str
    input: str
    fields: tuple[str, ...]
    inputs: Collection[str] = tuple(INPUTS)
    stacks: bool = False
    runs: bool = True
    weights: str = ""
    elsewhere: tuple[str, ...] = ()


PAGES = {
    "step": PageKind(
        "step/page.py",
        N_("Step"),
        "pulse",
        ("cell", "layer", "clamp", "edit", "difference", "notation"),
        stacks=True,
    ),
    "compare": PageKind("compare/page.py", N_("Compare"), "bit", ("cells", "match")),
    "order": PageKind("order/page.py", N_("Order"), "pulse", ("cell", "order")),
    "gradient": PageKind(
        "gradient/page.py",
        N_("Gradient"),
        "bit",
        ("cells", "read_at", "biases", "truncate", "clip", "first_state", "weight"),
        weights="random",
        elsewhere=("forget_bias",),
    ),
    "arrange": PageKind("arrange/page.py", N_("Arrange"), "text", ("cell", "arrangement", "ahead")),
    "units": PageKind("units/page.py", N_("Units"), "rhyme", ("cell", "layer"), stacks=True),
    "train": PageKind("train/page.py", N_("Train"), "pulse", ("cell", "training", "update"), inputs=(), runs=False),
    "study": PageKind(
        "study/page.py",
        N_("Study"),
        "pulse",
        ("cells", "study", "lags", "seeds", "study_units", "study_updates"),
        inputs=(),
        runs=False,
    ),
    "data": PageKind("data/page.py", N_("Data"), "co2", ("cell",), inputs=TABLES, runs=False),
    "model": PageKind("model/page.py", N_("Model"), SAMPLE.key, ("cell",), stacks=True),
}


@dataclass(frozen=True)
class Scene:
    """One choice of everything. `settings` holds those of the input and of the weights, each present.

    `page` shows it: the step page a layer of one `cell`, the compare page several `cells` that are as large as each
    other by `match`, the order page one `cell` that reads the steps in another `order`. Weights fit one of these cells
    at least; a cell that they do not fit is given random ones.
    `layer` is the place in the list that `trace` returns. `step` counts from 0 in the order in which that layer reads,
    -1 is the state before the first step, and None is where the sequence itself opens. `clamp` and `edit` are what a
    reader holds and changes, to see what follows; `difference` shows what they change and nothing else. `notation` is a
    key of NOTATIONS. `arrangement` is a key of ARRANGEMENTS, and `ahead` how many outputs are read in it where they are
    fed back. On the gradient page the loss is read at step `read_at`, None for the last; `biases` are those of the
    gates that keep the memory, and `first_state` is a key of FIRST_STATES; a gradient goes back through `truncate`
    steps at most and is clipped to the norm `clip`, None for neither; `weight` is the one whose gradient is taken
    apart. `training` is what is learnt on the train page, and `update` the checkpoint that is shown of it, None for the
    newest. The study page teaches its cells the task `study` at each of `lags`, () for the task's usual ones, from
    `seeds` seeds, with `study_units` units in `study_updates` updates, None for the task's usual. `precision` is that
    of every number. `lang` is None where the browser's language is followed.
    """

    cell: str = USUAL_CELL
    input: str = PAGES["step"].input
    weights: str = default_weights(USUAL_CELL, PAGES["step"].input)
    settings: Mapping[str, Value] = field(default_factory=dict)
    step: int | None = None
    unit: int = 0
    layer: int = 0
    clamp: tuple[Clamp, ...] = ()
    edit: tuple[Edit, ...] = ()
    difference: bool = False
    notation: str = SHORT
    precision: str = PRECISIONS[0]
    lang: str | None = None
    page: str = "step"
    cells: tuple[str, ...] = USUAL_CELLS
    match: str = "units"
    arrangement: str = next(iter(ARRANGEMENTS))
    ahead: int = int(AHEAD.default)
    order: Order = USUAL_ORDER
    read_at: int | None = None
    biases: str = CHRONO
    truncate: int | None = None
    clip: float | None = None
    first_state: str = ZERO
    weight: WeightPlace | None = None
    study: str = USUAL_TASK
    lags: tuple[int, ...] = ()
    seeds: int = int(SEEDS.default)
    study_units: int | None = None
    study_updates: int | None = None
    training: Training = USUAL_TRAINING
    update: int | None = None

    @property
    def shown(self) -> tuple[str, ...]:
        """The keys of the cells that the page shows."""
        return self.cells if "cells" in PAGES[self.page].fields else (self.cell,)


def usual_weights(cells: tuple[str, ...], input_key: str, page: str = "step") -> str:
    """The key of the first weights that fit the sequence and every cell, the page's own before all others."""
    preferred = PAGES[page].weights
    if preferred and all(ALL_WEIGHTS[preferred].fits(cell, input_key) for cell in cells):
        return preferred
    return next(key for key, kind in ALL_WEIGHTS.items() if all(kind.fits(cell, input_key) for cell in cells))


def fit_one(weights_key: str, cells: tuple[str, ...], input_key: str) -> bool:
    """Whether weights fit the sequence and at least one of the cells."""
    return any(ALL_WEIGHTS[weights_key].fits(cell, input_key) for cell in cells)


def brought(scene: Scene, weights_key: str) -> dict[str, Any]:
    """What has to be chosen together with weights, so that they fit: a sequence, cells, or neither.

    What already fits stays: the sequence, and each of the cells, of which one at least must fit. Where a page has as
    many cells as it can, the last one makes room.
    """
    kind, choices = ALL_WEIGHTS[weights_key], dict[str, Any]()
    if not isinstance(kind, WeightKind):
        return choices
    if kind.inputs is not None and scene.input not in kind.inputs:
        choices["input"] = kind.inputs[0]
    if kind.cells is not None and not set(kind.cells) & set(scene.shown):
        first = kind.cells[0]
        several = "cells" in PAGES[scene.page].fields
        choices |= {"cells": (*scene.cells[: MOST_CELLS - 1], first)} if several else {"cell": first}
    return choices


def settings_of(input_key: str, weights_key: str) -> dict[str, Setting]:
    """Every setting that the chosen input and weights have, by name."""
    return {setting.name: setting for setting in (*ALL_WEIGHTS[weights_key].settings, *INPUTS[input_key].settings)}


def usual_settings(input_key: str, weights_key: str) -> dict[str, Value]:
    """The same settings at their usual values."""
    return {name: setting.default for name, setting in settings_of(input_key, weights_key).items()}


def changed(scene: Scene, **choices: Any) -> Scene:
    """`scene` with some choices made anew, and what no longer fits brought back to the usual.

    A setting is given by its own name. Weights that nobody chose, or that no longer fit, follow the cell and the input;
    another sequence opens at its own step, without the inputs changed in the former one; another number of units starts
    at unit 0, another stack at its first layer; a clamp goes where the cell has no such signal.
    """
    fields = {name: value for name, value in choices.items() if name in Scene.__dataclass_fields__}
    settings = {name: value for name, value in choices.items() if name not in fields}
    was_usual = scene.weights == usual_weights(scene.shown, scene.input, scene.page)
    new = replace(scene, **fields)
    if "weights" not in choices and (was_usual or not fit_one(new.weights, new.shown, new.input)):
        new = replace(new, weights=usual_weights(new.shown, new.input, new.page))
    known = usual_settings(new.input, new.weights)
    kept = same_settings(scene, new)
    new = replace(new, settings={name: {**known, **kept, **settings}[name] for name in known})
    if new.weights == MODEL:
        new = with_its_cell(new)
        if new.cell != choices.get("cell", new.cell) and not {"model", "part"} & set(choices):
            return changed(
                new, **choices, weights=usual_weights((choices["cell"],), new.input)
            )  # another cell was asked for
    return reset_position(scene, reset_what_if(scene, new), choices)


def with_its_cell(scene: Scene) -> Scene:
    """The scene with the cell of the visitor's model, which comes out of the file, among those that are shown."""
    if scene.weights != MODEL:
        return scene
    scene = replace(scene, settings=filled(scene.settings))
    keys = cells_of(scene.settings)
    if not keys:
        return scene
    cell = scene.cell if scene.cell in keys else keys[0]
    cells = scene.cells if set(keys) & set(scene.cells) else (cell, *scene.cells)[:MOST_CELLS]
    return replace(scene, cell=cell, cells=cells)


def single(scene: Scene) -> Scene:
    """The scene with one layer in one direction, where a stack cannot be seen."""
    names = [name for name in STACKING if name in scene.settings or scene.weights == MODEL]
    return replace(scene, settings={**scene.settings, **dict.fromkeys(names, 1)})


def reset_what_if(old: Scene, new: Scene) -> Scene:
    """Without the clamps that mean nothing in the new cell or stack, and the inputs changed in another sequence."""
    signals = {signal.name for signal in CELLS[new.cell].shown}
    same_places = old.settings.get("directions") == new.settings.get("directions")
    clamp = tuple(one for one in new.clamp if one.signal in signals and (same_places or one.layer is None))
    names = {setting.name for setting in INPUTS[new.input].settings}
    same = old.input == new.input and all(old.settings[name] == new.settings[name] for name in names)
    edit = new.edit if same else ()
    return replace(new, clamp=clamp, edit=edit, difference=new.difference and bool(clamp or edit))


def same_settings(old: Scene, new: Scene) -> dict[str, Value]:
    """The old settings that mean the same in the new scene: the input's with the same input, and so the weights'."""
    inputs = {s.name for s in INPUTS[old.input].settings} if old.input == new.input else set()
    weights = {s.name for s in ALL_WEIGHTS[old.weights].settings} if old.weights == new.weights else set()
    return {name: value for name, value in old.settings.items() if name in inputs | weights}


def reset_position(old: Scene, new: Scene, choices: Mapping[str, object]) -> Scene:
    """Where to open after a choice: at the same step of the same sequence, at the same unit of the same cell."""
    names = {setting.name for setting in INPUTS[new.input].settings}
    if "step" not in choices and (old.input != new.input or names & set(choices)):
        new = replace(new, step=None)
    if "read_at" not in choices and (old.input != new.input or names & set(choices)):
        new = replace(new, read_at=None)
    if "step" not in choices and old.read_at != new.read_at:
        new = replace(new, step=None)
    if "step" not in choices and arrangement_of(old) != arrangement_of(new):
        new = replace(new, step=None)
    if "unit" not in choices and size_of(old)[:-2] != size_of(new)[:-2]:
        new = replace(new, unit=0)
    if "layer" not in choices and size_of(old) != size_of(new):
        new = replace(new, layer=0)
    if "step" not in choices and reads_backward(old) != reads_backward(new):
        new = replace(new, step=None)
    return new


def arrangement_of(scene: Scene) -> tuple[object, ...]:
    """What a step's number depends on beside the sequence, where a run reads more or less than that."""
    return (scene.arrangement, scene.ahead) if "arrangement" in PAGES[scene.page].fields else ()


def size_of(scene: Scene) -> tuple[object, ...]:
    """What a unit's and a layer's number depend on: cells, weights, units, then layers and directions."""
    sizes = (scene.settings.get(name) for name in ("units", "model", "part", "layers", "directions"))
    return (scene.shown, scene.match, scene.weights, *sizes)


def reads_backward(scene: Scene) -> bool:
    """Whether the scene's layer reads its sequence from the end: every other one where there are both directions."""
    return scene.settings.get("directions") == 2 and scene.layer % 2 == 1
