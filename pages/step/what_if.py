"""A run traced again with clamps and edits, beside the original."""

from __future__ import annotations

from dataclasses import replace

from cells import Clamp, trace
from cells.core.messages import InputError
from cells.inputs.edit import Edit, edited
from cells.tracing.trace import check_clamps
from pages.shared.cache import cached
from pages.shared.scene.run import BY_ID, TracedRun, run_id
from pages.shared.scene.what_if_link import write_clamp, write_edit


def fits(original: TracedRun, clamps: tuple[Clamp, ...], edits: tuple[Edit, ...]) -> bool:
    """Tell whether clamps and edits can be applied to a run."""
    return misfit(original, clamps, edits) is None


def misfit(original: TracedRun, clamps: tuple[Clamp, ...], edits: tuple[Edit, ...]) -> InputError | None:
    """Return why clamps and edits cannot be applied to a run, or None."""
    try:
        edited(original.sequence, edits)
        check_clamps(original.module, clamps, len(original.sequence.labels))
    except InputError as problem:
        return problem
    return None


@cached(
    private=lambda original, clamps, edits: original.private,
    hash_funcs={**BY_ID, Clamp: write_clamp, Edit: write_edit},
)
def trace_what_if(original: TracedRun, clamps: tuple[Clamp, ...], edits: tuple[Edit, ...]) -> TracedRun:
    """Trace a run again with clamps and edits. Raises InputError for those that do not fit it.

    The original is traced again with clamps that hold nothing: so both runs are computed step by step, and no rounding
    that differs between a kernel and a loop over steps can pass for a consequence.
    """
    sequence = edited(original.sequence, edits)
    module, state = original.module, original.state
    idle = [replace(clamp, steps=()) for clamp in clamps]
    stepwise = replace(original, layers=trace(module, original.sequence.values, state, clamp=idle))
    layers = trace(module, sequence.values, state, clamp=clamps)
    name = run_id(original.id, [*map(write_clamp, clamps)], [*map(write_edit, edits)])
    return replace(original, id=name, sequence=sequence, layers=layers, original=stepwise)
