"""The versions that share the requests, as the settings name them: `NAME/VERSION=WEIGHT`, with commas between them."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arm:
    """A version that gets a part of the requests.

    Attributes:
        name: The model's name.
        version: The version.
        share: Its part of the requests; those of all arms are 1 together.
    """

    name: str
    version: str
    share: float


def arms_of(text: str) -> tuple[Arm, ...]:
    """Read the arms of a split.

    Args:
        text: Such as `iris/1.0.0=90,iris/1.1.0=10`; empty: there is none.

    Raises:
        ValueError: It is no such list; the text says why, for a person.
    """
    found: list[tuple[str, str, float]] = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        which, equals, weight = part.rpartition("=")
        name, version = named_version(which) if equals else ("", "")
        value = _number(weight)
        if not name or value is None:
            raise ValueError(f"must be a list such as `iris/1.0.0=90,iris/1.1.0=10`, not `{part}`")
        found.append((name, version, value))
    if not found:
        return ()
    if len({name for name, _, _ in found}) > 1:
        raise ValueError("must name versions of one model")
    if len({version for _, version, _ in found}) < len(found) or len(found) == 1:
        raise ValueError("must name at least two versions, and each once")
    total = sum(weight for _, _, weight in found)
    if not total > 0:
        raise ValueError("must give one of the versions a weight above 0")
    return tuple(Arm(name, version, weight / total) for name, version, weight in found)


def named_version(text: str) -> tuple[str, str]:
    """Return the two parts of `NAME/VERSION`.

    Raises:
        ValueError: It is no such text.
    """
    name, _, version = text.strip().partition("/")
    if not name or not version:
        raise ValueError(f"must name a version as NAME/VERSION, such as `iris/1.1.0`, not `{text.strip()}`")
    return name, version


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
