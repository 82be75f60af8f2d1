"""The table of valves: what each gate of a unit would do to one step at every value at which it can be let go.

It goes to the browser as a component of its own, for it follows the reader from rest to rest, and the run does not.

Axes: V values of a gate.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
import torch
from torch import Tensor

from cells.core.phrases import code_of
from cells.tracing.sweep import Swept
from pages.shared.stepper.javascript import one_module
from pages.shared.stepper.payload import as_rows

UNSEEN = ("largest", "step")  # numbers by which it is known what a sentence says, and which it does not say
TABLE = st.components.v2.component(
    "gatescope_valve_table",
    js=one_module(Path(__file__).parent / "views" / "valve_table.js"),
    isolate_styles=False,  # so that it lies in the page itself, where other components can see it
)


def show_valve_table(table: Mapping[str, Any] | None) -> None:
    """Lay a table of valves into the page, where the stepper finds it; None for a step that has none."""
    TABLE(key="valve-table", data={"table": table})


def valve_table(run: str, step: int, unit: int, gates: Mapping[str, Swept]) -> dict[str, Any] | None:
    """Return the table of one step and unit, JSON-ready; None without gates. run: the `name` of its pane.

    `gates` says for each gate and number where its values lie in `blob`, counted in numbers, and how many there are: V,
    or 1 where all are one. What one step ago is the same for all of them stands in the run and is left out. `first`
    says from which step on something differs.
    """
    if not gates:
        return None
    places: dict[str, dict[str, tuple[int, int]]] = {}
    blocks: list[Tensor] = []
    size = 0
    for gate, swept in gates.items():
        places[gate] = {}
        for name, values in shown_numbers(swept, unit).items():
            several = bool((values != values[0]).any())
            if several or not name.endswith(".before"):
                block = values if several else values[:1]
                places[gate][name] = (size, len(block))
                blocks.append(block.to(swept.rows["hidden"].dtype))
                size += len(block)
    numbers = as_rows(torch.cat(blocks))
    return {
        "run": run,
        "step": step,
        "unit": unit,
        "gates": places,
        "first": {gate: one.first for gate, one in gates.items()},
        "width": numbers.itemsize,
        "blob": b64encode(numbers.tobytes()).decode("ascii"),
    }


def shown_numbers(swept: Swept, unit: int) -> dict[str, Tensor]:
    """Return the numbers of a step that the browser shows: those of the payload, with what the sentence says."""
    numbers, sentence = swept.numbers(unit), swept.rows.cell.sentence
    return {name: values for name, values in numbers.items() if name not in UNSEEN and not name.endswith(".held")} | {
        "said": code_of(sentence, numbers)
    }
