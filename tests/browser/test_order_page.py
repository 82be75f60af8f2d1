"""The order page in a browser: both networks' numbers, the lines that meet or part, its orders, its looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from cells import trace
from cells.analysis.running_mean import running_mean
from cells.feed_forward import FeedForward, feed_forward_trace
from cells.order import Order, permutation, reordered
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.browser.address import has_query
from tests.browser.axe import serious_findings
from tests.browser.contract import keeps_its_promises
from tests.browser.layout import PHONE, fits_a_phone, in_view_on_a_projector
from tests.browser.stepper import Stepper, open_stepper
from tests.checking.sampling import rare

CheckScreenshot = Callable[[Locator, str], None]

PATH = "order"
EXACT = 1e-6
STEPS = 11  # of "hello world"
PARTS = (".drawing", ".strips", ".playback", ".orders")


def number(row: Locator, name: str = "data-value") -> float:
    """Return the number in a row's attribute."""
    return float(row.get_attribute(name) or "nan")


def line(stepper: Stepper, cell: str) -> Locator:
    """Return the words on a network's line at the current step."""
    return stepper.root.locator(f'[data-line="{cell}"]')


@pytest.mark.parametrize("lang", ["en", rare("ko")])
def test_both_panes_and_both_lines_are_those_of_the_traces_and_what_was_is_seen_behind_the_memory_only(
    page: Page, app: str, lang: str
) -> None:
    text, order = SEQUENCES["text"].make(), Order("shuffle", 1)
    module, net = WEIGHTS["random"].make("gru", 8, units=4, seed=3), FeedForward(8, 4, seed=3)
    now, was = trace(module, reordered(text, order).values)[0], trace(module, text.values)[0]
    answers = feed_forward_trace(net, reordered(text, order).values)
    means = [running_mean(feed_forward_trace(net, xs)["output"]) for xs in (reordered(text, order).values, text.values)]
    places = permutation(order, STEPS)
    query = f"cell=gru&input=text&units=4&seed=3&order=shuffle:1&unit=2&step=5&lang={lang}"
    stepper = open_stepper(page, app, query, path=PATH)
    expect(stepper.root).to_have_attribute("data-cell", "gru,feed-forward")
    in_view_on_a_projector(stepper.root, PARTS)
    for step in (5, 0, STEPS - 1):
        stepper.go(step)
        for pane, layer in {"gru": now, "feed-forward": answers}.items():
            for signal, values in layer.items():
                row = stepper.root.locator(f'[data-pane="{pane}"] [data-signal="{signal}"]')
                assert number(row) == pytest.approx(float(values[step, 2]), abs=EXACT)
        recurrent, plain = line(stepper, "gru"), line(stepper, "feed-forward")
        assert number(recurrent) == pytest.approx(float(now["hidden"][step, 2]), abs=EXACT)
        assert number(recurrent, "data-was") == pytest.approx(float(was["hidden"][step, 2]), abs=EXACT)
        assert number(plain) == pytest.approx(float(means[0][step, 2]), abs=EXACT)
        assert number(plain, "data-was") == pytest.approx(float(means[1][step, 2]), abs=EXACT)
        read = [mark.text_content() for mark in stepper.root.locator(".orders .plot g text").all()]
        assert read == [text.labels[places[step]].replace(" ", "␣")] * 2
    assert number(recurrent) != number(recurrent, "data-was")
    assert number(plain) == number(plain, "data-was"), "both means end at the same number"
    what_was_is_seen_behind_the_memory_only(stepper, "gru")


@pytest.mark.exhaustive
def test_what_was_is_seen_behind_the_memory_only(page: Page, app: str) -> None:
    what_was_is_seen_behind_the_memory_only(open_stepper(page, app, "input=text&order=shuffle:1", path=PATH), "lstm")


def what_was_is_seen_behind_the_memory_only(stepper: Stepper, cell: str) -> None:
    drawn = {cell: 0, "feed-forward": 0}
    for step in range(STEPS):
        stepper.go(step)
        for pane in drawn:
            ghosts = stepper.root.locator(f'[data-pane="{pane}"] .drawing .ghost[d^="M"]')
            drawn[pane] += ghosts.count()
    assert drawn[cell] > 0
    assert drawn["feed-forward"] == 0
    struck = stepper.root.locator('[data-pane="feed-forward"] .drawing [text-decoration="line-through"]')
    assert "".join(struck.all_text_contents()) == ""


def test_orders_are_chosen_and_a_click_into_the_plot_jumps(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, path=PATH)
    ending = stepper.root.locator('[data-pane="lstm"] .ending')
    expect(ending).to_have_text("Ends at −0.72 as it was, at +0.74 in this order.")
    page.get_by_role("radio", name="shuffled").click()
    expect(ending).to_have_text("Ends at −0.72 as it was, at −0.73 in this order.")
    page.get_by_role("button", name="again").click()
    expect(ending).to_have_text("Ends at −0.72 as it was, at +0.73 in this order.")
    has_query(page, order="shuffle:1")
    plot = stepper.root.locator(".orders .plot")
    box = plot.bounding_box()
    assert box
    plot.click(position={"x": 40, "y": 140})
    stepper.is_at(0)
    stepper.press("Home", " ")
    stepper.is_playing(True)
    expect(stepper.root).not_to_have_attribute("data-step", "-1")
    page.get_by_role("radio", name="original").click()
    expect(ending).to_have_text("Ends at −0.72.")
    stepper.is_playing(False)


@pytest.mark.exhaustive  # its looks are in view too
@pytest.mark.parametrize("lang", ["ko", rare("en")])
@pytest.mark.parametrize(
    "query",
    [
        "input=sunspots&cell=gru&order=rotate:99",
        rare("input=text&order=shuffle:0"),
    ],
)
def test_all_is_in_view_on_a_projector_and_nothing_scrolls_sideways_on_a_phone(
    page: Page, app: str, query: str, lang: str
) -> None:
    fits(open_stepper(page, app, f"{query}&lang={lang}", path=PATH))


def fits(stepper: Stepper) -> None:
    """Look on a projector, and then on a phone."""
    in_view_on_a_projector(stepper.root, PARTS)
    stepper.page.set_viewport_size(PHONE)
    expect(stepper.root.locator(".names .short").first).to_be_visible()
    fits_a_phone(stepper.root, ".pane, .playback, .orders, .orders .plot")


@pytest.mark.parametrize(("theme", "lang"), [rare("light", "en"), ("dark", "ko")])
def test_its_looks_and_axe_finds_nothing_serious_and_it_fits(
    page: Page, app: str, check_screenshot: CheckScreenshot, theme: str, lang: str
) -> None:
    stepper = open_stepper(page, app, f"step=14&lang={lang}&embed_options={theme}_theme", path=PATH)
    keeps_its_promises(page, "order")
    check_screenshot(stepper.root, f"order-{theme}-{lang}")
    assert serious_findings(page) == []
    fits(stepper)
