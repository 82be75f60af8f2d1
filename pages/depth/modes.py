"""The two modes of batch normalisation side by side: what each says of the same picture.

Axes: B examples of a batch, O outputs.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from cells.core.messages import n_
from cells.depth.deep import DeepTrace
from cells.depth.norm_numbers import NormNumbers
from pages.depth.kind import DIGIT, DepthFields
from pages.depth.results import DepthRun, run_of
from pages.depth.weights import StackWeights
from pages.shared.words import say
from pages.shared.words.numbers import format_decimals

# A batch of two that differ, in a stack that has learnt: one forgot to switch to training=False.
FORGOTTEN = {"norm": True, "mode": "training", "picture": 1339, "beside": 1340, "reads": DIGIT, "trained": 300}
TRAINING, EVALUATION = "training", "evaluation"
PERCENT = 100
FEWEST_VALUES = 2  # of which a variance can be told


def said_by(trace: DeepTrace, example: int = 0) -> str:
    """Write what a stack says of one example: the likeliest digit and its share; "–" where it says nothing."""
    if trace.scores is None:
        return "–"
    shares = trace.scores[example].double().softmax(dim=-1)
    best = int(shares.argmax())
    return f"{best} ({PERCENT * float(shares[best]):.0f} %)"


def modes_table(own: DepthFields, run: DepthRun, weights: StackWeights, *, double: bool) -> pd.DataFrame:
    """Return what the stack says of the first picture: by the running numbers, alone in a batch, and beside another.

    A column each; the row below tells the first channel's μ and σ² of the first batch normalisation.
    """

    def alike(**fields: object) -> DepthRun:
        return run_of(replace(own.seen_alone(), **fields), "", (), weights, double=double)  # type: ignore[arg-type]

    runs = {
        say("training=False"): alike(mode=EVALUATION, beside=None),
        say("training=True, alone in its batch"): alike(mode=TRAINING, beside=None),
    }
    if own.beside is not None:
        beside = say("training=True, beside a {digit}", digit=run.right[1])
        runs[beside] = alike(mode=TRAINING)
    return pd.DataFrame({title: column_of(one) for title, one in runs.items()})


def column_of(run: DepthRun) -> dict[str, str]:
    """Return what one run says, and by which numbers it normalises."""
    column = {say("the stack says"): said_by(run.trace)}
    norm = first_norm(run.trace)
    if norm is not None:
        column[say("μ of channel 0, first normalisation")] = format_decimals(float(norm.mean[0]))
        column[say("σ² of the same")] = format_decimals(float(norm.variance[0]))
    return column


def first_norm(trace: DeepTrace) -> NormNumbers | None:
    """Return the first batch normalisation of a run, or None where it has none."""
    return next((norm for unit in trace.units for norm in unit.norms.values()), None)


def modes_sentences(run: DepthRun) -> list[str]:
    """Say what the switch does, and where Keras differs."""
    norm = first_norm(run.trace)
    if norm is None:
        return []
    sentences = [
        say(
            "With training=True each batch normalisation takes mean and variance of the batch itself, so what a "
            "picture gives depends on what stands beside it; with training=False it takes the running ones, which a "
            "training has gathered, and a picture gives the same in any batch."
        )
    ]
    if norm.running_mean is not None and not bool(norm.running_mean.any()):
        sentences.append(
            say("This stack has not learnt yet: its running numbers are those it was made with, μ = 0 and σ² = 1.")
        )
    return [*sentences, keras_sentence(norm.values_a_channel)]


def keras_sentence(count: int) -> str:
    """Say where Keras differs; count: values a channel in the batch."""
    differs = say(
        "Keras counts the momentum the other way round, as the share that stays: its usual 0.99 is 0.01 in PyTorch, "
        "whose usual one is 0.1. And its usual ε is 0.001 instead of 0.00001. With both set alike the outputs are the "
        "same in both modes."
    )
    if count < FEWEST_VALUES:
        return differs
    gathers = say(
        n_(
            "One thing stays: as running variance PyTorch gathers the unbiased one and Keras the biased one, which for "
            "the {count} value a channel of this batch is smaller by a factor of {factor}.",
            "One thing stays: as running variance PyTorch gathers the unbiased one and Keras the biased one, which for "
            "the {count} values a channel of this batch is smaller by a factor of {factor}.",
            "count",
        ),
        count=count,
        factor=f"{count / (count - 1):.4f}",
    )
    return f"{differs} {gathers}"
