"""Training in a terminal: `python -m cells.train TASK CELL --length N --units N --out FILE.safetensors`.

A progress bar goes to the standard error, one line of JSON to the standard output. The exit code is 0 for a finished
training, whether or not it reached its criterion; 1 for one that ran away or whose file cannot be written, 2 for
arguments that cannot be used, and 130 for one that was interrupted. What there is of weights is kept in each case.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from cells.core.messages import InputError
from cells.core.settings import Choice, Number, Setting
from cells.depth.units import UNITS
from cells.registry import CELLS
from cells.training.learning import Checkpoint
from cells.training.loop import follow
from cells.training.recipe import TRAINING_SETTINGS, Recipe, recipe
from cells.training.saved import save_trained
from cells.training.series_tasks import MAX_CHARACTERS
from cells.training.task import Value
from cells.training.tasks import ALL_TASKS

SUFFIX = ".safetensors"
BAD_ARGUMENTS, RAN_AWAY, INTERRUPTED = 2, 1, 130
TASK_SETTINGS: dict[str, Setting] = {setting.name: setting for task in ALL_TASKS.values() for setting in task.settings}


class Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Print the line and leave with 2."""
        self.exit(BAD_ARGUMENTS, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train as the arguments say, those of the process by themselves; return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = parser_of()
    options = parser.parse_args(given)
    try:
        chosen_recipe = recipe_of(options)
        check_out(options.out)
    except (InputError, OSError) as problem:
        parser.error(str(problem))
    return train_and_save(chosen_recipe, options.out, command_of(given), quiet=options.quiet)


def parser_of() -> Parser:
    """Make the parser: the training's own options, and those of every task."""
    parser = Parser(
        prog="python -m cells.train",
        description="Teach a recurrent cell or a deep stack a task, and keep what it has learnt.",
        epilog=f"tasks: {', '.join(ALL_TASKS)}; cells: {', '.join(CELLS)}; "
        f"units of deep stacks, which learn the digits: {', '.join(UNITS)}",
        allow_abbrev=False,
    )
    parser.add_argument("task", metavar="TASK", help="what is learnt, one of the tasks below")
    parser.add_argument("cell", metavar="CELL", help="what learns it, one of the cells below")
    for setting in TRAINING_SETTINGS:
        add(parser, setting)
    for name, setting in TASK_SETTINGS.items():
        tasks = ", ".join(key for key, task in ALL_TASKS.items() if name in {own.name for own in task.settings})
        add(parser, setting, f" ({tasks})" if len(tasks.split(", ")) < len(ALL_TASKS) else "")
    parser.add_argument("--text-file", type=Path, metavar="FILE", help="the text, out of a file in UTF-8 (text)")
    parser.add_argument("--out", type=Path, metavar=f"FILE{SUFFIX}", help="where the weights are kept")
    parser.add_argument("--quiet", action="store_true", help="without the progress bar")
    return parser


def add(parser: Parser, setting: Setting, suffix: str = "") -> None:
    """Add the option of a setting; what it may be is checked with everything else."""
    kind = type(setting.default) if isinstance(setting, Number) else str
    words = {"length": "steps of a sequence, or what decides them", "text": "text"}
    help_text = words.get(setting.name, setting.title)
    if isinstance(setting, Choice):
        help_text += f": {', '.join(setting.choices)}"
    metavar = {int: "N", float: "X", str: "WORD"}[kind]
    parser.add_argument(f"--{setting.name.replace('_', '-')}", type=kind, metavar=metavar, help=help_text + suffix)


def recipe_of(options: argparse.Namespace) -> Recipe:
    """Return the recipe that the arguments name. Raises InputError, and OSError for a text that cannot be read."""
    settings: dict[str, Value] = {name: getattr(options, name) for name in TASK_SETTINGS}
    if options.text_file is not None:
        if options.text is not None:
            raise InputError("Give --text or --text-file, not both.")
        settings["text"] = read_text(options.text_file)
    chosen = {name: value for name, value in settings.items() if value is not None}
    own = {setting.name: getattr(options, setting.name) for setting in TRAINING_SETTINGS}
    return recipe(options.task, options.cell, chosen, **own)


def read_text(path: Path) -> str:
    """Read a text file, one that is far too long not whole."""
    try:
        with path.open(encoding="utf-8-sig") as opened:
            return opened.read(4 * MAX_CHARACTERS + 1)
    except UnicodeDecodeError as problem:
        raise InputError("{file} is not a text in UTF-8.", file=path) from problem


def check_out(out: Path | None) -> None:
    """Raise InputError unless a file of weights can be expected to be written there."""
    if out is None:
        return
    if out.suffix != SUFFIX:
        raise InputError("The file of --out must end in {suffix}.", suffix=SUFFIX)
    if not out.parent.is_dir() or out.is_dir():
        raise InputError("{file} cannot be written: there is no such folder.", file=out)


def command_of(arguments: Sequence[str]) -> str:
    """Return the command as it was typed."""
    return " ".join(["python -m cells.train", *map(shlex.quote, arguments)])


def train_and_save(chosen_recipe: Recipe, out: Path | None, command: str, *, quiet: bool) -> int:
    """Train, keep the weights, print the line; return the exit code."""
    last: Checkpoint | None = None
    code = 0
    with tqdm(total=chosen_recipe.updates, unit="update", disable=quiet) as bar:

        def report(update: int, loss: float) -> None:
            bar.update(update - bar.n)

        try:
            for last in follow(chosen_recipe, report):
                bar.set_postfix(loss=f"{last.loss:.4f}", success=f"{last.success:.3f}")
        except KeyboardInterrupt:
            code = INTERRUPTED
    if last is None:
        return INTERRUPTED
    if last.trouble is not None:
        code = RAN_AWAY
    if out is not None:
        try:
            save_trained(chosen_recipe, last, out, command)
        except OSError as problem:  # what has been learnt is at least told
            print(f"python -m cells.train: {problem}", file=sys.stderr)
            code, out = RAN_AWAY, None
    print(json.dumps(report_line(chosen_recipe, last, out), ensure_ascii=False), flush=True)
    return code


def report_line(chosen_recipe: Recipe, last: Checkpoint, out: Path | None) -> dict[str, object]:
    """Return what the line of JSON says."""
    problem = chosen_recipe.problem()
    line: dict[str, object] = {
        "task": chosen_recipe.task,
        "cell": chosen_recipe.cell,
        "units": chosen_recipe.units,
        "updates": last.update,
        "seed": chosen_recipe.seed,
        "loss": last.loss,
        "success": last.success,
        "criterion": problem.criterion,
        "reached": problem.reached(last.success),
        "chance": problem.chance,
        "trivial": problem.trivial,
        "measure": ALL_TASKS[chosen_recipe.task].measure,
    }
    if last.trouble is not None:
        line["trouble"] = str(last.trouble)
    if out is not None:
        line["out"] = str(out)
    return line
