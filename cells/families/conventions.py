"""The symbols of PyTorch, Keras, ONNX and papers: what the families of cells share.

Sources: the documentation of torch.nn.RNN, LSTM and GRU; Keras 3, keras/src/layers/rnn; the ONNX operators RNN, LSTM
and GRU; Greff et al. 2015 (arXiv 1503.04069) for the LSTM; Chung et al. 2014 (arXiv 1412.3555) for the GRU; Goodfellow,
Bengio and Courville 2016, chapter 10, for the RNN. `short` is what most lectures write: PyTorch's equations with its
two biases added up into one. None of them numbers layers but PyTorch: the layer's number stands where there is room.
"""

from __future__ import annotations

from dataclasses import replace

from cells.core.messages import N_
from cells.core.notation import Notation

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


def with_mark(notations: Notations, signal: str, text: str) -> Notations:
    """Return the notations with a mark on a signal, where they have none of their own."""
    return {key: replace(notation, marks={signal: text, **notation.marks}) for key, notation in notations.items()}
