"""One sequence in another order: a memory system ends in another state, a memoryless one does not notice."""

from __future__ import annotations

import streamlit as st

from cells import CELLS
from cells.core.messages import N_, n_
from cells.feed_forward import FEED_FORWARD
from cells.order import AS_IS, REVERSE, ROTATE, SHUFFLE
from pages.order.controls import order_controls
from pages.order.kind import ORDER
from pages.order.results import BothOrders, ReorderedRun, open_reordered
from pages.shared.scene.navigation import start_page
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refused
from pages.shared.stepper import FormerRun, Pane, mark_shown, stepper
from pages.shared.stepper.label_row import label_row
from pages.shared.words import say
from pages.shared.words.messages import show_problems
from pages.shared.words.numbers import format_signed

ORDER_SENTENCES = {
    AS_IS: N_("A sequence is values in an order. This is its original order: shuffle, reverse or rotate it above."),
    SHUFFLE: N_("A sequence is values in an order: here the same {steps} steps are read shuffled."),
    REVERSE: N_("A sequence is values in an order: here the same {steps} steps are read from the end."),
    ROTATE: n_(
        "A sequence is values in an order: here the first of the same {steps} steps is read last.",
        "A sequence is values in an order: here the first {amount} of the same {steps} steps are read last.",
        "amount",
    ),
}
WATCH_BOTH = N_(
    "Press Play: the memory system carries each step into the next, so its solid line leaves the dashed one. The "
    "memoryless system sees each step alone: the mean of its outputs always ends where it ended."
)
WATCH_EQUAL = N_(
    "Press Play: with these weights the state of the memory system is the same in both orders, as far as two decimals "
    "show it; the mean of the memoryless system’s outputs always ends where it ended."
)


def main() -> None:
    """Show the page that the link describes."""
    start_page("order")
    scene, misread = current()
    scene, run, unusable = open_reordered(scene)
    order_controls(scene, len(run.former_steps))
    show_problems(misread + refused() + unusable)
    explore()


@st.fragment
def explore() -> None:
    """Show both networks side by side; this runs alone when only the reader's position has changed."""
    scene, _ = current()
    scene, run, _ = open_reordered(scene)
    start = run.sequence.start

    def on_position(step: int, unit: int) -> None:
        choose(step=None if step == start else step, unit=unit)

    order = order_payload(scene, run)
    stepper(
        [
            pane_of(run, run.cell, cell_payload(scene, run) | order),
            pane_of(run, run.feed_forward, feed_forward_payload(run) | order),
        ],
        page="order",
        step=start if scene.step is None else scene.step,
        unit=scene.unit,
        key="stepper",
        on_position=on_position,
    )
    mark_shown()


def pane_of(run: ReorderedRun, network: BothOrders, payload: dict[str, object]) -> Pane:
    """Return the stepper's pane of one network, with what the page says of it."""
    labels, _ = run.labels()
    return Pane(
        f"{run.id} {network.layer.cell.key}",
        network.layer,
        run.sequence,
        labels,
        private=run.original.private,
        page_data=payload | size_payload(network),
        former=FormerRun(network.former, network.now, network.was),
    )


def order_payload(scene: Scene, run: ReorderedRun) -> dict[str, object]:
    """Return what both panes say of the order: where each step stood, what it read there, and a few sentences."""
    _, former = run.labels()
    return {
        "places": list(run.former_steps),
        "former": former,
        "former_row": label_row(former, symbolic=run.sequence.symbolic),
        "told": sentences(scene, run),
        "moved": not run.is_unchanged,
    }


def cell_payload(scene: Scene, run: ReorderedRun) -> dict[str, object]:
    """Return what the pane of the cell with memory says, and how each of its units ends."""
    title = say(CELLS[scene.cell].title)
    ends = zip(run.cell.was[-1].tolist(), run.cell.now[-1].tolist(), strict=True)
    return {
        "title": say("With memory: {network}", network=title),
        "name": title,
        "line": say("{network}, hidden state", network=title),
        "endings": [ending_sentence(before, now, run.is_unchanged) for before, now in ends],
    }


def feed_forward_payload(run: ReorderedRun) -> dict[str, object]:
    """Return what the pane of the network without memory says."""
    title = say(FEED_FORWARD.title)
    same = N_("The same output for every step, whatever the order: their mean is {mean}.")
    return {
        "title": say("Without memory: {network}", network=title),
        "name": title,
        "line": say("{network}, mean so far", network=title),
        "endings": [say(same, mean=format_signed(mean)) for mean in run.feed_forward.now[-1].tolist()],
    }


def size_payload(network: BothOrders) -> dict[str, object]:
    """Return how large a network is, in words."""
    units = network.layer["hidden"].shape[-1]
    size = n_("{units} unit, {parameters} parameters", "{units} units, {parameters} parameters", "units")
    return {"size": say(size, units=units, parameters=f"{network.parameters:,}")}


def ending_sentence(before: float, now: float, is_unchanged: bool) -> str:
    """Say where one unit of the memory ends, in both orders."""
    if is_unchanged:
        return say("Ends at {now}.", now=format_signed(now))
    if format_signed(before) == format_signed(now):
        return say("Ends at {now} in both orders.", now=format_signed(now))
    return say(
        "Ends at {before} as it was, at {now} in this order.", before=format_signed(before), now=format_signed(now)
    )


def sentences(scene: Scene, run: ReorderedRun) -> list[str]:
    """Say in a few sentences what is to be seen and done here."""
    steps = len(run.former_steps)
    if steps == 1:
        return [say("A single step has no other order. Choose a longer sequence to see what order does.")]
    if run.is_constant:
        return [say("Every step reads the same, so any other order is the same sequence. Choose one that changes.")]
    order = ORDER.own_of(scene).order
    if run.is_unchanged and order.kind != AS_IS:
        return [say("In this order the steps read just what they read before: nothing has changed. Choose another.")]
    first = say(ORDER_SENTENCES[order.kind], steps=steps, amount=order.amount % steps)
    if order.kind == AS_IS:
        return [first]
    return [first, say(WATCH_BOTH if run.memory_differs else WATCH_EQUAL)]


main()
