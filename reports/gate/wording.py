# SPDX-License-Identifier: Apache-2.0
"""A verdict in words: the same short texts for terminal, Markdown, annotations and JUnit."""

HEADLINES = {
    "PASS": "no regression",
    "FAIL": "a regression is confirmed",
    "INCONCLUSIVE": "no regression found, but some cells were too noisy to tell",
    "INVALID": "the job is invalid, nothing can be concluded from it",
}
ORDER = ("INVALID", "FAIL", "INCONCLUSIVE", "ACCEPTED", "N/A", "PASS")


def headline(verdict: dict) -> str:
    some = " (some shards of a run only: merge judges)" if verdict["partial"] else ""
    return f"{verdict['overall']}: {HEADLINES[verdict['overall']]}{some}"


def by_weight(verdict: dict) -> list[dict]:
    """The cells that want attention first."""
    return sorted(verdict["cells"], key=lambda row: (ORDER.index(row["outcome"]), not row["improved"], row["id"]))


def change(ratio: float | None) -> str:
    if ratio is None:
        return "-"
    return f"{(ratio - 1) * 100:+.1f} %" if ratio < 1e6 else "from 0"


def time(row: dict) -> str:
    """`+4.2 % [+3.1, +5.0]`"""
    if row["time"] is None:
        return "-"
    told = row["time"]
    return f"{change(told['ratio'])} [{(told['low'] - 1) * 100:+.1f}, {(told['high'] - 1) * 100:+.1f}]"


def counters(row: dict) -> str:
    """Only what moved or could not be judged; "same" when all counters stand still."""
    moved = []
    for counter in row["counters"]:
        name = counter["counter"].replace("_", " ")
        if counter["outcome"] in ("slower", "faster"):
            moved.append(f"{name} {figure(counter['base'])} to {figure(counter['head'])}")
        elif counter["outcome"] in ("demoted", "invalid"):
            moved.append(f"{name} {counter['outcome']}")
    if moved:
        return "; ".join(moved)
    return "same" if row["counters"] else "-"


def figure(value: float | None) -> str:
    return "?" if value is None else f"{value:.4g}"


def remark(row: dict) -> str:
    """What a reader of one line should know beyond the outcome."""
    if row["outcome"] == "PASS" and row["improved"]:
        return "faster: " + ", ".join(what.replace("_", " ") for what in row["improved"])
    return row["reason"] or ""


def problems(verdict: dict) -> list[str]:
    """One line per reason for which the verdict is not PASS, the gravest first."""
    lines = [f"invalid: {reason}" for reason in verdict["invalid"]]
    lines += [f"{row['id']}: {row['outcome']} ({row['reason']})" for row in by_weight(verdict)
              if row["outcome"] in ("FAIL", "INCONCLUSIVE")]
    lines += [f"guard of {row['lane']}: FAIL ({row['reason']})" for row in verdict["guards"]
              if row["outcome"] == "FAIL"]
    return lines
