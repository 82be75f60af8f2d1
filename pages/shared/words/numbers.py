"""Numbers as a person reads them: a true minus sign, "–" for what is no number, "∞" for what is beyond all.

A log10 stands for a number that may be too small or too large for the machine: its decimal logarithm.
"""

from __future__ import annotations

import math

from cells.core.readable import decimals, signed

UNKNOWN = "–"
SMALLEST_PERCENT = -4.0  # log10: smaller shares are written as powers of ten
LARGEST_PERCENT = 1.0  # log10: larger ones as factors
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def format_decimals(value: float) -> str:
    """Write a number with two decimals: "0.38", "−0.92", "∞"."""
    return decimals(value) if math.isfinite(value) else beyond(value)


def format_signed(value: float) -> str:
    """Write a number with two decimals and its sign: "+0.38", "−0.92", "0.00", "∞"."""
    return signed(value) if math.isfinite(value) else beyond(value)


def format_number(value: float) -> str:
    """Write a number with four digits, or as a power of ten where it is small or large: "0.1235", "−6.5·10⁻²¹"."""
    if not math.isfinite(value):
        return beyond(value)
    if value == 0:
        return "−0" if math.copysign(1, value) < 0 else "0"
    amount = abs(value)
    text = f"{amount:.4g}" if 1e-3 <= amount < 1e4 else format_power(math.log10(amount))
    return f"−{text}" if value < 0 else text


def beyond(value: float) -> str:
    """Write a number that is none, or infinite."""
    return UNKNOWN if math.isnan(value) else "∞" if value > 0 else "−∞"


def format_share(log10: float) -> str:
    """Write what is left of something: "62 %", "0.029 %", "6.5·10⁻²¹", "× 27"."""
    if math.isnan(log10):
        return UNKNOWN
    if log10 == -math.inf:
        return "0"
    if log10 < SMALLEST_PERCENT:
        return format_power(log10)
    if log10 > LARGEST_PERCENT:
        return f"× {format_size(log10)}"
    percent = 100 * 10**log10
    return f"{percent:.0f} %" if percent >= 9.95 else f"{percent:.2g} %"


def format_size(log10: float) -> str:
    """Write a positive number by its logarithm: "0.62", "27", "6.5·10⁻²¹"."""
    if math.isnan(log10):
        return UNKNOWN
    if not math.isfinite(log10):
        return "0" if log10 < 0 else "∞"
    if not -3 <= log10 < 4:
        return format_power(log10)
    value = 10**log10
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.2g}" if value < 9.95 else f"{value:.0f}"


def format_power(log10: float) -> str:
    """Write a positive number as a power of ten: "6.5·10⁻²¹"."""
    exponent = math.floor(log10)
    digits = f"{10 ** (log10 - exponent):.1f}"
    if digits == "10.0":
        digits, exponent = "1.0", exponent + 1
    return f"{digits}·10{str(exponent).translate(RAISED)}"
