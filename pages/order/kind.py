"""The order page: its title, its usual sequence, and the link parameter that only it has."""

from __future__ import annotations

from dataclasses import dataclass

from cells.core.messages import N_
from cells.order import REVERSE, Order, read_order, write_order
from pages.shared.scene.link_reader import Field
from pages.shared.scene.scene import OwnFields, PageKind

USUAL_ORDER = Order(REVERSE)


@dataclass(frozen=True)
class OrderFields(OwnFields):
    """The order in which the steps are read."""

    order: Order = USUAL_ORDER


ORDER = PageKind(
    address="order",
    title=N_("Order"),
    input="pulse",
    shared=("cell",),
    own=OrderFields,
    fields={"order": Field(lambda reader: reader.parsed("order", read_order), write_order)},
)
