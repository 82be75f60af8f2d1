"""From a Scene to its data, whole, before a section of it is shown."""

from __future__ import annotations

import pandas as pd

from cells.core.messages import InputError
from cells.inputs.tabular import READING
from cells.reading import Reading
from cells.reading.reading import counted_in_seconds
from pages.shared.cache import cached
from pages.shared.scene.run import fallback_of, input_settings, make_sequence
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import INPUTS, Settings, is_own


def read_scene(scene: Scene) -> tuple[Scene, Reading, list[InputError]]:
    """Read a scene's data, or the example where that cannot be read; what was typed stays.

    Returns the scene that is shown, its data, and what could not be used.
    """
    try:
        make_sequence(scene.input, input_settings(scene))
        return scene, read_data(scene), []
    except InputError as problem:
        example, note = fallback_of(scene)
        shown = example if INPUTS[scene.input].private else scene
        return shown, read_data(example), [problem, note]


def read_data(scene: Scene) -> Reading:
    """Read the data of a scene. Raises InputError where it cannot be read."""
    names = {setting.name for setting in READING} | {"file", "table"}
    return read_input(scene.input, tuple((name, value) for name, value in input_settings(scene) if name in names))


@cached(private=is_own)
def read_input(input_key: str, settings: Settings) -> Reading:
    """Read the data of an input as its settings say."""
    read = INPUTS[input_key].read
    assert read is not None, f"{input_key} is no table"
    return read(**dict(settings))


def on_axis(index: pd.Index, reading: Reading) -> pd.Index:
    """Return rows or steps as a figure's axis has them: dates, seconds, or numbers counted from 1."""
    if not isinstance(index, pd.DatetimeIndex):
        return index + 1 if index.dtype.kind == "i" else index
    if counted_in_seconds(index, reading.time):
        return (index - pd.Timestamp(0)) / pd.Timedelta(seconds=1)
    return index
