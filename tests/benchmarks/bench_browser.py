"""How fast are the pages in a real Chromium?

Run it alone with `python -m tests.benchmarks.bench_browser`. Nothing is asserted: on a machine that has other things to
do every figure rises, least of all the ratio of the two pages, whose visits take turns.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from playwright.sync_api import Browser, Locator, Page

from tests import ROOT
from tests.browser.chromium import launch_chromium
from tests.browser.conftest import USUAL_CONTEXT
from tests.browser.server import running_app
from tests.browser.stepper import Stepper, open_stepper

USUAL_RUN = "input=sine&length=200&weights=random&units=16"
FOUR_CELLS = "cells=rnn,lstm,gru,rnn-relu&length=200&weights=random&units=16&gain=0.9"
LARGEST_RUN = "input=sine&length=2000&weights=random&units=256"
DEEPEST = "stack=residual&depth=50&norm=yes"
DEEPEST_STEPS = 49
READY = "[data-testid=stepper][data-ready=true]"
BARE_PAGE = 'import streamlit as st\n\nst.write("hello")\n'
PRESSES = 80
FASTEST = 30  # steps a second, the fastest that the speed list offers
VISITS = 7  # to each of the two pages
LONG_TRAINING = "training=adding,length:100,units:64,updates:200000"
TO_START_WORKERS = 90_000  # ms
GRADIENTS = "length=200&units=32&step=100"
SLIDES = 7
STEPPER = """[...document.querySelectorAll("*")].flatMap(host => host.shadowRoot ? [host.shadowRoot] : [])
  .concat(document).map(root => root.querySelector("[data-testid=stepper]")).find(Boolean)"""
LEFT = """root => [...root.querySelectorAll("[data-gradient]")].map(row => row.dataset.value).join()"""

# From the moment at which the browser takes the key in (the event's own time stamp, on the clock of performance.now)
# to the start of the second frame after it: the first is the one that paints the new numbers, and the second starts
# once the first is done. So at 60 frames a second even an instant answer takes 17 to 33 ms. A key after which the
# hidden state's number (on the depth page the output's) is the old one counts as null, and null is an error. A move of
# the pointer is watched likewise.
WATCH = """(root, kind) => {
  const number = () => root.querySelector('[data-signal="hidden"], [data-signal="out"]').dataset.value;
  root.painted = [];
  root.addEventListener(kind, event => {
    const before = number();
    requestAnimationFrame(() => requestAnimationFrame(() =>
      root.painted.push(number() === before ? null : performance.now() - event.timeStamp)));
  }, { capture: true });
}"""
TABLE = """() => document.querySelector("[data-valve-table]")?.valveTable"""
# Every new step and its time in ms.
WATCH_STEPS = """root => {
  root.steps = [];
  new MutationObserver(() => root.steps.push([Number(root.dataset.step), performance.now()]))
    .observe(root, { attributeFilter: ["data-step"] });
}"""
PAINTED = """(root, count) => new Promise(done => {
  const look = () => root.painted.length >= count ? done() : requestAnimationFrame(look);
  look();
})"""


def main() -> None:
    """Measure and print the table."""
    print(f"{'what':<58}{'measured':>12}{'target':>12}", flush=True)
    with launch_chromium() as browser, running_app() as app:
        usual, largest = key_to_paint(browser, app, USUAL_RUN), key_to_paint(browser, app, LARGEST_RUN)
        say("key to painted numbers, 16 units, 200 steps, median", f"{usual:.1f} ms", "<= 34 ms")
        dragged = drag_to_paint(browser, app, f"{USUAL_RUN}&step=100")
        say("valve moved to painted numbers, the same run, median", f"{dragged:.1f} ms", "<= 34 ms")
        say("valve moved / key", f"{dragged / usual:.2f}", "<= 1.2")
        say("key to painted numbers, 256 units, 2,000 steps, median", f"{largest:.1f} ms", "<= 50 ms")
        with training(browser, app):
            beside = key_to_paint(browser, app, USUAL_RUN)
        say("the same while trainings take all processors", f"{beside:.1f} ms", "")
        say("with trainings / without", f"{beside / usual:.2f}", "<= 1.5")
        four = key_to_paint(browser, app, FOUR_CELLS, path="compare")
        say("the same on the compare page, four cells of 16 units", f"{four:.1f} ms", "<= 50 ms")
        deep = key_to_paint(browser, app, DEEPEST, path="depth", presses=DEEPEST_STEPS)
        say("the same on the depth page, 50 residual units of 8 channels", f"{deep:.1f} ms", "<= 34 ms")
        advanced, shown = playing(browser, app)
        say(f"playing at {FASTEST} steps/s advances", f"{advanced:.1f} /s", f"{FASTEST} /s")
        say("of these steps are shown, each in a frame of its own", f"{shown:.0%}", "")
        say(
            "slider to painted gradient page, 32 units, 200 steps, median",
            f"{slider_to_paint(browser, app):.2f} s",
            "<= 1.5 s",
        )
        ours, bare = in_turns(browser, app)
        say("page ready, first visit, median", f"{ours:.2f} s", "")
        say("a bare Streamlit page, first visit, median", f"{bare:.2f} s", "")
        say("page ready / bare page", f"{ours / bare:.2f}", "<= 1.6")
    print("Times rise with whatever else the machine does, the ratio far less. Nothing is asserted.")


def say(what: str, measured: str, target: str) -> None:
    """One line of the table."""
    print(f"{what:<58}{measured:>12}{target:>12}", flush=True)


@contextmanager
def opened(browser: Browser, app: str, query: str, path: str = "") -> Iterator[Stepper]:
    """The stepper of `query` in a context of its own."""
    context = browser.new_context(**USUAL_CONTEXT)
    yield open_stepper(context.new_page(), app, query, path=path)
    context.close()


def key_to_paint(browser: Browser, app: str, query: str, path: str = "", presses: int = PRESSES) -> float:
    """The median ms from a key to its painted numbers."""
    with opened(browser, app, query, path) as stepper:
        stepper.root.evaluate(WATCH, "keydown")
        stepper.root.focus()
        for press in range(1, presses + 1):
            stepper.page.keyboard.press("ArrowRight")
            stepper.root.evaluate(PAINTED, press)
        times: list[float] = stepper.root.evaluate("root => root.painted")
        return median(times)


def drag_to_paint(browser: Browser, app: str, query: str) -> float:
    """The median ms from a move of a valve in hand to its painted numbers."""
    with opened(browser, app, query) as stepper:
        mouse = stepper.page.mouse
        stepper.page.wait_for_function(TABLE)
        box = stepper.root.locator('[data-valve="forget"] .grip').bounding_box()
        assert box is not None
        x, y, half = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["height"] / 2
        mouse.move(x, y + half - 2)
        mouse.down()
        mouse.move(x, y)  # shut, whatever the gate was
        stepper.root.evaluate(WATCH, "pointermove")
        for move in range(1, PRESSES + 1):
            mouse.move(x, y + (half - 2 if move % 2 else 0))
            stepper.root.evaluate(PAINTED, move)
        times: list[float] = stepper.root.evaluate("root => root.painted")
        return median(times)


@contextmanager
def training(browser: Browser, app: str) -> Iterator[None]:
    """Two long trainings, as many as a visit may have, that run in the block."""
    context = browser.new_context(**USUAL_CONTEXT)
    for seed in range(2):
        page = open_stepper(context.new_page(), app, f"{LONG_TRAINING},seed:{seed}", path="train").page
        page.locator(".st-key-start-training button").click()
        page.get_by_text("left", exact=False).first.wait_for(timeout=TO_START_WORKERS)
    yield
    context.close()


def slider_to_paint(browser: Browser, app: str) -> float:
    """The median seconds from a key on the gradient page's slider of gains until all three cells' numbers are new.

    Every value is one that nobody has asked for yet, so that everything is computed. Streamlit's own slider waits a
    moment for the next key before it tells.
    """
    times = []
    with opened(browser, app, GRADIENTS, path="gradient") as stepper:
        page = stepper.page
        page.locator(".st-key-settings-menu button").first.click()
        slider = page.locator(".st-key-set-weights-gain").get_by_role("slider")
        slider.focus()
        for _ in range(SLIDES):
            before = stepper.root.evaluate(LEFT)
            start = perf_counter()
            page.keyboard.press("ArrowLeft")
            page.wait_for_function(f"before => ({LEFT})({STEPPER}) !== before", arg=before)
            times.append(perf_counter() - start)
            page.locator(".st-key-shares .main-svg").first.wait_for()
            page.locator('[data-testid=stApp][data-test-script-state="notRunning"]').wait_for()
    return median(times)


def playing(browser: Browser, app: str) -> tuple[float, float]:
    """Steps a second while playing all of the sequence, and the share of them that was shown and not skipped."""
    with opened(browser, app, f"{USUAL_RUN}&step=-1") as stepper:
        stepper.speeds.select_option(str(FASTEST))
        stepper.root.evaluate(WATCH_STEPS)
        stepper.press("Space")
        stepper.is_playing(True)
        wait_for(stepper.root.and_(stepper.page.locator('[data-playing="false"]')))
        seen: list[tuple[int, float]] = stepper.root.evaluate("root => root.steps")
    (first, start), (last, end) = seen[0], seen[-1]
    return (last - first) / (end - start) * 1000, (len(seen) - 1) / (last - first)


def in_turns(browser: Browser, app: str) -> tuple[float, float]:
    """The median seconds until our page and until a bare page is ready; the visits take turns, each a first one."""
    ours, bare = [], []
    with TemporaryDirectory() as folder, bare_app(Path(folder)) as bare_address:
        for visit in range(VISITS + 1):
            seconds = visited(browser, app, READY), visited(browser, bare_address, "text=hello")
            if visit > 0:  # the very first warms the servers and the disk
                ours.append(seconds[0])
                bare.append(seconds[1])
    return median(ours), median(bare)


@contextmanager
def bare_app(folder: Path) -> Iterator[str]:
    """A page of one line, served as ours is; gives its address."""
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    (folder / "app.py").write_text(BARE_PAGE, encoding="utf-8")
    with running_app(folder) as address:
        yield address


def visited(browser: Browser, address: str, ready: str) -> float:
    """Seconds from the start of a visit, with an empty cache, until `ready` is in the page."""
    context = browser.new_context(**USUAL_CONTEXT)
    page: Page = context.new_page()
    start = perf_counter()
    page.goto(address, wait_until="commit")
    wait_for(page.locator(ready))
    seconds = perf_counter() - start
    context.close()
    return seconds


def wait_for(what: Locator) -> None:
    """Wait until it is there, with patience: here nothing is judged."""
    what.wait_for(timeout=60_000)


if __name__ == "__main__":
    main()
