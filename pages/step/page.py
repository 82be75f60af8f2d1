"""Step a sequence through one cell and watch its gates: the stepper, the whole sequence, and the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from cells import LayerTrace
from cells.export import labelled_trace
from pages.shared.controls.theme import theme
from pages.shared.figures.camera import with_camera
from pages.shared.figures.palette import PALETTE
from pages.shared.offline.downloads import downloads
from pages.shared.offline.panes import OfflineRun, run_title
from pages.shared.scene.navigation import start_page
from pages.shared.scene.prediction import prediction_of, prediction_payload
from pages.shared.scene.run import TracedRun
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refused
from pages.shared.stepper import Pane, WhatIfRequest, mark_shown, stepper
from pages.shared.stepper.stack import layer_title, name_of
from pages.shared.stepper.valves import show_valve_table
from pages.shared.stepper.whatif import WhatIf
from pages.shared.words import language, say
from pages.shared.words.messages import show_problems
from pages.step.controls import step_controls
from pages.step.figures.numbers_table import numbers_table
from pages.step.figures.overview import overview
from pages.step.kind import STEP
from pages.step.results import choose_what_if, open_with_what_if
from pages.step.sequence_table import show_sequence_table
from pages.step.valves import table_of_valves


def main() -> None:
    """Show the page that the link describes."""
    start_page("step")
    scene, misread = current()
    scene, _, unusable = open_with_what_if(scene)
    step_controls(scene)
    show_problems(misread + unusable)
    explore()


@st.fragment
def explore() -> None:
    """Show what follows the reader's position; this runs alone when only that has changed."""
    scene, _ = current()
    scene, run, _ = open_with_what_if(scene)
    show_problems(refused())
    if show_stepper(scene, run):  # Plotly takes the browser a second to load: the stepper need not wait for it
        show_overview(scene, run)
        lay_out_valves(scene, run)
        offer_downloads(scene, run)
        show_numbers(scene, run)
        show_sequence(scene, run)
    mark_shown()


def show_stepper(scene: Scene, run: TracedRun) -> bool:
    """Show the stepper, its position kept in the link. Returns whether it has been painted."""

    def step_in_link(step: int, layer: int) -> int | None:
        return None if step == run.read_by(layer).start else step

    def on_position(step: int, unit: int) -> None:
        choose(step=step_in_link(step, scene.layer), unit=unit)

    def on_what_if(asked: WhatIfRequest) -> bool:
        step = step_in_link(asked.step, scene.layer)
        if choose_what_if(asked.clamp, asked.edit, difference=asked.difference, step=step, unit=asked.unit):
            return True
        choose(step=step, unit=asked.unit)
        return False

    def on_layer_change(layer: int, step: int, unit: int) -> None:
        choose(layer=layer, step=step_in_link(run.same_element(step, scene.layer, layer), layer), unit=unit)

    return stepper(
        [pane_of(scene, run, scene.layer)],
        page="step",
        step=step_shown(scene, run),
        unit=scene.unit,
        key="stepper",
        on_position=on_position,
        on_what_if=on_what_if,
        on_layer=on_layer_change,
        difference=STEP.own_of(scene).difference,
    )


def lay_out_valves(scene: Scene, run: TracedRun) -> None:
    """Lay out what each valve would do where the reader has come to rest."""
    step, clamps = step_shown(scene, run), STEP.own_of(scene).clamp
    table = table_of_valves(run, clamps, scene.layer, step, scene.unit, pane_of(scene, run, scene.layer).name)
    show_valve_table(table)


def step_shown(scene: Scene, run: TracedRun) -> int:
    """Return the step at which the stepper stands, as the layer reads."""
    return run.read_by(scene.layer).start if scene.step is None else scene.step


def pane_of(scene: Scene, run: TracedRun, layer: int) -> Pane:
    """Return the stepper's pane of a layer, in the order in which it reads, beside the original where there is one."""
    own, original, whatif = STEP.own_of(scene), run.original, None
    if original is not None:
        whatif = WhatIf(own.clamp, own.edit, original.layers[layer].as_read(), original.reads(layer))
    return Pane(
        run.id,
        run.layers[layer].as_read(),
        run.read_by(layer),
        run.labels(layer),
        whatif,
        own.notation,
        tuple(run.layers) if len(run.layers) > 1 else (),
        run.private,
        {"prediction": prediction_payload(run, layer)},
    )


def offer_downloads(scene: Scene, run: TracedRun) -> None:
    """Offer all layers as files, with clamps and edits, and the stepper as it stands here."""
    sequence = replace(run.sequence, labels=tuple(run.labels()))
    panes = tuple(pane_of(scene, run, layer) for layer in range(len(run.layers)))
    step, title = step_shown(scene, run), run_title(run.layers, language())
    stepped = OfflineRun(panes, scene.layer, step, scene.unit, language(), title, STEP.own_of(scene).difference)
    data = labelled_trace(run.layers, sequence, predicted=prediction_of(run))
    downloads(stepped, data, f"gatescope-{scene.cell}")


