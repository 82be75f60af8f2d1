"""Comparison of two pictures of a page, as a person's eye would compare them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pixelmatch import pixelmatch

Pixels = NDArray[np.uint8]  # (height, width, 4): red, green, blue, alpha
Mask = NDArray[np.bool_]  # (height, width)

# How far a pixel's colour may be off: about 13 of 255 grey levels.
PIXEL_TOLERANCE = 0.05
# pixelmatch overlooks a smoothed edge however much it changes: a circle moved by a whole pixel passes. Smoothing noise
# is a part of the contrast (a shift by a quarter of a pixel: 0.24 of black on white), so beyond this it counts too.
EDGE_TOLERANCE = 0.3
# A pixel whose red, green, blue are off by no more than this is within PIXEL_TOLERANCE whatever its colour:
# pixelmatch's distance is at most 0.665 times the square, 80.5, and it tolerates 35,215 * 0.05 ** 2 = 88.
INVISIBLE = 11
# The share of a picture's pixels that may differ.
SHARE_TOLERANCE = 0.002
# A share alone overlooks what is small: of 1300 x 700 pixels 0.2 % is 1,820, more than a whole lost line or label.
# So no window of this many pixels square may hold more than so many that differ: a lost line of 1 pixel fills one row
# of the window (24), a dash of 4 on and 2 off fills 16, and a changed digit of 14 pixels height differs in 20 or more.
WINDOW = 24
WINDOW_TOLERANCE = 12
# pixelmatch looks at the neighbours of a pixel's neighbours, so a cut-out keeps that much around what differs.
MARGIN = 3
RED = (255, 0, 0)


@dataclass(frozen=True)
class Comparison:
    """A comparison's result: `problem` says why the pictures differ, or is empty; `diff` paints red what differs."""

    problem: str
    diff: Image.Image | None = None


def compare(expected: Image.Image, actual: Image.Image) -> Comparison:
    """Compare two pictures."""
    if expected.size != actual.size:
        return Comparison(f"the size is {size(actual)}, expected was {size(expected)}")
    before, after = pixels(expected), pixels(actual)
    differing = differing_pixels(before, after)
    problem = too_different(differing)
    return Comparison(problem, painted(after, differing)) if problem else Comparison("")


def differing_pixels(before: Pixels, after: Pixels) -> Mask:
    """Return the pixels that differ by more than the tolerance and are not just a smoothed edge."""
    mask = np.zeros(before.shape[:2], dtype=np.bool_)
    visible = (np.abs(before.astype(np.int16) - after) > INVISIBLE).any(axis=2)
    if not visible.any():
        return mask
    # pixelmatch is plain Python, seconds for a whole page: it sees only the part in which anything visible differs.
    box = bounding_box(visible)
    mask[box] = matched(before[box], after[box])
    return mask


def bounding_box(mask: Mask) -> tuple[slice, slice]:
    """Return the smallest box around all that is true in `mask`, with a margin."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    top, left = max(0, int(rows[0]) - MARGIN), max(0, int(columns[0]) - MARGIN)
    return slice(top, int(rows[-1]) + 1 + MARGIN), slice(left, int(columns[-1]) + 1 + MARGIN)


def matched(before: Pixels, after: Pixels) -> Mask:
    """Return pixelmatch's verdict on each pixel: it differs beside smoothed edges, or too much for one."""
    height, width = before.shape[:2]
    first, second = before.ravel().tolist(), after.ravel().tolist()

    def verdict(threshold: float, edges: bool) -> Mask:
        drawn: list[float] = [0] * before.size
        pixelmatch(first, second, width, height, drawn, threshold, includeAA=edges, diff_color=RED, diff_mask=True)
        red: Mask = np.array(drawn).reshape(height, width, 4)[:, :, 0] == RED[0]
        return red

    return verdict(PIXEL_TOLERANCE, edges=False) | verdict(EDGE_TOLERANCE, edges=True)


def too_different(differing: Mask) -> str:
    """Say why these differing pixels are too many, or nothing."""
    share = float(differing.mean())
    if share > SHARE_TOLERANCE:
        return f"{share:.3%} of the pixels differ, {SHARE_TOLERANCE:.1%} may"
    count, left, top = fullest_window(differing)
    if count > WINDOW_TOLERANCE:
        return f"{count} pixels differ within {WINDOW} pixels of ({left}, {top}), {WINDOW_TOLERANCE} may"
    return ""


def fullest_window(differing: Mask) -> tuple[int, int, int]:
    """Count the differing pixels in the window where most do. Returns that, and the window's left and top edge."""
    sums = np.pad(differing, ((1, WINDOW - 1), (1, WINDOW - 1))).cumsum(axis=0).cumsum(axis=1)
    windows = sums[WINDOW:, WINDOW:] - sums[:-WINDOW, WINDOW:] - sums[WINDOW:, :-WINDOW] + sums[:-WINDOW, :-WINDOW]
    top, left = np.unravel_index(int(windows.argmax()), windows.shape)
    return int(windows[top, left]), int(left), int(top)


def painted(picture: Pixels, differing: Mask) -> Image.Image:
    """Paint a picture pale, with what differs in red."""
    pale = 255 - (255 - picture[:, :, :3]) // 4
    pale[differing] = RED
    return Image.fromarray(pale)


def pixels(picture: Image.Image) -> Pixels:
    """Return the picture's bytes."""
    return np.asarray(picture.convert("RGBA"))


def size(picture: Image.Image) -> str:
    """Return a picture's size in words."""
    return f"{picture.width} x {picture.height}"


def furthest_off(one: Image.Image, other: Image.Image) -> int:
    """Return the largest difference of two in grey levels: up to 5 were seen at the edges of the same letters."""
    first, second = (np.asarray(picture.convert("RGB"), dtype=np.int16) for picture in (one, other))
    return int(np.abs(first - second).max())
