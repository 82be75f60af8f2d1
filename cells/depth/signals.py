"""The signals of each unit as a person reads them: titles, symbols, and each equation in symbols and in numbers.

Numbers stand in braces: `{x}` is what the unit reads, `{conv.products}` and `{conv.bias}` make up a convolution, and
`{norm.scale}`, `{norm.minus_mean}`, `{norm.variance}` and `{norm.shift}` a batch normalisation; each at one place of
one channel.
"""

from __future__ import annotations

from dataclasses import dataclass

from cells.core.messages import N_
from cells.depth.units import Unit

GATE, STATE, PART = "gate", "state", "part"


@dataclass(frozen=True)
class UnitSignal:
    """A signal of a unit: its title and symbol, its equation in `symbols` and in `numbers`.

    kind: "gate" for what goes from 0 to 1, "state" for what the next unit reads, "part" for the rest.
    """

    name: str
    title: str
    symbol: str
    symbols: str
    numbers: str
    kind: str = PART


def signals_of(unit: Unit) -> tuple[UnitSignal, ...]:
    """Return the signals of a unit that are shown, in the order in which they are computed."""
    shown = {"plain": plain, "residual": residual, "dense": dense, "highway": highway}[unit.kind](unit)
    return tuple(signal for signal in shown if signal is not None)


def plain(unit: Unit) -> list[UnitSignal | None]:
    """Return those of h = relu(BN(W ∗ x))."""
    inner = ("z", "{norm}") if unit.has_norm else ("a", "{conv}")
    return [
        convolved("conv", "a", "x", unit),
        normed("norm", "z", "a", "{conv}", unit),
        UnitSignal("out", N_("output"), "h", f"h = max(0, {inner[0]})", f"max(0, {inner[1]})", STATE),
    ]


def residual(unit: Unit) -> list[UnitSignal | None]:
    """Return those of h = x + F(x), the pre-activated one."""
    past = ("W_s ∗ x", "{shortcut}") if unit.has_shortcut else ("x", "{x}")
    return [
        normed("norm_1", "z_1", "x", "{x}", unit),
        rectified("relu_1", "r_1", *(("z_1", "{norm_1}") if unit.has_norm else ("x", "{x}"))),
        convolved("conv_1", "a_1", "r_1", unit),
        normed("norm_2", "z_2", "a_1", "{conv_1}", unit),
        rectified("relu_2", "r_2", *(("z_2", "{norm_2}") if unit.has_norm else ("a_1", "{conv_1}"))),
        convolved("branch", "F(x)", "r_2", unit, title=N_("what is added")),
        UnitSignal("out", N_("output"), "h", f"h = {past[0]} + F(x)", f"{past[1]} + {{branch}}", STATE),
    ]


def dense(unit: Unit) -> list[UnitSignal | None]:
    """Return those of h = [x, F(x)]."""
    return [
        normed("norm", "z", "x", "{x}", unit),
        rectified("relu", "r", *(("z", "{norm}") if unit.has_norm else ("x", "{x}"))),
        convolved("branch", "F(x)", "r", unit, title=N_("new channels")),
        UnitSignal("out", N_("output"), "h", "h = [x, F(x)]", "{out}", STATE),
    ]


def highway(unit: Unit) -> list[UnitSignal | None]:
    """Return those of h = T F(x) + (1 − T) x."""
    inner = ("z", "{norm}") if unit.has_norm else ("a", "{conv}")
    past = ("(W_s ∗ x)", "{shortcut}") if unit.has_shortcut else ("x", "{x}")
    return [
        convolved("conv", "a", "x", unit),
        normed("norm", "z", "a", "{conv}", unit),
        UnitSignal("branch", N_("what is new"), "F(x)", f"F(x) = max(0, {inner[0]})", f"max(0, {inner[1]})"),
        UnitSignal(
            "gate", N_("transform gate"), "T", "T = σ(W_T ∗ x + b_T)", "σ({gate_sum.products} + {gate_sum.bias})", GATE
        ),
        UnitSignal(
            "out",
            N_("output"),
            "h",
            f"h = T F(x) + (1 − T) {past[0]}",
            f"{{gate}} · {{branch}} + (1 − {{gate}}) · {past[1]}",
            STATE,
        ),
    ]


def convolved(name: str, symbol: str, read: str, unit: Unit, title: str = N_("convolution")) -> UnitSignal:
    """Return a convolution: its products, and its bias where it has one."""
    bias, number = ("", "") if unit.has_norm else (" + b", f" + {{{name}.bias}}")
    return UnitSignal(name, title, symbol, f"{symbol} = W ∗ {read}{bias}", f"Σ {{{name}.products}}{number}")


def normed(name: str, symbol: str, read: str, number: str, unit: Unit) -> UnitSignal | None:
    """Return a batch normalisation, None where the unit has none."""
    if not unit.has_norm:
        return None
    inside = f"({number} + {{{name}.minus_mean}}) / √({{{name}.variance}} + ε)"
    return UnitSignal(
        name,
        N_("batch normalisation"),
        symbol,
        f"{symbol} = γ ({read} − μ) / √(σ² + ε) + β",
        f"{{{name}.scale}} · {inside} + {{{name}.shift}}",
    )


def rectified(name: str, symbol: str, read: str, number: str) -> UnitSignal:
    """Return a ReLU."""
    return UnitSignal(name, N_("ReLU"), symbol, f"{symbol} = max(0, {read})", f"max(0, {number})")
