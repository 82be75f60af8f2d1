"""The format of a file, recognised by its content, and by its name only where that says nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

from cells.checkpoints.contents import Contents
from cells.checkpoints.keras_files import read_hdf5, read_keras
from cells.checkpoints.limits import MAX_CHECKPOINT_BYTES, MAX_ENTRIES
from cells.checkpoints.onnx_files import read_onnx
from cells.checkpoints.pytorch import read_pytorch
from cells.checkpoints.refusals import too_large
from cells.checkpoints.safetensors_files import read_safetensors
from cells.core.messages import N_, InputError
from cells.reading.source import Source

HDF5 = b"\x89HDF\r\n\x1a\n"
ZIP = b"PK\x03\x04"
PICKLES = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))
ONNX = b"\x08"  # a message that starts with field 1, its version, as every writer puts it
Reader = Callable[[Source], Contents]
BY_START: dict[bytes, Reader] = {HDF5: read_hdf5, **dict.fromkeys(PICKLES, read_pytorch), ONNX: read_onnx}
BY_SUFFIX: dict[str, Reader] = {
    ".safetensors": read_safetensors,
    ".pt": read_pytorch,
    ".pth": read_pytorch,
    ".h5": read_hdf5,
    ".hdf5": read_hdf5,
    ".onnx": read_onnx,
}


def read_contents(source: Source) -> Contents:
    """Read the recurrent layers of a file of any format. Raises InputError where it is none, or damaged."""
    head = source.head(16)
    if head.startswith(ZIP):
        return archive_reader(source)(source)
    if reader := reader_of(head, source.size) or BY_SUFFIX.get(source.suffix):
        return reader(source)
    raise InputError(N_("The file is neither safetensors, PyTorch, Keras nor ONNX."))


def reader_of(head: bytes, size: int) -> Reader | None:
    """Return the reader of a file that begins so and has `size` bytes; None where its beginning does not tell.

    The length of a safetensors header, with which the file begins, may look like the start of anything else.
    """
    braced = head[8:9] == b"{"
    if braced and int.from_bytes(head[:8], "little") < size:
        return read_safetensors
    reader = next((reader for start, reader in BY_START.items() if head.startswith(start)), None)
    if braced and reader in (None, read_onnx):
        return read_safetensors  # cut off
    return reader


def archive_reader(source: Source) -> Reader:
    """Return the reader of a ZIP archive, PyTorch's or Keras's.

    The size that it says it unpacks to is checked first.
    """
    try:
        with source.opened() as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, LookupError, RuntimeError, NotImplementedError) as error:
        raise InputError(N_("The file begins as an archive, but is damaged or cut off.")) from error
    size = sum(entry.file_size for entry in entries)
    if size > MAX_CHECKPOINT_BYTES or len(entries) > MAX_ENTRIES:
        raise too_large()
    names = {entry.filename for entry in entries}
    if "model.weights.h5" in names:
        return read_keras
    if any(name.endswith("/constants.pkl") for name in names):
        raise InputError(
            N_(
                "The file is a TorchScript program, which is not run here. Save its weights alone: "
                "torch.save(model.state_dict(), …)."
            )
        )
    if any(name == "data.pkl" or name.endswith("/data.pkl") for name in names):
        return read_pytorch
    raise InputError(N_("The file is an archive, but holds neither a PyTorch state_dict nor a Keras model."))
