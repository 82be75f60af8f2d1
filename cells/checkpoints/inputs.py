"""Inputs of a loaded layer: a text through its vocabulary and embedding, numbers as they are, or a seeded sample.

Axes: T time steps, I input features, V vocabulary.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn

from cells.checkpoints import LoadedLayer
from cells.checkpoints.learnt import Learnt
from cells.checkpoints.vocabulary import Vocabulary, row_label
from cells.core.messages import N_, InputError, n_
from cells.core.readable import character_shown_as, decimals
from cells.core.sequence import Sequence
from cells.core.settings import MAX_STEPS
from cells.core.stepwise import first_weight
from cells.reading.characters import characters_of

MOST_CHOICES = 200  # tokens of which a step may read another one; of more, those that occur


class Misfit(InputError):
    """A sequence of another kind or width than a model reads."""


def read_by(layer: LoadedLayer, sequence: Sequence, vocabulary: Vocabulary | None = None) -> Sequence:
    """Convert `sequence` to what `layer` reads: (T, I) in the module's dtype.

    vocabulary: in place of the layer's own, where it has one.

    Symbols go through the vocabulary and the embedding; without an embedding, one-hot over the vocabulary where it has
    as many tokens as the module reads numbers. Whole numbers, one a step, are taken for rows of the embedding. Other
    numbers are read as they are. Raises Misfit where that cannot be, InputError for tokens that are not known.
    """
    vocabulary = vocabulary or own_vocabulary(layer)
    check_vocabulary(layer, vocabulary)
    width = layer.module.input_size
    if sequence.symbolic and vocabulary is not None and (layer.embedding is not None or vocabulary.row_count <= width):
        rows = vocabulary.rows_of_text(text_shown_by(sequence))
        if len(rows) > MAX_STEPS:
            raise InputError(N_("The text has {count} tokens; at most {limit} fit."), count=len(rows), limit=MAX_STEPS)
        return sequence_of_tokens(layer, rows, vocabulary)
    if sequence.symbolic and (layer.embedding is not None or len(sequence.channels) != width):
        raise Misfit(N_("To read a text the model needs its vocabulary: open it on the page “Model”."))
    if layer.embedding is not None:
        return sequence_of_tokens(layer, whole_numbers(sequence, layer.embedding), vocabulary)
    if sequence.values.shape[1] != width:
        raise Misfit(
            n_(
                "The model reads {expected} number at each step; this sequence has {count}.",
                "The model reads {expected} numbers at each step; this sequence has {count}.",
                "expected",
            ),
            expected=width,
            count=sequence.values.shape[1],
        )
    if sequence.values.dtype == first_weight(layer.module).dtype:
        return sequence
    return sequence.in_double()


def own_vocabulary(layer: LoadedLayer) -> Vocabulary | None:
    """Return the symbols that the layer's file says it has learnt, or None."""
    return layer.learnt.vocabulary if layer.learnt else None


def check_vocabulary(layer: LoadedLayer, vocabulary: Vocabulary | None) -> None:
    """Raise InputError for a vocabulary that reaches beyond the embedding."""
    if vocabulary is None or layer.embedding is None or vocabulary.row_count <= layer.embedding.num_embeddings:
        return
    raise InputError(
        n_(
            "The vocabulary reaches to number {last}; the embedding has {rows} row, counted from 0.",
            "The vocabulary reaches to number {last}; the embedding has {rows} rows, counted from 0.",
            "rows",
        ),
        last=vocabulary.row_count - 1,
        rows=layer.embedding.num_embeddings,
    )


def text_shown_by(sequence: Sequence) -> str:
    """Return the text that a sequence of characters shows."""
    return "".join(map(character_shown_as, sequence.labels))


def whole_numbers(sequence: Sequence, embedding: nn.Embedding) -> list[int]:
    """Return the rows that a sequence of numbers names. Raises Misfit where they are none."""
    values, row_count = sequence.values, embedding.num_embeddings
    if values.shape[1] == 1 and bool(((values == values.round()) & (values >= 0) & (values < row_count)).all()):
        return [int(value) for value in values[:, 0].tolist()]
    raise Misfit(
        N_("The model reads tokens: a text, or one whole number a step, from 0 to {last}."), last=row_count - 1
    )


def table_of(layer: LoadedLayer, rows: list[int]) -> Tensor:
    """Return what the module reads for each row of its vocabulary: (S, I)."""
    if layer.embedding is not None:
        return layer.embedding.weight.detach()[rows]
    one_hot = torch.zeros(len(rows), layer.module.input_size, dtype=first_weight(layer.module).dtype)
    one_hot[range(len(rows)), rows] = 1
    return one_hot


