"""What if: a reader holds gates, changes a letter, sees both runs, and takes the picture away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from cells import Clamp, trace
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.browser.address import has_query, query_of
from tests.browser.axe import serious_findings
from tests.browser.contract import keeps_its_promises
from tests.browser.files import SVG, take_away
from tests.browser.layout import PHONE, PROJECTOR
from tests.browser.stepper import Stepper, open_stepper
from tests.browser.visit import choose_cell
from tests.checking.sampling import rare

CheckScreenshot = Callable[[Locator, str], None]
SHUT = "input=pulse&length=60&clamp=forget:0:30"  # the link that a teacher opens


def original(stepper: Stepper, signal: str) -> float:
    """Return the number of a signal in the original run."""
    return float(stepper.signal(signal).get_attribute("data-original") or "nan")


def test_a_teacher_steps_through_both_runs_from_one_link(page: Page, app: str, tmp_path: Path) -> None:
    xs = SEQUENCES["pulse"].make(length=60).values
    module = WEIGHTS["latch"].make("lstm", 2)
    (now,), (before,) = trace(module, xs, clamp=Clamp("forget", 0.0, steps=30)), trace(module, xs)
    stepper = open_stepper(page, app, f"{SHUT}&step=29")
    keeps_its_promises(page, "signal", "held")
    for step in (29, 30, 31, 59):
        stepper.go(step)
        for signal in ("forget", "cell", "hidden"):
            assert stepper.value(signal) == pytest.approx(float(now[signal][step, 0]), abs=1e-6)
            assert original(stepper, signal) == pytest.approx(float(before[signal][step, 0]), abs=1e-6)
    stepper.go(30)
    expect(stepper.signal("forget")).to_have_attribute("data-held", "true")
    expect(stepper.signal("forget").locator(".numbers")).to_have_text("held at 0.00")
    expect(stepper.root.locator(".change")).to_have_text("What step 4 wrote is lost 6 steps earlier.")
    picture = ElementTree.parse(take_away(stepper, "Download the picture as SVG", tmp_path / "it.svg")).getroot()
    ghosts = [element for element in picture.iter() if element.get("class") == "ghost"]
    assert any(element.get("d") or element.get("visibility") == "visible" for element in ghosts)
    texts = ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]
    assert f"{before['forget'][30, 0]:.2f}" in texts
    assert texts[-2:] == ["forget gate = 0 · step 31", "What step 4 wrote is lost 6 steps earlier."]


def test_the_keyboard_holds_several_gates_over_chosen_steps_and_units(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "weights=random&units=4&step=5")
    stepper.button("What if").focus()
    page.keyboard.press("Enter")
    panel = stepper.root.locator(".panel")
    panel.get_by_label("to step").fill("10")
    panel.get_by_label("unit").select_option("all units")
    panel.locator("[data-field=value]").fill("1.5")
    page.keyboard.press("Enter")
    has_query(page, clamp="forget:1.5:5-9")
    expect(stepper.root.locator(".chip em")).to_have_text(" outside 0 to 1")
    panel.locator("[data-field=what]").select_option("output")
    panel.locator("[data-field=value]").fill("0")
    panel.get_by_role("button", name="Hold").click()
    has_query(page, clamp="forget:1.5:5-9,output:0:5:0")
    # The address is written before the new run arrives.
    expect(stepper.signal("output")).to_have_attribute("data-value", "0")
    expect(stepper.signal("forget")).to_have_attribute("data-value", "1.5")
    panel.locator("[data-field=value]").fill("")
    panel.get_by_label("to step").fill("7")
    panel.get_by_label("to step").press("Tab")
    expect(panel.locator("[data-field=value]:invalid")).to_be_visible()
    assert query_of(page)["clamp"] == "forget:1.5:5-9,output:0:5:0", "nothing is asked for without a value"
    panel.locator("[data-field=value]").fill("0.5")
    page.keyboard.press("Enter")
    has_query(page, clamp="forget:1.5:5-9,output:0.5:5-6:0")
    expect(stepper.signal("output")).to_have_attribute("data-value", "0.5")
    panel.get_by_role("button", name="Release").click()
    has_query(page, clamp="forget:1.5:5-9")


@pytest.mark.parametrize("lang", [rare("en"), "ko"])
def test_a_changed_letter_and_the_difference_one_click_away(page: Page, app: str, lang: str) -> None:
    stepper = open_stepper(page, app, f"input=text&text=hello&step=1&lang={lang}")
    stepper.root.locator(".drawing .holdable").last.click()
    stepper.root.locator(".panel [data-field=entry]").select_option(label="o")
    has_query(page, edit="1:o")
    expect(stepper.root.locator(".chip")).to_contain_text({"en": "“o” instead of “e”", "ko": "“e” 대신 “o”"}[lang])
    stepper.root.locator("button.difference").click()
    has_query(page, difference="1")
    expect(stepper.root.locator("button.difference")).to_have_attribute("aria-pressed", "true")
    difference = stepper.value("hidden") - original(stepper, "hidden")
    assert abs(difference) > 0.001
    expect(stepper.signal("hidden").locator(".value")).to_have_text(f"{difference:+.3f}".replace("-", "−"))
    stepper.go(0)
    expect(stepper.signal("hidden").locator(".value")).to_have_text("+0.000")


def test_the_panel_closes_when_the_run_becomes_another(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "clamp=forget:0:8,candidate:0")
    stepper.root.locator(".chip .open").first.click()
    expect(stepper.root.locator(".panel")).to_be_visible()
    choose_cell(page, "GRU")
    expect(stepper.root).to_have_attribute("data-cell", "gru")
    expect(stepper.root.locator(".panel")).to_have_count(0)
    expect(stepper.root.locator(".chip")).to_have_count(1)
    page.go_back()
    expect(stepper.root.locator(".chip")).to_have_count(2)
    stepper.root.locator(".chip .open").first.click()
    stepper.root.locator(".panel [data-field=to]").press("Escape")
    expect(stepper.root.locator(".panel")).to_have_count(0)


def test_each_number_that_a_step_reads_is_typed_under_its_name(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "step=2")
    stepper.root.locator(".drawing .holdable").last.click()
    panel = stepper.root.locator(".panel")
    expect(panel.get_by_label("step 3 reads value")).to_have_value("0")
    panel.get_by_label("step 3 reads write").fill("1")
    page.keyboard.press("Enter")
    expect(stepper.root.locator(".chip")).to_have_text("step 3 reads “0/1” instead of “0”×")
    assert query_of(page)["edit"] == "2:0/1"


def test_a_number_that_is_none_is_told_and_nothing_is_lost(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "input=numbers&clamp=output:1&step=2")
    stepper.root.locator(".drawing .holdable").last.click()
    stepper.root.locator(".panel [data-field=entry]").fill("<b>")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text("<b>")
    assert query_of(page)["clamp"] == "output:1"
    expect(stepper.root.locator(".panel [data-field=entry]")).to_have_value("<b>")


@pytest.mark.exhaustive
@pytest.mark.context(viewport=PROJECTOR)
def test_everything_is_in_view_with_a_clamp_and_open_to_all(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "weights=random&clamp=forget:0:8&lang=ko&embed_options=dark_theme")
    is_in_view_and_open_to_all(stepper)


def is_in_view_and_open_to_all(stepper: Stepper) -> None:
    """Expect the page in view on a projector, and open to all with its panel too."""
    box = stepper.root.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PROJECTOR["height"]
    stepper.root.locator("button.what-if").click()
    expect(stepper.root.locator(".panel")).to_be_in_viewport(ratio=1)
    expect(stepper.sentence).to_be_in_viewport(ratio=1)
    expect(stepper.root.locator("[data-strip]").last).to_be_in_viewport(ratio=1)
    assert serious_findings(stepper.page) == []


@pytest.mark.exhaustive  # test_stepping.py touches a phone with a clamp and an edit too
@pytest.mark.context(viewport=PHONE, has_touch=True)
def test_nothing_scrolls_sideways_on_a_phone(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, f"{SHUT}&edit=5:1/1&step=30")
    stepper.root.locator("button.what-if").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert stepper.root.evaluate("root => root.scrollWidth <= root.clientWidth")


@pytest.mark.context(viewport=PROJECTOR)
@pytest.mark.parametrize(("theme", "lang"), [("light", "en"), rare("dark", "ko")])
def test_a_clamp_as_a_picture_is_in_view_and_open_to_all(
    page: Page, app: str, check_screenshot: CheckScreenshot, theme: str, lang: str
) -> None:
    stepper = open_stepper(page, app, f"clamp=forget:0:8&lang={lang}&embed_options={theme}_theme")
    check_screenshot(stepper.root, f"clamp-{theme}-{lang}")
    is_in_view_and_open_to_all(stepper)
