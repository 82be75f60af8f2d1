"""The stepper: the browser component in which a trace is stepped, played and scrubbed without asking the server.

The `stepper.js` in a page's folder says what the page shows of a trace. See README.md for the whole way.
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
from pages.shared.broken import BrokenProject
from pages.shared.cache import HashFuncs, cached
from pages.shared.stepper.former import FormerRun, former_payload
from pages.shared.stepper.javascript import PAGES, one_module, one_sheet
from pages.shared.stepper.label_row import label_row
from pages.shared.stepper.payload import MOST_DETAILS, common_payload, detail_window, original_payload, payload
from pages.shared.stepper.shown import mark_shown, note_asked, note_shown
from pages.shared.stepper.whatif import WhatIf, requested_clamps, requested_edits
from pages.shared.words import Say, language, say

__all__ = [
    "COMPONENTS",
    "FormerRun",
    "Pane",
    "WhatIfRequest",
    "component_of",
    "is_next_report",
    "mark_shown",
    "opening_of",
    "payload_of",
    "stepper",
]

Component = Callable[..., Any]

# Each page that has a stepper has a component of its own: the modules that its own stepper.js is made of, and no more.
COMPONENTS: dict[str, Component] = {
    entry.parent.name: st.components.v2.component(
        f"gatescope_stepper_{entry.parent.name}", js=one_module(entry), css=one_sheet(entry)
    )
    for entry in sorted(PAGES.glob("*/stepper.js"))
}


@dataclass(frozen=True)
class Pane:
    """One layer's trace to step through, with the sequence it read and what each step reads in the reader's words.

    run_id: of the run; another one opens anew. layer, sequence, labels, whatif: in the order in which the layer reads.
    whatif: what a reader holds and changes in the run, if anything. notation: whose symbols are shown, a key of
    NOTATIONS. stack: every layer and direction of the run, as `trace` gives them, where all of them are to be seen.
    private: whether it is made of somebody's own file, and must be gone with the visit. page_data: what the page's own
    JavaScript needs beside the trace, JSON-ready; it reads it as `about`. former: the run over the same steps in their
    former order. bare: whether the page shows no number of the trace.
    """

    run_id: str
    layer: LayerTrace
    sequence: Sequence
    labels: list[str]
    whatif: WhatIf | None = None
    notation: str = SHORT
    stack: tuple[LayerTrace, ...] = ()
    private: bool = False
    page_data: Mapping[str, object] = field(default_factory=dict)
    former: FormerRun | None = None
    bare: bool = False

    @property
    def id(self) -> tuple[str, int, bool]:
        """The run, and which layer and direction of it."""
        return self.run_id, self.layer.layer, self.layer.reverse

    @property
    def name(self) -> str:
        """Its id as one text, by which the browser knows what belongs to it."""
        return " ".join(map(str, self.id))


# A pane's payload follows from these; the steps' labels also from the language, which is an argument beside.
BY_PANE: HashFuncs = {Pane: lambda pane: (*pane.id, pane.notation, len(pane.stack), pane.bare)}


@dataclass(frozen=True)
class WhatIfRequest:
    """The clamps and edits that a reader asks for, and the position at which he does."""

    step: int
    unit: int
    clamp: tuple[Clamp, ...]
    edit: tuple[Edit, ...]
    difference: bool


def stepper(  # noqa: PLR0913 - what it shows, where it opens, and who hears of what
    panes: Several[Pane],
    *,
    page: str,
    step: int,
    unit: int,
    key: str,
    on_position: Callable[[int, int], None],
    on_what_if: Callable[[WhatIfRequest], bool] | None = None,
    on_layer: Callable[[int, int, int], None] | None = None,
    difference: bool = False,
) -> bool:
    """Show traces of one sequence, each in a pane of a `page`, by its address, opened at `step` and `unit`.

    on_position: called with step and unit once the reader has come to rest. on_what_if: called with what the reader
    holds and changes, returns whether it was taken; without it nothing can be. on_layer: called with the index of the
    layer in the stack that the reader picks, step and unit. difference: whether only what differs from the original run
    is shown. Returns whether the stepper has been painted in the browser: what is slow to draw waits until then.
    """
    opening = opening_of(key, tuple(pane.id for pane in panes), {"step": step, "unit": unit})

    def on_position_change() -> None:
        position = st.session_state[key].get("position")
        if position and is_next_report(key, position, opening["opening"]):
            on_position(*taken_position(key, position))

    def on_what_if_change() -> None:
        report = note_asked(key, st.session_state[key].get("asked"))
        if on_what_if and report and report["opening"] == opening["opening"]:
            taken_position(key, report)
            if not on_what_if(request_of(report, panes[0].layer)) and report.get("in_hand"):
                open_anew(key)  # the valve that was let go goes back

    def on_pick_change() -> None:
        pick = st.session_state[key].get("pick")
        if on_layer and pick and pick["opening"] == opening["opening"]:
            on_layer(pick["layer"], pick["step"], pick["unit"])

    note_shown(key, opening["opening"], {"step": step, "unit": unit})
    component = component_of(page)(
        key=key,
        data={"page": page, "panes": [pane_payload(pane, unit) for pane in panes], **common_payload(say), **opening}
        | {"asks": on_what_if is not None, "difference": difference},
        default={"position": None, "asked": None, "pick": None, "painted": False},
        on_asked_change=on_what_if_change,
        on_pick_change=on_pick_change,
        on_position_change=on_position_change,
        on_painted_change=lambda: None,
    )
    return bool(component.painted)


def taken_position(key: str, report: Mapping[str, Any]) -> tuple[int, int]:
    """Keep the position of a report as that at which the stepper stands. Returns its step and unit."""
    st.session_state[f"{key} position"] = {"step": report["step"], "unit": report["unit"]}
    return report["step"], report["unit"]


def is_next_report(key: str, report: Mapping[str, Any], opening: int) -> bool:
    """Tell whether a report is of what the stepper shows, and made after the last one that was heard; then it is heard.

    report: with the number of its `opening`, and the time `at` which the browser made it, which may be missing.
    """
    last = st.session_state.get(f"{key} heard", -1.0)
    at = float(report.get("at", last))
    if report["opening"] != opening or at < last:
        return False
    st.session_state[f"{key} heard"] = at
    return True


def component_of(page: str) -> Component:
    """Return the component of a page, by its address. Raises BrokenProject for a page that has no stepper.js."""
    if page not in COMPONENTS:
        raise BrokenProject(f"pages/{page}/stepper.js is missing, but the page shows a stepper.")
    return COMPONENTS[page]


def request_of(report: Mapping[str, Any], layer: LayerTrace) -> WhatIfRequest:
    """Read the browser's report: its clamps and edits count the layer's steps, the request's the sequence's."""
    return WhatIfRequest(
        int(report["step"]),
        int(report["unit"]),
        requested_clamps(report["clamps"], layer),
        requested_edits(report["edits"], layer),
        bool(report["difference"]),
    )


def pane_payload(pane: Pane, unit: int) -> dict[str, Any]:
    """Return a pane's payload, with the details of `unit`, or of its last unit if it has fewer."""
    units = pane.layer["hidden"].shape[-1]
    first, _ = detail_window(pane.layer, min(unit, units - 1))
    return {**trace_payload(pane, first, language()), "id": pane.name, "about": dict(pane.page_data)}


