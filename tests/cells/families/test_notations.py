"""Each author's symbols write the formula that was computed: put the numbers in, and the value beside it comes out."""

from __future__ import annotations

import pytest
import torch

from cells import CELLS, trace
from cells.core.cell import Equation, bare
from cells.core.notation import FIELD, Notation
from cells.families.conventions import NOTATIONS, PYTORCH
from tests.cells.cases import Case
from tests.cells.shown import evaluated, shown_numbers

# Every other cell is written in the letters of one of these, and its sums in the parts of one of these or of two more.
LETTERED = ("rnn", "lstm", "gru", "gru-reset-before", "mgu")
OF_OWN_PARTS = (*LETTERED, "lstm-peephole", "lstm-full-gate-recurrence")
PAIRS = [(cell, key) for cell in CELLS for key in NOTATIONS]
each = pytest.mark.parametrize(
    ("cell", "key"),
    [
        pytest.param(cell, key, marks=() if cell in OF_OWN_PARTS or key == PYTORCH else pytest.mark.exhaustive)
        for cell, key in PAIRS
    ],
)
each_lettered = pytest.mark.parametrize(
    ("cell", "key"),
    [pytest.param(cell, key, marks=() if cell in LETTERED else pytest.mark.exhaustive) for cell, key in PAIRS],
)


def read_back(text: str, equation: Equation, notation: Notation) -> str:
    """Return the written formula with a field for each symbol again: only what stands there is used."""
    fields = FIELD.findall(equation.formula)
    symbols = {notation.symbol(name): name for name in fields}
    assert len(symbols) == len(set(fields)), "two numbers of a formula bear one symbol"
    places = {symbol: f"{{{place}}}" for place, symbol in enumerate(symbols)}
    for symbol in sorted(symbols, key=len, reverse=True):
        text = text.replace(symbol, places[symbol])
    for symbol, place in places.items():
        text = text.replace(place, f"{{{symbols[symbol]}}}")
    return text


@pytest.mark.each_pair
@each
@pytest.mark.parametrize("below", [0, 3])
def test_each_written_formula_gives_the_value_beside_it(cell: str, key: str, below: int) -> None:
    case = Case(cell, dtype=torch.float64)
    (layer,) = trace(case.module(), case.sequence(), case.as_argument(case.states()))
    notation, numbers = CELLS[cell].notations[key].above(below), shown_numbers(layer, 1)
    for equation in CELLS[cell].equations:
        left, _, right = equation.symbols(notation).partition(" = ")
        assert left == bare(notation.symbol(equation.signal))
        value = evaluated(read_back(right, equation, notation), numbers)
        torch.testing.assert_close(value, numbers[equation.signal], rtol=0, atol=1e-12)


@pytest.mark.each_pair
@each_lettered
def test_every_signal_has_its_own_symbol_and_a_place_in_the_order(cell: str, key: str) -> None:
    notation, names = CELLS[cell].notations[key], tuple(signal.name for signal in CELLS[cell].shown)
    assert len({notation.symbol(name) for name in names}) == len(names)
    assert sorted(notation.arranged(names)) == sorted(names)
    assert set(notation.marks) <= {*notation.letters}


@pytest.mark.parametrize("cell", CELLS)
def test_the_weights_stand_in_the_order_that_the_module_keeps(cell: str) -> None:
    """PyTorch's notation shows the gates in the order of the rows of the module's weights."""
    arranged = CELLS[cell].notations["pytorch"].arranged(tuple(signal.name for signal in CELLS[cell].shown))
    assert [name for name in arranged if name in CELLS[cell].gates] == list(CELLS[cell].gates)


@pytest.mark.each_value
@each_lettered
def test_above_other_layers_only_what_is_read_is_written_otherwise(cell: str, key: str) -> None:
    notation = CELLS[cell].notations[key]
    above = notation.above(2)
    assert notation.above(0) is notation
    for equation in CELLS[cell].equations:
        assert above.symbols["x"] not in equation.symbols(notation)
        written = equation.symbols(notation).replace(notation.symbols["x"], above.symbols["x"])
        assert equation.symbols(above) == written
    summed = notation.above(2, summed=True).symbols["x"]
    assert "\u0304" in summed
    assert summed.replace("\u0304", "") == above.symbols["x"]
    assert "2" in above.symbols["x"]
    assert "2" not in notation.symbols["x"]


@pytest.mark.each_value
@each_lettered
def test_every_notation_says_what_differs_and_where_it_stands(cell: str, key: str) -> None:
    notation = CELLS[cell].notations[key]
    assert notation.remark
    assert bool(notation.source) == (key != "short")


def test_the_gates_stand_in_each_librarys_order() -> None:
    orders = {
        cell: {key: CELLS[cell].notations[key].letters_of(CELLS[cell].gates) for key in NOTATIONS if key != "short"}
        for cell in ("lstm", "gru")
    }
    assert orders["lstm"] == {
        "pytorch": "i, f, g, o",
        "keras": "i, f, c, o",
        "onnx": "i, o, f, c",
        "paper": "z, i, f, o",
    }
    assert orders["gru"] == {"pytorch": "r, z, n", "keras": "z, r, h", "onnx": "z, r, h", "paper": "z, h, r"}


def test_the_gru_says_where_its_reset_acts_and_how_many_biases_that_takes() -> None:
    """Keras: reset_after=True by default, biases (2, 3H). ONNX: linear_before_reset = 0 by default, this cell has 1."""
    gru = CELLS["gru"]
    assert {key: gru.notations[key].marks.get("candidate") for key in NOTATIONS} == {
        "short": None,
        "pytorch": None,
        "keras": "reset_after=True",
        "onnx": "linear_before_reset=1",
        "paper": "the paper resets h first",
    }
    update = next(equation for equation in gru.equations if equation.signal == "update")
    assert "b_z + b'_z" in update.symbols(gru.notations["keras"])
    assert "Wb_z + Rb_z" in update.symbols(gru.notations["onnx"])
    assert "+ b_i)" in CELLS["lstm"].equations[1].symbols(CELLS["lstm"].notations["keras"])


def test_a_gate_that_keeps_is_told_from_one_that_renews() -> None:
    update = {key: notation.symbol("update") for key, notation in CELLS["gru"].notations.items()}
    assert update == {"short": "z", "pytorch": "z_t", "keras": "z", "onnx": "z_t", "paper": "(1 − z_t)"}
    marks = {key: notation.marks["update"] for key, notation in CELLS["gru"].notations.items()}
    assert marks["paper"] != marks["pytorch"] == marks["keras"] == marks["onnx"]
    assert "forget gate" in marks["short"]
