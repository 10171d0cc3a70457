"""Takes an alias away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.promoting.promotion import claimed
from anops_control.tracking.addresses import address_of
from anops_control.tracking.aliases import let_go
from anops_control.tracking.finding import version_of
from anops_control.tracking.opening import kept, place_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDemoteRequest:
    """Which alias is taken away."""

    folder: Path
    """The project's folder."""
    address: str
    """The model with its alias: NAME@ALIAS."""


@dataclass(frozen=True, slots=True)
class ModelDemoteResult:
    """What the alias pointed to."""

    model: str
    alias: str
    version: int

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"model": self.model, "alias": self.alias, "version": self.version}


def run(request: ModelDemoteRequest, events: Events) -> ModelDemoteResult:
    """Remove an alias; the version stays, and a service that follows the alias keeps serving it.

    Raises:
        CommandError: There is no such model or alias.
    """
    del events
    address = address_of(request.address)
    if address.alias is None:
        raise CommandError(
            f"`{request.address}` names no alias.",
            remedy=f"Write it behind the name: {address.model}@champion",
            code=Code.USAGE,
        )
    with kept(place_of(request.folder)) as keeper:
        version = version_of(keeper, address)
        claimed(keeper, address.model, address.alias)
        let_go(keeper, address.model, address.alias)
    return ModelDemoteResult(address.model, address.alias, version.number)


VERB = Verb("model demote", "Remove an alias; the version stays.", ModelDemoteRequest, run)
