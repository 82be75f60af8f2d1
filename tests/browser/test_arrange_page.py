"""The arrange page in a browser: outputs where they are read, what is fed back, its link, its looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from cells.arrangements import ARRANGEMENTS, Arranged, arranged
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.browser.address import has_query
from tests.browser.axe import serious_findings
from tests.browser.compare import INVISIBLE, furthest_off
from tests.browser.contract import keeps_its_promises
from tests.browser.layout import PHONE, fits_a_phone, in_view_on_a_projector
from tests.browser.screenshots import settled_picture
from tests.browser.stepper import Stepper, open_stepper
from tests.checking.sampling import rare

NewPage = Callable[..., Page]
CheckScreenshot = Callable[[Locator, str], None]

PATH = "arrange"
EXACT = 1e-6
PARTS = (".sentence", ".drawing", ".playback", ".strips")
FEW, MANY = 3, 10  # steps beside each other on a phone and on a projector


def run_of(arrangement: str, cell: str = "lstm", sequence: str = "text", ahead: int = 12) -> Arranged:
    read = SEQUENCES[sequence].make()
    return arranged(WEIGHTS["random"].make(cell, read.values.shape[1]), read, arrangement, ahead)


def slot(stepper: Stepper, step: int) -> Locator:
    """Return what stands in the drawing for a step."""
    return stepper.root.locator(f'[data-at="{step}"]')


@pytest.mark.parametrize(
    ("arrangement", "sequence", "lang"),
    [
        ("many-to-one", "text", "en"),
        rare("aligned", "text", "ko"),
        ("encoder-decoder", "numbers", "en"),
        rare("one-to-many", "text", "ko"),
    ],
)
def test_every_step_shows_the_trace_and_an_output_where_it_is_read(
    page: Page, app: str, arrangement: str, sequence: str, lang: str
) -> None:
    run = run_of(arrangement, "gru", sequence)
    last = len(run.own) - 1
    query = f"cell=gru&input={sequence}&arrangement={arrangement}&unit=2&lang={lang}"
    stepper = open_stepper(page, app, query, path=PATH)
    stepper.is_at(run.sequence.start, unit=2)
    in_view_on_a_projector(stepper.root, PARTS)
    output = stepper.root.locator("[data-output]")
    for step in (0, 1, run.sequence.start, last):
        stepper.go(step)
        for signal, values in run.layer.items():
            assert stepper.value(signal) == pytest.approx(float(values[step, 2]), abs=EXACT)
        expect(slot(stepper, step)).to_contain_text(run.sequence.labels[step])
        shown = slot(stepper, step).locator("[data-output-at]")
        if run.read_out[step]:
            said = run.outputs[step].max() if run.sequence.symbolic else run.outputs[step, 0]
            assert float(output.get_attribute("data-value") or "nan") == pytest.approx(float(said), abs=EXACT)
            expect(output).to_have_attribute("data-label", run.written[step])
            expect(shown).to_have_text(run.written[step])
            expect(stepper.sentence).to_contain_text(f"“{run.written[step]}”")
        else:
            expect(output).to_have_attribute("data-value", "")
            expect(shown).to_have_attribute("visibility", "hidden")
    fits_on_a_phone(stepper)


def what_is_fed_back_comes_down_from_the_output_once_it_is_there(stepper: Stepper) -> None:
    run = run_of("encoder-decoder")
    first = run.decoder
    assert first == 10
    stepper.go(first)
    expect(stepper.root.locator('[data-part="encoder"]')).to_have_attribute("visibility", "visible")
    expect(stepper.root.locator('[data-part="decoder"]')).to_contain_text("decoder")
    picture = stepper.root.locator(".drawing")
    expect(picture).to_have_attribute("viewBox", re.compile("^0 0 "))  # so that all of it is in a downloaded picture
    following = slot(stepper, first + 1).locator("[data-input-at]")
    expect(following).to_have_text("")
    stepper.press("ArrowRight")
    expect(following).to_have_text(run.written[first])
    expect(stepper.sentence).to_contain_text(
        f"Step 12 of 22 reads its own output “{run.written[first]}”: the output is"
    )
    assert float(slot(stepper, first + 2).get_attribute("opacity") or 1) < 0.5, "not yet reached"
    stepper.press("Home")
    expect(stepper.root.locator('[data-part="decoder"]')).to_have_attribute("visibility", "hidden")
    slot(stepper, 4).click()
    stepper.is_at(4)
    expect(stepper.sentence).to_have_text("Step 5 of 22 reads “o”: no output is read here.")
    stepper.press("End")
    stepper.is_at(21)
    expect(stepper.root.locator("[data-at]")).to_have_count(MANY)
    expect(slot(stepper, 21)).to_be_visible()


@pytest.mark.exhaustive  # as on the compare page
def test_an_arrangement_and_the_position_go_into_the_link_which_reopens_the_same_picture(
    page: Page, new_page: NewPage, app: str
) -> None:
    stepper = open_stepper(page, app, "input=sine&lang=ko", path=PATH)
    page.get_by_text("일대다", exact=True).click()
    expect(stepper.root).to_have_attribute("data-steps", "12")
    stepper.press("ArrowRight", "ArrowRight", "ArrowDown")
    has_query(page, arrangement="one-to-many", step="2", unit="1")
    page.mouse.move(0, 0)
    seen = settled_picture(stepper.root)
    again = open_stepper(new_page(), app, urlsplit(page.url).query, path=PATH)
    again.is_at(2, unit=1)
    assert furthest_off(seen, settled_picture(again.root)) <= INVISIBLE


@pytest.mark.exhaustive
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_all_is_in_view_on_a_projector_and_nothing_scrolls_sideways_on_a_phone(page: Page, app: str, lang: str) -> None:
    for arrangement in ARRANGEMENTS:
        stepper = open_stepper(page, app, f"arrangement={arrangement}&lang={lang}", path=PATH)
        in_view_on_a_projector(stepper.root, PARTS, arrangement)
    fits_on_a_phone(stepper)


def fits_on_a_phone(stepper: Stepper) -> None:
    stepper.page.set_viewport_size(PHONE)
    expect(stepper.root.locator("[data-at]")).to_have_count(FEW)
    fits_a_phone(stepper.root, ", ".join(PARTS))


@pytest.mark.exhaustive
def test_what_is_fed_back_comes_down_from_the_output_once_it_is_there(page: Page, app: str) -> None:
    what_is_fed_back_comes_down_from_the_output_once_it_is_there(
        open_stepper(page, app, "arrangement=encoder-decoder", path=PATH)
    )


@pytest.mark.parametrize(("theme", "lang"), [("light", "en"), rare("dark", "ko")])
def test_its_looks_and_axe_finds_nothing_serious_and_what_is_fed_back_comes_down_from_the_output(
    page: Page, app: str, check_screenshot: CheckScreenshot, theme: str, lang: str
) -> None:
    query = f"arrangement=encoder-decoder&step=13&lang={lang}&embed_options={theme}_theme"
    stepper = open_stepper(page, app, query, path=PATH)
    check_screenshot(stepper.root, f"arrange-{theme}-{lang}")
    keeps_its_promises(page, "arrange")
    assert serious_findings(page) == []
    in_view_on_a_projector(stepper.root, PARTS)
    if lang == "en":
        what_is_fed_back_comes_down_from_the_output_once_it_is_there(stepper)
    fits_on_a_phone(stepper)
