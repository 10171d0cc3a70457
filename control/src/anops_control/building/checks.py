"""Checks an image in a child of its own: lint, tests, their coverage, and the reference predictions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
from anops_model_interface.errors import Problem

from anops_control.building import checks_python, checks_r
from anops_control.building.check_outcome import outcome
from anops_control.building.child import child_of
from anops_control.building.diagnosis import explain_tools
from anops_control.building.following import StepFailedError
from anops_control.building.project_files import files_for_checks
from anops_control.rules.predictions import RULE, problem_finding, reference_findings
from anops_control.rules.rule import Reporter

if TYPE_CHECKING:
    from collections.abc import Iterator

    import docker

    from anops_control.building.child import Ended
    from anops_control.checking import Outcome
    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.findings import Finding

_LANGUAGES = {"python": checks_python, "r": checks_r}


def check_image(
    client: docker.APIClient, image: str, configuration: Configuration, events: Events
) -> tuple[Outcome, ...]:
    """Check an image.

    Args:
        client: The engine.
        image: Its ID.
        configuration: The project it was built from.
        events: Where the steps are shown.

    Returns:
        What was found, one outcome for each check.

    Raises:
        CommandError: What the checks need can't be installed, or the engine failed.
    """
    language = _LANGUAGES[configuration.project.project.language]
    files = files_for_checks(configuration.folder)
    events.step("Making a throw-away image with the tools of the checks")
    try:
        with child_of(client, image, language.recipe(configuration, files), events) as child:
            outcomes = list(language.check(child, configuration, events))
            events.step("Reproducing the reference predictions")
            ended = child.run(["python", "-m", "anops_worker.reproduce", "--project", child.project])
            outcomes.append(outcome(RULE.name, RULE.passed, reproduced(ended, configuration)))
    except StepFailedError as failure:
        raise explain_tools(failure) from failure
    return tuple(outcomes)


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
