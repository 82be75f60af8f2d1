"""The pages' JavaScript modules and style sheets, joined from an entry file on: Streamlit takes one of each.

Every module keeps a scope of its own: it becomes a function that runs at once and returns what the module exports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pages.shared.broken import BrokenProject

PAGES = Path(__file__).parents[2]

IMPORT = re.compile(
    r'^import \{\s*(\w+(?:,\s*\w+)*),?\s*\} from "((?:\./|(?:\.\./)+)(?:\w+/)*\w+\.js)";\n', re.MULTILINE
)
EXPORT = re.compile(r"^export (?=(?:const|function|async function) (\w+))", re.MULTILINE)
DEFAULT = re.compile(r"^export default ", re.MULTILINE)
OTHER = re.compile(r"^(?:import|export)\b.*|\bimport\s*[(.].*", re.MULTILINE)


class BrokenModules(BrokenProject):
    """Raised where modules cannot be joined; the message says which file is at fault, and what in it."""


@dataclass(frozen=True)
class Module:
    """A file of JavaScript below the folder `root`."""

    path: Path
    root: Path

    @property
    def name(self) -> str:
        """Its path below `root`, as a message names it."""
        return self.path.relative_to(self.root).as_posix()

    @property
    def scope(self) -> str:
        """Its name among the joined modules; no other file has it."""
        return self.name.removesuffix(".js").replace("/", "$")

    @cached_property
    def text(self) -> str:
        """The file's text."""
        try:
            return self.path.read_text(encoding="utf-8")
        except OSError as broken:
            raise BrokenModules(f"{self.name} cannot be read.") from broken

    @cached_property
    def exports(self) -> frozenset[str]:
        """The names that it exports."""
        return frozenset(EXPORT.findall(self.text))

    @cached_property
    def imports(self) -> list[tuple[Module, tuple[str, ...]]]:
        """The modules from which it imports, in its order, and which names of each."""
        return [(self.imported(path), tuple(re.findall(r"\w+", names))) for names, path in IMPORT.findall(self.text)]

    def imported(self, path: str) -> Module:
        """Return the module at a path that it names. Raises BrokenModules for one that is missing or outside."""
        target = (self.path.parent / path).resolve()
        if not target.is_relative_to(self.root):
            raise BrokenModules(f"{self.name} imports {path}, which is not one of the pages' files.")
        if not target.is_file():
            raise BrokenModules(f"{self.name} imports {path}, which is not there.")
        return Module(target, self.root)

    def checked(self) -> Module:
        """Return itself. Raises BrokenModules for a name that is not exported, or a form that is not joined here."""
        for module, names in self.imports:
            for name in names:
                if name not in module.exports:
                    raise BrokenModules(f"{self.name} imports {name}, which {module.name} does not export.")
        if other := OTHER.search(DEFAULT.sub("", EXPORT.sub("", IMPORT.sub("", self.text)))):
            raise BrokenModules(f"{self.name} has a form that is not joined here: {other[0]}")
        return self

    def scoped(self) -> str:
        """Write the module as a function that runs at once; `entry$` is an entry file's default export."""
        imports = [f"const {{ {', '.join(names)} }} = {module.scope};" for module, names in self.imports]
        body = DEFAULT.sub("const entry$ = ", EXPORT.sub("", IMPORT.sub("", self.text)))
        given = [*sorted(self.exports), *(["entry$"] if DEFAULT.search(self.text) else [])]
        returned = f"return {{ {', '.join(given)} }};"
        return "\n".join([f"const {self.scope} = (() => {{", *imports, body.strip("\n"), returned, "})();"])


def modules_of(*entries: Path, root: Path = PAGES) -> list[Module]:
    """Return the entry files' modules and all that they import, each behind those that it imports.

    Raises BrokenModules for what cannot be joined: a file or a name that is not there, a circle, another form.
    """
    ordered: dict[Module, None] = {}

    def visit(module: Module, path: tuple[Module, ...]) -> None:
        if module in path:
            circle = " -> ".join(one.name for one in (*path[path.index(module) :], module))
            raise BrokenModules(f"{module.name} imports itself: {circle}.")
        if module not in ordered:
            for imported, _ in module.checked().imports:
                visit(imported, (*path, module))
            ordered[module] = None

    for entry in entries:
        visit(Module(entry.resolve(), root.resolve()), ())
    return list(ordered)


def one_module(entry: Path, root: Path = PAGES) -> str:
    """Join one module with the entry file's default export as its own. Raises BrokenModules, see `modules_of`."""
    *_, last = modules = modules_of(entry, root=root)
    return "\n".join([*(module.scoped() for module in modules), f"export default {default_of(last)};", ""])


def one_script(entry: Path, argument: Path, root: Path = PAGES) -> str:
    """Join one script that calls the default of the entry file with that of another. Raises as `one_module` does."""
    modules = modules_of(argument, entry, root=root)
    last, given = modules[-1], next(module for module in modules if module.path == argument.resolve())
    return "\n".join([*(module.scoped() for module in modules), f"{default_of(last)}({default_of(given)});", ""])


def default_of(module: Module) -> str:
    """Return the expression of a module's default export. Raises BrokenModules where it has none."""
    if not DEFAULT.search(module.text):
        raise BrokenModules(f"{module.name} has no default export.")
    return f"{module.scope}.entry$"


def sheets_of(*entries: Path, root: Path = PAGES) -> list[Path]:
    """Return the style sheets of the entry files' modules, each of its module's name, in the same order."""
    sheets = (module.path.with_suffix(".css") for module in modules_of(*entries, root=root))
    return [sheet for sheet in sheets if sheet.is_file()]


def one_sheet(*entries: Path, root: Path = PAGES) -> str:
    """Join them all to one style sheet: a page's own rules come last."""
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets_of(*entries, root=root))
