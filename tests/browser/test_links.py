"""A link carries the whole scene: out of the page by address and button, and into another browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.address import has_query, query_of
from tests.browser.compare import INVISIBLE, furthest_off
from tests.browser.layout import PHONE
from tests.browser.screenshots import settled_picture
from tests.browser.stepper import Stepper, open_stepper
from tests.browser.visit import choose_cell, open_app, wait_until_settled
from tests.checking.sampling import rare

NewPage = Callable[..., Page]

WORD = "input=text&text=abcdef&weights=random&units=4"
HANGUL = re.compile("[가-힣]")


@pytest.fixture
def clipboard(page: Page, app: str) -> Iterator[None]:
    """Allow the page to use the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=app)
    yield
    page.context.clear_permissions()


@pytest.mark.usefixtures("clipboard")
def test_step_and_unit_go_into_address_and_copied_link_and_come_back_with_the_same_pixels(
    page: Page, new_page: NewPage, app: str
) -> None:
    stepper = open_stepper(page, app, WORD)
    stepper.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown")
    has_query(page, step="3", unit="2")
    page.mouse.move(0, 0)
    seen = settled_picture(stepper.root)

    other = open_stepper(new_page(), app, urlsplit(page.url).query)
    other.is_at(3, unit=2)
    again = settled_picture(other.root)
    assert again.size == seen.size
    assert furthest_off(seen, again) <= INVISIBLE

    stepper.press("End", "ArrowUp")
    stepper.button("Copy link").click()  # before the step has gone into the address
    expect(stepper.root.locator("button.copy")).to_have_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    has_query(page, step="5", unit="1")
    assert parse_qs(urlsplit(link).query) == parse_qs(urlsplit(page.url).query)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("clipboard")
def test_copy_link_gives_the_link_to_this_very_step(page: Page, new_page: NewPage, app: str) -> None:
    stepper = open_stepper(page, app, WORD)
    stepper.press("End", "ArrowDown")
    stepper.button("Copy link").click()
    expect(stepper.root.locator("button.copy")).to_have_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    open_stepper(new_page(), app, urlsplit(link).query).is_at(5, unit=1)


@pytest.mark.context(viewport=PHONE)
@pytest.mark.usefixtures("clipboard")
@pytest.mark.parametrize("path", ["data", *(rare(path) for path in ("compare", "order", "units", "study", "model"))])
def test_every_page_gives_its_link_on_a_phone(page: Page, app: str, path: str) -> None:
    open_app(page, app, "lang=en", path=path, stepper=path in ("compare", "order"))
    button = page.get_by_role("button", name="Copy link")
    button.click()
    expect(page.get_by_role("button", name="Copied")).to_be_in_viewport()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_defaults_stay_out_of_the_address_and_back_restores_the_scene_before_a_choice(page: Page, app: str) -> None:
    stepper = open_stepper(page, app)
    assert query_of(page) == {}
    home = stepper.root.get_attribute("data-step")
    stepper.press("ArrowRight")
    has_query(page, step=str(int(home or 0) + 1))
    stepper.press("ArrowLeft")
    expect(page).not_to_have_url(re.compile("step="))
    choose_cell(page, "GRU")
    has_query(page, cell="gru")
    choose_cell(page, "LSTM")
    expect(stepper.root).to_have_attribute("data-cell", "lstm")
    expect(page).not_to_have_url(re.compile("cell="))
    assert query_of(page) == {}
    stepper.go(12)
    has_query(page, step="12")
    choose_cell(page, "GRU")
    expect(stepper.root).to_have_attribute("data-cell", "gru")
    has_query(page, cell="gru", step="12")
    stepper.is_at(12)
    page.go_back()
    expect(stepper.root).to_have_attribute("data-cell", "lstm")
    stepper.is_at(12)


@pytest.mark.exhaustive
def test_back_restores_the_scene_of_a_link(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "step=12")
    choose_cell(page, "GRU")
    has_query(page, cell="gru", step="12")
    page.go_back()
    expect(stepper.root).to_have_attribute("data-cell", "lstm")
    stepper.is_at(12)


