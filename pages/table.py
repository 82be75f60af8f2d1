"""The table of pages, in the order in which the header shows them; the first one opens without an address.

Only what runs, serves or writes all pages imports it. Everybody else asks `pages.shared.scene.registry` for a page.
"""

from __future__ import annotations

from typing import Any

from pages.arrange.kind import ARRANGE
from pages.compare.kind import COMPARE
from pages.data.kind import DATA
from pages.gradient.kind import GRADIENT
from pages.model.kind import MODEL_PAGE
from pages.order.kind import ORDER
from pages.shared.scene.registry import register
from pages.shared.scene.scene import PageKind
from pages.step.kind import STEP
from pages.study.kind import STUDY
from pages.train.kind import TRAIN
from pages.units.kind import UNITS

PAGES: tuple[PageKind[Any], ...] = (
    STEP,
    COMPARE,
    ORDER,
    GRADIENT,
    ARRANGE,
    UNITS,
    TRAIN,
    STUDY,
    DATA,
    MODEL_PAGE,
)

register(PAGES)
