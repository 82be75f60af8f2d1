"""How large is a run as a file that steps without a server, and how fast does it step?

Run it alone with `python -m tests.benchmarks.bench_offline`. A key's time is taken as in bench_browser: even an instant
answer takes 17 to 33 ms there.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import torch
from playwright.sync_api import Browser
from torch import nn

from cells import trace
from pages.offline import export
from tests.benchmarks.bench_browser import PAINTED, PRESSES, READY, WATCH, say, wait_for
from tests.browser.chromium import launch_chromium
from tests.browser.conftest import USUAL_CONTEXT

STEPS, UNITS, INPUTS = 200, 64, 8
OPENINGS = 5


def main() -> None:
    """Measure and print the table."""
    torch.manual_seed(0)
    layers = trace(nn.LSTM(INPUTS, UNITS), torch.randn(STEPS, INPUTS))
    print(f"an LSTM of {UNITS} units over {STEPS} steps, details of all units\n")
    print(f"{'what':<58}{'measured':>12}{'target':>12}", flush=True)
    with TemporaryDirectory() as folder:
        for ending, target in ((".html", "< 2 MB"), (".npz", ""), (".csv", ""), (".json", "")):
            start = perf_counter()
            file = export(layers, Path(folder) / f"run{ending}")
            seconds = perf_counter() - start
            say(
                f"size as {ending[1:].upper()}, written in {seconds:.2f} s",
                f"{file.stat().st_size / 1e6:.2f} MB",
                target,
            )
        with launch_chromium() as browser:
            page = (Path(folder) / "run.html").as_uri()
            say("from the file to the painted stepper, median", f"{median(opening(browser, page)):.0f} ms", "")
            say("key to painted numbers, median", f"{median(keys(browser, page)):.1f} ms", "<= 34 ms")


def opening(browser: Browser, address: str) -> list[float]:
    """The ms from asking for the file to its painted stepper, each in a context of its own."""
    taken = []
    for _ in range(OPENINGS):
        context = browser.new_context(**USUAL_CONTEXT)
        page = context.new_page()
        start = perf_counter()
        page.goto(address)
        wait_for(page.locator(READY))
        taken.append((perf_counter() - start) * 1000)
        context.close()
    return taken


def keys(browser: Browser, address: str) -> list[float]:
    """The ms from each key to its painted numbers."""
    context = browser.new_context(**USUAL_CONTEXT)
    page = context.new_page()
    page.goto(address)
    wait_for(page.locator(READY))
    root = page.get_by_test_id("stepper")
    root.evaluate(WATCH, "keydown")
    root.focus()
    for press in range(1, PRESSES + 1):
        page.keyboard.press("ArrowRight")
        root.evaluate(PAINTED, press)
    times: list[float] = root.evaluate("root => root.painted")
    context.close()
    return times


if __name__ == "__main__":
    main()
