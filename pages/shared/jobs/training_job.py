"""One training on the cluster, shared by all visits that have asked for the same."""

from __future__ import annotations

import time
from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from threading import Condition, Thread

from cells.core.messages import N_, InputError
from cells.training import Checkpoint
from cells.training.loop import Part
from cells.training.recipe import Recipe
from pages.shared.jobs.cluster import Cluster
from pages.shared.jobs.pieces import pieces

RECENT = 12  # pieces by which the time left is judged
MOST_SECONDS = 3600.0  # of training, in one job
GRACE = 60.0  # seconds for which a job waits for somebody to come back


class Status(Enum):
    """The state of a training for one visit."""

    WAITING = "waiting"  # for a worker
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"  # by the visitor, before its end
    FINISHED = "finished"
    FAILED = "failed"  # before its end, by itself

    @property
    def ended(self) -> bool:
        """True where nothing more comes of the training."""
        return self in (Status.STOPPED, Status.FINISHED, Status.FAILED)


@dataclass(frozen=True)
class Subscription:
    """A visit's part in a job.

    going: whether it wants the job to go on. until: the update up to which it sees the job where it has paused or
    stopped. stopped: whether it has stopped, not paused.
    """

    going: bool = True
    until: int | None = None
    stopped: bool = False


@dataclass(frozen=True)
class TrainingView:
    """A job as one visit sees it: where the visit has paused or stopped it, as far as it had come then.

    losses: of every update. checkpoints: in order, at least the first once it has begun. left: seconds to its end, or
    None where that is not known. notes: what has happened on the way; trouble: why it failed. others: how many more
    visits watch it.
    """

    recipe: Recipe
    status: Status
    update: int
    losses: array[float]
    checkpoints: tuple[Checkpoint, ...]
    left: float | None
    notes: tuple[InputError, ...]
    trouble: InputError | None
    others: int


