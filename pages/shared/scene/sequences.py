"""Every sequence that a page can show: those of `cells`, and the visitor's own file, which only this visit has."""

from __future__ import annotations

from cells.checkpoints.inputs import noise_of
from cells.core.messages import N_
from cells.core.sequence import Sequence
from cells.core.settings import MAX_STEPS, Number, Text, check_number
from cells.inputs.kind import SequenceKind
from cells.inputs.synthetic import SEED
from cells.inputs.tabular import TABULAR, read_as_chosen, section_of
from cells.reading import Raw, Reading, raw_of, source_of
from cells.sequences import SEQUENCES
from pages.shared.cache import cached_for_visit
from pages.shared.uploads.files import forget_file, own_file


def read_file(file: str = "", **choices: str) -> Reading:
    """The visitor's file of that key, read as `read_as_chosen` says. Raises InputError if this visit has not got it."""
    own_file(file)
    return reading_of_file(file, **choices)


@cached_for_visit(2)
def reading_of_file(file: str, **choices: str) -> Reading:
    """The same, read once for the pages that show it."""
    return read_as_chosen(opened_file(file), **choices)


@cached_for_visit(1)
def opened_file(file: str) -> Raw | Sequence:
    """The file as a table or a text, opened once while its columns and steps are being chosen."""
    return raw_of(source_of(own_file(file).opened()), required=False)


def put_away(file: str) -> None:
    """Forget a file of the visitor's, and what was read of it."""
    forget_file(file)
    reading_of_file.clear()
    opened_file.clear()


def section_of_file(
    file: str = "", scale: str = "standard", first: int = 0, length: int = MAX_STEPS, **choices: str
) -> Sequence:
    """A section of the visitor's file: (T, I)."""
    return section_of(read_file(file, **choices), scale, first, length)


FILE = SequenceKind(
    "file",
    N_("your file"),
    section_of_file,
    (Text("file", N_("file"), ""), *TABULAR),
    read=read_file,
    private=True,
)


SAMPLE_LENGTH = Number("length", N_("length"), 24, 2, MAX_STEPS, 1)  # 2: the shortest that a task can have


def sample(length: int = 24, seed: int = 0) -> Sequence:
    """Seeded random numbers: (T, 1). What reads a model gives it what that takes, see `sample_for`."""
    check_number(SAMPLE_LENGTH, length)
    check_number(SEED, seed)
    return noise_of(length, 1, seed)


SAMPLE = SequenceKind("sample", N_("random, as the model reads"), sample, (SAMPLE_LENGTH, SEED))

INPUTS: dict[str, SequenceKind] = {**SEQUENCES, FILE.key: FILE, SAMPLE.key: SAMPLE}
Settings = tuple[tuple[str, int | float | str], ...]
TABLES = tuple(key for key, kind in INPUTS.items() if kind.read)


def is_own(input_key: str, settings: Settings) -> bool:
    """Whether a sequence is made of the visitor's own file. Raises InputError if this visit has not got it any more."""
    if INPUTS[input_key].private:
        own_file(str(dict(settings)["file"]))  # what is gone is not shown from memory
    return INPUTS[input_key].private
