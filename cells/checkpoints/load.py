"""Loading of a file's recurrent layers as modules: see `load_checkpoint`.

Axes: I input features, P projected units, D directions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import torch
from torch import Tensor, nn

from cells.checkpoints.assemble import Sizes, embedding_of, module_of, readout_of, sizes_of
from cells.checkpoints.contents import Contents, FoundLayer, Table
from cells.checkpoints.limits import MAX_CHECKPOINT_BYTES
from cells.checkpoints.neighbours import embedding_question, readout_question
from cells.checkpoints.numbers import cast_notes, check_numbers, common_dtype
from cells.checkpoints.result import CELL, EMBEDDING, NOTHING, READOUT, Checkpoint, Choices, LoadedLayer, Question
from cells.core.forward_pass import State
from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.core.settings import MAX_UNITS
from cells.reading.source import File, source_of

Module = TypeVar("Module", bound=nn.Module)
NO_CHOICES: Mapping[str, str] = {}


def load_checkpoint(file: File, choices: Choices | None = None) -> Checkpoint:
    """Load the recurrent layers of a trained model, as PyTorch modules that `trace` takes.

    file: a path, the file's bytes, or a binary file open for reading; of at most 512 MB. Its content says which format
        it is: safetensors, a PyTorch state_dict (opened as weights only, and not at all where the environment variable
        GATESCOPE_PICKLES is 0), Keras 3 (.keras, .weights.h5), Keras 2 (.h5) or ONNX. Nothing in it is ever run, and no
        other file that it names is opened.
    choices: layer -> what a question is about -> answer, for what the file leaves open: {"rnn": {"cell": "rnn-relu"}}.

    Returns a mapping from the layer's name to its module, in float32 (float64 where the file is), in evaluation mode.
    What stands beside a layer, and what was cast, guessed or left out, is in `layers` and `notes`, see `Checkpoint`.
    Raises InputError (a ValueError) for a file that cannot be read or has no recurrent layer, and for a choice that is
    none of the options.
    """
    from cells.checkpoints.formats import read_contents  # noqa: PLC0415 - h5py and onnx take long, and few need them

    return assemble(read_contents(source_of(file, MAX_CHECKPOINT_BYTES)), choices or {})


def assemble(contents: Contents, choices: Choices) -> Checkpoint:
    """Build every layer. Raises InputError where there is none."""
    layers = with_unique_names(contents.layers)
    if unknown := [name for name in choices if name not in layers]:
        raise InputError(
            N_("There is no layer “{name}”; there is {names}."), name=shortened(unknown[0]), names=listed(layers)
        )
    if not layers:
        raise contents.refused[0] if contents.refused else no_layer_in(contents)
    loaded = {
        name: LayerBuilder(name, found, choices.get(name, NO_CHOICES), alone=len(layers) == 1).build()
        for name, found in layers.items()
    }
    return Checkpoint(contents.format, loaded, contents.refused)


def no_layer_in(contents: Contents) -> InputError:
    """Return the error that there is no recurrent layer, and what there is instead."""
    if not contents.holds:
        return InputError(N_("There is no recurrent layer in the file."))
    return InputError(N_("There is no recurrent layer in the file; it holds {names}."), names=listed(contents.holds))


def listed(names: Collection[str], most: int = 8) -> str:
    """Join the first few names for a message."""
    names_shown = [shortened(name) for name in list(names)[:most]]
    return ", ".join([*names_shown, "…"] if len(names) > most else names_shown)


def with_unique_names(layers: Collection[FoundLayer]) -> dict[str, FoundLayer]:
    """Return the layers by their names, a second of the same name numbered."""
    by_name: dict[str, FoundLayer] = {}
    for found in layers:
        name, number = found.name, 2
        while name in by_name:
            name, number = f"{found.name} ({number})", number + 1
        by_name[name] = found
    return by_name


def check_questions(choices: Mapping[str, str]) -> None:
    """Raise InputError for an answer to something that is never asked."""
    if unknown := [about for about in choices if about not in {CELL, EMBEDDING, READOUT}]:
        raise InputError(
            N_("There is no question about “{about}”; there is {questions}."),
            about=shortened(unknown[0]),
            questions=listed((CELL, EMBEDDING, READOUT)),
        )


@dataclass
class LayerBuilder:
    """A builder of one loaded layer from what was found in the file; it collects the notes on it."""

    name: str
    found: FoundLayer
    choices: Mapping[str, str]
    alone: bool
    notes: list[InputError] = field(default_factory=list)

    def build(self) -> LoadedLayer:
        """Build the whole layer."""
        check_questions(self.choices)
        strands = self.found.strands
        tensors = [values for layer in strands for strand in layer for values in strand.tensors.values()]
        check_numbers(self.name, tensors)
        sizes, dtype = sizes_of(self.name, strands[0][0]), common_dtype(tensors)
        self.notes += [*cast_notes(tensors, dtype), *self.found.notes]
        cell_choice = self.answer(Question(CELL, self.found.cells[0], self.found.cells, self.found.sure))
        inputs, outputs = sizes.inputs, sizes.outputs * len(strands[0])
        embedding_choice = self.answer(embedding_question(self.found, inputs, alone=self.alone))
        readout_choice = self.answer(readout_question(self.found, outputs, embedding_choice.chosen, alone=self.alone))
        tables = {table.name: table for table in self.found.tables}
        found = self.found
        module = module_of(
            cell_choice.chosen, strands, sizes, dtype, batch_first=found.batch_first, residual=found.residual
        )
        self.note_guesses((cell_choice, embedding_choice, readout_choice))
        self.note_size(sizes)
        readout, embedding = tables.get(readout_choice.chosen), tables.get(embedding_choice.chosen)
        return LoadedLayer(
            name=self.name,
            module=module,
            cell=cell_choice.chosen,
            embedding=self.neighbour_module(embedding, dtype, embedding_of),
            readout=self.neighbour_module(readout, dtype, readout_of),
            activation=readout.activation if readout else "",
            state=self.state(dtype),
            backwards=self.found.backwards,
            questions=(cell_choice, embedding_choice, readout_choice),
            notes=tuple(self.notes),
            learnt=self.found.learnt,
        )

    def answer(self, question: Question) -> Question:
        """Put the caller's answer, if there is one, into a question.

        Raises InputError for one that is no option.
        """
        if question.about not in self.choices:
            return question
        chosen = self.choices[question.about]
        if chosen not in question.options:
            raise InputError(
                N_("“{name}” can have as its {about}: {options}; not “{chosen}”."),
                name=shortened(self.name),
                about=question.about,
                options=listed([option or "–" for option in question.options]),
                chosen=shortened(chosen),
            )
        return Question(question.about, chosen, question.options, sure=True)

    def neighbour_module(
        self, table: Table | None, dtype: torch.dtype, make: Callable[[Tensor, Tensor | None, torch.dtype], Module]
    ) -> Module | None:
        """Make the module beside the layer; a quantised one is left out, with a note."""
        if table is None:
            return None
        weight, bias = table.read()
        try:
            check_numbers(table.name, [weight] if bias is None else [weight, bias])
        except InputError as problem:
            self.notes.append(problem)
            return None
        return make(weight, bias, dtype)

    def note_guesses(self, questions: tuple[Question, ...]) -> None:
        """Note each question that was answered by guessing."""
        for question in questions:
            if question.sure:
                continue
            if question.about == CELL:
                self.notes.append(
                    InputError(
                        N_("Taken for “{cell}”: the weights in the file would fit {others} as well."),
                        cell=question.chosen,
                        others=", ".join(key for key in question.options if key != question.chosen),
                    )
                )
            elif question.chosen != NOTHING:
                template = (
                    N_("“{table}” is taken for the embedding in front, by its name and shape.")
                    if question.about == EMBEDDING
                    else N_("“{table}” is taken for the readout behind, by its name and shape.")
                )
                self.notes.append(InputError(template, table=shortened(question.chosen)))

    def note_size(self, sizes: Sizes) -> None:
        """Note a layer that the pages cannot show whole."""
        if sizes.units > MAX_UNITS:
            self.notes.append(
                InputError(
                    N_("{units} units: `trace` takes them all, the pages show at most {limit}."),
                    units=sizes.units,
                    limit=MAX_UNITS,
                )
            )

    def state(self, dtype: torch.dtype) -> State | None:
        """Return the initial state as the module takes it."""
        given: tuple[Tensor, ...] = tuple(values.to(dtype) for values in self.found.state)
        if not given:
            return None
        return given if len(given) > 1 else given[0]