@cached(private=lambda pane, first_unit, language: pane.private, hash_funcs=BY_PANE)
def trace_payload(pane: Pane, first_unit: int, language: str) -> dict[str, Any]:
    """Cached payload of a pane's trace in the reader's `language`."""
    return payload_of(pane, first_unit, say)


def payload_of(pane: Pane, first_unit: int, say: Say, most: int = MOST_DETAILS) -> dict[str, Any]:
    """Return all that the browser is told of one pane alone, but its `page_data`.

    most: how many numbers may be details of single units, among them those of `first_unit`.
    """
    what = (pane.layer, pane.sequence, pane.labels, first_unit, say, pane.notation, pane.stack)
    body = payload(*what, bare=pane.bare, most=most)
    if pane.former:
        return body | former_payload(pane.former, pane.labels, first_unit)
    if not pane.whatif:
        return body
    # An edit changes what a step reads, and not when it stands.
    original = pane.labels if pane.sequence.dated else pane.whatif.reads
    row = label_row(pane.labels, symbolic=pane.sequence.symbolic, original=original)
    return body | {"label_row": row} | original_payload(pane.layer, pane.whatif, first_unit, say, most)


def open_anew(key: str) -> None:
    """Let the browser open anew with the next run, whether it shows another one or not."""
    st.session_state[f"{key} opening"]["what"] = None


def opening_of(
    key: str,
    what: tuple[object, ...],
    position: Mapping[str, Any],
    same: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] = operator.eq,
) -> dict[str, Any]:
    """Return where the browser opens: unchanged while it shows the same run and the reader moves about by himself.

    Only a link that names another position than the one the browser has reported opens anew; `same(reported, named)`
    says whether they are one. And so does a reader who comes back from a page without the stepper.
    """
    opening = st.session_state.get(f"{key} opening")
    mounted = key in st.session_state
    if opening and mounted and opening["what"] == what and same(st.session_state[f"{key} position"], position):
        return dict(opening["data"])
    number = opening["number"] + 1 if opening else 0
    data = {"opening": number, **position}
    st.session_state[f"{key} opening"] = {"what": what, "number": number, "data": data}
    st.session_state[f"{key} position"] = dict(position)
    return data
