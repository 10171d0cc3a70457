"""`[features.VIEW]`: columns of a dataset that are known of an entity from a time on, and for how long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar

from anops_model_interface.tables import After, Before, as_tuple, key

from anops_project.section import About, Section
from anops_project.sections.schedules import is_time_zone

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d|w)")
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800}


def _is_span(value: str | None) -> str | None:
    if value is None or ((found := _SPAN.fullmatch(value.strip())) and float(found[1]) > 0):
        return value
    raise ValueError("must be a time such as `30 min`, `12 h`, `2 d` or `1 w`")


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else as_tuple(value)


Names = Annotated[tuple[str, ...], Before(_one_or_more, instead=str | list[str])]


@dataclass(frozen=True, kw_only=True)
class FeatureSection(Section):
    """Where values come from, whom they are about, and how long they count."""

    about: ClassVar = About("features", 9, "Values of an entity that are known from a time on.", one="Feature view")

    dataset: str = key("The dataset that has them.", min_length=1)
    entity: Names = key("The column, or columns, that say whom a row is about, such as `account`.")
    time: str = key("The column that says from when on the values are known.", min_length=1)
    columns: Names = key("The columns that are features; by default all others.", default=())
    ttl: Annotated[str | None, After(_is_span)] = key(
        "How long a value counts, such as `2 d`; after that it is missing. By default for ever.", default=None
    )
    ingested: str | None = key(
        "The column that says when a row was written: of rows of one entity and time, the last one written counts. By "
        "default the last one in the dataset.",
        default=None,
    )
    time_zone: Annotated[str, After(is_time_zone)] = key(
        "The time zone of times that have none of their own.", default="UTC"
    )
    description: str = key("One sentence about it.", default="")

    def __post_init__(self) -> None:
        if not self.entity:
            raise ValueError("must name a column in `entity`")
        if twice := {self.time} & {*self.entity}:
            raise ValueError(f"can't have `{twice.pop()}` as entity and as time")

    @property
    def lasts(self) -> timedelta | None:
        """How long a value counts."""
        found = None if self.ttl is None else _SPAN.fullmatch(self.ttl.strip())
        return None if found is None else timedelta(seconds=float(found[1]) * _SECONDS[found[2]])
