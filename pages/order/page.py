"""The same values in another order: a memory system ends in another state, a memoryless one does not notice."""

from __future__ import annotations

import streamlit as st

from cells import CELLS
from cells.analysis.consequences import VISIBLE
from cells.core.messages import N_
from cells.feed_forward import FEED_FORWARD
from cells.order import AS_IS, REVERSE, ROTATE, SHUFFLE
from pages.order.controls import order_controls
from pages.order.kind import ORDER
from pages.order.results import Beside, Reordered, open_reordered
from pages.shared.scene.navigation import start_page
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refused
from pages.shared.stepper import FormerRun, Pane, stepper
from pages.shared.words import say
from pages.shared.words.messages import show_problems
from pages.shared.words.numbers import format_signed

SEQUENCE_DATA = {
    AS_IS: N_("A sequence is values in an order. This is its original order: shuffle, reverse or rotate it above."),
    SHUFFLE: N_("A sequence is values in an order: here the same {steps} steps are read shuffled."),
    REVERSE: N_("A sequence is values in an order: here the same {steps} steps are read from the end."),
    ROTATE: N_("A sequence is values in an order: here the first {amount} of the same {steps} steps are read last."),
}
SYSTEMS = N_(
    "Press Play: the memory system carries each step into the next, so its solid line leaves the dashed one. The "
    "memoryless system sees each step alone: the mean of its outputs always ends where it ended."
)


def main() -> None:
    """The page, from the link down."""
    start_page("order")
    scene, misread = current()
    scene, opened, unusable = open_reordered(scene)
    order_controls(scene, len(opened.places))
    show_problems(misread + refused() + unusable)
    explore()


@st.fragment
def explore() -> None:
    """Both networks side by side; it runs alone when only the reader's position has changed."""
    scene, _ = current()
    scene, opened, _ = open_reordered(scene)
    home = opened.sequence.start

    def on_position(step: int, unit: int) -> None:
        choose(step=None if step == home else step, unit=unit)

    labels, former = opened.labels()
    order = {"places": list(opened.places), "former": former, "told": told(scene, opened), "moved": not opened.unmoved}
    panes = [
        Pane(
            f"{opened.id} {one.layer.cell.key}",
            one.layer,
            opened.sequence,
            labels,
            private=opened.original.private,
            page_data=about | size(one) | order,
            former=FormerRun(one.former, one.now, one.was),
        )
        for one, about in ((opened.cell, about_cell(scene, opened)), (opened.net, about_net(opened)))
    ]
    stepper(
        panes,
        page="order",
        step=home if scene.step is None else scene.step,
        unit=scene.unit,
        key="stepper",
        on_position=on_position,
    )


def about_cell(scene: Scene, opened: Reordered) -> dict[str, object]:
    """What the pane of the cell with memory says, and how each of its units ends."""
    title = say(CELLS[scene.cell].title)
    ends = zip(opened.cell.was[-1].tolist(), opened.cell.now[-1].tolist(), strict=True)
    return {
        "title": say("With memory: {network}", network=title),
        "name": title,
        "line": say("{network}, hidden state", network=title),
        "endings": [ending(before, now, opened.unmoved) for before, now in ends],
    }


def about_net(opened: Reordered) -> dict[str, object]:
    """What the pane of the net without memory says."""
    title = say(FEED_FORWARD.title)
    same = N_("The same output for every step, whatever the order: their mean is {mean}.")
    return {
        "title": say("Without memory: {network}", network=title),
        "name": title,
        "line": say("{network}, mean so far", network=title),
        "endings": [say(same, mean=format_signed(mean)) for mean in opened.net.now[-1].tolist()],
    }


def size(one: Beside) -> dict[str, object]:
    """How large a network is."""
    units = one.layer["hidden"].shape[-1]
    one_unit, several = N_("{units} unit, {parameters} parameters"), N_("{units} units, {parameters} parameters")
    return {"size": say(one_unit if units == 1 else several, units=units, parameters=f"{one.parameters:,}")}


def ending(before: float, now: float, unmoved: bool) -> str:
    """Where one unit of the memory ends, in both orders."""
    if unmoved:
        return say("Ends at {now}.", now=format_signed(now))
    if before == now or abs(before - now) < VISIBLE:
        return say("Ends at {now} in both orders.", now=format_signed(now))
    return say(
        "Ends at {before} as it was, at {now} in this order.", before=format_signed(before), now=format_signed(now)
    )


def told(scene: Scene, opened: Reordered) -> list[str]:
    """A few sentences on what is to be seen and done here."""
    steps = len(opened.places)
    if steps == 1:
        return [say("A single step has no other order. Choose a longer sequence to see what order does.")]
    if opened.constant:
        return [say("Every step reads the same, so any other order is the same sequence. Choose one that changes.")]
    order = ORDER.own_of(scene).order
    if opened.unmoved and order.kind != AS_IS:
        return [say("In this order the steps read just what they read before: nothing has changed. Choose another.")]
    first = say(SEQUENCE_DATA[order.kind], steps=steps, amount=order.amount % steps)
    return [first] if order.kind == AS_IS else [first, say(SYSTEMS)]


main()
