"""Every training of the app: equal recipes share one, and nobody can ask for too many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock

from cells.core.messages import N_, InputError
from cells.training.learning import initial_learner, log_spaced
from cells.training.recipe import Recipe
from pages.shared.jobs.cluster import Cluster
from pages.shared.jobs.run import GRACE, Run, Seen


@dataclass(frozen=True)
class Limits:
    """at_once: trainings that go on at the same time, in the whole app; a_visit: of one visit. bytes_a_visit: of all
    checkpoints that a visit holds. kept: ended trainings that nobody watches, to be found again by equal recipes, and
    kept_bytes, what these may take together. grace: see `Run`.
    """

    at_once: int = 32
    a_visit: int = 2
    bytes_a_visit: int = 256 << 20
    kept: int = 16
    kept_bytes: int = 256 << 20
    grace: float = GRACE


class Runs:
    """Start, pause, resume and stop trainings, each told by its recipe, for visits, each told by its name."""

    def __init__(self, cluster: Cluster, limits: Limits | None = None) -> None:
        self.cluster, self.limits = cluster, limits or Limits()
        self._lock = RLock()
        self._runs: dict[Recipe, Run] = {}  # the oldest first

    def start(self, recipe: Recipe, visit: str) -> None:
        """Train, or take part where somebody trains the same, or go on after a pause or a stop.

        Raises InputError where there are too many trainings already, or this one would be too large.
        """
        with self._lock:
            run = self._runs.get(recipe)
            if run is None or not (run.done or (visit in run.visits and run.going)):
                self._check(recipe, visit)
            if run is None or (run.done and not run.complete):  # one that failed is tried again
                run = self._runs[recipe] = Run(recipe, self.cluster, self._forget, self.limits.grace)
                run.join(visit)
                run.start()
            else:
                run.join(visit)
            self._make_room(recipe, visit)

    def pause(self, recipe: Recipe, visit: str) -> None:
        """Wait, as far as this visit is concerned; it goes on for others."""
        self._at(recipe, visit, Run.pause)

    def stop(self, recipe: Recipe, visit: str) -> None:
        """End here, as far as this visit is concerned; what has been learnt is kept for it."""
        self._at(recipe, visit, Run.stop)

    def leave(self, visit: str) -> None:
        """The visit is over: what nobody else waits for is cancelled."""
        with self._lock:
            for run in self._runs.values():
                run.leave(visit)
            self._make_room(None, visit)

    def seen(self, recipe: Recipe, visit: str) -> Seen | None:
        """The training as the visit sees it, None where it takes no part in one."""
        with self._lock:
            run = self._runs.get(recipe)
        return run.seen(visit) if run else None

    def _at(self, recipe: Recipe, visit: str, act: Callable[[Run, str], None]) -> None:
        with self._lock:
            run = self._runs.get(recipe)
            if run is not None and visit in run.visits:
                act(run, visit)

    def _check(self, recipe: Recipe, visit: str) -> None:
        going = [run for run in self._runs.values() if run.going]
        own = sum(visit in run.visits for run in going)
        if own >= self.limits.a_visit:
            raise InputError(
                N_("{count} trainings of yours are running already: stop one of them, or wait for it."), count=own
            )
        if recipe not in {run.recipe for run in going} and len(going) >= self.limits.at_once:
            raise InputError(
                N_("The queue is full: {count} trainings are running for everybody together. Try again in a while."),
                count=len(going),
            )
        needed = bytes_of(recipe)
        if needed > self.limits.bytes_a_visit:
            raise InputError(
                N_("The checkpoints of this training would take {size} MB; at most {limit} MB are kept for a visit."),
                size=round(needed / 1e6),
                limit=round(self.limits.bytes_a_visit / 1e6),
            )

    def _make_room(self, wanted: Recipe | None, visit: str) -> None:
        """Let go of what a visit holds too much of, and of what nobody watches, the oldest first."""
        held = [run for run in self._runs.values() if visit in run.visits]
        room = self.limits.bytes_a_visit
        for run in reversed(held):  # the newest keep their place
            room -= bytes_of(run.recipe)
            if room < 0 and run.recipe != wanted and not run.going:
                run.leave(visit)
        idle = [run for run in self._runs.values() if not run.visits and run.done]
        room = self.limits.kept_bytes
        for place, run in enumerate(reversed(idle)):
            room -= run.bytes
            if place >= self.limits.kept or room < 0 or not run.complete:
                del self._runs[run.recipe]

    def _forget(self, recipe: Recipe) -> None:
        with self._lock:
            run = self._runs.get(recipe)
            if run is not None and not run.visits:
                del self._runs[recipe]


def bytes_of(recipe: Recipe) -> int:
    """The size of all checkpoints of a training."""
    one = sum(values.nbytes for values in initial_learner(recipe, recipe.problem()).state().values())
    return one * (1 + len(log_spaced(recipe.updates)))


RUNS = Runs(Cluster())
