"""The numbers that a page shows of a trace, and what a reader computes from an equation that holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch
from torch import Tensor

from cells import LayerTrace


def shown_numbers(layer: LayerTrace, unit: int) -> dict[str, Tensor]:
    """Return every number that an equation may show of one unit, by the name in its template."""
    signals = {name: values[..., unit] for name, values in {**layer, **layer.flows()}.items()}
    before = {f"{state}.before": layer.before(state)[..., unit] for state in layer.cell.states}
    parts = {f"{gate}.{part}": values for gate, made in layer.parts(unit).items() for part, values in made.items()}
    return {**signals, **before, **parts}


def evaluated(template: str, numbers: Mapping[str, Tensor]) -> Tensor:
    """Return one side of an equation in numbers, computed as a reader would from the numbers that stand there."""
    code = re.sub(r"\{([a-z_.]+)\}", r"numbers['\1']", template)
    for sign, python in {"σ": "sigmoid", "·": "*", "⊙": "*", "−": "-"}.items():
        code = code.replace(sign, python)
    names = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "numbers": numbers}
    value: Tensor = eval(code, {"__builtins__": {}}, names)
    return value
