"""The train page and the study page in a browser, on the cluster that the app starts by itself.

They stand in one file so that one process of the tests, and thus one server, starts that cluster, once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from cells import load_trained, trace
from cells.training import Checkpoint, follow, recipe, restored
from cells.training.recipe import Recipe
from pages.shared.words.catalogue import translate
from tests.browser.address import has_query, query_of
from tests.browser.axe import serious_findings
from tests.browser.late_frames import LateFrames, is_report
from tests.browser.layout import PHONE, PROJECTOR, fits_a_phone, in_view_on_a_projector
from tests.browser.stepper import Stepper
from tests.browser.visit import NOTE_ASKED, open_app, wait_until_quiet, wait_until_settled
from tests.checking.sampling import rare

NewPage = Callable[..., Page]
CheckScreenshot = Callable[[Locator, str], None]

MILLISECONDS = 90_000  # to start workers, of which a passing test needs a tenth
EXACT = 1e-6

SETTINGS = {"units": 2, "updates": 150, "forget_bias": 1.0, "learning_rate": 0.03}
MOMENTS = 18  # of 150 updates
AT_ONCE = 5_000  # ms: for what the page need not be asked for
WORDS = {
    "en": {"finished": "Finished · 150 / 150"},
    "ko": {"finished": "끝남 · 150 / 150"},
}
TRAIN_PARTS = ".st-key-controls button, [data-testid=stepper], .strips"

TINY = "study=latch&cells=rnn,gru&lags=8,12&seeds=1&study_units=2&study_updates=20"
STUDY_WORDS = {
    "en": ("Start", r"^finished · 4 of 4 trainings · 80 of 80 updates$", "Success of each cell against the lag"),
    "ko": ("시작", r"^끝남 · 학습 4/4 · 업데이트 80/80$", "지연에 따른 셀마다의 성공률"),
}
STUDY_PARTS = ".st-key-controls button, .st-key-study-buttons button, .st-key-study-figure"


def training(seed: int) -> str:
    """Return a training as a link spells it; its run is there for everybody who starts the same."""
    return ",".join(["latch,length:10", *(f"{name}:{value}" for name, value in SETTINGS.items()), f"seed:{seed}"])


def run(page: Page, app: str, seed: int, lang: str = "en", theme: str = "light") -> Locator:
    """Press Start, and wait for the end. Returns the stepper."""
    link = {"training": training(seed), "lang": lang, "embed_options": f"{theme}_theme"}
    open_app(page, app, link, path="train")
    page.locator(".st-key-start-training button").click()
    expect(page.get_by_text(WORDS[lang]["finished"])).to_be_visible(timeout=MILLISECONDS)
    return page.get_by_test_id("stepper")


def start(page: Page, app: str, seed: int, lang: str = "en", theme: str = "light") -> Locator:
    """Run a training, and wait for the newest checkpoint."""
    stepper = run(page, app, seed, lang, theme)
    expect(stepper).to_have_attribute("data-moments", str(MOMENTS))
    expect(stepper).to_have_attribute("data-update", "150")
    is_offered(page, 150, lang)
    return stepper


def is_offered(page: Page, update: int, lang: str = "en") -> None:
    """Expect the page to have heard of the update that the stepper shows: from now on its buttons mean that one."""
    heading = translate(lang, "Go on with the cell after update {update}", update=f"{update:,}")
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    wait_until_settled(page, figure=False)


@pytest.mark.parametrize(("theme", "lang"), [("light", "en"), rare("dark", "ko")])
def test_a_run_is_watched_gone_back_through_and_taken_to_the_step_page(
    page: Page, app: str, theme: str, lang: str
) -> None:
    seed = list(WORDS).index(lang)
    training_recipe = recipe("latch", "lstm", {"length": 10}, seed=seed, **SETTINGS)
    checkpoints = list(follow(training_recipe))
    assert len(checkpoints) == MOMENTS
    stepper = start(page, app, seed, lang, theme)
    in_view_on_a_projector(
        stepper, (".drawing", ".playback", ".moment-scrubber", "[data-loss]", ".legend .loss", ".strips")
    )
    expect(page.locator(".st-key-curves .main-svg").first).to_be_attached()
    assert serious_findings(page) == []
    for index in (-1, -2):  # the newest, and the one before
        shows(stepper, training_recipe, checkpoints[index])
        stepper.press("PageUp")
    chosen = checkpoints[-3]
    expect(stepper).to_have_attribute("data-update", str(chosen.update))
    expect(page).to_have_url(re.compile(f"update={chosen.update}"))
    is_offered(page, chosen.update, lang)
    trained = load_trained(weights_taken_away(page))
    assert trained.metadata["update"] == str(chosen.update)
    assert torch.equal(trained.readout.weight, chosen.state["readout.weight"])

    page.reload()
    expect(page.get_by_text(WORDS[lang]["finished"])).to_be_visible(timeout=MILLISECONDS)
    expect(stepper).to_have_attribute("data-update", str(chosen.update))
    is_offered(page, chosen.update, lang)

    page.locator(".st-key-on-to-step button").click()
    expect(page).to_have_url(re.compile("weights=model"))
    wait_until_settled(page)
    is_the_cell_of(page, training_recipe, chosen)


def is_the_cell_of(page: Page, training_recipe: Recipe, checkpoint: Checkpoint) -> None:
    """Expect the step page to run a checkpoint's cell over the sequence that it was watched with."""
    hidden = trace(restored(training_recipe, checkpoint)[0], training_recipe.problem().sequence().values)[0]["hidden"]
    shown = float(Stepper(page).root.locator('[data-signal="hidden"]').first.get_attribute("data-value") or "nan")
    assert shown == pytest.approx(hidden[-1, 0].item(), abs=EXACT)


