"""The symbols of PyTorch, Keras, ONNX and a paper for each family of cells.

Sources: the documentation of torch.nn.RNN, LSTM and GRU; Keras 3, keras/src/layers/rnn; the ONNX operators RNN, LSTM
and GRU; Greff et al. 2015 (arXiv 1503.04069) for the LSTM; Chung et al. 2014 (arXiv 1412.3555) for the GRU; Goodfellow,
Bengio and Courville 2016, chapter 10, for the RNN. `short` is what most lectures write: PyTorch's equations with its
two biases added up into one.
"""

from __future__ import annotations

from dataclasses import replace

from cells.messages import N_
from cells.notation import Notation

Notations = dict[str, Notation]

SHORT, PYTORCH, KERAS, ONNX, PAPER = "short", "pytorch", "keras", "onnx", "paper"
NOTATIONS = (SHORT, PYTORCH, KERAS, ONNX, PAPER)

SHORT_PARTS = {
    "input": "W_§ x_t",
    "hidden": "U_§ h_{t−1}",
    "bias": "b_§",
    "biases": "b_§",
    "hidden_bias": "b_{h§}",
    "recalled": "U_§ (r ⊙ h_{t−1})",
    "cell": "p_§ ⊙ c_{t−1}",
    "cell_now": "p_§ ⊙ c_t",
    "gates": "R_§ [i, f, o]_{t−1}",
}
PYTORCH_PARTS = {
    **SHORT_PARTS,
    "input": "W_{i§} x_t",
    "hidden": "W_{h§} h_{t−1}",
    "bias": "b_{i§} + b_{h§}",
    "biases": "b_{i§} + b_{h§}",
    "recalled": "W_{h§} (r_t ⊙ h_{t−1})",
    "cell": "p_§ ⊙ c_{t−1}",
}
KERAS_PARTS = {
    **SHORT_PARTS,
    "input": "x_t W_§",
    "hidden": "h_{t−1} U_§",
    "recalled": "(r ⊙ h_{t−1}) U_§",
    "gates": "[i, f, o]_{t−1} R_§",
}
ONNX_PARTS = {
    "input": "X_t W_§^T",
    "hidden": "H_{t−1} R_§^T",
    "bias": "Wb_§ + Rb_§",
    "biases": "Wb_§ + Rb_§",
    "hidden_bias": "Rb_§",
    "recalled": "(r_t ⊙ H_{t−1}) R_§^T",
    "cell": "P_§ ⊙ C_{t−1}",
    "cell_now": "P_§ ⊙ C_t",
    "gates": "[i, f, o]_{t−1} R_§^T",
}
ONNX_STATES = {"hidden": "H_t", "hidden.before": "H_{t−1}", "cell": "C_t", "cell.before": "C_{t−1}", "x": "X_t"}
PLAIN_STATES = {"hidden": "h_t", "hidden.before": "h_{t−1}", "cell": "c_t", "cell.before": "c_{t−1}", "x": "x_t"}

LSTM_LETTERS = {"forget": "f", "input": "i", "candidate": "g", "output": "o", "cell": "c", "hidden": "h"}
LSTM_NOTATIONS: Notations = {
    SHORT: Notation(SHORT, N_("short"), LSTM_LETTERS, PLAIN_STATES, SHORT_PARTS),
    PYTORCH: Notation(
        PYTORCH,
        "PyTorch",
        LSTM_LETTERS,
        PLAIN_STATES,
        PYTORCH_PARTS,
        order=("input", "forget", "candidate", "output"),
        now="_t",
        marks={"input": N_("two biases, added")},
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
            "input": N_("two biases, added"),
            "output": N_("second, not last"),
            "candidate": N_("small c, the state is C"),
        },
        source="onnx LSTM",
    ),
    PAPER: Notation(
        PAPER,
        "Greff et al. 2015",
        {**LSTM_LETTERS, "candidate": "z", "hidden": "y"},
        {"cell": "c^t", "cell.before": "c^{t−1}", "hidden": "y^t", "hidden.before": "y^{t−1}", "x": "x^t"},
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
        marks={"candidate": N_("z is no gate: “block input”"), "hidden": N_("y, “block output”")},
        source="arXiv 1503.04069",
    ),
}

GRU_LETTERS = {"reset": "r", "update": "z", "candidate": "n", "hidden": "h", "forget": "f"}
GRU_ORDER = ("update", "forget", "reset", "candidate")
RENEW = {"renew": "(1 − z)"}
KEEPS = N_("z keeps")
GRU_NOTATIONS: Notations = {
    SHORT: Notation(
        SHORT,
        N_("short"),
        GRU_LETTERS,
        PLAIN_STATES | RENEW,
        SHORT_PARTS,
        marks={"update": N_("some call it forget gate")},
    ),
    PYTORCH: Notation(
        PYTORCH,
        "PyTorch",
        GRU_LETTERS,
        {**PLAIN_STATES, "renew": "(1 − z_t)", "candidate.bias": "b_{in}"},
        PYTORCH_PARTS,
        order=("reset", "update", "forget", "candidate"),
        now="_t",
        marks={"update": KEEPS},
        source="torch.nn.GRU",
    ),
    KERAS: Notation(
        KERAS,
        "Keras",
        {**GRU_LETTERS, "candidate": "h"},
        {**PLAIN_STATES, "candidate": "h̃", "renew": "(1 − z)"},
        KERAS_PARTS | {"hidden_bias": "b'_§"},
        order=GRU_ORDER,
        marks={"update": KEEPS},
        source="keras.layers.GRU",
    ),
    ONNX: Notation(
        ONNX,
        "ONNX",
        {**GRU_LETTERS, "candidate": "h"},
        {**ONNX_STATES, "renew": "(1 − z_t)", "candidate.bias": "Wb_h"},
        ONNX_PARTS,
        order=GRU_ORDER,
        now="_t",
        marks={"update": KEEPS, "candidate": N_("small h, the state is H")},
        source="onnx GRU",
    ),
    PAPER: Notation(
        PAPER,
        "Chung et al. 2014",
        {**GRU_LETTERS, "candidate": "h"},
        {**PLAIN_STATES, "candidate": "h̃_t", "update": "(1 − z_t)", "renew": "z_t"},
        SHORT_PARTS | {"recalled": "U_§ (r_t ⊙ h_{t−1})"},
        order=("update", "forget", "candidate", "reset"),
        now="_t",
        marks={"update": N_("z renews: 1 − z keeps")},
        source="arXiv 1412.3555",
    ),
}

