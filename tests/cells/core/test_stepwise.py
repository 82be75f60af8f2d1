"""The modules of the variants: called, saved, copied and trained as PyTorch's own recurrent modules are.

That they compute the right numbers is tested where `trace` is held against them and against the textbook.

Axes: T time steps, B batch, I input features, H hidden units, L layers, D directions, K gates.
"""

from __future__ import annotations

import copy
import io
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_sequence
from torch.testing import assert_close

from cells import CELLS, InputError, trace
from cells.core.stepwise import Recurrent, Stepwise
from tests.cells.cases import B, Case, H, I, T
from tests.checking.sampling import few

VARIANTS = [key for key, cell in CELLS.items() if isinstance(cell.module(1, 1), Stepwise)]
# Two states, weights and signals of its own; and one state, fewer gates.
variants = pytest.mark.parametrize("cell", few(VARIANTS, "lstm-full-gate-recurrence", "mgu"))
every_variant = pytest.mark.parametrize("cell", VARIANTS)
OF_OWN_FUNCTIONS = ("lstm-peephole", "lstm-full-gate-recurrence", "gru-reset-before", "mgu")
EXTRAS: dict[str, dict[str, tuple[int, ...]]] = {
    "lstm-peephole": {"weight_pi": (H,), "weight_pf": (H,), "weight_po": (H,)},
    "lstm-full-gate-recurrence": {"weight_gates": (3 * H, 3 * H)},
}
ROWS = {"lstm-no-input-gate": 3, "lstm-no-forget-gate": 3, "lstm-no-output-gate": 3, "lstm-coupled": 3, "mgu": 2}


def base_of(cell: str, **options: Any) -> Recurrent:
    """Return the module of PyTorch that a cell varies."""
    return CELLS[CELLS[cell].varies].module(I, H, **options)


def test_every_cell_but_pytorchs_own_is_made_of_its_rule() -> None:
    assert {key for key, cell in CELLS.items() if cell.varies in ("lstm", "gru")} == set(VARIANTS)


@pytest.mark.each_value
@variants
@pytest.mark.parametrize("options", [{}, {"num_layers": 2, "bidirectional": True}, {"bias": False}], ids=str)
def test_parameters_have_the_names_of_the_module_that_it_varies(cell: str, options: dict[str, Any]) -> None:
    module, base = CELLS[cell].module(I, H, **options), base_of(cell, **options)
    suffixes = {name.removeprefix("weight_ih") for name in base.state_dict() if name.startswith("weight_ih")}
    extras = {name + suffix for name in EXTRAS.get(cell, {}) for suffix in suffixes}
    assert set(module.state_dict()) == set(base.state_dict()) | extras


@every_variant
def test_parameters_have_the_rows_of_the_gates_that_there_are(cell: str) -> None:
    rows = ROWS.get(cell, {"lstm": 4, "gru": 3}[CELLS[cell].varies])
    expected: dict[str, tuple[int, ...]] = {
        "weight_ih": (rows * H, I),
        "weight_hh": (rows * H, H),
        "bias_ih": (rows * H,),
        "bias_hh": (rows * H,),
    }
    shapes = {name.removesuffix("_l0"): tuple(p.shape) for name, p in CELLS[cell].module(I, H).named_parameters()}
    assert shapes == expected | EXTRAS.get(cell, {})
    assert len(CELLS[cell].gates) == rows


@pytest.mark.parametrize("cell", ["lstm-no-input-activation", "lstm-no-output-activation", "gru-reset-before"])
def test_weights_of_pytorchs_module_can_be_loaded(cell: str) -> None:
    module, base = CELLS[cell].module(I, H, num_layers=2), base_of(cell, num_layers=2)
    module.load_state_dict(base.state_dict())
    assert all(torch.equal(values, base.state_dict()[name]) for name, values in module.state_dict().items())


