"""The study page: its title, the link parameters that only it has, and the study that they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from cells.core.messages import N_, InputError
from cells.core.settings import FEWEST_CELLS, MOST_CELLS, Number
from cells.depth.units import UNITS
from cells.training.digit_task import NO, YES
from cells.training.recipe import DIRECTIONS as RECIPE_DIRECTIONS
from cells.training.recipe import UNITS as RECIPE_UNITS
from cells.training.recipe import UPDATES, usual_options
from cells.training.study import (
    ALL_LAYERS,
    GROWS,
    LAG,
    LAGS,
    LAYERS_GROW,
    MOST_LAGS,
    RESIDUAL_MARK,
    Study,
    check_lag,
    study,
)
from cells.training.task import Value
from cells.training.tasks import DEEP_TASKS
from pages.shared.scene.link_reader import Field, LinkReader, yes_or_no
from pages.shared.scene.partly import made_of_most
from pages.shared.scene.scene import OwnFields, PageKind
from pages.shared.words.text import quoted

SEEDS = Number("seeds", N_("seeds"), 3, 1, 5, 1)
STUDY_UNITS = replace(RECIPE_UNITS, name="study_units")
STUDY_UPDATES = replace(UPDATES, name="study_updates", low=10, high=20_000)
DIRECTIONS = replace(RECIPE_DIRECTIONS, name="study_directions")
STACKED, ADDED, BOTH = "stacked", "residual", "both"
BETWEEN = {STACKED: N_("one on the other"), ADDED: N_("with a residual connection"), BOTH: N_("both")}
MOST_KINDS = 4
GIVEN_UP = (
    "study_updates",
    "study_units",
    "study_directions",
    "seeds",
    "lags",
)  # in this order, where a study would be too large
WRITTEN_LAG = re.compile(r"\d{1,6}", re.ASCII)


@dataclass(frozen=True)
class StudyFields(OwnFields):
    """The choices of a study: the task `study`, learnt at each of `lags` from `seeds` seeds.

    () and None stand for the task's usual lags and sizes. grows: a key of GROWS, of which `lags` are the values.
    between: a key of BETWEEN, how layers are put together where these grow. study_directions: 1 or 2, of all cells.
    kinds: those of deep stacks that learn the digits, study_norm whether with batch normalisation.
    """

    study: str = "adding"
    lags: tuple[int, ...] = ()
    seeds: int = int(SEEDS.default)
    study_units: int | None = None
    study_updates: int | None = None
    grows: str = LAG
    between: str = STACKED
    study_directions: int = 1
    kinds: tuple[str, ...] = ("plain", "residual")
    study_norm: bool = False

    @property
    def is_deep(self) -> bool:
        """True where deep stacks learn, and no cells."""
        return self.study in DEEP_TASKS

    @property
    def axis(self) -> str:
        """The key of what grows: a deep stack has no layers but its units."""
        return LAG if self.is_deep else self.grows

    def lines(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        """Return what is studied, a line each: the kinds of stacks, or the cells with and without what is between."""
        if self.is_deep:
            return self.kinds
        if self.axis == LAG or self.between == STACKED:
            return cells
        marked = [(cell, f"{cell}{RESIDUAL_MARK}") for cell in cells]
        return tuple(line for pair in marked for line in pair[0 if self.between == BOTH else 1 :])

    @property
    def all_lags(self) -> tuple[int, ...]:
        """The chosen lags, or the usual ones of the task."""
        usual = ALL_LAYERS if self.axis == LAYERS_GROW else LAGS[self.study].usual
        return self.lags or usual

    @property
    def units(self) -> int:
        """The number of units of each cell."""
        return int(usual_options(self.study)["units"]) if self.study_units is None else self.study_units

    @property
    def updates(self) -> int:
        """The number of updates of each training."""
        return int(usual_options(self.study)["updates"]) if self.study_updates is None else self.study_updates

    def usable(self, cells: tuple[str, ...]) -> tuple[StudyFields, list[InputError]]:
        """Return the choices of which a study of some cells can be made, and why the others are left out."""
        if len(self.lines(cells)) > MOST_CELLS:
            own, problems = replace(self, between=STACKED).usable(cells)
            return own, [
                InputError(N_("With and without a residual connection there is room for two cells.")),
                *problems,
            ]
        problems = [problem for lag in self.lags if (problem := misfit_of(self, lag))]
        kept = replace(self, lags=tuple(lag for lag in self.lags if not misfit_of(self, lag)))
        usual = StudyFields(
            self.study, grows=self.grows, between=self.between, kinds=self.kinds, study_norm=self.study_norm
        )
        given = {name: getattr(kept, name) for name in GIVEN_UP if getattr(kept, name) != getattr(usual, name)}

        def with_given(values: dict[str, Any]) -> StudyFields:
            fields = replace(usual, **values)
            fields.study_of(cells)
            return fields

        own, others = made_of_most(given, with_given)
        return own, problems + others

    def study_of(self, cells: tuple[str, ...]) -> Study:
        """Return the study of some cells. Raises InputError for one that cannot be made."""
        options = (("units", self.units), ("updates", self.updates), ("directions", self.study_directions))
        settings = (("norm", YES if self.study_norm else NO),) if self.is_deep else ()
        return cached_study(self.study, self.lines(cells), self.all_lags, self.seeds, options, settings, self.axis)


@lru_cache(maxsize=32)
def cached_study(
    task: str,
    cells: tuple[str, ...],
    lags: tuple[int, ...],
    seeds: int,
    options: tuple[tuple[str, Value], ...],
    settings: tuple[tuple[str, Value], ...],
    grows: str,
) -> Study:
    """Make a study, the same object for equal ones: so its recipes are made once."""
    return study(task, cells, lags, range(seeds), dict(settings), grows, **dict(options))


def misfit_of(own: StudyFields, lag: int) -> InputError | None:
    """Return why a task cannot be studied at a lag, or None."""
    try:
        check_lag(own.study, lag, own.axis)
    except InputError as problem:
        return problem
    return None


def read_lags(text: str) -> tuple[int, ...]:
    """Read "40, 10 20" as ascending lags, each once. Raises InputError for anything else."""
    parts = lags_in(text)
    if not 1 <= len(set(parts)) <= MOST_LAGS or not all(WRITTEN_LAG.fullmatch(part) for part in parts):
        raise InputError(
            N_("The lags “{written}” cannot be read: write 1 to {most} whole numbers, for example 10, 20, 40."),
            written=quoted(text),
            most=MOST_LAGS,
        )
    return tuple(sorted({int(part) for part in parts}))


def take_lags(reader: LinkReader) -> tuple[int, ...] | None:
    """Take the lags out of a link that can be read, as many as a study takes; the others are named."""
    lags = tuple(dict.fromkeys(reader.entries("lags", lags_in, read_lag)))
    reader.tried(check_number_of_lags, lags)
    return tuple(sorted(lags[:MOST_LAGS])) or None


def lags_in(text: str) -> list[str]:
    """Return the entries of a list of lags, however they are parted; of an empty text an empty one."""
    return [part for part in re.split(r"[\s,;]+", text.strip()) if part] or [""]


def read_lag(text: str) -> int:
    """Read one lag. Raises InputError for what is no whole number."""
    if not WRITTEN_LAG.fullmatch(text):
        raise InputError(N_("The lag “{written}” in the link is not a whole number."), written=quoted(text))
    return int(text)


def check_number_of_lags(lags: tuple[int, ...]) -> None:
    """Raise InputError for more lags than a study takes."""
    if len(lags) > MOST_LAGS:
        left_out = ", ".join(map(str, lags[MOST_LAGS:]))
        raise InputError(
            N_("A study takes at most {most} lags; left out: {lags}."), most=MOST_LAGS, lags=quoted(left_out)
        )


def take_kinds(reader: LinkReader) -> tuple[str, ...] | None:
    """Take two to four kinds of units out of a link, None where there are none that can be used."""
    value = reader.rest.pop("kinds", None)
    if value is None:
        return None
    kinds = value.split(",")
    if not FEWEST_CELLS <= len(set(kinds)) == len(kinds) <= MOST_KINDS or not set(kinds) <= set(UNITS):
        template = N_("{name}={value} in the link is not a list of {fewest} to {most} different ones of: {choices}.")
        numbers = {"fewest": FEWEST_CELLS, "most": MOST_KINDS}
        reader.complain(template, "kinds", value, choices=", ".join(UNITS), **numbers)
        return None
    return tuple(kinds)


def write_lags(lags: tuple[int, ...]) -> str:
    """Write lags as `read_lags` reads them."""
    return ",".join(map(str, lags))


STUDY = PageKind(
    address="study",
    title=N_("Study"),
    input="pulse",
    shared=("cells",),
    own=StudyFields,
    fields={
        "study": Field(lambda reader: reader.choice("study", LAGS)),
        "lags": Field(take_lags, write_lags),
        "seeds": Field(lambda reader: reader.bounded(SEEDS)),
        "study_units": Field(lambda reader: reader.bounded(STUDY_UNITS)),
        "study_updates": Field(lambda reader: reader.bounded(STUDY_UPDATES)),
        "grows": Field(lambda reader: reader.choice("grows", GROWS)),
        "between": Field(lambda reader: reader.choice("between", BETWEEN)),
        "study_directions": Field(lambda reader: reader.bounded(DIRECTIONS)),
        "kinds": Field(take_kinds, ",".join),
        "study_norm": yes_or_no("study_norm"),
    },
    inputs=(),
    runs=False,
)
