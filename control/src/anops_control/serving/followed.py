"""A version of the registry that is served: which it is, and whether its alias points to another one by now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_control.configuration import load
from anops_control.tracking.addresses import address_of
from anops_control.tracking.fetching import fetched
from anops_control.tracking.finding import version_of
from anops_control.tracking.opening import away, keeper_of, place_of
from anops_control.tracking.port import AwayError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_control.configuration import Configuration
    from anops_control.tracking.addresses import Address
    from anops_control.tracking.opening import TrackingPlace
    from anops_control.tracking.port import Keeper, Version


@dataclass(slots=True)
class Followed:
    """What is served, and who tells when it changes.

    Attributes:
        configuration: The version's project.
        version: Which version it is; None where it is the model of a run.
    """

    configuration: Configuration
    version: Version | None
    _address: Address
    _place: TrackingPlace
    _keeper: Keeper
    _flags: Mapping[str, object]

    @property
    def home(self) -> Path:
        """The folder whose registry it is."""
        return self._place.home

    @property
    def can_change(self) -> bool:
        """Whether another version may take its place."""
        return self._address.alias is not None

    @property
    def text(self) -> str:
        """The version in words: `demand@champion, version 3`."""
        if self.version is None:
            return self._address.text
        alias = f"@{self._address.alias}" if self._address.alias else ""
        return f"{self.version.model}{alias}, version {self.version.number}"

    def newer(self) -> bool:
        """Take the version that the alias points to by now, and say whether it is another than before.

        Where it can't be used, the error is raised once: it counts as seen.

        Raises:
            CommandError: The registry is away, the alias is gone, or the files are gone or altered.
            ConfigurationError: Its ao.toml can't be used.
        """
        try:
            version = version_of(self._keeper, self._address)
            if self.version is not None and version.number == self.version.number:
                return False
            self.version = version
            found = fetched(self._place, self._keeper, self._address)
        except AwayError as error:
            raise away(self._place, error) from error
        self.configuration = load(found.folder, flags=self._flags)
        return True


def followed_from(folder: Path, address: str, flags: Mapping[str, object]) -> Followed:
    """Return a version of the registry of a folder, its files at hand.

    Raises:
        CommandError: There is no such version, its files are gone or altered, or the registry is away.
    """
    place, named = place_of(folder), address_of(address)
    keeper = keeper_of(place)
    try:
        found = fetched(place, keeper, named)
    except AwayError as error:
        raise away(place, error) from error
    return Followed(load(found.folder, flags=flags), found.version, named, place, keeper, flags)
