"""Run what takes too long for each change, part by part, and keep in the docs when each part last ran.

A part is a folder with tests that are marked long, or the findings about other libraries.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "docs/reference/long-tests.md"
FINDINGS = "findings"
GIT = shutil.which("git") or "git"
MARK = "mark.long"
APART = ("integration-tests/containers", "integration-tests/kubernetes")
"""Folders of the integration tests that are parts by themselves."""
PROGRAMS = "ANOPS_KUBERNETES_PROGRAMS"
"""Where the programs of a real API server are; without them, its part is left out."""
NO_TESTS_RAN = 5
LONGER = ("-o", "faulthandler_timeout=7200")
"""A single one of these tests, such as the walk through all verbs, may take longer than pytest.ini lets a test take."""
HEAD = "| Part | Date | Commit | Minutes | Result |\n| --- | --- | --- | --- | --- |\n"


@dataclass(frozen=True)
class Run:
    """What a part's run came to."""

    part: str
    date: str
    commit: str
    minutes: str
    result: str

    def row(self) -> str:
        """Return the run as a row of the table."""
        return f"| {self.part} | {self.date} | {self.commit} | {self.minutes} | {self.result} |\n"


def parts() -> list[str]:
    """Return the folders that hold tests that are marked long, and the findings."""
    listed = subprocess.run(
        [GIT, "grep", "--files-with-matches", "--fixed-strings", MARK, "--", "*test_*.py", "*conftest.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = {_folder(Path(file)) for file in listed.stdout.splitlines()}
    if PROGRAMS not in os.environ:
        found.discard(APART[1])
    return [*sorted(found), FINDINGS]


def _folder(file: Path) -> str:
    """Return the folder that pytest is given: the one with settings of its own, or that of a package's tests."""
    for apart in APART:
        if file.is_relative_to(apart):
            return apart
    return "/".join(file.parts[: 1 if file.parts[0] in {"integration-tests", "cookiecutters"} else 2])


def run_tests(folder: str) -> str:
    """Run a folder's tests that are marked long."""
    ignored = [f"--ignore={apart}" for apart in APART] if folder == "integration-tests" else []
    with TemporaryDirectory() as place:
        report = Path(place, "report.xml")
        command = [sys.executable, "-m", "pytest", "-m", "long", *LONGER, f"--junitxml={report}", folder, *ignored]
        ended = subprocess.run(command, cwd=ROOT, check=False)
        if ended.returncode == NO_TESTS_RAN:
            return "no test is marked"
        counted = next(ET.parse(report).getroot().iter("testsuite")).attrib  # noqa: S314  pytest's own
    failed = int(counted["failures"]) + int(counted["errors"])
    passed = int(counted["tests"]) - failed - int(counted["skipped"])
    return f"{passed} passed" + (f", **{failed} failed**" if failed else "")


def run_findings() -> str:
    """Run each finding; it fails where a library has changed."""
    scripts = sorted((ROOT / FINDINGS).glob("*.sh"))
    failed = [script.stem for script in scripts if subprocess.run([str(script)], check=False).returncode != 0]
    return f"{len(scripts) - len(failed)} as before" + "".join(f", **{name} has changed**" for name in failed)


def run(part: str) -> Run:
    """Run a part, and say what came of it."""
    begun, tested = time.monotonic(), commit()
    result = run_findings() if part == FINDINGS else run_tests(part)
    minutes = f"{(time.monotonic() - begun) / 60:.1f}"
    return Run(part, datetime.now(UTC).date().isoformat(), tested, minutes, result)


def commit() -> str:
    """Return the commit that is tested, marked where files differ from it."""
    described = [GIT, "describe", "--always", "--dirty", "--exclude", "*", "--abbrev=9"]
    return subprocess.run(described, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def record(done: Run) -> None:
    """Put a run in the place of the part's last one."""
    before, _, table = RECORD.read_text(encoding="utf-8").partition(HEAD)
    rows = {line.split("|")[1].strip(): line for line in table.splitlines(keepends=True) if line.startswith("|")}
    rows[done.part] = done.row()
    RECORD.write_text(before + HEAD + "".join(rows[part] for part in sorted(rows)), encoding="utf-8")


def main() -> int:
    """Run the parts that are asked for, and record each."""
    known = parts()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(known)}; without, all of them")
    wanted: list[str] = parser.parse_args().parts
    if unknown := [part for part in wanted if part not in known]:
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(known)}")
    os.environ.pop("PYTEST_ADDOPTS", None)
    failed = False
    for part in wanted or known:
        done = run(part)
        record(done)
        failed = failed or "**" in done.result
        print(f"{part}: {done.result} in {done.minutes} minutes")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
