"""What a service says of rows, in the words of all rows: warnings, and what went wrong, as exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from anops.errors import AccessError, DataError, ModelError, PredictionError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import httpx

_MOST_ROWS = 20
"""How many rows a warning names, as a service does."""
_MOST_SHOWN = 5
"""How many of them its message names."""


def shifted(warning: Mapping[str, Any], first: int) -> dict[str, Any]:
    """Count the rows of a warning in all the rows, not in those of a request.

    Args:
        warning: What the service said.
        first: How many rows went before in other requests.
    """
    if not first or not warning.get("rows"):
        return dict(warning)
    rows = [row + first for row in warning["rows"]]
    return {**warning, "rows": rows, "message": f"{warning.get('message', '')}{_counted_from(first)}"}


def gathered(found: Iterable[tuple[int, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return the warnings of several requests as those of all the rows: one for each kind and column.

    Args:
        found: What the service said of each request, and how many rows went before that in others.
    """
    known: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for first, warning in found:
        counts = bool(warning.get("kind") and warning.get("rows"))
        key = (warning.get("kind"), warning.get("column"), None if counts else warning.get("message"))
        known.setdefault(key, []).append(shifted(warning, first))
    return [_in_all(same) for same in known.values()]


def _in_all(same: list[dict[str, Any]]) -> dict[str, Any]:
    told = same[0]
    rows = [row for each in same for row in each.get("rows") or ()]
    if len(same) == 1 or not rows:
        return told
    count = sum(each.get("count") or len(each.get("rows") or ()) for each in same)
    shown = ", ".join(map(str, rows[:_MOST_SHOWN])) + (", …" if count > _MOST_SHOWN else ".")
    message = f"{told['message']} In all of your data it is so in {count:,} rows: {shown}"
    return {**told, "rows": rows[:_MOST_ROWS], "count": count, "message": message}


def _counted_from(first: int) -> str:
    """Say where a request begins, whose own rows a message counts."""
    return f" (Row 1 here is row {first + 1} of your data.)"


def problem(answer: httpx.Response, url: str, first: int) -> PredictionError:
    """Return what an answer that is no good one says, as an exception.

    Args:
        answer: The answer.
        url: Which service it is of.
        first: How many rows went before in other requests.
    """
    try:
        told = msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError:
        told = {}
    errors = told.get("errors") or ()
    told["errors"] = [{**error, "row": error["row"] + first} if error.get("row") else error for error in errors]
    status = answer.status_code
    detail = told.get("detail") or f"Can't predict: {url} answered with status {status}."
    if first and any(error.get("row") for error in errors):
        detail += _counted_from(first)
    kind: type[PredictionError] = ModelError
    if status in {429, 503, 502}:
        kind = UnavailableError
    elif status in {401, 403}:
        kind = AccessError
    elif 400 <= status < 500:
        kind = DataError
    return kind(detail, status=status, problem=told)


def unreachable(error: httpx.TransportError, url: str) -> UnavailableError:
    """Return why there was no answer, as an exception."""
    said = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return UnavailableError(
            f"The certificate of {url} is not trusted: {said.rpartition('failed: ')[2]}. Give the "
            "issuer's certificate as `ca_file`, and the address as it stands in the certificate."
        )
    return UnavailableError(f"Can't reach {url}: {error or type(error).__name__}.")
