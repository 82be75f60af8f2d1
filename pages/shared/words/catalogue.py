"""The translations: gettext catalogues beside this file, read through Babel. English is the language of the keys."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.pofile import read_po

from pages.shared.words.particles import with_particles

FOLDER = Path(__file__).parent
SOURCE = "en"
LANGUAGES = (SOURCE, *sorted(path.stem for path in FOLDER.glob("*.po")))


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the translations into `language` by their English texts; none for English."""
    if language == SOURCE:
        return {}
    with (FOLDER / f"{language}.po").open("rb") as file:
        messages = read_po(file)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}


def translate(language: str, text: str, **values: object) -> str:
    """Translate `text` into `language`, its `{name}` fields filled in; without `values` braces stay as they are."""
    translation = catalogue(language).get(text, text)
    return with_particles(translation, values).format(**values) if values else translation


def nearest(locale: str | None) -> str:
    """Return the language that serves a browser's locale such as "ko-KR"; English when none does."""
    return (negotiate_locale([locale or SOURCE], LANGUAGES, sep="-") or SOURCE).lower()


def own_name(language: str) -> str:
    """Return what speakers call their language: "한국어"."""
    try:
        return Locale.parse(language).get_display_name() or language
    except UnknownLocaleError:
        return language
