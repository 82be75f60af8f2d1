"""The controls of the model page: the files that come in, the choice of a layer, and what the file leaves open."""

from __future__ import annotations

import os
from pathlib import PurePath

import streamlit as st

from cells import CELLS
from cells.checkpoints import LoadedLayer, Question
from cells.checkpoints.pytorch import SWITCH
from cells.checkpoints.result import CELL, EMBEDDING, NOTHING, READOUT
from cells.checkpoints.vocabulary import MAX_VOCABULARY_BYTES, read_vocabulary
from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.limits import MEGABYTE
from pages.shared.controls.bundle_button import offer_bundle
from pages.shared.controls.widgets import preset
from pages.shared.scene.navigation import take_bundle
from pages.shared.scene.own_model import (
    NONE,
    checkpoint_as_found,
    checkpoint_of,
    forget_model,
    learnt_length,
    part_name,
    questions_of,
)
from pages.shared.scene.registry import KINDS
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import SAMPLE
from pages.shared.scene.session import REFUSED_FILE, choose, current, refuse
from pages.shared.scene.weights import MODEL, usual_weights
from pages.shared.uploads.bundle import read_bundle
from pages.shared.uploads.files import MODELS, VOCABULARIES, OwnFile
from pages.shared.words import say
from pages.shared.words.messages import show_problems

MOST_UPLOADED = 500  # MB: of 512, as many as are opened, the field would say that it takes 1 GB
QUESTION_WORDS = {
    CELL: N_("The weights fit several cells. It is"),
    EMBEDDING: N_("The embedding in front of it"),
    READOUT: N_("The readout behind it"),
}


def show_uploaders(scene: Scene) -> None:
    """Show the fields through which a model and its vocabulary come in."""
    left, right = st.columns(2)
    with left:
        st.file_uploader(
            say("A trained model: safetensors, PyTorch, Keras or ONNX"),
            key="model-upload",
            max_upload_size=MOST_UPLOADED,
            on_change=take_upload,
        )
    with right:
        st.file_uploader(
            say("Its vocabulary, if it reads text: JSON, or a token a line"),
            key="vocabulary-upload",
            max_upload_size=MAX_VOCABULARY_BYTES // MEGABYTE,
            on_change=take_vocabulary,
            disabled=scene.weights != MODEL,
        )
    if os.environ.get(SWITCH) == "0":
        st.caption(say("This server does not open PyTorch files (.pt, .pth): save the weights as safetensors."))


def take_upload() -> None:
    """Open a model that has just come in; of one that cannot be opened the page says why, and shows no other."""
    uploaded = st.session_state["model-upload"]
    st.session_state.pop(REFUSED_FILE, None)
    if uploaded is None:  # taken out of the field, perhaps to make room for another one
        return
    file = OwnFile(PurePath(uploaded.name).name, uploaded.getvalue())
    try:
        if bundle := read_bundle(file, KINDS):
            take_bundle(bundle)
            return
        checkpoint = checkpoint_as_found(file)
    except InputError as problem:
        st.session_state[REFUSED_FILE] = problem
        return
    MODELS.keep(file)
    first, scene = next(iter(checkpoint.layers.values())), current()[0]
    length = learnt_length(first.learnt) if scene.input == SAMPLE.key else {}
    no_answers = {EMBEDDING: "", READOUT: "", "vocabulary": ""}
    choose(weights=MODEL, model=file.key, part=first.name, cell=first.cell, **no_answers, **length)


def take_vocabulary() -> None:
    """Read a vocabulary that has just come in; one that cannot be read leaves everything as it was."""
    uploaded = st.session_state["vocabulary-upload"]
    if uploaded is None:
        return
    file = OwnFile(PurePath(uploaded.name).name, uploaded.getvalue())
    try:
        read_vocabulary(file.data)
    except InputError as problem:
        refuse(problem, InputError(N_("What was open before stays.")))
        return
    choose(vocabulary=VOCABULARIES.keep(file))


