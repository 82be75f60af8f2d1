"""The arrange page: its title, its usual sequence, and the link parameters that only it has."""

from __future__ import annotations

from dataclasses import dataclass

from cells.arrangements import AHEAD, ARRANGEMENTS
from cells.core.messages import N_
from pages.shared.scene.link_reader import Field
from pages.shared.scene.scene import OwnFields, PageKind


@dataclass(frozen=True)
class ArrangeFields(OwnFields):
    """The choice of where the cell reads and where its output is read: a key of ARRANGEMENTS.

    ahead: how many outputs are read where they are fed back.
    """

    arrangement: str = next(iter(ARRANGEMENTS))
    ahead: int = int(AHEAD.default)

    def steps_depend_on(self) -> tuple[object, ...]:
        """Return both, for a run reads more steps than the sequence has, or fewer."""
        return (self.arrangement, self.ahead)


ARRANGE = PageKind(
    address="arrange",
    title=N_("Arrange"),
    input="text",
    shared=("cell",),
    own=ArrangeFields,
    fields={
        "arrangement": Field(lambda reader: reader.choice("arrangement", ARRANGEMENTS)),
        "ahead": Field(lambda reader: reader.setting(AHEAD)),
    },
)
