"""What the data page is; its links have nothing that is its own."""

from __future__ import annotations

from cells.core.messages import N_
from pages.shared.scene.scene import OwnFields, PageKind
from pages.shared.scene.sequences import TABLE_INPUTS

DATA = PageKind(
    address="data", title=N_("Data"), input="co2", shared=("cell",), own=OwnFields, inputs=TABLE_INPUTS, runs=False
)