@pytest.mark.exhaustive
def test_the_same_text_stays_at_its_step_in_another_cell(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, WORD)
    stepper.press("ArrowRight", "ArrowRight", "ArrowRight")
    has_query(page, step="3")
    choose_cell(page, "RNN")
    expect(stepper.root).to_have_attribute("data-cell", "rnn")
    stepper.is_at(3)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        rare(
            "weights=parity&step=999&unit=first&sharpness=1e9&colour=red",
            ["weights=parity", "step=999", "unit=first", "sharpness=1e9", "colour"],
        ),
        rare(
            f"cell={quote('<b>**bold**')}&unit=1&layer=-1",
            ["cell=<b>**bold**", "unit=1", "layer=-1"],
        ),
        (
            f"cell={quote('<b>**bold**')}&weights=parity&step=999&unit=first&layer=-1&sharpness=1e9&colour=red",
            ["cell=<b>**bold**", "weights=parity", "step=999", "unit=first", "layer=-1", "sharpness=1e9", "colour"],
        ),
    ],
)
def test_each_bad_value_is_named_and_the_page_stays_usable(page: Page, app: str, query: str, named: list[str]) -> None:
    stepper = open_stepper(page, app, query)
    for value in named:
        expect(page.get_by_role("alert").filter(has_text=value)).to_have_count(1)
    step = int(stepper.root.get_attribute("data-step") or 0)
    stepper.press("ArrowRight")
    stepper.is_at(step + 1)


@pytest.mark.exhaustive
@pytest.mark.context(locale="ko-KR")
def test_the_first_visit_follows_the_browsers_language(page: Page, app: str) -> None:
    speaks_korean(open_stepper(page, app))
    assert query_of(page) == {}


@pytest.mark.exhaustive  # tests/pages knows
def test_the_first_visit_follows_what_the_browser_says_of_its_language(page: Page, app: str) -> None:
    agent = {"userAgent": page.evaluate("navigator.userAgent"), "acceptLanguage": "ko-KR"}
    page.context.new_cdp_session(page).send("Emulation.setUserAgentOverride", agent)
    speaks_korean(open_stepper(page, app))
    assert query_of(page) == {}


def speaks_korean(stepper: Stepper) -> None:
    expect(stepper.sentence).to_have_text(HANGUL)
    expect(stepper.root).to_have_attribute("aria-label", HANGUL)
    expect(stepper.signal("forget")).to_contain_text(HANGUL)
    expect(stepper.page.get_by_role("button", name="English")).to_be_visible()


def test_the_link_chooses_korean_and_another_language_keeps_the_step(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "lang=ko")
    speaks_korean(stepper)
    page.get_by_role("button", name="English").click()
    expect(stepper.sentence).to_contain_text("Step")
    wait_until_settled(page)
    stepper.press("Home", "ArrowRight", "ArrowRight")
    page.get_by_role("button", name="한국어").click()  # before the step has gone into the address
    speaks_korean(stepper)
    stepper.is_at(1)
    has_query(page, lang="ko", step="1")
    page.get_by_role("button", name="English").click()
    expect(stepper.sentence).to_contain_text("Step 2")
    stepper.is_at(1)


def test_a_typed_name_is_read_letter_by_letter_and_stays_in_another_cell_and_in_the_link(
    page: Page, new_page: NewPage, app: str
) -> None:
    stepper = open_stepper(page, app, "input=text")
    for name in ("Ada", "김철수"):
        type_text(page, name)
        expect(stepper.root).to_have_attribute("data-steps", str(len(name)))
        expect(stepper.sentence).to_contain_text(f"“{name[0]}”")
        stepper.press("ArrowRight")
        expect(stepper.sentence).to_contain_text(f"“{name[1]}”")
        has_query(page, text=name, step="1")

    other = new_page()
    open_stepper(other, app, urlsplit(page.url).query).is_at(1)
    expect(text_field(other)).to_have_value(name)

    choose_cell(page, "RNN")
    expect(stepper.root).to_have_attribute("data-cell", "rnn")
    stepper.is_at(1)
    tell_what_cannot_be_read_and_keep_it_in_the_field(stepper)


def text_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="text")


def type_text(page: Page, text: str) -> None:
    text_field(page).fill(text)
    text_field(page).press("Enter")


def tell_what_cannot_be_read_and_keep_it_in_the_field(stepper: Stepper) -> None:
    page = stepper.page
    for typed, told in (("", "There is no text"), ("a" * 2001, re.compile("2,?000.*2,?001|2,?001.*2,?000"))):
        type_text(page, typed)
        expect(page.get_by_role("alert")).to_contain_text(told)
        expect(text_field(page)).to_have_value(typed)
        stepper.press("Home", "ArrowRight")
        stepper.is_at(0)
        expect(text_field(page)).to_have_value(typed)


@pytest.mark.exhaustive  # tests/pages knows what is said
def test_a_bad_number_is_named_by_its_place(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "input=numbers&numbers=3,4,x")
    expect(page.get_by_role("alert")).to_have_text(re.compile("3.*“x”"))
    expect(page.get_by_role("textbox", name="numbers")).to_have_value("3,4,x")
    stepper.press("End", "ArrowLeft")
    expect(stepper.root).to_have_attribute("data-playing", "false")
