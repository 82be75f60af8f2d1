"""What a change reaches: which tests `make check` runs, and for which cell and page.

A module of the cells reaches the tests that import it, directly or through others, and the page tests of the pages
that do; what goes over all cells runs for one of them. A page's module reaches the tests that name the page, those in
the browser too unless it makes a figure. A page's style reaches that page's browser tests, JavaScript those of all
pages, for its files share one scope. Where a change could reach anything, everything runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from tests.checking.modules import Modules, name_of

# The rules of the house look at every file, and take no time.
ALWAYS = frozenset({"tests/test_house.py"})
BROWSER = "tests.browser."
# Where a test's file may be named after a page.
ROOMS = ("tests.pages", "tests.browser")
ENTRY = "app"
USUAL_CELL = "lstm"
USUAL_PAGE = "step"
# Styles by the beginning of their names, where that is not the address of their page; any other is of all pages.
STYLES = {"training": "train", "unrolled": "arrange"}
# Calls that open a page in a test, and constants that name one.
OPENING = {"visit", "turn_to", "open_app", "open_stepper"}
CONSTANTS = {"PAGE", "PATH"}
PICTURES = {".png"}
PROSE = {".md"}


@dataclass(frozen=True)
class Reach:
    """The tests to run: files, or everything for a reason; of tests that go over cells or pages those of one only."""

    tests: frozenset[str] = ALWAYS
    cell: str = ""
    page: str = ""
    everything: str = ""

    @property
    def only(self) -> list[tuple[str, str]]:
        """What tests that go over all cells, or all pages, run for alone: the parameter's name and its value."""
        return [(name, value) for name, value in (("cell", self.cell), ("page", self.page)) if value]

    def __or__(self, other: Reach) -> Reach:
        """Both: of two cells, or two pages, none is the only one."""
        return Reach(
            self.tests | other.tests,
            self.cell if self.cell == other.cell else "",
            self.page if self.page == other.page else "",
            self.everything or other.everything,
        )


class House:
    """The project as it stands in a folder: its modules, its tests, and the pages that these name."""

    def __init__(self, root: Path, scripts: Mapping[str, str]) -> None:
        """`scripts`: the address of each page -> its script, a path below `root`."""
        self._modules = Modules(root)
        self._scripts = {name_of(Path(script)): page for page, script in scripts.items()}
        self._pages = set(scripts)
        self._tests = [name for name in self._modules.paths if name.rpartition(".")[2].startswith("test_")]
        self._named = {test: set(self._pages_named(test)) for test in self._tests}

    def reached(self, files: Iterable[str]) -> Reach:
        """What a change in these files reaches; paths below the project's folder, of files that may be gone."""
        found: Reach | None = None
        for file in sorted(set(files)):
            one = self._reached_by(Path(file))
            found = one if found is None else found | one
        return found or Reach(frozenset())

    def _reached_by(self, path: Path) -> Reach:
        module = name_of(path)
        if path.suffix == ".py" and module in self._modules.paths and path.stem != "conftest" and module != ENTRY:
            return self._of_module(module)
        if path.suffix in (".js", ".css") and path.parts[0] == "pages":
            return self._of_drawing(path)
        if path.suffix in PROSE:
            return Reach(ALWAYS | self._files(test for test in self._tests if "readme" in test))
        if path.suffix in PICTURES:
            return self._of_picture()
        return Reach(everything=f"{path.as_posix()} could reach anything")

    def _of_module(self, module: str) -> Reach:
        reached = self._modules.reached_from([module])
        tests = {test for test in self._tests if test in reached}
        if module.startswith("tests."):
            return Reach(ALWAYS | self._files(tests))
        scripts = {script for script in self._scripts if script in reached or ENTRY in reached}
        pages = {self._scripts[script] for script in scripts}
        seen = module.startswith("pages.") and not module.startswith("pages.figures.")
        tests = {test for test in tests | self._opening(pages) if seen or not self._in_browser(test)}
        cell = self._cell_of(module) if module.startswith("cells.") else ""
        return Reach(ALWAYS | self._files(tests), cell, pages.pop() if len(pages) == 1 else "")

    def _of_drawing(self, path: Path) -> Reach:
        stem = path.stem.partition("_")[0]
        page = STYLES.get(stem, stem)
        of_one = path.suffix == ".css" and page in self._pages
        tests = self._opening({page}) if of_one else self._tests
        files = self._files(test for test in tests if self._in_browser(test))
        return Reach(ALWAYS | files, page=page if of_one else "")

    def _of_picture(self) -> Reach:
        texts = {test: self._modules.paths[test].read_text(encoding="utf-8") for test in self._tests}
        return Reach(ALWAYS | self._files(test for test, text in texts.items() if "check_screenshot" in text))

    def _opening(self, pages: Set[str]) -> set[str]:
        """The tests that open one of these pages."""
        return {test for test in self._tests if self._named[test] & pages}

    def _cell_of(self, module: str) -> str:
        """The cell for which tests run that go over all of them: the module's own family's where it has one."""
        family = module.rpartition(".")[2].partition("_")[0]
        return family if family in ("rnn", "gru") else USUAL_CELL

    def _in_browser(self, test: str) -> bool:
        return test.startswith(BROWSER)

    def _files(self, modules: Iterable[str]) -> set[str]:
        return {f"{module.replace('.', '/')}.py" for module in modules}

    def _pages_named(self, test: str) -> Iterator[str]:
        """The pages that a test opens; one that is named after a page opens the usual one only to come from there."""
        room, _, stem = test.rpartition(".test_")
        own = {page for page in self._pages if room in ROOMS and f"{stem}_".startswith(f"{page}_")}
        yield from own
        for node in ast.walk(self._modules.tree(test)):
            if isinstance(node, ast.Call) and called(node) in OPENING:
                yield from opened_by(node) or ([] if own else [USUAL_PAGE])
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                names = {target.id for target in node.targets if isinstance(target, ast.Name)}
                yield from (page for page in self._pages if names & CONSTANTS and node.value.value == page)
            elif isinstance(node, ast.Name) and node.id == "PAGES":
                yield from self._pages


def called(call: ast.Call) -> str:
    """The name of a called function, without what it belongs to."""
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def opened_by(call: ast.Call) -> list[str]:
    """The page that a call opens, as far as it says so itself."""
    given = [keyword.value for keyword in call.keywords if keyword.arg in ("page", "path")]
    if called(call) == "turn_to":
        given += call.args[1:2]
    return [str(value.value) for value in given if isinstance(value, ast.Constant)]
