"""The gradient page: its title, its usual sequence, and the link parameters that only it has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from cells.core.messages import N_
from cells.core.settings import MAX_STEPS, Number
from cells.gradients.initial_states import FIRST_STATES, ZERO
from pages.gradient.weight_and_biases import CHRONO, WeightChoice, read_biases, read_weight, write_weight
from pages.shared.scene.link_reader import Field
from pages.shared.scene.scene import OwnFields, PageKind, Scene

TRUNCATE = Number("truncate", N_("truncated to"), 10, 1, MAX_STEPS, 1)
CLIP = Number("clip", N_("clipped to a norm of"), 1.0, 0.001, 1000.0, 0.001)


@dataclass(frozen=True)
class GradientFields(OwnFields):
    """The choices about the gradient that a link carries.

    read_at: the step at which the loss is read, None for the last. biases: those of the gates that keep the memory, as
    `read_biases` reads them. truncate: through how many steps it goes back at most; clip: the norm that it is clipped
    to; None for neither. first_state: a key of FIRST_STATES. weight: the one whose gradient is taken apart, None for
    the usual one.
    """

    read_at: int | None = None
    biases: str = CHRONO
    truncate: int | None = None
    clip: float | None = None
    first_state: str = ZERO
    weight: WeightChoice | None = None

    def steps_depend_on(self) -> tuple[object, ...]:
        """Return where the loss is read, from which the page counts back to where it opens."""
        return () if self.read_at is None else (self.read_at,)

    def after(self, old: Scene, new: Scene) -> Self:
        """Read the loss of another sequence at its end."""
        return self if new.reads_the_same(old) else replace(self, read_at=None)


GRADIENT = PageKind(
    address="gradient",
    title=N_("Gradient"),
    input="bit",
    shared=("cells",),
    own=GradientFields,
    fields={
        "read_at": Field(lambda reader: reader.whole("read_at")),
        "biases": Field(lambda reader: reader.parsed("biases", read_biases)),
        "truncate": Field(lambda reader: reader.bounded(TRUNCATE)),
        "clip": Field(lambda reader: reader.bounded(CLIP)),
        "first_state": Field(lambda reader: reader.choice("first_state", FIRST_STATES)),
        "weight": Field(lambda reader: reader.parsed("weight", read_weight), write_weight),
    },
    weights="random",
    stacks=True,
    elsewhere=("forget_bias",),
)