def show_refusal(former: Scene | None) -> None:
    """Show why the file that came in last cannot be opened, what to do, and the way back to the former model.

    Its place stays empty: nobody's other model stands under its name.
    """
    show_problems([st.session_state[REFUSED_FILE]])
    st.markdown(
        say("Open another file above, or save the model anew: safetensors holds weights alone and opens anywhere.")
    )
    if former is not None:
        name = shortened(MODELS.file(str(former.settings["model"])).name)
        st.button(
            say("Back to {name}", name=name), key="back-to-former", icon=":material/undo:", on_click=forget_refusal
        )


def forget_refusal() -> None:
    """Show the former model again."""
    st.session_state.pop(REFUSED_FILE, None)


def show_open_model(scene: Scene) -> None:
    """Show what is open, and the buttons that forget it."""
    file, vocabulary = MODELS.file(str(scene.settings["model"])), str(scene.settings["vocabulary"])
    with st.container(horizontal=True, vertical_alignment="center"):
        size = (
            f"{len(file.data) / MEGABYTE:,.1f} MB" if len(file.data) >= MEGABYTE else f"{len(file.data) / 1000:,.1f} kB"
        )
        st.text(f"{shortened(file.name)}, {checkpoint_of(scene.settings).format}, {size}", width="content")
        st.button(say("Forget it"), key="forget-model", type="tertiary", on_click=forget)
        offer_bundle(scene)
        if vocabulary in VOCABULARIES.files():
            st.text(shortened(VOCABULARIES.file(vocabulary).name), width="content")
            st.button(
                say("Without it"), key="forget-vocabulary", type="tertiary", on_click=choose, kwargs={"vocabulary": ""}
            )


def offer_newest_model() -> None:
    """Offer a model that this visit has open, where the page shows none."""
    if key := MODELS.newest():
        st.button(
            say("Show {name}", name=shortened(MODELS.file(key).name)),
            key="show-model",
            on_click=choose,
            kwargs={"weights": MODEL, "model": key},
        )


def forget() -> None:
    """Forget the visitor's model, and go back to the usual weights."""
    scene, _ = current()
    forget_model(str(scene.settings["model"]))
    choose(weights=usual_weights(scene.shown_cells, scene.input))


def choose_part(scene: Scene) -> None:
    """Show the choice of the layer that is stepped through, where there are several."""
    names = list(checkpoint_of(scene.settings))
    if len(names) > 1:
        st.selectbox(
            say("layer"),
            names,
            format_func=shortened,
            key=preset("choose part", part_name(scene.settings)),
            on_change=on_part_change,
            label_visibility="collapsed",
            width=260,
        )


def on_part_change() -> None:
    """Take another layer into the link, without the answers about the former one."""
    choose(part=st.session_state["choose part"], embedding="", readout="")


def show_questions(scene: Scene, layer: LoadedLayer) -> None:
    """Show what the file leaves open about the layer."""
    open_questions = [
        question
        for question in questions_of(scene.settings).values()
        if not question.sure and len(question.options) > 1
    ]
    if open_questions:
        with st.container(horizontal=True, vertical_alignment="bottom", key="questions"):
            for question in open_questions:
                show_question(question, layer)


def show_question(question: Question, layer: LoadedLayer) -> None:
    """Show one question, answered as the layer has it now."""
    answer = {each.about: each.chosen for each in layer.questions}[question.about]
    st.selectbox(
        say(QUESTION_WORDS[question.about]),
        question.options,
        format_func=lambda option: option_title(question.about, option),
        key=preset(f"answer {question.about}", answer),
        on_change=on_answer_change,
        args=(question.about,),
        width=300,
    )


def option_title(about: str, option: str) -> str:
    """Return an answer as a person reads it."""
    if option == NOTHING:
        return say("none")
    return say(CELLS[option].title) if about == CELL else shortened(option)


def on_answer_change(about: str) -> None:
    """Take an answer into the link."""
    answer = st.session_state[f"answer {about}"]
    if about == CELL:
        scene, _ = current()
        choose(cell=answer, part=str(scene.settings["part"]))
    else:
        choose(**{about: answer or NONE})
