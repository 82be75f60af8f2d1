"""The LSTM as PyTorch, Keras, ONNX and Greff et al. 2015 write it."""

from __future__ import annotations

from dataclasses import replace

from cells.core.messages import N_
from cells.core.notation import Notation
from cells.families.conventions import (
    CAPITALS,
    KERAS,
    KERAS_PARTS,
    ONNX,
    ONNX_PARTS,
    ONNX_STATES,
    PAPER,
    PLAIN_STATES,
    PYTORCH,
    PYTORCH_PARTS,
    SHORT,
    SHORT_PARTS,
    SHORT_REMARK,
    TWO_BIASES,
    Notations,
)

LSTM_LETTERS = {"forget": "f", "input": "i", "candidate": "g", "output": "o", "cell": "c", "hidden": "h"}
LSTM_NOTATIONS: Notations = {
    SHORT: Notation(
        SHORT,
        N_("short"),
        LSTM_LETTERS,
        PLAIN_STATES,
        SHORT_PARTS,
        remark=SHORT_REMARK,
    ),
    PYTORCH: Notation(
        PYTORCH,
        "PyTorch",
        LSTM_LETTERS,
        PLAIN_STATES,
        PYTORCH_PARTS,
        order=("input", "forget", "candidate", "output"),
        now="_t",
        marks={"input": N_("two biases")},
        remark=TWO_BIASES,
        source="torch.nn.LSTM",
    ),
    KERAS: Notation(
        KERAS,
        "Keras",
        {**LSTM_LETTERS, "candidate": "c"},
        {**PLAIN_STATES, "candidate": "c̃"},
        KERAS_PARTS,
        order=("input", "forget", "candidate", "output"),
        marks={"input": N_("one bias"), "candidate": N_("weights named c")},
        remark=N_(
            "One bias a gate; the weights stand behind what they multiply. "
            "unit_forget_bias starts the forget gate's bias at 1."
        ),
        source="keras.layers.LSTM",
    ),
    ONNX: Notation(
        ONNX,
        "ONNX",
        {**LSTM_LETTERS, "candidate": "c"},
        ONNX_STATES,
        ONNX_PARTS,
        order=("input", "output", "forget", "candidate"),
        now="_t",
        marks={
            "input": N_("two biases"),
            "output": N_("comes second"),
            "candidate": N_("c, not C"),
        },
        remark=CAPITALS,
        source="onnx LSTM",
    ),
    PAPER: Notation(
        PAPER,
        "Greff et al. 2015",
        {**LSTM_LETTERS, "candidate": "z", "hidden": "y"},
        {
            "cell": "c^t",
            "cell.before": "c^{t−1}",
            "hidden": "y^t",
            "hidden.before": "y^{t−1}",
            "x": "x^t",
            "below": "y_ℓ^t",
        },
        {
            "input": "W_§ x^t",
            "hidden": "R_§ y^{t−1}",
            "bias": "b_§",
            "cell": "p_§ ⊙ c^{t−1}",
            "cell_now": "p_§ ⊙ c^t",
            "gates": "R_{·§} [i, f, o]^{t−1}",
        },
        order=("candidate", "input", "forget", "cell", "output", "hidden"),
        now="^t",
        marks={"candidate": N_("z, but no gate"), "hidden": N_("y, not h")},
        remark=N_(
            "The candidate is z, “block input”, the hidden state y, “block output”. The paper's own LSTM has peepholes."
        ),
        source="arXiv 1503.04069",
    ),
}


def without_input_gate(notations: Notations) -> Notations:
    """Return the marks of an LSTM whose first gate is the forget gate, and whose output gate is nowhere second."""
    return {
        key: replace(
            notation,
            marks={
                "forget" if name == "input" else name: text for name, text in notation.marks.items() if name != "output"
            },
        )
        for key, notation in notations.items()
    }
