"""The stacks that the depth page's links ask for, made without the page, and what its stepper is given of them."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest
from torch import Tensor

from cells.depth.deep import DeepTrace, deep
from cells.depth.stack import Plan, Stack
from cells.inputs.digits import digits
from cells.training.task import seeded
from tests.pages.visit import data_of, report, visit


def opened(**query: object) -> AppTest:
    """Visit the page, at two units where the link names no depth."""
    return visit({"depth": 2, **query}, page="depth")


def about(app: AppTest) -> dict[str, Any]:
    """Return what the stepper is told of the stack besides its numbers."""
    payload: dict[str, Any] = data_of(app)["about"]
    return payload


def rest_at(app: AppTest, step: int, unit: int, place: tuple[int, ...]) -> AppTest:
    """Report that the reader has come to rest, as this page's stepper does."""
    position = {"opening": data_of(app)["opening"], "step": step, "unit": unit, "place": list(place)}
    return report(app, position=position)


def stack_of(kind: str, *, training: bool = False, **sizes: Any) -> Stack:
    """Return the stack of two units that a link to the page shows, its weights as drawn with its usual seed."""
    plan = Plan(kind, **{"depth": 2, "norm": False, **sizes})
    return Stack(plan).draw(seeded(0), "torch", 2.0).train(training)


def picture(*chosen: int) -> Tensor:
    """Return a batch of pictures."""
    return digits().pictures[list(chosen or (0,))]


def run_of(kind: str, x: Tensor | None = None, *, training: bool = False, **sizes: Any) -> DeepTrace:
    """Run the stack that a link shows over what it reads, usually the first picture."""
    x = picture() if x is None else x
    return deep(stack_of(kind, training=training, **sizes).to(x.dtype), x)
