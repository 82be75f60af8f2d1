"""A view of one's own file to take along: file and link in one ZIP archive, which opens again by being dropped."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass

from cells.messages import N_, InputError
from cells.reading.limits import MAX_BYTES, MEGABYTE
from pages.scene.files import OwnFile
from pages.scene.scene import PAGES

LINK = "gatescope.json"
DATA = "data"
MOST_LINK = MEGABYTE
ENDING = ".gatescope.zip"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same view is the same bytes
DAMAGE = (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError, KeyError, NotImplementedError)


@dataclass(frozen=True)
class Bundle:
    """A page of Gatescope, its link's parameters, and the file that the link is about."""

    page: str
    link: dict[str, str]
    file: OwnFile


def packed(bundle: Bundle) -> bytes:
    """The archive."""
    archive = io.BytesIO()
    told = {"gatescope": 1, "page": bundle.page, "link": bundle.link, "name": bundle.file.name}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(zipfile.ZipInfo(LINK, EPOCH), json.dumps(told, ensure_ascii=False), zipfile.ZIP_DEFLATED)
        pack.writestr(zipfile.ZipInfo(DATA, EPOCH), bundle.file.data, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def unpacked(file: OwnFile) -> Bundle | None:
    """The bundle that a file is, or None for a file that is none. Raises InputError for a damaged one."""
    if not file.data.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as pack:
            if LINK not in pack.namelist():
                return None
            told = json.loads(entry(pack, LINK, MOST_LINK))
            return as_bundle(told, entry(pack, DATA, MAX_BYTES))
    except InputError:
        raise
    except DAMAGE as error:
        if not file.name.lower().endswith(ENDING):
            return None  # whoever reads it says what is wrong with it
        raise damaged() from error


def entry(pack: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """One file of the archive. Raises InputError for one that says it is, or turns out, larger than its limit."""
    with pack.open(name) as packed_file:
        data = packed_file.read(limit + 1)
    if len(data) > limit:
        raise InputError(N_("The bundle is too large: at most {limit} MB fit."), limit=limit // MEGABYTE)
    return data


def as_bundle(told: object, data: bytes) -> Bundle:
    """What the archive says, held against what a bundle is."""
    if not isinstance(told, dict):
        raise damaged()
    page, link, name = (told.get(key) for key in ("page", "link", "name"))
    if told.get("gatescope") != 1 or page not in PAGES or not isinstance(link, dict) or not isinstance(name, str):
        raise damaged()
    if not all(isinstance(text, str) for text in (*link, *link.values())):
        raise damaged()
    file = OwnFile(name, data)
    return Bundle(str(page), {**link, "input": "file", "file": file.key}, file)


def damaged() -> InputError:
    """What to say of an archive that is no bundle."""
    return InputError(N_("The bundle is damaged, or not made by Gatescope."))
