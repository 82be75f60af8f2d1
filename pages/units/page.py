"""The units page: how saturated their gates are, how long they remember, and what excites the chosen one most.

From top to bottom: figures/saturation.py, figures/time_constants.py, and beside them the chosen unit's own numbers.
"""

from __future__ import annotations

import math
from dataclasses import replace

import streamlit as st
import torch

from cells import LayerTrace
from cells.analysis.units import Strong, saturation, strongest_steps, time_constants
from cells.core.messages import N_, InputError, n_
from cells.reading.characters import characters_of
from cells.readouts.prediction import NamedPrediction
from pages.shared.controls.theme import theme
from pages.shared.figures.markup import escape
from pages.shared.scene.navigation import start_page, step_through, switch_if_requested
from pages.shared.scene.prediction import prediction_of
from pages.shared.scene.run import TracedRun, open_scene
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import current, refused
from pages.shared.stepper.stack import layer_title
from pages.shared.words import say
from pages.shared.words.messages import plain, show_problems
from pages.shared.words.numbers import format_decimals, format_power, format_signed
from pages.units.controls import choose_unit, on_unit_click, unit_controls
from pages.units.effects import effects_of, likeliest
from pages.units.figures.effect_bars import effect_bars
from pages.units.figures.saturation import Gate, saturation_panels
from pages.units.figures.time_constants import time_constant_dots

STRONGEST, CONTEXT = 8, 12  # rows, and the characters on either side of each
STRONGEST_BELOW_EFFECTS = 5  # rows where the prediction stands above them, for all to stay in view
MOST_LISTED = 8  # units that are named in a message
KEEPS = N_(
    "A dot is a unit. A unit whose {gate} stands far right nearly always keeps its memory: it integrates. One that "
    "stands high up nearly always drops it, and looks at the present alone."
)
DROPS = N_(
    "A dot is a unit. A unit whose {gate} stands high up nearly always keeps its memory: it integrates. One that "
    "stands far right nearly always drops it, and looks at the present alone."
)
NEVER_DROPS = N_("A dot is a unit. This cell has no gate that forgets: all its units integrate.")
SPANS = N_("After this many steps a memory has faded to 37 %, as a unit keeps it on average. ∞: it never fades.")


def main() -> None:
    """Show the page that the link describes."""
    start_page("units")
    switch_if_requested()
    scene, misread = current()
    scene, run, unusable = open_scene(scene)
    layer = run.layers[scene.layer]
    unit_controls(scene)
    show_problems([*misread, *refused(), *unusable, *range_problems(layer)])
    figures, unit = st.columns([3, 2], gap="medium")
    with unit, st.container(gap="small"):
        names = [layer_title(each, run.layers, say) for each in run.layers]
        step = shown_step(scene, run)
        choose_unit(scene, layer["hidden"].shape[-1], names, step if prediction_of(run) else None, len(layer["hidden"]))
        show_unit_numbers(scene, layer)
        show_effects(scene, run, step)
        show_strongest(scene, run)
    with figures, st.container(gap="small"):
        show_saturation(scene, layer)
        show_time_constants(scene, layer)


def show_heading(title: str, text: str) -> None:
    """Show a title with its sentence behind it, in as few lines as it takes."""
    st.markdown(f"**{title}**  :small[{plain(text)}]")


def signal_title(layer: LayerTrace, signal: str) -> str:
    """Return the name of a signal in the reader's language."""
    return say(next(shown.title for shown in layer.cell.shown if shown.name == signal))


def range_problems(layer: LayerTrace) -> list[InputError]:
    """Say how many units leave the range of numbers, and where first, in the order read."""
    read = layer.as_read()
    finite = torch.stack([read[signal.name].isfinite() for signal in layer.cell.shown]).all(dim=0)
    if finite.all():
        return []
    broken = (~finite).any(dim=0)
    template = N_(
        "Units that leave the range of numbers: {count} of {units}, the first at step {step}; what is no number counts "
        "as neither shut nor open."
    )
    first = int((~finite).any(dim=1).int().argmax())
    return [InputError(template, count=int(broken.sum()), units=len(broken), step=first + 1)]


