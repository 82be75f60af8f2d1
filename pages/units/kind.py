"""What the units page is; its links have nothing that is its own."""

from __future__ import annotations

from cells.core.messages import N_
from pages.shared.scene.scene import OwnFields, PageKind

UNITS = PageKind(
    address="units", title=N_("Units"), input="rhyme", shared=("cell", "layer"), own=OwnFields, stacks=True
)
