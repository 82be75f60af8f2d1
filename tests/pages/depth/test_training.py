"""The stacks of the depth page that have learnt: trained in this visit, shipped, and left in the wrong mode."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cells.depth.deep import DeepTrace, deep
from cells.inputs.digits import digits
from cells.shipped.stacks import names_by_recipe, shipped_stack
from cells.training import follow, recipe
from cells.training.loop import restored_stack
from pages.shared.jobs import TRAINING_JOBS
from tests.checking.sampling import few
from tests.pages.arrays import array_of
from tests.pages.depth.stacks import about, opened, picture, run_of
from tests.pages.shared.jobs.inline import Inline, inline_trainings
from tests.pages.visit import link_of, panes_of, run, told
from tests.pages.waiting import wait_until

SMALL = {"channels": 2, "learn": 3}
LEARNT = recipe("digits", "residual", {"depth": 2}, units=2, updates=3)
SHIPPED = {name: learnt for learnt, name in names_by_recipe().items()}


@pytest.fixture(autouse=True)
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inline]:
    yield from inline_trainings(monkeypatch)


def train(app: AppTest) -> AppTest:
    """Press Train, and wait for the end."""
    app.button(key="start-training").click()
    run(app)
    wait_until(lambda: not any(one.going for one in TRAINING_JOBS._jobs.values()))
    return run(app)


def output_of(app: AppTest) -> np.ndarray:
    """Return what the last unit gives at the middle, of all channels."""
    return np.array(array_of(panes_of(app)[0], "out")[-1])


def test_the_stack_that_is_shown_is_trained_and_shown_as_it_has_learnt() -> None:
    app = train(opened(**SMALL))
    assert told(app) == []
    assert link_of(app) == {"depth": "2", "channels": "2", "learn": "3", "trained": "3"}
    *_, last = follow(LEARNT)
    expected = deep(restored_stack(LEARNT, last).eval(), picture()).out[0, :, 4, 4]
    assert np.array_equal(output_of(app), expected.numpy())
    text = "\n".join(block.value for block in app.markdown).replace("\\", "")
    assert f"After 3 updates: {100 * last.success:.1f} %" in text
    app.button_group(key="choose trained").set_value(False)
    run(app)
    assert np.array_equal(output_of(app), run_of("residual", channels=2).out[0, :, 4, 4].numpy())


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"trained": 3}, "No trained stack of these sizes is at hand"),
        ({"trained": 3, "reads": "sequence"}, "A stack learns from whole digits alone"),
        ({"trained": 3, "wider": 4, "shortcut": "yes"}, "A stack of one width is trained"),
    ],
)
def test_weights_that_are_not_there_are_told_and_those_at_the_start_shown(
    query: dict[str, object], reason: str
) -> None:
    app = opened(**SMALL, **query)
    assert told(app)[0].startswith(reason)
    assert told(app)[1:] == ["The weights at the start are shown in the meantime."]


@pytest.mark.parametrize("name", few(SHIPPED, "plain-20-norm", "dense-4-bare"))
def test_a_shipped_stack_is_shown_with_its_weights(name: str) -> None:
    kind, depth, norm = name.split("-")
    checkpoint = shipped_stack(SHIPPED[name])
    assert checkpoint is not None
    stack = restored_stack(SHIPPED[name], checkpoint).eval()
    app = opened(stack=kind, depth=depth, norm="yes" if norm == "norm" else "no", trained=300)
    assert told(app) == []
    assert np.array_equal(output_of(app), deep(stack, picture()).out[0, :, 4, 4].numpy())


def test_a_stack_that_was_not_switched_says_something_else_in_another_batch() -> None:
    app = opened(depth=4)
    app.button(key="forgotten").click()
    run(app)
    assert told(app) == []
    assert about(app)["mode"] == "training"
    says = app.table[1].value.iloc[0].to_dict()
    one, beside = (int(link_of(app)[name]) for name in ("picture", "beside"))
    learnt = SHIPPED["residual-4-norm"]
    stack = restored_stack(learnt, shipped_stack(learnt))  # type: ignore[arg-type]
    batches = {
        "training=False": (picture(one), False),
        "training=True, alone in its batch": (picture(one), True),
        f"training=True, beside a {digits().digits[beside]}": (picture(one, beside), True),
    }
    assert says == {title: likeliest(deep(stack.train(mode), x)) for title, (x, mode) in batches.items()}
    assert len(set(says.values())) == 3


def likeliest(made: DeepTrace) -> str:
    """Return the likeliest digit of the first picture, and how likely it is."""
    assert made.scores is not None
    shares = made.scores[0].softmax(dim=-1)
    return f"{int(shares.argmax())} ({100 * float(shares.max()):.0f} %)"
