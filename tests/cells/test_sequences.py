"""Named and typed sequences: what they say, what they are made of, and what they refuse.

Axes: T time steps, I input features.
"""

from __future__ import annotations

import csv
import math
import unicodedata

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cells.core.messages import InputError
from cells.core.settings import MAX_STEPS, Number, Text, check_number
from cells.sequences import SEQUENCES, Sequence
from tests import ROOT
from tests.checking.sampling import few

kinds = pytest.mark.parametrize("key", SEQUENCES)
# The least, an odd one, the usual one and the most.
SOME_LENGTHS = few([8, 9, 10, 23, 24, 100, MAX_STEPS], 8, 9, 24, MAX_STEPS)
NUMBERS = [(key, s) for key, kind in SEQUENCES.items() for s in kind.settings if isinstance(s, Number)]
numbers_of_kinds = pytest.mark.parametrize(
    ("key", "setting"), NUMBERS, ids=[f"{key}-{setting.name}" for key, setting in NUMBERS]
)


def make(key: str, **values: object) -> Sequence:
    return SEQUENCES[key].make(**values)


def check_shape(sequence: Sequence) -> None:
    """Assert what every sequence promises."""
    steps, features = sequence.values.shape
    assert sequence.values.dtype == torch.float32
    assert sequence.values.isfinite().all()
    assert len(sequence.labels) == steps
    assert len(sequence.channels) == features
    assert 0 <= sequence.start < steps <= MAX_STEPS
    assert all(label and label.encode("utf-8") for label in (*sequence.labels, *sequence.channels))


def test_the_menu_is_in_its_order() -> None:
    made = ["pulse", "bit", "text", "numbers", "table", "sunspots", "co2", "bits", "anbn", "sine"]
    assert list(SEQUENCES) == [*made, "noise", "order", "reber", "rhyme", "poem"]
    assert all(key == kind.key and kind.title for key, kind in SEQUENCES.items())


@kinds
def test_every_kind_makes_a_sequence_by_itself_and_of_its_usual_settings(key: str) -> None:
    usual = make(key, **{setting.name: setting.default for setting in SEQUENCES[key].settings})
    check_shape(usual)
    assert usual.values.abs().max() > 0
    by_itself = make(key)
    assert torch.equal(by_itself.values, usual.values)
    assert by_itself.labels == usual.labels


@numbers_of_kinds
def test_every_number_is_taken_up_to_its_bounds_and_no_further(key: str, setting: Number) -> None:
    read = SEQUENCES[key].read
    highest = len(read().values) - 1 if read and setting.name == "first" else setting.high
    for bound in (setting.low, highest):
        check_shape(make(key, **{setting.name: bound}))
    for beyond in (setting.low - 1, setting.high + 1, math.nan, math.inf, 10.5, "12", None):
        with pytest.raises(InputError, match=rf"^{setting.name} must be .*from {setting.low} to {setting.high}"):
            make(key, **{setting.name: beyond})


def test_a_number_of_any_kind_is_held_to_its_bounds() -> None:
    tenth = Number("share", "share", 0.5, 0.0, 1.0, 0.1)
    check_number(tenth, 0.3)
    check_number(tenth, 1)
    with pytest.raises(InputError, match=r"share must be a number from 0\.0 to 1\.0, not nan"):
        check_number(tenth, math.nan)


class TestPulse:
    @pytest.mark.parametrize("length", SOME_LENGTHS)
    def test_it_writes_once_each_way_and_speaks_against_what_is_held(self, length: int) -> None:
        sequence = make("pulse", length=length)
        assert sequence.channels == ("value", "write")
        assert len(sequence.labels) == length
        value, write = sequence.values.unbind(dim=1)
        first, second = write.nonzero().flatten().tolist()
        assert value[[first, second]].tolist() == [1, -1]
        assert (sequence.labels[first], sequence.labels[second]) == ("write +1", "write −1")
        assert abs(second - 0.6 * length) <= 1
        assert (value[:first] == 0).all()
        assert (value[first + 1 : second] == torch.tensor([-1.0, 1.0]).repeat(length)[: second - first - 1]).all()
        assert (value[second + 1 :] == torch.tensor([1.0, -1.0]).repeat(length)[: length - second - 1]).all()

    @pytest.mark.parametrize("length", SOME_LENGTHS)
    def test_it_opens_where_the_value_speaks_against_the_memory(self, length: int) -> None:
        sequence = make("pulse", length=length)
        first, second = sequence.values[:, 1].nonzero().flatten().tolist()
        assert first < sequence.start < second
        assert sequence.values[sequence.start].tolist() == [-1, 0]

    def test_its_labels_are_its_values(self) -> None:
        sequence = make("pulse")
        assert sequence.labels[:7] == ("0", "0", "0", "write +1", "−1", "+1", "−1")


