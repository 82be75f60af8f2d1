"""Every text is translated into every language, and the language nearest to the reader's is found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cells import CELLS
from cells.core.messages import InputError
from cells.sequences import SEQUENCES, SequenceKind
from cells.weights import WEIGHTS, WeightKind
from pages.shared.stepper.words import STEPPER_WORDS
from pages.shared.words.catalogue import FOLDER, LANGUAGES, SOURCE, catalogue, nearest, own_name, translate
from tests import ROOT
from tests.pages.shared.words.catalogue_check import faults, fields, messages_of

MESSAGES = messages_of(ROOT)
HANGUL = re.compile("[가-힣]")


def written(folder: Path, entries: str) -> Path:
    """Write a made-up catalogue."""
    file = folder / "ko.po"
    file.write_text(entries, encoding="utf-8")
    return file


# The catalogues of the app


def test_there_is_korean_beside_english() -> None:
    assert LANGUAGES[0] == SOURCE == "en"
    assert "ko" in LANGUAGES
    assert set(LANGUAGES[1:]) == {path.stem for path in FOLDER.glob("*.po")}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_text_is_translated_and_well_formed(language: str) -> None:
    assert faults(FOLDER / f"{language}.po", MESSAGES) == []


def test_the_texts_of_every_room_are_found() -> None:
    declared = {signal.title for cell in CELLS.values() for signal in cell.shown}
    declared |= {text for cell in CELLS.values() for text in (cell.title, cell.origins) if text}
    declared |= {text for cell in CELLS.values() for phrase in cell.phrases for _, text in phrase.bands}
    kinds: list[SequenceKind | WeightKind] = [*SEQUENCES.values(), *WEIGHTS.values()]
    declared |= {kind.title for kind in kinds} | {setting.title for kind in kinds for setting in kind.settings}
    declared |= {kind.needs for kind in WEIGHTS.values() if kind.needs} | set(STEPPER_WORDS.values())
    assert declared <= MESSAGES


def test_labels_and_channels_in_words_are_found() -> None:
    for kind in SEQUENCES.values():
        sequence = kind.make()
        assert {label for label in sequence.labels if " " in label} <= MESSAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_filled_in(language: str) -> None:
    for text in MESSAGES:
        values = {name: f"<{name}>" for name, _, _ in fields(text)}
        told = translate(language, text, **values)
        assert all(value in told for value in values.values()), text
        assert not values or "{" not in told, text


def test_no_field_bears_the_name_of_a_parameter_on_its_way() -> None:
    named = {name for text in MESSAGES for name, _, _ in fields(text)}
    assert not named & {"self", "template", "text", "language"}


def test_korean_is_written_in_hangul() -> None:
    names = {"RNN, relu"}  # RNN(ReLU)
    sentences = {text for text in MESSAGES if len(text.split()) > 1} - names
    assert [text for text in sorted(sentences) if not HANGUL.search(translate("ko", text))] == []


# Looking up


def test_translations_are_looked_up_by_the_english_text() -> None:
    assert translate("en", "forget gate") == "forget gate"
    assert translate("ko", "forget gate") == catalogue("ko")["forget gate"] != "forget gate"
    assert catalogue("en") == {}


def test_an_unknown_text_is_shown_as_it_is() -> None:
    assert translate("ko", "write {braces}") == "write {braces}"


def test_values_are_filled_in_as_they_are() -> None:
    problem = InputError("{name} in the link is unknown; it is left out.", name="{value} {0} %s <b>")
    for language in LANGUAGES:
        assert "{value} {0} %s <b>" in translate(language, problem.template, **problem.values)


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("ko-KR", "ko"),
        ("ko", "ko"),
        ("ko-Kore-KR", "ko"),
        ("KO-kr", "ko"),
        ("en-GB", "en"),
        ("en", "en"),
        ("fr", "en"),
        ("kok-IN", "en"),
        ("zh-Hant-TW", "en"),
        ("", "en"),
        ("-", "en"),
        ("C", "en"),
        ("<b>", "en"),
        (None, "en"),
    ],
)
def test_the_language_nearest_to_the_browsers_locale(locale: str | None, language: str) -> None:
    assert nearest(locale) == language


def test_languages_are_named_by_their_speakers() -> None:
    assert (own_name("ko"), own_name("en"), own_name("xx")) == ("한국어", "English", "xx")


# The check can fail


GOOD = 'msgid "keeps {percent} "\nmsgstr "{percent} 유지 "\n'


def test_a_catalogue_in_order_has_no_fault(tmp_path: Path) -> None:
    assert faults(written(tmp_path, GOOD), ["keeps {percent} "]) == []
    assert faults(written(tmp_path, 'msgid " and "\nmsgstr ", "\n'), [" and "]) == [], "no blank before a comma"


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ("", "missing: 'keeps {percent} '"),
        (GOOD + '\nmsgid "old"\nmsgstr "옛"\n', "obsolete: 'old'"),
        (GOOD + '\n#~ msgid "older"\n#~ msgstr "옛"\n', "obsolete: 'older'"),
        ("#, fuzzy\n" + GOOD, "fuzzy: 'keeps {percent} '"),
        ('msgid "keeps {percent} "\nmsgstr ""\n', "empty: "),
        ('msgid "keeps {percent} "\nmsgstr " "\n', "empty: "),
        ('msgid "keeps {percent} "\nmsgstr "유지 "\n', "other fields: "),
        ('msgid "keeps {percent} "\nmsgstr "{percnt} 유지 "\n', "other fields: "),
        ('msgid "keeps {percent} "\nmsgstr "{} 유지 "\n', "other fields: "),
        ('msgid "keeps {percent} "\nmsgstr "{percent.__class__} 유지 "\n', "other fields: "),
        ('msgid "keeps {percent} "\nmsgstr "{percent!r} 유지 "\n', "other fields: "),
        ('msgid "keeps {percent} "\nmsgstr "{percent 유지 "\n', "malformed field "),
        ('msgid "keeps {percent} "\nmsgstr "percent} 유지 "\n', "malformed field "),
        ('msgid "keeps {percent} "\nmsgstr "{percent} 유지"\n', "other blanks at an end: "),
        ('msgid "keeps {percent} "\nmsgid_plural "x"\nmsgstr[0] "{percent} 유지 "\n', "missing: "),
        ("keeps\n" + GOOD, "ko.po cannot be read: "),
    ],
)
def test_each_fault_is_told(tmp_path: Path, entries: str, fault: str) -> None:
    told = faults(written(tmp_path, entries), ["keeps {percent} "])
    assert any(line.startswith(fault) for line in told), told


def test_marked_texts_are_found_through_each_marker(tmp_path: Path) -> None:
    for folder in ("cells", "pages/words"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "pages" / "a.py").write_text('title = say("one")\n', encoding="utf-8")
    (tmp_path / "cells" / "a.py").write_text('raise InputError(\n    "two " "{x}",\n    x=1,\n)\n', encoding="utf-8")
    (tmp_path / "pages" / "words" / "b.py").write_text(
        'raise InputError(N_("셋"), x=say(N_("four")))\n', encoding="utf-8"
    )
    assert messages_of(tmp_path) == {"one", "two {x}", "셋", "four"}
