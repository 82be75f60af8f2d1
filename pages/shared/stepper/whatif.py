"""The payload of a run that is held or changed: the original beside it, and what came of it in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cells import Clamp, LayerTrace
from cells.analysis.consequences import Consequence, consequences
from cells.core.messages import N_, n_
from cells.inputs.edit import BETWEEN, Edit, entry_of
from cells.sequences import Sequence as Read
from cells.tracing.clamp import held_in
from cells.tracing.remembered import NOWHERE, START
from pages.shared.words import Say
from pages.shared.words.numbers import format_decimals

CHANGED = {
    "nothing": N_("Nothing changes visibly in this unit."),
    "inside": N_("The hidden state of this unit stays as it was; what changes does not show in it."),
    "end": N_("The hidden state ends at {now} instead of {before}."),
    "passing": N_(
        "At step {step} the hidden state is {now} instead of {before}; at the end the two differ by less than 0.01."
    ),
    "beyond": N_("From step {step} on the hidden state is beyond every number, as it was not before."),
    "bounded": N_("The hidden state does not run beyond every number, as it did before from step {step} on."),
}
# What the unit remembered where the runs part, by where that comes from.
STARTED, SEVERAL, ONE_STEP = "start", "several", "step"
LONGER: dict[str, str] = {
    ONE_STEP: n_(
        "What step {origin} wrote survives {steps} step longer.",
        "What step {origin} wrote survives {steps} steps longer.",
        "steps",
    ),
    STARTED: n_(
        "What the memory began with survives {steps} step longer.",
        "What the memory began with survives {steps} steps longer.",
        "steps",
    ),
    SEVERAL: n_(
        "What the memory held after step {step} survives {steps} step longer.",
        "What the memory held after step {step} survives {steps} steps longer.",
        "steps",
    ),
}
LONGER_TO_END: dict[str, str] = {
    ONE_STEP: n_(
        "What step {origin} wrote survives to the end, {steps} step longer.",
        "What step {origin} wrote survives to the end, {steps} steps longer.",
        "steps",
    ),
    STARTED: n_(
        "What the memory began with survives to the end, {steps} step longer.",
        "What the memory began with survives to the end, {steps} steps longer.",
        "steps",
    ),
    SEVERAL: n_(
        "What the memory held after step {step} survives to the end, {steps} step longer.",
        "What the memory held after step {step} survives to the end, {steps} steps longer.",
        "steps",
    ),
}
SHORTER: dict[str, str] = {
    ONE_STEP: n_(
        "What step {origin} wrote is lost {steps} step earlier.",
        "What step {origin} wrote is lost {steps} steps earlier.",
        "steps",
    ),
    STARTED: n_(
        "What the memory began with is lost {steps} step earlier.",
        "What the memory began with is lost {steps} steps earlier.",
        "steps",
    ),
    SEVERAL: n_(
        "What the memory held after step {step} is lost {steps} step earlier.",
        "What the memory held after step {step} is lost {steps} steps earlier.",
        "steps",
    ),
}
SHORTER_THAN_TO_END: dict[str, str] = {
    ONE_STEP: N_("What step {origin} wrote no longer survives to the end."),
    STARTED: N_("What the memory began with no longer survives to the end."),
    SEVERAL: N_("What the memory held after step {step} no longer survives to the end."),
}
FATES: dict[tuple[str, bool], dict[str, str]] = {
    ("longer", False): LONGER,
    ("longer", True): LONGER_TO_END,
    ("shorter", False): SHORTER,
    ("shorter", True): SHORTER_THAN_TO_END,
}


@dataclass(frozen=True)
class WhatIf:
    """The clamps and edits of a run, and the run as it was: its trace of the shown layer and what each step read.

    Clamps and edits count the steps of the sequence, trace and `reads` stand in the order in which the layer reads.
    """

    clamps: tuple[Clamp, ...]
    edits: tuple[Edit, ...]
    layer: LayerTrace
    reads: list[str]


def consequence_sentence(consequence: Consequence, say: Say) -> str:
    """Say a consequence in one sentence; steps counted from 1, as a person reads them."""
    return say(
        consequence_template(consequence),
        step=consequence.step + 1,
        steps=consequence.steps,
        origin=consequence.origin + 1,
        now=format_decimals(consequence.now),
        before=format_decimals(consequence.before),
    )


def consequence_template(consequence: Consequence) -> str:
    """Return the text that says a consequence."""
    if consequence.kind in CHANGED:
        return CHANGED[consequence.kind]
    whose = {START: STARTED, NOWHERE: SEVERAL}.get(consequence.origin, ONE_STEP)
    return FATES[consequence.kind, consequence.to_end][whose]


def what_if_payload(layer: LayerTrace, whatif: WhatIf, say: Say) -> dict[str, Any]:
    """Return the clamps, the edits and a sentence for each unit, steps in the order in which the layer reads."""
    return {
        "clamps": [clamp_payload(clamp, layer) for clamp in whatif.clamps],
        "edits": [{"step": mirrored_step(layer, edit.step), "entry": edit.entry} for edit in whatif.edits],
        "changes": [consequence_sentence(consequence, say) for consequence in consequences(layer, whatif.layer)],
    }


def mirrored_step(layer: LayerTrace, step: int) -> int:
    """Return a step of the sequence as the layer counts it, or the reverse: from the end if it reads from there."""
    return len(layer["hidden"]) - 1 - step if layer.reverse else step


def clamp_payload(clamp: Clamp, layer: LayerTrace) -> dict[str, Any]:
    """Return a clamp with all that it holds; `outside` where its value lies outside the signal's range."""
    cell, (steps, units) = layer.cell, layer["hidden"].shape
    (held,) = held_in((clamp,), cell, clamp.layer or 0, steps, {signal.name: units for signal in cell.shown})
    low, high = next(signal.reach for signal in cell.shown if signal.name == clamp.signal)
    return {
        "signal": clamp.signal,
        "value": clamp.value,
        "steps": first_and_last(sorted(mirrored_step(layer, step) for step in held.steps), steps),
        "units": first_and_last(held.units, units),
        "layer": clamp.layer,
        "outside": not low <= clamp.value <= high,
    }


