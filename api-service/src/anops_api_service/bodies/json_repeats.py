"""Refuses a JSON body that names something twice: readers take the last, and nobody can tell which was meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import MOST_NAME, Fault, FaultCollector, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_Path = tuple[str | int, ...]


class _Repeating(dict[str, Any]):
    """An object of which some names stood there more than once.

    Attributes:
        names: These names.
    """

    names: tuple[str, ...] = ()


def colons_in(values: Iterable[object]) -> int:
    """Return how many colons texts have; what is no text has none."""
    return sum(value.count(":") for value in values if isinstance(value, str))


def might_repeat(body: bytes, content: object) -> bool:
    """Say whether a body may name something twice; no where it has just one colon for each name that was read.

    Args:
        body: JSON in UTF-8.
        content: What it holds.
    """
    names = 0
    for value in content.values() if isinstance(content, dict) else [content]:
        names += 1
        if isinstance(value, dict):
            names += len(value)
        elif isinstance(value, list):
            names += sum(len(record) for record in value if isinstance(record, dict))
    return body.count(b":") > (names if isinstance(content, dict) else names - 1)


def refuse_repeats(body: bytes, *, model: str = "") -> None:
    """Look for names that stand twice in an object.

    Args:
        body: JSON in UTF-8.
        model: The model's name, for messages.

    Raises:
        AnOpsError: `BODY_SHAPE`: there are some; it names their rows and columns.
    """
    try:
        content = json.loads(body, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return  # whoever reads it says so
    faults = FaultCollector()
    for path, name in _repeats(content):
        faults.add(_fault(path, name))
    faults.raise_if_any(model=model)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) == len(pairs):
        return read
    found = _Repeating(read)
    seen: set[str] = set()
    found.names = tuple(dict.fromkeys(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return found


def _repeats(content: object) -> Iterator[tuple[_Path, str]]:
    """Return where an object has a name twice, and which."""
    left: list[tuple[_Path, object]] = [((), content)]
    while left:
        path, value = left.pop()
        if isinstance(value, _Repeating):
            yield from ((path, name) for name in value.names)
        inner: Iterable[tuple[str | int, object]] = ()
        if isinstance(value, dict):
            inner = value.items()
        elif isinstance(value, list):
            inner = enumerate(value)
        left += reversed([((*path, key), each) for key, each in inner if isinstance(each, (dict, list))])


def _fault(path: _Path, name: str) -> Fault:
    shown = shortened(name, MOST_NAME)
    match path:
        case ("data", int(i)) | (int(i),):
            rule = f"column `{shown}` must appear once in a row"
            return _twice(rule, shown, i + 1, "Send each column once in a row.")
        case ("data",):
            return _twice(f"column `{shown}` must appear once", shown, None, "Send each column once.")
        case ("data", str(column)):
            short = shortened(column, MOST_NAME)
            return _twice(f"column `{short}` must have one value for the label `{shown}`", short, None, None)
        case ("options",):
            return _twice(f"option `{shown}` must appear once", shown, None, "Send each option once.")
        case _:
            return _twice(f"`{shown}` must appear once in an object", None, None, None)


def _twice(rule: str, column: str | None, row: int | None, remedy: str | None) -> Fault:
    found = "has it twice" if row is not None else None
    where = rule if row is not None else f"{rule}, not twice"
    return Fault(
        Code.BODY_SHAPE, where, column=column, row=row, found=found, expected="once", received="twice", remedy=remedy
    )
