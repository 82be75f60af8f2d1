"""Cells of the same size."""

from __future__ import annotations

import pytest
from torch import nn

from cells.core.settings import MAX_UNITS
from cells.modules.size import matched_units, parameter_count
from tests.cells.cases import SOME_CELLS


@pytest.mark.parametrize(("key", "module"), [("rnn", nn.RNN(3, 8)), ("lstm", nn.LSTM(3, 8)), ("gru", nn.GRU(3, 8))])
def test_the_count_is_that_of_pytorchs_module(key: str, module: nn.Module) -> None:
    assert parameter_count(key, 3, 8) == sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.each_value
@pytest.mark.parametrize("key", SOME_CELLS)
@pytest.mark.parametrize("parameters", [1, 100, 1_200, 1_201, 40_000, 10**9])
def test_the_matched_units_are_the_nearest(key: str, parameters: int) -> None:
    found = matched_units(key, 2, parameters)
    away = {units: abs(parameter_count(key, 2, units) - parameters) for units in range(1, MAX_UNITS + 1)}
    assert away[found] == min(away.values())


@pytest.mark.parametrize("key", SOME_CELLS)
def test_a_cell_is_as_large_as_itself(key: str) -> None:
    for units in (1, 7, MAX_UNITS):
        assert matched_units(key, 5, parameter_count(key, 5, units)) == units


def test_an_rnn_needs_more_units_than_an_lstm_of_the_same_size() -> None:
    units = matched_units("rnn", 2, parameter_count("lstm", 2, 16))
    assert 2 * 16 < units < 2.2 * 16
