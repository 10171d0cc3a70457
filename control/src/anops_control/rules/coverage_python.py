"""The tests of a Python project run enough of its code; measured with coverage while they run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from anops_control.rules.coverage import NAME, NOT_MEASURED, PASSED, FileCoverage, coverage_findings, passed
from anops_control.rules.rule import Looked, Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.configuration import Configuration
    from anops_control.places.place import Place

_DATA, _SHARES = "coverage", "coverage.json"


def measured(place: Place, command: Sequence[str]) -> tuple[Sequence[str], Mapping[str, str]]:
    """Return how a test run is measured, and the variables for it; where nothing is measured, as it is.

    Args:
        place: Where it runs.
        command: Runs the tests: Python, `-m`, and what follows.
    """
    coverage = place.python("coverage") if place.measures else None
    if coverage is None:
        return command, {}
    module = command[command.index("-m") :]
    return [*coverage, "run", "--source", ".", "--omit", "tests/*", *module], _variables(place)


def _inspect(configuration: Configuration, place: Place) -> Looked:
    coverage = place.python("coverage")
    if coverage is None or not place.measures:
        return Looked([Reporter(NAME).warning(NOT_MEASURED)], PASSED)
    shares = _shares(configuration, place, coverage)
    return Looked(coverage_findings(shares, configuration.check.coverage), passed(shares))


def _shares(configuration: Configuration, place: Place, coverage: Sequence[str]) -> list[FileCoverage]:
    command = [*coverage, "json", "-q", "-o", f"{place.scratch}/{_SHARES}"]
    ended = place.run(command, what="Measuring the tests", fetch=[_SHARES], environment=_variables(place))
    if _SHARES not in ended.files:
        return []
    shares = []
    for name, known in json.loads(ended.files[_SHARES])["files"].items():
        run = known["summary"]["covered_lines"]
        # other scripts of the folder, such as one that fits the model, are no part of what predicts
        if run or name == configuration.project.model.code:
            shares.append(FileCoverage(name, run, tuple(known["missing_lines"])))
    return shares


def _variables(place: Place) -> Mapping[str, str]:
    return {"COVERAGE_FILE": f"{place.scratch}/{_DATA}"}


RULE = Rule(
    name=NAME, passed=PASSED, doing="Measuring what the tests run", inspect=None, within=_inspect, language="python"
)
