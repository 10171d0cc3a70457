"""Removes a version, or a model with all its versions."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.tracking.addresses import address_of
from anops_control.tracking.finding import model_of, version_of
from anops_control.tracking.opening import kept, place_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRemoveRequest:
    """What is removed."""

    folder: Path
    """The project's folder."""
    address: str
    """The version: NAME/VERSION; or with `all_versions` the model's name."""
    all_versions: bool = False
    """Remove the model, with all its versions."""


@dataclass(frozen=True, slots=True)
class ModelRemoveResult:
    """What was removed."""

    model: str
    versions: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"model": self.model, "versions": list(self.versions)}


def run(request: ModelRemoveRequest, events: Events) -> ModelRemoveResult:
    """Remove a version that no alias points to, or a model.

    Raises:
        CommandError: There is no such version, or an alias points to it.
    """
    del events
    address = address_of(request.address)
    with kept(place_of(request.folder)) as keeper:
        model = model_of(keeper, address.model)
        if request.all_versions:
            removed = tuple(sorted(version.number for version in keeper.versions(model.name)))
            keeper.remove_model(model.name)
            return ModelRemoveResult(model.name, removed)
        if address.number is None:
            raise CommandError(
                f"`{request.address}` names no version by its number.",
                remedy=f"Write {address.model}/VERSION; or remove all of it: ao model remove {shlex.quote(model.name)} "
                "--all-versions",
                code=Code.USAGE,
            )
        version = version_of(keeper, address)
        if version.aliases:
            alias = version.aliases[0]
            raise CommandError(
                f"`{alias}` points to version {version.number} of `{model.name}`.",
                remedy=f"Take it away first: ao model demote {shlex.quote(f'{model.name}@{alias}')}",
                code=Code.USAGE,
            )
        keeper.remove_version(model.name, version.number)
    return ModelRemoveResult(model.name, (version.number,))


VERB = Verb("model remove", "Remove a version, or a model with all its versions.", ModelRemoveRequest, run)
