"""Cells that learn. See `train`."""

from cells.training.learning import Checkpoint, Diverged
from cells.training.loop import follow, restored, train
from cells.training.recipe import TRAINING_SETTINGS, Recipe, recipe, usual_options
from cells.training.saved import Trained, load_stack, load_trained, save_trained
from cells.training.task import Batch, Problem, Task
from cells.training.tasks import TASKS

__all__ = [
    "TASKS",
    "TRAINING_SETTINGS",
    "Batch",
    "Checkpoint",
    "Diverged",
    "Problem",
    "Recipe",
    "Task",
    "Trained",
    "follow",
    "load_stack",
    "load_trained",
    "recipe",
    "restored",
    "save_trained",
    "train",
    "usual_options",
]
