"""One's own trained model: what is in the file, the layer that is stepped through, and how saturated its gates are."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

import pandas as pd
import streamlit as st

from cells import CELLS, TASKS, LayerTrace
from cells.analysis.units import saturation
from cells.checkpoints import Checkpoint, LoadedLayer
from cells.checkpoints.inputs import sample_for
from cells.checkpoints.learnt import Learnt
from cells.core.messages import InputError, n_
from cells.core.readable import shortened
from cells.readouts.prediction import MOST_OUTPUTS
from cells.tracing.trace import trace
from pages.model.controls import (
    choose_part,
    offer_newest_model,
    show_open_model,
    show_questions,
    show_refusal,
    show_uploaders,
)
from pages.shared.cache import cached_for_visit
from pages.shared.controls.bundle_button import offer_step_page
from pages.shared.controls.copy_link import offer_link
from pages.shared.controls.sequence import choose_sequence, choose_typed, sequence_title, set_sequence
from pages.shared.controls.widgets import choose_language, menu_label, row
from pages.shared.scene.navigation import start_page, switch_if_requested
from pages.shared.scene.own_model import checkpoint_of, part_name
from pages.shared.scene.run import TracedRun, open_scene
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import REFUSED_FILE, current, refused
from pages.shared.scene.weights import MODEL
from pages.shared.stepper.stack import layer_title
from pages.shared.uploads.files import MODELS
from pages.shared.words import explain, say
from pages.shared.words.messages import plain, show_problems

GLANCE = 200  # steps whose labels are written out
PERCENT = "%.0f %%"
SAMPLED = 48  # steps over which a layer that is not chosen is looked at
LARGEST_SAMPLED = 30_000_000  # parameters of a layer that is run only to be looked at


def main() -> None:
    """Show the page that the link describes."""
    start_page("model")
    switch_if_requested()
    scene, misread = current()
    has_model = scene.weights == MODEL and str(scene.settings["model"]) in MODELS.files()
    has_refusal = REFUSED_FILE in st.session_state
    scene, run, unusable = open_scene(scene)
    with row():
        if has_model and not has_refusal:
            choose_part(scene)
            with st.popover(menu_label(say("sequence"), sequence_title(scene)), key="sequence-menu"):
                set_sequence(scene)
                choose_sequence(scene)
            choose_typed(scene)
            offer_step_page()
        offer_link()
        choose_language()
    show_problems(misread + refused() + (unusable if scene.weights == MODEL and not has_refusal else []))
    show_uploaders(scene)
    if has_refusal:
        show_refusal(scene if has_model else None)
    elif has_model:
        show_open_model(scene)
        show_model(scene, run)
    else:
        offer_newest_model()
        st.markdown(
            say("Step through the gates of a model that you have trained. It stays in the memory of this visit.")
        )


def show_model(scene: Scene, run: TracedRun) -> None:
    """Show the layers of the file, and the chosen one over the chosen sequence."""
    checkpoint, part = checkpoint_of(scene.settings), part_or_first(scene)
    show_notes(checkpoint.notes)
    show_layers(checkpoint, part, str(scene.settings["model"]), run)
    layer = run.own_model.layer if run.own_model else checkpoint.layers[part]
    st.subheader(shortened(part))
    show_questions(scene, layer)
    show_notes(layer.notes)
    if run.own_model is None:
        return
    st.markdown(plain(layer_sentences(layer)))
    st.text(first_labels(run))
    show_gates(run)


def part_or_first(scene: Scene) -> str:
    """Return the chosen layer's name, or the first's where the link names none that is there."""
    try:
        return part_name(scene.settings)
    except InputError:
        return next(iter(checkpoint_of(scene.settings)))


def show_notes(notes: tuple[InputError, ...]) -> None:
    """Show what was cast, guessed or left out."""
    if notes:
        st.markdown("  \n".join(f":small[{plain(explain(note))}]" for note in notes))


def show_layers(checkpoint: Checkpoint, part: str, model: str, run: TracedRun) -> None:
    """Show every recurrent layer of the file in a row of a table."""
    saturated = say("saturated")
    table = pd.DataFrame(
        [layer_row(name, layer, model, run, chosen=name == part) for name, layer in checkpoint.layers.items()]
    )
    percent = st.column_config.ProgressColumn(
        saturated,
        help=say(
            "The share of its gates’ values below 0.1 or above 0.9; of layers that are not chosen over random inputs"
        ),
        format=PERCENT,
        min_value=0,
        max_value=100,
    )
    numbers = (say("input size"), say("units"), say("layers"), say("parameters"))
    formats = {name: st.column_config.NumberColumn(name, format="localized") for name in numbers}
    st.dataframe(
        table,
        hide_index=True,
        height="content" if len(table) <= 8 else 320,
        column_config={saturated: percent, **formats},
        alt=say("The recurrent layers of the file"),
    )


def layer_row(name: str, layer: LoadedLayer, model: str, run: TracedRun, *, chosen: bool) -> dict[str, object]:
    """Return a layer's row."""
    module = layer.module
    if chosen and run.own_model:
        layer, share = run.own_model.layer, saturated_share(run.layers)
    else:
        share = sampled_share(model, layer)
    return {
        say("layer"): f"▸ {name}" if chosen else name,
        say("cell"): say(CELLS[layer.cell].title),
        say("input size"): module.input_size,
        say("units"): module.hidden_size,
        say("layers"): module.num_layers,
        say("directions"): say("both")
        if module.bidirectional
        else say("from the end")
        if layer.backwards
        else say("one"),
        say("parameters"): layer.parameters,
        say("saturated"): share,
        say("embedding"): f"{layer.embedding.num_embeddings:,} × {layer.embedding.embedding_dim:,}"
        if layer.embedding
        else "–",
        say("readout"): f"{layer.readout.out_features:,}" if layer.readout else "–",
    }


