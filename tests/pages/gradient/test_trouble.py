"""The gradient page where numbers cannot be held, there is no way back, or a link is bad."""

from __future__ import annotations

import pytest

from pages.gradient.results import FROM_ZERO, NOT_TRUNCATED, READ_AT_ENDS
from pages.shared.words.catalogue import translate
from tests.checking.sampling import rare
from tests.pages.gradient.payloads import gradient_payload
from tests.pages.scenes import MOSTLY_ENGLISH
from tests.pages.visit import data_of, link_of, run, told, visit

PAGE = "gradient"


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
def test_what_single_precision_cannot_hold_is_marked_and_double_precision_offered(language: str) -> None:
    app = visit({"length": 250, "lang": language, "cells": "rnn,lstm"}, page=PAGE)
    (line,) = told(app)
    assert line.startswith("RNN")
    assert "float32" in line
    page = gradient_payload(app)
    marked = [index for index, beyond in enumerate(page["beyond"]) if beyond]
    assert marked == list(range(marked[-1] + 1)), "all the way from where it leaves the range"
    assert all(page["left"][index] is not None for index in marked), "and its line goes on"
    app.button(key="use-double").click()
    run(app)
    assert link_of(app)["precision"] == "float64"
    assert told(app) == []
    assert not any(gradient_payload(app)["beyond"])


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
def test_an_overflow_on_the_way_is_told_and_the_rest_is_kept(language: str) -> None:
    app = visit({"cells": "rnn-relu,lstm", "gain": 3, "length": 300, "lang": language}, page=PAGE)
    (line,) = told(app)
    assert line.startswith("RNN, relu")
    assert set(gradient_payload(app)["left"]) == {None}
    assert set(gradient_payload(app)["shares"]) == {"–"}
    assert gradient_payload(app, 1)["shares"][301 - 1] == "100 %"
    assert "nan" not in " ".join(app.table[0].value.to_numpy().flatten())
    app.button(key="use-double").click()
    run(app)
    assert gradient_payload(app)["left"][0] is not None, "double precision holds it"


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
def test_a_loss_without_a_slope_is_told(language: str) -> None:
    # With this seed the relu is shut at every step.
    shut = {"cells": "rnn-relu,lstm", "input": "numbers", "numbers": "1,1,1", "units": 1, "seed": 4, "lang": language}
    app = visit(shut, page=PAGE)
    (line,) = told(app)
    assert line == translate(
        language,
        "{cell}: the loss has a slope of 0 where it is read, so nothing goes back.",
        cell=translate(language, "RNN, relu"),
    )
    assert set(gradient_payload(app)["left"]) == {None}
    assert gradient_payload(app, 1)["left"][3] == 0


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
def test_a_single_step_is_told_and_what_a_stack_cannot_be_put_to(language: str) -> None:
    app = visit({"input": "text", "text": "a", "lang": language}, page=PAGE)
    assert len(told(app)) == 1
    assert len(gradient_payload(app)["left"]) == 2
    assert gradient_payload(app)["shares"][1] == "100 %"
    asked = {"layers": 2, "directions": 2, "truncate": 3, "first_state": "given", "read_at": 5, "length": 12}
    stacked = visit({**asked, "lang": language}, page=PAGE)
    assert told(stacked) == [translate(language, text) for text in (NOT_TRUNCATED, FROM_ZERO, READ_AT_ENDS)]
    assert gradient_payload(stacked)["read"] == 11
    assert [stacked.slider(key=key).disabled for key in ("set read_at", "set truncate")] == [True, True]
    assert stacked.button_group(key="choose first state").disabled


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"read_at": "100"}, "read_at=100"),
        rare({"read_at": "-1"}, "read_at=-1"),
        ({"read_at": "x"}, "read_at=x"),
        ({"biases": "forget:99"}, "“forget:99”"),
        rare({"biases": "none"}, "“none”"),
        ({"truncate": "0"}, "truncate=0"),
        rare({"clip": "0"}, "clip=0"),
        ({"first_state": "one"}, "first_state=one"),
        ({"weight": "lstm:forget"}, "“lstm:forget”"),
        ({"weight": "lstm:update:h0"}, "lstm:update:h0"),
        ({"weight": "lstm:forget:h8"}, "lstm:forget:h8"),
        rare({"weight": "lstm:forget:x2"}, "lstm:forget:x2"),
        rare({"step": "100"}, "step=100"),
    ],
)
def test_a_bad_link_is_answered_by_one_message_and_the_usual_page(
    query: dict[str, str], named: str, language: str
) -> None:
    app = visit({"lang": language, **query}, page=PAGE)
    (message,) = told(app)
    assert named in message
    assert (gradient_payload(app)["read"], data_of(app)["step"]) == (99, 89)
    assert gradient_payload(app, 1)["shares"][90] == "78 %"
