"""The parts of a test file, and which of them each of its tests uses.

A test uses what its own text names, and what the functions, fixtures and constants that it names use in turn. So one
test of a file can be told from another that opens a different page, or asks a different module.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Parts:
    """A test file's syntax tree, part by part."""

    def __init__(self, tree: ast.Module) -> None:
        self.defined = {name: list(ast.walk(node)) for node in tree.body for name in names_defined(node)}
        self.tests = [name for name in self.defined if name.startswith(("test_", "Test"))]
        self.names = {part: {name for node in nodes for name in names_in(node)} for part, nodes in self.defined.items()}
        self._always = [part for part, nodes in self.defined.items() if part == "pytestmark" or is_autouse(nodes[0])]

    def used_by(self, test: str) -> set[str]:
        """Return a test itself and all parts that it uses, directly or through others."""
        used: set[str] = set()
        waiting = {test, *self._always}
        while waiting:
            used |= waiting
            waiting = {name for part in waiting for name in self.names[part] if name in self.defined} - used
        return used


def names_defined(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement at the top of a file defines; none for an import."""
    if isinstance(node, Definition):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))


def names_in(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node uses: a fixture's stands among the parameters, or in a text."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def is_autouse(node: ast.AST) -> bool:
    """Tell whether this is a fixture that all tests of the file have without naming it."""
    decorators = node.decorator_list if isinstance(node, Definition) else []
    return any(
        isinstance(part, ast.keyword) and part.arg == "autouse"
        for decorator in decorators
        for part in ast.walk(decorator)
    )
