"""Orders of the same steps: which step goes where, and what a memory and a net without make of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from cells import InputError, LayerTrace, trace
from cells.analysis.running_mean import running_mean
from cells.core.sequence import Sequence
from cells.feed_forward import FeedForward, feed_forward_trace
from cells.order import ORDERS, Order, permutation, read_order, rearranged, reordered, write_order
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.cells.cases import SOME_CELLS
from tests.checking.sampling import few

MOVED = [Order("shuffle", 0), Order("shuffle", 7), Order("reverse"), Order("rotate", 3), Order("rotate", 10_001)]
EVERY = [Order(), *MOVED]
HILL = Sequence(torch.tensor([[1.0], [2.0], [3.0], [4.0]]), ("a", "b", "c", "d"), ("number",))


def test_every_kind_of_order_is_among_those_that_are_tested() -> None:
    assert {order.kind for order in EVERY} == set(ORDERS)


@pytest.mark.each_pair
@pytest.mark.parametrize("order", EVERY)
@pytest.mark.parametrize("steps", few([1, 2, 3, 24, 2000], 1, 2, 24))
def test_no_step_is_lost_and_none_comes_twice(order: Order, steps: int) -> None:
    assert sorted(permutation(order, steps)) == list(range(steps))


def test_what_goes_where() -> None:
    assert permutation(Order(), 4) == (0, 1, 2, 3)
    assert permutation(Order("reverse"), 4) == (3, 2, 1, 0)
    assert permutation(Order("rotate", 1), 4) == (1, 2, 3, 0)
    assert permutation(Order("rotate", 4), 4) == (0, 1, 2, 3)


@pytest.mark.parametrize("steps", [2, 3, 11])
def test_a_shuffle_always_moves_something_and_is_the_same_for_the_same_seed(steps: int) -> None:
    state = torch.get_rng_state()
    shuffles = [permutation(Order("shuffle", seed), steps) for seed in range(200)]
    assert shuffles == [permutation(Order("shuffle", seed), steps) for seed in range(200)]
    assert tuple(range(steps)) not in shuffles
    assert len(set(shuffles)) > 1 or steps == 2
    assert torch.equal(torch.get_rng_state(), state), "nobody else's random numbers are drawn from"


def test_a_sequence_takes_its_labels_along_and_opens_at_its_end() -> None:
    read = reordered(HILL, Order("rotate", 1))
    assert read.values.flatten().tolist() == [2, 3, 4, 1]
    assert read.labels == ("b", "c", "d", "a")
    assert read.start == 3
    assert (read.exact, read.imputed) == (None, None)
    exact, filled = HILL.values.double() + 1e-9, torch.tensor([True, False, False, False])
    read = reordered(replace(HILL, exact=exact, imputed=filled), Order("reverse"))
    assert read.exact is not None
    assert torch.equal(read.exact, exact.flip(0))
    assert read.imputed is not None
    assert read.imputed.tolist() == [False, False, False, True]
    assert HILL.labels == ("a", "b", "c", "d")


@pytest.mark.parametrize("order", EVERY)
def test_an_order_is_read_as_it_is_written(order: Order) -> None:
    assert read_order(write_order(order)) == order


UNREADABLE = ["", "sort", "shuffle", "shuffle:", "shuffle:-1", "shuffle:1.5", "shuffle:10000", "shuffle:٣", "rotate"]


@pytest.mark.parametrize(
    "text", [*UNREADABLE, "reverse:1", "as-is:", "rotate:1000000", "rotate:" + "9" * 5000, " reverse", "Reverse"]
)
def test_what_is_no_order_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match="cannot be read") as refused:
        read_order(text)
    assert text[:30] in str(refused.value)
    assert len(str(refused.value)) < 200


# A memory


def trained(cell: str, xs: Tensor) -> torch.nn.Module:
    return WEIGHTS["random"].make(cell, xs.shape[1], units=5, seed=3)


@pytest.mark.each_value
@pytest.mark.parametrize("order", MOVED)
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_cell_reads_the_reordered_steps_as_any_others_and_ends_in_another_state(cell: str, order: Order) -> None:
    text = SEQUENCES["text"].make()
    module = trained(cell, text.values)
    (now,), (was,) = trace(module, reordered(text, order).values), trace(module, text.values)
    (plain,) = trace(module, text.values[list(permutation(order, len(text.labels)))])
    for signal, values in plain.items():
        assert torch.equal(now[signal], values)
    assert (now["hidden"][-1] - was["hidden"][-1]).abs().max() > 0.05


@pytest.mark.parametrize(("cell", "before", "after"), [("lstm", -0.722, 0.743), ("gru", -0.923, 0.967)])
def test_a_latch_read_from_the_end_holds_the_other_bit(cell: str, before: float, after: float) -> None:
    pulse, latch = SEQUENCES["pulse"].make(), WEIGHTS["latch"].make(cell, 2)
    ends = [
        float(trace(latch, reordered(pulse, order).values)[0]["hidden"][-1, 0]) for order in (Order(), Order("reverse"))
    ]
    assert ends == pytest.approx([before, after], abs=0.001)


def rows_of(layer: LayerTrace) -> dict[str, Tensor]:
    """Return everything that is known of each step, by name."""
    parts = {f"{gate}.{name}": part for gate, made in layer.parts().items() for name, part in made.items()}
    before = {f"{state}.before": layer.before(state) for state in layer.initial}
    return {**layer, **layer.flows(), **parts, **before}


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_rearranged_run_is_the_same_run_with_its_rows_elsewhere(cell: str) -> None:
    text, order = SEQUENCES["text"].make(), Order("shuffle", 4)
    (layer,) = trace(trained(cell, text.values), text.values)
    former = list(permutation(order, len(text.labels)))
    moved = rows_of(rearranged(layer, order))
    for name, values in rows_of(layer).items():
        assert torch.equal(moved[name], values[former]), name
    again = rows_of(rearranged(rearranged(layer, Order("reverse")), Order("reverse")))
    assert all(torch.equal(again[name], values) for name, values in rows_of(layer).items())


# No memory


@pytest.mark.each_pair
@pytest.mark.parametrize("units", [1, 8, 32])  # a product over all steps at once would be rounded otherwise in some
@pytest.mark.parametrize("order", MOVED)
@pytest.mark.parametrize("sequence", few(SEQUENCES, "pulse", "text", "co2", "poem"))
def test_a_net_without_memory_does_not_notice_to_the_last_bit(sequence: str, order: Order, units: int) -> None:
    original = SEQUENCES[sequence].make()
    net = FeedForward(original.values.shape[1], units, seed=5)
    was = feed_forward_trace(net, original.values)
    now = feed_forward_trace(net, reordered(original, order).values)
    moved = rows_of(rearranged(was, order))
    for name, values in rows_of(now).items():
        assert torch.equal(values, moved[name]), name
    assert torch.equal(running_mean(now["output"])[-1], running_mean(was["output"])[-1])


def test_a_running_mean_is_the_mean_so_far() -> None:
    values = torch.rand(2000, 3, generator=torch.Generator().manual_seed(1)) * 2 - 1
    means = running_mean(values)
    for steps in (1, 2, 77, 2000):
        assert torch.allclose(means[steps - 1], values[:steps].double().mean(0), rtol=0, atol=1e-12)
