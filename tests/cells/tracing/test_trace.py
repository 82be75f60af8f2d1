"""The trace of one layer: its states one step ago, the make-up of its sums, its flows, its equations."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from cells import CELLS, LayerTrace, trace
from cells.core.phrases import always
from tests.cells.cases import KEEPING, SOME_CELLS, Case, H
from tests.cells.shown import evaluated, shown_numbers
from tests.checking.sampling import few

TERMS: dict[str, dict[str, tuple[str, ...]]] = {  # gate -> what its sum is made of where that is not the usual
    "lstm-peephole": {
        "input": ("input", "hidden", "cell", "bias"),
        "forget": ("input", "hidden", "cell", "bias"),
        "output": ("input", "hidden", "cell_now", "bias"),
    },
    "lstm-full-gate-recurrence": dict.fromkeys(("input", "forget", "output"), ("input", "hidden", "gates", "bias")),
    "gru-reset-before": {"candidate": ("input", "recalled", "biases")},
    "mgu": {"candidate": ("input", "recalled", "biases")},
}
SQUASH: dict[str, Callable[[Tensor], Tensor]] = {"σ": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}
GATED = [key for key, cell in CELLS.items() if cell.memory is not None]


def traced(cell: str, **options: object) -> list[LayerTrace]:
    """Return a batched trace with a given state, in float64 unless told otherwise."""
    case = Case(cell, **{"dtype": torch.float64, **options})  # type: ignore[arg-type]
    return trace(case.module(), case.sequence(), case.as_argument(case.states()))


def squash_of(cell: str, gate: str) -> Callable[[Tensor], Tensor]:
    """Return the squashing function that the gate's equation writes."""
    (equation,) = [equation for equation in CELLS[cell].equations if equation.signal == gate]
    return SQUASH.get(equation.numbers.split("(")[0], torch.clone)


