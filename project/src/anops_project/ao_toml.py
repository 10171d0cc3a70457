"""Checks the tables of an `ao.toml` against its sections, all faults together."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from anops_model_interface.expressions import Expression
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from anops_project.project import Project, tables_in, unusable
from anops_project.registry import sections
from anops_project.sections.metrics import MetricSection
from anops_project.sections.model import ModelSection
from anops_project.sections.project import ProjectSection
from anops_project.sections.series import SeriesSection
from anops_project.sections.service import ServiceSection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from anops_project.section import Section

S = TypeVar("S", bound="Section")


class AoToml:
    """The sections of one `ao.toml`."""

    def __init__(self, read: Mapping[str, Any]) -> None:
        self._read = read

    @classmethod
    def check(cls, tables: Mapping[str, Any], kinds: Iterable[type[Section]] | None = None) -> AoToml:
        """Read the tables that a TOML parser gave.

        Args:
            tables: The tables.
            kinds: The sections to look at, others being left alone; by default all, and others are faults.

        Raises:
            pydantic.ValidationError: A section is missing or wrong; `loc` starts with the section's name.
        """
        known = None if kinds is None else tuple(kinds)
        read = _model(known).model_validate(tables)
        return cls({name: getattr(read, name) for name in type(read).model_fields})

    def one(self, kind: type[S]) -> S:
        """Return a section that there is once; as by default where it is not written."""
        return cast("S", self._read[kind.about.name])

    def named(self, kind: type[S]) -> Mapping[str, S]:
        """Return the sections of a kind that there are several of, by their names, in the order of the file."""
        return cast("Mapping[str, S]", self._read[kind.about.name])

    def all(self) -> Mapping[str, Any]:
        """Return every section, or table of sections, by its name in `ao.toml`."""
        return self._read


def checked_project(folder: Path) -> Project:
    """Read a project's `ao.toml`, and check what serving needs of it.

    Raises:
        AnOpsError: `MODEL_LOAD`: the file is not there, is not TOML, or a section is wrong.
    """
    tables = tables_in(folder)
    kinds = (ProjectSection, ModelSection, ServiceSection, SeriesSection, MetricSection)
    try:
        read = AoToml.check(tables, kinds)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise unusable(folder, f"`{where}`: {first['msg']}") from error
    series = read.one(SeriesSection) if "series" in tables else None
    project = Project.of(folder, read.one(ProjectSection), read.one(ModelSection), read.one(ServiceSection), series)
    if (unread := project.unread_resolution) is not None:
        raise unusable(folder, f"`model.inputs.{unread}`: `resolution` is for Python models, R has one unit only")
    for name, metric in read.named(MetricSection).items():
        known = {*project.schema.inputs, *project.schema.outputs}
        unknown = sorted(({*Expression.of(metric.sum).names} | ({metric.by} if metric.by else set())) - known)
        if unknown and project.schema.outputs:
            raise unusable(folder, f"`metrics.{name}`: there is no column `{unknown[0]}` in inputs or outputs")
        if misfit := Expression.of(metric.sum).misfit(project.schema.texts):
            raise unusable(folder, f"`metrics.{name}.sum`: {misfit}")
    return project


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of all sections, as pydantic writes it."""
    return _model(None).model_json_schema(mode="validation")


@cache
def _model(kinds: tuple[type[Section], ...] | None) -> type[BaseModel]:
    config = ConfigDict(title="ao.toml", frozen=True, strict=True, extra="forbid" if kinds is None else "ignore")
    about = "Describes an AnOps model project: what the model is, and how it is served."
    found = {kind.about.name: _field(kind) for kind in (sections().values() if kinds is None else kinds)}
    return create_model("AoToml", __config__=config, __doc__=about, **found)


def _field(kind: type[Section]) -> Any:  # noqa: ANN401  what create_model takes
    about = kind.about
    if about.one is not None:
        return (dict[str, kind], Field(default_factory=dict, description=about.description))  # type: ignore[valid-type]
    if about.required:
        return (kind, Field(description=about.description))
    return (kind, Field(default_factory=kind, description=about.description))
