"""The compare page in a browser: every pane's numbers, one position for all, its link, its looks."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from cells import load_trained, remains, trace
from cells.modules.size import matched_units, parameter_count
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests import ROOT
from tests.browser.address import has_query
from tests.browser.axe import serious_findings
from tests.browser.compare import INVISIBLE, furthest_off
from tests.browser.contract import keeps_its_promises
from tests.browser.layout import PHONE, fits_a_phone, in_view_on_a_projector
from tests.browser.screenshots import settled_picture
from tests.browser.stepper import Stepper, open_stepper
from tests.browser.visit import open_app
from tests.checking.sampling import rare

NewPage = Callable[..., Page]
CheckScreenshot = Callable[[Locator, str], None]

PATH = "compare"
EXACT = 1e-6
LEGIBLE = 14.0  # px of 1080
# In which sizes the texts of some elements are on the screen, in px; what stands low or high of a symbol is smaller.
LETTERING = """parts => parts.flatMap(part => [...part.querySelectorAll("text, span")])
  .filter(one => one.textContent.trim() && one.getClientRects().length)
  .map(one => parseFloat(getComputedStyle(one).fontSize) * (one.getScreenCTM?.().a ?? 1))"""
RANDOM = "cells=rnn,lstm,gru,rnn-relu&input=sine&period=11&weights=random&units=16&seed=3&gain=0.9"
PICTURED = "cells=rnn,lstm,gru&weights=random&units=12&forget_bias=4&step=20"


def value(stepper: Stepper, pane: str, signal: str) -> float:
    """Return the number of a signal in a pane's attribute."""
    row = stepper.root.locator(f'[data-pane="{pane}"] [data-signal="{signal}"]')
    return float(row.get_attribute("data-value") or "nan")


@pytest.mark.parametrize("lang", ["en", rare("ko")])
def test_every_pane_shows_the_trace_of_its_cell_at_the_common_step(page: Page, app: str, lang: str) -> None:
    xs = SEQUENCES["bit"].make().values
    rnn = WEIGHTS["random"].make("rnn", 2, units=8, seed=3)
    units = matched_units("gru", 2, parameter_count("rnn", 2, 8))
    modules = {"rnn": rnn, "gru": WEIGHTS["random"].make("gru", 2, units=units, seed=3)}
    query = f"cells=rnn,gru&weights=random&seed=3&match=parameters&step=2&unit=7&lang={lang}"
    stepper = open_stepper(page, app, query, path=PATH)
    expect(stepper.root).to_have_attribute("data-cell", "rnn,gru")
    for step in (2, 3, 99):
        stepper.go(step)
        for key, module in modules.items():
            unit = min(7, module.hidden_size - 1)
            for signal, values in trace(module, xs)[0].items():
                assert value(stepper, key, signal) == pytest.approx(float(values[step, unit]), abs=EXACT)
            share = stepper.root.locator(f'[data-remains="{key}"]')
            left = float(remains(module, xs)[step])
            assert float(share.get_attribute("data-value") or "nan") == pytest.approx(left, abs=EXACT)
            expect(share.locator(".value")).to_have_text(f"{left:.2f}")
    for key, module in modules.items():
        expect(stepper.root.locator(f'[data-pane="{key}"]')).to_have_attribute("data-units", str(module.hidden_size))


def test_the_bare_address_opens_on_trained_cells_that_really_differ_and_back_leads_away(page: Page, app: str) -> None:
    open_app(page, app, "input=order")
    stepper = open_stepper(page, app, "embed_options=dark_theme", path=PATH)
    expect(page).to_have_url(f"{app}/{PATH}?embed_options=dark_theme&input=order")
    stepper.is_at(39, unit=0)
    values = SEQUENCES["order"].make().values
    for step in (39, 5):
        stepper.go(step)
        for cell in ("rnn", "lstm", "gru"):
            model = load_trained(ROOT / "cells" / "data" / "models" / f"order-{cell}.safetensors")
            shares = model.readout(model.module(values)[0]).softmax(dim=-1)[step]
            pane = stepper.root.locator(f'[data-pane="{cell}"]')
            for rank, (share, output) in enumerate(zip(*shares.topk(4), strict=True)):
                likely = pane.locator(f'[data-prediction="{rank}"]')
                expect(likely).to_have_attribute("data-label", model.outputs[output])
                assert float(likely.get_attribute("data-value") or "nan") == pytest.approx(share.item(), abs=EXACT)
            right = stepper.root.locator(f'[data-answer="{cell}"]').get_attribute("data-value")
            assert float(right or "nan") == pytest.approx(shares[model.outputs.index("XY")].item(), abs=EXACT)
            expect(pane.locator(".success")).to_have_text(f"success {100 * float(model.metadata['success']):.0f} %")
            expect(pane.locator(".prediction")).to_have_attribute("data-asked", str(step == 39).lower())
    in_view_on_a_projector(stepper.root, (".drawing", ".strips", ".playback", ".remains"))
    keeps_its_promises(page, "signal", "answer")
    has_query(page, step="5")
    while PATH in urlsplit(page.url).path:
        before = page.url
        page.go_back()
        assert page.url != before
    expect(page).to_have_url(f"{app}/?input=order")


@pytest.mark.parametrize("query", ["input=anbn&weights=trained-counter", "input=noise"])
def test_nothing_is_called_forgotten_where_a_readout_still_tells_it(page: Page, app: str, query: str) -> None:
    stepper = open_stepper(page, app, query, path=PATH)
    lower = stepper.root.locator(".remains")
    expect(lower).not_to_contain_text("still in the state")
    expect(lower).to_contain_text("asked for at the last step" if "noise" in query else "nothing need be forgotten")
    expect(lower).to_contain_text("Success: share of new")


