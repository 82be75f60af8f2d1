"""The answer that a cell is taught to give in the end: how likely it holds the right one at every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import torch

from pages.shared.scene.link_reader import Value
from pages.shared.scene.prediction import prediction_of
from pages.shared.scene.run import TracedRun
from pages.shared.words import say


@dataclass(frozen=True)
class Answer:
    """The right answer to a task that is asked for it at the last step. name: in the reader's language.

    shares: what a cell's readout gives to it at each step, None for what is no number. chance: the share of a guess.
    """

    name: str
    shares: list[float | None]
    chance: float


def answer_of(run: TracedRun, settings: Mapping[str, Value]) -> Answer | None:
    """Return the right answer of a run's task; None where it has none such, or reads no sequence of that task.

    settings: those of the sequence, whose seed and length draw it anew, with its answer.
    """
    learnt, prediction = run.model.layer.learnt if run.model else None, prediction_of(run)
    if learnt is None or prediction is None or not prediction.shares:
        return None
    problem = learnt.problem(int(settings.get("length", learnt.length)))
    if problem is None or not problem.asks_at_end:
        return None
    seed = int(settings.get("seed", 0))
    values = run.sequence.values
    drawn = problem.sequence(seed).values.to(values.dtype)
    if not torch.equal(drawn, values):
        return None
    wanted = problem.wanted(seed)[-1]
    name = say(wanted) if wanted in learnt.words else learnt.label(wanted)
    shares = [
        dict(zip(names, row, strict=True)).get(name)
        for names, row in zip(prediction.names, prediction.values.tolist(), strict=True)
    ]
    return Answer(name, [share if share is not None and isfinite(share) else None for share in shares], problem.chance)
