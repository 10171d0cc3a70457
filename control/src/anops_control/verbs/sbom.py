"""Tells what is installed in an image: its bill of materials."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.building.inventory import list_image
from anops_control.configuration import load
from anops_control.events import telling
from anops_control.file_failures import unwritable
from anops_control.supply.beside import keep_bill
from anops_control.supply.bill import bill_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.building.inventory import Listed
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class SbomRequest:
    """Which image is asked about."""

    folder: Path
    """The project's folder."""
    image: str | None = None
    """An image on this machine; by default that of the project's version."""
    file: Path | None = None
    """Where the bill is written; by default it is kept in the project, under .anops/images."""


@dataclass(frozen=True, slots=True)
class SbomResult:
    """What is in it.

    Attributes:
        name: What the image is called.
        listed: What is installed.
        file: Where the bill is.
        document: The bill, CycloneDX as JSON.
    """

    name: str
    listed: Listed
    file: Path
    document: str

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        inventory = self.listed.inventory
        kinds = {"debian": inventory.debian, "python": inventory.python, "r": inventory.r}
        return {
            "image": self.listed.image,
            "name": self.name,
            "packages": {kind: len(packages) for kind, packages in kinds.items()},
            "file": str(self.file),
            "document": json.loads(self.document),
        }


def run(request: SbomRequest, events: Events) -> SbomResult:
    """Write the bill of an image.

    Raises:
        CommandError: There is no such image, no engine answers, or the file can't be written.
    """
    with telling(events):
        name = request.image
        if name is None:
            project = load(request.folder).project.project
            name = f"{project.name}:{project.version}"
        events.doing(f"Listing what is installed in {name}")
        listed = list_image(name)
        document = bill_of(listed, name)
        events.idle()
        if request.file is None:
            return SbomResult(name, listed, keep_bill(request.folder, listed.image, document), document)
        try:
            request.file.write_text(document, encoding="utf-8")
        except OSError as error:
            raise unwritable(error, request.file) from error
        return SbomResult(name, listed, request.file, document)


VERB = Verb("sbom", "List what is installed in an image: a bill of materials (SBOM) as CycloneDX.", SbomRequest, run)
