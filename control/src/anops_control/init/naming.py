"""The name of a project: made from a folder or a file, or checked where a person gave it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from slugify import slugify

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_LONGEST = 100
_SAYS_NOTHING = {"model", "fit", "fitted-model", "pipeline"}


def slug(text: str) -> str:
    """Make a name of any text: lower-case letters and digits with hyphens between; "" where nothing is left."""
    return slugify(text, max_length=_LONGEST, word_boundary=True)


def default_name(folder: Path, model: Path | None, *, here: bool) -> str:
    """Choose a project's name where a person gave none.

    Args:
        folder: The project's folder, absolute.
        model: The person's model file.
        here: Whether the folder is the current one, whose name says less than that of the model.
    """
    stem = slug(model.stem) if model else ""
    if here and stem and stem not in _SAYS_NOTHING:
        return stem
    return slug(folder.name) or stem or "model"


def check_name(name: str) -> str:
    """Return a name that a person gave, if it can be one.

    Raises:
        CommandError: It can't; the message proposes one that can.
    """
    if _NAME.fullmatch(name) and len(name) <= _LONGEST:
        return name
    proposal = slug(name)
    raise CommandError(
        f"A project can't be named `{name}`: a name must be of lower-case letters and digits, with `-`, `_` or `.` "
        f"between them, and of at most {_LONGEST} characters.",
        remedy=f"Try --name {proposal}" if proposal else None,
        code=Code.USAGE,
    )
