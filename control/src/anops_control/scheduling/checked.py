"""Makes sure that what schedules of `ao.toml` do can be done, before anything is kept or run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.suggestions import nearest
from anops_control.verbs import registry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_project.sections.schedules import ScheduleSection

    from anops_control.configuration import Configuration
    from anops_control.scheduling.port import Schedules

_NOT_ALONE = frozenset({"serve", "init"})
"""Verbs that run until they are ended, or make the project itself."""


def chosen(configuration: Configuration, names: Sequence[str]) -> Mapping[str, ScheduleSection]:
    """Return the schedules that are named; all of them where none is.

    Raises:
        CommandError: There is no such schedule, or none at all.
    """
    known = configuration.schedules
    if not known:
        raise CommandError(
            "There is no schedule in ao.toml.",
            remedy='Add one: [schedules.nightly] with at = "30 2 * * *" and task = "train".',
            code=Code.USAGE,
        )
    for name in names:
        if name not in known:
            guess = nearest(name, known)
            raise CommandError(
                f"There is no schedule `{name}` in ao.toml.",
                remedy=f"Did you mean `{guess}`?" if guess else f"There are: {', '.join(known)}.",
                code=Code.USAGE,
            )
    return {name: section for name, section in known.items() if not names or name in names}


def require_doable(configuration: Configuration, sections: Mapping[str, ScheduleSection], who: Schedules) -> None:
    """Check all of them.

    Raises:
        CommandError: The first that can't be done, or never comes.
    """
    for name, section in sections.items():
        fault = fault_of(configuration, name, section, who)
        if fault is not None:
            raise fault


def fault_of(configuration: Configuration, name: str, section: ScheduleSection, who: Schedules) -> CommandError | None:
    """Return why a schedule can't be done, or None where it can."""
    try:
        who.next(section.at, section.time_zone, 1)
        _doable(configuration, section)
    except CommandError as error:
        return CommandError(
            f"Schedule `{name}`: {error.message}", details=error.details, remedy=error.remedy, code=error.code
        )
    return None


def _doable(configuration: Configuration, section: ScheduleSection) -> None:
    verb, request = section.asked()
    if section.task is not None and section.task not in configuration.tasks:
        guess = nearest(section.task, configuration.tasks)
        raise CommandError(
            f"there is no task `{section.task}` in ao.toml.",
            remedy=f"Did you mean `{guess}`?" if guess else f"Add a table [tasks.{section.task}].",
            code=Code.USAGE,
        )
    allowed = [name for name in registry.NAMES if name not in _NOT_ALONE and not name.startswith("schedule ")]
    if verb not in allowed:
        guess = nearest(verb, allowed)
        raise CommandError(
            f"`{verb}` is nothing that a schedule can do.",
            remedy=f"Did you mean `{guess}`?" if guess else "Name a command of `ao` that ends by itself.",
            code=Code.USAGE,
        )
    registry.verb(verb).read({**request, "folder": str(configuration.folder)})
