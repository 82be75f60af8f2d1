"""Training time: the same step and unit at every checkpoint, in the browser alone, while more checkpoints arrive."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cells import trace
from cells.training import follow, recipe, restored
from tests import ROOT
from tests.browser.contract import keeps_its_promises
from tests.browser.late_frames import LateFrames, is_report
from tests.browser.layout import PHONE
from tests.browser.server import running_app
from tests.browser.stepper import Stepper
from tests.browser.visit import wait_until_settled
from tests.checking.sampling import few

# Cell -> the signals that have a line below the stepper.
COURSES = {"rnn": ["hidden"], "gru": ["reset", "update"], "lstm": ["forget", "input", "output"]}
SCRIPT = Path(__file__).with_name("training_app.py")
UPDATES = [0, 1, 2, 3, 4, 6, 7, 10, 13, 18, 24, 32, 42, 56, 75, 100, 133, 178, 237, 300]
NEWEST = len(UPDATES) - 1
FOLLOWED = "newest"  # what Python hears in place of an update


@pytest.fixture(scope="module")
def training_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the script as the app is served. Gives its base URL."""
    folder = tmp_path_factory.mktemp("training")
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    shutil.copy(SCRIPT, folder / "app.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        with running_app(folder) as base:
            yield base


@pytest.fixture
def open_training(training_app: str, page: Page) -> Callable[[str], Training]:
    """Give a function that opens the script's page with a query."""

    def open_query(query: str) -> Training:
        page.goto(f"{training_app}/?{query}")
        wait_until_settled(page, figure=False)
        return Training(page)

    return open_query


class Training(Stepper):
    """The stepper with its second scrubber."""

    @property
    def moments(self) -> Locator:
        return self.root.locator(".moment-scrubber")

    def is_at_moment(self, index: int) -> None:
        expect(self.root).to_have_attribute("data-moment", str(index))
        expect(self.root).to_have_attribute("data-update", str(UPDATES[index]))
        expect(self.moments).to_have_value(str(index))

    def one_more(self) -> None:
        """Let another checkpoint arrive."""
        count = int(self.root.get_attribute("data-moments") or 0)
        self.page.get_by_role("button", name="One more").click()
        expect(self.root).to_have_attribute("data-moments", str(count + 1))

    def has_reported(self, step: int, unit: int, update: int | str) -> None:
        """Expect that Python has heard of this position."""
        expect(self.page.get_by_text(f"heard {step} {unit} {update}", exact=True)).to_be_visible()


def test_it_is_in_view_on_a_projector_keys_go_through_training_time_and_numbers_strips_and_lines_follow(
    open_training: Callable[[str], Training],
) -> None:
    stepper = open_training("step=10&unit=2")
    keeps_its_promises(stepper.page, "signal", "train")
    box = stepper.root.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 768
    stepper.is_at_moment(NEWEST)
    expect(stepper.root).to_have_attribute("data-moments", str(len(UPDATES)))
    for key, index in (("PageUp", 18), ("[", 17), ("PageDown", 18), ("]", 19), ("PageDown", 19)):
        stepper.press(key)
        stepper.is_at_moment(index)
        stepper.is_at(10, 2)
    stepper.press("PageUp", "PageUp", "PageUp", "PageUp", "ArrowRight")
    stepper.is_at_moment(15)
    stepper.is_at(11, 2)
    expect(stepper.root.locator(".told")).to_have_text(re.compile(r"^update 100 · loss \d\.\d{3} · success \d+ %$"))
    stepper.has_reported(11, 2, 100)
    stepper.press("ArrowLeft", "ArrowUp")
    stepper.is_at(10, 1)
    the_numbers_are_those_of_the_checkpoint(stepper)
    stepper.moments.fill(str(NEWEST))
    stepper.is_at_moment(NEWEST)
    the_strips_and_the_lines_follow(stepper)


def the_numbers_are_those_of_the_checkpoint(stepper: Training) -> None:
    training_recipe = recipe("latch", "lstm", {"length": 20}, forget_bias=1, units=4, updates=300)
    checkpoints = list(follow(training_recipe))
    assert [checkpoint.update for checkpoint in checkpoints] == UPDATES
    sequence = training_recipe.problem().sequence()
    for index in (NEWEST, 0, 12):
        stepper.moments.fill(str(index))
        stepper.is_at_moment(index)
        (layer,) = trace(restored(training_recipe, checkpoints[index])[0], sequence.values)
        for signal in stepper.signals():
            assert stepper.value(signal) == pytest.approx(float(layer[signal][10, 1]), abs=1e-6), (index, signal)
        assert stepper.terms("forget")[-1] == pytest.approx(float(layer.parts(1)["forget"]["sum"][10]), abs=0.006)


def the_strips_and_the_lines_follow(stepper: Training) -> None:
    picture = "canvas => canvas.toDataURL()"
    before = stepper.strip("forget").locator("canvas").evaluate(picture)
    stepper.press(*["PageUp"] * NEWEST)
    stepper.is_at_moment(0)
    assert stepper.strip("forget").locator("canvas").evaluate(picture) != before
    stepper.press(*["PageDown"] * NEWEST)
    stepper.is_at_moment(NEWEST)
    assert stepper.strip("forget").locator("canvas").evaluate(picture) == before
    line = stepper.root.locator("[data-course=forget] path").first
    assert len(re.findall("[ML]", line.get_attribute("d") or "")) == len(UPDATES)
    here = line.get_attribute("d") or ""
    stepper.press("ArrowLeft")
    expect(line).not_to_have_attribute("d", here)
    stepper.press("Home")
    expect(line).to_have_attribute("d", "")  # a gate has no value before the first step


def test_a_reader_at_the_newest_moment_follows_it_and_keeps_what_he_holds_and_one_who_has_gone_back_stays_there(
    open_training: Callable[[str], Training],
) -> None:
    stepper = open_training("step=10&unit=1&arrived=8")
    stepper.is_at_moment(7)
    stepper.moments.evaluate("scrubber => (scrubber.held = true)")
    stepper.one_more()
    stepper.is_at_moment(8)
    stepper.is_at(10, 1)
    assert stepper.moments.evaluate("scrubber => scrubber.held")  # nothing has been built anew
    stepper.has_reported(10, 1, FOLLOWED)
    stepper.one_more()
    stepper.is_at_moment(9)
    stepper.press("PageUp", "PageUp")
    stepper.has_reported(10, 1, 10)
    stepper.one_more()
    stepper.is_at_moment(7)
    stepper.press("PageUp")
    stepper.one_more()  # before or after Python has heard of it
    stepper.is_at_moment(6)
    stepper.has_reported(10, 1, 7)


def test_reports_that_come_late_and_in_another_order_take_nobody_from_where_he_is(
    training_app: str, page: Page
) -> None:
    frames = LateFrames(page)
    page.goto(f"{training_app}/?step=10&unit=1&arrived=8")
    wait_until_settled(page, figure=False)
    stepper = Training(page)
    frames.holds = is_report
    for index in (8, 9):
        stepper.one_more()
        stepper.is_at_moment(index)
        frames.wait_until_held(index - 7)
    frames.let_go(1, 0)
    stepper.has_reported(10, 1, FOLLOWED)
    stepper.is_at_moment(9)
    frames.holds = is_report
    stepper.press("PageUp")
    frames.wait_until_held(1)
    stepper.press("PageUp", "ArrowRight")
    frames.wait_until_held(2)
    frames.let_go(1, 0, between=lambda: stepper.has_reported(11, 1, UPDATES[7]))
    stepper.one_more()
    stepper.has_reported(11, 1, UPDATES[7])
    stepper.is_at_moment(7)
    stepper.press("PageDown", "PageDown", "PageDown")
    stepper.has_reported(11, 1, FOLLOWED)
    stepper.one_more()
    stepper.is_at_moment(11)


def test_the_sequence_plays_on_while_checkpoints_arrive_and_training_time_plays_to_the_newest_moment(
    open_training: Callable[[str], Training],
) -> None:
    stepper = open_training("step=-1&arrived=4")
    stepper.press("Space")
    stepper.is_playing(True)
    stepper.one_more()
    stepper.is_at_moment(4)
    stepper.is_playing(True)
    stepper.press("Space")
    stepper.is_playing(False)
    stepper.button("Play the training").click()
    expect(stepper.root).to_have_attribute("data-training", "playing")
    stepper.is_playing(False)
    expect(stepper.root).to_have_attribute("data-training", "resting")
    stepper.is_at_moment(4)
    stepper.moments.focus()
    stepper.page.keyboard.press("Space")
    expect(stepper.root).to_have_attribute("data-training", "playing")
    stepper.page.keyboard.press("PageUp")
    expect(stepper.root).to_have_attribute("data-training", "resting")
    expect(stepper.moments).to_be_focused()


def test_a_link_opens_at_its_moment(open_training: Callable[[str], Training]) -> None:
    stepper = open_training("step=10&unit=3&update=100")
    stepper.is_at_moment(15)
    stepper.press("PageDown")
    stepper.has_reported(10, 3, 133)
    stepper.page.reload()
    wait_until_settled(stepper.page, figure=False)
    stepper.is_at_moment(16)


@pytest.mark.parametrize("cell", few(COURSES, "rnn"))
def test_a_cell_without_gates_has_lines_too_and_it_speaks_korean(
    open_training: Callable[[str], Training], cell: str
) -> None:
    stepper = open_training(f"cell={cell}&step=10&arrived=6&lang=ko")
    lines = stepper.root.locator("[data-course]").all()
    assert [line.get_attribute("data-course") for line in lines] == COURSES[cell]
    expect(stepper.root.locator(".told")).to_have_text(re.compile("^업데이트 6 · 손실 .* · 성공률"))
    expect(stepper.moments).to_have_attribute("aria-label", "학습 진행")


@pytest.mark.exhaustive
@pytest.mark.context(viewport=PHONE, has_touch=True, is_mobile=True)
def test_a_phone_does_not_scroll_sideways(open_training: Callable[[str], Training]) -> None:
    stepper = open_training("step=10")
    assert stepper.page.evaluate("document.documentElement.scrollWidth") <= 390
    stepper.moments.tap(position={"x": 20, "y": 20})
    stepper.is_at_moment(1)
