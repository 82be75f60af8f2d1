"""Every study of the app: their trainings run on the cluster, and what is done is never done again."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from threading import Condition, RLock, Thread

from cells.core.messages import N_, InputError
from cells.training.learning import Checkpoint
from cells.training.loop import Part
from cells.training.recipe import Recipe
from cells.training.study import Result, Run, Study
from pages.shared.jobs.cluster import Cluster
from pages.shared.jobs.pieces import pieces
from pages.shared.jobs.training_job import Status
from pages.shared.jobs.training_jobs import TRAINING_JOBS

MOST_SECONDS = 3600.0  # of a study before somebody has to ask for more
BESIDE = 20  # steps: what an update costs beside its steps


@dataclass(frozen=True)
class Limits:
    """The bounds of all studies.

    going: studies that go on at the same time, in the whole app. crew: trainings of a study at the same time, where
    there are as many workers. ended: trainings whose results are kept; partial: those that are kept half way.
    """

    going: int = 8
    crew: int = 16
    ended: int = 20_000
    partial: int = 64


@dataclass(frozen=True)
class StudyView:
    """A study as one visit sees it.

    status: None where it takes no part, whatever has been done by others or before. results: of the trainings that have
    ended. done: updates that have been made, of a training that ended before its time all of them. left: seconds to
    its end, or None where that is not known. notes: what has happened on the way; trouble: why it ended by itself.
    """

    study: Study
    status: Status | None
    results: Mapping[Run, Result]
    done: int
    left: float | None
    notes: tuple[InputError, ...]
    trouble: InputError | None

    @property
    def going(self) -> bool:
        """True while there is more to come by itself."""
        return self.status in (Status.WAITING, Status.RUNNING)


@dataclass(frozen=True)
class PartialTraining:
    """A training half way: its last piece, and its last good checkpoint."""

    part: Part
    last: Checkpoint


class Progress:
    """All trainings of studies, ended or half way, for whoever asks for the same: bounded, the oldest go."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.ended: dict[Recipe, Checkpoint] = {}  # without its weights
        self.partial: dict[Recipe, PartialTraining] = {}
        self.in_work: set[Recipe] = set()  # on which somebody is at work

    def record(self, recipe: Recipe, part: Part) -> None:
        """Record one piece more of a training."""
        before = self.partial.pop(recipe, None)
        last = part.checkpoints[-1] if part.checkpoints else before.last if before else None
        assert last is not None, "the first piece begins with a checkpoint"
        if part.trouble is not None or part.standing.update == recipe.updates:
            self.ended[recipe] = replace(last, state={}, trouble=part.trouble)
        else:
            self.partial[recipe] = PartialTraining(replace(part, losses=(), checkpoints=()), replace(last, state={}))
        trim(self.ended, self._limits.ended)
        trim(self.partial, self._limits.partial)

    def updates(self, recipe: Recipe) -> int:
        """Return how many updates have been made; all of them where a training has ended."""
        if recipe in self.ended:
            return recipe.updates
        partial = self.partial.get(recipe)
        return partial.part.standing.update if partial else 0


def trim(entries: dict[Recipe, Checkpoint] | dict[Recipe, PartialTraining], most: int) -> None:
    """Drop the oldest entries beyond `most`."""
    while len(entries) > most:
        del entries[next(iter(entries))]


