"""The data of a scene as it was read, whole, before a section of it is shown."""

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
    """The scene, its data, and what could not be used: then the example stands in for it, and what was typed stays."""
    try:
        make_sequence(scene.input, input_settings(scene))
        return scene, read(scene), []
    except InputError as problem:
        example, told = fallback_of(scene)
        shown = example if INPUTS[scene.input].private else scene
        return shown, read(example), [problem, told]


def read(scene: Scene) -> Reading:
    """The data of a scene. Raises InputError where it cannot be read."""
    names = {setting.name for setting in READING} | {"file", "table"}
    return read_as(scene.input, tuple((name, value) for name, value in input_settings(scene) if name in names))


@cached(private=is_own)
def read_as(input_key: str, settings: Settings) -> Reading:
    """The data of a kind, read as its settings say."""
    read_kind = INPUTS[input_key].read
    assert read_kind is not None, f"{input_key} is no table"
    return read_kind(**dict(settings))


def on_axis(index: pd.Index, reading: Reading) -> pd.Index:
    """Rows or steps as a figure's axis has them: dates, seconds, or numbers counted from 1."""
    if not isinstance(index, pd.DatetimeIndex):
        return index + 1 if index.dtype.kind == "i" else index
    if counted_in_seconds(index, reading.time):
        return (index - pd.Timestamp(0)) / pd.Timedelta(seconds=1)
    return index
