"""Every word of the stepper that is not a cell's own."""

from __future__ import annotations

from cells.messages import N_
from pages.words import Say

TEXTS = {
    "stepper": N_("Stepper: arrow keys step, Home and End jump, Space plays, up and down choose the unit"),
    "start": N_("Before the first step: the state is all zero, and nothing has been read yet."),
    "at_step": N_("Step {step} of {steps} reads “{label}”: "),
    "comma": N_(", "),
    "and": N_(" and "),
    "full_stop": N_("."),
    "from_start": N_("; it still holds what it began with."),
    "from_step": N_("; it still holds what step {step} wrote (“{label}”)."),
    "equations": N_("Equations"),
    "all_units": N_("{signal}: all units at this step"),
    "playback": N_("Playback"),
    "first": N_("To the start"),
    "back": N_("One step back"),
    "play": N_("Play"),
    "pause": N_("Pause"),
    "forward": N_("One step forward"),
    "last": N_("To the last step"),
    "step": N_("Step"),
    "speed": N_("Speed"),
    "speed_of": N_("{speed} steps/s"),
    "unit": N_("unit"),
    "copy": N_("Copy link"),
    "copy_title": N_("Copy the link to this step"),
    "copied": N_("Copied"),
    "not_copied": N_("Copy it from the address bar"),
    "remains": N_("How much of step 1 is still in the state"),
    "remains_how": N_("How far the state is from a run without the first input; 1 is as far as at step 1."),
    "remains_none": N_("The first step makes no difference to the state, so nothing of it can remain."),
    "remains_peak": N_("up to {value}"),
    "save_svg": N_("Download the picture as SVG"),
    "save_png": N_("Download the picture as PNG"),
}

FIELDS = ("step", "steps", "label", "signal", "speed", "value")


def texts(say: Say) -> dict[str, str]:
    """The words in the reader's language, their fields still open for the browser to fill."""
    open_fields = {field: f"{{{field}}}" for field in FIELDS}
    return {name: say(text, **open_fields) for name, text in TEXTS.items()}
