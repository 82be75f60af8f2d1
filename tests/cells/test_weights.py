"""Hand-wired and random weights: the numbers that they are known for, and what they fit.

Axes: T time steps, I input features, H hidden units.
"""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from cells import CELLS, LayerTrace, trace
from cells.core.messages import InputError
from cells.core.settings import MAX_UNITS
from cells.core.stepwise import Recurrent
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS, default_weights
from tests.cells.cases import KEEPING, KINDS, SOME_CELLS
from tests.checking.sampling import few

cells = pytest.mark.parametrize("cell", SOME_CELLS)
GATED = [key for key, cell in CELLS.items() if cell.memory is not None]
# Without its input gate a cell writes at every step, without its forget gate it never lets go of what it held.
LEAKING = ["lstm-no-input-gate", "lstm-no-forget-gate"]
holding = pytest.mark.parametrize("cell", few((key for key in GATED if key not in LEAKING), *KEEPING))
PAIRS = [(cell, key) for cell in CELLS for key in SEQUENCES]
SOME_WEIGHTS = few(WEIGHTS, "latch", "counter", "parity", "trained-latch", "random")

WRITE_AND_HOLD = torch.tensor([[1.0, 1.0]] + [[-1.0, 0.0]] * 100)


def run(weights: str, cell: str, xs: Tensor, **settings: float) -> LayerTrace:
    (layer,) = trace(WEIGHTS[weights].make(cell, xs.shape[-1], **settings), xs)
    return layer


def exact_run(weights: str, cell: str, xs: Tensor, **settings: float) -> LayerTrace:
    """Run in float64. In float32 a gate of σ(10) is off by 2e-8, which a hundred steps make 3e-6 of the memory."""
    (layer,) = trace(WEIGHTS[weights].make(cell, xs.shape[-1], **settings).double(), xs.double())
    return layer


def held(layer: LayerTrace) -> Tensor:
    """Return the first unit's memory at every step."""
    memory = layer.cell.memory
    assert memory is not None
    return layer[memory.state][:, 0]