def sequence_of_tokens(layer: LoadedLayer, rows: list[int], vocabulary: Vocabulary | None) -> Sequence:
    """Return rows of the embedding as a sequence of symbols; those that a step may read instead are its channels."""
    row_count = layer.embedding.num_embeddings if layer.embedding is not None else layer.module.input_size
    known = [row for row in range(row_count) if vocabulary is None or row in vocabulary.names]
    channels = list(dict.fromkeys(rows if len(known) > MOST_CHOICES else [*known, *rows]))
    names = {row: token_label(row, vocabulary) for row in {*rows, *channels}}
    row_named: dict[str, int] = {}
    for row in channels:  # two tokens that look the same are told apart by their numbers
        if row_named.setdefault(names[row], row) != row:
            names[row] = f"{names[row]}{row_label(row)}"
    table = table_of(layer, channels)
    channel_of = {row: index for index, row in enumerate(channels)}
    return Sequence(
        table[[channel_of[row] for row in rows]],
        tuple(names[row] for row in rows),
        tuple(names[row] for row in channels),
        symbolic=True,
        table=table,
    )


def token_label(row: int, vocabulary: Vocabulary | None) -> str:
    """Return a row of the embedding as a label."""
    return vocabulary.name(row) if vocabulary else row_label(row)


def sample_for(layer: LoadedLayer, length: int, seed: int, vocabulary: Vocabulary | None = None) -> Sequence:
    """Return a seeded sequence for the layer to read: (T, I).

    One of its task, where its file says which it has learnt; T is then as the task has it for that length, or for its
    own where it cannot have that one. Else random tokens of its embedding or its symbols, or standard normal numbers.
    """
    check_vocabulary(layer, vocabulary)
    if layer.learnt is not None and (learnt := learnt_sample(layer, layer.learnt, length, seed, vocabulary)):
        return learnt
    vocabulary = vocabulary or own_vocabulary(layer)
    if layer.embedding is not None or (layer.learnt is not None and vocabulary is not None):
        row_count = layer.embedding.num_embeddings if layer.embedding is not None else layer.module.input_size
        known = sorted(vocabulary.names) if vocabulary else range(row_count)
        drawn = torch.randint(len(known), (length,), generator=torch.Generator().manual_seed(seed)).tolist()
        return sequence_of_tokens(layer, [known[index] for index in drawn], vocabulary)
    noise = noise_of(length, layer.module.input_size, seed)
    return replace(noise, values=noise.values.to(first_weight(layer.module).dtype))


def learnt_sample(
    layer: LoadedLayer, learnt: Learnt, length: int, seed: int, vocabulary: Vocabulary | None
) -> Sequence | None:
    """Return a sequence of the task, opening at the first asked step; None where the file has too little for one.

    Of a text that is cut off in the file, a section of what there is of it.
    """
    problem = learnt.problem(length)
    if problem is None:
        passage = passage_of(learnt, length, seed)
        return sequence_of_tokens(layer, passage, vocabulary or learnt.vocabulary) if passage else None
    drawn = problem.sequence(seed)
    if not drawn.symbolic:
        return replace(drawn, values=drawn.values.to(first_weight(layer.module).dtype))
    read = sequence_of_tokens(layer, drawn.values.argmax(dim=-1).tolist(), vocabulary or learnt.vocabulary)
    return replace(read, start=drawn.start)


def passage_of(learnt: Learnt, length: int, seed: int) -> list[int]:
    """Return a seeded section, at most `length` channels, of the learnt text as far as the file has it.

    Characters that the model does not have, of a file that is not true, are left out.
    """
    rows = learnt.vocabulary.row_of if learnt.vocabulary else {}
    known = (
        [rows[character] for character in characters_of(learnt.passage) if character in rows] if learnt.passage else []
    )
    last = max(1, len(known) - length + 1)
    start = int(torch.randint(last, (1,), generator=torch.Generator().manual_seed(seed)))
    return known[start : start + length]


def noise_of(length: int, width: int, seed: int) -> Sequence:
    """Draw standard normal numbers, the same for the same seed: (T, I = width)."""
    values = torch.randn(length, width, generator=torch.Generator().manual_seed(seed))
    labels = [decimals(value) for value in values[:, 0].tolist()]
    if width > 1:
        labels = [f"x{step + 1}" for step in range(length)]
    return Sequence(values, tuple(labels), tuple(str(number + 1) for number in range(width)))
