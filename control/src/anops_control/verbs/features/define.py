"""Writes a feature view into ao.toml, after a look at its dataset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.flags import words_of
from anops_project.sections.features import FeatureSection
from pydantic import TypeAdapter, ValidationError

from anops_control.configuration import load
from anops_control.configuration.editing import apply_edits
from anops_control.errors import CommandError
from anops_control.features.feast import require_own
from anops_control.features.port import features
from anops_control.features.sources import source_of
from anops_control.findings import Edit
from anops_control.verbs.features.facts import FeaturesResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesDefineRequest:
    """What the view is; see `[features.VIEW]`."""

    folder: Path
    """The project's folder."""
    name: str
    """What it is called."""
    dataset: str
    """The dataset that has the values."""
    entity: tuple[str, ...]
    """The columns that say whom a row is about."""
    time: str
    """The column that says from when on the values are known."""
    columns: tuple[str, ...] = ()
    """The columns that are features; by default all others."""
    ttl: str | None = None
    """How long a value counts, such as "2 d"; by default for ever."""
    time_zone: str | None = None
    """The time zone of times that have none of their own; by default UTC."""


def run(request: FeaturesDefineRequest, events: Events) -> FeaturesResult:
    """Look at the dataset, and write the view into ao.toml.

    Raises:
        CommandError: There is such a view, the dataset lacks a column, or a row lacks its time.
    """
    configuration = load(request.folder)
    require_own(configuration)
    if request.name in configuration.features:
        raise CommandError(
            f"There is a feature view `{request.name}` in ao.toml already.",
            remedy="Change it there, or name another.",
            code=Code.PROJECT_EXISTS,
        )
    written = {
        key: list(value) if isinstance(value, tuple) else value
        for key in ("dataset", "entity", "time", "columns", "ttl", "time_zone")
        if (value := getattr(request, key)) is not None and value != ()
    }
    try:
        section = TypeAdapter(FeatureSection).validate_python(written)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = f"Feature view `{request.name}`: {f'`{where}` ' if where else ''}{words_of(first)}."
        raise CommandError(message, code=Code.USAGE) from error
    with source_of(configuration.folder, section, events) as (source, version):
        found = features().described(source, request.name, section)
    apply_edits(configuration.path, [Edit(("features", request.name, key), value) for key, value in written.items()])
    return FeaturesResult({"name": request.name, **section.written(), "version": version, **found})


VERB = Verb("features define", "Write a feature view into ao.toml, after a look at its dataset.",
            FeaturesDefineRequest, run)  # fmt: skip
