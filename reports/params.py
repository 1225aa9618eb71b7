# SPDX-License-Identifier: Apache-2.0
"""Params of a cell: what a workload was run with, in one canonical form.

The same params reach us as an object (runs.jsonl), as `k=v,k=v` (the context of a result file) and as
`/k:v` (the name of a benchmark). All become a tuple of pairs, sorted by key, whole numbers as int, so
that equal params compare equal and sort as people count (2 before 10).
"""

from collections.abc import Mapping

Value = int | str
Params = tuple[tuple[str, Value], ...]

# Parts of a benchmark's name that Google Benchmark or the harness owns: no params of the workload.
_NOT_PARAMS = {"workers", "iterations", "repeats", "min_time", "min_warmup_time", "threads"}


def _value(raw: object) -> Value:
    text = str(raw)
    return int(text) if text.isascii() and text.isdigit() and str(int(text)) == text else text


def from_mapping(mapping: Mapping[str, object]) -> Params:
    return tuple(sorted((str(key), _value(value)) for key, value in mapping.items()))


def from_text(text: str) -> Params:
    """Reads `k=v,k=v`; `-` and the empty text are no params. ValueError when a part has no `=`."""
    if text in ("", "-"):
        return ()
    pairs = [part.split("=", 1) for part in text.split(",")]
    if any(len(pair) != 2 or not pair[0] for pair in pairs):
        raise ValueError(f"params {text!r} are not of the form k=v,k=v")
    return from_mapping(dict(pairs))


def parse(raw: object) -> Params:
    """Reads params in either written form; ValueError when they are neither."""
    if raw is None:
        return ()
    if isinstance(raw, Mapping):
        return from_mapping(raw)
    if isinstance(raw, str):
        return from_text(raw)
    raise ValueError(f"params {raw!r} are neither an object nor k=v,k=v")


def from_benchmark_name(name: str) -> Params:
    pairs = [part.split(":", 1) for part in name.split("/")[1:] if ":" in part]
    return from_mapping({key: value for key, value in pairs if key not in _NOT_PARAMS})


def merge(base: Params, more: Params) -> Params:
    return from_mapping(dict(base) | dict(more))


def text(params: Params, joiner: str = ", ") -> str:
    return joiner.join(f"{key}={value}" for key, value in params)


def sort_key(params: Params) -> tuple:
    """Numbers by value and before words."""
    return tuple((k, isinstance(v, str), v if isinstance(v, int) else 0, str(v)) for k, v in params)
