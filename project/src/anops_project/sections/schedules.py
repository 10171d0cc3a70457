"""`[schedules.NAME]`: what is done at which times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from anops_model_interface.tables import After, Before, key

from anops_project.section import About, Section

_NOT_STANDARD = re.compile(r"[L#]|^\s*@")


def _is_at(value: str) -> str:
    if value.lstrip().startswith("@"):
        raise ValueError("must be five fields, such as `0 0 * * *` for midnight, not a name such as `@daily`")
    if len(value.split()) != 5:
        raise ValueError("must be five fields: minute, hour, day of the month, month, day of the week")
    if _NOT_STANDARD.search(re.sub(r"[A-Za-z]{3,}", "", value)):
        raise ValueError("can't have `L` or `#`, which few programs that run schedules understand")
    return value


def is_time_zone(value: str) -> str:
    """Return the name of a time zone as it was written; pydantic tells of the error."""
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, OSError) as error:  # one that is not known is a KeyError
        raise ValueError("must be the name of a time zone, such as `Europe/Brussels` or `UTC`") from error
    return value


def _as_written(value: object) -> object:
    return value


_Scalar = bool | int | float | str
Request = Annotated[dict[str, Any], Before(_as_written, instead=dict[str, _Scalar | list[_Scalar]])]


@dataclass(frozen=True, kw_only=True)
class ScheduleSection(Section):
    """What is done, and when."""

    about: ClassVar = About("schedules", 7, "What is done at which times.", one="Schedule")

    at: Annotated[str, After(_is_at)] = key(
        "When, as cron writes it: minute, hour, day of the month, month, day of the week. `30 2 * * 1-5` is half past "
        "two on working days. Where day of the month and day of the week are both given, either will do."
    )
    time_zone: Annotated[str, After(is_time_zone)] = key(
        "The time zone of these times, such as `Europe/Brussels`.", default="UTC"
    )
    task: str | None = key("The task of `[tasks]` that is run.", default=None)
    verb: str | None = key("What else of `ao` is done, such as `train` or `data add`, instead of a task.", default=None)
    request: Request = key(
        'What the verb is asked, as its REST resource has it: `{ values = ["alpha=0.5"] }`.', default_factory=dict
    )
    description: str = key("One sentence for the list that `ao schedule list` shows.", default="")
    missed: Literal["once", "skip"] = key(
        "What happens to times that passed while nobody ran the schedules: `once` makes up for all of them by one run, "
        "`skip` for none.",
        default="once",
    )
    overlap: Literal["skip", "wait", "together"] = key(
        "What happens if the previous run has not ended: `skip` leaves this one out, `wait` runs it afterwards, "
        "`together` runs it beside the other.",
        default="skip",
    )
    max_seconds: float | None = key(
        "The longest that a run may take, in seconds; then it is ended, and has failed.", default=None, gt=0
    )

    def __post_init__(self) -> None:
        if (self.task is None) == (self.verb is None):
            raise ValueError("must name either a `task` or a `verb`")
        if self.task is not None and self.request:
            raise ValueError('can\'t have a `request` beside a `task`: use `verb = "run"` for that')

    @property
    def does(self) -> str:
        """What is done, as it is typed behind `ao`."""
        return f"run {self.task}" if self.task is not None else str(self.verb)

    def asked(self) -> tuple[str, dict[str, Any]]:
        """Return the verb and what it is asked."""
        return ("run", {"tasks": [self.task]}) if self.task is not None else (str(self.verb), dict(self.request))
