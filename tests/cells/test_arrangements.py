"""Arrangements: the readout against a least-squares system, what is fed back against plain loops over the modules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cells import InputError, trace
from cells.arrangements import ARRANGEMENTS, Arranged, arranged
from cells.core.sequence import Sequence
from cells.core.stepwise import Recurrent
from cells.readouts.readout import RIDGE, fitted_readout
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.cells.cases import SOME_CELLS
from tests.checking.sampling import few

FEEDING = [key for key, kind in ARRANGEMENTS.items() if kind.feeds]
READING = [key for key in ARRANGEMENTS if key not in FEEDING]
SYMBOLS_AND_NUMBERS = ["text", "sine", "pulse"]


def opened(cell: str, key: str, **settings: float) -> tuple[Recurrent, Sequence]:
    """Draw weights in float64, where no rounding is amplified to anything visible, and a sequence for them."""
    sequence = SEQUENCES[key].make()
    module = WEIGHTS["random"].make(cell, sequence.values.shape[1], **settings)
    return module.double(), replace(sequence, values=sequence.values.double())


def numbers(*values: float) -> Sequence:
    return Sequence(torch.tensor(values, dtype=torch.float32).unsqueeze(1), tuple(map(str, values)), ("number",))


def lines(run: Arranged) -> dict[str, list[object]]:
    """Return everything that a run says of each step."""
    return {
        "labels": [*run.sequence.labels],
        "values": [*run.sequence.values],
        "own": [*run.own],
        "read_out": [*run.read_out],
        "outputs": [*run.outputs],
        "written": [*run.written],
        "hidden": [*run.layer["hidden"]],
    }


# The readout


@pytest.mark.each_value
@pytest.mark.parametrize("cell", SOME_CELLS)
@pytest.mark.parametrize("key", SYMBOLS_AND_NUMBERS)
def test_the_readout_solves_the_augmented_least_squares_system(cell: str, key: str) -> None:
    module, sequence = opened(cell, key)
    hidden = trace(module, sequence.values)[0]["hidden"]
    readout = fitted_readout(hidden, sequence.values)
    states, targets = hidden[:-1].numpy(), sequence.values[1:].numpy()
    units, features = states.shape[1], targets.shape[1]
    penalty = np.hstack([np.sqrt(RIDGE) * np.eye(units), np.zeros((units, 1))])
    system = np.vstack([np.hstack([states, np.ones((len(states), 1))]), penalty])
    solved, *_ = np.linalg.lstsq(system, np.vstack([targets, np.zeros((units, features))]), rcond=None)
    np.testing.assert_allclose(readout.weight.numpy(), solved[:-1].T, atol=1e-6)
    np.testing.assert_allclose(readout.bias.numpy(), solved[-1], atol=1e-6)


@pytest.mark.parametrize("arrangement", few(ARRANGEMENTS, "aligned", "one-to-many"))
def test_a_constant_sequence_is_continued_as_it_is(arrangement: str) -> None:
    sequence = numbers(*[0.5] * 6)
    run = arranged(WEIGHTS["random"].make("gru", 1), sequence, arrangement, 5)
    torch.testing.assert_close(run.outputs, torch.full_like(run.outputs, 0.5))


def test_two_steps_are_enough_and_the_second_is_all_that_is_known() -> None:
    run = arranged(WEIGHTS["random"].make("lstm", 1), numbers(3, -7), "one-to-many", 4)
    assert run.outputs.flatten().tolist() == [-7.0] * 4


def test_units_that_are_silent_leave_the_mean() -> None:
    module = nn.RNN(1, 4)
    for parameter in module.parameters():
        nn.init.zeros_(parameter)
    run = arranged(module, numbers(0, 1, 2, 6), "aligned")
    assert run.outputs.flatten().tolist() == [3.0] * 4


def test_the_module_and_the_sequence_stay_as_they_were() -> None:
    module, sequence = opened("lstm", "text")
    before = [parameter.clone() for parameter in module.parameters()], sequence.values.clone()
    arranged(module, sequence, "one-to-many", 5)
    assert all(map(torch.equal, module.parameters(), before[0]))
    assert torch.equal(sequence.values, before[1])


# What each arrangement reads, and where it is read


@pytest.mark.each_value
@pytest.mark.parametrize("arrangement", READING)
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_an_arrangement_that_reads_the_sequence_is_its_trace(cell: str, arrangement: str) -> None:
    module, sequence = opened(cell, "text")
    run = arranged(module, sequence, arrangement)
    layer = trace(module, sequence.values)[0]
    assert all(torch.equal(run.layer[name], layer[name]) for name in layer)
    assert run.sequence.labels == sequence.labels
    assert not any(run.own)
    assert sum(run.read_out) == (1 if arrangement == "many-to-one" else len(sequence.labels))
    assert run.read_out[-1]


def test_an_output_is_the_readout_of_the_hidden_state_and_names_the_largest_score() -> None:
    module, sequence = opened("gru", "text")
    run = arranged(module, sequence, "aligned")
    scores = run.layer["hidden"] @ run.readout.weight.T + run.readout.bias
    torch.testing.assert_close(run.outputs, scores)
    assert run.written == tuple(sequence.channels[int(place)] for place in scores.argmax(dim=1))
    right = sum(said == read for said, read in zip(run.written, sequence.labels[1:], strict=False))
    assert right >= len(sequence.labels) - 2, "eight units know nearly all of eleven letters"


@pytest.mark.parametrize("arrangement", FEEDING)
def test_what_is_fed_back_follows_on_what_is_given(arrangement: str) -> None:
    module, sequence = opened("lstm", "text")
    run = arranged(module, sequence, arrangement, 7)
    given = len(sequence.labels) if arrangement == "encoder-decoder" else 1
    steps = given + 6
    assert len(run.sequence.labels) == len(run.outputs) == steps
    assert run.own == (False,) * given + (True,) * 6
    assert run.read_out == (False,) * (given - 1) + (True,) * 7
    assert run.decoder == (given - 1 if arrangement == "encoder-decoder" else None)
    assert run.sequence.labels == sequence.labels[:given] + run.written[given - 1 : -1]
    assert run.sequence.values[given:].sum(dim=1).tolist() == [1.0] * 6, "one-hot"
    assert not run.stopped


@pytest.mark.each_value
@pytest.mark.parametrize("key", SYMBOLS_AND_NUMBERS)
@pytest.mark.parametrize("arrangement", FEEDING)
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_the_fed_back_run_is_that_of_a_plain_loop_over_the_module(cell: str, arrangement: str, key: str) -> None:
    module, sequence = opened(cell, key)
    run = arranged(module, sequence, arrangement, 6)
    given = len(sequence.labels) if arrangement == "encoder-decoder" else 1
    read, said = looped(module, sequence, run, given, 6)
    torch.testing.assert_close(run.sequence.values, read, rtol=0, atol=1e-8)
    torch.testing.assert_close(run.outputs[given - 1 :], said, rtol=0, atol=1e-8)
    again = trace(module, run.sequence.values)[0]
    for name in again:
        torch.testing.assert_close(run.layer[name], again[name], rtol=0, atol=1e-10)
        assert run.layer[name].shape == again[name].shape


def looped(module: Recurrent, sequence: Sequence, run: Arranged, given: int, ahead: int) -> tuple[Tensor, Tensor]:
    """Run the module anew over all that has been read so far; return what is read and what is said."""
    read, said = sequence.values[:given], []
    for _ in range(ahead):
        hidden, _ = module(read)
        output = run.readout.weight @ hidden[-1] + run.readout.bias
        said.append(output)
        symbol = torch.zeros_like(output)
        symbol[output.argmax()] = 1
        read = torch.cat([read, (symbol if sequence.symbolic else output).unsqueeze(0)])
    return read[:-1], torch.stack(said)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_one_letter_brings_back_the_word_that_the_readout_was_fitted_on(cell: str) -> None:
    sequence = SEQUENCES["text"].make()
    run = arranged(WEIGHTS["random"].make(cell, sequence.values.shape[1]), sequence, "one-to-many", 10)
    assert "".join([run.sequence.labels[0], *run.written]) == "hello␣world"


def test_an_output_that_is_read_is_bit_for_bit_the_input_of_the_next_step() -> None:
    sequence = SEQUENCES["numbers"].make()
    run = arranged(WEIGHTS["random"].make("rnn", 1, gain=3.0, units=64), sequence, "one-to-many", 200)
    assert torch.equal(run.sequence.values[1:], run.outputs[:-1]), "however chaotic the cell is"
    assert run.sequence.values.dtype == torch.float32


def test_what_a_step_reads_that_its_source_does_not_have_is_known_after_the_arrangement_too() -> None:
    exact = torch.tensor([[0.1], [0.2], [0.3]], dtype=torch.float64)
    given = replace(numbers(0.1, 0.2, 0.3), exact=exact, imputed=torch.tensor([False, True, False]))
    fed = arranged(nn.GRU(1, 3), given, "encoder-decoder", 3).sequence
    assert fed.imputed is not None
    assert fed.imputed.tolist() == [False, True, False, False, False]
    assert fed.exact is None, "what the cell says itself has not been rounded"
    assert arranged(nn.GRU(1, 3), given, "aligned").sequence is given


@pytest.mark.parametrize(("ahead", "arrangement"), [(1, "encoder-decoder"), (1, "one-to-many"), (200, "one-to-many")])
def test_the_bounds_of_ahead(ahead: int, arrangement: str) -> None:
    module, sequence = opened("gru", "sine")
    run = arranged(module, sequence, arrangement, ahead)
    assert sum(run.read_out) == ahead
    assert sum(run.own) == ahead - 1


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_a_run_opens_where_its_first_output_is_read(arrangement: str) -> None:
    sequence = SEQUENCES["text"].make()
    run = arranged(WEIGHTS["random"].make("lstm", sequence.values.shape[1]), sequence, arrangement)
    assert run.read_out.index(True) == run.sequence.start


@pytest.mark.each_value
@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize("key", few(SEQUENCES, "text", "pulse", "co2", "rhyme"))
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_every_sequence_can_be_arranged_with_the_usual_weights(cell: str, key: str, arrangement: str) -> None:
    sequence = SEQUENCES[key].make()
    for weights, kind in WEIGHTS.items():
        if kind.fits(cell, key):
            run = arranged(kind.make(cell, sequence.values.shape[1]), sequence, arrangement)
            assert {len(line) for line in lines(run).values()} == {len(run.sequence.labels)}, weights
            assert run.outputs[:-1].isfinite().all()


# What goes wrong


def test_a_run_ends_where_an_output_is_beyond_every_number() -> None:
    module = nn.RNN(1, 1, nonlinearity="relu").requires_grad_(False)
    for name, value in {"weight_ih_l0": 1.0, "weight_hh_l0": 0.0, "bias_ih_l0": 0.0, "bias_hh_l0": 0.0}.items():
        module.get_parameter(name).fill_(value)
    run = arranged(module, numbers(1e10, 1e20, 1e30), "encoder-decoder", 200)
    assert run.stopped
    assert sum(run.read_out) < 10
    assert run.written[-1] == "∞"
    assert torch.isinf(run.outputs[-1]).all()
    assert run.outputs[:-1].isfinite().all()
    assert run.layer["hidden"].isfinite().all()


def test_hidden_states_that_overflow_are_refused_with_their_step() -> None:
    module = nn.RNN(1, 1, nonlinearity="relu")
    for parameter in module.parameters():
        nn.init.constant_(parameter, 1e20)
    with pytest.raises(InputError, match="at step 2: no readout"):
        arranged(module, numbers(1, 1, 1), "aligned")


@pytest.mark.parametrize("options", [{"num_layers": 2}, {"bidirectional": True}])
def test_more_than_one_layer_and_direction_is_refused(options: dict[str, int]) -> None:
    with pytest.raises(InputError, match="one layer"):
        arranged(nn.GRU(1, 3, **options), numbers(1, 2, 3), "aligned")


@pytest.mark.parametrize("arrangement", few(ARRANGEMENTS, "aligned"))
def test_one_step_is_too_short(arrangement: str) -> None:
    with pytest.raises(InputError, match="at least 2 steps"):
        arranged(nn.GRU(1, 3), numbers(1), arrangement)


@pytest.mark.parametrize("ahead", few([0, 201, -1, 2.5], 0, 201, 2.5))
def test_ahead_out_of_bounds_is_refused(ahead: float) -> None:
    with pytest.raises(InputError, match="ahead must be a whole number from 1 to 200"):
        arranged(nn.GRU(1, 3), numbers(1, 2), "one-to-many", ahead)  # type: ignore[arg-type]


def test_an_unknown_arrangement_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(InputError, match="one-to-many"):
        arranged(nn.GRU(1, 3), numbers(1, 2), "none-to-none")


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ((0.5, 0.25), "0.25"),
        ((0.5, -0.001), "0.00"),
        ((0.5, -3.0), "−3.00"),
        ((0.5, -2e30), "−2.0e+30"),
    ],
)
def test_outputs_are_written_as_the_stepper_writes_numbers(values: tuple[float, float], written: str) -> None:
    assert arranged(nn.GRU(1, 3), numbers(*values), "many-to-one").written[-1] == written


def test_an_output_of_many_numbers_is_written_short() -> None:
    sequence = Sequence(torch.eye(5) / 2, tuple("abcde"), tuple("vwxyz"))
    (written,) = set(arranged(nn.GRU(5, 1), sequence, "many-to-one").written[-1:])
    assert written.count(",") == 3
    assert written.endswith(", …)")
