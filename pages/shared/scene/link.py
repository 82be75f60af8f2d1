"""The Scene as a link spells it.

A link leaves out what is as usual. What it says wrongly is answered by a message and the usual value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from cells import CELLS
from cells.arrangements import AHEAD, ARRANGEMENTS
from cells.core.messages import N_, InputError
from cells.core.settings import Choice, Number, Setting, Text
from cells.families.conventions import NOTATIONS
from cells.gradients.initial_states import FIRST_STATES
from cells.inputs.kind import SequenceKind
from cells.order import read_order, write_order
from cells.training.study import LAGS
from cells.weights import WeightKind
from pages.gradient.kind import CLIP, TRUNCATE, read_biases, read_weight, write_weight
from pages.shared.scene.own_model import ALL_WEIGHTS, OwnWeights
from pages.shared.scene.scene import (
    FEWEST_CELLS,
    MATCHES,
    MOST_CELLS,
    PAGES,
    PRECISIONS,
    Scene,
    Value,
    fit_one,
    settings_of,
    usual_settings,
    usual_weights,
)
from pages.shared.scene.sequences import INPUTS
from pages.shared.scene.what_if_link import read_clamps, read_edits, write_clamps, write_edits
from pages.study.kind import SEEDS, STUDY_UNITS, STUDY_UPDATES, read_lags, write_lags
from pages.train.training import read_training, write_training

OF_SOME_PAGES = {name for page in PAGES.values() for name in page.fields}
LONGEST_QUOTE = 40
SWITCHED_ON = ("1",)

T = TypeVar("T")
R = TypeVar("R")


def read_link(
    query: Mapping[str, str], languages: Collection[str], page: str = "step"
) -> tuple[Scene, list[InputError]]:
    """The Scene of the parameters of a link to a page, and what was wrong with them."""
    reader = LinkReader(query, page)
    scene = reader.of_page(page)
    input_key = reader.choice("input", PAGES[page].inputs) or PAGES[page].input
    weights = reader.weights(scene.shown, input_key)
    scene = replace(
        scene,
        input=input_key,
        weights=weights,
        settings={name: reader.setting(setting) for name, setting in settings_of(input_key, weights).items()},
        step=reader.whole("step"),
        unit=reader.whole("unit") or 0,
        precision=reader.choice("precision", PRECISIONS) or scene.precision,
        lang=reader.choice("lang", languages),
    )
    reader.complain_of_the_rest()
    return scene, reader.problems


def write_link(scene: Scene) -> dict[str, str]:
    """The parameters of a link to `scene`, without what is as usual."""
    said = {
        **of_page(scene),
        "input": scene.input if scene.input != PAGES[scene.page].input else None,
        "weights": scene.weights if scene.weights != usual_weights(scene.shown, scene.input, scene.page) else None,
        **changed_settings(scene),
        "step": scene.step,
        "unit": scene.unit or None,
        "precision": scene.precision if scene.precision != PRECISIONS[0] else None,
        "lang": scene.lang,
    }
    return {name: str(value) for name, value in said.items() if value is not None}


def of_page(scene: Scene) -> dict[str, str | None]:
    """The parameters that not every page has; None for what is as usual."""
    usual = Scene()
    chosen = {name: getattr(scene, name) for name in PAGES[scene.page].fields}
    return {
        name: None if value == getattr(usual, name) else FIELDS[name].write(value) for name, value in chosen.items()
    }


def changed_settings(scene: Scene) -> dict[str, Value]:
    """The settings that are not at their usual value."""
    usual = usual_settings(scene.input, scene.weights)
    return {name: scene.settings[name] for name in usual if scene.settings[name] != usual[name]}


class LinkReader:
    """Takes parameters out of a link one by one, and collects what is wrong with them."""

    def __init__(self, query: Mapping[str, str], page: str) -> None:
        self.rest, self.page = dict(query), page
        self.problems: list[InputError] = []

    def choice(self, name: str, choices: Collection[str]) -> str | None:
        """One of `choices`, or None."""
        value = self.rest.pop(name, None)
        if value is None or value in choices:
            return value
        self.complain(
            N_("{name}={value} in the link is not one of: {choices}."), name, value, choices=", ".join(choices)
        )
        return None

    def of_page(self, page: str) -> Scene:
        """The usual Scene of a page with what not every page has."""
        found = {name: FIELDS[name].read(self) for name in PAGES[page].fields}
        return replace(Scene(page=page), **{name: value for name, value in found.items() if value is not None})

    def cells(self) -> tuple[str, ...] | None:
        """Several cells, or None."""
        value = self.rest.pop("cells", None)
        keys = () if value is None else tuple(value.split(","))
        if value is None or (set(keys) <= set(CELLS) and FEWEST_CELLS <= len(set(keys)) == len(keys) <= MOST_CELLS):
            return keys or None
        self.complain(
            N_("{name}={value} in the link is not a list of {fewest} to {most} different ones of: {choices}."),
            "cells",
            value,
            fewest=FEWEST_CELLS,
            most=MOST_CELLS,
            choices=", ".join(CELLS),
        )
        return None

    def weights(self, cells: tuple[str, ...], input_key: str) -> str:
        """Weights that fit the input and one of the cells."""
        usual = usual_weights(cells, input_key, self.page)
        key = self.choice("weights", ALL_WEIGHTS) or usual
        if fit_one(key, cells, input_key):
            return key
        self.complain(
            N_("{name}={value} in the link does not fit the cell and the sequence beside it."), "weights", key
        )
        return usual

    def setting(self, setting: Setting) -> Value:
        """A setting within its bounds; text as it is."""
        value = self.rest.pop(setting.name, None)
        if value is None:
            return setting.default
        if isinstance(setting, Text):
            return value
        if isinstance(setting, Choice):
            self.rest[setting.name] = value
            return self.choice(setting.name, setting.choices) or setting.default
        number = as_number(value, whole=isinstance(setting.default, int))
        if number is not None and setting.low <= number <= setting.high:
            return number
        self.complain_of_number(setting, value)
        return setting.default

    def bounded(self, setting: Number) -> int | float | None:
        """A number within its bounds, or None where the link has none that can be used."""
        problems = len(self.problems)
        value = self.setting(setting) if setting.name in self.rest else None
        return None if isinstance(value, str) or len(self.problems) > problems else value

    def complain_of_number(self, setting: Number, value: str) -> None:
        """A value that is no number, or out of bounds."""
        kind = (
            N_("{name}={value} in the link is not a whole number from {low} to {high}.")
            if isinstance(setting.default, int)
            else N_("{name}={value} in the link is not a number from {low} to {high}.")
        )
        self.complain(kind, setting.name, value, low=setting.low, high=setting.high)

    def whole(self, name: str) -> int | None:
        """A whole number, its bounds still unknown, or None."""
        value = self.rest.pop(name, None)
        number = None if value is None else as_number(value, whole=True)
        if value is not None and number is None:
            self.complain(N_("{name}={value} in the link is not a whole number."), name, value)
        return None if number is None else int(number)

    def several(self, name: str, read: Callable[[str], tuple[T, ...]]) -> tuple[T, ...]:
        """What `read` makes of a value, or nothing."""
        try:
            return read(self.rest.pop(name)) if name in self.rest else ()
        except InputError as problem:
            self.problems.append(problem)
            return ()

    def one(self, name: str, read: Callable[[str], R]) -> R | None:
        """What `read` makes of a value, or None."""
        try:
            return read(self.rest.pop(name)) if name in self.rest else None
        except InputError as problem:
            self.problems.append(problem)
            return None

    def complain_of_the_rest(self) -> None:
        """Whatever nobody asked for.

        What belongs to another page is left out in silence: the way back to a page leads through its address with the
        parameters of the page that is left.
        """
        kinds: list[SequenceKind | WeightKind | OwnWeights] = [*INPUTS.values(), *ALL_WEIGHTS.values()]
        everything = {setting.name for kind in kinds for setting in kind.settings}
        for name, value in self.rest.items():
            if name in OF_SOME_PAGES:
                continue
            if name in everything:
                self.complain(
                    N_("{name}={value} in the link does not belong to this choice; it is left out."), name, value
                )
            else:
                self.complain(N_("{name} in the link is unknown; it is left out."), quote(name), value)

    def complain(self, template: str, name: str, value: str, **values: object) -> None:
        """One problem more."""
        self.problems.append(InputError(template, name=name, value=quote(value), **values))


def quote(value: str) -> str:
    """A value short enough to repeat in a message."""
    return value if len(value) <= LONGEST_QUOTE else value[: LONGEST_QUOTE - 1] + "…"


def as_number(text: str, whole: bool) -> int | float | None:
    """The number that `text` writes in plain decimals, or None."""
    pattern = r"[+-]?\d{1,15}" if whole else r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?"
    if not re.fullmatch(pattern, text, re.ASCII | re.IGNORECASE):
        return None
    return int(text) if whole else float(text)


@dataclass(frozen=True)
class Field:
    """A field of the Scene as a link spells it: `read` takes its parameter out of a link, None where it is as usual."""

    read: Callable[[LinkReader], Any]
    write: Callable[[Any], str] = str


FIELDS = {
    "cell": Field(lambda reader: reader.choice("cell", CELLS)),
    "layer": Field(lambda reader: reader.whole("layer")),
    "clamp": Field(lambda reader: reader.several("clamp", read_clamps), write_clamps),
    "edit": Field(lambda reader: reader.several("edit", read_edits), write_edits),
    "difference": Field(lambda reader: reader.choice("difference", SWITCHED_ON) is not None, lambda on: SWITCHED_ON[0]),
    "notation": Field(lambda reader: reader.choice("notation", NOTATIONS)),
    "cells": Field(LinkReader.cells, ",".join),
    "arrangement": Field(lambda reader: reader.choice("arrangement", ARRANGEMENTS)),
    "ahead": Field(lambda reader: reader.setting(AHEAD)),
    "match": Field(lambda reader: reader.choice("match", MATCHES)),
    "order": Field(lambda reader: reader.one("order", read_order), write_order),
    "read_at": Field(lambda reader: reader.whole("read_at")),
    "biases": Field(lambda reader: reader.one("biases", read_biases)),
    "truncate": Field(lambda reader: reader.bounded(TRUNCATE)),
    "clip": Field(lambda reader: reader.bounded(CLIP)),
    "first_state": Field(lambda reader: reader.choice("first_state", FIRST_STATES)),
    "training": Field(lambda reader: reader.one("training", read_training), write_training),
    "update": Field(lambda reader: reader.whole("update")),
    "weight": Field(lambda reader: reader.one("weight", read_weight), write_weight),
    "study": Field(lambda reader: reader.choice("study", LAGS)),
    "lags": Field(lambda reader: reader.one("lags", read_lags), write_lags),
    "seeds": Field(lambda reader: reader.bounded(SEEDS)),
    "study_units": Field(lambda reader: reader.bounded(STUDY_UNITS)),
    "study_updates": Field(lambda reader: reader.bounded(STUDY_UPDATES)),
}
