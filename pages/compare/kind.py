"""The compare page: its title, its usual sequence, and the link parameter that only it has."""

from __future__ import annotations

from dataclasses import dataclass

from cells.core.messages import N_
from pages.shared.scene.link_reader import Field
from pages.shared.scene.scene import OwnFields, PageKind

UNITS, PARAMETERS = "units", "parameters"
MATCHES = {UNITS: N_("same units"), PARAMETERS: N_("same parameters")}


@dataclass(frozen=True)
class CompareFields(OwnFields):
    """The choice of what the cells are equal in, units or parameters: a key of MATCHES."""

    match: str = UNITS

    def units_depend_on(self) -> tuple[object, ...]:
        """Return the choice that decides how many units a cell has."""
        return () if self.match == UNITS else (self.match,)


COMPARE = PageKind(
    address="compare",
    title=N_("Compare"),
    input="bit",
    shared=("cells",),
    own=CompareFields,
    fields={"match": Field(lambda reader: reader.choice("match", MATCHES))},
    opening={"input": "order"},  # with the usual weights there: trained cells, of which the RNN fails
)
