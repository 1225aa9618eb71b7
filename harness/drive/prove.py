# SPDX-License-Identifier: Apache-2.0
"""Prove: every lane's contract tests on every number of workers, before anything is measured.

A lane's figure counts only if the same build keeps the rules that its workload relies on. The judgement is
the report's, from contract/<lane>.w<workers>.json; the driver only spares itself the measuring of cells
that could not count, by the same reports/rules.py. At most two processes at a time: these are not measurements.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from reports import rules

from .folder import write_whole
from .interrupt import Interrupt
from .lanes import Lane
from .process import Ended, plain_environment, run_process
from .refusal import cannot_write
from .words import death_of, last_words

_AT_ONCE = 2


@dataclass(frozen=True)
class Proof:
    lane: str
    workers: int
    tests: int
    failed: tuple[str, ...]  # Suite.test
    told: tuple[tuple[str, str], ...]  # Defects, with the adapter's reason.
    seconds: float

    def broken(self, needs: tuple[str, ...]) -> list[tuple[str, str]]:
        """The broken tests that a workload with these needs relies on, with the reason of told ones."""
        found = [(test, "") for test in self.failed] + list(self.told)
        return [(test, reason) for test, reason in found if rules.relies_on(needs, test)]


def prove(
    lanes: list[Lane], workers: list[int], timeout: float, folder: Path, interrupt: Interrupt,
    tell: Callable[[Proof], None],
) -> dict[tuple[str, int], Proof]:
    """Proofs by (lane, workers); lanes without contract tests (references) have none."""
    (folder / "contract").mkdir(exist_ok=True)
    jobs = [(lane, count) for lane in lanes if lane.runs and lane.contract for count in workers]
    proofs = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures = [pool.submit(_prove_one, lane, count, timeout, folder, interrupt) for lane, count in jobs]
        for future in as_completed(futures):
            proof = future.result()
            if proof is not None:
                proofs[proof.lane, proof.workers] = proof
                tell(proof)
    return proofs


def _prove_one(lane: Lane, workers: int, timeout: float, folder: Path, interrupt: Interrupt) -> Proof | None:
    if interrupt.came:
        return None
    final = folder / "contract" / f"{lane.lane}.w{workers}.json"
    part = final.with_name(final.name + ".part")
    ended = run_process(
        [lane.contract, f"--gtest_output=json:{part}"],
        timeout,
        interrupt,
        plain_environment(GAUNTLET_WORKERS=str(workers)),
    )
    if interrupt.came:
        part.unlink(missing_ok=True)
        return None
    result = _read(part)
    if result is None or ended.timed_out or ended.returncode not in (0, 1):
        part.unlink(missing_ok=True)
        result = _unfinished(ended, timeout)
        write_whole(final, result)
    else:
        try:
            part.replace(final)
        except OSError as error:
            raise cannot_write(final, error) from None
    if ended.returncode != 0:
        final.with_suffix(".log").write_text(ended.stdout + ended.stderr)
    tests = [(f"{suite['name']}.{test['name']}", test)
             for suite in result["testsuites"] for test in suite["testsuite"]]
    failed = tuple(name for name, test in tests if test.get("failures"))
    told = tuple((name, str(test["broken"])) for name, test in tests if test.get("broken"))
    return Proof(lane.lane, workers, len(tests), failed, told, ended.seconds)


def _read(part: Path) -> dict | None:
    try:
        result = json.loads(part.read_text())
        return result if all("testsuite" in suite for suite in result["testsuites"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _unfinished(ended: Ended, timeout: float) -> dict[str, object]:
    """GoogleTest writes nothing when it crashes or hangs. What did not end has proved nothing: this says so
    in GoogleTest's own layout, as one failed test that concerns every workload."""
    end = f"hung for {timeout:.0f} s" if ended.timed_out else death_of(ended.returncode)
    running = [line for line in ended.stdout.splitlines() if line.startswith("[ RUN      ]")]
    where = f" in {running[-1].removeprefix('[ RUN      ]').strip()}" if running else ""
    words = last_words(ended.stderr)
    failure = f"did not finish: {end}{where}" + (f": {words}" if words else "")
    suite, test = rules.NOT_FINISHED.split(".")
    ending = {"name": test, "status": "RUN", "result": "COMPLETED", "classname": suite,
              "failures": [{"failure": failure, "type": ""}]}
    told = {"tests": 1, "failures": 1, "disabled": 0, "errors": 0}
    return told | {"name": "did_not_finish", "testsuites": [told | {"name": suite, "testsuite": [ending]}]}
