"""The tests that a change reaches, which `make check` runs, and for which cell and page.

A module of the cells reaches the tests that use it, directly or through others, and the page tests of the pages that
do; what goes over all cells runs for one of them. A page's module reaches the tests that name the page, those in the
browser too unless it makes a figure. JavaScript and its style reach the browser tests of the pages whose steppers are
made of it. Where a change could reach anything, everything runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from tests.checking.modules import Modules, module_name
from tests.checking.parts import Parts, names_defined
from tests.checking.steppers import StepperFiles

# The rules of the house look at every file, and take no time.
ALWAYS = frozenset({"tests/test_house.py"})
BROWSER = "tests.browser."
# These are run by hand: the checkers alone look at them.
BENCHMARKS = "tests.benchmarks"
# Where tests open pages, in folders that may be named after one; in the browser it is files.
PAGES = "tests.pages."
# The script that runs all pages, and the app that serves them.
ENTRY, APP = "pages.entry", "app"
# The tests of a server, which they start by a command and not by its name.
SERVED = ("tests.pages.server.", "tests.browser.test_cold_server", "tests.browser.test_script_error")
USUAL_CELL = "lstm"
USUAL_PAGE = "step"
# The first word of a test file's name that is about a page, where that is not the page's address.
WORDS = {"training": "train"}
# The page whose stepper can be taken away, and the first word of the files that test this.
TAKEN_AWAY = "step"
TAKING_AWAY = "offline"
# Calls that open a page in a test, and constants that name one.
OPENING = {"visit", "turn_to", "open_app", "open_stepper"}
CONSTANTS = {"PAGE", "PATH"}
# The function that compares a picture in a test, and how pictures end.
COMPARING = "check_screenshot"
PICTURES = {".png"}
PROSE = {".md"}


@dataclass(frozen=True)
class Reach:
    """The tests to run: files, or everything for a reason; tests that go over cells or pages for one of them only."""

    tests: frozenset[str] = ALWAYS
    cell: str = ""
    page: str = ""
    everything: str = ""

    @property
    def only(self) -> list[tuple[str, str]]:
        """The one cell and the one page for which tests that go over all of them run: parameter name and value."""
        return [(name, value) for name, value in (("cell", self.cell), ("page", self.page)) if value]

    def __or__(self, other: Reach) -> Reach:
        """Join both: of two cells, or two pages, none is the only one."""
        return Reach(
            self.tests | other.tests,
            self.cell if self.cell == other.cell else "",
            self.page if self.page == other.page else "",
            self.everything or other.everything,
        )


@dataclass(frozen=True)
class Test:
    """A test: the file and the name it stands under, the modules whose names it uses, and the pages that it opens.

    `pictured` says whether it compares pictures.
    """

    module: str
    name: str
    modules: frozenset[str]
    pages: frozenset[str]
    pictured: bool

    @property
    def word(self) -> str:
        """The first word of its file's name, which may be a page's."""
        return word_of(self.module)

    @property
    def in_browser(self) -> bool:
        """True if it looks at the pages in a browser."""
        return self.module.startswith(BROWSER)


class Project:
    """The project as it stands in a folder: its modules, its tests, and the pages that these name."""

    def __init__(self, root: Path, scripts: Mapping[str, str]) -> None:
        """`scripts`: the address of each page -> its script, a path below `root`."""
        self._modules = Modules(root)
        self._stepper_files = StepperFiles(root)
        self._scripts = {module_name(Path(script)): page for page, script in scripts.items()}
        self._pages = set(scripts)
        files = [name for name in self._modules.paths if name.rpartition(".")[2].startswith("test_")]
        self.tests = {test for file in files for test in self._tests_of(file)}

    def reached(self, files: Iterable[str]) -> Reach:
        """Return what a change in these files reaches; paths below the project's folder, of files that may be gone."""
        reach: Reach | None = None
        for file in sorted(set(files)):
            more = self._reached_by(Path(file))
            reach = more if reach is None else reach | more
        return reach or Reach(frozenset())

    def _reached_by(self, path: Path) -> Reach:
        module = module_name(path)
        if (
            path.suffix == ".py"
            and module in self._modules.paths
            and path.stem != "conftest"
            and module not in (ENTRY, APP)
        ):
            return self._reached_by_module(module, path)
        if path.suffix in (".js", ".css") and path.parts[0] == "pages":
            return self._reached_by_drawing(path)
        if path.suffix in PROSE:
            return self._run(test for test in self.tests if "readme" in test.module)
        if path.suffix in PICTURES:
            return self._run(test for test in self.tests if test.in_browser and test.pictured)
        return Reach(everything=f"{path.as_posix()} could reach anything")

    def _reached_by_module(self, module: str, path: Path) -> Reach:
        reached = self._modules.reached_from([module])
        pages = {page for script, page in self._scripts.items() if script in reached or ENTRY in reached}
        tests = {test for test in self.tests if test.module == module or test.modules & reached} | self._opening(pages)
        if APP in reached:
            tests |= {test for test in self.tests if test.module.startswith(SERVED)}
        if not tests:
            return Reach(
                everything="" if module.startswith(BENCHMARKS) else f"nothing is known to use {path.as_posix()}"
            )
        if module.startswith("tests."):
            return self._run(tests)
        seen = module.startswith("pages.") and ".figures." not in module
        # The usual page is opened by half of the browser tests, for its stepper: here its looks are enough.
        looks = pages == {USUAL_PAGE}
        tests = {test for test in tests if not test.in_browser or (seen and (test.pictured or not looks))}
        cell = cell_of(module) if module.startswith("cells.") else ""
        return self._run(tests, cell, pages.pop() if len(pages) == 1 else "")

    def _reached_by_drawing(self, path: Path) -> Reach:
        pages = self._stepper_files.pages_with(path)
        words = pages | {TAKING_AWAY} if TAKEN_AWAY in pages or self._stepper_files.is_only_offline(path) else pages
        if not words:
            return self._run(test for test in self.tests if test.in_browser)
        named = {test for test in self.tests if WORDS.get(test.word, test.word) in words}
        tests = {test for test in named | self._opening(pages) if test.in_browser}
        return self._run(tests, page=pages.pop() if len(pages) == 1 else "")

    def _opening(self, pages: Set[str]) -> set[Test]:
        """Return the tests that open one of these pages."""
        return {test for test in self.tests if test.pages & pages}

    def _run(self, tests: Iterable[Test], cell: str = "", page: str = "") -> Reach:
        """Name the tests for pytest: a file whose tests are all there by its own name."""
        wanted = set(tests)
        whole = {test.module for test in self.tests} - {test.module for test in self.tests - wanted}
        files = {module_path(module) for module in whole}
        parts = {f"{module_path(test.module)}::{test.name}" for test in wanted if test.module not in whole}
        return Reach(ALWAYS | files | parts, cell, page)

    def _tests_of(self, file: str) -> Iterator[Test]:
        parts = Parts(self._modules.tree(file))
        modules = self._modules_named(file, parts)
        pages = self._pages_opened(file, parts)
        for test in parts.tests:
            used = parts.used_by(test)
            yield Test(
                file,
                test,
                union(modules[part] for part in used),
                union(pages[part] for part in used),
                any(COMPARING in parts.names[part] for part in used),
            )

    def _modules_named(self, file: str, parts: Parts) -> dict[str, set[str]]:
        """Return by part of a test file the modules that it takes names from, or names in a string."""
        sources = list(self._modules.names(file))
        return {
            part: {source for name, source in sources if name in parts.names[part]}.union(
                filter(None, map(self._modules.named_in_string, nodes))
            )
            for part, nodes in parts.defined.items()
        }

    def _pages_opened(self, file: str, parts: Parts) -> dict[str, set[str]]:
        """Return by part of a test file the pages that it opens; a file named after a page opens this one anyway."""
        if not file.startswith((PAGES, BROWSER)):
            return {part: set() for part in parts.defined}
        own = {word_of(file)} & self._pages
        usual = USUAL_PAGE if not own else ""
        return {part: own | self._pages_named(nodes, usual) for part, nodes in parts.defined.items()}

    def _pages_named(self, nodes: Iterable[ast.AST], usual: str) -> set[str]:
        """Return the pages that a part of a test file opens; `usual` where it does not say which."""
        named: set[str] = set()
        keys = {id(node.value): key for node in nodes if isinstance(node, ast.Subscript) for key in texts([node.slice])}
        for node in nodes:
            if isinstance(node, ast.Call) and called_name(node) in OPENING:
                page = page_argument(node)
                named |= {usual} if page is None else set(texts([page])) or set(texts(nodes))
            elif isinstance(node, ast.Assign) and CONSTANTS & set(names_defined(node)):
                named |= set(texts([node.value]))
            elif isinstance(node, ast.Name) and node.id == "KINDS":
                named |= {keys[id(node)]} if id(node) in keys else self._pages
        return named & self._pages


