"""A held signal is held before anything is computed from it: against the textbook's loop, in which the same is done.

Axes: T time steps, B batch, I input features, H hidden units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from cells import CELLS, InputError, LayerTrace, trace
from cells.core.forward_pass import Signals, Weights
from cells.core.rule import Rule, no_hold, walk
from cells.tracing.clamp import Clamp, Span
from tests.cells.cases import KEEPING, KINDS, SOME_CELLS, B, Case, H, P, T
from tests.cells.textbook import Array, Hold, textbook
from tests.checking.sampling import few

each_cell = pytest.mark.parametrize("cell", SOME_CELLS)
every_cell = pytest.mark.parametrize("cell", CELLS)
# Each kind of signal; every one of every cell is held in `test_a_value_beyond_the_signals_reach_is_taken`.
HELD = ("hidden", "cell", "candidate", "forget", "reset")
each_signal = pytest.mark.parametrize(
    ("cell", "signal"),
    [
        pytest.param(key, signal.name, marks=() if key in KINDS and signal.name in HELD else pytest.mark.exhaustive)
        for key, cell in CELLS.items()
        for signal in cell.shown
    ],
)


def spread(span: Span, size: int) -> list[int]:
    """Return the indices that a span names, as numpy counts them."""
    if span is None or isinstance(span, slice):
        return [int(index) for index in np.arange(size)[span or slice(None)]]
    return [span] if isinstance(span, int) else list(span)


def plainly(clamps: Sequence[Clamp], run: int, t: int) -> Hold:
    """Do to a signal of a layer and direction at step t what the clamps do, one after the other."""

    def hold(name: str, value: Array) -> Array:
        value = value.copy()
        for clamp in clamps:
            if clamp.signal == name and clamp.layer in (None, run) and t in spread(clamp.steps, T):
                value[spread(clamp.units, len(value))] = clamp.value
        return value

    return hold


def check(case: Case, *clamps: Clamp) -> list[LayerTrace]:
    """Return the clamped trace, every number of it that of the textbook with the same signals held."""
    module, xs, states = case.module(), case.sequence(), case.states()
    layers = trace(module, xs, case.as_argument(states), clamps)
    expected = textbook(case.cell, module, case.time_major(xs), states, partial(plainly, clamps))
    for layer, signals in zip(layers, expected, strict=True):
        assert list(layer) == [signal.name for signal in CELLS[case.cell].shown]
        for name, values in signals.items():
            size = max(1.0, float(np.abs(values).max()))
            assert_close(layer[name], case.lay_out(torch.from_numpy(values)), rtol=0, atol=case.tolerance * size)
    return layers


# What follows from a held signal


@pytest.mark.each_value
@each_signal
def test_what_follows_from_a_held_signal_follows(cell: str, signal: str) -> None:
    case = Case(cell, layers=2, bidirectional=True, dtype=torch.float64)
    for layer in check(case, Clamp(signal, 0.3, units=(1, 3), steps=range(2, 5))):
        assert (layer[signal][2:5, :, [1, 3]] == 0.3).all()
        assert not (layer[signal][:, :, [0, 2, 4]] == 0.3).any()


@pytest.mark.each_value
@each_signal
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_a_clamp_may_be_on_one_layer_and_direction(cell: str, signal: str, layer: int) -> None:
    layers = check(
        Case(cell, layers=2, bidirectional=True, dtype=torch.float64), Clamp(signal, -0.4, steps=3, layer=layer)
    )
    assert [bool((one[signal][3] == -0.4).all()) for one in layers] == [index == layer for index in range(4)]
    assert [bool(one.held) for one in layers] == [index == layer for index in range(4)]


@pytest.mark.each_value
@each_signal
@pytest.mark.parametrize("layout", [{"batched": False}, {"batch_first": True}, {"bias": False}, {"given_state": False}])
def test_in_every_layout(cell: str, signal: str, layout: dict[str, bool]) -> None:
    check(Case(cell, dtype=torch.float64, **layout), Clamp(signal, 0.7, units=2, steps=slice(1, None, 2)))


@pytest.mark.each_value
@each_signal
def test_at_every_step_and_unit(cell: str, signal: str) -> None:
    (layer,) = check(Case(cell, dtype=torch.float64), Clamp(signal, 0.25))
    assert (layer[signal] == 0.25).all()


@pytest.mark.each_value
@each_signal
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_in_every_precision(cell: str, signal: str, dtype: torch.dtype) -> None:
    case = Case(cell, dtype=dtype)
    (layer,) = trace(case.module(), case.sequence(), clamp=Clamp(signal, 0.5, steps=4))
    assert all(values.dtype == dtype for values in layer.values())
    assert (layer[signal][4] == 0.5).all()


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported")
@pytest.mark.parametrize("signal", few((signal.name for signal in CELLS["lstm"].shown), "forget", "cell", "hidden"))
def test_a_projected_hidden_state_has_fewer_units(signal: str) -> None:
    case = Case("lstm", layers=2, bidirectional=True, proj_size=P, dtype=torch.float64)
    check(case, Clamp(signal, 0.3, units=1, steps=2))
    with pytest.raises(InputError, match=f"unit {P}: this run has units 0 to {P - 1}"):
        trace(case.module(), case.sequence(), clamp=Clamp("hidden", 0, units=P))
    check(case, Clamp("cell", 0.3, units=P))


@every_cell
def test_a_value_beyond_the_signals_reach_is_taken(cell: str) -> None:
    for signal in CELLS[cell].shown:
        check(Case(cell, dtype=torch.float64), Clamp(signal.name, 2.5, steps=1), Clamp(signal.name, -3, steps=2))


def test_coupled_gates_are_coupled_one_way() -> None:
    case = Case("lstm-coupled", dtype=torch.float64)
    (shut,) = check(case, Clamp("input", 0.25, steps=3))
    assert (shut["forget"][3] == 0.75).all()
    (kept,) = check(case, Clamp("forget", 0.25, steps=3))
    assert (kept["input"][3] != 0.75).all()


def test_a_peephole_of_the_output_gate_sees_a_held_cell_state() -> None:
    module, xs = Case("lstm-peephole", batched=False).module(), torch.randn(T, 4)
    (layer,) = trace(module, xs, clamp=Clamp("cell", 2.0, steps=3))
    p_o = module.get_parameter("weight_po_l0").detach()
    assert_close(layer.parts()["output"]["cell_now"][3], 2 * p_o)
    assert_close(layer.parts()["forget"]["cell"][4], 2 * module.get_parameter("weight_pf_l0").detach())


def test_gates_of_the_next_step_see_a_held_gate() -> None:
    module, xs = Case("lstm-full-gate-recurrence", batched=False).module(), torch.randn(T, 4)
    (layer,) = trace(module, xs, clamp=[Clamp(gate, 0.0, steps=3) for gate in ("input", "forget", "output")])
    for gate in ("input", "forget", "output"):
        assert not layer.parts()[gate]["gates"][4].any()
        assert layer.parts()[gate]["gates"][5].all()


# Several clamps, and where they stand


@each_cell
def test_several_clamps_hold_at_once(cell: str) -> None:
    clamps = [
        Clamp(signal.name, 0.1 * index, units=index % H, steps=slice(index % T, None))
        for index, signal in enumerate(CELLS[cell].shown)
    ]
    check(Case(cell, layers=2, bidirectional=True, dtype=torch.float64), *clamps)


@pytest.mark.each_value
@each_signal
def test_where_two_meet_the_later_one_holds(cell: str, signal: str) -> None:
    first, second = Clamp(signal, 0.2, units=range(3), steps=range(4)), Clamp(signal, 0.6, units=2, steps=slice(3, 6))
    (layer,) = check(Case(cell, dtype=torch.float64), first, second)
    assert layer[signal][3, 0].tolist()[:3] == [0.2, 0.2, 0.6]
    (other,) = check(Case(cell, dtype=torch.float64), second, first)
    assert other[signal][3, 0].tolist()[:3] == [0.2, 0.2, 0.2]


SPANS: dict[str, tuple[Callable[[], Span], list[int]]] = {
    "one": (lambda: 2, [2]),
    "range": (lambda: range(1, 5, 2), [1, 3]),
    "slice": (lambda: slice(1, 4), [1, 2, 3]),
    "open": (lambda: slice(3, None), [3, 4]),
    "last": (lambda: slice(-2, None), [3, 4]),
    "long": (lambda: slice(0, 99), [0, 1, 2, 3, 4]),
    "list": (lambda: [4, 0], [0, 4]),
    "twice": (lambda: [1, 1], [1]),
    "set": (lambda: {1, 2}, [1, 2]),
    "once": (lambda: (index for index in (1, 4)), [1, 4]),
    "array": (lambda: np.array([0, 3]), [0, 3]),
    "all": (lambda: None, [0, 1, 2, 3, 4]),
    "none": (lambda: [], []),
}


@pytest.mark.each_value
@pytest.mark.parametrize("axis", ["units", "steps"])
@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn", "mgu"])
def test_places_may_be_named_in_many_ways(cell: str, span: str, axis: str) -> None:
    make, indices = SPANS[span]
    module, xs = Case(cell, layers=2, bidirectional=True).module(), torch.randn(5, 4)
    clamp = Clamp("hidden", 0.125, units=make()) if axis == "units" else Clamp("hidden", 0.125, steps=make())
    for layer in trace(module, xs, clamp=clamp):
        held = layer["hidden"] == 0.125
        found = held.all(dim=0 if axis == "units" else 1).nonzero().flatten().tolist()
        assert found == indices
        assert held.sum() == 5 * len(indices)


@each_cell
def test_steps_are_counted_as_the_sequence_is_in_either_direction(cell: str) -> None:
    layers = check(Case(cell, bidirectional=True, dtype=torch.float64), Clamp("hidden", 0.5, steps=1))
    for layer in layers:
        assert (layer["hidden"] == 0.5).all(dim=-1).all(dim=-1).nonzero().flatten().tolist() == [1]


# Without a clamp


@each_cell
def test_without_a_clamp_nothing_is_walked_where_there_is_a_faster_way(
    cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case(cell, layers=2, bidirectional=True)
    module, xs = case.module(), case.sequence()
    walked: list[Rule] = []
    room = import_module("cells.tracing.trace")  # `cells.trace` is the function

    def counted(rule: Rule, *args: Any) -> Signals:
        walked.append(rule)
        return walk(rule, *args)

    monkeypatch.setattr(room, "walk", counted)
    trace(module, xs, clamp=())
    assert len(walked) == (0 if CELLS[cell].signals else 4)
    walked.clear()
    trace(module, xs, clamp=Clamp("hidden", 0, layer=1))
    assert len(walked) == (1 if CELLS[cell].signals else 4), "only the layer that is held"


@each_cell
def test_a_clamp_leaves_no_trace_behind(cell: str) -> None:
    case = Case(cell, layers=2, bidirectional=True)
    module, xs = case.module(), case.sequence()
    before = trace(module, xs)
    trace(module, xs, clamp=[Clamp(signal.name, 0.5) for signal in CELLS[cell].shown])
    for one, other in zip(before, trace(module, xs), strict=True):
        assert all(torch.equal(one[name], other[name]) for name in one)
        assert one.held == other.held == ()


@each_cell
def test_what_comes_before_the_first_held_step_is_the_original(cell: str) -> None:
    case = Case(cell, dtype=torch.float64)
    module, xs = case.module(), case.sequence()
    (original,), (held,) = trace(module, xs), trace(module, xs, clamp=Clamp("hidden", 0.9, steps=range(4, T)))
    for name in original:
        assert_close(held[name][:4], original[name][:4], rtol=0, atol=1e-12)


@each_cell
def test_holding_a_signal_at_its_own_values_changes_nothing(cell: str) -> None:
    case = Case(cell, dtype=torch.float64, batched=False)
    module, xs = case.module(), case.sequence()
    (original,) = trace(module, xs)
    clamps = [Clamp("hidden", float(original["hidden"][t, unit]), unit, t) for t in range(T) for unit in range(H)]
    (held,) = trace(module, xs, clamp=clamps)
    for name in original:
        assert_close(held[name], original[name], rtol=0, atol=1e-12)


# What a walk asks


@every_cell
def test_a_step_asks_for_each_signal_once_in_the_order_in_which_it_is_shown(cell: str) -> None:
    asked: list[str] = []

    def listen(name: str, value: Tensor) -> Tensor:
        asked.append(name)
        return value

    module = CELLS[cell].module(4, H)
    own: dict[str, Tensor] = {name.removesuffix("_l0"): values for name, values in module.named_parameters()}
    w_ih, w_hh, b_ih, b_hh = (own.pop(name) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    rule = CELLS[cell].rule
    before = {name: torch.zeros(1, H) for name in (*rule.states, *rule.previous_signals)}
    signals = rule.step(torch.zeros(1, len(w_ih)), before, Weights(w_ih, w_hh, b_ih, b_hh, own), listen)
    assert asked == list(signals) == [signal.name for signal in CELLS[cell].shown]


def test_letting_go_changes_nothing() -> None:
    value = torch.ones(2)
    assert no_hold("forget", value) is value


# The memory of a clamped run

GATED = [key for key, cell in CELLS.items() if cell.memory is not None]
SHUTTING = [key for key, cell in CELLS.items() if cell.memory is not None and cell.memory.keep in cell.rule.gates]


@pytest.mark.each_value
@pytest.mark.parametrize("cell", few(GATED, *KEEPING))
@pytest.mark.parametrize("number", [0, 1], ids=["forward", "reverse"])
def test_what_is_imposed_on_a_memory_was_written_there(cell: str, number: int) -> None:
    memory = CELLS[cell].memory
    assert memory is not None
    case = Case(cell, bidirectional=True, dtype=torch.float64, batched=False)
    layer = trace(case.module(), case.sequence(), clamp=Clamp(memory.state, 5.0, units=2, steps=3))[number]
    origin = layer.origin()
    assert origin is not None
    read = 3 if number == 0 else T - 1 - 3  # counted in the order in which the direction reads
    assert origin[3, 2] == read
    later = origin[4, 2] if number == 0 else origin[2, 2]
    assert later in (read, read + 1, -2)


@pytest.mark.parametrize("cell", GATED)
def test_a_memory_is_what_it_keeps_and_what_is_written_wherever_it_is_let_go(cell: str) -> None:
    memory = CELLS[cell].memory
    assert memory is not None
    case = Case(cell, bidirectional=True, dtype=torch.float64)
    gates = [Clamp(signal.name, 0.35, units=1, steps=2) for signal in CELLS[cell].shown if signal.kind != "state"]
    for layer in trace(case.module(), case.sequence(), clamp=[*gates, Clamp(memory.state, 2.0, steps=4)]):
        numbers = {**layer, **layer.flows()}
        expected = numbers[memory.keep] * layer.before(memory.state) + numbers[memory.written]
        free = [t for t in range(T) if t != 4]
        assert_close(numbers[memory.state][free], expected[free], rtol=0, atol=1e-12)
        assert (layer[memory.state][4] == 2.0).all()
        assert_close(numbers[memory.kept], numbers[memory.keep] * layer.before(memory.state), rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", few(SHUTTING, *KINDS))
def test_a_memory_that_is_shut_knows_nothing_of_before(cell: str) -> None:
    memory = CELLS[cell].memory
    assert memory is not None
    case = Case(cell, dtype=torch.float64, batched=False)
    (layer,) = trace(case.module(), case.sequence(), clamp=Clamp(memory.keep, 0.0, steps=3))
    origin = layer.origin()
    assert origin is not None
    later = origin[3:]
    assert ((later >= 3) | (later == -2)).all()


# What is refused


def clamped(**options: Any) -> list[LayerTrace]:
    return trace(nn.LSTM(4, H, num_layers=2, bidirectional=True), torch.zeros(T, B, 4), clamp=Clamp(**options))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (
            {"signal": "reset", "value": 1},
            "“reset” finds no such signal.*forget, input, candidate, output, cell, hidden",
        ),
        pytest.param({"signal": "", "value": 1}, "“” finds no such signal", marks=pytest.mark.exhaustive),
        ({"signal": "squashed", "value": 1}, "“squashed” finds no such signal"),
        ({"signal": "forget", "value": float("nan")}, "“forget” has the value nan: it must be a finite number"),
        ({"signal": "cell", "value": float("inf")}, "“cell” has the value inf: it must be a finite number"),
        pytest.param(
            {"signal": "cell", "value": float("-inf")},
            "“cell” has the value -inf: it must be a finite number",
            marks=pytest.mark.exhaustive,
        ),
        ({"signal": "forget", "value": 1, "units": H}, "“forget” names unit 5: this run has units 0 to 4"),
        ({"signal": "forget", "value": 1, "units": -1}, "names unit -1: this run has units 0 to 4"),
        ({"signal": "forget", "value": 1, "units": [0, 9]}, "names unit 9: this run has units 0 to 4"),
        ({"signal": "forget", "value": 1, "steps": T}, "names step 7: this run has steps 0 to 6, counted from 0"),
        ({"signal": "forget", "value": 1, "steps": range(5, 8)}, "names step 7: this run has steps 0 to 6"),
        ({"signal": "forget", "value": 1, "steps": -1}, "names step -1: this run has steps 0 to 6"),
        ({"signal": "forget", "value": 1, "layer": 4}, "names layer 4: this run has layers 0 to 3"),
        ({"signal": "forget", "value": 1, "layer": -1}, "names layer -1: this run has layers 0 to 3"),
    ],
    ids=str,
)
def test_a_clamp_on_what_is_not_there_is_named(options: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named) as caught:
        clamped(**options)
    assert str(caught.value) == caught.value.template.format(**caught.value.values)


@each_cell
def test_each_cell_names_its_own_signals(cell: str) -> None:
    own = ", ".join(signal.name for signal in CELLS[cell].shown)
    with pytest.raises(InputError, match=f"“door” finds no such signal: this cell has {own}"):
        trace(CELLS[cell].module(4, H), torch.zeros(T, 4), clamp=Clamp("door", 1))


def test_a_clamp_on_another_layer_is_checked_as_well() -> None:
    with pytest.raises(InputError, match="finds no such signal"):
        clamped(signal="door", value=1, layer=3)
