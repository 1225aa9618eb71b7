# SPDX-License-Identifier: Apache-2.0
"""Quantities as people read them: three digits, a unit that fits, a no-break space between."""

_NO_BREAK = "\u00a0"
_TIMES = (("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9))
_RATES = (("/s", 1.0), ("k/s", 1e3), ("M/s", 1e6), ("G/s", 1e9))
_BYTES = (("B", 1.0), ("KiB", 2.0**10), ("MiB", 2.0**20), ("GiB", 2.0**30))


def digits(value: float) -> str:
    """Three significant digits, never in exponent form: 0.123, 1.23, 12.3, 123, 1,234."""
    size = abs(value)
    if size >= 99.95:
        return f"{value:,.0f}"
    if size >= 9.995:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.9995 or size == 0 else f"{value:.3g}"


def _scaled(value: float, units: tuple, step: float) -> tuple[str, float]:
    for name, factor in units:
        if abs(value) < step * factor * 0.9995:
            return name, factor
    return units[-1]


def duration(ns: float) -> str:
    unit, factor = _scaled(ns, _TIMES, 1e3)
    return digits(ns / factor) + _NO_BREAK + unit


def duration_range(low: float, high: float) -> str:
    """`1.20–1.35 µs`: one unit for both ends, that of the upper."""
    unit, factor = _scaled(high, _TIMES, 1e3)
    return f"{digits(low / factor)}–{digits(high / factor)}{_NO_BREAK}{unit}"


def duration_bounds(low: float, high: float, like: float) -> str:
    """`1.20–1.35`, in the unit of `like`, which stands before it."""
    _, factor = _scaled(like, _TIMES, 1e3)
    return f"{digits(low / factor)}–{digits(high / factor)}"


def rate(per_second: float) -> str:
    unit, factor = _scaled(per_second, _RATES, 1e3)
    return digits(per_second / factor) + _NO_BREAK + unit


def rate_bounds(low: float, high: float, like: float) -> str:
    """`34.1–36.9`, in the unit of `like`, which stands before it."""
    _, factor = _scaled(like, _RATES, 1e3)
    return f"{digits(low / factor)}–{digits(high / factor)}"


def memory(size: float) -> str:
    """Bytes up to 10 KiB, so that 4,160 B and 4,224 B stay apart."""
    if abs(size) < 10240:
        return f"{size:,.0f}{_NO_BREAK}B"
    unit, factor = _scaled(size, _BYTES, 1024.0)
    return digits(size / factor) + _NO_BREAK + unit


def times(ratio: float) -> str:
    return digits(ratio) + "×"


def times_range(low: float, high: float) -> str:
    return f"{digits(low)}–{digits(high)}"


def percent(share: float) -> str:
    """One decimal below 100, none when it says nothing: 50 %, 93.8 %, 96.9 %, 143 %, 1,574 %."""
    value = f"{share * 100:.1f}".removesuffix(".0") if share < 1 else f"{share * 100:,.0f}"
    return f"{value}{_NO_BREAK}%"


def count(number: float, noun: str) -> str:
    plural = noun if number == 1 else f"{noun}s"
    return f"{number:,.0f}{_NO_BREAK}{plural}"
