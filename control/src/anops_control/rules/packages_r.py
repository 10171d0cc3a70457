"""The packages that an R model needs are in `DESCRIPTION`, and are those it was fitted with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_control.examination import begin_examination, examined
from anops_control.places.here import here
from anops_control.rules.install_r import install_package, numbers_of
from anops_control.rules.rscript import run_script
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding
    from anops_control.rules.rscript import ScriptAnswer

_REPORT = Reporter("packages")
_FILE, _LOCK = "DESCRIPTION", "renv.lock"


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is of an R project's packages.

    Attributes:
        in_code: Packages that the code names.
        declared: Packages of DESCRIPTION, each with the version it was written down with, or "".
        installed: Versions of those that are installed.
        base: Those that come with R itself.
    """

    in_code: tuple[str, ...]
    declared: Mapping[str, str]
    installed: Mapping[str, str]
    base: frozenset[str]

    @classmethod
    def read(cls, answer: ScriptAnswer) -> Facts:
        """Read what `packages.R` told."""
        records = answer.records
        return cls(
            in_code=tuple(record[1] for record in records if record[0] == "code"),
            declared={record[1]: record[2] for record in records if record[0] == "declared"},
            installed={record[1]: record[2] for record in records if record[0] == "installed"},
            base=frozenset(record[1] for record in records if record[0] == "installed" and record[3] == "base"),
        )


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    used = examined(configuration, "packages").used
    folder = configuration.folder
    with here(configuration.project) as place:
        answer = run_script("packages.R", arguments(configuration, tuple(used)), place)
    if answer.failure:
        yield _REPORT.error(f"The packages can't be looked at: {answer.failure}", file=_FILE)
        return
    yield from package_findings(Facts.read(answer), used=tuple(used), recorded=_recorded(folder / _LOCK))


def arguments(configuration: Configuration, used: tuple[str, ...] = ()) -> list[str]:
    """Return the arguments of `packages.R` for a project."""
    project = configuration.project
    code = str(project.code) if project.code is not None and project.code.is_file() else ""
    description = _FILE if (configuration.folder / _FILE).is_file() else ""
    return [code, description, str(project.artifact or ""), *used]


def package_findings(facts: Facts, *, used: tuple[str, ...], recorded: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what does not fit.

    Args:
        facts: What there is.
        used: Packages that the fitted model needs.
        recorded: Versions that an image was built with.
    """
    for name in sorted({*used, *facts.in_code} - facts.base - facts.declared.keys()):
        why = "The model needs" if name in used else "The code uses"
        version = facts.installed.get(name)
        yield _REPORT.error(
            f"{why} the package `{name}`, which {_FILE} does not import: the image would lack it.",
            remedy=f"Add to Imports: {name}{f' (>= {version})' if version else ''}",
            file=_FILE,
        )
    for name, least in facts.declared.items():
        installed = facts.installed.get(name)
        if installed is None:
            yield _REPORT.error(
                f"{_FILE} imports `{name}`, which is not installed here.",
                remedy=f"Run: {install_package(name, least or None)}",
                file=_FILE,
            )
            continue
        before, source = (recorded[name], _LOCK) if name in recorded else (least, _FILE)
        if before and numbers_of(installed) != numbers_of(before):
            yield from _other_version(name, installed, before, source)


def _other_version(name: str, installed: str, before: str, source: str) -> Iterator[Finding]:
    if numbers_of(installed) < numbers_of(before):
        yield _REPORT.error(
            f"`{name}` is {installed} here, older than {before} of {source}.",
            remedy=f"Run: {install_package(name, before)}",
            file=source,
        )
        return
    finding = _REPORT.warning if numbers_of(installed)[:2] != numbers_of(before)[:2] else _REPORT.note
    yield finding(
        f"`{name}` is {installed} here; {source} was written with {before}. Predictions may differ between the two.",
        remedy="If the rule `predictions` passes, the reference rows at least get the same answers from both. "
        f"After a refit, write {name} (>= {installed}).",
        file=source,
    )


def _recorded(lock: Path) -> dict[str, str]:
    try:
        packages = json.loads(lock.read_text(encoding="utf-8"))["Packages"]
        return {name: str(entry["Version"]) for name, entry in packages.items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


RULE = Rule(
    name="packages",
    passed="The packages that the model needs are declared, and those it was fitted with.",
    doing="Looking at the packages",
    inspect=_inspect,
    after=("r", "structure"),
    ahead=begin_examination,
    language="r",
)
