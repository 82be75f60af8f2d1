"""The README's Python examples, so that tests can run them as they stand."""

from __future__ import annotations

import re
from typing import Any

from tests import ROOT

README = ROOT / "README.md"


def run_example(holding: str) -> dict[str, Any]:
    """Run the one Python example that holds `holding`; returns the names it leaves."""
    examples = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (example,) = [example for example in examples if holding in example]
    names: dict[str, Any] = {}
    exec(compile(example, str(README), "exec"), names)
    return names
