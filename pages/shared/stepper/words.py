"""The stepper's own words, beside those of each cell."""

from __future__ import annotations

from string import Formatter

from cells.core.messages import N_, Counted, n_
from pages.shared.words import Say

STEPPER_WORDS = {
    "stepper": N_("Stepper: arrow keys step, Home and End jump, Space plays, up and down choose the unit"),
    "start": N_("Before the first step: the state is all zero, and nothing has been read yet."),
    "start_given": N_("Before the first step: nothing has been read yet, but the state is not all zero."),
    "at_step": N_("Step {step} of {steps} reads “{label}”: "),
    "at_step_dated": N_("Step {step} of {steps} reads {numbers} (“{label}”): "),
    "at_step_above": N_("Step {step} of {steps} (“{label}”): "),
    "reads_own": N_("Step {step} of {steps} reads its own output “{label}”: "),
    "no_output": N_("no output is read here."),
    "output_is": N_("the output is “{output}”."),
    "output_right": N_("the output is “{output}”, and “{next}” does come next."),
    "output_wrong": N_("the output is “{output}”, but “{next}” comes next."),
    "output_number": N_("the output is “{output}”; what comes next is “{next}”."),
    "answer_right": N_("the output is “{output}”, which is right."),
    "answer_wrong": N_("the output is “{output}”, but “{next}” is right."),
    "output_beyond": N_("the output is beyond every number, so the run ends here."),
    "output": N_("output"),
    "prediction": N_("predicts"),
    "prediction_of": N_("What the model predicts at this step, the likeliest first"),
    "prediction_was": N_("was “{output}” {value}"),
    "prediction_unasked": N_("asked only at the last step"),
    "encoder": N_("encoder"),
    "decoder": N_("decoder"),
    "comma": N_(", "),
    "and": N_(" and "),
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
    "what_if": N_("What if"),
    "what_if_title": N_("Hold a gate or a state at a value, or change what this step reads"),
    "difference": N_("Difference"),
    "original": N_("as it was"),
    "value": N_("value"),
    "hold": N_("Hold"),
    "held_at": N_("held at {value}"),
    "release": N_("Release"),
    "remove": N_("Remove"),
    "close": N_("Close"),
    "the_input": N_("input"),
    "steps_field": N_("steps"),
    "from_step_field": N_("from step"),
    "to_step_field": N_("to step"),
    "step_one": N_("step {place}"),
    "step_many": N_("steps {first}–{last}"),
    "all_steps": N_("all steps"),
    "unit_one": N_("unit {place}"),
    "unit_many": N_("units {first}–{last}"),
    "every_unit": N_("all units"),
    "every_layer": N_("all layers"),
    "outside": N_("outside {low} to {high}"),
    "step_reads": N_("step {step} reads"),
    "reads_instead": N_("step {step} reads “{now}” instead of “{before}”"),
    "read_this": N_("Read this"),
    "stack": N_("The hidden states of all layers at this step"),
    "filled": N_("{count} filled"),
    "filled_how": N_("Marked above the strips: steps that the data does not have, filled from their neighbours"),
    "copy": N_("Copy link"),
    "copy_title": N_("Copy the link to this step"),
    "copied": N_("Copied"),
    "not_copied": N_("Copy it from the address bar"),
    "remains": N_("How much of step 1 is still in the state"),
    "remains_how": N_("How far the state is from a run without the first input; 1 is as far as at step 1."),
    "apart": N_("How far the state is from a run without step 1"),
    "apart_how": N_("1 is as far as at step 1."),
    "apart_drifts": N_("Beyond 1 the two runs drift apart: that is not more of step 1, but what it has set off."),
    "apart_told": N_("What a cell still knows, its prediction tells: at 0 nothing need be forgotten."),
    "remains_none": N_("The first step makes no difference to the state, so nothing of it can remain."),
    "answer": N_("How likely each cell holds the right answer, “{answer}”"),
    "answer_how": N_("It is asked for at the last step alone."),
    "answer_chance": N_("guessing: {share}"),
    "remains_peak": N_("up to {value}"),
    "order_plot": N_("How the steps have moved, and what each network has come to"),
    "order_now": N_("in this order"),
    "order_was": N_("original"),
    "order_up": N_("Hidden state, or mean of the outputs so far"),
    "order_pale": N_("pale: as it was"),
    "gradient_walk": N_("The gradient on its way back"),
    "gradient_read": N_("The loss L is read here, at step {step}. Play and ← walk its gradient back in time."),
    "gradient_back": n_(
        "After {count} step back, at step {step} (“{label}”), this much of the gradient is left: {shares}.",
        "After {count} steps back, at step {step} (“{label}”), this much of the gradient is left: {shares}.",
        "count",
    ),
    "gradient_first": N_("All the way back, at the state before step 1, this much of the gradient is left: {shares}."),
    "gradient_ahead": N_("Step {step} comes after the loss is read, at step {read}: no gradient gets here."),
    "gradient_left": N_("What is left of the gradient’s norm"),
    "gradient_start": N_("start"),
    "gradient_ways": N_("How the memory’s own way shares the gradient with all others"),
    "gradient_ways_of": N_("{cell}: the memory’s own way, and all others"),
    "gradient_ways_since": N_("{cell}: the memory’s own way, and all others, back to step {step}"),
    "training_time": N_("training time"),
    "training_keys": N_("Training time: PageUp and PageDown"),
    "moment_back": N_("To the checkpoint before"),
    "moment_play": N_("Play the training"),
    "moment_pause": N_("Pause the training"),
    "moment_forward": N_("To the next checkpoint"),
    "moment_lines": N_("at step {step}, unit {unit}"),
    "moment_lines_start": N_("before the first step, unit {unit}"),
    "moment_plot": N_("What this unit has at this step, and the loss, over the training"),
    "loss": N_("loss"),
    "picture_step": N_("The drawings show step {step} of {steps}, unit {unit}."),
    "picture_moment": N_("The cell stands at this point of its training: {told}."),
    "save_svg": N_("Download the picture as SVG"),
    "save_png": N_("Download the picture as PNG"),
}


def stepper_words(say: Say) -> dict[str, str]:
    """Return the words in the reader's language, their fields still open for the browser to fill.

    Of a text that counts there are two: `name` for several, `name_one` for one.
    """
    ones = {f"{name}_one": one_of(text, say) for name, text in STEPPER_WORDS.items() if isinstance(text, Counted)}
    return {name: say(text, **open_fields(text)) for name, text in STEPPER_WORDS.items()} | ones


def one_of(text: Counted, say: Say) -> str:
    """Return a text that counts in its form for one, its other fields open."""
    return say(text, **open_fields(text) | {text.by: "1"})


def open_fields(text: str) -> dict[str, str]:
    """Return each field of a text, standing for itself."""
    return {name: f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name}
