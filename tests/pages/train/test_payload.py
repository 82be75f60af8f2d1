"""A training's payload: what its snapshots share is sent once, of each its own numbers, within a bound."""

from __future__ import annotations

import json
from base64 import b64decode
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cells import trace
from cells.core.settings import MAX_UNITS
from cells.inputs.synthetic import sine
from cells.weights import WEIGHTS
from pages.shared.stepper import Pane
from pages.shared.words.catalogue import translate
from pages.train.payload import (
    MOST_BYTES,
    MOST_TRAINING_DETAILS,
    Snapshot,
    format_loss,
    sent_indices,
    trace_body,
    training_payload,
)
from pages.train.training_stepper import same_position
from tests.checking.sampling import few
from tests.pages.scenes import SOME_CELLS

MOST_SNAPSHOTS = 45  # of the longest training: before ten updates eight, then eight in every tenfold up to 200,000
say = partial(translate, "en")


@lru_cache(maxsize=1)
def training(cell: str, snapshots: int, units: int = 4, length: int = 20) -> list[Snapshot]:
    """Return so many snapshots of what might be a training: each with weights of its own, its states ever larger."""
    sequence = sine(length=length, period=10)
    training_so_far = []
    for update in range(snapshots):
        module = WEIGHTS["random"].make(cell, 1, units=units, seed=update, gain=3 * (update + 1) / snapshots)
        shown = Pane(f"training {update}", trace(module, sequence.values)[0], sequence, list(sequence.labels))
        training_so_far.append(Snapshot(shown, update, 0.5 / (1 + update), f"{update} %"))
    return training_so_far


def received(snapshots: list[Snapshot], unit: int = 0, index: int = -1) -> dict[str, Any]:
    """Return the payload after its way through JSON, as the browser has it, the snapshot with `index` shown."""

    def body(snapshot: Snapshot, first_unit: int, most: int) -> dict[str, Any]:
        return trace_body(snapshot.shown, first_unit, most, say)

    data = training_payload(snapshots, index, unit, say, body)
    payload: dict[str, Any] = json.loads(json.dumps(data, allow_nan=False))
    return payload


def array_of(data: dict[str, Any], index: int, name: str) -> NDArray[np.float32]:
    """Return a number's rows at one snapshot, as snapshots.js finds them."""
    where = data["panes"][0]["arrays"][name]
    flat = np.frombuffer(b64decode(data["moments"][index]["blob"]), "<f4")[where["offset"] :]
    return flat[: where["rows"] * where["cols"]].reshape(where["rows"], where["cols"])


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_every_snapshot_sends_its_own_numbers_bit_for_bit(cell: str) -> None:
    snapshots = training(cell, 5)
    data = received(snapshots)
    assert data["thinned"] == ""
    assert [snapshot["update"] for snapshot in data["moments"]] == [0, 1, 2, 3, 4]
    for index, snapshot in enumerate(snapshots):
        layer = snapshot.shown.layer
        for name, values in {**layer, **layer.flows()}.items():
            assert np.array_equal(array_of(data, index, name)[-20:], values.numpy()), (index, name)
        for gate, parts in layer.parts().items():
            for part, values in parts.items():
                assert np.array_equal(array_of(data, index, f"{gate}.{part}"), values.numpy()), (index, gate, part)


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_what_the_snapshots_share_is_sent_once(cell: str) -> None:
    data = received(training(cell, 5))
    (pane,) = data["panes"]
    assert (pane["cell"], pane["blob"], pane["steps"], pane["units"]) == (cell, "", 20, 4)
    for snapshot in data["moments"]:
        assert set(snapshot) == {"update", "told", "loss", "about", "blob"}
        assert len(b64decode(snapshot["blob"])) == sum(one["rows"] * one["cols"] for one in pane["arrays"].values()) * 4


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_state_has_one_scale_at_all_moments(cell: str) -> None:
    snapshots = training(cell, 5)
    scale = received(snapshots)["panes"][0]["scales"]["hidden"]
    assert scale == max(1.0, *(float(snapshot.shown.layer["hidden"].abs().max()) for snapshot in snapshots))


def test_a_new_snapshot_leaves_the_earlier_ones_as_they_were() -> None:
    snapshots = training("gru", 17)
    before, after = received(snapshots[:12]), received(snapshots[:13])
    assert after["moments"][:12] == before["moments"]
    assert after["panes"][0]["arrays"] == before["panes"][0]["arrays"]


def test_a_small_training_sends_the_details_of_every_unit() -> None:
    where = received(training("lstm", 20), unit=3)["panes"][0]["arrays"]["forget.sum"]
    assert (where["first"], where["cols"]) == (0, 4)


