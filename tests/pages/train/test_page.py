"""The train page run through the app's entry point without a browser, on a cluster within this process."""

from __future__ import annotations

import json
import math
import re
from base64 import b64decode
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cells import CELLS, TASKS, InputError, load_trained, trace
from cells.training import follow, restored
from pages.shared.jobs import TRAINING_JOBS
from pages.shared.scene.registry import KINDS
from pages.shared.scene.scene import Scene
from pages.shared.words.catalogue import translate
from pages.train.kind import TRAIN
from pages.train.results import file_of, recipe_of
from pages.train.training import Training, write_training
from tests.checking.sampling import few, rare
from tests.pages.scenes import LANGUAGES, MOSTLY_ENGLISH
from tests.pages.shared.jobs.inline import Inline, inline_trainings
from tests.pages.train.links import linked, training_in
from tests.pages.visit import data_of, link_of, report, run, told, turn_to, visit
from tests.pages.waiting import wait_until

PAGE = "train"
SHORT = "latch,length:8,units:2,updates:12"


@pytest.fixture(autouse=True)
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inline]:
    yield from inline_trainings(monkeypatch)


def train(app: AppTest) -> AppTest:
    """Press Start, and wait for the end."""
    press(app, "start-training")
    wait_until(lambda: not any(one.going for one in TRAINING_JOBS._jobs.values()))
    return run(app)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def scene_of(training: str, cell: str = "lstm") -> Scene:
    return TRAIN.scene(cell=cell).with_own(training=linked(training))


def snapshots(app: AppTest) -> list[dict[str, Any]]:
    payloads: list[dict[str, Any]] = data_of(app)["moments"]
    return payloads


def progress_text(app: AppTest) -> str:
    """Return the line above the bar of progress."""
    (bar,) = app.get("progress")
    return str(bar.proto.text).replace("\\", "")


def buttons(app: AppTest) -> set[str]:
    return {one.key for one in app.button if one.key and one.key.endswith("-training")}


@pytest.mark.parametrize("lang", MOSTLY_ENGLISH)
def test_before_the_start_the_untrained_cell_is_stepped_through(lang: str) -> None:
    app = visit({"lang": lang}, page=PAGE)
    assert [one["update"] for one in snapshots(app)] == [0]
    assert buttons(app) == {"start-training"}
    assert not app.get("progress")
    assert told(app) == []


@pytest.mark.each_value
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("cell", few(CELLS, "lstm-peephole", "gru"))
def test_every_cell_is_trained_and_stepped_through_at_each_checkpoint(cell: str, lang: str) -> None:
    app = train(visit({"training": SHORT, "cell": cell, "lang": lang}, page=PAGE))
    here = list(follow(recipe_of(scene_of(SHORT, cell))))
    assert [one["update"] for one in snapshots(app)] == [one.update for one in here]
    assert progress_text(app).startswith(translate(lang, "Finished"))
    assert not buttons(app)
    figure = json.loads(app.get_by_key("curves").proto.spec)
    successes = figure["data"][1]
    assert list(np.array(values_of(successes["y"]))) == [one.success for one in here[1:]]
    assert told(app) == []


def values_of(numbers: Any) -> list[float]:
    """Read an array as Plotly writes it."""
    if isinstance(numbers, dict):
        return np.frombuffer(b64decode(numbers["bdata"]), numbers["dtype"]).tolist()  # type: ignore[no-any-return]
    return list(numbers)


@pytest.mark.parametrize("task", few(TASKS, "reber", "sunspots"))
def test_every_task_is_trained_and_its_result_told(task: str) -> None:
    training = Training(task).with_value("updates", 2).with_value("units", 2)
    app = train(visit({"training": write_training(training)}, page=PAGE))
    recipe = recipe_of(TRAIN.scene().with_own(training=training))
    *_, last = follow(recipe)
    text = "\n".join(block.value for block in app.markdown)
    success = f"{last.success:.3f}" if recipe.problem().goal.lower else f"{100 * last.success:.1f} %"
    assert f"After 2 updates: {success}" in text.replace("\\", "")
    assert "It does not count as learnt yet" in text
    assert snapshots(app)[-1]["update"] == 2


def test_the_numbers_are_those_of_the_restored_checkpoint() -> None:
    app = train(visit({"training": SHORT}, page=PAGE))
    recipe = recipe_of(scene_of(SHORT))
    *_, last = follow(recipe)
    module, readout = restored(recipe, last)
    sequence = recipe.problem().sequence()
    (layer,) = trace(module, sequence.values)
    shares = readout(layer["hidden"]).softmax(dim=-1)
    rows = snapshots(app)[-1]["about"]["prediction"]["rows"]
    for step, row in enumerate(rows):
        for name, share in row:
            assert share == pytest.approx(shares[step, recipe.problem().outputs.index(name)].item(), abs=1e-6)


