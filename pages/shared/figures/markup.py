"""Labels that Plotly shows as they are, not as markup."""

from __future__ import annotations


def escape(label: str) -> str:
    """Return a label without the few HTML tags that Plotly would read in hover text: what was typed is text."""
    return label.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
