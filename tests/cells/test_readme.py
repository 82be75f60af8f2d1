from __future__ import annotations

import math
from pathlib import Path

import pytest

from cells import CELLS, deep
from cells.sequences import SEQUENCES, SequenceKind
from cells.weights import WEIGHTS, WeightKind
from tests.readme import README, run_example


def test_the_python_example_runs_and_says_true_shapes() -> None:
    names = run_example("trace(module, xs)")
    layers, first = names["layers"], names["first"]
    assert len(layers) == 2
    assert first["forget"].shape == first.origin().shape == (10, 8)
    assert first.parts(0)["forget"]["hidden"].shape == (10,)
    assert set(first) == {signal.name for signal in CELLS["lstm"].shown}


def test_the_clamp_example_runs_and_holds() -> None:
    held = run_example("Clamp(")["held"]
    assert held["forget"][4:8, 0].tolist() == [1.0] * 4
    assert (held["forget"][:4, 0] < 1).all()


def test_the_file_example_runs_and_says_true_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(README.parent)
    names = run_example("read_sequence(")
    assert names["xs"].shape == (526, 1)
    assert int(names["reading"].filled.sum()) == 5
    assert names["reading"].rounding > 0
    assert names["xs"].mean().abs() < 1e-5


def test_the_gradient_example_runs_and_says_true_shapes() -> None:
    names = run_example("gradient_flow(")
    assert names["influence"].shape == (50, 50)
    assert names["norms"].shape == (50,)
    assert names["shares"].shape == (50, 32, 8)
    assert 0 < names["steps"] < math.inf


def test_the_example_of_a_stacks_gradient_runs_and_says_true_shapes() -> None:
    names = run_example("gradient_flows(")
    assert len(names["flows"]) == 6
    assert names["lowest"].values.shape == names["top"].values.shape == (20,)
    assert 0 < names["reaches"] < math.inf


def test_the_depth_example_runs_and_says_true_shapes() -> None:
    names = run_example("depth_gradient(")
    unit, norm, run = names["unit"], names["norm"], names["run"]
    assert unit["branch"].shape == (2, 8, 8, 8)
    assert set(unit) == {"norm_1", "relu_1", "conv_1", "norm_2", "relu_2", "branch", "shortcut", "out"}
    assert norm.batch_mean.shape == norm.running_mean.shape == norm.next_running_mean.shape == (8,)
    assert run.scores.shape == (2, 10)
    assert deep(names["own"], names["pictures"]).units[1]["out"].shape == (2, 4, 8, 8)
    assert len(names["back"].norms) == 21


def test_the_training_example_runs_and_learns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = run_example("follow(made)")
    assert names["checkpoint"].update == 500
    assert names["checkpoint"].loss < 0.5
    assert names["counter"].module.hidden_size == 2
    assert (tmp_path / "counter.safetensors").exists()


def test_a_module_of_your_own_is_stepped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = run_example("from pages.offline import")
    assert "<iframe" in names["stepper"]._repr_html_()
    assert {path.suffix for path in tmp_path.iterdir()} == {".html", ".npz"}


def test_every_cell_is_named() -> None:
    readme = README.read_text(encoding="utf-8")
    assert [key for key in CELLS if f"`{key}`" not in readme] == []


def test_every_choice_and_setting_of_a_link_is_named() -> None:
    readme = README.read_text(encoding="utf-8")
    kinds: list[SequenceKind | WeightKind] = [*SEQUENCES.values(), *WEIGHTS.values()]
    names = {kind.key for kind in kinds} | {setting.name for kind in kinds for setting in kind.settings}
    assert sorted(name for name in names if f"`{name}`" not in readme) == []
