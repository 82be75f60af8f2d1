"""The symbols of PyTorch, Keras, ONNX and a paper for each family of cells.

Sources: the documentation of torch.nn.RNN, LSTM and GRU; Keras 3, keras/src/layers/rnn; the ONNX operators RNN, LSTM
and GRU; Greff et al. 2015 (arXiv 1503.04069) for the LSTM; Chung et al. 2014 (arXiv 1412.3555) for the GRU; Goodfellow,
Bengio and Courville 2016, chapter 10, for the RNN. `short` is what most lectures write: PyTorch's equations with its
two biases added up into one. None of them numbers layers but PyTorch: the layer's number stands where there is room.
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
ONNX_STATES = {
    "hidden": "H_t",
    "hidden.before": "H_{t−1}",
    "cell": "C_t",
    "cell.before": "C_{t−1}",
    "x": "X_t",
    "below": "H_t^{(ℓ)}",
}
PLAIN_STATES = {
    "hidden": "h_t",
    "hidden.before": "h_{t−1}",
    "cell": "c_t",
    "cell.before": "c_{t−1}",
    "x": "x_t",
    "below": "h_t^{(ℓ)}",
}
SHORT_REMARK = N_("What most lectures write: W for what is read, U for the state, one bias a gate.")
TWO_BIASES = N_("Two biases a gate, which add up to one.")
CAPITALS = N_("Two biases a gate, which add up to one. Capital letters are what is read and the states.")

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
        remark=SHORT_REMARK,
    ),
    PYTORCH: Notation(
        PYTORCH,
        "PyTorch",
        GRU_LETTERS,
        {**PLAIN_STATES, "renew": "(1 − z_t)", "candidate.bias": "b_{in}", "U": "W_{hn}"},
        PYTORCH_PARTS,
        order=("reset", "update", "forget", "candidate"),
        now="_t",
        marks={"update": KEEPS},
        remark=TWO_BIASES,
        source="torch.nn.GRU",
    ),
    KERAS: Notation(
        KERAS,
        "Keras",
        {**GRU_LETTERS, "candidate": "h"},
        {**PLAIN_STATES, "candidate": "h̃", "renew": "(1 − z)", "U": "U_h"},
        KERAS_PARTS,
        order=GRU_ORDER,
        marks={"update": KEEPS},
        remark=N_("The weights stand behind what they multiply."),
        source="keras.layers.GRU",
    ),
    ONNX: Notation(
        ONNX,
        "ONNX",
        {**GRU_LETTERS, "candidate": "h"},
        {**ONNX_STATES, "renew": "(1 − z_t)", "candidate.bias": "Wb_h", "U": "R_h"},
        ONNX_PARTS,
        order=GRU_ORDER,
        now="_t",
        marks={"update": KEEPS, "candidate": N_("h, not H")},
        remark=CAPITALS,
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
        remark=N_("No biases in the paper. They are shown where this cell has them."),
        source="arXiv 1412.3555",
    ),
}

# The GRU whose reset gate acts after the matrix product, as in PyTorch: what each author has to say of that.
GRU_RESET_AFTER: Notations = {
    SHORT: replace(
        GRU_NOTATIONS[SHORT],
        remark=N_("z keeps the past. Some courses call it the forget gate: forget and input gate merged into one."),
    ),
    PYTORCH: replace(
        GRU_NOTATIONS[PYTORCH],
        remark=N_(
            "z keeps the past. The candidate's second bias stands inside the reset: the two do not add up to one."
        ),
    ),
    KERAS: replace(
        GRU_NOTATIONS[KERAS],
        symbols={**GRU_NOTATIONS[KERAS].symbols, "candidate.bias": "b_h"},
        parts={**KERAS_PARTS, "bias": "b_§ + b'_§", "hidden_bias": "b'_§"},
        marks={"update": KEEPS, "candidate": N_("reset_after=True")},
        remark=N_(
            "z keeps the past. reset_after=True, the default: the reset acts after the matrix product, "
            "and the biases have the shape (2, 3H)."
        ),
    ),
    ONNX: replace(
        GRU_NOTATIONS[ONNX],
        marks={"update": KEEPS, "candidate": N_("linear_before_reset=1")},
        remark=N_(
            "z keeps the past. The reset acts after the matrix product: linear_before_reset=1, where the default is 0."
        ),
    ),
    PAPER: replace(
        GRU_NOTATIONS[PAPER],
        marks={**GRU_NOTATIONS[PAPER].marks, "candidate": N_("the paper resets h first")},
        remark=N_(
            "z renews what PyTorch's z keeps. The paper resets before the matrix product and has no biases; "
            "this cell resets after it."
        ),
    ),
}

RNN_LETTERS = {"hidden": "h"}
RNN_NOTATIONS: Notations = {
    SHORT: Notation(
        SHORT,
        N_("short"),
        RNN_LETTERS,
        PLAIN_STATES,
        {"input": "W x_t", "hidden": "U h_{t−1}", "bias": "b"},
        remark=N_("What most lectures write: W for what is read, U for the state, one bias."),
    ),
    PYTORCH: Notation(
        PYTORCH,
        "PyTorch",
        RNN_LETTERS,
        {**PLAIN_STATES, "W": "W_{ih}", "U": "W_{hh}"},
        {"input": "W_{ih} x_t", "hidden": "W_{hh} h_{t−1}", "bias": "b_{ih} + b_{hh}"},
        marks={"hidden": N_("two biases")},
        remark=N_("Two biases, which add up to one."),
        source="torch.nn.RNN",
    ),
    KERAS: Notation(
        KERAS,
        "Keras",
        RNN_LETTERS,
        PLAIN_STATES,
        {"input": "x_t W", "hidden": "h_{t−1} U", "bias": "b"},
        marks={"hidden": N_("one bias")},
        remark=N_("One bias; the weights stand behind what they multiply."),
        source="keras.layers.SimpleRNN",
    ),
    ONNX: Notation(
        ONNX,
        "ONNX",
        RNN_LETTERS,
        {**ONNX_STATES, "W": "W_i", "U": "R_i"},
        {"input": "X_t W_i^T", "hidden": "H_{t−1} R_i^T", "bias": "Wb_i + Rb_i"},
        marks={"hidden": N_("two biases")},
        remark=N_("Two biases, which add up to one. Capital letters are what is read and the state."),
        source="onnx RNN",
    ),
    PAPER: Notation(
        PAPER,
        "Goodfellow et al. 2016",
        RNN_LETTERS,
        {"hidden": "h^{(t)}", "hidden.before": "h^{(t−1)}", "x": "x^{(t)}", "below": "h_ℓ^{(t)}", "W": "U", "U": "W"},
        {"input": "U x^{(t)}", "hidden": "W h^{(t−1)}", "bias": "b"},
        marks={"hidden": N_("U and W trade places")},
        remark=N_("U is for what is read, W for the state: the other way round than in most lectures."),
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


# The GRU whose reset gate acts before the matrix product.
GRU_RESET_BEFORE: Notations = {
    SHORT: replace(GRU_NOTATIONS[SHORT], remark=N_("z keeps the past. The reset acts before the matrix product.")),
    PYTORCH: replace(
        GRU_NOTATIONS[PYTORCH],
        remark=N_("z keeps the past. PyTorch has no such cell: its nn.GRU resets after the matrix product."),
    ),
    KERAS: replace(
        GRU_NOTATIONS[KERAS],
        marks={"update": KEEPS, "candidate": N_("reset_after=False")},
        remark=N_(
            "z keeps the past. reset_after=False: the reset acts before the matrix product, with one bias a gate."
        ),
    ),
    ONNX: replace(
        GRU_NOTATIONS[ONNX],
        marks={"update": KEEPS, "candidate": N_("linear_before_reset=0")},
        remark=N_("z keeps the past. The reset acts before the matrix product: linear_before_reset=0, the default."),
    ),
    PAPER: replace(
        GRU_NOTATIONS[PAPER],
        remark=N_(
            "z renews what PyTorch's z keeps. The reset acts before the matrix product; the paper has no biases."
        ),
    ),
}
GRU_BEFORE_NOTATIONS = marked(GRU_RESET_BEFORE, "reset", N_("acts before the product"))
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
        remark=N_("f is the only gate: it renews and it resets. In the paper one matrix reads h and x together."),
        source="arXiv 1603.09420",
    ),
}
