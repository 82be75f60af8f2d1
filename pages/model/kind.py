"""What the model page is; its links have nothing that is its own."""

from __future__ import annotations

from cells.core.messages import N_
from pages.shared.scene.scene import OwnFields, PageKind
from pages.shared.scene.sequences import SAMPLE

MODEL_PAGE = PageKind(
    address="model", title=N_("Model"), input=SAMPLE.key, shared=("cell",), own=OwnFields, stacks=True
)
