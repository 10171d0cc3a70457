"""`ao verify`: whether an image is signed by somebody who is trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ao import messages
from ao.presenting import presented

EPILOG = """
`ao verify registry.example.com/team/cars:1.0.0 --key ana.pub`  an image in a registry, by somebody else's key

`ao verify`  the image of the project's version on this machine, by your own key

What is not signed, or by nobody you trust, ends the command with exit code 1, so that a script can go on with what
is. Keys are Ed25519, as PEM; `ao build --sign` says where your own public key is.
"""


def verify(
    image: Annotated[
        str | None,
        typer.Argument(
            metavar="IMAGE",
            help="An image in a registry or on this machine; by default that of the project.",
            show_default=False,
        ),
    ] = None,
    *,
    key: Annotated[
        list[Path] | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="The public key of somebody whose signature counts; can be repeated. By default your own.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON, for programs.")] = False,
) -> None:
    """Check whether someone you trust signed an image."""
    from anops_control.verbs.verify import VerifyRequest, run  # noqa: PLC0415  the Docker SDK is slow to import

    with presented() as events:
        found = run(VerifyRequest(folder=Path(), image=image, keys=tuple(key or ())), events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    messages.success(f"{found.name} is signed by {found.file}.")
    for title, value in (
        ("Image", found.digest),
        ("Key", found.key),
        ("Model", found.notes.get("anops.digest", "")),
        ("Signed", found.notes.get("signed", "")),
        *([("Source", found.revision)] if found.revision else []),
        *([("SBOM", "beside it, signed")] if found.has_bill else []),
    ):
        messages.result(f"{title:<7} {value}")
