"""What the browser gets of a training: what its moments share once, of each its own numbers, within a bound."""

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
    Moment,
    loss_told,
    made_body,
    places_sent,
    same_position,
    sent,
)
from tests.checking.sampling import few
from tests.pages.scenes import SOME_CELLS

MOST_MOMENTS = 45  # of the longest training: before ten updates eight, then eight in every tenfold up to 200,000
say = partial(translate, "en")


@lru_cache(maxsize=1)
def training(cell: str, moments: int, units: int = 4, length: int = 20) -> list[Moment]:
    """So many moments of what might be a training: each with weights of its own, its states ever larger."""
    sequence = sine(length=length, period=10)
    made = []
    for update in range(moments):
        module = WEIGHTS["random"].make(cell, 1, units=units, seed=update, gain=3 * (update + 1) / moments)
        shown = Pane(f"training {update}", trace(module, sequence.values)[0], sequence, list(sequence.labels))
        made.append(Moment(shown, update, 0.5 / (1 + update), f"{update} %"))
    return made


def told(moments: list[Moment], unit: int = 0) -> dict[str, Any]:
    """What is sent after its way through JSON, as the browser has it."""

    def body(moment: Moment, first_unit: int, most: int) -> dict[str, Any]:
        return made_body(moment.shown, first_unit, most, say)

    received: dict[str, Any] = json.loads(json.dumps(sent(moments, unit, say, body), allow_nan=False))
    return received


def array_of(data: dict[str, Any], place: int, name: str) -> NDArray[np.float32]:
    """A number's rows at one moment, as snapshots.js finds them."""
    where = data["panes"][0]["arrays"][name]
    flat = np.frombuffer(b64decode(data["moments"][place]["blob"]), "<f4")[where["offset"] :]
    return flat[: where["rows"] * where["cols"]].reshape(where["rows"], where["cols"])


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_every_moment_sends_its_own_numbers_bit_for_bit(cell: str) -> None:
    moments = training(cell, 5)
    data = told(moments)
    assert data["thinned"] == ""
    assert [moment["update"] for moment in data["moments"]] == [0, 1, 2, 3, 4]
    for place, moment in enumerate(moments):
        layer = moment.shown.layer
        for name, values in {**layer, **layer.flows()}.items():
            assert np.array_equal(array_of(data, place, name)[-20:], values.numpy()), (place, name)
        for gate, made in layer.parts().items():
            for part, values in made.items():
                assert np.array_equal(array_of(data, place, f"{gate}.{part}"), values.numpy()), (place, gate, part)


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_what_the_moments_share_is_sent_once(cell: str) -> None:
    data = told(training(cell, 5))
    (pane,) = data["panes"]
    assert (pane["cell"], pane["blob"], pane["steps"], pane["units"]) == (cell, "", 20, 4)
    for moment in data["moments"]:
        assert set(moment) == {"update", "told", "about", "blob"}
        assert len(b64decode(moment["blob"])) == sum(one["rows"] * one["cols"] for one in pane["arrays"].values()) * 4


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_state_has_one_scale_at_all_moments(cell: str) -> None:
    moments = training(cell, 5)
    scale = told(moments)["panes"][0]["scales"]["hidden"]
    assert scale == max(1.0, *(float(moment.shown.layer["hidden"].abs().max()) for moment in moments))


def test_a_new_moment_leaves_the_earlier_ones_as_they_were() -> None:
    moments = training("gru", 17)
    before, after = told(moments[:12]), told(moments[:13])
    assert after["moments"][:12] == before["moments"]
    assert after["panes"][0]["arrays"] == before["panes"][0]["arrays"]


def test_a_small_training_sends_the_details_of_every_unit() -> None:
    where = told(training("lstm", 20), unit=3)["panes"][0]["arrays"]["forget.sum"]
    assert (where["first"], where["cols"]) == (0, 4)


@pytest.mark.parametrize("unit", few([0, 7, 15], 7))
def test_a_training_of_sixteen_units_stays_near_a_megabyte_with_the_details_of_the_chosen_unit(unit: int) -> None:
    data = told(training("lstm", 40, 16, 50), unit)
    assert data["thinned"] == ""
    assert len(data["moments"]) == 40
    assert len(json.dumps(data)) < 1_600_000
    arrays = data["panes"][0]["arrays"]
    where = arrays["forget.sum"]
    assert where["first"] <= unit < where["first"] + where["cols"]
    details = sum(one["rows"] * one["cols"] for name, one in arrays.items() if one["cols"] < 16)
    assert 0 < details * 40 <= MOST_TRAINING_DETAILS


def test_the_largest_training_is_thinned_evenly_and_says_so() -> None:
    moments = training("lstm", MOST_MOMENTS, MAX_UNITS, 100)
    data = told(moments, unit=MAX_UNITS - 1)
    updates = [moment["update"] for moment in data["moments"]]
    assert (updates[0], updates[-1]) == (0, MOST_MOMENTS - 1)
    assert len({later - earlier for earlier, later in pairwise(updates[:-1])}) == 1
    assert len(updates) > 8
    assert sum(len(moment["blob"]) for moment in data["moments"]) <= MOST_BYTES
    assert data["thinned"].startswith(f"{len(updates)} of {MOST_MOMENTS} checkpoints")
    where = data["panes"][0]["arrays"]["forget.sum"]
    assert where["first"] <= MAX_UNITS - 1 < where["first"] + where["cols"]


@pytest.mark.each_value
@pytest.mark.parametrize("room", [0, 2, 3, 10, 45])
@pytest.mark.parametrize("moments", [1, 2, 3, 44, 45])
def test_thinning_keeps_the_ends_and_as_many_as_there_is_room_for(moments: int, room: int) -> None:
    places = places_sent(moments, room)
    assert places[0] == 0
    assert places[-1] == moments - 1
    assert len(places) <= max(2, room)
    if moments <= room:
        assert places == list(range(moments))


def test_the_prediction_is_each_moment_s_own() -> None:
    first, second = training("gru", 2)
    rows = [[["b", 0.5]]] * 20
    predicting = Pane(
        *first.shown.id[:1],
        first.shown.layer,
        first.shown.sequence,
        first.shown.labels,
        page_data={"prediction": {"rows": rows, "was": None, "shares": True}},
    )
    data = told([Moment(predicting, 0, 1.0, "0 %"), second])
    assert data["moments"][0]["about"]["prediction"]["rows"] == rows
    assert data["moments"][1]["about"] == {}
    assert data["panes"][0]["about"] == {}


def test_a_moment_is_told_in_words() -> None:
    (moment,) = training("rnn", 1)
    data = told([Moment(moment.shown, 12_000, 0.03149, "93 %")])
    assert data["moments"][0]["told"] == "update 12,000 · loss 0.031 · success 93 %"


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
    assert loss_told(loss) == text


def test_a_reader_who_follows_the_newest_moment_is_where_the_link_says() -> None:
    at = {"step": 3, "unit": 1, "update": 100, "newest": True}
    assert same_position(at, at)
    assert same_position(at, {**at, "update": 178})  # the link says "the newest", and another one has come
    assert same_position(at, {**at, "newest": False})  # the link says "100", and another one has come
    assert not same_position(at, {**at, "update": 75, "newest": False})
    assert not same_position({**at, "newest": False}, {**at, "update": 178})
    assert not same_position(at, {**at, "step": 4})
    assert not same_position(at, {**at, "unit": 0})
