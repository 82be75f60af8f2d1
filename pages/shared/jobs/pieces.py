"""One training on a cluster, piece by piece: short ones, so that many trainings take turns and each can be paused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError

from cells.core.messages import N_, InputError
from cells.training.loop import Part, part_of
from cells.training.recipe import Recipe
from pages.shared.jobs.cluster import Cluster

SECONDS_A_PIECE = 0.4  # for as long a pause is waited for
SECONDS_TO_LOOK = 0.5  # while a piece waits for a worker
SECONDS_TO_FETCH = 60.0  # an answer that is there, from its worker
MOST_TRIES = 3  # to find another cluster for a piece

Wanted = Callable[[], bool]
OnDeath = Callable[[], None]


class Unwanted(Exception):
    """Raised where nobody waits for a piece any more."""


def piece(cluster: Cluster, recipe: Recipe, before: Part | None, wanted: Wanted, on_death: OnDeath) -> Part:
    """Compute the next piece after `before`, None for the first, on a cluster.

    `on_death` is called for a worker that dies of it or beside it, and another one begins the piece again. Where the
    whole cluster goes, the piece is computed on the one that there is then. Raises Unwanted once `wanted` says no, and
    InputError for what the cluster cannot do.
    """
    from distributed import KilledWorker  # noqa: PLC0415 - see cluster.py

    standing = before.standing if before else None
    for _ in range(MOST_TRIES):
        try:
            return await_piece(cluster, recipe, standing, wanted, on_death)
        except (Unwanted, InputError):
            raise
        except KilledWorker as problem:
            raise InputError(
                N_("The workers died of this training again and again, most likely for want of memory.")
            ) from problem
        except Exception as problem:
            if not cluster.is_gone():
                raise InputError(
                    N_("The cluster cannot train this: {reason}"), reason=f"{type(problem).__name__}: {problem}"
                ) from problem
    raise InputError(N_("The cluster went away, and there is no other."))


def await_piece(cluster: Cluster, recipe: Recipe, standing: object, wanted: Wanted, on_death: OnDeath) -> Part:
    """Let a worker compute a piece, and wait for it. Raises Unwanted, and whatever has happened to it."""
    future = cluster.submit(part_of, recipe, standing, SECONDS_A_PIECE, on_death=on_death)
    try:
        while not cluster.wait_for_answer(future, SECONDS_TO_LOOK):
            if not wanted():
                cluster.cancel(future)
                raise Unwanted
            if cluster.is_gone():
                raise OSError("gone")
        # A result that is asked for with a short timeout is lost where that ends while the answer is on its way.
        part: Part = future.result(timeout=SECONDS_TO_FETCH)
    except CancelledError as problem:
        raise OSError("cancelled") from problem
    return part


def pieces(
    cluster: Cluster, recipe: Recipe, wanted: Wanted, on_death: OnDeath, before: Part | None = None
) -> Iterator[Part]:
    """Yield piece after piece, from `before` on, to the end of the training or for as long as it is wanted."""
    while before is None or (before.standing.update < recipe.updates and before.trouble is None):
        try:
            yield (before := piece(cluster, recipe, before, wanted, on_death))
        except Unwanted:
            return
