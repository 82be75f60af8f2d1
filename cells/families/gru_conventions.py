"""The GRU and its variants as PyTorch, Keras, ONNX, Chung et al. 2014 and, for the MGU, Zhou et al. 2016 write them."""

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
    with_mark,
)

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

MGU_RENEWS = N_("f renews: 1 − f keeps")


def of_mgu(notation: Notation, recalled: str) -> Notation:
    """Return the GRU's symbols for a cell with one gate f: `recalled` is its product with the past."""
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
GRU_BEFORE_NOTATIONS = with_mark(GRU_RESET_BEFORE, "reset", N_("acts before the product"))
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
