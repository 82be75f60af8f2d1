"""The stepper: the browser component in which a trace is stepped, played and scrubbed without asking the server.

What a page shows of it is said by the `stepper.js` in the page's folder.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from collections.abc import Sequence as Several
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from cells import Clamp, LayerTrace
from cells.families.conventions import SHORT
from cells.inputs.edit import Edit
from cells.sequences import Sequence
from pages.shared.cache import cached
from pages.shared.stepper.former import Former, former_payload
from pages.shared.stepper.javascript import PAGES, one_module, one_sheet
from pages.shared.stepper.payload import MOST_DETAILS, beside, common_payload, detail_window, payload
from pages.shared.stepper.whatif import WhatIf, heard_clamps, heard_edits
from pages.shared.words import Say, language, say

__all__ = ["COMPONENTS", "Asked", "Former", "Shown", "opened_at", "payload_of", "stepper"]

# Each page that has a stepper has a component of its own: the modules that its own stepper.js is made of, and no more.
COMPONENTS = {
    entry.parent.name: st.components.v2.component(
        f"gatescope_stepper_{entry.parent.name}", js=one_module(entry), css=one_sheet(entry)
    )
    for entry in sorted(PAGES.glob("*/stepper.js"))
}


@dataclass(frozen=True)
class Shown:
    """A trace to step through: one layer's, with the sequence it read and what each step reads in the reader's words.

    `run_id` names the run: another name opens anew. layer, sequence, labels: in the order in which the layer reads, as
    `whatif` is, what a reader holds and changes in it, if anything. notation: whose symbols are shown. stack: every
    layer and direction of the run, as `trace` gives them, where all of them are to be seen. private: whether it is made
    of somebody's own file, and must be gone with the visit. about: what the page says of it beside, JSON-ready.
    former: the run over the same steps in their former order. bare: whether the page shows no number of the trace.
    """

    run_id: str
    layer: LayerTrace
    sequence: Sequence
    labels: list[str]
    whatif: WhatIf | None = None
    notation: str = SHORT
    stack: tuple[LayerTrace, ...] = ()
    private: bool = False
    about: Mapping[str, object] = field(default_factory=dict)
    former: Former | None = None
    bare: bool = False

    @property
    def id(self) -> tuple[str, int, bool]:
        """What it is: the run, and which layer and direction of it."""
        return self.run_id, self.layer.layer, self.layer.reverse


@dataclass(frozen=True)
class Asked:
    """What a reader asks to hold and to change, at the position at which it was asked."""

    step: int
    unit: int
    clamp: tuple[Clamp, ...]
    edit: tuple[Edit, ...]
    difference: bool


def stepper(  # noqa: PLR0913 - what it shows, where it opens, and who hears of what
    panes: Several[Shown],
    *,
    page: str,
    step: int,
    unit: int,
    key: str,
    on_rest: Callable[[int, int], None],
    on_ask: Callable[[Asked], None] | None = None,
    on_layer: Callable[[int, int, int], None] | None = None,
    difference: bool = False,
) -> bool:
    """Show traces of one sequence, each in a pane of a `page`, by its address, opened at `step` and `unit`.

    `on_rest` hears both once the reader has come to rest; `on_ask` hears what the reader holds and changes, and without
    it nothing can be; `on_layer` hears which place of the stack the reader picks, at which step and unit. `difference`
    shows what differs from the original run. Returns whether the stepper has been painted in the browser: what is slow
    to draw waits until then.
    """
    opening = opened_at(key, tuple(pane.id for pane in panes), {"step": step, "unit": unit})

    def heard() -> None:
        position = st.session_state[key].get("position")
        if position and position["opening"] == opening["opening"]:
            st.session_state[f"{key} position"] = {"step": position["step"], "unit": position["unit"]}
            on_rest(position["step"], position["unit"])

    def heard_asking() -> None:
        asked = st.session_state[key].get("asked")
        if on_ask and asked and asked["opening"] == opening["opening"]:
            st.session_state[f"{key} position"] = {"step": asked["step"], "unit": asked["unit"]}
            on_ask(as_asked(asked, panes[0].layer))

    def heard_pick() -> None:
        pick = st.session_state[key].get("pick")
        if on_layer and pick and pick["opening"] == opening["opening"]:
            on_layer(pick["layer"], pick["step"], pick["unit"])

    shown = COMPONENTS[page](
        key=key,
        data={"page": page, "panes": [pane_payload(pane, unit) for pane in panes], **common_payload(say), **opening}
        | {"asks": on_ask is not None, "difference": difference},
        default={"position": None, "asked": None, "pick": None, "painted": False},
        on_asked_change=heard_asking,
        on_pick_change=heard_pick,
        on_position_change=heard,
        on_painted_change=lambda: None,
    )
    return bool(shown.painted)


def as_asked(asked: Mapping[str, Any], layer: LayerTrace) -> Asked:
    """The browser's report, its clamps and changed inputs brought back from the layer's steps to the sequence's."""
    return Asked(
        int(asked["step"]),
        int(asked["unit"]),
        heard_clamps(asked["clamps"], layer),
        heard_edits(asked["edits"], layer),
        bool(asked["difference"]),
    )


def pane_payload(shown: Shown, unit: int) -> dict[str, Any]:
    """A pane's payload, with the details of `unit`, or of its last unit if it has fewer."""
    units = shown.layer["hidden"].shape[-1]
    first, _ = detail_window(shown.layer, min(unit, units - 1))
    what = (*shown.id, shown.notation, len(shown.stack), shown.bare)
    return {**remembered_payload(what, language(), first, shown), "about": dict(shown.about)}


@cached(private=lambda what, language, first_unit, _shown: _shown.private)
def remembered_payload(what: tuple[object, ...], language: str, first_unit: int, _shown: Shown) -> dict[str, Any]:
    """The payload, made once for the same run, layer, notation, language and window of units."""
    return payload_of(_shown, first_unit, say)


def payload_of(shown: Shown, first_unit: int, say: Say, most: int = MOST_DETAILS) -> dict[str, Any]:
    """All that the browser is told of one pane alone, but what the page says of it beside.

    most: how many numbers may be details of single units, among them those of `first_unit`.
    """
    what = (shown.layer, shown.sequence, shown.labels, first_unit, say, shown.notation, shown.stack)
    body = payload(*what, bare=shown.bare, most=most)
    if shown.former:
        return body | former_payload(shown.former, shown.labels, first_unit)
    return body | (beside(shown.layer, shown.whatif, first_unit, say, most) if shown.whatif else {})


def opened_at(
    key: str,
    what: tuple[object, ...],
    position: Mapping[str, Any],
    same: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] = operator.eq,
) -> dict[str, Any]:
    """Where the browser opens: unchanged while it shows the same run and the reader moves about in it by himself.

    Only a link that names another position than the one the browser has reported opens anew; `same(reported, named)`
    says whether they are one.
    """
    opening = st.session_state.get(f"{key} opening")
    if opening and opening["what"] == what and same(st.session_state[f"{key} position"], position):
        return dict(opening["data"])
    number = opening["number"] + 1 if opening else 0
    data = {"opening": number, **position}
    st.session_state[f"{key} opening"] = {"what": what, "number": number, "data": data}
    st.session_state[f"{key} position"] = dict(position)
    return data
