"""The gradient page in a browser: the walk back, its numbers, what is drawn after it, its looks."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from cells import ReadAt, gradient_flow, highway, with_chrono_biases
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.browser.address import has_query
from tests.browser.axe import serious_findings
from tests.browser.contract import keeps_its_promises
from tests.browser.layout import PHONE, extent, fits_a_phone, in_view_on_a_projector
from tests.browser.stepper import Stepper, open_stepper
from tests.browser.visit import open_app, wait_until_settled
from tests.checking.sampling import rare

CheckScreenshot = Callable[[Locator, str], None]

PATH = "gradient"
EXACT = 1e-4  # of a logarithm
FIGURES = 60_000  # ms: Plotly is loaded for the first time


def left(stepper: Stepper, cell: str) -> float:
    """Return the logarithm of what is left in a cell at the current step."""
    return float(stepper.root.locator(f'[data-gradient="{cell}"]').get_attribute("data-value") or "nan")


def box(stepper: Stepper, step: int) -> Locator:
    """Return what stands in the drawing for a step."""
    return stepper.root.locator(f'[data-at="{step}"]')


@pytest.mark.parametrize("lang", ["en", rare("ko")])
def test_the_numbers_at_every_step_are_those_of_the_cells(page: Page, app: str, lang: str) -> None:
    xs = SEQUENCES["bit"].make(length=40).values
    lstm = with_chrono_biases(WEIGHTS["random"].make("lstm", 2, units=4, seed=2), 40, 2)
    rnn = WEIGHTS["random"].make("rnn", 2, units=4, seed=2)
    stepper = open_stepper(page, app, f"length=40&units=4&seed=2&read_at=34&lang={lang}", path=PATH)
    flows = {cell: gradient_flow(module, xs, ReadAt(34)) for cell, module in (("rnn", rnn), ("lstm", lstm))}
    way = highway(lstm, xs, at=34)
    stepper.is_at(24)
    for step in (24, 34, 7, -1):
        stepper.go(step)
        for cell, state in (("rnn", "hidden"), ("lstm", "cell")):
            flow = flows[cell]
            log10 = flow.norms[state].log10[step] if step >= 0 else flow.first_norms[state].log10
            expected = float(log10 - flow.norms[state].log10[34])
            assert left(stepper, cell) == pytest.approx(expected, abs=EXACT)
        if 0 <= step < 34:
            for key in ("highway", "rest", "full"):
                shown = float(stepper.root.locator(f'[data-way="{key}"]').get_attribute("data-value") or "nan")
                assert shown == pytest.approx(float(getattr(way, key).log10[step]) - math.log10(2), abs=EXACT)
    stepper.go(37)
    expect(stepper.root.locator('[data-gradient="rnn"]')).to_have_attribute("data-value", "")


def test_play_and_the_left_key_walk_back_from_the_loss(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "length=16&step=15", path=PATH)
    expect(stepper.sentence).to_have_text(
        "The loss L is read here, at step 16. Play and ← walk its gradient back in time."
    )
    stepper.press("ArrowLeft")
    stepper.is_at(14)
    expect(stepper.sentence).to_contain_text("After 1 step back, at step 15 (“+1”)")
    expect(box(stepper, 14)).to_contain_text("%")
    expect(box(stepper, 13)).to_have_text("−114")  # not yet reached: what it reads, and its number
    stepper.speeds.select_option("30")
    stepper.press(" ")
    stepper.is_at(-1)
    stepper.is_playing(False)
    expect(stepper.sentence).to_contain_text("All the way back, at the state before step 1")
    has_query(page, length="16", step="-1")
    stepper.speeds.select_option("1")
    stepper.press(" ")
    stepper.is_at(15)
    stepper.is_playing(True)
    stepper.press("End")
    stepper.is_playing(False)


@pytest.mark.exhaustive
def test_a_change_of_cells_and_gate_biases_moves_what_is_left_and_the_map_is_hovered_over(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, path=PATH)
    lstm = stepper.root.locator('[data-gradient="lstm"]')
    expect(lstm).to_contain_text("halves every 41 steps")
    page.get_by_role("button", name="gate biases").click()
    page.get_by_role("radio", name="the weights’ own").click()
    expect(lstm).to_contain_text("halves every 4.1 steps")
    has_query(page, biases="as-they-are")
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="relu").click()
    expect(stepper.root).to_have_attribute("data-cell", "rnn-relu,lstm,gru")
    hovering_a_step_of_the_map_says_what_it_still_remembers(page)


@pytest.mark.exhaustive  # tests/pages knows both
def test_what_leaves_single_precision_is_marked_until_double_precision_is_chosen(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "length=250&cells=rnn,lstm", path=PATH)
    expect(stepper.root.locator(".beyond")).to_have_count(1)
    page.get_by_role("button", name="Use double precision").click()
    expect(stepper.root.locator(".beyond")).to_have_count(0)
    has_query(page, length="250", cells="rnn,lstm", precision="float64")


@pytest.mark.exhaustive
def test_hovering_a_step_of_the_map_says_what_it_still_remembers(page: Page, app: str) -> None:
    open_stepper(page, app, "length=24", path=PATH)
    hovering_a_step_of_the_map_says_what_it_still_remembers(page)


def hovering_a_step_of_the_map_says_what_it_still_remembers(page: Page) -> None:
    figure = page.locator(".st-key-influence")
    wait_until_settled(page, figure=False)  # meanwhile the figure of the run before may stand there, faded
    expect(figure.locator(".main-svg").first).to_be_attached(timeout=FIGURES)
    wait_until_settled(page, figure=False)
    figure.scroll_into_view_if_needed()
    plot = figure.locator(".nsewdrag").nth(1).bounding_box()
    assert plot
    page.mouse.move(plot["x"] + plot["width"] * 0.3, plot["y"] + plot["height"] * 0.8)
    expect(figure.locator(".hoverlayer")).to_contain_text("still depends on what step")


@pytest.mark.exhaustive  # its looks are in view too
@pytest.mark.parametrize("lang", ["ko", rare("en")])
@pytest.mark.parametrize(
    "query",
    [
        "cells=rnn,rnn-relu,lstm-peephole,gru&input=text",
        rare("cells=rnn,rnn-relu,lstm-peephole,gru"),
        rare("input=text&step=-1"),
    ],
)
def test_all_is_in_view_on_a_projector_and_nothing_scrolls_sideways_on_a_phone(
    page: Page, app: str, query: str, lang: str
) -> None:
    fits(open_stepper(page, app, f"{query}&lang={lang}", path=PATH))


def fits(stepper: Stepper) -> None:
    """Look on a projector, all the way back too, and then on a phone."""
    parts = (".sentence", ".drawing", ".playback", ".figures")
    in_view_on_a_projector(stepper.root, parts, "as it opens")
    stepper.go(-1)
    in_view_on_a_projector(stepper.root, parts, "all the way back")
    stepper.page.set_viewport_size(PHONE)
    expect(stepper.root.locator("[data-at]")).to_have_count(3)
    fits_a_phone(stepper.root, ".sentence, .drawing, .playback, .figures .rows, .figures .plot")


@pytest.mark.parametrize(("theme", "lang"), [("light", "en"), rare("dark", "ko")])
def test_its_looks_and_axe_finds_nothing_serious_and_it_fits(
    page: Page, app: str, check_screenshot: CheckScreenshot, theme: str, lang: str
) -> None:
    stepper = open_stepper(page, app, f"lang={lang}&embed_options={theme}_theme", path=PATH)
    keeps_its_promises(page, "gradient")
    expect(page.locator(".st-key-shares .main-svg").first).to_be_attached(timeout=FIGURES)
    check_screenshot(stepper.root, f"gradient-{theme}-{lang}")
    assert serious_findings(page) == []
    fits(stepper)


@pytest.mark.exhaustive
@pytest.mark.parametrize("menu", ["settings", "biases", "gradient"])
def test_what_is_set_is_in_view_beside_what_it_changes(page: Page, app: str, menu: str) -> None:
    open_app(page, app, path="gradient")
    page.locator(f".st-key-{menu}-menu button").click()
    drawer = page.locator(f".st-key-{menu}-drawer")
    expect(drawer).to_be_in_viewport(ratio=1)
    expect(page.locator(".st-key-gradient-drawer, .st-key-biases-drawer, .st-key-settings-drawer")).to_have_count(1)
    wait_until_settled(page, figure=False)
    walk = page.get_by_test_id("stepper").locator("svg").first
    expect(walk).to_be_in_viewport(ratio=1)
    below = extent(drawer, "y", "height")[1]
    assert extent(walk, "y", "height")[0] >= below, "nothing is covered"