@pytest.mark.each_pair
@variants
@pytest.mark.parametrize("batched", [True, False])
@pytest.mark.parametrize("batch_first", [True, False])
def test_it_takes_and_returns_what_pytorchs_module_does(cell: str, batched: bool, batch_first: bool) -> None:
    options: dict[str, Any] = {"num_layers": 2, "bidirectional": True, "batch_first": batch_first}
    case = Case(cell, layers=2, bidirectional=True, batched=batched, batch_first=batch_first)
    xs, state = case.sequence(), case.as_argument(case.states())
    output, last = CELLS[cell].module(I, H, **options)(xs, state)
    expected, expected_last = base_of(cell, **options)(xs, state)
    assert output.shape == expected.shape
    pairs = [(last, expected_last)] if isinstance(last, Tensor) else list(zip(last, expected_last, strict=True))
    assert [one.shape for one, _ in pairs] == [other.shape for _, other in pairs]
    assert type(last) is type(expected_last)


@variants
def test_arguments_stand_in_pytorchs_order(cell: str) -> None:
    module = CELLS[cell].module(I, H, 2, False, True, 0.25, True)
    assert (module.num_layers, module.bias, module.batch_first) == (2, False, True)
    assert (module.dropout, module.bidirectional) == (0.25, True)


@variants
def test_it_starts_within_the_bound_of_pytorchs_modules(cell: str) -> None:
    for parameter in CELLS[cell].module(I, 64).parameters():
        assert 0.9 / 8 < parameter.abs().max() <= 1 / 8


@pytest.mark.parametrize("cell", few(VARIANTS, *OF_OWN_FUNCTIONS))
def test_a_copy_and_a_saved_one_compute_the_same(cell: str) -> None:
    case = Case(cell, layers=2, bidirectional=True)
    module, xs = case.module(), case.sequence()
    expected, _ = module(xs)
    file = io.BytesIO()
    torch.save(module.state_dict(), file)
    file.seek(0)
    loaded = CELLS[cell].module(I, H, num_layers=2, bidirectional=True)
    loaded.load_state_dict(torch.load(file))
    file = io.BytesIO()
    torch.save(module, file)
    file.seek(0)
    for other in (copy.deepcopy(module), loaded, torch.load(file, weights_only=False)):
        assert torch.equal(other(xs)[0], expected)
        assert trace(other, xs)[0].cell is CELLS[cell]
    twin = copy.deepcopy(module)
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.zero_()
    assert torch.equal(module(xs)[0], expected), "the copy has weights of its own"


@variants
def test_every_weight_learns(cell: str) -> None:
    case = Case(cell, layers=2, bidirectional=True, dtype=torch.float64)
    module, xs = case.module(), case.sequence()
    module(xs)[0].square().sum().backward()
    for name, parameter in module.named_parameters():
        assert parameter.grad is not None
        assert parameter.grad.abs().max() > 0, name


@every_variant
def test_its_gradient_is_the_slope(cell: str) -> None:
    module = CELLS[cell].module(2, 2, dtype=torch.float64)
    xs = torch.randn(3, 2, dtype=torch.float64, requires_grad=True)
    names, values = zip(*module.named_parameters(), strict=True)

    def output(read: Tensor, *parameters: Tensor) -> Tensor:
        result: Tensor = torch.func.functional_call(module, dict(zip(names, parameters, strict=True)), (read,))[0]
        return result

    assert torch.autograd.gradcheck(output, (xs, *values))


@variants
def test_a_few_steps_of_an_optimiser_bring_it_nearer_to_its_goal(cell: str) -> None:
    """The task is to say what was read one step ago."""
    xs = torch.randint(0, 2, (12, 16, 1)).float()
    module, readout = CELLS[cell].module(1, 8), nn.Linear(8, 1)
    optimiser = torch.optim.Adam([*module.parameters(), *readout.parameters()], lr=0.03)
    losses = []
    for _ in range(40):
        optimiser.zero_grad()
        loss = (readout(module(xs)[0][1:]) - xs[:-1]).square().mean()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]


