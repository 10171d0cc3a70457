"""Lets an alias point again to the version before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.promoting.promotion import claimed
from anops_control.tracking.addresses import address_of
from anops_control.tracking.aliases import CHAMPION, forget_last, history_of
from anops_control.tracking.finding import model_of
from anops_control.tracking.opening import kept, place_of
from anops_control.tracking.port import NotKeptError
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events
    from anops_control.tracking.port import Keeper


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRollbackRequest:
    """Which alias goes back."""

    folder: Path
    """The project's folder."""
    address: str
    """The model, with its alias where that is not champion: NAME, NAME@ALIAS."""


@dataclass(frozen=True, slots=True)
class ModelRollbackResult:
    """Where the alias points to now."""

    model: str
    alias: str
    before: int | None
    version: int

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"model": self.model, "alias": self.alias, "before": self.before, "version": self.version}


def run(request: ModelRollbackRequest, events: Events) -> ModelRollbackResult:
    """Move an alias back to the previous version, without any gate; again, to the one before that.

    Raises:
        CommandError: There is no such model, or nothing to go back to.
    """
    address = address_of(request.address)
    alias = address.alias or CHAMPION
    with kept(place_of(request.folder)) as keeper:
        model = model_of(keeper, address.model)
        now = model.aliases.get(alias)
        for number in reversed(history_of(model, alias)):
            if number == now:
                continue
            if _is_there(keeper, model.name, number):
                claimed(keeper, model.name, alias)
                keeper.move_alias(model.name, alias, number)
                forget_last(keeper, model, alias, number)
                return ModelRollbackResult(model.name, alias, now, number)
            events.warning(f"Version {number}, which `{alias}` pointed to before, was removed.")
    raise CommandError(
        f"`{alias}` of `{model.name}` has pointed to no other version before.",
        remedy=f"See which versions there are: ao model list {model.name}",
        code=Code.VERSION_NOT_FOUND,
    )


def _is_there(keeper: Keeper, model: str, number: int) -> bool:
    try:
        keeper.version(model, number)
    except NotKeptError:
        return False
    return True


VERB = Verb("model rollback", "Move an alias back to the previous version.", ModelRollbackRequest, run)
