"""The labels above the strips: a whole text, words first, regular axes, and one current label that covers no other."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from cells.sequences import SEQUENCES
from pages.shared.words.catalogue import translate
from tests.browser.stepper import Stepper, open_stepper
from tests.checking.sampling import few

HEIGHTS = {390: 844, 768: 1024, 1366: 768, 1920: 1080}
WIDTHS = [(390, 1366), (768, 1920)]  # of screens, px: on each page two are looked at
CLOSE = 0.6  # px: letters of one line touch
MANY = 2  # labels of an axis, at the least
BEYOND = 9.0  # px: so far a label may reach beyond the strips
LINE = "The quick brown fox jumps over the lazy dog, and 나 보기가 역겨워 가실 때에는 말없이 고이 보내 드리우리다"

TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

# Of all rows in a page (there is one a pane) the labels that a reader sees, each with its place.
SHOWN = """root => [...root.querySelectorAll(".labels")].map(row => {
  const field = row.parentElement.querySelector(".field").getBoundingClientRect();
  const cursor = row.parentElement.querySelector(".cursor").getBoundingClientRect();
  const seen = [...row.querySelectorAll("span")].filter(one => one.textContent && !one.hidden
    && getComputedStyle(one).visibility === "visible" && one.getClientRects().length);
  return {
    kind: row.dataset.kind, look: row.dataset.look, text: row.textContent,
    standing: [...row.querySelectorAll("span:not(.here)")].map(one => one.textContent),
    field: [field.left, field.right], cursor: [cursor.left, cursor.right],
    labels: seen.map(one => {
      const box = one.getBoundingClientRect();
      return {
        text: one.textContent, here: one.classList.contains("here"),
        left: box.left, right: box.right, top: box.top, bottom: box.bottom,
      };
    }),
  };
})"""


class Case(NamedTuple):
    """A page with strips: its path and query, the kind of its labels, and these themselves."""

    path: str
    query: str
    kind: str
    labels: tuple[str, ...]


def case(kind: str, key: str, *, path: str = "", more: str = "", **settings: object) -> Case:
    """Make a case of a sequence by its key and settings; `more` stands in the link too."""
    query = urlencode({"input": key, **settings})
    return Case(path, f"{query}&{more}", kind, SEQUENCES[key].make(**settings).labels)


def table_of(times: list[str]) -> str:
    """Write a table of a number at each time."""
    return "\n".join(["time,x", *(f"{time},{number % 5}" for number, time in enumerate(times))])


DAYS = [f"2024-0{1 + day // 28}-{1 + day % 28:02}" for day in range(28)]
HALF_HOURS = [f"2024-01-01 {hour:02}:{minute}" for hour in range(24) for minute in ("00", "30")]
KOREAN = case("values", "pulse", more="lang=ko")
YEARS_BACK = case("axis", "sunspots", path="order", more="order=reverse", years=61)
CASES = {
    "latch": case("values", "pulse"),
    "latch in Korean": KOREAN._replace(
        labels=tuple(translate("ko", label) if " " in label else label for label in KOREAN.labels)
    ),
    "one bit": case("values", "bit", path="compare", more="weights=latch"),
    "short text": case("text", "text", text="h i"),
    "long text": case("text", "text", text=LINE),
    "emoji": case("text", "text", text="👨‍👩‍👧é̂👍🏽ab"),
    "very long text": case("text", "text", text=LINE * 9),
    "bits": case("text", "bits", length=300, seed=2),
    "years": case("axis", "sunspots"),
    "years from the end": YEARS_BACK._replace(labels=YEARS_BACK.labels[::-1]),
    "weeks": case("axis", "co2", path="compare", more="weights=random"),
    "days": case("axis", "table", table=table_of(DAYS)),
    "times": case("axis", "table", table=table_of(HALF_HOURS)),
    "numbers": case("values", "sine", length=100),
    "arranged": case("text", "rhyme", path="arrange"),
}
USUAL = ("latch", "long text")


def cover_no_other(row: dict[str, Any]) -> None:
    """Expect no two visible labels of a row on each other, and all of them within the strips or a little beyond."""
    labels, (left, right) = row["labels"], row["field"]
    for place, one in enumerate(labels):
        for other in labels[place + 1 :]:
            apart = one["right"] - other["left"] <= CLOSE or other["right"] - one["left"] <= CLOSE
            above = one["bottom"] <= other["top"] + 1 or other["bottom"] <= one["top"] + 1
            assert apart or above, (one, other)
        if row["look"] != "running":
            assert one["left"] >= left - BEYOND
            assert one["right"] <= right + BEYOND


def mark_the_step(row: dict[str, Any], label: str) -> None:
    """Expect exactly one label of a row to be the current one, over its step or as near as the strips' end allows."""
    (here,) = [one for one in row["labels"] if one["here"]]
    assert here["text"] == label
    middle, (left, right) = (here["left"] + here["right"]) / 2, row["cursor"]
    at_an_end = here["left"] <= row["field"][0] or here["right"] >= row["field"][1]
    assert left - 1.5 <= middle <= right + 1.5 or (at_an_end and row["look"] != "running")


def say_what_they_can(row: dict[str, Any], labels: tuple[str, ...]) -> None:
    """Expect the whole text; else all labels, or the words and of an axis some, evenly apart."""
    others = [one["text"] for one in row["labels"] if not one["here"]]
    here = [one["text"] for one in row["labels"] if one["here"]]
    if row["kind"] == "text":
        assert row["text"].replace(" ", "") == "".join(labels).replace(" ", "")
    elif row["look"] == "every":
        assert len(row["labels"]) == len(labels)
    elif row["kind"] == "values":
        words = {label for label in labels if " " in label}
        assert {*others} <= words <= {*others, *here}
    else:
        assert {*row["standing"]} - {*here} == {*others}  # the current one is written once, in the other line
        places = sorted({labels.index(label) for label in row["standing"]})
        assert len(places) >= MANY
        gaps = [after - before for before, after in pairwise(places)]
        assert len({*gaps[1:]}) <= 1


def look_at_every_step(stepper: Stepper, labels: tuple[str, ...], kind: str) -> None:
    """Look before the first step, at the first, in the middle and at the last."""
    last = len(labels) - 1
    for step in (-1, 0, last // 2, last):
        stepper.go(step)
        rows = stepper.root.evaluate(SHOWN)
        assert rows
        for row in rows:
            assert row["kind"] == kind
            cover_no_other(row)
            say_what_they_can(row, labels)
            if step >= 0:
                mark_the_step(row, labels[step])
            else:
                assert not any(one["here"] for one in row["labels"])


@pytest.mark.each_value
@pytest.mark.parametrize("name", few(CASES, *USUAL))
@pytest.mark.parametrize("widths", WIDTHS)
def test_labels_say_what_they_can_and_never_cover_each_other(
    page: Page, app: str, name: str, widths: tuple[int, ...]
) -> None:
    path, query, kind, labels = CASES[name]
    stepper = open_stepper(page, app, query, path=path)
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.evaluate(TWO_FRAMES)  # the stepper has seen its new width
        look_at_every_step(stepper, labels, kind)