def test_it_is_paused_resumed_and_stopped(cluster: Inline) -> None:
    cluster.free = False
    app = visit({"training": SHORT}, page=PAGE)
    press(app, "start-training")
    assert buttons(app) == {"pause-training", "stop-training"}
    assert progress_text(app).startswith("Waiting for a worker")
    cluster.permit(3)
    (going,) = TRAINING_JOBS._jobs.values()
    wait_until(lambda: len(going._losses) == 3)
    assert progress_text(run(app)).startswith("Training · 3 / 12")
    press(app, "pause-training")
    assert progress_text(app).startswith("Paused · 3 / 12")
    assert buttons(app) == {"start-training", "stop-training"}
    press(app, "start-training")
    assert progress_text(app).startswith("Training · 3 / 12")
    press(app, "stop-training")
    assert progress_text(app).startswith("Stopped · 3 / 12")
    assert buttons(app) == {"start-training"}
    assert [one["update"] for one in snapshots(app)] == [0, 1, 2, 3], "what has been learnt is kept"


def test_the_page_says_for_what_its_buttons_are_and_whether_they_stay_so(cluster: Inline) -> None:
    cluster.free = False
    app = visit({"training": SHORT}, page=PAGE)
    assert mark(app) == ("0-7-0-0", "False")
    press(app, "start-training")
    (going,) = TRAINING_JOBS._jobs.values()
    cluster.permit(4)
    wait_until(lambda: len(going._losses) == 4)
    run(app)
    shown, moving = mark(app)
    assert (shown.rpartition("-")[2], moving) == ("4", "True"), "the next look may show another one"
    opening = data_of(app)["opening"]
    report(app, position={"opening": opening, "step": 2, "unit": 1, "update": 3, "newest": False})
    assert mark(app) == (f"{opening}-2-1-3", "False")
    report(app, position={"opening": opening, "step": 2, "unit": 1, "update": 4, "newest": True})
    press(app, "pause-training")
    assert mark(app) == (f"{opening}-2-1-4", "False")


def mark(app: AppTest) -> tuple[str, str]:
    """Return what the page's buttons are drawn for, and whether it moves by itself."""
    (html,) = [one.proto.body for one in app.get("html") if "data-shown" in one.proto.body]
    found = re.fullmatch(r'<span data-shown="(.*)" data-asked="" data-moving="(.*)" hidden></span>', html)
    assert found
    return found[1], found[2]


def test_the_position_and_the_checkpoint_are_in_the_link() -> None:
    app = train(visit({"training": SHORT}, page=PAGE))
    opening = data_of(app)["opening"]
    report(app, position={"opening": opening, "step": 2, "unit": 1, "update": 3, "newest": False})
    assert link_of(app) == {"training": SHORT, "step": "2", "unit": "1", "update": "3"}
    report(app, position={"opening": opening, "step": 7, "unit": 0, "update": 12, "newest": True})
    assert link_of(app) == {"training": SHORT}, "which is as usual"


def test_a_reader_at_the_newest_checkpoint_stays_there_however_late_his_browser_reports(cluster: Inline) -> None:
    cluster.free = False
    app = visit({"training": SHORT}, page=PAGE)
    press(app, "start-training")
    (going,) = TRAINING_JOBS._jobs.values()
    opening, now = data_of(app)["opening"], count()

    def report_at(update: int, *, newest: bool, at: float | None = None) -> dict[str, Any]:
        made = next(now) if at is None else at
        report(app, position={"opening": opening, "at": made, "step": 2, "unit": 1, "update": update, "newest": newest})
        return link_of(app)

    cluster.permit(3)
    wait_until(lambda: len(going._losses) == 3)
    followed = {"training": SHORT, "step": "2", "unit": "1"}
    assert report_at(1, newest=True) == followed, "a browser that knows no more than the first update"
    cluster.free = True
    cluster.permit(9)
    wait_until(lambda: going.complete)
    assert report_at(3, newest=True) == followed
    assert progress_text(run(app)).startswith("Finished")
    assert data_of(app)["opening"] == opening, "the stepper has gone on by itself"
    assert report_at(6, newest=False) == {**followed, "update": "6"}, "only a hand leaves it"
    assert report_at(3, newest=True, at=0.5) == {**followed, "update": "6"}, "an older report that comes later"
    assert report_at(12, newest=True) == followed


def test_a_link_that_names_the_newest_update_stays_there_while_others_come(cluster: Inline) -> None:
    app = train(visit({"training": SHORT, "update": 12}, page=PAGE))
    data = data_of(app)
    assert (data["update"], data["newest"]) == (12, False)


@pytest.mark.parametrize("page", few(["step", "compare", "order", "gradient", "arrange", "units"], "order"))
def test_one_click_takes_the_cell_on_to_any_page(page: str) -> None:
    app = train(visit({"training": SHORT}, page=PAGE))
    app.button(key=f"on-to-{page}").click()
    run(app)
    app.switch_page(KINDS[page].script)
    run(app)
    assert told(app) == []
    link = link_of(app)
    assert (link["weights"], link["input"], link["length"]) == ("model", "sample", "8")


