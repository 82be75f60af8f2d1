"""The data that the depth page's stepper.js is given: every number at one place of all channels, and all maps.

Axes: N units, C channels, P places, row by row.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from math import isfinite
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cells.core.readable import decimals
from cells.depth.deep import UnitTrace
from cells.depth.norm_numbers import NormNumbers
from cells.depth.signals import UnitSignal, signals_of
from cells.depth.units import UNITS, Unit
from pages.depth.gradient_words import TENDENCIES
from pages.depth.gradients import KindGradient
from pages.depth.kind import DepthFields
from pages.depth.results import DepthRun, flat_place, place_of
from pages.shared.stepper.payload import as_rows, numbers_payload
from pages.shared.words import Say
from pages.shared.words.numbers import format_share

LARGEST_LEVEL = 127  # of a map's colours on either side of zero
MAPPED = ("branch", "gate", "out")
UNEQUAL = ("branch", "shortcut")  # the shapes that `check_sum` tells of
NORM_PAIRS = ("batch_mean", "batch_variance", "running_mean", "running_variance")
Blocks = dict[str, tuple[int, NDArray[np.floating]]]


def depth_payload(own: DepthFields, run: DepthRun, gradients: list[KindGradient], say: Say) -> dict[str, Any]:
    """Return the stepper's one pane, JSON-ready.

    A "step" of it is a unit of the stack, and a "unit" a channel. Of the arrays, "out" has one row more than there are
    units, what the first one reads; what a unit has not got is NaN.
    """
    place = place_of(own, run)
    shown = signals_of(run.first)
    blocks = number_blocks(run, flat_place(place, run.places))
    return {
        "id": run.id,
        "cell": own.stack,
        "steps": len(run.trace.units),
        "units": run.channels,
        "home": -1,
        "labels": [str(index + 1) for index in range(len(run.trace.units))],
        "reads": None,
        "above": False,
        "given": False,
        "inputs": None,
        "original": None,
        "whatif": None,
        "place": None,
        "signals": [signal_payload(signal, say) for signal in shown],
        "equations": equations_payload(run.first),
        "scales": scales(blocks),
        "detail_probe": "out",
        **numbers_payload(blocks),
        "about": {
            "places": list(run.places),
            "place": list(place),
            "maps": {name: maps_payload(run, name) for name in MAPPED if name in mapped(run)},
            "input": map_levels(run.trace.x[0]),
            "growth": run.plan.growth if own.stack == "dense" else 0,
            "mode": own.mode,
            "norms": list(run.first.norms),
            "stopped": run.trace.stopped is not None,
            "unequal": unequal_shapes(run),
            "depth": run.plan.depth,
            "widens_at": run.plan.widens_at,
            "shortcut": run.plan.shortcut,
            "changed": equations_payload(with_shortcut(run.first)) if run.plan.shortcut else None,
            "gradients": [gradient_payload(one, say) for one in gradients],
        },
    }


def unequal_shapes(run: DepthRun) -> dict[str, str] | None:
    """Return the shapes of F(x) and of x where the run has stopped for they cannot be added; else None."""
    told = run.trace.stopped.values if run.trace.stopped is not None else {}
    return {name: str(told[name]) for name in UNEQUAL} if told.keys() >= set(UNEQUAL) else None


def mapped(run: DepthRun) -> set[str]:
    """Return the signals of which there are maps: those of any unit, and "out" even before the first one."""
    return {"out"}.union(*run.trace.units)


def equations_payload(unit: Unit) -> list[dict[str, str]]:
    """Return the equations of a unit, in symbols and in numbers."""
    return [{"signal": one.name, "symbols": one.symbols, "numbers": one.numbers} for one in signals_of(unit)]


def with_shortcut(unit: Unit) -> Unit:
    """Make a small unit of the same kind with a 1 × 1 convolution on the way past it."""
    return UNITS[unit.kind](1, 1, dimensions=unit.dimensions, norm=unit.has_norm, shortcut=True)


def signal_payload(signal: UnitSignal, say: Say) -> dict[str, Any]:
    """Return a signal in the reader's words."""
    reach = [0.0, 1.0] if signal.kind == "gate" else [None, None]
    return {
        "name": signal.name,
        "symbol": signal.symbol,
        "title": say(signal.title),
        "kind": signal.kind,
        "reach": reach,
        "mark": "",
    }


def gradient_payload(one: KindGradient, say: Say) -> dict[str, Any]:
    """Return one kind's gradient: log10 of each norm against that at the last unit, what the first unit reads first."""
    body: dict[str, Any] = {"key": one.kind, "name": say(UNITS[one.kind].title), "left": [], "shares": [], "told": ""}
    if one.gradient is None:
        return body
    log10 = one.gradient.log10
    left = [value - log10[-1] for value in log10]
    return body | {
        "left": [round(value, 6) if isfinite(value) else None for value in left],
        "shares": [format_share(value) for value in left],
        "told": say(TENDENCIES[one.gradient.tendency]),
    }


