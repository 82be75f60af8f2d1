"""The cells that there are: one dictionary is the menu, the link's vocabulary and the tests' list at once."""

from __future__ import annotations

from torch import nn

from cells.core.cell import Cell
from cells.core.residual_stack import ResidualStack
from cells.core.stepwise import Stepwise
from cells.families.gru import GRU
from cells.families.gru_variants import GRU_VARIANTS
from cells.families.lstm import LSTM
from cells.families.lstm_variants import LSTM_VARIANTS
from cells.families.rnn import RNN, RNN_RELU

CELLS: dict[str, Cell] = {cell.key: cell for cell in (RNN, RNN_RELU, LSTM, *LSTM_VARIANTS, GRU, *GRU_VARIANTS)}


def cell_of(module: nn.Module) -> Cell:
    """Return the declared cell that `module` computes. Raises TypeError when there is none."""
    if isinstance(module, ResidualStack):
        return cell_of(module.cell_module)
    if isinstance(module, nn.LSTM):
        return LSTM
    if isinstance(module, nn.GRU):
        return GRU
    if isinstance(module, nn.RNN):
        return RNN_RELU if module.nonlinearity == "relu" else RNN
    if isinstance(module, Stepwise) and module.rule.key in CELLS:
        return CELLS[module.rule.key]
    raise TypeError(f"trace takes an nn.RNN, nn.LSTM or nn.GRU, not {type(module).__name__}")
