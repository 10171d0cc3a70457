"""Tells the process that waits for a look at a model what is being done, and what is known so far."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_project.description import Description


class _Listener:
    """The process that waits, if there is one."""

    def __init__(self) -> None:
        self._pipe: int | None = None

    def is_at(self, pipe: int) -> None:
        """Write to a pipe from now on.

        Args:
            pipe: The number of its descriptor.
        """
        os.set_inheritable(pipe, False)  # noqa: FBT003  it takes it by position only
        self._pipe = pipe

    def hears(self, said: dict[str, Any]) -> None:
        """Send one line of JSON; where nobody listens any more, the work goes on all the same."""
        if self._pipe is None:
            return
        line = json.dumps(said, allow_nan=False).encode("ascii") + b"\n"
        try:
            while line:
                line = line[os.write(self._pipe, line) :]
        except OSError:
            self._pipe = None


listener = _Listener()
"""Who waits for this process."""


def doing(text: str) -> None:
    """Tell what is being done.

    Args:
        text: Words that go on after "Looking at the model: ", such as "trying its options".
    """
    listener.hears({"doing": text})


def known_so_far(description: Description) -> None:
    """Hand over what a model has said until now: a project can be made of it, should the rest never end."""
    listener.hears({"so_far": description.to_dict()})


def known_whole(description: Description) -> None:
    """Hand over all that a model says by itself, before it is asked with rows as well."""
    listener.hears({"whole": description.to_dict()})


def to_choose_from(objects: Mapping[str, str]) -> None:
    """Tell which objects of a file may be the model, where it does not say.

    Args:
        objects: What each is, by its name.
    """
    listener.hears({"choices": dict(objects)})
