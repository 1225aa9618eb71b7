# SPDX-License-Identifier: Apache-2.0
"""The verdict as one Markdown comment: what to do first, all cells folded, never longer than a comment may be."""

from reports.gate import wording

LIMIT = 60_000  # Bytes; GitHub takes 65,536 characters.
MARKER = "<!-- gauntlet-gate -->"  # By which a later run finds its own comment.
_SHOWN = 20
_PROCESSES = {"quick": "short", "full": "long"}  # By profile: gate --long.
_COLUMNS = "| cell | outcome | time, head over base | counters | remark |\n|---|---|---|---|---|\n"


def render(verdict: dict) -> str:
    arms = verdict["arms"] or {}
    head = [MARKER, f"## Gauntlet gate: {wording.headline(verdict)}", ""]
    if arms:
        processes = _PROCESSES.get(verdict["profile"], verdict["profile"])
        head += [f"{_code(arms['head']['ref'])} ({arms['head']['commit'][:10]}) against {_code(arms['base']['ref'])} "
                 f"({arms['base']['commit'][:10]}), {processes} processes, seed {verdict['seed']}.", ""]
    head += [f"- {_plain(reason)}" for reason in verdict["invalid"][:_SHOWN]]
    head += _more(len(verdict["invalid"]) - _SHOWN, "reasons")
    rows = wording.by_weight(verdict)
    loud = [row for row in rows if row["outcome"] not in ("PASS", "N/A") or row["improved"]]
    if loud:
        head += ["", _COLUMNS + "\n".join(_row(row) for row in loud[:_SHOWN])]
        head += _more(len(loud) - _SHOWN, "cells")
    head += ["", _controls(verdict), ""]
    text = "\n".join(head)
    return _with_all(text, rows, verdict)


def _with_all(text: str, rows: list[dict], verdict: dict) -> str:
    tail = "\n</details>\n" + _footer(verdict)
    opening = f"<details><summary>all {len(rows)} cells</summary>\n\n{_COLUMNS}"
    lines, room = [], LIMIT - len((text + opening + tail).encode()) - 200
    for row in rows:
        line = _row(row) + "\n"
        room -= len(line.encode())
        if room < 0:
            lines.append(f"\n{len(rows) - len(lines)} more cells are in verdict.json.\n")
            break
        lines.append(line)
    return text + opening + "".join(lines) + tail


def _row(row: dict) -> str:
    cells = (_code(row["id"]), row["outcome"], wording.time(row), wording.counters(row), wording.remark(row))
    return "| " + " | ".join(_plain(cell, 300) for cell in cells) + " |"


def _controls(verdict: dict) -> str:
    wrong = [row for row in verdict["controls"] if not row["right"]]
    if wrong or not verdict["controls"]:
        return f"Controls: {len(wrong)} of {len(verdict['controls'])} judged wrong."
    told = [f"{'injected slowdown' if row['role'] == 'canary' else 'same build twice'} {wording.change(row['ratio'])}"
            for row in verdict["controls"]]
    return f"Controls judged right: {', '.join(told[:8])}."


def _footer(verdict: dict) -> str:
    machines = sorted({f"{shard['machine']['cpu_model']}, {shard['machine']['cores']} cores"
                       for shard in verdict["shards"]})
    expired = [f"accepted.toml: the entry for {entry['cell']} expired on {entry['expires']}"
               for entry in verdict["expired"][:_SHOWN]]
    lines = [f"On {'; '.join(machines[:8])}. Data sha256 {verdict['data_sha256'][:16]}.", *expired]
    return "\n".join(_plain(line) for line in lines) + "\n"


def _more(count: int, what: str) -> list[str]:
    return [f"- and {count} more {what}"] if count > 0 else []


def _plain(text: str, most: int = 1000) -> str:
    """One line that cannot break a table or become markup."""
    line = " ".join(text.split())[:most]
    return line.replace("|", "\\|").replace("<", "&lt;")


def _code(text: str) -> str:
    return "`" + text.replace("`", "'") + "`"
