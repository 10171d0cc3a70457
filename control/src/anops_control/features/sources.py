"""Finds feature views of `ao.toml`, and gives their datasets, and rows of a file, as Parquet."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.feast_features import absolute, is_feast

from anops_control.datasets.description import About
from anops_control.datasets.finding import board_of, version_of
from anops_control.datasets.port import data
from anops_control.datasets.progress import advancing
from anops_control.datasets.reading import opened
from anops_control.errors import CommandError
from anops_control.features.feast import feast_told
from anops_control.suggestions import nearest
from anops_control.tracking.opening import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_project.project import Project
    from anops_project.sections.features import FeatureSection

    from anops_control.configuration import Configuration
    from anops_control.events import Events


STORE = "features.db"
"""The newest values, in the folder `.anops`."""


def store_of(configuration: Configuration) -> str:
    """Return the online store of a project: a file, or an address."""
    return store_at(configuration.project.service.feature_store, configuration.folder)


def feature_flags(project: Project, home: Path) -> dict[str, object]:
    """Return the flags with which an api-service looks features up; none where the model has no features.

    Args:
        project: The project that is served.
        home: The folder of the project that keeps the newest values.
    """
    if all(spec.feature is None for spec in project.schema.inputs.values()):
        return {}
    return {"--feature-store": store_at(project.service.feature_store, home)}


def store_at(written: str | None, home: Path) -> str:
    """Return an online store as `[service]` names it: a file of the project, an address, or a Feast repository.

    Raises:
        CommandError: It is the address of a Feast repository, and can't be read.
    """
    if written is None:
        return str(home / FOLDER / STORE)
    if is_feast(written):
        with feast_told():
            return absolute(written, home)
    return written if "://" in written else str(home / written)


def view_of(configuration: Configuration, name: str) -> FeatureSection:
    """Return a feature view.

    Raises:
        CommandError: There is none of that name.
    """
    known: Mapping[str, FeatureSection] = configuration.features
    if name in known:
        return known[name]
    guess = nearest(name, known)
    raise CommandError(
        f"There is no feature view `{name}` in ao.toml.",
        remedy=f"Did you mean `{guess}`?"
        if guess
        else f"There are: {', '.join(known)}."
        if known
        else f"Add one: [features.{name}] with `dataset`, `entity` and `time`.",
        code=Code.USAGE,
    )


@contextmanager
def source_of(folder: Path, section: FeatureSection, events: Events) -> Iterator[tuple[Path, str]]:
    """Give the latest version of a view's dataset as a Parquet file, and its name.

    Raises:
        CommandError: There is no such dataset, or it can't be read.
    """
    adapter = data()
    board = board_of(adapter, folder, None)
    stored = version_of(board, section.dataset, None)
    with tempfile.TemporaryDirectory(prefix="anops-features-") as own:
        target = Path(own, "source.parquet")
        with opened(adapter, board, stored, events) as (file, description):
            adapter.convert(file, description, "parquet", target)
        yield target, stored.version


@contextmanager
def rows_of(file: Path, events: Events) -> Iterator[Path]:
    """Give the rows of a file as a Parquet file.

    Raises:
        CommandError: There is no such file, or it can't be read.
    """
    if not file.is_file():
        raise CommandError(f"There is no file {file}.", code=Code.FILE_NOT_FOUND)
    adapter = data()
    with tempfile.TemporaryDirectory(prefix="anops-features-") as own:
        form = adapter.form_of(file)
        looked = adapter.describe(
            file, form, about=About(), said={}, missing_words=("", "NA"), advance=advancing(events, "Reading the rows")
        )
        target = Path(own, "rows.parquet")
        adapter.convert(file, looked.description, "parquet", target)
        yield target
