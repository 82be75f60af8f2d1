"""One step of a sequence reads something else, and nothing but that step."""

from __future__ import annotations

import pytest
import torch

from cells.core.messages import InputError
from cells.inputs.edit import Edit, changes, edited, entry_of
from cells.sequences import SEQUENCES, Sequence
from tests.checking.sampling import few

TYPED = {"text": "hello", "numbers": "1,2,3"}


def made(key: str) -> Sequence:
    return SEQUENCES[key].make(**({key: TYPED[key]} if key in TYPED else {}))


@pytest.mark.parametrize("key", few(SEQUENCES, "text", "numbers", "pulse", "table", "sine"))
def test_what_a_step_reads_can_be_written_and_read_back(key: str) -> None:
    sequence = made(key)
    for step in (0, len(sequence.labels) // 2, len(sequence.labels) - 1):
        same = edited(sequence, [Edit(step, entry_of(sequence, step))])
        torch.testing.assert_close(same.values, sequence.values, rtol=1e-5, atol=1e-5)


def test_a_letter_becomes_another_of_the_text_and_the_rest_stays() -> None:
    text = made("text")
    other = edited(text, [Edit(1, "o")])
    assert other.labels == ("h", "o", "l", "l", "o")
    assert other.channels == text.channels
    assert torch.equal(other.values[1], text.values[4])
    assert torch.equal(other.values[[0, 2, 3, 4]], text.values[[0, 2, 3, 4]])
    assert text.labels[1] == "e", "the original is not touched"


def test_a_blank_is_named_by_itself_or_by_its_sign() -> None:
    text = SEQUENCES["text"].make(text="a b")
    for entry in (" ", "␣"):
        assert edited(text, [Edit(0, entry)]).labels == ("␣", "␣", "b")


def test_numbers_are_read_as_they_are_typed() -> None:
    numbers = edited(made("numbers"), [Edit(0, "-0.5"), Edit(2, "−1e1")])
    assert numbers.values.tolist() == [[-0.5], [2.0], [-10.0]]
    assert numbers.labels == ("−0.5", "2", "−1e1")


def test_a_step_of_several_numbers_takes_them_all() -> None:
    pulse = edited(made("pulse"), [Edit(5, "1 / -1")])
    assert pulse.values[5].tolist() == [1.0, -1.0]
    assert pulse.labels[5] == "1/−1"


def test_of_two_edits_at_one_step_the_later_counts() -> None:
    assert edited(made("text"), [Edit(0, "e"), Edit(0, "l")]).labels[0] == "l"


@pytest.mark.parametrize(
    ("key", "edit", "parts"),
    [
        ("text", Edit(5, "h"), ["5", "0 to 4"]),
        ("text", Edit(-1, "h"), ["-1"]),
        ("text", Edit(10**9, "h"), [str(10**9)]),
        ("text", Edit(0, "z"), ["z", "h e l o"]),
        ("text", Edit(0, ""), []),
        ("text", Edit(0, "he"), ["he"]),
        ("numbers", Edit(1, "x"), ["2", "x"]),
        ("numbers", Edit(1, "nan"), ["nan"]),
        ("numbers", Edit(1, "1e99"), ["1e99"]),
        ("numbers", Edit(1, "1/2"), ["1/2", "1 number,"]),
        ("pulse", Edit(1, "1"), ["2 numbers"]),
        ("pulse", Edit(1, "1/"), []),
        ("text", Edit(0, "x" * 5000), ["…"]),
    ],
)
def test_what_cannot_be_read_is_told(key: str, edit: Edit, parts: list[str]) -> None:
    with pytest.raises(InputError) as problem:
        edited(made(key), [edit])
    assert all(part in str(problem.value) for part in parts), str(problem.value)
    assert len(str(problem.value)) < 200


def test_an_edit_to_the_same_changes_nothing() -> None:
    assert not changes(made("text"), Edit(0, "h"))
    assert changes(made("text"), Edit(0, "e"))
