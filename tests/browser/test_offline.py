"""The stepper as a file: opened from the disk, it steps as in the app, and asks the network for nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect
from torch import nn

from cells import LayerTrace, trace
from pages.offline import export, show
from tests.browser.axe import SERIOUS
from tests.browser.layout import PHONE
from tests.browser.stepper import Stepper, open_stepper

HELLO = "hello world"
HOSTILE = "</script><script>alert(1)</script>"
KOREAN = "안녕하세요 세상아!!"
NewPage = Callable[..., Page]


def traced(layers: int = 1, both: bool = False) -> list[LayerTrace]:
    module = nn.LSTM(3, 8, num_layers=layers, bidirectional=both)
    return trace(module, torch.sin(torch.arange(3.0 * len(HELLO))).reshape(-1, 3))


@pytest.fixture
def requests(page: Page) -> list[str]:
    """The addresses that the page has asked for."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    return addresses


def opened(page: Page, folder: Path, layers: list[LayerTrace], sequence: Any = HELLO, **opening: Any) -> Stepper:
    """Export layers to a file and open it. Returns its stepper, once it is ready."""
    page.goto(export(layers, folder / "run.html", sequence, **opening).as_uri())
    stepper = Stepper(page)
    expect(stepper.root).to_have_attribute("data-ready", "true")
    return stepper


def test_every_number_is_the_traces_at_every_step(page: Page, tmp_path: Path, requests: list[str]) -> None:
    layers = traced()
    stepper = opened(page, tmp_path, layers, unit=5)
    for step in range(len(HELLO)):
        stepper.is_at(step, 5)
        for signal, values in layers[0].items():
            assert stepper.value(signal) == values[step, 5].item()
        stepper.press("ArrowRight")
    stepper.go(3, unit=0)
    assert stepper.value("forget") == layers[0]["forget"][3, 0].item()
    expect(stepper.sentence).to_contain_text("Step 4 of 11 reads “l”")
    assert requests == [(tmp_path / "run.html").as_uri()]


def test_keys_strips_and_play_work(page: Page, tmp_path: Path) -> None:
    stepper = opened(page, tmp_path, traced())
    expect(stepper.root).to_be_focused()  # the arrows work at once
    page.keyboard.press("End")
    stepper.is_at(10)
    page.keyboard.press("Home")
    stepper.is_at(-1)
    page.keyboard.press("ArrowDown")
    stepper.is_at(-1, 1)
    stepper.root.locator(".field").click()
    stepper.is_at(5)
    stepper.speeds.select_option("30")
    stepper.button("Play").click()
    stepper.is_at(10)
    stepper.is_playing(False)


def test_the_picture_downloads_and_what_needs_a_server_is_not_offered(page: Page, tmp_path: Path) -> None:
    stepper = opened(page, tmp_path, traced())
    the_picture_downloads(stepper, tmp_path)
    expect(stepper.button("Download the picture as SVG")).to_be_visible()
    for name in ("What if", "Copy link"):
        expect(stepper.root.get_by_text(name)).to_have_count(0)
    stepper.root.locator('[data-box="forget"]').click()
    expect(stepper.root.locator(".panel")).to_have_count(0)


def the_picture_downloads(stepper: Stepper, folder: Path) -> None:
    for kind in ("SVG", "PNG"):
        with stepper.page.expect_download() as download:
            stepper.button(f"Download the picture as {kind}").click()
        file = folder / download.value.suggested_filename
        download.value.save_as(file)
        assert file.name == f"gatescope-lstm-step-1-unit-0.{kind.lower()}"
        assert file.stat().st_size > 2000
    with Image.open(file) as picture:
        assert picture.size[0] > 2000


def test_a_layer_is_picked_at_the_element_that_is_read(page: Page, tmp_path: Path) -> None:
    layers = traced(layers=2, both=True)
    stepper = opened(page, tmp_path, layers)
    stepper.go(3, unit=2)
    stepper.root.locator('[data-layer="3"]').click()
    expect(stepper.root.locator('[data-layer="3"]')).to_have_attribute("aria-pressed", "true")
    stepper.is_at(7, 2)
    assert stepper.value("forget") == layers[3]["forget"][3, 2].item()
    stepper.press("End")
    stepper.root.locator('[data-layer="0"]').click()
    expect(stepper.root.locator('[data-layer="0"]')).to_have_attribute("aria-pressed", "true")
    stepper.is_at(0, 2)
    stepper.press("Home")
    stepper.root.locator('[data-layer="1"]').click()
    expect(stepper.root.locator('[data-layer="1"]')).to_have_attribute("aria-pressed", "true")
    stepper.is_at(-1, 2)


def test_a_browser_that_cannot_open_it_is_told(new_page: NewPage, tmp_path: Path) -> None:
    file = export(traced(), tmp_path / "run.html").as_uri()
    old, none = new_page(), new_page(java_script_enabled=False)
    old.add_init_script("delete window.DecompressionStream")
    for page in (old, none):
        page.goto(file)
        expect(page.get_by_text("This file needs a browser of 2023 or later")).to_be_visible()


