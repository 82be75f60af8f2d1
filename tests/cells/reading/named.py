"""An open file with a name."""

from __future__ import annotations

import io


class Named(io.BytesIO):
    """An open file with a name, as an upload is."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.name = name
