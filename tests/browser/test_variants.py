"""The variants in the page: no JavaScript knows of them, and the numbers and the picture are theirs."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import torch
from playwright.sync_api import Page, expect

from cells import CELLS
from cells.weights import WEIGHTS
from tests.browser.stepper import open_stepper
from tests.cells.textbook import textbook

EXACT = 1e-6  # float32 on its way through base64 into the page, and another order of adding up
TEXT = "gates"
VARIANTS = [key for key, cell in CELLS.items() if cell.varies in ("lstm", "gru")]
VALVES = {  # how many stand in the picture, of which gate
    "lstm-no-input-gate": {"forget": 1, "output": 1},
    "lstm-no-forget-gate": {"input": 1, "output": 1},
    "lstm-no-output-gate": {"forget": 1, "input": 1},
    "gru-reset-before": {"update": 2, "reset": 1},
    "mgu": {"forget": 3},
}


@pytest.mark.parametrize("cell", VARIANTS)
@pytest.mark.exhaustive
def test_the_page_shows_the_papers_numbers_and_the_gates_that_there_are(page: Page, app: str, cell: str) -> None:
    letters = list(dict.fromkeys(TEXT))
    xs = torch.eye(len(letters))[[letters.index(letter) for letter in TEXT]]
    module = WEIGHTS["random"].make(cell, len(letters), units=3, seed=5)
    states = {name: torch.zeros(1, 1, 3) for name in CELLS[cell].states}
    (expected,) = textbook(cell, module, xs.unsqueeze(1), states)
    stepper = open_stepper(page, app, f"cell={cell}&input=text&text={quote(TEXT)}&weights=random&units=3&seed=5")
    for step, unit in ((0, 0), (3, 2)):
        stepper.go(step, unit)
        for signal, values in expected.items():
            size = max(1.0, abs(float(values[step, 0, unit])))
            assert stepper.value(signal) == pytest.approx(float(values[step, 0, unit]), abs=EXACT * size), signal
    assert set(stepper.signals()) == set(expected)
    for gate in ("forget", "input", "output", "update", "reset"):
        valves = VALVES.get(cell, {"forget": 1, "input": 1, "output": 1}).get(gate, 0)
        expect(stepper.root.locator(f'[data-valve="{gate}"]')).to_have_count(valves)
        expect(stepper.root.locator(f'[data-box="{gate}"]')).to_have_count(1 if valves else 0)


@pytest.mark.exhaustive  # tests/pages knows the menu
@pytest.mark.parametrize(
    ("query", "title", "chosen", "source"),
    [
        ("", "LSTM, coupled gates", "lstm-coupled", "Greff et al. 2015"),
        ("cell=gru&lang=ko", "MGU(게이트 하나)", "mgu", "Zhou 외 2016"),
    ],
)
def test_a_variant_is_chosen_from_its_menu_which_names_the_paper(
    page: Page, app: str, query: str, title: str, chosen: str, source: str
) -> None:
    stepper = open_stepper(page, app, query)
    page.locator(".st-key-variant-menu button").first.click()
    expect(page.get_by_text(source)).to_be_visible()
    page.get_by_role("button", name=title).click()
    expect(stepper.root).to_have_attribute("data-cell", chosen)
    expect(stepper.root).to_have_attribute("data-ready", "true")
