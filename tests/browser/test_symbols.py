"""One cell in every author's symbols: the formulas change, no number does."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cells import CELLS
from cells.core.cell import bare
from cells.families.conventions import NOTATIONS
from pages.shared.words.catalogue import translate
from tests.browser.layout import extent
from tests.browser.stepper import Stepper, open_stepper
from tests.checking.sampling import rare


def written(symbols: str) -> str:
    """Return a formula as its letters stand on the page, whatever is raised or lowered."""
    return re.sub(r"[{}_^]", "", symbols)


def numbers(stepper: Stepper) -> dict[str, str | None]:
    return {name: stepper.signal(name).get_attribute("data-value") for name in stepper.signals()}


@pytest.mark.parametrize("lang", [rare("en"), "ko"])
def test_the_gru_in_every_authors_symbols(page: Page, app: str, lang: str) -> None:
    stepper = open_stepper(page, app, f"cell=gru&weights=random&units=4&step=5&unit=2&lang={lang}")
    before = numbers(stepper)
    signals = tuple(signal.name for signal in CELLS["gru"].shown)
    page.locator(".st-key-notation-menu button").first.click()
    for key in [*NOTATIONS[1:], "short"]:
        notation = CELLS["gru"].notations[key]
        page.locator(f".st-key-notation-{key} button").click()
        expect(page.locator(f".st-key-notation-{key} [data-testid=stIconMaterial]")).to_be_visible()
        for equation in CELLS["gru"].equations:
            mark = translate(lang, notation.marks.get(equation.signal, ""))
            expect(stepper.signal(equation.signal).locator(".symbols")).to_have_text(
                written(equation.symbols(notation)) + mark
            )
        assert stepper.signals() == notation.arranged(signals)
        assert numbers(stepper) == {name: before[name] for name in stepper.signals()}
        strips = [strip.get_attribute("data-strip") for strip in stepper.root.locator("[data-strip]").all()]
        assert strips == notation.arranged(signals)
        box = stepper.root.locator('[data-box="update"] text').nth(1)
        expect(box).to_have_text(f"{written(bare(notation.symbol('update')))} =")
        stepper.is_at(5, unit=2)


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.exhaustive
def test_no_mark_meets_a_number_or_leaves_its_card(page: Page, app: str, cell: str, lang: str) -> None:
    for key in NOTATIONS:
        query = f"cell={cell}&notation={key}&input=text&text=gates&weights=random&units=8&step=2&lang={lang}"
        stepper = open_stepper(page, app, query)
        for name in stepper.signals():
            row = stepper.signal(name)
            top, bottom = extent(row, "y", "height")
            start, _ = extent(row.locator(".value"), "x", "width")
            for part in (".symbols", ".numbers", "mark"):
                for piece in row.locator(part).all():
                    assert extent(piece, "x", "width")[1] <= start, (key, name, part)
                    upper, lower = extent(piece, "y", "height")
                    assert top <= upper, (key, name, part)
                    assert lower <= bottom, (key, name, part)
        assert extent(stepper.root.locator(".strips"), "y", "height")[1] <= 768, key
