"""One's own trained model in a browser: saved by Keras, PyTorch or an ONNX writer, dragged in, and stepped through."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import Tensor, nn

from cells.checkpoints.inputs import noise_of
from tests.browser.axe import serious_findings
from tests.browser.contract import keeps_its_promises
from tests.browser.files import DROP
from tests.browser.layout import PHONE, PROJECTOR
from tests.browser.stepper import Stepper
from tests.browser.visit import open_app, wait_until_settled
from tests.cells.checkpoints import keras_models, onnx_models
from tests.cells.checkpoints.agree import I
from tests.cells.checkpoints.saved import as_pt
from tests.checking.sampling import rare

CheckScreenshot = Callable[[Locator, str], None]

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")

EXACT = 1e-5
UNITS = 5
VOCABULARY = list("abcdefgh ")
WORDS = {"en": {"on": "Step through it", "text": "text"}, "ko": {"on": "스텝으로 보기", "text": "직접 쓴 글"}}


def open_model(page: Page, app: str, name: str, data: bytes, query: str = "") -> None:
    """Drag a model onto its page."""
    open_app(page, app, query, path="model", stepper=False)
    drop(page, 0, name, data)
    expect(page.locator(".st-key-step-through button")).to_be_visible()
    wait_until_settled(page, stepper=False, figure=False)


def drop(page: Page, field: int, name: str, data: bytes) -> None:
    """Drag a file onto one of the page's two fields."""
    zone = page.get_by_test_id("stFileUploaderDropzone").nth(field)
    expect(zone).to_be_visible()
    zone.evaluate(DROP, [name, b64encode(data).decode()])


def step_through(page: Page, lang: str = "en") -> Stepper:
    page.get_by_role("button", name=WORDS[lang]["on"]).click()
    wait_until_settled(page)
    return Stepper(page)


def by_keras(folder: Path, xs: Tensor) -> tuple[str, bytes, Tensor]:
    """Make a Keras model. Returns its file's name and bytes, and its hidden states as Keras computes them."""
    model = keras_models.model_of(keras_models.L.LSTM(UNITS, return_sequences=True))
    return "model.keras", keras_models.as_keras(model, folder).read_bytes(), keras_models.run(model, xs)


def by_pytorch(folder: Path, xs: Tensor) -> tuple[str, bytes, Tensor]:
    torch.manual_seed(1)
    module = nn.LSTM(I, UNITS)
    return "model.pt", as_pt(module.state_dict()), module(xs)[0].detach()


def by_onnx(folder: Path, xs: Tensor) -> tuple[str, bytes, Tensor]:
    weights = onnx_models.weights_of("LSTM", 1, units=UNITS)
    model = onnx_models.model_of([onnx_models.node_of("LSTM", weights, hidden_size=UNITS)], weights)
    return "model.onnx", model.SerializeToString(), onnx_models.run(model, xs)


@pytest.mark.exhaustive  # tests/cells hold what such files give, and the other tests drag one in
@pytest.mark.parametrize(
    ("saved", "lang"), [(by_keras, "en"), (by_keras, "ko"), (by_pytorch, "ko"), (by_onnx, "en"), (by_onnx, "ko")]
)
def test_an_lstm_that_another_program_saved_is_dragged_in_and_stepped_through(
    page: Page, app: str, tmp_path: Path, saved: Callable[[Path, Tensor], tuple[str, bytes, Tensor]], lang: str
) -> None:
    name, data, expected = saved(tmp_path, noise_of(24, I, 0).values.unsqueeze(1))
    open_model(page, app, name, data, f"lang={lang}")
    assert serious_findings(page) == []
    stepper = step_through(page, lang)
    expect(stepper.root).to_have_attribute("data-cell", "lstm")
    expect(stepper.root).to_have_attribute("data-units", str(UNITS))
    for step in (0, 11, 23):
        stepper.go(step, unit=3)
        assert stepper.value("hidden") == pytest.approx(float(expected[step].flatten()[3]), abs=EXACT)


