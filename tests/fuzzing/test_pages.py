"""Hostile links and files through whole pages: each opens without a traceback, whatever it has to say."""

from __future__ import annotations

from random import Random

import pytest

from pages.data.sources import PENDING
from tests.fuzzing.files import real_files
from tests.fuzzing.links import hostile_link
from tests.fuzzing.mutations import mutation
from tests.pages.visit import run, visit

FEW = 15  # of each kind in `make test`
# What has ended in a traceback once.
ONCE = (
    {"input": "table", "rows": "x"},
    {"input": "file", "weights": "model"},
    {"input": "table", "weights": "model", "table": "a,a\n1,2\n2,3"},
    {"input": "table", "table": "t,x\n0001-01-01,1\n0001-01-02,2\n9999-12-31,2\n"},
    {"input": "table", "interval": "99999999D"},
)


@pytest.mark.parametrize("query", ONCE)
def test_what_has_failed_once(query: dict[str, str]) -> None:
    assert visit(query, page="data").warning


@pytest.mark.parametrize("seed", range(FEW - len(ONCE)))
def test_a_link_with_faults_is_shown(seed: int) -> None:
    page, query = hostile_link(10_000 + seed)
    visit(query, page=page)


def test_files_with_faults_are_shown_one_after_the_other() -> None:
    show_files(0, FEW)


@pytest.mark.exhaustive
@pytest.mark.parametrize("first", range(0, 2500, 50))
def test_2500_links_with_faults_are_shown(first: int) -> None:
    for seed in range(first, first + 50):
        page, query = hostile_link(20_000 + seed)
        visit(query, page=page)


@pytest.mark.exhaustive
@pytest.mark.parametrize("first", range(0, 2500, 50))
def test_2500_files_with_faults_are_shown(first: int) -> None:
    show_files(first, 50)


def show_files(first: int, count: int) -> None:
    """Drop files with faults on one data page, each after the one before."""
    app = visit(page="data")
    app.session_state[PENDING] = ("file", "co2")
    run(app)
    for seed in range(first, first + count):
        random = Random(seed)
        suffix, data = random.choice(real_files())
        app.file_uploader(key="upload").clear().upload(f"own.{suffix}", mutation(data, random))
        run(app)
