"""Training in front of the class, in a browser, on the cluster that the app starts by itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from cells import load_trained, trace
from cells.training import follow, recipe, restored
from tests.browser.layout import PHONE, PROJECTOR, fits_a_phone, in_view_on_a_projector
from tests.browser.stepper import Stepper
from tests.browser.test_accessibility import serious_findings
from tests.browser.visit import open_app, wait_until_settled

CheckScreenshot = Callable[[Locator, str], None]

PATH = "train"
SETTINGS = {"units": 2, "updates": 150, "forget_bias": 1.0, "learning_rate": 0.03}
MILLISECONDS = 90_000  # to start workers, of which a passing test needs a tenth
EXACT = 1e-6
WORDS = {
    "en": {"start": "Start", "finished": "Finished · 150 / 150", "step": "Step"},
    "ko": {"start": "시작", "finished": "끝남 · 150 / 150", "step": "스텝"},
}


def training(seed: int) -> str:
    """Its link; each language trains for itself, for what is trained is there for everybody."""
    return ",".join(["latch,length:10", *(f"{name}:{value}" for name, value in SETTINGS.items()), f"seed:{seed}"])


def start(page: Page, app: str, lang: str, seed: int) -> Locator:
    """Press Start, and wait for the end; gives the stepper."""
    open_app(page, app, {"training": training(seed), "lang": lang}, path=PATH)
    page.locator(".st-key-start-training button").click()
    stepper = page.get_by_test_id("stepper")
    expect(page.get_by_text(WORDS[lang]["finished"])).to_be_visible(timeout=MILLISECONDS)
    expect(stepper).to_have_attribute("data-update", "150")
    return stepper


@pytest.mark.parametrize("lang", WORDS)
def test_a_run_is_watched_gone_back_through_and_taken_to_the_step_page(page: Page, app: str, lang: str) -> None:
    seed = list(WORDS).index(lang)
    made = recipe("latch", "lstm", {"length": 10}, seed=seed, **SETTINGS)
    checkpoints = list(follow(made))
    sequence = made.problem().sequence()
    stepper = start(page, app, lang, seed)
    expect(stepper).to_have_attribute("data-moments", str(len(checkpoints)))
    for place in (len(checkpoints) - 1, len(checkpoints) - 2):  # the newest, and the one before
        checkpoint = checkpoints[place]
        expect(stepper).to_have_attribute("data-update", str(checkpoint.update))
        layer = trace(restored(made, checkpoint)[0], sequence.values)[0]
        shown = float(stepper.locator('[data-signal="forget"]').first.get_attribute("data-value") or "nan")
        assert shown == pytest.approx(
            layer["forget"][int(stepper.get_attribute("data-step") or 0), 0].item(), abs=EXACT
        )
        stepper.press("PageUp")
    expect(stepper).to_have_attribute("data-update", str(checkpoints[-3].update))
    expect(page).to_have_url(re.compile(f"update={checkpoints[-3].update}"))
    expect(page.locator(".st-key-curves .main-svg").first).to_be_attached()
    with page.expect_download() as told:
        page.locator(".st-key-weights-file button").click()
    trained = load_trained(told.value.path())
    assert trained.metadata["update"] == str(checkpoints[-3].update)
    assert torch.equal(trained.readout.weight, checkpoints[-3].state["readout.weight"])

    page.locator(".st-key-on-to-step button").click()
    expect(page).to_have_url(re.compile("weights=model"))
    wait_until_settled(page)
    opened = Stepper(page)
    hidden = trace(trained.module, sequence.values)[0]["hidden"]
    shown = float(opened.root.locator('[data-signal="hidden"]').first.get_attribute("data-value") or "nan")
    assert shown == pytest.approx(hidden[-1, 0].item(), abs=EXACT)


def test_it_is_paused_resumed_and_stopped_and_others_share_it(page: Page, app: str) -> None:
    """A run that is long enough for a person."""
    link = {"training": "adding,units:8,length:60,updates:200000"}
    open_app(page, app, link, path=PATH)
    page.locator(".st-key-start-training button").click()
    expect(page.get_by_text(re.compile(r"^Training · [\d,]+ / 200,000 · .+ left$"))).to_be_visible(timeout=MILLISECONDS)
    page.locator(".st-key-pause-training button").click()
    paused = page.get_by_text(re.compile(r"^Paused · [\d,]+ / 200,000$"))
    expect(paused).to_be_visible()
    standing = paused.inner_text()
    other = page.context.browser
    assert other is not None
    second = other.new_context(viewport=PROJECTOR).new_page()
    open_app(second, app, {**link, "lang": "en"}, path=PATH)
    second.locator(".st-key-start-training button").click()
    expect(second.get_by_text(re.compile("shared with 1 more"))).to_be_visible(timeout=MILLISECONDS)
    assert paused.inner_text() == standing, "which is not what the other one sees"
    second.context.close()
    page.locator(".st-key-start-training button").click()
    expect(page.get_by_text(re.compile(r"^Training · "))).to_be_visible()
    page.locator(".st-key-stop-training button").click()
    expect(page.get_by_text(re.compile(r"^Stopped · "))).to_be_visible()
    expect(page.locator(".st-key-start-training button")).to_be_visible()


@pytest.mark.context(viewport=PROJECTOR)
def test_a_projector_shows_drawing_bars_and_strips_together(page: Page, app: str) -> None:
    stepper = start(page, app, "en", 2)
    in_view_on_a_projector(stepper, (".drawing", ".playback", ".moment-scrubber", ".strips"))


@pytest.mark.context(viewport=PHONE)
@pytest.mark.parametrize("lang", WORDS)
def test_it_fits_a_phone(page: Page, app: str, lang: str) -> None:
    open_app(page, app, {"training": training(3), "lang": lang}, path=PATH)
    fits_a_phone(page.locator("body"), ".st-key-controls button, [data-testid=stepper], .strips")


@pytest.mark.parametrize(("theme", "lang"), [("light", "en"), ("dark", "ko")])
def test_axe_finds_nothing_serious(page: Page, app: str, theme: str, lang: str) -> None:
    seed = 4 + list(WORDS).index(lang)
    open_app(page, app, f"training={training(seed)}&lang={lang}&embed_options={theme}_theme", path=PATH)
    page.locator(".st-key-start-training button").click()
    expect(page.get_by_text(WORDS[lang]["finished"])).to_be_visible(timeout=MILLISECONDS)
    expect(page.locator(".st-key-curves .main-svg").first).to_be_attached()
    assert serious_findings(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_untrained_cell_looks_as_it_did(
    page: Page, app: str, check_screenshot: CheckScreenshot, theme: str
) -> None:
    open_app(page, app, f"training={training(0)}&embed_options={theme}_theme", path=PATH)
    check_screenshot(page.get_by_test_id("stepper"), f"train-{theme}-en")
