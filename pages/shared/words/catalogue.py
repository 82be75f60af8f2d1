"""The translations: gettext catalogues beside this file, read through Babel. English is the language of the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from gettext import c2py
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.pofile import read_po

from cells.core.messages import Counted, fill
from pages.shared.words.particles import with_particles

FOLDER = Path(__file__).parent
SOURCE = "en"
LANGUAGES = (SOURCE, *sorted(path.stem for path in FOLDER.glob("*.po")))


@dataclass(frozen=True)
class Catalogue:
    """The translations into one language.

    texts: by their English texts. counted: of texts that count, by their English text for several, one for each form
    of a plural that the language has. form: the form for a count.
    """

    texts: dict[str, str] = field(default_factory=dict)
    counted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    form: Callable[[int], int] = lambda count: int(count != 1)


@cache
def catalogue(language: str) -> Catalogue:
    """Return the translations into `language`; none for English."""
    if language == SOURCE:
        return Catalogue()
    with (FOLDER / f"{language}.po").open("rb") as file:
        messages = read_po(file, locale=language)
    translated = [message for message in messages if message.id and message.string]
    return Catalogue(
        {str(message.id): str(message.string) for message in translated if not message.pluralizable},
        {message.id[1]: tuple(message.string or ()) for message in translated if message.pluralizable},
        c2py(messages.plural_expr),
    )


def translate(language: str, text: str, **values: object) -> str:
    """Translate `text` into `language`, its `{name}` fields filled in; without `values` braces stay as they are.

    A text that counts is translated in the form that fits its count.
    """
    words = catalogue(language)
    if isinstance(text, Counted):
        forms = words.counted.get(text)
        return filled(forms[words.form(text.counted(values))], values) if forms else fill(text, values)
    return filled(words.texts.get(text, text), values)


def filled(translation: str, values: Mapping[str, object]) -> str:
    """Return a translation with its fields filled in, each particle behind them as it sounds."""
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
