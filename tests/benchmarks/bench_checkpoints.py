"""How long does a large checkpoint take to open, and how much memory, against the library whose format it is?

Run it alone with `python -m tests.benchmarks.bench_checkpoints`. Each file has about 100 MB: an embedding, two LSTMs
and a readout. The times are medians of turns taken in one run; the memory is what a process of its own needs at most
beyond what it has after its imports. Safetensors are mapped and not read, here and by their own library, so there every
number is read once on both sides.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
import onnx
import safetensors.torch
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from cells import Checkpoint, load_checkpoint
from tests.benchmarks.bench_cells import one_thread
from tests.benchmarks.bench_files import most
from tests.benchmarks.turns import in_turns
from tests.cells.checkpoints.keras_models import L, keras

WORDS, WIDTH, UNITS, OUTPUTS = 20_000, 512, 1024, 64
TURNS = 7
TIME_TARGET, MEMORY_TARGET = 2.0, 2.5  # times the library's own load, times the file, at most
MEGABYTE = 1 << 20


def main() -> None:
    """Measure and print the table."""
    print(f"a checkpoint of an embedding, two LSTMs of {UNITS:,} units and a readout; medians of {TURNS} turns\n")
    print(f"{'format':<16}{'size':>8}{'its library':>14}{'load_checkpoint':>18}{'ratio':>8}{'memory':>9}")
    print(f"{'target':<56}{f'<= {TIME_TARGET:g}':>8}{f'<= {MEMORY_TARGET:g}':>9}")
    with TemporaryDirectory() as folder, one_thread():
        for name, path, alone in files(Path(folder)):
            theirs, ours = in_turns(TURNS, alone, partial(opened, path), clock=perf_counter)
            size, needed = path.stat().st_size, peak(path)
            times = f"{theirs * 1e3:>11.0f} ms{ours * 1e3:>15.0f} ms{ours / theirs:>8.2f}"
            print(f"{name:<16}{size / MEGABYTE:>5.0f} MB{times}{needed / size:>9.2f}", flush=True)


def files(folder: Path) -> Iterator[tuple[str, Path, Callable[[], object]]]:
    """A file of each format, and how its own library loads it."""
    weights = torch_model().state_dict()
    torch.save(weights, pt := folder / "model.pt")
    yield "PyTorch", pt, lambda: torch.load(pt, weights_only=True)
    safetensors.torch.save_file(weights, safe := folder / "model.safetensors")
    yield "safetensors", safe, lambda: touched(safetensors.torch.load_file(safe).values())
    onnx.save(onnx_model(), graph := folder / "model.onnx")
    yield "ONNX", graph, lambda: onnx.load(graph)
    model = keras_model()
    model.save(whole := folder / "model.keras")
    yield "Keras 3", whole, lambda: keras.models.load_model(whole, compile=False)
    model.save_weights(alone := folder / "model.weights.h5")
    yield "Keras 3 weights", alone, lambda: model.load_weights(alone)
    model.save(older := folder / "model.h5")
    yield "Keras 2", older, lambda: keras.models.load_model(older, compile=False)


def torch_model() -> nn.Module:
    """The model in PyTorch."""
    parts = {
        "embedding": nn.Embedding(WORDS, WIDTH),
        "rnn": nn.LSTM(WIDTH, UNITS, num_layers=2),
        "fc": nn.Linear(UNITS, OUTPUTS),
    }
    return nn.ModuleDict(parts)


def keras_model() -> Any:
    """The model in Keras."""
    recurrent = [L.LSTM(UNITS, return_sequences=True) for _ in range(2)]
    return keras.Sequential([L.Input((None,)), L.Embedding(WORDS, WIDTH), *recurrent, L.Dense(OUTPUTS)])


def onnx_model() -> onnx.ModelProto:
    """The model in ONNX."""
    random, rows = np.random.default_rng(0), 4 * UNITS
    shapes = {
        "embedding": (WORDS, WIDTH),
        **{"W0": (1, rows, WIDTH), "R0": (1, rows, UNITS), "W1": (1, rows, UNITS), "R1": (1, rows, UNITS)},
        "fc": (UNITS, OUTPUTS),
    }
    stored = {name: random.random(shape, np.float32) for name, shape in shapes.items()}
    nodes = [
        helper.make_node("Gather", ["embedding", "ids"], ["X"]),
        helper.make_node("LSTM", ["X", "W0", "R0"], ["Y0"], hidden_size=UNITS),
        helper.make_node("Squeeze", ["Y0", "axis"], ["X1"]),
        helper.make_node("LSTM", ["X1", "W1", "R1"], ["Y1"], hidden_size=UNITS),
        helper.make_node("Squeeze", ["Y1", "axis"], ["X2"]),
        helper.make_node("MatMul", ["X2", "fc"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "model",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [None, None])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, None, OUTPUTS])],
        [numpy_helper.from_array(values, name) for name, values in {**stored, "axis": np.array([1])}.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def opened(path: Path) -> None:
    """Open a checkpoint and read what lies in its file until then."""
    read(load_checkpoint(path))


def read(checkpoint: Checkpoint) -> None:
    """Read every number of safetensors, which lie in their file until then."""
    if checkpoint.format != "safetensors":
        return
    for layer in checkpoint.layers.values():
        parts = [part for part in (layer.module, layer.embedding, layer.readout) if part is not None]
        touched(parameter for part in parts for parameter in part.parameters())


def touched(tensors: Iterable[Tensor]) -> None:
    """Read every number once."""
    for values in tensors:
        values.sum()


def peak(path: Path) -> int:
    """The most bytes that opening takes in a process of its own, beyond what it has before."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_checkpoints", str(path)]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def measure(path: Path) -> None:
    """Print how many bytes this process needs at most to open a checkpoint, after a small one."""
    load_checkpoint(safetensors.torch.save(nn.LSTM(1, 1).state_dict()))
    before = most()
    opened(path)
    print(most() - before)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]))
    else:
        main()
