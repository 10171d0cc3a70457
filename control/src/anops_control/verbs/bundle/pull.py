"""Takes a bundle out of a registry into a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.bundles.address import Address
from anops_control.bundles.artifact import unpacked
from anops_control.bundles.remote import fetched
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.file_failures import unwritable
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePullRequest:
    """What is taken."""

    folder: Path
    """The project's folder; `to` is relative to the current one."""
    address: str
    """The bundle: oras://HOST/NAME:TAG or oras://HOST/NAME@sha256:DIGEST."""
    to: Path
    """The folder that is made of it; it must not be there, or be empty."""


@dataclass(frozen=True, slots=True)
class BundlePullResult:
    """What was taken.

    Attributes:
        address: Its address by digest.
        digest: The digest.
        folder: Where it is.
        files: How many files it has.
    """

    address: str
    digest: str
    folder: Path
    files: int

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        told = {"address": self.address, "digest": self.digest}
        return told | {"folder": str(self.folder), "files": self.files}


def run(request: BundlePullRequest, events: Events) -> BundlePullResult:
    """Take a bundle.

    Raises:
        CommandError: There is none, it is not what its digest says, or the folder can't be used.
    """
    address, target = Address.read(request.address), request.to
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CommandError(
            f"`{target}` is there and not empty.",
            remedy="Name a folder that is not there: --to FOLDER",
            code=Code.FILE_EXISTS,
        )
    with telling(events):
        events.doing(f"Pulling {address}")
        with fetched(address) as bundle:
            try:
                target.mkdir(parents=True, exist_ok=True)
                unpacked(bundle, target)
            except OSError as error:
                raise unwritable(error, target) from error
            events.idle()
            return BundlePullResult(address.at(bundle.digest), bundle.digest, target, len(bundle.entries))


VERB = Verb("bundle pull", "Download a bundle of experiments from a registry.", BundlePullRequest, run)
