"""The depth page, its link, and what its stepper is told, run through the app's entry point without a browser."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import numpy as np
import pytest
import torch

from cells.core.messages import n_
from cells.depth.deep import DeepTrace
from cells.depth.gradient import depth_gradient, right_digits
from cells.depth.signals import signals_of
from cells.depth.units import UNITS
from cells.inputs.digits import training_digits
from cells.sequences import SEQUENCES
from pages.shared.scene.link import read_link, write_link
from pages.shared.scene.registry import KINDS
from pages.shared.words.catalogue import translate
from tests.pages.arrays import array_of
from tests.pages.data.own_file import has, unescaped, upload
from tests.pages.depth.stacks import about, opened, picture, rest_at, run_of, stack_of
from tests.pages.scenes import LANGUAGES
from tests.pages.visit import data_of, link_of, panes_of, run, told, turn_to, visit


def assert_shows(pane: dict[str, Any], made: DeepTrace, place: int) -> None:
    """Assert that a pane has every number of a run at one place, bit for bit, and NaN where there is none."""
    assert pane["steps"] == len(made.units)
    outputs = [made.first, *(unit["out"] for unit in made.units)]
    for row, values in zip(array_of(pane, "out"), outputs, strict=True):
        at = values[0].flatten(1)[:, place].numpy()
        assert np.array_equal(row[: len(at)], at)
        assert np.isnan(row[len(at) :]).all()
    for index, unit in enumerate(made.units):
        for name, values in unit.items():
            at = values[0].flatten(1)[:, place].numpy()
            first = unit.x.shape[1] if unit.kind == "dense" and name == "branch" else 0
            row = array_of(pane, name)[index - len(made.units)]
            assert np.array_equal(row[first : first + len(at)], at), (index, name)


# What is shown


@pytest.mark.parametrize("kind", UNITS)
def test_every_number_is_the_one_that_deep_gives(kind: str) -> None:
    app = opened(stack=kind, norm="yes", picture=7)
    assert told(app) == []
    (pane,) = panes_of(app)
    made = run_of(kind, picture(7), norm=True)
    assert_shows(pane, made, 4 * 8 + 4)
    assert [one["name"] for one in pane["signals"]] == [
        one.name
        for one in signals_of(stack_of(kind, norm=True).units[0])  # type: ignore[arg-type]
    ]
    largest = about(app)["maps"]["out"]["of"]
    new = [unit["branch" if kind == "dense" else "out"][0] for unit in made.units]
    for drawn, values in zip(largest, [made.first[0], *new], strict=True):
        levels = np.frombuffer(b64decode(drawn["blob"]), dtype=np.int8).reshape(values.shape)
        assert drawn["largest"] == float(values.abs().max())
        assert np.allclose(levels / 127 * drawn["largest"], values, atol=0.51 / 127 * drawn["largest"])


def test_a_place_another_mode_and_double_precision_are_those_asked_for() -> None:
    chosen = {"norm": "yes", "mode": "training", "beside": 3, "place": "0,5", "precision": "float64"}
    app = opened(stack="highway", step=1, unit=3, **chosen)
    (pane,) = panes_of(app)
    made = run_of("highway", picture(0, 3).double(), training=True, norm=True)
    assert pane["width"] == 8
    assert_shows(pane, made, 5)
    assert (about(app)["mode"], about(app)["place"]) == ("training", [0, 5])
    other = run_of("highway", picture(0, 3).double(), norm=True)
    outputs = torch.stack([unit["out"][0, :, 0, 5] for unit in other.units])
    assert np.array_equal(array_of(pane, "out.other"), outputs.numpy())
    norm = made.units[1].norms["norm"]
    for name in ("batch_mean", "batch_variance", "running_mean", "running_variance"):
        assert np.array_equal(array_of(pane, f"norm.{name}")[1], getattr(norm, name).numpy())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sequence_is_read_and_what_is_left_out_of_a_long_one_is_told(language: str) -> None:
    app = opened(reads="sequence", input="sunspots", lang=language, place=199)
    assert told(app) == []
    x = SEQUENCES["sunspots"].make().values[:200].T.unsqueeze(0)
    assert_shows(panes_of(app)[0], run_of("residual", x, inputs=1, outputs=0, dimensions=1), 199)
    cut = "Of {count} steps the first {read} are read."
    said = translate(language, n_(cut, cut, "count"), count=309, read=200)
    assert said in unescaped(" ".join(text.value for text in app.markdown))


def test_the_gradient_of_every_kind_is_the_one_that_is_measured() -> None:
    shown = about(opened())["gradients"]
    pictures, right = training_digits()
    assert [one["key"] for one in shown] == list(UNITS)
    for one in shown:
        back = depth_gradient(stack_of(one["key"], training=True), pictures[:64], right_digits(right[:64]))
        assert one["left"] == pytest.approx([value - back.log10[-1] for value in back.log10], abs=1e-4)


# What cannot be run


def test_channels_that_cannot_be_added_stop_the_run_and_a_button_puts_the_shortcut() -> None:
    app = opened(depth=4, wider=16)
    (message,) = told(app)
    assert message.startswith("F(x) is 16 × 8 × 8 and x is 8 × 8 × 8")
    assert (about(app)["stopped"], data_of(app)["steps"]) == (True, 2)
    assert about(app)["unequal"] == {"branch": "16 × 8 × 8", "shortcut": "8 × 8 × 8"}
    app.button(key="put-shortcut").click()
    run(app)
    assert (told(app), link_of(app)) == ([], {"depth": "4", "wider": "16", "shortcut": "yes"})
    assert_shows(panes_of(app)[0], run_of("residual", depth=4, wider=16, shortcut=True), 36)
    assert not has(app, "put-shortcut")


POINT = {"reads": "point", "kernel": 1}
REFUSED = [
    ({"reads": "point"}, "A kernel of 3 × 3 is larger than what it reads, 1 × 1"),
    ({"kernel": 9, "depth": 1, "wider": 16}, "A kernel of 9 × 9 is larger than what it reads, 8 × 8"),
    ({**POINT, "norm": "yes", "mode": "training"}, "In training a batch normalisation needs more than one value"),
]


@pytest.mark.parametrize(("query", "reason"), REFUSED)
def test_what_a_stack_cannot_read_is_told_and_nothing_is_drawn(query: dict[str, object], reason: str) -> None:
    app = opened(**query)
    (message,) = told(app)
    assert message.startswith(reason)
    assert (about(app)["stopped"], data_of(app)["steps"]) == (True, 0)
    assert not has(app, "put-shortcut")


def test_one_point_of_two_pictures_has_a_batch_to_be_normalised_by() -> None:
    app = opened(**POINT, norm="yes", mode="training", beside=3)
    assert told(app) == []
    points = picture(0, 3).mean(dim=(2, 3), keepdim=True)
    assert_shows(panes_of(app)[0], run_of("residual", points, training=True, norm=True, kernel=1), 0)


# The link


BAD = [
    ({"stack": "vgg"}, "stack=vgg"),
    ({"depth": "51"}, "depth=51"),
    ({"kernel": "4"}, "A kernel has an odd size"),
    ({"norm": "1"}, "norm=1"),
    ({"place": "x"}, "The place “x”"),
    ({"place": "8,0"}, "The place 8,0"),
    ({"place": "3"}, "The place 3"),
    ({"step": "2"}, "step=2"),
    ({"unit": "8"}, "unit=8"),
]


@pytest.mark.parametrize(("query", "named"), BAD)
def test_a_bad_link_is_answered_by_one_message_and_a_working_page(query: dict[str, str], named: str) -> None:
    app = opened(**query)
    (message,) = told(app)
    assert message.startswith(named)
    data = data_of(app)
    assert (data["step"], data["unit"], about(app)["place"]) == (-1, 0, [4, 4])
    assert data["steps"] == (20 if query.keys() & {"depth"} else 2)


def test_the_position_goes_to_the_link_and_home_leaves_it() -> None:
    app = rest_at(opened(), 1, 3, (0, 5))
    assert link_of(app) == {"depth": "2", "step": "1", "unit": "3", "place": "0,5"}
    assert about(app)["place"] == [0, 5]
    rest_at(app, -1, 0, (4, 4))
    assert link_of(app) == {"depth": "2"}


def test_choices_are_written_and_a_place_stays_only_where_there_is_one() -> None:
    app = opened(place="7,7", unit=5, step=1)
    app.button_group(key="choose stack").set_value("dense")
    run(app)
    assert link_of(app) == {"depth": "2", "stack": "dense", "place": "7,7", "step": "1"}
    app.toggle(key="set norm").set_value(True).run()
    app.button_group(key="choose reads").set_value("point")
    run(app)
    assert link_of(app) == {"depth": "2", "stack": "dense", "norm": "yes", "reads": "point", "kernel": "1", "step": "1"}
    assert KINDS["depth"].own is type(read_link(link_of(app), LANGUAGES, "depth")[0].own)


def test_a_stack_is_as_it_was_left() -> None:
    app = opened(stack="plain", kernel=5)
    turn_to(app, "step")
    assert told(app) == []
    turn_to(app, "depth")
    assert link_of(app) == {"depth": "2", "stack": "plain", "kernel": "5"}


def test_the_usual_scene_needs_no_parameter() -> None:
    scene, problems = read_link({}, LANGUAGES, "depth")
    assert (problems, write_link(scene)) == ([], {})


# One's own file


def test_an_own_file_is_read_with_its_gaps_filled_and_goes_with_the_visit() -> None:
    app = upload(data=b"t,x\n" + b"".join(b"%d,%s\n" % (at, b"" if at == 3 else b"%d" % (at % 4)) for at in range(12)))
    file = link_of(app)
    turn_to(app, "depth")
    app.query_params.update({**file, "reads": "sequence", "depth": "2"})
    run(app)
    assert told(app) == []
    (pane,) = panes_of(app)
    assert about(app)["places"] == [12]
    assert np.isfinite(array_of(pane, "out")).all()
    stranger = opened(**file, reads="sequence")
    assert len(told(stranger)) == 2
    assert about(stranger)["places"] != [12]


@pytest.mark.parametrize("table", ["", "x\n", "x\nnan\nnan\n"])
def test_what_is_no_table_is_told_and_another_sequence_shown(table: str) -> None:
    app = visit({"depth": 2, "reads": "sequence", "input": "table", "table": table}, page="depth")
    assert len(told(app)) == 2
    assert not about(app)["stopped"]
