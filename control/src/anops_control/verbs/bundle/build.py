"""Makes the bundle of a project's experiments, and writes it into a file where that is wanted."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.events import telling
from anops_control.file_failures import unwritable
from anops_control.verbs.bundle.making import bundle_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.bundles.artifact import Entry
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleBuildRequest:
    """What is bundled."""

    folder: Path
    """The project's folder."""
    include: tuple[str, ...] = ()
    """Further files, as patterns below the project's folder."""
    file: Path | None = None
    """Where its archive is written, a tar; by default nowhere."""


@dataclass(frozen=True, slots=True)
class BundleBuildResult:
    """The bundle.

    Attributes:
        digest: What names it.
        entries: Its files.
        file: Where its archive is, if it was wanted.
    """

    digest: str
    entries: tuple[Entry, ...]
    file: Path | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        told = {"digest": self.digest, "files": [each.to_dict() for each in self.entries]}
        return told | {"file": None if self.file is None else str(self.file)}


def run(request: BundleBuildRequest, events: Events) -> BundleBuildResult:
    """Make the bundle of a project.

    Raises:
        CommandError: A file that is named is not there, or can't be read or written.
    """
    with telling(events), bundle_of(request.folder, request.include) as bundle:
        if request.file is not None:
            try:
                shutil.copyfile(bundle.archive, request.file)
            except OSError as error:
                raise unwritable(error, request.file) from error
        return BundleBuildResult(bundle.digest, bundle.entries, request.file)


VERB = Verb("bundle build", "Bundle the code and data of experiments.", BundleBuildRequest, run)
