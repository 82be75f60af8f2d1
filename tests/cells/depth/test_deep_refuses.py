"""Whatever cannot be read is refused in one sentence that names the shapes."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cells import DenseUnit, HighwayUnit, InputError, PlainUnit, ResidualUnit, Stack, deep
from cells.depth.deep import deep_until_error
from tests.cells.depth.made import B, I, batch, held, lively, stack_of

X = batch()


def with_number(value: float, count: int = 1) -> Tensor:
    x = X.clone()
    x[1, 0, 2, 3 : 3 + count] = value
    return x


NO_BATCHES: dict[str, tuple[Any, str]] = {
    "whole numbers": (X.long(), "A batch is a dense floating-point tensor, not one of torch.int64"),
    "truths": (X > 0, "torch.bool"),
    "complex": (X.to(torch.complex128), "torch.complex128"),
    "sparse": (X.to_sparse(), "torch.sparse_coo"),
    "an array": (X.numpy(), "A batch is a floating-point tensor, not ndarray"),
    "nothing": (None, "not NoneType"),
    "a list": ([X], "not list"),
}
BAD_BATCHES: dict[str, tuple[Tensor, str]] = {
    "float": (X.float(), "The batch is torch.float32, and the module is torch.float64"),
    "half": (X.half(), "torch.float16, and"),
    "bfloat16": (X.bfloat16(), "torch.bfloat16, and"),
    "another device": (X.to("meta"), "The batch is on meta, and the module on cpu"),
    "no examples": (X[:0], "none of them 0, not 0 × 2 × 5 × 6"),
    "no channels": (X[:, :0], "not 3 × 0 × 5 × 6"),
    "no places": (X[..., :0], "not 3 × 2 × 5 × 0"),
    "one number": (torch.tensor(1.0).double(), "(batch, channels, places …), none of them 0, not ()"),
    "one axis": (X.flatten(), "not 180"),
    "no batch": (X[0], "with 2 dimensions of places, not 2 × 5 × 6"),
    "one dimension": (X[..., 0], "with 2 dimensions of places, not 3 × 2 × 5"),
    "three dimensions": (X[..., None], "not 3 × 2 × 5 × 6 × 1"),
    "another channel": (batch(channels=I + 1), "what is read has 3, and the convolution reads 2"),
    "smaller than the kernel": (X[..., :2], "A kernel of 3 × 3 is larger than what it reads, 5 × 2"),
    "NaN": (with_number(math.nan), "The batch has a number that is not finite, nan, at (1, 0, 2, 3)"),
    "infinities": (with_number(-math.inf, 2), "2 numbers that are not finite, the first, -inf, at (1, 0, 2, 3)"),
}
UNITS_READY = [PlainUnit(I, I), ResidualUnit(I, I), DenseUnit(I, 3), HighwayUnit(I, I)]


@pytest.mark.parametrize(("x", "told"), NO_BATCHES.values(), ids=NO_BATCHES)
def test_what_is_no_batch(x: Any, told: str) -> None:
    with pytest.raises(TypeError, match=re.escape(told)):
        deep(stack_of("residual"), x)


@pytest.mark.parametrize(
    "module", [stack_of("residual"), *(lively(unit) for unit in UNITS_READY)], ids=lambda m: getattr(m, "kind", "stack")
)
@pytest.mark.parametrize(("x", "told"), BAD_BATCHES.values(), ids=BAD_BATCHES)
def test_batches_that_do_not_fit(module: nn.Module, x: Tensor, told: str) -> None:
    before = held(module)
    with pytest.raises(InputError, match=re.escape(told)):
        deep(module, x)
    assert all(torch.equal(values, before[name]) for name, values in held(module).items())


@pytest.mark.parametrize("kind", ["residual", "dense"])
def test_a_module_without_numbers(kind: str) -> None:
    with pytest.raises(InputError, match="3 × 2 × 5 × 6, is on the device “meta”"):
        deep(stack_of(kind).to("meta"), X.to("meta"))


@pytest.mark.parametrize(
    "module", [nn.Conv2d(I, I, 3), nn.ModuleList([PlainUnit(I, I)]), nn.LSTM(2, 2), None, "residual", PlainUnit]
)
def test_modules_that_are_not_opened(module: Any) -> None:
    told = "deep takes a Stack, a unit or an nn.Sequential of units, not " + type(module).__name__
    with pytest.raises(TypeError, match=told):
        deep(module, X)


class Two(nn.Module):
    """A part that reads two things."""

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y


PARTS: dict[str, tuple[nn.Module, str]] = {
    "channels": (nn.Conv2d(3, 2, 1), "The part 1 cannot read 3 × 2 × 5 × 6: Given groups=1"),
    "kernel": (nn.Conv2d(2, 2, 7), "Kernel size can't be greater than actual input size"),
    "linear": (nn.Linear(5, 2), "The part 1 cannot read 3 × 2 × 5 × 6: "),
    "flatten": (nn.Flatten(7), "The part 1 cannot read 3 × 2 × 5 × 6: Dimension out of range"),
    "dtype": (nn.Conv2d(2, 2, 1).half(), "The part 1 cannot read"),
    "several": (nn.LSTM(6, 2), "The part 1 cannot read"),
    "a tuple": (nn.AdaptiveMaxPool2d(1, return_indices=True), "it gives no tensor but tuple"),
    "two": (Two(), "missing 1 required positional argument"),
    "not run yet": (nn.LazyConv2d(2, 1), "it has no sizes before it has run once"),
    "norm, channels": (nn.BatchNorm2d(4), "BatchNorm2d of 4 channels cannot read a batch of shape 3 × 2 × 5 × 6"),
    "norm, dimensions": (nn.BatchNorm1d(2), "BatchNorm1d of 2 channels cannot read a batch of shape 3 × 2 × 5 × 6"),
    "unit, channels": (PlainUnit(4, 2), "what is read has 2, and the convolution reads 4"),
    "unit, dimensions": (DenseUnit(2, 2, dimensions=1), "with one dimension of places, not 3 × 2 × 5 × 6"),
    "unit, kernel": (HighwayUnit(2, 2, kernel=7), "A kernel of 7 × 7 is larger than what it reads, 5 × 6"),
    "sum": (ResidualUnit(2, 3), "F(x) is 3 × 5 × 6 and x is 2 × 5 × 6"),
    "carried": (HighwayUnit(2, 3), "F(x) is 3 × 5 × 6 and x is 2 × 5 × 6"),
    "unit, dtype": (PlainUnit(2, 2).bfloat16(), "The part 1 cannot read 3 × 2 × 5 × 6: "),
}


@pytest.mark.parametrize(("part", "told"), PARTS.values(), ids=PARTS)
def test_parts_that_cannot_go_on(part: nn.Module, told: str) -> None:
    single = lively(ResidualUnit(I, I))
    if not isinstance(part, nn.LazyConv2d) and next(part.parameters(), X).dtype == torch.float32:
        part.double()
    module = nn.Sequential(single, part)
    with pytest.raises(InputError, match=re.escape(told)):
        deep(module, X)
    stopped = deep_until_error(module, X)
    assert told in str(stopped.stopped)
    assert [unit.name for unit in stopped.units] == ["0"], "up to the part that cannot run"
    assert torch.equal(stopped.out, single.eval()(X)) is False, "as it stands, in training"
    assert torch.equal(stopped.out, deep(single.train(), X).out)


def test_a_stack_that_widens_stops_where_it_cannot_add() -> None:
    stopped = deep_until_error(stack_of("residual", wider=7), X)
    assert [unit.name for unit in stopped.units] == ["units.0"]
    assert "F(x) is 7 × 5 × 6 and x is 5 × 5 × 6" in str(stopped.stopped)
    assert stopped.scores is None
    with pytest.raises(RuntimeError, match="must match the size"):
        torch.zeros(1, 7, 5, 6) + torch.zeros(1, 5, 5, 6)
    with pytest.raises(InputError, match="A 1 × 1 convolution on the shortcut"):
        stack_of("residual", wider=7)(X)


@pytest.mark.parametrize("part", ["stem", "readout"])
def test_a_stem_or_a_readout_that_somebody_has_changed(part: str) -> None:
    stack = stack_of("residual")
    setattr(stack, part, nn.Conv2d(I, 9, 3, padding=1).double() if part == "stem" else nn.Linear(9, 4).double())
    told = "what is read has 9, and" if part == "stem" else "The part readout cannot read 3 × 5 × 5 × 6: mat1"
    with pytest.raises(InputError, match=told):
        deep(stack, X)


def test_units_that_run_read_alone_what_fits_and_nothing_else() -> None:
    """The units' own forward refuses as `deep` does."""
    for unit in UNITS_READY:
        with pytest.raises(InputError, match="what is read has 3, and the convolution reads 2"):
            unit(batch(channels=3))
        with pytest.raises(InputError, match="2 dimensions of places, not 3 × 2 × 7"):
            unit(batch(1))
    assert isinstance(stack_of("plain"), Stack)
    assert X.shape[0] == B
