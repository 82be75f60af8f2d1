"""The faults of a translation, as sentences: an empty list is a catalogue in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, read_po

# Who marks a text for translation: each takes it as its first argument, n_ one for one and one for several.
KEYWORDS: dict[str, tuple[int, ...] | None] = {"N_": None, "n_": (1, 2), "say": None, "InputError": None}

# A text, or of one that counts the text for one and the text for several.
Text = str | tuple[str, str]

STOPS = ",.;:、。，"


@cache
def messages_of(root: Path) -> frozenset[Text]:
    """Return every text that the app under `root` marks for translation."""
    found: set[Text] = set()
    for room in ("cells", "pages"):
        for _, _, text, _, _ in extract_from_dir(root / room, [("**.py", "python")], keywords=KEYWORDS):
            found.add(text if isinstance(text, str) else (text[0], text[1]))
    return frozenset(found)


def several_of(text: Text) -> str:
    """Return a text, or of one that counts that for several."""
    return text if isinstance(text, str) else text[1]


def faults(file: Path, messages: Iterable[Text]) -> list[str]:
    """Return what is wrong with the translations of `messages` in the catalogue `file`."""
    try:
        with file.open("rb") as opened:
            catalogue = read_po(opened, locale=file.stem, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as problem:
        return [f"{file.name} cannot be read: {problem}"]
    wanted = set(messages)
    found = {message.id: message for message in catalogue if message.id}
    obsolete = {message.id for message in catalogue.obsolete.values()}
    return [
        *(f"missing: {text!r}" for text in sorted(wanted - set(found), key=str)),
        *(f"obsolete: {text!r}" for text in sorted((set(found) - wanted) | obsolete, key=str)),
        *(fault for text in sorted(wanted & set(found), key=str) for fault in message_faults(text, found[text])),
    ]


def message_faults(text: Text, message: Message) -> Iterator[str]:
    """Return what is wrong with one translation, in each of its forms."""
    if message.fuzzy:
        yield f"fuzzy: {text!r}"
    several = text if isinstance(text, str) else text[1]
    for translation in [message.string] if isinstance(message.string, str) else message.string or [""]:
        yield from form_faults(several, translation)


def form_faults(text: str, translation: str) -> Iterator[str]:
    """Return what is wrong with one form of a translation."""
    if not translation.strip():
        yield f"empty: {text!r}"
        return
    yield from field_faults(text, translation)
    if edges(text, translation) != edges(translation, text):
        yield f"other blanks at an end: {text!r} -> {translation!r}"


def field_faults(text: str, translation: str) -> Iterator[str]:
    """Fields that are malformed, missing or made up."""
    try:
        given = fields(translation)
    except ValueError as problem:
        yield f"malformed field ({problem}): {text!r} -> {translation!r}"
        return
    if given != fields(text):
        yield f"other fields: {text!r} -> {translation!r}"


def fields(template: str) -> set[tuple[str, str, str]]:
    """Return each `{name!conversion:format}` of a template. Raises ValueError for stray braces."""
    parts = Formatter().parse(template)
    return {(name, conversion or "", spec or "") for _, name, spec, conversion in parts if name is not None}


def edges(text: str, other: str) -> tuple[str, str]:
    """Return the blanks before and after a text; none is looked for before a comma or full stop, in either language."""
    before = text[: len(text) - len(text.lstrip())]
    joined = text.lstrip()[0] in STOPS or other.lstrip()[0] in STOPS
    return "" if joined else before, text[len(text.rstrip()) :]
