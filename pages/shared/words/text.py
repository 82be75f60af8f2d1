"""Text that somebody typed or linked to, short enough to repeat in a message."""

from __future__ import annotations

LONGEST_QUOTE = 40  # characters


def quoted(text: str) -> str:
    """Shorten a text to LONGEST_QUOTE characters, its end replaced by "…" where something is left out."""
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
