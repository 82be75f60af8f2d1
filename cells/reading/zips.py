"""ZIP archives by what they hold: NumPy's arrays, a workbook of Excel or OpenDocument; all else is told by its kind."""

from __future__ import annotations

import zipfile

from cells.core.messages import N_, InputError
from cells.reading.archives import DAMAGE, archive_in, check_archive
from cells.reading.arrays import holds_arrays, read_npz
from cells.reading.choices import Choices
from cells.reading.raw import Raw
from cells.reading.source import Source
from cells.reading.workbooks import is_excel, is_open_document, read_excel, read_open_document


def read_zip(source: Source, choices: Choices) -> Raw:
    """Read what an archive holds. Raises InputError, with what to do, for one that is damaged or of another kind."""
    try:
        with archive_in(source) as archive:
            return read_entries(archive, choices)
    except InputError:
        raise
    except NotImplementedError as error:  # a way of packing of which Python knows no more than the number
        raise InputError(N_("The file is packed in a way not read here: save it anew.")) from error
    except DAMAGE as error:
        raise InputError(N_("The file is damaged, cut off or locked with a password: save it anew.")) from error


def read_entries(archive: zipfile.ZipFile, choices: Choices) -> Raw:
    """Read what an open archive holds."""
    if holds_arrays(archive):
        return read_npz(archive)
    if is_excel(archive):
        return read_excel(archive, choices)
    if is_open_document(archive):
        return read_open_document(archive, choices)
    check_archive(archive)
    raise AssertionError("an archive that is read was not recognised")
