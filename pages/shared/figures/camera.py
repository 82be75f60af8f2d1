"""The camera of a figure: how the picture is called that a reader takes of it, and how large it is."""

from __future__ import annotations

from typing import Any

SCALE = 3  # times as many pixels as on the screen: enough for a slide


def with_camera(name: str) -> dict[str, Any]:
    """Return the configuration of a Plotly figure with its toolbar, whose picture is called "gatescope-{name}.png"."""
    return {"displaylogo": False, "toImageButtonOptions": {"filename": f"gatescope-{name}", "scale": SCALE}}
