"""A trace as a file for other programs: NPZ, CSV and JSON, each with every signal exactly as it was computed.

Axes: T time steps, B batch, I input features, H units of a signal.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Several
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from cells.core.messages import N_, InputError
from cells.core.sequence import Sequence
from cells.core.stepwise import suffix_of
from cells.readouts.prediction import NamedPrediction
from cells.tracing.layer_trace import LayerTrace

Read = Sequence | Several[str] | None
DIRECTIONS = {False: "forward", True: "backward"}
VERSION = 1  # of the JSON
PREDICTION = "prediction"


@dataclass(frozen=True)
class LabelledTrace:
    """A trace that is to be a file: its layers as `trace` gives them, and what each step reads.

    channels: the names of the I features, empty where nobody has named them. predicted: what the model's readout gives
    at each step, where it has one.
    """

    layers: tuple[LayerTrace, ...]
    labels: tuple[str, ...]
    channels: tuple[str, ...]
    predicted: NamedPrediction | None = None

    @property
    def samples(self) -> int | None:
        """The number of sequences in the batch; None without a batch."""
        first = self.layers[0]
        return first["hidden"].shape[first.axes.index("batch")] if "batch" in first.axes else None


def export(
    layers: Several[LayerTrace],
    path: str | os.PathLike[str],
    sequence: Read = None,
    predicted: NamedPrediction | None = None,
) -> Path:
    """Write a trace to `path`, as the kind of file that its ending says: .npz, .csv or .json. Returns the path.

    layers: as `trace` returns them, of any shape. sequence: what was read, a `Sequence` or a label for each step (a
    string for its letters); without it the labels are the numbers of the steps, from 0. Every number comes back as it
    was; bfloat16, which NumPy does not know, comes back as float32. predicted: of one sequence, what the model's
    readout gives at each step, see `predictions`.

    The interactive .html is written by the `export` of `pages.offline`. Raises InputError for another ending, a
    sequence or a prediction of another length, and for no layers at all.
    """
    target = Path(path)
    make = FORMATS.get(target.suffix.lower())
    if make is None:
        raise unknown_format(target, FORMATS)
    target.write_bytes(make(labelled_trace(layers, sequence, predicted=predicted)))
    return target


def unknown_format(path: Path, known: Several[str] | dict[str, Any]) -> InputError:
    """Return the error for a path whose ending is none of the `known` ones."""
    return InputError(
        N_("A trace cannot be written to “{name}”: the name must end in one of {endings}."),
        name=path.name,
        endings=", ".join(known),
    )


def labelled_trace(
    layers: Several[LayerTrace], sequence: Read = None, first: int = 0, predicted: NamedPrediction | None = None
) -> LabelledTrace:
    """Put layers, labels and predictions together; without labels the steps are counted from `first`.

    Raises InputError for no layers, and for a sequence or a prediction of another length.
    """
    if not layers:
        raise InputError(N_("There is no layer to export."))
    given = tuple(layer.as_given() for layer in layers)
    steps = given[0]["hidden"].shape[given[0].axes.index("step")]
    if predicted is not None and len(predicted.names) != steps:
        raise InputError(
            N_("The prediction and the trace have different numbers of steps: {got} and {expected}."),
            got=len(predicted.names),
            expected=steps,
        )
    if sequence is None:
        return LabelledTrace(given, tuple(str(first + step) for step in range(steps)), (), predicted)
    labels = sequence.labels if isinstance(sequence, Sequence) else tuple(str(label) for label in sequence)
    if len(labels) != steps:
        raise InputError(
            N_("The sequence and the trace have different numbers of steps: {got} and {expected}."),
            got=len(labels),
            expected=steps,
        )
    return LabelledTrace(given, labels, sequence.channels if isinstance(sequence, Sequence) else (), predicted)


def tidy(layers: Several[LayerTrace], sequence: Read = None, predicted: NamedPrediction | None = None) -> pd.DataFrame:
    """Make a table, one row a number: step, label, layer, direction, signal, unit, value; of a batch, `batch` first.

    Steps count from 0 in the order of the sequence, for a backward direction too; layers from 0 as in PyTorch's "l0".
    Values have the dtype of the run. With predictions each row has its `output` too, "" of a signal; a prediction's
    signal is PREDICTION, its unit the rank from 0, its layer the last, and it has no direction. Raises what `export`
    does.
    """
    return pd.concat(rows_of(labelled_trace(layers, sequence, predicted=predicted)), ignore_index=True)


def rows_of(trace: LabelledTrace) -> Iterator[pd.DataFrame]:
    """Yield the rows of `tidy`, piece by piece: a large trace need not lie in the memory as a table."""
    for sample in [None] if trace.samples is None else range(trace.samples):
        for whole in trace.layers:
            layer = whole if sample is None else whole.sample(sample)
            for signal, values in layer.items():
                rows = signal_rows(layer, signal, as_array(values), trace.labels)
                if sample is not None:
                    rows.insert(0, "batch", sample)
                yield rows if trace.predicted is None else rows.assign(output="")
    if trace.predicted is not None:
        yield prediction_rows(trace.predicted, trace.labels, max(layer.layer for layer in trace.layers))


def prediction_rows(predicted: NamedPrediction, labels: tuple[str, ...], layer: int) -> pd.DataFrame:
    """Return a prediction's rows, those of a step by their rank."""
    values = as_array(predicted.values)
    steps, ranks = values.shape
    return pd.DataFrame(
        {
            "step": np.repeat(np.arange(steps), ranks),
            "label": np.repeat(np.array(labels, dtype=object), ranks),
            "layer": layer,
            "direction": "",
            "signal": PREDICTION,
            "unit": np.tile(np.arange(ranks), steps),
            "value": values.reshape(-1),
            "output": [name for row in predicted.names for name in row],
        }
    )


