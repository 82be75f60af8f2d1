"""Korean particles behind what is filled into a sentence: 은 or 는, by the sound on which that ends when read aloud.

A translation writes both forms behind the field, "{name}을(를)"; the reader sees the one that is right. What ends in a
vowel takes the first of FORMS, what ends in a consonant the second; but 으 is left out behind ㄹ too (서울로).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

FORMS = {
    "은(는)": ("는", "은"),
    "이(가)": ("가", "이"),
    "을(를)": ("를", "을"),
    "과(와)": ("와", "과"),
    "(이)": ("", "이"),
    "(으)": ("", "으"),
}
MARKED = re.compile(rf"(\{{[^{{}}]+\}})([”’\"'*]*)({'|'.join(map(re.escape, FORMS))})")

VOWEL, CONSONANT, RIEUL = "", "consonant", "ㄹ"

# As they are read: 영 일 이 삼 사 오 육 칠 팔 구, and "l" 엘, "m" 엠, "n" 엔, "r" 알; the other letters end in a vowel.
DIGITS = dict(zip("0123456789", (CONSONANT, RIEUL, "", CONSONANT, "", "", CONSONANT, RIEUL, RIEUL, ""), strict=True))
LETTERS = {"l": RIEUL, "m": CONSONANT, "n": CONSONANT, "r": RIEUL}
TRILLIONS = range(12, 16)  # zeros at the end: of such a number the last word is 조, of all others a consonant ends it
LONGEST_ACRONYM = 5  # letters: longer words in capitals are read as words

# English words as Korean writes them, the first that matches: 파일, 셀; 타임, 원; 스텝, 인풋; 북, 아웃.
ENDINGS = (
    (re.compile("bits?$"), VOWEL),
    (re.compile("le?$"), RIEUL),
    (re.compile("(m|n|ng|[aeiouy][mn]e)$"), CONSONANT),
    (re.compile("((?<![aeiouy])[aeiouy](p|t|k|ck|c)|ook|out)$"), CONSONANT),
)

REMARK = re.compile(r"(?<=\S)\s*\([^()]*\)$")  # is skipped in reading: LSTM(핍홀)은
POWER = re.compile("[⁰¹²³⁴-⁹ⁿ]$")  # 제곱
SILENT = re.compile(r"[^\w%∞]+$")


def with_particles(template: str, values: Mapping[str, object]) -> str:
    """Write in a template the right form of each particle that stands in both, its fields still to be filled in."""
    return MARKED.sub(lambda found: found[1] + found[2] + particle(found[3], found[1].format(**values)), template)


def particle(marked: str, word: str) -> str:
    """Return the form of a particle of FORMS that stands behind a word, a name or a number."""
    after_vowel, after_consonant = FORMS[marked]
    final = final_sound(word)
    return after_vowel if final == VOWEL or (final == RIEUL and marked == "(으)") else after_consonant


def final_sound(word: str) -> str:
    """Return the consonant class on which a text ends as a Korean reads it: VOWEL, RIEUL or CONSONANT."""
    text = SILENT.sub("", REMARK.sub("", word))
    if POWER.search(text):
        return CONSONANT
    text = unicodedata.normalize("NFKC", text)
    if not text:
        return VOWEL
    if text[-1] in DIGITS:
        return final_of_number(text)
    if "가" <= text[-1] <= "힣":
        place = (ord(text[-1]) - ord("가")) % 28
        return VOWEL if place == 0 else RIEUL if place == 8 else CONSONANT  # as Unicode lists the 28
    latin = re.search("[A-Za-z]+$", text)
    return final_of_latin(latin[0]) if latin else VOWEL


def final_of_number(text: str) -> str:
    """Return on what a number ends: its last digit, or where it is whole and ends in zeros, the word for these."""
    number = re.split(r"[^\d.]", text.replace(",", ""))[-1]
    zeros = len(number) - len(number.rstrip("0"))
    return VOWEL if zeros in TRILLIONS and "." not in number else DIGITS[text[-1]]


def final_of_latin(word: str) -> str:
    """Return on what a word in Latin letters ends: an acronym letter by letter, an English word as it is spoken."""
    acronym = word.isupper() and len(word) <= LONGEST_ACRONYM
    word = word.lower()
    if acronym or len(word) == 1 or not re.search("[aeiouy]", word):
        return LETTERS.get(word[-1], VOWEL)
    return next((final for ending, final in ENDINGS if ending.search(word)), VOWEL)
