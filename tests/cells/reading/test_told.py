"""Files of kinds that are not read: each is told by its kind, with what to do instead."""

from __future__ import annotations

import bz2
import gzip
import lzma
import pickle
from collections.abc import Callable

import pytest

from cells import InputError, read_sequence
from cells.reading.told import OFFICE
from tests.cells.reading.made_files import zipped
from tests.cells.reading.named import Named

LOCKED = OFFICE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
KINDS: list[tuple[bytes, str]] = [
    (LOCKED, "This is an Excel file with a password: save it without one."),
    (OFFICE + bytes(600) + "Workbook".encode("utf-16-le"), "This is an old Excel file (.xls)"),
    (zipped({"xl/workbook.bin": b""}), "This is a binary Excel file (.xlsb)"),
    (zipped({"Index/Document.iwa": b""}), "This is a Numbers, Pages or Keynote file"),
    (zipped({"word/document.xml": b""}), "This is a text document or a presentation"),
    (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "This is a text document or a presentation"),
    (zipped({"net/data.pkl": b"", "net/data/0": b""}), "This is a trained model: open it on the page “Model”."),
    (
        zipped({"a.csv": b"1", "b.csv": b"2"}),
        "This is an archive (ZIP): unpack it, and open one of its files: a.csv, b.csv.",
    ),
    (zipped({}), "The archive (ZIP) is empty."),
    (b"%PDF-1.7\n", "This is a document (PDF)"),
    (b"\xff\xd8\xff\xe0", "This is a picture (JPEG)"),
    (b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>', "This is a picture (SVG)"),
    (b'<?xml version="1.0"?>\n<!-- made --><svg/>', "This is a picture (SVG): a table"),
    (b"<!DOCTYPE html><html><table><tr><td>1", "This is a web page"),
    (b'<?xml version="1.0"?><Workbook/>', "This is an XML file"),
    (gzip.compress(b"1\n2\n"), "This is a packed file (gzip): unpack it"),
    (bz2.compress(b"1\n2\n"), "This is a packed file (bzip2)"),
    (lzma.compress(b"1\n2\n"), "This is a packed file (xz)"),
    (b"ID3\x04" + bytes(20), "This is sound or a film (MP3): save its sound as WAV."),
    (b"\0\0\0\x20ftypM4A ", "This is sound or a film (MP4)"),
    (b"ARROW1\0\0", "This is a file of the kind Feather, Arrow: save its table as CSV, Parquet or .xlsx."),
    (b"SQLite format 3\0", "This is a file of the kind SQLite"),
    (b"\x89HDF\r\n\x1a\n", "This is an HDF5 file"),
    (pickle.dumps([1, 2]), "This is a pickle, which is never opened"),
]


@pytest.mark.parametrize(("data", "message"), KINDS, ids=[message[8:40] for _, message in KINDS])
@pytest.mark.parametrize("name", ["own.csv", "own"])
def test_a_kind_is_told_whatever_its_name(data: bytes, message: str, name: str) -> None:
    with pytest.raises(InputError) as raised:
        read_sequence(Named(name, data))
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("name", ["xlsx", "ods", "parquet", "npy", "wav"])
def test_what_is_only_called_so(name: str) -> None:
    with pytest.raises(InputError, match=f"is called a {name.upper()} file, but does not begin like one"):
        read_sequence(Named(f"own.{name}", b"a,b\n1,2\n"))


def test_an_archive_of_too_many_entries_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    refuse: Callable[..., None] = lambda *args: opened.append(args)  # noqa: E731
    monkeypatch.setattr("zipfile.ZipFile._RealGetContents", refuse)
    with pytest.raises(InputError, match="The archive has 10001 entries; at most 10000 fit"):
        read_sequence(b"PK\x03\x04" + b"PK\x01\x02" * 10_001)
    assert opened == []
