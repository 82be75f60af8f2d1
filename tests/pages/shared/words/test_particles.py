"""Korean particles are right behind whatever is put into a sentence, and behind the words of the catalogue itself."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from cells import CELLS
from cells.feed_forward import FEED_FORWARD
from pages.shared.stepper.words import STEPPER_WORDS
from pages.shared.words.catalogue import catalogue, filled, translate
from pages.shared.words.particles import FORMS, MARKED, particle
from tests import ROOT
from tests.pages.shared.words.catalogue_check import fields, messages_of, several_of

# What is put in, and the last syllable that a Korean says when reading it aloud.
READ = {
    **dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True)),
    "10": "십",
    **{"−1": "일", "-2": "이", "−3": "삼", "−7": "칠", "−10": "십"},
    **{"0.5": "오", "1.00": "영", "−0.14": "사", "0.38": "팔", "3.16": "육", "2.7": "칠", "+0.9": "구"},
    **{"1,000": "천", "20,000": "만", "1000000000000": "조", "1.000000000000": "영", "6.5·10⁻²¹": "곱", "CO₂": "이"},
    **{"62 %": "트", "∞": "대", "(3, 4)": "사"},
    **{"LSTM": "엠", "GRU": "유", "RNN": "엔", "lstm": "엠", "mgu": "유", "CSV": "이", "JSON": "엔", "R": "알"},
    **{"forget": "겟", "input": "풋", "output": "웃", "cell": "셀", "hidden": "든", "update": "트", "bit": "트"},
    **{"file": "일", "time": "임", "weight": "트", "NumPy": "이", "torch.float32": "이", "layer1": "일", "x": "스"},
    **{"망각 게이트": "트", "셀": "셀", "시퀀스": "스", "서울": "울", "김소월": "월", "한국": "국", "래치": "치"},
    **{"LSTM(입력 게이트 없음)": "엠", "RNN(ReLU)": "엔", "시\u1105\u1175\u11af": "릴"},  # the last: taken apart (NFD)
}
SENTENCES = sorted(several_of(text) for text in messages_of(ROOT) if fields(several_of(text)))
WORDS = catalogue("ko")
KOREAN = {**{text: (told,) for text, told in WORDS.texts.items()}, **WORDS.counted}
NOUNS = ("초과", "효과", "통과", "경로")  # which end like a particle
BOTH = re.compile(r"[이가을를은는과와]\([이가을를은는과와]\)|\((이|으)\)")
BEHIND = "이|가|을|를|은|는|과|와|으로|로|이라는|라는|이라고|라고|이라|라|이나|나|이어야|여야"


def final_of(syllable: str) -> str:
    """Return whether a syllable ends in a vowel, in ㄹ or in another consonant."""
    place = (ord(syllable) - ord("가")) % 28
    return {0: "vowel", 8: "ㄹ"}.get(place, "consonant")


def is_right(form: str, final: str) -> bool:
    """Tell whether a particle may stand behind such a sound."""
    if form in ("으로", "로"):
        return (form == "으로") == (final == "consonant")
    after_consonant = form in ("을", "은", "과") or form.startswith("이")
    return after_consonant == (final != "vowel")


@pytest.mark.parametrize("value", READ)
def test_every_sentence_is_right_with_whatever_is_put_in(value: str) -> None:
    behind = re.compile(rf"(?<![\w.,]){re.escape(value)}[”’\"'*]*({BEHIND})(?![가-힣])")
    for text in SENTENCES:
        # A share is always written with its sign.
        values = {name: "62 %" if name == "percent" else value for name, _, _ in fields(text)}
        for korean in KOREAN[text]:
            told = filled(korean, values)
            assert not BOTH.search(told), told
            wrong = [form for form in behind.findall(told) if not is_right(form, final_of(READ[value][-1]))]
            assert wrong == [], told


def test_what_the_browser_fills_in_needs_no_choice() -> None:
    cells = [*CELLS.values(), FEED_FORWARD]
    phrases = {saying.text for cell in cells for phrase in cell.sentence for saying in phrase.sayings}
    told = [korean for text in phrases | set(STEPPER_WORDS.values()) for korean in KOREAN.get(text, ())]
    assert len(told) > len(STEPPER_WORDS)
    assert [korean for korean in told if MARKED.search(korean)] == []


def test_particles_behind_words_of_the_catalogue_itself() -> None:
    wrong = [
        found[0]
        for korean in chain.from_iterable(KOREAN.values())
        for found in re.finditer(r"([가-힣])(을|를|과|와|으로|로)(?![가-힣])", korean)
        if found[0] not in NOUNS and not is_right(found[2], final_of(found[1]))
    ]
    assert wrong == []


@pytest.mark.parametrize("value", READ)
def test_each_particle_by_the_last_sound(value: str) -> None:
    final = final_of(READ[value])
    for marked in FORMS:
        form = particle(marked, value)
        assert form in marked.replace("(", "").replace(")", "")
        if marked == "(으)":
            assert is_right(form + "로", final)
        elif marked == "(이)":
            assert is_right(form + "라는", final)
        else:
            assert is_right(form, final)


def test_only_the_sentence_is_looked_at_and_not_what_is_put_in() -> None:
    assert translate("ko", "There is no task {name}; there are {names}.", name="을(를)", names="은(는)").endswith(
        "은(는)."
    )
    assert particle("이(가)", "") == particle("이(가)", "?!") == "가"
