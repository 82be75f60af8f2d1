"""The snapshots of a training as the browser is given them: one sequence through the same cell at each checkpoint.

All snapshots share everything but their numbers: what they share is sent once, and of each snapshot one block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import isfinite, log10
from typing import Any

from cells.core.messages import N_
from pages.shared.cache import FORGET_VISIT_CACHES, cached_for_visit
from pages.shared.stepper import Pane
from pages.shared.stepper.payload import detail_window, payload
from pages.shared.words import Say, language, say
from pages.shared.words.numbers import format_power

MOST_BYTES = 12_000_000  # of all blocks together, as base64
MOST_TRAINING_DETAILS = 160_000  # numbers: beyond this only the chosen unit and its neighbours have their details sent
AT_A_TIME = 16  # snapshots; the details of each become fewer only when so many more have come
CACHED_SNAPSHOTS = 64
BodyOf = Callable[["Snapshot", int, int], dict[str, Any]]


@dataclass(frozen=True)
class Snapshot:
    """A training as it stands at a checkpoint: a trace of its cell, over the same sequence at every checkpoint.

    shown: that trace; of its `page_data` only the prediction is shown. `shown.run_id` names training, sequence and
    checkpoint. update: after how many. loss: at the checkpoint. success: in words, "93 %".
    """

    shown: Pane
    update: int
    loss: float
    success: str


def training_payload(snapshots: Sequence[Snapshot], index: int, unit: int, say: Say, body_of: BodyOf) -> dict[str, Any]:
    """Return the data of all snapshots for the browser, JSON-ready: the pane that they share, and each one's own.

    `index`: of the snapshot that is shown, which is always among those that are sent. `unit`: the one whose details are
    sent. `body_of(snapshot, first_unit, most)` gives a snapshot's trace as a payload.
    """
    layer = snapshots[0].shown.layer
    most = MOST_TRAINING_DETAILS // (-(-len(snapshots) // AT_A_TIME) * AT_A_TIME)
    first, _ = detail_window(layer, min(unit, layer["hidden"].shape[-1] - 1), most)
    shared = body_of(snapshots[0], first, most)
    sent = sent_indices(len(snapshots), MOST_BYTES // len(shared["blob"]))
    chosen = [snapshots[one] for one in sorted({*sent, index % len(snapshots)})]
    bodies = [body_of(snapshot, first, most) for snapshot in chosen]
    pane = {**shared, "blob": "", "about": {}, "scales": largest_scales(bodies)}
    note = N_("{shown} of {count} checkpoints fit in here")
    return {
        "panes": [pane],
        "moments": [snapshot_payload(snapshot, body, say) for snapshot, body in zip(chosen, bodies, strict=True)],
        "thinned": "" if len(chosen) == len(snapshots) else say(note, shown=len(chosen), count=len(snapshots)),
    }


def body_key(snapshot: Snapshot) -> tuple[object, ...]:
    """Return all that the words and numbers of a snapshot's body depend on."""
    return (*snapshot.shown.id, snapshot.shown.notation, snapshot.update, language())


@cached_for_visit(CACHED_SNAPSHOTS, {Snapshot: body_key})
def snapshot_body(snapshot: Snapshot, first_unit: int, most: int) -> dict[str, Any]:
    """Return a snapshot's trace in the reader's language, with the details of a window of units."""
    return trace_body(snapshot.shown, first_unit, most, say)


FORGET_VISIT_CACHES.append(snapshot_body.clear)  # a training may have learnt somebody's own text


def trace_body(shown: Pane, first_unit: int, most: int, say: Say) -> dict[str, Any]:
    """Return a trace as a payload, with at most `most` numbers as details of the units from `first_unit` on."""
    return payload(shown.layer, shown.sequence, shown.labels, first_unit, say, shown.notation, most=most)


def sent_indices(snapshots: int, room: int) -> list[int]:
    """Choose which of so many snapshots are sent where there is room for `room`, at least 2: evenly, with both ends.

    Every so many-th: so the choice stays as it is while snapshots are added, until they become too many.
    """
    for every in count(1):
        indices = sorted({*range(0, snapshots, every), snapshots - 1})
        if len(indices) <= max(2, room):
            return indices
    raise AssertionError  # from every = snapshots on there are two


def largest_scales(bodies: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return one scale for all snapshots, so that what grows is seen to grow."""
    return {name: max(body["scales"][name] for body in bodies) for name in bodies[0]["scales"]}


def snapshot_payload(snapshot: Snapshot, body: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Return what only this snapshot has, JSON-ready."""
    words = N_("update {update} · loss {loss} · success {success}")
    prediction = snapshot.shown.page_data.get("prediction")
    return {
        "update": snapshot.update,
        "told": say(words, update=f"{snapshot.update:,}", loss=format_loss(snapshot.loss), success=snapshot.success),
        "loss": {"value": snapshot.loss, "told": format_loss(snapshot.loss)} if isfinite(snapshot.loss) else None,
        "about": {"prediction": prediction} if prediction else {},
        "blob": body["blob"],
    }


def format_loss(loss: float) -> str:
    """Write a loss with three digits after the point, a small one as a power of ten; "–" for what is no number."""
    if not isfinite(loss):
        return "–"
    return format_power(log10(loss)) if 0 < loss < 0.0005 else f"{loss:,.3f}"
