"""The files that a visitor has opened: in the memory of the visit, never on the disk, and gone with it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from hashlib import sha256

import streamlit as st

from cells.messages import N_, InputError

FILES = "own files"
KEPT = 2  # the newest: the browser's Back leads to the one before


@dataclass(frozen=True)
class OwnFile:
    """A file by its name and its bytes. `key` names its content, in a link too."""

    name: str
    data: bytes

    @property
    def key(self) -> str:
        """The same for the same bytes under the same kind of name."""
        return sha256(self.suffix.encode() + self.data).hexdigest()[:16]

    @property
    def suffix(self) -> str:
        """How the name ends, on which what the file is taken for depends."""
        _, dot, end = self.name.rpartition(".")
        return dot + end.lower()

    def opened(self) -> io.BytesIO:
        """The file to read from, by its name."""
        file = io.BytesIO(self.data)
        file.name = self.name
        return file


def keep_file(file: OwnFile) -> str:
    """Keep a file for the visit, beside the one before. Returns its key."""
    files: dict[str, OwnFile] = st.session_state.setdefault(FILES, {})
    files.pop(file.key, None)
    files[file.key] = file
    for oldest in list(files)[:-KEPT]:
        del files[oldest]
    return file.key


def own_file(key: str) -> OwnFile:
    """The file that a link names. Raises InputError where this visit has not opened it."""
    files: dict[str, OwnFile] = st.session_state.get(FILES, {})
    if not key:
        raise InputError(N_("There is no file yet: open one on the page “Data”."))
    if key not in files:
        raise InputError(
            N_("The link shows somebody's own file, which is not part of it: open the file on the page “Data”.")
        )
    return files[key]


def has_files() -> bool:
    """Whether this visit has opened a file."""
    return bool(st.session_state.get(FILES))


def has_file(key: str) -> bool:
    """Whether this visit has opened that file."""
    return key in st.session_state.get(FILES, {})


def newest_file() -> str | None:
    """The key of the file that was opened last."""
    return next(reversed(st.session_state.get(FILES, {})), None)


def forget_file(key: str) -> None:
    """A file that is not wanted any more."""
    st.session_state.get(FILES, {}).pop(key, None)
