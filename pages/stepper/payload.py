"""What the browser is told of a trace: the cell's declaration, in the reader's words, and every number in one block."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cells import LayerTrace
from cells.cell import Phrase
from cells.sequences import Sequence
from pages.figures.palette import PALETTE
from pages.stepper.texts import texts
from pages.words import Say

Numbers = NDArray[np.float32]

MOST_PART_NUMBERS = 1_000_000  # beyond this only the chosen unit's neighbours have their sums taken apart
FEW_CHANNELS = 3  # of more, as in one-hot text, the label says all
SUM_SCALE = 6.0  # a sum of this size saturates its gate: the full width of a pipe
PRE_ACTIVATIONS = ("recurrent", "recalled")


def payload(layer: LayerTrace, sequence: Sequence, labels: list[str], unit: int, say: Say) -> dict[str, Any]:
    """All of one layer's trace for the stepper, but the position in it; JSON-ready.

    labels: what each step reads, in the reader's words. unit: the one whose sums must be among the numbers.

    `blob` is base64 of little-endian float32; `arrays` says for each number's name where its (rows, cols) block starts,
    and the unit of its first column. A state has one row more than there are steps: its value before the first.
    """
    cell = layer.cell
    blocks = numbers(layer, unit)
    return {
        "cell": cell.key,
        "steps": len(sequence.labels),
        "units": layer["hidden"].shape[-1],
        "home": sequence.start,
        "labels": labels,
        "inputs": sequence.values.tolist() if len(sequence.channels) <= FEW_CHANNELS else None,
        "signals": [{**asdict(signal), "title": say(signal.title)} for signal in cell.shown],
        "equations": [asdict(equation) for equation in cell.equations],
        "phrases": [spoken(phrase, say) for phrase in cell.phrases],
        "drawing": asdict(cell.drawing),
        "scales": scales(layer),
        "parts_probe": f"{cell.gates[0]}.sum",
        "palette": PALETTE,
        "words": texts(say),
        "arrays": layout(blocks),
        "blob": b64encode(b"".join(block.tobytes() for _, block in blocks.values())).decode("ascii"),
    }


def numbers(layer: LayerTrace, unit: int) -> dict[str, tuple[int, Numbers]]:
    """Every number by name: the unit of its first column, and its (rows, cols) array."""
    blocks = {name: (0, as_rows(values)) for name, values in {**layer, **layer.flows()}.items()}
    for state, start in layer.initial.items():
        blocks[state] = (0, np.concatenate([as_rows(start)[np.newaxis], blocks[state][1]]))
    origin = layer.origin()
    if origin is not None:
        blocks["origin"] = (0, as_rows(origin))
    return {**blocks, **part_numbers(layer, unit)}


def part_numbers(layer: LayerTrace, unit: int) -> dict[str, tuple[int, Numbers]]:
    """What each sum is made of, for every unit or, in a large run, for the units around the chosen one."""
    first, window = part_window(layer, unit)
    parts = layer.parts(slice(first, first + window))
    return {f"{gate}.{name}": (first, as_rows(part)) for gate, made in parts.items() for name, part in made.items()}


def part_window(layer: LayerTrace, unit: int) -> tuple[int, int]:
    """The first unit whose sums are sent, and how many: `unit` among them, and the same for near units."""
    steps, units = layer["hidden"].shape
    window = max(1, min(units, MOST_PART_NUMBERS // (steps * 5 * len(layer.cell.gates))))
    return min(unit // window * window, units - window), window


def as_rows(values: Any) -> Numbers:
    """A tensor as float32 in the browser's byte order."""
    return np.ascontiguousarray(values.detach().cpu().numpy(), dtype="<f4")


def layout(blocks: dict[str, tuple[int, Numbers]]) -> dict[str, dict[str, int]]:
    """Where each block lies in the whole, counted in numbers."""
    places, offset = {}, 0
    for name, (first, block) in blocks.items():
        rows, cols = block.shape
        places[name] = {"offset": offset, "rows": rows, "cols": cols, "first": first}
        offset += block.size
    return places


def scales(layer: LayerTrace) -> dict[str, float]:
    """The size at which a number fills its pipe: 1 where not named."""
    cell = layer.cell
    largest = {state: max(1.0, float(layer[state].abs().max())) for state in cell.states}
    scale = {**largest, **{f"{state}.before": size for state, size in largest.items()}}
    if cell.memory:
        scale |= dict.fromkeys(("kept", "written"), largest[cell.memory.state])
    sums = [f"{gate}.{part}" for gate in cell.gates for part in ("input", "hidden", "bias", "sum")]
    return scale | dict.fromkeys([*sums, *PRE_ACTIVATIONS], SUM_SCALE)


def spoken(phrase: Phrase, say: Say) -> dict[str, Any]:
    """A phrase in the reader's words; the last band's bound is None, for JSON knows no infinity."""
    bands = [(None if bound == float("inf") else bound, raw(text, say)) for bound, text in phrase.bands]
    return {"of": phrase.of, "signal": phrase.signal, "bands": bands}


def raw(text: str, say: Say) -> str:
    """A translated template with its fields still open, for the browser to fill."""
    return say(text, percent="{percent}", value="{value}")
