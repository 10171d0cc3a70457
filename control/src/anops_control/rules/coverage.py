"""How much of the code the tests run, and whether that is enough: what both languages share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_control.findings import Severity
from anops_control.rules.rule import Reporter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from anops_control.findings import Finding

NAME = "coverage"
PASSED = "The tests run the share of the code that `[check] coverage` asks for; measured in the image."
NOT_MEASURED = "How much of the code the tests run was not measured: this place lacks the tools."
_REPORT = Reporter(NAME)


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """One file of code.

    Attributes:
        file: Its path in the project.
        run: How many of its lines the tests run.
        missed: The numbers of the lines that they do not run.
    """

    file: str
    run: int
    missed: tuple[int, ...]


def percent(files: Iterable[FileCoverage]) -> float | None:
    """Return the percentage of lines that are run, or None where there is no line to be run."""
    known = tuple(files)
    run, missed = sum(file.run for file in known), sum(len(file.missed) for file in known)
    return 100 * run / (run + missed) if run + missed else None


def passed(files: Sequence[FileCoverage]) -> str:
    """Say how much is run."""
    share = percent(files)
    return "There is no code to be run by tests." if share is None else f"The tests run {_text(share)} % of the code."


def coverage_findings(files: Sequence[FileCoverage], wanted: float) -> Iterator[Finding]:
    """Yield a finding where too little is run, and one for each file with lines that are not.

    Args:
        files: The code.
        wanted: `[check] coverage`, in percent.
    """
    share = percent(files)
    if share is None or share >= wanted:
        return
    yield _REPORT.error(
        f"The tests run {_text(share)} % of the code, and must run {_text(wanted)} %.",
        remedy="Write tests for the lines below, or lower `coverage` under `[check]` in ao.toml.",
    )
    for file in files:
        if file.missed:
            yield _REPORT.finding(
                Severity.NOTE, f"Not run: {_lines(file.missed)}.", file=file.file, line=file.missed[0]
            )


def _lines(numbers: Sequence[int]) -> str:
    """Return "lines 3, 7 to 9"."""
    groups: list[list[int]] = []
    for number in sorted(numbers):
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    texts = [str(group[0]) if len(group) == 1 else f"{group[0]} to {group[-1]}" for group in groups]
    return f"line{'' if len(numbers) == 1 else 's'} {', '.join(texts)}"


def _text(share: float) -> str:
    # never rounded up to what is wanted
    return f"{int(share * 10) / 10:g}"
