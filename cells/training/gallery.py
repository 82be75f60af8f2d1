"""The models that are shipped with the app, and the commands that make them: `python -m cells.training.gallery`.

It is run from the folder that holds `cells`, as the commands are, and makes all anew, or those whose names it gets.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence

from cells.core.messages import InputError
from cells.depth.units import UNITS
from cells.training.command import SUFFIX, command_of, main, parser_of, recipe_of
from cells.training.digit_task import NO, YES
from cells.training.recipe import Recipe, check_known

FOLDER = "cells/data/models"
LATCHED = "--length 30 --units 2 --updates 1000 --learning-rate 0.02"

# What each model is made by, but for the file that it goes into, which bears its name.
GALLERY = {
    "counter": "anbn lstm --length 10 --units 2 --updates 1000 --seed 11",  # of which unit 0 counts, upwards
    "latch-rnn": f"latch rnn {LATCHED}",
    "latch-lstm": f"latch lstm {LATCHED}",
    "latch-gru": f"latch gru {LATCHED}",
    "order-rnn": "order rnn --length 40",  # which does not learn it, as the two others do
    "order-lstm": "order lstm --length 40",
    "order-gru": "order gru --length 40",
    "reber": "reber lstm --length 20 --units 16 --updates 1500",
    "rhyme": f"text lstm --text-file {FOLDER}/rhyme.txt --length 60 --units 32 --updates 300",
    "poem": f"text lstm --text-file {FOLDER}/poem.txt --length 24 --units 32 --updates 400",
}

STACKS_FOLDER = "cells/data/stacks"
STACK_DEPTHS = (4, 10, 20, 50)
STACKS = {
    f"{kind}-{depth}-{'norm' if norm == YES else 'bare'}": f"digits {kind} --depth {depth} --norm {norm}"
    for kind in UNITS
    for depth in STACK_DEPTHS
    for norm in (NO, YES)
}
"""The deep stacks, each of them as the digits are usually learnt, by kind, depth and batch normalisation."""

ALL = {**GALLERY, **STACKS}


def arguments_of(name: str) -> list[str]:
    """Return the arguments of `python -m cells.train` that make a model."""
    folder = STACKS_FOLDER if name in STACKS else FOLDER
    return [*shlex.split(ALL[name]), "--out", f"{folder}/{name}{SUFFIX}"]


def command_for(name: str) -> str:
    """Return the command that makes a model, as its file says it."""
    return command_of(arguments_of(name))


def recipe_for(name: str) -> Recipe:
    """Return the recipe of a model.

    Raises InputError, and OSError where its text is not found from the present folder.
    """
    return recipe_of(parser_of().parse_args(arguments_of(name)))


def make_models(names: Sequence[str]) -> int:
    """Make the models of these names, or all, until one fails; return its exit code, or 0."""
    for name in names:
        try:
            check_known("There is no model {name}; there are {names}.", name, ALL)
        except InputError as problem:
            print(f"python -m cells.training.gallery: {problem}", file=sys.stderr)
            return 2
    codes = (main(arguments_of(name)) for name in names or ALL)
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(make_models(sys.argv[1:]))
