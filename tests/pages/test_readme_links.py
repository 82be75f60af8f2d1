"""Every parameter and value of a link that the README names is taken, whole, by the page that it is said of."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

import pytest

from pages.shared.scene.link import read_link, write_link
from pages.shared.scene.registry import KINDS
from tests.pages.readme_links import PAGES
from tests.pages.scenes import LANGUAGES
from tests.readme import README

LINKS = [(page, link) for page, links in PAGES.items() for link in links]
# What is as usual, and so not said in any link above.
USUAL = {"lstm", "pulse", "latch", "counter", "parity", "standard", "mean", "short", "float32", "units", "0", "1"}
USUAL |= {f"trained-{kind}" for kind in ("latch", "order", "reber", "rhyme", "poem")}
USUAL |= {"found", "out"}
USUAL |= {"rnn,lstm,gru", "reverse", "many-to-one", "chrono", "zero"}
# What the section names beside: Streamlit's own, parts of an example, and what stands for a source.
BESIDE = {"embed=true", "embed_options=light_theme", "dark_theme", "10", "10-20", "signal:value:steps:units:layer"}
BESIDE |= {"x0", "b", "30min", "trace"}
USUAL |= {"digit", "torch", "evaluation", "residual", "stacked", "2"}
COMMAND = "python -m cells.train"


def parameters(link: str) -> dict[str, str]:
    return dict(parse_qsl(link, keep_blank_values=True))


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_a_link_is_read_and_written_as_it_stands(page: str, link: str) -> None:
    scene, problems = read_link(parameters(link), LANGUAGES, page)
    assert problems == []
    assert write_link(scene) == parameters(link)


def test_the_readme_names_nothing_else() -> None:
    section = README.read_text(encoding="utf-8").split("## A link is a scene")[1].split("\n## ")[0]
    named = set(re.findall(r"`([^`]+)`", section)) - {COMMAND}
    said = {f"{name}={value}" for _, link in LINKS for name, value in parameters(link).items()}
    pieces = {piece for one in said for piece in (one, *one.split("=", 1), *one.split("=", 1)[1].split(","))}
    addresses = {f"/{page}" for page in KINDS} | {f"/{page}?{link}" for page, link in LINKS}
    assert sorted(named - pieces - USUAL - BESIDE - addresses) == []
