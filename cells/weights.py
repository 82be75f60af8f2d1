"""Weights that can be chosen: one dictionary is the menu, the link's vocabulary and the tests' list at once.

Axes: T time steps, I input features.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cells.checkpoints import LoadedLayer
from cells.core.messages import N_, InputError
from cells.core.settings import Number, check_number
from cells.core.stepwise import Recurrent
from cells.modules.hand_wired import COUNTER_SHARPNESS, LATCH_SHARPNESS, PARITY_SHARPNESS, counter, latch, parity
from cells.modules.random_weights import RANDOM_SETTINGS, random_weights
from cells.registry import CELLS
from cells.shipped.models import alphabet_of, load_shipped


@dataclass(frozen=True)
class WeightKind:
    """One way to a module's weights.

    `build` makes the module out of the cell's key, I and every one of `settings`. `cells` and `inputs` are the keys of
    CELLS and SEQUENCES that it fits and `channels` the I it reads (None: all); `needs` says so to a person. `model`, of
    trained ones, loads the shipped model of a cell's key, with its readout and what it has learnt.
    """

    key: str
    title: str
    settings: tuple[Number, ...]
    build: Callable[..., Recurrent]
    cells: tuple[str, ...] | None = None
    inputs: tuple[str, ...] | None = None
    channels: int | None = None
    needs: str = ""
    model: Callable[[str], LoadedLayer] | None = None

    def fits(self, cell_key: str, input_key: str) -> bool:
        """Tell whether these weights mean anything for this cell and this sequence."""
        return self._fits_cell(cell_key) and (self.inputs is None or input_key in self.inputs)

    def make(self, cell_key: str, input_size: int, **settings: float) -> Recurrent:
        """Make a module that reads (T, I = input_size), in evaluation mode and without gradients.

        Raises InputError for a cell or input size that these weights do not fit, and for a setting out of its bounds.
        """
        self._check(cell_key, input_size)
        values = {setting.name: setting.default for setting in self.settings} | settings
        for setting in self.settings:
            check_number(setting, values[setting.name])
        return self.build(cell_key, input_size, **values).eval().requires_grad_(False)

    def load(self, cell_key: str, input_size: int) -> LoadedLayer:
        """Load the shipped model of trained weights, whose module `make` gives, with its readout and its names.

        Raises InputError for a cell or input size that these weights do not fit.
        """
        assert self.model is not None, f"the weights {self.key} are of no model"
        self._check(cell_key, input_size)
        return self.model(cell_key)

    def _check(self, cell_key: str, input_size: int) -> None:
        if not self._fits_cell(cell_key) or self.channels not in (None, input_size):
            raise InputError(self.needs)

    def _fits_cell(self, cell_key: str) -> bool:
        return self.cells is None or cell_key in self.cells


LATCH = WeightKind(
    key="latch",
    title=N_("latch"),
    settings=(LATCH_SHARPNESS,),
    build=latch,
    cells=tuple(key for key in CELLS if key != "rnn-relu"),
    inputs=("pulse", "bit"),
    channels=2,
    needs=N_("Needs the sequence “write, then hold” or “one bit, then hold”, and any cell but the RNN with relu."),
)

COUNTER = WeightKind(
    key="counter",
    title=N_("counter"),
    settings=(COUNTER_SHARPNESS,),
    build=counter,
    cells=("lstm",),
    inputs=("anbn",),
    channels=2,
    needs=N_("Needs an LSTM and the sequence “aⁿbⁿ”."),
)

PARITY = WeightKind(
    key="parity",
    title=N_("parity"),
    settings=(PARITY_SHARPNESS,),
    build=parity,
    cells=("rnn",),
    inputs=("bits",),
    channels=1,
    needs=N_("Needs an RNN with tanh and the sequence “random bits”."),
)


def shipped(
    key: str, title: str, file: str, cells: tuple[str, ...], sequence: str, channels: int, needs: str
) -> WeightKind:
    """Return the weights of shipped models. file: the name of each, in which {cell} stands for the cell's key."""

    def model(cell_key: str) -> LoadedLayer:
        return load_shipped(file.format(cell=cell_key))

    def build(cell_key: str, _input_size: int) -> Recurrent:
        return model(cell_key).module

    return WeightKind(key, title, (), build, cells, (sequence,), channels, needs, model)


TRAINED_LATCH = shipped(
    "trained-latch",
    N_("trained latch"),
    "latch-{cell}",
    ("rnn", "lstm", "gru"),
    "noise",
    1,
    N_("Needs an RNN with tanh, an LSTM or a GRU, and the sequence “signal, then noise”."),
)

TRAINED_COUNTER = shipped(
    "trained-counter",
    N_("trained counter"),
    "counter",
    ("lstm",),
    "anbn",
    2,
    N_("Needs an LSTM and the sequence “aⁿbⁿ”."),
)

TRAINED_ORDER = shipped(
    "trained-order",
    N_("trained order of letters"),
    "order-{cell}",
    ("rnn", "lstm", "gru"),
    "order",
    8,
    N_("Needs an RNN with tanh, an LSTM or a GRU, and the sequence “two letters, far apart”."),
)

TRAINED_REBER = shipped(
    "trained-reber",
    N_("trained Reber grammar"),
    "reber",
    ("lstm",),
    "reber",
    7,
    N_("Needs an LSTM and the sequence “embedded Reber string”."),
)

TRAINED_RHYME = shipped(
    "trained-rhyme",
    N_("trained rhyme"),
    "rhyme",
    ("lstm",),
    "rhyme",
    len(alphabet_of("rhyme")),
    N_("Needs an LSTM and the sequence “English rhyme”."),
)

TRAINED_POEM = shipped(
    "trained-poem",
    N_("trained poems"),
    "poem",
    ("lstm",),
    "poem",
    len(alphabet_of("poem")),
    N_("Needs an LSTM and the sequence “Korean poems”."),
)

RANDOM = WeightKind(key="random", title=N_("random"), settings=RANDOM_SETTINGS, build=random_weights)

TRAINED = (TRAINED_LATCH, TRAINED_COUNTER, TRAINED_ORDER, TRAINED_REBER, TRAINED_RHYME, TRAINED_POEM)
WEIGHTS: dict[str, WeightKind] = {kind.key: kind for kind in (LATCH, COUNTER, PARITY, *TRAINED, RANDOM)}


def default_weights(cell_key: str, input_key: str) -> str:
    """Return the key of the first weights that fit."""
    return next(key for key, kind in WEIGHTS.items() if kind.fits(cell_key, input_key))
