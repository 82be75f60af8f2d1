"""The faults of a translation, as sentences: an empty list is a catalogue in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, read_po

# Who marks a text for translation: each takes it as its first argument.
KEYWORDS: dict[str, None] = {"N_": None, "say": None, "InputError": None}

STOPS = ",.;:、。，"


@cache
def messages_of(root: Path) -> frozenset[str]:
    """Return every text that the app under `root` marks for translation."""
    found: set[str] = set()
    for room in ("cells", "pages"):
        found |= {str(m) for _, _, m, _, _ in extract_from_dir(root / room, [("**.py", "python")], keywords=KEYWORDS)}
    return frozenset(found)


def faults(file: Path, messages: Iterable[str]) -> list[str]:
    """Return what is wrong with the translations of `messages` in the catalogue `file`."""
    try:
        with file.open("rb") as opened:
            catalogue = read_po(opened, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as problem:
        return [f"{file.name} cannot be read: {problem}"]
    wanted = set(messages)
    found = {str(message.id): message for message in catalogue if message.id}
    return [
        *(f"missing: {text!r}" for text in sorted(wanted - set(found))),
        *(f"obsolete: {text!r}" for text in sorted((set(found) - wanted) | {str(m) for m in catalogue.obsolete})),
        *(fault for text in sorted(wanted & set(found)) for fault in message_faults(text, found[text])),
    ]


def message_faults(text: str, message: Message) -> Iterator[str]:
    """Return what is wrong with one translation."""
    translation = message.string
    if not isinstance(translation, str):
        yield f"plural where one text is wanted: {text!r}"
        return
    if message.fuzzy:
        yield f"fuzzy: {text!r}"
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
