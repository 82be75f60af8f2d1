"""The depth page in a browser: every unit's numbers, the place they are read at, sums that cannot be, its looks."""

from __future__ import annotations

import math
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect
from torch import Generator, Tensor

from cells.depth.deep import DeepTrace, deep
from cells.depth.stack import Plan, Stack
from cells.depth.units import UNITS
from cells.inputs.digits import digits
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

PATH = "depth"
EXACT = 1e-6
PARTS = (".sentence", ".drawing", ".playback", ".maps")
KEEP = 2.0  # the page's own bias of 1 − T
MIDDLE = (4, 4)
WHOLE: ViewportSize = {"width": 1366, "height": 1500}  # px: the figures below are in the picture too
FEW = 3  # units beside each other on a phone


def trace_of(plan: Plan, *, training: bool = False) -> DeepTrace:
    """Return the run of a stack over the first digit, drawn as the page draws it."""
    stack = Stack(plan).draw(Generator().manual_seed(0), keep_bias=KEEP).train(training)
    return deep(stack, digits().pictures[:1])


def at(values: Tensor, channel: int, place: tuple[int, int] = MIDDLE) -> float:
    return float(values[(0, channel, *place)])


def number(element: Locator) -> float:
    """Return the number of an element, NaN where it has none."""
    return float(element.get_attribute("data-value") or "nan")


def shows_the_unit(stepper: Stepper, trace: DeepTrace, step: int, channel: int) -> None:
    """Expect each signal that is shown to have its number of the trace, and none where its channel is not there."""
    unit = trace.units[step]
    ahead = unit.x.shape[1] if unit.kind == "dense" else 0
    for signal in stepper.signals():
        place = channel - ahead if signal == "branch" else channel
        there = 0 <= place < unit[signal].shape[1]
        expected = at(unit[signal], place) if there else math.nan
        assert stepper.value(signal) == pytest.approx(expected, abs=EXACT, nan_ok=True), (step, signal)


@pytest.mark.parametrize(
    ("stack", "lang"), [rare("residual", "en"), rare("plain", "ko"), rare("highway", "ko"), ("dense", "en")]
)
def test_every_unit_shows_the_trace_and_both_pairs_of_numbers(page: Page, app: str, stack: str, lang: str) -> None:
    plan = Plan(stack, 12, norm=True)
    trace, other = trace_of(plan, training=True), trace_of(plan)
    channel = 14 if stack == "dense" else 2  # the third of those that the second unit adds
    query = f"stack={stack}&depth=12&norm=yes&mode=training&unit={channel}&lang={lang}"
    stepper = open_stepper(page, app, query, path=PATH)
    stepper.is_at(-1, unit=channel)
    assert stepper.value("out") == pytest.approx(
        at(trace.first, channel) if channel < plan.channels else math.nan, abs=EXACT, nan_ok=True
    )
    for step in (0, 1, 11):
        stepper.go(step)
        shows_the_unit(stepper, trace, step, channel)
        out = other.units[step]["out"]
        expected = at(out, channel) if channel < out.shape[1] else math.nan
        assert number(stepper.root.locator('[data-gives="other"]')) == pytest.approx(expected, abs=EXACT, nan_ok=True)
    keeps_its_promises(page, "depth")
    for name, norm in trace.units[11].norms.items():
        for pair in ("batch", "running"):
            for which in ("mean", "variance"):
                cell = stepper.root.locator(f'[data-norm="{name}"][data-pair="{pair}"][data-of="{which}"]')
                assert number(cell) == pytest.approx(float(getattr(norm, f"{pair}_{which}")[channel]), abs=EXACT)
                expect(cell).to_have_attribute("data-used", str(pair == "batch").lower())