def shows(stepper: Locator, training_recipe: Recipe, checkpoint: Checkpoint) -> None:
    """Expect the stepper at a checkpoint, with its numbers."""
    expect(stepper).to_have_attribute("data-update", str(checkpoint.update))
    layer = trace(restored(training_recipe, checkpoint)[0], training_recipe.problem().sequence().values)[0]
    shown = float(stepper.locator('[data-signal="forget"]').first.get_attribute("data-value") or "nan")
    expected = layer["forget"][int(stepper.get_attribute("data-step") or 0), 0].item()
    assert shown == pytest.approx(expected, abs=EXACT)


def weights_taken_away(page: Page) -> Path:
    """Save the weights. Returns the file's path."""
    with page.expect_download() as download:
        page.locator(".st-key-weights-file button").click()
    return download.value.path()


@pytest.mark.exhaustive
def test_a_reader_at_the_newest_update_follows_it_to_the_end_however_late_he_reports(page: Page, app: str) -> None:
    frames = LateFrames(page)
    frames.holds = is_report
    stepper = run(page, app, seed=2)
    expect(stepper).to_have_attribute("data-update", "150", timeout=AT_ONCE)
    frames.let_go(*reversed(range(len(frames.held))))
    is_offered(page, 150)
    expect(stepper).to_have_attribute("data-update", "150", timeout=AT_ONCE)
    expect(page).not_to_have_url(re.compile("update="))


@pytest.mark.exhaustive
def test_what_is_taken_away_is_the_update_that_is_shown_at_the_click(page: Page, app: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=app)
    frames = LateFrames(page)
    stepper = start(page, app, seed=0)
    for _ in range(3):
        frames.holds = is_report
        stepper.press("PageUp")
        shown = stepper.get_attribute("data-update")
        stepper.locator("button.copy").click()
        expect(stepper.locator("button.copy")).to_have_text("Copied")
        assert f"update={shown}" in page.evaluate("navigator.clipboard.readText()")
        with page.expect_download() as download:
            page.locator(".st-key-weights-file button").click()
            frames.wait_until_held(1)
            frames.let_go()
        assert load_trained(download.value.path()).metadata["update"] == shown
    frames.holds = is_report
    stepper.press("PageUp")
    shown = stepper.get_attribute("data-update")
    page.locator(".st-key-on-to-step button").click()
    frames.wait_until_held(1)
    frames.let_go()
    expect(page).to_have_url(re.compile("weights=model"))
    wait_until_settled(page)
    training_recipe = recipe("latch", "lstm", {"length": 10}, seed=0, **SETTINGS)
    is_the_cell_of(page, training_recipe, next(one for one in follow(training_recipe) if str(one.update) == shown))
    page.context.clear_permissions()


