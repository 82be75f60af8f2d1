"""The table of pages holds only pages that are whole, and whose links do not contradict each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pages import table
from pages.shared.broken import BrokenProject
from pages.shared.scene.link_reader import Field
from pages.shared.scene.registry import KINDS, register
from pages.shared.scene.scene import OwnFields, PageKind
from pages.table import FOLDERS, PAGES, PARTS, kind_in
from tests.checking.files import write_files


@dataclass(frozen=True)
class Fields(OwnFields):
    strength: int = 0


WHOLE = Field(lambda reader: reader.whole("strength"))


def page(address: str, own: type[OwnFields] = OwnFields, **fields: Field) -> PageKind[OwnFields]:
    return PageKind(address, "A page", "pulse", ("cell",), own, fields)


def test_every_page_is_known_by_its_address_in_the_order_of_the_table() -> None:
    assert [*KINDS] == [*FOLDERS] == [kind.address for kind in PAGES]
    register(PAGES)
    assert tuple(KINDS.values()) == PAGES


@pytest.mark.parametrize("part", PARTS)
def test_a_folder_without_one_of_its_parts_is_named(part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {f"step/{other}": "" for other in PARTS if other != part})
    monkeypatch.setattr(table, "__file__", str(tmp_path / "table.py"))
    with pytest.raises(BrokenProject, match=rf"^pages/step/{part} is missing"):
        kind_in("step")


@pytest.mark.parametrize(("kinds", "said"), [([], "0 kinds"), ([page("one"), page("two")], "2 kinds")])
def test_a_folder_holds_one_kind_of_page(
    kinds: list[PageKind[OwnFields]], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.step.kind.STEP", None)
    for number, kind in enumerate(kinds):
        monkeypatch.setattr(f"pages.step.kind.KIND{number}", kind, raising=False)
    with pytest.raises(BrokenProject, match=rf"^pages/step/kind\.py declares {said}"):
        kind_in("step")


def test_an_address_is_that_of_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.step.kind.STEP", page("stepp"))
    with pytest.raises(BrokenProject, match=r"^pages/step/kind\.py declares the address “stepp”"):
        kind_in("step")


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ((page("one"), page("one")), r"^pages/table\.py lists two pages with the address “one”\.$"),
        (
            (page("one", Fields, strength=WHOLE), page("two", Fields, strength=WHOLE)),
            r"^pages/two/kind\.py claims “strength” in a link, which is a field of the page “one”\.$",
        ),
        (
            (page("one", OwnFields, units=WHOLE),),
            r"^pages/one/kind\.py claims “units” in a link, which is a setting of sequences or weights\.$",
        ),
        ((page("one", OwnFields, step=WHOLE),), r"claims “step” in a link, which is a field of every Scene\.$"),
        ((page("one", Fields),), r"^pages/one/kind\.py has “strength” in Fields, but not in fields\.$"),
        ((page("one", strength=WHOLE),), r"^pages/one/kind\.py has “strength” in fields, but not in OwnFields\.$"),
        (
            (page("one", Fields, strength=Field(lambda reader: reader.whole("strenght"))),),
            r"^pages/one/kind\.py lets the field “strength” read another parameter of a link\.$",
        ),
    ],
)
def test_pages_that_contradict_each_other_are_refused_and_the_former_ones_stay(
    kinds: tuple[PageKind[OwnFields], ...], said: str
) -> None:
    with pytest.raises(BrokenProject, match=said):
        register(kinds)
    assert tuple(KINDS.values()) == PAGES
