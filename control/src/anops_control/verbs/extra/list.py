"""Lists the extras of `ao`, and what others have added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_control.extras.known import EXTRAS
from anops_control.extras.state import Adapter, adapters, lacking, versions_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraListRequest:
    """Nothing is to be said."""


@dataclass(frozen=True, slots=True)
class ListedExtra:
    """An extra.

    Attributes:
        name: What a person types.
        brings: What it brings.
        is_installed: Whether all of it is there.
        versions: The distributions it needs, with their versions; None where one is missing.
    """

    name: str
    brings: str
    is_installed: bool
    versions: dict[str, str | None]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        told = {"name": self.name, "brings": self.brings, "installed": self.is_installed}
        return told | {"distributions": self.versions}


@dataclass(frozen=True, slots=True)
class ExtraListResult:
    """What there is.

    Attributes:
        extras: All extras.
        adapters: Distributions of others that add something.
    """

    extras: tuple[ListedExtra, ...]
    adapters: tuple[Adapter, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "extras": [extra.to_dict() for extra in self.extras],
            "adapters": [adapter.to_dict() for adapter in self.adapters],
        }


def run(_: ExtraListRequest, __: Events) -> ExtraListResult:
    """List them."""
    listed = (ListedExtra(each.name, each.brings, not lacking(each), versions_of(each)) for each in EXTRAS)
    return ExtraListResult(tuple(listed), tuple(adapters()))


VERB = Verb("extra list", "List the extras of `ao`, and what others have added.", ExtraListRequest, run)
