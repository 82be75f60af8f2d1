"""Step a sequence through one cell and watch its gates: the stepper, the whole sequence, and the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from cells import LayerTrace
from cells.export import taken
from pages.shared.controls.theme import theme
from pages.shared.figures.palette import PALETTE
from pages.shared.offline.downloads import downloads
from pages.shared.offline.panes import OfflineRun, run_title
from pages.shared.scene.navigation import start_page
from pages.shared.scene.prediction import prediction_payload
from pages.shared.scene.run import TracedRun
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refused
from pages.shared.stepper import Pane, WhatIfRequest, stepper
from pages.shared.stepper.stack import layer_title, name_of
from pages.shared.stepper.whatif import WhatIf
from pages.shared.words import language, say
from pages.shared.words.messages import show_problems
from pages.step.controls import step_controls
from pages.step.figures.numbers_table import numbers_table
from pages.step.figures.overview import overview
from pages.step.kind import STEP
from pages.step.results import hold, open_held
from pages.step.sequence_table import edit_table


def main() -> None:
    """The page, from the link down."""
    start_page("step")
    scene, misread = current()
    scene, _, unusable = open_held(scene)
    step_controls(scene)
    show_problems(misread + unusable)
    explore()


@st.fragment
def explore() -> None:
    """What follows the reader's position: it runs alone when only that has changed."""
    scene, _ = current()
    scene, run, _ = open_held(scene)
    show_problems(refused())
    if show_stepper(scene, run):  # Plotly takes the browser a second to load: the stepper need not wait for it
        show_overview(scene, run)
        offer_downloads(scene, run)
        show_numbers(scene, run)
        show_sequence(scene, run)


def show_stepper(scene: Scene, run: TracedRun) -> bool:
    """The stepper, its position kept in the link; returns whether it has been painted."""

    def linked(step: int, layer: int) -> int | None:
        return None if step == run.read_by(layer).start else step

    def on_position(step: int, unit: int) -> None:
        choose(step=linked(step, scene.layer), unit=unit)

    def on_what_if(what: WhatIfRequest) -> None:
        hold(what.clamp, what.edit, difference=what.difference, step=linked(what.step, scene.layer), unit=what.unit)

    def on_layer(layer: int, step: int, unit: int) -> None:
        choose(layer=layer, step=linked(run.same_element(step, scene.layer, layer), layer), unit=unit)

    return stepper(
        [shown_of(scene, run, scene.layer)],
        page="step",
        step=run.read_by(scene.layer).start if scene.step is None else scene.step,
        unit=scene.unit,
        key="stepper",
        on_position=on_position,
        on_what_if=on_what_if,
        on_layer=on_layer,
        difference=STEP.own_of(scene).difference,
    )


def shown_of(scene: Scene, run: TracedRun, place: int) -> Pane:
    """A layer by its place, in the order in which it reads, with the original where it is held or changed."""
    own, original, whatif = STEP.own_of(scene), run.original, None
    if original is not None:
        whatif = WhatIf(own.clamp, own.edit, original.layers[place].as_read(), original.labels(place))
    return Pane(
        run.id,
        run.layers[place].as_read(),
        run.read_by(place),
        run.labels(place),
        whatif,
        own.notation,
        tuple(run.layers) if len(run.layers) > 1 else (),
        run.private,
        {"prediction": prediction_payload(run, place)},
    )


def offer_downloads(scene: Scene, run: TracedRun) -> None:
    """All layers as files, with what is held and changed, and the stepper as it stands here."""
    sequence = replace(run.sequence, labels=tuple(run.labels()))
    panes = tuple(shown_of(scene, run, place) for place in range(len(run.layers)))
    home = panes[scene.layer].sequence.start
    step, title = home if scene.step is None else scene.step, run_title(run.layers, language())
    stepped = OfflineRun(panes, scene.layer, step, scene.unit, language(), title, STEP.own_of(scene).difference)
    downloads(stepped, taken(run.layers, sequence), f"gatescope-{scene.cell}")


def show_overview(scene: Scene, run: TracedRun) -> None:
    """Every signal of the unit as a line over the whole sequence, in the order in which the layer reads it."""
    layer = run.layers[scene.layer]
    lines = lines_of(layer, scene.unit)
    former = run.original.layers[scene.layer] if run.original else None
    gates = {signal.name for signal in layer.cell.shown if signal.kind == "gate"}
    figure = overview(
        {name: values for name, values in lines.items() if name in gates},
        {name: values for name, values in lines.items() if name not in gates},
        run.labels(scene.layer),
        names={signal.name: say(signal.title) for signal in layer.cell.shown},
        colors={name: colors["fill"] for name, colors in PALETTE[theme()]["signals"].items()},
        axes=axes(layer),
        original=(say("as it was"), lines_of(former, scene.unit)) if former else None,
    )
    st.subheader(say("The whole sequence, {unit}", unit=unit_in_words(scene, run)))
    st.plotly_chart(
        figure,
        key="overview",
        config={"displaylogo": False},
        alt=say("Every signal over the whole sequence, as lines: {unit}", unit=unit_in_words(scene, run)),
    )


def lines_of(layer: LayerTrace, unit: int) -> dict[str, NDArray[np.floating]]:
    """Every signal of one unit, (T,), in the order read."""
    read = layer.as_read()
    return {signal.name: read[signal.name][:, unit].numpy() for signal in layer.cell.shown}


def axes(layer: LayerTrace) -> tuple[str, str]:
    """What the steps are called, and the word before what one reads."""
    return say("step, read from the end") if layer.reverse else say("step"), say("reads")


def unit_in_words(scene: Scene, run: TracedRun) -> str:
    """The unit, and in a stack its layer: "layer 2, backward, unit 3"."""
    unit = say("unit {unit}", unit=scene.unit)
    if len(run.layers) == 1:
        return unit
    return f"{layer_title(run.layers[scene.layer], run.layers, say)}, {unit}"


def show_numbers(scene: Scene, run: TracedRun) -> None:
    """The same as a table, made only when somebody opens it."""
    with st.expander(say("The numbers"), key="numbers", on_change="rerun") as numbers:
        if numbers.open:
            table = table_of(scene, run)
            layer = f"{name_of(run.layers[scene.layer])}-" if len(run.layers) > 1 else ""
            st.download_button(
                say("Download as CSV"),
                table.to_csv(index=False).encode("utf-8-sig"),
                file_name=f"gatescope-{scene.cell}-{layer}unit-{scene.unit}.csv",
                mime="text/csv",
                on_click="ignore",
            )
            with st.container(height=420):
                st.table(table.style.format(precision=4), hide_index=True)


def show_sequence(scene: Scene, run: TracedRun) -> None:
    """The sequence as a table to change, made only when somebody opens it."""
    with st.expander(say("The sequence, to change its values"), key="sequence-table", on_change="rerun") as sequence:
        if sequence.open:
            edit_table(scene, run)


def table_of(scene: Scene, run: TracedRun) -> pd.DataFrame:
    """One row a step: what it reads, then every signal of the unit, and as it was where the run is held or changed."""
    layer = run.layers[scene.layer]
    titles = {signal.name: say(signal.title) for signal in layer.cell.shown}
    columns = {titles[name]: values for name, values in lines_of(layer, scene.unit).items()}
    if run.original:
        was = lines_of(run.original.layers[scene.layer], scene.unit)
        columns |= {f"{titles[name]}, {say('as it was')}": values for name, values in was.items()}
    return numbers_table(columns, run.labels(scene.layer), axes(layer))


main()