def union(sets: Iterable[Set[str]]) -> frozenset[str]:
    """Return all that is in any of the sets."""
    return frozenset().union(*sets)


def cell_of(module: str) -> str:
    """Return the cell for which tests run that go over all of them: that of the module's family where it has one."""
    family = first_word(module.rpartition(".")[2])
    return family if family in ("rnn", "gru") else USUAL_CELL


def word_of(test_file: str) -> str:
    """Return what may name a page in a test file's name: its folder or, in the browser, its first word."""
    if test_file.startswith(PAGES):
        return test_file.removeprefix(PAGES).partition(".")[0]
    return first_word(test_file.rpartition(".test_")[2])


def first_word(stem: str) -> str:
    """Return the word that a file's name begins with."""
    return stem.partition("_")[0]


def module_path(module: str) -> str:
    """Return a module's path below the project's folder."""
    return f"{module.replace('.', '/')}.py"


def called_name(call: ast.Call) -> str:
    """Return the name of a called function, without the object that it belongs to."""
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def page_argument(call: ast.Call) -> ast.expr | None:
    """Return the argument that names the page that a call opens: a text, or a name for one around it; or None."""
    found = [keyword.value for keyword in call.keywords if keyword.arg in ("page", "path")]
    found += call.args[1:2] if called_name(call) == "turn_to" else []
    return found[0] if found else None


def texts(nodes: Iterable[ast.AST]) -> list[str]:
    """Return the texts among these nodes."""
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
