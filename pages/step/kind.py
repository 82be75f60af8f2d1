"""What the step page is, and what its links have that no other page's do."""

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
from pages.shared.scene.what_if_link import read_clamps, read_edits, write_clamps, write_edits
from pages.step.what_if import has_place

SWITCHED_ON = ("1",)


@dataclass(frozen=True)
class StepFields(OwnFields):
    """What a reader holds and changes to see what follows, and whose symbols are shown.

    difference: whether only what the clamps and edits change is shown. notation: a key of NOTATIONS.
    """

    clamp: tuple[Clamp, ...] = ()
    edit: tuple[Edit, ...] = ()
    difference: bool = False
    notation: str = SHORT

    def holding(self, clamp: tuple[Clamp, ...], edit: tuple[Edit, ...]) -> Self:
        """Return it with other clamps and edits; without any there is no difference to show."""
        return replace(self, clamp=clamp, edit=edit, difference=self.difference and bool(clamp or edit))

    def after(self, old: Scene, new: Scene) -> Self:
        """Drop the clamps that mean nothing in the new cell or stack, and the edits of another sequence."""
        signals = {signal.name for signal in CELLS[new.cell].shown}
        same_stack = old.settings.get("directions") == new.settings.get("directions")
        clamp = tuple(one for one in self.clamp if one.signal in signals and (same_stack or one.layer is None))
        return self.holding(clamp, self.edit if new.reads_the_same(old) else ())

    def within_run(self, scene: Scene) -> Self:
        """Drop the clamps and edits that the scene's run has no place for."""
        if not (self.clamp or self.edit):
            return self
        _, original, _ = open_original(scene)
        clamp = tuple(one for one in self.clamp if has_place(original, (one,), ()))
        return self.holding(clamp, tuple(one for one in self.edit if has_place(original, (), (one,))))

    def released(self) -> Self:
        """Drop all clamps and edits."""
        return self.holding((), ())


STEP = PageKind(
    address="step",
    title=N_("Step"),
    input="pulse",
    shared=("cell", "layer"),
    own=StepFields,
    fields={
        "clamp": Field(lambda reader: reader.parsed("clamp", read_clamps), write_clamps),
        "edit": Field(lambda reader: reader.parsed("edit", read_edits), write_edits),
        "difference": Field(
            lambda reader: reader.choice("difference", SWITCHED_ON) is not None or None, lambda on: SWITCHED_ON[0]
        ),
        "notation": Field(lambda reader: reader.choice("notation", NOTATIONS)),
    },
    stacks=True,
)
