"""Every training of the app: equal recipes share one, and nobody can ask for too many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock

from cells.core.messages import N_, InputError
from cells.training.learning import initial_learner, log_spaced
from cells.training.recipe import Recipe
from pages.shared.jobs.cluster import Cluster
from pages.shared.jobs.training_job import GRACE, TrainingJob, TrainingView


@dataclass(frozen=True)
class Limits:
    """The bounds of all training jobs.

    at_once: trainings that go on at the same time, in the whole app; a_visit: of one visit. bytes_a_visit: of all
    checkpoints that a visit holds. kept: ended trainings that nobody watches, to be found again by equal recipes, and
    kept_bytes, what these may take together. grace: see `TrainingJob`.
    """

    at_once: int = 32
    a_visit: int = 2
    bytes_a_visit: int = 256 << 20
    kept: int = 16
    kept_bytes: int = 256 << 20
    grace: float = GRACE


class TrainingJobs:
    """All training jobs, by their recipes; visits, by their names, start, pause, resume and stop them."""

    def __init__(self, cluster: Cluster, limits: Limits | None = None) -> None:
        self.cluster, self.limits = cluster, limits or Limits()
        self._lock = RLock()
        self._jobs: dict[Recipe, TrainingJob] = {}  # the oldest first

    def start(self, recipe: Recipe, visit: str) -> None:
        """Train, or take part where somebody trains the same, or go on after a pause or a stop.

        Raises InputError where there are too many trainings already, or this one would be too large.
        """
        with self._lock:
            job = self._jobs.get(recipe)
            if job is None or not (job.done or (visit in job.visits and job.going)):
                self._check(recipe, visit)
            if job is None or (job.done and not job.complete):  # one that failed is tried again
                job = self._jobs[recipe] = TrainingJob(recipe, self.cluster, self._forget, self.limits.grace)
                job.join(visit)
                job.start()
            else:
                job.join(visit)
            self._make_room(recipe, visit)

    def pause(self, recipe: Recipe, visit: str) -> None:
        """Wait, as far as this visit is concerned; it goes on for others."""
        self._at(recipe, visit, TrainingJob.pause)

    def stop(self, recipe: Recipe, visit: str) -> None:
        """End here, as far as this visit is concerned; what has been learnt is kept for it."""
        self._at(recipe, visit, TrainingJob.stop)

    def leave(self, visit: str) -> None:
        """End a visit: what nobody else waits for is cancelled."""
        with self._lock:
            for job in self._jobs.values():
                job.leave(visit)
            self._make_room(None, visit)

    def hand_over(self, visit: str, other: str) -> None:
        """Let another visit take part in whatever one does."""
        with self._lock:
            for job in self._jobs.values():
                job.hand_over(visit, other)

    def view(self, recipe: Recipe, visit: str) -> TrainingView | None:
        """Return the training as the visit sees it, None where it takes no part in one."""
        with self._lock:
            job = self._jobs.get(recipe)
        return job.view(visit) if job else None

    def _at(self, recipe: Recipe, visit: str, act: Callable[[TrainingJob, str], None]) -> None:
        with self._lock:
            job = self._jobs.get(recipe)
            if job is not None and visit in job.visits:
                act(job, visit)

    def _check(self, recipe: Recipe, visit: str) -> None:
        going = [job for job in self._jobs.values() if job.going]
        own = sum(visit in job.visits for job in going)
        if own >= self.limits.a_visit:
            raise InputError(
                N_("{count} trainings of yours are running already: stop one of them, or wait for it."), count=own
            )
        if recipe not in {job.recipe for job in going} and len(going) >= self.limits.at_once:
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
        """Drop what a visit holds too much of, and what nobody watches, the oldest first."""
        held = [job for job in self._jobs.values() if visit in job.visits]
        room = self.limits.bytes_a_visit
        for job in reversed(held):  # the newest keep their place
            room -= bytes_of(job.recipe)
            if room < 0 and job.recipe != wanted and not job.going:
                job.leave(visit)
        idle = [job for job in self._jobs.values() if not job.visits and job.done]
        room = self.limits.kept_bytes
        for index, job in enumerate(reversed(idle)):
            room -= job.bytes
            if index >= self.limits.kept or room < 0 or not job.complete:
                del self._jobs[job.recipe]

    def _forget(self, recipe: Recipe) -> None:
        with self._lock:
            job = self._jobs.get(recipe)
            if job is not None and not job.visits:
                del self._jobs[recipe]


def bytes_of(recipe: Recipe) -> int:
    """Return the size of all checkpoints of a training."""
    checkpoint = sum(values.nbytes for values in initial_learner(recipe, recipe.problem()).state().values())
    return checkpoint * (1 + len(log_spaced(recipe.updates)))


TRAINING_JOBS = TrainingJobs(Cluster())
