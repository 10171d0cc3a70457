"""`ao sbom`: what is installed in an image."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ao import messages
from ao.presenting import presented

EPILOG = """
`ao sbom`  the image of the project's version; its bill is kept in the project

`ao sbom --image anops/api-service:0.1 --output api-service.cdx.json`  another image, into a file of yours

The bill is CycloneDX 1.6 as JSON: packages of Debian, of Python and of R, with versions, licences and the names by
which scanners look up advisories. `ao build` keeps one of each image.
"""


def sbom(
    project: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="The project's folder, by default the current one.", show_default=False),
    ] = None,
    *,
    image: Annotated[
        str | None, typer.Option("--image", metavar="NAME", help="Another image on this machine.", show_default=False)
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write the bill into this file.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON, for programs.")] = False,
) -> None:
    """List what is installed in an image: a bill of materials (SBOM)."""
    from anops_control.verbs.sbom import SbomRequest, run  # noqa: PLC0415  the Docker SDK is slow to import

    with presented() as events:
        found = run(SbomRequest(folder=project or Path(), image=image, file=output), events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    for kind, number in found.to_dict()["packages"].items():
        messages.result(f"{_KINDS[kind]:<22} {number}")
    messages.success(f"The bill of {found.name} is in {found.file}.")


_KINDS = {"debian": "Packages of Debian", "python": "Packages of Python", "r": "Packages of R"}