def first_and_last(indices: Sequence[int], size: int) -> list[int] | None:
    """Return the first and the last of several indices in a row; None for all there are."""
    return None if len(indices) == size else [indices[0], indices[-1]]


def input_choices(sequence: Read, say: Say) -> dict[str, Any]:
    """Return what a step may read instead: the symbols to choose from, or each step's numbers and what these are."""
    steps = range(len(sequence.labels))
    return {
        "symbols": list(sequence.channels) if sequence.symbolic else None,
        "between": BETWEEN,
        "names": None if sequence.symbolic else [say(name) for name in sequence.channels],
        "entries": None if sequence.symbolic else [entry_of(sequence, step) for step in steps],
    }


def requested_clamps(reports: Sequence[Mapping[str, Any]], layer: LayerTrace) -> tuple[Clamp, ...]:
    """Read the clamps that the browser asks for, where the layer is shown."""

    def steps(read: Sequence[int] | None) -> list[int] | None:
        return None if read is None else sorted(mirrored_step(layer, int(step)) for step in read)

    return tuple(
        Clamp(str(one["signal"]), float(one["value"]), span(one["units"]), span(steps(one["steps"])), one.get("layer"))
        for one in reports
    )


def requested_edits(reports: Sequence[Mapping[str, Any]], layer: LayerTrace) -> tuple[Edit, ...]:
    """Read the changed inputs that the browser asks for, where the layer is shown."""
    return tuple(Edit(mirrored_step(layer, int(one["step"])), str(one["entry"])) for one in reports)


def span(ends: Sequence[int] | None) -> int | range | None:
    """Return what a clamp holds: [3, 7] -> 3 to 7, [3, 3] -> 3, None -> all."""
    if ends is None:
        return None
    first, last = int(ends[0]), int(ends[1])
    return first if first == last else range(first, last + 1)
