"""The train page: its title, and the link parameters that only it has."""

from __future__ import annotations

from dataclasses import dataclass

from cells.core.messages import N_
from pages.shared.scene.link_reader import Field
from pages.shared.scene.scene import OwnFields, PageKind
from pages.train.training import USUAL_TRAINING, Training, take_training, write_training


@dataclass(frozen=True)
class TrainFields(OwnFields):
    """The training that a link names, and the update whose checkpoint is shown, None for the newest.

    trained_layer: the layer and direction that is stepped through, its index in the list that `trace` returns.
    """

    training: Training = USUAL_TRAINING
    update: int | None = None
    trained_layer: int = 0


TRAIN = PageKind(
    address="train",
    title=N_("Train"),
    input="pulse",
    shared=("cell",),
    own=TrainFields,
    fields={
        "training": Field(take_training, write_training),
        "update": Field(lambda reader: reader.whole("update")),
        "trained_layer": Field(lambda reader: reader.whole("trained_layer")),
    },
    inputs=(),
    runs=False,
)
