"""Links with faults: those that the README documents, with hostile values, and with parameters of other pages."""

from __future__ import annotations

from random import Random
from urllib.parse import parse_qsl, quote, unquote

from tests.fuzzing.mutations import HOSTILE
from tests.pages.readme_links import PAGES

# What real links of other pages may say here: numbers beyond, words of another setting, text that is no table.
LIKELY = {
    "input": ("pulse", "text", "numbers", "table", "file", "co2", "bits", "sine", "noise", "sample", "anbn"),
    "weights": ("model", "random", "latch", "counter", "trained-reber", "trained-latch"),
    "cell": ("rnn", "lstm", "gru", "mgu"),
    "cells": ("rnn,lstm", "lstm,gru", "rnn,rnn", "lstm"),
    "table": (
        "a,a\n1,2\n2,3",
        "a,b\nx,y\n",
        "x\n1\n",
        "t,x\n0001-01-01,1\n9999-12-31,2\n",
        '[1, {"a": 2}]',
        '{"a": [1, 2]}',
        "x\n" + "1" * 320,
    ),
    "rows": ("x", "2-1", "0-0", "2-3", "1-999999999"),
    "interval": ("99999999D", "soon", "1ns", "MS", "-1D", "300000D"),
    "columns": ("a", "a,b", "nope", "a\nb", '"'),
    "time": ("-", "a", "nope"),
    "sheet": ("a", "nope"),
    "file": ("0123456789abcdef",),
    "model": ("0123456789abcdef",),
    "scale": ("raw", "standard", "other"),
    "method": ("linear", "previous", "other"),
    "first": ("0", "5", "2283", "3999999", "-1"),
    "length": ("1", "9", "9", "20", "0"),
    "step": ("-1", "0", "3", "999999999999999"),
    "unit": ("0", "1", "300"),
    "layer": ("0", "1", "9"),
    "units": ("1", "2", "9"),
    "layers": ("1", "2"),
    "directions": ("1", "2"),
    "seed": ("0", "1"),
    "clamp": (
        "forget:0:30",
        "forget:1e999",
        "nope:0",
        "hidden:0.5:2:1",
        "forget:0:10-20:0,output:0.5",
        "forget::",
        ":::::",
    ),
    "edit": ("4:x", "4:0.5", "0:1/0", "999:1", "4:", "a:b:c", "0:" + "9" * 400),
    "numbers": ("1,2", "1e400", "", ",", "nan", "9" * 400, "3,4,5"),
    "text": ("abc", "", "나", "a" * 300, "\u0301"),
    "n": ("1", "4"),
    "lang": ("en", "ko", "de"),
    "precision": ("float64", "float16"),
    "order": ("shuffle:7", "rotate:3", "rotate:99999999999", "shuffle:", "reverse:1"),
    "arrangement": ("aligned", "one-to-many", "encoder-decoder", "nope"),
    "biases": ("chrono", "forget:1.5", "forget:x", "as-they-are"),
    "training": ("latch,length:20", "latch,length:2,units:1,updates:1", "nope", "latch,length:-1", ",,,"),
    "study": ("latch", "digits", "nope"),
    "lags": ("10,20", "10", "0,1", "1,1", "a"),
    "stack": ("plain", "dense", "highway", "vgg"),
    "depth": ("1", "2", "3", "51"),
    "channels": ("1", "3", "33"),
    "kernel": ("1", "4", "5", "9"),
    "norm": ("yes", "no", "1"),
    "wider": ("1", "8", "9"),
    "shortcut": ("yes", "no"),
    "reads": ("digit", "point", "sequence", "nothing"),
    "beside": ("0", "1796", "1797"),
    "mode": ("training", "evaluation", "eval"),
    "place": ("0,0", "7,7", "8,8", "3", "x", "3,"),
    "trained": ("0", "300", "-1", "999999999999999"),
    "grows": ("lag", "layers", "depth"),
    "between": ("stacked", "residual", "both", "none"),
    "kinds": ("plain,residual", "plain", "plain,plain", "dense,highway,plain,residual"),
    "study_directions": ("1", "2", "3"),
}

# How often a page is opened: the fewer the more it computes.
OFTEN = {
    "step": 4,
    "data": 8,
    "train": 4,
    "study": 4,
    "units": 2,
    "depth": 2,
    "order": 2,
    "arrange": 1,
    "model": 1,
    "compare": 1,
    "gradient": 0.5,
}


def hostile_link(seed: int) -> tuple[str, dict[str, str]]:
    """Return the page and the parameters of a case."""
    random = Random(seed)
    (page,) = random.choices([*OFTEN], [*OFTEN.values()])
    query = dict(parse_qsl(random.choice(PAGES[random.choice((page, page, "step", "data"))]), keep_blank_values=True))
    query |= {"units": "9"} if "units" in query else {}  # the documented 256 take seconds
    query |= {"depth": "2"} if page == "depth" else {}  # so do twenty units of all kinds
    for name in random.sample([*LIKELY], random.randint(1, 4)):
        query[name] = random.choice(LIKELY[name] if random.random() < 0.8 else HOSTILE)
    if random.random() < 0.3:
        query[random.choice([*query])] = random.choice(HOSTILE)
    return page, {name: as_it_arrives(value) for name, value in query.items()}


def as_it_arrives(value: str) -> str:
    """Return a value as an address brings it: what is no UTF-8 there, as a lone surrogate, comes as signs for it."""
    return unquote(quote(value, errors="surrogatepass"))
