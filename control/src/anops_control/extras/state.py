"""What of the extras is installed beside `ao`, and what else is there that adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import distributions
from typing import TYPE_CHECKING, Any

from anops_project.packages import version_of
from packaging.requirements import InvalidRequirement, Requirement

from anops_control.extras.known import EXTRAS
from anops_control.extras.ours import OURS, normal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_control.extras.known import Extra

PORTS = (
    "anops.data",
    "anops.deployers",
    "anops.engines",
    "anops.experiments",
    "anops.families",
    "anops.features",
    "anops.monitoring",
    "anops.places",
    "anops.runtimes",
    "anops.schedulers",
    "anops.tracking",
    "anops.workspaces",
)
"""Groups of entry points by which a distribution adds something."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A distribution of others that adds something to `ao`.

    Attributes:
        distribution: Its name.
        version: Its version.
        offers: What it adds, by the group of entry points.
    """

    distribution: str
    version: str
    offers: dict[str, list[str]]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"distribution": self.distribution, "version": self.version, "offers": self.offers}


def versions_of(extra: Extra) -> dict[str, str | None]:
    """Return the versions of what an extra needs; None where one is missing."""
    return {each.name: version_of(each.name) for each in extra.requirements()}


def lacking(extra: Extra) -> list[Requirement]:
    """Return what of an extra is not installed, or in another version."""
    return [each for each in extra.requirements() if not _is_met(each)]


def removable(extra: Extra) -> tuple[list[str], dict[str, str]]:
    """Return what goes with an extra, and what stays with who needs it."""
    stays: dict[str, str] = {}
    for each in extra.requirements():
        if version_of(each.name) is not None and (needed := _needed_by(each.name, extra)) is not None:
            stays[each.name] = needed
    goes = [each.name for each in extra.requirements() if version_of(each.name) is not None and each.name not in stays]
    return goes, stays


def adapters() -> list[Adapter]:
    """Return the distributions of others that add something, by name."""
    found: dict[str, Adapter] = {}
    for each in distributions():
        name, offers = normal(each.metadata["Name"]), dict[str, list[str]]()
        for point in each.entry_points:
            if point.group in PORTS:
                offers.setdefault(point.group, []).append(point.name)
        if offers and name not in OURS:
            found.setdefault(name, Adapter(name, each.version, offers))
    return [found[name] for name in sorted(found)]


def _is_met(requirement: Requirement) -> bool:
    found = version_of(requirement.name)
    return found is not None and requirement.specifier.contains(found, prereleases=True)


def _needed_by(name: str, leaving: Extra) -> str | None:
    """Say who needs a distribution beside an extra that goes: a distribution, or another extra that is installed."""
    for other in EXTRAS:
        if other.name != leaving.name and name in {each.name for each in other.requirements()} and not lacking(other):
            return f"the extra `{other.name}`"
    going = {normal(each.name) for each in leaving.requirements()}
    for each in distributions():
        owner = normal(each.metadata["Name"] or "")
        if owner not in going and normal(name) in _required(each.requires or ()):
            return f"`{owner}`"
    return None


def _required(lines: Iterable[str]) -> set[str]:
    """Return the names that a distribution needs whatever extras of it were asked for."""
    names = set()
    for line in lines:
        try:
            read = Requirement(line)
        except InvalidRequirement:
            continue  # of an age without rules
        if read.marker is None or read.marker.evaluate({"extra": ""}):
            names.add(normal(read.name))
    return names
