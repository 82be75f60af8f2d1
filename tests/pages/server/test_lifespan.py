"""The warm start without a server: what is checked, what is told, and what keeps the app from starting."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from streamlit import error_util

from cells.core.messages import InputError
from cells.core.settings import check_number
from cells.inputs.synthetic import SEED
from pages.server import lifespan as lifespan_of
from pages.server.lifespan import WARM, Check, NotStarted, check_that_all_compile, ended_by_signals, warm
from pages.shared.broken import BrokenProject


def run_alone(coroutine: Coroutine[object, object, None]) -> None:
    """Run a coroutine in a thread of its own: in this one the browser tests may have left their loop running."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, coroutine).result()


def checked(outcome: str, error: Exception | None = None) -> Check:
    """Streamlit's check with this outcome; the script did not catch `error`."""

    async def check() -> tuple[bool, str]:
        if error is not None:
            error_util.handle_user_script_exception(error, lambda _: True)
        return outcome == "ok", outcome

    return check


@pytest.fixture
def pages(tmp_path: Path) -> Callable[[bytes], Path]:
    """Makes a folder of two pages, the second with this content."""

    def made(content: bytes) -> Path:
        folder = tmp_path / "pages"
        for name, text in (("step", b"import torch"), ("units", content)):
            (folder / name).mkdir(parents=True)
            (folder / name / "page.py").write_bytes(text)
        return folder

    return made


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"x = 1\ny = (", "pages/units/page.py, line 2 does not compile: '(' was never closed."),
        (b"x = '\xff'", "pages/units/page.py"),
        (b"x\0", "pages/units/page.py"),
    ],
)
def test_a_page_that_does_not_compile_is_named(pages: Callable[[bytes], Path], content: bytes, told: str) -> None:
    with pytest.raises(NotStarted) as problem:
        check_that_all_compile(pages(content))
    assert str(problem.value).startswith(f"Gatescope cannot start: {told}")
    assert "\n" not in str(problem.value)


def test_pages_that_compile_are_not_run(pages: Callable[[bytes], Path]) -> None:
    check_that_all_compile(pages(b"1 / 0"))


def test_nothing_is_told_of_a_first_run_that_goes_well(capsys: pytest.CaptureFixture[str]) -> None:
    run_alone(warm(checked("ok")))
    assert capsys.readouterr() == ("", "")


def test_a_first_run_that_takes_too_long_is_told_and_the_app_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    run_alone(warm(checked("timeout")))
    assert "served nevertheless" in capsys.readouterr().err


def test_an_error_of_ours_stops_the_start_with_its_own_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    error = BrokenProject("Two pages have the address step.")
    with pytest.raises(NotStarted, match=r"^Gatescope cannot start: Two pages have the address step\.$"):
        run_alone(warm(checked("error", error)))
    assert capsys.readouterr() == ("", "")


def test_any_other_error_stops_the_start_and_says_where_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotStarted, match=r"^Gatescope cannot start: the first page raises KeyError: 'gate'$"):
        run_alone(warm(checked("error", KeyError("gate"))))
    assert capsys.readouterr().err.splitlines() == ["KeyError: 'gate'"], "once, with the traceback of its own"
    with pytest.raises(InputError) as problem:
        check_number(SEED, -1)
    with pytest.raises(
        NotStarted, match=r"^Gatescope cannot start: cells/core/settings\.py, line \d+, raises InputError: "
    ):
        run_alone(warm(checked("error", problem.value)))
    assert "Traceback" in capsys.readouterr().err
    with pytest.raises(NotStarted, match="the lines above say why"):
        run_alone(warm(checked("error")))


def test_torch_that_cannot_be_imported_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(NotStarted, match="torch cannot be imported"):
        run_alone(warm(checked("ok")))


def test_a_cold_start_runs_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WARM, "0")

    async def start() -> None:
        async with lifespan_of(None):  # where no server runs, its check cannot
            pass

    run_alone(start())


def test_signals_end_a_start_at_once_and_are_the_servers_again_then() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with ended_by_signals():
        assert signal.getsignal(signal.SIGTERM) == signal.getsignal(signal.SIGINT) == signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) == before