class TestLatch:
    def test_an_lstm_holds_what_was_written_over_a_hundred_steps(self) -> None:
        layer = exact_run("latch", "lstm", WRITE_AND_HOLD, sharpness=10.0)
        assert round(layer["cell"][-1, 0].item(), 5) == 0.99081
        assert round(layer["hidden"][-1, 0].item(), 4) == 0.7577

    def test_a_gru_holds_what_was_written_over_a_hundred_steps(self) -> None:
        layer = exact_run("latch", "gru", WRITE_AND_HOLD, sharpness=10.0)
        assert round(layer["hidden"][-1, 0].item(), 4) == 0.9908

    @holding
    def test_single_precision_holds_it_as_well(self, cell: str) -> None:
        single, exact = (how("latch", cell, WRITE_AND_HOLD, sharpness=10.0) for how in (run, exact_run))
        assert_close(held(single).double(), held(exact), rtol=0, atol=5e-6)

    @pytest.mark.parametrize("cell", GATED)
    def test_its_gates_are_those_of_its_definition(self, cell: str) -> None:
        b, (v, w) = 4.0, WRITE_AND_HOLD.unbind(dim=1)
        layer = run("latch", cell, WRITE_AND_HOLD, sharpness=b)
        write, keep = torch.sigmoid(2 * b * w - b), torch.sigmoid(b - 2 * b * w)
        opened, value = torch.full_like(w, 1 / (1 + math.exp(-b))), torch.tanh(5 * v)
        expected = {
            "input": write,
            "forget": write if cell == "mgu" else keep,
            "output": opened,
            "reset": opened,
            "update": keep,
            "candidate": v if cell == "lstm-no-input-activation" else value,
        }
        assert set(layer) - {"cell", "hidden"} <= set(expected)
        for gate in set(layer) & set(expected):
            assert_close(layer[gate][:, 0], expected[gate], rtol=0, atol=1e-6)

    @pytest.mark.parametrize("cell", few(GATED, *KEEPING))
    def test_no_gate_looks_at_the_past(self, cell: str) -> None:
        module = WEIGHTS["latch"].make(cell, 2)
        assert not module.get_parameter("weight_hh_l0").any()
        assert not module.get_parameter("bias_hh_l0").any()

    @holding
    def test_the_sharper_the_longer_it_holds(self, cell: str) -> None:
        kept = [held(run("latch", cell, WRITE_AND_HOLD, sharpness=b))[-1].item() for b in (2.0, 5.0, 10.0, 20.0)]
        assert kept == sorted(kept)
        assert kept[0] < 0
        assert kept[-1] == pytest.approx(1, abs=1e-3)

    @holding
    def test_on_its_own_sequence_it_holds_the_last_value_written(self, cell: str) -> None:
        sequence = SEQUENCES["pulse"].make()
        memory = held(run("latch", cell, sequence.values, sharpness=10.0))
        first, second = sequence.values[:, 1].nonzero().flatten().tolist()
        assert (memory[:first].abs() < 1e-3).all()
        assert (memory[first:second] > 0.99).all()
        assert (memory[second:] < -0.99).all()
        assert sequence.values[sequence.start, 0] * memory[sequence.start] < 0

    def test_without_an_input_gate_every_value_is_written(self) -> None:
        cell = held(exact_run("latch", "lstm-no-input-gate", WRITE_AND_HOLD, sharpness=20.0))
        assert_close(cell[1:], 1 - torch.arange(1, 101).double(), rtol=0, atol=0.02)

    def test_without_a_forget_gate_what_is_written_is_added_to_what_was_there(self) -> None:
        sequence = SEQUENCES["pulse"].make()
        cell = held(exact_run("latch", "lstm-no-forget-gate", sequence.values, sharpness=10.0))
        second = sequence.values[:, 1].nonzero().flatten().tolist()[1]
        assert cell[second - 1] > 0.99
        assert abs(cell[-1].item()) < 0.01, "plus one, and then minus one: nothing"

    def test_without_any_gate_it_listens_to_every_value(self) -> None:
        hidden = run("latch", "rnn", WRITE_AND_HOLD)["hidden"][:, 0]
        assert hidden[0] > 0.99
        assert (hidden[1:] < -0.99).all()
        assert not WEIGHTS["latch"].settings[0].means_something(CELLS["rnn"].gates), "there is nothing to sharpen"


class TestCounter:
    def test_it_counts_to_its_known_peak_and_back(self) -> None:
        cell = held(exact_run("counter", "lstm", SEQUENCES["anbn"].make(n=100).values))
        assert round(cell.max().item(), 3) == 49.886
        assert cell.argmax() == 99
        assert round(cell[-1].item(), 3) == -0.226

    def test_it_moves_half_a_step_for_each_letter(self) -> None:
        layer = run("counter", "lstm", SEQUENCES["anbn"].make(n=5).values, sharpness=20.0)
        assert_close(layer["candidate"][:, 0], torch.tensor([0.5] * 5 + [-0.5] * 5), rtol=0, atol=1e-6)
        assert_close(layer["cell"][:, 0], torch.tensor([0.5, 1, 1.5, 2, 2.5, 2, 1.5, 1, 0.5, 0]), rtol=0, atol=1e-5)

    def test_a_blunt_counter_forgets_its_count(self) -> None:
        blunt = run("counter", "lstm", SEQUENCES["anbn"].make(n=100).values, sharpness=1.0)["cell"]
        assert blunt.max() < 2

    @pytest.mark.parametrize("cell", ["rnn", "gru"])
    def test_no_cell_whose_state_stays_within_one_can_do_it(self, cell: str) -> None:
        assert not WEIGHTS["counter"].fits(cell, "anbn")
        layer = run("random", cell, SEQUENCES["anbn"].make(n=100).values)
        assert layer["hidden"].abs().max() <= 1


