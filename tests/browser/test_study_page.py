"""The study page in a browser, on the cluster that the app starts by itself: from the button to the figure."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.layout import PHONE, fits_a_phone
from tests.browser.test_accessibility import serious_findings
from tests.browser.visit import open_app

PATH = "study"
TINY = "study=latch&cells=rnn,gru&lags=8,12&seeds=1&study_units=2&study_updates=20"
MILLISECONDS = 90_000  # to start workers, of which a passing test needs a tenth
WORDS = {
    "en": ("Start", r"^finished · 4 of 4 trainings · 80 of 80 updates$", "Success of each cell against the lag"),
    "ko": ("시작", r"^끝남 · 학습 4/4 · 업데이트 80/80$", "지연에 따른 셀마다의 성공률"),
}


@pytest.mark.parametrize("lang", WORDS)
def test_a_tiny_study_runs_to_its_end(page: Page, app: str, lang: str) -> None:
    start, finished, title = WORDS[lang]
    # Each language studies for itself: what is done is done for everybody.
    open_app(page, app, f"{TINY}&lang={lang}".replace("units=2", f"units={2 + len(start)}"), path=PATH, stepper=False)
    page.get_by_role("button", name=start).click()
    expect(page.get_by_text(re.compile(finished))).to_be_visible(timeout=MILLISECONDS)
    expect(page.get_by_role("button", name=start)).to_have_count(0)
    figure = page.locator(".st-key-study-figure")
    expect(figure.locator(".legendtext")).to_have_text(["RNN", "GRU"])
    expect(page.get_by_label(re.compile(title)).or_(figure).first).to_be_visible()
    with page.expect_download() as told:
        page.locator(".st-key-study-csv button").click()
    lines = told.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("task,cell,lag,seed")
    assert [line.split(",")[:4] for line in lines[1:]] == [
        ["latch", cell, lag, "0"] for lag in ("8", "12") for cell in ("rnn", "gru")
    ]
    page.reload()
    expect(page.get_by_text(re.compile(finished))).to_be_visible()


@pytest.mark.parametrize(("theme", "lang"), [("light", "en"), ("dark", "ko")])
def test_axe_finds_nothing_serious(page: Page, app: str, theme: str, lang: str) -> None:
    open_app(page, app, f"lang={lang}&embed_options={theme}_theme", path=PATH, stepper=False)
    expect(page.locator(".st-key-study-figure .main-svg").first).to_be_attached()
    assert serious_findings(page) == []


@pytest.mark.context(viewport=PHONE)
@pytest.mark.parametrize("lang", WORDS)
def test_it_fits_a_phone(page: Page, app: str, lang: str) -> None:
    open_app(page, app, f"lang={lang}", path=PATH, stepper=False)
    expect(page.locator(".st-key-study-figure .main-svg").first).to_be_attached()
    fits_a_phone(page.locator("body"), ".st-key-controls button, .st-key-study-buttons button, .st-key-study-figure")
