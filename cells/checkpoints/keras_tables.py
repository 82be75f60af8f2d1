"""The embeddings and dense layers of a Keras model, and which of them stand beside a recurrent layer.

Axes: V vocabulary, I input features, P hidden units, D directions, O outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from torch import Tensor

from cells.checkpoints.contents import FoundLayer, Table, as_read
from cells.checkpoints.hdf5 import Store
from cells.checkpoints.keras_config import LayerConfig, ModelConfig, function_name
from cells.checkpoints.keras_variables import Variables


class Tables:
    """The embeddings and dense layers of a file, each read once, and only if it may stand beside a recurrent layer."""

    def __init__(self, store: Store, config: ModelConfig, variables: Sequence[Variables]) -> None:
        self._store, self._config = store, config
        self._tables = [(stored, table) for stored in variables if (table := self._table(stored))]
        self._read: dict[str, Table] = {}

    def _table(self, stored: Variables) -> Table | None:
        kind: Literal["embedding", "readout"] = "embedding" if stored.role == "embedding" else "readout"
        weight = stored.paths["embeddings" if kind == "embedding" else "kernel"]
        shape, bias = self._store.datasets[weight].shape, stored.paths.get("bias")
        if len(shape) != 2 or 0 in shape:
            return None
        rows, columns = shape if kind == "embedding" else shape[::-1]
        if bias is not None and self._store.datasets[bias].shape != (rows,):
            return None
        activation = ""
        if kind == "readout" and stored.config is not None:
            inner = stored.config.settings.get("layer")
            settings = inner.get("config", {}) if isinstance(inner, dict) else stored.config.settings
            activation = function_name(settings.get("activation"))
        read = partial(self._numbers, weight, bias, turned=kind == "readout")
        return Table(stored.name, (rows, columns), read, kind, bias is not None, activation)

    def _numbers(self, weight: str, bias: str | None, *, turned: bool) -> tuple[Tensor, Tensor | None]:
        values = self._store.tensor(weight)
        return (values.T.contiguous() if turned else values), None if bias is None else self._store.tensor(bias)

    def with_neighbours(self, layer: FoundLayer, config: LayerConfig | None) -> FoundLayer:
        """Add to a layer the tables that may stand beside it: those that do, where the file says which."""
        tables = [table for _, table in self._tables]
        if config is not None:
            around = {"embedding": self._config.in_front(config), "dense": self._config.behind(config)}
            tables = [table for stored, table in self._tables if stored.config in around[stored.role]]
        strand = layer.strands[0][0]
        widths = {strand.w_ih.shape[1], strand.w_hh.shape[1] * len(layer.strands[0])}
        fitting = tuple(self._now(table) for table in tables if table.shape[1] in widths)
        return replace(layer, tables=fitting, connected=config is not None)

    def _now(self, table: Table) -> Table:
        """Return the table with its numbers read, while the file is open."""
        if table.name not in self._read:
            self._read[table.name] = replace(table, read=partial(as_read, *table.read()))
        return self._read[table.name]
