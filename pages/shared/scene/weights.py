"""Every kind of weights that a page can show: those of `cells`, and the visitor's own model; and which of them fit."""

from __future__ import annotations

from dataclasses import dataclass

from cells.checkpoints.result import EMBEDDING, READOUT
from cells.core.messages import N_
from cells.core.settings import Setting, Text
from cells.weights import WEIGHTS, WeightKind
from pages.shared.scene.link_reader import Value
from pages.shared.scene.sequences import INPUTS

MODEL = "model"


@dataclass(frozen=True)
class OwnWeights:
    """Weights out of the visitor's own file, as a `WeightKind` for the menu and the link."""

    key: str
    title: str
    settings: tuple[Setting, ...]
    needs: str

    def fits(self, cell_key: str, input_key: str) -> bool:
        """Return True: which cell it has and what it reads is known only once the file is open."""
        return True


OWN_MODEL = OwnWeights(
    MODEL,
    N_("your model"),
    (
        Text("model", N_("model"), ""),
        Text("part", N_("layer"), ""),
        Text(EMBEDDING, N_("embedding"), ""),
        Text(READOUT, N_("readout"), ""),
        Text("vocabulary", N_("vocabulary"), ""),
    ),
    needs=N_("Open a model on the page “Model”."),
)

ALL_WEIGHTS: dict[str, WeightKind | OwnWeights] = {**WEIGHTS, MODEL: OWN_MODEL}


def usual_weights(cells: tuple[str, ...], input_key: str, preferred: str = "") -> str:
    """Return the key of the first weights that fit the sequence and every cell; `preferred` before all others."""
    if preferred and all(ALL_WEIGHTS[preferred].fits(cell, input_key) for cell in cells):
        return preferred
    return next(key for key, kind in ALL_WEIGHTS.items() if all(kind.fits(cell, input_key) for cell in cells))


def fit_one(weights_key: str, cells: tuple[str, ...], input_key: str) -> bool:
    """Tell whether weights fit the sequence and at least one of the cells."""
    return any(ALL_WEIGHTS[weights_key].fits(cell, input_key) for cell in cells)


def settings_of(input_key: str, weights_key: str) -> dict[str, Setting]:
    """Return every setting that the chosen input and weights have, by name."""
    return {setting.name: setting for setting in (*ALL_WEIGHTS[weights_key].settings, *INPUTS[input_key].settings)}


def usual_settings(input_key: str, weights_key: str) -> dict[str, Value]:
    """Return the same settings at their usual values."""
    return {name: setting.default for name, setting in settings_of(input_key, weights_key).items()}
