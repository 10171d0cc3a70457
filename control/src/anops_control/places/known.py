"""Finds places by name: this machine, a container, and what adapters offer under `anops.places`."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, cast

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from anops_control.places.place import Opener

GROUP = "anops.places"
HERE = "here"


def opener(name: str) -> Opener:
    """Return what opens a place.

    Raises:
        CommandError: There is none of that name, or its package can't be imported.
    """
    known = {each.name: each for each in entry_points(group=GROUP)}
    if name not in known:
        guess = nearest(name, known)
        raise CommandError(
            f"There is no place `{name}` to run checks in.",
            details=[f"There are {', '.join(f'`{each}`' for each in sorted(known))}."],
            remedy=f"Did you mean `{guess}`?" if guess else None,
            code=Code.USAGE,
        )
    try:
        return cast("Opener", known[name].load())
    except Exception as error:  # an adapter is anyone's code
        raise CommandError(
            f"The place `{name}` can't be used: `{known[name].value}` fails when it is imported.",
            details=[f"{type(error).__name__}: {error}"],
            code=Code.ENVIRONMENT,
        ) from error
