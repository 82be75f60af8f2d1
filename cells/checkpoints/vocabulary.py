"""A model's own vocabulary: which token stands at which row of its embedding, and how a text is cut into tokens."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import regex

from cells.core.messages import N_, InputError
from cells.core.readable import shortened, visible
from cells.reading.characters import characters_of
from cells.reading.limits import MEGABYTE

MAX_VOCABULARY_BYTES = 16 * MEGABYTE
MAX_TOKENS = 1_000_000
MAX_DEPTH = 4  # of an object inside an object in which the tokens may stand, as in a tokenizer's file
TOLD = 6  # unknown tokens that a message names
UNKNOWN = ("<unk>", "[UNK]", "<UNK>", "<OOV>", "[OOV]", "unk", "UNK")
SPECIAL = re.compile(r"<[^<>]*>|\[[A-Z]+\]")
WORDS = regex.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


@dataclass(frozen=True)
class Vocabulary:
    """Tokens by their row. `words`: whether a text is cut into words, and not into characters."""

    row_of: Mapping[str, int]

    @cached_property
    def names(self) -> dict[int, str]:
        """The token of each row; of two at one row the first."""
        return {row: token for token, row in reversed(list(self.row_of.items()))}

    @cached_property
    def words(self) -> bool:
        """True where most tokens, but for special ones, are longer than one character."""
        tokens = [token for token in self.row_of if not SPECIAL.fullmatch(token)]
        return 2 * sum(len(token) > 1 and not regex.fullmatch(r"\X", token) for token in tokens) > len(tokens)

    @property
    def row_count(self) -> int:
        """The number of rows of an embedding that holds them all."""
        return max(self.row_of.values()) + 1

    def name(self, row: int) -> str:
        """Return a row's token as a label."""
        return labelled(self.names[row]) if row in self.names else row_label(row)

    def rows_of_text(self, text: str) -> list[int]:
        """Return the rows of a text's tokens. Raises InputError for a text without any, and for those it does not know.

        A word that is not there is looked up in small letters; what is not there either is the vocabulary's own token
        for the unknown, where it has one.
        """
        tokens = self.cut(text)
        unknown = next((self.row_of[token] for token in UNKNOWN if token in self.row_of), None)
        row_by_token = {token: self.find_row(token, unknown) for token in dict.fromkeys(tokens)}
        missing = [token for token, row in row_by_token.items() if row is None]
        if missing:
            listed = " ".join(labelled(token) for token in missing[:TOLD]) + (" …" if len(missing) > TOLD else "")
            raise InputError(N_("Not in the model’s vocabulary: {tokens}"), tokens=listed)
        return [row for token in tokens if (row := row_by_token[token]) is not None]

    def cut(self, text: str) -> list[str]:
        """Return a text as words and marks, or as characters."""
        if not self.words:
            return characters_of(text)
        tokens: list[str] = WORDS.findall(unicodedata.normalize("NFC", text))
        if not tokens:
            raise InputError(N_("There is no text: type at least one word."))
        return tokens

    def find_row(self, token: str, unknown: int | None) -> int | None:
        """Return the row of a token."""
        return self.row_of.get(token, self.row_of.get(token.lower(), unknown) if self.words else unknown)


def labelled(token: str) -> str:
    """Return a token's label: a character by its sign, a word cut where it is long, blanks by their sign."""
    if len(token) == 1 or regex.fullmatch(r"\X", token):
        return visible(token)
    return shortened("".join(visible(letter) if letter.isspace() else letter for letter in token)) or "∅"


def row_label(row: int) -> str:
    """Return the label of a row without a token: "#17"."""
    return f"#{row}"


def read_vocabulary(data: bytes) -> Vocabulary:
    """Read a vocabulary out of a file.

    It is JSON, a list of tokens or a mapping from token to row (or from row to token), also where it stands inside a
    larger object; or text, one token a line, or all characters in one line. Raises InputError for anything else.
    """
    if len(data) > MAX_VOCABULARY_BYTES:
        raise InputError(
            N_("The vocabulary is too large: at most {limit} MB fit."), limit=MAX_VOCABULARY_BYTES // MEGABYTE
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(N_("The vocabulary is no text in UTF-8.")) from error
    rows = (
        rows_in(as_json(text)) if text.lstrip()[:1] in ("[", "{") and len(text) > 1 else rows_of_tokens(in_lines(text))
    )
    if rows is None:
        raise InputError(
            N_("There is no vocabulary in the file: a list of tokens, or a mapping from token to number, is expected.")
        )
    if not rows or max(rows.values()) >= MAX_TOKENS:
        raise InputError(N_("A vocabulary has from 1 to {limit} tokens."), limit=f"{MAX_TOKENS:,}")
    return Vocabulary(rows)


def as_json(text: str) -> object:
    """Parse a JSON text. Raises InputError where it is damaged."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(N_("The vocabulary begins as JSON, but is damaged or cut off.")) from error


def rows_in(value: object, depth: int = 0) -> dict[str, int] | None:
    """Return the tokens in what a JSON file says, or None where there are none."""
    if isinstance(value, str) and value.startswith("{") and depth < MAX_DEPTH:
        return rows_in(as_json(value), depth + 1)  # as Keras writes its word_index
    if isinstance(value, list) and value and all(isinstance(token, str) for token in value):
        return rows_of_tokens(value)
    return rows_in_object(value, depth) if isinstance(value, dict) and value else None


def rows_in_object(value: dict[str, object], depth: int) -> dict[str, int] | None:
    """Find the tokens in a JSON object: token to row, row to token, or what is deeper inside."""
    if all(isinstance(row, int) and not isinstance(row, bool) and row >= 0 for row in value.values()):
        return cast(dict[str, int], dict(value))
    if all(isinstance(token, str) and row.isascii() and row.isdigit() for row, token in value.items()):
        return {str(token): int(row[:9]) for row, token in value.items()}
    if depth == MAX_DEPTH:
        return None
    inside = (rows_in(inner, depth + 1) for inner in value.values() if isinstance(inner, dict | list | str))
    return max((rows for rows in inside if rows), key=len, default=None)


def in_lines(text: str) -> list[str]:
    """Cut into a token a line, an empty line standing for the line break itself; or a single line into characters."""
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if len(lines) == 1:
        return list(dict.fromkeys(lines[0]))
    return [line or "\n" for line in lines]


def rows_of_tokens(tokens: list[str]) -> dict[str, int]:
    """Map each token to its index in a list; of one that stands there twice the first."""
    return {token: row for row, token in reversed(list(enumerate(tokens)))} if tokens else {}
