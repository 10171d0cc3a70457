"""`ao bundle push`: the bundle of the project goes to a registry."""

from __future__ import annotations

from pathlib import Path

from anops_control.verbs.bundle.push import BundlePushRequest, run

from ao import messages
from ao.commands.bundle.options import Address, Include, Json, Project, size
from ao.presenting import presented

EPILOG = """
`ao bundle push oras://registry.example.com/team/outbreak:1`

The registry is asked with the credentials of `docker login`, or with ANOPS_REGISTRY_USER and ANOPS_REGISTRY_PASSWORD.
"""


def push(address: Address, *, include: Include = None, project: Project = None, as_json: Json = False) -> None:
    """Push the bundle of the experiments to a registry."""
    with presented() as events:
        made = run(
            BundlePushRequest(folder=project or Path(), address=address, include=tuple(include or ())), events
        )  # fmt: skip
    if as_json:
        messages.result_json(made.to_dict())
        return
    messages.success(f"Pushed {made.files} files ({size(made.size)}): {made.address}")
    messages.next_step(f"ao sim run NAME --bundle {made.address}")
