"""The units page: its title and its usual sequence; no link parameter is its own."""

from __future__ import annotations

from cells.core.messages import N_
from pages.shared.scene.scene import OwnFields, PageKind

UNITS = PageKind(
    address="units", title=N_("Units"), input="rhyme", shared=("cell", "layer"), own=OwnFields, stacks=True
)
