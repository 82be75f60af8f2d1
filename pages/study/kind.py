"""The study page: its title, the link parameters that only it has, and the study that they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from cells.core.messages import N_, InputError
from cells.core.settings import Number
from cells.training.recipe import UNITS, UPDATES, usual_options
from cells.training.study import LAGS, MOST_LAGS, Study, check_lag, study
from pages.shared.scene.link_reader import Field, LinkReader
from pages.shared.scene.partly import made_of_most
from pages.shared.scene.scene import OwnFields, PageKind
from pages.shared.words.text import quoted

SEEDS = Number("seeds", N_("seeds"), 3, 1, 5, 1)
STUDY_UNITS = replace(UNITS, name="study_units")
STUDY_UPDATES = replace(UPDATES, name="study_updates", low=10, high=20_000)
GIVEN_UP = ("study_updates", "study_units", "seeds", "lags")  # in this order, where a study would be too large
LAG = re.compile(r"\d{1,6}", re.ASCII)


@dataclass(frozen=True)
class StudyFields(OwnFields):
    """The choices of a study: the task `study`, learnt at each of `lags` from `seeds` seeds.

    () and None stand for the task's usual lags and sizes.
    """

    study: str = "adding"
    lags: tuple[int, ...] = ()
    seeds: int = int(SEEDS.default)
    study_units: int | None = None
    study_updates: int | None = None

    @property
    def all_lags(self) -> tuple[int, ...]:
        """The chosen lags, or the usual ones of the task."""
        return self.lags or LAGS[self.study].usual

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
        problems = [problem for lag in self.lags if (problem := misfit_of(self.study, lag))]
        kept = replace(self, lags=tuple(lag for lag in self.lags if not misfit_of(self.study, lag)))
        usual = StudyFields(self.study)
        given = {name: getattr(kept, name) for name in GIVEN_UP if getattr(kept, name) != getattr(usual, name)}

        def with_given(values: dict[str, Any]) -> StudyFields:
            fields = replace(usual, **values)
            fields.study_of(cells)
            return fields

        own, others = made_of_most(given, with_given)
        return own, problems + others

    def study_of(self, cells: tuple[str, ...]) -> Study:
        """Return the study of some cells. Raises InputError for one that cannot be made."""
        return cached_study(self.study, cells, self.all_lags, self.seeds, self.units, self.updates)


@lru_cache(maxsize=32)
def cached_study(
    task: str, cells: tuple[str, ...], lags: tuple[int, ...], seeds: int, units: int, updates: int
) -> Study:
    """Make a study, the same object for equal ones: so its recipes are made once."""
    return study(task, cells, lags, range(seeds), units=units, updates=updates)


def misfit_of(task: str, lag: int) -> InputError | None:
    """Return why a task cannot be studied at a lag, or None."""
    try:
        check_lag(task, lag)
    except InputError as problem:
        return problem
    return None


def read_lags(text: str) -> tuple[int, ...]:
    """Read "40, 10 20" as ascending lags, each once. Raises InputError for anything else."""
    parts = lags_in(text)
    if not 1 <= len(set(parts)) <= MOST_LAGS or not all(LAG.fullmatch(part) for part in parts):
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
    if not LAG.fullmatch(text):
        raise InputError(N_("The lag “{written}” in the link is not a whole number."), written=quoted(text))
    return int(text)


def check_number_of_lags(lags: tuple[int, ...]) -> None:
    """Raise InputError for more lags than a study takes."""
    if len(lags) > MOST_LAGS:
        left_out = ", ".join(map(str, lags[MOST_LAGS:]))
        raise InputError(
            N_("A study takes at most {most} lags; left out: {lags}."), most=MOST_LAGS, lags=quoted(left_out)
        )


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
    },
    inputs=(),
    runs=False,
)
