"""A stack in both directions: every layer's numbers, the map of all of them, and the way from one to another."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from cells import LayerTrace, trace
from cells.weights import WEIGHTS
from tests.browser.address import has_query, query_of
from tests.browser.axe import serious_findings
from tests.browser.contract import keeps_its_promises
from tests.browser.layout import PHONE, PROJECTOR, extent
from tests.browser.stepper import Stepper, open_stepper
from tests.checking.sampling import rare

CheckScreenshot = Callable[[Locator, str], None]

EXACT = 1e-6  # float32 on its way through base64 into the page
TEXT = "read both ways"
LAST = len(TEXT) - 1
LINK = f"input=text&text={quote(TEXT)}&units=4&layers=2&directions=2"
LAYERS = range(4)  # l0, l0_reverse, l1, l1_reverse


def layers() -> list[LayerTrace]:
    """Trace the link's stack with torch, in the order of the text."""
    letters = list(dict.fromkeys(TEXT))
    xs = torch.eye(len(letters))[[letters.index(letter) for letter in TEXT]]
    return trace(WEIGHTS["random"].make("lstm", len(letters), units=4, layers=2, directions=2), xs)


def layer(stepper: Stepper, index: int) -> Locator:
    return stepper.root.locator(f'[data-layer="{index}"]')


def shows(stepper: Stepper, index: int) -> None:
    """Expect the layer with this index to be shown, and no other."""
    for other in LAYERS:
        expect(layer(stepper, other)).to_have_attribute("aria-pressed", str(other == index).lower())


@pytest.mark.exhaustive
@pytest.mark.parametrize("index", LAYERS)
def test_each_layer_shows_what_torch_computes_at_the_letter_it_reads(page: Page, app: str, index: int) -> None:
    shows_what_torch_computes(open_stepper(page, app, f"{LINK}&layer={index}&step=0"), index)


def test_its_looks_and_one_layer_after_the_other_shows_what_torch_computes(
    page: Page, app: str, check_screenshot: CheckScreenshot
) -> None:
    stepper = open_stepper(page, app, f"{LINK}&layer=3&step=5&embed_options=light_theme")
    keeps_its_promises(page, "signal", "stack")
    check_screenshot(stepper.root, "stack-light-en")
    for index in reversed(LAYERS):
        layer(stepper, index).click()
        shows_what_torch_computes(stepper, index)


def shows_what_torch_computes(stepper: Stepper, index: int) -> None:
    """Expect the layer with this index, at each step at the letter that it reads."""
    stack = layers()
    shows(stepper, index)
    for step, unit in ((0, 0), (5, 3), (LAST, 1)):
        stepper.go(step, unit)
        letter = LAST - step if stack[index].reverse else step
        for signal in stepper.signals():
            expected = float(stack[index][signal][letter, unit])
            assert stepper.value(signal) == pytest.approx(expected, abs=EXACT), (signal, step, unit)
        for other in LAYERS:
            state = float(stack[other]["hidden"][letter, unit])
            assert float(layer(stepper, other).get_attribute("data-value") or "nan") == pytest.approx(state, abs=EXACT)


@pytest.mark.parametrize("lang", [rare("en"), "ko"])
def test_a_reader_goes_from_layer_to_layer_and_stays_at_the_letter_with_the_keyboard_too(
    page: Page, app: str, lang: str
) -> None:
    stepper = open_stepper(page, app, f"{LINK}&step=3&unit=2&lang={lang}")
    names = {"en": "layer 2, backward", "ko": "2층 역방향"}
    expect(stepper.root.locator(".whence")).to_be_empty()
    stepper.button(names[lang]).click()
    shows(stepper, 3)
    stepper.is_at(LAST - 3, unit=2)
    has_query(page, layer="3", step=str(LAST - 3), unit="2")
    says = {"en": ("Reads from the end", "layer 1"), "ko": ("끝에서부터", "1층")}
    for part in says[lang]:
        expect(stepper.root.locator(".whence")).to_contain_text(part)
    expect(stepper.sentence).to_contain_text(f"“{TEXT[3]}”")
    labels = stepper.root.locator(".labels span:not(.here)").all_inner_texts()
    assert labels[0] == TEXT[-1]
    assert labels[-1] == TEXT[0]
    stepper.press("Home")
    stepper.is_at(-1)
    layer(stepper, 0).click()
    shows(stepper, 0)
    stepper.is_at(-1, unit=2)
    assert [layer(stepper, index).get_attribute("data-value") for index in LAYERS] == ["0"] * 4
    stepper.go(3)
    the_keyboard_picks_a_layer_and_keeps_it(stepper)


def the_keyboard_picks_a_layer_and_keeps_it(stepper: Stepper) -> None:
    page = stepper.page
    stepper.root.focus()
    page.keyboard.press("Tab")
    expect(layer(stepper, 2)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    shows(stepper, 3)
    expect(layer(stepper, 3)).to_be_focused()
    page.keyboard.press("ArrowRight")
    stepper.is_at(LAST - 3 + 1)


@pytest.mark.exhaustive
def test_the_keyboard_picks_a_layer_of_a_link(page: Page, app: str) -> None:
    the_keyboard_picks_a_layer_and_keeps_it(open_stepper(page, app, f"{LINK}&step=3"))


@pytest.mark.exhaustive
def test_one_layer_has_no_map_and_more_are_chosen_in_the_menu(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "weights=random")
    expect(stepper.root.locator("[data-layer]")).to_have_count(0)
    page.locator(".st-key-settings-menu button").first.click()
    page.get_by_role("radio", name="both").click()
    expect(stepper.root.locator("[data-layer]")).to_have_count(2)
    assert query_of(page) == {"weights": "random", "directions": "2"}


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(("cell", "height"), [("lstm", 2), ("lstm", 4), ("gru", 4)])
@pytest.mark.exhaustive
def test_it_fits_a_projector_and_a_phone(page: Page, app: str, cell: str, height: int, lang: str) -> None:
    query = f"cell={cell}&input=text&text={quote(TEXT)}&units=8&layers={height}&directions=2&layer=3&step=3&lang={lang}"
    stepper = open_stepper(page, app, query)
    for part in (".map", ".whence", ".drawing", ".equations", ".playback", ".strips"):
        top, bottom = extent(stepper.root.locator(part), "y", "height")
        assert top >= 0, part
        assert bottom <= PROJECTOR["height"], part
    assert serious_findings(page) == []
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    expect(stepper.root.locator(".names .short").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for index in range(2 * height):
        top, bottom = extent(layer(stepper, index), "y", "height")
        assert bottom - top >= 36, "large enough for a finger"
