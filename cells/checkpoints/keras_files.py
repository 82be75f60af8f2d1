"""Keras's files: an HDF5 file of Keras 2 or 3, alone or inside the archive that Keras 3 writes."""

from __future__ import annotations

import io
import zipfile
import zlib

from cells.checkpoints.contents import Contents
from cells.checkpoints.hdf5 import Store, open_store
from cells.checkpoints.keras_config import config_of
from cells.checkpoints.keras_layers import contents_of_store
from cells.checkpoints.limits import MAX_CONFIG_BYTES
from cells.core.messages import N_, InputError
from cells.reading.source import Source

DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError, ValueError, LookupError, NotImplementedError)


def read_keras(source: Source) -> Contents:
    """Read the layers of a `.keras` archive.

    Of its description only the names and settings of layers are looked at.
    """
    try:
        with source.opened() as file, zipfile.ZipFile(file) as archive:
            config = b""
            if "config.json" in archive.namelist():
                if archive.getinfo("config.json").file_size > MAX_CONFIG_BYTES:
                    raise InputError(N_("The Keras model's description is damaged."))
                config = archive.read("config.json")
            weights = archive.read("model.weights.h5")
    except InputError:
        raise
    except DAMAGE as error:
        raise InputError(N_("The file begins as an archive, but is damaged or cut off.")) from error
    with open_store(io.BytesIO(weights)) as store:
        return contents_of_store(store, config_of(config), "Keras 3")


def read_hdf5(source: Source) -> Contents:
    """Read the layers of a `.weights.h5` of Keras 3, or of an `.h5` of Keras 2."""
    if source.path is not None:
        with open_store(source.path) as store:
            return read_store(store)
    with source.opened() as file, open_store(file) as store:
        return read_store(store)


def read_store(store: Store) -> Contents:
    """Read the layers of an open file, with the description that Keras 2 puts into it."""
    newer = any(path.rpartition("/")[2] == "vars" for path in store.groups)
    return contents_of_store(store, config_of(store.text("", "model_config")), "Keras 3" if newer else "Keras 2")