@pytest.mark.parametrize("unit", few([0, 7, 15], 7))
def test_a_training_of_sixteen_units_stays_near_a_megabyte_with_the_details_of_the_chosen_unit(unit: int) -> None:
    data = received(training("lstm", 40, 16, 50), unit)
    assert data["thinned"] == ""
    assert len(data["moments"]) == 40
    assert len(json.dumps(data)) < 1_600_000
    arrays = data["panes"][0]["arrays"]
    where = arrays["forget.sum"]
    assert where["first"] <= unit < where["first"] + where["cols"]
    details = sum(one["rows"] * one["cols"] for name, one in arrays.items() if one["cols"] < 16)
    assert 0 < details * 40 <= MOST_TRAINING_DETAILS


def test_the_largest_training_is_thinned_evenly_and_says_so() -> None:
    snapshots = training("lstm", MOST_SNAPSHOTS, MAX_UNITS, 100)
    data = received(snapshots, unit=MAX_UNITS - 1)
    updates = [snapshot["update"] for snapshot in data["moments"]]
    assert (updates[0], updates[-1]) == (0, MOST_SNAPSHOTS - 1)
    assert len({later - earlier for earlier, later in pairwise(updates[:-1])}) == 1
    assert len(updates) > 8
    assert sum(len(snapshot["blob"]) for snapshot in data["moments"]) <= MOST_BYTES
    assert data["thinned"].startswith(f"{len(updates)} of {MOST_SNAPSHOTS} checkpoints")
    left_out = next(index for index in range(MOST_SNAPSHOTS) if index not in updates)
    shown = received(snapshots, unit=MAX_UNITS - 1, index=left_out)
    assert [snapshot["update"] for snapshot in shown["moments"]] == sorted([*updates, left_out]), "what a link names"
    where = data["panes"][0]["arrays"]["forget.sum"]
    assert where["first"] <= MAX_UNITS - 1 < where["first"] + where["cols"]


@pytest.mark.each_value
@pytest.mark.parametrize("room", [0, 2, 3, 10, 45])
@pytest.mark.parametrize("snapshots", [1, 2, 3, 44, 45])
def test_thinning_keeps_the_ends_and_as_many_as_there_is_room_for(snapshots: int, room: int) -> None:
    indices = sent_indices(snapshots, room)
    assert indices[0] == 0
    assert indices[-1] == snapshots - 1
    assert len(indices) <= max(2, room)
    if snapshots <= room:
        assert indices == list(range(snapshots))


def test_the_prediction_is_each_snapshot_s_own() -> None:
    first, second = training("gru", 2)
    rows = [[["b", 0.5]]] * 20
    predicting = Pane(
        *first.shown.id[:1],
        first.shown.layer,
        first.shown.sequence,
        first.shown.labels,
        page_data={"prediction": {"rows": rows, "was": None, "shares": True}},
    )
    data = received([Snapshot(predicting, 0, 1.0, "0 %"), second])
    assert data["moments"][0]["about"]["prediction"]["rows"] == rows
    assert data["moments"][1]["about"] == {}
    assert data["panes"][0]["about"] == {}


def test_a_snapshot_is_told_in_words() -> None:
    (snapshot,) = training("rnn", 1)
    data = received([Snapshot(snapshot.shown, 12_000, 0.03149, "93 %")])
    assert data["moments"][0]["told"] == "update 12,000 · loss 0.031 · success 93 %"


def test_each_snapshot_has_its_loss_for_the_line_beside_the_gates() -> None:
    first, second = training("rnn", 2)
    data = received([first, Snapshot(second.shown, 1, float("inf"), "0 %")])
    assert [snapshot["loss"] for snapshot in data["moments"]] == [{"value": 0.5, "told": "0.500"}, None]


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (0.5, "0.500"),
        (12.3456, "12.346"),
        (0.0, "0.000"),
        (0.0003, "3.0·10⁻⁴"),
        (float("nan"), "–"),
        (float("inf"), "–"),
    ],
)
def test_a_loss_is_told_in_three_digits(loss: float, text: str) -> None:
    assert format_loss(loss) == text


def test_a_reader_who_follows_the_newest_snapshot_is_where_the_link_says() -> None:
    at = {"step": 3, "unit": 1, "update": 100, "newest": True}
    assert same_position(at, at)
    assert same_position(at, {**at, "update": 178})  # the link says "the newest", and another one has come
    assert not same_position(at, {**at, "newest": False})  # a link that says "100" stays there
    assert not same_position(at, {**at, "update": 75, "newest": False})
    assert not same_position({**at, "newest": False}, {**at, "update": 178})
    assert not same_position(at, {**at, "step": 4})
    assert not same_position(at, {**at, "unit": 0})
