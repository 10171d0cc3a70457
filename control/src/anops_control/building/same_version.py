"""Notices that a name which an image is to get belongs to another model already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from docker.errors import ImageNotFound

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import docker

LABEL = "anops.digest"
"""The label of an image that says which fit is in it."""


def other_model(client: docker.APIClient, names: Sequence[str], digest: str) -> tuple[str, str] | None:
    """Return the first of some names that an image with another model has, and that model's digest.

    Args:
        client: The engine.
        names: Names with the model's version as their tag; an image that was pulled counts as one that was built.
        digest: The digest of the model that is to have these names.
    """
    for name in names:
        try:
            known = client.inspect_image(name)
        except ImageNotFound:
            continue
        there = (known["Config"].get("Labels") or {}).get(LABEL)
        if there and there != digest:
            return name, there
    return None


def refuse_same_version(name: str, *, there: str, digest: str, version: str) -> None:
    """Refuse to give a name to another model.

    Raises:
        CommandError: Always; both digests are named.
    """
    raise CommandError(
        f"`{name}` is another model: version {version} was built from a different fit.",
        details=[f"Image `{name}`: model {there}", f"This project: model {digest}"],
        remedy="Raise `version` in ao.toml, so that both can be told apart; or give the name to the new model: "
        "ao build --replace",
        code=Code.MODEL_EXISTS,
    )
