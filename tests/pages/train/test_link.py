"""A training in a link: its settings go in and come back, and a bad one costs only itself."""

from __future__ import annotations

import pytest

from cells import TASKS
from cells.core.settings import Number
from pages.train.training import USUAL_TRAINING, Training, settings_of_task, write_training
from tests.pages.train.links import linked, training_in


@pytest.mark.parametrize("task", TASKS)
def test_every_setting_goes_into_the_link_and_back(task: str) -> None:
    training = Training(task)
    for name, setting in settings_of_task(task).items():
        value = setting.default
        if isinstance(value, str):
            value = "sgd" if name == "optimiser" else "Ja, 100%: nun, gut#"
        elif isinstance(setting, Number):
            value = setting.low if setting.low != training.value(name) else setting.high
        changed = training.with_value(name, value)
        assert linked(write_training(changed)) == changed
        assert changed.value(name) == value
    assert linked(write_training(USUAL_TRAINING)) == USUAL_TRAINING


@pytest.mark.parametrize(
    ("training", "seen", "reasons"),
    [
        ("nothing,length:9", USUAL_TRAINING, ["The task “nothing” in the link"]),
        ("latch,length:8,height:3,units:0,updates:12", Training("latch", (("length", 8), ("updates", 12))),
         ["“height:3” in the link’s training", "units=0 in the link’s training"]),
        ("echo,delay:30,length:20,units:2", Training("echo", (("length", 20), ("units", 2))),
         ["The delay is 30", "Left out, so that the rest can be used: delay."]),
        ("text,kept:abcdef,units:2", Training("text", (("units", 2),)),
         ["The text that is learnt was too long", "Left out, so that the rest can be used: kept."]),
        ("text,text:ab,updates:9", Training("text", (("updates", 9),)),
         ["The text has 2 characters", "Left out, so that the rest can be used: text."]),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_costs_only_itself(training: str, seen: Training, reasons: list[str]) -> None:
    shown, _, problems = training_in(training)
    assert shown == seen
    assert len(problems) == len(reasons)
    assert all(problem.startswith(reason) for problem, reason in zip(problems, reasons, strict=True)), problems
