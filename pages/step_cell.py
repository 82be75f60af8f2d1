"""Step a sequence through one cell and watch its gates: the stepper, the whole sequence, and the numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from cells import LayerTrace
from pages.figures.overview import overview
from pages.figures.palette import PALETTE, Theme
from pages.figures.table import numbers_table
from pages.scene import Opened, Scene, choose, controls, current, enter, hold, open_scene, refused, show_problems
from pages.stepper import Asked, Shown, stepper
from pages.stepper.whatif import WhatIf
from pages.words import say


def main() -> None:
    """The page, from the link down."""
    enter("step")
    scene, misread = current()
    scene, _, unusable = open_scene(scene)
    controls(scene)
    show_problems(misread + unusable)
    explore()


@st.fragment
def explore() -> None:
    """What follows the reader's position: it runs alone when only that has changed."""
    scene, _ = current()
    scene, opened, _ = open_scene(scene)
    show_problems(refused())
    if show_stepper(scene, opened):  # Plotly takes the browser a second to load: the stepper need not wait for it
        show_overview(scene, opened)
        show_numbers(scene, opened)


def show_stepper(scene: Scene, opened: Opened) -> bool:
    """The stepper, its position kept in the link; returns whether it has been painted."""
    home = opened.sequence.start

    def rested(step: int, unit: int) -> None:
        choose(step=None if step == home else step, unit=unit)

    def asked(what: Asked) -> None:
        step = None if what.step == home else what.step
        hold(what.clamp, what.edit, difference=what.difference, step=step, unit=what.unit)

    return stepper(
        [shown_of(scene, opened)],
        page="step",
        step=home if scene.step is None else scene.step,
        unit=scene.unit,
        key="stepper",
        on_rest=rested,
        on_ask=asked,
        difference=scene.difference,
    )


def shown_of(scene: Scene, opened: Opened) -> Shown:
    """The layer that the scene shows, with the original where it is held or changed."""
    original, whatif = opened.original, None
    if original is not None:
        whatif = WhatIf(scene.clamp, scene.edit, original.layers[scene.layer], original.labels())
    return Shown(opened.id, opened.layers[scene.layer], opened.sequence, opened.labels(), whatif)


def show_overview(scene: Scene, opened: Opened) -> None:
    """Every signal of the unit as a line over the whole sequence."""
    layer = opened.layers[scene.layer]
    lines = lines_of(layer, scene.unit)
    former = opened.original.layers[scene.layer] if opened.original else None
    gates = {signal.name for signal in layer.cell.shown if signal.kind == "gate"}
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    figure = overview(
        {name: values for name, values in lines.items() if name in gates},
        {name: values for name, values in lines.items() if name not in gates},
        opened.labels(),
        names={signal.name: say(signal.title) for signal in layer.cell.shown},
        colors={name: colors["fill"] for name, colors in PALETTE[theme]["signals"].items()},
        axes=(say("step"), say("reads")),
        original=(say("as it was"), lines_of(former, scene.unit)) if former else None,
    )
    st.subheader(say("The whole sequence, unit {unit}", unit=scene.unit))
    st.plotly_chart(
        figure,
        key="overview",
        config={"displaylogo": False},
        alt=say("Every signal of unit {unit} over the whole sequence, as lines", unit=scene.unit),
    )


def lines_of(layer: LayerTrace, unit: int) -> dict[str, NDArray[np.floating]]:
    """Every signal of one unit, (T,)."""
    return {signal.name: layer[signal.name][:, unit].numpy() for signal in layer.cell.shown}


def show_numbers(scene: Scene, opened: Opened) -> None:
    """The same as a table, made only when somebody opens it."""
    with st.expander(say("The numbers"), key="numbers", on_change="rerun") as numbers:
        if numbers.open:
            table = table_of(scene, opened)
            st.download_button(
                say("Download as CSV"),
                table.to_csv(index=False).encode("utf-8-sig"),
                file_name=f"gatescope-{scene.cell}-unit-{scene.unit}.csv",
                mime="text/csv",
                on_click="ignore",
            )
            with st.container(height=420):
                st.table(table.style.format(precision=4), hide_index=True)


def table_of(scene: Scene, opened: Opened) -> pd.DataFrame:
    """One row a step: what it reads, then every signal of the unit, and as it was where the run is held or changed."""
    layer = opened.layers[scene.layer]
    titles = {signal.name: say(signal.title) for signal in layer.cell.shown}
    columns = {titles[name]: values for name, values in lines_of(layer, scene.unit).items()}
    if opened.original:
        was = lines_of(opened.original.layers[scene.layer], scene.unit)
        columns |= {f"{titles[name]}, {say('as it was')}": values for name, values in was.items()}
    return numbers_table(columns, opened.labels(), (say("step"), say("reads")))


main()
