# SPDX-License-Identifier: Apache-2.0
"""Trees of commits, and executables of one layout each: with real git, ninja and linker, on a program of three objects."""

import random
import subprocess

import pytest

from harness.drive.gate import counting, layout
from harness.drive.gate.tree import Tree, check_out, check_support, compile_tree, resolve
from harness.drive.process import Ended
from harness.drive.refusal import Refusal


def git(where, *words):
    return subprocess.run(["git", "-C", str(where), "-c", "user.name=t", "-c", "user.email=t@t", *words], check=True,
                          capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    for text in ("one", "two"):
        (root / "file").write_text(text)
        (root / ".gitignore").write_text("/build/\n")
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", text)
    return root


def test_a_ref_that_names_no_commit_is_refused_with_the_mend(repository):
    with pytest.raises(Refusal, match="'topic' names no commit; fetch it"):
        resolve(repository, "topic")
    with pytest.raises(Refusal, match="names no commit"):
        resolve(repository, "--output=x")


def test_an_arm_is_checked_out_and_again_at_another_commit(repository):
    first = check_out(repository, "base", "main~1")
    assert (first.path / "file").read_text() == "one" and first.commit == git(repository, "rev-parse", "main~1")
    (first.path / "stray").write_text("left over")
    (first.path / "file").write_text("edited")
    (first.path / "build").mkdir()
    (first.path / "build" / "object").write_text("kept")
    second = check_out(repository, "base", "main")
    assert (second.path / "file").read_text() == "two" and not (second.path / "stray").exists()
    assert (second.path / "build" / "object").exists()


def test_a_commit_that_does_not_build_is_refused_with_its_log(repository):
    tree = check_out(repository, "head", "main")
    with pytest.raises(Refusal, match=r"head main \([0-9a-f]{10}\) does not build; see .*gate.log"):
        compile_tree(tree, [])
    assert (tree.path / "build" / "gate.log").stat().st_size > 0


def test_a_commit_that_cannot_take_turns_is_refused(repository):
    tree = check_out(repository, "base", "main")
    with pytest.raises(Refusal, match=r"base main \([0-9a-f]{10}\) has no passes on request"):
        check_support(tree)
    (tree.path / "harness").mkdir()
    (tree.path / "harness" / "requests.hpp").touch()
    check_support(tree)


@pytest.fixture
def program(tmp_path):
    """One executable of three objects, as Ninja links it."""
    tree = Tree("head", "main", "0" * 40, tmp_path / "tree")
    tree.build.mkdir(parents=True)
    for name in "abc":
        (tree.build / f"{name}.cpp").write_text(
            f"extern \"C\" int {name}() {{ return 1; }}\n" + ("int main() { return a() - 1; }\n" if name == "a" else ""))
    objects = " ".join(f"{name}.o" for name in "abc")
    (tree.build / "build.ninja").write_text(
        "rule cc\n command = c++ -c $in -o $out\nrule link\n command = : && c++ -O1 $in -o $out && :\n"
        + "".join(f"build {name}.o: cc {name}.cpp\n" for name in "abc") + f"build program: link {objects}\n")
    subprocess.run(["ninja", "-C", str(tree.build), "program"], check=True, capture_output=True)
    return tree


def addresses(executable):
    told = subprocess.run(["nm", str(executable)], check=True, capture_output=True, text=True).stdout
    return {line.split()[2]: int(line.split()[0], 16) for line in told.splitlines()
            if len(line.split()) == 3 and line.split()[2] in "abc"}


def test_layouts_are_the_same_program_in_other_places(program):
    built = {seed: layout.relink(program, "program", seed) for seed in range(6)}
    orders = set()
    for executable in built.values():
        assert subprocess.run([str(executable)]).returncode == 0
        found = addresses(executable)
        assert set(found) == set("abc")
        orders.add("".join(sorted(found, key=found.get)))
    assert len(orders) > 1, "some order must have changed"
    layout.relink.cache_clear()
    again = layout.relink(program, "program", 3)
    assert addresses(again) == addresses(built[3])


def test_a_layout_changes_order_and_output_and_nothing_else(tmp_path):
    command = ["c++", "-O2", "x/a.o", "x/b.o", "x/c.o", "-o", "out", "lib.a", "-ltbb"]
    changed = layout.shuffled(command, tmp_path / "pad", tmp_path / "new", random.Random(4))
    assert changed[:2] == ["c++", "-O2"] and changed[2] == str(tmp_path / "pad")
    assert sorted(changed[3:6]) == ["x/a.o", "x/b.o", "x/c.o"]
    assert changed[6:] == ["-o", str(tmp_path / "new"), "lib.a", "-ltbb"]


def test_a_target_that_ninja_does_not_know_is_refused(program):
    with pytest.raises(Refusal, match="ninja knows no other"):
        layout.link_command(program, "other")


def test_counts_are_read_from_what_the_tools_say(tmp_path):
    (tmp_path / "strace").write_text("    calls syscall\n--------- ----------------\n      249 futex\n      253 total\n")
    (tmp_path / "allocations").write_text("903 454363\n")
    ended = Ended(0, 1.0, False, "", "==1== Events    : Ir\n==1== Collected : 13944078\n==1== \n")
    assert counting._system_calls(ended, tmp_path) == 253
    assert counting._allocations(ended, tmp_path) == 903
    assert counting._instructions(ended, tmp_path) == 13944078


def test_a_case_is_counted_on_a_quarter_of_the_ops_that_it_fixes_at_most():
    assert [counting._ops_to_count(fixed) for fixed in (0, 2000, 1_000_000)] == [4000, 500, 4000]