def show_unit_numbers(scene: Scene, layer: LayerTrace) -> None:
    """Show the chosen unit's own numbers."""
    taus, parts = time_constants(layer), []
    if taus is not None:
        parts.append(
            say(
                n_("It remembers for {steps} step.", "It remembers for {steps} steps.", "steps"),
                steps=format_steps(taus[scene.unit].item()),
            )
        )
    for name, shares in saturation(layer).items():
        numbers = {side: f"{100 * getattr(shares, side)[scene.unit]:.0f}\u00a0%" for side in ("right", "left")}
        parts.append(say("{gate}: open {right}, shut {left}.", gate=signal_title(layer, name), **numbers))
    if parts:
        st.markdown(f":small[{plain(' '.join(parts))}]")


def format_steps(tau: float) -> str:
    """Write a time constant as a person reads it, a dash where it is no number."""
    if not math.isfinite(tau):
        return "–" if math.isnan(tau) else "∞"
    if tau < 100:
        return f"{tau:.3g}"
    return f"{tau:,.0f}" if tau < 1e6 else format_power(math.log10(tau))


def show_saturation(scene: Scene, layer: LayerTrace) -> None:
    """Show how often each gate of each unit is shut and open."""
    shares = saturation(layer)
    if not shares:
        st.markdown(
            say("This cell has no gates: nothing opens or shuts in it, and no gate decides how long a unit remembers.")
        )
        return
    show_heading(say("How often each gate is open and shut"), saturation_sentence(layer))
    gates = [Gate(signal_title(layer, name), name, one.left.numpy(), one.right.numpy()) for name, one in shares.items()]
    words = {
        "right": say("open: steps above 0.9"),
        "left": say("shut: steps below 0.1"),
        "hover": say("unit {units}: open {right}, shut {left}", units="{units}", right="{right}", left="{left}"),
    }
    key = f"saturation-{scene.layer}-{scene.unit}"
    with st.container(key="saturation"):
        st.plotly_chart(
            saturation_panels(gates, scene.unit, words, theme()),
            key=key,
            config={"displayModeBar": False},
            on_select=lambda: on_unit_click(key),
            selection_mode="points",
            alt=say(
                "For each gate a dot a unit: across the share of steps at which it is open, upwards at which it is shut"
            ),
        )


def saturation_sentence(layer: LayerTrace) -> str:
    """Say what can be read off the panels, by the gate that decides what is kept."""
    keeping = keeping_gate(layer)
    if not keeping:
        return say(NEVER_DROPS)
    straight = layer.cell.memory is not None and layer.cell.memory.keep == keeping
    return say(KEEPS if straight else DROPS, gate=signal_title(layer, keeping))


def keeping_gate(layer: LayerTrace) -> str:
    """Return the gate that decides what is kept: the share itself or, in the MGU, what it leaves; "" without one."""
    keep = layer.cell.memory.keep if layer.cell.memory else ""
    gates = {signal.name for signal in layer.cell.shown if signal.kind == "gate"}
    return next((name for name in (keep, "forget") if name in gates), "")


def show_time_constants(scene: Scene, layer: LayerTrace) -> None:
    """Show how many steps each unit remembers for, the longest first."""
    taus = time_constants(layer)
    if taus is None:
        return
    show_heading(say("How long each unit remembers"), say(SPANS))
    undefined = [unit for unit, tau in enumerate(taus.tolist()) if math.isnan(tau)]
    if undefined:
        listed = ", ".join(map(str, undefined[:MOST_LISTED])) + (" …" if len(undefined) > MOST_LISTED else "")
        st.markdown(say("Without a time constant, for what they keep is no number: unit {units}.", units=listed))
    steps = layer["hidden"].shape[0]
    words = {
        "unit": say("units, the longest memory first"),
        "steps": say("steps"),
        "whole": say(
            n_("the whole sequence: {steps} step", "the whole sequence: {steps} steps", "steps"), steps=f"{steps:,}"
        ),
        "hover": say("unit {unit}: {steps} steps", unit="{unit}", steps="{steps}"),
    }
    key = f"spans-{scene.layer}-{scene.unit}"
    with st.container(key="spans"):
        st.plotly_chart(
            time_constant_dots(
                taus.numpy(),
                [format_steps(tau) for tau in taus.tolist()],
                scene.unit,
                steps,
                keeping_gate(layer) or "cell",
                words,
                theme(),
            ),
            key=key,
            config={"displayModeBar": False},
            on_select=lambda: on_unit_click(key),
            selection_mode="points",
            alt=say("For each unit a dot at its time constant in steps, on a logarithmic axis"),
        )


