"""The words of the depth page's stepper: in the places of the frame's own, a unit of the stack for a step, and more."""

from __future__ import annotations

from cells.core.messages import N_, Counted, n_
from pages.shared.stepper.words import one_of, open_fields
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
    "depth_identity": N_("the identity way"),
    "depth_gate_way": N_("the way that 1 − T leaves open"),
    "depth_no_way": N_("no way past the units"),
    "depth_pile": N_("every channel stays, {growth} more a unit"),
    "depth_input": N_("input"),
    "depth_largest": N_("largest {value}"),
    "depth_channels": n_("{count} channel", "{count} channels", "count"),
    "depth_choose": N_("All channels of this unit: a click, or Shift and the arrow keys, chooses the place"),
    "said_plain": N_(
        "{x} came in at this channel and place; only what the convolution makes of all channels goes on, {out}."
    ),
    "said_plain_shut": N_("the convolution comes to {sum}, so the ReLU gives 0: nothing of this channel goes on here."),
    "said_residual": N_("F(x) adds {branch} to the {x} that is carried past it, so {out} goes on."),
    "said_residual_channels": N_(
        "F(x) adds {branch} to {shortcut}, what the 1 × 1 convolution has made of x, so {out} goes on."
    ),
    "said_dense_kept": N_("channel {unit} has been there since {since}, and goes on as it came: {out}."),
    "said_dense_new": N_("channel {unit} is new here: F(x) gives {out}, which stays from here on."),
    "said_dense_later": N_("channel {unit} is not there yet: {since} will add it."),
    "said_highway": N_(
        "T is {gate}: of the new {branch} comes {written}, of the {x} that came in stays {kept}, so {out} goes on."
    ),
    "said_highway_channels": N_(
        "T is {gate}: of the new {branch} comes {written}, of the {shortcut} that the 1 × 1 convolution has made of x "
        "stays {kept}, so {out} goes on."
    ),
    "said_since_first": N_("the first convolution"),
    "said_since_unit": N_("unit {step}"),
    "depth_norms": N_("Batch normalisation"),
    "depth_by_batch": N_("of this batch"),
    "depth_by_running": N_("running ones"),
    "depth_mean": N_("mean μ"),
    "depth_variance": N_("variance σ²"),
    "depth_used": N_("used"),
    "depth_mode_gives": N_("h with training={training}: {value}"),
    "depth_gradient": N_("What is left of the gradient’s norm, going back"),
    "depth_gradient_axis": N_("unit of the stack; 1 stands for the norm at the last one"),
    "depth_gradient_told": N_("{told}: {left} at what the first unit reads"),
    "depth_ways": N_("One idea: a sum that lets a signal, and its gradient, through"),
    "depth_way_cell": N_("LSTM, through time"),
    "depth_way_residual": N_("residual unit, through depth"),
    "depth_way_highway": N_("highway unit, through depth"),
    "depth_nothing": N_("The run stops before the first unit."),
    "depth_stopped": N_("Here the run stops: at unit {step} the sum cannot be made."),
}


def depth_words(say: Say) -> dict[str, str]:
    """Return the words in the reader's language, their fields still open for the browser."""
    ones = {f"{name}_one": one_of(text, say) for name, text in DEPTH_WORDS.items() if isinstance(text, Counted)}
    return {name: say(text, **open_fields(text)) for name, text in DEPTH_WORDS.items()} | ones
