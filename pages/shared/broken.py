"""What stops the start: the project's own files do not fit together."""

from __future__ import annotations


class BrokenProject(Exception):
    """Something of the project is missing or contradicts itself; the message names the file, in one sentence."""
