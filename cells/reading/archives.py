"""ZIP archives, of which many kinds of file are made: opened within limits, and told apart by what they hold."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.limits import MAX_ARRAY_BYTES, MAX_ENTRIES, MEGABYTE
from cells.reading.source import Source

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
ENTRY = b"PK\x01\x02"  # begins each line of an archive's table of contents
DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError, OSError, ValueError, LookupError)
STORED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what NumPy and spreadsheet programs write
MIMETYPE = "mimetype"  # the entry in which OpenDocument says what it is
NAMED = 5  # of its files that a message names

DOCUMENT = N_("This is a text document or a presentation: copy its table into a spreadsheet, and save that.")
MODEL = N_("This is a trained model: open it on the page “Model”.")
# Where an archive holds an entry of such a name, it is this.
TOLD = {
    "xl/workbook.bin": N_("This is a binary Excel file (.xlsb): save it as .xlsx."),
    "Index/Document.iwa": N_("This is a Numbers, Pages or Keynote file: export it as Excel or CSV."),
    "word/document.xml": DOCUMENT,
    "ppt/presentation.xml": DOCUMENT,
    "model.weights.h5": MODEL,
}


@contextmanager
def archive_in(source: Source) -> Iterator[zipfile.ZipFile]:
    """Open an archive. Raises InputError for one of too many entries, and DAMAGE for one that is none."""
    with source.opened() as file:
        count, chunk = 0, b""
        while more := file.read(MEGABYTE):
            chunk = chunk[-len(ENTRY) + 1 :] + more
            count += chunk.count(ENTRY)
        if count > MAX_ENTRIES:
            raise InputError(
                N_("The archive has {count} entries; at most {limit} fit."), count=count, limit=MAX_ENTRIES
            )
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            yield archive


def unpacked(archive: zipfile.ZipFile, names: list[str]) -> dict[str, bytes]:
    """Unpack some of an archive's entries. Raises InputError where they say that they unpack to too much.

    What they say is then held to: no more is taken out of an entry, whatever is packed.
    """
    entries = [archive.getinfo(name) for name in names]
    size = sum(entry.file_size for entry in entries)
    if size > MAX_ARRAY_BYTES:
        raise too_large(size)
    if not all(entry.compress_type in STORED for entry in entries):
        raise zipfile.BadZipFile
    return {entry.filename: unpacked_entry(archive, entry) for entry in entries}


def unpacked_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Unpack an entry as far as it says: asked for everything, Python would unpack all that is packed, and then cut."""
    with archive.open(entry) as file:
        return file.read(entry.file_size)


def too_large(size: int) -> InputError:
    """Return the error for a file that unpacks to `size` bytes."""
    return InputError(
        N_("The file is too large: it unpacks to {size} MB; at most {limit} MB fit."),
        size=size // MEGABYTE,
        limit=MAX_ARRAY_BYTES // MEGABYTE,
    )


def check_archive(archive: zipfile.ZipFile) -> None:
    """Raise InputError, with what to do, for an archive of a kind that is not read."""
    names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    for name, message in TOLD.items():
        if name in names:
            raise InputError(message)
    if any(PurePosixPath(name).name == "data.pkl" for name in names):
        raise InputError(MODEL)
    if MIMETYPE in names:
        raise InputError(DOCUMENT)
    if not names:
        raise InputError(N_("The archive (ZIP) is empty."))
    listed = ", ".join(map(shortened, names[:NAMED])) + (" …" if len(names) > NAMED else "")
    raise InputError(N_("This is an archive (ZIP): unpack it, and open one of its files: {names}."), names=listed)


def packed(entries: Mapping[str, bytes], file: zipfile.ZipFile) -> None:
    """Write entries into an archive as they are, so that its reader unpacks nothing more."""
    for name, data in entries.items():
        file.writestr(zipfile.ZipInfo(name), data)
