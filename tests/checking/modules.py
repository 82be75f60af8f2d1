"""The project's Python modules and who imports whom, name by name.

What is taken from a package's front page, as in `from cells import trace`, is followed to the module that it comes
from. Else every change in `cells` would reach all who take anything from there.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

PACKAGES = ("cells", "pages", "tests")
FRONT = "__init__.py"


class Modules:
    """The Python modules below a folder."""

    def __init__(self, root: Path) -> None:
        self.paths = {module_name(path.relative_to(root)): path for path in sorted(python_files(root))}
        self._trees = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in self.paths.items()}
        self._nodes = {name: list(ast.walk(tree)) for name, tree in self._trees.items()}
        self._fronts = {name for name, path in self.paths.items() if path.name == FRONT}

    def tree(self, module: str) -> ast.Module:
        """Return a module's syntax tree."""
        return self._trees[module]

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """By module: the modules that it imports anywhere, and those that it names in a string, as a command does."""
        return {name: set(self._imported(name)) for name in self.paths}

    @cached_property
    def importers(self) -> dict[str, set[str]]:
        """By module: the modules that import it."""
        importers: dict[str, set[str]] = defaultdict(set)
        for importer, names in self.imports.items():
            for name in names:
                importers[name].add(importer)
        return importers

    def reached_from(self, modules: Iterable[str]) -> set[str]:
        """Return these modules, and all that import one of them, directly or through others."""
        reached: set[str] = set()
        waiting = list(modules)
        while waiting:
            module = waiting.pop()
            if module not in reached:
                reached.add(module)
                waiting += self.importers.get(module, ())
        return reached

    def names(self, module: str) -> Iterator[tuple[str, str]]:
        """Yield the names that a module gives to what it imports anywhere, each with the module that it comes from."""
        for node in self._nodes[module]:
            if isinstance(node, ast.Import):
                yield from (
                    (alias.asname or alias.name, alias.name) for alias in node.names if alias.name in self.paths
                )
            elif isinstance(node, ast.ImportFrom) and node.module in self.paths:
                for alias in node.names:
                    yield alias.asname or alias.name, self._source_of(node.module, alias.name)

    def named_in_string(self, node: ast.AST) -> str | None:
        """Return the module that a node names in a string, as a command does, or None."""
        if isinstance(node, ast.Constant) and "." in str(node.value) and node.value in self.paths:
            return str(node.value)
        return None

    def _imported(self, module: str) -> Iterator[str]:
        yield from (source for _, source in self.names(module))
        yield from filter(None, map(self.named_in_string, self._nodes[module]))

    def _source_of(self, module: str, name: str) -> str:
        """Return the module that `from module import name` takes the name from."""
        if f"{module}.{name}" in self.paths:
            return f"{module}.{name}"
        if module in self._fronts:
            for node in self._trees[module].body:
                if isinstance(node, ast.ImportFrom) and node.module in self.paths:
                    for alias in node.names:
                        if name in (alias.asname, alias.name):
                            return self._source_of(node.module, alias.name)
        return module


def python_files(root: Path) -> Iterator[Path]:
    """Yield the Python files of the packages, and the app's own."""
    yield from root.glob("*.py")
    for package in PACKAGES:
        yield from (root / package).rglob("*.py")


def module_name(path: Path) -> str:
    """Return a module's name by its path below the project's folder."""
    parts = path.parent.parts if path.name == FRONT else path.with_suffix("").parts
    return ".".join(parts)
