"""The words of the depth page's stepper: in the places of the frame's own, a unit of the stack for a step, and more."""

from __future__ import annotations

from cells.core.messages import N_
from pages.shared.stepper.words import open_fields
from pages.shared.words import Say

DEPTH_WORDS = {
    "stepper": N_(
        "Stepper: arrow keys go from unit to unit, Home and End jump, Space plays, up and down choose the channel"
    ),
    "start": N_("What the first unit reads: the first convolution has made its channels of the input."),
    "at_step": N_("Unit {step} of {steps}: "),
    "first": N_("To the input"),
    "back": N_("One unit back"),
    "forward": N_("One unit forward"),
    "last": N_("To the last unit"),
    "step": N_("unit of the stack"),
    "unit": N_("channel"),
    "speed_of": N_("{speed} units/s"),
    "all_units": N_("{signal}: all channels at this place"),
    "copy_title": N_("Copy the link to this unit"),
    "picture_step": N_("The drawings show unit {step} of {steps}, channel {unit}."),
    "depth_place_2": N_("row {row}, column {column}"),
    "depth_place_1": N_("place {place}"),
    "depth_identity": N_("the identity way"),
    "depth_gate_way": N_("the way that 1 − T leaves open"),
    "depth_no_way": N_("no way past the units"),
    "depth_pile": N_("every channel stays, {growth} more a unit"),
    "depth_input": N_("input"),
    "depth_reads": N_("reads x"),
    "depth_adds": N_("F(x)"),
    "depth_gate": N_("T"),
    "depth_gives": N_("gives h"),
    "depth_largest": N_("largest {value}"),
    "depth_choose": N_("A click chooses channel and place"),
    "said_plain": N_(
        "“{x}” came in at this channel and place; only what the convolution makes of all channels goes on, {out}."
    ),
    "said_plain_shut": N_("the convolution comes to {sum}, so the ReLU gives 0: nothing of this channel goes on here."),
    "said_residual": N_("F(x) adds {branch} to the {x} that is carried past it, so {out} goes on."),
    "said_residual_channels": N_(
        "F(x) adds {branch} to {shortcut}, what the 1 × 1 convolution has made of x, so {out} goes on."
    ),
    "said_dense_kept": N_("channel {unit} has been there since {since}, and goes on as it came: {out}."),
    "said_dense_new": N_("channel {unit} is one of the {growth} new ones: {out}, and stays from here on."),
    "said_dense_later": N_("channel {unit} is not there yet: unit {since} will add it."),
    "said_highway": N_(
        "T is {gate}: of the new {branch} comes {written}, of the {x} that came in stays {kept}, so {out} goes on."
    ),
    "said_since_first": N_("the first convolution"),
    "said_since_unit": N_("unit {step}"),
    "depth_norms": N_("Batch normalisation"),
    "depth_by_batch": N_("of this batch"),
    "depth_by_running": N_("running"),
    "depth_mean": N_("mean μ"),
    "depth_variance": N_("variance σ²"),
    "depth_used": N_("used"),
    "depth_this_mode": N_("here: {value}"),
    "depth_other_mode": N_("in the other mode: {value}"),
    "depth_gradient": N_("What is left of the gradient’s norm, going back"),
    "depth_gradient_at": N_("of the gradient at the last unit"),
    "depth_ways": N_("One idea: a sum that lets a signal, and its gradient, through"),
    "depth_way_cell": N_("LSTM, from step to step"),
    "depth_way_residual": N_("residual unit, from unit to unit"),
    "depth_way_highway": N_("highway unit, from unit to unit"),
    "depth_stopped": N_("The stack ends here"),
}


def depth_words(say: Say) -> dict[str, str]:
    """Return the words in the reader's language, their fields still open for the browser to fill."""
    return {name: say(text, **open_fields(text)) for name, text in DEPTH_WORDS.items()}
