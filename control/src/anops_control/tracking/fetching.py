"""Brings a version's files onto this computer, and sees that they are those that were registered."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.tracking.finding import version_of
from anops_control.tracking.opening import FOLDER, kept, place_of
from anops_control.tracking.packing import PROJECT, faults_in
from anops_control.tracking.port import NotKeptError

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_control.tracking.addresses import Address
    from anops_control.tracking.opening import TrackingPlace
    from anops_control.tracking.port import Keeper, Version

_SEAL = "anops.seal"
_CACHE = "models"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A version whose files are here, each as it was registered.

    Attributes:
        folder: The project's folder.
        version: The version; None where it is the model of a run.
    """

    folder: Path
    version: Version | None


def fetched(place: TrackingPlace, keeper: Keeper, address: Address) -> Fetched:
    """Return the project that an address names, in a folder of its own below `.anops/models`.

    What was fetched before is taken again where it is still what was registered.

    Raises:
        CommandError: There is no such version; or a file of it is gone or altered.
    """
    if address.run:
        target = place.home / FOLDER / _CACHE / "runs" / address.run / address.path.replace("/", "_")
        if not target.is_dir() or faults_in(target, None):
            _fetch(target, lambda into: keeper.fetch_of_run(address.run, address.path, into), address.text, None)
        return Fetched(_with_environment(place, target / PROJECT), None)
    version = version_of(keeper, address)
    seal = _seal_of(version)
    # the seal in the path: a registry that was made anew has other versions under the same numbers
    target = place.home / FOLDER / _CACHE / version.model / f"{version.number}-{seal[7:19]}"
    if not target.is_dir() or faults_in(target, seal):
        name = f"models:/{version.model}/{version.number}"
        _fetch(target, lambda into: keeper.fetch(version, into), name, seal)
    return Fetched(_with_environment(place, target / PROJECT), version)


def _with_environment(place: TrackingPlace, folder: Path) -> Path:
    """Lend a version the environment of the project that it is fetched for."""
    own, lent = place.home / ".venv", folder / ".venv"
    if own.is_dir() and not lent.is_symlink() and not lent.exists():
        lent.symlink_to(own)
    return folder


def fetched_here(folder: Path, address: Address) -> Fetched:
    """Return the project that an address names in the registry of a folder."""
    place = place_of(folder)
    with kept(place) as keeper:
        return fetched(place, keeper, address)


def copy_out(found: Fetched, target: Path) -> None:
    """Copy a fetched project into a new folder.

    Raises:
        CommandError: There is something already.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CommandError(
            f"`{target}` is there already.", remedy="Name another folder with --to.", code=Code.FILE_EXISTS
        )
    shutil.copytree(found.folder, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".venv", ".ao"))


def _seal_of(version: Version) -> str:
    seal = version.tags.get(_SEAL)
    if seal is None:
        raise CommandError(
            f"Version {version.number} of `{version.model}` was not registered by `ao model register`.",
            details=["It is not a model project, so nothing says what its columns are, or how it is served."],
            code=Code.VERSION_ALTERED,
        )
    return seal


def _fetch(target: Path, bring: Callable[[Path], None], name: str, seal: str | None) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".coming-") as coming:
        into = Path(coming, "files")
        into.mkdir()
        try:
            bring(into)
        except NotKeptError as error:
            raise CommandError(
                f"The files of {name} are gone.",
                details=[str(error)],
                remedy="Serve another version of it, or register it again.",
                code=Code.VERSION_ALTERED,
            ) from error
        faults = faults_in(into, seal)
        if faults:
            raise CommandError(
                f"The files of {name} are not those that were registered; it is not used.",
                details=faults[:5],
                remedy="Serve another version of it, or register it again.",
                code=Code.VERSION_ALTERED,
            )
        if target.exists():
            shutil.rmtree(target)
        into.rename(target)
