"""The gradient on its way back through a stack: against autograd through the module itself and finite differences."""

from __future__ import annotations

import math
import re
from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from cells import InputError, ResidualUnit, depth_gradient
from cells.depth.gradient import EXPLODING, NEITHER, NOTHING, VANISHING, DepthGradient, right_digits
from cells.depth.stack import Stack
from cells.depth.units import UNITS
from tests.cells.depth.made import batch, held, stack_of

DIGITS = torch.tensor([0, 3, 1])
LOSS = right_digits(DIGITS)
modes = pytest.mark.parametrize("training", [False, True])


def from_unit(stack: Stack, index: int, h: Tensor) -> Tensor:
    """Return the loss from what unit `index` reads, through the modules alone."""
    for unit in list(stack.units)[index:]:
        h = unit(h)
    return cross_entropy(stack.read_out(h), DIGITS)


@modes
@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("kind", UNITS)
def test_it_is_what_autograd_says_at_every_unit(kind: str, *, norm: bool, training: bool) -> None:
    stack, x = stack_of(kind, norm=norm, training=training), batch()
    found = depth_gradient(stack, x, LOSS)
    h, expected = stack.read_in(x).detach(), []
    for index in range(4):
        h.requires_grad_()
        loss = from_unit(stack, index, h)
        expected.append(torch.autograd.grad(loss, h)[0].norm().item())
        h = stack.units[index](h).detach() if index < 3 else h
    assert found.norms == pytest.approx(expected, rel=1e-10)
    assert found.loss == pytest.approx(cross_entropy(stack(x), DIGITS).item(), rel=1e-12)
    assert found.left == pytest.approx(expected[0] / expected[-1], rel=1e-10)
    assert found.log10 == pytest.approx([math.log10(norm) for norm in expected], rel=1e-9)


@modes
@pytest.mark.parametrize("kind", UNITS)
def test_it_is_what_small_changes_say(kind: str, *, training: bool) -> None:
    """Of one example's middle unit, number by number."""
    stack, x = stack_of(kind, channels=2, growth=1, training=training), batch()[:, :, :3, :3]
    found = depth_gradient(stack, x, LOSS)
    with torch.no_grad():
        h = stack.units[0](stack.read_in(x))
        by_number = []
        for index in range(h.numel()):
            change = torch.zeros_like(h).flatten()
            change[index] = 1e-6
            up, down = (from_unit(stack, 1, h + sign * change.view_as(h)) for sign in (1, -1))
            by_number.append((up - down).item() / 2e-6)
    assert found.norms[1] == pytest.approx(math.hypot(*by_number), rel=1e-5)


@modes
def test_the_stack_is_left_as_it_is(*, training: bool) -> None:
    stack, x = stack_of("residual", training=training).float(), batch(dtype=torch.float32)
    stack.stem.weight.grad = torch.ones_like(stack.stem.weight)
    before = held(stack)
    depth_gradient(stack, x, LOSS)
    after = held(stack)
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert all(weight.requires_grad and weight.dtype == torch.float32 for weight in stack.parameters())
    assert {module.training for module in stack.modules()} == {training}


def test_it_runs_where_nothing_can_be_derived_and_reads_what_asks_for_gradients() -> None:
    stack, x = stack_of("dense", training=True), batch()
    expected = depth_gradient(stack, x, LOSS)
    with torch.inference_mode():
        assert depth_gradient(stack, x.clone(), LOSS) == expected
    with torch.no_grad():
        assert depth_gradient(stack, x, LOSS) == expected
    learnt = x.clone().requires_grad_()
    assert depth_gradient(stack, learnt, LOSS) == expected
    assert learnt.grad is None


def test_a_stack_without_a_readout_and_with_other_parts() -> None:
    stack, x = stack_of("plain", outputs=0), batch()
    stack.units.append(nn.ReLU(inplace=True))
    found = depth_gradient(stack, x, lambda h: h.sum())
    size = stack(x).numel()
    assert len(found.norms) == 5
    assert found.norms[-1] == pytest.approx(math.sqrt(size))
    assert found.norms[-2] == pytest.approx(math.sqrt((stack(x) > 0).sum().item()), rel=1e-9)
    assert found.loss == pytest.approx(stack(x).sum().item())


def test_its_words() -> None:
    made = partial(DepthGradient, 1.0)
    assert made((1e-3, 1.0)).tendency == VANISHING
    assert made((1e3, 1.0)).tendency == EXPLODING
    assert made((0.5, 1.0)).tendency == NEITHER
    assert made((0.0, 1.0)).tendency == VANISHING
    assert {made(norms).tendency for norms in ((0.0, 0.0), (1.0, math.nan), (math.nan, 1.0), (1.0, math.inf))} == {
        NOTHING
    }
    assert math.isnan(made((1.0, 0.0)).left)
    assert made((0.0, 100.0)).log10 == (-math.inf, 2.0)
    assert made((math.inf, 10.0)).log10 == (math.inf, 1.0)
    assert math.isnan(made((math.nan, 1.0)).log10[0])


LOSSES: dict[str, tuple[Any, str]] = {
    "several": (lambda scores: scores, "A loss is one number, a tensor, not (3, 4)."),
    "none": (lambda scores: None, "A loss is one number, a tensor, not NoneType."),
    "a float": (lambda scores: scores.sum().item(), "A loss is one number, a tensor, not float."),
    "a constant": (lambda scores: torch.tensor(1.0), "The loss does not follow from what the stack gives"),
    "detached": (lambda scores: scores.detach().sum(), "The loss does not follow from what the stack gives"),
    "a count": (lambda scores: (scores > 0).sum(), "The loss does not follow from what the stack gives"),
}


@pytest.mark.parametrize(("loss", "told"), LOSSES.values(), ids=LOSSES)
def test_losses_that_nothing_can_be_derived_from(loss: Any, told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        depth_gradient(stack_of("plain"), batch(), loss)


X = batch()
BATCHES: dict[str, tuple[Tensor, str]] = {
    "NaN": (X / 0 * 0, "180 numbers that are not finite"),
    "another dtype": (X.float(), "The batch is torch.float32, and the module is torch.float64"),
    "nobody": (X[:0], "not 0 × 2 × 5 × 6"),
    "places": (X[..., 0], "with 2 dimensions of places, not 3 × 2 × 5"),
    "channels": (X[:, :1], "what is read has 1, and the convolution reads 2"),
    "kernel": (X[:, :, :2], "A kernel of 3 × 3 is larger than what it reads, 2 × 6"),
    "meta": (X.to("meta"), "The batch is on meta, and the module on cpu"),
}


@pytest.mark.parametrize(("x", "told"), BATCHES.values(), ids=BATCHES)
def test_what_deep_refuses_is_refused(x: Tensor, told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        depth_gradient(stack_of("residual"), x, LOSS)


def test_other_refusals() -> None:
    with pytest.raises(TypeError, match="depth_gradient takes a Stack, not ResidualUnit"):
        depth_gradient(ResidualUnit(2, 2), X, LOSS)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="dense floating-point tensor, not one of torch"):
        depth_gradient(stack_of("plain"), X.long(), LOSS)
    with pytest.raises(InputError, match="1 × 5 × 1 × 1, has one"):
        depth_gradient(stack_of("plain", training=True, kernel=1), X[:1, :, :1, :1], LOSS)
    with pytest.raises(InputError, match="F\\(x\\) is 7 × 5 × 6 and x is 5 × 5 × 6"):
        depth_gradient(stack_of("highway", wider=7), X, LOSS)
