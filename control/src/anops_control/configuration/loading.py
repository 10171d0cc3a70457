"""Reads a project's `ao.toml` and everything that overrides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_project.ao_toml import AoToml
from anops_project.project import CONFIG_NAME, Project
from anops_project.sections.alerts import AlertSection
from anops_project.sections.check import CheckSection
from anops_project.sections.data import DataSection
from anops_project.sections.features import FeatureSection
from anops_project.sections.image import ImageSection
from anops_project.sections.metrics import MetricSection
from anops_project.sections.model import ModelSection
from anops_project.sections.monitoring import MonitoringSection
from anops_project.sections.project import ProjectSection
from anops_project.sections.schedules import ScheduleSection
from anops_project.sections.series import SeriesSection
from anops_project.sections.service import ServiceSection
from anops_project.sections.tasks import TaskSection
from anops_project.sections.training import TrainingSection
from pydantic import ValidationError

from anops_control.configuration.dotted_columns import take_out_dotted_columns
from anops_control.configuration.locating import find_project
from anops_control.configuration.metric_columns import metric_columns
from anops_control.configuration.missing_columns import missing_columns
from anops_control.configuration.positions import Positions, find_positions
from anops_control.configuration.settings import Overrides, Setting, list_settings
from anops_control.configuration.syntax import parse
from anops_control.configuration.wording import FaultContext, to_findings
from anops_control.errors import ConfigurationError
from anops_control.findings import Finding, has_errors, in_order
from anops_control.surroundings import current

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Configuration:
    """A project's configuration, checked.

    Attributes:
        project: What the model-service serves, flags and environment taken in.
        image: `[image]`.
        check: `[check]`.
        training: `[training]`.
        data: `[data]`.
        tasks: `[tasks]`, by name in the order of the file; `ao.tasks` brings them into an order.
        schedules: `[schedules]`, by name in the order of the file.
        features: `[features]`, by name in the order of the file.
        monitoring: `[monitoring]`.
        alerts: `[alerts]`, by name in the order of the file.
        settings: Every effective setting with its origin.
        findings: Warnings and notes; no errors.
    """

    project: Project
    image: ImageSection
    check: CheckSection
    training: TrainingSection
    data: DataSection
    tasks: Mapping[str, TaskSection]
    schedules: Mapping[str, ScheduleSection]
    features: Mapping[str, FeatureSection]
    monitoring: MonitoringSection
    alerts: Mapping[str, AlertSection]
    settings: tuple[Setting, ...]
    findings: tuple[Finding, ...]

    @property
    def folder(self) -> Path:
        """The absolute path of the project's folder."""
        return self.project.folder

    @property
    def path(self) -> Path:
        """The absolute path of its `ao.toml`."""
        return self.project.folder / CONFIG_NAME


def load(
    folder: Path,
    *,
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Configuration:
    """Read and check the configuration of the project in a folder or the nearest folder above it.

    Args:
        folder: Where to look first.
        flags: Keys of `[service]` that flags set; None means that the flag was not given.
        environ: Environment variables; by default those of the surroundings.

    Raises:
        CommandError: There is no project.
        ConfigurationError: The file, a flag or an environment variable can't be used; all faults are named.
    """
    home = find_project(folder)
    overrides = Overrides.gather(flags or {}, current().variables if environ is None else environ)
    text, tables = parse(home / CONFIG_NAME)
    positions = find_positions(text)
    findings = take_out_dotted_columns(tables, positions)
    read, faults = _validate(tables, positions, overrides)
    findings += faults
    if read is None or has_errors(findings):
        raise ConfigurationError(in_order(findings))
    findings += missing_columns(tables)
    series = read.one(SeriesSection) if "series" in tables else None
    project = Project.of(home, read.one(ProjectSection), read.one(ModelSection), read.one(ServiceSection), series)
    findings += metric_columns(read.named(MetricSection), project.schema, positions)
    if has_errors(findings):
        raise ConfigurationError(in_order(findings))
    return Configuration(
        project=project,
        image=read.one(ImageSection),
        check=read.one(CheckSection),
        training=read.one(TrainingSection),
        data=read.one(DataSection),
        tasks=read.named(TaskSection),
        schedules=read.named(ScheduleSection),
        features=read.named(FeatureSection),
        monitoring=read.one(MonitoringSection),
        alerts=read.named(AlertSection),
        settings=list_settings(read, tables, positions, overrides),
        findings=in_order(findings),
    )


def _validate(
    tables: dict[str, Any], positions: Positions, overrides: Overrides
) -> tuple[AoToml | None, list[Finding]]:
    merged = _with_overrides(tables, overrides)
    try:
        return AoToml.check(merged), []
    except ValidationError as error:
        return None, to_findings(error, FaultContext(merged, positions, overrides.sources))


def _with_overrides(tables: dict[str, Any], overrides: Overrides) -> dict[str, Any]:
    service = tables.get("service", {})
    if not overrides.values or not isinstance(service, dict):
        return tables
    return {**tables, "service": {**service, **overrides.values}}
