"""A Keras model's own description: its layers, their settings, and which follows which."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from cells.checkpoints.limits import MAX_DEPTH, MAX_LAYERS
from cells.core.messages import N_, InputError

Settings = Mapping[str, Any]
THROUGH = (
    "Dropout",
    "SpatialDropout1D",
    "Masking",
    "Identity",
    "InputLayer",
    "GaussianNoise",
    "ActivityRegularization",
)


@dataclass(frozen=True)
class LayerConfig:
    """One layer of a model.

    kind: its class. key: where Keras 3 stores its weights, the classes of the models around it and its own in small
    letters, numbered. before: the names of the layers that it reads. custom: whether the class is none of Keras's own.
    """

    name: str
    kind: str
    settings: Settings
    key: tuple[str, ...]
    before: tuple[str, ...]
    custom: bool

    def wrapped(self, direction: int) -> Settings:
        """Return the settings of the recurrent layer inside `Bidirectional`, 1 the backward one; else its own."""
        if self.kind != "Bidirectional":
            return self.settings
        inner = (self.settings.get("backward_layer") if direction else None) or self.settings.get("layer")
        settings = inner.get("config") if isinstance(inner, dict) else None
        return settings if isinstance(settings, dict) else {}


@dataclass(frozen=True)
class ModelConfig:
    """Every layer of a model, those of models inside it among them."""

    layers: tuple[LayerConfig, ...] = ()

    def find(self, key: tuple[str, ...], name: str) -> LayerConfig | None:
        """Return the layer that is stored at `key`, or else is called `name`."""
        at_key = next((layer for layer in self.layers if layer.key == key), None)
        return at_key or next((layer for layer in self.layers if layer.name == name), None)

    def behind(self, layer: LayerConfig) -> list[LayerConfig]:
        """Return the layers that read `layer`, past those that change nothing."""
        return self.reached(layer, lambda one, other: one.name in other.before)

    def in_front(self, layer: LayerConfig) -> list[LayerConfig]:
        """Return the layers that `layer` reads, past those that change nothing."""
        return self.reached(layer, lambda one, other: other.name in one.before)

    def reached(self, layer: LayerConfig, follows: Callable[[LayerConfig, LayerConfig], bool]) -> list[LayerConfig]:
        """Return the layers that follow `layer` or something that changes nothing, the nearest first."""
        siblings, found = self.siblings(layer), [layer]
        for one in found:  # it grows
            if one is layer or one.kind in THROUGH:
                found += [other for other in siblings if other not in found and follows(one, other)]
        return found[1:]

    def siblings(self, layer: LayerConfig) -> list[LayerConfig]:
        """Return the layers of the same model."""
        return [other for other in self.layers if other.key[:-1] == layer.key[:-1]]


def config_of(text: str | bytes) -> ModelConfig:
    """Return a model's description as Keras writes it, in JSON; none where there is no text."""
    if not text:
        return ModelConfig()
    try:
        return ModelConfig(tuple(islice(layers_in(json.loads(text), (), MAX_DEPTH), MAX_LAYERS)))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise InputError(N_("The Keras model's description is damaged.")) from error


def layers_in(model: Mapping[str, Any], around: tuple[str, ...], depth: int) -> Iterator[LayerConfig]:
    """Yield the layers of a model and of those inside it."""
    inner = model["config"]
    entries = inner if isinstance(inner, list) else inner.get("layers", [])
    previous = ""
    stored_names = numbered(str(entry["class_name"]) for entry in entries)
    for entry, stored_name in zip(entries, stored_names, strict=True) if depth else ():
        kind, settings, key = str(entry["class_name"]), entry["config"], (*around, stored_name)
        name = str(
            settings.get("name", entry.get("name", stored_name)) if isinstance(settings, dict) else entry["name"]
        )
        nodes = entry.get("inbound_nodes")
        before = (previous,) if nodes is None else tuple(names_in(nodes))
        custom = bool(entry.get("registered_name")) or entry.get("module", "keras").split(".")[0] != "keras"
        yield LayerConfig(name, kind, settings if isinstance(settings, dict) else {}, key, before, custom)
        if isinstance(settings, list) or "layers" in settings:
            yield from layers_in(entry, key, depth - 1)
        previous = name


def names_in(nodes: Any, depth: int = MAX_DEPTH) -> Iterator[str]:
    """Yield the layers that a node reads: ["name", 0, 0] in Keras 3, ["name", 0, 0, {}] in Keras 2."""
    if isinstance(nodes, dict):
        nodes = list(nodes.values())
    if not isinstance(nodes, list) or not depth:
        return
    if len(nodes) >= 3 and isinstance(nodes[0], str) and isinstance(nodes[1], int) and isinstance(nodes[2], int):
        yield nodes[0]
        return
    for node in nodes:
        yield from names_in(node, depth - 1)


def cell_configs(settings: Settings) -> list[Settings]:
    """Return the descriptions of the cells of an `RNN` layer with these settings; none for another layer."""
    cell = settings.get("cell")
    if not isinstance(cell, dict):
        return []
    inner = cell.get("config")
    stacked = inner.get("cells") if isinstance(inner, dict) else None
    return [one for one in stacked if isinstance(one, dict)] if isinstance(stacked, list) else [cell]


def numbered(kinds: Iterable[str]) -> list[str]:
    """Name several stored objects in a row as Keras 3 does: by class, each further one numbered."""
    seen: dict[str, int] = {}
    names = []
    for kind in kinds:
        short = snake_case(kind)
        number = seen[short] = seen.get(short, -1) + 1
        names.append(f"{short}_{number}" if number else short)
    return names


def snake_case(name: str) -> str:
    """Return a class's name as Keras stores it: "SimpleRNN" -> "simple_rnn"."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def function_name(value: object) -> str:
    """Return the name of an activation: text, or an object that Keras has written out."""
    if isinstance(value, dict):
        inner = value.get("config")
        return str(inner) if isinstance(inner, str) else str(value.get("class_name", "?")).lower()
    return "linear" if value is None else str(value)
