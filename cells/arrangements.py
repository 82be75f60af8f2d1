"""Arrangements: where a recurrent cell reads, where its output is read, and what it reads once the sequence is over.

The cell's weights stay as they are; only its readout is fitted, so that the output of a step says what comes next; or,
where one output is read for a whole sequence that answers a question, such as the parity of bits, the answer to that.

Axes: T steps of the sequence, R steps of the run, I input features, O outputs, H hidden units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from cells.core.messages import N_, InputError
from cells.core.readable import few_numbers
from cells.core.sequence import Question, Sequence
from cells.core.settings import Number, check_number
from cells.readouts.feedback import run_with_feedback
from cells.readouts.readout import Readout, fitted_readout, readout_of
from cells.tracing.layer_trace import LayerTrace
from cells.tracing.trace import trace

MANY_TO_ONE = "many-to-one"
AHEAD = Number("ahead", N_("outputs"), 12, 1, 200, 1)


@dataclass(frozen=True)
class Arrangement:
    """One way to read and to be read. `says` what it is, `example` where it is met; `feeds` its outputs back or not."""

    key: str
    title: str
    says: str
    example: str
    feeds: bool = False


ARRANGEMENTS: dict[str, Arrangement] = {
    arrangement.key: arrangement
    for arrangement in (
        Arrangement(
            MANY_TO_ONE,
            N_("many to one"),
            N_("The whole sequence goes in; one output comes out, after the last step."),
            N_("telling whether a review is kind (sentiment)."),
        ),
        Arrangement(
            "aligned",
            N_("many to many, aligned"),
            N_("At every step an input goes in and an output comes out."),
            N_("naming each word’s part of speech (tagging)."),
        ),
        Arrangement(
            "encoder-decoder",
            N_("encoder, then decoder"),
            N_("The encoder takes the sequence in; the decoder goes on from its state and reads its own outputs."),
            N_("translating a sentence."),
            feeds=True,
        ),
        Arrangement(
            "one-to-many",
            N_("one to many"),
            N_("One input goes in; from then on each output is the next input."),
            N_("describing a picture in words (captioning)."),
            feeds=True,
        ),
    )
}


@dataclass(frozen=True)
class Arranged:
    """A run of one layer in an arrangement, R steps long.

    layer: its trace. sequence: what it has read, outputs fed back included. own: at each step, whether it reads the
    output of the step before. read_out: at each step, whether its output is read. outputs: (R, O), in the dtype of the
    sequence; of symbols and of answers a score each, O being I but for answers. names: of what is scored, () where the
    outputs are numbers. written: each output for a person to read, of scores the name of the largest. right: what each
    output should be, as far as the sequence says it. question: the one that is answered, or None where the outputs say
    what comes next.
    decoder: its first step, where there is one. stopped: the last output is beyond every number of its dtype, and the
    run ends before its time.
    """

    arrangement: str
    layer: LayerTrace
    sequence: Sequence
    own: tuple[bool, ...]
    read_out: tuple[bool, ...]
    outputs: Tensor
    names: tuple[str, ...]
    written: tuple[str, ...]
    right: tuple[str | None, ...]
    readout: Readout
    question: Question | None = None
    decoder: int | None = None
    stopped: bool = False


def arranged(module: nn.Module, sequence: Sequence, arrangement: str, ahead: int = 12) -> Arranged:
    """Run `module` over `sequence` in an arrangement, a key of ARRANGEMENTS.

    "many-to-one" and "aligned" read the sequence; "many-to-one" answers its question, if it has one. "encoder-decoder"
    reads all of it, then its own outputs; "one-to-many" reads its first step, then its own outputs: both until `ahead`
    outputs, 1 to 200, have been read. Of symbols the one with the largest score is read back, one-hot; of numbers the
    output itself.

    module: as `trace` takes it, of one layer and one direction. Raises InputError for another one, an unknown
    arrangement, `ahead` out of bounds, a sequence too short, and hidden states that overflow; and what `trace` raises.
    """
    if arrangement not in ARRANGEMENTS:
        raise InputError(
            N_("“{name}” is no arrangement: choose one of {known}."), name=arrangement, known=", ".join(ARRANGEMENTS)
        )
    check_number(AHEAD, ahead)
    layer = trace_single_layer(module, sequence)
    question = sequence.question if arrangement == MANY_TO_ONE else None
    if question:
        return answered(layer, sequence, question)
    readout = fitted_readout(layer["hidden"], sequence.targets)
    last = len(sequence.labels) - 1
    if not ARRANGEMENTS[arrangement].feeds:
        first = 0 if arrangement == "aligned" else last
        read = sequence if arrangement == "aligned" else replace(sequence, start=last)
        return without_feedback(arrangement, layer, read, readout, first)
    first = 0 if arrangement == "one-to-many" else last
    layer, read = run_on_outputs(module, sequence, readout, first, ahead)
    run = without_feedback(arrangement, layer, read, readout, first)
    own = tuple(step > first for step in range(len(read.labels)))
    coming = following(sequence)
    right = tuple(None if fed else coming[step] for step, fed in enumerate(own))
    decoder = first if arrangement == "encoder-decoder" else None
    return replace(run, own=own, right=right, decoder=decoder, stopped=not bool(run.outputs[-1].isfinite().all()))


def trace_single_layer(module: nn.Module, sequence: Sequence) -> LayerTrace:
    """Trace a module's one layer.

    Raises InputError for more, and for what no readout can be fitted to.
    """
    layers = trace(module, sequence.values)
    if len(layers) > 1:
        raise InputError(N_("An arrangement has one layer that reads in one direction."))
    if len(sequence.labels) < 2:
        raise InputError(
            N_("An arrangement needs a sequence of at least 2 steps: the readout is fitted to say what comes next.")
        )
    overflown = layers[0]["hidden"].isfinite().all(dim=-1).logical_not().nonzero()
    if len(overflown):
        raise InputError(
            N_("The hidden state grows beyond every number at step {step}: no readout can be fitted to it."),
            step=int(overflown[0]) + 1,
        )
    return layers[0]


def run_on_outputs(
    module: nn.Module, sequence: Sequence, readout: Readout, first: int, ahead: int
) -> tuple[LayerTrace, Sequence]:
    """Read up to step `first`, then outputs, until `ahead` of them are there or one is beyond every number.

    Returns the trace and what was read. It opens at the first output.
    """
    labels = list(sequence.labels[: first + 1])

    def next_input(hidden: Tensor) -> Tensor | None:
        output = readout(hidden).to(sequence.values.dtype)
        if not output.isfinite().all():
            return None
        labels.append(output_text(output, sequence.channels if sequence.symbolic else ()))
        return sequence.row_of(int(output.argmax())) if sequence.symbolic else output

    layer, xs = run_with_feedback(module, sequence.values[: first + 1], first + ahead, next_input)
    read = replace(sequence, values=xs, labels=tuple(labels), start=first, exact=None)
    if sequence.imputed is None:
        return layer, read
    own = len(labels) - first - 1
    return layer, replace(read, imputed=torch.cat([sequence.imputed[: first + 1], sequence.imputed.new_zeros(own)]))


def without_feedback(arrangement: str, layer: LayerTrace, read: Sequence, readout: Readout, first: int) -> Arranged:
    """Describe a run whose outputs are read from step `first` on, and which reads none of them itself."""
    outputs = readout(layer["hidden"]).to(read.values.dtype)
    steps, names = range(len(read.labels)), read.channels if read.symbolic else ()
    return Arranged(
        arrangement,
        layer,
        read,
        own=tuple(False for _ in steps),
        read_out=tuple(step >= first for step in steps),
        outputs=outputs,
        names=names,
        written=tuple(output_text(output, names) for output in outputs),
        right=following(read),
        readout=readout,
    )


def answered(layer: LayerTrace, sequence: Sequence, question: Question) -> Arranged:
    """Describe a run after whose last step a question about all of the sequence is answered.

    The readout is fitted to the right answer after each step.
    """
    right = question.right(sequence.values)
    scores = torch.eye(len(question.answers), dtype=sequence.values.dtype)[right]
    last, readout = len(sequence.labels) - 1, readout_of(layer["hidden"], scores)
    outputs = readout(layer["hidden"]).to(sequence.values.dtype)
    return Arranged(
        MANY_TO_ONE,
        layer,
        replace(sequence, start=last),
        own=(False,) * (last + 1),
        read_out=(False,) * last + (True,),
        outputs=outputs,
        names=question.answers,
        written=tuple(output_text(output, question.answers) for output in outputs),
        right=tuple(question.answers[answer] for answer in right.tolist()),
        readout=readout,
        question=question,
    )


def following(sequence: Sequence) -> tuple[str | None, ...]:
    """Write what comes after each step of a sequence; None after the last."""
    names = sequence.channels if sequence.symbolic else ()
    return (*(output_text(target, names) for target in sequence.targets[1:]), None)


def output_text(output: Tensor, names: tuple[str, ...]) -> str:
    """Write an output or an input (O): the name of the largest score, or its numbers where there are no names."""
    if names:
        return names[int(output.argmax())]
    return few_numbers(output.tolist())
