"""Shows what a bundle in a registry holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.bundles.address import Address
from anops_control.bundles.remote import fetched
from anops_control.events import telling
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.bundles.artifact import Entry
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleShowRequest:
    """Which bundle is looked at."""

    folder: Path
    """The project's folder."""
    address: str
    """The bundle: oras://HOST/NAME:TAG or oras://HOST/NAME@sha256:DIGEST."""


@dataclass(frozen=True, slots=True)
class BundleShowResult:
    """What it is.

    Attributes:
        address: Its address by digest.
        digest: The digest.
        entries: Its files.
    """

    address: str
    digest: str
    entries: tuple[Entry, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        files = [each.to_dict() for each in self.entries]
        return {"address": self.address, "digest": self.digest, "files": files}


def run(request: BundleShowRequest, events: Events) -> BundleShowResult:
    """Look at a bundle.

    Raises:
        CommandError: There is none, it is not what its digest says, or the registry can't be asked.
    """
    address = Address.read(request.address)
    with telling(events):
        events.doing(f"Looking at {address}")
        with fetched(address) as bundle:
            events.idle()
            return BundleShowResult(address.at(bundle.digest), bundle.digest, bundle.entries)


VERB = Verb("bundle show", "List the contents of a bundle of experiments.", BundleShowRequest, run)
