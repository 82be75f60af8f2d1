"""A valve in a reader's hand: everything at this step follows it, and nothing jumps when it is let go, or given up."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from cells import Clamp, trace
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.browser.address import has_query, query_of
from tests.browser.layout import PHONE
from tests.browser.stepper import Stepper, open_stepper
from tests.browser.visit import wait_until_settled
from tests.checking.sampling import rare

NewPage = Callable[..., Page]

STEP = 8
TABLE = """document.querySelector("[data-valve-table]")?.valveTable"""
TABLE_IS_THERE = f"([step, former]) => {TABLE}?.step === step && {TABLE}.run !== former"
TAKE_TABLE_AWAY = """() => { document.querySelector("[data-valve-table]").valveTable = null; }"""
# Every hidden state that stands in the page from now on, each once.
WATCH = """root => {
  const number = () => root.querySelector('[data-signal="hidden"]')?.dataset.value;
  root.shown = [number()];
  const watch = new MutationObserver(() => root.shown.push(number()));
  watch.observe(root, { subtree: true, childList: true, attributes: true });
}"""


@dataclass(frozen=True)
class Valve:
    """A valve as a hand takes it: the middle of its grip, the pixels of a drawing unit, and which way it moves."""

    stepper: Stepper
    x: float
    y: float
    unit: float
    across: bool

    def at(self, distance: float) -> tuple[float, float]:
        """Return the point so many drawing units from the middle: below or to the right of it, or above or left."""
        by = distance * self.unit
        return (self.x, self.y + by) if self.across else (self.x + by, self.y)

    def take(self, distance: float) -> None:
        self.stepper.page.mouse.move(*self.at(distance))
        self.stepper.page.mouse.down()

    def move(self, distance: float) -> None:
        self.stepper.page.mouse.move(*self.at(distance), steps=3)

    def let_go(self) -> None:
        self.stepper.page.mouse.up()


def valve_of(stepper: Stepper, signal: str, nth: int = 0, across: bool = True) -> Valve:
    """Return a gate's valve; one that moves `across` a pipe goes up and down, others to both sides."""
    grip = stepper.root.locator(f'[data-valve="{signal}"] .grip').nth(nth)
    box = grip.bounding_box()
    assert box is not None
    size = float(grip.get_attribute("width") or "nan")
    return Valve(stepper, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"] / size, across)


def open_with_table(page: Page, app: str, query: str) -> Stepper:
    stepper = open_stepper(page, app, query)
    wait_for_table(page)
    return stepper


def wait_for_table(page: Page, former: str = "") -> None:
    """Wait until the table of the step is there, and not that of the former run."""
    page.wait_for_function(TABLE_IS_THERE, arg=[STEP, former])


def shown(stepper: Stepper) -> dict[str, float]:
    return {signal: stepper.value(signal) for signal in stepper.signals()}


def computed(cell: str, gate: str, value: float, step: int = STEP) -> dict[str, float]:
    """Return what the cell itself makes of one of the latch's steps with its gate held."""
    module, xs = WEIGHTS["latch"].make(cell, 2), SEQUENCES["pulse"].make().values
    (layer,) = trace(module, xs, clamp=Clamp(gate, value, steps=step))
    return {name: float(layer[name][step, 0]) for name in layer}


@pytest.mark.parametrize("jaw", [-1, rare(1)])
def test_a_valve_is_dragged_past_its_middle_and_past_its_end_opened_by_somebody_else_and_released(
    page: Page, new_page: NewPage, app: str, jaw: int
) -> None:
    stepper = open_with_table(page, app, f"step={STEP}")
    valve = valve_of(stepper, "forget")
    valve.take(jaw * 24)
    for distance, value in ((jaw * 15, 0.5), (0, 0), (-jaw * 11.4, 0), (-jaw * 60, 0), (jaw * 60, 1), (jaw * 12, 0.3)):
        valve.move(distance)
        assert shown(stepper) == computed("lstm", "forget", value), f"at {distance}"
    expect(stepper.root).to_have_attribute("data-hand", "followed")
    expect(stepper.sentence).to_contain_text("keeps 30 % of its memory")
    expect(stepper.signal("cell").locator(".numbers")).to_have_text("0.30 · 0.97 + 0.01 · (−1.00)")
    expect(stepper.signal("forget").locator(".numbers")).to_have_text("held at 0.30")
    before = shown(stepper)
    stepper.root.evaluate(WATCH)
    valve.let_go()
    has_query(page, clamp=f"forget:0.3:{STEP}")
    expect(stepper.root.locator(".chip")).to_have_count(1)
    expect(stepper.root).to_have_attribute("data-hand", "none")
    assert shown(stepper) == before
    assert float(stepper.signal("forget").get_attribute("data-original") or "nan") > 0.99
    assert set(stepper.root.evaluate("root => root.shown")) == {stepper.signal("hidden").get_attribute("data-value")}
    stepper.press("Home")
    valve = valve_of(stepper, "input", across=False)
    valve.take(4)
    valve.move(60)
    expect(stepper.root).to_have_attribute("data-hand", "alone")
    assert stepper.signal("forget").get_attribute("data-value") == "", "nothing follows before the first step"
    valve.let_go()
    has_query(page, clamp=f"forget:0.3:{STEP},input:1:0")
    expect(stepper.root.locator(".chip")).to_have_count(2)
    wait_until_settled(page)
    stepper.press("ArrowRight")
    has_query(page, step="0")
    other = open_stepper(new_page(), app, urlsplit(page.url).query)
    other.is_at(0)
    assert shown(other) == shown(stepper)
    for left in (1, 0):
        stepper.root.locator(".chip .remove").first.click()
        expect(stepper.root.locator(".chip")).to_have_count(left)
    expect(page).not_to_have_url(re.compile("clamp"))


def test_escape_gives_a_dragged_valve_up_and_other_keys_do_nothing_to_it(page: Page, app: str) -> None:
    stepper = open_with_table(page, app, f"step={STEP}")
    before, jaw = shown(stepper), stepper.root.locator('[data-valve="forget"] .jaw').first
    stood = jaw.bounding_box()
    valve = valve_of(stepper, "forget")
    valve.take(-24)
    valve.move(-15)
    assert shown(stepper) == computed("lstm", "forget", 0.5)
    page.keyboard.press("Escape")
    expect(stepper.root).to_have_attribute("data-hand", "none")
    assert (shown(stepper), jaw.bounding_box()) == (before, stood)
    valve.move(0)
    valve.let_go()
    expect(stepper.root).to_have_attribute("data-hand", "none")
    assert (shown(stepper), jaw.bounding_box()) == (before, stood)
    page.keyboard.press("ArrowRight")
    has_query(page, step=str(STEP + 1))
    assert "clamp" not in query_of(page), "Python has been told of no clamp before it was told of the step"
    stepper.go(STEP)
    wait_for_table(page)
    other_keys_do_nothing_to_a_dragged_valve(stepper)


def other_keys_do_nothing_to_a_dragged_valve(stepper: Stepper) -> None:
    page, valve = stepper.page, valve_of(stepper, "forget")
    valve.take(-24)
    valve.move(-15)
    for key in ("ArrowRight", "ArrowLeft", "Home", "End", "ArrowDown", "Space"):
        page.keyboard.press(key)
        stepper.is_at(STEP, unit=0)
        stepper.is_playing(False)
        assert shown(stepper) == computed("lstm", "forget", 0.5), key
    valve.move(-12)
    assert shown(stepper) == computed("lstm", "forget", 0.3), "the drag goes on"
    valve.let_go()
    has_query(page, clamp=f"forget:0.3:{STEP}")
    stepper.press("ArrowRight")
    stepper.is_at(STEP + 1)


@pytest.mark.parametrize("key", ["Space", rare("ArrowRight")])
def test_a_valve_taken_before_its_table_has_come_follows_a_hand_that_holds_still(
    page: Page, app: str, key: str
) -> None:
    stepper = open_with_table(page, app, f"step={STEP}")
    valve = valve_of(stepper, "forget")
    stepper.press(key)
    page.wait_for_function("([root, step]) => root.dataset.step > step", arg=[stepper.root.element_handle(), STEP])
    valve.take(-24)
    valve.move(-15)
    expect(stepper.root).to_have_attribute("data-hand", "followed")
    stepper.is_playing(False)
    step = int(stepper.root.get_attribute("data-step") or "nan")
    before = shown(stepper)
    assert before == computed("lstm", "forget", 0.5, step)
    stepper.root.evaluate(WATCH)
    valve.let_go()
    has_query(page, clamp=f"forget:0.5:{step}")
    expect(stepper.root).to_have_attribute("data-hand", "none")
    assert shown(stepper) == before
    assert set(stepper.root.evaluate("root => root.shown")) == {stepper.signal("hidden").get_attribute("data-value")}


@pytest.mark.exhaustive  # the numbers are tested without a browser
def test_a_valve_that_shows_what_its_gate_leaves_over_goes_the_other_way(page: Page, app: str) -> None:
    stepper = open_with_table(page, app, f"cell=gru&step={STEP}")
    keeps, renews = valve_of(stepper, "update"), valve_of(stepper, "update", 1, across=False)
    renews.take(0)
    renews.move(12)
    assert shown(stepper) == computed("gru", "update", 0.7), "at the middle the first movement takes a jaw"
    renews.move(60)
    assert shown(stepper) == computed("gru", "update", 0)
    renews.move(-60)
    assert shown(stepper) == computed("gru", "update", 1)
    former = page.evaluate(f"{TABLE}.run")
    renews.let_go()
    has_query(page, clamp=f"update:1:{STEP}")
    expect(stepper.root).to_have_attribute("data-hand", "none")
    wait_for_table(page, former)
    keeps = valve_of(stepper, "update")
    keeps.take(24)
    keeps.move(0)
    assert shown(stepper) == computed("gru", "update", 0), "the clamp that stands here is the one that moves"
    keeps.let_go()
    has_query(page, clamp=f"update:0:{STEP}")


@pytest.mark.exhaustive  # before the first step there is none either
def test_without_its_table_only_the_valve_moves(page: Page, app: str) -> None:
    stepper = open_with_table(page, app, f"step={STEP}")
    page.evaluate(TAKE_TABLE_AWAY)
    before, jaw = shown(stepper), stepper.root.locator('[data-valve="forget"] .jaw').first
    stood = jaw.bounding_box()
    valve = valve_of(stepper, "forget")
    valve.take(-24)
    valve.move(0)
    expect(stepper.root).to_have_attribute("data-hand", "alone")
    assert shown(stepper) == before
    assert jaw.bounding_box() != stood
    valve.let_go()
    has_query(page, clamp=f"forget:0:{STEP}")
    expect(stepper.signal("forget")).to_have_attribute("data-value", "0")


@pytest.mark.exhaustive  # the mouse goes the same way
@pytest.mark.context(viewport=PHONE, has_touch=True)
def test_a_finger_drags_a_valve(page: Page, app: str) -> None:
    stepper = open_with_table(page, app, f"step={STEP}")
    stepper.root.locator('[data-valve="forget"]').scroll_into_view_if_needed()
    valve = valve_of(stepper, "forget")
    touch = fingers(page)
    touch("touchStart", valve.at(-24))
    for distance in (-15, -5, 20):
        touch("touchMove", valve.at(distance))
    page.wait_for_function("root => root.dataset.hand === 'followed'", arg=stepper.root.element_handle())
    assert shown(stepper) == computed("lstm", "forget", 0)
    touch("touchEnd", None)
    has_query(page, clamp=f"forget:0:{STEP}")


def fingers(page: Page) -> Callable[[str, tuple[float, float] | None], object]:
    """Return what moves a finger on the screen: Playwright itself can only tap."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, at: tuple[float, float] | None) -> object:
        points = [] if at is None else [{"x": at[0], "y": at[1]}]
        return session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return touch
