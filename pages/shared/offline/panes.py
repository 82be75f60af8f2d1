"""A trace, as a person has it in Python, made into the panes that the stepper shows of it.

Axes: T time steps, I input features, H hidden units.
"""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

import torch

from cells import InputError, LayerTrace
from cells.core.messages import N_, n_
from cells.core.sequence import Sequence
from cells.export import Read, labelled_trace
from cells.families.conventions import NOTATIONS, SHORT
from cells.readouts.prediction import NamedPrediction
from pages.shared.scene.prediction import payload_of_prediction
from pages.shared.stepper import Pane
from pages.shared.stepper.stack import has_both
from pages.shared.words import LANGUAGES, Say
from pages.shared.words.catalogue import SOURCE, translate


class Opening(TypedDict, total=False):
    """Options of how the stepper opens; each may be left out.

    step: from 0, in the order in which the layer reads, -1 for the state before the first. unit: from 0. layer: the
    index in the list that `trace` returns. sample: which sequence of a batch, where it has several. notation: whose
    symbols, a key of NOTATIONS. language: "en" or "ko". title: what stands above.
    """

    step: int
    unit: int
    layer: int
    sample: int
    notation: str
    language: str
    title: str


@dataclass(frozen=True)
class OfflineRun:
    """A trace that is to be stepped without a server: each layer's pane, and where the stepper opens.

    layers: in the order of `trace`, one pane each. index: of the layer that is shown first. difference: whether only
    what differs from an original run is shown.
    """

    layers: tuple[Pane, ...]
    index: int
    step: int
    unit: int
    language: str
    title: str
    difference: bool = False

    @property
    def say(self) -> Say:
        """The function that says a text in the reader's language."""
        return partial(translate, self.language)


def offline_run(
    layers: Several[LayerTrace], sequence: Read, opening: Opening, predicted: NamedPrediction | None = None
) -> OfflineRun:
    """Make what `trace` returns ready to be stepped. Raises InputError for what cannot be shown."""
    run = labelled_trace(layers, sequence, first=1, predicted=predicted)
    alone = [unbatched(layer, run.samples, opening.get("sample")) for layer in run.layers]
    counted = sequence is None
    read = sequence if isinstance(sequence, Sequence) else labelled_sequence(alone[0], run.labels, counted)
    index = check_within("layer", opening.get("layer", 0), 0, len(alone) - 1)
    notation = check_one_of("notation", opening.get("notation", SHORT), tuple(NOTATIONS))
    language = check_one_of("language", opening.get("language", SOURCE), LANGUAGES)
    panes = tuple(pane(layer, read, alone, notation, predicted) for layer in alone)
    first_shown = panes[index]
    steps, units = first_shown.layer["hidden"].shape
    return OfflineRun(
        panes,
        index,
        check_within("step", opening.get("step", first_shown.sequence.start), -1, steps - 1),
        check_within("unit", opening.get("unit", 0), 0, units - 1),
        language,
        opening.get("title", "") or run_title(alone, language),
    )


def run_title(layers: Several[LayerTrace], language: str) -> str:
    """Write the title of a run that nobody has named: "LSTM, 200 steps, 64 units", and how deep where it is deep."""
    say = partial(translate, language)
    steps, units = layers[0]["hidden"].shape
    parts = [say(layers[0].cell.title), count_in_words(say, "step", steps), count_in_words(say, "unit", units)]
    deep = len({layer.layer for layer in layers})
    parts += [say(N_("{count} layers"), count=deep)] if deep > 1 else []
    return ", ".join([*parts, say(N_("both directions"))] if has_both(layers) else parts)


def count_in_words(say: Say, what: str, count: int) -> str:
    """Write a count of steps or units: "1 step", "200 steps"."""
    words = {
        "step": n_("{count} step", "{count} steps", "count"),
        "unit": n_("{count} unit", "{count} units", "count"),
    }
    return say(words[what], count=count)


def unbatched(layer: LayerTrace, samples: int | None, chosen: int | None) -> LayerTrace:
    """Return one sequence of a batch. Raises InputError where none of several is chosen, and for a projected state."""
    if layer["hidden"].shape[-1] != next(iter(layer.values())).shape[-1]:
        raise InputError(N_("The stepper does not show an LSTM with proj_size: its states have different sizes."))
    if samples is None:
        return layer
    if chosen is None and samples > 1:
        raise InputError(
            N_("There are {count} sequences in this batch: choose one, sample=0 to sample={last}."),
            count=samples,
            last=samples - 1,
        )
    return layer.sample(check_within("sample", chosen or 0, 0, samples - 1))


def labelled_sequence(layer: LayerTrace, labels: tuple[str, ...], counted: bool = False) -> Sequence:
    """Return what a layer reads, with labels that somebody gives it or that count the steps."""
    values = layer.inputs.cpu()
    values = values if values.dtype == torch.float64 else values.float()
    return Sequence(values, labels, tuple(f"x{feature}" for feature in range(values.shape[-1])), dated=counted)


def pane(
    layer: LayerTrace, sequence: Sequence, stack: list[LayerTrace], notation: str, predicted: NamedPrediction | None
) -> Pane:
    """Return one layer's pane, in the order in which it reads."""
    read = sequence.as_read(layer.reverse)
    others = tuple(stack) if len(stack) > 1 else ()
    page_data = {"prediction": payload_of_prediction(predicted, reverse=layer.reverse)} if predicted else {}
    labels = list(read.labels)
    return Pane("", layer.as_read(), read, labels, notation=notation, stack=others, page_data=page_data)


def check_within(name: str, value: int, low: int, high: int) -> int:
    """Return the value. Raises InputError outside low to high."""
    if not low <= value <= high:
        raise InputError(N_("{name}={value} is outside {low} to {high}."), name=name, value=value, low=low, high=high)
    return value


def check_one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    """Return the value. Raises InputError for one that is not known."""
    if value not in choices:
        raise InputError(
            N_("{name}={value} is not known: it is one of {known}."), name=name, value=value, known=", ".join(choices)
        )
    return value