def exactly(got: Tensor, expected: Tensor) -> None:
    assert_close(got, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_before_is_the_state_one_step_ago_in_the_order_read(cell: str) -> None:
    forward, reverse = traced(cell, bidirectional=True)
    for state in CELLS[cell].states:
        exactly(forward.before(state)[1:], forward[state][:-1])
        exactly(forward.before(state)[0], forward.initial[state])
        exactly(forward.last[state], forward[state][-1])
        exactly(reverse.before(state)[:-1], reverse[state][1:])
        exactly(reverse.before(state)[-1], reverse.initial[state])
        exactly(reverse.last[state], reverse[state][0])


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_given_state_is_where_the_trace_starts(cell: str) -> None:
    case = Case(cell, layers=2, bidirectional=True)
    states = case.states()
    for run, layer in enumerate(trace(case.module(), case.sequence(), case.as_argument(states))):
        assert set(layer.initial) == set(states)
        for name, values in states.items():
            assert torch.equal(layer.initial[name], values[run])


@pytest.mark.parametrize("cell", CELLS)
def test_the_parts_of_a_sum_add_up_to_it_and_its_squashing_is_the_signal(cell: str) -> None:
    for layer in traced(cell, layers=2, bidirectional=True):
        parts = layer.parts()
        assert set(parts) == set(CELLS[cell].gates)
        for gate, made in parts.items():
            summands = TERMS.get(cell, {}).get(gate, ("input", "hidden", "bias"))
            if (cell, gate) == ("gru", "candidate"):
                exactly(
                    made["sum"], made["input"] + made["bias"] + layer["reset"] * (made["hidden"] + made["hidden_bias"])
                )
                summands = (*summands, "hidden_bias")
            else:
                exactly(made["sum"], torch.stack([made[part] for part in summands]).sum(0))
            assert set(made) == {*summands, "sum"}
            assert all(part.abs().max() > 0.01 for part in made.values())
            exactly(squash_of(cell, gate)(made["sum"]), layer[gate])


@pytest.mark.parametrize("cell", CELLS)
def test_the_parts_are_products_of_the_modules_own_weights(cell: str) -> None:
    case = Case(cell, bidirectional=True, dtype=torch.float64)
    module, xs = case.module(), case.sequence()
    gates = len(CELLS[cell].gates)
    for layer, suffix in zip(trace(module, xs), ("l0", "l0_reverse"), strict=True):
        W, U, b_ih, b_hh = (
            module.get_parameter(f"{name}_{suffix}").detach().chunk(gates)
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        for block, (gate, made) in enumerate(layer.parts().items()):
            exactly(made["input"], xs @ W[block].T)
            both = (b_ih[block] + b_hh[block]).expand_as(layer[gate])
            if "recalled" in made:
                resetting = layer["reset" if "reset" in layer else "forget"]
                exactly(made["recalled"], (resetting * layer.before("hidden")) @ U[block].T)
                exactly(made["biases"], both)
                continue
            exactly(made["hidden"], layer.before("hidden") @ U[block].T)
            if "hidden_bias" in made:
                exactly(made["bias"], b_ih[block].expand_as(layer[gate]))
                exactly(made["hidden_bias"], b_hh[block].expand_as(layer[gate]))
            else:
                exactly(made["bias"], both)


def one_step_ago(values: Tensor, *, reverse: bool) -> Tensor:
    """Shift (T, B, H) to the step read before, zero at the first."""
    moved = values.roll(-1 if reverse else 1, dims=0)
    moved[-1 if reverse else 0] = 0
    return moved


def test_a_peephole_looks_at_the_old_cell_state_and_that_of_the_output_gate_at_the_new_one() -> None:
    case = Case("lstm-peephole", bidirectional=True, dtype=torch.float64)
    module, xs, states = case.module(), case.sequence(), case.states()
    for layer, suffix in zip(trace(module, xs, case.as_argument(states)), ("l0", "l0_reverse"), strict=True):
        p_i, p_f, p_o = (module.get_parameter(f"weight_p{gate}_{suffix}").detach() for gate in "ifo")
        parts = layer.parts()
        exactly(parts["input"]["cell"], p_i * layer.before("cell"))
        exactly(parts["forget"]["cell"], p_f * layer.before("cell"))
        exactly(parts["output"]["cell_now"], p_o * layer["cell"])


def test_each_gate_sees_the_three_gates_of_the_step_before() -> None:
    case = Case("lstm-full-gate-recurrence", bidirectional=True, dtype=torch.float64)
    module, xs = case.module(), case.sequence()
    gates = ("input", "forget", "output")
    for layer, suffix in zip(trace(module, xs), ("l0", "l0_reverse"), strict=True):
        before = torch.cat([one_step_ago(layer[gate], reverse=layer.reverse) for gate in gates], dim=-1)
        blocks = module.get_parameter(f"weight_gates_{suffix}").detach().chunk(3)
        for gate, rows in zip(gates, blocks, strict=True):
            exactly(layer.parts()[gate]["gates"], before @ rows.T)


@pytest.mark.parametrize("cell", CELLS)
def test_the_parts_of_one_unit_and_of_several_are_those_of_all(cell: str) -> None:
    (layer,) = traced(cell)
    everything, one, some = layer.parts(), layer.parts(3), layer.parts(slice(1, 4))
    for gate, made in everything.items():
        for part, values in made.items():
            exactly(one[gate][part], values[..., 3])
            exactly(some[gate][part], values[..., 1:4])
    with pytest.raises(IndexError):
        layer.parts(H)


def flows_of_lstm(layer: LayerTrace) -> Mapping[str, Tensor]:
    """Return the flows of the LSTM and its variants: an absent gate is open, and what has no tanh is not squashed."""
    always = torch.ones_like(layer["cell"])
    flows = {
        "kept": layer.get("forget", always) * layer.before("cell"),
        "written": layer.get("input", always) * layer["candidate"],
    }
    if "forget" not in layer:
        flows["keep"] = always
    if layer.cell.key != "lstm-no-output-activation":
        flows["squashed"] = torch.tanh(layer["cell"])
    return flows


def flows_of_gru(layer: LayerTrace) -> Mapping[str, Tensor]:
    candidate = layer.parts()["candidate"]
    return {
        "kept": layer["update"] * layer.before("hidden"),
        "renew": 1 - layer["update"],
        "written": (1 - layer["update"]) * layer["candidate"],
        "recurrent": candidate["hidden"] + candidate["hidden_bias"],
        "recalled": layer["reset"] * (candidate["hidden"] + candidate["hidden_bias"]),
    }


def flows_of_reset_before(layer: LayerTrace) -> Mapping[str, Tensor]:
    return {
        "kept": layer["update"] * layer.before("hidden"),
        "renew": 1 - layer["update"],
        "written": (1 - layer["update"]) * layer["candidate"],
        "recalled": layer["reset"] * layer.before("hidden"),
    }


def flows_of_mgu(layer: LayerTrace) -> Mapping[str, Tensor]:
    return {
        "keep": 1 - layer["forget"],
        "kept": (1 - layer["forget"]) * layer.before("hidden"),
        "written": layer["forget"] * layer["candidate"],
        "recalled": layer["forget"] * layer.before("hidden"),
    }


FLOWS: dict[str, Callable[[LayerTrace], Mapping[str, Tensor]]] = {
    **{key: flows_of_lstm for key, cell in CELLS.items() if "lstm" in (key, cell.varies)},
    "rnn": lambda layer: {},
    "rnn-relu": lambda layer: {},
    "gru": flows_of_gru,
    "gru-reset-before": flows_of_reset_before,
    "mgu": flows_of_mgu,
}


@pytest.mark.parametrize("cell", CELLS)
def test_the_flows_are_the_products_that_they_are_named_for(cell: str) -> None:
    for layer in traced(cell, layers=2, bidirectional=True):
        flows, expected = layer.flows(), FLOWS[cell](layer)
        assert set(flows) == set(expected)
        for name, values in expected.items():
            exactly(flows[name], values)
            assert values.abs().max() > 0.01, name


@pytest.mark.parametrize("cell", GATED)
def test_a_memory_is_what_it_keeps_and_what_is_written(cell: str) -> None:
    for layer in traced(cell, bidirectional=True):
        memory = CELLS[cell].memory
        assert memory is not None
        numbers = {**layer, **layer.flows()}
        exactly(numbers[memory.state], numbers[memory.keep] * layer.before(memory.state) + numbers[memory.written])


@pytest.mark.parametrize("cell", CELLS)
def test_every_side_of_every_equation_gives_its_signal(cell: str) -> None:
    (layer,) = traced(cell)
    shown = [signal.name for signal in CELLS[cell].shown]
    assert [equation.signal for equation in CELLS[cell].equations] == shown
    for unit in range(H):
        numbers = shown_numbers(layer, unit)
        for equation in CELLS[cell].equations:
            for side in equation.numbers.split(" = "):
                exactly(evaluated(side, numbers), numbers[equation.signal])


@pytest.mark.parametrize("cell", CELLS)
def test_every_number_that_the_picture_names_is_there(cell: str) -> None:
    (layer,) = traced(cell)
    drawing, numbers = CELLS[cell].drawing, {**shown_numbers(layer, 0), "x": torch.ones(1)}
    named = [
        *(pipe.carries for pipe in drawing.pipes),
        *(valve.opening for valve in drawing.valves),
        *(wire.signal for wire in drawing.wires),
        *(box.signal for box in drawing.boxes),
        *(port.shows for port in drawing.ports),
        *(of for phrase in CELLS[cell].phrases for saying in phrase.sayings for of in saying.fields.values()),
    ]
    assert named
    assert [name for name in named if name not in numbers] == []


def origin_by_hand(keep: Tensor, written: Tensor, start: Tensor) -> Tensor:
    """Return who wrote most of one unit's state, (T), each share carried on step by step; -2 for nobody."""
    entries = [float(start), *written.tolist()]
    shares, origins = entries[:1], []
    for kept, wrote in zip(keep.tolist(), written.tolist(), strict=True):
        shares = [share * kept for share in shares] + [wrote]
        largest = max(range(len(shares)), key=lambda step: abs(shares[step]))
        others, state = sum(map(abs, shares)) - abs(shares[largest]), abs(sum(shares))
        much = others <= state / 2 and min(state, abs(shares[largest])) >= 0.005 and abs(entries[largest]) >= 0.02
        origins.append(largest - 1 if much else -2)
    return torch.tensor(origins)


@pytest.mark.parametrize("cell", few(GATED, *KEEPING))
def test_the_origin_of_a_memory_is_the_step_with_the_largest_share(cell: str) -> None:
    case = Case(cell, dtype=torch.float64, batched=False)
    module = case.module()
    with torch.no_grad():
        module.get_parameter("bias_ih_l0").mul_(4)  # some units hold for long, some forget
    (layer,) = trace(module, torch.randn(60, 4, dtype=torch.float64), case.as_argument(case.states()))
    memory, origin = CELLS[cell].memory, layer.origin()
    assert memory is not None
    assert origin is not None
    numbers = {**layer, **layer.flows()}
    for unit in range(H):
        expected = origin_by_hand(
            numbers[memory.keep][:, unit], numbers[memory.written][:, unit], layer.initial[memory.state][unit]
        )
        assert origin[:, unit].tolist() == expected.tolist()
    # What is never forgotten piles up, so that no later step is half of it.
    assert len(set(origin.flatten().tolist())) > (5 if "forget" in layer or "update" in layer else 2)


@pytest.mark.parametrize("cell", [key for key in CELLS if key not in GATED])
def test_a_cell_without_gates_has_no_origin(cell: str) -> None:
    (layer,) = traced(cell)
    assert layer.origin() is None


def fingerprint(module: nn.Module) -> list[object]:
    """Return all that tracing must leave as it is."""
    parameters = [(name, p.requires_grad, p.grad, p.data_ptr(), p._version) for name, p in module.named_parameters()]
    return [*parameters, module.training, list(module._buffers), len(module._forward_hooks)]


@pytest.mark.each_value
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_tracing_leaves_the_module_and_the_random_numbers_alone(cell: str, training: bool) -> None:
    case = Case(cell, layers=2, bidirectional=True)
    module, xs = case.module().train(training), case.sequence().requires_grad_()
    before, generator = fingerprint(module), torch.random.get_rng_state()
    layers = trace(module, xs)
    layers[0].flows(), layers[0].parts(), layers[0].origin()
    assert fingerprint(module) == before
    assert torch.equal(torch.random.get_rng_state(), generator)
    assert torch.is_grad_enabled()
    assert not any(values.requires_grad for layer in layers for values in layer.values())


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_tracing_twice_with_or_without_gradients_gives_the_same(cell: str) -> None:
    case = Case(cell, layers=2)
    module, xs = case.module(), case.sequence()
    with torch.no_grad():
        without = trace(module, xs)
    for layer, other in zip(trace(module, xs), without, strict=True):
        assert all(torch.equal(layer[name], other[name]) for name in layer)


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_dropout_between_layers_is_left_out_as_in_evaluation(cell: str) -> None:
    module = CELLS[cell].module(4, H, num_layers=2, dropout=0.5)
    xs = torch.randn(7, 4)
    layers = trace(module.train(), xs)
    with torch.no_grad():
        output, _ = module.eval()(xs)
    assert_close(layers[-1]["hidden"], output, rtol=0, atol=1e-6)


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_trace_stays_true_while_its_module_goes_on_learning(cell: str) -> None:
    case = Case(cell)
    module = case.module()
    (layer,) = trace(module, case.sequence())
    before = {gate: made["sum"].clone() for gate, made in layer.parts().items()}
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(1)
    for gate, made in layer.parts().items():
        assert torch.equal(made["sum"], before[gate])


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_number_that_is_none_spoils_only_what_comes_after_it(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    (clean,) = trace(module, xs)
    xs[4, 0] = float("nan")
    (layer,) = trace(module, xs)
    for name in layer:
        assert torch.equal(layer[name][:4], clean[name][:4])
        assert layer[name][4].isnan().all()


def test_layers_hand_on_their_joined_hidden_states() -> None:
    """The second layer's input part is its W times what both directions of the first layer say."""
    case = Case("gru", layers=2, bidirectional=True, dtype=torch.float64)
    module = case.module()
    forward, reverse, *upper = trace(module, case.sequence())
    joined = torch.cat([forward["hidden"], reverse["hidden"]], dim=-1)
    for layer, suffix in zip(upper, ("l1", "l1_reverse"), strict=True):
        W_r = module.get_parameter(f"weight_ih_{suffix}").detach().chunk(3)[0]
        exactly(layer.parts()["reset"]["input"], joined @ W_r.T)


@pytest.mark.parametrize("cell", CELLS)
def test_every_signal_has_a_title_and_a_place(cell: str) -> None:
    shown = CELLS[cell].shown
    assert all(signal.title for signal in shown)
    assert len({signal.name for signal in shown}) == len(shown)
    boxes = {box.signal for box in CELLS[cell].drawing.boxes}
    ports = {port.shows for port in CELLS[cell].drawing.ports}
    assert {signal.name for signal in shown} <= boxes | ports
    assert all(phrase.sayings[-1].holds is always for phrase in CELLS[cell].sentence)
