"""The stepper as a file: it holds what the app would send, whatever the cell, and nothing in it can become markup."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from base64 import b64decode, b64encode
from functools import partial
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from cells import CELLS, InputError, LayerTrace, trace
from cells.export import FORMATS
from cells.export import export as export_data
from cells.families.conventions import NOTATIONS
from cells.sequences import SEQUENCES
from pages.offline import Inline, export, show
from pages.shared.figures.palette import PALETTE
from pages.shared.offline.downloads import KINDS, MOST_AS_TEXT
from pages.shared.offline.panes import count_in_words
from pages.shared.stepper.payload import DETAILS_PER_UNIT, detail_window
from pages.shared.words.catalogue import LANGUAGES, translate
from tests import ROOT
from tests.cells.cases import H, I, T
from tests.pages.scenes import MOSTLY_ENGLISH, SOME_CELLS
from tests.pages.visit import told, visit

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--",
    "]]>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt;",
    "\u2028",
    "{x}",
]


class Read(HTMLParser):
    """A document as a browser's parser takes it apart: its elements, and the text inside scripts and title."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.current = dict(attrs).get("id") or dict(attrs).get("type") or tag

    def handle_endtag(self, tag: str) -> None:
        self.current = ""

    def handle_data(self, data: str) -> None:
        if self.elements:
            self.inside[self.current] = self.inside.get(self.current, "") + data

    @property
    def run(self) -> dict[str, Any]:
        """The JSON that offline.js reads."""
        told: dict[str, Any] = json.loads(self.inside["run"], parse_constant=pytest.fail)
        return told

    def pane(self, place: int = 0) -> dict[str, Any]:
        """The payload of a layer."""
        pane: dict[str, Any] = json.loads(gzip.decompress(b64decode(self.run["layers"][place]["packed"])))
        return pane

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def traced(cell: str = "lstm", layers: int = 1, both: bool = False, **options: Any) -> list[LayerTrace]:
    module = CELLS[cell].module(I, H, num_layers=layers, bidirectional=both, **options)
    return trace(module, torch.randn(T, I, dtype=options.get("dtype")))


def numbers_of(pane: dict[str, Any], name: str) -> Any:
    """Return one array of a pane: (rows, cols)."""
    place, floats = pane["arrays"][name], np.frombuffer(b64decode(pane["blob"]), dtype=f"<f{pane['width']}")
    end = place["offset"] + place["rows"] * place["cols"]
    return floats[place["offset"] : end].reshape(place["rows"], place["cols"])


@pytest.mark.each_value
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_every_layer_and_direction_is_in_the_file_to_the_last_bit(cell: str, dtype: torch.dtype) -> None:
    layers = traced(cell, 2, True, dtype=dtype)
    read = Read(show(layers).html)
    assert [layer["reverse"] for layer in read.run["layers"]] == [False, True, False, True]
    for place, layer in enumerate(layers):
        pane, as_read = read.pane(place), layer.as_read()
        assert (pane["cell"], pane["steps"], pane["units"], pane["place"]) == (cell, T, H, place)
        for signal, values in as_read.items():
            assert numbers_of(pane, signal)[-T:].tobytes() == values.numpy().tobytes()
        for gate, made in as_read.parts().items():
            for part, values in made.items():
                assert numbers_of(pane, f"{gate}.{part}").tobytes() == values.numpy().tobytes(), "for every unit"


