"""Kinds of file that are not read, each known by its bytes and told with what to do instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cells.core.messages import N_, InputError
from cells.reading.source import Source

HEAD = 1 << 12  # bytes in which a file says what it is
OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how Microsoft's compound files begin: old Excel, and all with a password

UNPACK = N_("This is a packed file ({kind}): unpack it, and open the file inside.")
PICTURE = N_("This is a picture ({kind}): a table of numbers is read here.")
SOUND = N_("This is sound or a film ({kind}): save its sound as WAV.")
TABLE = N_("This is a file of the kind {kind}: save its table as CSV, Parquet or .xlsx.")
DOCUMENT = N_("This is a document ({kind}): copy its table into a spreadsheet, and save that.")
PICKLE = N_("This is a pickle, which is never opened, as it can run anything: save its numbers as NPY, CSV or Parquet.")
PASSWORD = N_("This is an Excel file with a password: save it without one.")
OLD = N_("This is an old Excel file (.xls): open it in a spreadsheet program, and save it as .xlsx or CSV.")
HDF5 = N_("This is an HDF5 file: a model is opened on the page “Model”, a table has to be saved as CSV or Parquet.")
WEB_PAGE = N_("This is a web page: open it in a spreadsheet program, and save it as .xlsx or CSV.")
XML_FILE = N_("This is an XML file: open it in a spreadsheet program, and save it as .xlsx or CSV.")
LOCKED = N_("This is a Parquet file with a password: save it without one.")

WEB = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|table)\b", re.IGNORECASE)
SVG = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*(?:<!doctype\s+svg[^>]*>\s*)?<svg\b",
    re.IGNORECASE | re.DOTALL,
)
XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b")


@dataclass(frozen=True)
class Told:
    """A kind of file: the bytes by which it is known, from `place` on, and what is said of it."""

    magic: bytes
    message: str
    kind: str = ""
    place: int = 0


KINDS = (
    Told(b"%PDF", DOCUMENT, "PDF"),
    Told(b"{\\rtf", DOCUMENT, "RTF"),
    Told(b"\x89PNG", PICTURE, "PNG"),
    Told(b"\xff\xd8\xff", PICTURE, "JPEG"),
    Told(b"GIF8", PICTURE, "GIF"),
    Told(b"II*\0", PICTURE, "TIFF"),
    Told(b"MM\0*", PICTURE, "TIFF"),
    Told(b"WEBP", PICTURE, "WebP", 8),
    Told(b"\x1f\x8b", UNPACK, "gzip"),
    Told(b"BZh", UNPACK, "bzip2"),
    Told(b"\xfd7zXZ\0", UNPACK, "xz"),
    Told(b"\x28\xb5\x2f\xfd", UNPACK, "zstd"),
    Told(b"7z\xbc\xaf\x27\x1c", UNPACK, "7z"),
    Told(b"Rar!\x1a\x07", UNPACK, "RAR"),
    Told(b"ustar", UNPACK, "tar", 257),
    Told(b"ID3", SOUND, "MP3"),
    Told(b"\xff\xfb", SOUND, "MP3"),
    Told(b"OggS", SOUND, "Ogg"),
    Told(b"fLaC", SOUND, "FLAC"),
    Told(b"ftyp", SOUND, "MP4", 4),
    Told(b"AVI ", SOUND, "AVI", 8),
    Told(b"\x1a\x45\xdf\xa3", SOUND, "Matroska, WebM"),
    Told(b"ARROW1", TABLE, "Feather, Arrow"),
    Told(b"ORC", TABLE, "ORC"),
    Told(b"Obj\x01", TABLE, "Avro"),
    Told(b"SQLite format 3", TABLE, "SQLite"),
    Told(b"MATLAB 5.0", TABLE, "MATLAB"),
    Told(b"$FL2", TABLE, "SPSS"),
    Told(b"<stata_dta>", TABLE, "Stata"),
    Told(b"RDX", TABLE, "R"),
    Told(b"CDF\x01", TABLE, "NetCDF"),
    Told(b"CDF\x02", TABLE, "NetCDF"),
    Told(b"\x89HDF", HDF5),
    Told(b"PARE", LOCKED),
    *(Told(b"\x80" + bytes([protocol]), PICKLE) for protocol in range(2, 6)),
)


def check_told(source: Source) -> None:
    """Raise InputError for a file of a kind that is not read, with what to do."""
    head = source.head(HEAD)
    if head.startswith(OFFICE):
        raise InputError(PASSWORD if is_locked(source) else OLD)
    for told in KINDS:
        if head.startswith(told.magic, told.place):
            raise InputError(told.message, kind=told.kind)
    if SVG.match(head):
        raise InputError(PICTURE, kind="SVG")
    is_xml = XML.match(head) is not None
    if WEB.match(head) or (is_xml and b"<html" in head):
        raise InputError(WEB_PAGE)
    if is_xml:
        raise InputError(XML_FILE)


def is_locked(source: Source) -> bool:
    """Tell whether a compound file of Microsoft's holds a workbook with a password, by the name of its stream."""
    with source.opened() as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read()