@variants
def test_dropout_falls_between_the_layers_in_training_only(cell: str) -> None:
    module, xs = CELLS[cell].module(I, H, num_layers=2, dropout=0.5), torch.randn(T, B, I)
    assert not torch.equal(module.train()(xs)[0], module(xs)[0])
    assert torch.equal(module.eval()(xs)[0], module(xs)[0])
    alone = CELLS[cell].module(I, H, dropout=0.5).train()
    assert torch.equal(alone(xs)[0], alone(xs)[0]), "there is nothing between one layer and no other"


@pytest.mark.parametrize("cell", few(VARIANTS, "lstm-full-gate-recurrence", "mgu", "lstm-coupled"))
def test_a_run_can_be_cut_in_two(cell: str) -> None:
    module, xs = CELLS[cell].module(I, H, num_layers=2), torch.randn(T, B, I)
    whole, last = module(xs)
    first, state = module(xs[:1])
    rest, end = module(xs[1:], state)
    if CELLS[cell].rule.previous_signals:  # the gates of the step before are no part of the state
        assert not torch.allclose(rest, whole[1:])
        return
    assert_close(torch.cat([first, rest]), whole, rtol=0, atol=1e-6)
    for one, other in zip([*last], [*end], strict=True):
        assert_close(one, other, rtol=0, atol=1e-6)


@variants
def test_its_repr_tells_the_cell_and_its_sizes(cell: str) -> None:
    assert repr(CELLS[cell].module(I, H, num_layers=2)) == f"Stepwise({cell}, 4, 5, num_layers=2)"


@pytest.mark.each_value
@variants
@pytest.mark.parametrize(
    ("xs", "named"),
    [
        (torch.zeros(I), r"\(4,\).*axes"),
        (torch.zeros(T, B, I + 1), "5 features.*takes 4"),
        (torch.zeros(T, B, I, dtype=torch.float64), "float64.*float32"),
        (torch.zeros(0, B, I), r"\(0, 3, 4\).*no step"),
    ],
    ids=str,
)
def test_a_sequence_that_does_not_fit_is_named(cell: str, xs: Tensor, named: str) -> None:
    with pytest.raises(InputError, match=named):
        CELLS[cell].module(I, H)(xs)


@variants
def test_a_packed_sequence_is_refused_with_the_way_out(cell: str) -> None:
    with pytest.raises(TypeError, match="pad_packed_sequence"):
        CELLS[cell].module(I, H)(pack_sequence([torch.zeros(T, I)]))


@pytest.mark.each_value
@variants
@pytest.mark.parametrize("shape", [(1, B, H), (2, 1, H), (2, B, H + 1), (2, H)], ids=str)
def test_a_state_that_does_not_fit_is_named_and_never_stretched(cell: str, shape: tuple[int, ...]) -> None:
    module = CELLS[cell].module(I, H, num_layers=2)
    states = tuple(torch.zeros(shape) for _ in CELLS[cell].rule.states)
    with pytest.raises(InputError, match=r"expected \(2, 3, 5\)"):
        module(torch.zeros(T, B, I), states if len(states) > 1 else states[0])


@variants
def test_a_state_of_another_kind_is_named(cell: str) -> None:
    one, two = torch.zeros(1, B, H), (torch.zeros(1, B, H), torch.zeros(1, B, H))
    pair = len(CELLS[cell].rule.states) == 2
    with pytest.raises(TypeError, match=r"tuple \(h_0, c_0\)" if pair else "one tensor h_0"):
        CELLS[cell].module(I, H)(torch.zeros(T, B, I), one if pair else two)


@pytest.mark.each_value
@variants
@pytest.mark.parametrize(
    "options", [{"input_size": 0}, {"hidden_size": 0}, {"num_layers": 0}, {"dropout": 1.5}, {"dropout": -0.1}], ids=str
)
def test_sizes_that_make_no_module_are_refused(cell: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        CELLS[cell].module(**{"input_size": I, "hidden_size": H, **options})


@variants
def test_there_is_no_projection(cell: str) -> None:
    with pytest.raises(TypeError, match="proj_size"):
        CELLS[cell].module(I, H, proj_size=2)
