"""An error that a page has not foreseen, in a browser; and the end of a server while somebody is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import SECONDS_TO_STOP, copy_without_torch, serving

SCRIPT = "def open_scene():\n    raise ValueError('a weight')\nopen_scene()\n"


def test_a_page_tells_a_number_and_nothing_of_the_code_and_the_log_has_both(
    page: Page, page_errors: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    root = copy_without_torch(tmp_path)
    (root / "pages" / "entry.py").write_text(SCRIPT, encoding="utf-8")
    with serving(root, GATESCOPE_WARM="0") as (launcher, base):
        page.goto(base)
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("give this number")
        seen = page.locator("body").inner_text()
        assert not re.search(r"a weight|open_scene|ValueError|Traceback|\.py|/", seen), seen
        launcher.terminate()
        assert launcher.wait(SECONDS_TO_STOP) == 0, "it does not wait for the page, which is connected"
        page.close()  # it would look for the server again and again
    (number,) = re.findall(r"\d{8}", seen)
    log = capfd.readouterr().err
    assert re.search(rf"Error {number}(?s:.)*Traceback(?s:.)*pages/entry\.py(?s:.)*ValueError: a weight", log)
    assert log.count("ValueError: a weight") == 1
    page_errors.clear()  # the lost connection
