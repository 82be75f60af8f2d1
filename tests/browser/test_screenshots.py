"""The comparison, on drawn pictures: it must see what a person would miss, and overlook what a person cannot see."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from pixelmatch import pixelmatch

from tests.browser.compare import INVISIBLE, PIXEL_TOLERANCE, compare
from tests.browser.screenshots import FONTS, Album

SIZE = (1300, 700)
SCALE = 8
FONT_WIDTHS = {"sans-serif: Gatescope": [500, 80, 20]}


def scene(text: str = "0.82") -> Image.Image:
    """Draw a picture like the stepper's: a box, a line of one pixel, a number."""
    picture = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((100, 100, 300, 220), fill="#56B4E9", outline="#222222")
    pen.line((400, 350, 600, 350), fill="#222222")
    pen.text((700, 400), text, fill="#222222", font=ImageFont.load_default(14))
    return picture


def smooth_circle(shift: float) -> Image.Image:
    """Draw a circle whose edges are smoothed, `shift` pixels to the right."""
    large = Image.new("RGB", (200 * SCALE, 200 * SCALE), "white")
    left = round((40 + shift) * SCALE)
    ImageDraw.Draw(large).ellipse((left, 40 * SCALE, left + 120 * SCALE, 160 * SCALE), fill="#0072B2")
    picture = Image.new("RGB", SIZE, "white")
    picture.paste(large.resize((200, 200), Image.Resampling.BOX), (500, 200))
    return picture


def test_equal_pictures_are_the_same() -> None:
    assert compare(scene(), scene()).problem == ""


def test_another_size_differs() -> None:
    found = compare(scene(), scene().crop((0, 0, 1300, 699)))
    assert found.problem == "the size is 1300 x 699, expected was 1300 x 700"
    assert found.diff is None


def test_a_lost_line_of_one_pixel_differs_and_is_painted_red() -> None:
    without = scene()
    ImageDraw.Draw(without).line((400, 350, 600, 350), fill="white")
    found = compare(scene(), without)
    assert "24 pixels differ within 24 pixels" in found.problem
    assert found.diff is not None
    assert found.diff.getpixel((500, 350)) == (255, 0, 0)
    assert found.diff.getpixel((500, 340)) == (255, 255, 255)


@pytest.mark.parametrize("across", [True, False])
def test_a_lost_dashed_line_differs(across: bool) -> None:
    dashed = scene()
    pen = ImageDraw.Draw(dashed)
    for start in range(400, 440, 6):
        pen.line((start, 500, start + 3, 500) if across else (500, start, 500, start + 3), fill="#222222")
    assert compare(dashed, scene()).problem != ""


def test_one_changed_digit_differs() -> None:
    assert compare(scene("0.82"), scene("0.83")).problem != ""


def test_a_small_shift_of_a_label_differs() -> None:
    shifted = Image.new("RGB", SIZE, "white")
    shifted.paste(scene(), (1, 0))
    assert compare(scene(), shifted).problem != ""


def test_a_pale_change_of_a_large_area_differs() -> None:
    pale = scene()
    ImageDraw.Draw(pale).rectangle((700, 100, 900, 300), fill="#E0E0E0")
    assert "% of the pixels differ" in compare(scene(), pale).problem


@pytest.mark.each_value
@pytest.mark.parametrize("grey", [0, 90, 200])
@pytest.mark.parametrize(("red", "green", "blue"), list(product((-1, 1), repeat=3)))
def test_what_is_not_looked_at_closely_is_within_the_tolerance(grey: int, red: int, green: int, blue: int) -> None:
    before = [grey + INVISIBLE] * 3 + [255]
    after = [grey + INVISIBLE + sign * INVISIBLE for sign in (red, green, blue)] + [255]
    assert pixelmatch(before, after, 1, 1, threshold=PIXEL_TOLERANCE, includeAA=True) == 0


def test_a_colour_that_nobody_can_tell_apart_passes() -> None:
    slightly = scene().point(lambda value: max(0, value - 3))
    assert compare(scene(), slightly).problem == ""


@pytest.mark.parametrize("shift", [0.125, 0.25])
def test_smoothed_edges_pass(shift: float) -> None:
    assert smooth_circle(0) != smooth_circle(shift)
    assert compare(smooth_circle(0), smooth_circle(shift)).problem == ""


def test_a_shape_a_pixel_further_differs() -> None:
    assert compare(smooth_circle(0), smooth_circle(1)).problem != ""


def album(folder: Path, kind: str = "linux-chromium1", *, retake: bool = False, strict: bool = False) -> Album:
    baselines, failures = folder / "baselines", folder / "failures"
    return Album(kind, FONT_WIDTHS, retake=retake, strict=strict, baselines=baselines, failures=failures)


def test_the_first_pictures_of_all_are_written_and_said(tmp_path: Path) -> None:
    first = album(tmp_path, strict=True)
    first.check(scene(), "one")
    first.check(scene(), "two")
    assert sorted(path.name for path in first.folder.iterdir()) == [FONTS, "one.png", "two.png"]
    assert first.notes.total() == 2
    assert "written as new baselines for linux-chromium1" in next(iter(first.notes))


def test_a_written_picture_is_compared_with_next_time(tmp_path: Path) -> None:
    album(tmp_path).check(scene(), "one")
    again = album(tmp_path)
    again.check(scene(), "one")
    assert not again.notes
    with pytest.raises(AssertionError, match=r"one: \d+ pixels differ") as told:
        again.check(scene("0.99"), "one")
    kept = {part: again.failures / f"one-{part}.png" for part in ("expected", "actual", "difference")}
    assert set(again.failures.iterdir()) == set(kept.values())
    assert str(told.value).splitlines()[1:] == [f"  {part}: {path}" for part, path in kept.items()]


def test_retaking_replaces_a_picture(tmp_path: Path) -> None:
    album(tmp_path).check(scene("0.82"), "one")
    album(tmp_path, retake=True).check(scene("0.99"), "one")
    album(tmp_path).check(scene("0.99"), "one")
    with pytest.raises(AssertionError, match="differ"):
        album(tmp_path).check(scene("0.82"), "one")


def test_a_missing_picture_is_written_by_a_person_and_fails_in_ci(tmp_path: Path) -> None:
    album(tmp_path).check(scene(), "one")
    with pytest.raises(AssertionError, match="two: there is no baseline for linux-chromium1"):
        album(tmp_path, strict=True).check(scene(), "two")
    album(tmp_path).check(scene(), "two")
    album(tmp_path, strict=True).check(scene(), "two")


def test_another_browser_compares_nothing_and_says_so(tmp_path: Path) -> None:
    album(tmp_path).check(scene(), "one")
    other = album(tmp_path, "linux-chromium2", strict=True)
    other.check(scene("0.99"), "one")
    assert other.notes == {"not compared: there are baselines for linux-chromium1, none for linux-chromium2": 1}
    assert not other.folder.exists()


def test_other_fonts_compare_nothing_and_say_so(tmp_path: Path) -> None:
    album(tmp_path).check(scene(), "one")
    fonts = {"sans-serif: Gatescope": [510, 80, 20]}
    other = Album("linux-chromium1", fonts, baselines=tmp_path / "baselines", failures=tmp_path / "failures")
    other.check(scene("0.99"), "one")
    assert other.notes == {"not compared: the fonts are not those of the baselines (sans-serif: Gatescope)": 1}