def all_panes_step_play_and_jump_together(stepper: Stepper) -> None:
    stepper.go(0, unit=0)
    keys = ["rnn", "lstm", "gru", "rnn-relu"]
    before = [value(stepper, key, "hidden") for key in keys]
    stepper.press("ArrowRight", "ArrowDown")
    stepper.is_at(1, unit=1)
    after = [value(stepper, key, "hidden") for key in keys]
    assert all(one != other for one, other in zip(before, after, strict=True))
    for key in keys:
        cursor = stepper.root.locator(f'[data-pane="{key}"] .cursor')
        expect(cursor).to_have_attribute("style", stepper.root.locator(".cursor").first.get_attribute("style") or "")
    strip = stepper.root.locator('[data-pane="gru"] [data-strip="update"]')
    box = strip.bounding_box()
    assert box
    strip.click(position={"x": box["width"] - 2, "y": box["height"] / 2})
    stepper.is_at(47)
    stepper.root.locator(".plot").click(position={"x": 40, "y": 60})
    expect(stepper.root).not_to_have_attribute("data-step", "47")
    stepper.press("Home", " ")
    stepper.is_playing(True)
    expect(stepper.root).not_to_have_attribute("data-step", "-1")
    stepper.button("Pause").click()
    stepper.is_playing(False)


def test_all_panes_fit_and_move_together_and_the_position_goes_into_the_link_which_reopens_the_same_picture(
    page: Page, new_page: NewPage, app: str
) -> None:
    stepper = open_stepper(page, app, RANDOM, path=PATH)
    stepper.press("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown")
    has_query(page, step="2", unit="2")
    page.mouse.move(0, 0)
    seen = settled_picture(stepper.root)
    again = open_stepper(new_page(), app, urlsplit(page.url).query, path=PATH)
    again.is_at(2, unit=2)
    assert furthest_off(seen, settled_picture(again.root)) <= INVISIBLE
    all_panes_step_play_and_jump_together(stepper)
    fits(stepper)


def test_the_header_leads_to_the_step_page_and_back_with_what_was_chosen(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "cells=lstm,gru&input=text&text=abc&units=3&lang=ko&step=1", path=PATH)
    page.get_by_role("link", name="스텝").click()
    expect(stepper.root).to_have_attribute("data-cell", "lstm")
    expect(page).to_have_url(f"{app}/?input=text&units=3&text=abc&step=1&lang=ko")
    expect(stepper.root).to_have_attribute("data-units", "3")
    page.get_by_role("link", name="비교").click()
    expect(stepper.root).to_have_attribute("data-cell", "lstm,gru")
    expect(page.get_by_role("link", name="비교")).to_be_visible()


@pytest.mark.exhaustive  # tests/pages knows what is said, and test_links.py that it is seen
def test_a_bad_link_is_answered_by_a_message(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "cells=lstm,elman", path=PATH)
    expect(page.get_by_role("alert")).to_contain_text("cells=lstm,elman in the link is not a list of 2 to 4")
    expect(stepper.root).to_have_attribute("data-cell", "rnn,lstm,gru")


@pytest.mark.exhaustive  # so many panes in English, and fewer with their looks, are in view too
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("cells", ["rnn,lstm,gru,rnn-relu", "lstm,gru"])
def test_all_is_in_view_on_a_projector_and_nothing_scrolls_sideways_on_a_phone(
    page: Page, app: str, cells: str, lang: str
) -> None:
    fits(open_stepper(page, app, f"cells={cells}&weights=random&units=16&lang={lang}", path=PATH))


def fits(stepper: Stepper) -> None:
    """Look on a projector, and then on a phone."""
    in_view_on_a_projector(stepper.root, (".drawing", ".strips", ".playback", ".remains"))
    stepper.page.set_viewport_size(PHONE)
    expect(stepper.root.locator(".names .short").first).to_be_visible()
    fits_a_phone(stepper.root, ".pane, .playback, .remains")


@pytest.mark.context(viewport={"width": 1920, "height": 1080})
@pytest.mark.parametrize("cells", ["rnn,lstm,gru", rare("lstm,gru")])
def test_on_a_large_screen_it_uses_the_room_in_letters_for_the_last_row(page: Page, app: str, cells: str) -> None:
    stepper = open_stepper(page, app, f"cells={cells}&input=text&weights=random", path=PATH)
    box = stepper.root.bounding_box()
    assert box
    assert 0.86 * 1080 <= box["y"] + box["height"] <= 1080
    for part in (".pane .drawing", ".labels", ".names", ".plot"):
        sizes: list[float] = stepper.root.locator(part).evaluate_all(LETTERING)
        assert min(sizes) >= LEGIBLE, part


@pytest.mark.parametrize(("theme", "lang"), [("light", "en"), rare("dark", "ko")])
def test_its_looks_and_axe_finds_nothing_serious_and_it_fits(
    page: Page, app: str, check_screenshot: CheckScreenshot, theme: str, lang: str
) -> None:
    stepper = open_stepper(page, app, f"{PICTURED}&lang={lang}&embed_options={theme}_theme", path=PATH)
    keeps_its_promises(page, "signal", "compare")
    check_screenshot(stepper.root, f"compare-{theme}-{lang}")
    assert serious_findings(page) == []
    fits(stepper)
