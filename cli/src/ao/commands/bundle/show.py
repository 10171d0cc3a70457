"""`ao bundle show`: what a bundle in a registry holds."""

from __future__ import annotations

from pathlib import Path

from anops_control.verbs.bundle.show import BundleShowRequest, run

from ao import messages
from ao.commands.bundle.options import Address, Json
from ao.commands.bundle.options import show as show_files
from ao.presenting import presented


def show(address: Address, *, as_json: Json = False) -> None:
    """Show what a bundle in a registry holds."""
    with presented() as events:
        found = run(BundleShowRequest(folder=Path(), address=address), events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    show_files(found.entries)
    messages.success(found.address)
