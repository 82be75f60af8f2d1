"""A trace taken away: as a file, as a stepper that needs no server, and as a stepper inside a notebook.

    from pages.offline import export, show

`export` writes what `cells.export` does, and the stepper as a page of its own beside; `show` is for a notebook.
"""

from __future__ import annotations

import os
from collections.abc import Sequence as Several
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Unpack

from cells import LayerTrace
from cells import export as export_data
from cells.export import FORMATS, Read, unknown_format
from cells.readouts.prediction import NamedPrediction
from pages.shared.offline.document import document
from pages.shared.offline.panes import Opening, offline_run

__all__ = ["Inline", "export", "show"]

HTML = ".html"
HEIGHT = 720  # px, until the document says how high it is


@dataclass(frozen=True)
class Inline:
    """The stepper as a notebook shows it, inside a cell's output. html: its document."""

    html: str
    title: str

    def _repr_html_(self) -> str:
        frame = f'title="{escape(self.title)}" style="width: 100%; height: {HEIGHT}px; border: 0"'
        return f'<iframe srcdoc="{escape(self.html)}" {frame}></iframe>'

    def __repr__(self) -> str:
        return f"<stepper: {self.title}>"


def export(
    layers: Several[LayerTrace],
    path: str | os.PathLike[str],
    sequence: Read = None,
    predicted: NamedPrediction | None = None,
    **opening: Unpack[Opening],
) -> Path:
    """Write a trace to `path`, as its ending says: .npz, .csv or .json as `cells.export` does, or .html to step in.

    layers: as `trace` returns them. sequence: what was read, a `Sequence` or a label for each step (a string for its
    letters). predicted: what a model's readout gives at each step, see `cells.predictions`. opening: how an .html
    opens, see `Opening`; other files have no use for it.
    Raises InputError for another ending, and for what `show` does. Returns the path.
    """
    target = Path(path)
    if target.suffix.lower() in FORMATS:
        return export_data(layers, target, sequence, predicted)
    if target.suffix.lower() != HTML:
        raise unknown_format(target, (*FORMATS, HTML))
    target.write_text(document(offline_run(layers, sequence, opening, predicted)), encoding="utf-8")
    return target


def show(
    layers: Several[LayerTrace],
    sequence: Read = None,
    predicted: NamedPrediction | None = None,
    **opening: Unpack[Opening],
) -> Inline:
    """Return the stepper, to stand at the end of a notebook's cell.

    layers: as `trace` returns them, all of one batch. sequence: what was read, a `Sequence` or a label for each step;
    without it the steps are counted. predicted: what a model's readout gives at each step, see `cells.predictions`.
    opening: where it opens, in which language and symbols, see `Opening`.
    Raises InputError for a sequence or a prediction of another length, a batch of which no sequence is chosen, a module
    with `proj_size`, and a step, unit, layer, language or notation that is not there.
    """
    taken = offline_run(layers, sequence, opening, predicted)
    return Inline(document(taken), taken.title)
