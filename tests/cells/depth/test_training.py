"""Every kind of stack learns like any module."""

from __future__ import annotations

import pytest
import torch
from torch import Generator
from torch.nn.functional import cross_entropy

from cells import Plan, Stack, deep
from cells.depth.units import UNITS
from cells.inputs.digits import training_digits


@pytest.mark.parametrize("kind", UNITS)
def test_it_learns_ten_digits_by_heart(kind: str) -> None:
    pictures, digits = (values[:10] for values in training_digits())
    stack = Stack(Plan(kind, depth=4)).draw(Generator().manual_seed(0), "he")
    before = {name: weight.clone() for name, weight in stack.named_parameters()}
    optimiser = torch.optim.Adam(stack.parameters(), 0.02)
    for _ in range(60):
        optimiser.zero_grad()
        loss = cross_entropy(stack(pictures), digits)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    assert loss.item() < 0.2, "guessing costs 2.3"
    assert all(not torch.equal(before[name], weight) for name, weight in stack.named_parameters()), (
        "every weight learns"
    )
    scores = deep(stack, pictures).scores
    assert scores is not None
    assert torch.equal(scores.argmax(1), digits)
