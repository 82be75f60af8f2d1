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
# The page that is taken away, and what takes the place of Streamlit.
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


def document(taken: OfflineRun) -> str:
    """The whole file. `taken` says what is in it and where it opens."""
    say, script = taken.say, whole_script()
    return PAGE.format(
        language=taken.language,
        policy=security_policy(script),
        title=escape(taken.title),
        style=whole_style(),
        keys=escape(say(KEYS)),
        too_old=escape(say(TOO_OLD)),
        run=json_in_script(run_payload(taken)),
        script=script,
    )


def security_policy(script: str) -> str:
    """What the document may do: run this one script, style itself, draw; nothing from or to anywhere else."""
    digest = b64encode(sha256(script.encode()).digest()).decode("ascii")
    return f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data: blob:"


@cache
def whole_script() -> str:
    """The page's stepper, handed to what takes the place of Streamlit."""
    return one_script(OFFLINE, STEPPER)


@cache
def whole_style() -> str:
    """The app's colours for light and dark, under the names that Streamlit gives them, then the modules' rules."""
    themes = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    light, dark = (variables(themes[name]) for name in ("light", "dark"))
    root = f":root {{ color-scheme: light dark; --st-font: {FONT}; {light} }}"
    night = f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    return "\n".join((root, night, one_sheet(OFFLINE, STEPPER)))


def variables(theme: dict[str, str]) -> str:
    """A theme's colours: backgroundColor -> --st-background-color."""
    names = {"secondaryBackground": "secondary-background"}
    return " ".join(f"--st-{names.get(name, name)}-color: {theme[f'{name}Color']};" for name in THEME_COLORS)


def json_in_script(told: dict[str, Any]) -> str:
    """JSON that can stand inside a script element, whatever is in it."""
    return json.dumps(told, ensure_ascii=True, allow_nan=False).replace("<", "\\u003c")


def run_payload(taken: OfflineRun) -> dict[str, Any]:
    """What offline.js reads: every layer packed, with what is to be noted of it, what all share, and where to open."""
    layers, place = layers_that_fit(taken)
    return {
        "place": place,
        "step": taken.step,
        "unit": taken.unit,
        "difference": taken.difference,
        **common_payload(taken.say),
        "layers": [
            {
                "packed": compressed_payload(taken, layers, shown),
                "reverse": shown.layer.reverse,
                "note": note(taken, layers, shown),
            }
            for shown in layers
        ],
    }


def layers_that_fit(taken: OfflineRun) -> tuple[Layers, int]:
    """The layers that the document has room for, and the place of the first to be shown: all, or that one alone."""
    if numbers_in(taken.layers) <= MOST_NUMBERS:
        return taken.layers, taken.place
    shown = taken.layers[taken.place]
    alone = Pane("", shown.layer, shown.sequence, shown.labels, shown.whatif, shown.notation)
    return (alone,), 0


def numbers_in(layers: Layers) -> int:
    """About how many numbers the payloads of all layers hold, with no more details than the app sends."""
    first = layers[0]
    _, window = detail_window(first.layer, 0)
    details = len(first.layer["hidden"]) * window * DETAILS_PER_UNIT
    return runs_in(layers) * (signals_in(layers) + details)


def runs_in(layers: Layers) -> int:
    """How many runs there are: one a layer, and the original of each."""
    return len(layers) * (2 if layers[0].whatif else 1)


def signals_in(layers: Layers) -> int:
    """How many numbers of one run are signals, and hidden states of the other layers."""
    return layers[0].layer["hidden"].numel() * (len(layers[0].layer) + len(layers) - 1)


def most_details(layers: Layers) -> int:
    """How many numbers of one run can be details of single units: all the room that is left, or what the app sends."""
    return max(MOST_DETAILS, MOST_NUMBERS // runs_in(layers) - signals_in(layers))


def compressed_payload(taken: OfflineRun, layers: Layers, shown: Pane) -> str:
    """A layer's payload as gzip in base64; the same run gives the same text.

    What a step could read instead is left out: nothing can be read instead here, and of wide inputs it would be long.
    """
    most = most_details(layers)
    body = payload_of(shown, detail_window_of(taken, shown.layer, most)[0], taken.say, most) | {
        "choices": None,
        "about": dict(shown.page_data),
    }
    return b64encode(gzip.compress(json.dumps(body, allow_nan=False).encode(), 6, mtime=0)).decode("ascii")


def detail_window_of(taken: OfflineRun, layer: LayerTrace, most: int) -> tuple[int, int]:
    """The first unit whose sums are in the document, and how many have them."""
    return detail_window(layer, min(taken.unit, layer["hidden"].shape[-1] - 1), most)


def note(taken: OfflineRun, layers: Layers, shown: Pane) -> str:
    """What a reader has to know of a layer: what the file does not have."""
    say, told = taken.say, []
    if len(layers) < len(taken.layers):
        name = layer_title(shown.layer, [one.layer for one in taken.layers], say)
        told.append(say(ONE_LAYER, layer=name))
    first, window = detail_window_of(taken, shown.layer, most_details(layers))
    if window < shown.layer["hidden"].shape[-1]:
        told.append(say(SOME_UNITS, first=first, last=first + window - 1))
    return " ".join(told)
