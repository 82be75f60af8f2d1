"""What the pages draw with: which JavaScript and style sheets each page's stepper is made of."""

from __future__ import annotations

from pathlib import Path

from pages.shared.stepper.javascript import BrokenModules, modules_of, sheets_of


class Drawn:
    """The steppers of the project in a folder, and what takes the place of Streamlit where one is taken away."""

    def __init__(self, root: Path) -> None:
        self._root = (root / "pages").resolve()
        self._parts = {entry.parent.name: self._parts_of(entry) for entry in self._root.glob("*/stepper.js")}
        self._offline = self._parts_of(self._root / "shared" / "offline" / "offline.js")

    def pages_with(self, file: Path) -> set[str]:
        """The pages in whose stepper a file is, a path below the folder; none for what is in no stepper."""
        return {page for page, parts in self._parts.items() if file in parts}

    def offline_alone(self, file: Path) -> bool:
        """Whether a file is in no page's stepper, but in what takes the place of Streamlit."""
        return file in self._offline and not self.pages_with(file)

    def _parts_of(self, entry: Path) -> set[Path]:
        """The modules from an entry file on, and their sheets; the file alone where they cannot be joined."""
        try:
            files = [module.path for module in modules_of(entry, root=self._root)] + sheets_of(entry, root=self._root)
        except BrokenModules:
            files = [entry]
        return {file.relative_to(self._root.parent) for file in files}
