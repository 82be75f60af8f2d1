"""Trained weights in a file that says what they are.

A safetensors file holds `cell.*`, the parameters of the cell's module by PyTorch's names, and `readout.weight` (O, H)
and `readout.bias` (O), or of a deep stack `stack.*`, its parameters and running numbers; its metadata, all texts, hold
what is in METADATA. Nothing in it is ever executed.

Axes: I input features, H hidden units, O outputs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from cells.core.messages import N_, InputError
from cells.core.readable import encodable
from cells.core.settings import MAX_UNITS, check_number
from cells.core.stepwise import Recurrent
from cells.depth.stack import Stack, checked_plan
from cells.depth.units import UNITS
from cells.registry import CELLS
from cells.training.deep_learner import DeepLearner
from cells.training.digit_task import plan_of
from cells.training.learner import Learner, TaskModule
from cells.training.learning import Checkpoint
from cells.training.recipe import LONGEST_TEXT, STACKING, Recipe
from cells.training.series_tasks import MAX_ALPHABET
from cells.training.stacking import SINGLE_LAYER, Stacking
from cells.training.tasks import ALL_TASKS, DEEP_TASKS, TASKS

FORMAT = "trained cell 1"
METADATA = {
    "format": "FORMAT",
    "task": "a key of TASKS",
    "cell": "a key of CELLS",
    "inputs": "JSON: the names of the I channels",
    "outputs": "JSON: the names of the O outputs",
    "recipe": "JSON: all that decided the result, see Recipe",
    "command": "the command that makes this file again",
    "update": "after how many updates",
    "loss": "of the last updates",
    "success": "on new sequences, as the task measures it",
}
LARGEST_FILE = 64 << 20  # bytes; the largest cell and readout that can be trained have a fifth of it
LARGEST_HEADER = 1 << 20
CUT = "… ({count} code points)"  # where a long text ends in a file


@dataclass(frozen=True)
class Trained:
    """A trained model: `module` of CELLS, `readout` from H to O, both in evaluation and without gradients.

    channels, outputs: the names of what it reads and answers. metadata: see METADATA.
    """

    module: Recurrent
    readout: nn.Linear
    channels: tuple[str, ...]
    outputs: tuple[str, ...]
    metadata: Mapping[str, str]


def save_trained(recipe: Recipe, checkpoint: Checkpoint, file: str | Path | None = None, command: str = "") -> bytes:
    """Return a checkpoint's weights as the bytes of a safetensors file, written to `file` too where one is given.

    command: that made it, in place of the recipe's own. The same checkpoint gives the same bytes. Raises OSError where
    the file cannot be written.
    """
    problem = recipe.problem()
    metadata = {
        "format": FORMAT,
        "task": recipe.task,
        "cell": recipe.cell,
        "inputs": json.dumps(problem.channels),
        "outputs": json.dumps(problem.outputs),
        "recipe": json.dumps(short_recipe(recipe)),
        "command": encodable(command or recipe.command),
        "update": str(checkpoint.update),
        "loss": repr(checkpoint.loss),
        "success": repr(checkpoint.success),
    }
    content = in_order(save(dict(checkpoint.state), metadata))
    if file is not None:
        Path(file).write_bytes(content)
    return content


def in_order(content: bytes) -> bytes:
    """Return a safetensors file with the names in its header sorted: the library leaves them as they fall."""
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.dumps(json.loads(content[8:end]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)  # the numbers after it are to be aligned
    return len(header).to_bytes(8, "little") + header + content[end:]


def short_recipe(recipe: Recipe) -> dict[str, object]:
    """Return a recipe as a dictionary, a long text cut off with a word on its length."""

    def shortened_text(value: object) -> object:
        if not isinstance(value, str) or len(value) <= LONGEST_TEXT:
            return value
        return f"{value[:LONGEST_TEXT]}{CUT.format(count=len(value))}"

    own = {name: value for name, value in asdict(recipe).items() if name not in recipe.unstacked}
    return own | {"settings": {name: shortened_text(value) for name, value in recipe.settings}}


def load_trained(file: str | Path | bytes) -> Trained:
    """Load what `save_trained` has written, from a path or from the file's content.

    Raises OSError where there is no such file, InputError for one that is too large, broken, or not a trained cell.
    """
    content = file if isinstance(file, bytes) else read_bytes(Path(file))
    check_length(content)
    metadata, tensors = metadata_of(content), tensors_of(content)
    cell_key = metadata["cell"]
    if cell_key not in CELLS or metadata["task"] not in TASKS:
        raise InputError(
            N_("The file’s cell or task is not known here: {name}."), name=f"{cell_key}, {metadata['task']}"
        )
    channels, outputs = names_of(metadata["inputs"]), names_of(metadata["outputs"])
    stacking = stacking_in(metadata["recipe"])
    units = units_in(tensors) // stacking.directions
    learner = Learner(cell_key, len(channels), units, len(outputs), stacking)
    load_weights(learner, tensors)
    learner.eval().requires_grad_(False)
    return Trained(learner.cell, learner.readout, channels, outputs, metadata)


def load_stack(file: str | Path | bytes) -> Stack:
    """Load the deep stack that `save_trained` has written, in evaluation mode and without gradients.

    Raises OSError where there is no such file, InputError for one that is too large, broken, or no trained stack.
    """
    content = file if isinstance(file, bytes) else read_bytes(Path(file))
    check_length(content)
    metadata, tensors = metadata_of(content), tensors_of(content)
    if metadata["task"] not in DEEP_TASKS or metadata["cell"] not in UNITS:
        raise InputError(N_("The file does not say that it is a trained deep stack."))
    try:
        values = json.loads(metadata["recipe"])
        settings = ALL_TASKS[metadata["task"]].values(values["settings"])
        plan = checked_plan(plan_of(metadata["cell"], values["units"], settings))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise InputError(N_("The file’s sizes of its stack cannot be used.")) from problem
    learner = DeepLearner(plan)
    load_weights(learner, tensors)
    return learner.stack.eval().requires_grad_(False)


def check_length(content: bytes) -> None:
    """Raise InputError for a file that is too large for what can be trained."""
    if len(content) > LARGEST_FILE:
        raise InputError(N_("The file is too large for a trained cell: at most {limit} MB."), limit=LARGEST_FILE >> 20)


def read_bytes(path: Path) -> bytes:
    """Read a file, one that is too large not whole."""
    with path.open("rb") as opened:
        return opened.read(LARGEST_FILE + 1)


def tensors_of(content: bytes) -> dict[str, Tensor]:
    """Return the tensors by name. Raises InputError for what is no safetensors file."""
    try:
        tensors: dict[str, Tensor] = load(content)
    except (SafetensorError, ValueError, KeyError) as problem:
        raise InputError(N_("The file is broken, or no safetensors file.")) from problem
    return tensors


def metadata_of(content: bytes) -> dict[str, str]:
    """Return the metadata, every entry of METADATA among them. Raises InputError.

    The file begins with the length of its header, eight bytes, little end first; the header is JSON.
    """
    metadata = metadata_texts(content)
    if metadata.get("format") != FORMAT or not METADATA.keys() <= metadata.keys():
        raise InputError(N_("The file does not say that it is a trained cell."))
    return metadata


def metadata_texts(content: bytes) -> dict[str, str]:
    """Return the texts in the metadata of a safetensors file, of which the header is enough. Raises InputError."""
    length = int.from_bytes(content[:8], "little")
    try:
        header = json.loads(content[8 : 8 + min(length, LARGEST_HEADER)])
        metadata = header.get("__metadata__", {})
    except (ValueError, AttributeError, RecursionError) as problem:
        raise InputError(N_("The file is broken, or no safetensors file.")) from problem
    texts = metadata if isinstance(metadata, dict) else {}
    return {name: value for name, value in texts.items() if isinstance(value, str)}


def names_of(written: str) -> tuple[str, ...]:
    """Return the names in a list of JSON. Raises InputError."""
    try:
        names = json.loads(written)
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, list) or not 0 < len(names) <= MAX_ALPHABET or not all(isinstance(n, str) for n in names):
        raise InputError(N_("The file does not say that it is a trained cell."))
    return tuple(names)


def stacking_in(recipe: str) -> Stacking:
    """Return the layers that a recipe written as JSON names; one that reads forward where it names none."""
    try:
        values = json.loads(recipe)
        numbers = [int(values.get(setting.name, setting.default)) for setting in STACKING]
        for setting, number in zip(STACKING, numbers, strict=True):
            check_number(setting, number)
    except (ValueError, AttributeError, TypeError, RecursionError):
        return SINGLE_LAYER
    layers, directions, residual = numbers
    return Stacking(layers, directions, bool(residual))


def units_in(tensors: Mapping[str, Tensor]) -> int:
    """Return D H, from the readout's weights. Raises InputError."""
    weight = tensors.get("readout.weight")
    if weight is None or weight.dim() != 2 or not 1 <= weight.shape[1] <= 2 * MAX_UNITS:
        raise InputError(N_("The file’s weights are not those of the cell that it names."))
    return weight.shape[1]


def load_weights(learner: TaskModule, tensors: Mapping[str, Tensor]) -> None:
    """Put the tensors in their places. Raises InputError unless they are what is wanted, and finite."""
    wanted = {name: (values.shape, values.dtype) for name, values in learner.state_dict().items()}
    if {name: (values.shape, values.dtype) for name, values in tensors.items()} != wanted:
        raise InputError(N_("The file’s weights are not those of the cell that it names."))
    learner.load_state_dict(dict(tensors))
    if not learner.finite():
        raise InputError(N_("The file holds weights that are not finite numbers."))
