"""The bundle: one's own files and the link in one ZIP archive, which opens again by being dropped."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection
from dataclasses import dataclass

from cells.checkpoints.limits import MAX_CHECKPOINT_BYTES
from cells.checkpoints.vocabulary import MAX_VOCABULARY_BYTES
from cells.core.messages import N_, InputError
from cells.reading.limits import MAX_BYTES, MEGABYTE
from pages.shared.uploads.files import MODELS, TABLES, VOCABULARIES, OwnFile

LINK = "gatescope.json"
DATA = "data"
OTHER_FILES = {"model": MAX_CHECKPOINT_BYTES, "vocabulary": MAX_VOCABULARY_BYTES}  # entries, and how large
MOST_LINK = MEGABYTE
ENDING = ".gatescope.zip"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same view is the same bytes
DAMAGE_ERRORS = (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError, KeyError, NotImplementedError)


@dataclass(frozen=True)
class Bundle:
    """A page of Gatescope, its link's parameters, and the files that the link is about."""

    page: str
    link: dict[str, str]
    file: OwnFile | None = None
    model: OwnFile | None = None
    vocabulary: OwnFile | None = None

    def keep(self) -> None:
        """Keep its files for the visit."""
        for shelf, file in ((TABLES, self.file), (MODELS, self.model), (VOCABULARIES, self.vocabulary)):
            if file:
                shelf.keep(file)


def write_bundle(bundle: Bundle) -> bytes:
    """Write a bundle as an archive."""
    archive = io.BytesIO()
    others = {key: file for key in OTHER_FILES if (file := getattr(bundle, key))}
    header = {"gatescope": 1, "page": bundle.page, "link": bundle.link}
    header |= {"name": bundle.file.name} if bundle.file else {}
    header |= {"names": {key: file.name for key, file in others.items()}} if others else {}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(zipfile.ZipInfo(LINK, EPOCH), json.dumps(header, ensure_ascii=False), zipfile.ZIP_DEFLATED)
        if bundle.file:
            pack.writestr(zipfile.ZipInfo(DATA, EPOCH), bundle.file.data, zipfile.ZIP_DEFLATED)
        for key, file in others.items():
            pack.writestr(zipfile.ZipInfo(key, EPOCH), file.data)  # as it is: weights hardly shrink
    return archive.getvalue()


def read_bundle(file: OwnFile, pages: Collection[str]) -> Bundle | None:
    """Return the bundle that a file is, or None for a file that is none. Raises InputError for a damaged one.

    pages: the addresses that there are.
    """
    if not file.data.startswith(b"PK"):
        return None
    has_bundle_name = file.name.lower().endswith(ENDING)
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as pack:
            if LINK not in pack.namelist():
                if has_bundle_name:  # of a bundle that is cut off, the archive that its model is may be found
                    raise damage_error()
                return None
            header = json.loads(read_entry(pack, LINK, MOST_LINK))
            limits = {DATA: MAX_BYTES, **OTHER_FILES}
            files = {name: read_entry(pack, name, limits[name]) for name in pack.namelist() if name in limits}
            return checked_bundle(header, files, pages)
    except InputError:
        raise
    except DAMAGE_ERRORS as error:
        if not has_bundle_name:
            return None  # whoever reads it says what is wrong with it
        raise damage_error() from error


def read_entry(pack: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Read one file of the archive. Raises InputError for one that says it is, or turns out, larger than its limit."""
    with pack.open(name) as packed_file:
        data = packed_file.read(limit + 1)
    if len(data) > limit:
        raise InputError(N_("The bundle is too large: at most {limit} MB fit."), limit=limit // MEGABYTE)
    return data


def checked_bundle(header: object, data: dict[str, bytes], pages: Collection[str]) -> Bundle:
    """Return the bundle that an archive says it is. Raises InputError for what is none."""
    if not isinstance(header, dict):
        raise damage_error()
    page, link, names = (header.get(key) for key in ("page", "link", "names"))
    if header.get("gatescope") != 1 or page not in pages or not isinstance(link, dict):
        raise damage_error()
    if not all(isinstance(text, str) for text in (*link, *link.values())):
        raise damage_error()
    names = {DATA: header.get("name"), **(names if isinstance(names, dict) else {})}
    if not data or not all(isinstance(names.get(entry), str) for entry in data):
        raise damage_error()
    files = {entry: OwnFile(names[entry], content) for entry, content in data.items()}
    own = {"input": "file", "file": files[DATA].key} if DATA in files else {}
    own |= {"weights": "model"} if "model" in files else {}
    own |= {entry: files[entry].key for entry in OTHER_FILES if entry in files}
    return Bundle(str(page), {**link, **own}, files.get(DATA), files.get("model"), files.get("vocabulary"))


def damage_error() -> InputError:
    """Return the error for an archive that is no bundle."""
    return InputError(N_("The bundle is damaged, or not made by Gatescope."))
