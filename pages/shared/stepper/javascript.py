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
    """A file of JavaScript below the folder `root`, and its text."""

    path: Path
    root: Path
    text: str

    @cached_property
    def exports(self) -> frozenset[str]:
        """The names that it exports."""
        return frozenset(EXPORT.findall(self.text))

    @cached_property
    def imports(self) -> list[tuple[Path, list[str]]]:
        """The files from which it imports, in its order, and which names of each."""
        return [(self.imported(file), re.findall(r"\w+", names)) for names, file in IMPORT.findall(self.text)]

    @property
    def name(self) -> str:
        """Its path below the root."""
        return path_below(self.path, self.root)

    @property
    def file(self) -> str:
        """Its path as a message names it."""
        return file_named(self.path, self.root)

    @property
    def has_default(self) -> bool:
        """True where it has a default export."""
        return DEFAULT.search(self.text) is not None

    def imported(self, file: str) -> Path:
        """Return the path of a file that it names. Raises BrokenModules for one that is missing or outside the root."""
        target = (self.path.parent / file).resolve()
        if not target.is_relative_to(self.root):
            raise BrokenModules(f"{self.file} imports {file}, which is not one of the pages' files.")
        if not target.is_file():
            raise BrokenModules(f"{self.file} imports {file}, which is not there.")
        return target

    def scoped(self) -> str:
        """Write the module as a function that runs at once; `entry$` is an entry file's default export."""
        imports = [f"const {{ {', '.join(names)} }} = {scope_of(path, self.root)};" for path, names in self.imports]
        body = DEFAULT.sub("const entry$ = ", EXPORT.sub("", IMPORT.sub("", self.text)))
        given = [*sorted(self.exports), *(["entry$"] if self.has_default else [])]
        returned = f"return {{ {', '.join(given)} }};"
        return "\n".join(
            [f"const {scope_of(self.path, self.root)} = (() => {{", *imports, body.strip("\n"), returned, "})();"]
        )


def read_module(path: Path, root: Path) -> Module:
    """Read the module in a file. Raises BrokenModules where it cannot be read or has a form that is not joined here."""
    try:
        module = Module(path, root, path.read_text(encoding="utf-8"))
    except OSError as broken:
        raise BrokenModules(f"{file_named(path, root)} cannot be read.") from broken
    if other := OTHER.search(DEFAULT.sub("", EXPORT.sub("", IMPORT.sub("", module.text)))):
        raise BrokenModules(f"{module.file} has a form that is not joined here: {other[0]}")
    return module


def path_below(path: Path, root: Path) -> str:
    """Return a file's path below the root."""
    return path.relative_to(root).as_posix()


def file_named(path: Path, root: Path) -> str:
    """Return a file's path as a message names it, with the root's own name: "pages/step/stepper.js"."""
    return f"{root.name}/{path_below(path, root)}"


def scope_of(path: Path, root: Path) -> str:
    """Return the name of a file's module among the joined ones; no other file's has it."""
    return path_below(path, root).removesuffix(".js").replace("/", "$")


def modules_of(*entries: Path, root: Path = PAGES) -> list[Module]:
    """Return the entry files' modules and all that they import, each behind those that it imports.

    Raises BrokenModules for what cannot be joined: a file or a name that is not there, a circle, another form.
    """
    root = root.resolve()
    modules: dict[Path, Module] = {}

    def visit(path: Path, importers: tuple[Path, ...]) -> None:
        if path in importers:
            circle = " -> ".join(file_named(one, root) for one in (*importers[importers.index(path) :], path))
            raise BrokenModules(f"{file_named(path, root)} imports itself: {circle}.")
        if path in modules:
            return
        module = read_module(path, root)
        for imported, names in module.imports:
            visit(imported, (*importers, path))
            if missing := [name for name in names if name not in modules[imported].exports]:
                raise BrokenModules(
                    f"{module.file} imports {missing[0]}, which {file_named(imported, root)} does not export."
                )
        modules[path] = module

    for entry in entries:
        visit(entry.resolve(), ())
    return list(modules.values())


def one_module(entry: Path, root: Path = PAGES) -> str:
    """Join one module with the entry file's default export as its own. Raises BrokenModules, see `modules_of`."""
    modules = modules_of(entry, root=root)
    return "\n".join([*(module.scoped() for module in modules), f"export default {default_of(entry, modules)};", ""])


def one_script(entry: Path, argument: Path, root: Path = PAGES) -> str:
    """Join one script that calls the default of the entry file with that of another. Raises as `one_module` does."""
    modules = modules_of(argument, entry, root=root)
    call = f"{default_of(entry, modules)}({default_of(argument, modules)});"
    return "\n".join([*(module.scoped() for module in modules), call, ""])


def default_of(entry: Path, modules: list[Module]) -> str:
    """Return the expression of an entry file's default export. Raises BrokenModules where it has none."""
    module = next(module for module in modules if module.path == entry.resolve())
    if not module.has_default:
        raise BrokenModules(f"{module.file} has no default export.")
    return f"{scope_of(module.path, module.root)}.entry$"


def sheets_of(*entries: Path, root: Path = PAGES) -> list[Path]:
    """Return the style sheets of the entry files' modules, each of its module's name, in the same order."""
    sheets = (module.path.with_suffix(".css") for module in modules_of(*entries, root=root))
    return [sheet for sheet in sheets if sheet.is_file()]


def one_sheet(*entries: Path, root: Path = PAGES) -> str:
    """Join them all to one style sheet: a page's own rules come last."""
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets_of(*entries, root=root))
