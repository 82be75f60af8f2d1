"""The success of a trained model at its own task, measured as a training or a study measures it."""

from __future__ import annotations

from cells.checkpoints.result import LoadedLayer
from cells.core.residual_stack import ResidualStack
from cells.training.learner import Learner
from cells.training.learning import success_of
from cells.training.stacking import Stacking
from cells.training.task import Problem


def task_of(layer: LoadedLayer) -> Problem | None:
    """Return the task that a layer's file says it has learnt, as it was learnt; None where that is not to be had."""
    return layer.learnt.problem(layer.learnt.length) if layer.learnt else None


def success_at_task(layer: LoadedLayer) -> float | None:
    """Return a trained cell's success on the sequences that trainings are judged by, and never learn from.

    None without a readout, and where the file does not say which task it has learnt.
    """
    problem = task_of(layer)
    if problem is None or layer.readout is None:
        return None
    module = layer.module
    stacking = Stacking(module.num_layers, 2 if module.bidirectional else 1, isinstance(module, ResidualStack))
    learner = Learner(layer.cell, module.input_size, module.hidden_size, layer.readout.out_features, stacking)
    learner.cell.load_state_dict(layer.module.state_dict())
    learner.readout.load_state_dict(layer.readout.state_dict())
    return success_of(learner.eval(), problem)
