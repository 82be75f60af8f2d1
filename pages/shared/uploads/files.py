"""The visitor's own files: in the memory of the visit, never on the disk, and gone with it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from operator import attrgetter
from typing import Any

import streamlit as st

from cells.core.messages import N_, InputError


@dataclass(frozen=True)
class OwnFile:
    """A file by its name and its bytes."""

    name: str
    data: bytes

    @cached_property
    def key(self) -> str:
        """The name of its content, in a link too: the same for the same bytes under the same kind of name."""
        digest = sha256(self.suffix.encode())
        digest.update(self.data)
        return digest.hexdigest()[:16]

    @property
    def suffix(self) -> str:
        """The end of the name, which decides how the file is read."""
        _, dot, end = self.name.rpartition(".")
        return dot + end.lower()

    def opened(self) -> io.BytesIO:
        """Return the file to read from, under its name."""
        file = io.BytesIO(self.data)
        file.name = self.name
        return file


# Where something made of a file is cached, its key stands for it.
BY_KEY: dict[str | type[Any], Callable[[Any], Any]] = {OwnFile: attrgetter("key")}


@dataclass(frozen=True)
class Shelf:
    """The files of one kind that a visit has opened.

    name: where the session has them. keeps: how many, the newest. none, not_here: what to say where one is missing.
    """

    name: str
    keeps: int
    none: str
    not_here: str

    def files(self) -> dict[str, OwnFile]:
        """Return all of them by their keys, the newest last."""
        files: dict[str, OwnFile] = st.session_state.get(self.name, {})
        return files

    def keep(self, file: OwnFile) -> str:
        """Keep a file for the visit, beside the one before. Returns its key."""
        files: dict[str, OwnFile] = st.session_state.setdefault(self.name, {})
        files.pop(file.key, None)
        files[file.key] = file
        for oldest in list(files)[: -self.keeps]:
            del files[oldest]
        return file.key

    def file(self, key: str) -> OwnFile:
        """Return the file that a link names. Raises InputError where this visit has not opened it."""
        if not key:
            raise InputError(self.none)
        if key not in self.files():
            raise InputError(self.not_here)
        return self.files()[key]

    def newest(self) -> str | None:
        """Return the key of the file that was opened last, None where there is none."""
        return next(reversed(self.files()), None)

    def forget(self, key: str) -> None:
        """Drop a file that is not wanted any more."""
        self.files().pop(key, None)


TABLES = Shelf(
    "own files",
    2,  # the browser's Back leads to the one before
    N_("There is no file yet: open one on the page “Data”."),
    N_("The link shows somebody's own file, which is not part of it: open the file on the page “Data”."),
)
MODELS = Shelf(
    "own models",
    1,  # they are large
    N_("There is no model yet: open one on the page “Model”."),
    N_("The link shows somebody's own model, which is not part of it: open the file on the page “Model”."),
)
VOCABULARIES = Shelf(
    "own vocabularies",
    2,
    N_("There is no vocabulary yet: open one on the page “Model”."),
    N_("The link names a vocabulary, which is not part of it: open it on the page “Model”."),
)