class TestParity:
    @pytest.mark.parametrize("seed", few(range(5), 0))
    def test_it_is_right_after_each_of_a_thousand_random_bits(self, seed: int) -> None:
        bits = SEQUENCES["bits"].make(length=1000, seed=seed).values
        hidden = run("parity", "rnn", bits)["hidden"]
        read = (hidden[:, 0] - hidden[:, 1]) / 2
        assert_close(read.round(), bits[:, 0].cumsum(0) % 2)
        assert (read - read.round()).abs().max() < 0.01

    def test_a_blunt_one_loses_count(self) -> None:
        bits = SEQUENCES["bits"].make(length=1000).values
        hidden = run("parity", "rnn", bits, sharpness=1.0)["hidden"]
        wrong = ((hidden[:, 0] - hidden[:, 1]) / 2).round() != bits[:, 0].cumsum(0) % 2
        assert wrong.float().mean() > 0.2

    def test_its_weights_are_those_of_its_definition(self) -> None:
        module = WEIGHTS["parity"].make("rnn", 1)
        assert module.get_parameter("weight_ih_l0").tolist() == [[6], [6]]
        assert module.get_parameter("weight_hh_l0").tolist() == [[3, -3], [3, -3]]
        assert module.get_parameter("bias_ih_l0").tolist() == [-3, -9]
        assert module.get_parameter("bias_hh_l0").tolist() == [0, 0]


def blocks(module: Recurrent, cell: str, name: str) -> tuple[Tensor, ...]:
    """Return a parameter's rows, gate by gate."""
    return module.get_parameter(f"{name}_l0").chunk(len(CELLS[cell].gates))


