"""Schedules as a crontab."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from anops_schedules.exporting.plan import Exported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_schedules.exporting.plan import Planned


def crontab(planned: Sequence[Planned]) -> Exported:
    """Return a crontab, to be taken in with `crontab FILE`."""
    lines, notes = [], []
    for each in planned:
        words = shlex.join(["cd", str(each.folder)]) + " && " + shlex.join(each.command)
        line = f"{each.times.at} {words}".replace("%", r"\%")  # cron makes a new line of it
        lines += [f"# {each.project}: {' '.join(each.about.split())}", f"CRON_TZ={each.times.zone.key}", line, ""]
    if any(each.times.zone.key != "UTC" for each in planned):
        notes.append(
            "The cron of Debian and Ubuntu does not know CRON_TZ: there, the computer must be in that time zone. "
            "That of Fedora and Red Hat (cronie) knows it."
        )
    if any(each.section.missed == "once" for each in planned):
        notes.append("cron does not make up for missed times: `missed` has no effect there.")
    return Exported({"crontab": "\n".join(lines)}, tuple(notes))
