"""The RNN as PyTorch, Keras, ONNX and Goodfellow et al. 2016 write it."""

from __future__ import annotations

from cells.core.messages import N_
from cells.core.notation import Notation
from cells.families.conventions import KERAS, ONNX, ONNX_STATES, PAPER, PLAIN_STATES, PYTORCH, SHORT, Notations

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