def scales(blocks: Blocks) -> dict[str, float]:
    """Return the largest size of each number, of all channels in all units, at least a little."""
    sizes = {name: np.abs(rows[np.isfinite(rows)]) for name, (_, rows) in blocks.items()}
    return {name: max(1e-9, float(size.max())) if size.size else 1e-9 for name, size in sizes.items()} | {"gate": 1.0}


def number_blocks(run: DepthRun, place: int) -> Blocks:
    """Return every number at one place: name -> the first column's channel, and (N or N + 1, C)."""
    rows = [dict(numbers_at(unit, place)) for unit in run.trace.units]
    others = [{"out.other": at(unit["out"], place)} for unit in run.other.units]
    shown = (signal.name for signal in signals_of(run.first))
    names = dict.fromkeys([*(name for row in rows for name in row), *shown])
    width = run.channels
    blocks = {name: block([row.get(name) for row in rows], width) for name in names}
    blocks["out"] = block([at(run.trace.first, place), *(row["out"] for row in rows)], width)
    if len(others) == len(rows):
        blocks["out.other"] = block([row["out.other"] for row in others], width)
    double = run.trace.x.dtype == torch.float64
    return {name: (0, as_rows(values if double else values.float())) for name, values in blocks.items()}


def numbers_at(unit: UnitTrace, place: int) -> Iterator[tuple[str, Tensor]]:
    """Yield a unit's numbers at one place, (C) each: its signals, and what they are made of."""
    yield "x", at(unit.x, place)
    ahead = unit.x.shape[1] if unit.kind == "dense" else 0
    for name, values in unit.items():
        yield name, behind(at(values, place), ahead if name == "branch" else 0)
    for name, bias in unit.biases.items():
        yield f"{name}.bias", behind(bias, ahead)
        yield f"{name}.products", behind(at(unit[name], place) - bias, ahead)
    for name, norm in unit.norms.items():
        yield from ((f"{name}.{part}", values) for part, values in norm_numbers(norm))


def behind(values: Tensor, ahead: int) -> Tensor:
    """Lay a dense unit's new channels where they stand in its output, behind `ahead` that came in, which are NaN."""
    return torch.nn.functional.pad(values, (ahead, 0), value=torch.nan)


def norm_numbers(norm: NormNumbers) -> Iterator[tuple[str, Tensor]]:
    """Yield the numbers of a batch normalisation, (C) each: those that are used, and both pairs."""
    yield "scale", norm.weight
    yield "shift", norm.bias
    yield "minus_mean", -norm.mean
    yield "variance", norm.variance
    for name in NORM_PAIRS:
        values = getattr(norm, name)
        if values is not None:
            yield name, values


def at(values: Tensor, place: int) -> Tensor:
    """Return the first example's numbers at one place: (B, C, ...) -> (C)."""
    return values[0].flatten(1)[:, place]


def block(rows: list[Tensor | None], width: int) -> Tensor:
    """Lay rows of numbers below each other, NaN where there are none: (N, width) float64."""
    laid = torch.full((len(rows), width), torch.nan, dtype=torch.float64)
    for index, row in enumerate(rows):
        if row is not None:
            laid[index, : len(row)] = row
    return laid


def maps_payload(run: DepthRun, name: str) -> dict[str, Any]:
    """Return the maps of a signal in all units, as levels from −127 to 127 of each unit's largest size.

    Of a dense stack's outputs each unit's new channels alone: the others are those of the units before.
    """
    sources = [run.trace.first] if name == "out" else []
    piled = run.plan.kind == "dense" and name == "out"
    sources += [unit["branch" if piled else name] for unit in run.trace.units]
    whole = 1.0 if name == "gate" else None  # a gate goes from 0 to 1
    maps = [map_levels(source[0], whole) for source in sources]
    return {"leads": len(maps) - len(run.trace.units), "piled": piled, "of": maps}


def map_levels(values: Tensor, full: float | None = None) -> dict[str, Any]:
    """Return maps, (C, ...), as base64 of one signed byte a place, channel by channel, and their largest size.

    full: the size that has the full colour, their own largest where none is given.
    """
    flat = values.flatten(1).double()
    finite = flat[flat.isfinite()].abs()
    largest = float(finite.max()) if len(finite) else 0.0
    full = largest if full is None else full
    levels = (flat / full * LARGEST_LEVEL).round() if full else torch.zeros_like(flat)
    stored = levels.nan_to_num(0).clamp(-LARGEST_LEVEL, LARGEST_LEVEL).to(torch.int8).numpy()
    return {
        "channels": len(flat),
        "largest": full,
        "written": decimals(largest),
        "blob": b64encode(stored.tobytes()).decode("ascii"),
    }
