"""The translations: gettext catalogues beside this file, read through Babel. English is the language of the keys."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
SOURCE = "en"
LANGUAGES = (SOURCE, *sorted(path.stem for path in FOLDER.glob("*.po")))


@cache
def catalogue(language: str) -> dict[str, str]:
    """English text -> its translation into `language`; empty for English."""
    if language == SOURCE:
        return {}
    with (FOLDER / f"{language}.po").open("rb") as file:
        messages = read_po(file)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}


def translate(language: str, text: str, **values: object) -> str:
    """`text` in `language`, with its `{name}` fields filled in; without `values` braces are left as they are."""
    found = catalogue(language).get(text, text)
    return found.format(**values) if values else found


def nearest(locale: str | None) -> str:
    """The language that serves a browser's locale such as "ko-KR"; English when none does."""
    return (negotiate_locale([locale or SOURCE], LANGUAGES, sep="-") or SOURCE).lower()


def own_name(language: str) -> str:
    """What speakers call their language: "한국어"."""
    try:
        return Locale.parse(language).get_display_name() or language
    except UnknownLocaleError:
        return language
