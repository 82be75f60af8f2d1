"""The stepper over a training: one sequence through the same cell at each checkpoint, and a scrubber of training time.

All moments share everything but their numbers: what they share is sent once, and of each moment one block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import isfinite, log10
from typing import Any

import streamlit as st

from cells.core.messages import N_
from pages.shared.cache import FORGET_VISIT_CACHES, cached_for_visit
from pages.shared.stepper import COMPONENTS, Pane, opening_of
from pages.shared.stepper.payload import common_payload, detail_window, payload
from pages.shared.words import Say, language, say
from pages.shared.words.numbers import format_power

PAGE = "train"
MOST_BYTES = 12_000_000  # of all blocks together, as base64
MOST_TRAINING_DETAILS = 160_000  # numbers: beyond this only the chosen unit and its neighbours have their details sent
AT_A_TIME = 16  # moments; the details of each become fewer only when so many more have come
KEPT_MOMENTS = 64
Body = Callable[["Moment", int, int], dict[str, Any]]


@dataclass(frozen=True)
class Moment:
    """A training as it stands at a checkpoint: a trace of its cell, over the same sequence at every checkpoint.

    shown: that trace; of its `page_data` only the prediction is shown. `shown.run_id` names training, sequence and
    checkpoint. update: after how many. loss: at the checkpoint. success: in words, "93 %".
    """

    shown: Pane
    update: int
    loss: float
    success: str


def training_stepper(
    moments: Sequence[Moment],
    *,
    moment: int,
    step: int,
    unit: int,
    key: str,
    on_position: Callable[[int, int, int], None],
) -> bool:
    """Show a training's moments, in their order, opened at the one in place `moment`, at `step` and `unit`.

    The first moment's run names the training. When it is shown again with more moments, the reader stays where he is,
    and one who stands at the newest moment goes on to the newest. `on_position` hears step, unit and the update of the
    chosen moment once the reader has come to rest. Returns whether the stepper has been painted in the browser.
    """
    newest, chosen = moments[-1], moments[moment]
    position = {"step": step, "unit": unit, "update": chosen.update, "newest": chosen is newest}
    opening = opening_of(key, (PAGE, *moments[0].shown.id), position, same_position)

    def heard() -> None:
        told = st.session_state[key].get("position")
        if told and told["opening"] == opening["opening"]:
            st.session_state[f"{key} position"] = {name: told[name] for name in position}
            on_position(int(told["step"]), int(told["unit"]), int(told["update"]))

    shown = COMPONENTS[PAGE](
        key=key,
        data={"page": PAGE, **sent(moments, unit, say, kept_body), **common_payload(say), **opening}
        | {"asks": False, "difference": False},
        default={"position": None, "painted": False},
        on_position_change=heard,
        on_painted_change=lambda: None,
    )
    return bool(shown.painted)


def same_position(reported: Mapping[str, Any], named: Mapping[str, Any]) -> bool:
    """Whether the link names the position that the browser has reported.

    A reader at the newest moment may go on to newer ones before the link says so, or the other way round.
    """
    followed = reported["newest"] and named["newest"]
    places = [(place["step"], place["unit"], None if followed else place["update"]) for place in (reported, named)]
    return places[0] == places[1]


def sent(moments: Sequence[Moment], unit: int, say: Say, body_of: Body) -> dict[str, Any]:
    """What the browser is told of all moments: the pane that they share, and each one's own.

    `unit`: the one whose details are sent. `body_of(moment, first_unit, most)` gives a moment's payload.
    """
    layer = moments[0].shown.layer
    most = MOST_TRAINING_DETAILS // (-(-len(moments) // AT_A_TIME) * AT_A_TIME)
    first, _ = detail_window(layer, min(unit, layer["hidden"].shape[-1] - 1), most)
    shared = body_of(moments[0], first, most)
    chosen = [moments[place] for place in places_sent(len(moments), MOST_BYTES // len(shared["blob"]))]
    bodies = [body_of(one, first, most) for one in chosen]
    pane = {**shared, "blob": "", "about": {}, "scales": largest_scales(bodies)}
    note = N_("{shown} of {count} checkpoints fit in here")
    return {
        "panes": [pane],
        "moments": [told(one, body, say) for one, body in zip(chosen, bodies, strict=True)],
        "thinned": "" if len(chosen) == len(moments) else say(note, shown=len(chosen), count=len(moments)),
    }


def kept_body(moment: Moment, first_unit: int, most: int) -> dict[str, Any]:
    """A moment's payload, of which only its numbers are its own; made once for a visit."""
    what = (*moment.shown.id, moment.shown.notation, moment.update)
    return remembered_body(what, language(), first_unit, most, moment.shown)


@cached_for_visit(KEPT_MOMENTS)
def remembered_body(
    what: tuple[object, ...], language: str, first_unit: int, most: int, _shown: Pane
) -> dict[str, Any]:
    """The payload, made once for the same moment, notation, language and window of units."""
    return made_body(_shown, first_unit, most, say)


def made_body(shown: Pane, first_unit: int, most: int, say: Say) -> dict[str, Any]:
    """The payload with the details of the units from `first_unit` on, as far as there is room for `most` numbers."""
    return payload(shown.layer, shown.sequence, shown.labels, first_unit, say, shown.notation, most=most)


FORGET_VISIT_CACHES.append(remembered_body.clear)  # a training may have learnt somebody's own text


def places_sent(moments: int, room: int) -> list[int]:
    """Which of so many moments are sent where there is room for `room`, at least 2: evenly, the first and the last too.

    Every so many-th: so the places stay as they are while moments are added, until they become too many.
    """
    for every in count(1):
        places = sorted({*range(0, moments, every), moments - 1})
        if len(places) <= max(2, room):
            return places
    raise AssertionError  # from every = moments on there are two places


def largest_scales(bodies: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """One scale for all moments: so that what grows is seen to grow."""
    return {name: max(body["scales"][name] for body in bodies) for name in bodies[0]["scales"]}


def told(moment: Moment, body: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """What is a moment's own, JSON-ready."""
    words = N_("update {update} · loss {loss} · success {success}")
    prediction = moment.shown.page_data.get("prediction")
    return {
        "update": moment.update,
        "told": say(words, update=f"{moment.update:,}", loss=loss_told(moment.loss), success=moment.success),
        "about": {"prediction": prediction} if prediction else {},
        "blob": body["blob"],
    }


def loss_told(loss: float) -> str:
    """Three digits after the point, a small one as a power of ten; "–" for what is no number."""
    if not isfinite(loss):
        return "–"
    return format_power(log10(loss)) if 0 < loss < 0.0005 else f"{loss:,.3f}"