def show_overview(scene: Scene, run: TracedRun) -> None:
    """Show every signal of the unit as a line over the whole sequence, in the order in which the layer reads it."""
    layer = run.layers[scene.layer]
    lines = lines_of(layer, scene.unit)
    original = run.original.layers[scene.layer] if run.original else None
    gates = {signal.name for signal in layer.cell.shown if signal.kind == "gate"}
    figure = overview(
        {name: values for name, values in lines.items() if name in gates},
        {name: values for name, values in lines.items() if name not in gates},
        run.labels(scene.layer),
        names={signal.name: say(signal.title) for signal in layer.cell.shown},
        colors={name: colors["fill"] for name, colors in PALETTE[theme()]["signals"].items()},
        axes=(*axis_titles(layer, run), say("gates"), say("states")),
        original=(say("as it was"), lines_of(original, scene.unit)) if original else None,
    )
    st.subheader(say("The whole sequence, {unit}", unit=unit_title(scene, run)))
    st.plotly_chart(
        figure,
        key="overview",
        config=with_camera(f"{scene.cell}-unit-{scene.unit}"),
        alt=say("Every signal over the whole sequence, as lines: {unit}", unit=unit_title(scene, run)),
    )


def lines_of(layer: LayerTrace, unit: int) -> dict[str, NDArray[np.floating]]:
    """Return every signal of one unit, (T,), in the order read."""
    read = layer.as_read()
    return {signal.name: read[signal.name][:, unit].numpy() for signal in layer.cell.shown}


def axis_titles(layer: LayerTrace, run: TracedRun) -> tuple[str, str]:
    """Return the title of the time axis, and the word before a step's label."""
    return say("step, read from the end") if layer.reverse else say("step"), run.label_title


def unit_title(scene: Scene, run: TracedRun) -> str:
    """Name the unit, and in a stack its layer: "layer 2, backward, unit 3"."""
    unit = say("unit {unit}", unit=scene.unit)
    if len(run.layers) == 1:
        return unit
    return f"{layer_title(run.layers[scene.layer], run.layers, say)}, {unit}"


def show_numbers(scene: Scene, run: TracedRun) -> None:
    """Show the numbers of the unit as a table, made only when somebody opens it."""
    with st.expander(say("The numbers"), key="numbers", on_change="rerun") as numbers:
        if numbers.open:
            table = table_of(scene, run)
            layer = f"{name_of(run.layers[scene.layer])}-" if len(run.layers) > 1 else ""
            st.download_button(
                say("Download as CSV"),
                table.to_csv(index=False).encode("utf-8-sig"),
                key="numbers-csv",
                file_name=f"gatescope-{scene.cell}-{layer}unit-{scene.unit}.csv",
                mime="text/csv",
                on_click="ignore",
            )
            with st.container(height=420):
                st.table(table.style.format(precision=4), hide_index=True)


def show_sequence(scene: Scene, run: TracedRun) -> None:
    """Show the sequence as a table to change, made only when somebody opens it."""
    with st.expander(say("The sequence, to change its values"), key="sequence-table", on_change="rerun") as sequence:
        if sequence.open:
            show_sequence_table(scene, run)


def table_of(scene: Scene, run: TracedRun) -> pd.DataFrame:
    """Return one row a step: what it reads, every signal of the unit, these in the original, and what is predicted."""
    layer = run.layers[scene.layer]
    titles = {signal.name: say(signal.title) for signal in layer.cell.shown}
    columns = {titles[name]: values for name, values in lines_of(layer, scene.unit).items()}
    if run.original:
        originals = lines_of(run.original.layers[scene.layer], scene.unit)
        columns |= {f"{titles[name]}, {say('as it was')}": values for name, values in originals.items()}
    table = numbers_table(columns, run.labels(scene.layer), axis_titles(layer, run))
    return table.assign(**predicted_columns(run, scene.layer))


def predicted_columns(run: TracedRun, layer: int) -> dict[str, list[str] | list[float]]:
    """Return the likeliest output at each step and its number, by their column's name; nothing without a readout."""
    prediction = prediction_of(run, layer)
    if prediction is None:
        return {}
    order = -1 if run.layers[layer].reverse else 1
    names, values = [row[0] for row in prediction.names], prediction.values[:, 0].tolist()
    number = say("its share") if prediction.shares else say("its number")
    return {say("predicts"): names[::order], number: values[::order]}


main()
