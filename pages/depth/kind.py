"""The depth page: its title, its usual stack, and the link parameters that only it has."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Self

from cells.core.messages import N_, InputError
from cells.core.settings import Number
from cells.depth.sizes import check_kernel
from cells.depth.stack import CHANNELS, DEPTH, GROWTH, KERNEL, START, WIDER, Plan
from cells.depth.units import UNITS
from cells.inputs.digits import COUNT
from cells.training.recipe import FORGET_BIAS, LEARNING_RATE, SEED, UPDATES
from pages.shared.scene.link_reader import Field, LinkReader, yes_or_no
from pages.shared.scene.scene import OwnFields, PageKind, Scene
from pages.shared.words.text import quoted

DIGIT, POINT, SEQUENCE = "digit", "point", "sequence"
READS = {DIGIT: N_("a digit"), POINT: N_("one point"), SEQUENCE: N_("a sequence")}
MODES = {"training": True, "evaluation": False}

PICTURE = Number("picture", N_("picture"), 0, 0, COUNT - 1, 1)
BESIDE = replace(PICTURE, name="beside", title=N_("picture beside it"))
DRAW = replace(SEED, name="draw")
RATE = replace(LEARNING_RATE, name="rate", default=0.003)
KEEP = replace(FORGET_BIAS, name="keep", title=N_("bias of 1 − T"), default=2.0)
LEARN = replace(UPDATES, name="learn", default=300, high=5_000)
PLACE = re.compile(r"(\d{1,4})(?:,(\d{1,4}))?", re.ASCII)


@dataclass(frozen=True)
class DepthFields(OwnFields):
    """The choices about a stack that a link carries.

    stack: a key of UNITS; depth, channels, growth, kernel, norm, wider, shortcut: see `Plan`. drawn, draw, keep: see
    `Stack.draw`, `draw` being the seed. reads: a key of READS; picture: the digit's place in the file; beside: that of
    the one that stands in the batch beside it, None for none. mode: a key of MODES. place: the row and the column that
    the numbers are read at, None for the middle. trained: after how many updates the weights are shown, None for those
    at the start. learn, rate: the updates and the learning rate of a training.
    """

    stack: str = "residual"
    depth: int = 20
    channels: int = int(CHANNELS.default)
    growth: int = int(GROWTH.default)
    kernel: int = int(KERNEL.default)
    norm: bool = False
    wider: int | None = None
    shortcut: bool = False
    drawn: str = START.default
    draw: int = 0
    keep: float = float(KEEP.default)
    reads: str = DIGIT
    picture: int = 0
    beside: int | None = None
    mode: str = "evaluation"
    place: tuple[int, ...] | None = None
    trained: int | None = None
    learn: int = int(LEARN.default)
    rate: float = float(RATE.default)

    def steps_depend_on(self) -> tuple[object, ...]:
        """Return the depth, for a step is a unit of the stack here."""
        return ("depth", self.depth)

    def units_depend_on(self) -> tuple[object, ...]:
        """Return what a channel's number depends on."""
        return (self.stack == "dense", self.channels)

    def after(self, old: Scene, new: Scene) -> Self:
        """Return the fields without a place in a picture of another size."""
        before = old.own
        same = isinstance(before, DepthFields) and before.reads == self.reads and old.input == new.input
        return self if same else replace(self, place=None)

    def seen_alone(self) -> Self:
        """Return the fields without those that move the reader, and not the numbers."""
        return replace(self, place=None, trained=None, learn=DepthFields.learn, rate=DepthFields.rate)

    def plan(self, inputs: int = 1) -> Plan:
        """Return the sizes of the stack; inputs: channels of what it reads."""
        flat = self.reads == SEQUENCE
        return Plan(
            self.stack,
            self.depth,
            inputs=inputs,
            outputs=0 if flat else 10,
            dimensions=1 if flat else 2,
            channels=self.channels,
            growth=self.growth,
            kernel=self.kernel,
            norm=self.norm,
            wider=self.wider,
            shortcut=self.shortcut,
        )


def read_place(text: str) -> tuple[int, ...]:
    """Read "3,4" or "12" as a place, counted from 0. Raises InputError for anything else."""
    found = PLACE.fullmatch(text)
    if found is None:
        raise InputError(
            N_("The place “{written}” in the link cannot be read: write a row and a column, 3,4."),
            written=quoted(text),
        )
    return tuple(int(part) for part in found.groups() if part is not None)


def take_kernel(reader: LinkReader) -> int | None:
    """Take an odd size of the kernels out of a link, None where it has none that can be used."""
    kernel = reader.bounded(KERNEL)
    return None if kernel is None else reader.tried(odd, int(kernel))


def odd(kernel: int) -> int:
    """Return the size of a kernel. Raises InputError for one without a middle."""
    check_kernel(kernel)
    return kernel


def write_place(place: tuple[int, ...]) -> str:
    """Write a place as `read_place` reads it."""
    return ",".join(map(str, place))


DEPTH_PAGE = PageKind(
    address="depth",
    title=N_("Depth"),
    input="bit",
    shared=(),
    own=DepthFields,
    fields={
        "stack": Field(lambda reader: reader.choice("stack", UNITS)),
        "depth": Field(lambda reader: reader.bounded(DEPTH)),
        "channels": Field(lambda reader: reader.bounded(CHANNELS)),
        "growth": Field(lambda reader: reader.bounded(GROWTH)),
        "kernel": Field(take_kernel),
        "norm": yes_or_no("norm"),
        "wider": Field(lambda reader: reader.bounded(WIDER)),
        "shortcut": yes_or_no("shortcut"),
        "drawn": Field(lambda reader: reader.choice("drawn", START.choices)),
        "draw": Field(lambda reader: reader.bounded(DRAW)),
        "keep": Field(lambda reader: reader.bounded(KEEP)),
        "reads": Field(lambda reader: reader.choice("reads", READS)),
        "picture": Field(lambda reader: reader.bounded(PICTURE)),
        "beside": Field(lambda reader: reader.bounded(BESIDE)),
        "mode": Field(lambda reader: reader.choice("mode", MODES)),
        "place": Field(lambda reader: reader.parsed("place", read_place), write_place),
        "trained": Field(lambda reader: reader.whole("trained")),
        "learn": Field(lambda reader: reader.bounded(LEARN)),
        "rate": Field(lambda reader: reader.bounded(RATE)),
    },
    runs=False,
)