def shown_step(scene: Scene, run: TracedRun) -> int:
    """Return the step whose prediction is looked at, in the order in which the layer reads.

    That of the link; else the one at which the chosen unit is strongest, or the first where it is no number anywhere.
    """
    if scene.step is not None and scene.step >= 0:
        return scene.step
    strongest = strongest_steps(run.layers[scene.layer], run.sequence, scene.unit, 1)
    return element_of(run, scene.layer, strongest[0].step) if strongest else 0


def element_of(run: TracedRun, layer: int, step: int) -> int:
    """Turn a step, in the order in which a layer reads, into an element of the sequence, or back."""
    return len(run.sequence.labels) - 1 - step if run.layers[layer].reverse else step


def show_effects(scene: Scene, run: TracedRun, step: int) -> None:
    """Show what the chosen unit does to the prediction at a step, where the model has a readout."""
    prediction = prediction_of(run, scene.layer)
    if prediction is None:
        return
    heading = say("What unit {unit} does to the prediction", unit=scene.unit)
    effects = effects_of(run, scene.layer, scene.unit, element_of(run, scene.layer, step))
    if not effects:
        show_heading(heading, say("Only the units of the last layer go into the readout."))
        return
    show_heading(
        heading,
        say(
            "At step {step} it adds to the score of each of the likeliest outputs: its weight times its hidden state.",
            step=step + 1,
        ),
    )
    figure = effect_bars(
        [one.added for one in effects],
        [f"{escape(one.name)}  {format_prediction(one.value, shares=prediction.shares)}" for one in effects],
        [
            say("{added} (weight {weight})", weight=format_signed(one.weight), added=format_signed(one.added))
            for one in effects
        ],
        theme(),
    )
    with st.container(key="effects"):
        st.plotly_chart(
            figure,
            key=f"effects-{scene.layer}-{scene.unit}-{step}",
            config={"displayModeBar": False},
            alt=say("For each of the likeliest outputs a bar: what the unit adds to its score"),
        )


def format_prediction(value: float, *, shares: bool) -> str:
    """Write what is predicted of an output: a share as percent, anything else as a number."""
    return f"{100 * value:.0f}\u00a0%" if shares and math.isfinite(value) else format_decimals(value)


def show_strongest(scene: Scene, run: TracedRun) -> None:
    """Show the steps at which the chosen unit is strongest; a click goes there on the step page."""
    layer, prediction = run.layers[scene.layer], prediction_of(run, scene.layer)
    sequence = replace(run.sequence, labels=tuple(run.labels()))
    memory = layer.cell.memory.state if layer.cell.memory else "hidden"
    count = STRONGEST if prediction is None else STRONGEST_BELOW_EFFECTS
    strongest = strongest_steps(layer, sequence, scene.unit, count, CONTEXT)
    hint = say("By the size of its {state}. A click steps through it there.", state=signal_title(layer, memory))
    heading = say("Where unit {unit} is strongest", unit=scene.unit)
    show_heading(heading, hint if strongest else say("It is no number at any step."))
    is_text = all(len(characters_of(label)) == 1 for label in set(sequence.labels))
    with st.container(gap=None, key="strongest"):
        for strong in strongest:
            step = element_of(run, scene.layer, strong.step)
            then = "" if prediction is None else predicted_then(prediction, strong.step)
            st.button(
                strong_row(strong, step, is_text) + then,
                key=f"strong-{step}",
                type="tertiary",
                on_click=step_through,
                kwargs={"step": step, "unit": scene.unit, "layer": scene.layer},
            )


def predicted_then(prediction: NamedPrediction, element: int) -> str:
    """Write the likeliest output at an element of the sequence as the end of a row, as Markdown."""
    name, value = likeliest(prediction, element)
    return f"  → **{plain(name)}** {plain(format_prediction(value, shares=prediction.shares))}"


def strong_row(strong: Strong, step: int, is_text: bool) -> str:
    """Write a strong step as Markdown: its number, value and label, and of a text what stands around it."""
    head = plain(say("step {step}", step=step + 1))
    value = format_signed(strong.value)
    label = f":blue-background[**{plain(strong.label)}**]"
    if is_text:
        label = f"{plain(''.join(strong.before))}{label}{plain(''.join(strong.after))}"
    return f"{head} · **{plain(value)}** · {label}"


main()
