"""`python -m cells.train`: one line of JSON, a file, a progress bar, and exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cells import load_trained, train
from cells.training import Checkpoint, command, follow
from cells.training.command import main
from cells.training.recipe import recipe
from tests import ROOT

SHORT = ["echo", "gru", "--length", "8", "--delay", "1", "--units", "4", "--updates", "12", "--seed", "3"]


def test_it_trains_as_the_function_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "echo.safetensors"
    assert main([*SHORT, "--out", str(out)]) == 0
    printed = capsys.readouterr()
    (line,) = printed.out.splitlines()
    said = json.loads(line)
    last = list(train("echo", "gru", 4, 12, 3, length=8, delay=1))[-1]
    assert (said["success"], said["loss"], said["updates"]) == (last.success, last.loss, 12)
    assert (said["task"], said["cell"], said["units"], said["seed"]) == ("echo", "gru", 4, 3)
    assert (said["criterion"], said["chance"], said["trivial"], said["reached"]) == (0.99, 0.5, 0.5, False)
    assert said["out"] == str(out)
    assert "12/12" in printed.err
    assert "success=" in printed.err
    loaded = load_trained(out)
    assert loaded.metadata["command"].startswith("python -m cells.train echo gru --length 8")
    assert float(loaded.metadata["success"]) == last.success


def test_it_runs_in_a_terminal() -> None:
    arguments = [sys.executable, "-W", "error", "-m", "cells.train", *SHORT]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["measure"] == "share of the steps of new sequences answered rightly"
    assert "12/12" in done.stderr


def test_quiet_means_without_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SHORT, "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_the_command_of_a_recipe_makes_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    made = recipe("echo", "mgu", {"length": 9, "delay": 2}, units=3, updates=2, optimiser="sgd", learning_rate=0.5)
    options = command.parser_of().parse_args(made.command.removeprefix("python -m cells.train ").split())
    assert command.recipe_of(options) == made


def test_a_text_is_read_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rhyme.txt"
    file.write_text("가나다라 마바사\n" * 20, encoding="utf-8-sig")
    made = ["text", "rnn", "--length", "8", "--units", "2", "--updates", "1", "--quiet"]
    assert main([*made, "--text-file", str(file), "--out", str(tmp_path / "a.safetensors")]) == 0
    assert main([*made, "--text", "가나다라 마바사\n" * 20, "--out", str(tmp_path / "b.safetensors")]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first)["loss"] == json.loads(second)["loss"]
    assert load_trained(tmp_path / "a.safetensors").channels[:4] == ("가", "나", "다", "라")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "the following arguments are required: TASK, CELL"),
        (["juggling", "lstm"], "There is no task juggling; there are latch"),
        pytest.param(["latch", "brain"], "There is no cell brain; there are rnn", marks=pytest.mark.exhaustive),
        pytest.param(
            ["latch", "lstm", "--length", "3"],
            "length must be a whole number from 8 to 500, not 3",
            marks=pytest.mark.exhaustive,
        ),
        (["latch", "lstm", "--length", "many"], "invalid int value: 'many'"),
        (["latch", "lstm", "--delay", "3"], "The task latch has no setting delay"),
        pytest.param(
            ["latch", "lstm", "--units", "0"],
            "units must be a whole number from 1 to 256, not 0",
            marks=pytest.mark.exhaustive,
        ),
        pytest.param(
            ["latch", "lstm", "--learning-rate", "nan"], "learning_rate must be a number", marks=pytest.mark.exhaustive
        ),
        pytest.param(
            ["latch", "lstm", "--optimiser", "luck"], "There is no optimiser luck", marks=pytest.mark.exhaustive
        ),
        (["latch", "lstm", "--speed", "3"], "unrecognized arguments: --speed 3"),
        (["latch", "lstm", "--out", "weights.pt"], "must end in .safetensors"),
        (["latch", "lstm", "--out", "no/such/folder/w.safetensors"], "there is no such folder"),
        (["text", "lstm", "--text", "short"], "The text has 5 characters"),
        (["text", "lstm", "--text", "a", "--text-file", "b"], "Give --text or --text-file, not both"),
        (["text", "lstm", "--text-file", "no-such-file.txt"], "No such file"),
        (["text", "lstm", "--text-file", sys.executable], "is not a text in UTF-8"),
    ],
    ids=lambda it: it if isinstance(it, str) else None,
)
def test_bad_arguments_give_one_line_and_2(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    printed = capsys.readouterr()
    assert left.value.code == 2
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert line.startswith("python -m cells.train: ")
    assert problem in line


def test_one_that_runs_away_says_so_and_keeps_what_was_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "away.safetensors"
    options = ["--updates", "60", "--units", "16", "--learning-rate", "1", "--clip", "0", "--quiet", "--out", str(out)]
    assert main(["adding", "rnn-relu", *options]) == 1
    said = json.loads(capsys.readouterr().out)
    assert re.fullmatch(r"The loss ran away at update \d+\.", said["trouble"])
    assert load_trained(out).metadata["update"] == str(said["updates"])


def test_an_interrupted_one_keeps_its_last_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> Iterator[Checkpoint]:
        for checkpoint in follow(*arguments):  # type: ignore[arg-type]
            if checkpoint.update > 4:
                raise KeyboardInterrupt
            yield checkpoint

    monkeypatch.setattr(command, "follow", interrupted)
    out = tmp_path / "part.safetensors"
    assert main([*SHORT, "--quiet", "--out", str(out)]) == 130
    assert json.loads(capsys.readouterr().out)["updates"] == 4
    assert load_trained(out).metadata["update"] == "4"


def test_a_file_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> bytes:
        raise OSError("No space left on device")

    monkeypatch.setattr(command, "save_trained", full)
    assert main([*SHORT, "--quiet", "--out", str(tmp_path / "w.safetensors")]) == 1
    printed = capsys.readouterr()
    assert "No space left on device" in printed.err
    assert json.loads(printed.out)["updates"] == 12