def speller() -> nn.ModuleDict:
    """Make a letter model: embedding, LSTM, readout."""
    torch.manual_seed(3)
    return nn.ModuleDict({"embedding": nn.Embedding(9, 5), "lstm": nn.LSTM(5, 6), "fc": nn.Linear(6, 9)})


def test_of_a_file_that_cannot_be_opened_one_comes_back_and_each_step_of_a_typed_text_says_what_it_predicts(
    page: Page, app: str
) -> None:
    net = speller()
    open_model(page, app, "speller.pt", as_pt(net.state_dict()))
    the_place_of_a_file_that_cannot_be_opened_is_empty(page)
    drop(page, 1, "vocabulary.json", json.dumps(VOCABULARY).encode())
    # Not the field's own mention of it, which is there before the page has read it.
    expect(page.locator("span:text-is('vocabulary.json')")).to_be_visible()
    wait_until_settled(page, stepper=False, figure=False)
    page.locator(".st-key-sequence-menu button").first.click()
    page.locator(".st-key-input-text button").click()
    page.keyboard.press("Escape")
    field = page.get_by_role("textbox").first
    field.fill("bad cabbage")
    field.press("Enter")
    expect(page.get_by_text("bad␣cabbage")).to_be_visible()
    stepper = step_through(page)
    assert serious_findings(page) == []
    with torch.no_grad():
        hidden, _ = net["lstm"](net["embedding"](torch.tensor([VOCABULARY.index(letter) for letter in "bad cabbage"])))
        shares = net["fc"](hidden).softmax(dim=-1)
    for step in (0, 6):
        stepper.go(step, unit=2)
        values, tokens = shares[step].topk(5)
        for rank, (value, token) in enumerate(zip(values.tolist(), tokens.tolist(), strict=True)):
            prediction = stepper.root.locator(f'[data-prediction="{rank}"]')
            expect(prediction).to_have_attribute("data-label", VOCABULARY[token].replace(" ", "␣"))
            assert float(prediction.get_attribute("data-value") or "nan") == pytest.approx(value, abs=EXACT)
    stepper.press("Home")
    expect(stepper.root.locator('[data-prediction="0"]')).to_have_attribute("data-label", "")
    what_was_predicted_stands_beside_what_is(stepper)


def what_was_predicted_stands_beside_what_is(stepper: Stepper) -> None:
    stepper.go(6)
    likeliest = stepper.root.locator('[data-prediction="0"]').get_attribute("data-label")
    stepper.button("What if").click()
    stepper.root.locator(".panel [data-field=value]").fill("0")
    stepper.page.keyboard.press("Enter")
    expect(stepper.root.locator("[data-was]")).to_have_attribute("data-was", likeliest or "nothing")
    keeps_its_promises(stepper.page, "signal", "held", "prediction", "prediction held")


def the_place_of_a_file_that_cannot_be_opened_is_empty(page: Page) -> None:
    drop(page, 0, "hostile.pt", as_pt(speller().state_dict())[:-400])
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    expect(page.get_by_text("speller.pt, PyTorch")).to_have_count(0)
    page.get_by_role("button", name="Back to speller.pt").click()
    expect(page.get_by_text("speller.pt, PyTorch")).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


@pytest.mark.exhaustive
@pytest.mark.context(viewport=PHONE)
def test_on_a_phone_nothing_scrolls_sideways(page: Page, app: str) -> None:
    open_model(page, app, "speller.pt", as_pt(speller().state_dict()), "lang=ko")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    step_through(page, "ko")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.context(viewport=PROJECTOR)
@pytest.mark.parametrize(("theme", "lang"), [rare("light", "en"), ("dark", "ko")])
def test_the_prediction_as_a_picture_and_nothing_scrolls_sideways_on_a_phone(
    page: Page, app: str, check_screenshot: CheckScreenshot, theme: str, lang: str
) -> None:
    open_model(page, app, "speller.pt", as_pt(speller().state_dict()), f"lang={lang}&embed_options={theme}_theme")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size(PROJECTOR)
    check_screenshot(step_through(page, lang).root, f"model-{theme}-{lang}")
    page.set_viewport_size(PHONE)
    expect(page.locator("[data-testid=stepper] .names .short").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
