"""The pages' JavaScript, joined from modules into the one that Streamlit takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.shared.broken import BrokenProject
from pages.shared.scene.registry import KINDS
from pages.shared.stepper import COMPONENTS, component_of
from pages.shared.stepper.javascript import (
    PAGES,
    BrokenModules,
    modules_of,
    one_module,
    one_script,
    one_sheet,
    sheets_of,
)
from tests.checking.files import write_files

# What the entry imports first stands first; `size` is private in two files, and `line` is imported by two.
FILES = {
    "order/stepper.js": (
        'import { plot } from "../shared/plot.js";\nimport {\n  name, TITLE,\n} from "./name.js";\n\n'
        "const size = 3;\n\nexport default plot(name(TITLE), size);\n"
    ),
    "order/name.js": 'import { line } from "../shared/line.js";\n\nexport const TITLE = "t";\n\n'
    "export function name(text) {\n  return line(text);\n}\n",
    "shared/plot.js": 'import { line } from "./line.js";\n\nconst size = 1;\n\n'
    "export async function plot(text) {\n  return line(text) + size;\n}\n",
    "shared/line.js": "export function line(text) {\n  return text;\n}\n",
    "shared/begin.js": 'import { line } from "./line.js";\n\nexport default function begin(page) {\n  line(page);\n}\n',
}
ENTRY = "order/stepper.js"


def joined(root: Path, changed: dict[str, str]) -> str:
    return one_module(write_files(root, FILES | changed) / ENTRY, root)


def test_modules_stand_behind_those_that_they_import(tmp_path: Path) -> None:
    names = [module.name for module in modules_of(write_files(tmp_path, FILES) / ENTRY, root=tmp_path)]
    assert names == ["shared/line.js", "shared/plot.js", "order/name.js", "order/stepper.js"]
    assert joined(tmp_path, {}) == joined(tmp_path, {}), "the same files give the same text"


def test_every_module_keeps_a_scope_of_its_own(tmp_path: Path) -> None:
    text = joined(tmp_path, {})
    assert (
        """
const shared$plot = (() => {
const { line } = shared$line;
const size = 1;

async function plot(text) {
  return line(text) + size;
}
return { plot };
})();
"""
        in text
    )
    assert "const { name, TITLE } = order$name;\nconst size = 3;\n\nconst entry$ = plot(" in text
    assert text.endswith("export default order$stepper.entry$;\n")
    assert "import" not in text


def test_one_script_hands_a_default_to_another(tmp_path: Path) -> None:
    root = write_files(tmp_path, FILES)
    text = one_script(root / "shared/begin.js", root / ENTRY, root)
    assert text.endswith("shared$begin.entry$(order$stepper.entry$);\n")
    assert text.count("const shared$line = ") == 1
    assert "export" not in text


BROKEN = {
    "pages/order/stepper.js imports ../shared/gone.js, which is not there.": {
        ENTRY: 'import { plot } from "../shared/gone.js";\n\nexport default plot();\n'
    },
    "pages/shared/plot.js imports line, which pages/shared/line.js does not export.": {
        "shared/line.js": "const line = 1;\n"
    },
    "pages/shared/plot.js imports itself: pages/shared/plot.js -> pages/shared/line.js -> pages/shared/plot.js.": {
        "shared/line.js": 'import { plot } from "./plot.js";\n\nexport const line = plot;\n'
    },
    "pages/shared/line.js imports ../../text.js, which is not one of the pages' files.": {
        "shared/line.js": 'import { text } from "../../text.js";\n\nexport const line = text;\n'
    },
    "pages/order/stepper.js has no default export.": {ENTRY: "const size = 3;\n"},
}
FORMS = [
    'import * as all from "./name.js";',
    'import name from "./name.js";',
    'import { name as other } from "./name.js";',
    'import "./name.js";',
    'import { name } from "name";',
    "import { name } from './name.js';",
    'const name = await import("./name.js");',
    "export let size = 1;",
    "export { size };",
    "export class Size {}",
    'export * from "./name.js";',
]


@pytest.mark.parametrize("sentence", BROKEN)
def test_what_cannot_be_joined_is_told_with_its_file_and_name(tmp_path: Path, sentence: str) -> None:
    root = write_files(tmp_path / "pages", FILES | BROKEN[sentence])
    with pytest.raises(BrokenModules) as broken:
        one_module(root / ENTRY, root)
    assert str(broken.value) == sentence


@pytest.mark.parametrize("form", FORMS)
def test_another_form_is_refused(tmp_path: Path, form: str) -> None:
    with pytest.raises(BrokenModules) as broken:
        joined(tmp_path / "pages", {ENTRY: f"{form}\nexport default 1;\n"})
    assert (
        str(broken.value)
        == f"pages/order/stepper.js has a form that is not joined here: {form.removeprefix('const name = await ')}"
    )


def test_an_entry_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrokenModules, match=r"^pages/gone/stepper\.js cannot be read\.$"):
        one_module(tmp_path / "pages/gone/stepper.js", tmp_path / "pages")


def test_a_sheet_stands_beside_its_module(tmp_path: Path) -> None:
    sheets = {"order/stepper.css": "page {}\n", "shared/plot.css": "plot {}\n", "shared/unused.css": "unused {}\n"}
    root = write_files(tmp_path, FILES | sheets)
    assert one_sheet(root / ENTRY, root=root) == "plot {}\n\npage {}\n"


@pytest.mark.parametrize("page", COMPONENTS)
def test_every_page_carries_the_frame_and_no_other_page(page: str) -> None:
    entry = PAGES / page / "stepper.js"
    modules = [module.name for module in modules_of(entry)]
    assert {name.partition("/")[0] for name in modules} == {"shared", page}
    assert modules[-1] == f"{page}/stepper.js"
    assert one_module(entry).count("export") == 1
    sheets = [sheet.relative_to(PAGES).as_posix() for sheet in sheets_of(entry)]
    assert sheets[0] == "shared/stepper/frame/stepper.css", "what a view or a page says of its own comes later"
    assert f"{page}/stepper.css" in (sheets[-1], f"{page}/stepper.css")


def test_shared_modules_know_no_page_and_the_frame_no_view() -> None:
    for module in {module for page in COMPONENTS for module in modules_of(PAGES / page / "stepper.js")}:
        imported = [path.relative_to(PAGES).as_posix() for path, _ in module.imports]
        if module.name.startswith("shared/"):
            assert all(name.startswith("shared/") for name in imported), module.name
        if module.name.startswith("shared/stepper/frame/"):
            assert not any("/views/" in name for name in imported), module.name


def test_every_module_and_sheet_is_in_a_page_or_beside_it_or_in_what_is_taken_away() -> None:
    others = ("offline/offline", "stepper/views/valve_table", "jobs/tab", "controls/every_page", "controls/copy_link")
    entries = [PAGES / page / "stepper.js" for page in COMPONENTS] + [PAGES / f"shared/{name}.js" for name in others]
    used = {module.path for module in modules_of(*entries)} | {*sheets_of(*entries)}
    assert {*PAGES.rglob("*.js"), *PAGES.rglob("*.css")} == used


def test_the_pages_with_a_stepper_are_pages() -> None:
    assert {*COMPONENTS} < {*KINDS}


def test_a_page_without_a_stepper_of_its_own_is_told() -> None:
    with pytest.raises(BrokenProject, match=r"^pages/data/stepper\.js is missing, but the page shows a stepper\.$"):
        component_of("data")