def saturated_share(layers: list[LayerTrace]) -> float | None:
    """Return the percentage of all gates' values at one of their ends, or None without gates."""
    ends = [gate.shut + gate.open for layer in layers for gate in saturation(layer).values()]
    return 100 * sum(ends) / len(ends) if ends else None


@cached_for_visit(64, {LoadedLayer: attrgetter("name")})
def sampled_share(model: str, layer: LoadedLayer) -> float | None:
    """Return a layer's saturated share over seeded random inputs; None where it is too large to be run for this.

    model: the key of the file that the layer is from.
    """
    if layer.parameters > LARGEST_SAMPLED:
        return None
    sample = sample_for(layer, SAMPLED, 0)
    return saturated_share(trace(layer.module, sample.values, layer.state))


def layer_sentences(layer: LoadedLayer) -> str:
    """Say what stands in front of the layer and behind it."""
    sentences = []
    if layer.learnt is not None:
        sentences += learnt_sentences(layer.learnt)
    elif layer.embedding is not None:
        sentences.append(
            say(
                n_(
                    "It reads tokens through an embedding of {rows} row.",
                    "It reads tokens through an embedding of {rows} rows.",
                    "rows",
                ),
                rows=f"{layer.embedding.num_embeddings:,}",
            )
        )
    else:
        sentences.append(
            say(
                n_("It reads {count} number at each step.", "It reads {count} numbers at each step.", "count"),
                count=f"{layer.module.input_size:,}",
            )
        )
    if layer.readout is not None:
        sentences.append(readout_sentence(layer.readout.out_features))
    return " ".join(sentences)


def readout_sentence(outputs: int) -> str:
    """Say how many outputs a readout has, and how many of them each step shows."""
    if outputs > MOST_OUTPUTS:
        return say(
            "Its readout has {count} outputs; the step page shows the {most} largest.",
            count=f"{outputs:,}",
            most=MOST_OUTPUTS,
        )
    all_shown = n_(
        "Its readout has {count} output, which the step page shows.",
        "Its readout has {count} outputs, which the step page shows.",
        "count",
    )
    return say(all_shown, count=outputs)


def learnt_sentences(learnt: Learnt) -> list[str]:
    """Say what a trained cell has learnt, and what it reads."""
    most = 12
    shown = [say(name) if name in learnt.words else learnt.label(name) for name in learnt.channels[:most]]
    names = " ".join([*shown, "…"] if len(learnt.channels) > most else shown)
    reads = (
        say(
            n_(
                "At each step it reads the same symbol ({names}).",
                "At each step it reads one of {count} symbols ({names}).",
                "count",
            ),
            count=f"{len(learnt.channels):,}",
            names=names,
        )
        if learnt.symbolic
        else say("At each step it reads: {names}.", names=", ".join(shown))
    )
    return [say("It has learnt: {task}.", task=say(TASKS[learnt.task].title)), reads]


def first_labels(run: TracedRun) -> str:
    """Return what is read, as many labels as a person reads at a glance."""
    labels = run.labels()
    between = "" if all(len(label) == 1 for label in labels) else " "
    return between.join(labels[:GLANCE]) + (" …" if len(labels) > GLANCE else "")


def show_gates(run: TracedRun) -> None:
    """Show how saturated each gate of the chosen layer is over the sequence that it reads."""
    columns = say("below 0.1"), say("above 0.9")
    table = pd.DataFrame([row for layer in run.layers for row in gate_rows(layer, run.layers, columns)])
    if table.empty:
        st.markdown(say("This cell has no gates."))
        return
    bars = {name: st.column_config.ProgressColumn(name, format=PERCENT, min_value=0, max_value=100) for name in columns}
    st.dataframe(table, hide_index=True, height="content", column_config=bars, alt=say("How saturated its gates are"))


def gate_rows(layer: LayerTrace, layers: list[LayerTrace], columns: tuple[str, str]) -> list[Mapping[str, object]]:
    """Return a row for each gate of one of the layers. columns: the names of the shares below 0.1 and above 0.9."""
    where = {say("layer"): layer_title(layer, layers, say)} if len(layers) > 1 else {}
    titles = {signal.name: say(signal.title) for signal in layer.cell.shown}
    return [
        {**where, say("gate"): titles[name], columns[0]: 100 * gate.shut, columns[1]: 100 * gate.open}
        for name, gate in saturation(layer).items()
    ]


main()
