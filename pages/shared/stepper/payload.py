"""The payload of a trace: the cell's declaration in the reader's words, and every number in one block."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence as Several
from dataclasses import asdict
from math import isfinite
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cells import LayerTrace
from cells.analysis.facts import step_numbers
from cells.core.cell import Cell, Equation, Signal, bare
from cells.core.notation import Notation
from cells.core.phrases import Phrase, code_of
from cells.families.conventions import SHORT, SHORT_PARTS
from cells.sequences import Sequence
from cells.tracing.sweep import GATE_VALUES
from pages.shared.figures.palette import PALETTE
from pages.shared.stepper.label_row import label_row
from pages.shared.stepper.stack import hidden_in_order_of, input_in_words, layer_title, name_of, reads_sum
from pages.shared.stepper.whatif import WhatIf, input_choices, what_if_payload
from pages.shared.stepper.words import open_fields, stepper_words
from pages.shared.words import Say

Numbers = NDArray[np.floating]

MOST_DETAILS = 1_000_000  # numbers: beyond this only the chosen unit and its neighbours have their details sent
DETAILS_PER_UNIT = 28  # numbers at each step, no less than any cell has
FEW_CHANNELS = 3  # of more, as in one-hot text, the label says all
SUM_SCALE = 6.0  # a sum of this size saturates its gate: the full width of a pipe


def payload(  # noqa: PLR0913 - what is shown, and how it is written
    layer: LayerTrace,
    sequence: Sequence,
    labels: list[str],
    unit: int,
    say: Say,
    notation: str = SHORT,
    stack: Several[LayerTrace] = (),
    *,
    bare: bool = False,
    most: int = MOST_DETAILS,
) -> dict[str, Any]:
    """Return all of one layer's trace, but the position in it and what all panes share; JSON-ready.

    layer, sequence, labels: in the order in which the layer reads; labels: what each step reads, in the reader's words.
    unit: the one whose sums must be among the numbers. notation: whose symbols are shown, a key of NOTATIONS. stack:
    every layer and direction of the run, as `trace` gives them, where all of them are to be seen. bare: of the numbers
    only the hidden state, for a page that shows none of the others. most: see `detail_window`.

    `blob` is base64 of little-endian numbers of `width` bytes, as precise as the run; `arrays` says for each number's
    name where its (rows, cols) block starts, and the unit of its first column. A state has one row more than there are
    steps: its value before the first. `filled` are the steps that the sequence's source does not have.
    """
    cell = layer.cell
    others = [one for one in stack if name_of(one) != name_of(layer)]
    own = {"hidden": (0, as_rows(layer["hidden"]))} if bare else number_blocks(layer, unit, most)
    blocks = own | {name_of(one): (0, as_rows(hidden_in_order_of(one, layer))) for one in others}
    return {
        "cell": cell.key,
        "steps": len(sequence.labels),
        "units": layer["hidden"].shape[-1],
        "home": sequence.start,
        **reading_payload(layer, sequence, labels),
        "inputs": sequence.values.tolist() if has_few_numbers(sequence) and not layer.layer else None,
        "whence": input_in_words(layer, stack, say),
        "stack": [stack_payload(one, layer, layer_title(one, stack, say)) for one in stack],
        **cell_payload(cell, cell.notations[notation].above(layer.layer, summed=reads_sum(layer)), say),
        "phrases": [phrase_payload(phrase, say) for phrase in cell.sentence],
        "scales": scales(layer) | {name_of(one): largest_of(one["hidden"]) for one in others},
        "filled": [] if sequence.imputed is None else sequence.imputed.nonzero().flatten().tolist(),
        "choices": input_choices(sequence, say),
        "valve_values": list(GATE_VALUES),
        "original": None,
        "whatif": None,
        "place": [name_of(one) for one in stack].index(name_of(layer)) if stack else None,
        "detail_probe": f"{cell.gates[0]}.sum",
        **numbers_payload(blocks),
    }


def reading_payload(layer: LayerTrace, sequence: Sequence, labels: list[str]) -> dict[str, Any]:
    """Return what is told of what each step reads, and of the state before the first one.

    `label_row`: how the labels stand in a row. `reads`: what each step reads, where its label says when it stands.
    `above`: the layer reads another one. `given`: the state before the first step is not all zero.
    """
    return {
        "labels": labels,
        "label_row": label_row(labels, symbolic=sequence.symbolic),
        "reads": list(sequence.reads()) if sequence.dated else None,
        "above": layer.layer > 0,
        "given": any(bool(start.any()) for start in layer.initial.values()),
    }


def common_payload(say: Say) -> dict[str, Any]:
    """Return what all panes share and the browser gets once: the stepper's words, and both themes' colours."""
    return {"words": stepper_words(say), "palette": PALETTE}


def has_few_numbers(sequence: Sequence) -> bool:
    """Tell whether what a step reads is few enough numbers to stand beside its label."""
    return sequence.table is None and len(sequence.channels) <= FEW_CHANNELS


def original_payload(
    layer: LayerTrace, whatif: WhatIf, unit: int, say: Say, most: int = MOST_DETAILS
) -> dict[str, Any]:
    """Return what a payload has more where the run is held or changed: the original, and what has come of it."""
    original = {"reads": whatif.reads, **numbers_payload(number_blocks(whatif.layer, unit, most))}
    return {"original": original, "whatif": what_if_payload(layer, whatif, say)}


def numbers_payload(blocks: dict[str, tuple[int, Numbers]]) -> dict[str, Any]:
    """Return every number in one block, and where each lies in it."""
    (width,) = {rows.itemsize for _, rows in blocks.values()}
    block = b"".join(rows.tobytes() for _, rows in blocks.values())
    return {"arrays": layout(blocks), "width": width, "blob": b64encode(block).decode("ascii")}


def stack_payload(one: LayerTrace, shown: LayerTrace, name: str) -> dict[str, Any]:
    """Return a layer and direction of the stack: where it stands, its name, and the number that is its state."""
    is_shown = name_of(one) == name_of(shown)
    return {
        "layer": one.layer,
        "reverse": one.reverse,
        "name": name,
        "shown": is_shown,
        "number": "hidden" if is_shown else name_of(one),
    }


def cell_payload(cell: Cell, notation: Notation, say: Say) -> dict[str, Any]:
    """Return the cell's signals, equations and drawing in the symbols and the order of a notation."""
    order = notation.arranged(tuple(signal.name for signal in cell.shown))
    signals = {signal.name: signal for signal in cell.shown}
    equations = {equation.signal: equation for equation in cell.equations}
    drawing = asdict(cell.drawing)
    for port in drawing["ports"]:
        port["symbol"] = notation.symbol(port["shows"])
    for node in drawing["nodes"]:
        node["text"] = notation.symbols.get(node["text"], node["text"])
    return {
        "signals": [signal_payload(signals[name], notation, say) for name in order],
        "equations": [equation_payload(equations[name], notation) for name in order],
        "drawing": drawing,
        "input_symbol": notation.symbol("x"),
    }


