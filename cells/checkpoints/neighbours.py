"""The tables of a file in front of a recurrent layer and behind it: by what the file says, or by names.

Axes: I input features, P projected units, D directions, V vocabulary, O outputs.
"""

from __future__ import annotations

import re
from itertools import takewhile

from cells.checkpoints.contents import FoundLayer, Table
from cells.checkpoints.result import EMBEDDING, NOTHING, READOUT, Question

EMBEDS = re.compile(r"emb|wte|lookup|vocab|token|word", re.IGNORECASE)
READS_OUT = re.compile(r"fc|out|head|decod|linear|dense|classif|proj|logit|readout|pred|hidden2", re.IGNORECASE)


def embedding_question(layer: FoundLayer, inputs: int, *, alone: bool) -> Question:
    """Ask which table (V, I = inputs) is the embedding in front of `layer`; alone: whether it is the only layer."""
    tables = [table for table in layer.tables if table.kind != READOUT and not table.biased]
    fitting = [table for table in tables if table.shape[1] == inputs]
    likely = [table for table in fitting if table.kind == EMBEDDING or is_named(table, EMBEDS)]
    if not likely:
        likely = [table for table in fitting if table.kind == "either" and not is_named(table, READS_OUT)]
    return question(EMBEDDING, layer, fitting, likely, alone=alone)


def readout_question(layer: FoundLayer, outputs: int, taken: str, *, alone: bool) -> Question:
    """Ask which table (O, D P = outputs) is the readout behind `layer`; taken: the embedding, which is none."""
    tables = [table for table in layer.tables if table.kind != EMBEDDING and table.name != taken]
    fitting = [table for table in tables if table.shape[1] == outputs]
    likely = [table for table in fitting if table.kind == READOUT or is_named(table, READS_OUT)]
    if not likely:
        likely = [table for table in fitting if table.biased]
    return question(READOUT, layer, fitting, likely, alone=alone)


def question(about: str, layer: FoundLayer, fitting: list[Table], likely: list[Table], *, alone: bool) -> Question:
    """Make the question, answered by the likely table whose name shares most with the layer's."""
    options = (*(table.name for table in fitting), NOTHING)
    if not likely:
        return Question(about, NOTHING, options, sure=not fitting)
    nearest = max(likely, key=lambda table: shared(table.name, layer.name))
    return Question(about, nearest.name, options, sure=layer.connected or (alone and len(fitting) == 1))


def is_named(table: Table, like: re.Pattern[str]) -> bool:
    """Tell whether the last part of a table's name, the weight itself left out, says so."""
    return any(like.search(part) for part in table.name.split(".")[-2:])


def shared(one: str, other: str) -> int:
    """Count the parts that two dotted names have in common from the front."""
    pairs = zip(one.split("."), other.split("."), strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