class TestRandom:
    @cells
    def test_every_recurrent_block_is_orthogonal_times_the_gain(self, cell: str) -> None:
        module = WEIGHTS["random"].make(cell, 3, units=16, gain=1.5)
        for block in blocks(module, cell, "weight_hh"):
            assert_close(block @ block.T, 1.5**2 * torch.eye(16), rtol=0, atol=1e-5)
            assert torch.linalg.matrix_norm(block, ord=2).item() == pytest.approx(1.5, abs=1e-5)

    @cells
    def test_no_gain_is_no_recurrence(self, cell: str) -> None:
        assert not WEIGHTS["random"].make(cell, 3, gain=0.0).get_parameter("weight_hh_l0").any()

    @cells
    def test_the_weights_of_the_input_are_standard_normal(self, cell: str) -> None:
        drawn = WEIGHTS["random"].make(cell, 50, units=64).get_parameter("weight_ih_l0")
        assert drawn.mean().item() == pytest.approx(0, abs=0.05)
        assert drawn.std().item() == pytest.approx(1, abs=0.05)

    @cells
    def test_only_a_forget_gate_has_a_bias(self, cell: str) -> None:
        module = WEIGHTS["random"].make(cell, 3, forget_bias=2.5)
        assert not module.get_parameter("bias_hh_l0").any()
        for gate, bias in zip(CELLS[cell].gates, blocks(module, cell, "bias_ih"), strict=True):
            assert (bias == (2.5 if gate == "forget" else 0)).all()

    @pytest.mark.parametrize(("bias", "half_life"), [(0.0, 1.0), (1.0, 2.21), (2.0, 5.46)])
    def test_the_forget_bias_alone_sets_the_half_life_of_a_memory(self, bias: float, half_life: float) -> None:
        module = WEIGHTS["random"].make("lstm", 1, forget_bias=bias, gain=0.0)
        (layer,) = trace(module, torch.zeros(5, 1), (torch.zeros(1, 8), torch.ones(1, 8)))
        keep = layer["forget"][0, 0].item()
        assert math.log(0.5) / math.log(keep) == pytest.approx(half_life, abs=5e-3)
        assert_close(layer["cell"][:, 0], keep ** torch.arange(1.0, 6.0), rtol=0, atol=1e-6)

    @cells
    def test_a_seed_always_gives_the_same_module(self, cell: str) -> None:
        one, again, other = (WEIGHTS["random"].make(cell, 3, seed=seed) for seed in (5, 5, 6))
        for name, parameter in one.named_parameters():
            assert torch.equal(parameter, again.get_parameter(name))
        assert not torch.equal(one.get_parameter("weight_ih_l0"), other.get_parameter("weight_ih_l0"))
        assert not torch.equal(one.get_parameter("weight_hh_l0"), other.get_parameter("weight_hh_l0"))

    def test_the_gates_of_one_module_differ(self) -> None:
        first, *rest = blocks(WEIGHTS["random"].make("lstm", 3), "lstm", "weight_hh")
        assert not any(torch.equal(first, block) for block in rest)

    @pytest.mark.parametrize("seed", [0, 1])
    def test_a_seed_gives_its_known_numbers(self, seed: int) -> None:
        """Links carry only the seed, so a picture stays the same only while these do."""
        known = {0: [-1.1258, -1.1524, -0.2506], 1: [-1.5256, -0.7502, -0.6540]}
        drawn = WEIGHTS["random"].make("lstm", 3, seed=seed).get_parameter("weight_ih_l0")[0]
        assert_close(drawn, torch.tensor(known[seed]), rtol=0, atol=5e-5)

    @pytest.mark.parametrize("cell", few(CELLS, *KINDS, "lstm-peephole"))
    def test_what_only_a_variant_has_is_drawn_last(self, cell: str) -> None:
        """So the numbers that two cells share come from the same draws, and pictures of older cells stay the same."""
        module = WEIGHTS["random"].make(cell, 3, seed=7)
        base = WEIGHTS["random"].make("lstm", 3, seed=7)
        if CELLS[cell].gates == CELLS["lstm"].gates:
            for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0"):
                assert torch.equal(module.get_parameter(name), base.get_parameter(name))

    def test_the_numbers_of_the_cells_with_modules_of_their_own_are_known(self) -> None:
        """The first and the last that are drawn: every picture of a cell with random weights depends on them."""
        known = {"rnn": [-1.1258, -0.2514], "lstm": [-1.1258, -0.1573], "gru": [-1.1258, -0.3602]}
        for cell, numbers in known.items():
            module = WEIGHTS["random"].make(cell, 3)
            first, last = module.get_parameter("weight_ih_l0")[0, 0], module.get_parameter("weight_hh_l0")[-1, -1]
            assert_close(torch.stack([first, last]), torch.tensor(numbers), rtol=0, atol=5e-5)

    def test_peepholes_are_standard_normal(self) -> None:
        module = WEIGHTS["random"].make("lstm-peephole", 3, units=MAX_UNITS, gain=0.5)
        drawn = torch.stack([module.get_parameter(f"weight_p{gate}_l0") for gate in "ifo"])
        assert drawn.mean().item() == pytest.approx(0, abs=0.1)
        assert drawn.std().item() == pytest.approx(1, abs=0.1)
        assert not torch.equal(drawn[0], drawn[1])

    def test_each_block_of_the_gates_recurrence_is_orthogonal_times_the_gain(self) -> None:
        matrix = WEIGHTS["random"].make("lstm-full-gate-recurrence", 3, units=16, gain=1.5)
        found = [block for rows in matrix.get_parameter("weight_gates_l0").chunk(3) for block in rows.chunk(3, dim=1)]
        assert len(found) == 9
        for block in found:
            assert_close(block @ block.T, 1.5**2 * torch.eye(16), rtol=0, atol=1e-5)

    @cells
    def test_up_to_the_limit_of_units(self, cell: str) -> None:
        assert WEIGHTS["random"].make(cell, 2, units=MAX_UNITS).hidden_size == MAX_UNITS
        with pytest.raises(InputError, match="units must be a whole number from 1 to 256, not 257"):
            WEIGHTS["random"].make(cell, 2, units=MAX_UNITS + 1)


def test_the_menu_is_in_its_order() -> None:
    trained = [f"trained-{name}" for name in ("latch", "counter", "order", "reber", "rhyme", "poem")]
    assert list(WEIGHTS) == ["latch", "counter", "parity", *trained, "random"]
    assert all(key == kind.key and kind.title for key, kind in WEIGHTS.items())