def signal_payload(signal: Signal, notation: Notation, say: Say) -> dict[str, Any]:
    """Return a signal in the reader's words; a missing bound is None, for JSON knows no infinity."""
    mark = notation.marks.get(signal.name, "")
    return {
        "name": signal.name,
        "symbol": bare(notation.symbol(signal.name)),
        "title": say(signal.title),
        "kind": signal.kind,
        "reach": [bound if isfinite(bound) else None for bound in signal.reach],
        "mark": say(mark) if mark else "",
    }


def equation_payload(equation: Equation, notation: Notation) -> dict[str, str]:
    """Return an equation in symbols, and in numbers whose fields the browser fills."""
    return {"signal": equation.signal, "symbols": equation.symbols(notation), "numbers": equation.numbers}


def number_blocks(layer: LayerTrace, unit: int, most: int = MOST_DETAILS) -> dict[str, tuple[int, Numbers]]:
    """Return every number by name: the unit of its first column, and its (rows, cols) array."""
    blocks = {name: (0, as_rows(values)) for name, values in layer.items()}
    for state, start in layer.initial.items():
        blocks[state] = (0, np.concatenate([as_rows(start)[np.newaxis], blocks[state][1]]))
    first, window = detail_window(layer, unit, most)
    return blocks | {name: (first, rows) for name, rows in detail_blocks(layer, slice(first, first + window)).items()}


