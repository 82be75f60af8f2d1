"""The arrange page: its title, its usual sequence, and the link parameters that only it has."""

from __future__ import annotations

from dataclasses import dataclass

from cells.arrangements import AHEAD, ARRANGEMENTS, MANY_TO_ONE
from cells.core.messages import N_
from cells.inputs.synthetic import BITS
from cells.inputs.typed import TEXT
from pages.shared.scene.link_reader import Field
from pages.shared.scene.scene import USUAL_CELL, OwnFields, PageKind


@dataclass(frozen=True)
class ArrangeFields(OwnFields):
    """The choice of where the cell reads and where its output is read: a key of ARRANGEMENTS.

    ahead: how many outputs are read where they are fed back.
    """

    arrangement: str = next(iter(ARRANGEMENTS))
    ahead: int = int(AHEAD.default)

    def usual_input(self) -> str:
        """Return bits where one answer is wanted for all of them, and a text where what comes next is."""
        return BITS.key if self.arrangement == MANY_TO_ONE else TEXT.key

    def usual_cell(self, read: str) -> str:
        """Return the cell that is wired to tell the parity of bits where that is asked."""
        return "rnn" if (self.arrangement, read) == (MANY_TO_ONE, BITS.key) else USUAL_CELL

    def steps_depend_on(self) -> tuple[object, ...]:
        """Return both, for a run reads more steps than the sequence has, or fewer."""
        return (self.arrangement, self.ahead)


ARRANGE = PageKind(
    address="arrange",
    title=N_("Arrange"),
    input=BITS.key,
    implied={"text": TEXT.key},
    shared=("cell",),
    own=ArrangeFields,
    fields={
        "arrangement": Field(lambda reader: reader.choice("arrangement", ARRANGEMENTS)),
        "ahead": Field(lambda reader: reader.setting(AHEAD)),
    },
)
