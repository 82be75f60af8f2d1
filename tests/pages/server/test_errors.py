"""An error that a script did not catch: what the page tells of it, and what the log has."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.visit import COMPONENTS

SECRET = "a weight of the reader's own"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Collect what is logged on behalf of the app, whose logger hands nothing on."""
    logger = logging.getLogger("gatescope")
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


def script(secret: str) -> None:
    """A page with an error, as Streamlit runs it."""
    from streamlit.error_util import handle_user_script_exception  # noqa: PLC0415 - a script of its own

    from pages.server import on_script_error  # noqa: PLC0415

    try:
        raise ValueError(secret)
    except ValueError as error:
        handle_user_script_exception(error, on_script_error)


@pytest.mark.parametrize(("language", "words"), [("en", "Something went wrong"), ("ko", "오류가 발생했습니다")])
def test_the_page_tells_a_number_which_the_log_has_with_the_traceback(
    log: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    app = AppTest.from_function(script, args=(SECRET,))
    app._bidi_component_manager = COMPONENTS
    app.query_params["lang"] = language
    app.run()
    (told,) = [error.value for error in app.error]
    assert words in told
    assert not app.exception
    assert SECRET not in told
    (number,) = re.findall(r"\b\d{8}\b", told)
    (record,) = [record for record in log.records if record.name == "gatescope"]
    assert number in record.getMessage()
    assert f"ValueError: {SECRET}" in log.text
    assert "Traceback" in log.text
    assert "Uncaught app execution" not in capsys.readouterr().err, "once is enough"
