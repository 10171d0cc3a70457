"""What a section of `ao.toml` is, and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from anops_model_interface.tables import Table


@dataclass(frozen=True, slots=True)
class About:
    """What there is to know of a section.

    Attributes:
        name: Its name in `ao.toml`.
        place: Where it stands in the reference, from 1.
        description: What it is for.
        required: Whether a project must have it.
        one: What each of them is called where there are several by name, as in `[tasks.NAME]`: "Task".
        overridden: Whether flags and environment variables (`ANOPS_…`) may set its keys.
    """

    name: str
    place: int
    description: str
    required: bool = False
    one: str | None = None
    overridden: bool = False


class Section(Table):
    """A section of `ao.toml`; each is a frozen dataclass."""

    about: ClassVar[About]