def detail_blocks(layer: LayerTrace, units: slice) -> dict[str, Numbers]:
    """Return what is shown of a chosen unit alone: its flows, its sums' parts, and what its sentence says; for some.

    `said` is what each phrase of the sentence says, as one number of `code_of`; `origin` and `left` tell what the
    memory comes from. All have one width, that of the run.
    """
    numbers = step_numbers(layer, units)
    parts = [f"{gate}.{name}" for gate, made in layer.parts(slice(0, 1)).items() for name in made]
    names = [*layer.flows(), *parts, *(name for name in ("origin", "left") if name in numbers)]
    blocks = {name: numbers[name] for name in names} | {"said": code_of(layer.cell.sentence, numbers)}
    return {name: as_rows(values.to(layer["hidden"].dtype)) for name, values in blocks.items()}


def detail_window(layer: LayerTrace, unit: int, most: int = MOST_DETAILS) -> tuple[int, int]:
    """Return the first unit whose details are sent, and how many: `unit` among them, the same for all of these.

    most: how many numbers these details may be.
    """
    steps, units = layer["hidden"].shape
    window = max(1, min(units, most // (steps * DETAILS_PER_UNIT)))
    first = unit // window * window
    return first, min(window, units - first)


def as_rows(values: Any) -> Numbers:
    """Return a tensor in the browser's byte order, float64 as it is and everything else as float32."""
    double = values.dtype == torch.float64
    numbers = values.detach().cpu().to(torch.float64 if double else torch.float32).numpy()
    return np.ascontiguousarray(numbers, dtype="<f8" if double else "<f4")


def layout(blocks: dict[str, tuple[int, Numbers]]) -> dict[str, dict[str, int]]:
    """Return where each block lies in the whole, counted in numbers."""
    spots, offset = {}, 0
    for name, (first, block) in blocks.items():
        rows, cols = block.shape
        spots[name] = {"offset": offset, "rows": rows, "cols": cols, "first": first}
        offset += block.size
    return spots


def scales(layer: LayerTrace) -> dict[str, float]:
    """Return the size at which each number fills its pipe: 1 where not named."""
    cell = layer.cell
    unbounded = [signal.name for signal in cell.shown if not isfinite(signal.reach[1])]
    largest = {name: largest_of(layer[name]) for name in (*cell.states, *unbounded)}
    scale = {**largest, **{f"{state}.before": size for state, size in largest.items()}}
    if cell.memory:
        scale |= dict.fromkeys((cell.memory.kept, cell.memory.written), largest[cell.memory.state])
    sums = [f"{gate}.{part}" for gate in cell.gates for part in (*SHORT_PARTS, "sum")]
    return scale | dict.fromkeys([*sums, *cell.unsquashed], SUM_SCALE)


def largest_of(state: Tensor) -> float:
    """Return the largest size that a state reaches, at least 1; what has overflowed does not count."""
    sizes = state[state.isfinite()].abs()
    return max(1.0, float(sizes.max())) if len(sizes) else 1.0


def phrase_payload(phrase: Phrase, say: Say) -> dict[str, Any]:
    """Return a phrase in the reader's words, its fields still open for the browser to fill with the numbers of `of`."""
    says = [{"text": open_text(saying.text, say), "of": dict(saying.fields)} for saying in phrase.sayings]
    return {"signal": phrase.signal, "says": says}


def open_text(text: str, say: Say) -> str:
    """Translate a text and leave its fields open; "" stays as it is."""
    return say(text, **open_fields(text)) if text else ""
