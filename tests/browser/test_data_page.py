"""One's own data in a browser: dragged in, read, stepped through, and brought back by a link or a bundle."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from cells import read_sequence, standardised, trace
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.browser.axe import serious_findings
from tests.browser.files import DROP
from tests.browser.layout import PHONE
from tests.browser.stepper import Stepper, open_stepper
from tests.browser.visit import open_app, wait_until_settled
from tests.checking.sampling import rare

NewPage = Callable[..., Page]
CheckScreenshot = Callable[[Locator, str], None]

EXACT = 1e-6
# Out of order, one time twice, and a gap of two days: seven rows, nine days, three of them without a row of their own.
IRREGULAR = """when,pressure
2024-05-03,3
2024-05-01,1
2024-05-02,2.2
2024-05-02,2.4
2024-05-04,2.5
2024-05-05,
2024-05-08,0.5
2024-05-09,0.25
"""
STEPS, FILLED = 9, [4, 5, 6]
WORDS = {
    "en": {"file": "file", "done": "3 of 9 steps have no value in the data", "on": "Step through it"},
    "ko": {"file": "파일", "done": "9개 스텝 가운데 3개는 데이터에 값이 없어", "on": "스텝으로 보기"},
}


def open_data(page: Page, app: str, query: str = "") -> None:
    open_app(page, app, query, path="data", stepper=False)


def drop(page: Page, name: str, data: bytes, lang: str = "en") -> None:
    """Drag a file onto the page."""
    page.get_by_role("radio", name=WORDS[lang]["file"], exact=True).click()
    zone = page.get_by_test_id("stFileUploaderDropzone")
    expect(zone).to_be_visible()
    zone.evaluate(DROP, [name, b64encode(data).decode()])


def step_through(page: Page, lang: str = "en") -> Stepper:
    """Go on to the step page."""
    page.get_by_role("button", name=WORDS[lang]["on"]).click()
    wait_until_settled(page)
    return Stepper(page)


@pytest.mark.exhaustive  # in English the bundle begins so too
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_file_with_irregular_times_is_dragged_in_and_stepped_through(page: Page, app: str, lang: str) -> None:
    drag_in_irregular_times(page, app, lang)
    step_through_irregular_times(page, lang)


def drag_in_irregular_times(page: Page, app: str, lang: str) -> None:
    open_data(page, app, f"lang={lang}")
    drop(page, "pressure.csv", IRREGULAR.encode("cp949"), lang)
    expect(page.get_by_text(WORDS[lang]["done"])).to_be_visible()
    expect(page.locator(".st-key-before-after .main-svg").first).to_be_visible()
    assert serious_findings(page) == []


def step_through_irregular_times(page: Page, lang: str) -> Stepper:
    stepper = step_through(page, lang)
    reading = standardised(read_sequence(IRREGULAR.encode())).reading
    assert [step for step in range(STEPS) if reading.filled[step].any()] == FILLED
    expected = trace(WEIGHTS["random"].make("lstm", 1), reading.values)[0]
    expect(stepper.root).to_have_attribute("data-steps", str(STEPS))
    for step in (0, 5, STEPS - 1):
        stepper.go(step, unit=3)
        for signal, values in expected.items():
            assert stepper.value(signal) == pytest.approx(float(values[step, 3]), abs=EXACT)
    expect(stepper.root.locator(".filled-count")).to_contain_text("3")
    assert painted(stepper.root.locator("canvas.filled")) == FILLED
    return stepper


def painted(canvas: Locator) -> list[int]:
    """Return the columns of a canvas one pixel high that are not empty."""
    alphas: list[int] = canvas.evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, c.width, 1).data].filter((_, i) => i % 4 === 3)"
    )
    return [column for column, alpha in enumerate(alphas) if alpha]


def test_a_file_is_stepped_through_whatever_cannot_be_read_and_the_bundle_brings_back_what_a_link_alone_cannot(
    page: Page, app: str, new_page: NewPage, tmp_path: Path
) -> None:
    drag_in_irregular_times(page, app, "en")
    what_cannot_be_read_leaves_its_place_empty_and_the_former_data_a_click_away(page)
    stepper = step_through_irregular_times(page, "en")
    page.get_by_role("radio", name="GRU").click()
    expect(stepper.root).to_have_attribute("data-cell", "gru")
    stepper.go(6, unit=2)
    expect(page).to_have_url(re.compile("step=6&unit=2"))  # the step may be told before the unit
    link, value = page.url, stepper.value("update")
    page.locator(".st-key-sequence-menu button").first.click()
    with page.expect_download() as download:
        page.locator(".st-key-bundle button").click()
    assert download.value.suggested_filename == "pressure.gatescope.zip"
    bundle = tmp_path / "bundle.zip"
    download.value.save_as(bundle)

    other = new_page()
    open_app(other, app, urlsplit(link).query)
    expect(other.get_by_text("The link shows somebody's own file")).to_be_visible()
    expect(Stepper(other).root).to_have_attribute("data-steps", "24")

    open_data(other, app)
    drop(other, "pressure.gatescope.zip", bundle.read_bytes())
    expect(other).to_have_url(re.compile("step=6"))
    wait_until_settled(other)
    again = Stepper(other)
    again.is_at(6, unit=2)
    assert again.value("update") == value
    assert parse_qs(urlsplit(other.url).query) == parse_qs(urlsplit(link).query)


@pytest.mark.exhaustive  # tests/pages knows the link
def test_a_pasted_table_is_in_the_link(page: Page, app: str, new_page: NewPage) -> None:
    open_data(page, app, "lang=ko")
    page.get_by_role("radio", name="붙여넣기", exact=True).click()
    field = page.get_by_role("textbox", name="표, 또는 한 줄에 수 하나")
    field.fill("값\n1\n2\n4\n")
    field.press("Control+Enter")
    expect(page.get_by_text("3행, 수로 된 열")).to_be_visible()
    step_through(page, "ko")
    assert parse_qs(urlsplit(page.url).query) == {"input": ["table"], "table": ["값\n1\n2\n4\n"], "lang": ["ko"]}
    other = new_page()
    stepper = open_stepper(other, app, urlsplit(page.url).query)
    expect(stepper.root).to_have_attribute("data-steps", "3")


def what_cannot_be_read_leaves_its_place_empty_and_the_former_data_a_click_away(page: Page) -> None:
    page.get_by_test_id("stFileUploaderDropzone").evaluate(
        DROP, ["hostile.csv", b64encode(b"a,<b onclick=alert(1)>\n1,2\n3,x\n4,5\n").decode()]
    )
    warning = page.get_by_test_id("stAlert")
    expect(warning).to_contain_text("Row 3, column “<b onclick=alert(1)>”: “x” is not a number.")
    assert warning.locator("b").count() == 0
    expect(page.get_by_text(WORDS["en"]["done"])).to_have_count(0)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(0)
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    page.get_by_role("button", name="Back to pressure.csv").click()
    expect(page.get_by_text(WORDS["en"]["done"])).to_be_visible()
    expect(warning).to_have_count(0)


@pytest.mark.exhaustive  # tests/pages knows
@pytest.mark.parametrize(("precision", "within"), [(torch.float32, EXACT), (torch.float64, 1e-15)])
def test_a_value_typed_into_the_table_changes_the_run(
    page: Page, app: str, precision: torch.dtype, within: float
) -> None:
    name = str(precision).removeprefix("torch.")
    stepper = open_stepper(page, app, f"input=numbers&numbers=1,2,3&precision={name}&step=2")
    page.get_by_text("The sequence, to change its values").click()
    table = page.locator(".st-key-sequence-table [data-testid=stDataFrame]")
    expect(table.locator("canvas").first).to_be_visible()
    wait_until_settled(page)
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box
    page.mouse.dblclick(box["x"] + box["width"] - 60, box["y"] + 35 * 2.5)  # the second row, below the header
    field = page.locator("#portal input")
    expect(field).to_be_focused()
    field.fill("0.25")
    field.press("Enter")
    expect(page).to_have_url(re.compile("edit=1%3A0.25"))
    xs = torch.tensor([[1.0], [0.25], [3.0]], dtype=precision)
    expected = trace(WEIGHTS["random"].make("lstm", 1).to(precision), xs)[0]
    expect(stepper.signal("hidden")).to_have_attribute("data-original", re.compile(r"\d"))
    assert stepper.value("hidden") == pytest.approx(float(expected["hidden"][2, 0]), abs=within)


@pytest.mark.exhaustive
def test_in_double_precision_every_digit_is_there(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "input=sine&precision=float64&step=5&unit=1")
    sequence = SEQUENCES["sine"].make().in_double()
    expected = trace(WEIGHTS["random"].make("lstm", 1).double(), sequence.values)[0]
    assert stepper.value("cell") == pytest.approx(float(expected["cell"][5, 1]), abs=1e-15)
    assert float(torch.tensor(stepper.value("cell")).float()) != stepper.value("cell")


@pytest.mark.exhaustive
@pytest.mark.context(viewport=PHONE)
def test_nothing_scrolls_sideways_on_a_phone(page: Page, app: str) -> None:
    open_data(page, app, "input=table&lang=ko")
    expect(page.locator(".st-key-before-after .main-svg").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.exhaustive  # the columns that are painted are asserted above
def test_the_filled_steps_of_the_co2_look_as_they_did(page: Page, app: str, check_screenshot: CheckScreenshot) -> None:
    stepper = open_stepper(page, app, "input=co2&length=120&step=40&embed_options=light_theme")
    check_screenshot(stepper.root, "co2-light-en")


@pytest.mark.parametrize(("theme", "lang"), [rare("light", "en"), ("dark", "ko")])
def test_before_and_after_look_as_they_did_and_fit_a_phone(
    page: Page, app: str, check_screenshot: CheckScreenshot, theme: str, lang: str
) -> None:
    open_data(page, app, f"input=table&lang={lang}&embed_options={theme}_theme")
    figure = page.locator(".st-key-before-after .js-plotly-plot")
    expect(figure.locator(".main-svg").first).to_be_visible()
    check_screenshot(figure, f"data-{theme}-{lang}")
    page.set_viewport_size(PHONE)
    page.wait_for_function("document.querySelector('.st-key-before-after .main-svg').clientWidth < innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
