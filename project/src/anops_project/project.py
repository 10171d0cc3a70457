"""A model project as it is served: what its `ao.toml` says of it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import msgspec
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import Schema

from anops_project.sections.model import ModelSection
from anops_project.sections.project import ProjectSection
from anops_project.sections.series import SeriesSection
from anops_project.sections.service import ServiceSection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONFIG_NAME = "ao.toml"
_SEE = "See `ao check` for the place."


@dataclass(frozen=True, slots=True)
class Project:
    """A model project as it is served.

    Attributes:
        folder: The absolute path of the folder that holds `ao.toml`.
        project: `[project]`.
        model: `[model]`, as written.
        service: `[service]`.
        schema: The contract with every policy resolved.
        series: `[series]`; None where the model forecasts none.
    """

    folder: Path
    project: ProjectSection
    model: ModelSection
    service: ServiceSection
    schema: Schema
    series: SeriesSection | None = None

    @property
    def artifact(self) -> Path | None:
        """The fitted model's file."""
        return self.folder / self.model.artifact if self.model.artifact else None

    @property
    def code(self) -> Path | None:
        """The statistician's own code."""
        return self.folder / self.model.code if self.model.code else None

    @property
    def unread_resolution(self) -> str | None:
        """The first column with a `resolution` that nothing reads, since R holds every moment in seconds."""
        inputs = self.schema.inputs.items() if self.project.language == "r" else ()
        return next((name for name, spec in inputs if spec.resolution is not None), None)

    @classmethod
    def of(
        cls,
        folder: Path,
        project: ProjectSection,
        model: ModelSection,
        service: ServiceSection,
        series: SeriesSection | None = None,
    ) -> Self:
        """Make a project of its sections.

        Args:
            folder: The folder that the paths in `ao.toml` start from.
            project: `[project]`.
            model: `[model]`.
            service: `[service]`.
            series: `[series]`, where it is written.
        """
        schema = Schema(inputs=model.inputs, outputs=model.outputs, options=model.options)
        policy: Literal["error", "allow"] = "allow" if project.language == "r" else "error"
        return cls(folder.resolve(), project, model, service, schema.resolved(missing=policy), series)

    @classmethod
    def build(cls, folder: Path, tables: Mapping[str, Any]) -> Self:
        """Make a project from the tables of its `ao.toml`, without pydantic: for whoever loads the model.

        Limits of numbers and unknown keys are left to `AoToml.check`, which `ao` and the service ask beforehand.

        Args:
            folder: The folder that the paths in `ao.toml` start from.
            tables: What a TOML parser gave; sections that serving does not need are left alone.

        Raises:
            ValueError: A section is missing or wrong; the text says where.
        """
        model = _table(tables, "model")
        contract = Schema.of({part: model.get(part, {}) for part in _CONTRACT})
        plain = {name: value for name, value in model.items() if name not in _CONTRACT}
        return cls.of(
            folder,
            _section(_table(tables, "project"), ProjectSection),
            replace(
                _section(plain, ModelSection),
                inputs=contract.inputs,
                outputs=contract.outputs,
                options=contract.options,
            ),
            _section(tables.get("service", {}), ServiceSection),
            _section(tables["series"], SeriesSection) if "series" in tables else None,
        )

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a project's `ao.toml`, as `build` does.

        Raises:
            AnOpsError: `MODEL_LOAD`: the file is not there, is not TOML, or a section is wrong.
        """
        tables = tables_in(folder)
        try:
            return cls.build(folder, tables)
        except ValueError as error:
            raise unusable(folder, str(error)) from error


_CONTRACT = ("inputs", "outputs", "options")
T = TypeVar("T", ProjectSection, ModelSection, ServiceSection, SeriesSection)


def _table(tables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = tables.get(name)
    if not isinstance(table, dict):
        raise ValueError(f"the section `[{name}]` is missing")  # noqa: TRY004  as all that is wrong with a section
    return table


def _section(table: object, kind: type[T]) -> T:
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"`[{kind.about.name}]`: {error}") from error


def tables_in(folder: Path) -> dict[str, Any]:
    """Read the tables of a project's `ao.toml`.

    Raises:
        AnOpsError: `MODEL_LOAD`: the file is not there, or is not TOML.
    """
    path = folder / CONFIG_NAME
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError as error:
        raise AnOpsError(
            Code.MODEL_LOAD,
            f"Can't serve `{folder}`: it has no {CONFIG_NAME}.",
            remedy="Make a project of your fitted model: ao init --model FILE",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise AnOpsError(Code.MODEL_LOAD, f"Can't read {path}: {error}.", remedy=_SEE) from error


def unusable(folder: Path, why: str) -> AnOpsError:
    """Return the error of an `ao.toml` that can't be used."""
    return AnOpsError(Code.MODEL_LOAD, f"Can't use {folder / CONFIG_NAME}: {why}.", remedy=_SEE)
