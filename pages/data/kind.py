"""The data page: its title and its usual sequence; no link parameter is its own."""

from __future__ import annotations

from cells.core.messages import N_
from pages.shared.scene.scene import OwnFields, PageKind
from pages.shared.scene.sequences import TABLE_INPUTS

DATA = PageKind(
    address="data", title=N_("Data"), input="co2", shared=("cell",), own=OwnFields, inputs=TABLE_INPUTS, runs=False
)
