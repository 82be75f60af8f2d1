"""The stepper as one HTML document: the same JavaScript and CSS as in the app, every number inside, no network.

Each layer's payload stands in it as gzip in base64: so nothing that a reader has typed can be taken for markup, and
numbers take little more room than they have bits.
"""

from __future__ import annotations

import gzip
import json
import tomllib
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from typing import Any

from cells import LayerTrace
from cells.core.messages import N_
from pages.shared.offline.panes import OfflineRun
from pages.shared.stepper import Pane, payload_of
from pages.shared.stepper.javascript import PAGES, one_script, one_sheet
from pages.shared.stepper.payload import DETAILS_PER_UNIT, MOST_DETAILS, common_payload, detail_window
from pages.shared.stepper.stack import layer_title

CONFIG = PAGES.parent / ".streamlit" / "config.toml"
# The stepper that is written to a file, and the script that takes the place of Streamlit.
STEPPER = PAGES / "step" / "stepper.js"
OFFLINE = PAGES / "shared" / "offline" / "offline.js"
FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif'
THEME_COLORS = ("primary", "background", "secondaryBackground", "text")
MOST_NUMBERS = 10_000_000  # in one document, 40 MB of float32: of more, only the layer that is shown first is in it

Layers = tuple[Pane, ...]

KEYS = N_("Arrow keys step, Home and End jump, Space plays, up and down choose the unit.")
TOO_OLD = N_("This file needs a browser of 2023 or later, with JavaScript.")
SOME_UNITS = N_("The file is complete for units {first} to {last}; of the others it has the signals, not their sums.")
ONE_LAYER = N_("Only {layer} is in this file: all layers together would be too large.")

PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Gatescope">
<title>{title} · Gatescope</title>
<link rel="icon" href="data:,">
<style>
{style}
</style>
</head>
<body>
<main>
<header><h1>{title}</h1><p>{keys}</p></header>
<div id="stepper"></div>
<p id="note" hidden></p>
<p id="too-old">{too_old}</p>
</main>
<script type="application/json" id="run">{run}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def document(run: OfflineRun) -> str:
    """Write the whole document of `run`, which says what is in it and where it opens."""
    say, script = run.say, whole_script()
    return PAGE.format(
        language=run.language,
        policy=security_policy(script),
        title=escape(run.title),
        style=whole_style(),
        keys=escape(say(KEYS)),
        too_old=escape(say(TOO_OLD)),
        run=json_in_script(run_payload(run)),
        script=script,
    )


def security_policy(script: str) -> str:
    """Return what the document may do: run this one script, style itself, draw; nothing from or to anywhere else."""
    digest = b64encode(sha256(script.encode()).digest()).decode("ascii")
    return f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data: blob:"


@cache
def whole_script() -> str:
    """Return the step page's stepper, handed to the script that takes the place of Streamlit."""
    return one_script(OFFLINE, STEPPER)


@cache
def whole_style() -> str:
    """Return the app's colours for light and dark, under Streamlit's names for them, and all modules' rules."""
    themes = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    light, dark = (variables(themes[name]) for name in ("light", "dark"))
    root = f":root {{ color-scheme: light dark; --st-font: {FONT}; {light} }}"
    night = f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    return "\n".join((root, night, one_sheet(OFFLINE, STEPPER)))


def variables(theme: dict[str, str]) -> str:
    """Write a theme's colours as CSS variables: backgroundColor -> --st-background-color."""
    names = {"secondaryBackground": "secondary-background"}
    return " ".join(f"--st-{names.get(name, name)}-color: {theme[f'{name}Color']};" for name in THEME_COLORS)


def json_in_script(content: dict[str, Any]) -> str:
    """Write JSON that can stand inside a script element, whatever is in it."""
    return json.dumps(content, ensure_ascii=True, allow_nan=False).replace("<", "\\u003c")


def run_payload(run: OfflineRun) -> dict[str, Any]:
    """Return what offline.js reads: each layer compressed, with a note on it, what all share, and where to open."""
    layers, index = layers_that_fit(run)
    return {
        "place": index,
        "step": run.step,
        "unit": run.unit,
        "difference": run.difference,
        **common_payload(run.say),
        "layers": [
            {
                "packed": compressed_payload(run, layers, pane),
                "reverse": pane.layer.reverse,
                "note": note(run, layers, pane),
            }
            for pane in layers
        ],
    }


def layers_that_fit(run: OfflineRun) -> tuple[Layers, int]:
    """Return the layers that the document has room for, all or one, and the index of the one shown first."""
    if numbers_in(run.layers) <= MOST_NUMBERS:
        return run.layers, run.index
    pane = run.layers[run.index]
    alone = Pane("", pane.layer, pane.sequence, pane.labels, pane.whatif, pane.notation)
    return (alone,), 0


def numbers_in(layers: Layers) -> int:
    """Estimate how many numbers the payloads of all layers hold, with no more details than the app sends."""
    first = layers[0]
    _, window = detail_window(first.layer, 0)
    details = len(first.layer["hidden"]) * window * DETAILS_PER_UNIT
    return runs_in(layers) * (signals_in(layers) + details)


def runs_in(layers: Layers) -> int:
    """Return how many runs there are: one a layer, and the original of each."""
    return len(layers) * (2 if layers[0].whatif else 1)


def signals_in(layers: Layers) -> int:
    """Return how many numbers of one run are signals, and hidden states of the other layers."""
    return layers[0].layer["hidden"].numel() * (len(layers[0].layer) + len(layers) - 1)


def most_details(layers: Layers) -> int:
    """Return how many numbers of one run can be details of units: all the room left, at least as the app sends."""
    return max(MOST_DETAILS, MOST_NUMBERS // runs_in(layers) - signals_in(layers))


def compressed_payload(run: OfflineRun, layers: Layers, pane: Pane) -> str:
    """Return a layer's payload as gzip in base64; the same run gives the same text.

    What a step could read instead is left out: nothing can be read instead here, and of wide inputs it would be long.
    """
    most = most_details(layers)
    body = payload_of(pane, detail_window_of(run, pane.layer, most)[0], run.say, most) | {
        "choices": None,
        "about": dict(pane.page_data),
    }
    return b64encode(gzip.compress(json.dumps(body, allow_nan=False).encode(), 6, mtime=0)).decode("ascii")


def detail_window_of(run: OfflineRun, layer: LayerTrace, most: int) -> tuple[int, int]:
    """Return the first unit whose sums are in the document, and how many have them."""
    return detail_window(layer, min(run.unit, layer["hidden"].shape[-1] - 1), most)


def note(run: OfflineRun, layers: Layers, pane: Pane) -> str:
    """Say what the file does not have of a layer."""
    say, notes = run.say, []
    if len(layers) < len(run.layers):
        name = layer_title(pane.layer, [one.layer for one in run.layers], say)
        notes.append(say(ONE_LAYER, layer=name))
    first, window = detail_window_of(run, pane.layer, most_details(layers))
    if window < pane.layer["hidden"].shape[-1]:
        notes.append(say(SOME_UNITS, first=first, last=first + window - 1))
    return " ".join(notes)
