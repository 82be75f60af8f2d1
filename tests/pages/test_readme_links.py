"""Every parameter and value of a link that the README names is taken, whole, by the page that it is said of."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

import pytest

from pages.shared.scene.link import read_link, write_link
from pages.shared.scene.registry import KINDS
from tests.pages.scenes import LANGUAGES
from tests.readme import README

# The usual values are left out of what a link says; all others are said here, so that reading loses nothing.
STEP = [
    *(f"cell={cell}" for cell in ("rnn", "rnn-relu", "gru", "gru-reset-before", "mgu")),
    *(f"cell=lstm-no-{part}" for part in ("input-gate", "forget-gate", "output-gate")),
    *(f"cell=lstm-{kind}" for kind in ("no-input-activation", "no-output-activation", "coupled", "peephole")),
    "cell=lstm-full-gate-recurrence",
    "input=text&text=abc",
    "input=numbers&numbers=1,2",
    "input=rhyme&rhyme=cat",
    "input=poem&poem=나",
    "input=table&table=1\n2\n3&scale=raw&first=1&length=2",
    "input=table&table=a,b\n1,2\n3,4&columns=b&rows=2-500&time=-",
    "input=table&table=a,b\n1,2\n3,4&interval=7D&method=linear",
    "input=table&table=a,b\n1,2\n3,4&header=3&decimal=point&dates=mdy&words=one-hot",
    "input=table&table=a,b\n1,2\n3,4&header=-&decimal=comma&words=numbers",
    *(f"input=table&table=1\n2&dates={dates}" for dates in ("ymd", "dmy", "s", "ms", "us", "ns", "excel", "digits")),
    "input=file&file=0123456789abcdef&sheet=Jan 2024",
    "input=co2&first=3&length=30&method=previous&interval=MS&scale=raw",
    "input=sunspots&years=50",
    "input=bits&length=9&seed=3",
    "input=anbn&n=4",
    "input=sine&length=30&period=9",
    "input=noise&seed=1",
    "input=order&length=20",
    "input=reber&length=30",
    "input=sample&weights=model&model=0123456789abcdef&part=a&vocabulary=b&embedding=-&readout=-&length=9&seed=2",
    "input=file&file=0123456789abcdef",
    "input=bit&weights=random&units=256&seed=5&forget_bias=1.5&gain=2.0&layers=4&directions=2",
    "weights=random&layer=1&layers=2",
    "sharpness=6.5",
    "input=anbn&weights=random",
    "cell=rnn&input=bits&weights=random",
    "cell=gru&input=noise&weights=random",
    "input=anbn&weights=trained-counter",
    "input=noise&weights=random&units=3",
    "step=-1",
    "step=3&lang=ko",
    *(f"notation={notation}" for notation in ("pytorch", "keras", "onnx", "paper")),
    "clamp=forget:0:30&difference=1",
    "clamp=forget:0:10-20:0,output:0.5",
    "edit=4:x",
    "edit=4:0.5,4:1/0",
    "precision=float64",
    "lang=en",
]
PAGES = {
    "step": STEP,
    "compare": ["cells=rnn,gru&match=parameters&input=sine"],
    "order": ["cell=gru&order=as-is", "order=shuffle:7", "order=rotate:3"],
    "arrange": [*(f"arrangement={kind}&ahead=20" for kind in ("aligned", "encoder-decoder", "one-to-many"))],
    "gradient": [
        "cells=rnn,gru&read_at=5&biases=as-they-are&truncate=9&clip=0.5&first_state=given&weight=lstm:forget:h0&unit=2",
        "biases=forget:1.5&first_state=learned&weight=lstm:input:x0",
        "weight=gru:update:b",
    ],
    "units": ["cell=gru&layer=1&layers=2&input=text"],
    "train": ["cell=gru&training=latch,length:20,units:4,updates:300&update=100"],
    "study": ["cells=rnn,gru&study=latch&lags=10,20,40&seeds=2&study_units=8&study_updates=100"],
    "data": ["input=file&file=0123456789abcdef", "input=table&table=1\n2"],
    "model": ["cell=gru"],
}
LINKS = [(page, link) for page, links in PAGES.items() for link in links]
# What is as usual, and so not said in any link above.
USUAL = {"lstm", "pulse", "latch", "counter", "parity", "standard", "mean", "short", "float32", "units", "0", "1"}
USUAL |= {f"trained-{kind}" for kind in ("latch", "order", "reber", "rhyme", "poem")}
USUAL |= {"found", "out"}
USUAL |= {"rnn,lstm,gru", "reverse", "many-to-one", "chrono", "zero"}
# What the section names beside: Streamlit's own, parts of an example, and what stands for a source.
BESIDE = {"embed=true", "embed_options=light_theme", "dark_theme", "10", "10-20", "signal:value:steps:units:layer"}
BESIDE |= {"x0", "b", "30min", "trace"}
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
    addresses = {f"/{page}" for page in KINDS}
    assert sorted(named - pieces - USUAL - BESIDE - addresses) == []
