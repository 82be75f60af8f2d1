"""The cell that an ONNX operator is, by its attributes: activations, peepholes, coupled gates, where the reset acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cells.checkpoints.refusals import unsupported

DIRECTIONS = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}  # which of them are reversed
ACTIVATIONS = {"RNN": ("tanh",), "LSTM": ("sigmoid", "tanh", "tanh"), "GRU": ("sigmoid", "tanh")}
WITH_ALPHA = ("affine", "leakyrelu", "thresholdedrelu", "scaledtanh", "hardsigmoid", "elu")
WITH_BETA = ("affine", "scaledtanh", "hardsigmoid")
LINEAR = "linear"  # Affine with alpha 1 and beta 0

RNNS: dict[tuple[str, ...], str] = {("tanh",): "rnn", ("relu",): "rnn-relu"}
LSTMS: dict[tuple[str, ...], str] = {
    ("sigmoid", "tanh", "tanh"): "lstm",
    ("sigmoid", LINEAR, "tanh"): "lstm-no-input-activation",
    ("sigmoid", "tanh", LINEAR): "lstm-no-output-activation",
}


def directions_of(name: str, settings: Mapping[str, Any]) -> tuple[bool, ...]:
    """Tell for each direction of an operator whether it reads from the end."""
    given = text(settings.get("direction", b"forward")).lower()
    if given not in DIRECTIONS:
        raise unsupported(name, "direction", given)
    return DIRECTIONS[given]


def cells_of(operator: str, name: str, settings: Mapping[str, Any], *, peepholes: bool) -> list[str]:
    """Return the key of the cell in each direction. Raises InputError for what no cell computes."""
    if settings.get("clip"):
        raise unsupported(name, "clip", settings["clip"])
    count, functions = len(directions_of(name, settings)), list(activations(name, settings)) or None
    usual = ACTIVATIONS[operator]
    if functions is None:
        functions = list(usual) * count
    if len(functions) != len(usual) * count:
        raise unsupported(name, "activations", ", ".join(functions))
    each = [tuple(functions[at : at + len(usual)]) for at in range(0, len(functions), len(usual))]
    return [cell_key_of(operator, name, one, settings, peepholes=peepholes) for one in each]


def cell_key_of(
    operator: str, name: str, functions: tuple[str, ...], settings: Mapping[str, Any], *, peepholes: bool
) -> str:
    """Return the key of the cell with these activations."""
    coupled = bool(settings.get("input_forget", 0))
    if operator == "RNN":
        cell = RNNS.get(functions)
    elif operator == "GRU":
        before = not settings.get("linear_before_reset", 0)
        cell = ("gru-reset-before" if before else "gru") if functions == ACTIVATIONS["GRU"] else None
    else:
        cell = LSTMS.get(functions)
    if cell is None:
        raise unsupported(name, "activations", ", ".join(functions))
    if operator != "LSTM" or not (coupled or peepholes):
        return cell
    if cell != "lstm" or (coupled and peepholes):
        raise unsupported(name, "input_forget" if coupled else "P", f"activations {', '.join(functions)}")
    return "lstm-coupled" if coupled else "lstm-peephole"


def activations(name: str, settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield the activations in small letters; their alphas and betas stand in lists of their own, in the same order."""
    alphas, betas = (list(settings.get(f"activation_{letter}", ())) for letter in ("alpha", "beta"))
    for given in settings.get("activations", ()):
        function = text(given).lower()
        alpha = alphas.pop(0) if function in WITH_ALPHA and alphas else 1.0
        beta = betas.pop(0) if function in WITH_BETA and betas else 0.0
        if function == "affine" and (alpha, beta) == (1.0, 0.0):
            yield LINEAR
        elif function in WITH_ALPHA:
            raise unsupported(name, "activations", f"{text(given)} ({alpha:g}, {beta:g})")
        else:
            yield function


def text(value: object) -> str:
    """Return a text attribute, which ONNX keeps as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
