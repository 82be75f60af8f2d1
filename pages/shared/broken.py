"""The error that stops the start: the project's own files do not fit together."""

from __future__ import annotations


class BrokenProject(Exception):
    """Raised where a part of the project is missing or contradicts another; one sentence that names the file."""