@pytest.mark.exhaustive
def test_back_from_the_step_page_opens_the_training_as_it_was_left(page: Page, app: str) -> None:
    page.add_init_script(NOTE_ASKED)
    start(page, app, seed=0)
    wait_until_quiet(page)
    left = query_of(page)
    page.locator(".st-key-on-to-step button").click()
    expect(page).to_have_url(re.compile("weights=model"))
    wait_until_quiet(page)
    for _ in range(3):
        page.go_back()
        wait_until_quiet(page)
        expect(page.get_by_role("alert")).to_have_count(0)
        if "/train" in page.url:
            break
    expect(page).to_have_url(re.compile(r"/train\?"))
    has_query(page, **left)
    assert query_of(page) == left
    expect(page.get_by_text(WORDS["en"]["finished"])).to_be_visible()
    page.go_forward()
    wait_until_quiet(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page).to_have_url(re.compile("weights=model"))


@pytest.mark.exhaustive
def test_a_reload_is_the_same_visit_and_a_duplicated_tab_and_another_browser_are_not(
    page: Page, new_page: NewPage, app: str
) -> None:
    start(page, app, seed=0)
    link = page.url
    secret = page.evaluate("sessionStorage.getItem('gatescope tab')")
    assert len(secret) == 32
    assert secret not in link
    page.reload()
    expect(page.get_by_text(WORDS["en"]["finished"])).to_be_visible(timeout=MILLISECONDS)
    assert page.evaluate("sessionStorage.getItem('gatescope tab')") == secret
    duplicate = page.context.new_page()
    duplicate.add_init_script(
        f"sessionStorage.getItem('gatescope tab') ?? sessionStorage.setItem('gatescope tab', '{secret}')"
    )
    other = new_page()
    for another in (duplicate, other):
        another.goto(link)
        wait_until_settled(another, figure=False)
        expect(another.locator(".st-key-start-training")).to_be_visible()
    duplicate.wait_for_function(f"sessionStorage.getItem('gatescope tab') !== '{secret}'", timeout=MILLISECONDS)
    expect(duplicate.get_by_text(WORDS["en"]["finished"])).to_have_count(0)
    duplicate.close()
    expect(page.get_by_text(WORDS["en"]["finished"])).to_be_visible()


@pytest.mark.exhaustive  # tests/pages knows pausing and sharing
def test_it_is_paused_resumed_and_stopped_and_others_share_it(page: Page, new_page: NewPage, app: str) -> None:
    """A run that is long enough for a person."""
    link = {"training": "adding,units:8,length:60,updates:200000"}
    open_app(page, app, link, path="train")
    page.locator(".st-key-start-training button").click()
    is_going_on(page, r"^Training · [\d,]+ / 200,000 · .+ left$")
    page.locator(".st-key-pause-training button").click()
    paused = page.get_by_text(re.compile(r"^Paused · [\d,]+ / 200,000$"))
    expect(paused).to_be_visible()
    standing = paused.inner_text()
    second = new_page()
    open_app(second, app, {**link, "lang": "en"}, path="train")
    second.locator(".st-key-start-training button").click()
    expect(second.get_by_text(re.compile("shared with 1 more"))).to_be_visible(timeout=MILLISECONDS)
    assert paused.inner_text() == standing, "which is not what the other one sees"
    second.close()
    page.locator(".st-key-start-training button").click()
    is_going_on(page, r"^Training · ")
    page.locator(".st-key-stop-training button").click()
    expect(page.get_by_text(re.compile(r"^Stopped · "))).to_be_visible()
    expect(page.locator(".st-key-start-training button")).to_be_visible()


