"""The task of a deep stack: telling handwritten digits apart.

Axes: B pictures of a batch, 64 points of a picture. A batch has one step, in which a whole picture is read.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from cells.core.messages import N_
from cells.core.settings import Choice
from cells.depth.stack import DEPTH, GROWTH, KERNEL, START, Plan
from cells.inputs.digits import DIGITS as CLASSES
from cells.inputs.digits import POINTS, Digits, test_digits, training_digits
from cells.training.goals import class_goal
from cells.training.task import Batch, Problem, Task, Value

YES, NO = "yes", "no"
NORM = Choice("norm", N_("batch normalisation"), NO, {YES: N_("yes"), NO: N_("no")})
SIGNALS = 8  # of a unit, at most
LEARNT_AT = 0.9  # of the test pictures right


def plan_of(kind: str, channels: int, settings: dict[str, Value]) -> Plan:
    """Return the sizes of the stack that a training's settings ask for; kind: a key of UNITS."""
    return Plan(
        kind,
        int(settings["depth"]),
        outputs=CLASSES,
        channels=channels,
        growth=int(settings["growth"]),
        kernel=int(settings["kernel"]),
        norm=settings["norm"] == YES,
    )


def numbers_in(plan: Plan, batch: int) -> int:
    """Return about how many numbers a training keeps of a batch: every signal of every unit at every place."""
    widest = plan.channels + (plan.growth * plan.depth if plan.kind == "dense" else 0)
    return batch * POINTS**2 * plan.depth * SIGNALS * (plan.channels + widest) // 2


def build(**_settings: Value) -> Problem:
    """Return the problem; the settings are those of the stack, and change no picture."""
    return Problem(
        channels=tuple(f"{row},{column}" for row in range(POINTS) for column in range(POINTS)),
        outputs=tuple(map(str, range(CLASSES))),
        goal=class_goal(whole=False),
        sample=draw_pictures,
        fresh=lambda _batch, _generator: as_batch(test_digits()),
        once=True,
        criterion=LEARNT_AT,
        chance=1 / CLASSES,
        trivial=1 / CLASSES,
        steps=1,
    )


def draw_pictures(batch: int, generator: Generator) -> Batch:
    """Draw pictures of the training part, each as likely as any other."""
    pictures, shown = training_digits()
    chosen = torch.randint(len(pictures), (batch,), generator=generator)
    return as_batch(Digits(pictures[chosen], shown[chosen]))


def as_batch(digits: Digits) -> Batch:
    """Return pictures as a batch of one step: inputs (1, B, 64), targets and mask (1, B)."""
    count = len(digits.digits)
    return Batch(
        digits.pictures.reshape(1, count, -1), digits.digits.unsqueeze(0), torch.ones(1, count, dtype=torch.bool)
    )


def pictures_of(inputs: Tensor) -> Tensor:
    """Return a batch's pictures: (1, B, 64) -> (B, 1, 8, 8)."""
    return inputs.reshape(-1, 1, POINTS, POINTS)


DIGITS = Task(
    key="digits",
    title=N_("digits of 8 × 8 points"),
    about=N_("Handwritten digits of 8 × 8 points are told apart; 1,297 are learnt from, 500 others are asked for."),
    source="Alpaydin and Kaynak 1998, UCI, CC BY 4.0",
    measure=N_("share of the 500 test digits that are told right"),
    settings=(DEPTH, GROWTH, KERNEL, NORM, START),
    build=build,
    usual={"units": 8, "updates": 300, "learning_rate": 0.003, "forget_bias": 2.0},
)
