"""What each valve of the drawing would do at the shown step, wherever a reader lets it go."""

from __future__ import annotations

from typing import Any

from cells import Clamp, LayerTrace, trace
from cells.core.messages import InputError
from cells.tracing.clamp import held_in
from cells.tracing.sweep import GATE_VALUES, Sweep, Swept
from pages.shared.cache import cached
from pages.shared.scene.run import BY_ID, TracedRun
from pages.shared.scene.what_if_link import check_count, write_clamp
from pages.shared.stepper.valves import valve_table
from pages.shared.stepper.whatif import mirrored_step

# Steps of a cell for the table of one valve, half a second of a processor: a clamp that has held for 128 steps. Beyond
# it only the valve itself follows the hand.
MOST_STEPS = 128 * len(GATE_VALUES)


def table_of_valves(
    run: TracedRun, clamps: tuple[Clamp, ...], layer: int, step: int, unit: int, name: str
) -> dict[str, Any] | None:
    """Return the table of one step of a layer, which counts it as it reads, and one unit; JSON-ready.

    clamps: those of the run. name: of the pane. None before the first step, and for a cell without valves.
    """
    return None if step < 0 else cached_table(run, clamps, layer, step, unit, name)


@cached(private=lambda run, *where: run.private, hash_funcs={**BY_ID, Clamp: write_clamp})
def cached_table(
    run: TracedRun, clamps: tuple[Clamp, ...], layer: int, step: int, unit: int, name: str
) -> dict[str, Any] | None:
    """Cached table of one step and unit."""
    sweep = Sweep(run.module, run.sequence.values, run.state, walked_layer(run, clamps, layer), layer, step)
    valves = dict.fromkeys(valve.box for valve in sweep.trace.cell.drawing.valves)
    swept = {gate: swept_valve(sweep, clamps, len(run.layers), gate, unit) for gate in valves}
    return valve_table(name, step, unit, {gate: one for gate, one in swept.items() if one is not None})


@cached(private=lambda run, *what: run.private, hash_funcs={**BY_ID, Clamp: write_clamp})
def walked_layer(run: TracedRun, clamps: tuple[Clamp, ...], layer: int) -> LayerTrace:
    """Return a layer of a run, computed step by step as it will be once something is held there."""
    shown = run.layers[layer]
    if shown.held or shown.cell.signals is None:
        return shown
    idle = Clamp("hidden", 0.0, steps=(), layer=layer)
    return trace(run.module, run.sequence.values, run.state, clamp=(*clamps, idle))[layer]


def swept_valve(sweep: Sweep, clamps: tuple[Clamp, ...], layers: int, gate: str, unit: int) -> Swept | None:
    """Run the step with a gate at every value; None where that would take too long, and where it cannot be let go."""
    let_go, place = clamps_let_go(sweep, clamps, layers, gate, unit)
    try:
        check_count(let_go)
    except InputError:
        return None
    return sweep.at(let_go, place, GATE_VALUES) if sweep.cost(let_go, place, len(GATE_VALUES)) <= MOST_STEPS else None


def clamps_let_go(
    sweep: Sweep, clamps: tuple[Clamp, ...], layers: int, gate: str, unit: int
) -> tuple[tuple[Clamp, ...], int]:
    """Return the clamps that a valve sets when it is let go, and which of them holds the gate, its value still open.

    As the browser does: the last clamp on the gate that counts here, or a new one for this unit at this step.
    """
    layer, index = sweep.trace, sweep.index
    step, units = mirrored_step(layer, sweep.step), layer["hidden"].shape[-1]
    for place in reversed(range(len(clamps))):
        held = held_in((clamps[place],), layer.cell, index, len(sweep.xs), sweep.units)
        if any(one.signal == gate and step in one.steps and unit in one.units for one in held):
            return clamps, place
    new = Clamp(gate, 0.0, None if units == 1 else unit, step, index if layers > 1 else None)
    return (*clamps, new), len(clamps)
