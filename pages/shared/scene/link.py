"""The Scene as a link spells it.

A link leaves out what is as usual. What it says wrongly is answered by a message and the usual value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from cells import CELLS
from cells.core.messages import N_, InputError
from cells.core.settings import FEWEST_CELLS, MOST_CELLS
from pages.shared.scene.link_reader import Field, LinkReader, Value
from pages.shared.scene.registry import fields_of_some_pages, kind_of, names_of_settings
from pages.shared.scene.scene import PRECISIONS, PageKind, Scene
from pages.shared.scene.weights import ALL_WEIGHTS, fit_one, settings_of, usual_settings
from pages.shared.words.text import quoted


def read_link(query: Mapping[str, str], languages: Collection[str], page: str) -> tuple[Scene, list[InputError]]:
    """Read the parameters of a link to a page. Returns its Scene, and what was wrong with them."""
    kind = kind_of(page)
    reader = LinkReader(query if kind.inputs else without_sequence(query))
    scene = read_fields(reader, kind)
    weights = read_weights(reader, scene)
    scene = replace(
        scene,
        weights=weights,
        settings={name: reader.setting(setting) for name, setting in settings_of(scene.input, weights).items()},
        step=reader.whole("step"),
        unit=reader.whole("unit") or 0,
        precision=reader.choice("precision", PRECISIONS) or scene.precision,
        lang=reader.choice("lang", languages),
    )
    complain_of_the_rest(reader)
    return scene, reader.problems


def without_sequence(query: Mapping[str, str]) -> dict[str, str]:
    """Return a link without sequence and weights: on a page that has neither they are those of another page."""
    return {name: value for name, value in query.items() if name not in {"input", "weights", *names_of_settings()}}


def write_link(scene: Scene) -> dict[str, str]:
    """Return the parameters of a link to `scene`, without what is as usual.

    Where the bare address opens on another scene than the usual one, the usual one's link names its sequence.
    """
    said = {
        **write_fields(scene),
        "input": scene.input if scene.input != scene.kind.scene(own=scene.own).input else None,
        "weights": scene.weights if scene.weights != scene.usual_weights else None,
        **changed_settings(scene),
        "step": scene.step,
        "unit": scene.unit or None,
        "precision": scene.precision if scene.precision != PRECISIONS[0] else None,
        "lang": scene.lang,
    }
    link = {name: str(value) for name, value in said.items() if value is not None}
    return {"input": scene.input, **link} if scene.kind.opening and is_bare(link) else link


def is_bare(link: Mapping[str, str]) -> bool:
    """Tell whether a link says nothing of what is shown, at most in which language."""
    return set(link) <= {"lang"}


def read_fields(reader: LinkReader, kind: PageKind[Any]) -> Scene:
    """Return the usual scene of a page with a link's sequence and those of its fields that not every page has."""
    shared = read_all({name: SHARED[name] for name in kind.shared}, reader)
    own = kind.scene().with_own(**read_all(kind.fields, reader)).own
    implied = next((read for name, read in kind.implied.items() if name in reader.rest), None)
    return kind.scene(own=own, input=reader.choice("input", kind.inputs) or implied, **shared)


def read_all(fields: Mapping[str, Field], reader: LinkReader) -> dict[str, Any]:
    """Take fields out of a link. Returns those that are not as usual, by name."""
    values = {name: field.read(reader) for name, field in fields.items()}
    return {name: value for name, value in values.items() if value is not None}


def write_fields(scene: Scene) -> dict[str, str | None]:
    """Return the parameters that not every page has; None for what is as usual."""
    usual, alike = scene.kind.scene(), scene.kind.scene(own=scene.own, input=scene.input)
    shared = {
        name: write_if_unusual(SHARED[name], getattr(scene, name), getattr(alike, name)) for name in scene.kind.shared
    }
    own = {
        name: write_if_unusual(field, getattr(scene.own, name), getattr(usual.own, name))
        for name, field in scene.kind.fields.items()
    }
    return {**shared, **own}


def write_if_unusual(field: Field, value: object, usual: object) -> str | None:
    """Return a field as a link spells it; None where it is as usual."""
    return None if value == usual else field.write(value)


def changed_settings(scene: Scene) -> dict[str, Value]:
    """Return the settings that are not at their usual value."""
    usual = usual_settings(scene.input, scene.weights)
    return {name: scene.settings[name] for name in usual if scene.settings[name] != usual[name]}


def read_cells(reader: LinkReader) -> tuple[str, ...] | None:
    """Take several cells out of a link, those that there are, or None where they are too few."""
    value = reader.rest.pop("cells", None)
    if value is None:
        return None
    keys = value.split(",")
    known = [key for key in dict.fromkeys(keys) if key in CELLS]
    too_few, choices = len(known) < FEWEST_CELLS, ", ".join(CELLS)
    if too_few or len(known) > MOST_CELLS or len(set(keys)) < len(keys):
        reader.complain(
            N_("{name}={value} in the link is not a list of {fewest} to {most} different ones of: {choices}."),
            "cells",
            value,
            fewest=FEWEST_CELLS,
            most=MOST_CELLS,
            choices=choices,
        )
    if too_few:
        return None
    for key in keys:
        if key not in CELLS:
            reader.complain(N_("{name}={value} in the link is not one of: {choices}."), "cells", key, choices=choices)
    return tuple(known[:MOST_CELLS])


def read_weights(reader: LinkReader, scene: Scene) -> str:
    """Take weights out of a link that fit the scene's input and one of its cells."""
    usual = scene.usual_weights
    key = reader.choice("weights", ALL_WEIGHTS) or usual
    if fit_one(key, scene.shown_cells, scene.input):
        return key
    reader.complain(N_("{name}={value} in the link does not fit the cell and the sequence beside it."), "weights", key)
    return usual


def complain_of_the_rest(reader: LinkReader) -> None:
    """Complain of whatever nobody asked for.

    What belongs to another page is left out in silence: the way back to a page leads through its address with the
    parameters of the page that is left.
    """
    settings, known = names_of_settings(), fields_of_some_pages()
    for name, value in reader.rest.items():
        if name in known:
            continue
        if name in settings:
            reader.complain(
                N_("{name}={value} in the link does not belong to this choice; it is left out."), name, value
            )
        else:
            reader.complain(N_("{name} in the link is unknown; it is left out."), quoted(name), value)


SHARED = {
    "cell": Field(lambda reader: reader.choice("cell", CELLS)),
    "cells": Field(read_cells, ",".join),
    "layer": Field(lambda reader: reader.whole("layer")),
}
