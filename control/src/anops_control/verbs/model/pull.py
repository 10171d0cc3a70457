"""Copies a version's project into a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.tracking.addresses import address_of
from anops_control.tracking.fetching import copy_out, fetched_here
from anops_control.tracking.port import Version, told
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPullRequest:
    """What is copied, and where to."""

    folder: Path
    """The project's folder."""
    address: str
    """The version: NAME, NAME@ALIAS, NAME/VERSION, or runs:/ID/model; of a name alone the newest."""
    to: Path | None = None
    """A new folder; by default one of the model's name and version."""


@dataclass(frozen=True, slots=True)
class ModelPullResult:
    """The copy.

    Attributes:
        folder: Where it is.
        version: The version; None where it is the model of a run.
    """

    folder: Path
    version: Version | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"folder": str(self.folder), **({} if self.version is None else told(self.version))}


def run(request: ModelPullRequest, events: Events) -> ModelPullResult:
    """Copy a version.

    Raises:
        CommandError: There is no such version, its files are gone or altered, or the folder is there already.
    """
    del events
    address = address_of(request.address)
    found = fetched_here(request.folder, address)
    name = address.run or address.model
    number = "" if found.version is None else f"-{found.version.number}"
    target = request.to or request.folder / f"{name}{number}"
    copy_out(found, target)
    return ModelPullResult(target, found.version)


VERB = Verb("model pull", "Copy a version's project into a folder.", ModelPullRequest, run)
