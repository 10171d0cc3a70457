"""Finds who keeps versions and runs: the address, and the adapter that an extra brings."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.ao_toml import AoToml
from anops_project.project import CONFIG_NAME, tables_in
from anops_project.sections.project import ProjectSection
from anops_project.sections.tracking import TrackingSection
from pydantic import ValidationError

from anops_control.errors import CommandError
from anops_control.extras.opening import opened
from anops_control.file_failures import file_failure
from anops_control.surroundings import current
from anops_control.tracking.port import AwayError, RefusingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.tracking.port import Keeper, Opener

GROUP = "anops.tracking"
FOLDER = ".anops"
VARIABLE = "MLFLOW_TRACKING_URI"
PREDICTIONS = "predictions.db"
"""The store of predictions, in the folder."""
SERIES = "series.db"
"""The store of time series, there too."""
_DATABASE = "tracking.db"
_START = "Start the server, or correct `uri` under [tracking] in ao.toml."
_ACCOUNT = (
    "Name an account of it that may, in the environment: MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or "
    "MLFLOW_TRACKING_TOKEN."
)
_SECRET = re.compile(r"(?<=://)[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class TrackingPlace:
    """Where versions and runs of a project are kept.

    Attributes:
        home: The project's folder, or the current one where there is no project.
        uri: The address.
        artifacts: Where files go; None where a server has a place for them.
        experiment: What its runs are kept under.
        rule: `[tracking] promote` and the like.
    """

    home: Path
    uri: str
    artifacts: Path | None
    experiment: str
    section: TrackingSection

    @property
    def is_local(self) -> bool:
        """Whether it is a file of this computer."""
        return self.uri.startswith("sqlite:")

    @property
    def shown(self) -> str:
        """The address without a password."""
        return _SECRET.sub("", self.uri)


def place_of(folder: Path) -> TrackingPlace:
    """Return where the versions of the project in a folder, or the nearest above it, are kept.

    `[tracking] uri` of ao.toml says it; else `MLFLOW_TRACKING_URI`; else it is a database below `.anops`.

    Args:
        folder: Where to look first; without a project there, it is the folder itself.
    """
    home = _home(folder.resolve())
    section, name = TrackingSection(), home.name or "models"
    if (home / CONFIG_NAME).is_file():
        try:
            read = AoToml.check(tables_in(home), (ProjectSection, TrackingSection))
        except (ValidationError, AnOpsError):
            from anops_control.configuration import load  # noqa: PLC0415  says what is wrong with it

            load(home)
            raise
        section, name = read.one(TrackingSection), read.one(ProjectSection).name
    uri = section.uri or current().variables.get(VARIABLE) or ""
    if uri.startswith("sqlite:///") and not uri.startswith("sqlite:////"):
        file = home / uri.removeprefix("sqlite:///")
        return TrackingPlace(home, f"sqlite:///{file}", file.parent / "artifacts", name, section)
    if uri:
        return TrackingPlace(
            home, uri, home / FOLDER / "artifacts" if uri.startswith("sqlite:") else None, name, section
        )
    own = home / FOLDER
    return TrackingPlace(home, f"sqlite:///{own / _DATABASE}", own / "artifacts", name, section)


def _home(folder: Path) -> Path:
    for each in (folder, *folder.parents):
        if (each / CONFIG_NAME).is_file() or (each / FOLDER).is_dir():
            return each
    return folder


def keeper_of(place: TrackingPlace) -> Keeper:
    """Return who keeps versions and runs.

    Raises:
        CommandError: The extra is missing, or it can't be opened.
    """
    opener: Opener = opened("tracking", GROUP, "Versions and runs are kept", "ao extra add tracking")
    if place.is_local:
        own_folder(Path(place.uri.removeprefix("sqlite:///")).parent)
    try:
        return opener(place.uri, place.artifacts, place.experiment)
    except AwayError as error:
        raise away(place, error) from error


@contextmanager
def kept(place: TrackingPlace) -> Iterator[Keeper]:
    """Give who keeps versions and runs; where it is away, a person is told."""
    keeper = keeper_of(place)
    try:
        yield keeper
    except AwayError as error:
        raise away(place, error) from error


def away(place: TrackingPlace, error: AwayError) -> CommandError:
    """Return the message for a place that does not answer, or lets nobody in."""
    says, remedy = f"Can't reach what keeps versions and runs, {place.shown}.", _START
    if isinstance(error, RefusingError):
        says, remedy = f"What keeps versions and runs, {place.shown}, refuses this.", _ACCOUNT
    return CommandError(
        says,
        details=[_SECRET.sub("", line) for line in str(error).splitlines()[:3]],
        remedy=None if place.is_local else remedy,
        code=Code.SERVICE_UNREACHABLE,
    )


def own_folder(folder: Path) -> Path:
    """Make the folder `.anops`, invisible to git.

    Raises:
        CommandError: It can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.name == FOLDER and not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise file_failure(error, folder) or CommandError(
            f"Can't make the folder `{folder}`, which keeps versions and runs: {error.strerror}.",
            remedy="Make it writable, or name another place under [tracking] in ao.toml.",
            code=Code.FILE_UNWRITABLE,
        ) from error
    return folder
