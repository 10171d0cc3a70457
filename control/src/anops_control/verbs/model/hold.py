"""Holds an alias where it is, or a version back, until a person takes that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.promoting.holding import Hold, hold_in, tag_of
from anops_control.tracking.addresses import address_of, check_alias
from anops_control.tracking.aliases import CHAMPION
from anops_control.tracking.finding import model_of, version_of
from anops_control.tracking.opening import kept, place_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelHoldRequest:
    """What is held."""

    folder: Path
    """The project's folder."""
    address: str
    """The model, whose alias stays where it is: NAME or NAME@ALIAS; or a version that gets none: NAME/VERSION."""
    alias: str = CHAMPION
    """Which alias stays."""
    reason: str = ""
    """Why, for whoever meets the hold."""
    release: bool = False
    """Take the hold back."""


@dataclass(frozen=True, slots=True)
class ModelHoldResult:
    """What is held now.

    Attributes:
        model: The model.
        alias: Its alias; None where a version is held.
        version: The version; None where an alias is held.
        hold: The hold; None where there is none any more.
    """

    model: str
    alias: str | None
    version: int | None
    hold: Hold | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "model": self.model,
            "alias": self.alias,
            "version": self.version,
            "held": self.hold is not None,
            "since": None if self.hold is None else self.hold.when,
            "reason": "" if self.hold is None else self.hold.reason,
        }


def run(request: ModelHoldRequest, events: Events) -> ModelHoldResult:
    """Hold it, or take a hold back.

    Raises:
        CommandError: There is no such model or version, or no hold that could be taken back.
    """
    del events
    address = address_of(request.address)
    hold = None if request.release else Hold(datetime.now(UTC).isoformat(timespec="seconds"), request.reason)
    with kept(place_of(request.folder)) as keeper:
        model = model_of(keeper, address.model)
        if address.number is None:
            alias: str | None = check_alias(address.alias or request.alias)
            version, tags = None, model.tags
        else:
            alias, version = None, version_of(keeper, address).number
            tags = keeper.version(model.name, version).tags
        if hold is None and hold_in(tags, alias) is None:
            what = f"`{alias}` of `{model.name}`" if version is None else f"Version {version} of `{model.name}`"
            raise CommandError(f"{what} is not held.", code=Code.USAGE)
        text = "" if hold is None else hold.written()
        if version is None:
            keeper.tag_model(model.name, tag_of(alias), text)
        else:
            keeper.tag_version(model.name, version, tag_of(None), text)
    return ModelHoldResult(model.name, alias, version, hold)


VERB = Verb("model hold", "Hold an alias where it is, or a version back, until the hold is released.",
            ModelHoldRequest, run)  # fmt: skip
