"""The words for what grows in a study: the lag of a task, the layers of a network, or the units of a deep stack."""

from __future__ import annotations

from dataclasses import dataclass

from cells import CELLS
from cells.core.messages import N_, n_
from cells.depth.units import UNITS
from cells.training.study import LAG, LAYERS_GROW, Study, cell_and_connection
from cells.training.tasks import DEEP_TASKS
from pages.shared.words import say
from pages.study.kind import StudyFields

LARGEST_N, UNITS_GROW = "largest n", "depth"


@dataclass(frozen=True)
class AxisWords:
    """The words of one axis.

    menu: of the list of its values. note: what they count, with {setting}, {low} and {high}. axis: beneath the figure.
    one: a value in the table. hover, seed: of a mean and of a dot in the figure. mean: a mean in words. title: of the
    figure, in words. protocol: how often each learns, {seeds} times, and on what it is tested.
    """

    menu: str
    note: str
    axis: str
    one: str
    hover: str
    seed: str
    mean: str
    title: str
    protocol: str


AXES = {
    LAG: AxisWords(
        N_("lags"),
        N_("Here a lag is the setting “{setting}” of the task, from {low} to {high} steps."),
        N_("lag in steps"),
        N_("lag"),
        N_("lag {lag}, mean {mean}, from {least} to {greatest}"),
        N_("lag {lag}, seed {seed}, {success}"),
        N_("{mean} at lag {lag}"),
        N_("Success of each cell against the lag"),
        n_(
            "Each cell learns it once at every lag, from first weights of its own; then new sequences tell what it has "
            "learnt.",
            "Each cell learns it {seeds} times at every lag, each time from other first weights; then new sequences "
            "tell what it has learnt.",
            "seeds",
        ),
    ),
    LAYERS_GROW: AxisWords(
        N_("layers"),
        N_("Here the layers grow, from {low} to {high}; the task is as usual."),
        N_("layers"),
        N_("layers"),
        N_("layers: {lag}, mean {mean}, from {least} to {greatest}"),
        N_("layers: {lag}, seed {seed}, {success}"),
        N_("{mean} with layers: {lag}"),
        N_("Success of each cell against its layers"),
        n_(
            "Each cell learns it once with every number of layers, from first weights of its own; then new sequences "
            "tell what it has learnt.",
            "Each cell learns it {seeds} times with every number of layers, each time from other first weights; then "
            "new sequences tell what it has learnt.",
            "seeds",
        ),
    ),
    UNITS_GROW: AxisWords(
        N_("depths"),
        N_("Here the stack grows: {low} to {high} units, one behind the other."),
        N_("units, one behind the other"),
        N_("depth"),
        N_("depth {lag}, mean {mean}, from {least} to {greatest}"),
        N_("depth {lag}, seed {seed}, {success}"),
        N_("{mean} at a depth of {lag}"),
        N_("Success of each kind of stack against its depth"),
        n_(
            "Each kind of stack learns them once at every depth, from first weights of its own.",
            "Each kind of stack learns them {seeds} times at every depth, each time from other first weights.",
            "seeds",
        ),
    ),
}


def axis_of(own: StudyFields) -> str:
    """Return the key in AXES of what grows."""
    return UNITS_GROW if own.is_deep else own.axis


def axis_of_study(study: Study) -> str:
    """Return the key in AXES of what grows in a study."""
    return UNITS_GROW if study.task in DEEP_TASKS else study.grows


def line_title(study: Study, line: str) -> str:
    """Return the name of a study's line in the reader's language."""
    if study.task in DEEP_TASKS:
        return say(UNITS[line].title)
    cell, residual = cell_and_connection(line)
    title = say(CELLS[cell].title)
    return say("{cell}, residual", cell=title) if residual else title
