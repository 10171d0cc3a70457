"""What a project shows of how its model is operated: files, runs, versions, environments, schedules."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anops_project.ao_toml import AoToml
from anops_project.project import tables_in
from anops_project.sections.deployment import DeploymentSection
from anops_project.sections.monitoring import MonitoringSection
from anops_project.sections.schedules import ScheduleSection
from anops_project.sections.service import ServiceSection
from anops_project.sections.tasks import TaskSection
from anops_project.sections.training import TrainingSection

from anops_control.deploying.finding import environments_of
from anops_control.deploying.known import status
from anops_control.errors import CommandError
from anops_control.tracking.opening import FOLDER, kept, place_of
from anops_control.tracking.port import NotKeptError
from anops_control.training.planning import CODE

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.tracking.port import Keeper, Version

_CI = (".github/workflows/*.yml", ".github/workflows/*.yaml", ".gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile")
_TESTS = ("tests/reference.*", "tests/test_*.py", "tests/testthat/test-*.R", "tests/test-*.R", "tests/test_*.R")
_FITTING = frozenset({"train", "refit", "monitor retrain"})
_FITS = re.compile(rf"\bao\s+(?:{'|'.join(sorted(_FITTING))})\b")
_MOST_RUNS = 200


@dataclass(slots=True)
class Facts:
    """What was found.

    Attributes:
        ci: Files by which a build server checks each change.
        tests: Files of tests.
        images: Images that were built and looked at.
        steps: The file with the steps that fit the model; None where there is none.
        runs: Finished runs that have metrics.
        versions: Registered versions, by name and number.
        compared: Of these, which were promoted by a comparison.
        from_runs: Of these, which came of a run, so that they lead back to what they were fitted on.
        environments: Each environment: its state, and what runs there.
        retrains: Schedules that refit the model.
        logged: Whether a service keeps which version has answered which request.
        notes: What could not be looked at, and why.
    """

    ci: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    steps: str | None = None
    runs: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    from_runs: list[str] = field(default_factory=list)
    environments: list[dict[str, Any]] = field(default_factory=list)
    retrains: list[str] = field(default_factory=list)
    logged: bool = False
    notes: list[str] = field(default_factory=list)


def facts_of(start: Path) -> Facts:
    """Look at the project in a folder, or the nearest above it.

    Raises:
        CommandError: There is no project, or its ao.toml can't be used.
    """
    environments = environments_of(start)
    folder = environments.folder
    found = Facts(
        ci=_files(folder, *_CI), tests=_files(folder, *_TESTS), images=_files(folder, f"{FOLDER}/images/*.cdx.json")
    )
    kinds = (ServiceSection, TrainingSection, TaskSection, ScheduleSection, DeploymentSection, MonitoringSection)
    read = AoToml.check(tables_in(folder), kinds)
    code = read.one(TrainingSection).code
    found.steps = next(iter(_files(folder, code) if code else _files(folder, *CODE.values())), None)
    found.logged = read.one(ServiceSection).log_predictions != "no"
    fitting = _FITTING | ({"monitor alerts"} if read.one(MonitoringSection).retrain == "on-alert" else set())
    found.retrains = [name for name, each in read.named(ScheduleSection).items() if _fits(each, read, fitting)]
    try:
        with kept(place_of(folder)) as keeper:
            _look_at_versions(keeper, found)
    except CommandError as error:
        found.notes.append(error.message)
    for name in environments.sections:
        try:
            found.environments.append(status(environments, name))
        except CommandError as error:
            found.notes.append(f"{name}: {error.message}")
    return found


def _files(folder: Path, *patterns: str) -> list[str]:
    return sorted(str(file.relative_to(folder)) for pattern in patterns for file in folder.glob(pattern))


def _fits(schedule: ScheduleSection, read: AoToml, fitting: frozenset[str]) -> bool:
    """Say whether a schedule fits the model: by the verb, or by a task that calls it."""
    if schedule.verb in fitting:
        return True
    tasks = read.named(TaskSection)
    pending, seen = [schedule.task], set[str]()
    while pending:
        name = pending.pop()
        if name is None or name in seen or name not in tasks:
            continue
        seen.add(name)
        if any(_FITS.search(line) for line in tasks[name].run):
            return True
        pending += tasks[name].after
    return False


def _look_at_versions(keeper: Keeper, found: Facts) -> None:
    found.runs = [each.name for each in keeper.runs(_MOST_RUNS) if each.status == "FINISHED" and each.metrics]
    for model in keeper.models():
        try:
            versions = keeper.versions(model.name)
        except NotKeptError:  # removed meanwhile
            continue
        for each in versions:
            name = f"{each.model}/{each.number}"
            found.versions.append(name)
            found.compared += [name] if _was_compared(each) else []
            found.from_runs += [name] if each.run else []


def _was_compared(version: Version) -> bool:
    try:
        report = json.loads(version.tags.get("anops.promotion", "{}"))
    except ValueError:
        return False
    return "comparison" in report
