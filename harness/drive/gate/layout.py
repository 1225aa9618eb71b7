# SPDX-License-Identifier: Apache-2.0
"""Layout: the same objects linked in another order, drawn from a seed, behind a pad of a drawn size.

Where code lies in memory is worth some percent of a run and is decided by chance. Runs of one executable
repeat that chance; only other executables average it out. The link command is Ninja's own.
"""

import os
import random
import shlex
import subprocess
from functools import lru_cache
from pathlib import Path

from ..refusal import Refusal
from .tree import Tree

_CACHE_LINE = 64
_MOST_LINES = 64  # A page: further away repeats what is nearer.


@lru_cache(maxsize=None)
def relink(tree: Tree, target: str, seed: int) -> Path:
    """The executable of that layout, linked once per run of the gate."""
    folder = tree.layouts
    folder.mkdir(exist_ok=True)
    command = link_command(tree, target)
    chance = random.Random(f"layout/{seed}")
    out = folder / f"{target}.{seed}"
    pad = _pad(folder, chance.randrange(_MOST_LINES) * _CACHE_LINE)
    part = folder / f"{target}.{seed}.part"
    done = subprocess.run(shuffled(command, pad, part, chance), cwd=tree.build, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        part.unlink(missing_ok=True)
        raise Refusal(f"{target} of {tree.ref} cannot be linked in another order "
                      f"({(done.stderr.strip().splitlines() or ['no reason'])[-1]}); remove {tree.build} and run again")
    os.replace(part, out)
    return out


def link_command(tree: Tree, target: str) -> list[str]:
    """The words of the command that links the target."""
    done = subprocess.run(["ninja", "-C", str(tree.build), "-t", "commands", target], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise Refusal(f"ninja knows no {target} in {tree.build}; remove that folder and run again")
    return [word for word in shlex.split(lines[-1]) if word not in (":", "&&")]


def shuffled(command: list[str], pad: Path, out: Path, chance: random.Random) -> list[str]:
    """The pad first, then the objects in a drawn order; everything else stays where it was."""
    objects = [word for word in command if word.endswith(".o")]
    chance.shuffle(objects)
    first = next(place for place, word in enumerate(command) if word.endswith(".o"))
    others = [word for word in command if not word.endswith(".o")]
    words = [*others[:first], str(pad), *objects, *others[first:]]
    words[words.index("-o") + 1] = str(out)
    return words


def _pad(folder: Path, size: int) -> Path:
    """An object of `size` bytes of code that nobody calls."""
    out = folder / f"pad{size}.o"
    if not out.exists():
        part = folder / f"pad{size}.part"
        text = f".text\n.skip {size}\n.section .note.GNU-stack,\"\",@progbits\n"
        done = subprocess.run(["as", "-o", str(part), "-"], input=text, capture_output=True, text=True)
        if done.returncode != 0:
            raise Refusal(f"the assembler makes no {out} ({done.stderr.strip()[:200]}); install binutils")
        os.replace(part, out)
    return out
