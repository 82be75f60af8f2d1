"""One's own trained model: what is in the file, which layer is stepped through, and how saturated its gates are."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from cells import CELLS, TASKS
from cells.analysis.units import saturation
from cells.checkpoints import Checkpoint, LoadedLayer
from cells.checkpoints.inputs import sample_for
from cells.checkpoints.learnt import Learnt
from cells.core.messages import InputError
from cells.core.readable import shortened
from cells.tracing.trace import trace
from pages.model.controls import ask, choose_part, offer_open, open_files, tell_open
from pages.shared.cache import cached_for_visit
from pages.shared.controls.bundle_button import offer_step_page
from pages.shared.controls.sequence import choose_sequence, choose_typed, sequence_title
from pages.shared.controls.widgets import choose_language, menu_label, row
from pages.shared.scene.navigation import start_page, switch_if_requested
from pages.shared.scene.own_model import checkpoint_of, part_name
from pages.shared.scene.run import TracedRun, open_scene
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import current, refused
from pages.shared.scene.weights import MODEL
from pages.shared.stepper.stack import layer_title
from pages.shared.uploads.files import MODELS
from pages.shared.words import explain, say
from pages.shared.words.messages import plain, show_problems

GLANCE = 200  # steps that are told in words
PERCENT = "%.0f %%"
SAMPLED = 48  # steps over which a layer that is not chosen is looked at
LARGEST_SAMPLED = 30_000_000  # parameters of a layer that is run only to be looked at


def main() -> None:
    """The page, from the link down."""
    start_page("model")
    switch_if_requested()
    scene, misread = current()
    own = scene.weights == MODEL and str(scene.settings["model"]) in MODELS.files()
    scene, run, unusable = open_scene(scene)
    with row():
        if own:
            choose_part(scene)
            with st.popover(menu_label(say("sequence"), sequence_title(scene)), key="sequence-menu"):
                choose_sequence(scene)
            choose_typed(scene)
            offer_step_page()
        choose_language()
    show_problems(misread + refused() + (unusable if scene.weights == MODEL else []))
    open_files(scene)
    if own:
        tell_open(scene)
        show_model(scene, run)
    else:
        offer_open()
        st.markdown(
            say("Step through the gates of a model that you have trained. It stays in the memory of this visit.")
        )


def show_model(scene: Scene, run: TracedRun) -> None:
    """The layers of the file, and the chosen one over the chosen sequence."""
    checkpoint, part = checkpoint_of(scene.settings), part_or_first(scene)
    show_notes(checkpoint.notes)
    show_layers(checkpoint, part, str(scene.settings["model"]), run)
    layer = run.own.layer if run.own else checkpoint.layers[part]
    st.subheader(shortened(part))
    ask(scene, layer)
    show_notes(layer.notes)
    if run.own is None:
        return
    st.markdown(plain(described(layer)))
    st.text(glance_of(run))
    show_gates(run)


def part_or_first(scene: Scene) -> str:
    """The chosen layer's name, or the first's where the link names none that is there."""
    try:
        return part_name(scene.settings)
    except InputError:
        return next(iter(checkpoint_of(scene.settings)))


def show_notes(notes: tuple[InputError, ...]) -> None:
    """What was cast, guessed or left out."""
    if notes:
        st.markdown("  \n".join(f":small[{plain(explain(note))}]" for note in notes))


def show_layers(checkpoint: Checkpoint, part: str, model: str, run: TracedRun) -> None:
    """Every recurrent layer of the file in a row."""
    saturated = say("saturated")
    table = pd.DataFrame(
        [told_of(name, layer, model, run, chosen=name == part) for name, layer in checkpoint.layers.items()]
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


def told_of(name: str, layer: LoadedLayer, model: str, run: TracedRun, *, chosen: bool) -> dict[str, object]:
    """A layer's row."""
    module = layer.module
    if chosen and run.own:
        layer, share = run.own.layer, share_of(run)
    else:
        share = sampled_share(model, name, layer)
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


def share_of(run: TracedRun) -> float | None:
    """The share of all gates' values of a run at one of their ends, or None without gates."""
    ends = [one.shut + one.open for layer in run.layers for one in saturation(layer).values()]
    return 100 * sum(ends) / len(ends) if ends else None


@cached_for_visit(64)
def sampled_share(model: str, name: str, _layer: LoadedLayer) -> float | None:
    """The same over seeded random inputs; None for a layer that is too large to be run for this."""
    if _layer.parameters > LARGEST_SAMPLED:
        return None
    read = sample_for(_layer, SAMPLED, 0)
    layers = trace(_layer.module, read.values, _layer.state)
    ends = [one.shut + one.open for layer in layers for one in saturation(layer).values()]
    return 100 * sum(ends) / len(ends) if ends else None


def described(layer: LoadedLayer) -> str:
    """What stands in front of the layer and behind it, in one line."""
    said = []
    if layer.learnt is not None:
        said += told_of_learnt(layer.learnt)
    elif layer.embedding is not None:
        said.append(
            say("It reads tokens through an embedding of {rows} rows.", rows=f"{layer.embedding.num_embeddings:,}")
        )
    else:
        said.append(say("It reads {count} numbers at each step.", count=f"{layer.module.input_size:,}"))
    if layer.readout is not None:
        said.append(
            say(
                "Its readout has {count} outputs; the step page shows the five largest.",
                count=f"{layer.readout.out_features:,}",
            )
        )
    return " ".join(said)


def told_of_learnt(learnt: Learnt) -> list[str]:
    """What a trained cell has learnt, and what it reads."""
    most = 12
    shown = [say(name) if name in learnt.words else learnt.label(name) for name in learnt.channels[:most]]
    names = " ".join([*shown, "…"] if len(learnt.channels) > most else shown)
    reads = (
        say("At each step it reads one of {count} symbols ({names}).", count=f"{len(learnt.channels):,}", names=names)
        if learnt.symbolic
        else say("At each step it reads: {names}.", names=", ".join(shown))
    )
    return [say("It has learnt: {task}.", task=say(TASKS[learnt.task].title)), reads]


def glance_of(run: TracedRun) -> str:
    """What is read, as many labels as a person reads at a glance."""
    labels = run.labels()
    between = "" if all(len(label) == 1 for label in labels) else " "
    return between.join(labels[:GLANCE]) + (" …" if len(labels) > GLANCE else "")


def show_gates(run: TracedRun) -> None:
    """How saturated each gate of the chosen layer is over the sequence that it reads."""
    shut, wide = say("below 0.1"), say("above 0.9")
    rows = [gate_row(run, place, (shut, wide)) for place in range(len(run.layers))]
    table = pd.DataFrame([one for layer in rows for one in layer])
    if table.empty:
        st.markdown(say("This cell has no gates."))
        return
    bars = {
        name: st.column_config.ProgressColumn(name, format=PERCENT, min_value=0, max_value=100) for name in (shut, wide)
    }
    st.dataframe(table, hide_index=True, height="content", column_config=bars, alt=say("How saturated its gates are"))


def gate_row(run: TracedRun, place: int, names: tuple[str, str]) -> list[Mapping[str, object]]:
    """A layer's gates, each with its shares."""
    layer = run.layers[place]
    where = {say("layer"): layer_title(layer, run.layers, say)} if len(run.layers) > 1 else {}
    titles = {signal.name: say(signal.title) for signal in layer.cell.shown}
    return [
        {**where, say("gate"): titles[name], names[0]: 100 * one.shut, names[1]: 100 * one.open}
        for name, one in saturation(layer).items()
    ]


main()