class StudyJob:
    """A study at work: several threads, each with one training on the cluster, for as long as a visit wants it.

    Everything is read and changed under `changed`, which all studies share. statuses: by visit.
    """

    def __init__(self, study: Study, cluster: Cluster, progress: Progress, changed: Condition, crew: int) -> None:
        self.study, self._cluster, self._progress, self._changed, self._most = study, cluster, progress, changed, crew
        self.statuses: dict[str, Status] = {}
        self.notes: list[InputError] = []
        self.trouble: InputError | None = None
        self._threads, self._workers = 0, 1
        self._pieces = 0
        self._until = 0.0
        self._seconds: dict[str, float] = defaultdict(float)  # of workers, by cell
        self._costs: dict[str, int] = defaultdict(int)  # of what they have done

    @property
    def complete(self) -> bool:
        """True once all trainings have ended."""
        return all(recipe in self._progress.ended for recipe in self.study.recipes.values())

    @property
    def going(self) -> bool:
        """True while somebody wants it to go on, and it can."""
        return self.trouble is None and Status.RUNNING in self.statuses.values() and not self.complete

    def join(self, visit: str) -> None:
        """Let a visit take part; what has failed is tried again."""
        if not self.going:
            self.trouble, self._until, self._pieces = None, time.monotonic() + MOST_SECONDS, 0
        self.statuses[visit] = Status.RUNNING
        self._start_threads()
        self._changed.notify_all()

    def status(self, visit: str) -> Status | None:
        """Return how the study stands for a visit, None where it takes no part."""
        if self.complete:
            return Status.FINISHED
        status = self.statuses.get(visit)
        if status is not Status.RUNNING:
            return status
        if self.trouble is not None:
            return Status.FAILED
        return Status.RUNNING if self._pieces else Status.WAITING

    def left(self) -> float | None:
        """Return the seconds to the end, by what each cell has needed so far; None before that is known."""
        if not self._costs:
            return None
        usual = sum(self._seconds.values()) / sum(self._costs.values())
        rest = 0.0
        for run, recipe in self.study.recipes.items():
            rate = self._seconds[run.cell] / self._costs[run.cell] if run.cell in self._costs else usual
            rest += rate * cost(recipe, recipe.updates - self._progress.updates(recipe))
        return rest / max(1, self._threads)

    def _start_threads(self) -> None:
        """Start as many threads as there are workers; before the first piece nobody knows how many these are."""
        while self.going and self._threads < min(self._most, self._workers):
            self._threads += 1
            Thread(target=self._work, name="study", daemon=True).start()

    def _work(self) -> None:
        """Run in a thread: training after training."""
        try:
            while training := self._next():
                try:
                    self._train(*training)
                finally:
                    with self._changed:
                        self._progress.in_work.discard(training[1])
                        self._changed.notify_all()
        except InputError as problem:
            self._fail(problem)
        except Exception as problem:  # a thread that ends without a word would leave people waiting
            self._fail(InputError(N_("The cluster cannot train this: {reason}"), reason=repr(problem)))
            raise
        finally:
            with self._changed:
                self._threads -= 1
                self._start_threads()  # somebody may have joined just when this one had seen that nobody was there
                self._changed.notify_all()

    def _next(self) -> tuple[Run, Recipe] | None:
        """Take the next training on which nobody is at work. Returns None once there is nothing to do any more."""
        with self._changed:
            while self.going:
                for run, recipe in self.study.recipes.items():
                    if recipe not in self._progress.ended and recipe not in self._progress.in_work:
                        self._progress.in_work.add(recipe)
                        return run, recipe
                self._changed.wait()  # another study, or another thread, is at work on the rest
            return None

    def _train(self, run: Run, recipe: Recipe) -> None:
        """Train one of the study's networks, piece after piece, for as long as it is wanted."""
        with self._changed:
            partial = self._progress.partial.get(recipe)
        before, since = partial.part if partial else None, time.monotonic()
        for part in self._parts(run, recipe, before):
            now, workers = time.monotonic(), self._cluster.workers()  # which may have to wait for the cluster
            made = part.standing.update - (before.standing.update if before else 0)
            with self._changed:
                self._progress.record(recipe, part)
                self._workers = max(1, workers)
                if self._pieces:  # the first piece has waited for the workers to start
                    self._seconds[run.cell] += now - since
                    self._costs[run.cell] += cost(recipe, made)
                self._pieces += 1
                if now > self._until and not self.complete:
                    self.trouble = InputError(
                        N_("A study ends after {minutes} minutes; what has been done is kept, and it can go on."),
                        minutes=round(MOST_SECONDS / 60),
                    )
                self._start_threads()
                self._changed.notify_all()
                if not self.going:
                    return
            before, since = part, now

    def _parts(self, run: Run, recipe: Recipe, before: Part | None) -> Iterator[Part]:
        def on_death() -> None:
            note = N_("A worker died at lag {lag}, seed {seed}; that training goes on with another one.")
            with self._changed:
                self.notes.append(InputError(note, lag=run.lag, seed=run.seed))

        def wanted() -> bool:
            with self._changed:
                return self.going

        return pieces(self._cluster, recipe, wanted, on_death, before)

    def _fail(self, problem: InputError) -> None:
        with self._changed:
            self.trouble = problem
            self._changed.notify_all()


