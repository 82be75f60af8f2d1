"""The sentences of the gradient page: what its numbers mean, and what they cannot hold."""

from __future__ import annotations

from cells import CELLS
from cells.core.messages import N_, InputError, n_
from cells.gradients.initial_states import LEARNED, ZERO
from pages.gradient.results import Gradients
from pages.gradient.walk import GradientWalk
from pages.shared.scene.scene import Scene
from pages.shared.scene.weights import ALL_WEIGHTS
from pages.shared.words import say
from pages.shared.words.numbers import format_number, format_share, format_size

OUT_OF_RANGE = {
    "underflowed": n_(
        "{cell}: from step {step} back, {count} norm is too small for {precision}; there the line is thin and dotted.",
        "{cell}: from step {step} back, {count} norms are too small for {precision}; there the line is thin and "
        "dotted.",
        "count",
    ),
    "overflowed": n_(
        "{cell}: from step {step} back, {count} norm is too large for {precision}; there the line is thin and dotted.",
        "{cell}: from step {step} back, {count} norms are too large for {precision}; there the line is thin and "
        "dotted.",
        "count",
    ),
    "undefined": n_(
        "{cell}: from step {step} back, {count} norm is no number, because a state is none; the line ends. Read the "
        "loss at an earlier step.",
        "{cell}: from step {step} back, {count} norms are no number, because a state is none; the line ends. Read the "
        "loss at an earlier step.",
        "count",
    ),
}


def cell_title(walk: GradientWalk) -> str:
    """Return the name of a walk's cell, in the reader's language."""
    return say(CELLS[walk.cell].title)


def walk_title(walk: GradientWalk) -> str:
    """Return the name of what is drawn of a walk: its cell, and of a stack its lowest layer."""
    return say("{cell}, lowest layer", cell=cell_title(walk)) if walk.stacked else cell_title(walk)


def reach_sentences(gradients: Gradients) -> list[str]:
    """Say of each stack how much of the gradient at its top reaches its lowest layer."""
    return [reach_sentence(walk) for walk in gradients.walks if walk.stacked]


def reach_sentence(walk: GradientWalk) -> str:
    """Say of one stack how much reaches its lowest layer: where the loss is read, and at the first step."""
    forward, *backward = (walk.log_left_in(index) for index, layer in enumerate(walk.run.layers) if layer.layer == 0)
    at = walk.options.read_at + 1
    shares = {"there": format_share(float(forward[at])), "first": format_share(float(forward[1]))}
    if not backward:
        template = N_(
            "{cell}: of the gradient at the top layer, where the loss is read, the lowest layer gets {there} at the "
            "same step and {first} at its first."
        )
        return say(template, cell=cell_title(walk), **shares)
    shares |= {"end": format_share(float(backward[0][at])), "last": format_share(float(backward[0][1]))}
    template = N_(
        "{cell}: of the gradient at the top layer, where the loss is read, the lowest layer’s forward direction gets "
        "{there} at its last step and {first} at its first, and its backward one {end} at the last step that it reads "
        "and {last} at its first."
    )
    return say(template, cell=cell_title(walk), **shares)


def stand_ins_sentence(scene: Scene, gradients: Gradients) -> str:
    """Name the cells that have random weights because the chosen ones do not fit them."""
    cells = ", ".join(say(CELLS[cell].title) for cell in gradients.stand_ins)
    weights = say(ALL_WEIGHTS[scene.weights].title)
    return say("Random weights in {cells}: “{weights}” does not fit there.", cells=cells, weights=weights)


def range_problems(walk: GradientWalk) -> list[InputError]:
    """List what is out of range or undefined on a cell's way back, each kind once."""
    if walk.is_dead:
        template = N_("{cell}: the loss has a slope of 0 where it is read, so nothing goes back.")
        return [InputError(template, cell=cell_title(walk))]
    return [
        InputError(OUT_OF_RANGE[kind], cell=cell_title(walk), count=count, step=step, precision=walk.precision)
        for kind, count, step in walk.out_of_range()
    ]


def vanishing_sentences(gradients: Gradients) -> list[str]:
    """Say of each network without gates whether its gradient must vanish."""
    surely = N_(
        "{cell}: the largest singular value of its recurrent weights is {norm}, below 1: the gradient must vanish "
        "(Pascanu et al. 2013)."
    )
    perhaps = N_(
        "{cell}: the largest singular value of its recurrent weights is {norm}, not below 1: the gradient need not "
        "vanish (Pascanu et al. 2013), though saturated units can still make it."
    )
    return [
        say(surely if walk.vanishes else perhaps, cell=cell_title(walk), norm=beside_one(walk.strengths["hidden"].norm))
        for walk in gradients.walks
        if walk.vanishes is not None
    ]


def beside_one(norm: float) -> str:
    """Write a norm with two decimals, and with more where these would not tell it from 1: "0.83", "0.998612"."""
    short = f"{norm:.2f}"
    return f"{norm:.6f}" if short == "1.00" else short


def first_state_sentence(gradients: Gradients) -> str:
    """Say what the run begins with, and what that changes in each cell."""
    kind = gradients.walks[0].options.first_state
    if kind == ZERO:
        slopes = [f"{cell_title(walk)} {format_size(float(walk.norms.log10[0]))}" for walk in gradients.walks]
        template = N_("The first state is all zero. How much the loss would change with it: {slopes}.")
        return say(template, slopes=say(", ").join(slopes))
    changes = [
        f"{cell_title(walk)} {format_number(walk.loss_from_zero)} → {format_number(float(walk.flow.loss))}"
        for walk in gradients.walks
    ]
    given = N_("The first state is given. The loss from all zero, and from there: {changes}.")
    learned = N_(
        "The first state is learned, by the gradient that reaches it. The loss from all zero, and from there: "
        "{changes}."
    )
    return say(learned if kind == LEARNED else given, changes=say(", ").join(changes))
