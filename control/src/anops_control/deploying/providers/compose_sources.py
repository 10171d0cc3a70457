"""The images that an environment of containers is made from, as the engine has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.building import containers
from anops_control.standing.failure import StandingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.deploying.ir import Ir, Model

DIGEST = "anops.digest"
"""The label that says which model an image holds."""


def images_of(client: Any, ir: Ir) -> dict[str, str]:  # noqa: ANN401  docker-py has no types
    """Return the IDs of the images that are needed, by their names.

    Raises:
        StandingError: An image is not there, or holds another model.
    """
    return {name: _image_id(client, ir, name, model) for name, model in _images(ir)}


def _images(ir: Ir) -> Iterator[tuple[str, Model | None]]:
    """Yield the images that are needed, and the model that is to be in each."""
    yield ir.image or "", ir.model
    yield ir.api_image or "", None
    if ir.challenger is not None:
        yield ir.challenger.image or "", ir.challenger.model


def _image_id(client: Any, ir: Ir, name: str, model: Model | None) -> str:  # noqa: ANN401  docker-py has no types
    known = containers.image_of(client, name)
    if known is None:
        raise StandingError(
            f"The Docker engine has no image `{name}`.",
            remedy=f"Pull or build it, or name another as `image` in [deployment.{ir.environment}].",
        )
    there = (known["Config"].get("Labels") or {}).get(DIGEST)
    if model is not None and there not in {None, model.digest}:
        raise StandingError(
            f"The image `{name}` holds another model than version {model.number} of `{model.name}`.",
            details=[f"In the image: {there}", f"In the registry: {model.digest}"],
            remedy=f"Build that of the version, or name another as `image` in [deployment.{ir.environment}].",
        )
    return str(known["Id"])