class TestBit:
    @pytest.mark.parametrize("length", [8, 9, 100, MAX_STEPS])
    def test_it_writes_one_bit_and_never_again(self, length: int) -> None:
        sequence = make("bit", length=length)
        value, write = sequence.values.unbind(dim=1)
        assert write.tolist() == [1.0] + [0.0] * (length - 1)
        assert value.tolist() == torch.tensor([1.0, -1.0]).repeat(length)[:length].tolist()
        assert sequence.labels[:3] == ("write +1", "−1", "+1")

    @pytest.mark.parametrize("length", few([8, 9, 10, 100, MAX_STEPS], 8, 9, MAX_STEPS))
    def test_it_opens_half_way_where_the_value_speaks_against_the_bit(self, length: int) -> None:
        sequence = make("bit", length=length)
        assert abs(sequence.start - length / 2) <= 1
        assert sequence.values[sequence.start].tolist() == [-1, 0]


class TestText:
    def test_it_is_one_hot_over_its_characters_in_order_of_appearance(self) -> None:
        sequence = make("text", text="hello")
        assert sequence.labels == ("h", "e", "l", "l", "o")
        assert sequence.channels == ("h", "e", "l", "o")
        assert sequence.values.argmax(dim=1).tolist() == [0, 1, 2, 2, 3]
        assert torch.equal(sequence.values.sum(dim=1), torch.ones(5))

    @pytest.mark.parametrize(
        ("text", "labels"),
        [
            ("안녕 하세요", ("안", "녕", "␣", "하", "세", "요")),
            (unicodedata.normalize("NFD", "한글"), ("한", "글")),
            ("e\u0301é", ("é", "é")),
            ("👩‍👩‍👧🇰🇷👍🏽", ("👩‍👩‍👧", "🇰🇷", "👍🏽")),
            ("नमस्ते", ("न", "म", "स्ते")),
            ("a\tb\nc\r\nd", ("a", "⇥", "b", "⏎", "c", "⏎", "d")),
            ("\x00\x1b\u00a0\u200b\u2028", ("U+0000", "U+001B", "U+00A0", "U+200B", "U+2028")),
            ("\u0301", ("◌\u0301",)),
            ("a\ud800b", ("a", "U+D800", "b")),
            ("   ", ("␣", "␣", "␣")),
        ],
        ids=ascii,
    )
    def test_a_step_is_a_character_as_a_person_sees_it(self, text: str, labels: tuple[str, ...]) -> None:
        sequence = make("text", text=text)
        check_shape(sequence)
        assert sequence.labels == labels

    def test_what_looks_the_same_is_the_same(self) -> None:
        assert make("text", text="e\u0301é\u1112\u1161\u11ab한").channels == ("é", "한")

    def test_an_empty_text_is_refused(self) -> None:
        with pytest.raises(InputError, match="no text"):
            make("text", text="")

    def test_a_text_past_the_limit_is_refused_with_the_limit(self) -> None:
        assert len(make("text", text="한" * MAX_STEPS).labels) == MAX_STEPS
        with pytest.raises(InputError, match=r"2001 characters.*2000"):
            make("text", text="한" * (MAX_STEPS + 1))

    @given(st.text(alphabet=st.characters(), min_size=1, max_size=50))
    def test_any_text_makes_a_sequence(self, text: str) -> None:
        sequence = make("text", text=text)
        check_shape(sequence)
        assert set(sequence.values.flatten().tolist()) <= {0.0, 1.0}
        assert (sequence.values.sum(dim=1) == 1).all()
        assert (sequence.values.sum(dim=0) >= 1).all()

    @given(st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf", "Mn", "Zs", "Lo"]), min_size=1, max_size=8))
    def test_odd_characters_are_shown_and_never_lost(self, text: str) -> None:
        check_shape(make("text", text=text))


class TestNumbers:
    @pytest.mark.parametrize(
        "typed",
        [
            "1,-2,0.5",
            "1;-2;0.5",
            "1 -2 0.5",
            "1\n-2\n0.5",
            " 1 ,\t−2 ;  .5 ",
            "1,-2,0.5,",
            "+1,-2e0,5E-1",
            "１，−２、0.5",
        ],
    )
    def test_numbers_are_parted_by_commas_semicolons_and_blanks(self, typed: str) -> None:
        sequence = make("numbers", numbers=typed)
        check_shape(sequence)
        assert sequence.values.tolist() == [[1.0], [-2.0], [0.5]]
        assert sequence.channels == ("number",)

    def test_a_label_is_the_number_as_typed(self) -> None:
        assert make("numbers", numbers="−1.50, 2e3; +.5").labels == ("−1.50", "2e3", "+.5")

    @pytest.mark.parametrize(
        ("typed", "position", "entry"),
        [
            ("3,4,x", 3, "x"),
            pytest.param("x", 1, "x", marks=pytest.mark.exhaustive),
            pytest.param("1 2,5a 3", 3, "5a", marks=pytest.mark.exhaustive),
            ("1, 1_000", 2, "1_000"),
            ("0x10", 1, "0x10"),
            ("1--2", 1, "1--2"),
            pytest.param("1, -", 2, "-", marks=pytest.mark.exhaustive),
            ("1e", 1, "1e"),
            pytest.param("1/2", 1, "1/2", marks=pytest.mark.exhaustive),
            ("삼", 1, "삼"),
        ],
    )
    def test_what_is_no_number_is_named_with_its_position(self, typed: str, position: int, entry: str) -> None:
        with pytest.raises(InputError) as caught:
            make("numbers", numbers=typed)
        assert str(caught.value) == f"Entry {position}, “{entry}”, is not a number."

    @pytest.mark.parametrize(
        "entry", few(["nan", "NaN", "-nan", "inf", "−inf", "Infinity", "∞"], "nan", "−inf", "Infinity", "∞")
    )
    def test_what_is_not_finite_is_named_with_its_position(self, entry: str) -> None:
        with pytest.raises(InputError, match=f"Entry 2, “{entry}”, is not finite"):
            make("numbers", numbers=f"1, {entry}, 3")

    @pytest.mark.parametrize(
        "entry", few(["1e999", "−1e999", "1e39", "3.5e38", "9" * 20 + "e20"], "−1e999", "3.5e38", "9" * 20 + "e20")
    )
    def test_what_overflows_single_precision_is_named_with_its_position(self, entry: str) -> None:
        with pytest.raises(InputError, match=r"Entry 3, “.*”, is too large: numbers reach to 3\.4e\+38"):
            make("numbers", numbers=f"1, 2, {entry}")

    def test_the_largest_and_the_smallest_number_are_taken(self) -> None:
        assert make("numbers", numbers="3.4028234e38, -3.4e38, 1e-46").values.isfinite().all()

    @pytest.mark.parametrize(("typed", "position"), [("1,,2", 2), (",1", 1), ("1,2,;3", 3), ("1,,", 2), ("1, ,2", 2)])
    def test_an_empty_entry_is_named_by_its_position(self, typed: str, position: int) -> None:
        with pytest.raises(InputError, match=f"Entry {position} is empty"):
            make("numbers", numbers=typed)

    @pytest.mark.parametrize("typed", ["", "   ", "\n\t"])
    def test_no_number_at_all_is_refused(self, typed: str) -> None:
        with pytest.raises(InputError, match="no numbers"):
            make("numbers", numbers=typed)

    def test_numbers_past_the_limit_are_refused_with_the_limit(self) -> None:
        assert len(make("numbers", numbers="1 " * MAX_STEPS).labels) == MAX_STEPS
        with pytest.raises(InputError, match=r"2001 numbers.*2000"):
            make("numbers", numbers="1 " * (MAX_STEPS + 1))

    def test_a_long_bad_entry_is_shortened_in_its_message(self) -> None:
        with pytest.raises(InputError) as caught:
            make("numbers", numbers="1, " + "1" * 500_000 + "x")
        assert str(caught.value) == "Entry 2, “" + "1" * 23 + "…”, is not a number."

    def test_a_message_can_be_shown_whatever_was_typed(self) -> None:
        with pytest.raises(InputError) as caught:
            make("numbers", numbers="1, \ud800\x00")
        assert str(caught.value) == "Entry 2, “U+D800U+0000”, is not a number."

    @given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
    def test_what_python_writes_is_read_back_exactly(self, values: list[float]) -> None:
        sequence = make("numbers", numbers=", ".join(map(repr, values)))
        assert sequence.values[:, 0].tolist() == values

    @given(st.text(alphabet="0123456789.,;eE+-− \nnaif", max_size=30))
    def test_whatever_is_typed_is_read_or_refused(self, typed: str) -> None:
        try:
            sequence = make("numbers", numbers=typed)
        except InputError:  # and nothing else
            return
        check_shape(sequence)


class TestSunspots:
    def test_it_is_the_shipped_series_in_hundreds(self) -> None:
        path = ROOT / "cells" / "data" / "sunspots.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        sequence = make("sunspots")
        assert sequence.labels == tuple(row["year"] for row in rows) == tuple(map(str, range(1700, 2009)))
        expected = torch.tensor([float(row["sunspots"]) / 100 for row in rows])
        assert torch.equal(sequence.values[:, 0], expected)
        assert "100" in sequence.channels[0]

    def test_known_years_have_their_known_counts(self) -> None:
        sequence = make("sunspots")
        counts = dict(zip(sequence.labels, (100 * sequence.values[:, 0]).tolist(), strict=True))
        assert counts["1957"] == pytest.approx(190.2)  # the largest maximum observed
        assert counts["1810"] == 0  # amid the Dalton minimum
        assert counts["2008"] == pytest.approx(2.9)
        assert max(counts, key=lambda year: counts[year]) == "1957"

    def test_fewer_years_are_the_last(self) -> None:
        sequence = make("sunspots", years=50)
        assert (sequence.labels[0], sequence.labels[-1]) == ("1959", "2008")
        assert torch.equal(sequence.values, make("sunspots").values[-50:])

    def test_its_source_and_licence_are_told(self) -> None:
        readme = (ROOT / "cells" / "data" / "README.md").read_text(encoding="utf-8")
        assert "public domain" in readme
        assert "National Geophysical Data Center" in readme


class TestBits:
    def test_they_are_bits_and_their_labels(self) -> None:
        sequence = make("bits", length=1000)
        assert sequence.labels == tuple(str(int(bit)) for bit in sequence.values[:, 0])
        assert 450 < sequence.values.sum() < 550

    def test_a_seed_always_gives_the_same_bits_and_leaves_the_shared_generator_alone(self) -> None:
        shared = torch.random.get_rng_state()
        assert torch.equal(make("bits", seed=7).values, make("bits", seed=7).values)
        assert not torch.equal(make("bits", seed=7).values, make("bits", seed=8).values)
        assert torch.equal(torch.random.get_rng_state(), shared)

    def test_they_open_at_the_first_one(self) -> None:
        for seed in range(20):
            sequence = make("bits", length=8, seed=seed)
            assert "1" not in sequence.labels[: sequence.start]
            assert sequence.labels[sequence.start] == "1" or "1" not in sequence.labels


class TestAnbn:
    def test_it_is_n_times_a_then_n_times_b(self) -> None:
        sequence = make("anbn", n=3)
        assert sequence.labels == ("a", "a", "a", "b", "b", "b")
        assert sequence.channels == ("a", "b")
        assert sequence.values.tolist() == [[1, 0]] * 3 + [[0, 1]] * 3

    def test_it_opens_where_the_count_turns(self) -> None:
        assert make("anbn", n=10).start == 10


class TestSine:
    def test_it_is_a_sine_of_its_period(self) -> None:
        sequence = make("sine", length=64, period=16)
        expected = torch.sin(torch.arange(64, dtype=torch.float64) * 2 * math.pi / 16).float()
        torch.testing.assert_close(sequence.values[:, 0], expected, rtol=0, atol=1e-6)

    def test_its_labels_are_its_values_with_two_decimals(self) -> None:
        labels = make("sine", length=48, period=16).labels
        assert labels[:5] == ("0.00", "+0.38", "+0.71", "+0.92", "+1.00")
        assert labels[8:10] == ("0.00", "−0.38")


def test_what_is_typed_has_text_settings() -> None:
    typed = {key for key, kind in SEQUENCES.items() if any(isinstance(s, Text) for s in kind.settings)}
    assert typed == {"text", "numbers", "table", "co2", "rhyme", "poem"}