def test_one_file_and_no_network(tmp_path: Path) -> None:
    text = export(traced(), tmp_path / "run.html").read_text("utf-8")
    read = Read(text)
    links = [
        v for _, attributes in read.elements for k, v in attributes.items() if k in ("src", "href", "srcset", "action")
    ]
    assert links == ["data:,"]
    assert not re.search(r"@import|url\((?!data:)", text.split("</style>", maxsplit=1)[0])
    (policy,) = [meta["content"] for meta in read.attributes("meta") if "http-equiv" in meta]
    digest = b64encode(sha256(read.inside["module"].encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data: blob:"
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_somebody_typed_stays_text(hostile: str) -> None:
    plain = Read(show(traced()).html)
    layers = traced()
    read = Read(show(layers, [hostile] * T, title=hostile).html)
    assert [tag for tag, _ in read.elements] == [tag for tag, _ in plain.elements]
    assert read.pane()["labels"] == [hostile] * T
    assert read.inside["h1"] == hostile
    assert read.inside["title"] == f"{hostile} · Gatescope"
    assert read.inside["module"] == plain.inside["module"]


def test_no_script_or_style_could_end_its_own_element() -> None:
    text = show(traced()).html
    for tag, count in (("script", 2), ("style", 1)):
        assert len(re.findall(f"</{tag}", text, re.IGNORECASE)) == count
    assert "<!--" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_readers_language(language: str) -> None:
    read = Read(show(traced(), language=language).html)
    say = partial(translate, language)
    assert read.attributes("html") == [{"lang": language}]
    assert [signal["title"] for signal in read.pane()["signals"]] == [say(s.title) for s in CELLS["lstm"].shown]
    assert read.run["words"]["unit"] == say("unit")
    assert count_in_words(say, "step", T) in read.inside["title"]


@pytest.mark.parametrize("notation", NOTATIONS)
def test_it_is_written_in_the_chosen_symbols(notation: str) -> None:
    pane = Read(show(traced(), notation=notation).html).pane()
    wanted = CELLS["lstm"].notations[notation]
    assert pane["input_symbol"] == wanted.symbol("x")


def test_both_themes_have_the_apps_own_colours() -> None:
    text = show(traced()).html
    light, dark = re.findall(r"--st-background-color: (#\w+);", text)
    assert (light, dark) == ("#FFFFFF", "#0F1216")
    assert Read(text).run["palette"] == json.loads(json.dumps(PALETTE))


def test_it_opens_where_it_is_asked_to() -> None:
    run = Read(show(traced(layers=2, both=True), step=-1, unit=3, layer=2).html).run
    assert (run["step"], run["unit"], run["place"]) == (-1, 3, 2)


def test_a_sequence_brings_its_labels_its_channels_and_where_it_opens() -> None:
    sequence = SEQUENCES["pulse"].make()
    layers = trace(CELLS["lstm"].module(2, 3), sequence.values)
    read = Read(show(layers, sequence).html)
    assert read.run["step"] == sequence.start
    assert read.pane()["labels"] == list(sequence.labels)
    assert read.pane()["inputs"] == sequence.values.tolist()


def test_without_labels_the_steps_are_counted_as_a_person_counts() -> None:
    layers = traced(both=True)
    read = Read(show(layers).html)
    assert read.pane(0)["labels"] == [str(step) for step in range(1, T + 1)]
    assert read.pane(1)["labels"] == read.pane(0)["labels"][::-1], "a backward layer reads from the end"
    assert read.run["step"] == 0


def test_one_sequence_of_a_batch_is_shown() -> None:
    module, xs = nn.LSTM(I, H, batch_first=True), torch.randn(3, T, I)
    layers = trace(module, xs)
    shown = Read(show(layers, sample=1).html).pane()
    assert np.array_equal(numbers_of(shown, "hidden")[1:], layers[0]["hidden"][1])
    with pytest.raises(InputError, match="3 sequences in this batch"):
        show(layers)
    alone = trace(module, xs[:1])
    assert Read(show(alone).html).pane()["steps"] == T, "a batch of one needs no choice"


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_shown(dtype: torch.dtype) -> None:
    layers = traced("gru", dtype=dtype)
    hidden = numbers_of(Read(show(layers).html).pane(), "hidden")[1:]
    assert np.array_equal(hidden, layers[0]["hidden"].float())


@pytest.mark.parametrize(
    ("opening", "message"),
    [
        ({"step": T}, "step"),
        ({"step": -2}, "step"),
        ({"unit": H}, "unit"),
        ({"unit": -1}, "unit"),
        ({"layer": 1}, "layer"),
        ({"language": "xx"}, "language=xx"),
        ({"notation": "latex"}, "notation=latex"),
    ],
)
def test_an_opening_that_is_not_there_is_refused(opening: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        show(traced(), **opening)


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported")
def test_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(InputError, match="proj_size"):
        show(trace(nn.LSTM(I, H, proj_size=2), torch.randn(T, I)))
    with pytest.raises(InputError, match="different numbers of steps: 2 and 7"):
        show(traced(), "ab")
    with pytest.raises(InputError, match="no layer"):
        show([])


@pytest.mark.parametrize("name", ["run", "run.txt"])
def test_another_ending_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.npz, \.csv, \.json, \.html"):
        export(traced(), tmp_path / name)


@pytest.mark.parametrize("ending", FORMATS)
def test_data_is_written_as_the_cells_write_it(ending: str, tmp_path: Path) -> None:
    layers = traced()
    ours, theirs = export(layers, tmp_path / f"a{ending}"), export_data(layers, tmp_path / f"b{ending}")
    assert ours.read_bytes() == theirs.read_bytes()


def test_the_same_trace_is_the_same_file() -> None:
    layers = traced()
    assert show(layers).html == show(layers).html


# Sizes


def test_200_steps_of_64_units_take_less_than_two_megabytes(tmp_path: Path) -> None:
    layers = trace(nn.LSTM(8, 64), torch.randn(200, 8))
    assert export(layers, tmp_path / "run.html").stat().st_size < 2_000_000


def test_where_not_all_fits_the_file_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    document = sys.modules["pages.shared.offline.document"]  # by the module's own name stands its function
    monkeypatch.setattr(document, "MOST_DETAILS", 2 * T * DETAILS_PER_UNIT)
    monkeypatch.setattr(document, "MOST_NUMBERS", T * (6 * H + 2 * DETAILS_PER_UNIT))
    read = Read(show(traced(), unit=3).html)
    assert "complete for units 2 to 3;" in read.run["layers"][0]["note"]
    assert numbers_of(read.pane(), "forget.sum").shape == (T, 2)
    monkeypatch.setattr(document, "MOST_NUMBERS", 10)
    read = Read(show(traced(layers=2, both=True), layer=3).html)
    (only,) = read.run["layers"]
    assert only["note"].startswith("Only layer 2, backward is in this file")
    assert (read.run["place"], read.pane()["stack"]) == (0, [])


def test_all_units_have_their_sums_where_the_app_would_send_only_some() -> None:
    steps, units = 500, 128
    assert detail_window(trace(nn.LSTM(1, units), torch.zeros(steps, 1))[0], 0)[1] < units
    read = Read(show(trace(nn.LSTM(1, units), torch.zeros(steps, 1))).html)
    assert read.run["layers"][0]["note"] == ""
    assert numbers_of(read.pane(), "forget.sum").shape == (steps, units)


def test_what_is_complete_says_nothing() -> None:
    assert [layer["note"] for layer in Read(show(traced(layers=2)).html).run["layers"]] == ["", ""]


# In a notebook


def test_a_notebook_shows_the_same_document() -> None:
    layers = traced()
    shown = show(layers, title='"quoted" & <b>')
    (frame,) = Read(shown._repr_html_()).attributes("iframe")
    assert frame["srcdoc"] == shown.html
    assert frame["title"] == '"quoted" & <b>'
    assert isinstance(shown, Inline)
    assert repr(show(layers)) == f"<stepper: LSTM, {T} steps, {H} units>"


def test_it_is_quiet_without_a_server() -> None:
    code = (
        "import torch; from torch import nn; from cells import trace; from pages.offline import show;"
        "print(len(show(trace(nn.LSTM(2, 3), torch.randn(4, 2)))._repr_html_()) > 1000)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (done.stdout.strip(), done.stderr) == ("True", "")


# On the step page


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
def test_the_step_page_offers_every_kind_of_file(language: str) -> None:
    app = visit({"lang": language, "weights": "random", "layers": 2})
    assert told(app) == []
    offered = {button.key: button for button in app.download_button}
    for ending, (text, _) in KINDS.items():
        button = offered[f"download-{ending[1:]}"]
        assert button.label == f"**{ending[1:].upper()}** · {translate(language, text)}"
        assert not button.disabled


def test_text_is_not_offered_where_it_would_be_too_large() -> None:
    app = visit({"weights": "random", "units": 256, "length": 1500})
    assert 1500 * 256 * len(CELLS["lstm"].shown) > MOST_AS_TEXT
    disabled = {button.key: button.disabled for button in app.download_button}
    assert disabled == {"download-html": False, "download-npz": False, "download-csv": True, "download-json": True}
    assert "NPZ has all of it" in " ".join(caption.value for caption in app.caption)