def test_keys_and_clicks_choose_unit_channel_and_place_whose_numbers_python_sends(page: Page, app: str) -> None:
    trace = trace_of(Plan("highway", 8, wider=12, shortcut=True, norm=False))
    stepper = open_stepper(page, app, "stack=highway&depth=8&wider=12&shortcut=yes", path=PATH)
    stepper.press("End", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowDown")
    stepper.is_at(4, unit=1)
    gate, shortcut = at(trace.units[4]["gate"], 1), at(trace.units[4]["shortcut"], 1)
    shown = stepper.terms("out")
    assert shown[0] == pytest.approx(gate, abs=0.006)
    assert shown[-1] == pytest.approx(shortcut, abs=0.006)  # what the convolution gives, and not x
    expect(stepper.sentence).to_contain_text("1 × 1 convolution")
    row = stepper.root.locator('[data-map="out"]')
    expect(row).to_have_attribute("data-channels", "12")
    picture = row.locator("image")
    box = picture.bounding_box()
    assert box
    # Twelve tiles of 8 places beside each other, a place apart: the fourth channel's row 2, column 5.
    size = box["width"] / (12 * 9 - 1)
    picture.click(position={"x": (3 * 9 + 5.5) * size, "y": 2.5 * size})
    has_query(page, place="2,5", step="4", unit="3")
    expect(stepper.root.locator(".maps")).to_have_attribute("data-place", "2,5")
    expect(stepper.root.locator(".stage")).to_have_attribute("data-waiting", "false")
    assert stepper.value("out") == pytest.approx(at(trace.units[4]["out"], 3, (2, 5)), abs=EXACT)
    stepper.press("Shift+ArrowDown")
    has_query(page, place="3,5")
    expect(stepper.root.locator(".stage")).to_have_attribute("data-waiting", "false")
    stepper.root.locator('[data-at="5"]').click()
    stepper.is_at(5, unit=3)
    has_query(page, step="5")


@pytest.mark.exhaustive  # as on the compare page
def test_a_place_goes_into_the_link_which_reopens_the_same_picture(page: Page, new_page: NewPage, app: str) -> None:
    stepper = open_stepper(page, app, "stack=dense&reads=sequence&depth=6&lang=ko", path=PATH)
    stepper.press("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowRight")  # from the middle of 100
    has_query(page, step="1", unit="1", place="51")
    page.set_viewport_size(WHOLE)
    page.mouse.move(0, 0)
    seen = settled_picture(stepper.root)
    again = open_stepper(new_page(viewport=WHOLE), app, urlsplit(page.url).query, path=PATH)
    again.is_at(1, unit=1)
    assert furthest_off(seen, settled_picture(again.root)) <= INVISIBLE


def the_sum_is_shown_as_the_error_that_it_is(stepper: Stepper) -> None:
    """The stack of four units with other channels from the third on stops before it."""
    expect(stepper.root).to_have_attribute("data-steps", "2")
    wrong = stepper.root.locator("[data-unequal]")
    for text in ("≠", "8 × 8 × 8", "16 × 8 × 8"):
        expect(wrong).to_contain_text(text)
    expect(wrong).to_be_visible()
    expect(stepper.sentence).to_contain_text("at unit 3 the sum cannot be made")


def what_is_left_of_each_kinds_gradient_is_shown(stepper: Stepper) -> None:
    """Of a stack with other channels from its third unit on the residual and the highway kind have no gradient."""
    left = {key: stepper.root.locator(f'[data-gradient="{key}"]') for key in UNITS}
    at_unit = {key: number(row) for key, row in left.items()}
    assert [key for key, value in at_unit.items() if math.isnan(value)] == ["residual", "highway"]
    stepper.go(-1)
    assert number(left["plain"]) < at_unit["plain"]
    expect(left["plain"].locator(".value")).not_to_have_text("–")
    expect(left["residual"].locator(".value")).to_have_text("–")


@pytest.mark.parametrize(
    ("name", "query", "theme", "lang"),
    [
        ("highway", "stack=highway&norm=yes&step=3&unit=1", "light", "en"),
        rare("unequal", "depth=4&wider=16&step=1", "dark", "en"),
        rare("dense", "stack=dense&step=5&unit=14", "dark", "ko"),
        rare("sequence", "reads=sequence&stack=plain&depth=4&step=1", "light", "ko"),
    ],
)
def test_its_looks_on_a_projector_and_on_a_phone(
    page: Page, app: str, check_screenshot: CheckScreenshot, name: str, query: str, theme: str, lang: str
) -> None:
    stepper = open_stepper(page, app, f"{query}&lang={lang}&embed_options={theme}_theme", path=PATH)
    if name == "unequal":
        the_sum_is_shown_as_the_error_that_it_is(stepper)
    else:
        in_view_on_a_projector(stepper.root, PARTS)
        assert serious_findings(page) == []
    page.set_viewport_size(WHOLE)
    check_screenshot(stepper.root, f"depth-{name}-{theme}-{lang}")
    if name == "unequal":
        what_is_left_of_each_kinds_gradient_is_shown(stepper)
    page.set_viewport_size(PHONE)
    expect(stepper.root.locator("[data-at]")).to_have_count(FEW)
    fits_a_phone(stepper.root, f"{', '.join(PARTS)}, .equations, .norms, .gradients, .ways")
