"""The limits of a checkpoint: past these a message says so, and nothing of it is opened."""

from __future__ import annotations

from cells.reading.limits import MEGABYTE

MAX_CHECKPOINT_BYTES = 512 * MEGABYTE  # of a file, and of the numbers that it unpacks to
MAX_ENTRIES = 20_000  # files in an archive, variables in an HDF5 file, nodes of a graph
MAX_CONFIG_BYTES = 16 * MEGABYTE  # of a model's description as text
MAX_DEPTH = 32  # of models inside models, groups inside groups
MAX_LAYERS = 2_000  # that a model's description names
