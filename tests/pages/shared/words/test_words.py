"""Every text is translated into every language, and the language nearest to the reader's is found."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from cells import CELLS
from cells.core.messages import Counted, InputError, n_
from cells.sequences import SEQUENCES, SequenceKind
from cells.weights import WEIGHTS, WeightKind
from pages.shared.stepper.words import STEPPER_WORDS
from pages.shared.words import catalogue as words_catalogue
from pages.shared.words.catalogue import FOLDER, LANGUAGES, SOURCE, catalogue, nearest, own_name, translate
from tests import ROOT
from tests.pages.shared.words.catalogue_check import faults, fields, messages_of, several_of

MESSAGES = messages_of(ROOT)

HANGUL = re.compile("[가-힣]")
SYMBOLS = {"RNN, relu"}  # RNN(ReLU)


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
    sayings = [saying for cell in CELLS.values() for phrase in cell.sentence for saying in phrase.sayings]
    declared |= {saying.text for saying in sayings if saying.text}
    kinds: list[SequenceKind | WeightKind] = [*SEQUENCES.values(), *WEIGHTS.values()]
    declared |= {kind.title for kind in kinds} | {setting.title for kind in kinds for setting in kind.settings}
    declared |= {kind.needs for kind in WEIGHTS.values() if kind.needs} | set(STEPPER_WORDS.values())
    assert declared <= {several_of(text) for text in MESSAGES}


def test_labels_and_channels_in_words_are_found() -> None:
    for kind in SEQUENCES.values():
        sequence = kind.make()
        assert {label for label in sequence.labels if " " in label} <= MESSAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_filled_in(language: str) -> None:
    for message in MESSAGES:
        text = several_of(message)
        values = {name: f"<{name}>" for name, _, _ in fields(text)}
        told = translate(language, text, **values)
        assert all(value in told for value in values.values()), text
        assert not values or "{" not in told, text
        if isinstance(message, tuple):
            for count in (0, 1, 2, 5):
                by = next(iter(values))
                assert "{" not in translate(language, Counted(*message, by), **values | {by: count})


def test_no_field_bears_the_name_of_a_parameter_on_its_way() -> None:
    named = {name for text in MESSAGES for name, _, _ in fields(several_of(text))}
    assert not named & {"self", "template", "text", "language"}


def test_korean_is_written_in_hangul() -> None:
    words = catalogue("ko")
    forms = {**{text: (told,) for text, told in words.texts.items()}, **words.counted}
    sentences = {text: told for text, told in forms.items() if len(text.split()) > 1 and text not in SYMBOLS}
    assert [text for text, told in sentences.items() if not all(map(HANGUL.search, told))] == []


# Looking up


def test_translations_are_looked_up_by_the_english_text() -> None:
    assert translate("en", "forget gate") == "forget gate"
    assert translate("ko", "forget gate") == catalogue("ko").texts["forget gate"] != "forget gate"
    assert (catalogue("en").texts, catalogue("en").counted) == ({}, {})


ROWS = n_("{rows} row", "{rows} rows", "rows")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (0, "0 rows"),
        (1, "1 row"),
        (2, "2 rows"),
        ("1", "1 row"),
        ("1,001", "1,001 rows"),
        (1.5, "1.5 rows"),
        ("∞", "∞ rows"),
    ],
)
def test_a_text_that_counts_is_said_in_the_form_that_fits(rows: object, told: str) -> None:
    assert translate("en", ROWS, rows=rows) == told
    assert str(InputError(ROWS, rows=rows)) == told
    again = pickle.loads(pickle.dumps(InputError(ROWS, rows=rows)))
    assert translate("en", again.template, **again.values) == told


def test_each_language_has_its_own_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forms = 'msgid "{rows} row"\nmsgid_plural "{rows} rows"\n' + "".join(
        f'msgstr[{form}] "{{rows}} {word}"\n' for form, word in enumerate(["wiersz", "wiersze", "wierszy"])
    )
    (tmp_path / "pl.po").write_text(forms, encoding="utf-8")
    monkeypatch.setattr(words_catalogue, "FOLDER", tmp_path)
    assert [translate("pl", ROWS, rows=rows) for rows in (1, 2, 5, 22)] == [
        "1 wiersz",
        "2 wiersze",
        "5 wierszy",
        "22 wiersze",
    ]


# What a single text counts is never one, or it counts no things of which there are several forms.
NEVER_ONE = {
    "limit": "a bound of ours",
    "most": "a bound of ours",
    "high": "a bound of ours",
    "minutes": "an hour",
}
FEW = {
    "The archive has {count} entries; at most {limit} fit.": "more than fit",
    "A sequence is values in an order: here the same {steps} steps are read from the end.": "one step has no order",
    "A sequence is values in an order: here the same {steps} steps are read shuffled.": "one step has no order",
    "At least {fewest} cells.": "two",
    "At least {fewest} kinds.": "two",
    "Alone, it keeps {gate} at each step: a half-life of {steps} steps.": "with two decimals",
    "An interval of {interval} makes {count} steps; at most {limit} fit.": "more than fit",
    "Chrono initialisation (Tallec and Ollivier 2018): each unit begins with a memory of its own length, from 1 to "
    "{steps} steps.": "two at least",
    "From all zero, {steps} steps down this loss’s own gradient; the weights stay as they are.": "a number of ours",
    "The WAV file is coded in a way not read here (format {way}, {bits} bits): save it as 16-bit PCM.": "a depth",
    "The place {place} in the link lies outside: there are {places} places, counted from 0.": "rows × columns",
    "{kind} of {channels} channels cannot read a batch of shape {shape}.": "a module’s name",
    "The first {shown} of {count} columns.": "more than are shown",
    "The layer has {units} units; the pages show at most {limit}.": "more than are shown",
    "The queue is full: {count} studies are running for everybody together. Try again in a while.": "a bound of ours",
    "The queue is full: {count} trainings are running for everybody together. Try again in a while.": "a bound of ours",
    "The table has {count} columns; at most {limit} fit.": "more than fit",
    "The table has {count} rows; at most {limit} fit.": "more than fit",
    "The text has {count} characters, {different} different ones; at most {limit} and {most} fit.": "more than fit",
    "The text has {count} characters; at most {limit} fit.": "more than fit",
    "The text has {count} different characters; at most {limit} can be learnt.": "more than fit",
    "The text has {count} tokens; at most {limit} fit.": "more than fit",
    "There are {count} numbers; at most {limit} fit.": "more than fit",
    "There are {count} sequences in this batch: choose one, sample=0 to sample={last}.": "one needs no choice",
    "This run is {times} times too large for the memory: take fewer steps, units or sequences an update.": "a decimal",
    "This study would take {count} updates in all; at most {limit} can be made.": "more than fit",
    "doubles every {steps} steps": "a decimal, or ten and more",
    "halves every {steps} steps": "a decimal, or ten and more",
    "left after {count} steps": "a number of ours",
    "unit {unit}: {steps} steps": "a decimal, filled in the browser",
    "Cells {cells} × lags {lags} × seeds {seeds} are {runs} trainings; a study makes at most {limit}.": "too many",
    "{count} layers": "one is not told",
    "{count} trainings of yours are running already: stop one of them, or wait for it.": "a bound of ours",
    "{ended} of {all} trainings": "two cells at least",
    "{shown} of {count} checkpoints fit in here": "three at least",
    "{speed} steps/s": "an abbreviation",
    "{speed} units/s": "an abbreviation",
    "{units} units: `trace` takes them all, the pages show at most {limit}.": "more than are shown",
    "Its readout has {count} outputs; the step page shows the {most} largest.": "more than are shown",
}
VERBS = r"reads|stands|as\b|is\b|has\b|does\b|comes\b|makes\b|goes\b"
COUNTS = re.compile(rf"\{{(\w+)\}} (?:different |hidden )?(?!{VERBS})([a-z]+s)\b")


def test_a_text_that_counts_has_a_form_for_one() -> None:
    single = [text for text in MESSAGES if isinstance(text, str)]
    counting = {text for text in single for name, _ in COUNTS.findall(text) if name not in NEVER_ONE}
    assert counting - set(FEW) == set(), "mark it by n_, or say why it never counts one"
    assert set(FEW) <= counting, "said of a text that is gone"


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