@pytest.mark.each_value
@pytest.mark.parametrize("key", few(SEQUENCES, "pulse", "anbn", "bits", "noise", "order", "poem", "co2"))
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_whatever_fits_can_be_made_and_traced(cell: str, key: str) -> None:
    sequence = SEQUENCES[key].make()
    fitting = [name for name, kind in WEIGHTS.items() if kind.fits(cell, key)]
    assert default_weights(cell, key) == fitting[0]
    assert "random" in fitting
    for name in fitting:
        layer = run(name, cell, sequence.values)
        assert all(values.isfinite().all() and values.any() for values in layer.values())


def test_hand_wired_weights_are_usual_where_they_fit_and_then_trained_ones() -> None:
    usual = {(cell, key): default_weights(cell, key) for cell, key in PAIRS if default_weights(cell, key) != "random"}
    assert usual == {
        **{(cell, key): "latch" for cell in CELLS for key in ("pulse", "bit") if cell != "rnn-relu"},
        ("lstm", "anbn"): "counter",
        ("rnn", "bits"): "parity",
        **{(cell, "noise"): "trained-latch" for cell in ("rnn", "lstm", "gru")},
        **{(cell, "order"): "trained-order" for cell in ("rnn", "lstm", "gru")},
        **{("lstm", key): f"trained-{key}" for key in ("reber", "rhyme", "poem")},
    }


@pytest.mark.parametrize(
    ("weights", "cell"),
    [
        ("latch", "rnn-relu"),
        ("counter", "gru"),
        ("parity", "rnn-relu"),
        ("trained-latch", "mgu"),
        ("trained-reber", "gru"),
    ],
)
def test_a_cell_that_does_not_fit_is_refused_with_the_reason(weights: str, cell: str) -> None:
    with pytest.raises(InputError) as caught:
        WEIGHTS[weights].make(cell, 2)
    assert str(caught.value) == WEIGHTS[weights].needs


@pytest.mark.parametrize(("weights", "cell"), [("latch", "lstm"), ("counter", "lstm"), ("parity", "rnn")])
def test_an_input_that_does_not_fit_is_refused_with_the_reason(weights: str, cell: str) -> None:
    with pytest.raises(InputError, match=r"^Needs "):
        WEIGHTS[weights].make(cell, 9)


@pytest.mark.parametrize("key", SOME_WEIGHTS)
def test_every_setting_is_taken_up_to_its_bounds_and_no_further(key: str) -> None:
    kind = WEIGHTS[key]
    cell, size = (kind.cells or ("lstm",))[0], kind.channels or 2
    for setting in kind.settings:
        for bound in (setting.low, setting.high):
            kind.make(cell, size, **{setting.name: bound})
        for beyond in (setting.low - 1, setting.high + 1, math.nan):
            with pytest.raises(InputError, match=f"^{setting.name} must be .*from {setting.low} to {setting.high}"):
                kind.make(cell, size, **{setting.name: beyond})


def test_a_setting_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError, match="volume"):
        WEIGHTS["latch"].make("lstm", 2, volume=11)


@pytest.mark.parametrize("key", SOME_WEIGHTS)
def test_making_a_module_leaves_the_shared_random_numbers_alone(key: str) -> None:
    kind, shared = WEIGHTS[key], torch.random.get_rng_state()
    module = kind.make((kind.cells or ("gru",))[0], kind.channels or 2)
    assert torch.equal(torch.random.get_rng_state(), shared)
    assert not module.training
    assert not any(parameter.requires_grad for parameter in module.parameters())


def test_only_forget_gates_with_weights_of_their_own_have_a_use_for_the_forget_bias() -> None:
    (setting,) = [setting for setting in WEIGHTS["random"].settings if setting.needs_gates]
    assert setting.name == "forget_bias"
    having = {key for key, cell in CELLS.items() if setting.means_something(cell.gates)}
    lacking = {"lstm-no-forget-gate", "lstm-coupled"}
    assert having == {"mgu", *(key for key, cell in CELLS.items() if "lstm" in (key, cell.varies))} - lacking