def test_a_layer_that_is_not_in_the_file_is_named(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["pages.shared.offline.document"], "MOST_NUMBERS", 10)
    stepper = opened(page, tmp_path, traced(layers=2), layer=1)
    expect(page.get_by_text("Only layer 2 is in this file")).to_be_visible()
    expect(stepper.root.locator(".stack")).to_have_count(0)


def test_korean(page: Page, tmp_path: Path) -> None:
    stepper = opened(page, tmp_path, traced(), KOREAN, language="ko", title="내 모델")
    expect(stepper.sentence).to_contain_text("스텝 1/11, 읽은 값 “안”")
    expect(page.get_by_role("heading")).to_have_text("내 모델")
    assert page.evaluate("document.documentElement.lang") == "ko"


def test_hostile_labels_stay_text(page: Page, tmp_path: Path) -> None:
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    stepper = opened(page, tmp_path, traced(), [HOSTILE] * len(HELLO), title=HOSTILE)
    expect(stepper.sentence).to_contain_text(HOSTILE)
    expect(page.get_by_role("heading")).to_have_text(HOSTILE)
    assert page.evaluate("document.scripts.length") == 2


@pytest.mark.parametrize("viewport", [{"width": 1366, "height": 768}, PHONE], ids=["projector", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.exhaustive
def test_axe_finds_nothing_serious(new_page: NewPage, tmp_path: Path, scheme: str, viewport: Any) -> None:
    page = new_page(color_scheme=scheme, viewport=viewport)
    opened(page, tmp_path, traced(layers=2))
    page.evaluate("document.querySelector('meta[http-equiv]').remove()")
    found = [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in SERIOUS]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if viewport is not PHONE:
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_it_follows_the_readers_theme_and_keeps_the_step(page: Page, tmp_path: Path) -> None:
    stepper = opened(page, tmp_path, traced())
    stepper.press("ArrowRight", "ArrowRight")
    for scheme, background in (("dark", "rgb(15, 18, 22)"), ("light", "rgb(255, 255, 255)")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of its words
        expect(page.locator("body")).to_have_css("background-color", background)
        expect(stepper.root).to_have_css("--gs-background", "#0F1216" if scheme == "dark" else "#FFFFFF")
        stepper.is_at(2)


def test_a_notebook_shows_it_inside_its_own_page(page: Page, tmp_path: Path) -> None:
    layers = traced()
    notebook = tmp_path / "notebook.html"
    field = '<textarea autofocus aria-label="next"></textarea>'
    notebook.write_text(f"<!doctype html><title>n</title>{field}{show(layers, HELLO)._repr_html_()}", encoding="utf-8")
    page.goto(notebook.as_uri())
    inside = page.frame_locator("iframe")
    root = inside.get_by_test_id("stepper")
    expect(root).to_have_attribute("data-ready", "true")
    expect(page.get_by_label("next")).to_be_focused()  # the notebook keeps its keys
    root.press("ArrowRight")
    expect(root).to_have_attribute("data-step", "1")
    value = inside.locator('[data-signal="hidden"]').get_attribute("data-value")
    assert float(value or "nan") == layers[0]["hidden"][1, 0].item()
    assert inside.locator("main").evaluate("main => main.getBoundingClientRect().height - innerHeight") < 1


def test_the_step_page_gives_the_file_and_the_numbers_as_they_stand(
    page: Page, app: str, new_page: NewPage, tmp_path: Path
) -> None:
    query = (
        "cell=gru&input=text&weights=random&layers=2&layer=1&unit=2&clamp=update:1:3:2:1&edit=4:h&step=6&difference=1"
    )
    stepper = open_stepper(page, app, f"{query}&lang=ko")
    value = stepper.value("update")
    page.locator(".st-key-download-menu button").first.click()
    with page.expect_download() as download:
        page.locator(".st-key-download-html button").click()
    assert download.value.suggested_filename == "gatescope-gru.html"
    file = tmp_path / "gatescope-gru.html"
    download.value.save_as(file)
    assert numbers_taken_away(page, tmp_path)["layers"][1]["signals"]["update"][6][2] == value

    other = new_page()
    other.goto(file.as_uri())
    taken = Stepper(other)
    expect(taken.root).to_have_attribute("data-ready", "true")
    taken.is_at(6, 2)
    assert taken.value("update") == value
    expect(taken.root.locator(".chip")).to_have_count(2)
    expect(taken.root.locator(".chip button")).to_have_count(0)
    difference = taken.root.locator("button.difference")
    expect(difference).to_have_attribute("aria-pressed", "true")
    difference.click()
    expect(difference).to_have_attribute("aria-pressed", "false")
    taken.is_at(6, 2)


@pytest.mark.exhaustive
def test_the_step_page_gives_the_numbers(page: Page, app: str, tmp_path: Path) -> None:
    stepper = open_stepper(page, app, "weights=latch&step=4")
    page.locator(".st-key-download-menu button").first.click()
    numbers = numbers_taken_away(page, tmp_path)
    assert numbers["layers"][0]["signals"]["forget"][4][0] == stepper.value("forget")


def numbers_taken_away(page: Page, folder: Path) -> Any:
    """Save the JSON that the open menu gives. Returns what it holds."""
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return json.loads(file.read_text("utf-8"))
