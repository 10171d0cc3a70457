"""Holds: a person's word that an alias stays where it is, or that a version gets none, until it is taken back."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.tracking.port import RegisteredModel, Version

_TAG = "anops.hold"


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold.

    Attributes:
        when: Since when, as ISO 8601.
        reason: Why.
    """

    when: str
    reason: str = ""

    def written(self) -> str:
        """Return it as a tag."""
        return json.dumps({"when": self.when, "reason": self.reason}, ensure_ascii=False)


def tag_of(alias: str | None) -> str:
    """Return the tag of a hold: of a model's alias, or without one of a version."""
    return _TAG if alias is None else f"{_TAG}.{alias}"


def hold_in(tags: Mapping[str, str], alias: str | None) -> Hold | None:
    """Return the hold that tags tell of; None where there is none, or it was taken back."""
    text = tags.get(tag_of(alias), "")
    if not text:
        return None
    try:
        read: Any = json.loads(text)
        return Hold(str(read["when"]), str(read.get("reason", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Hold("", text)  # somebody's own tag holds as well


def release_of(model: RegisteredModel, version: Version, alias: str) -> str | None:
    """Return the command that releases what keeps a version from an alias; None where nobody holds either."""
    is_of_alias = hold_in(model.tags, alias) is not None
    if not is_of_alias and hold_in(version.tags, None) is None:
        return None
    address = model.name if is_of_alias else f"{model.name}/{version.number}"
    flag = f" --alias {shlex.quote(alias)}" if is_of_alias and alias != "champion" else ""
    return f"ao model hold {shlex.quote(address)}{flag} --release"


def require_free(model: RegisteredModel, version: Version, alias: str) -> None:
    """Check that nobody holds an alias or a version.

    Raises:
        CommandError: Somebody does.
    """
    of_alias, of_version = hold_in(model.tags, alias), hold_in(version.tags, None)
    hold, release = of_alias or of_version, release_of(model, version, alias)
    if hold is None or release is None:
        return
    what = f"`{alias}` of `{model.name}`" if of_alias else f"Version {version.number} of `{model.name}`"
    raise CommandError(
        f"{what} is held: no version is promoted to it." if of_alias else f"{what} is held: it is not promoted.",
        details=[f"Since {hold.when[:16].replace('T', ' ')} UTC{': ' if hold.reason else '.'}{hold.reason}"],
        remedy=f"Release the hold, if that is for you to decide: {release}",
        code=Code.PROMOTION_HELD,
    )
