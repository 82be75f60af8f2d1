"""NumPy's files: every header is read and held against what is there before anything is unpacked, nothing unpickled."""

from __future__ import annotations

import math
import warnings
import zipfile
from tokenize import TokenError
from typing import IO

import numpy as np
import pandas as pd
from numpy.lib import format as npy

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.archives import STORED
from cells.reading.dialect import column_letters
from cells.reading.limits import MAX_ARRAY_BYTES, MAX_ARRAYS, MAX_COLUMNS, MAX_READ_STEPS, MEGABYTE
from cells.reading.raw import Raw
from cells.reading.source import Source

HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
PANDAS_UNITS, FINEST = ("s", "ms", "us", "ns"), ("ps", "fs", "as")  # of times
NUMBERS = "biufM"  # NumPy's kinds: truth values, whole numbers, floating point, dates


def read_npy(source: Source) -> Raw:
    """Read the array of an NPY file, (T,) or (T, I)."""
    with source.opened() as file:
        array = array_in(file, source.size)
    return Raw("array", pd.DataFrame(columns_of(array)), f"NPY {array.dtype}")


def holds_arrays(archive: zipfile.ZipFile) -> bool:
    """Tell whether an archive is an NPZ file: it holds NPY files, and nothing else."""
    names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    return bool(names) and all(name.endswith(".npy") for name in names)


def read_npz(archive: zipfile.ZipFile) -> Raw:
    """Read the arrays of an NPZ file: one, or several columns (T,) of the same length, called by their names."""
    arrays = arrays_in(archive)
    if len(arrays) == 1:
        (array,) = arrays.values()
        return Raw("array", pd.DataFrame(columns_of(array)), f"NPZ {array.dtype}")
    shapes = {name: array.shape for name, array in arrays.items()}
    lengths = {shape for shape in shapes.values() if len(shape) == 1}
    if len(lengths) != 1 or len(lengths) != len(set(shapes.values())):
        listed = ", ".join(f"{shortened(name)} {shape}" for name, shape in list(shapes.items())[:10])
        raise InputError(
            N_("Several arrays of one file must be columns of one length; there are {arrays}."), arrays=listed
        )
    check_steps(lengths.pop()[0])
    return Raw("array", pd.DataFrame({name: in_native_order(array) for name, array in arrays.items()}), "NPZ")


def arrays_in(archive: zipfile.ZipFile) -> dict[str, np.ndarray]:
    """Read every array of an NPZ file by its name.

    What it says that it unpacks to is added up first, and then held to.
    """
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    size = sum(entry.file_size for entry in entries)
    if size > MAX_ARRAY_BYTES or len(entries) > MAX_ARRAYS:
        raise InputError(
            N_("The NPZ file is too large: MB unpacked {size} of {limit}, arrays {count} of {arrays}."),
            size=size // MEGABYTE,
            count=len(entries),
            limit=MAX_ARRAY_BYTES // MEGABYTE,
            arrays=MAX_ARRAYS,
        )
    if not all(entry.compress_type in STORED for entry in entries):
        raise zipfile.BadZipFile
    arrays = {}
    for entry in entries:
        with archive.open(entry) as packed:  # gives no more than the entry's size, whatever is packed
            arrays[entry.filename.removesuffix(".npy")] = array_in(packed, entry.file_size)
    return arrays


def array_in(file: IO[bytes], size: int) -> np.ndarray:
    """Return the array of an open NPY file of `size` bytes. Raises InputError unless header and size say the same."""
    shape, turned, dtype = read_header(file)
    if dtype.hasobject:
        raise InputError(
            N_("The array holds Python objects, pickled: these are never opened, as they can run anything.")
        )
    if dtype.kind not in NUMBERS:
        raise InputError(N_("The array holds no numbers but {type}."), type=shortened(str(dtype)))
    declared = math.prod(shape) * dtype.itemsize
    there = size - file.tell()
    if declared != there:
        raise InputError(
            N_("The array's header says bytes: {declared}; there are: {there}."), declared=declared, there=there
        )
    data = bytearray(file.read(there))
    if len(data) < there:
        raise InputError(
            N_("The array's header says bytes: {declared}; there are: {there}."), declared=declared, there=len(data)
        )
    return np.frombuffer(data, dtype).reshape(shape, order="F" if turned else "C")


def read_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Read shape, whether it is in Fortran's order, and type from the header of an NPY file."""
    try:
        version = npy.read_magic(file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a file of Python 2 is read all the same
            shape, turned, dtype = HEADERS[version](file)
    except (ValueError, KeyError, TypeError, SyntaxError, EOFError, RecursionError, TokenError) as error:
        raise InputError(N_("The array has no header that NumPy understands.")) from error
    if any(length < 0 for length in shape):
        raise InputError(N_("The array has no header that NumPy understands."))
    return shape, turned, dtype


def columns_of(array: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of an array (T,) or (T, I), called by a spreadsheet's letters."""
    if array.ndim not in (1, 2) or not array.size:
        raise InputError(
            N_("The array has the shape {shape}; a sequence is (steps,) or (steps, features)."), shape=array.shape
        )
    array = in_native_order(array.reshape(len(array), -1))
    check_steps(len(array))
    if array.shape[1] > MAX_COLUMNS:
        raise InputError(
            N_("The table has {count} columns; at most {limit} fit."), count=array.shape[1], limit=MAX_COLUMNS
        )
    return dict(zip(column_letters(array.shape[1]), array.T, strict=True))


def check_steps(count: int) -> None:
    """Raise InputError for no rows, and for too many."""
    if not count:
        raise InputError(N_("There are no rows."))
    if count > MAX_READ_STEPS:
        raise InputError(N_("The table has {count} rows; at most {limit} fit."), count=count, limit=MAX_READ_STEPS)


def in_native_order(array: np.ndarray) -> np.ndarray:
    """Return an array in this machine's order of bytes, half and long precision as double, for pandas."""
    if array.dtype.kind == "f" and array.dtype.itemsize not in (4, 8):
        return array.astype(np.float64)
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    return in_known_unit(array) if array.dtype.kind == "M" else array


def in_known_unit(times: np.ndarray) -> np.ndarray:
    """Return times in a unit that pandas knows: months, weeks and their kin in seconds, the finest in nanoseconds.

    Raises InputError for times without a unit, and beyond the years that a calendar has.
    """
    unit, _ = np.datetime_data(times.dtype)
    if unit in FINEST:  # these reach no further than some years
        return times.astype("datetime64[ns]")
    years = times.astype("datetime64[Y]").astype(np.int64) + 1970 if unit != "generic" else np.zeros(1)
    if not (np.isnat(times) | ((years >= 1) & (years <= 9999))).all():
        raise InputError(N_("The array holds times without a unit, or beyond the years 1 to 9999."))
    return times.astype(f"datetime64[{unit if unit in PANDAS_UNITS else 's'}]")
