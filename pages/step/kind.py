"""The step page: its title, its usual sequence, and the link parameters that only it has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from cells import CELLS, Clamp
from cells.core.messages import N_
from cells.families.conventions import NOTATIONS, SHORT
from cells.inputs.edit import Edit
from pages.shared.scene.link_reader import Field
from pages.shared.scene.run import open_original
from pages.shared.scene.scene import OwnFields, PageKind, Scene
from pages.shared.scene.what_if_link import take_clamps, take_edits, write_clamps, write_edits
from pages.step.what_if import fits

SWITCHED_ON = ("1",)


@dataclass(frozen=True)
class StepFields(OwnFields):
    """The clamps and edits with which a reader asks what if, and the symbols in which the cell is written.

    difference: whether only what the clamps and edits change is shown. notation: a key of NOTATIONS.
    """

    clamp: tuple[Clamp, ...] = ()
    edit: tuple[Edit, ...] = ()
    difference: bool = False
    notation: str = SHORT

    def with_what_if(self, clamp: tuple[Clamp, ...], edit: tuple[Edit, ...]) -> Self:
        """Return the fields with other clamps and edits; without any there is no difference to show."""
        return replace(self, clamp=clamp, edit=edit, difference=self.difference and bool(clamp or edit))

    def after(self, old: Scene, new: Scene) -> Self:
        """Drop the clamps that mean nothing in the new cell or stack, and the edits of another sequence."""
        signals = {signal.name for signal in CELLS[new.cell].shown}
        same_stack = old.settings.get("directions") == new.settings.get("directions")
        clamp = tuple(clamp for clamp in self.clamp if clamp.signal in signals and (same_stack or clamp.layer is None))
        return self.with_what_if(clamp, self.edit if new.reads_the_same(old) else ())

    def within_run(self, scene: Scene) -> Self:
        """Drop the clamps and edits that do not fit the scene's run."""
        if not (self.clamp or self.edit):
            return self
        _, original, _ = open_original(scene)
        clamps = tuple(clamp for clamp in self.clamp if fits(original, (clamp,), ()))
        return self.with_what_if(clamps, tuple(edit for edit in self.edit if fits(original, (), (edit,))))

    def released(self) -> Self:
        """Drop all clamps and edits."""
        return self.with_what_if((), ())


STEP = PageKind(
    address="step",
    title=N_("Step"),
    input="pulse",
    shared=("cell", "layer"),
    own=StepFields,
    fields={
        "clamp": Field(take_clamps, write_clamps),
        "edit": Field(take_edits, write_edits),
        "difference": Field(
            lambda reader: reader.choice("difference", SWITCHED_ON) is not None or None, lambda on: SWITCHED_ON[0]
        ),
        "notation": Field(lambda reader: reader.choice("notation", NOTATIONS)),
    },
    stacks=True,
)
