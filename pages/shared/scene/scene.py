"""The Scene: all that a link carries and that the picture depends on; and the kind of page that shows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Self, TypeVar

from pages.shared.scene.link_reader import Field, Value
from pages.shared.scene.sequences import INPUTS
from pages.shared.scene.weights import usual_settings, usual_weights

USUAL_CELL = "lstm"
USUAL_CELLS = ("rnn", "lstm", "gru")
DOUBLE = "float64"
PRECISIONS = ("float32", DOUBLE)  # of every number of a run
STACKING = {"layers": 1, "directions": 1, "residual": 0}
"""Settings that mean nothing where a page shows one layer of each cell, with their values of one layer."""


@dataclass(frozen=True)
class OwnFields:
    """The fields that one page alone has: a frozen record, each a parameter of the page's links, usual by default.

    A page whose choices touch more than their own field says so in the methods below.
    """

    def usual_input(self) -> str:
        """Return the sequence that is usual with these fields; "" for that of the page."""
        return ""

    def usual_cell(self, read: str) -> str:
        """Return the cell that is usual with these fields where it reads the sequence `read`."""
        return USUAL_CELL

    def steps_depend_on(self) -> tuple[object, ...]:
        """Return what a step's number depends on beside the sequence; () where it is as usual."""
        return ()

    def units_depend_on(self) -> tuple[object, ...]:
        """Return what a unit's number depends on beside cells, weights and sizes; () where it is as usual."""
        return ()

    def after(self, old: Scene, new: Scene) -> Self:
        """Return the fields that still fit once a choice has turned the scene `old` into `new`, the others as usual."""
        return self

    def within_run(self, scene: Scene) -> Self:
        """Return the fields without what has no place in the scene's run, which is traced to see it."""
        return self

    def released(self) -> Self:
        """Return the fields without what a reader holds or changes in the run, so that it is the plain one."""
        return self


Own = TypeVar("Own", bound=OwnFields)


@dataclass(frozen=True, eq=False)
class PageKind(Generic[Own]):
    """A page: its address and title, the sequence that it shows at first, and the fields that its links have.

    address: also the name of its folder, in which `page.py` is its script. shared: which fields of a Scene it has that
    not every page has: "cell" or "cells", and "layer". own: makes its own ones, as usual; `fields`: how a link spells
    these. inputs: the sequences that it shows. stacks: whether several layers and both directions can be seen there;
    otherwise there is one. weights: those that it shows at first where they fit. elsewhere: settings of these weights
    that are set in another menu of the page. runs: whether the cell runs there; else the sequence alone is shown.
    implied: by the name of a parameter, the sequence that is read where a link has it and names no sequence.
    opening: the link on which the bare address opens, where that is not the usual scene.
    """

    address: str
    title: str
    input: str
    shared: tuple[str, ...]
    own: type[Own]
    fields: Mapping[str, Field] = field(default_factory=dict)
    inputs: Collection[str] = tuple(INPUTS)
    stacks: bool = False
    runs: bool = True
    weights: str = ""
    elsewhere: tuple[str, ...] = ()
    implied: Mapping[str, str] = field(default_factory=dict)
    opening: Mapping[str, str] = field(default_factory=dict)

    @property
    def script(self) -> str:
        """The path of its script from the folder of all pages."""
        return f"{self.address}/page.py"

    @property
    def several(self) -> bool:
        """True where the page shows several cells."""
        return "cells" in self.shared

    def own_of(self, scene: Scene) -> Own:
        """Return the page's own fields of a scene that it shows."""
        assert isinstance(scene.own, self.own), f"a scene of the page {scene.page}, not {self.address}"
        return scene.own

    def scene(self, **given: Any) -> Scene:
        """Return the usual scene of this page, but for the fields that are `given`."""
        own = given.get("own") or self.own()
        read = given.get("input") or own.usual_input() or self.input
        cell = given.get("cell") or own.usual_cell(read)
        bare = Scene(**{**given, "kind": self, "input": read, "own": own, "cell": cell})
        weights = given.get("weights") or bare.usual_weights
        return replace(bare, weights=weights, settings={**usual_settings(bare.input, weights), **bare.settings})


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A choice of everything. `settings` holds those of the input and of the weights, each present.

    A page of the `kind` shows it: one `cell`, or several `cells`, whichever that has. Weights fit one of these cells at
    least; a cell that they do not fit is given random ones. `layer` is the index in the list that `trace` returns.
    `step` counts from 0 in the order in which that layer reads, -1 is the state before the first step, and None is
    where the sequence itself opens. `precision` is that of every number. `lang` is None where the browser's language is
    followed. `own` holds what only this page has.
    """

    kind: PageKind[Any] = field(repr=False)
    own: OwnFields
    cell: str = USUAL_CELL
    cells: tuple[str, ...] = USUAL_CELLS
    input: str
    weights: str = ""
    settings: Mapping[str, Value] = field(default_factory=dict)
    step: int | None = None
    unit: int = 0
    layer: int = 0
    precision: str = PRECISIONS[0]
    lang: str | None = None

    @property
    def page(self) -> str:
        """The address of the page that shows it."""
        return self.kind.address

    @property
    def shown_cells(self) -> tuple[str, ...]:
        """The keys of the cells that the page shows."""
        return self.cells if self.kind.several else (self.cell,)

    @property
    def usual_weights(self) -> str:
        """The key of the weights that are shown where nobody has chosen any."""
        return usual_weights(self.shown_cells, self.input, self.kind.weights)

    def with_own(self, **fields: Any) -> Scene:
        """Return the scene with some of the page's own fields set anew."""
        return replace(self, own=replace(self.own, **fields))

    def reads_the_same(self, other: Scene) -> bool:
        """Tell whether both have one sequence: of the same kind, with the same settings."""
        names = [setting.name for setting in INPUTS[self.input].settings]
        return self.input == other.input and all(self.settings[name] == other.settings[name] for name in names)
