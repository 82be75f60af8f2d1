"""Results of `load_checkpoint`: the recurrent layers of a file, and what is to be said of them.

Axes: T time steps, I input features, H hidden units, P projected units, L layers, D directions, V vocabulary, O
outputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torch import nn

from cells.checkpoints.learnt import Learnt
from cells.core.forward_pass import State
from cells.core.messages import InputError
from cells.core.stepwise import Recurrent

CELL, EMBEDDING, READOUT = "cell", "embedding", "readout"  # what a question can be about
NOTHING = ""  # the option to have no embedding, no readout

Choices = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Question:
    """Something that a file leaves open about one of its layers, and what was taken for the answer.

    about: CELL, EMBEDDING or READOUT. options: keys of CELLS, or names of weights in the file, with NOTHING for none;
    `chosen` is one of them. sure: whether the file says so itself, or there was nothing to guess; else a page asks.
    """

    about: str
    chosen: str
    options: tuple[str, ...]
    sure: bool


@dataclass(frozen=True)
class LoadedLayer:
    """One recurrent layer of a file, in evaluation mode and without gradients.

    module: reads (T, I), (T, B, I) or, where `module.batch_first`, (B, T, I). cell: its key in CELLS.
    embedding: (V, I), the table in front of it. readout: from D P to O, the linear layer behind it, and `activation`
    what the file applies to what the readout gives ("softmax", "linear", ...; "" where it does not say).
    state: the initial state that the file has for it, as the module takes it without a batch, (L D, P) each.
    backwards: whether it reads a sequence from its end; the module then is to be given the sequence flipped.
    questions: what the file leaves open, with what was taken. notes: what was cast, guessed or left out, each a text
    that a page can translate. learnt: of a file of `save_trained`, the task and the names of what is read and answered.
    """

    name: str
    module: Recurrent
    cell: str
    embedding: nn.Embedding | None = None
    readout: nn.Linear | None = None
    activation: str = ""
    state: State | None = None
    backwards: bool = False
    questions: tuple[Question, ...] = ()
    notes: tuple[InputError, ...] = ()
    learnt: Learnt | None = None

    @property
    def parameters(self) -> int:
        """The number of parameters of its module."""
        return sum(parameter.numel() for parameter in self.module.parameters())

    @property
    def unsure(self) -> tuple[Question, ...]:
        """The questions that a page should ask."""
        return tuple(question for question in self.questions if not question.sure)


class Checkpoint(Mapping[str, nn.Module]):
    """The recurrent layers of a file: a mapping from name to module, in the order of the file.

    Attributes: `layers`, name -> `LoadedLayer`; `format`, such as "Keras 3"; `notes`, what is to be said of the file as
    a whole, such as layers that were left out.
    """

    def __init__(self, kind: str, layers: Mapping[str, LoadedLayer], notes: tuple[InputError, ...] = ()) -> None:
        self.format = kind
        self.layers = dict(layers)
        self.notes = notes

    def __getitem__(self, name: str) -> Recurrent:
        return self.layers[name].module

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)
