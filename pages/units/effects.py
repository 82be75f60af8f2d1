"""What a unit does to the prediction: its weights in the readout, and what these add to the scores of the outputs."""

from __future__ import annotations

from dataclasses import dataclass

from cells.readouts.prediction import NamedPrediction
from pages.shared.scene.prediction import prediction_of
from pages.shared.scene.run import TracedRun


@dataclass(frozen=True)
class Effect:
    """The effect of a unit on one output at one step.

    name, value: of the output, and what is predicted of it. weight: of the readout, from the unit to the output. added:
    the weight times the unit's hidden state, which is what the unit adds to the output's score.
    """

    name: str
    value: float
    weight: float
    added: float


def effects_of(run: TracedRun, layer: int, unit: int, element: int) -> list[Effect]:
    """Return the effects of a unit on the outputs that are likeliest at an element of the sequence, these first.

    layer: its index in the run. element: from 0, in the order of the sequence. Empty without a readout, and where the
    readout does not read that layer.
    """
    prediction, column = prediction_of(run, layer), column_of(run, layer, unit)
    if prediction is None or column is None or run.model is None or run.model.layer.readout is None:
        return []
    weights = run.model.layer.readout.weight[prediction.indices[element], column].tolist()
    hidden = run.layers[layer]["hidden"][element, unit].item()
    return [
        Effect(name, value, weight, weight * hidden)
        for name, value, weight in zip(
            prediction.names[element], prediction.values[element].tolist(), weights, strict=True
        )
    ]


def column_of(run: TracedRun, layer: int, unit: int) -> int | None:
    """Return the column of the readout that reads a unit: the last layer's, forward and then backward; else None."""
    shown, last = run.layers[layer], max(one.layer for one in run.layers)
    if shown.layer != last:
        return None
    return unit + (shown["hidden"].shape[-1] if shown.reverse else 0)


def likeliest(prediction: NamedPrediction, element: int) -> tuple[str, float]:
    """Return the likeliest output at an element of the sequence, and what is predicted of it."""
    return prediction.names[element][0], prediction.values[element, 0].item()
