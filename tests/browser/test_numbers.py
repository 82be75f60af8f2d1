"""The numbers in the browser are those that torch computes: compared with a loop over steps, not the app's trace."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import torch
from playwright.sync_api import Page, expect
from torch import Tensor, nn

from cells.core.stepwise import Recurrent
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.browser.recurrence import every_step
from tests.browser.stepper import Stepper, as_float, open_stepper
from tests.checking.sampling import rare

EXACT = 1e-6  # float32 on its way through base64 into the page
TEXT = "recurrent gates, 게이트"
SETTINGS = {"units": 5, "seed": 3, "forget_bias": 0.5, "gain": 1.25}
PLACES = [(0, 0), (1, 4), (9, 2), (19, 3)]  # (step, unit); the text has 20 characters


@pytest.mark.exhaustive  # as random weights
def test_the_latch(page: Page, app: str) -> None:
    module = WEIGHTS["latch"].make("lstm", 2, sharpness=7.5)
    xs = SEQUENCES["pulse"].make(length=24).values
    stepper = open_stepper(page, app, "sharpness=7.5")
    compare(stepper, module, xs, [(0, 0), (3, 0), (9, 0), (14, 0), (23, 0)])


@pytest.mark.parametrize("cell", ["lstm", rare("gru"), rare("rnn")])
def test_random_weights_read_a_text_from_before_its_first_step_on(page: Page, app: str, cell: str) -> None:
    letters = list(dict.fromkeys(TEXT))
    xs = torch.eye(len(letters))[[letters.index(letter) for letter in TEXT]]
    module = WEIGHTS["random"].make(cell, len(letters), **SETTINGS)
    settings = {name: value for name, value in SETTINGS.items() if name != "forget_bias" or cell == "lstm"}
    link = "&".join(f"{name}={value}" for name, value in settings.items())
    stepper = open_stepper(page, app, f"cell={cell}&input=text&text={quote(TEXT)}&weights=random&{link}&step=-1")
    before_the_first_step_states_are_zero_and_gates_have_no_value(stepper)
    compare(stepper, module, xs, PLACES)


def before_the_first_step_states_are_zero_and_gates_have_no_value(stepper: Stepper) -> None:
    states = {"cell", "hidden"}
    for signal in stepper.signals():
        expect(stepper.signal(signal)).to_have_attribute("data-value", "0" if signal in states else "")
        assert stepper.shown(signal) == ("0.000" if signal in states else "–")
    expect(stepper.sentence).to_contain_text("Before the first step")


def compare(stepper: Stepper, module: Recurrent, xs: Tensor, positions: list[tuple[int, int]]) -> None:
    """Compare every signal and every term of an equation, at the given (step, unit); outputs with the module's own."""
    steps = every_step(module, xs)
    with torch.no_grad():
        outputs, last = module(xs)
    for step, unit in positions:
        stepper.go(step, unit)
        assert set(stepper.signals()) == set(steps[step].signals)
        assert stepper.value("hidden") == pytest.approx(float(outputs[step, unit]), abs=EXACT)
        for signal, expected in steps[step].signals.items():
            assert stepper.value(signal) == pytest.approx(float(expected[unit]), abs=EXACT), (signal, step, unit)
            is_rounded(stepper.shown(signal), stepper.value(signal), decimals=3)
            terms = [float(term[unit]) for term in steps[step].terms[signal]]
            assert stepper.terms(signal) == pytest.approx(terms, abs=0.005 + EXACT), (signal, step, unit)
    if isinstance(module, nn.LSTM):
        stepper.go(len(xs) - 1, unit)
        assert stepper.value("cell") == pytest.approx(float(last[1][0, unit]), abs=EXACT)


def is_rounded(shown: str, value: float, decimals: int) -> None:
    """Expect `shown` to be `value` to so many decimals, and never "−0.000"."""
    assert len(shown.partition(".")[2]) == decimals
    assert as_float(shown) == pytest.approx(value, abs=0.5 * 10**-decimals + EXACT)
    assert not (shown.startswith("−") and as_float(shown) == 0)