def is_going_on(page: Page, status: str) -> None:
    """Expect the page to say so and no longer to offer a start, after which its other buttons stay where they are."""
    expect(page.get_by_text(re.compile(status))).to_be_visible(timeout=MILLISECONDS)
    expect(page.locator(".st-key-start-training")).to_have_count(0)


@pytest.mark.exhaustive
@pytest.mark.context(viewport=PHONE)
@pytest.mark.parametrize("lang", WORDS)
def test_it_fits_a_phone(page: Page, app: str, lang: str) -> None:
    open_app(page, app, {"training": training(3), "lang": lang}, path="train")
    fits_a_phone(page.locator("body"), TRAIN_PARTS)


@pytest.mark.context(viewport=PROJECTOR)
@pytest.mark.parametrize("theme", ["light", rare("dark")])
def test_the_untrained_cell_looks_as_it_did_and_fits_a_phone(
    page: Page, app: str, check_screenshot: CheckScreenshot, theme: str
) -> None:
    open_app(page, app, f"training={training(0)}&embed_options={theme}_theme", path="train")
    stepper = page.get_by_test_id("stepper")
    check_screenshot(stepper, f"train-{theme}-en")
    page.set_viewport_size(PHONE)
    expect(stepper.locator(".names .short").first).to_be_visible()
    fits_a_phone(page.locator("body"), TRAIN_PARTS)


@pytest.mark.parametrize("lang", ["en", rare("ko")])
def test_a_tiny_study_runs_to_its_end(page: Page, app: str, lang: str) -> None:
    start, finished, title = STUDY_WORDS[lang]
    # Each language studies for itself: what is done is done for everybody.
    link = f"{TINY}&lang={lang}".replace("units=2", f"units={2 + len(start)}")
    open_app(page, app, link, path="study", stepper=False)
    page.get_by_role("button", name=start).click()
    expect(page.get_by_text(re.compile(finished))).to_be_visible(timeout=MILLISECONDS)
    expect(page.get_by_role("button", name=start)).to_have_count(0)
    figure = page.locator(".st-key-study-figure")
    for name in ("RNN", "GRU"):
        expect(figure.locator(".annotation-text").filter(has_text=name)).to_be_visible()
    expect(page.get_by_label(re.compile(title)).or_(figure).first).to_be_visible()
    with page.expect_download() as download:
        page.locator(".st-key-study-csv button").click()
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("task,cell,lag,seed")
    assert [line.split(",")[:4] for line in lines[1:]] == [
        ["latch", cell, lag, "0"] for lag in ("8", "12") for cell in ("rnn", "gru")
    ]
    page.reload()
    expect(page.get_by_text(re.compile(finished))).to_be_visible()


@pytest.mark.exhaustive
@pytest.mark.parametrize(("theme", "lang"), [rare("light", "en"), ("dark", "ko")])
def test_axe_finds_nothing_serious_in_a_study_and_it_fits_a_phone(page: Page, app: str, theme: str, lang: str) -> None:
    open_app(page, app, f"lang={lang}&embed_options={theme}_theme", path="study", stepper=False)
    expect(page.locator(".st-key-study-figure .main-svg").first).to_be_attached()
    assert serious_findings(page) == []
    page.set_viewport_size(PHONE)
    page.wait_for_function("document.querySelector('.st-key-study-figure .main-svg').clientWidth < innerWidth")
    fits_a_phone(page.locator("body"), STUDY_PARTS)


@pytest.mark.exhaustive
@pytest.mark.context(viewport=PHONE)
@pytest.mark.parametrize("lang", STUDY_WORDS)
def test_a_study_fits_a_phone(page: Page, app: str, lang: str) -> None:
    open_app(page, app, f"lang={lang}", path="study", stepper=False)
    expect(page.locator(".st-key-study-figure .main-svg").first).to_be_attached()
    fits_a_phone(page.locator("body"), STUDY_PARTS)
