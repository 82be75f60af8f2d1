"""The link that counts where a browser sends an address that is late, or mixed of two pages."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.scene.link import read_link
from pages.shared.words.catalogue import LANGUAGES
from tests.pages.visit import data_of, go_in_history, link_of, rest, run, told, turn_to, visit

TRAINING = {"training": "parity,length:9", "cell": "gru"}
TEXT = {"input": "text", "text": "abcdef", "units": "4"}


def with_address(app: AppTest, link: dict[str, str]) -> AppTest:
    """Run the page as a browser asks for it whose address is this one still."""
    app.query_params.clear()
    app.query_params.update(link)
    return run(app)


def test_an_address_that_is_late_undoes_nothing() -> None:
    app = rest(visit(TEXT), step=3, unit=1)
    assert link_of(with_address(app, TEXT)) == {**TEXT, "step": "3", "unit": "1"}
    assert data_of(app)["words"]["play"] == "Play"
    assert link_of(go_in_history(app, TEXT)) == TEXT, "but the browser's Back leads there"
    assert link_of(with_address(app, {**TEXT, "step": "4"})) == {**TEXT, "step": "4"}, "and a new one is followed"


def test_a_report_that_is_not_heard_brings_no_former_address() -> None:
    app = visit(TEXT)
    opening = data_of(app)["opening"]
    app.button(key="lang-ko").click()
    run(app)
    app.query_params.clear()
    app.query_params.update(TEXT)
    rest(app, 3, 2, opening=opening - 1)
    assert link_of(app) == {**TEXT, "lang": "ko"}


def test_the_path_of_the_page_left_with_the_parameters_of_the_page_opened_is_the_page_as_it_was_left() -> None:
    app = turn_to(visit(TRAINING, page="train"), "step")
    with_address(app, TEXT)
    go_in_history(app, TEXT, "train")
    assert told(app) == []
    assert link_of(app) == TRAINING
    assert link_of(go_in_history(app, TEXT, "step")) == TEXT


def test_the_bare_path_that_lies_between_two_pages_is_the_page_as_it_was_left() -> None:
    app = turn_to(visit(TEXT), "gradient")
    opened = link_of(app)
    assert opened
    assert link_of(go_in_history(app, {})) == opened
    assert link_of(go_in_history(app, TEXT, "step")) == TEXT
    assert link_of(go_in_history(app, {}, "gradient")) == opened


def test_an_address_that_comes_after_the_page_has_been_left_is_not_this_pages() -> None:
    app = turn_to(visit(TEXT), "train")
    left = link_of(app)
    with_address(app, TEXT)
    assert (told(app), link_of(app)) == ([], left)


@pytest.mark.parametrize("page", ["train", "study"])
def test_a_page_without_sequence_and_weights_says_nothing_of_those_in_a_link(page: str) -> None:
    link = {"input": "sample", "weights": "model", "model": "abc", "part": "l0", "length": "8", "units": "3"}
    assert read_link(link, LANGUAGES, page)[1] == []
