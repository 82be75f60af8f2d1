"""Checks that a page fits its screen."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Locator, ViewportSize

PROJECTOR: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
ENDS = "parts => parts.map(part => part.getBoundingClientRect()).map(box => [box.left, box.right])"


def in_view_on_a_projector(root: Locator, parts: tuple[str, ...], context: str = "") -> None:
    """Expect all elements of `parts` within `root`, at least one of each, on a projector's screen as the page opens."""
    for part in parts:
        boxes = [element.bounding_box() for element in root.locator(part).all()]
        assert boxes, part
        for box in boxes:
            assert box, part
            assert box["y"] >= 0, (part, context)
            assert box["y"] + box["height"] <= PROJECTOR["height"], (part, context)


def fits_a_phone(root: Locator, parts: str) -> None:
    """Expect nothing to scroll sideways on a phone, and all elements of `parts`, a CSS selector, within the width."""
    assert root.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # All at once: the stepper may be built anew for the new width between two looks.
    ends: list[list[float]] = root.locator(parts).evaluate_all(ENDS)
    assert ends
    for left, right in ends:
        assert left >= 0
        assert right <= PHONE["width"]


def extent(part: Locator, start: Literal["x", "y"], size: Literal["width", "height"]) -> tuple[float, float]:
    """Return where an element begins and ends on the screen, down or across."""
    box = part.bounding_box()
    assert box
    return box[start], box[start] + box[size]
