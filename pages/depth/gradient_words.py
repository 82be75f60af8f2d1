"""The gradients of the depth page in a table and in sentences that say what was measured, and no more."""

from __future__ import annotations

import math

import pandas as pd

from cells.core.messages import N_, n_
from cells.depth.gradient import EXPLODING, NEITHER, NOTHING, VANISHING, DepthGradient
from cells.depth.units import UNITS
from pages.depth.gradients import BATCH, KindGradient
from pages.depth.kind import SEQUENCE, DepthFields
from pages.shared.words import explain, say
from pages.shared.words.numbers import format_number, format_share, format_size

TENDENCIES = {
    VANISHING: N_("vanishes"),
    EXPLODING: N_("explodes"),
    NEITHER: N_("does neither"),
    NOTHING: N_("there is none"),
}


def gradient_table(gradients: list[KindGradient]) -> pd.DataFrame:
    """Return the numbers of every kind, a column a kind."""
    return pd.DataFrame({say(UNITS[one.kind].title): column_of(one) for one in gradients})


def column_of(one: KindGradient) -> dict[str, str]:
    """Return one kind's numbers in words; "–" where its gradient could not be followed."""
    names = (
        say("left at the first unit"),
        say("the same, a unit (geometric mean)"),
        say("norm at the last unit"),
        say("loss"),
        say("the gradient"),
        say("weights"),
    )
    weights = (
        say(n_("after {count} update", "after {count} updates", "count"), count=one.update)
        if one.update
        else say("at the start")
    )
    if one.gradient is None:
        return dict(zip(names, ("–",) * 5 + (weights,), strict=True))
    values = numbers_of(one.gradient)
    return dict(zip(names, (*values, weights), strict=True))


def numbers_of(gradient: DepthGradient) -> tuple[str, ...]:
    """Return what is left, what is left a unit, the norm at the last unit, the loss, and the word for it."""
    units, left = len(gradient.norms) - 1, gradient.left
    log10 = math.log10(left) if left > 0 else -math.inf
    return (
        format_share(math.nan if math.isnan(left) else log10),
        format_share(log10 / units if math.isfinite(log10) else log10),
        format_size(gradient.log10[-1]),
        format_number(gradient.loss),
        say(TENDENCIES[gradient.tendency]),
    )


def measured_sentence(own: DepthFields, gradients: list[KindGradient]) -> str:
    """Say what is measured, of what loss, and what the words for it mean."""
    if own.reads == SEQUENCE:
        loss = say("the sum of all that the last unit gives")
    else:
        first = n_(
            "the mean cross-entropy of the first {count} training digit",
            "the mean cross-entropy of the first {count} training digits",
            "count",
        )
        loss = say(first, count=BATCH)
    return say(
        "Measured in training mode and double precision: the norm of the derivative of {loss}, by what each unit "
        "gives. It “vanishes” here where less than a hundredth of the norm at the last unit is left at what the first "
        "unit reads, and “explodes” where it is more than a hundred times as large.",
        loss=loss,
    )


def problem_sentences(gradients: list[KindGradient]) -> list[str]:
    """Say of which kinds the gradient could not be followed, and why."""
    return [f"{say(UNITS[one.kind].title)}: {explain(one.problem)}" for one in gradients if one.problem is not None]
