"""The JavaScript and style sheets that each page's stepper is made of."""

from __future__ import annotations

from pathlib import Path

from pages.shared.stepper.javascript import BrokenModules, modules_of, sheets_of


class StepperFiles:
    """The files of a project's steppers, and of the script that takes Streamlit's place where one is taken away."""

    def __init__(self, root: Path) -> None:
        self._root = (root / "pages").resolve()
        self._parts = {entry.parent.name: self._parts_of(entry) for entry in self._root.glob("*/stepper.js")}
        self._offline = self._parts_of(self._root / "shared" / "offline" / "offline.js")

    def pages_with(self, file: Path) -> set[str]:
        """Return the pages whose stepper a file is part of, a path below the folder; none for a file in no stepper."""
        return {page for page, parts in self._parts.items() if file in parts}

    def is_only_offline(self, file: Path) -> bool:
        """Tell whether a file is in no page's stepper, but in the script that takes Streamlit's place."""
        return file in self._offline and not self.pages_with(file)

    def _parts_of(self, entry: Path) -> set[Path]:
        """Return the modules from an entry file on, and their sheets; the file alone where they cannot be joined."""
        try:
            files = [module.path for module in modules_of(entry, root=self._root)] + sheets_of(entry, root=self._root)
        except BrokenModules:
            files = [entry]
        return {file.relative_to(self._root.parent) for file in files}