def test_the_shown_checkpoint_is_the_one_that_is_downloaded() -> None:
    app = train(visit({"training": SHORT, "update": 3}, page=PAGE))
    (button,) = app.get("download_button")
    assert button.proto.label == "Download the weights of update 3"
    assert "update 3" in " ".join(block.value for block in app.subheader)
    recipe = recipe_of(scene_of(SHORT))
    third = next(one for one in follow(recipe) if one.update == 3)
    data, name = file_of(recipe, third)
    assert name == "gatescope-latch-lstm-3.safetensors"
    assert load_trained(data).metadata["update"] == "3"


@pytest.mark.parametrize("lang", MOSTLY_ENGLISH)
def test_a_training_that_runs_away_says_why(lang: str) -> None:
    runaway = "adding,updates:60,units:16,learning_rate:1.0,clip:0"
    app = train(visit({"training": runaway, "cell": "rnn-relu", "lang": lang}, page=PAGE))
    assert progress_text(app).startswith(translate(lang, "Ended early"))
    assert len(told(app)) == 1
    assert buttons(app) == {"start-training"}, "it can be tried again"
    assert all(math.isfinite(one["update"]) for one in snapshots(app))


def test_a_dead_worker_and_a_lost_scheduler_are_told(cluster: Inline) -> None:
    app = train(visit({"training": SHORT}, page=PAGE))
    (one,) = TRAINING_JOBS._jobs.values()
    one._note_death()
    cluster.note = InputError("The scheduler {address} cannot be reached.", address="tcp://there")
    run(app)
    lines = told(app)
    assert len(lines) == 2
    assert lines[0].replace("\u2060", "") == "The scheduler tcp://there cannot be reached."
    assert lines[1].startswith("A worker died at update 12")


@pytest.mark.parametrize("lang", MOSTLY_ENGLISH)
def test_a_full_queue_is_told_and_nothing_else_changes(cluster: Inline, lang: str) -> None:
    cluster.free = False
    app = visit({"lang": lang}, page=PAGE)
    for seed in range(2):
        app.query_params["training"] = f"{SHORT},seed:{seed}"
        run(app)
        press(app, "start-training")
    app.query_params["training"] = f"{SHORT},seed:2"
    run(app)
    press(app, "start-training")
    (line,) = told(app)
    assert "2" in line
    assert buttons(app) == {"start-training"}


# The link, and what is wrong with it


@pytest.mark.parametrize("lang", MOSTLY_ENGLISH)
@pytest.mark.parametrize(
    "training",
    [
        rare("nothing"),
        "latch,length",
        "latch,height:3",
        rare("latch,units:0"),
        "latch,units:many",
        "latch,units:257",
        rare("latch,updates:200001"),
        rare("latch,length:1000000"),
        "latch,learning_rate:nan",
        "latch,optimiser:magic",
        "latch,kept:abc",
        "text,text:ab",
        "text,kept:abcdef",
        "adding,length:100,units:256,batch:256" + ",length:1000",
        "%ff,[](http://x)",
    ],
)
def test_what_a_link_says_wrongly_is_told_and_a_training_shown_without_it(training: str, lang: str) -> None:
    app = visit({"training": training, "lang": lang}, page=PAGE)
    assert told(app)
    _, expected, _ = training_in(training)
    assert buttons(app) == {"start-training"}
    if expected.task == "latch":  # the other networks here are too large to be shown before they are trained
        assert [one["update"] for one in snapshots(app)] == [0]
        assert data_of(app)["panes"][0]["steps"] == len(expected.problem().sequence().labels)


def test_a_task_is_chosen_with_its_usual_settings() -> None:
    app = visit({"step": 3, "unit": 1}, page=PAGE)
    press(app, "task-parity")
    assert link_of(app) == {"training": "parity"}
    app.slider(key="set training length").set_value(9)
    run(app)
    assert link_of(app)["training"] == "parity,length:9"
    app.select_slider(key="set training updates").set_value(100.0)
    run(app)
    assert link_of(app)["training"] == "parity,length:9,updates:100"
    press(app, "task-latch")
    assert link_of(app) == {}


def test_a_text_is_learnt_a_long_one_beside_the_link_and_a_short_one_refused() -> None:
    app = visit({"training": "text,updates:2,units:2"}, page=PAGE)
    app.text_area(key="set training text").set_value("abc, abd: " * 40)
    run(app)
    assert "text:abc%2C abd: " in link_of(app)["training"]
    long = "na und ob, sagte er. " * 400
    app.text_area(key="set training text").set_value(long)
    run(app)
    assert told(app) == []
    assert "kept:" in link_of(app)["training"]
    assert app.text_area(key="set training text").value == long
    train(app)
    assert snapshots(app)[-1]["update"] == 2
    app.text_area(key="set training text").set_value("a")
    run(app)
    assert "80" in told(app)[0]
    assert app.text_area(key="set training text").value == long, "which is kept"


def test_its_settings_are_there_again_after_another_page() -> None:
    app = visit({"training": SHORT}, page=PAGE)
    turn_to(app, "step")
    turn_to(app, PAGE)
    assert link_of(app) == {"training": SHORT}
