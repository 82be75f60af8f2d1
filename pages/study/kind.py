"""The study page: its title, the link parameters that only it has, and the study that they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from cells.core.messages import N_, InputError
from cells.core.settings import Number
from cells.training.recipe import UNITS, UPDATES, usual_options
from cells.training.study import LAGS, MOST_LAGS, Study, study
from pages.shared.scene.link_reader import Field
from pages.shared.scene.scene import OwnFields, PageKind
from pages.shared.words.text import quoted

SEEDS = Number("seeds", N_("seeds"), 3, 1, 5, 1)
STUDY_UNITS = replace(UNITS, name="study_units")
STUDY_UPDATES = replace(UPDATES, name="study_updates", low=10, high=20_000)


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

    def as_usual(self) -> StudyFields:
        """Return the same task with its usual lags and sizes."""
        return StudyFields(self.study)

    def study_of(self, cells: tuple[str, ...]) -> Study:
        """Return the study of some cells. Raises InputError for one that cannot be made."""
        return cached_study(self.study, cells, self.all_lags, self.seeds, self.units, self.updates)


@lru_cache(maxsize=32)
def cached_study(
    task: str, cells: tuple[str, ...], lags: tuple[int, ...], seeds: int, units: int, updates: int
) -> Study:
    """Make a study, the same object for equal ones: so its recipes are made once."""
    return study(task, cells, lags, range(seeds), units=units, updates=updates)


def read_lags(text: str) -> tuple[int, ...]:
    """Read "40, 10 20" as ascending lags, each once. Raises InputError for anything else."""
    parts = [part for part in re.split(r"[\s,;]+", text.strip()) if part]
    if not 1 <= len(set(parts)) <= MOST_LAGS or not all(re.fullmatch(r"\d{1,6}", part, re.ASCII) for part in parts):
        raise InputError(
            N_("The lags “{written}” cannot be read: write 1 to {most} whole numbers, for example 10, 20, 40."),
            written=quoted(text),
            most=MOST_LAGS,
        )
    return tuple(sorted({int(part) for part in parts}))


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
        "lags": Field(lambda reader: reader.parsed("lags", read_lags), write_lags),
        "seeds": Field(lambda reader: reader.bounded(SEEDS)),
        "study_units": Field(lambda reader: reader.bounded(STUDY_UNITS)),
        "study_updates": Field(lambda reader: reader.bounded(STUDY_UPDATES)),
    },
    inputs=(),
    runs=False,
)
