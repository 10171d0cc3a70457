"""The version of a model that was refitted: what its callers must know tells how far it is raised."""

from __future__ import annotations

import re
from enum import IntEnum

_SEMANTIC = re.compile(r"(\d+)\.(\d+)\.(\d+)")


class Step(IntEnum):
    """What a refit means to a caller."""

    SAME = 2
    """The same columns and answers: only the numbers differ. The third number is raised."""
    WIDER = 1
    """Whoever asked before asks as before; there are more levels, options or answers. The second number is raised."""
    OTHER = 0
    """A column, a level, an option or an answer is another: callers must change. The first number is raised."""

    @property
    def reason(self) -> str:
        """Say it in a few words."""
        return {
            Step.SAME: "callers ask as before, and only the predictions differ",
            Step.WIDER: "callers may ask for more than before",
            Step.OTHER: "callers must change what they send or read",
        }[self]


def raised(version: str, step: Step) -> str:
    """Return the version after a refit.

    Args:
        version: The one before; where it is not of the form `1.2.3`, its last number is raised.
        step: How far.
    """
    known = _SEMANTIC.fullmatch(version)
    if known:
        numbers = [int(part) for part in known.groups()]
        return ".".join(map(str, [*numbers[:step], numbers[step] + 1, *[0] * (2 - step)]))
    last = re.search(r"\d+(?=\D*$)", version)
    if last is None:
        return f"{version}.1"
    number = str(int(last[0]) + 1).zfill(len(last[0]))
    return version[: last.start()] + number + version[last.end() :]
