"""What an image is called: the names it gets on this machine and in its registry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_project.sections.image import REPOSITORY_FORM

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
UNTESTED = "untested"
"""The tag of an image that is not tested yet, or has failed."""


@dataclass(frozen=True, slots=True)
class ImageNames:
    """All names of one image.

    Attributes:
        name: The project's name.
        repository: Name with registry, from `[image] repository`; None where it is not set.
        tags: The version, the git revision where there is one, and those that were asked for.
    """

    name: str
    repository: str | None
    tags: tuple[str, ...]

    @classmethod
    def of(cls, name: str, repository: str | None, tags: Iterable[str | None]) -> ImageNames:
        """Put names together; a tag that is None or said twice is left out.

        Raises:
            CommandError: Something can't be a tag.
        """
        kept = tuple(dict.fromkeys(tag for tag in tags if tag is not None))
        for tag in kept:
            require_tag(tag)
        return cls(name, repository, kept)

    @property
    def untested(self) -> str:
        """The name while nothing is tested."""
        return f"{self.name}:{UNTESTED}"

    @property
    def local(self) -> tuple[str, ...]:
        """The names on this machine."""
        return tuple(f"{self.name}:{tag}" for tag in self.tags)

    @property
    def remote(self) -> tuple[str, ...]:
        """The names in the registry."""
        return tuple(f"{self.repository}:{tag}" for tag in self.tags) if self.repository else ()

    @property
    def all(self) -> tuple[str, ...]:
        """All names; where the repository is the project's name, each once."""
        return tuple(dict.fromkeys((*self.local, *self.remote)))


def require_tag(tag: str) -> None:
    """Refuse what can't be a tag.

    Raises:
        CommandError: It can't.
    """
    if _TAG.fullmatch(tag):
        return
    slug = re.sub(r"[^A-Za-z0-9_.-]+", "-", tag).strip("-.")[:128]
    if re.fullmatch(rf"{REPOSITORY_FORM.pattern}:.*", tag):
        remedy: str | None = "Leave out the name before `:`; it comes from ao.toml."
    else:
        remedy = f"Use for example `--tag {slug}`." if slug else None
    raise CommandError(
        f'A tag must be at most 128 letters, digits, `_`, `.` and `-`, and start with no `.` or `-`, not "{tag}".',
        remedy=remedy,
        code=Code.USAGE,
    )
