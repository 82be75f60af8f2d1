"""The sentences on where one line of a study falls behind another, as far as its numbers tell."""

from __future__ import annotations

from cells.core.messages import N_
from cells.training.study import RESIDUAL_MARK, Outcome, Study
from cells.training.tasks import DEEP_TASKS
from pages.shared.words import say
from pages.study.axes import line_title

PLAIN = "plain"


def behind_sentences(study: Study, outcomes: dict[str, list[Outcome]]) -> list[str]:
    """Say of each pair from where on the one falls behind the other, once all seeds of both have ended."""
    return [
        sentence_of(study, one, other, outcomes[one], outcomes[other])
        for one, other in pairs_of(study)
        if all(is_whole(study, outcomes[line]) for line in (one, other))
    ]


def pairs_of(study: Study) -> list[tuple[str, str]]:
    """Return what is held against each other: plain stacks and others, a cell without and with the connection."""
    if study.task in DEEP_TASKS:
        return [(PLAIN, kind) for kind in study.cells if kind != PLAIN] if PLAIN in study.cells else []
    return [(cell, cell + RESIDUAL_MARK) for cell in study.cells if cell + RESIDUAL_MARK in study.cells]


def is_whole(study: Study, outcomes: list[Outcome]) -> bool:
    """Tell whether every seed at every lag has ended."""
    return [one.lag for one in outcomes] == list(study.lags) and all(len(one.successes) == one.of for one in outcomes)


def falls_behind_at(ones: list[Outcome], others: list[Outcome]) -> Outcome | None:
    """Return the outcome from which on, at every lag, the one's best seed stays below the other's worst, or None."""
    first = None
    for one, other in zip(ones, others, strict=True):
        if one.greatest >= other.least:
            first = None
        elif first is None:
            first = one
    return first


def sentence_of(study: Study, one: str, other: str, ones: list[Outcome], others: list[Outcome]) -> str:
    """Say from where on one line falls behind the other, by how much, or that it does not."""
    names = {"one": line_title(study, one), "other": line_title(study, other)}
    first = falls_behind_at(ones, others)
    if first is None:
        return say(
            N_("Up to {lag} the best seed of “{one}” is not always below the worst of “{other}”: no falling behind."),
            lag=study.lags[-1],
            **names,
        )
    beside = next(outcome for outcome in others if outcome.lag == first.lag)
    falls = N_(
        "From {lag} on “{one}” falls behind “{other}”: {mean} against {better} there, and from there on its best "
        "seed is below the other’s worst."
    )
    return say(falls, lag=first.lag, mean=f"{first.mean:.0%}", better=f"{beside.mean:.0%}", **names)
