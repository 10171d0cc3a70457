"""Tells how far the operation of a model has come, from level 0 to 4, by what its project shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.deploying.failures import told_as_commands
from anops_control.maturity.facts import facts_of
from anops_control.maturity.levels import TITLES, Point, level_of, points_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class MaturityRequest:
    """Which project."""

    folder: Path
    """The project's folder."""


@dataclass(frozen=True, slots=True)
class MaturityResult:
    """How far it has come.

    Attributes:
        level: The level, from 0 to 4.
        points: What each level asks for, and what shows that it is there.
        notes: What could not be looked at.
    """

    level: int
    points: tuple[Point, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        points = [each.to_dict() for each in self.points]
        return {"level": self.level, "title": TITLES[self.level], "points": points, "notes": list(self.notes)}


def run(request: MaturityRequest, events: Events) -> MaturityResult:  # noqa: ARG001  as each verb has it
    """Tell the level, what shows it, and for each missing point the command that brings it nearer.

    Raises:
        CommandError: There is no project, or its ao.toml can't be used.
    """
    with told_as_commands():
        found = facts_of(request.folder)
    points = points_of(found)
    return MaturityResult(level_of(points), tuple(points), tuple(found.notes))


VERB = Verb("maturity", "Show how mature the operation of a model is, from level 0 to 4.", MaturityRequest, run)
