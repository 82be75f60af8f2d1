"""A reader moves through a sequence by keys, buttons, scrubber, strips and touch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, Position, expect

from cells import Clamp, trace
from cells.analysis.facts import Fact, step_facts
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from pages.shared.words.numbers import format_decimals, format_signed
from tests.browser.address import has_query
from tests.browser.layout import PHONE
from tests.browser.problems import record_problems
from tests.browser.readers import Readers
from tests.browser.stepper import Stepper, open_stepper
from tests.browser.visit import choose_cell

# 26 steps, 4 units: long enough that playing at one step a second does not end by itself.
WORD = "input=text&text=abcdefghijklmnopqrstuvwxyz&weights=random&units=4"
STEPS, UNITS = 26, 4
LAST = STEPS - 1


@pytest.fixture(scope="module")
def shared_stepper(readers: Readers, app: str) -> Iterator[Stepper]:
    """Open the word once for all tests that only move about in it: a page takes seconds to open, a step none."""
    problems: list[str] = []
    with readers.lent() as reader:
        page = reader.open()
        record_problems(page, problems)
        yield open_stepper(page, app, WORD)
    assert problems == []


@pytest.fixture
def stepper(shared_stepper: Stepper) -> Stepper:
    """Return the shared stepper at its first step and unit, however the test before has left it."""
    shared_stepper.go(0, unit=0)
    shared_stepper.is_playing(False)
    return shared_stepper


def test_the_page_tells_where_it_is_and_arrow_keys_work_before_anything_has_been_clicked_and_after_a_click_on_a_cell(
    page: Page, app: str
) -> None:
    stepper = open_stepper(page, app, f"{WORD}&step=2&unit=3")
    attributes = {"ready": "true", "cell": "lstm", "step": "2", "steps": "26", "unit": "3", "playing": "false"}
    for name, value in attributes.items():
        expect(stepper.root).to_have_attribute(f"data-{name}", value)
    page.keyboard.press("ArrowRight")
    stepper.is_at(3, unit=3)
    has_query(page, step="3")
    choose_cell(page, "GRU")
    expect(stepper.root).to_have_attribute("data-cell", "gru")
    expect(stepper.root).to_be_focused()
    page.keyboard.press("ArrowRight")
    stepper.is_at(4)


def test_arrow_keys_step_and_stop_at_both_ends(stepper: Stepper) -> None:
    stepper.is_at(0)
    stepper.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft")
    stepper.is_at(2)
    stepper.press("End")
    stepper.is_at(LAST)
    stepper.press("ArrowRight")
    stepper.is_at(LAST)
    stepper.press("Home")
    stepper.is_at(-1)
    stepper.press("ArrowLeft")
    stepper.is_at(-1)
    stepper.press("ArrowRight")
    stepper.is_at(0)


def test_up_and_down_choose_the_unit_and_stop_at_both_ends(stepper: Stepper) -> None:
    stepper.press("ArrowDown", "ArrowDown")
    stepper.is_at(0, unit=2)
    stepper.press("ArrowDown", "ArrowDown", "ArrowDown")
    stepper.is_at(0, unit=3)
    stepper.press("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp")
    stepper.is_at(0, unit=0)


def test_keys_with_a_modifier_are_left_to_the_browser(stepper: Stepper) -> None:
    stepper.press("Control+ArrowRight", "ArrowDown")
    stepper.is_at(0, unit=1)


def test_buttons_step(stepper: Stepper) -> None:
    stepper.button("One step forward").click()
    stepper.is_at(1)
    stepper.button("To the last step").click()
    stepper.is_at(LAST)
    stepper.button("One step back").click()
    stepper.is_at(LAST - 1)
    stepper.button("To the start").click()
    stepper.is_at(-1)


def test_the_scrubber_follows_keys_and_mouse(stepper: Stepper) -> None:
    stepper.scrubber.press("ArrowRight")
    stepper.is_at(1)
    stepper.scrubber.press("End")
    stepper.is_at(LAST)
    drag(stepper.scrubber, start=0.99, end=0.01)
    stepper.is_at(-1)
    drag(stepper.scrubber, start=0.01, end=0.5)
    expect(stepper.root).to_have_attribute("data-step", re.compile("^1[123]$"))
    expect(stepper.scrubber).to_have_value(stepper.root.get_attribute("data-step") or "")


def drag(slider: Locator, start: float, end: float) -> None:
    """Hold the mouse at one share of the slider's length and let go at another."""
    box = slider.bounding_box()
    assert box
    mouse, y = slider.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + start * box["width"], y)
    mouse.down()
    mouse.move(box["x"] + end * box["width"], y, steps=4)
    mouse.up()


