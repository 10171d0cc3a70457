"""Looks for weak places in our code (bandit), and for known ones in what goes into the images (pip-audit).

Three ends are told apart: nothing is found, something is, or it could not be asked. pip-audit itself ends well where no
package was looked up, as behind a mirror that knows of no advisories.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOUND, NOT_ASKED = 1, 3
"""Exit codes: something was found; of some packages it could not be asked."""

NOT_OURS = {"B610": "takes each function called extra() for Django's"}
"""What bandit takes for something that is not here."""
_EXEMPT = re.compile(r"#\s*noqa:[^#]*\bS(\d{3})\b")
"""Ruff has bandit's rules under the same numbers: an exemption there has its reason, and holds here."""


@dataclass(frozen=True)
class Audit:
    """What is known of one file of requirements.

    Attributes:
        found: Known vulnerabilities: package, version, which, and what mends it.
        not_asked: Packages of which nothing could be learned.
        failure: Why nothing at all could; empty where something could.
    """

    found: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()
    failure: str = ""


def audit_of(answered: str, said: str) -> Audit:
    """Read what pip-audit answered.

    Args:
        answered: Its output, JSON where it came so far.
        said: What it said beside that.
    """
    try:
        told: list[dict[str, Any]] = json.loads(answered)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(failure=(said.strip().splitlines() or ["it said nothing"])[-1])
    found = [
        f"{each['name']} {each['version']}: {known['id']}, mended in {', '.join(known['fix_versions']) or 'no version'}"
        for each in told
        for known in each.get("vulns", ())
    ]
    return Audit(tuple(found), tuple(each["name"] for each in told if "skip_reason" in each))


def weak_places(report: dict[str, Any], root: Path) -> list[str]:
    """Return what bandit found and nobody has given a reason for."""
    left = []
    for each in report["results"]:
        if each["test_id"] in NOT_OURS:
            continue
        line = (root / each["filename"]).read_text(encoding="utf-8").splitlines()[each["line_number"] - 1]
        exempt = _EXEMPT.search(line)
        if exempt is None or exempt[1] != each["test_id"][1:]:
            left.append(f"{each['filename']}:{each['line_number']}: {each['test_id']} {each['issue_text']}")
    return left


def main() -> int:
    """Look at everything.

    Returns:
        0, 1 where something was found, 3 where nothing was and of some packages it could not be asked.
    """
    sources = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/src") if path.parent.name != "benchmarks")
    # only what is of some weight: ruff's S rules look at the rest, in `lint`
    bandit = _run("bandit", "-q", "-ll", "-f", "json", "-r", *sources)
    found = weak_places(json.loads(bandit.stdout), ROOT)
    not_asked: set[str] = set()
    for file in sorted(ROOT.glob("*/requirements.txt")):
        audited = _run(
            *("pip-audit", "--requirement", str(file), "--require-hashes", "--disable-pip"),
            *("--format", "json", "--progress-spinner", "off"),
        )
        audit = audit_of(audited.stdout, audited.stderr)
        name = file.relative_to(ROOT).as_posix()
        found += [f"{name}: {each}" for each in audit.found]
        not_asked |= {f"all of {name} ({audit.failure})"} if audit.failure else set(audit.not_asked)
    sys.stdout.writelines(f"✖ {each}\n" for each in found)
    if not_asked:
        sys.stdout.write(
            f"! Nothing is known of {len(not_asked)}, since who has the advisories can't be reached from here: "
            f"{', '.join(sorted(not_asked)[:5])}{', …' if len(not_asked) > 5 else ''}\n"
        )
    if not found:
        sys.stdout.write("✔ Nothing was found in what could be looked at.\n")
    return FOUND if found else NOT_ASKED if not_asked else 0


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / program), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
