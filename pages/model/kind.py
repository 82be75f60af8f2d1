"""The model page: its title and its usual sequence; no link parameter is its own."""

from __future__ import annotations

from cells.core.messages import N_
from pages.shared.scene.scene import OwnFields, PageKind
from pages.shared.scene.sequences import SAMPLE

MODEL_PAGE = PageKind(
    address="model", title=N_("Model"), input=SAMPLE.key, shared=("cell",), own=OwnFields, stacks=True
)