def cost(recipe: Recipe, updates: int) -> int:
    """Return what some updates of a training cost, in steps."""
    return updates * (recipe.problem().steps + BESIDE)


class Studies:
    """All studies; visits, by their names, start, pause and stop them, each one at a time."""

    def __init__(self, cluster: Cluster, limits: Limits | None = None) -> None:
        self.cluster, self.limits = cluster, limits or Limits()
        self._changed = Condition(RLock())
        self._progress = Progress(self.limits)
        self._jobs: dict[Study, StudyJob] = {}

    def start(self, study: Study, visit: str) -> None:
        """Begin, or take part where somebody studies the same, or go on from what has been done.

        Another study of this visit that is going is paused. Raises InputError where too many are going already.
        """
        with self._changed:
            job = self._jobs.get(study)
            others = sum(one.going for one in self._jobs.values() if set(one.statuses) != {visit})
            if not (job and job.going) and others >= self.limits.going:
                raise InputError(
                    N_("The queue is full: {count} studies are running for everybody together. Try again in a while."),
                    count=others,
                )
            self._leave(visit)
            job = self._jobs.get(study) or StudyJob(
                study, self.cluster, self._progress, self._changed, self.limits.crew
            )
            self._jobs[study] = job
            job.join(visit)

    def pause(self, study: Study, visit: str) -> None:
        """Wait, as far as this visit is concerned; it goes on for others."""
        self._set_status(study, visit, Status.PAUSED)

    def stop(self, study: Study, visit: str) -> None:
        """End here, as far as this visit is concerned; what has been done is kept."""
        self._set_status(study, visit, Status.STOPPED)

    def leave(self, visit: str) -> None:
        """End a visit: what nobody else waits for is cancelled. What has been done is kept."""
        with self._changed:
            self._leave(visit)

    def hand_over(self, visit: str, other: str) -> None:
        """Let another visit take part in whatever one does."""
        with self._changed:
            for job in self._jobs.values():
                if visit in job.statuses:
                    job.statuses[other] = job.statuses.pop(visit)

    def view(self, study: Study, visit: str) -> StudyView:
        """Return the study as the visit sees it."""
        with self._changed:
            job = self._jobs.get(study) or StudyJob(
                study, self.cluster, self._progress, self._changed, self.limits.crew
            )
            status = job.status(visit)
            ended = {run: self._progress.ended.get(recipe) for run, recipe in study.recipes.items()}
            return StudyView(
                study,
                status,
                {run: Result(run, one.success, one.update, one.trouble) for run, one in ended.items() if one},
                sum(map(self._progress.updates, study.recipes.values())),
                job.left() if status is Status.RUNNING else None,
                tuple(job.notes),
                job.trouble,
            )

    def other(self, study: Study, visit: str) -> Study | None:
        """Return another study than this one that is going for the visit, or None."""
        with self._changed:
            going = (one for one, job in self._jobs.items() if job.status(visit) in (Status.WAITING, Status.RUNNING))
            return next((one for one in going if one != study), None)

    def _set_status(self, study: Study, visit: str, status: Status) -> None:
        with self._changed:
            job = self._jobs.get(study)
            if job is not None and visit in job.statuses:
                job.statuses[visit] = status
                self._changed.notify_all()

    def _leave(self, visit: str) -> None:
        for study, job in list(self._jobs.items()):
            job.statuses.pop(visit, None)
            if not job.statuses:
                del self._jobs[study]
        self._changed.notify_all()


STUDIES = Studies(TRAINING_JOBS.cluster)
