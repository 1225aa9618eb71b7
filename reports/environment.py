# SPDX-License-Identifier: Apache-2.0
"""The environment table: what the figures were taken on, and what of it weakens them.

The result files' own contexts come first, as they were written by the process that measured; what only
environment.json knows follows. A key whose values differ between lanes is told per lane.
"""

from reports import quantity
from reports.load import ResultFolder

_GROUPS = {
    "Machine": ("host_name", "cpu_model", "num_cpus", "mhz_per_cpu", "cpu_scaling_enabled", "governor",
                "hypervisor_steal_percent", "kernel", "aslr", "max_map_count"),
    "Build": ("commit", "dirty", "compiler", "compiler_flags", "build_type", "allocator", "libraries"),
}
_NOTE_STEAL_ABOVE = 1.0


def _by_lane(folder: ResultFolder, key: str) -> dict[str, list[str]]:
    values: dict[str, set[str]] = {}
    for context in folder.contexts.values():
        if context.get(key) not in (None, ""):
            values.setdefault(context["lane"], set()).add(str(context[key]))
    return {lane: sorted(found) for lane, found in sorted(values.items())}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _told(found: list[str]) -> str:
    numbers = [_number(text) for text in found]
    if len(found) > 1 and None not in numbers:
        return f"{quantity.digits(min(numbers))} to {quantity.digits(max(numbers))}"
    return " / ".join(found)


def _value(folder: ResultFolder, key: str) -> str:
    by_lane = _by_lane(folder, key)
    merged = sorted({value for found in by_lane.values() for value in found})
    if not merged:
        return "not recorded"
    same = len({tuple(found) for found in by_lane.values()}) == 1
    if same or all(_number(value) is not None for value in merged):
        return _told(merged)
    groups: dict[str, list[str]] = {}
    for lane, found in by_lane.items():
        groups.setdefault(_told(found), []).append(lane)
    return "; ".join(f"{', '.join(lanes)}: {value}" for value, lanes in groups.items())


def _flat(prefix: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [row for key, inner in value.items() for row in _flat(f"{prefix}{key}.", inner)]
    if isinstance(value, list):
        return [(prefix.rstrip("."), ", ".join(map(str, value)))]
    return [(prefix.rstrip("."), "not recorded" if value is None else str(value))]


def table(folder: ResultFolder) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of (key, value)."""
    groups = [(name, [(key, _value(folder, key)) for key in keys]) for name, keys in _GROUPS.items()]
    known = {key for keys in _GROUPS.values() for key in keys}
    rest = [(key, value) for key, value in _flat("", folder.environment)
            if key not in known and not key.endswith("_ticks")]
    return groups + ([("As the driver saw it", rest)] if rest else [])


def _stolen_percent(folder: ResultFolder) -> float | None:
    """Of the run itself where the driver took it, else the most that a result file tells."""
    told = folder.environment.get("stolen_percent")
    if isinstance(told, (int, float)):
        return float(told)
    return max((number for context in folder.contexts.values()
                if (number := _number(str(context["hypervisor_steal_percent"]))) is not None), default=None)


def cautions(folder: ResultFolder) -> list[str]:
    """What a reader should know before trusting a small difference."""
    said = []
    contexts = list(folder.contexts.values())
    if any(context["dirty"] == "true" for context in contexts):
        said.append("Built from a tree with uncommitted changes: the commit alone does not reproduce it.")
    builds = {str(context["build_type"]) for context in contexts}
    if builds & {"Debug", "debug"}:
        said.append("A debug build: these figures say nothing about speed.")
    steal = _stolen_percent(folder)
    if steal is not None and steal > _NOTE_STEAL_ABOVE:
        said.append(f"The hypervisor took {quantity.digits(steal)} % of the CPU time away.")
    if any(str(context.get("governor", "")) in ("powersave", "ondemand", "schedutil") for context in contexts):
        said.append("The CPU governor changes the clock while it runs.")
    return said
