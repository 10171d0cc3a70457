"""Checks an image in a child of its own: lint, tests, their coverage, and the reference predictions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
from anops_model_interface.errors import Problem

from anops_control.budget import LimitError, limited
from anops_control.building import checks_python, checks_r
from anops_control.building.check_outcome import outcome
from anops_control.building.child import child_of
from anops_control.building.diagnosis import explain_tools
from anops_control.building.following import StepFailedError
from anops_control.building.project_files import files_for_checks
from anops_control.checking import Outcome, Status
from anops_control.findings import Finding, Severity
from anops_control.rules.predictions import RULE, failure_finding, problem_finding, reference_findings
from anops_control.rules.rule import Reporter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import docker

    from anops_control.building.child import Child, Ended
    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.limits import Limits

_CHECKS = ("lint", "tests", "coverage", RULE.name)
"""The checks in the order in which they are made."""

_LANGUAGES = {"python": checks_python, "r": checks_r}


def check_image(
    client: docker.APIClient, image: str, configuration: Configuration, events: Events, limits: Limits
) -> tuple[Outcome, ...]:
    """Check an image.

    Args:
        client: The engine.
        image: Its ID.
        configuration: The project it was built from.
        events: Where the steps are shown.
        limits: What the checks may take together.

    Returns:
        What was found, one outcome for each check; where a limit ended one, those after it were not run.

    Raises:
        CommandError: What the checks need can't be installed, or the engine failed.
    """
    language = _LANGUAGES[configuration.project.project.language]
    files = files_for_checks(configuration.folder)
    events.step("Making a throw-away image with the tools of the checks")
    outcomes: list[Outcome] = []
    try:
        with (
            child_of(client, image, language.recipe(configuration, files), events, limits.memory_bytes) as child,
            limited(limits),
        ):
            for found in language.check(child, configuration, events):
                outcomes.append(found)  # noqa: PERF402  those before a limit are kept
            events.step("Reproducing the reference predictions")
            outcomes.append(_predictions(child, configuration))
    except StepFailedError as failure:
        raise explain_tools(failure) from failure
    except LimitError as error:
        outcomes += _unfinished(_CHECKS[len(outcomes) :], error)
    return tuple(outcomes)


def _predictions(child: Child, configuration: Configuration) -> Outcome:
    command = ["python", "-m", "anops_worker.reproduce", "--project", child.project]
    ended = child.run(command, what="Reproducing the reference predictions")
    return outcome(RULE.name, RULE.passed, reproduced(ended, configuration))


def _unfinished(names: Sequence[str], error: LimitError) -> Iterator[Outcome]:
    """Yield the outcome of the check that a limit ended, and those of the checks after it."""
    yield replace(outcome(names[0], "", [failure_finding(names[0], error)]), ended=True)
    for name in names[1:]:
        because = f"Not looked at: the limit, {error.limit}, was reached before."
        note = Finding(rule=name, severity=Severity.NOTE, message=because)
        yield Outcome(name, Status.NOT_RUN, "", (note,))


def reproduced(ended: Ended, configuration: Configuration) -> Iterator[Finding]:
    """Yield what is wrong with an image's answers to the reference rows.

    Args:
        ended: How the program ended there that gives them.
        configuration: The project's.
    """
    try:
        answer = json.loads(ended.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        said = ended.stderr.strip().splitlines() or [f"it ended with exit code {ended.code}"]
        yield Reporter(RULE.name).error(f"The model's process gave no answer: {said[-1].strip()}")
        return
    if "problem" in answer:
        yield problem_finding(msgspec.convert(answer["problem"], Problem))
        return
    received = answer["predictions"]
    columns = None if received is None else received["columns"]
    yield from reference_findings(configuration, columns, by_chance=bool(answer.get("by_chance")))