def test_the_unit_list_and_the_row_of_units_choose_the_unit(stepper: Stepper) -> None:
    stepper.units.select_option("2")
    stepper.is_at(0, unit=2)
    before = stepper.value("forget")
    rail = stepper.signal("forget").locator("canvas")
    rail.click(position=middle_of(rail, column=1, columns=UNITS))
    stepper.is_at(0, unit=1)
    expect(stepper.units).to_have_value("1")
    assert stepper.value("forget") != before


@pytest.mark.parametrize(("signal", "step"), [("forget", 0), ("cell", 3), ("hidden", LAST)])
def test_a_click_on_a_strip_jumps_to_its_step(stepper: Stepper, signal: str, step: int) -> None:
    stepper.go(1)
    strip = stepper.strip(signal)
    strip.click(position=middle_of(strip, column=step, columns=STEPS))
    stepper.is_at(step)


def middle_of(element: Locator, column: int, columns: int) -> Position:
    """Return the middle of one of an element's columns, seen from its corner."""
    box = element.bounding_box()
    assert box
    return {"x": (column + 0.5) * box["width"] / columns, "y": box["height"] / 2}


@pytest.mark.context(has_touch=True, is_mobile=True, viewport=PHONE)
def test_touch_does_what_the_mouse_does_and_nothing_scrolls_sideways(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, f"{WORD}&clamp=forget:0:8&edit=5:a&step=0")
    stepper.button("One step forward").tap()
    stepper.is_at(1)
    strip = stepper.strip("input")
    strip.tap(position=middle_of(strip, column=4, columns=STEPS))
    stepper.is_at(4)
    rail = stepper.signal("input").locator("canvas")
    rail.tap(position=middle_of(rail, column=3, columns=UNITS))
    stepper.is_at(4, unit=3)
    stepper.root.locator("button.what-if").tap()
    expect(stepper.root.locator(".panel")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert stepper.root.evaluate("root => root.scrollWidth <= root.clientWidth")


def test_playing_goes_on_until_it_is_paused(stepper: Stepper) -> None:
    stepper.speeds.select_option("2")
    stepper.press("Space")
    stepper.is_playing(True)
    expect(stepper.button("Pause")).to_be_visible()
    expect(stepper.root).to_have_attribute("data-step", re.compile("^([2-9]|1.)$"))
    stepper.press("Space")
    stepper.is_playing(False)
    rests(stepper)


def rests(stepper: Stepper) -> None:
    """Expect the step to be the one in the address, and to stay so for ten frames more."""
    step = stepper.root.get_attribute("data-step")
    expect(stepper.page).to_have_url(re.compile(rf"[?&]step={step}(&|$)"))
    after = stepper.root.evaluate(
        """async root => {
          for (let i = 0; i < 10; i++) await new Promise(requestAnimationFrame);
          return root.dataset.step;
        }"""
    )
    assert after == step


def test_playing_stops_at_the_end_and_begins_anew(stepper: Stepper) -> None:
    stepper.speeds.select_option("30")
    stepper.button("Play").click()
    stepper.is_at(LAST)
    stepper.is_playing(False)
    stepper.speeds.select_option("1")
    stepper.button("Play").click()
    stepper.is_playing(True)
    stepper.button("Pause").click()
    stepper.is_playing(False)
    expect(stepper.root).to_have_attribute("data-step", re.compile("^(-1|[0-9])$"))


def test_a_step_by_hand_ends_playing(stepper: Stepper) -> None:
    stepper.speeds.select_option("1")
    stepper.press("Space")
    stepper.is_playing(True)
    stepper.press("Home")
    stepper.is_playing(False)
    stepper.is_at(-1)


RECORD_STEPS = """root => {
  root.steps = [];
  new MutationObserver(() => root.steps.push(Number(root.dataset.step)))
    .observe(root, { attributeFilter: ["data-step"] });
}"""


def test_another_speed_while_playing_does_not_jump(stepper: Stepper) -> None:
    stepper.speeds.select_option("1")
    stepper.press("Space")
    stepper.root.evaluate(RECORD_STEPS)
    stepper.is_at(3)  # after three seconds, in which five steps a second would have gone fifteen
    stepper.speeds.select_option("5")
    stepper.is_at(LAST)
    steps: list[int] = stepper.root.evaluate("root => root.steps")
    assert max(after - before for before, after in pairwise(steps)) < 8


def test_space_on_a_focused_button_acts_once(stepper: Stepper) -> None:
    stepper.button("One step forward").press("Space")
    stepper.is_at(1)
    stepper.is_playing(False)
    stepper.speeds.select_option("1")
    stepper.button("Play").press("Space")
    stepper.is_playing(True)
    stepper.button("Pause").press("Space")
    stepper.is_playing(False)


def test_the_sentence_tells_each_step(stepper: Stepper) -> None:
    expect(stepper.sentence).to_contain_text("Step 1 of 26 reads “a”")
    first = stepper.sentence.locator("strong").all_inner_texts()
    stepper.press("ArrowRight")
    expect(stepper.sentence).to_contain_text("Step 2 of 26 reads “b”")
    assert stepper.sentence.locator("strong").all_inner_texts() != first


def test_the_sentence_says_what_is_true_of_its_step_with_its_numbers(page: Page, app: str) -> None:
    """Cancelled, kept, written, shown and held: as `step_facts` has it, written out in the browser."""
    shut = Clamp("forget", 0.0, steps=30)
    (layer,) = trace(WEIGHTS["latch"].make("lstm", 2), SEQUENCES["pulse"].make(length=60).values, clamp=shut)
    stepper = open_stepper(page, app, "input=pulse&length=60&clamp=forget:0:30")
    labels = SEQUENCES["pulse"].make(length=60).labels
    for step in (0, 3, 15, 30, 31, 36, 40):
        stepper.go(step)
        *facts, end = step_facts(layer, step, 0)
        said = [in_words(fact, labels) for fact in facts]
        sentence = f"{', '.join(said[:-1])} and {said[-1]}{in_words(end, labels)}"
        expect(stepper.sentence).to_have_text(f"Step {step + 1} of 60 reads “{labels[step]}”: {sentence}")


def in_words(fact: Fact, labels: tuple[str, ...]) -> str:
    """Write a fact as the browser does."""
    written = {name: WRITTEN[name](value, labels) for name, value in fact.values.items()}
    return fact.text.format(**written)


WRITTEN: dict[str, Callable[[float, tuple[str, ...]], object]] = {
    "percent": lambda value, _: f"{round(100 * value)} %",
    "value": lambda value, _: format_signed(value),
    "number": lambda value, _: format_decimals(value),
    "step": lambda value, _: int(value) + 1,
    "label": lambda value, labels: labels[int(value)],
}


def test_the_sentence_is_spoken_but_not_while_playing(stepper: Stepper) -> None:
    expect(stepper.sentence).to_have_attribute("aria-live", "polite")
    stepper.speeds.select_option("1")
    stepper.button("Play").click()
    expect(stepper.sentence).to_have_attribute("aria-live", "off")
    stepper.button("Pause").click()
    expect(stepper.sentence).to_have_attribute("aria-live", "polite")