RNN_LETTERS = {"hidden": "h"}
RNN_NOTATIONS: Notations = {
    SHORT: Notation(
        SHORT, N_("short"), RNN_LETTERS, PLAIN_STATES, {"input": "W x_t", "hidden": "U h_{t−1}", "bias": "b"}
    ),
    PYTORCH: Notation(
        PYTORCH,
        "PyTorch",
        RNN_LETTERS,
        PLAIN_STATES,
        {"input": "W_{ih} x_t", "hidden": "W_{hh} h_{t−1}", "bias": "b_{ih} + b_{hh}"},
        marks={"hidden": N_("two biases, added")},
        source="torch.nn.RNN",
    ),
    KERAS: Notation(
        KERAS,
        "Keras",
        RNN_LETTERS,
        PLAIN_STATES,
        {"input": "x_t W", "hidden": "h_{t−1} U", "bias": "b"},
        marks={"hidden": N_("one bias")},
        source="keras.layers.SimpleRNN",
    ),
    ONNX: Notation(
        ONNX,
        "ONNX",
        RNN_LETTERS,
        ONNX_STATES,
        {"input": "X_t W_i^T", "hidden": "H_{t−1} R_i^T", "bias": "Wb_i + Rb_i"},
        marks={"hidden": N_("two biases, added")},
        source="onnx RNN",
    ),
    PAPER: Notation(
        PAPER,
        "Goodfellow et al. 2016",
        RNN_LETTERS,
        {"hidden": "h^{(t)}", "hidden.before": "h^{(t−1)}", "x": "x^{(t)}"},
        {"input": "U x^{(t)}", "hidden": "W h^{(t−1)}", "bias": "b"},
        marks={"hidden": N_("U and W trade places")},
        source="deeplearningbook.org, chapter 10",
    ),
}


def marked(notations: Notations, signal: str, text: str) -> Notations:
    """The same notations with a mark on a signal, where they have none of their own."""
    return {key: replace(notation, marks={signal: text, **notation.marks}) for key, notation in notations.items()}


def without_input_gate(notations: Notations) -> Notations:
    """The marks of an LSTM whose first gate is the forget gate, and whose output gate is nowhere second."""
    return {
        key: replace(
            notation,
            marks={
                "forget" if name == "input" else name: text for name, text in notation.marks.items() if name != "output"
            },
        )
        for key, notation in notations.items()
    }


MGU_RENEWS = N_("f renews: 1 − f keeps")


def of_mgu(notation: Notation, recalled: str) -> Notation:
    """The GRU's symbols for a cell with one gate f: `recalled` is its product with the past."""
    return replace(
        notation,
        symbols={**notation.symbols, "keep": f"(1 − f{notation.now})"},
        parts={**notation.parts, "recalled": recalled},
        marks={**notation.marks, "forget": MGU_RENEWS},
    )


GRU_BEFORE_NOTATIONS = marked(GRU_NOTATIONS, "reset", N_("acts before the product"))
MGU_NOTATIONS: Notations = {
    SHORT: of_mgu(GRU_NOTATIONS[SHORT], "U_§ (f ⊙ h_{t−1})"),
    PYTORCH: of_mgu(GRU_NOTATIONS[PYTORCH], "W_{h§} (f_t ⊙ h_{t−1})"),
    KERAS: of_mgu(GRU_NOTATIONS[KERAS], "(f ⊙ h_{t−1}) U_§"),
    ONNX: of_mgu(GRU_NOTATIONS[ONNX], "(f_t ⊙ H_{t−1}) R_§^T"),
    PAPER: Notation(
        PAPER,
        "Zhou et al. 2016",
        {"forget": "f", "candidate": "h", "hidden": "h"},
        {**PLAIN_STATES, "candidate": "h̃_t", "keep": "(1 − f_t)"},
        {
            "input": "W_{§x} x_t",
            "hidden": "W_{§h} h_{t−1}",
            "recalled": "W_{§h} (f_t ⊙ h_{t−1})",
            "bias": "b_§",
            "biases": "b_§",
        },
        order=("forget", "candidate"),
        now="_t",
        marks={"forget": MGU_RENEWS, "candidate": N_("one W reads [h, x]")},
        source="arXiv 1603.09420",
    ),
}
