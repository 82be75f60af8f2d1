"""The units page in a browser: a dot, a unit and a step are chosen by a click, and it fits every screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from cells import trace
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.browser.address import has_query
from tests.browser.axe import serious_findings
from tests.browser.layout import PHONE, fits_a_phone, in_view_on_a_projector
from tests.browser.stepper import Stepper
from tests.browser.visit import open_app, wait_until_settled
from tests.checking.sampling import rare

FIGURES = 60_000  # ms: Plotly is loaded for the first time
PARTS = (".st-key-saturation", ".st-key-spans", ".st-key-unit-row", ".st-key-effects", ".st-key-strongest button")
HEADINGS = {"en": "Where unit {unit} is strongest", "ko": "유닛 {unit}: 값이 가장 큰 스텝"}


def open_units(page: Page, app: str, query: str) -> Locator:
    """Open the page and wait until its figures are drawn. Returns what it shows."""
    open_app(page, app, query, path="units", stepper=False)
    for figure in ("saturation", "spans", "effects"):
        expect(page.locator(f".st-key-{figure} .main-svg").first).to_be_attached(timeout=FIGURES)
    return page.locator("[data-testid=stMain]")


@pytest.mark.parametrize("lang", ["en", rare("ko")])
def test_a_click_on_a_dot_chooses_its_unit_and_one_on_a_row_steps_through_it(page: Page, app: str, lang: str) -> None:
    main = open_units(page, app, f"lang={lang}")
    xs = SEQUENCES["rhyme"].make().values
    layer = trace(WEIGHTS["trained-rhyme"].make("lstm", xs.shape[1]), xs)[0]
    kept = layer["forget"].double().mean(dim=0)
    longest = int(kept.argmax())
    main.locator(".st-key-spans .scatterlayer .point").first.hover(force=True)
    expect(main.locator(".st-key-spans .hoverlayer")).to_contain_text(str(longest))
    box = main.locator(".st-key-spans .scatterlayer .point").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(main).to_contain_text(HEADINGS[lang].format(unit=longest))
    has_query(page, unit=str(longest), lang=lang)
    strongest = int(layer["cell"][:, longest].abs().argmax())
    main.locator(".st-key-strongest button").first.click()
    stepper = Stepper(page)
    wait_until_settled(page)
    stepper.is_at(strongest, longest)
    assert stepper.value("cell") == pytest.approx(float(layer["cell"][strongest, longest]), abs=1e-5)


@pytest.mark.exhaustive  # tests/pages knows
def test_weights_of_the_gallery_are_one_click_away_from_the_first_page(page: Page, app: str) -> None:
    open_app(page, app)
    stepper = Stepper(page)
    page.get_by_role("button", name="weights latch").click()
    page.get_by_role("button", name="trained rhyme").click()
    expect(stepper.root).to_have_attribute("data-steps", str(len(SEQUENCES["rhyme"].make().labels)))
    has_query(page, input="rhyme")


@pytest.mark.parametrize(("lang", "theme"), [rare("en", "light"), ("ko", "dark")])
def test_it_fits_a_projector_and_a_phone_and_axe_finds_nothing_serious(
    page: Page, app: str, lang: str, theme: str
) -> None:
    main = open_units(page, app, f"lang={lang}&unit=5&embed_options={theme}_theme")
    in_view_on_a_projector(main, PARTS, lang)
    assert serious_findings(page) == []
    page.set_viewport_size(PHONE)
    expect(main.locator(".st-key-saturation .main-svg").first).to_be_visible()
    fits_a_phone(main, ", ".join(PARTS))
    expect(main.locator("[data-testid=stMarkdownContainer] p").first).to_have_css(
        "word-break", "keep-all"
    )  # as Korean does
