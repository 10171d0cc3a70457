"""Brings the bundle of a project's experiments to a registry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.bundles.address import Address
from anops_control.bundles.remote import push
from anops_control.events import telling
from anops_control.verbs.bundle.making import bundle_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePushRequest:
    """What is pushed where."""

    folder: Path
    """The project's folder."""
    address: str
    """Where to: oras://HOST/NAME:TAG."""
    include: tuple[str, ...] = ()
    """Further files, as patterns below the project's folder."""


@dataclass(frozen=True, slots=True)
class BundlePushResult:
    """The bundle in the registry.

    Attributes:
        address: Its address by digest, which means this bundle for ever.
        digest: The digest.
        files: How many files it has.
        size: How many bytes they have.
    """

    address: str
    digest: str
    files: int
    size: int

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"address": self.address, "digest": self.digest, "files": self.files, "bytes": self.size}


def run(request: BundlePushRequest, events: Events) -> BundlePushResult:
    """Bundle a project's experiments, and push them.

    Raises:
        CommandError: The bundle can't be made, or the registry can't be reached or refuses.
    """
    address = Address.read(request.address)
    with telling(events), bundle_of(request.folder, request.include) as bundle:
        events.doing(f"Pushing to {address}")
        push(bundle, address)
        events.idle()
        return BundlePushResult(address.at(bundle.digest), bundle.digest, len(bundle.entries), bundle.size)


VERB = Verb("bundle push", "Push the bundle of experiments to a registry.", BundlePushRequest, run)
