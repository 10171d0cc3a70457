"""Tells two descriptions of the same thing apart, key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def differences(was: Mapping[str, Any], becomes: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield each key that differs, as a path with dots, with what it was and what it becomes; None: not there."""
    for key in sorted(was.keys() | becomes.keys()):
        one, other = was.get(key), becomes.get(key)
        where = f"{path}.{key}" if path else key
        if isinstance(one, dict) and isinstance(other, dict):
            yield from differences(one, other, where)
        elif one != other:
            yield where, one, other


def told_apart(was: Mapping[str, Any], becomes: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the same for a person: key by key also in what only one of them has, and in words."""
    for key, one, other in differences(was, becomes):
        if isinstance(one, dict) or isinstance(other, dict):
            within = (each if isinstance(each, dict) else {} for each in (one, other))
            yield from ((f"{key}.{inner}", here, there) for inner, here, there in told_apart(*within))
        else:
            here, there = ("nothing" if each is None else repr(each) for each in (one, other))
            yield key, here, there