class TrainingJob:
    """A training that goes on in a thread of its own for as long as a visit wants it to.

    on_abandoned: called with the recipe where it ends unfinished because no visit has come back. grace: seconds for
    which it waits for one.
    """

    def __init__(
        self, recipe: Recipe, cluster: Cluster, on_abandoned: Callable[[Recipe], None], grace: float = GRACE
    ) -> None:
        self.recipe, self._cluster, self._on_abandoned, self._grace = recipe, cluster, on_abandoned, grace
        self._changed = Condition()
        self._subscriptions: dict[str, Subscription] = {}
        self._losses = array("d")
        self._checkpoints: list[Checkpoint] = []
        self._last: Part | None = None
        self._notes: list[InputError] = []
        self._trouble: InputError | None = None
        self._pace: deque[tuple[int, float]] = deque(maxlen=RECENT)
        self._seconds = 0.0
        self._thread = Thread(target=self._work, name="training", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def join(self, visit: str) -> None:
        """Let a visit take part, and go on if it was paused."""
        self._subscribe(visit, Subscription())

    def pause(self, visit: str) -> None:
        """Pause, as far as this visit is concerned."""
        self._subscribe(visit, Subscription(going=False, until=len(self._losses)))

    def stop(self, visit: str) -> None:
        """End here, as far as this visit is concerned."""
        self._subscribe(visit, Subscription(going=False, until=len(self._losses), stopped=True))

    def leave(self, visit: str) -> None:
        """Drop a visit that has gone."""
        with self._changed:
            self._subscriptions.pop(visit, None)
            self._changed.notify_all()

    def hand_over(self, visit: str, other: str) -> None:
        """Let another visit take the part of one; its own, where it has one, goes for that."""
        with self._changed:
            if visit in self._subscriptions:
                self._subscriptions[other] = self._subscriptions.pop(visit)

    def _subscribe(self, visit: str, subscription: Subscription) -> None:
        with self._changed:
            self._subscriptions[visit] = subscription
            self._changed.notify_all()

    @property
    def visits(self) -> tuple[str, ...]:
        """The names of the visits that take part."""
        with self._changed:
            return tuple(self._subscriptions)

    @property
    def done(self) -> bool:
        """True once no more pieces come."""
        return self._trouble is not None or self.complete

    @property
    def complete(self) -> bool:
        """True once all updates have been made."""
        return self._last is not None and self._last.standing.update == self.recipe.updates

    @property
    def going(self) -> bool:
        """True while somebody wants it to go on, and it can."""
        return not self.done and any(subscription.going for subscription in tuple(self._subscriptions.values()))

    @property
    def bytes(self) -> int:
        """The size of all checkpoints."""
        return sum(values.nbytes for one in tuple(self._checkpoints) for values in one.state.values())

    def view(self, visit: str) -> TrainingView | None:
        """Return the job as a visit sees it, or None where it takes no part."""
        with self._changed:
            subscription = self._subscriptions.get(visit)
            if subscription is None:
                return None
            until = len(self._losses) if subscription.until is None else subscription.until
            return TrainingView(
                self.recipe,
                self._status(subscription),
                until,
                self._losses[:until],
                tuple(one for one in self._checkpoints if one.update <= until),
                self._left() if subscription.going else None,
                tuple(self._notes),
                self._trouble,
                len(self._subscriptions) - 1,
            )

    def _status(self, subscription: Subscription) -> Status:
        if subscription.stopped:
            return Status.STOPPED
        whole = subscription.until is None or subscription.until >= len(self._losses)
        if self.done and whole:
            return Status.FAILED if self._trouble else Status.FINISHED
        if not subscription.going:
            return Status.PAUSED
        return Status.RUNNING if self._last else Status.WAITING

    def _left(self) -> float | None:
        updates, seconds = map(sum, zip(*self._pace, strict=True)) if self._pace else (0, 0.0)
        return (self.recipe.updates - len(self._losses)) * seconds / updates if updates else None

    def _work(self) -> None:
        """Train in the thread, while somebody wants it, until the end or until nobody comes back."""
        while not self.done and self._wait_until_wanted():
            try:
                self._train()
            except InputError as problem:
                self._fail(problem)
            except Exception as problem:  # a thread that ends without a word would leave people waiting
                self._fail(InputError(N_("The cluster cannot train this: {reason}"), reason=repr(problem)))
                raise
        with self._changed:
            abandoned = not self.done
        if abandoned:
            self._on_abandoned(self.recipe)

    def _wait_until_wanted(self) -> bool:
        """Wait until somebody wants it to go on. Returns False once nobody has taken part for a while."""
        with self._changed:
            while not self.going:
                if not self._changed.wait(None if self._subscriptions else self._grace) and not self._subscriptions:
                    return False
            return True

    def _train(self) -> None:
        begun = time.monotonic()
        for part in pieces(self._cluster, self.recipe, lambda: self.going, self._note_death, self._last):
            now = time.monotonic()
            self._record(part, now - begun)
            if not self.going:
                return
            begun = now

    def _record(self, part: Part, seconds: float) -> None:
        with self._changed:
            if self._last is not None:  # the first piece has waited for the workers to start
                self._pace.append((len(part.losses), seconds))
            self._last = part
            self._losses.extend(part.losses)
            self._checkpoints.extend(part.checkpoints)
            self._seconds += seconds
            if part.trouble is not None:
                self._trouble = part.trouble
            elif self._seconds > MOST_SECONDS and not self.complete:
                self._trouble = InputError(
                    N_("A training ends after {minutes} minutes; the last checkpoint is kept."),
                    minutes=round(MOST_SECONDS / 60),
                )
            self._changed.notify_all()

    def _fail(self, problem: InputError) -> None:
        with self._changed:
            self._trouble = problem
            self._changed.notify_all()

    def _note_death(self) -> None:
        note = N_("A worker died at update {update}; the training goes on from there with another one.")
        with self._changed:
            self._notes.append(InputError(note, update=len(self._losses)))
