# SPDX-License-Identifier: Apache-2.0
"""A tree: one commit, checked out and built beside the other one, with the same tools and flags.

Trees live in build/gate/<arm> and stay there, so that a second gate compiles only what changed. The names
of the arms are equally long: paths that get into the executables must not shift one of them.
"""

import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..lanes import Lane, read_lanes
from ..refusal import Refusal

# Functions on cache lines of their own: less of the layout is left to chance.
FLAGS = "-O2 -falign-functions=64"


@dataclass(frozen=True)
class Tree:
    arm: str  # base | head
    ref: str  # as the user named it
    commit: str
    path: Path

    @property
    def build(self) -> Path:
        return self.path / "build" / "release"

    @property
    def allocation_counter(self) -> Path:
        return self.build / "harness" / "libgauntlet_allocation_counter.so"

    @property
    def layouts(self) -> Path:
        """Executables of the run that is going on."""
        return self.build / "layouts"

    def lanes(self) -> list[Lane]:
        """Those of runtimes: a reference lane is built by another toolchain."""
        return [lane for lane in read_lanes(self.build, built=False) if lane.kind == "runtime"]


def resolve(root: Path, ref: str) -> str:
    """The commit that `ref` names; refuses what names none."""
    done = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if done.returncode != 0:
        raise Refusal(f"'{ref}' names no commit; fetch it (git fetch origin {shlex.quote(ref)}) or name another one")
    return done.stdout.strip()


def check_out(root: Path, arm: str, ref: str) -> Tree:
    """The tree of that arm at that commit, without anything from an earlier one but its build folder."""
    commit = resolve(root, ref)
    path = root / "build" / "gate" / arm
    if not (path / ".git").exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _git(root, "worktree", "prune")
        done = _git(root, "worktree", "add", "--quiet", "--force", "--detach", str(path), commit)
    else:
        done = _git(path, "checkout", "--quiet", "--force", "--detach", commit)
    if done.returncode != 0:
        raise Refusal(f"cannot check out {ref} in {path} ({_last(done.stderr)}); remove that folder and run again")
    _git(path, "clean", "-fdq")  # Not what is ignored: build/ is kept.
    return Tree(arm, ref, commit, path)


def compile_tree(tree: Tree, targets: list[str]) -> None:
    """Configures and builds; refuses with the log when it does not build."""
    shutil.rmtree(tree.layouts, ignore_errors=True)
    log = tree.path / "build" / "gate.log"
    log.parent.mkdir(exist_ok=True)
    environment = {key: value for key, value in os.environ.items() if key not in ("CXXFLAGS", "LDFLAGS", "CPPFLAGS")}
    configure = ["cmake", "--preset", "release", f"-DCMAKE_CXX_FLAGS_RELEASE={FLAGS}"]
    commands = [configure, ["cmake", "--build", str(tree.build), "--target", *targets]] if targets else [configure]
    with open(log, "w", encoding="utf-8") as file:
        for command in commands:
            file.flush()
            done = subprocess.run(command, cwd=tree.path, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                  env=environment)
            if done.returncode != 0:
                raise Refusal(f"{tree.arm} {tree.ref} ({tree.commit[:10]}) does not build; see {log}, mend it or "
                              "name another commit")


def check_support(tree: Tree) -> None:
    """A commit to be measured must know how to take turns."""
    if not (tree.path / "harness" / "requests.hpp").is_file():
        raise Refusal(f"{tree.arm} {tree.ref} ({tree.commit[:10]}) has no passes on request; name a later commit, or "
                      "measure both by themselves and compare the result folders")


def _git(where: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(["git", "-C", str(where), *arguments], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"
