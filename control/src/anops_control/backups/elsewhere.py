"""What a project keeps outside of its folder, and a backup of the folder therefore does not have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError
from anops_model_interface.feast_features import is_feast
from anops_project.ao_toml import AoToml
from anops_project.project import CONFIG_NAME, tables_in
from anops_project.sections.data import DataSection
from anops_project.sections.image import ImageSection
from anops_project.sections.service import ServiceSection
from pydantic import ValidationError

from anops_control.deploying.finding import environments_of
from anops_control.deploying.record import Record
from anops_control.deploying.record import names as brought_up
from anops_control.errors import CommandError
from anops_control.standing.failure import StandingError
from anops_control.surroundings import current
from anops_control.tracking.opening import place_of
from anops_control.workspaces.home import home as own_home

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECRET = re.compile(r"(?<=://)[^/@\s]*@")
_FEATURES, _LOG = "ANOPS_FEATURE_STORE", "ANOPS_LOG_STORE"


def kept_elsewhere(home: Path) -> list[str]:
    """Return what a project keeps outside of its folder, a few words each, without passwords."""
    try:
        return [*_runs(home), *_stores(home), *_environments(home)]
    except (AnOpsError, CommandError, StandingError, ValidationError) as error:
        return [f"what {home.name} keeps elsewhere is not known: {error}"]


def of_person() -> list[str]:
    """Return what is kept of a person beside all projects."""
    folder = own_home()
    return [f"providers and workspaces of yours, in {folder}"] if folder.is_dir() else []


def _runs(home: Path) -> Iterator[str]:
    place = place_of(home)
    if not place.is_local or not _inside(place.uri.removeprefix("sqlite:///"), home):
        yield f"runs and versions of {home.name}, at {place.shown}"


def _stores(home: Path) -> Iterator[str]:
    if not (home / CONFIG_NAME).is_file():
        return
    read = AoToml.check(tables_in(home), (DataSection, ServiceSection, ImageSection))
    board = read.one(DataSection).board
    if not _inside(board, home):
        yield f"datasets of {home.name}, at {_shown(board)}"
    log = current().variables.get(_LOG) or read.one(ServiceSection).log_store
    if log is not None:
        yield f"predictions and outcomes of {home.name}, at {_shown(log)}"
    features = current().variables.get(_FEATURES) or read.one(ServiceSection).feature_store
    if features is not None and not _inside(features, home):
        yield f"values of features of {home.name}, at {_shown(features)}"
    repository = read.one(ImageSection).repository
    if repository is not None:
        yield f"images of {home.name}, at {repository}"


def _environments(home: Path) -> Iterator[str]:
    if not (home / CONFIG_NAME).is_file():
        return
    environments = environments_of(home)
    for name in brought_up(home):
        now = (Record(home, name).read() or {}).get("now")
        form = {} if now is None else now["form"]
        for volume in form.get("document", {}).get("volumes", {}):
            where = f"in the volume {form['name']}_{volume} of its engine"
            yield f"predictions and series of {home.name} in `{name}`, {where}"
    for name, section in environments.sections.items():
        if section.series_store is not None:
            yield f"series of {home.name} in `{name}`, at the address in its Secret {section.series_store}"
        if section.provider == "kubernetes" and section.keys is not None:
            yield f"keys of callers of {home.name} in `{name}`, in its Secret {section.keys}"
        elif section.keys is not None and not _inside(section.keys, home):
            yield f"keys of callers of {home.name} in `{name}`, in {section.keys}"
        if section.approvers and not _inside(section.approver_keys, home):
            yield f"keys of who approves what comes into `{name}`, in {section.approver_keys}"


def _inside(address: str, home: Path) -> bool:
    """Say whether a place lies in the project's folder."""
    return (
        "://" not in address
        and not is_feast(address)
        and (home / Path(address).expanduser()).resolve().is_relative_to(home.resolve())
    )


def _shown(address: str) -> str:
    return _SECRET.sub("", address)
