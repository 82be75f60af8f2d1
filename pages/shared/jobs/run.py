"""One training, shared by all who have asked for the same."""

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
MOST_SECONDS = 3600.0  # of training, in one run
GRACE = 60.0  # seconds for which a run waits for somebody to come back: a page that is loaded anew is another visit


class Status(Enum):
    """How a training stands for a visit."""

    WAITING = "waiting"  # for a worker
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"  # by the visitor, before its end
    FINISHED = "finished"
    FAILED = "failed"  # before its end, by itself

    @property
    def ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self in (Status.STOPPED, Status.FINISHED, Status.FAILED)


@dataclass(frozen=True)
class Seat:
    """A visit's place at a run: whether it is to go on, how far it is seen where not, and whether it was stopped."""

    going: bool = True
    until: int | None = None
    stopped: bool = False


@dataclass(frozen=True)
class Seen:
    """A run as a visit sees it, which is how far it had come when the visit paused or stopped it.

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


class Run:
    """A training that goes on in a thread of its own for as long as a visit wants it to.

    `over` hears of its end once nobody can want anything of it any more: it was abandoned, not just finished.
    """

    def __init__(self, recipe: Recipe, cluster: Cluster, over: Callable[[Recipe], None], grace: float = GRACE) -> None:
        self.recipe, self._cluster, self._over, self._grace = recipe, cluster, over, grace
        self._changed = Condition()
        self._seats: dict[str, Seat] = {}
        self._losses = array("d")
        self._checkpoints: list[Checkpoint] = []
        self._last: Part | None = None
        self._notes: list[InputError] = []
        self._trouble: InputError | None = None
        self._pace: deque[tuple[int, float]] = deque(maxlen=RECENT)
        self._seconds = 0.0
        self._thread = Thread(target=self._drive, name="training", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self, visit: str) -> None:
        """Let a visit take part, and go on if it was paused."""
        self._sit(visit, Seat())

    def pause(self, visit: str) -> None:
        """As far as one visit is concerned, wait."""
        self._sit(visit, Seat(going=False, until=len(self._losses)))

    def stop(self, visit: str) -> None:
        """As far as one visit is concerned, this is the end."""
        self._sit(visit, Seat(going=False, until=len(self._losses), stopped=True))

    def leave(self, visit: str) -> None:
        """A visit has gone."""
        with self._changed:
            self._seats.pop(visit, None)
            self._changed.notify_all()

    def _sit(self, visit: str, seat: Seat) -> None:
        with self._changed:
            self._seats[visit] = seat
            self._changed.notify_all()

    @property
    def visits(self) -> tuple[str, ...]:
        """Who takes part."""
        with self._changed:
            return tuple(self._seats)

    @property
    def done(self) -> bool:
        """Whether no more pieces come."""
        return self._trouble is not None or self.complete

    @property
    def complete(self) -> bool:
        """Whether all updates have been made."""
        return self._last is not None and self._last.standing.update == self.recipe.updates

    @property
    def going(self) -> bool:
        """Whether somebody wants it to go on, and it can."""
        return not self.done and any(seat.going for seat in tuple(self._seats.values()))

    @property
    def bytes(self) -> int:
        """The size of all checkpoints."""
        return sum(values.nbytes for one in tuple(self._checkpoints) for values in one.state.values())

    def seen(self, visit: str) -> Seen | None:
        """The run as a visit sees it, or None to one that takes no part."""
        with self._changed:
            seat = self._seats.get(visit)
            if seat is None:
                return None
            until = len(self._losses) if seat.until is None else seat.until
            return Seen(
                self.recipe,
                self._status(seat),
                until,
                self._losses[:until],
                tuple(one for one in self._checkpoints if one.update <= until),
                self._left() if seat.going else None,
                tuple(self._notes),
                self._trouble,
                len(self._seats) - 1,
            )

    def _status(self, seat: Seat) -> Status:
        if seat.stopped:
            return Status.STOPPED
        whole = seat.until is None or seat.until >= len(self._losses)
        if self.done and whole:
            return Status.FAILED if self._trouble else Status.FINISHED
        if not seat.going:
            return Status.PAUSED
        return Status.RUNNING if self._last else Status.WAITING

    def _left(self) -> float | None:
        updates, seconds = map(sum, zip(*self._pace, strict=True)) if self._pace else (0, 0.0)
        return (self.recipe.updates - len(self._losses)) * seconds / updates if updates else None

    def _drive(self) -> None:
        """The thread: piece after piece while somebody wants them, until the end or until nobody comes back."""
        while not self.done and self._called_for():
            try:
                self._go_on()
            except InputError as problem:
                self._fail(problem)
            except Exception as problem:  # a thread that ends without a word would leave people waiting
                self._fail(InputError(N_("The cluster cannot train this: {reason}"), reason=repr(problem)))
                raise
        with self._changed:
            abandoned = not self.done
        if abandoned:
            self._over(self.recipe)

    def _called_for(self) -> bool:
        """Wait until somebody wants it to go on; False once nobody has taken part for a while."""
        with self._changed:
            while not self.going:
                if not self._changed.wait(None if self._seats else self._grace) and not self._seats:
                    return False
            return True

    def _go_on(self) -> None:
        begun = time.monotonic()
        for part in pieces(self._cluster, self.recipe, lambda: self.going, self._heard_of_death, self._last):
            now = time.monotonic()
            self._take(part, now - begun)
            if not self.going:
                return
            begun = now

    def _take(self, part: Part, seconds: float) -> None:
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

    def _heard_of_death(self) -> None:
        told = N_("A worker died at update {update}; the training goes on from there with another one.")
        with self._changed:
            self._notes.append(InputError(told, update=len(self._losses)))
