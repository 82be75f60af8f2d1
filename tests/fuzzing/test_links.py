"""Links with faults, opened as their pages open them: what they say is answered by a message at most."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cells.core.messages import InputError
from pages.arrange.results import open_arranged
from pages.compare.results import open_cells
from pages.data.results import read_scene
from pages.depth import weights
from pages.depth.results import open_depth
from pages.gradient.results import open_gradients
from pages.order.results import open_reordered
from pages.shared.scene.link import read_link, write_link
from pages.shared.scene.run import open_scene
from pages.shared.scene.scene import Scene
from pages.step.results import open_with_what_if
from pages.study.results import open_study
from pages.train.results import recipe_or_usual
from tests.fuzzing.links import hostile_link
from tests.pages.scenes import LANGUAGES


def open_depth_alone(scene: Scene) -> None:
    """Open a deep stack where there is no visit, and so no training of one."""
    with pytest.MonkeyPatch.context() as alone:
        alone.setattr(weights, "training_seen", lambda _recipe: None)
        open_depth(scene)


PIECE = 100  # cases a test
OPEN: dict[str, Callable[[Scene], object]] = {
    "step": open_with_what_if,
    "compare": open_cells,
    "order": open_reordered,
    "gradient": open_gradients,
    "depth": open_depth_alone,
    "arrange": open_arranged,
    "units": open_scene,
    "train": recipe_or_usual,
    "study": open_study,
    "data": read_scene,
    "model": open_scene,
}


def follow(page: str, query: dict[str, str]) -> list[InputError]:
    """Open a link as its page does. Returns what was wrong in it; written anew it is right."""
    scene, problems = read_link(query, LANGUAGES, page)
    OPEN[page](scene)
    again, left = read_link(write_link(scene), LANGUAGES, page)
    assert (write_link(again), left) == (write_link(scene), [])
    return problems


def check(first: int, count: int) -> None:
    """Follow the links from `first` on; one that fails is named by its number."""
    for seed in range(first, first + count):
        try:
            follow(*hostile_link(seed))
        except BaseException as error:
            error.add_note(f"link {seed}: {hostile_link(seed)!r}")
            raise


@pytest.mark.parametrize("first", range(0, 500, PIECE))
def test_500_links_with_faults_are_opened(first: int) -> None:
    check(first, PIECE)


@pytest.mark.exhaustive
@pytest.mark.parametrize("first", range(500, 10_000, 500))
def test_10_000_links_with_faults_are_opened(first: int) -> None:
    check(first, 500)