def signal_rows(layer: LayerTrace, signal: str, values: NDArray[np.floating], labels: tuple[str, ...]) -> pd.DataFrame:
    """Return one signal's rows; values: (T, H)."""
    steps, units = values.shape
    return pd.DataFrame(
        {
            "step": np.repeat(np.arange(steps), units),
            "label": np.repeat(np.array(labels, dtype=object), units),
            "layer": layer.layer,
            "direction": DIRECTIONS[layer.reverse],
            "signal": signal,
            "unit": np.tile(np.arange(units), steps),
            "value": values.reshape(-1),
        }
    )


def as_csv(trace: LabelledTrace) -> bytes:
    """Return the tidy table as CSV, with the mark by which a spreadsheet knows UTF-8.

    A number has as many digits as it needs.
    """
    file = BytesIO()
    file.write("\ufeff".encode())
    for index, rows in enumerate(rows_of(trace)):
        text = rows.to_csv(index=False, header=index == 0, na_rep="nan", lineterminator="\n")
        file.write(text.encode("utf-8", "replace"))
    return file.getvalue()


def as_npz(trace: LabelledTrace) -> bytes:
    """Return the trace as NPZ: "l0.forget", "l0_reverse.hidden", states at the start "l0.initial.cell", inputs, labels.

    Each has the axes that the trace gives it. Of a model with a readout, "prediction.outputs" (T, N), which are the
    largest at each step, the largest first, and "prediction.values" (T, N), how large.
    """
    arrays = {"inputs": as_array(trace.layers[0].inputs), "labels": np.array(trace.labels, dtype=np.str_)}
    if trace.channels:
        arrays["channels"] = np.array(trace.channels, dtype=np.str_)
    for layer in trace.layers:
        name = suffix_of(layer.layer, layer.reverse)
        arrays |= {f"{name}.{signal}": as_array(values) for signal, values in layer.items()}
        arrays |= {f"{name}.initial.{state}": as_array(values) for state, values in layer.initial.items()}
    if trace.predicted is not None:
        arrays[f"{PREDICTION}.outputs"] = np.array(trace.predicted.names, dtype=np.str_)
        arrays[f"{PREDICTION}.values"] = as_array(trace.predicted.values)
    file = BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def as_json(trace: LabelledTrace) -> bytes:
    """Return the trace as JSON, arrays as lists; numbers that JSON lacks are "NaN", "Infinity" and "-Infinity"."""
    first = trace.layers[0]
    payload = {
        "gatescope": VERSION,
        "cell": first.cell.key,
        "dtype": str(first["hidden"].dtype).removeprefix("torch."),
        "axes": first.axes,
        "labels": trace.labels,
        "channels": trace.channels,
        "inputs": as_lists(first.inputs),
        "layers": [layer_payload(layer) for layer in trace.layers],
    }
    if trace.predicted is not None:
        payload[PREDICTION] = {
            "shares": trace.predicted.shares,
            "outputs": trace.predicted.names,
            "values": as_lists(trace.predicted.values),
        }
    return json.dumps(payload, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def layer_payload(layer: LayerTrace) -> dict[str, Any]:
    """Return one layer and direction, JSON-ready; `held` are the clamps on it, all their steps and units."""
    return {
        "layer": layer.layer,
        "direction": DIRECTIONS[layer.reverse],
        "held": [asdict(held) for held in layer.held],
        "initial": {state: as_lists(values) for state, values in layer.initial.items()},
        "signals": {signal: as_lists(values) for signal, values in layer.items()},
    }


def as_array(values: Tensor) -> NDArray[np.floating]:
    """Return a tensor in NumPy, its dtype kept; bfloat16 is widened to float32, which changes no number."""
    values = values.detach().cpu()
    array: NDArray[np.floating] = (values.float() if values.dtype == torch.bfloat16 else values).numpy()
    return array


def as_lists(values: Tensor) -> Any:
    """Return nested lists of numbers in full precision."""
    array = as_array(values).astype(np.float64)
    return array.tolist() if np.isfinite(array).all() else name_nonfinite(array.tolist())


def name_nonfinite(values: Any) -> Any:
    """Replace the numbers that JSON lacks in nested lists by words."""
    if isinstance(values, list):
        return [name_nonfinite(value) for value in values]
    if np.isfinite(values):
        return values
    return "NaN" if np.isnan(values) else "Infinity" if values > 0 else "-Infinity"


FORMATS: dict[str, Callable[[LabelledTrace], bytes]] = {".npz": as_npz, ".csv": as_csv, ".json": as_json}
