"""What a service says of rows, in the words of all rows: warnings, and what went wrong, as exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from anops.errors import AccessError, DataError, ModelError, PredictionError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx


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
